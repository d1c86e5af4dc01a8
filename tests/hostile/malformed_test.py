# SPDX-License-Identifier: Apache-2.0
"""Bytes that are no good request: too large, framed in two ways, or no HTTP at all."""

import json
import random
import unittest

from siege import MIB, Siege, request, timeline, wait_until

HEADERS_MAX = 100
HEADER_BYTES = 16 * 1024
TARGET_BYTES = 4096
SEED = 20260101


def bare(*lines, body=b""):
    """A session start with exactly these header lines."""
    head = "\r\n".join(["POST /api/v1/sessions HTTP/1.1", *lines]).encode("latin-1")
    return head + b"\r\n\r\n" + body


class Large(Siege):
    def refused(self, data):
        """The statuses on a connection of its own, which the server then closes."""
        with self.wire() as wire:
            wire.try_send(data)
            return wire.statuses()

    def test_a_million_bytes_of_headers_are_refused(self):
        for shape in (lambda: b"X: " + b"a" * MIB,
                      lambda: b"".join(b"X-%d: %s\r\n" % (i, b"a" * 90) for i in range(10_000)),
                      lambda: b"a" * MIB,
                      lambda: b"\r\n".join([b"X: y"] * 200_000)):
            for _ in range(20):
                answers = self.refused(b"POST /api/v1/sessions HTTP/1.1\r\nHost: h\r\n" + shape())
                self.assertEqual(answers, [431])
        answers = self.refused(b"GET /" + b"a" * MIB)
        self.assertEqual(answers, [414])
        if not self.is_sanitized():
            self.assertLess(self.memory("VmHWM"), self.resident_before + 16 * MIB)

    def test_the_number_of_headers_is_good_up_to_its_limit(self):
        for count, status in ((HEADERS_MAX - 1, 204), (HEADERS_MAX, 204), (HEADERS_MAX + 1, 431)):
            # Host and Content-Length are among them.
            lines = [f"X-{i}: v" for i in range(count - 2)]
            with self.subTest(headers=count), self.wire() as wire:
                wire.try_send(request(self.events_path, self.ping, *lines))
                self.assertEqual(wire.status(), status)

    def test_the_size_of_the_head_is_good_up_to_its_limit(self):
        least = len(request(self.events_path, self.ping, "X: ")) - len(self.ping)
        for size, status in ((HEADER_BYTES - 1, 204), (HEADER_BYTES, 204), (HEADER_BYTES + 1, 431)):
            with self.subTest(bytes=size), self.wire() as wire:
                wire.try_send(request(self.events_path, self.ping, "X: " + "a" * (size - least)))
                self.assertEqual(wire.status(), status)

    def test_the_target_is_good_up_to_its_limit(self):
        for size, status in ((TARGET_BYTES - 1, 204), (TARGET_BYTES, 204), (TARGET_BYTES + 1, 414)):
            target = self.events_path + "?" + "q" * (size - len(self.events_path) - 1)
            with self.subTest(bytes=size), self.wire() as wire:
                wire.try_send(request(target, self.ping))
                self.assertEqual(wire.status(), status)


class Lengths(Siege):
    def test_a_body_shorter_than_announced_is_not_processed(self):
        for end in (lambda wire: wire.finish_sending(), lambda wire: wire.reset()):
            for _ in range(100):
                wire = self.wire()
                wire.try_send(request(self.events_path, self.ping,
                                      f"Content-Length: {len(self.ping) + 1}", length=False))
                end(wire)
                wire.close()
        with self.wire() as wire:
            wire.try_send(request(self.events_path, self.ping,
                                  f"Content-Length: {len(self.ping) + 1}", length=False))
            self.assertEqual(wire.statuses(), [408])
        self.assertEqual(self.accepted_pings(), 0)

    def test_what_follows_a_body_is_the_next_request_or_none(self):
        with self.wire() as wire:
            wire.try_send(self.ping_request() + b"xyz\r\n\r\n" + self.ping_request())
            self.assertEqual(wire.statuses(), [204, 400])
        with self.wire() as wire:
            wire.try_send(self.ping_request() + b"\r\n" + self.ping_request())
            self.assertEqual([wire.status(), wire.status()], [204, 204])

    def test_a_length_beyond_every_limit_is_refused_at_once(self):
        for length, status in (("16777217", 413), ("99999999999", 413),
                               ("18446744073709551615", 413), ("18446744073709551616", 400),
                               ("9" * 100, 400)):
            with self.subTest(length=length), self.wire() as wire:
                wire.try_send(request(self.events_path, b"", f"Content-Length: {length}",
                                      length=False))
                self.assertEqual(wire.statuses(), [status])

    def accepted_pings(self):
        wait_until(lambda: self.open_connections() <= 2, "the others are gone")
        events = self.server.get(f"/v1/sessions/{self.session}/events")["items"]
        return sum(event["eventType"] == "ping" for event in events)


class Smuggled(Siege):
    """A second request hidden in the body of the first: whoever reads the lengths differently than
    a proxy before it would take it for a request of somebody else."""

    MARK = "smuggled"

    def hidden(self):
        start = dict(timeline("06")["events"][0])
        start.pop("receivedAt", None)
        start["params"] = {**start["params"], "media.id": self.MARK}
        return request("/api/v1/sessions", json.dumps(start).encode())

    def test_what_could_be_framed_in_two_ways_is_refused_and_nothing_is_let_in(self):
        hidden = self.hidden()
        size = f"Content-Length: {len(hidden) + 5}"
        host, coded = "Host: h", "Transfer-Encoding: chunked"
        body = b"0\r\n\r\n" + hidden
        heads = [
            [host, size, coded], [host, coded, size],
            [host, "Content-Length: 5", coded],
            [host, "Content-Length: 5", size], [host, size, size],
            [host, f"{size}, {len(hidden) + 5}"],
            [host, "Content-Length: 0", size],
            [host, "Content-Length: +5"], [host, "Content-Length: -5"],
            [host, "Content-Length: 0x5"], [host, "Content-Length: 5 5"],
            [host, "Content-Length: 5;"], [host, "Content-Length:"],
            [host, "Content-Length : 5"], [host, "Content-Length\t: 5"],
            [host, " Content-Length: 5"], [host, "Content-Length: \x0b5"],
            [host, "Transfer-Encoding : chunked"], [host, " Transfer-Encoding: chunked"],
            [host, "X: y", " Transfer-Encoding: chunked"],
            [host, "X: y\r" + coded], [host, "X: y\n" + coded], [host, "X: y\0", coded],
            [host, coded, coded], [host, "Transfer-Encoding: chunked, chunked"],
            [host, "Transfer-Encoding: chunked, identity"],
            [host, "Transfer-Encoding: identity, chunked"],
            [host, "Transfer-Encoding: xchunked"], [host, "Transfer-Encoding: chunked x"],
            [host, 'Transfer-Encoding: "chunked"'], [host, "Transfer-Encoding: \x0bchunked"],
            [host, "Transfer-Encoding:", coded], [host, "Transfer-Encoding: identity"],
            [host, "Transfer-Encoding: gzip, chunked"], [host, "Transfer-Encoding: chunked;q=1"],
            [size], [host, host, size],
        ]
        for lines in heads:
            with self.subTest(lines=lines), self.wire() as wire:
                wire.try_send(bare(*lines, body=body))
                answers = wire.statuses()
                self.assertEqual(len(answers), 1, answers)
                self.assertIn(answers[0], (400, 501))
        self.check_nothing_was_let_in()

    def test_chunks_that_could_be_read_in_two_ways_are_refused_and_nothing_is_let_in(self):
        hidden = self.hidden()
        framed = [b"3\nabc\r\n0\r\n\r\n", b"3\rabc\r\n0\r\n\r\n", b"3\r\nabc\n0\r\n\r\n",
                  b"3\r\nabcd\r\n0\r\n\r\n", b"+3\r\nabc\r\n0\r\n\r\n", b"0x3\r\nabc\r\n0\r\n\r\n",
                  b" 3\r\nabc\r\n0\r\n\r\n", b"3 \r\nabc\r\n0\r\n\r\n", b"\r\n0\r\n\r\n",
                  b"-1\r\n0\r\n\r\n", b"10000000000000003\r\nabc\r\n0\r\n\r\n",
                  b"3;\n\r\nabc\r\n0\r\n\r\n", b"3;a\nb\r\nabc\r\n0\r\n\r\n", b"G\r\n\r\n0\r\n\r\n"]
        for chunks in framed:
            with self.subTest(chunks=chunks), self.wire() as wire:
                wire.try_send(bare("Host: h", "Transfer-Encoding: chunked", body=chunks + hidden))
                self.assertEqual(wire.statuses(), [400])
        self.check_nothing_was_let_in()

    def test_bare_line_ends_in_the_head_are_refused(self):
        good = self.ping_request()
        for mark in (b"\n", b"\r", b"\n\r", b"\r\r\n"):
            for place in range(good.count(b"\r\n")):
                parts = good.split(b"\r\n")
                data = b"\r\n".join(parts[:place + 1]) + mark + b"\r\n".join(parts[place + 1:])
                with self.subTest(mark=mark, place=place), self.wire() as wire:
                    wire.try_send(data)
                    wire.finish_sending()
                    self.assertLessEqual(set(wire.statuses()), {400})

    def test_what_can_be_read_in_one_way_only_is_taken(self):
        ping = self.ping
        good = [b"%x;name=value\r\n%s\r\n0\r\n\r\n" % (len(ping), ping),
                b'%X;a="b;c"\r\n%s\r\n000\r\nX: y\r\n\r\n' % (len(ping), ping),
                b"".join(b"1\r\n%c\r\n" % byte for byte in ping) + b"0\r\n\r\n"]
        for chunks in good:
            head = request(self.events_path, b"", "Transfer-Encoding: chunked", length=False)
            with self.subTest(chunks=chunks), self.wire() as wire:
                wire.try_send(head + chunks + self.ping_request())
                self.assertEqual([wire.status(), wire.status()], [204, 204])

    def check_nothing_was_let_in(self):
        self.player.finish()
        cursor = ""
        while cursor is not None:
            page = self.server.get("/v1/sessions?limit=1000" + (cursor and f"&cursor={cursor}"))
            self.assertNotIn(self.MARK, json.dumps(page))
            cursor = page["next"]


class NoHttp(Siege):
    def test_a_tls_greeting_is_refused(self):
        # The first bytes of what every TLS client sends: a handshake record with a ClientHello.
        hello = b"\x16\x03\x01\x00\xc8\x01\x00\x00\xc4\x03\x03" + bytes(range(189))
        for _ in range(100):
            with self.wire() as wire:
                wire.try_send(hello)
                self.assertEqual(wire.statuses(), [400])

    def test_other_protocols_are_refused(self):
        for data in (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"SSH-2.0-OpenSSH_9.2\r\n",
                     b"HELO example.org\r\n", b"\x04\x01\x00\x50\x7f\x00\x00\x01\x00",
                     b"GET /\r\n\r\n", b"\x80\x2e\x01\x00\x02", b"*1\r\n$4\r\nPING\r\n"):
            with self.subTest(data=data), self.wire() as wire:
                wire.try_send(data)
                self.assertIn(wire.status(), (400, 505))

    def test_random_bytes_are_refused_or_ignored(self):
        chance = random.Random(SEED)
        for _ in range(500):
            with self.wire() as wire:
                wire.try_send(chance.randbytes(chance.choice((1, 10, 100, 10_000, 100_000))))
                wire.finish_sending()
                self.assertLessEqual(set(wire.statuses()), {400, 431, 505})

    def test_damaged_requests_are_answered_or_refused(self):
        chance = random.Random(SEED + 1)
        for number in range(1000):
            data = bytearray(self.ping_request() * 3)
            for _ in range(chance.randint(1, 4)):
                at = chance.randrange(len(data))
                piece = chance.choice((b"", b"\0", b"\r", b"\n", b":", b" ", chance.randbytes(1)))
                data[at:at + chance.randint(0, 2)] = piece
            with self.subTest(number=number), self.wire() as wire:
                wire.try_send(bytes(data))
                wire.finish_sending()
                self.assertLessEqual(len(wire.statuses()), 4)


if __name__ == "__main__":
    unittest.main(verbosity=2)
