# SPDX-License-Identifier: Apache-2.0
"""The disk fills up while players post: 503 until there is room, and nothing accepted is lost.

The data folder lies on a small file system of its own. Who may not mount one skips this.
"""

import json
import pathlib
import tempfile
import unittest

from playhead_server import Server, playhead, timeline, wait_until
from small_disk import SmallDisk


class FullDisk(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.disk = SmallDisk(folder.name + "/disk")
        self.addCleanup(self.disk.unmount)
        self.data = folder.name + "/disk/data"
        self.start = timeline("06")["events"][0]
        self.log = pathlib.Path(self.data + ".log")
        # The server's own log must not be what fills the disk, nor be lost when it is full.
        self.log.symlink_to(folder.name + "/log")
        self.next_ts = self.start["playerTime"]["ts"] + 1
        self.answered = {}  # session -> stamps that were answered 204

    def serve(self):
        return Server(self.data, "--session.end_grace_seconds", "0")

    def begin(self, server, padding=0):
        """Status of a session start; a session that was made is remembered."""
        start = self.start
        if padding:
            start = {**start, "customMetadata": {"padding": "x" * padding}}
        status, headers, _ = server.post("/api/v1/sessions", start)
        if status == 201:
            self.answered[headers["Location"].rsplit("/", 1)[1]] = []
        else:
            self.assertEqual(status, 503)
            self.assertIn("Retry-After", headers)
        return status

    def ping(self, server, session, connection=None, kind="ping"):
        self.next_ts += 1
        event = {"eventType": kind, "playerTime": {"playhead": 0, "ts": self.next_ts}}
        status = server.send(session, event, connection)
        self.assertIn(status, (204, 503))
        if status == 204:
            self.answered[session].append(self.next_ts)
        return status

    def fill_until_refused(self, server):
        """Nothing more fits: neither another segment nor an event into the rest of the last one."""
        session = next(iter(self.answered))
        connection = server.connection()
        while self.begin(server, 100_000) == 201:
            pass
        while self.begin(server, 2_000) == 201:
            pass
        while self.ping(server, session, connection) == 204:
            pass
        connection.close()

    def check_all(self, server):
        for session, stamps in self.answered.items():
            stored = [event["playerTime"]["ts"] for event in server.events(session)
                      if event["eventType"] != "sessionStart"]
            self.assertEqual(stored, stamps)

    def test_a_full_disk_is_503_and_everything_else_goes_on(self):
        with self.serve() as server:
            self.assertEqual(self.begin(server), 201)
            closed = next(iter(self.answered))
            self.assertEqual(self.begin(server), 201)
            self.disk.fill()
            while self.begin(server, 100_000) == 201:
                pass
            # A segment that has room goes on with what fits; the session closes without the store.
            self.assertEqual(self.ping(server, closed, kind="sessionEnd"), 204)
            del self.answered[closed]
            self.fill_until_refused(server)

            self.assertIsNone(server.process.poll())
            self.assertEqual(server.admin("/healthz")[0], 200)
            status, _, body = server.admin("/readyz")
            self.assertEqual(status, 503)
            self.assertIn("the disk is full", body.decode())
            self.check_all(server)
            self.assertEqual(server.session(closed)["state"], "closed")

            self.disk.empty()
            session = next(iter(self.answered))
            self.assertEqual(self.ping(server, session), 204)
            self.assertEqual(self.begin(server), 201)
            wait_until(lambda: server.admin("/readyz")[0] == 200, "the server is ready again")
            self.check_all(server)
            self.assertEqual(server.stop(), 0)
        with self.serve() as server:
            self.check_all(server)
            self.assertEqual(server.session(closed)["state"], "closed")
            listed = [item["id"] for item in server.get("/v1/sessions?limit=1000")["items"]]
            self.assertEqual(len(listed), len(set(listed)))
            self.assertEqual(set(listed), {closed, *self.answered})
            self.assertEqual(server.stop(), 0)
        code, out, err = playhead("verify", "--data", self.data)
        self.assertEqual((code, err), (0, ""))
        self.assertTrue(json.loads(out)["sound"])

    def test_a_server_that_is_killed_on_a_full_disk_starts_again_on_it(self):
        with self.serve() as server:
            self.assertEqual(self.begin(server), 201)
            self.disk.fill()
            self.fill_until_refused(server)
            server.kill()
        with self.serve() as server:
            self.check_all(server)
            self.assertEqual(self.begin(server, 100_000), 503)
            self.disk.empty()
            self.assertEqual(self.begin(server, 100_000), 201)
            self.check_all(server)
            self.assertEqual(server.stop(), 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
