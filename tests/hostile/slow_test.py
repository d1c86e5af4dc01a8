# SPDX-License-Identifier: Apache-2.0
"""Clients that take their time: with sending, with reading, with going away."""

import select
import unittest

from siege import CLOSING, MIB, Siege, raise_open_files, request, wait_until

FILES = raise_open_files()
# The budget that the server has for half-received requests and unsent answers, and some.
BUFFERS_BYTES = 256 * MIB + 96 * MIB


class Slow(Siege):
    def trickle(self, wires, byte=b"a"):
        """Sends a byte on each connection, again and again, until all are refused with 408."""
        statuses = []
        while wires:
            for wire in wires:
                wire.try_send(byte)
            self.player.go_on(2)
            ready = select.select([wire.socket for wire in wires], [], [], 0)[0]
            for wire in [wire for wire in wires if wire.socket in ready]:
                statuses.append(wire.status())
                wire.close()
                wires.remove(wire)
        return statuses

    def test_heads_byte_by_byte_are_refused_in_time(self):
        wires = [self.wire() for _ in range(100)]
        for i, wire in enumerate(wires):
            wire.try_send(b"POST /api/v1/sessions HTTP/1.1\r\nX: "[:1 + i % 36])
        # Letters go on with the method, the target, a name or a value alike.
        statuses = self.trickle(wires)
        self.assertEqual(len(statuses), 100)
        self.assertLessEqual(set(statuses), {400, 408, 505})
        self.assertGreater(statuses.count(408), 50)

    def test_bodies_byte_by_byte_are_refused_in_time(self):
        wires = [self.wire() for _ in range(100)]
        for wire in wires:
            wire.try_send(request(self.events_path, b"", "Content-Length: 200000", length=False))
        self.assertEqual(set(self.trickle(wires)), {408})

    def test_chunks_byte_by_byte_are_refused_in_time(self):
        wires = [self.wire() for _ in range(100)]
        for wire in wires:
            wire.try_send(request(self.events_path, b"", "Transfer-Encoding: chunked",
                                  length=False) + b"ffff\r\n")
        self.assertEqual(set(self.trickle(wires)), {408})

    def test_many_half_received_heads_take_little_and_are_refused(self):
        wires = [self.wire() for _ in range(min(3000, FILES // 2))]
        for wire in wires:
            wire.try_send(b"POST /api/v1/sessions HTTP/1.1\r\nHost: localhost\r\nX: ")
        self.player.go_on(50)
        self.assertEqual({wire.status() for wire in wires}, {408})
        for wire in wires:
            wire.reset()
        if not self.is_sanitized():
            self.assertLess(self.memory("VmHWM"), self.resident_before + 80 * MIB)

    def test_who_does_not_read_answers_is_closed(self):
        asked = request("/api/v1/schemas/sessionStart", method="GET", length=False) * 200
        wires = [self.wire(receive_bytes=4096) for _ in range(20)]
        for wire in wires:
            wire.socket.setblocking(False)
        sending = list(wires)
        while sending:
            ready = select.select([], [wire.socket for wire in sending], [], 0.1)[1]
            for wire in [wire for wire in sending if wire.socket in ready]:
                try:
                    wire.socket.send(asked)
                except BlockingIOError:
                    continue
                except OSError:
                    sending.remove(wire)
        self.player.go_on(50)
        if not self.is_sanitized():
            self.assertLess(self.memory("VmHWM"), self.resident_before + BUFFERS_BYTES)
        for wire in wires:
            wire.close()

    def test_who_closes_one_side_reads_all_answers(self):
        with self.wire() as wire:
            wire.try_send(self.ping_request() * 20)
            wire.finish_sending()
            self.assertEqual(wire.statuses(), [204] * 20)
        with self.wire() as wire:
            wire.try_send(self.ping_request() * 3 + self.ping_request()[:-1])
            wire.finish_sending()
            self.assertEqual(wire.statuses(), [204] * 3)

    def test_who_never_closes_is_cut_off_after_a_refusal(self):
        wires = [self.wire() for _ in range(50)]
        for wire in wires:
            wire.try_send(b"garbage\r\n\r\n")
        wait_until(lambda: self.open_connections() <= 2, "the server lets go of them")
        for wire in wires:
            self.assertEqual(wire.statuses(), [400])
            wire.close()


class Large(Siege):
    # All bodies are there before the first one's time is over, on a busy machine too.
    ARGUMENTS = ["--http.request_seconds", "15", "--http.idle_seconds", "20", *CLOSING]

    def test_large_bodies_that_stand_still_do_not_hold_memory(self):
        wires = [self.wire() for _ in range(80)]
        part = b"x" * (4 * MIB - 1)
        for wire in wires:
            wire.try_send(request("/api/v1/downloaded", b"", f"Content-Length: {len(part) + 1}",
                                  length=False))
            wire.try_send(part)
        statuses = [wire.status() for wire in wires]
        for wire in wires:
            wire.close()
        # Those that found no room were told so before, the others when their time was over.
        self.assertLessEqual(set(statuses), {408, 503})
        self.assertIn(408, statuses)
        self.assertIn(503, statuses)
        self.player.go_on(50)
        if not self.is_sanitized():
            self.assertLess(self.memory("VmHWM"), self.resident_before + BUFFERS_BYTES)


if __name__ == "__main__":
    unittest.main(verbosity=2)
