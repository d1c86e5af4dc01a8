# SPDX-License-Identifier: Apache-2.0
"""Protocol section 15: custom metadata."""

import unittest

from bodies import EVENT_TYPES, TS, batch, event, start
from collector import ProtocolTest

BAD = [{"bad-key": "x"}, {"": "x"}, {"a b": "x"}, {"a$": "x"}, {"\u00e4": "x"}, {"a/b": "x"},
       {"a\n": "x"}, {"a\x00": "x"}, {"key": 1}, {"key": True}, {"key": None}, {"key": {}},
       {"key": []}, {"key": ["x"]}, {"good": "x", "bad-key": "x"}]


class Keys(ProtocolTest):
    def test_15_keys_are_letters_digits_underscores_and_points(self):
        for key in ("a", "Z", "0", "_", ".", "..", "aZ_.09", "a.media.show", "media.name", "c.x",
                    "a" * 1000):
            with self.subTest(key=key):
                body = start(customMetadata={key: "value"})
                self.check_created(self.server.post("/api/v1/sessions", body))

    def test_15_any_other_key_or_value_is_400_and_named(self):
        sid = self.server.open()
        for metadata in BAD:
            for kind in ("sessionStart", "adStart", "chapterStart", "play"):
                with self.subTest(metadata=metadata, kind=kind):
                    body = event(kind, TS + 1, customMetadata=metadata)
                    path = ("/api/v1/sessions" if kind == "sessionStart"
                            else f"/api/v1/sessions/{sid}/events")
                    problems = self.check_error(self.server.post(path, body), 400)
                    self.assertEqual(len(problems), 1)
                    self.assertTrue(problems[0]["path"].startswith("/customMetadata/"))

    def test_15_values_are_any_text(self):
        for value in ("", "x" * 100_000, "\u00e4\u4e16\U0001f600", "a\nb\tc", '"quoted"', "null"):
            body = start(customMetadata={"key": value})
            self.check_created(self.server.post("/api/v1/sessions", body))

    def test_15_there_is_no_limit_to_their_number(self):
        body = start(customMetadata={f"key{i}": str(i) for i in range(2000)})
        self.check_created(self.server.post("/api/v1/sessions", body))

    def test_15_reserved_prefixes_are_accepted(self):
        sid = self.server.open(start(customMetadata={"a.media.channel": "x", "media.id": "y"}))
        for kind in ("adStart", "chapterStart"):
            body = event(kind, TS + 1, customMetadata={"a.media.ad.x": "x", "media.name": "y"})
            self.check_accepted(self.server.tell(sid, body))


class Places(ProtocolTest):
    def test_15_every_type_takes_metadata_empty_or_not(self):
        for metadata in ({}, {"key": "value"}):
            sid = self.server.open()
            for i, kind in enumerate(kind for kind in EVENT_TYPES if kind != "sessionEnd"):
                with self.subTest(kind=kind, metadata=metadata):
                    body = event(kind, TS + i, customMetadata=metadata)
                    self.check_accepted(self.server.tell(sid, body))
            body = event("sessionEnd", TS + 999, customMetadata=metadata)
            self.check_accepted(self.server.tell(sid, body))

    def test_15_the_metadata_of_the_start_lasts_for_the_session(self):
        self.own("asks for the session")
        sent = {"myKey": "my value", "a.media.show": "custom", "media.name": "custom"}
        sid = self.server.open(start(params={"media.name": "real"}, customMetadata=sent))
        for kind in ("play", "ping", "adBreakStart", "adStart", "chapterStart", "error"):
            body = event(kind, TS + 1, customMetadata={"myKey": "changed", "more": "x"})
            self.assertEqual(self.server.send(sid, body), 204)
        seen = self.server.session(sid)
        self.assertEqual(seen["customMetadata"], sent)
        self.assertEqual(seen["dimensions"]["media.name"], "real")

    def test_15_a_batch_carries_metadata_in_its_first_element(self):
        self.own("asks for the session")
        body = batch("play", "sessionEnd")
        body[0]["customMetadata"] = {"key": "value"}
        body[1]["customMetadata"] = {"key": "other"}
        sid = self.server.open(body)
        self.server.settled(sid)
        self.assertEqual(self.server.session(sid)["customMetadata"], {"key": "value"})


if __name__ == "__main__":
    unittest.main()
