# SPDX-License-Identifier: Apache-2.0
"""One address that wants all there is. Everybody here comes from loopback, which has many of them:
the attacker has one, a neighbour another, and the well-behaved player comes from a named proxy."""

import time
import unittest

from siege import CLOSING, Siege, request, wait_until

ATTACKER = "127.0.0.66"
NEIGHBOUR = "127.0.0.67"
PROXY = "127.0.0.1"
CONNECTIONS = 20
HELD = CONNECTIONS + CONNECTIONS // 16 + 16  # above it they are cut off
RATE = 50


class Connections(Siege):
    ARGUMENTS = ["--http.max_connections_per_address", str(CONNECTIONS), "--http.proxies", PROXY,
                 *CLOSING]

    def setUp(self):
        super().setUp()
        self.opened = []

    def tearDown(self):
        for wire in self.opened:
            wire.close()
        super().tearDown()

    def open(self, count, source):
        wires = [self.wire(source=source) for _ in range(count)]
        self.opened += wires
        return wires

    def ask(self, wire):
        wire.try_send(self.ping_request())
        return wire.status()

    def crowded(self):
        return self.metric("playhead_http_crowded_connections_total", 'server="players"')

    def test_up_to_the_limit_all_are_answered_and_above_it_only_those(self):
        below = self.open(CONNECTIONS - 1, ATTACKER)
        self.assertEqual({self.ask(wire) for wire in below}, {204})
        at = self.open(1, ATTACKER)[0]
        self.assertEqual(self.ask(at), 204)
        self.assertEqual(self.crowded(), 0)
        above = self.open(1, ATTACKER)[0]
        self.assertEqual(self.ask(above), 503)
        self.assertEqual(above.status(), 0, "it is closed")
        self.assertEqual(self.crowded(), 1)
        self.assertEqual({self.ask(wire) for wire in [*below, at]}, {204})
        at.close()
        above.close()

        def one_more_fits():
            with self.wire(source=ATTACKER) as wire:
                return self.ask(wire) == 204
        wait_until(one_more_fits, "a place that is given back is free")

    def test_far_above_the_limit_they_are_cut_off_and_nobody_else_notices(self):
        wires = self.open(HELD, ATTACKER)
        # They have not asked: the first ones are served, the others told when they do.
        wait_until(lambda: self.crowded() == HELD - CONNECTIONS, "those above are counted")
        for _ in range(500):
            with self.wire(source=ATTACKER) as wire:
                self.assertIn(wire.status(), (0, 503), "told or cut off without having asked")
        self.assertEqual({self.ask(wire) for wire in self.open(CONNECTIONS, NEIGHBOUR)}, {204})
        self.assertEqual({self.ask(wire) for wire in wires[:CONNECTIONS]}, {204})
        self.player.go_on(100)

    def test_a_named_proxy_is_never_cut_off(self):
        wires = self.open(10 * HELD, PROXY)
        self.assertEqual({self.ask(wire) for wire in wires}, {204})
        self.assertEqual(self.crowded(), 0)


class Requests(Siege):
    ARGUMENTS = ["--http.max_requests_per_address", str(RATE), "--http.proxies", PROXY, *CLOSING]

    def test_up_to_the_rate_all_are_answered_and_above_it_only_so_many(self):
        with self.wire(source=NEIGHBOUR) as wire:
            wire.try_send(self.ping_request() * (RATE - 1))
            self.assertEqual({wire.status() for _ in range(RATE - 1)}, {204}, "below")
            wire.try_send(self.ping_request())
            self.assertEqual(wire.status(), 204, "at")
        count = 40 * RATE
        with self.wire(source=ATTACKER) as wire:
            began = time.monotonic()
            for _ in range(40):
                wire.try_send(self.ping_request() * RATE)
            statuses = [wire.status() for _ in range(count)]
            allowed = RATE + RATE * (time.monotonic() - began) + 1
            self.assertEqual(set(statuses), {204, 503})
            self.assertGreaterEqual(statuses.count(204), RATE)
            self.assertLessEqual(statuses.count(204), allowed)
            self.player.go_on(100)

            def is_answered_again():
                wire.try_send(self.ping_request())
                return wire.status() == 204
            wait_until(is_answered_again, "the connection stays, and the address may ask again")

    def test_a_named_proxy_has_no_rate(self):
        with self.wire(source=PROXY) as wire:
            for _ in range(20):
                wire.try_send(self.ping_request() * RATE)
                self.assertEqual({wire.status() for _ in range(RATE)}, {204})


class BehindAProxy(Siege):
    ARGUMENTS = ["--http.max_requests_per_address", str(RATE), "--http.proxies", PROXY,
                 "--http.client_address", "forwarded", *CLOSING]

    def ping_of(self, client):
        return request(self.events_path, self.ping, f"Forwarded: for={client}")

    def test_a_client_is_limited_and_neither_the_proxy_nor_its_other_clients(self):
        with self.wire(source=PROXY) as wire:
            wire.try_send(self.ping_of("192.0.2.66") * (10 * RATE))
            self.assertEqual({wire.status() for _ in range(10 * RATE)}, {204, 503})
            wire.try_send(self.ping_of("192.0.2.67") * RATE)
            self.assertEqual({wire.status() for _ in range(RATE)}, {204})

    def test_a_stranger_cannot_pass_as_another_address(self):
        with self.wire(source=ATTACKER) as wire:
            for i in range(10 * RATE):
                wire.try_send(self.ping_of(f"198.51.100.{i % 250}"))
            self.assertEqual({wire.status() for _ in range(10 * RATE)}, {204, 503})


if __name__ == "__main__":
    unittest.main(verbosity=2)
