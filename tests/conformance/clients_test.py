# SPDX-License-Identifier: Apache-2.0
"""Protocol section 16: what each shipped client sends, and how it reads the answers.

The requests are those of the clients' public sources, member for member; the sid is taken from
Location the way each of them takes it (the table of 4.2).
"""

import json
import re
import threading
import time
import unittest
import urllib.parse

import wire
from bodies import REQUIRED, TS, batch, encode, event, start
from collector import ProtocolTest, wait_until

FIVE_SECONDS = 5  # after which every SDK gives up


# How each client obtains the sid from the value of Location (4.2). Each gives the events path.

def browser_sdk(location):
    sid = location.split("/")[4]
    return f"/api/v1/sessions/{sid}/events"


def aep(location):
    found = re.match(r"^/api/(.*)/sessions/(.*)", location)
    return f"/api/v1/sessions/{found.group(2)}/events"


def documented_player(location):
    return f"/api/v1/sessions/{location.split('/')[-1]}/events"


def player_of_2017(location):
    found = re.match(r"^/api/(.*)/(.*)", location)
    return f"/api/v1/sessions/{found.group(2)}/events"


def theoplayer(location):
    return f"/api/v1/sessions/{location.split('/sessions/')[1]}/events"


def cbs_tracker(location):
    return urllib.parse.urlsplit(urllib.parse.urljoin(
        "http://collector.example/", location.strip("/") + "/events")).path


READERS = [browser_sdk, aep, documented_player, player_of_2017, theoplayer, cbs_tracker]


class ClientTest(ProtocolTest):
    def begin(self, body, reader, success=201, **more):
        """Posts a start as a client does; the path for its events."""
        began = time.monotonic()
        answer = self.server.post("/api/v1/sessions", body, **more)
        self.assertLess(time.monotonic() - began, FIVE_SECONDS)
        self.assertEqual(answer.status, success, answer)
        location = answer.get("Location")
        self.assertTrue(location)
        return reader(location)

    def tell_all(self, path, events, **more):
        with self.server.wire() as connection:
            for body in events:
                answer = self.server.post(path, body, connection, **more)
                self.assertEqual(answer.status, 204, (body, answer))

    def tell_together(self, path, events, **more):
        """Up to three requests under way at one time, each on a connection of its own."""
        for at in range(0, len(events), 3):
            together = [self.server.wire() for _ in events[at:at + 3]]
            try:
                for connection, body in zip(together, events[at:at + 3], strict=True):
                    connection.send(wire.request("POST", self.server.prefix + path, encode(body),
                                                 **more))
                for connection in together:
                    self.assertEqual(self.server.final(connection).status, 204)
            finally:
                for connection in together:
                    connection.close()


class Location(ProtocolTest):
    def test_4_2_every_client_finds_the_sid(self):
        for reader in READERS:
            with self.subTest(client=reader.__name__):
                answer = self.server.post("/api/v1/sessions", start())
                path = reader(answer.get("Location"))
                self.assertRegex(path, "^/api/v1/sessions/[0-9a-f]{64}/events$")
                self.check_accepted(self.server.post(path, event("play", TS + 1)))

    def test_4_2_the_readers_are_as_brittle_as_the_clients(self):
        absolute = "http://host/api/v1/sessions/" + "a" * 64
        self.assertEqual(browser_sdk(absolute), "/api/v1/sessions/v1/events")
        self.assertRaises(AttributeError, aep, absolute)
        self.assertEqual(cbs_tracker("api/v1/sessions/abc"), "/api/v1/sessions/abc/events")


BROWSER_START = {
    "media.id": "id", "media.name": "name", "media.length": 60, "media.contentType": "vod",
    "media.streamType": "video", "media.resume": False, "media.channel": "unknown",
    "media.playerName": "unknown", "media.libraryVersion": "js-3.1.0", "analytics.aid": "0A",
    "media.artist": "a", "media.album": "b", "media.label": "c", "media.author": "d",
    "media.station": "e", "media.publisher": "f",
    "visitor.customerIDs": {"u": {"id": "x", "authState": 1}},
}


def browser_start(**params):
    return start(params={**BROWSER_START, **params},
                 customMetadata={"a.media.show.own": "x", "isUserLoggedIn": "false"})


def browser_view():
    """The events of one view, in the order in which they leave the queue."""
    at = TS + 1000
    same, end = at + 2001, at + 4000  # what happens in one tick has one stamp
    return [
        event("ping", at), event("play", at + 500), event("play", at + 1600),
        event("adBreakStart", at + 2000, params={"media.ad.podFriendlyName": "pre"}),
        event("adStart", same, params={"media.ad.playerName": "unknown"},
              customMetadata={"a.media.ad.x": "y"}),
        event("play", same),
        event("chapterStart", at + 2002, params={"media.chapter.friendlyName": "one"}),
        event("stateStart", at + 2003, params={"media.state.name": "fullScreen"}),
        event("error", at + 2500, qoeData={"media.qoe.errorID": "e1",
                                           "media.qoe.errorSource": "player",
                                           "media.qoe.bitrate": 500}),
        event("pauseStart", at + 3000),
        event("bitrateChange", at + 3100, qoeData={"media.qoe.bitrate": 900}),
        event("adSkip", end), event("adBreakComplete", end), event("chapterSkip", end),
    ]


class Browser(ClientTest):
    def test_16_1_three_events_at_a_time(self):
        path = self.begin(browser_start(), browser_sdk)
        self.tell_together(path, [*browser_view(), event("sessionEnd", TS + 5000)])

    def test_16_1_the_end_may_overtake_the_others(self):
        path = self.begin(browser_start(), browser_sdk)
        *earlier, skip, over, chapter = browser_view()
        self.tell_all(path, earlier)
        end = event("sessionEnd", skip["playerTime"]["ts"])
        self.tell_all(path, [end, chapter, over, skip])

    def test_16_1_the_versions_without_content_type(self):
        for content_type in ("text/plain;charset=UTF-8", "application/json"):
            with self.subTest(content_type=content_type):
                more = {"content_type": content_type,
                        "headers": [("Origin", "https://player.example")]}
                path = self.begin(browser_start(), browser_sdk, **more)
                self.tell_together(path, browser_view(), **more)

    def test_16_1_a_page_without_analytics_is_400_and_its_retries_too(self):
        for key in ("analytics.trackingServer", "analytics.reportSuite",
                    "visitor.marketingCloudOrgId"):
            for _ in range(3):
                answer = self.server.post("/api/v1/sessions", browser_start(**{key: ...}))
                self.check_error(answer, 400)

    def test_16_1_completion_is_not_followed_by_an_end(self):
        path = self.begin(browser_start(), browser_sdk)
        self.tell_all(path, [event("play", TS + 1), event("sessionComplete", TS + 60_000, 60)])

    def test_16_1_return_from_idle_is_a_resumed_start(self):
        path = self.begin(browser_start(), browser_sdk)
        self.tell_all(path, [event("play", TS + 1), event("sessionEnd", TS + 2)])
        again = self.begin(browser_start(**{"media.resume": True}), browser_sdk)
        self.assertNotEqual(path, again)
        self.tell_all(again, [event("play", TS + 3)])

    def test_16_2_chromecast_is_the_same_engine(self):
        path = self.begin(browser_start(**{"media.libraryVersion": "cc-js-3.0.3"}), browser_sdk)
        self.tell_together(path, [*browser_view(), event("sessionEnd", TS + 5000)])


class Ios(ClientTest):
    HEADERS = [("User-Agent", "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X)"),
               ("Accept-Language", "en-US"), ("X-Adobe-AEP-Validation-Token", "token")]
    MORE = {"content_type": "application/json", "headers": HEADERS}

    def start(self, downloaded, **params):
        body = start(params={"media.downloaded": downloaded, "analytics.enableSSL": True,
                             "media.libraryVersion": "ios-media-5.0.0", "media.resume": False,
                             "media.streamType": "video", "media.name": "a/b",
                             "analytics.optOutServerSideForwarding": False, **params})
        return body

    @staticmethod
    def escaped(body):
        return json.dumps(body).replace("/", "\\/").encode()

    def test_16_3_a_live_view_one_request_at_a_time(self):
        body = self.escaped(self.start(False))
        self.assertIn(b"a\\/b", body)
        path = self.begin(body, aep, **self.MORE)
        ad = event("adStart", TS + 2, params={"media.ad.creativeURL": "https://ad.example/x"})
        self.tell_all(path, [self.escaped(one) for one in (
            event("adBreakStart", TS + 1), ad, event("ping", TS + 1002),
            event("adComplete", TS + 9000), event("adBreakComplete", TS + 9000),
            event("play", TS + 9001), event("ping", TS + 19_001, 10.5),
            event("sessionComplete", TS + 60_000, 60), event("sessionEnd", TS + 60_000, 60))],
            **self.MORE)

    def test_16_3_unconfigured_names_are_400(self):
        for key in ("media.channel", "media.playerName"):
            answer = self.server.post("/api/v1/sessions", self.start(False, **{key: ...}))
            self.check_error(answer, 400)
        path = self.begin(self.start(False), aep)
        answer = self.server.post(path, event("adStart", TS + 1,
                                              params={"media.ad.playerName": ...}))
        self.check_error(answer, 400)

    def test_16_3_unconfigured_names_are_taken_by_lenient(self):
        self.server = self.configured("--ingest.profile", "lenient")
        path = self.begin(self.start(False, **{"media.channel": ..., "media.playerName": ...}), aep)
        self.tell_all(path, [event("adStart", TS + 1, params={"media.ad.playerName": ...})])

    def test_16_3_what_was_seen_offline_comes_as_an_array_to_sessions(self):
        kinds = ["play", *["ping"] * 40]
        body = [self.start(True), *batch(*kinds)[1:]]
        for at, one in enumerate(body):
            one["playerTime"] = {"playhead": 50 * at, "ts": TS + 50_000 * at}
        body.append({"eventType": "sessionEnd", "playerTime": body[-1]["playerTime"]})
        self.begin(self.escaped(body), aep, **self.MORE)


class Android(ClientTest):
    def test_16_4_any_event_may_come_again(self):
        body = start(params={"media.downloaded": False, "media.channel": "unknown",
                             "media.playerName": "unknown",
                             "media.libraryVersion": "android-media-3.0.0"})
        path = self.begin(body, aep)
        for one in (event("play", TS + 1), event("adBreakStart", TS + 2), event("adStart", TS + 3),
                    event("adSkip", TS + 4), event("error", TS + 5)):
            self.tell_all(path, [one, one])

    def test_16_4_a_start_is_tried_again_after_any_failure(self):
        body = start(params={"media.id": ...})
        for _ in range(3):
            self.check_error(self.server.post("/api/v1/sessions", body), 400)
        self.begin(start(), aep)

    def test_16_4_offline_like_ios(self):
        body = [start(params={"media.downloaded": True}), event("play", TS + 1),
                event("sessionComplete", TS + 50_000, 50)]
        self.begin(body, aep)


class TheoPlayer(ClientTest):
    LIVE = {"media.length": 86400, "media.contentType": "Live", "media.channel": "N/A",
            "media.playerName": "THEOplayer", "media.name": "N/A"}

    def event(self, kind, ts, **more):
        return event(kind, ts, qoeData={}, **more)

    def test_16_5_a_view_with_ads_of_an_ad_server(self):
        path = self.begin(start(params=self.LIVE, qoeData={}, customMetadata={}), theoplayer)
        self.tell_all(path, [
            self.event("ping", TS + 1), self.event("play", TS + 2),
            self.event("adBreakStart", TS + 3, params={"media.ad.podIndex": -1,
                                                       "media.ad.podSecond": -1},
                       customMetadata={"pod": "post-roll"}),
            self.event("adStart", TS + 4, customMetadata={"ad": "one"}),
            *(self.event("ping", TS + 1004 + 1000 * i) for i in range(5)),
            self.event("adComplete", TS + 9000), self.event("adBreakComplete", TS + 9001),
            self.event("chapterStart", TS + 9002, customMetadata={}),
            self.event("sessionComplete", TS + 10_000), self.event("sessionEnd", TS + 10_001)])

    def test_16_5_an_ad_of_which_the_server_says_too_little_is_400_alone(self):
        path = self.begin(start(params=self.LIVE, qoeData={}, customMetadata={}), theoplayer)
        for key in ("media.ad.id", "media.ad.length"):
            body = self.event("adStart", TS + 1, params={key: ...})
            self.check_error(self.server.post(path, body), 400)
        body = self.event("adBreakStart", TS + 1, params={"media.ad.podSecond": ...})
        self.check_error(self.server.post(path, body), 400)
        self.tell_all(path, [self.event("play", TS + 2)])

    def test_16_5_it_opens_a_new_session_when_the_old_one_is_gone(self):
        closed = f"/api/v1/sessions/{self.server.closed()}/events"
        for path in (closed, f"/api/v1/sessions/{'0' * 64}/events"):
            queued = self.event("play", TS + 100_000)
            answer = self.server.post(path, queued, headers=[("Origin", "https://p.example")])
            self.assertIn(answer.status, (404, 410))
            self.check_cors(answer)
            again = self.begin(start(TS + 100_000, params=self.LIVE), theoplayer)
            self.tell_all(again, [queued])

    def test_16_5_the_end_is_posted_while_the_page_is_left(self):
        path = self.begin(start(params=self.LIVE, qoeData={}), theoplayer)
        with self.server.wire() as connection:
            connection.send(wire.request("POST", self.server.prefix + path,
                                         encode(self.event("sessionEnd", TS + 1))))
        wait_until(lambda: self.server.post(path, self.event("ping", TS + 9000)).status == 410,
                   "the end that nobody waited for counts")

    def test_16_5_its_preflight_names_the_user_agent(self):
        answer = self.server.ask("OPTIONS", "/api/v1/sessions", headers=[
            ("Origin", "https://player.example"), ("Access-Control-Request-Method", "POST"),
            ("Access-Control-Request-Headers", "content-type,user-agent")])
        self.assertEqual(answer.status, 200)
        allowed = answer.get("Access-Control-Allow-Headers").lower().replace(" ", "").split(",")
        self.assertLessEqual({"content-type", "user-agent"}, set(allowed))


class Cbs(ClientTest):
    def event(self, kind, ts, **more):
        return {"params": {}, **event(kind, ts, **more)}

    def test_16_6_empty_params_and_defaults_of_minus_one(self):
        path = self.begin(start(params={"media.length": -1}), cbs_tracker)
        self.tell_all(path, [
            self.event("play", TS + 1, playhead=-1), self.event("ping", TS + 2, playhead=-1),
            self.event("adBreakStart", TS + 3, params={"media.ad.podPosition": -1,
                                                       "media.ad.podSecond": -1}),
            self.event("adStart", TS + 4, params={"media.ad.length": -1}),
            self.event("adComplete", TS + 5), self.event("adBreakComplete", TS + 6)])

    def test_16_6_complete_and_end_at_the_same_time(self):
        for round_trip in range(10):
            path = self.begin(start(params={"media.id": str(round_trip)}), cbs_tracker)
            self.tell_all(path, [self.event("play", TS + 1)])
            ready = threading.Barrier(2)
            statuses = {}

            def send(kind, ready=ready, statuses=statuses, path=path):
                ready.wait()
                body = self.event(kind, TS + 60_000, playhead=60)
                statuses[kind] = self.server.post(path, body).status

            senders = [threading.Thread(target=send, args=(kind,))
                       for kind in ("sessionComplete", "sessionEnd")]
            for sender in senders:
                sender.start()
            for sender in senders:
                sender.join()
            self.assertEqual(statuses, {"sessionComplete": 204, "sessionEnd": 204})

    def test_16_6_stray_params_and_numbers_for_texts_of_old_versions_are_400(self):
        for body in (start(params={"media.sdkVersion": 1}), start(customMetadata={"key": 1})):
            self.check_error(self.server.post("/api/v1/sessions", body), 400)


class Others(ClientTest):
    def test_16_the_documented_curl_sends_a_form(self):
        body = json.dumps(start(), indent=2).replace("\n", "").encode()  # as curl -d @file
        more = {"content_type": "application/x-www-form-urlencoded",
                "headers": [("User-Agent", "curl/7.88.1"), ("Accept", "*/*")]}
        path = self.begin(body, documented_player, **more)
        self.tell_all(path, [event("play", TS + 1)], **more)

    def test_16_7_the_sample_player_of_2017(self):
        path = self.begin(start(), player_of_2017)
        self.tell_all(path, [{**event("ping", TS + 1), "params": {}}])
        self.check_error(self.server.post(path, event("contentComplete", TS + 2)), 400)

    def test_16_7_the_older_heartbeat_protocol_is_not_this_api(self):
        answer = self.server.ask("GET", "/?s:asset:video_id=x&s:event:type=start")
        self.check_error(answer, 404)
        self.check_error(self.server.ask("GET", "/settings/publisher.xml?r=1"), 404)

    def test_16_8_a_start_is_exactly_201_and_within_five_seconds(self):
        for body in (start(), start(params={"media.downloaded": False})):
            self.begin(body, browser_sdk)

    def test_16_9_what_a_naive_schema_would_refuse_is_taken(self):
        kinds = {"sessionStart": ["media.streamType", "media.libraryVersion", "media.artist",
                                  "media.album", "media.label", "media.author", "media.station",
                                  "media.publisher", "analytics.aid"]}
        for key in kinds["sessionStart"]:
            self.check_created(self.server.post("/api/v1/sessions", start(params={key: "x"})))
        sid = self.server.open()
        for body in (event("error", params={"media.errorId": "x", "media.errorSource": "player"}),
                     event("bitrateChange", params={"media.qoe.bitrate": 1}),
                     event("play", qoeData={"bitrate": 10_000}),
                     event("adStart", params={"media.ad.podFriendlyName": "x"},
                           customMetadata={"a.media.show": "x"}),
                     event("stateStart"), event("stateEnd"),
                     event("adBreakStart", params={"media.ad.podPosition": 1})):
            self.check_accepted(self.server.tell(sid, body))
        self.assertIn("media.channel", REQUIRED["sessionStart"])


if __name__ == "__main__":
    unittest.main()
