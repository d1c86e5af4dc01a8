# SPDX-License-Identifier: Apache-2.0
"""Protocol section 5: POST /api/v1/sessions/{sid}/events."""

import unittest

from bodies import EVENT_TYPES, REQUIRED, TS, batch, event, start
from collector import ProtocolTest


class Request(ProtocolTest):
    def test_5_1_the_sample_with_empty_members_is_taken_for_every_type_without_params(self):
        sid = self.server.open()
        kinds = [kind for kind in EVENT_TYPES if not REQUIRED.get(kind) and kind != "sessionEnd"]
        self.assertEqual(len(kinds), 13)
        for i, kind in enumerate([*kinds, "sessionEnd"], 1):
            with self.subTest(kind=kind):
                body = {"playerTime": {"playhead": 0, "ts": TS + i}, "eventType": kind,
                        "params": {}, "qoeData": {}, "customMetadata": {}}
                self.check_accepted(self.server.tell(sid, body))

    def test_5_1_playertime_and_eventtype_are_enough(self):
        sid = self.server.open()
        for i, kind in enumerate(EVENT_TYPES):
            if kind not in REQUIRED and kind != "sessionEnd":
                with self.subTest(kind=kind):
                    body = {"playerTime": {"playhead": 0.5, "ts": TS + i}, "eventType": kind}
                    self.check_accepted(self.server.tell(sid, body))

    def test_5_1_a_session_start_here_is_400(self):
        sid = self.server.open()
        self.check_error(self.server.tell(sid, start(TS + 1)), 400)
        self.assertEqual(self.server.send(sid, event("play", TS + 1)), 204)

    def test_5_1_an_array_here_is_400(self):
        sid = self.server.open()
        for body in ([], [event("play", TS + 1)], batch("play"),
                     [event("play", TS + 1), event("ping", TS + 2)]):
            with self.subTest(body=body):
                self.check_error(self.server.tell(sid, body), 400)


class Success(ProtocolTest):
    def test_5_2_the_answer_has_no_body_and_no_content_type(self):
        answer = self.server.tell(self.server.open(), event("play", TS + 1))
        self.assertEqual(answer.status, 204)
        self.check_cors(answer)
        for name in ("Content-Type", "Content-Length", "Transfer-Encoding", "Location"):
            self.assertEqual(answer.all(name), [], name)

    def test_5_2_nothing_follows_the_answer(self):
        with self.server.wire() as connection:
            sid = self.server.open(connection=connection)
            self.assertEqual(self.server.send(sid, event("play", TS + 1), connection), 204)
            self.assertTrue(connection.is_silent_for(0.2))

    def test_5_2_events_that_break_the_sequence_are_accepted(self):
        sid = self.server.open()
        kinds = ["adComplete", "adSkip", "adStart", "adBreakComplete", "chapterComplete",
                 "chapterSkip", "stateEnd", "sessionComplete", "sessionComplete", "adBreakStart",
                 "adBreakStart", "chapterStart", "chapterStart", "play", "play", "pauseStart"]
        for i, kind in enumerate(kinds, 1):
            self.check_accepted(self.server.tell(sid, event(kind, TS + i)))
        for i in range(12):
            body = event("stateStart", TS + 100 + i, params={"media.state.name": f"state{i}"})
            self.check_accepted(self.server.tell(sid, body))


class Statuses(ProtocolTest):
    def test_5_3_an_unknown_sid_is_404(self):
        for sid in ("0" * 64, "f" * 64, "0123456789abcdef" * 4):
            with self.subTest(sid=sid):
                self.check_error(self.server.tell(sid, event("ping")), 404)

    def test_5_3_what_is_no_sid_is_404_and_not_400(self):
        sid = self.server.open()
        for other in ("x", sid.upper() if sid.upper() != sid else "A" * 64, sid[:-1], sid + "0",
                      "0" * 63, "0" * 65, "g" * 64, "%30" * 64, "-1", "a" * 2000, "null",
                      sid[:32], sid + "%00", "." * 64):
            with self.subTest(sid=other):
                self.check_error(self.server.tell(other, event("ping")), 404)

    def test_5_3_a_closed_session_is_410(self):
        sid = self.server.closed()
        self.check_error(self.server.tell(sid, event("ping", TS + 9999)), 410)

    def test_5_3_an_invalid_body_is_400_whatever_the_sid(self):
        for sid in (self.server.open(), self.server.closed(), "0" * 64, "nobody",
                    self.server.open(batch("play"))):
            for body in (b"", b"{", {}, event("nothing"), event("adStart", params={
                    "media.ad.id": ...}), start(), [event("ping")], event("ping", more=1)):
                with self.subTest(sid=sid, body=body):
                    self.check_error(self.server.tell(sid, body), 400)

    def test_5_3_the_path_comes_before_the_body(self):
        for body in (b"", b"{", event("ping")):
            self.check_error(self.server.post("/api/v1/sessions/x/event", body), 404)

    def test_5_3_too_much_comes_before_what_it_says(self):
        answer = self.server.tell("nobody", b"x" * (256 * 1024 + 1))
        self.check_error(answer, 413)


if __name__ == "__main__":
    unittest.main()
