# SPDX-License-Identifier: Apache-2.0
"""The description of the API is what the server serves: a linter finds nothing in it, and every
answer of the end-to-end suite is as it says.

Modules of tests/end_to_end run again here, with all that they are answered written down
(playhead_server), and an independent JSON Schema (ajv) judges each answer.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

SOURCE = pathlib.Path(__file__).resolve().parents[2]
END_TO_END = SOURCE / "tests/end_to_end"
sys.path.insert(0, str(END_TO_END))

from playhead_server import Server, timeline  # noqa: E402

FOLDER = pathlib.Path(__file__).resolve().parent

# What they ask is all that is served. Others kill servers for minutes, and ask nothing else.
MODULES = ("erasure_test", "explain_test", "find_test", "ledger_test", "live_test",
           "quarantine_test", "reports_by_minute_test", "reports_test", "sql_test",
           "store_away_test", "tokens_test", "view_test", "doors_test")


def node(*words, stdin=None):
    done = subprocess.run(["node", *words], cwd=FOLDER, input=stdin, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False)
    return done.returncode, done.stdout.decode()


class Description(unittest.TestCase):
    def setUp(self):
        self.assertTrue(shutil.which("node"), "script/setup installs node")
        self.assertTrue((FOLDER / "node_modules/ajv").is_dir(), "script/setup installs it")
        folder = tempfile.TemporaryDirectory(prefix="playhead-openapi-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.document = self.folder / "openapi.json"
        self.answers = self.folder / "answers.ndjson"

    def fetch(self, server):
        status, headers, body = server.admin("/openapi.json")
        self.assertEqual((status, headers["Content-Type"]), (200, "application/json"))
        self.document.write_bytes(body)
        return json.loads(body)

    def validate(self):
        code, said = node("validate.mjs", str(self.document), str(self.answers))
        return code, said, json.loads(said.splitlines()[-1])

    def test_the_linter_finds_nothing(self):
        with Server(self.folder / "data") as server:
            document = self.fetch(server)
        self.assertEqual(node("lint.mjs", stdin=self.document.read_bytes()), (0, ""))
        del document["paths"]["/v1/live"]["get"]["operationId"]
        code, said = node("lint.mjs", stdin=json.dumps(document).encode())
        self.assertEqual(code, 1)
        self.assertIn("operationId", said)

    def test_every_answer_of_the_suite_is_as_described(self):
        with Server(self.folder / "data") as server:
            document = self.fetch(server)
        environment = {**os.environ, "PLAYHEAD_ANSWERS": str(self.answers)}
        done = subprocess.run([sys.executable, "-B", "-m", "unittest", *MODULES],
                              cwd=END_TO_END, env=environment,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        self.assertEqual(done.returncode, 0, done.stdout.decode())
        code, said, total = self.validate()
        self.assertEqual(code, 0, said)
        self.assertGreater(total["answers"], 500)
        described = {operation["operationId"] for path in document["paths"].values()
                     for method, operation in path.items() if method in ("get", "post", "options")}
        self.assertEqual(described - set(total["operations"]), set())

    def test_an_answer_that_is_not_described_is_found(self):
        os.environ["PLAYHEAD_ANSWERS"] = str(self.answers)
        self.addCleanup(os.environ.pop, "PLAYHEAD_ANSWERS")
        with Server(self.folder / "data") as server:
            document = self.fetch(server)
            server.play(timeline("01")["events"])
            server.get("/v1/sessions")
        self.assertEqual(self.validate()[0], 0)
        del document["components"]["schemas"]["Session"]["properties"]["startTs"]
        del document["paths"]["/api/v1/sessions/{sid}/events"]
        document["components"]["schemas"]["Sessions"]["required"].append("total")
        self.document.write_text(json.dumps(document))
        code, said, _ = self.validate()
        self.assertEqual(code, 1)
        for part in ("must NOT have additional properties", "path is not in the document",
                     "must have required property 'total'"):
            self.assertIn(part, said)


if __name__ == "__main__":
    unittest.main()
