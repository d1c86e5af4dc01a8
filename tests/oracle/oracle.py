#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A second opinion on every number of a session, slow and obvious.

    python3 tests/oracle/oracle.py FILE     prints the flat keys of `expect` for one session

Written from the rules alone (metrics 1 to 11, protocol 12 to 14) and sharing nothing with
src/session: that one folds each event once and keeps only sums, this one keeps everything and
passes over it again and again.

    pass 1  intake      arrival order -> accepted events in processing order, and the close
    pass 2  states      the state machine, one snapshot after each accepted event
    pass 3  intervals   what ran between two accepted events
    pass 4  metrics     each number on its own, from the intervals and snapshots

Times and positions are integers in milliseconds. What was decided where the rules are silent:
docs/adr/0011-what-the-rules-of-the-numbers-leave-open.md.
"""
import copy
import hashlib
import json
import math
import sys

WINDOW_MS = 5000
WINDOW_EVENTS = 10
GRACE_MS = 5000
INACTIVITY_MS = 600_000
IDLE_MS = 1_800_000
GAP_MS = 250
SAMPLE_MS = 1000
STALL_SAMPLES = 3
DAY_MS = 86_400_000
STATE_LIMIT = 10
DUPLICATE_MEMORY = 32
MARKERS = (10, 25, 50, 75, 95)

AD_CLOSERS = ("adComplete", "adSkip")
CHAPTER_CLOSERS = ("chapterComplete", "chapterSkip")
CLOSERS = (*AD_CLOSERS, "adBreakComplete", *CHAPTER_CLOSERS)


def milliseconds(seconds):
    """P(x) and L of section 1."""
    return math.floor(seconds * 1000 + 0.5)


def seconds(total_ms):
    """S(ms) of section 1."""
    return (total_ms + 500) // 1000


class Event:
    """One event as it arrived."""

    def __init__(self, body, arrived_at):
        self.type = body["eventType"]
        self.ts = int(body["playerTime"]["ts"])
        self.playhead = milliseconds(body["playerTime"]["playhead"])
        self.params = body.get("params", {})
        self.qoe = body.get("qoeData", {})
        self.arrived_at = arrived_at
        self.value = (self.type, body["playerTime"], self.params, self.qoe,
                      body.get("customMetadata", {}))

    def quality(self, key):
        """Section 9: qoeData wins over params."""
        return self.qoe[key] if key in self.qoe else self.params.get(key)

    def state_name(self):
        return self.params["media.state.name"].lower()

    def pod(self):
        return self.params["media.ad.podIndex"], self.params["media.ad.podSecond"]

    def ad_identity(self):
        return self.params["media.ad.id"], self.params["media.ad.podPosition"]


def in_arrival_order(bodies):
    """Section 2.1: `receivedAt` when given, else `ts`, never backwards."""
    events = []
    now = None
    for body in bodies:
        at = int(body.get("receivedAt", body["playerTime"]["ts"]))
        now = at if now is None else max(now, at)
        events.append(Event(body, now))
    return events


# --- pass 1: intake -----------------------------------------------------------------------------


class Bookends:
    """What is open: as much of the state as the order of equal time stamps depends on."""

    def __init__(self):
        self.pod = None
        self.ad = None
        self.chapter = None
        self.states = {}
        self.is_complete = False

    def start_state(self, name):
        if name and (name in self.states or len(self.states) < STATE_LIMIT):
            self.states[name] = True

    def end_state(self, name):
        if name in self.states:
            self.states[name] = False

    def take(self, event):
        kind = event.type
        if kind == "adBreakStart" and self.pod != event.pod():
            self.pod, self.ad = event.pod(), None
        elif kind == "adStart" and self.pod is not None:
            self.ad = event.ad_identity()
        elif kind in AD_CLOSERS:
            self.ad = None
        elif kind == "adBreakComplete":
            self.pod = self.ad = None
        elif kind == "chapterStart":
            self.chapter = event.params["media.chapter.index"]
        elif kind in CHAPTER_CLOSERS:
            self.chapter = None
        elif kind == "sessionComplete":
            self.is_complete = True
        for name in ended_states(event):
            self.end_state(name)
        for name in started_states(event):
            self.start_state(name)


def named_states(elements):
    return [element["media.state.name"].lower() for element in elements
            if "media.state.name" in element]


def started_states(event):
    if event.type == "stateStart":
        return [event.state_name()]
    if event.type == "statesUpdate":
        return named_states(event.params.get("statesStart", []))
    return []


def ended_states(event):
    if event.type == "stateEnd":
        return [event.state_name()]
    if event.type == "statesUpdate":
        return named_states(event.params.get("statesEnd", []))
    return []


def is_applicable(event, others, bookends):
    """The table of protocol 13.3; `others` are the types that remain in the group besides it."""
    kind = event.type

    def remains(*kinds):
        return any(other in kinds for other in others)

    if kind == "adBreakStart":
        return bookends.pod is None or not remains("adBreakComplete")
    if kind == "adStart":
        return bookends.pod is not None and (bookends.ad is None or not remains(*AD_CLOSERS))
    if kind in AD_CLOSERS:
        return bookends.ad is not None
    if kind == "adBreakComplete":
        return bookends.pod is not None and not (
            bookends.ad is not None and remains(*AD_CLOSERS))
    if kind == "chapterStart":
        return bookends.chapter is None or not remains(*CHAPTER_CLOSERS)
    if kind in CHAPTER_CLOSERS:
        return bookends.chapter is not None
    if kind == "stateEnd":
        return bookends.states.get(event.state_name(), False)
    if kind == "sessionComplete":
        return not remains(*CLOSERS)
    if kind == "sessionEnd":
        return not others
    return True


class Line:
    """The accepted events in processing order, and the close (sections 2.1 to 2.4)."""

    def __init__(self, start, has_deadlines):
        self.accepted = [start]
        self.times = [start.ts]
        self.last_ts = start.ts
        self.last_move = start.ts
        self.ahead = 0  # what the clock of the player has jumped so far
        self.playhead = start.playhead
        self.bookends = Bookends()
        self.close_reason = None
        self.close_ts = None
        self.after_close = 0
        self.duplicates = 0
        self.has_deadlines = has_deadlines

    def deadline(self):
        silent = self.last_ts + INACTIVITY_MS
        idle = self.last_move + IDLE_MS
        return ("inactivity", silent) if silent <= idle else ("idle", idle)

    def close(self, reason, at):
        self.close_reason, self.close_ts = reason, at

    def jump_of(self, event):
        """What only the clock of the player made of the step (2.2, last point)."""
        step = event.ts - self.ahead - self.last_ts
        passed = event.arrived_at - self.accepted[-1].arrived_at
        if self.has_deadlines and step > INACTIVITY_MS and passed < INACTIVITY_MS:
            return step - max(0, passed)
        return 0

    def process(self, event):
        if self.close_reason is not None:
            self.after_close += 1
            return
        jump = self.jump_of(event)
        t = max(event.ts - self.ahead - jump, self.last_ts)
        if self.has_deadlines:
            reason, at = self.deadline()
            if t > at:
                self.close(reason, at)
                self.after_close += 1
                return
        if any(event.value == earlier.value for earlier in self.accepted[-DUPLICATE_MEMORY:]):
            self.duplicates += 1
            return
        self.accepted.append(event)
        self.times.append(t)
        self.ahead += jump
        self.last_ts = t
        if self.bookends.ad is None and event.playhead != self.playhead:
            self.playhead = event.playhead
            self.last_move = t
        self.bookends.take(event)
        if event.type == "sessionEnd":
            self.close("sessionEnd", t)

    def process_group(self, group, until=None):
        """Events of one time stamp, in the order of protocol 13.3; stops before `until`."""
        group = list(group)
        while group:
            # When nothing fits: the first, but never the end before another.
            chosen = next((one for one in group if one.type != "sessionEnd"), group[0])
            for event in group:
                others = [other.type for other in group if other is not event]
                if is_applicable(event, others, self.bookends):
                    chosen = event
                    break
            if chosen is until:
                return
            group.remove(chosen)
            self.process(chosen)

    def process_sorted(self, events, until=None):
        for ts in sorted({event.ts for event in events}):
            self.process_group([event for event in events if event.ts == ts], until)


def closes_what_is_open(event, bookends):
    """Protocol 12.3, second point."""
    kind = event.type
    if kind in AD_CLOSERS:
        return bookends.ad is not None
    if kind == "adBreakComplete":
        return bookends.pod is not None
    if kind in CHAPTER_CLOSERS:
        return bookends.chapter is not None
    if kind == "stateEnd":
        return bookends.states.get(event.state_name(), False)
    if kind == "sessionComplete":
        return not bookends.is_complete
    return False


def is_straggler(event, end, held, line):
    """Whether an event that arrives within the grace after `end` is merged before it."""
    if event.type == "sessionEnd":
        return False
    if end.ts - GRACE_MS <= event.ts < end.ts:
        return True
    if event.ts != end.ts:
        return False
    before = copy.deepcopy(line)
    merged = [one for one in held if one is not end and one.ts <= end.ts] + [event]
    before.process_sorted(merged, until=event)
    return before.close_reason is None and closes_what_is_open(event, before.bookends)


def intake(events, is_batch):
    """Pass 1. Gives the Line."""
    line = Line(events[0], has_deadlines=not is_batch)
    if is_batch:
        for event in events[1:]:
            line.process(event)
        if line.close_reason is None:
            line.close("batchEnd", line.last_ts)
        return line

    held = []
    end = None
    heard_at = events[0].arrived_at
    for event in events[1:]:
        if not end and event.arrived_at > heard_at + INACTIVITY_MS:
            line.process_sorted(held)
            held = []
            if line.close_reason is None:
                line.close(*line.deadline())
        opened_at = end.arrived_at if end else held[0].arrived_at if held else event.arrived_at
        wait = GRACE_MS + 1 if end else WINDOW_MS
        if held and event.arrived_at >= opened_at + wait:
            line.process_sorted(held)
            held, end = [], None
        if end:
            if is_straggler(event, end, held, line):
                held.append(event)
            else:
                line.after_close += 1
            continue
        if line.close_reason is not None:
            line.after_close += 1
            continue
        held.append(event)
        heard_at = event.arrived_at
        if event.type == "sessionEnd":
            end = event
        elif len(held) > WINDOW_EVENTS:
            line.process_sorted(held)
            held = []
    line.process_sorted(held)
    if line.close_reason is None:
        line.close(*line.deadline())
    return line


# --- pass 2: states -----------------------------------------------------------------------------


class Snapshot:
    """The state after one accepted event (section 3.1)."""

    def __init__(self, start):
        self.player = "STARTING"
        self.saved = None
        self.pod = None       # (podIndex, podSecond, podFriendlyName)
        self.ad = None        # index into Story.ads
        self.orphan_ad = False
        self.chapter = None   # index into Story.chapters
        self.playhead = start.playhead
        self.bitrate = None


class Story:
    """What pass 2 tells: a snapshot after each accepted event, the instances, what was counted."""

    def __init__(self, line):
        self.snapshots = []
        self.ads = []
        self.chapters = []
        self.counts = {"pause": 0, "buffer": 0, "bitrateChange": 0, "error": 0}
        self.content_plays = []  # the playheads of the first rule of 5.2
        self.is_completed = False
        self.content_id = line.accepted[0].params["media.id"]

    def identity(self, index):
        digest = hashlib.md5(self.content_id.encode("utf-8")).hexdigest()
        return f"{digest}_{index}"


def end_ad(now, story, is_completed):
    story.ads[now.ad]["isCompleted"] = is_completed
    now.ad = None
    if now.saved is not None:
        now.player, now.saved = now.saved, None


def start_ad(now, story, event):
    params = event.params
    if now.ad is not None:
        running = story.ads[now.ad]
        if (running["id"], running["podPosition"]) == event.ad_identity():
            return
        end_ad(now, story, False)
    pod_index, pod_second, pod_name = now.pod
    story.ads.append({
        "id": params["media.ad.id"], "podId": story.identity(pod_index), "podName": pod_name,
        "podOffset": pod_second, "podPosition": params["media.ad.podPosition"],
        "length": params["media.ad.length"], "timePlayed": 0, "isCompleted": False})
    now.ad = len(story.ads) - 1
    if now.player != "PLAYING":
        now.saved, now.player = now.player, "PLAYING"


def take_ad_event(now, story, event):
    kind = event.type
    if kind == "adBreakStart":
        now.orphan_ad = False
        if now.pod is None or now.pod[:2] != event.pod():
            if now.ad is not None:
                end_ad(now, story, False)
            now.pod = (*event.pod(), event.params.get("media.ad.podFriendlyName"))
    elif kind == "adStart":
        if now.pod is None:
            now.orphan_ad = True
        else:
            start_ad(now, story, event)
    elif kind in AD_CLOSERS:
        now.orphan_ad = False
        if now.ad is not None:
            end_ad(now, story, kind == "adComplete")
    elif kind == "adBreakComplete" and now.pod is not None:
        if now.ad is not None:
            end_ad(now, story, False)
        now.pod = None


def take_chapter_event(now, story, event):
    kind = event.type
    if kind == "chapterStart":
        index = event.params["media.chapter.index"]
        if now.chapter is not None and story.chapters[now.chapter]["index"] == index:
            return
        story.chapters.append({
            "id": story.identity(index), "index": index,
            "name": event.params.get("media.chapter.friendlyName"),
            "offset": event.params["media.chapter.offset"],
            "length": event.params["media.chapter.length"], "timePlayed": 0,
            "isCompleted": False})
        now.chapter = len(story.chapters) - 1
    elif kind in CHAPTER_CLOSERS and now.chapter is not None:
        story.chapters[now.chapter]["isCompleted"] = kind == "chapterComplete"
        now.chapter = None


def take_player_event(now, story, event):
    kind = event.type
    if now.saved != "COMPLETED":
        now.saved = None
    if kind == "play":
        now.player = "PLAYING"
        if now.pod is None and now.ad is None:
            story.content_plays.append(now.playhead)
    elif kind == "pauseStart":
        story.counts["pause"] += now.player != "PAUSED"
        now.player = "PAUSED"
    else:
        story.counts["buffer"] += now.player != "BUFFERING"
        now.player = "BUFFERING"


def take_bitrate(now, event):
    sent = (event.qoe.get("media.qoe.bitrate"), event.qoe.get("bitrate"),
            event.params.get("media.qoe.bitrate"))
    value = next((one for one in sent if one is not None), None)
    if value is not None and int(value) > 0:
        now.bitrate = int(value)


def apply(now, story, event):
    """The transition table of 3.3."""
    kind = event.type
    if kind in ("play", "pauseStart", "bufferStart"):
        take_player_event(now, story, event)
    elif kind in ("bitrateChange", "error"):
        story.counts[kind] += 1
    elif kind.startswith("ad"):
        take_ad_event(now, story, event)
    elif kind.startswith("chapter"):
        take_chapter_event(now, story, event)
    elif kind == "sessionComplete":
        story.is_completed = True
        if now.ad is not None:
            now.saved = "COMPLETED"
        else:
            now.player = "COMPLETED"
    elif kind == "sessionEnd":
        if now.ad is not None:
            end_ad(now, story, False)
        now.chapter = now.pod = None


def tell(line):
    """Pass 2. Gives the Story."""
    story = Story(line)
    now = Snapshot(line.accepted[0])
    for number, event in enumerate(line.accepted):
        if number > 0 and now.ad is None and event.playhead != now.playhead:
            now.playhead = event.playhead
            now.orphan_ad = False
        take_bitrate(now, event)
        apply(now, story, event)
        story.snapshots.append(copy.copy(now))
    return story


# --- pass 3: intervals --------------------------------------------------------------------------


class Interval:
    """The time between two accepted events, with the state after the earlier one."""

    def __init__(self, length, before, after):
        self.length = length
        self.state = before
        self.start_playhead = before.playhead
        self.end_playhead = after.playhead
        self.kind = basic_kind(before)
        self.is_still = (self.kind == "MAIN" and not before.orphan_ad
                         and self.start_playhead == self.end_playhead)


def basic_kind(state):
    """The table of 3.2, before stalls and short gaps are known."""
    if state.player == "PAUSED":
        return "PAUSE"
    if state.player == "BUFFERING":
        return "BUFFER"
    if state.player == "PLAYING":
        return "AD" if state.ad is not None else "MAIN" if state.pod is None else "GAP"
    return "NONE"


def maximal_runs(intervals, belongs):
    """The maximal runs of consecutive intervals for which `belongs` holds."""
    run = []
    for interval in intervals:
        if belongs(interval):
            run.append(interval)
        elif run:
            yield run
            run = []
    if run:
        yield run


def judge_gap(run):
    """4.2: a gap of more than 250 ms of playing is main content, a shorter one counts nowhere."""
    playing = [interval for interval in run if interval.kind == "GAP"]
    credited = sum(interval.length for interval in playing) > GAP_MS
    for interval in playing:
        interval.kind = "CREDITED_GAP" if credited else "SHORT_GAP"


def judge_still_run(run):
    """4.3: three samples at least one second apart make a stall of the whole run."""
    samples = 1
    clock = last_sample = 0
    for interval in run:
        clock += interval.length
        if clock - last_sample >= SAMPLE_MS:
            samples += 1
            last_sample = clock
    if samples < STALL_SAMPLES:
        return 0
    for interval in run:
        interval.kind = "STALL"
    return 1


def measure(line, story):
    """Pass 3. Gives the intervals with their final kinds, and the number of stalls."""
    shots = story.snapshots
    intervals = [Interval(line.times[i] - line.times[i - 1], shots[i - 1], shots[i])
                 for i in range(1, len(shots))]
    in_gap = list(maximal_runs(
        intervals, lambda one: one.state.pod is not None and one.state.ad is None))
    for run in in_gap:
        judge_gap(run)
    stalls = 0
    for run in list(maximal_runs(intervals, lambda one: one.is_still)):
        stalls += judge_still_run(run)
    return intervals, stalls


# --- pass 4: metrics ----------------------------------------------------------------------------


def total(intervals, *kinds):
    return sum(interval.length for interval in intervals if interval.kind in kinds)


def content(intervals):
    return [one for one in intervals if one.kind in ("MAIN", "CREDITED_GAP")]


def media_length(line):
    """The length as sent, or None when it is unknown."""
    length = line.accepted[0].params.get("media.length", 0)
    return length if length > 0 else None


def played_parts(intervals, length_ms):
    """The played-content intervals of 4.1."""
    parts = []
    for one in content(intervals):
        p0, p1 = one.start_playhead, one.end_playhead
        moved = p1 - p0
        tolerated = 2 * one.length + 2000
        if moved == 0:
            continue
        if 0 < moved <= tolerated:
            parts.append((p0, p1))
        elif moved < 0 and length_ms == DAY_MS and p0 < DAY_MS and moved + DAY_MS <= tolerated:
            parts += [(p0, DAY_MS), (0, p1)]
        else:
            parts.append((max(0, p1 - one.length), p1))
    return [(a, b) for a, b in parts if a < b]


def length_of_union(parts):
    covered = 0
    reached = None
    for a, b in sorted(parts):
        if reached is None or a > reached:
            covered += b - a
            reached = b
        elif b > reached:
            covered += b - reached
            reached = b
    return covered


def has_marker(parts, marker, length_ms):
    return length_ms > 0 and any(
        a * 100 <= marker * length_ms <= b * 100 for a, b in parts)


def segment(parts, story, is_played):
    if not is_played:
        return None
    reached = [end for part in parts for end in part] + story.content_plays
    if not reached:
        reached = [story.snapshots[-1].playhead]
    low = 5 * (min(reached) // 300_000)
    high = max(low + 5, 5 * -(-max(reached) // 300_000))
    return f"[{low}-{high}]"


def average_bitrate(intervals):
    weighted = [one for one in intervals
                if one.kind in ("MAIN", "CREDITED_GAP", "AD") and one.state.bitrate is not None]
    weight = sum(one.length for one in weighted)
    summed = sum(one.length * one.state.bitrate for one in weighted)
    return (2 * summed + weight) // (2 * weight) if weight > 0 else None


def bitrate_bucket(average):
    if average is None:
        return None
    low = average // 100 * 100
    return f"{low}-{low + 99}"


def last_quality(line, key, counts=lambda value: True):
    values = [event.quality(key) for event in line.accepted]
    values = [int(value) for value in values if value is not None and counts(value)]
    return values[-1] if values else 0


def error_ids(line, is_external):
    """9.2: the ids of one list, each once, in order of first appearance."""
    found = []
    for event in line.accepted:
        if event.type != "error":
            continue
        name = event.quality("media.qoe.errorID") or event.params.get("media.errorId")
        source = event.quality("media.qoe.errorSource") or event.params.get("media.errorSource")
        if name and (source == "external") == is_external and name not in found:
            found.append(name)
    return found


def player_states(line):
    """Section 8."""
    states = {}
    for clock, event in zip(line.times, line.accepted):
        for name in ended_states(event):
            if name in states and states[name]["since"] is not None:
                states[name]["ms"] += clock - states[name]["since"]
                states[name]["since"] = None
        for name in started_states(event):
            if not name or (name not in states and len(states) == STATE_LIMIT):
                continue
            state = states.setdefault(name, {"count": 0, "ms": 0, "since": None})
            if state["since"] is None:
                state["since"] = clock
                state["count"] += 1
    for state in states.values():
        if state["since"] is not None:
            state["ms"] += line.last_ts - state["since"]
    return [{"name": name, "isSet": True, "count": states[name]["count"],
             "time": seconds(states[name]["ms"])} for name in sorted(states)]


def publish_instances(line, story, intervals):
    """Sections 6 and 7: the time of each instance; an ad with an empty id is not published."""
    for number, ad in enumerate(story.ads):
        ad["timePlayed"] = seconds(sum(
            one.length for one in intervals if one.kind == "AD" and one.state.ad == number))
    for number, chapter in enumerate(story.chapters):
        chapter["timePlayed"] = seconds(sum(
            one.length for one in content(intervals) if one.state.chapter == number))
    return {
        "advertisingDetails.completes": sum(ad["isCompleted"] for ad in story.ads),
        "advertisingDetails.timePlayed": seconds(total(intervals, "AD")),
        "chapterDetails.completes": sum(one["isCompleted"] for one in story.chapters),
        "ads": [ad for ad in story.ads if ad["id"] != ""],
        "chapters": story.chapters,
        "states": player_states(line),
    }


def publish_session(line, story, intervals, context):
    length = media_length(line)
    length_ms = milliseconds(length) if length else 0
    main_ms = total(intervals, "MAIN", "CREDITED_GAP")
    media_seconds = seconds(main_ms + total(intervals, "AD"))
    is_played = bool(story.content_plays) or main_ms > GAP_MS
    parts = played_parts(intervals, length_ms)
    published = {
        "isViewed": True,
        "isPlayed": is_played,
        "isCompleted": story.is_completed,
        "hasResume": line.accepted[0].params.get("media.resume", False),
        "hasSegmentView": is_played,
        "segment": segment(parts, story, is_played),
        "timePlayed": seconds(main_ms),
        "totalTimePlayed": media_seconds,
        "uniqueTimePlayed": seconds(length_of_union(parts)),
        "averageMinuteAudience": seconds(main_ms) / length if length else None,
        "estimatedStreams": media_seconds // 1800 + 1,
        "adCount": len(story.ads),
        "chapterCount": len(story.chapters),
        "pauseCount": story.counts["pause"],
        "pauseTime": seconds(total(intervals, "PAUSE")),
        "hasPauseImpactedStreams": story.counts["pause"] > 0,
        "secondsSinceLastCall": seconds(line.close_ts - line.last_ts),
        "isDownloaded": context.get("endpoint") == "downloaded",
        "isFederated": context.get("federated", False),
    }
    for marker in MARKERS:
        published[f"hasProgress{marker}"] = has_marker(parts, marker, length_ms)
    return {f"sessionDetails.{key}": value for key, value in published.items()}


def publish_quality(line, story, intervals, stalls, is_played):
    bitrate = average_bitrate(intervals)
    dropped = last_quality(line, "media.qoe.droppedFrames")
    published = {
        "bitrateAverage": bitrate,
        "bitrateAverageBucket": bitrate_bucket(bitrate),
        "bitrateChangeCount": story.counts["bitrateChange"],
        "hasBitrateChangeImpactedStreams": story.counts["bitrateChange"] > 0,
        "bufferCount": story.counts["buffer"],
        "bufferTime": seconds(total(intervals, "BUFFER")),
        "hasBufferImpactedStreams": story.counts["buffer"] > 0,
        "stallCount": stalls,
        "stallTime": seconds(total(intervals, "STALL")),
        "hasStallImpactedStreams": stalls > 0,
        "droppedFrames": dropped,
        "hasDroppedFrameImpactedStreams": dropped > 0,
        "errorCount": story.counts["error"],
        "hasErrorImpactedStreams": story.counts["error"] > 0,
        "playerSdkErrors": error_ids(line, is_external=False),
        "externalErrors": error_ids(line, is_external=True),
        "isDroppedBeforeStart": not is_played,
        "timeToStart": seconds(last_quality(line, "media.qoe.timeToStart",
                                            lambda value: value > 0)),
    }
    return {f"qoeDataDetails.{key}": value for key, value in published.items()}


def fold(session):
    """The flat keys of `expect` for one session: {"events": [...], "context": {...}}."""
    context = session.get("context") or {}
    line = intake(in_arrival_order(session["events"]), context.get("endpoint") == "downloaded")
    story = tell(line)
    intervals, stalls = measure(line, story)
    answer = publish_session(line, story, intervals, context)
    answer.update(publish_quality(line, story, intervals, stalls,
                                  answer["sessionDetails.isPlayed"]))
    answer.update(publish_instances(line, story, intervals))
    answer.update({
        "session.closeReason": line.close_reason,
        "session.closeTs": line.close_ts,
        "session.lastEventTs": line.last_ts,
        "session.eventsAfterClose": line.after_close,
        "session.duplicatesDropped": line.duplicates,
    })
    return answer


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as opened:
        print(json.dumps(fold(json.load(opened)), indent=1))
