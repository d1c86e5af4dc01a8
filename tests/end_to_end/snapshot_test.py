# SPDX-License-Identifier: Apache-2.0
"""Snapshots: a start reads little, knows everything, and manages without them."""

import pathlib
import re
import shutil
import tempfile
import unittest

from playhead_server import Server, differences, timeline, wait_until

# What depends on the time of the question.
MOVING = {"session.closeReason", "session.closeTs", "sessionDetails.secondsSinceLastCall"}
PADDING = {"padding": "x" * 120_000}


def counter(server, name):
    text = server.admin("/metrics")[2].decode()
    return int(float(re.search(rf"^{name} (\S+)$", text, re.MULTILINE)[1]))


class Snapshot(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.data = folder.name + "/data"
        self.events = [event for event in timeline("01")["events"]
                       if event["eventType"] != "sessionEnd"]

    def serve(self, *arguments):
        return Server(self.data, "--snapshot.interval_seconds", "1", *arguments)

    def snapshots(self):
        return sorted(pathlib.Path(self.data, "snapshot").glob("*.snapshot"))

    def check(self, server, seen):
        for session, metrics in seen.items():
            expect = {key: value for key, value in metrics.items() if key not in MOVING}
            self.assertEqual(differences(expect, server.session(session)["metrics"]), {})

    def play(self, server, count):
        sessions = [server.play(self.events) for _ in range(count)]
        return {session: server.session(session)["metrics"] for session in sessions}

    def test_a_start_after_a_clean_stop_reads_nothing_again(self):
        with self.serve() as server:
            seen = self.play(server, 3)
            received = server.get("/v1/ledger")["received"]
            self.assertEqual(server.stop(), 0)
        self.assertEqual(len(self.snapshots()), 1)
        with self.serve() as server:
            self.check(server, seen)
            self.assertLess(counter(server, "playhead_records_folded_total"), 10)
            self.assertEqual(server.get("/v1/ledger")["received"], received)

    def test_a_kill_loses_nothing_whether_the_last_snapshot_can_be_read_or_not(self):
        with self.serve() as server:
            seen = self.play(server, 2)
            wait_until(self.snapshots, "a first snapshot")
            seen |= self.play(server, 2)
            server.kill()
        with self.serve() as server:
            self.check(server, seen)
            self.assertEqual(server.stop(), 0)
        newest = self.snapshots()[-1]
        newest.write_bytes(newest.read_bytes()[:-1])
        with self.serve() as server:
            self.check(server, seen)
            self.assertIn("is not used: it is cut", server.log())

    def test_old_journal_files_go_and_a_start_without_them_needs_a_snapshot(self):
        self.events[0] = {**self.events[0], "customMetadata": PADDING}
        limits = ("--journal.segment_bytes", "1048576", "--journal.retention_bytes", "1048576")
        first = pathlib.Path(self.data, "journal", "0" * 20 + ".segment")
        with self.serve(*limits) as server:
            seen = self.play(server, 20)
            self.play(server, 1)
            wait_until(lambda: not first.exists(), "the first journal file is gone")
            self.check(server, seen)
            session = next(iter(seen))
            self.assertIn(server.admin(f"/v1/sessions/{session}/events")[0], (404, 410, 500, 503))
            server.kill()
        with self.serve(*limits) as server:
            self.check(server, seen)
            self.assertEqual(server.stop(), 0)
        shutil.rmtree(pathlib.Path(self.data, "snapshot"))
        with self.assertRaises(AssertionError):
            self.serve(*limits).start()
        self.assertIn("and no snapshot in", Server(self.data).log())


if __name__ == "__main__":
    unittest.main()
