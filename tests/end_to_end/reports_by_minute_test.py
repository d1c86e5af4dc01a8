# SPDX-License-Identifier: Apache-2.0
"""Reports by the minute, over HTTP: the worked cases with several sessions, and random sessions
against a second calculation that looks at each minute of each session (tests/oracle/minutes.py)."""

import collections
import http.client
import json
import os
import random
import sys
import tempfile
import unittest

from playhead_server import DEADLINE_SECONDS, SOURCE, Server, wait_until

sys.path.insert(0, str(SOURCE / "tests/oracle"))

import minutes  # noqa: E402 (it lies in another folder)
import oracle  # noqa: E402 (it lies in another folder)
import random_sessions  # noqa: E402 (it lies in another folder)

SESSIONS = int(os.environ.get("PLAYHEAD_REPORT_SESSIONS", "200"))
SEED = int(os.environ.get("PLAYHEAD_REPORT_SEED", "1"))
TOLERANCE = 1e-6
MINUTE = 60_000
BY_MINUTE = ("concurrentSessions", "concurrentViewers", "playbackTimeSpent",
             "contentTimeSpentByMinute")


def send(server, sessions):
    """As downloads, which keep the times of their events and close at once. Gives their ids."""
    ids = []
    for session in sessions:
        status, headers, body = server.post("/api/v1/downloaded", session["events"])
        assert status == 201, body
        ids.append(headers["Location"].rsplit("/", 1)[1])
    wait_until(lambda: report(server, {"metrics": ["mediaStarts"]})["totals"]["mediaStarts"] ==
               len(sessions), "every session is in the report")
    return ids


def report(server, question):
    connection = http.client.HTTPConnection("127.0.0.1", server.admin_port,
                                            timeout=DEADLINE_SECONDS)
    connection.request("POST", "/v1/reports", json.dumps(question),
                       {"Content-Type": "application/json"})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    assert answer.status == 200, (question, answer.status, body)
    return json.loads(body)


def by_key(answer, metric, dimensions=()):
    """The metric by time and dimensions, where it is not 0."""
    found = {}
    for item in answer["items"]:
        key = tuple(item["dimensions"][name] for name in dimensions)
        key = (item["time"], *key) if "time" in item else key
        if item["metrics"][metric] != 0:
            found[key] = item["metrics"][metric]
    return found


class WorkedCases(unittest.TestCase):
    """What `expect` says of reports in tests/timelines/multi."""

    METRICS = {"minute.concurrentViewers": "concurrentViewers",
               "minute.concurrentSessions": "concurrentSessions",
               "minute.playbackTimeSpent": "playbackTimeSpent",
               "minute.contentTimeSpent": "contentTimeSpentByMinute"}

    def check(self, name):
        case = json.loads((SOURCE / f"tests/timelines/multi/{name}.json").read_text())
        with tempfile.TemporaryDirectory() as folder, Server(folder) as server:
            ids = dict(zip([session["sid"] for session in case["sessions"]],
                           send(server, case["sessions"])))
            self.check_minutes(server, case["expect"])
            self.check_report(server, case.get("report", {}), case["expect"], ids)

    def whole(self, **question):
        return {"from": "2024-05-01T00:00Z", "to": "2024-05-02T00:00Z", **question}

    def check_minutes(self, server, expect):
        answer = report(server, self.whole(metrics=list(BY_MINUTE), granularity="minute"))
        compared = 0
        for key, metric in self.METRICS.items():
            if key in expect:
                wanted = {(int(minute),): value for minute, value in expect[key].items()}
                self.assertEqual(by_key(answer, metric), wanted, key)
                compared += 1
        self.assertGreater(compared, 1)
        if "peak.concurrentViewers" in expect:
            self.assertEqual(answer["peaks"]["concurrentViewers"],
                             {"value": expect["peak.concurrentViewers"],
                              "time": expect["peak.minuteTs"]})

    def check_report(self, server, asked, expect, ids):
        if "granularityMinutes" in asked:
            answer = report(server, self.whole(
                metrics=["concurrentViewers"],
                granularity=f"{asked['granularityMinutes']}minutes"))
            wanted = {(int(at),): n for at, n in expect["bucket.concurrentViewers"].items()}
            self.assertEqual(by_key(answer, "concurrentViewers"), wanted)
        if "audienceWindow" in asked:
            first, end = asked["audienceWindow"]
            answer = report(server, {"metrics": ["periodAverageMinuteAudience"], "from": first,
                                     "to": end})
            self.assertAlmostEqual(answer["totals"]["periodAverageMinuteAudience"],
                                   expect["window.averageMinuteAudience"], delta=TOLERANCE)
        for program in asked.get("programs", []):
            answer = report(server, {"metrics": ["scheduleTimePlayed"], "programs": [program],
                                     "dimensions": ["session.id"]})
            wanted = {ids[sid]: n for sid, n in expect[f"schedule.{program['name']}"].items()}
            got = {item["dimensions"]["session.id"]: item["metrics"]["scheduleTimePlayed"]
                   for item in answer["items"]}
            self.assertEqual(got, wanted)

    def test_viewers_of_two_visitors(self):
        self.check("m1-concurrent-viewers")

    def test_live_sessions_that_follow_each_other(self):
        self.check("m2-live-sequential")

    def test_a_session_that_is_resumed(self):
        self.check("m3-resume-after-timeout")


class Second:
    """The second calculation of one session."""

    def __init__(self, session):
        params = session["events"][0]["params"]
        line, _ = minutes.intervals_of(session)
        self.channel = params["media.channel"]
        self.start = line.times[0]
        self.end = max(line.last_ts, self.start + 1)
        self.active = minutes.by_minute([(self.start, self.end)])
        self.spans = minutes.spans(session)["spans.content"]
        self.content = minutes.by_minute(self.spans)
        self.viewer = params["analytics.visitorId"] or id(self)


def expected(sessions, by_channel):
    """Each metric by minute, and by channel if wanted."""
    found = {metric: collections.defaultdict(int) for metric in BY_MINUTE}
    viewers = collections.defaultdict(set)
    for session in sessions:
        channel = (session.channel,) if by_channel else ()
        for minute, ms in session.active.items():
            found["concurrentSessions"][(minute, *channel)] += 1
            found["playbackTimeSpent"][(minute, *channel)] += ms
            viewers[(minute, *channel)].add(session.viewer)
        for minute, ms in session.content.items():
            found["contentTimeSpentByMinute"][(minute, *channel)] += ms
    found["concurrentViewers"] = {key: len(names) for key, names in viewers.items()}
    for metric in ("playbackTimeSpent", "contentTimeSpentByMinute"):
        seconds = {key: oracle.seconds(ms) for key, ms in found[metric].items()}
        found[metric] = {key: value for key, value in seconds.items() if value}
    return found


def in_steps(values, length):
    sums = collections.defaultdict(int)
    for key, value in values.items():
        sums[(key[0] // length * length, *key[1:])] += value
    return dict(sums)


class RandomSessions(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.server = Server(cls.folder.name)
        cls.server.start()
        cls.addClassCleanup(cls.server.stop)
        rng = random.Random(f"minutes {SEED}")
        sessions = []
        for number in range(SESSIONS):
            session = json.loads(json.dumps(random_sessions.session(SEED, number)))
            session["context"] = {"endpoint": "downloaded"}
            for event in session["events"]:
                event.pop("receivedAt", None)
            params = session["events"][0]["params"]
            params["media.id"] = "m"
            params["media.channel"] = rng.choice(("news", "film"))
            params["analytics.visitorId"] = rng.choice(("", *"abcdefgh"))
            # Many of them at the same time.
            moved = 1_714_564_800_000 - session["events"][0]["playerTime"]["ts"]
            unit = rng.choice((1, MINUTE))
            moved += rng.randrange(5_400_000) // unit * unit
            for event in session["events"]:
                event["playerTime"]["ts"] += moved
            sessions.append(session)
        send(cls.server, sessions)
        cls.sessions = [Second(session) for session in sessions]
        # Some begin before, some end behind.
        cls.first = 1_714_564_800_000 + 13 * MINUTE
        cls.end = cls.first + 60 * MINUTE

    def question(self, **more):
        return {"metrics": list(BY_MINUTE), "from": self.first, "to": self.end, "limit": 50_000,
                **more}

    def expected(self, by_channel):
        return {metric: {key: value for key, value in values.items()
                         if self.first <= key[0] < self.end}
                for metric, values in expected(self.sessions, by_channel).items()}

    def test_each_minute(self):
        for dimensions in ([], ["media.channel"]):
            wanted = self.expected(bool(dimensions))
            for granularity, length in (("minute", MINUTE), ("7minutes", 7 * MINUTE),
                                        ("hour", 60 * MINUTE)):
                answer = report(self.server, self.question(granularity=granularity,
                                                           dimensions=dimensions))
                for metric in BY_MINUTE:
                    with self.subTest(metric=metric, by=dimensions, granularity=granularity):
                        self.assertEqual(by_key(answer, metric, dimensions),
                                         in_steps(wanted[metric], length))

    def test_the_whole_and_its_largest_and_smallest_minute(self):
        wanted = self.expected(False)
        answer = report(self.server, self.question())
        for metric in BY_MINUTE:
            with self.subTest(metric=metric):
                self.assertEqual(answer["totals"][metric], sum(wanted[metric].values()))
                values = [(wanted[metric].get((minute,), 0), minute)
                          for minute in range(self.first, self.end, MINUTE)]
                largest = max(values, key=lambda each: (each[0], -each[1]))
                smallest = min(values)
                self.assertEqual(answer["peaks"][metric],
                                 {"value": largest[0], "time": largest[1]})
                self.assertEqual(answer["troughs"][metric],
                                 {"value": smallest[0], "time": smallest[1]})

    def test_windows_and_schedules_of_any_length(self):
        rng = random.Random(f"windows {SEED}")
        programs, at = [], self.first
        for number in range(10):
            at += rng.randrange(600_000)
            length = rng.randrange(1, 1_200_000)
            programs.append({"name": f"p{number}", "startTs": at, "length": length / 1000})
            at += length
        answer = report(self.server, {"metrics": ["scheduleTimePlayed", "scheduleRecords"],
                                      "dimensions": ["program"], "programs": programs})
        got = {item["dimensions"]["program"]: item["metrics"] for item in answer["items"]}
        for program in programs:
            first, end = program["startTs"], program["startTs"] + round(program["length"] * 1000)
            met = [one for one in self.sessions if one.start < end and one.end > first]
            inside = [sum(max(0, min(b, end) - max(a, first)) for a, b in one.spans)
                      for one in met]
            wanted = {"scheduleRecords": len(met),
                      "scheduleTimePlayed": sum(oracle.seconds(ms) for ms in inside)}
            with self.subTest(program=program):
                self.assertEqual(got.get(program["name"], {"scheduleRecords": 0,
                                                           "scheduleTimePlayed": 0}), wanted)
                window = report(self.server, {"metrics": ["periodAverageMinuteAudience"],
                                              "from": first, "to": end})
                self.assertAlmostEqual(window["totals"]["periodAverageMinuteAudience"],
                                       sum(inside) / (end - first), delta=TOLERANCE)


if __name__ == "__main__":
    unittest.main()
