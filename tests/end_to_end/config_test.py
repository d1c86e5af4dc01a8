# SPDX-License-Identifier: Apache-2.0
"""The configuration: what is printed, what is refused, and what SIGHUP takes over."""

import json
import pathlib
import signal
import tempfile
import unittest

from playhead_server import SOURCE, Server, playhead, timeline, wait_until


class Config(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.data = folder.name + "/data"
        self.file = pathlib.Path(folder.name, "playhead.toml")

    def test_the_page_holds_the_table_of_the_program(self):
        code, table, _ = playhead("config", "--markdown")
        self.assertEqual(code, 0)
        page = (SOURCE / "docs/configuration.md").read_text()
        self.assertIn("\n" + table, page,
                      "make the table again with `playhead config --markdown`")

    def test_each_value_is_printed_with_where_it_comes_from(self):
        self.file.write_text("[session]\nidle_seconds = 60\n")
        code, printed, _ = playhead("config", "--config", str(self.file), "--http.threads", "3")
        self.assertEqual(code, 0)
        self.assertIn(f"default 1800; here from: {self.file} line 2\nidle_seconds = 60\n", printed)
        self.assertIn("here from: --http.threads\nthreads = 3\n", printed)
        self.assertIn('here from: default\ndata = "./data"\n', printed)

    def test_a_start_with_contradictory_values_ends_with_file_line_and_remedy(self):
        self.file.write_text("[journal]\nsegment_bytes = 4194304\nretention_bytes = 1048576\n")
        for command in ("serve", "config"):
            code, printed, said = playhead(command, "--config", str(self.file), "--data", self.data)
            self.assertEqual((code, printed), (2, ""))
            self.assertIn(f"journal.retention_bytes = 1048576 ({self.file} line 3)", said)
            self.assertIn(f"journal.segment_bytes = 4194304 ({self.file} line 2)", said)
            self.assertIn("keep at least one file", said)
        self.assertFalse(pathlib.Path(self.data).exists())

    def test_sighup_takes_over_what_can_change_and_says_what_cannot(self):
        self.file.write_text("")
        with Server(self.data, "--config", str(self.file)) as server:
            def reread(expected):
                server.process.send_signal(signal.SIGHUP)
                wait_until(lambda: expected in server.log(), expected)

            reread("configuration read again: no difference")
            self.file.write_text("[journal]\nretention_hours = 1\n[session]\nidle_seconds = 60\n")
            reread(f"journal.retention_hours is 1 now and was 0 ({self.file} line 2)")
            wait_until(lambda: "session.idle_seconds stays 1800 until a restart takes over 60"
                       in server.log(), "what cannot change is named")
            self.file.write_text("[journal]\nretention_hours = -1\n")
            reread("the configuration is not taken over, all stays as it was: "
                   f"{self.file} line 2")
            self.file.write_text("")
            reread("journal.retention_hours is 0 now and was 1 (default)")
            self.assertEqual(server.stop(), 0)

    def test_lines_of_the_log_are_objects_where_that_is_wanted_from_the_first_to_the_last(self):
        self.file.write_text('[log]\nformat = "json"\n')
        with Server(self.data, "--config", str(self.file)) as server:
            viewer = timeline("01")["events"]
            server.play(viewer)
            server.process.send_signal(signal.SIGHUP)
            wait_until(lambda: "configuration read again" in server.log(), "it is read again")
            self.assertEqual(server.stop(), 0)
        lines = [json.loads(line) for line in server.log().splitlines()]
        for line in lines:
            self.assertEqual(list(line), ["time", "level", "message"])
            self.assertRegex(line["time"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        self.assertEqual(lines[-1]["level"], "info")
        self.assertEqual(lines[-1]["message"], "stopped")
        # A handful of changes of state, however many events there were.
        self.assertLess(len(lines), len(viewer))

    def test_sighup_changes_how_lines_of_the_log_look(self):
        self.file.write_text("")
        with Server(self.data, "--config", str(self.file)) as server:
            self.file.write_text('[log]\nformat = "json"\n')
            server.process.send_signal(signal.SIGHUP)
            wait_until(lambda: 'log.format is' in server.log(), "it is taken over")
            self.assertEqual(server.stop(), 0)
        line = server.log().splitlines()[-1]
        self.assertEqual(json.loads(line)["message"], "stopped")


if __name__ == "__main__":
    unittest.main()
