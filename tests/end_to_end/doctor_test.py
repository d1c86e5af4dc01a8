# SPDX-License-Identifier: Apache-2.0
"""`playhead doctor` on this machine: each point is there, in text and in JSON, and what is bad
gives exit code 1. What the limits are is tested beside the code."""

import json
import pathlib
import socket
import tempfile
import unittest

from playhead_server import Server, playhead

POINTS = ["data", "file_system", "room", "sync", "clock", "open_files", "memory", "cores", "listen",
          "admin"]


class Doctor(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.data = pathlib.Path(folder.name, "data")

    def examine(self, *arguments, listen="127.0.0.1:0", admin="127.0.0.1:0"):
        """Exit code, and the findings by name."""
        code, text, said = playhead("doctor", "--data", str(self.data), "--listen", listen,
                                    "--admin", admin, "--json", *arguments)
        self.assertEqual(said, "")
        found = json.loads(text)
        self.assertEqual([point["name"] for point in found["findings"]], POINTS)
        self.assertEqual(found["fits"], code == 0)
        self.assertEqual(found["fits"],
                         all(point["verdict"] != "bad" for point in found["findings"]))
        return code, {point["name"]: point for point in found["findings"]}

    def test_a_folder_that_is_not_there_yet_is_fine_and_stays_away(self):
        _, found = self.examine()
        self.assertEqual(found["data"]["verdict"], "good")
        self.assertRegex(found["sync"]["value"], r"^half within \d+\.\d\d ms")
        self.assertFalse(self.data.exists())
        self.assertEqual(list(self.data.parent.iterdir()), [])

    def test_a_port_that_somebody_else_has_is_bad(self):
        with socket.create_server(("127.0.0.1", 0)) as other:
            code, found = self.examine(listen=f"127.0.0.1:{other.getsockname()[1]}")
        self.assertEqual(code, 1)
        self.assertEqual(found["listen"]["verdict"], "bad")
        self.assertIn("somebody listens there already", found["listen"]["meaning"])

    def test_the_server_of_the_folder_may_have_its_ports(self):
        with Server(self.data) as server:
            _, found = self.examine(listen=f"127.0.0.1:{server.port}",
                                    admin=f"127.0.0.1:{server.admin_port}")
            self.assertEqual(found["listen"]["verdict"], "good")
            self.assertIn("a server runs in this folder", found["admin"]["meaning"])
            self.assertEqual(server.stop(), 0)
        self.assertEqual([path.name for path in self.data.glob("doctor-*")], [])

    def test_a_folder_that_others_can_read_is_a_warning(self):
        self.data.mkdir(mode=0o755)
        _, found = self.examine()
        self.assertEqual(found["data"]["verdict"], "warning")
        self.assertIn("chmod 700", found["data"]["meaning"])

    def test_the_text_has_a_line_for_each_point(self):
        _, text, _ = playhead("doctor", "--data", str(self.data), "--listen", "127.0.0.1:0",
                              "--admin", "127.0.0.1:0")
        lines = text.splitlines()
        self.assertEqual([line.split(" ")[1].rstrip(":") for line in lines], POINTS)
        for line in lines:
            self.assertRegex(line, r"^(good|warning|bad) ")


if __name__ == "__main__":
    unittest.main()
