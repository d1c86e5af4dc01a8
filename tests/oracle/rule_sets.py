# SPDX-License-Identifier: Apache-2.0
"""The oracle's numbers with any rule set (docs/rule-sets.md): what differs from set 1, on top."""
import types

import oracle

DECIDED = 1
OLDER_REPORTS = 2


def is_played(line, story, end):
    """5.2, as it is known when the interval that ends with event number `end` is over."""
    shots = story.snapshots
    began = any(event.type == "play" and shot.pod is None and shot.ad is None
                for event, shot in zip(line.accepted[:end], shots))
    if began:
        return True
    past = types.SimpleNamespace(times=line.times[:end + 1], snapshots=shots[:end + 1])
    intervals, _ = oracle.measure(past, past)
    return oracle.total(intervals, "MAIN", "CREDITED_GAP") > oracle.GAP_MS


def passed_parts(line, story):
    """D1 of set 2: wherever the playhead moves forward after the content has started."""
    shots = story.snapshots
    moves = ((end, shots[end - 1].playhead, shots[end].playhead) for end in range(1, len(shots)))
    return [(p0, p1) for end, p0, p1 in moves if p1 > p0 and is_played(line, story, end)]


def fold(session, rule_set=DECIDED):
    """As oracle.fold, with this rule set."""
    answer = oracle.fold(session)
    if rule_set == DECIDED:
        return answer
    is_batch = (session.get("context") or {}).get("endpoint") == "downloaded"
    line = oracle.intake(oracle.in_arrival_order(session["events"]), is_batch)
    story = oracle.tell(line)
    length = oracle.media_length(line)
    length_ms = oracle.milliseconds(length) if length else 0
    passed = passed_parts(line, story)
    for marker in oracle.MARKERS:
        key = f"sessionDetails.hasProgress{marker}"
        answer[key] = answer[key] or oracle.has_marker(passed, marker, length_ms)
    pauses = sum(event.type == "pauseStart" for event in line.accepted)
    buffers = sum(event.type == "bufferStart" for event in line.accepted)
    answer.update({
        "sessionDetails.pauseCount": pauses,
        "sessionDetails.hasPauseImpactedStreams": pauses > 0,
        "qoeDataDetails.bufferCount": buffers,
        "qoeDataDetails.hasBufferImpactedStreams": buffers > 0,
    })
    return answer
