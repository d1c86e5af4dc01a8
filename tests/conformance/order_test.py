# SPDX-License-Identifier: Apache-2.0
"""Protocol section 13: the order of events, as far as a socket and the admin address show it."""

import itertools
import json
import time
import unittest

from bodies import TS, batch, event, start
from collector import ProtocolTest, wait_until

T = TS + 10_000  # where groups of equal stamps stand


def ad(name, ts=T, **more):
    return event("adStart", ts, params={"media.ad.id": name}, **more)


def state(kind, name, ts=T):
    return event(kind, ts, params={"media.state.name": name})


class Window(ProtocolTest):
    def kinds(self, server, sid):
        return [(one["eventType"], (one["playerTime"]["ts"] - TS) // 1000)
                for one in server.processed(sid)]

    def outcomes(self, server, sid):
        return [one["verdict"]["outcome"] for one in server.processed(sid)]

    def test_13_1_events_out_of_order_are_accepted(self):
        sid = self.server.open()
        for seconds in (9, 3, 7, 1, 8, 0, -5, 2):
            self.check_accepted(self.server.tell(sid, event("ping", TS + seconds * 1000)))

    def test_13_1_events_are_sorted_by_their_ts(self):
        self.own("asks for processed events")
        sid = self.server.open()
        for seconds in (9, 3, 7, 1, 8, 2):
            self.assertEqual(self.server.send(sid, event("ping", TS + seconds * 1000)), 204)
        self.assertEqual(self.server.send(sid, event("sessionEnd", TS + 10_000)), 204)
        self.assertEqual(self.kinds(self.server, sid),
                         [("sessionStart", 0), *(("ping", i) for i in (1, 2, 3, 7, 8, 9)),
                          ("sessionEnd", 10)])

    def test_13_2_the_11th_event_ends_the_window(self):
        server = self.configured("--session.reorder_seconds", "60")
        held, flushed = server.open(), server.open()
        for sid, count in ((held, 10), (flushed, 11)):
            for i in range(count):
                self.assertEqual(server.send(sid, event("ping", T + i * 1000)), 204)
            self.assertEqual(server.send(sid, event("pauseStart", T - 5000)), 204)
        self.assertEqual(self.kinds(server, held)[1], ("pauseStart", 5))
        self.assertEqual(self.kinds(server, flushed)[-1], ("pauseStart", 5))
        self.assertEqual(self.outcomes(server, flushed)[-1], "late")
        self.assertNotIn("late", self.outcomes(server, held))

    def test_13_2_the_window_ends_after_its_time(self):
        server = self.configured("--session.reorder_seconds", "1")
        sid = server.open()
        self.assertEqual(server.send(sid, event("ping", T)), 204)
        sent = time.monotonic()
        wait_until(lambda: time.monotonic() - sent > 1.2, "the window is over")
        self.assertEqual(server.send(sid, event("ping", T - 5000)), 204)
        self.assertEqual(self.kinds(server, sid)[1:], [("ping", 10), ("ping", 5)])
        self.assertEqual(self.outcomes(server, sid)[-1], "late")

    def test_13_2_an_old_event_is_never_refused_and_makes_no_total_negative(self):
        server = self.configured("--session.reorder_seconds", "0")
        sid = server.open()
        for kind, ts in (("play", 1), ("ping", 30), ("pauseStart", 2), ("play", 40), ("ping", 3),
                         ("adBreakStart", 4), ("adStart", 5), ("adComplete", 2),
                         ("bufferStart", 1), ("ping", -100), ("sessionComplete", 0)):
            self.check_accepted(server.tell(sid, event(kind, TS + ts * 1000)))
        self.check_accepted(server.tell(sid, event("sessionEnd", TS + 41_000)))
        for key, value in server.settled(sid).items():
            if isinstance(value, (int, float)) and not isinstance(value, bool):
                self.assertGreaterEqual(value, 0, key)

    def test_13_1_an_ad_200_ms_ahead_of_its_break_counts(self):
        self.own("asks for metrics")
        sid = self.server.open()
        self.assertEqual(self.server.send(sid, ad("a", TS + 1002)), 204)
        sent = time.monotonic()
        wait_until(lambda: time.monotonic() - sent > 0.2, "200 ms pass")
        for body in (event("adBreakStart", TS + 1001), event("adComplete", TS + 5000),
                     event("adBreakComplete", TS + 5001), event("sessionEnd", TS + 6000)):
            self.assertEqual(self.server.send(sid, body), 204)
        metrics = self.server.settled(sid)
        self.assertEqual(metrics["sessionDetails.adCount"], 1)
        self.assertEqual(metrics["advertisingDetails.completes"], 1)


class EqualStamps(ProtocolTest):
    def order(self, before, group, end=True):
        """Sends `group` at one stamp after `before`; the group in processed order, as names."""
        sid = self.server.open()
        for i, body in enumerate(before):
            body["playerTime"]["ts"] = T - len(before) + i
            self.assertEqual(self.server.send(sid, body), 204)
        for body in group:
            self.assertEqual(self.server.send(sid, body), 204, body)
        if end:
            self.assertEqual(self.server.send(sid, event("sessionEnd", T + 1000)), 204)
        self.server.settled(sid)
        return [one["eventType"] for one in self.server.processed(sid)
                if one["playerTime"]["ts"] == T]

    def check(self, before, arrived, processed):
        """`arrived` and `before` are bodies or names of types."""
        self.own("asks for processed events")
        group = [event(one, T) if isinstance(one, str) else one for one in arrived]
        earlier = [event(one) if isinstance(one, str) else one for one in before]
        end = not any(one["eventType"] == "sessionEnd" for one in group)
        self.assertEqual(self.order(earlier, group, end), processed)

    def test_13_3_a_break_comes_before_its_ad(self):
        self.check([], ["adStart", "adBreakStart"], ["adBreakStart", "adStart"])
        self.check([], ["adStart", "play", "adBreakStart"], ["play", "adBreakStart", "adStart"])

    def test_13_3_an_ad_completes_before_the_next_begins(self):
        self.check(["adBreakStart", ad("one")], [ad("two"), "adComplete"],
                   ["adComplete", "adStart"])
        self.check(["adBreakStart", ad("one")], [ad("two"), "adSkip"], ["adSkip", "adStart"])

    def test_13_3_an_ad_completes_before_its_break(self):
        self.check(["adBreakStart", ad("one")], ["adBreakComplete", "adComplete"],
                   ["adComplete", "adBreakComplete"])

    def test_13_3_a_break_completes_before_the_next_begins(self):
        other = event("adBreakStart", T, params={"media.ad.podIndex": 1})
        self.check(["adBreakStart"], [other, "adBreakComplete"],
                   ["adBreakComplete", "adBreakStart"])

    def test_13_3_a_chapter_completes_before_the_next_begins(self):
        other = event("chapterStart", T, params={"media.chapter.index": 2})
        for closing in ("chapterComplete", "chapterSkip"):
            self.check(["chapterStart"], [other, closing], [closing, "chapterStart"])

    def test_13_3_a_state_begins_before_it_ends(self):
        self.check([], [state("stateEnd", "mute"), state("stateStart", "mute")],
                   ["stateStart", "stateEnd"])
        self.check([state("stateStart", "mute")],
                   [state("stateEnd", "mute"), state("stateStart", "mute")],
                   ["stateEnd", "stateStart"])

    def test_13_3_completion_comes_after_what_closes(self):
        self.check(["adBreakStart", ad("one"), "chapterStart"],
                   ["sessionComplete", "chapterComplete", "adBreakComplete", "adComplete"],
                   ["chapterComplete", "adComplete", "adBreakComplete", "sessionComplete"])

    def test_13_3_what_is_never_applicable_comes_all_the_same(self):
        self.check([], ["adComplete", "chapterSkip", "adBreakComplete"],
                   ["adComplete", "chapterSkip", "adBreakComplete"])

    def test_13_3_the_end_is_last(self):
        self.own("asks for processed events")
        kinds = ["adSkip", "adBreakComplete", "chapterSkip", "sessionEnd"]
        for order in itertools.permutations(kinds):
            with self.subTest(order=order):
                before = [event("chapterStart"), event("adBreakStart"), ad("one")]
                got = self.order(before, [event(kind, T) for kind in order], end=False)
                self.assertEqual(got[-1], "sessionEnd")
                self.assertLess(got.index("adSkip"), got.index("adBreakComplete"))

    def test_13_3_a_whole_session_of_one_stamp_keeps_its_arrival_order(self):
        self.own("asks for processed events")
        kinds = ["adBreakStart", "adStart", "adComplete", "adBreakComplete", "play",
                 "chapterStart", "pauseStart", "play", "chapterComplete", "sessionComplete"]
        sid = self.server.open(start(T))
        for kind in [*kinds, "sessionEnd"]:
            self.assertEqual(self.server.send(sid, event(kind, T)), 204)
        metrics = self.server.settled(sid)
        self.assertEqual([one["eventType"] for one in self.server.processed(sid)],
                         ["sessionStart", *kinds, "sessionEnd"])
        self.assertEqual(metrics["sessionDetails.adCount"], 1)
        self.assertEqual(metrics["advertisingDetails.completes"], 1)
        self.assertEqual(metrics["chapterDetails.completes"], 1)


class Duplicates(ProtocolTest):
    BODY = event("ping", T, 5, qoeData={"media.qoe.bitrate": 4200, "bitrate": 1.5},
                 customMetadata={"a": "b", "c": "d"})

    def test_13_5_a_repeated_event_is_204_again(self):
        sid = self.server.open()
        for _ in range(5):
            self.check_accepted(self.server.tell(sid, self.BODY))

    def test_13_5_a_repeated_event_is_dropped(self):
        self.own("asks for metrics")
        sid = self.server.open()
        for body in (event("error", T), event("error", T), event("error", T + 1),
                     event("sessionEnd", T + 2)):
            self.assertEqual(self.server.send(sid, body), 204)
        metrics = self.server.settled(sid)
        self.assertEqual(metrics["qoeDataDetails.errorCount"], 2)
        self.assertEqual(metrics["session.duplicatesDropped"], 1)
        outcomes = [one["verdict"]["outcome"] for one in self.server.processed(sid)]
        self.assertEqual(outcomes.count("duplicate"), 1)

    def dropped(self, bodies):
        sid = self.server.open()
        for body in bodies:
            self.assertEqual(self.server.send(sid, body), 204)
        return self.server.metrics(sid)["session.duplicatesDropped"]

    def test_13_5_equal_means_equal_as_json(self):
        self.own("asks for metrics")
        reordered = dict(reversed(self.BODY.items()))
        for same in (json.dumps(self.BODY, indent=2).encode(), reordered,
                     json.dumps(self.BODY).replace('"ping"', '"p\\u0069ng"').encode(),
                     json.dumps(self.BODY).replace("4200", "4.2e3").encode(),
                     json.dumps(self.BODY).replace(": 5", ": 5.0").encode()):
            with self.subTest(same=same):
                self.assertEqual(self.dropped([self.BODY, same]), 1)
        for other in ({**self.BODY, "eventType": "play"},
                      {**self.BODY, "params": {"media.qoe.bitrate": 4200}},
                      {**self.BODY, "customMetadata": {"a": "b", "c": "D"}},
                      {**self.BODY, "playerTime": {"playhead": 5, "ts": T + 1}},
                      {**self.BODY, "playerTime": {"playhead": 5.5, "ts": T}}):
            with self.subTest(other=other):
                self.assertEqual(self.dropped([self.BODY, other]), 0)

    def test_13_5_the_last_32_events_are_remembered(self):
        self.own("asks for metrics")
        for between, dropped in ((0, 1), (31, 1), (32, 0)):
            with self.subTest(between=between):
                others = [event("ping", T + 1 + i) for i in range(between)]
                self.assertEqual(self.dropped([self.BODY, *others, self.BODY]), dropped)

    def test_13_5_the_same_event_of_another_session_is_no_duplicate(self):
        self.own("asks for metrics")
        self.assertEqual([self.dropped([self.BODY]) for _ in range(2)], [0, 0])


class Batches(ProtocolTest):
    def test_13_4_a_batch_keeps_its_order_beyond_any_window(self):
        self.own("asks for processed events")
        body = batch(*["ping"] * 30, "sessionEnd")
        for at, one in enumerate(body[1:-1], 1):
            one["playerTime"]["ts"] = TS + (at * 7919) % 100_000
        sid = self.server.open(body)
        self.server.settled(sid)
        self.assertEqual([one["playerTime"]["ts"] for one in self.server.processed(sid)],
                         [one["playerTime"]["ts"] for one in body])


if __name__ == "__main__":
    unittest.main()
