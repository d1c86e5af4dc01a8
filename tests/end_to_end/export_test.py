# SPDX-License-Identifier: Apache-2.0
"""`playhead export`: all rows and events, from a stopped server and beside a running one."""

import csv
import datetime
import json
import pathlib
import tempfile
import unittest

from playhead_server import Server, playhead, timeline, wait_until

QUICK = ["--session.end_grace_seconds", "0"]


class Export(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.data = str(self.folder / "data")

    def export(self, name, *words, data=None):
        code, out, err = playhead("export", "--data", data or self.data, "--to",
                                  str(self.folder / name), *words)
        self.assertEqual(code, 0, err)
        return json.loads(out), err

    def lines(self, name, table):
        """Of all days: midnight may come while the test runs."""
        paths = (self.folder / name / table).glob("day=*/data.ndjson")
        return [json.loads(line) for path in sorted(paths)
                for line in path.read_text().splitlines()]

    def played(self, server):
        sessions = [server.play(timeline(case)["events"]) for case in ("06", "12", "20")]
        stored = f"playhead_rows_stored_total {len(sessions)}\n".encode()
        wait_until(lambda: stored in server.admin("/metrics")[2], "their rows are in the store")
        return sessions

    def test_everything_is_there_with_the_server_stopped_and_beside_it(self):
        with Server(self.data, *QUICK) as server:
            sessions = self.played(server)
            events = {session: server.events(session) for session in sessions}
            beside, said = self.export("beside", "--format", "ndjson")
            self.assertIn("a server runs on", said)
            self.assertEqual(server.stop(), 0)
        stopped, _ = self.export("stopped", "--format", "ndjson")
        self.assertEqual(beside, stopped)
        self.assertEqual(stopped["events"], sum(len(one) for one in events.values()))
        self.assertEqual(stopped["sessionsWithoutEvents"], 0)
        for name in ("beside", "stopped"):
            rows = self.lines(name, "sessions")
            self.assertEqual({row["session_id"] for row in rows}, set(sessions))
            exported = self.lines(name, "events")
            for session, expected in events.items():
                mine = [one for one in exported if one["session_id"] == session]
                self.assertEqual([(one["event_type"], one["journal_offset"], one["code"],
                                   one["mistakes"].split()) for one in mine],
                                 [(one["eventType"], one["offset"], one["verdict"]["code"],
                                   [mistake["code"] for mistake in
                                    one["verdict"].get("mistakes", [])]) for one in expected])
                self.assertEqual(json.loads(mine[0]["body"])["eventType"], "sessionStart")
            left = sorted(path.name for path in (self.folder / name).iterdir())
            self.assertEqual(left, ["ads", "chapters", "erasures", "errors", "events",
                                    "sessions", "states"])
            self.assertEqual([path for path in (self.folder / name).rglob("*unfinished*")], [])

    def test_days_outside_the_range_are_left_out(self):
        with Server(self.data, *QUICK) as server:
            self.played(server)
            self.assertEqual(server.stop(), 0)
        today = datetime.datetime.now(datetime.timezone.utc).date()
        yesterday = today - datetime.timedelta(days=1)
        later = today + datetime.timedelta(days=2)
        result, _ = self.export("later", "--format", "parquet", "--from", str(later))
        self.assertEqual((result["days"], result["events"]), (0, 0))
        result, _ = self.export("before", "--format", "parquet", "--until", str(yesterday))
        self.assertEqual((result["days"], result["events"]), (0, 0))
        result, _ = self.export("now", "--format", "parquet", "--from", str(yesterday),
                                "--until", str(later))
        paths = list((self.folder / "now" / "sessions").glob("day=*/data.parquet"))
        self.assertEqual(result["days"], len(paths))
        self.assertIn(len(paths), (1, 2))
        for path in paths:
            self.assertTrue(path.read_bytes().startswith(b"PAR1"))

    def test_an_export_that_was_cut_off_is_made_whole_by_the_same_command(self):
        with Server(self.data, *QUICK) as server:
            sessions = self.played(server)
            self.assertEqual(server.stop(), 0)
        first, _ = self.export("to", "--format", "csv")
        paths = sorted((self.folder / "to" / "sessions").rglob("data.csv"))
        path = paths[0]
        path.unlink()
        path.with_name("data.csv.unfinished").write_text("half")
        again, _ = self.export("to", "--format", "csv")
        self.assertEqual(again, first)
        found = set()
        for one in paths:
            with open(one, newline="") as file:
                found |= {row["session_id"] for row in csv.DictReader(file)}
        self.assertEqual(found, set(sessions))
        self.assertFalse(path.with_name("data.csv.unfinished").exists())

    def test_mistakes_are_told(self):
        with Server(self.data) as server:
            self.assertEqual(server.stop(), 0)
        for words, said in [
            (["--format", "xml"], "parquet"),
            (["--format", "csv", "--from", "2026-13-01"], "2026-13-01"),
            (["--format", "csv", "--from", "2026-2-1"], "2026-2-1"),
            (["--format", "csv", "--from", "2026-01-02", "--until", "2026-01-02"], "no day"),
        ]:
            code, out, err = playhead("export", "--data", self.data, "--to",
                                      str(self.folder / "none"), *words)
            self.assertEqual((code, out), (2, ""), (words, err))
            self.assertIn(said, err)
        code, _, err = playhead("export", "--data", str(self.folder / "no"), "--to",
                                str(self.folder / "none"), "--format", "csv")
        self.assertEqual(code, 1)
        self.assertIn("no journal", err)


if __name__ == "__main__":
    unittest.main(verbosity=2)
