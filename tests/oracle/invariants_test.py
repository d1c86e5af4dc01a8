# SPDX-License-Identifier: Apache-2.0
"""What holds for every session (metrics, end of section 16), tried on random ones.

Only the program is asked. A failure names seed and session.
"""
import os
import random
import unittest

import agreement
import oracle
import random_sessions

SESSIONS = int(os.environ.get("ORACLE_SESSIONS", "2000")) // 2
SEED = int(os.environ.get("ORACLE_SEED", "20261122"))
WINDOW_MS = 5000
FEW = 9


def folded(sessions):
    """What the program makes of each, in many processes of many sessions."""
    answers = []
    size = agreement.SESSIONS_PER_PROCESS
    for first in range(0, len(sessions), size):
        part = sessions[first:first + size]
        by_sid = agreement.fold_with_program(part)
        answers += [by_sid[session["sid"]] for session in part]
    return answers


def stamp(event):
    return event["playerTime"]["ts"]


def is_crowded(events, index):
    """Whether the reorder window may be full when this event arrives."""
    near = [event for event in events if abs(stamp(event) - stamp(events[index])) <= 2 * WINDOW_MS]
    return len(near) > FEW


def chosen_index(rng, events, is_suitable):
    suitable = [index for index in range(1, len(events) - 1) if is_suitable(index)]
    return rng.choice(suitable) if suitable else None


def with_ping(rng, events):
    """One ping more, on the line of playback between two events. None when there is no place."""
    def milliseconds(index):
        return oracle.milliseconds(events[index]["playerTime"]["playhead"])

    def is_line(index):
        time = stamp(events[index + 1]) - stamp(events[index])
        way = milliseconds(index + 1) - milliseconds(index)
        return time >= 4 and 4 <= way <= 2 * time

    index = chosen_index(rng, events, is_line)
    if index is None:
        return None
    ts = (stamp(events[index]) + stamp(events[index + 1])) // 2
    playhead = (milliseconds(index) + milliseconds(index + 1)) // 2 / 1000
    ping = {"eventType": "ping", "playerTime": {"playhead": playhead, "ts": ts}}
    return events[:index + 1] + [ping] + events[index + 1:]


def with_swapped_neighbours(rng, events):
    def is_near(index):
        return (stamp(events[index + 1]) - stamp(events[index]) <= 2000
                and not is_crowded(events, index + 1))

    index = chosen_index(rng, events, is_near)
    if index is None:
        return None
    one, other = events[index], events[index + 1]
    one = {**one, "receivedAt": stamp(other)}
    return events[:index] + [other, one] + events[index + 2:]


def with_repetition(rng, events):
    index = chosen_index(rng, events, lambda index: not is_crowded(events, index))
    if index is None:
        return None
    return events[:index + 1] + [events[index]] + events[index + 1:]


class InvariantsTest(unittest.TestCase):
    def check_unchanged(self, changed, except_for=()):
        rng = random.Random(SEED)
        before, after = [], []
        for number in range(SESSIONS):
            session = random_sessions.orderly_session(SEED, number)
            events = changed(rng, session["events"])
            if events is not None:
                before.append(session)
                after.append({**session, "events": events})
        self.assertGreater(len(before), SESSIONS // 4)
        for session, one, other in zip(before, folded(before), folded(after)):
            differing = set(agreement.differing_keys(one, other)) - set(except_for)
            self.assertEqual(differing, set(), f"seed {SEED}, orderly {session['sid']}")

    def test_a_ping_on_the_line_of_playback_changes_nothing(self):
        self.check_unchanged(with_ping)

    def test_swapped_neighbours_within_the_window_change_nothing(self):
        self.check_unchanged(with_swapped_neighbours)

    def test_a_repeated_event_changes_only_its_counter(self):
        self.check_unchanged(with_repetition, ["session.duplicatesDropped"])

    def test_the_numbers_of_a_session_fit_together(self):
        sessions = [random_sessions.session(SEED, number) for number in range(SESSIONS)]
        for session, told in zip(sessions, folded(sessions)):
            with self.subTest(seed=SEED, session=session["sid"]):
                self.check_fit(session, told)

    def check_fit(self, session, told):
        details = {key.split(".")[-1]: value for key, value in told.items()
                   if key.startswith(("sessionDetails.", "qoeDataDetails."))}
        self.assertLessEqual(details["timePlayed"], details["totalTimePlayed"])
        self.assertNotEqual(details["isPlayed"], details["isDroppedBeforeStart"])
        self.assertEqual(details["isPlayed"], details["hasSegmentView"])
        self.assertLessEqual(told["advertisingDetails.completes"], details["adCount"])
        self.assertLessEqual(told["chapterDetails.completes"], details["chapterCount"])
        span_ms = told["session.lastEventTs"] - stamp(session["events"][0])
        spent = sum(details[key] for key in ("totalTimePlayed", "pauseTime", "bufferTime",
                                             "stallTime"))
        # Four published values, each rounded up by less than half a second.
        self.assertLessEqual(spent * 1000, span_ms + 4 * 500)
        self.check_markers(session, details)

    def check_markers(self, session, details):
        length = session["events"][0]["params"]["media.length"]
        if length == random_sessions.DAY:
            return
        largest = max(event["playerTime"]["playhead"] for event in session["events"])
        for marker in oracle.MARKERS:
            if details[f"hasProgress{marker}"]:
                self.assertGreaterEqual(oracle.milliseconds(largest) * 100,
                                        marker * oracle.milliseconds(length))


if __name__ == "__main__":
    unittest.main()
