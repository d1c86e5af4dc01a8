# SPDX-License-Identifier: Apache-2.0
"""What is watched now: seen behind each answer, told each second, known again after a restart."""

import http.client
import json
import tempfile
import time
import unittest

from playhead_server import DEADLINE_SECONDS, Server, wait_until

START = {
    "eventType": "sessionStart",
    "params": {
        "media.id": "a film", "media.length": 3600, "media.contentType": "vod",
        "media.playerName": "p", "media.channel": "west", "analytics.trackingServer": "t",
        "analytics.reportSuite": "r", "visitor.marketingCloudOrgId": "o",
    },
}


def event(kind, playhead=0, params=None):
    body = {"eventType": kind,
            "playerTime": {"playhead": playhead, "ts": int(time.time() * 1000)}}
    if params:
        body["params"] = params
    return body


def start_of(viewer=None, channel="west"):
    body = START | {"playerTime": {"playhead": 0, "ts": int(time.time() * 1000)},
                    "params": START["params"] | {"media.channel": channel}}
    if viewer:
        body["params"]["visitor.marketingCloudUserId"] = viewer
    return body


class Stream:
    """Server-sent events of /v1/live, one after the other."""

    def __init__(self, server, query=""):
        self.connection = http.client.HTTPConnection("127.0.0.1", server.admin_port,
                                                     timeout=DEADLINE_SECONDS)
        self.connection.request("GET", "/v1/live" + query,
                                headers={"Accept": "text/event-stream"})
        self.answer = self.connection.getresponse()
        self.status = self.answer.status

    def next(self):
        line = self.answer.readline()
        assert line.startswith(b"data: "), line
        assert self.answer.readline() == b"\n"
        return json.loads(line[6:])

    def close(self):
        self.answer.close()
        self.connection.close()


def doing(live):
    return {name: counts["sessions"] for name, counts in live["doing"].items()
            if counts["sessions"]}


def lasting(live):
    """What is still so after a restart."""
    return {key: value for key, value in live.items() if key not in ("at", "seconds")}


class Live(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.data = folder.name + "/data"

    def test_each_event_is_seen_behind_its_answer(self):
        with Server(self.data) as server:
            session = server.open_session(start_of())
            self.assertEqual(doing(server.get("/v1/live")), {"starting": 1})
            pod = {"media.ad.podIndex": 0, "media.ad.podSecond": 0,
                   "media.ad.podFriendlyName": "pre-roll"}
            ad = {"media.ad.id": "x", "media.ad.length": 15, "media.ad.podPosition": 0,
                  "media.ad.playerName": "p"}
            for kind, params, expected in [
                    ("bufferStart", None, "buffering"), ("adBreakStart", pod, "buffering"),
                    ("adStart", ad, "ad"), ("adComplete", None, "buffering"),
                    ("adBreakComplete", None, "buffering"), ("play", None, "content"),
                    ("pauseStart", None, "paused"), ("sessionComplete", None, "completed")]:
                self.assertEqual(server.send(session, event(kind, params=params)), 204)
                self.assertEqual(doing(server.get("/v1/live")), {expected: 1}, kind)
            self.assertEqual(server.send(session, event("sessionEnd")), 204)
            self.assertEqual(server.get("/v1/live")["sessions"], 0)

    def test_a_stream_tells_each_second_and_sees_an_event_within_one(self):
        with Server(self.data) as server:
            stream = Stream(server, "?seconds=5&by=media.channel")
            self.assertEqual(stream.status, 200)
            first = stream.next()
            self.assertEqual(first["sessions"], 0)
            ats = [first["at"]] + [stream.next()["at"] for _ in range(3)]
            for before, after in zip(ats, ats[1:]):
                self.assertGreater(after, before)
            # Three steps of a second, on a machine that does other things as well.
            self.assertGreater(ats[-1] - ats[0], 2000)

            server.open_session(start_of("anna", "north"))
            answered = time.time() * 1000
            seen = stream.next()
            while seen["at"] < answered:
                seen = stream.next()
            self.assertEqual(seen["sessions"], 1)
            self.assertEqual([item["value"] for item in seen["items"]], ["north"])
            stream.close()

    def test_who_leaves_a_stream_frees_its_place(self):
        with Server(self.data) as server:
            streams = [Stream(server) for _ in range(64)]
            self.assertEqual({stream.status for stream in streams}, {200})
            refused = Stream(server)
            self.assertEqual(refused.status, 503)
            self.assertIn("streams are taken", json.loads(refused.answer.read())["detail"])
            streams.pop().close()

            def is_free():
                streams.append(Stream(server))
                return streams[-1].status == 200

            wait_until(is_free, "a place is free")
            self.assertEqual(server.stop(), 0)
            self.assertEqual(streams[0].answer.read()[-2:], b"\n\n")

    def test_a_restart_knows_what_was_watched(self):
        queries = ["?seconds=0", "?seconds=0&by=media.channel", "?seconds=0&by=media.id"]
        with Server(self.data, "--snapshot.interval_seconds", "1") as server:
            self.watch(server)
            before = [lasting(server.get("/v1/live" + query)) for query in queries]
            self.assertEqual((before[0]["sessions"], before[0]["viewers"]), (9, 5))
            self.assertEqual(before[1]["items"][0]["value"], "west")
            server.kill()
        with Server(self.data, "--snapshot.interval_seconds", "1") as server:
            self.assertEqual([lasting(server.get("/v1/live" + query)) for query in queries],
                             before)
            self.assertEqual(server.stop(), 0)
        # From a snapshot alone.
        with Server(self.data) as server:
            self.assertEqual([lasting(server.get("/v1/live" + query)) for query in queries],
                             before)

    def watch(self, server):
        """Ten sessions of five viewers; one ends."""
        kinds = ["play", "pauseStart", "bufferStart", "sessionComplete"]
        for number in range(10):
            viewer = ["anna", "berta", None][number % 3]
            channel = "north" if number % 4 == 0 else "west"
            session = server.open_session(start_of(viewer, channel))
            for kind in ["play", kinds[number % 4], "ping"]:
                self.assertEqual(server.send(session, event(kind, number)), 204)
            if number == 9:
                self.assertEqual(server.send(session, event("sessionEnd")), 204)

    def test_what_cannot_be_asked_is_named(self):
        with Server(self.data) as server:
            for query, named in [("?by=media.ad.id", "media.ad.id"), ("?sort=x", "sort"),
                                 ("?seconds=901", "seconds"), ("?limit=0", "limit")]:
                status, headers, body = server.admin("/v1/live" + query)
                self.assertEqual(status, 400, query)
                self.assertEqual(headers["Content-Type"], "application/problem+json")
                self.assertIn(named, json.loads(body)["detail"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
