# SPDX-License-Identifier: Apache-2.0
"""Clients that ask much at once, and clients that come and go."""

import threading
import unittest

from siege import MIB, Siege, wait_until


class Pipelined(Siege):
    def test_ten_thousand_requests_at_once_are_all_answered(self):
        count = 10_000
        with self.wire() as wire:
            sender = threading.Thread(target=wire.try_send, args=(self.ping_request() * count,))
            sender.start()
            for i in range(count):
                self.assertEqual(wire.status(), 204, i)
            sender.join()

    def test_many_who_send_much_at_once_are_all_answered(self):
        # Each of them has more under way than may wait for an answer on one connection.
        wires = [self.wire() for _ in range(200)]
        for _ in range(3):
            for wire in wires:
                wire.try_send(self.ping_request() * 100)
        for wire in wires:
            for _ in range(300):
                self.assertEqual(wire.status(), 204)
            wire.close()

    def test_a_thousand_players_at_once_are_all_answered(self):
        wires = [self.wire() for _ in range(1000)]
        for _ in range(10):
            for wire in wires:
                wire.try_send(self.ping_request())
            self.assertEqual({wire.status() for wire in wires}, {204})
        for wire in wires:
            wire.close()


class Gone(Siege):
    def test_resets_in_the_head_and_in_the_body_are_survived(self):
        data = self.ping_request()
        for i in range(3 * len(data)):
            wire = self.wire()
            wire.try_send(data[:1 + i % len(data)])
            wire.reset()

    def test_resets_before_and_in_the_answer_are_survived(self):
        for i in range(1000):
            wire = self.wire(receive_bytes=4096)
            wire.try_send(self.ping_request() * (1 + i % 100))
            if i % 2 == 0:
                wire.socket.recv(1)
            wire.reset()

    def test_connections_that_come_and_go_leave_nothing(self):
        for i in range(3000):
            wire = self.wire()
            if i % 3 > 0:
                wire.try_send(self.ping_request())
                self.assertEqual(wire.status(), 204)
            if i % 2 == 0:
                wire.close()
            else:
                wire.reset()
        wait_until(lambda: self.open_connections() <= 2, "the server has let go of all")
        if not self.is_sanitized():
            self.assertLess(self.memory("VmHWM"), self.resident_before + 48 * MIB)


if __name__ == "__main__":
    unittest.main(verbosity=2)
