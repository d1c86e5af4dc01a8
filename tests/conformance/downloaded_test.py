# SPDX-License-Identifier: Apache-2.0
"""Protocol section 7: downloaded content, POST /api/v1/downloaded and arrays on /sessions."""

import unittest

from bodies import EVENT_TYPES, TS, batch, encode, event, start
from collector import ProtocolTest

FLAG = "media.downloaded"
DOWNLOADED = "/api/v1/downloaded"
SESSIONS = "/api/v1/sessions"


class Endpoints(ProtocolTest):
    def test_7_1_an_array_on_downloaded_needs_no_flag(self):
        for params in ({}, {FLAG: True}, {FLAG: False}):
            with self.subTest(params=params):
                answer = self.server.post(DOWNLOADED, batch("play", "ping", **params))
                self.check_created(answer)

    def test_7_1_an_array_on_sessions_needs_the_flag(self):
        self.check_created(self.server.post(SESSIONS, batch("play", **{FLAG: True})))
        for params in ({}, {FLAG: False}, {FLAG: "true"}, {FLAG: 1}, {FLAG: None}):
            with self.subTest(params=params):
                answer = self.server.post(SESSIONS, batch("play", **params))
                self.check_error(answer, 400)
                self.assertEqual(answer.all("Location"), [])

    def test_7_1_an_array_on_sessions_may_begin_with_white_space(self):
        body = encode(batch("play", **{FLAG: True}))
        self.check_created(self.server.post(SESSIONS, b" \r\n\t" + body))
        self.check_created(self.server.post(SESSIONS, b"\xef\xbb\xbf " + body))

    def test_7_1_a_live_start_may_say_false_but_not_true(self):
        self.check_created(self.server.post(SESSIONS, start(params={FLAG: False})))
        self.check_created(self.server.post(SESSIONS, start()))
        self.check_error(self.server.post(SESSIONS, start(params={FLAG: True})), 400)

    def test_7_1_an_object_on_downloaded_is_400(self):
        for params in ({}, {FLAG: True}):
            self.check_error(self.server.post(DOWNLOADED, start(params=params)), 400)


class Body(ProtocolTest):
    def refused(self, body, path=DOWNLOADED):
        problems = self.check_error(self.server.post(path, body), 400)
        return [problem["path"] for problem in problems]

    def test_7_2_the_documented_batch_is_taken(self):
        self.check_created(self.server.post(DOWNLOADED, [
            start(1529997923478, customMetadata={}, qoeData={}),
            {"eventType": "play", "playerTime": {"playhead": 0, "ts": 1529997928174}},
            {"eventType": "ping", "playerTime": {"playhead": 10, "ts": 1529997937503}},
            {"eventType": "sessionComplete", "playerTime": {"playhead": 35, "ts": 1529997960559}}]))

    def test_7_2_the_first_element_must_be_the_only_session_start(self):
        for body in ([event("play")], [event("play"), start(TS + 1)], [start(), start(TS + 1)],
                     [start(), event("play", TS + 1), start(TS + 2)]):
            with self.subTest(body=body):
                self.refused(body)

    def test_7_2_the_start_needs_its_params_as_online(self):
        self.assertEqual(self.refused([start(params={"media.id": ...}), event("play", TS + 1)]),
                         ["/0/params/media.id"])

    def test_7_2_an_empty_array_and_elements_that_are_no_events_are_400(self):
        for body in ([], [None], [start(), None], [start(), []], [start(), "play"], [[start()]],
                     [start(), 7], [start(), {}]):
            with self.subTest(body=body):
                self.refused(body)
                self.refused(body, SESSIONS)
        good = encode(batch("play"))
        for body in (good[:-1], good + b",", good[:-1] + b",]", good + good):
            self.refused(body)

    def test_7_2_an_invalid_element_is_named_and_nothing_is_stored(self):
        for at in (0, 1, 50, 99):
            with self.subTest(at=at):
                body = batch(*["ping"] * 99)
                body[at]["playerTime"]["ts"] = "1"
                self.assertEqual(self.refused(body), [f"/{at}/playerTime/ts"])

    def test_7_2_all_or_nothing(self):
        self.own("asks for the list of sessions")
        server = self.configured()
        body = batch(*["play"] * 20)
        body[20]["eventType"] = "nothing"
        self.check_error(server.post(DOWNLOADED, body), 400)
        self.assertEqual(server.sessions(), [])
        body[20]["eventType"] = "ping"
        self.check_created(server.post(DOWNLOADED, body))
        self.assertEqual(len(server.sessions()), 1)

    def test_7_2_every_type_of_event_may_stand_in_a_batch(self):
        self.check_created(self.server.post(DOWNLOADED, batch(*EVENT_TYPES)))

    def test_7_2_elements_stay_in_their_order(self):
        self.own("asks for processed events")
        body = batch("play", "pauseStart", "play", "bufferStart", "sessionEnd")
        body[2]["playerTime"]["ts"] = TS + 3500
        body[3]["playerTime"]["ts"] = TS + 1500
        sid = self.server.open(body)
        self.server.settled(sid)
        self.assertEqual([one["eventType"] for one in self.server.processed(sid)],
                         [one["eventType"] for one in body])

    def test_7_2_elements_after_the_first_end_are_ignored(self):
        self.own("asks for metrics")
        body = batch("play", "ping", "sessionEnd", "adBreakStart", "adStart", "sessionComplete")
        metrics = self.server.settled(self.server.open(body))
        self.assertEqual(metrics["sessionDetails.timePlayed"], 2)
        self.assertEqual(metrics["sessionDetails.adCount"], 0)
        self.assertFalse(metrics["sessionDetails.isCompleted"])

    def test_7_2_complete_alone_or_neither_ends_the_batch_at_its_last_element(self):
        self.own("asks for metrics")
        for last in ("sessionComplete", "ping"):
            with self.subTest(last=last):
                body = batch("play", "ping", "ping", last)
                metrics = self.server.settled(self.server.open(body))
                self.assertEqual(metrics["session.closeTs"], TS + 4000)
                self.assertEqual(metrics["sessionDetails.timePlayed"], 3)
                self.assertEqual(metrics["sessionDetails.isCompleted"], last == "sessionComplete")

    def test_7_2_no_time_out_applies(self):
        self.own("asks for metrics")
        body = batch("play", "ping", "sessionEnd")
        body[2]["playerTime"]["ts"] = TS + 10_000_000
        body[3]["playerTime"] = {"playhead": 20, "ts": TS + 10_000_001}
        metrics = self.server.settled(self.server.open(body))
        self.assertEqual(metrics["session.closeReason"], "sessionEnd")
        self.assertEqual(metrics["session.closeTs"], TS + 10_000_001)


class Response(ProtocolTest):
    def test_7_3_the_answer_is_that_of_a_start(self):
        for path in (DOWNLOADED, SESSIONS):
            answer = self.server.post(path, batch("play", **{FLAG: True}))
            self.check_created(answer)
            self.assertEqual(answer.get("Content-Type"), "application/octet-stream")
            self.assertEqual(answer.get("Content-Length"), "0")

    def test_7_3_the_session_is_closed_already(self):
        for kinds in (["play"], ["play", "sessionEnd"], ["play", "sessionComplete"]):
            with self.subTest(kinds=kinds):
                sid = self.server.open(batch(*kinds))
                for kind in ("ping", "sessionEnd", "sessionComplete"):
                    self.check_error(self.server.tell(sid, event(kind, TS + 1001)), 410)

    def test_7_4_the_view_appears_when_it_happened(self):
        self.own("asks for the session")
        body = batch("play", "ping", "sessionEnd", ts=1_500_000_000_000)
        sid = self.server.open(body)
        self.server.settled(sid)
        seen = self.server.session(sid)
        self.assertEqual(seen["startTs"], 1_500_000_000_000)
        self.assertEqual(seen["closeTs"], 1_500_000_003_000)
        self.assertTrue(seen["metrics"]["sessionDetails.isDownloaded"])

    def test_7_5_the_end_that_ios_appends_has_the_stamp_of_the_last_event(self):
        body = batch("play", "ping", **{FLAG: True})
        body.append({**event("sessionEnd"), "playerTime": body[-1]["playerTime"]})
        self.check_created(self.server.post(SESSIONS, body))

    def test_7_5_the_same_batch_again_is_201_again(self):
        body = encode(batch("play", "ping", "sessionEnd", **{FLAG: True}))
        for _ in range(2):
            self.check_created(self.server.post(SESSIONS, body))


if __name__ == "__main__":
    unittest.main()
