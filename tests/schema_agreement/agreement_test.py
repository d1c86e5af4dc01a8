# SPDX-License-Identifier: Apache-2.0
"""The published schemas and the validator agree, judged by an independent implementation of JSON
Schema (ajv): 20,000 generated bodies in each profile, sent to the real server."""

import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

SOURCE = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(SOURCE / "tests/end_to_end"))

from playhead_server import Server  # noqa: E402

FOLDER = pathlib.Path(__file__).resolve().parent
SEED = 20240501
BODIES = 20_000


class SchemasAndValidator(unittest.TestCase):
    def setUp(self):
        self.assertTrue(shutil.which("node"), "script/setup installs node")
        self.assertTrue((FOLDER / "node_modules/ajv-draft-04").is_dir(), "script/setup installs it")
        folder = tempfile.TemporaryDirectory(prefix="playhead-agreement-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def server(self, profile):
        return Server(self.folder / profile, "--ingest.profile", profile)

    def agreement(self, server, *arguments):
        """Exit code and output of the comparison."""
        done = subprocess.run(
            ["node", "agreement.mjs", "--server", f"127.0.0.1:{server.port}", *arguments],
            cwd=FOLDER, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        return done.returncode, done.stdout

    def bodies_agree(self, profile):
        with self.server(profile) as server:
            code, said = self.agreement(server, "--seed", str(SEED), "--count", str(BODIES))
            self.assertEqual(code, 0, said)
            total = json.loads(said.splitlines()[-1])
            self.assertEqual(total["bodies"], BODIES)
            self.assertEqual(total["schemas"], 20)
            # A generator that only makes bad bodies, or only good ones, would prove little.
            self.assertGreater(total["valid"], BODIES // 5, said)
            self.assertGreater(total["invalid"], BODIES // 5, said)
            self.assertGreater(total["fewest_valid_of_a_type"], 50, said)
            self.assertEqual(server.stop(), 0, server.log())

    def test_agree_in_the_profile_standard(self):
        self.bodies_agree("standard")

    def test_agree_in_the_profile_lenient(self):
        self.bodies_agree("lenient")

    def test_the_comparison_sees_schemas_of_another_profile(self):
        with self.server("standard") as standard, self.server("lenient") as lenient:
            code, said = self.agreement(lenient, "--schemas", f"127.0.0.1:{standard.port}",
                                        "--seed", str(SEED), "--count", "2000")
        self.assertEqual(code, 1, said)
        self.assertIn("DIFFERENCE", said)
        self.assertGreater(json.loads(said.splitlines()[-1])["differences"], 100, said)


if __name__ == "__main__":
    unittest.main()
