# SPDX-License-Identifier: Apache-2.0
"""The store is made again from the journal, and history is computed again with other rules."""

import json
import os
import pathlib
import signal
import subprocess
import tempfile
import unittest

from playhead_server import BINARY, SOURCE, Server, differences, playhead, timeline, wait_until

SHORT = ["--session.end_grace_seconds", "0"]
PADDING = {"padding": "x" * 120_000}


def golden(name):
    return json.loads((SOURCE / f"tests/golden/{name}.json").read_text())


class DataFolder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.data = folder.name + "/data"
        self.store = pathlib.Path(self.data, "store.duckdb")

    def play(self, cases, *arguments):
        """Plays each case until its session is in the store; gives the ids in order."""
        with Server(self.data, *(arguments or SHORT)) as server:
            sessions = [server.play(case["events"]) for case in cases]
            stored = f"\nplayhead_rows_stored_total {len(cases)}\n".encode()
            wait_until(lambda: stored in server.admin("/metrics")[2], "all sessions are stored")
            self.assertEqual(server.stop(), 0)
        return sessions

    def rows(self):
        """All sessions as a server on this folder gives them, each with its details."""
        with Server(self.data, *SHORT) as server:
            listed = [item["id"] for item in server.get("/v1/sessions?limit=1000")["items"]]
            rows = [server.session(session) for session in listed]
            self.assertEqual(server.stop(), 0)
        return rows

    def run_command(self, *arguments):
        """Runs a command that must succeed; gives what it prints, and what it tells people."""
        code, out, err = playhead(*arguments)
        self.assertEqual(code, 0, err)
        return json.loads(out), err


class Rebuild(DataFolder):
    def setUp(self):
        super().setUp()
        self.sessions = self.play([timeline(name) for name in ("06", "11", "14", "31")])
        self.before = self.rows()
        self.assertEqual(len(self.before), len(self.sessions))

    def rebuild(self, *arguments):
        return self.run_command("rebuild", "--data", self.data, *arguments)

    def test_a_deleted_store_is_made_again_with_the_same_rows(self):
        self.store.unlink()
        told, _ = self.rebuild()
        self.assertEqual(told["sessions"], len(self.sessions))
        self.assertIsNone(told["kept"])
        self.assertTrue(self.store.exists())
        self.assertEqual(self.rows(), self.before)

    def test_a_corrupt_store_is_made_again_with_the_same_rows_and_kept_beside(self):
        self.store.write_bytes(b"garbage" * 1000)
        pathlib.Path(str(self.store) + ".wal").write_bytes(b"garbage of a log")
        told, _ = self.rebuild()
        self.assertEqual(told["sessions"], len(self.sessions))
        self.assertTrue(pathlib.Path(self.data, told["kept"]).read_bytes().startswith(b"garbage"))
        self.assertEqual(self.rows(), self.before)

    def test_a_server_makes_a_missing_store_again_by_itself(self):
        self.store.unlink()
        with Server(self.data, *SHORT) as server:
            wait_until(lambda: server.admin("/readyz")[0] == 200, "the server is ready")
            self.assertEqual(server.stop(), 0)
        self.assertEqual(self.rows(), self.before)

    def test_a_kill_leaves_a_whole_store(self):
        with subprocess.Popen([BINARY, "rebuild", "--data", self.data, "--rules", "2"],
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
            process.stderr.readline()
            process.send_signal(signal.SIGKILL)
        rows = self.rows()
        rule_sets = {row.pop("ruleSet") for row in rows}
        self.assertEqual(len(rule_sets), 1)
        self.assertEqual([row["id"] for row in rows], [row["id"] for row in self.before])
        self.rebuild()
        self.assertEqual(self.rows(), self.before)

    def test_a_folder_in_use_or_without_a_journal_is_refused(self):
        with Server(self.data, *SHORT) as server:
            code, out, err = playhead("rebuild", "--data", self.data)
            self.assertEqual((code, out), (1, ""))
            self.assertIn("stop the server first", err)
            self.assertEqual(server.stop(), 0)
        code, _, err = playhead("rebuild", "--data", self.data + "/nowhere")
        self.assertEqual(code, 1)
        self.assertIn("there is no journal", err)
        self.assertFalse(os.path.exists(self.data + "/nowhere"))


class NotKept(DataFolder):
    def test_sessions_that_the_journal_no_longer_holds_are_carried_over(self):
        case = timeline("06")
        padded = [{**case["events"][0], "customMetadata": PADDING}, *case["events"][1:]]
        self.play([{"events": padded}] * 12, "--journal.segment_bytes", "1048576")
        before = self.rows()
        segments = sorted(pathlib.Path(self.data, "journal").glob("[0-9]*.segment"))
        self.assertGreater(len(segments), 1)
        segments[0].unlink()
        told, _ = self.run_command("recompute", "--data", self.data, "--rules", "2")
        counts = told["sessions"]
        self.assertGreater(counts["notKept"], 0)
        self.assertEqual(counts["compared"] + counts["notKept"], 12)
        self.assertEqual(counts["onlyBefore"], 0)
        told, _ = self.run_command("rebuild", "--data", self.data)
        self.assertEqual(told["sessions"], counts["compared"])
        self.assertEqual(told["carriedOver"], counts["notKept"])
        after = [row["metrics"] for row in self.rows()]
        self.assertEqual(after, [row["metrics"] for row in before])


class Recompute(DataFolder):
    def setUp(self):
        super().setUp()
        self.cases = [golden("forward-seek-over-markers"), golden("pauses-and-buffering-repeated"),
                      timeline("11")]
        self.sessions = self.play(self.cases)

    def recompute(self, *arguments):
        return self.run_command("recompute", "--data", self.data, *arguments)

    def test_the_difference_is_told_metric_by_metric_and_nothing_changes(self):
        before = self.rows()
        content = self.store.read_bytes()
        told, people = self.recompute("--rules", "2")
        self.assertEqual(told["ruleSet"], 2)
        self.assertEqual(told["sessions"],
                         {"compared": 3, "onlyBefore": 0, "onlyAfter": 0, "notKept": 0})
        by_metric = {one["metric"]: one for one in told["metrics"]}
        self.assertEqual(by_metric["sessionDetails.pauseCount"],
                         {"metric": "sessionDetails.pauseCount", "sessions": 1, "before": 2,
                          "after": 4, "examples": [self.sessions[1]]})
        self.assertEqual(by_metric["sessionDetails.hasProgress50"],
                         {"metric": "sessionDetails.hasProgress50", "sessions": 1, "before": 1,
                          "after": 2, "examples": [self.sessions[0]]})
        self.assertIn("qoeDataDetails.bufferCount", by_metric)
        self.assertNotIn("sessionDetails.timePlayed", by_metric)
        self.assertFalse(told["adopted"])
        self.assertIn("nothing was changed", people)
        self.assertEqual(self.store.read_bytes(), content)
        self.assertEqual(self.rows(), before)

    def test_the_same_rules_make_no_difference(self):
        told, _ = self.recompute("--rules", "1")
        self.assertEqual(told["metrics"], [])
        self.assertEqual(told["sessions"]["compared"], 3)

    def test_an_adopted_store_has_the_new_numbers_and_the_old_one_stays_beside(self):
        told, _ = self.recompute("--rules", "2", "--adopt")
        self.assertTrue(told["adopted"])
        self.assertTrue(pathlib.Path(self.data, told["kept"]).exists())
        rows = {row["id"]: row for row in self.rows()}
        for session, case in zip(self.sessions, self.cases):
            self.assertEqual(rows[session]["ruleSet"], 2)
            expect = {**case["expect"], **case.get("expectRules", {}).get("2", {})}
            self.assertEqual(differences(expect, rows[session]["metrics"]), {})

    def test_sessions_get_the_rule_set_that_held_when_they_started(self):
        case = self.cases[1]
        later = self.play([case], *SHORT, "--session.rules", "2")[0]
        rows = {row["id"]: row for row in self.rows()}
        self.assertEqual([rows[session]["ruleSet"] for session in self.sessions], [1, 1, 1])
        self.assertEqual(rows[later]["ruleSet"], 2)
        expect = {**case["expect"], **case["expectRules"]["2"]}
        self.assertEqual(differences(expect, rows[later]["metrics"]), {})
        self.store.unlink()
        self.run_command("rebuild", "--data", self.data)
        self.assertEqual({row["id"]: row for row in self.rows()}, rows)

    def test_a_second_store_can_be_made_anywhere_but_not_over_a_file(self):
        elsewhere = self.data + "-second.duckdb"
        self.recompute("--rules", "2", "--to", elsewhere)
        code, out, err = playhead("recompute", "--data", self.data, "--rules", "2",
                                  "--to", elsewhere)
        self.assertEqual((code, out), (1, ""))
        self.assertIn("is there already", err)

    def test_a_store_that_cannot_be_read_is_for_rebuild(self):
        self.store.write_bytes(b"garbage" * 1000)
        code, out, err = playhead("recompute", "--data", self.data, "--rules", "2")
        self.assertEqual((code, out), (1, ""))
        self.assertIn("playhead rebuild", err)


if __name__ == "__main__":
    unittest.main()
