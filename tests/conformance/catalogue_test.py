# SPDX-License-Identifier: Apache-2.0
"""Protocol sections 9 and 10: every event type with every param, each right and wrong."""

import unittest

from bodies import CATALOGUE, TS, TYPES, batch, encode, event, start
from collector import ProtocolTest
from variants import Judge, variants


class Types(ProtocolTest):
    def test_9_there_are_20_types(self):
        self.assertEqual(len(TYPES), 20)
        with self.server.wire() as connection:
            judge = Judge(self.server, connection)
            for kind in TYPES:
                self.assertTrue(judge.takes(event(kind)), kind)

    def test_9_names_that_are_no_types_are_400(self):
        sid = self.server.open()
        for kind in ("contentComplete", "pauseEnd", "bufferEnd", "bufferComplete", "seekStart",
                     "seekEnd", "seekComplete", "resume", "mute", "media.play", "Play", "PLAY",
                     "play ", "sessionstart", "", "adbreakStart", "bufferstart", "nothing"):
            with self.subTest(kind=kind):
                problems = self.check_error(self.server.tell(sid, event(kind)), 400)
                self.assertEqual([problem["path"] for problem in problems], ["/eventType"])

    def test_9_an_unknown_type_is_400_at_the_sessions_endpoint_too(self):
        body = start()
        body["eventType"] = "sessionBegin"
        self.check_error(self.server.post("/api/v1/sessions", body), 400)


class EveryVariant(ProtocolTest):
    """One test for each type, added below: test_9_<type>_with_every_param."""

    def check(self, kind):
        seen = set()
        wrong = []
        with self.server.wire() as connection:
            judge = Judge(self.server, connection)
            for what, body, valid in variants(kind):
                seen.add(valid)
                if judge.takes(body) != valid:
                    wrong.append(f"{what}: {'refused' if valid else 'taken'}: {encode(body)}")
        self.assertEqual(wrong, [])
        self.assertEqual(seen, {True, False})


def add(kind):
    def test(self):
        self.check(kind)
    setattr(EveryVariant, f"test_9_{kind}_with_every_param", test)


for each_type in TYPES:
    add(each_type)


class Particular(ProtocolTest):
    def setUp(self):
        super().setUp()
        self.sid = self.server.open()

    def status(self, kind, params=None, **members):
        return self.server.send(self.sid, event(kind, TS + 1, 0, params, **members))

    def test_9_1_every_optional_param_at_once(self):
        params = {one["key"]: {"string": "", "number": 0.5, "integer": -1, "boolean": False,
                               "object": {}}[one["type"]]
                  for one in CATALOGUE["events"]["sessionStart"]["params"]}
        body = start(params=params, customMetadata={"a": ""}, qoeData={"media.qoe.bitrate": 1})
        self.check_created(self.server.post("/api/v1/sessions", body))

    def test_9_6_a_break_takes_the_keys_of_old_clients(self):
        self.assertEqual(self.status("adBreakStart", {"media.ad.podPosition": 1}), 204)
        self.assertEqual(self.status("adBreakStart", {"media.ad.podFriendlyName": "pre"}), 204)
        self.assertEqual(self.status("adBreakStart", customMetadata={"a": "b"}), 204)

    def test_9_8_an_ad_takes_the_name_of_its_pod(self):
        self.assertEqual(self.status("adStart", {"media.ad.podFriendlyName": "pre"}), 204)

    def test_9_14_a_state_may_have_any_name(self):
        for kind in ("stateStart", "stateEnd"):
            for name in ("fullScreen", "fullscreen", "closedCaptioning", "mute", "inFocus",
                         "pictureInPicture", "", "with space", "\u00e4\u4e16", "x" * 300, "a-b"):
                with self.subTest(kind=kind, name=name):
                    self.assertEqual(self.status(kind, {"media.state.name": name}), 204)
            self.assertEqual(self.status(kind, {"media.state.name": ..., "media.stateName": "x"}),
                             400)

    def test_9_16_states_may_be_updated_together(self):
        named = {"media.state.name": "mute"}
        for params, status in (({"statesEnd": [named, {"media.state.name": "inFocus"}],
                                 "statesStart": [{"media.state.name": "fullScreen"}]}, 204),
                               ({"statesStart": [named]}, 204), ({"statesEnd": [named]}, 204),
                               ({"statesStart": [], "statesEnd": []}, 204), ({}, 204),
                               ({"statesStart": [{"media.state.name": ""}]}, 204),
                               ({"statesStart": [{**named, "more": 1}]}, 400),
                               ({"statesStart": [{}]}, 400), ({"statesStart": ["mute"]}, 400),
                               ({"statesStart": [{"media.state.name": 7}]}, 400),
                               ({"statesEnd": [named, None]}, 400),
                               ({"statesEnd": named}, 400), ({"states": []}, 400)):
            with self.subTest(params=params):
                self.assertEqual(self.status("statesUpdate", params), status)
        bare = {"eventType": "statesUpdate", "playerTime": {"playhead": 0, "ts": TS}}
        self.assertEqual(self.server.send(self.sid, bare), 400)

    def test_9_17_a_bitrate_may_come_in_every_place_or_in_none(self):
        self.assertEqual(self.status("bitrateChange"), 204)
        self.assertEqual(self.status("bitrateChange", qoeData={"media.qoe.bitrate": 1}), 204)
        self.assertEqual(self.status("bitrateChange", {"media.qoe.bitrate": 1}), 204)

    def test_9_18_the_three_forms_of_error(self):
        self.assertEqual(self.status("error"), 204)
        self.assertEqual(self.status("error", qoeData={"media.qoe.errorID": "a",
                                                       "media.qoe.errorSource": "external"}), 204)
        self.assertEqual(self.status("error", {"media.errorId": "a",
                                               "media.errorSource": "player"}), 204)

    def test_9_18_error_and_9_19_complete_do_not_close_the_session(self):
        for kind in ("error", "sessionComplete", "ping", "sessionComplete", "play"):
            self.assertEqual(self.status(kind), 204)

    def test_9_20_session_end_closes_at_once(self):
        self.assertEqual(self.status("sessionEnd"), 204)
        self.assertEqual(self.server.send(self.sid, event("play", TS + 9000)), 410)

    def test_10_2_customer_ids(self):
        good = [{}, {"a": {"id": "x"}}, {"a": {"id": "", "authState": 0}},
                {"a": {"id": "x", "authState": 1}, "b": {"id": "y", "authState": 2}},
                {"a": {"id": "x", "authState": 2.0}},
                {f"name {i}": {"id": str(i), "authState": i % 3} for i in range(200)}]
        bad = [{"a": {}}, {"a": "x"}, {"a": None}, {"a": []}, {"a": {"id": 7}},
               {"a": {"id": "x", "authState": 3}}, {"a": {"id": "x", "authState": -1}},
               {"a": {"id": "x", "authState": "0"}}, {"a": {"id": "x", "authState": 0.5}},
               {"a": {"id": "x", "authState": True}}, {"a": {"id": "x", "authState": None}},
               {"a": {"id": "x", "more": 1}}, {"a": {"authState": 1}}, {"a": {"id": None}},
               {"a": {"id": "x"}, "b": {}}]
        for status, cases in ((201, good), (400, bad)):
            for ids in cases:
                with self.subTest(ids=ids):
                    body = start(params={"visitor.customerIDs": ids})
                    self.assertEqual(self.server.post("/api/v1/sessions", body).status, status)

    def test_10_3_any_text_is_a_content_type_and_a_stream_type(self):
        for text in ("vod", "VOD", "live", "linear", "podcast", "audiobook", "anything", ""):
            with self.subTest(text=text):
                body = start(params={"media.contentType": text, "media.streamType": text})
                self.check_created(self.server.post("/api/v1/sessions", body))

    def test_10_8_quality_may_come_in_params_of_any_event(self):
        for kind in ("play", "ping", "bufferStart", "adComplete", "chapterComplete"):
            params = {"media.qoe.bitrate": 1, "media.qoe.droppedFrames": 2,
                      "media.qoe.framesPerSecond": 3, "media.qoe.timeToStart": 4}
            self.assertEqual(self.status(kind, params, qoeData={"media.qoe.bitrate": 5}), 204)

    def test_10_8_the_bare_bitrate_of_timeline_2_is_taken(self):
        self.assertEqual(self.status("play", qoeData={"bitrate": 10000}), 204)
        self.assertEqual(self.status("play", qoeData={"bitrate": 0.5}), 204)
        self.assertEqual(self.status("play", {"bitrate": 10000}), 400)

    def test_10_8_quality_in_qoedata_wins(self):
        self.own("asks for metrics")
        sid = self.server.open()
        body = event("ping", TS + 1, params={"media.qoe.droppedFrames": 3},
                     qoeData={"media.qoe.droppedFrames": 5})
        self.assertEqual(self.server.send(sid, body), 204)
        self.assertEqual(self.server.metrics(sid)["qoeDataDetails.droppedFrames"], 5)

    def test_10_9_keys_of_the_past_are_taken(self):
        params = {"media.uniqueTimePlayed": 1.5, "media.qoe.bitrateChange": 1}
        self.check_created(self.server.post("/api/v1/sessions", start(params=params)))

    def test_9_the_catalogue_holds_for_batches(self):
        self.check_created(self.server.post("/api/v1/downloaded", batch(
            *(kind for kind in TYPES if kind not in ("sessionStart", "sessionEnd")))))


if __name__ == "__main__":
    unittest.main()
