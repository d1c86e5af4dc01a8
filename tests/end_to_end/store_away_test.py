# SPDX-License-Identifier: Apache-2.0
"""A store that is locked, damaged or full costs freshness and never an event."""

import fcntl
import json
import os
import pathlib
import tempfile
import unittest

from playhead_server import Server, differences, playhead, timeline, wait_until
from small_disk import SmallDisk


class StoreAway(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.data = folder.name + "/data"
        self.case = timeline("06")
        self.played = []

    def serve(self):
        return Server(self.data, "--session.end_grace_seconds", "0")

    def play(self, server, count):
        self.played += [server.play(self.case["events"]) for _ in range(count)]

    def reasons(self, server):
        """Of a server that is ready for players all the time, as soon as it has started."""
        status, _, body = server.admin("/readyz")
        reasons = " ".join(json.loads(body)["reasons"])
        self.assertTrue(status == 200 or "read again after the start" in reasons, body)
        return reasons

    def wait_for_reason(self, server, word):
        wait_until(lambda: word in self.reasons(server), f"/readyz says {word}")

    def wait_until_all_are_stored_once(self, server):
        def listed():
            status, _, body = server.admin("/v1/sessions?limit=1000")
            return [item["id"] for item in json.loads(body)["items"]] if status == 200 else None

        wanted = sorted(self.played, reverse=True)
        wait_until(lambda: self.reasons(server) == "", "the store is back")
        wait_until(lambda: listed() == wanted, "each session is listed once")
        for session in self.played:
            wait_until(lambda s=session: server.session(s)["state"] == "closed", "it closes")
            self.assertEqual(
                differences(self.case["expect"], server.session(session)["metrics"]), {})

    def check_after_restart(self):
        with self.serve() as server:
            self.wait_until_all_are_stored_once(server)
            self.assertEqual(server.stop(), 0)

    def test_a_store_that_another_program_holds_is_waited_for(self):
        with self.serve() as server:
            self.play(server, 2)
            self.wait_until_all_are_stored_once(server)
            self.assertEqual(server.stop(), 0)
        holder = os.open(self.data + "/store.duckdb", os.O_RDWR)
        self.addCleanup(lambda: holder is None or os.close(holder))
        fcntl.lockf(holder, fcntl.LOCK_EX)
        with self.serve() as server:
            self.wait_for_reason(server, "lock")
            self.play(server, 2)
            status, headers, body = server.admin("/v1/sessions")
            self.assertEqual(status, 503)
            self.assertEqual(headers["Content-Type"], "application/problem+json")
            self.assertIn("/readyz", json.loads(body)["detail"])
            os.close(holder)
            holder = None
            self.wait_until_all_are_stored_once(server)
            self.assertEqual(server.stop(), 0)
        self.check_after_restart()

    def test_a_store_that_is_garbage_is_made_again_by_rebuild(self):
        with self.serve() as server:
            self.play(server, 2)
            self.wait_until_all_are_stored_once(server)
            self.assertEqual(server.stop(), 0)
        pathlib.Path(self.data, "store.duckdb").write_bytes(b"garbage" * 1000)
        with self.serve() as server:
            self.wait_for_reason(server, "playhead rebuild")
            self.play(server, 2)
            self.assertIn("playhead rebuild", server.log())
            self.assertEqual(server.stop(), 0)
        code, _, err = playhead("rebuild", "--data", self.data)
        self.assertEqual(code, 0, err)
        self.check_after_restart()

    def test_a_store_without_room_gets_its_rows_when_there_is_room(self):
        disk = SmallDisk(self.folder + "/disk")
        self.addCleanup(disk.unmount)
        self.data = self.folder + "/disk/data"
        # Only the store is to find no room.
        os.makedirs(self.data)
        os.mkdir(self.folder + "/journal")
        os.symlink(self.folder + "/journal", self.data + "/journal")
        os.symlink(self.folder + "/log", self.data + ".log")
        with self.serve() as server:
            self.play(server, 2)
            self.wait_until_all_are_stored_once(server)
            disk.fill()
            while "store is away" not in self.reasons(server):
                self.play(server, 5)
            disk.empty()
            self.wait_until_all_are_stored_once(server)
            self.assertEqual(server.stop(), 0)
        self.check_after_restart()


if __name__ == "__main__":
    unittest.main()
