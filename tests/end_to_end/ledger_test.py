# SPDX-License-Identifier: Apache-2.0
"""The ledger adds up, by reason and by report suite, and does so after a restart."""

import pathlib
import json
import re
import tempfile
import unittest

from playhead_server import SOURCE, Server, playhead, timeline, wait_until

PARTS = ("counted", "duplicate", "ignored", "late", "rejected", "pending")
SHORT = ("--session.reorder_seconds", "0", "--session.end_grace_seconds", "0")
ALERTS = SOURCE / "packaging/alerts.yaml"
DASHBOARD = SOURCE / "packaging/grafana.json"


def ledger_of(server):
    return server.get("/v1/ledger")


class Ledger(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="playhead-ledger-")
        self.addCleanup(folder.cleanup)
        self.data = pathlib.Path(folder.name, "data")

    def assert_sound(self, numbers):
        self.assertEqual(numbers["unaccounted"], 0)
        for one in [numbers, *numbers["reportSuites"]]:
            self.assertEqual(one["received"], sum(one[part] for part in PARTS), one)
            for part in PARTS[:-1]:
                self.assertEqual(one[part], sum(one["reasons"][part].values()), (part, one))
        for part in ("received", *PARTS):
            self.assertEqual(numbers[part], sum(s[part] for s in numbers["reportSuites"]), part)

    def settled(self, server, received):
        """The ledger when this much has come and nothing waits."""

        def found():
            numbers = ledger_of(server)
            self.assert_sound(numbers)
            is_there = numbers["received"] == received and numbers["pending"] == 0
            return numbers if is_there else None

        return wait_until(found, f"{received} events in the ledger, none pending")

    def disturb(self, server, session, last):
        """What is refused, each in its own way."""
        self.assertEqual(server.send(session, last), 410)
        self.assertEqual(server.send("0" * 64, last), 404)
        self.assertEqual(server.post("/api/v1/sessions", b"{")[0], 400)
        self.assertEqual(server.send(session, {"eventType": "ping"}), 400)
        self.assertEqual(server.post("/api/v1/nothing", b"{}")[0], 404)

    def test_every_event_is_in_it_once_by_reason_and_by_report_suite(self):
        case = timeline("14-")
        events = case["events"]
        with Server(self.data, *SHORT) as server:
            self.assert_sound(ledger_of(server))
            session = server.play(events)
            self.disturb(server, session, {k: events[-1][k] for k in ("eventType", "playerTime")})
            numbers = self.settled(server, len(events) + 4)
            self.assertEqual(numbers["rejected"], 4)
            self.assertEqual(numbers["reasons"]["rejected"],
                             {"malformed_json": 1, "schema_failure": 1, "unknown_session": 1,
                              "closed_session": 1})
            suite = events[0]["params"]["analytics.reportSuite"]
            [own] = [one for one in numbers["reportSuites"] if one["reportSuite"] == suite]
            self.assertEqual(own["received"], len(events))
            self.assertEqual(server.stop(), 0)
            server.start()
            self.assertEqual(self.settled(server, len(events) + 4), numbers)

    def test_refusals_that_were_recorded_outlive_a_kill(self):
        with Server(self.data, *SHORT) as server:
            self.assertEqual(server.post("/api/v1/sessions", b"{")[0], 400)
            end = ledger_of(server)["offset"]
            wait_until(lambda: ledger_of(server)["offset"] > end, "the refusal is in the journal")
            server.kill()
            server.start()
            reasons = self.settled(server, 1)["reasons"]
            self.assertEqual(reasons["rejected"], {"malformed_json": 1})

    def test_each_metric_of_the_shipped_alerts_is_one_that_the_server_has(self):
        # Nothing is accepted, so nobody is asked for at that address.
        with Server(self.data, "--forward.url", "http://127.0.0.1:9") as server:
            text = server.admin("/metrics")[2].decode()
        known = set(re.findall(r"^(playhead_\w+)", text, re.MULTILINE))
        named = set(re.findall(r"playhead_\w+", "\n".join(
            line for line in ALERTS.read_text().splitlines() if "expr:" in line)))
        self.assertGreaterEqual(len(named), 5)
        self.assertEqual(named - known, set())
        version = playhead("--version")[1].split()[1]
        self.assertIn(f'\nplayhead_build_info{{version="{version}"}} 1\n', text)

    def test_each_series_of_the_shipped_dashboard_is_one_that_the_server_has(self):
        with Server(self.data) as server:
            text = server.admin("/metrics")[2].decode()
        series = [line.rpartition(" ")[0] for line in text.splitlines()
                  if not line.startswith("#")]
        panels = json.loads(DASHBOARD.read_text())["panels"]
        expressions = [target["expr"] for panel in panels for target in panel["targets"]]
        self.assertGreaterEqual(len(expressions), 10)
        for expression in expressions:
            for name, labels in re.findall(r"(playhead_\w+)(?:{(.*?)})?", expression):
                wanted = labels.split(",") if labels else []
                self.assertTrue(any(one.split("{")[0] == name and
                                    all(label in one for label in wanted) for one in series),
                                f"{name} {wanted} of {expression}")


if __name__ == "__main__":
    unittest.main()
