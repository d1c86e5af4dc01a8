# SPDX-License-Identifier: Apache-2.0
"""Protocol section 20: the scenarios T1, T2 and T3 and the further checks."""

import unittest

from bodies import TS, batch, event, start
from collector import ProtocolTest

LENGTH = {"media.length": 60.33}
AD = {"media.ad.podFriendlyName": "ad_pod1"}


def step(seconds, kind, playhead, **more):
    return seconds, event(kind, 0, playhead, **more)


def broken(index, second):
    return {**AD, "media.ad.podIndex": index, "media.ad.podSecond": second}


def ad(name, length, position):
    return {**AD, "media.ad.id": name, "media.ad.length": length,
            "media.ad.podPosition": position}


def pings(first, last):
    return [step(second, "ping", 0) for second in range(first, last)]


T1 = [
    (0, start(0, params=LENGTH)),
    step(0, "adBreakStart", 0, params=broken(0, 0)),
    step(0, "adStart", 0, params=ad("001", 15, 1), customMetadata={"myCustomData1": "one"}),
    *pings(1, 15), step(15, "adComplete", 0),
    step(15, "adStart", 0, params=ad("002", 7, 2)), *pings(16, 22), step(22, "adComplete", 0),
    step(22, "adBreakComplete", 0), step(22, "play", 0), step(30, "ping", 8),
    step(33, "bufferStart", 11), step(36, "play", 11), step(40, "ping", 15),
    step(46, "adBreakStart", 21, params=broken(1, 21)),
    step(46, "adStart", 21, params=ad("003", 8, 1)), step(50, "ping", 21),
    step(54, "adComplete", 21), step(54, "adBreakComplete", 21), step(60, "ping", 27),
    step(64, "pauseStart", 31), step(70, "ping", 31), step(74, "play", 31), step(80, "ping", 37),
    step(88, "sessionComplete", 45),
]

RATE = {"qoeData": {"bitrate": 10000}}
T2 = [
    (0, start(0, params=LENGTH)),
    step(0, "adBreakStart", 0, params=broken(0, 0)),
    step(0, "adStart", 0, params=ad("001", 12, 1)), *pings(1, 12), step(12, "adComplete", 0),
    step(12, "adBreakComplete", 0), step(12, "play", 0, **RATE), step(20, "ping", 8),
    step(30, "ping", 18), step(32, "error", 20), step(37, "play", 18, **RATE),
    step(40, "ping", 28), step(45, "adBreakStart", 33, params=broken(1, 33)),
    step(45, "adStart", 33, params=ad("002", 8, 1)), step(48, "sessionEnd", 33),
]


def chapter(index, offset, length):
    return {"media.chapter.index": index, "media.chapter.offset": offset,
            "media.chapter.length": length}


T3 = sorted([
    *T1,
    step(23, "chapterStart", 1, params=chapter(1, 0, 20)), step(45, "chapterComplete", 20),
    step(55, "chapterStart", 22, params=chapter(2, 22, 22)), step(87, "chapterComplete", 44),
], key=lambda one: one[0])


def timed(script, apart):
    """The bodies with their stamps. `apart` 1: events of one second are a millisecond apart;
    0: they have the same stamp."""
    bodies, last, same = [], None, 0
    for seconds, body in script:
        same = same + apart if seconds == last else 0
        last = seconds
        body = {**body, "playerTime": {**body["playerTime"], "ts": TS + seconds * 1000 + same}}
        bodies.append(body)
    return bodies


class Scenarios(ProtocolTest):
    def play(self, script, apart):
        """Plays a scenario in order; the sid. 201 first, then 204 for each."""
        bodies = timed(script, apart)
        with self.server.wire() as connection:
            sid = self.server.open(bodies[0], connection)
            for body in bodies[1:]:
                self.assertEqual(self.server.send(sid, body, connection), 204, body)
        return sid

    def check(self, script, expect, tolerance=0.01):
        for apart in (1, 0):
            with self.subTest(stamps="distinct" if apart else "equal"):
                sid = self.play(script, apart)
                if self.server.process is None:
                    continue
                metrics = self.server.metrics(sid)
                for key, value in expect.items():
                    self.assertAlmostEqual(metrics[key], value, delta=tolerance, msg=key)

    WATCHED = {
        "sessionDetails.isPlayed": True, "sessionDetails.isCompleted": True,
        "sessionDetails.timePlayed": 45, "sessionDetails.totalTimePlayed": 75,
        "sessionDetails.adCount": 3, "advertisingDetails.completes": 3,
        "advertisingDetails.timePlayed": 30, "sessionDetails.pauseCount": 1,
        "sessionDetails.pauseTime": 10, "qoeDataDetails.bufferCount": 1,
        "qoeDataDetails.bufferTime": 3,
    }

    def test_20_t1_watched_to_the_end(self):
        self.check(T1, {**self.WATCHED, "sessionDetails.chapterCount": 0})

    def test_20_t2_abandoned_in_a_mid_roll(self):
        self.check(T2, {
            "sessionDetails.isPlayed": True, "sessionDetails.isCompleted": False,
            "sessionDetails.adCount": 2, "advertisingDetails.completes": 1,
            "advertisingDetails.timePlayed": 15, "sessionDetails.timePlayed": 33,
            "qoeDataDetails.errorCount": 1, "qoeDataDetails.bitrateAverage": 10000})

    def test_20_t2_after_the_end_is_410(self):
        for apart in (1, 0):
            sid = self.play(T2, apart)
            for kind in ("ping", "play", "sessionEnd"):
                self.check_error(self.server.tell(sid, event(kind, TS + 49_000, 33)), 410)

    def test_20_t3_chapters(self):
        self.check(T3, {**self.WATCHED, "sessionDetails.chapterCount": 2,
                        "chapterDetails.completes": 2})

    def test_20_the_scenarios_as_downloaded_batches(self):
        for script, kept in ((T1, self.WATCHED), (T3, self.WATCHED)):
            for apart in (1, 0):
                sid = self.server.open(timed(script, apart))
                self.check_error(self.server.tell(sid, event("ping", TS + 90_000)), 410)
                if self.server.process is not None:
                    metrics = self.server.settled(sid)
                    for key, value in kept.items():
                        self.assertAlmostEqual(metrics[key], value, delta=0.01, msg=key)


class FurtherChecks(ProtocolTest):
    """Those of the last paragraph that have no test of their own in another module."""

    def test_20_an_ad_without_a_break_is_204_and_not_counted(self):
        sid = self.server.open()
        for body in (event("play", TS + 1), event("adStart", TS + 2), event("adComplete", TS + 3)):
            self.check_accepted(self.server.tell(sid, body))
        if self.server.process is not None:
            metrics = self.server.metrics(sid)
            self.assertEqual(metrics["sessionDetails.adCount"], 0)
            self.assertEqual(metrics["advertisingDetails.completes"], 0)

    def test_20_the_11th_state_is_204_and_dropped(self):
        sid = self.server.open()
        for i in range(11):
            body = event("stateStart", TS + 1 + i, params={"media.state.name": f"state{i}"})
            self.check_accepted(self.server.tell(sid, body))
        if self.server.process is not None:
            names = [one["name"].lower() for one in self.server.metrics(sid)["states"]]
            self.assertEqual(sorted(names), sorted(f"state{i}" for i in range(10)))

    def test_20_the_seed_sample_and_its_errors(self):
        sid = self.server.open()
        sample = {"playerTime": {"playhead": 0, "ts": TS + 1}, "eventType": "play",
                  "params": {}, "qoeData": {}, "customMetadata": {}}
        self.check_accepted(self.server.tell(sid, sample, content_type="text/plain"))
        self.check_error(self.server.tell(sid, {**sample, "customMetadata": {"bad-key": "x"}}), 400)
        self.check_error(self.server.tell(sid, {**sample, "customMetadata": {"key": 1}}), 400)
        body = start(params={"media.length": "60"})
        self.check_error(self.server.post("/api/v1/sessions", body), 400)

    def test_20_the_flag_of_downloaded_content(self):
        for path, body, status in (
                ("/api/v1/sessions", start(params={"media.downloaded": True}), 400),
                ("/api/v1/sessions", start(params={"media.downloaded": False}), 201),
                ("/api/v1/sessions", batch("play"), 400),
                ("/api/v1/downloaded", batch("play"), 201)):
            self.assertEqual(self.server.post(path, body).status, status)


if __name__ == "__main__":
    unittest.main()
