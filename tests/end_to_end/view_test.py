# SPDX-License-Identifier: Apache-2.0
"""A view travels end to end: from a player's POST to a number on the admin address."""

import json
import shutil
import tempfile
import unittest

from playhead_server import SOURCE, Server, differences, playhead, timeline, wait_until

CASES = ["01", "06", "11", "14", "20", "23", "31", "33"]
# What depends on the close, which a session without sessionEnd has not had yet over HTTP.
OPEN_KEYS = {"session.closeReason", "session.closeTs", "sessionDetails.secondsSinceLastCall"}


class View(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.data = self.folder.name + "/data"

    def test_timeline_1_ends_in_its_documented_numbers(self):
        case = timeline("01")
        with Server(self.data) as server:
            session = server.play(case["events"])
            seen = server.session(session)
            self.assertEqual(seen["state"], "open")
            self.assertEqual(seen["metrics"]["sessionDetails.timePlayed"], 45)
            self.assertEqual(seen["metrics"]["sessionDetails.totalTimePlayed"], 75)
            self.assertEqual(seen["metrics"]["sessionDetails.adCount"], 3)
            self.assertEqual(server.stop(), 0)

    def test_the_cases_equal_their_expectation_through_http(self):
        with Server(self.data) as server:
            for name in CASES:
                with self.subTest(case=name):
                    case = timeline(name)
                    session = server.play(case["events"])
                    ends = case["events"][-1]["eventType"] == "sessionEnd"
                    if ends:
                        seen = wait_until(
                            lambda: self.closed(server, session), "the session closes")
                        self.assertEqual(differences(case["expect"], seen["metrics"]), {})
                    else:
                        seen = server.session(session)
                        expect = {k: v for k, v in case["expect"].items() if k not in OPEN_KEYS}
                        self.assertEqual(differences(expect, seen["metrics"]), {})

    def test_a_silent_session_closes_by_inactivity_with_the_expected_numbers(self):
        case = timeline("01")
        # The shortest that is longer than any step of the timeline: a step of the client's clock
        # beyond it would be taken as a jump of that clock (metrics 2.2).
        inactivity_seconds = 13
        with Server(self.data, "--session.inactivity_seconds", str(inactivity_seconds),
                    "--session.reorder_seconds", "1") as server:
            session = server.play(case["events"])
            seen = wait_until(lambda: self.closed(server, session), "the session closes")
            last = case["events"][-1]["playerTime"]["ts"]
            expect = dict(case["expect"])
            expect["session.closeTs"] = last + inactivity_seconds * 1000
            expect["sessionDetails.secondsSinceLastCall"] = inactivity_seconds
            self.assertEqual(differences(expect, seen["metrics"]), {})
            self.assertEqual(server.send(session, case["events"][5]), 410)

    def folded(self, path):
        code, out, err = playhead("fold", str(path))
        self.assertEqual((code, err), (0, ""))
        return json.loads(out)

    def test_all_cases_equal_their_expectation_through_fold(self):
        paths = sorted((SOURCE / "tests/timelines").glob("*.json"))
        self.assertEqual(len(paths), 50)
        for path in paths:
            with self.subTest(case=path.name):
                printed = self.folded(path)
                verdicts = printed.pop("verdicts")
                case = json.loads(path.read_text())
                self.assertEqual(set(printed), set(case["expect"]))
                self.assertEqual(differences(case["expect"], printed), {})
                self.assertEqual(len(verdicts), len(case["events"]))

    def test_the_sessions_of_all_cases_with_several_equal_their_expectation_through_fold(self):
        paths = sorted((SOURCE / "tests/timelines/multi").glob("*.json"))
        self.assertEqual(len(paths), 3)
        for path in paths:
            with self.subTest(case=path.name):
                case = json.loads(path.read_text())
                names = tuple(session["sid"] + "/" for session in case["sessions"])
                expect = {key: value for key, value in case["expect"].items()
                          if key.startswith(names)}
                self.assertEqual(differences(expect, self.folded(path)), {})

    def test_fold_reads_standard_input_and_a_bare_array(self):
        case = timeline("06")
        code, out, _ = playhead("fold", "-", stdin=json.dumps(case["events"]).encode())
        self.assertEqual(code, 0)
        self.assertEqual(json.loads(out)["sessionDetails.timePlayed"], 40)

    def test_fold_says_what_is_wrong_with_a_file(self):
        code, out, err = playhead("fold", "-", stdin=b'{"events": [{"eventType": "play"}]}')
        self.assertNotEqual(code, 0)
        self.assertEqual(out, "")
        self.assertIn("playerTime", err)
        code, _, err = playhead("fold", "/no/such/file")
        self.assertNotEqual(code, 0)
        self.assertIn("/no/such/file", err)

    def test_the_events_of_a_session_carry_verdicts_and_offsets(self):
        case = timeline("14")
        with Server(self.data) as server:
            session = server.play(case["events"])
            wait_until(lambda: self.closed(server, session), "the session closes")
            events = server.events(session)
            self.assertEqual([e["eventType"] for e in events],
                             [e["eventType"] for e in case["events"]])
            self.assertEqual([e["playerTime"] for e in events],
                             [e["playerTime"] for e in case["events"]])
            offsets = [e["offset"] for e in events]
            self.assertEqual(offsets, sorted(set(offsets)))
            by_type = {e["eventType"]: e["verdict"] for e in events}
            self.assertEqual(by_type["adStart"]["outcome"], "ignored")
            self.assertEqual(by_type["adStart"]["code"], "ad_outside_break")
            self.assertEqual(by_type["play"]["outcome"], "used")
            for event in events:
                self.assertTrue(event["verdict"]["message"])
                self.assertTrue(event["verdict"]["rule"])
                self.assertGreater(event["receivedAt"], 0)

    def test_a_restart_continues_open_sessions(self):
        case = timeline("01")
        events = case["events"]
        with Server(self.data) as server:
            session = server.play(events[:14])
            self.assertEqual(server.stop(), 0)
        with Server(self.data) as server:
            for event in events[14:]:
                self.assertEqual(server.send(session, event), 204)
            metrics = server.session(session)["metrics"]
            expect = {k: v for k, v in case["expect"].items() if k not in OPEN_KEYS}
            self.assertEqual(differences(expect, metrics), {})
            self.assertEqual(len(server.events(session)), len(events))

    def test_closed_sessions_are_there_after_a_restart_exactly_once(self):
        case = timeline("06")
        with Server(self.data) as server:
            sessions = [server.play(case["events"]) for _ in range(3)]
            for session in sessions:
                wait_until(lambda s=session: self.closed(server, s), "the session closes")
            self.assertEqual(server.stop(), 0)
        for _ in range(2):
            with Server(self.data) as server:
                listed = [item["id"] for item in server.get("/v1/sessions")["items"]]
                self.assertEqual(listed, sorted(sessions, reverse=True))
                for session in sessions:
                    self.assertEqual(
                        differences(case["expect"], server.session(session)["metrics"]), {})
                self.assertEqual(server.stop(), 0)

    def test_changed_rules_neither_lose_nor_double_a_session(self):
        case = timeline("06")
        closed, half = case["events"], case["events"][:3]
        with Server(self.data, "--session.end_grace_seconds", "1") as server:
            first = server.play(closed)
            wait_until(lambda: self.closed(server, first), "the session closes")
            second = server.play(half)
            self.assertEqual(server.stop(), 0)
        with Server(self.data, "--session.end_grace_seconds", "8",
                    "--session.inactivity_seconds", "2") as server:
            listed = [item["id"] for item in server.get("/v1/sessions")["items"]]
            self.assertEqual(listed, [second, first])
            wait_until(lambda: self.closed(server, second), "the open session closes")
            self.assertEqual(server.stop(), 0)
        with Server(self.data) as server:
            listed = [item["id"] for item in server.get("/v1/sessions")["items"]]
            self.assertEqual(listed, [second, first])
            metrics = server.session(second)["metrics"]
            self.assertEqual(metrics["session.closeReason"], "inactivity")

    def test_a_session_closes_also_while_everything_else_is_refused(self):
        case = timeline("06")
        unknown = "0" * 64
        with Server(self.data, "--session.inactivity_seconds", "2") as server:
            session = server.play(case["events"][:2])

            def closed_meanwhile():
                self.assertEqual(server.send(unknown, case["events"][2]), 404)
                return self.closed(server, session)

            wait_until(closed_meanwhile, "the silent session closes")

    def test_a_journal_that_is_shorter_than_the_store_is_not_taken_for_a_new_one(self):
        case = timeline("06")
        with Server(self.data, "--session.end_grace_seconds", "0") as server:
            session = server.play(case["events"])
            wait_until(lambda: self.closed(server, session), "the session closes")
            self.assertEqual(server.stop(), 0)
        shutil.rmtree(self.data + "/journal")
        code, out, err = playhead("serve", "--data", self.data, "--listen", "127.0.0.1:0",
                                  "--admin", "127.0.0.1:0")
        self.assertEqual((code, out), (1, ""))
        self.assertIn("store.duckdb", err)
        self.assertIn("missing", err)

    def test_the_admin_side_is_for_loopback_only(self):
        for address in ["0.0.0.0:0", "127.example.com:0", "localhost.example.com:0"]:
            code, _, err = playhead("serve", "--data", self.data, "--listen", "127.0.0.1:0",
                                    "--admin", address)
            self.assertEqual(code, 1, address)
            self.assertIn(address, err)

    def test_the_list_is_newest_first_and_pages_by_cursor(self):
        case = timeline("06")
        with Server(self.data) as server:
            sessions = [server.play(case["events"][: 3 if i % 2 else None]) for i in range(9)]
            seen, cursor = [], None
            while True:
                page = server.get("/v1/sessions?limit=2" +
                                  (f"&cursor={cursor}" if cursor else ""))
                self.assertLessEqual(len(page["items"]), 2)
                seen += [item["id"] for item in page["items"]]
                cursor = page["next"]
                if cursor is None:
                    break
            self.assertEqual(seen, sorted(sessions, reverse=True))

    @staticmethod
    def closed(server, session):
        seen = server.session(session)
        return seen if seen["state"] == "closed" else None


if __name__ == "__main__":
    unittest.main(verbosity=2)
