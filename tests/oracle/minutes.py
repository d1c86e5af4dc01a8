# SPDX-License-Identifier: Apache-2.0
"""When content and ads ran, and what reports by the minute make of it (metrics 12.4 to 12.6)."""
import collections

import oracle

MINUTE_MS = 60_000


def intervals_of(session):
    """The line of a session, and (from, to, kind) of each of its intervals."""
    is_batch = (session.get("context") or {}).get("endpoint") == "downloaded"
    line = oracle.intake(oracle.in_arrival_order(session["events"]), is_batch)
    measured, _ = oracle.measure(line, oracle.tell(line))
    times = zip(line.times, line.times[1:], measured)
    return line, [(start, end, interval.kind) for start, end, interval in times]


def joined(parts):
    """Intervals that meet are one; those without time are none."""
    found = []
    for start, end in parts:
        if start == end:
            continue
        if found and found[-1][1] == start:
            found[-1][1] = end
        else:
            found.append([start, end])
    return found


def spans(session):
    """The keys that `playhead fold --spans` adds."""
    _, intervals = intervals_of(session)
    return {
        "spans.content": joined((start, end) for start, end, kind in intervals
                                if kind in ("MAIN", "CREDITED_GAP")),
        "spans.ad": joined((start, end) for start, end, kind in intervals if kind == "AD"),
    }


def by_minute(parts):
    """Milliseconds of the parts in each minute that they meet."""
    found = collections.Counter()
    for start, end in parts:
        while start < end:
            minute = start - start % MINUTE_MS
            stop = min(end, minute + MINUTE_MS)
            found[minute] += stop - start
            start = stop
    return found


def content_time_spent(sessions):
    """`minute.contentTimeSpent` of several sessions."""
    total = collections.Counter()
    for session in sessions:
        total += by_minute(spans(session)["spans.content"])
    return {str(minute): oracle.seconds(total[minute]) for minute in sorted(total)}


def playback_time_spent(sessions):
    """`minute.playbackTimeSpent` of several sessions."""
    total = collections.Counter()
    for session in sessions:
        line, _ = intervals_of(session)
        first = line.times[0]
        total += by_minute([(first, max(line.last_ts, first + 1))])
    return {str(minute): oracle.seconds(total[minute]) for minute in sorted(total)}
