# SPDX-License-Identifier: Apache-2.0
"""Protocol section 11: validation rules and error bodies."""

import json
import unittest

from bodies import CATALOGUE, REQUIRED, TS, TYPES, batch, encode, event, start
from collector import ProtocolTest


class ClosedWorld(ProtocolTest):
    def setUp(self):
        super().setUp()
        self.sid = self.server.open()

    def test_11_1_unknown_keys_are_400_everywhere(self):
        for body in (event("ping", more=1), event("ping", params={"more": 1}),
                     event("ping", qoeData={"more": 1}), event("ping", qoeData={"param1": 1}),
                     event("ping", params={"media.id": "x"}),
                     event("ping", params={"media.ad.id": "x"}),
                     {**event("ping"), "playerTime": {"playhead": 0, "ts": TS, "more": 1}}):
            with self.subTest(body=body):
                self.check_error(self.server.tell(self.sid, body), 400)
        body = start(params={"application.own": "x"})
        self.check_error(self.server.post("/api/v1/sessions", body), 400)

    def test_11_2_null_is_never_a_value(self):
        for kind in TYPES:
            if kind == "sessionStart":
                continue
            for key in REQUIRED.get(kind, {}):
                answer = self.server.tell(self.sid, event(kind, params={key: None}))
                self.check_error(answer, 400)
        self.check_error(self.server.post("/api/v1/sessions", start(params={"media.name": None})),
                         400)

    def test_11_2_metadata_is_judged_on_every_type(self):
        for kind in TYPES:
            for metadata in ({"bad-key": "x"}, {"": "x"}, {"key": 1}, {"key": None},
                             {"key": ["x"]}, {"\u00e4": "x"}, {"a b": "x"}, {"key": {"x": "y"}}):
                with self.subTest(kind=kind, metadata=metadata):
                    body = event(kind, customMetadata=metadata)
                    path = ("/api/v1/sessions" if kind == "sessionStart"
                            else f"/api/v1/sessions/{self.sid}/events")
                    self.check_error(self.server.post(path, body), 400)

    def test_11_2_a_refused_event_leaves_the_session_as_it_was(self):
        self.own("asks for metrics")
        sid = self.server.open()
        before = self.server.metrics(sid)
        for body in (event("play", "x"), event("error", more=1), b"{", event("sessionEnd", 1.5)):
            self.assertEqual(self.server.send(sid, body), 400)
        self.assertEqual(self.server.metrics(sid), before)
        self.assertEqual(self.server.send(sid, event("play", TS + 1)), 204)


class Numbers(ProtocolTest):
    def status(self, kind, key, text, where="params"):
        """Sends an event whose member `key` is written as this text."""
        body = event(kind, TS + 1)
        body[where] = {**body.get(where, {}), key: 424242}
        data = encode(body).replace(b"424242", text.encode())
        if kind == "sessionStart":
            return self.server.post("/api/v1/sessions", data).status
        return self.server.send(self.sid, data)

    def setUp(self):
        super().setUp()
        self.sid = self.server.open()

    def test_11_3_an_integer_is_a_number_without_fraction(self):
        for text in ("3", "3.0", "3e0", "30e-1", "0.3E1", "-3", "-0", "0", "3.000",
                     "9223372036854775807", "-9223372036854775808", "4294967296", "1e3"):
            with self.subTest(text=text):
                self.assertEqual(self.status("adBreakStart", "media.ad.podIndex", text), 204)
                self.assertEqual(self.status("ping", "media.qoe.bitrate", text, "qoeData"), 204)
        for text in ("3.5", "0.1", "31e-1", '"3"', "true", "null", "[]", "[3]"):
            with self.subTest(text=text):
                self.assertEqual(self.status("adBreakStart", "media.ad.podIndex", text), 400)
                self.assertEqual(self.status("ping", "media.qoe.bitrate", text, "qoeData"), 400)

    def test_11_3_the_location_hint_is_an_integer(self):
        for text, status in (("9", 201), ("9.0", 201), ("9.5", 400), ('"9"', 400)):
            self.assertEqual(self.status("sessionStart", "visitor.aamLocationHint", text), status)

    def test_11_3_a_number_is_any_finite_number(self):
        for text in ("0", "-1", "0.5", "1e10", "1E-10", "60.39333333333333", "86400", "1e300"):
            self.assertEqual(self.status("sessionStart", "media.length", text), 201, text)
        for text in ("1e400", '"60"', "true", "null", "[60]", "{}"):
            self.assertEqual(self.status("sessionStart", "media.length", text), 400, text)

    def test_11_3_a_boolean_is_only_true_or_false(self):
        for text in ("true", "false"):
            self.assertEqual(self.status("sessionStart", "media.resume", text), 201, text)
        for text in ('"true"', '"false"', "0", "1", "null", "[]", "[true]"):
            self.assertEqual(self.status("sessionStart", "media.resume", text), 400, text)

    def test_11_3_a_string_is_only_a_string(self):
        for text in ('""', '"60"', '"true"', '"null"'):
            self.assertEqual(self.status("sessionStart", "media.season", text), 201, text)
        for text in ("60", "true", "null", "[]", "{}"):
            self.assertEqual(self.status("sessionStart", "media.season", text), 400, text)


class NotValidated(ProtocolTest):
    def test_11_4_ranges_are_the_clients_business(self):
        for length in (-1, 0, 86400, 1e12):
            self.check_created(self.server.post("/api/v1/sessions",
                                                start(params={"media.length": length})))
        sid = self.server.open()
        stamps = iter(range(TS + 1, TS + 100))
        for kind, params in (("adBreakStart", {"media.ad.podIndex": -1, "media.ad.podSecond": -1}),
                             ("adStart", {"media.ad.podPosition": -1, "media.ad.length": -1}),
                             ("adStart", {"media.ad.id": "", "media.ad.length": 1e9}),
                             ("chapterStart", {"media.chapter.index": -7,
                                               "media.chapter.offset": -1,
                                               "media.chapter.length": -0.5}),
                             ("error", {"media.errorSource": "neither"})):
            with self.subTest(kind=kind, params=params):
                body = event(kind, next(stamps), params=params)
                self.check_accepted(self.server.tell(sid, body))
        for quality in ({"media.qoe.bitrate": -1}, {"media.qoe.droppedFrames": -5},
                        {"media.qoe.timeToStart": 2**40}, {"media.qoe.errorSource": "neither"}):
            body = event("ping", next(stamps), qoeData=quality)
            self.check_accepted(self.server.tell(sid, body))

    def test_11_4_playhead_and_ts_may_be_anywhere(self):
        for playhead in (-1, 61, 1e6, 1e15, -1e15):
            self.check_created(self.server.post("/api/v1/sessions", start(playhead=playhead)))
        for ts in (0, 1, -1, TS * 100, 4_000_000_000_000, 2**62):
            sid = self.check_created(self.server.post("/api/v1/sessions", start(ts)))
            self.check_accepted(self.server.tell(sid, event("ping", ts - 1)))
            self.check_accepted(self.server.tell(sid, event("ping", ts + 10_000_000)))

    def test_11_4_texts_may_be_empty_or_strange(self):
        texts = {one["key"]: "" for one in CATALOGUE["events"]["sessionStart"]["params"]
                 if one["type"] == "string"}
        self.check_created(self.server.post("/api/v1/sessions", start(params=texts)))
        for text in ("\x00", "\u0001", "\u2028", "x" * 10_000, "'; drop table", "\U0001f600"):
            texts = {key: text for key in texts}
            answer = self.server.post("/api/v1/sessions",
                                      start(params=dict(list(texts.items())[:10])))
            self.check_created(answer)


class Errors(ProtocolTest):
    def test_11_5_an_error_is_json_with_a_message(self):
        sid = self.server.open()
        for answer, status in ((self.server.tell(sid, b"{"), 400),
                               (self.server.tell(sid, event("nothing")), 400),
                               (self.server.post("/api/v1/downloaded", b"[]"), 400),
                               (self.server.tell("0" * 64, event("ping")), 404),
                               (self.server.ask("GET", "/api/v1/schemas/nothing"), 404),
                               (self.server.ask("PUT", "/api/v1/sessions", b""), 405),
                               (self.server.tell(self.server.closed(), event("ping", TS + 9999)),
                                410),
                               (self.server.tell(sid, b" " * 262_145), 413)):
            self.check_error(answer, status)
            self.assertEqual(answer.get("Content-Length"), str(len(answer.body)))

    def test_11_5_404_and_410_say_different_things(self):
        one = json.loads(self.server.tell("0" * 64, event("ping")).body)["message"]
        other = json.loads(self.server.tell(self.server.closed(),
                                            event("ping", TS + 9999)).body)["message"]
        self.assertNotEqual(one, other)

    def test_11_5_every_problem_is_named_by_its_path(self):
        body = start(playhead="0", params={"media.length": "60", "media.id": ...}, more=1,
                     customMetadata={"bad-key": "x"}, qoeData={"media.qoe.bitrate": 0.5})
        problems = self.check_error(self.server.post("/api/v1/sessions", body), 400)
        self.assertEqual({problem["path"] for problem in problems}, {
            "/playerTime/playhead", "/params/media.length", "/params/media.id", "/more",
            "/customMetadata/bad-key", "/qoeData/media.qoe.bitrate"})
        for problem in problems:
            self.assertEqual(set(problem), {"path", "reason"})
            self.assertTrue(problem["reason"])

    def test_11_5_a_message_stays_short_and_json_whatever_was_sent(self):
        for key in ('"quoted"', "\n", "\x00", "\u2028", "x" * 100_000, "<script>", "\\"):
            with self.subTest(key=key[:20]):
                answer = self.server.post("/api/v1/sessions", start(params={key: 1}))
                self.check_error(answer, 400)
                self.assertLess(len(answer.body), 5000)
        many = {f"key-{i}": 1 for i in range(5000)}
        answer = self.server.post("/api/v1/sessions", start(params=many))
        self.check_error(answer, 400)
        self.assertLess(len(answer.body), 20_000)


class Lenient(ProtocolTest):
    def setUp(self):
        super().setUp()
        self.lenient = self.configured("--ingest.profile", "lenient")
        self.sid = self.lenient.open()

    def status(self, body):
        return self.lenient.send(self.sid, body)

    def test_11_1_lenient_differs_in_its_documented_list_and_in_nothing_else(self):
        for what, body, status in (
                ("unknown param", event("ping", params={"more": 1}), 204),
                ("unknown quality", event("ping", qoeData={"more": []}), 204),
                ("null param", event("adBreakStart",
                                     params={"media.ad.podFriendlyName": None}), 204),
                ("null quality", event("ping", qoeData={"media.qoe.bitrate": None}), 204),
                ("null member", event("ping", params={}, qoeData=None), 204),
                ("fractional quality", event("ping", qoeData={"media.qoe.bitrate": 1.5}), 204),
                ("ad without player name", event("adStart", params={"media.ad.playerName": ...}),
                 204),
                ("null for what is required", event("adStart", params={"media.ad.id": None}), 400),
                ("missing what is required", event("adStart", params={"media.ad.id": ...}), 400),
                ("further member", event("ping", more=1), 400),
                ("further member of playerTime",
                 {**event("ping"), "playerTime": {"playhead": 0, "ts": 1, "more": 1}}, 400),
                ("fraction where none may be", event("adBreakStart",
                                                     params={"media.ad.podIndex": 1.5}), 400),
                ("wrong type", event("adStart", params={"media.ad.length": "15"}), 400),
                ("wrong type of a quality", event("ping", qoeData={"media.qoe.bitrate": "1"}), 400),
                ("bad metadata key", event("ping", customMetadata={"bad-key": "x"}), 400),
                ("metadata not text", event("ping", customMetadata={"key": 1}), 400),
                ("unknown type", event("nothing"), 400)):
            with self.subTest(what=what):
                self.assertEqual(self.status(body), status)

    def test_11_1_lenient_needs_neither_channel_nor_player_name(self):
        optional = {"media.channel": ..., "media.playerName": ...}
        self.check_created(self.lenient.post("/api/v1/sessions", start(params=optional)))
        self.check_created(self.lenient.post("/api/v1/downloaded",
                                             [start(params=optional), event("play", TS + 1)]))
        for key in ("media.id", "media.length", "media.contentType", "analytics.reportSuite"):
            self.check_error(self.lenient.post("/api/v1/sessions", start(params={key: ...})), 400)

    def test_11_1_what_standard_takes_lenient_takes(self):
        for kind in TYPES:
            if kind not in ("sessionStart", "sessionEnd"):
                self.assertEqual(self.status(event(kind, TS + 1)), 204, kind)
        self.check_created(self.lenient.post("/api/v1/downloaded", batch("play", "sessionEnd")))


if __name__ == "__main__":
    unittest.main()
