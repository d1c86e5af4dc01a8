# SPDX-License-Identifier: Apache-2.0
"""POST /v1/reports against a second calculation, over HTTP.

The sessions are random ones of tests/oracle, sent as downloads, so that they close at once and
keep the times of their events. What each of them adds to a report is calculated here from what the
oracle makes of it; the server must say the same for every metric, by every dimension.
"""

import collections
import itertools
import json
import os
import random
import sys
import tempfile
import unittest

from playhead_server import SOURCE, Server, wait_until

sys.path.insert(0, str(SOURCE / "tests/oracle"))

import oracle  # noqa: E402 (it lies in another folder)
import random_sessions  # noqa: E402 (it lies in another folder)
import rule_sets  # noqa: E402

SESSIONS = int(os.environ.get("PLAYHEAD_REPORT_SESSIONS", "200"))
SEED = int(os.environ.get("PLAYHEAD_REPORT_SEED", "1"))
TOLERANCE = 1e-6
HOUR = 3_600_000

# Texts of sessionStart that a session may have, with what they may say.
SUPPLIED = {
    "media.name": ("One", "Two", "\u00dcber"), "media.streamType": ("video", "audio"),
    "media.show": ("s1", "s2"), "media.season": ("1", "2"), "media.episode": ("1", "2", "3"),
    "media.assetId": ("a1", "a2"), "media.firstAirDate": ("2026-01-01", "2026-01-02"),
    "media.firstDigitalDate": ("2026-02-01",), "media.rating": ("TVPG", "TV14"),
    "media.originator": ("o1", "o2"), "media.network": ("n1", "n2"),
    "media.showType": ("0", "1"), "media.adLoad": ("l1", "l2"), "media.pass.mvpd": ("m1", "m2"),
    "media.pass.auth": ("true", "false"), "media.dayPart": ("d1", "d2"),
    "media.feed": ("East", "West"), "media.streamFormat": ("hd", "sd"),
    "media.artist": ("x", "y"), "media.album": ("x", "y"), "media.label": ("x", "y"),
    "media.author": ("x", "y"), "media.station": ("x", "y"), "media.publisher": ("x", "y"),
    "media.sdkVersion": ("1.0", "2.0"), "media.libraryVersion": ("3",),
    "media.channel": ("news", "sport", "film"), "media.contentType": ("vod", "Live", "podcast"),
    "media.playerName": ("web", "tv"), "analytics.visitorId": ("v1", "v2", "v3", ""),
    "analytics.aid": ("w1", "w2"), "visitor.marketingCloudUserId": ("u1", "u2"),
    "appInstallationId": ("i1", "i2"), "analytics.reportSuite": ("r1", "r2"),
    "analytics.trackingServer": ("t1", "t2"), "visitor.marketingCloudOrgId": ("o1@AdobeOrg",),
}
NEEDED = ("media.channel", "media.contentType", "media.playerName", "analytics.reportSuite",
          "analytics.trackingServer", "visitor.marketingCloudOrgId")
GENRES = ("drama", "comedy,drama", " news , sport ", "drama,drama", ",", "")

S = "sessionDetails."
Q = "qoeDataDetails."
FLAGS = {
    "contentStarts": S + "isPlayed", "contentCompletes": S + "isCompleted",
    "contentSegmentViews": S + "hasSegmentView", "progress10": S + "hasProgress10",
    "progress25": S + "hasProgress25", "progress50": S + "hasProgress50",
    "progress75": S + "hasProgress75", "progress95": S + "hasProgress95",
    "pauseImpactedStreams": S + "hasPauseImpactedStreams", "federated": S + "isFederated",
    "downloaded": S + "isDownloaded",
    "bitrateChangeImpactedStreams": Q + "hasBitrateChangeImpactedStreams",
    "bufferImpactedStreams": Q + "hasBufferImpactedStreams",
    "stallImpactedStreams": Q + "hasStallImpactedStreams",
    "droppedFrameImpactedStreams": Q + "hasDroppedFrameImpactedStreams",
    "errorImpactedStreams": Q + "hasErrorImpactedStreams",
    "dropsBeforeStart": Q + "isDroppedBeforeStart",
}
NUMBERS = {
    "contentTimeSpent": S + "timePlayed", "mediaTimeSpent": S + "totalTimePlayed",
    "uniqueTimePlayed": S + "uniqueTimePlayed",
    "averageMinuteAudience": S + "averageMinuteAudience",
    "estimatedStreams": S + "estimatedStreams", "adCount": S + "adCount",
    "chapterCount": S + "chapterCount", "pauseCount": S + "pauseCount",
    "pauseTime": S + "pauseTime", "secondsSinceLastCall": S + "secondsSinceLastCall",
    "bitrateAverage": Q + "bitrateAverage", "bitrateChangeCount": Q + "bitrateChangeCount",
    "bufferCount": Q + "bufferCount", "bufferTime": Q + "bufferTime",
    "stallCount": Q + "stallCount", "stallTime": Q + "stallTime",
    "droppedFrames": Q + "droppedFrames", "errorCount": Q + "errorCount",
    "timeToStart": Q + "timeToStart",
}
RATIOS = {  # metrics 12.2: numerator, denominator
    "avgAdsPerMediaStream": ("adStarts", "mediaStarts"),
    "avgChaptersPerMediaStream": ("chapterStarts", "mediaStarts"),
    "avgMediaTimeSpent": ("mediaTimeSpent", "mediaStarts"),
    "avgContentTimeSpent": ("contentTimeSpent", "contentStarts"),
    "avgAdTimeSpent": ("adTimeSpent", "adStarts"),
    "avgChapterTimeSpent": ("chapterTimeSpent", "chapterStarts"),
    "mediaCompletionRate": ("contentCompletes", "mediaStarts"),
    "contentCompletionRate": ("contentCompletes", "contentStarts"),
    "adCompletionRate": ("adCompletes", "adStarts"),
    "chapterCompletionRate": ("chapterCompletes", "chapterStarts"),
    "dropBeforeStartRate": ("dropsBeforeStart", "mediaStarts"),
    "contentPauseDurationRate": ("pauseTime", "contentTimeSpent"),
    "contentBufferDurationRate": ("bufferTime", "contentTimeSpent"),
    "contentTimeToStartRate": ("timeToStart", "contentTimeSpent"),
    "adTimeSpentRate": ("adTimeSpent", "contentTimeSpent"),
}
STARTS = ("mediaStarts", "contentResumes")
CLOSES = (*FLAGS, *NUMBERS, "authorized", "framesPerSecond")
AD_STARTS = ("adStarts",)
AD_CLOSES = ("adCompletes", "adTimeSpent")
CHAPTERS = ("chapterStarts", "chapterCompletes", "chapterTimeSpent")
STATES = ("stateImpactedStreams", "stateCount", "stateTime")
SUMS = (*STARTS, *CLOSES, *AD_STARTS, *AD_CLOSES, *CHAPTERS, *STATES)
METRICS = (*SUMS, *RATIOS, "newStreams", "preRollDropRate")


def has_own_metadata(ad_id):
    return ad_id.endswith("1")


def dressed(session, rng):
    """The session as a download, with texts for all dimensions."""
    events = json.loads(json.dumps(session["events"]))
    params = events[0].setdefault("params", {})
    for name, texts in SUPPLIED.items():
        if name in NEEDED or rng.random() < 0.7:
            params[name] = rng.choice(texts)
    if rng.random() < 0.8:
        params["media.genre"] = rng.choice(GENRES)
    if rng.random() < 0.7:
        events[0]["customMetadata"] = {"kind": rng.choice("abc"), "own": "session"}
    for event in events:
        event.pop("receivedAt", None)
        if event["eventType"] == "adStart":
            given = event.setdefault("params", {})
            given["media.ad.advertiser"] = "of " + given["media.ad.id"]
            if has_own_metadata(given["media.ad.id"]):
                event["customMetadata"] = {"own": "ad"}
    return {"sid": session["sid"], "context": {"endpoint": "downloaded"}, "events": events}


class Counted:
    """One session of the second calculation: its dimensions and what its records add."""

    def __init__(self, session, sid):
        self.params = session["events"][0]["params"]
        self.metadata = session["events"][0].get("customMetadata", {})
        self.keys = rule_sets.fold(session, rule_sets.DECIDED)
        self.start_ts = session["events"][0]["playerTime"]["ts"]
        self.close_ts = self.keys["session.closeTs"]
        line = oracle.intake(oracle.in_arrival_order(session["events"]), True)
        self.frame_rate = oracle.last_quality(line, "media.qoe.framesPerSecond")
        self.sid = sid
        self.parts = {"session": [self.session_part()], "ad": self.ad_parts(),
                      "chapter": self.chapter_parts(),
                      "state": [{"media.state.name": state["name"]} for state in self.states()],
                      "playerError": [{"playerSdkErrors": error}
                                      for error in self.keys[Q + "playerSdkErrors"]],
                      "externalError": [{"externalErrors": error}
                                        for error in self.keys[Q + "externalErrors"]],
                      "genre": [{"media.genre": genre} for genre in self.genres()]}

    def states(self):
        return self.keys["states"]

    def ads(self):
        return [ad for ad in self.keys["ads"] if ad["id"] != ""]

    def genres(self):
        parts = {part.strip() for part in self.params.get("media.genre", "").split(",")}
        return sorted(parts - {""})

    def viewer(self):
        for name in ("visitor.marketingCloudUserId", "analytics.visitorId", "analytics.aid",
                     "appInstallationId"):
            if self.params.get(name):
                return self.params[name]
        return self.sid

    def session_part(self):
        part = {name: self.params.get(name) for name in (*SUPPLIED, "media.id")}
        length = self.params.get("media.length")
        part |= {name: self.keys[key] for name, key in NUMBERS.items() if name in COUNT_DIMENSIONS}
        return part | {
            "media.length": length if length and length > 0 else None,
            "media.path": self.params["media.id"][:100],
            "segment": self.keys[S + "segment"],
            "session.id": self.sid, "session.viewer": self.viewer(),
            "session.closeReason": self.keys["session.closeReason"], "session.state": "closed",
            "bitrateAverage": self.keys[Q + "bitrateAverage"],
            "bitrateAverageBucket": self.keys[Q + "bitrateAverageBucket"],
            **self.custom()}

    def custom(self):
        return {"c.kind": self.metadata.get("kind"), "c.own": self.metadata.get("own")}

    def ad_parts(self):
        parts = []
        for ad in self.ads():
            part = {"media.ad.id": ad["id"], "media.ad.length": ad["length"],
                    "media.ad.podPosition": ad["podPosition"], "media.ad.podId": ad["podId"],
                    "media.ad.podFriendlyName": ad["podName"],
                    "media.ad.podSecond": ad["podOffset"],
                    "media.ad.advertiser": "of " + ad["id"], **self.custom()}
            if has_own_metadata(ad["id"]):
                part["c.own"] = "ad"
            parts.append(part)
        return parts

    def chapter_parts(self):
        return [{"media.chapter.id": chapter["id"], "media.chapter.index": chapter["index"],
                 "media.chapter.friendlyName": chapter["name"],
                 "media.chapter.offset": chapter["offset"],
                 "media.chapter.length": chapter["length"], **self.custom()}
                for chapter in self.keys["chapters"]]

    def records(self):
        """What is added up: (part, number of the part, ts or nothing where it is not known here,
        values)."""
        yield "session", 0, self.start_ts, {
            "mediaStarts": 1, "contentResumes": int(self.params.get("media.resume") is True)}
        closed = {name: int(self.keys[key]) for name, key in FLAGS.items()}
        closed |= {name: self.keys[key] for name, key in NUMBERS.items()}
        authorized = self.params.get("media.pass.auth", "")
        closed["authorized"] = int(authorized != "" and authorized.lower() != "false")
        closed["framesPerSecond"] = self.frame_rate
        yield "session", 0, self.close_ts, closed
        for number, ad in enumerate(self.ads()):
            yield "ad", number, None, {"adStarts": 1, "adCompletes": int(ad["isCompleted"]),
                                       "adTimeSpent": ad["timePlayed"]}
        for number, chapter in enumerate(self.keys["chapters"]):
            yield "chapter", number, None, {
                "chapterStarts": 1, "chapterCompletes": int(chapter["isCompleted"]),
                "chapterTimeSpent": chapter["timePlayed"]}
        for number, state in enumerate(self.states()):
            yield "state", number, self.close_ts, {
                "stateImpactedStreams": 1, "stateCount": state["count"],
                "stateTime": state["time"]}


PART_OF = {"media.genre": "genre", "media.state.name": "state", "playerSdkErrors": "playerError",
           "externalErrors": "externalError"}


def part_of(dimension):
    if dimension.startswith("media.ad."):
        return "ad"
    if dimension.startswith("media.chapter."):
        return "chapter"
    return PART_OF.get(dimension, "session")


def items_of(counted, part, number, dimensions):
    """The values of the dimensions for one record, each combination once."""
    # Custom metadata of a session is that of its ads and chapters, too, whose own keys win.
    has_custom = part in ("ad", "chapter")
    parts = [part if has_custom and dimension.startswith("c.") else part_of(dimension)
             for dimension in dimensions]
    rows = {}
    for each in sorted(set(parts)):
        rows[each] = counted.parts[each] or [{}]
        if each == part:
            rows[each] = [counted.parts[each][number]]
    found = set()
    for chosen in itertools.product(*rows.values()):
        by_part = dict(zip(rows, chosen))
        found.add(tuple(by_part[each].get(dimension)
                        for each, dimension in zip(parts, dimensions)))
    return found


def ratio(top, bottom):
    return None if not bottom else top / bottom


def with_ratios(sums):
    """The published metrics of one item."""
    values = {name: sums.get(name, None if name == "averageMinuteAudience" else 0)
              for name in SUMS}
    for name, (top, bottom) in RATIOS.items():
        values[name] = ratio(values[top], values[bottom])
    values["newStreams"] = values["mediaStarts"] - values["contentResumes"]
    values["preRollDropRate"] = ratio(values["mediaStarts"] - values["contentStarts"],
                                      values["mediaStarts"])
    return values


def expected_items(sessions, dimensions, metrics, hours=False, keep=lambda counted: True):
    """{(hour, dimensions ...): {metric: value}}"""
    wanted = {part for metric in metrics for part in terms_of(metric)}
    sums = collections.defaultdict(dict)
    for counted in sessions:
        if not keep(counted):
            continue
        for part, number, ts, values in counted.records():
            values = {name: value for name, value in values.items() if name in wanted}
            if not values:
                continue
            time = (ts // HOUR * HOUR,) if hours else ()
            for item in items_of(counted, part, number, dimensions):
                into = sums[time + item]
                for name, value in values.items():
                    if value is not None:
                        into[name] = into.get(name, 0) + value
    return {key: {name: value for name, value in with_ratios(added).items() if name in metrics}
            for key, added in sums.items()}


def terms_of(metric):
    if metric == "newStreams":
        return ("mediaStarts", "contentResumes")
    if metric == "preRollDropRate":
        return ("mediaStarts", "contentStarts")
    return RATIOS.get(metric, (metric,))


COUNT_DIMENSIONS = ("bitrateChangeCount", "bufferCount", "bufferTime", "droppedFrames",
                    "errorCount", "timeToStart")
DIMENSIONS = (*SUPPLIED, *COUNT_DIMENSIONS, "media.id", "media.length", "media.path", "segment",
              "session.id", "session.viewer", "session.closeReason", "session.state",
              "bitrateAverage", "bitrateAverageBucket", "c.kind", "c.own", "media.genre",
              "playerSdkErrors", "externalErrors", "media.ad.id", "media.ad.length",
              "media.ad.podPosition",
              "media.ad.podId", "media.ad.podFriendlyName", "media.ad.podSecond",
              "media.chapter.id", "media.chapter.index", "media.chapter.friendlyName",
              "media.chapter.offset", "media.chapter.length", "media.state.name")


class Reports(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.server = Server(cls.folder.name)
        cls.server.start()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.addClassCleanup(cls.server.stop)
        rng = random.Random(f"reports {SEED}")
        cls.sessions = []
        for number in range(SESSIONS):
            session = dressed(random_sessions.session(SEED, number), rng)
            status, headers, body = cls.server.post("/api/v1/downloaded", session["events"])
            assert status == 201, (number, status, body)
            sid = headers["Location"].rsplit("/", 1)[-1]
            if session["events"][0]["params"]["media.id"] != "":
                cls.sessions.append(Counted(session, sid))
        wait_until(lambda: cls.answer({"metrics": ["mediaStarts"]})["totals"]["mediaStarts"] ==
                   len(cls.sessions), "every session is in the report")

    @classmethod
    def answer(cls, question):
        status, _, body = cls.server.admin("/v1/reports", method="POST", body=question)
        assert status == 200, (question, status, body)
        return json.loads(body)

    def check(self, question, expected):
        answer = self.answer({"limit": 50_000, **question})
        got = {}
        for item in answer["items"]:
            key = (item["time"],) if "time" in item else ()
            key += tuple(item["dimensions"][name] for name in question.get("dimensions", []))
            self.assertNotIn(key, got)
            got[key] = item["metrics"]
        self.assertEqual(set(got), set(expected), question)
        for key, metrics in expected.items():
            for name, value in metrics.items():
                message = f"{name} of {key}: {question}"
                if isinstance(value, float):
                    self.assertAlmostEqual(got[key][name], value, delta=TOLERANCE, msg=message)
                else:
                    self.assertEqual(got[key][name], value, message)
        return answer

    def test_every_metric_is_what_the_second_calculation_gives(self):
        expected = expected_items(self.sessions, [], METRICS)
        answer = self.check({"metrics": METRICS}, expected)
        self.assertEqual(answer["items"][0]["metrics"], answer["totals"])
        # Downloads are not copied for receivers, and close with their last event.
        self.assertEqual([name for name in SUMS if not answer["totals"][name]],
                         ["federated", "secondsSinceLastCall"])

    def test_every_metric_by_every_dimension(self):
        for dimension in DIMENSIONS:
            with self.subTest(dimension=dimension):
                expected = expected_items(self.sessions, [dimension], METRICS)
                self.check({"metrics": METRICS, "dimensions": [dimension]}, expected)

    def test_several_dimensions_at_once(self):
        rng = random.Random(f"pairs {SEED}")
        for _ in range(20):
            dimensions = rng.sample(DIMENSIONS, rng.choice((2, 2, 3, 4)))
            metrics = rng.sample(METRICS, 8)
            with self.subTest(dimensions=dimensions, metrics=metrics):
                expected = expected_items(self.sessions, dimensions, metrics)
                self.check({"metrics": metrics, "dimensions": dimensions}, expected)

    def test_by_the_hour(self):
        metrics = (*STARTS, *CLOSES, *STATES)
        expected = expected_items(self.sessions, ["media.channel"], metrics, hours=True)
        times = [key[0] for key in expected]
        self.check({"metrics": metrics, "dimensions": ["media.channel"], "granularity": "hour",
                    "from": min(times), "to": max(times) + HOUR}, expected)

    def test_the_same_question_has_the_same_bytes_and_its_pages_are_the_whole(self):
        question = {"metrics": ["mediaStarts", "averageMinuteAudience", "avgContentTimeSpent"],
                    "dimensions": ["media.channel", "media.genre"],
                    "sort": [{"by": "avgContentTimeSpent", "descending": True}]}
        first = self.server.admin("/v1/reports", method="POST", body=question)
        self.assertEqual(first[0], 200)
        self.assertEqual(self.server.admin("/v1/reports", method="POST", body=question)[2],
                         first[2])
        pages, cursor = [], None
        while True:
            page = self.answer({**question, "limit": 3, "cursor": cursor})
            pages += page["items"]
            cursor = page["next"]
            if cursor is None:
                break
        self.assertEqual(pages, json.loads(first[2])["items"])


class WorkedCases(unittest.TestCase):
    def test_the_totals_of_several_sessions(self):
        for path in sorted((SOURCE / "tests/timelines/multi").glob("*.json")):
            case = json.loads(path.read_text())
            expected = {key.split(".", 1)[1]: value for key, value in case["expect"].items()
                        if key.startswith(("total.", "calc."))}
            with self.subTest(path.name), tempfile.TemporaryDirectory() as folder, \
                    Server(folder) as server:
                for session in case["sessions"]:
                    status, _, body = server.post("/api/v1/downloaded", session["events"])
                    self.assertEqual(status, 201, body)
                wait_until(lambda: len(server.get("/v1/sessions")["items"]) ==
                           len(case["sessions"]), "all sessions are folded")
                status, _, body = server.admin("/v1/reports", method="POST",
                                               body={"metrics": list(expected)})
                self.assertEqual(status, 200, body)
                totals = json.loads(body)["totals"]
                for name, value in expected.items():
                    if isinstance(value, float):
                        self.assertAlmostEqual(totals[name], value, delta=TOLERANCE, msg=name)
                    else:
                        self.assertEqual(totals[name], value, name)


if __name__ == "__main__":
    unittest.main()
