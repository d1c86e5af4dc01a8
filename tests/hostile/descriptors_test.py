# SPDX-License-Identifier: Apache-2.0
"""No file descriptor is left: who is connected is served on, the journal goes on, and when there
are some again everybody is let in."""

import json
import socket
import unittest

from siege import CLOSING, Siege, timeline, wait_until

FILES = 64
SEGMENT_BYTES = 1024 * 1024


class Descriptors(Siege):
    ARGUMENTS = ["--http.idle_seconds", "600", *CLOSING,
                 "--journal.segment_bytes", str(SEGMENT_BYTES), "--http.threads", "1"]
    WRAPPER = ["prlimit", f"--nofile={FILES}:{FILES}"]

    def setUp(self):
        super().setUp()
        # The player of the other tests opens connections of its own now and then, for which there
        # is no room here.
        self.player.finish()

    def crowd(self):
        """As many connections as come before the server has no file left, and more."""
        crowd = []
        for _ in range(4 * FILES):
            one = socket.create_connection(("127.0.0.1", self.server.port), timeout=60)
            crowd.append(one)
        return crowd

    def start_of_ten_kilobytes(self):
        start = dict(timeline("06")["events"][0])
        start.pop("receivedAt", None)
        return json.dumps({**start, "customMetadata": {"text": "x" * 10_000}}).encode()

    def test_the_connected_are_served_while_the_journal_begins_new_segments(self):
        connection = self.server.connection()
        start = self.start_of_ten_kilobytes()
        self.assertEqual(self.server.post("/api/v1/sessions", start, connection)[0], 201)
        crowd = self.crowd()
        for _ in range(4 * SEGMENT_BYTES // len(start)):
            self.assertEqual(self.server.post("/api/v1/sessions", start, connection)[0], 201)
        for one in crowd:
            one.close()
        connection.close()
        wait_until(self.lets_in, "everybody is let in again")

    def test_those_above_the_limit_are_told_or_cut_off(self):
        connection = self.server.connection()
        self.server.open_session(timeline("06")["events"][0], connection)
        crowd = self.crowd()
        told = 0
        for one in crowd:
            try:
                one.sendall(self.ping_request())
                told += one.recv(4096).startswith(b"HTTP/1.1 503 ")
            except (BrokenPipeError, ConnectionResetError):
                continue
        self.assertGreater(told, len(crowd) // 2)
        self.assertLess(self.open_files(), FILES)
        self.server.open_session(timeline("06")["events"][0], connection)
        connection.close()
        for one in crowd:
            one.close()
        wait_until(self.lets_in, "everybody is let in again")

    def test_the_log_says_why_there_are_fewer_connections_than_configured(self):
        self.assertIn("connections of players", self.server.log())
        self.assertIn("ulimit -n", self.server.log())

    def lets_in(self):
        with self.wire() as wire:
            return wire.try_send(self.ping_request()) and wire.status() == 204


if __name__ == "__main__":
    unittest.main(verbosity=2)
