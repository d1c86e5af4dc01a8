# SPDX-License-Identifier: Apache-2.0
"""Clients that connect and ask nothing."""

import socket
import unittest

from siege import CLOSING, MIB, Siege, raise_open_files, wait_until

FILES = raise_open_files()


class Idle(Siege):
    # Long enough that all are open before the first is closed.
    ARGUMENTS = ["--http.idle_seconds", "15", *CLOSING]

    def test_ten_thousand_idle_connections_take_little_and_are_closed(self):
        count = min(10_000, FILES - 1500)
        idle = []
        for _ in range(count):
            one = socket.create_connection(("127.0.0.1", self.server.port), timeout=60)
            idle.append(one)
        wait_until(lambda: self.metric("playhead_http_connections_total", 'server="players"',
                                       'outcome="accepted"') >= count, "all are accepted")
        self.player.go_on(200)
        if not self.is_sanitized():
            self.assertLess(self.memory("VmHWM"), self.resident_before + count * 4096 + 32 * MIB)
        self.assertEqual(self.metric("playhead_http_connections_total", 'outcome="refused"'), 0)
        for one in idle:
            self.assertEqual(one.recv(1), b"")
            one.close()


if __name__ == "__main__":
    unittest.main(verbosity=2)
