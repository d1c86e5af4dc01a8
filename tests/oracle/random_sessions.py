# SPDX-License-Identifier: Apache-2.0
"""Random sessions with the habits and the mistakes of real players.

    session(seed, number) -> {"sid": ..., "context": {...}, "events": [...]}

The same two numbers give the same session for ever. Three kinds are mixed:

    player   a viewer and a player that mostly do what they should: ads, chapters, pauses, seeks
    sloppy   the same, then bookends lost or repeated, time stamps made equal, events repeated
    chaos    events drawn without any plan, at distances next to the limits of the rules

and each arrives in one of several ways (WAYS_OF_ARRIVAL). What the rules leave open is not made:
silence near a time-out comes only where the clocks of player and server agree about its length.
"""
import random

FIRST_TS = 1_714_564_800_000
DAY = 86_400

DISTANCES = (0, 0, 1, 1, 2, 100, 249, 250, 251, 500, 999, 1000, 1001, 1999, 2000, 2500, 4999, 5000,
             5001, 10_000, 10_000, 10_000, 30_000)
SILENCES = (599_000, 599_999, 600_000, 600_001, 601_000, 700_000, 1_800_000)
LENGTHS = (60, 60, 100, 60.39, 45.5005, 600, 1800, 3600, 0, -1, 86_400)
STATE_NAMES = ("fullScreen", "fullscreen", "mute", "MUTE", "closedCaptioning", "pictureInPicture",
               "inFocus", "a", "b", "c", "d", "e", "f", "g.h", "I_j", "")
BITRATES = (1, 35, 99, 100, 2400, 2400, 3500, 5000, 0, -1, 2**31)
ERROR_IDS = ("E1", "E2", "E2", "network", "drm.7", "")

WAYS_OF_ARRIVAL = (
    ("punctual", 40),   # arrives when it is stamped
    ("delayed", 10),    # the same delay for all
    ("swapped", 25),    # neighbours overtake each other within the window
    ("late", 15),       # some arrive long after their window
    ("burst", 10),      # kept back, then many at once: more than ten in the window
    ("jumping", 8),     # on time, by a clock of the player that is set in between
)


def weighted(rng, table):
    return rng.choices([name for name, _ in table], [weight for _, weight in table])[0]


class Player:
    """A viewer, a player and its clock. Everything it says is appended to `events`."""

    def __init__(self, rng):
        self.rng = rng
        self.now = FIRST_TS + rng.choice((0, 0, rng.randrange(DAY * 1000)))
        self.length = rng.choice(LENGTHS)
        self.is_live = self.length == DAY
        self.playhead = 0.0
        self.rate = 0.0
        self.speed = rng.choice((1, 1, 1, 1, 1.5, 2))
        self.ping_ms = rng.choice((10_000, 10_000, 10_000, 5_000, 1_000, 50_000))
        self.digits = rng.choice((0, 0, 1, 3, 3, 6))
        self.pod_index = 0
        self.events = []
        self.begin()

    def begin(self):
        rng = self.rng
        if self.is_live:
            self.playhead = float(rng.choice((0, 43_200, DAY - 30, DAY - 5)))
        elif rng.random() < 0.15:
            self.playhead = round(rng.uniform(0, max(60, self.length)), self.digits)
        params = {
            "media.id": rng.choice(("asset-1", "asset-2", "\u00e4/\u65e5\u672c", "")),
            "media.length": self.length, "media.contentType": rng.choice(("vod", "Live")),
            "media.playerName": "p", "media.channel": "c", "analytics.trackingServer": "t",
            "analytics.reportSuite": "r", "visitor.marketingCloudOrgId": "o@AdobeOrg"}
        if rng.random() < 0.15:
            params["media.resume"] = rng.random() < 0.7
        self.say("sessionStart", params)

    def position(self):
        value = round(self.playhead, self.digits)
        return int(value) if self.digits == 0 else value

    def say(self, kind, params=None, qoe=None, metadata=None):
        event = {"eventType": kind,
                 "playerTime": {"playhead": self.position(), "ts": self.now}}
        if params is None and self.rng.random() < 0.1:
            params = {}
        if qoe is None and self.rng.random() < 0.08:
            qoe = random_quality(self.rng)
        if params is not None:
            event["params"] = params
        if qoe is not None:
            event["qoeData"] = qoe
        if metadata is not None:
            event["customMetadata"] = metadata
        self.events.append(event)

    def pass_time(self, ms):
        self.now += ms
        self.playhead += self.rate * ms / 1000
        if self.is_live and self.playhead >= DAY:
            self.playhead -= DAY

    def run(self, ms):
        """Time passes, with pings."""
        while ms > self.ping_ms:
            self.pass_time(self.ping_ms)
            ms -= self.ping_ms
            self.say("ping")
        self.pass_time(ms)

    def play(self):
        self.rate = float(self.speed)
        self.say("play")

    def tick(self):
        """The little time between two calls of a player."""
        self.pass_time(self.rng.choice((0, 0, 0, 1, 1, 3, 20, 249, 250, 251, 600)))


# --- what a player does -------------------------------------------------------------------------


def watch(player):
    player.play()
    player.run(player.rng.choice((800, 5_000, 20_000, 45_000, 60_000)))


def pause(player):
    player.rate = 0.0
    player.say("pauseStart")
    player.run(player.rng.choice((0, 500, 12_000, 40_000)))
    if player.rng.random() < 0.85:
        player.play()


def buffer(player):
    player.rate = 0.0
    player.say("bufferStart")
    player.run(player.rng.choice((0, 300, 3_000, 15_000)))
    if player.rng.random() < 0.85:
        player.play()


def seek(player):
    is_told = player.rng.random() < 0.5
    rate = player.rate
    if is_told:
        player.rate = 0.0
        player.say("pauseStart")
        player.run(player.rng.choice((10, 700, 2_500)))
    step = player.rng.choice((-25, -5, 3, 12, 22, 300, 0))
    player.playhead = max(0.0, player.playhead + step)
    player.rate = rate
    if is_told:
        player.play()
    player.run(player.rng.choice((1_000, 12_000)))


def stall(player):
    """The playhead does not move, and the player does not notice."""
    rate, player.rate = player.rate, 0.0
    for _ in range(player.rng.randint(1, 5)):
        player.pass_time(player.rng.choice((400, 999, 1_000, 1_001, 10_000)))
        player.say("ping")
    player.rate = rate
    player.run(player.rng.choice((10, 10_000)))


def start_ad(player, number):
    rng = player.rng
    name = rng.choice((f"ad-{number}", f"ad-{number}", "ad-1", ""))
    params = {"media.ad.id": name, "media.ad.length": rng.choice((15, 15.5, 30, 0)),
              "media.ad.podPosition": rng.choice((number, number, 1, -1)),
              "media.ad.playerName": "p"}
    if rng.random() < 0.3:
        params["media.ad.podFriendlyName"] = "not the one of the break"
    player.say("adStart", params, metadata={"k": "v"} if rng.random() < 0.3 else None)


def start_break(player):
    rng = player.rng
    player.pod_index += rng.choice((0, 1, 1, 1))
    params = {"media.ad.podIndex": player.pod_index,
              "media.ad.podSecond": rng.choice((player.position(), 0, 0.0, -1))}
    if rng.random() < 0.7:
        params["media.ad.podFriendlyName"] = rng.choice(("pre-roll", "mid-roll"))
    player.say("adBreakStart", params)


def inside_an_ad(player):
    choice = player.rng.random()
    if choice < 0.1:
        pause(player)
    elif choice < 0.2:
        buffer(player)
    elif choice < 0.3:
        player.say("play")
    elif choice < 0.4:
        quality(player)
    elif choice < 0.45:
        player.say("sessionComplete")


def ads(player):
    rng = player.rng
    rate, player.rate = player.rate, 0.0
    position = player.playhead
    has_own_playhead = rng.random() < 0.2
    has_bookends = rng.random() < 0.9
    if has_bookends:
        start_break(player)
        player.tick()
    for number in range(1, rng.choice((2, 2, 3, 4))):
        start_ad(player, number)
        if has_own_playhead:
            player.playhead, player.rate = 0.0, 1.0
        player.run(rng.choice((500, 5_000, 15_000)))
        inside_an_ad(player)
        player.run(rng.choice((0, 0, 1_500)))
        player.say(rng.choice(("adComplete", "adComplete", "adSkip")))
        player.tick()
        player.rate = 0.0
    player.playhead, player.rate = position, rate
    if has_bookends and rng.random() < 0.9:
        player.say("adBreakComplete")
        player.tick()
    if rng.random() < 0.6:
        player.play()
    player.run(rng.choice((0, 100, 8_000)))


def chapter(player):
    rng = player.rng
    if rng.random() < 0.6:
        params = {"media.chapter.index": rng.choice((1, 1, 2, 3, 0, -1)),
                  "media.chapter.offset": player.position(),
                  "media.chapter.length": rng.choice((20, 20.5, 0))}
        if rng.random() < 0.7:
            params["media.chapter.friendlyName"] = rng.choice(("One", "Two", ""))
        player.say("chapterStart", params)
    else:
        player.say(rng.choice(("chapterComplete", "chapterComplete", "chapterSkip")))
    player.run(rng.choice((0, 100, 7_000)))


def switch_states(player):
    rng = player.rng
    for _ in range(rng.choice((1, 1, 2, 6))):
        def named():
            return {"media.state.name": rng.choice(STATE_NAMES)}
        if rng.random() < 0.2:
            params = {}
            for key in ("statesStart", "statesEnd"):
                if rng.random() < 0.7:
                    params[key] = [named() for _ in range(rng.randint(0, 3))]
            player.say("statesUpdate", params)
        else:
            player.say(rng.choice(("stateStart", "stateStart", "stateEnd")), named())
        player.run(rng.choice((0, 1, 1_500, 6_000)))


def random_quality(rng):
    qoe = {}
    if rng.random() < 0.5:
        qoe["media.qoe.bitrate"] = rng.choice(BITRATES)
    elif rng.random() < 0.3:
        qoe["bitrate"] = rng.choice((10_000, 2400.9, 0.5, 800))
    if rng.random() < 0.4:
        qoe["media.qoe.droppedFrames"] = rng.choice((0, 3, 27, 28, -1))
    if rng.random() < 0.3:
        qoe["media.qoe.timeToStart"] = rng.choice((0, 499, 500, 1_499, 1_500, 3_200, -5))
    if rng.random() < 0.2:
        qoe["media.qoe.framesPerSecond"] = 25
    return qoe


def quality(player):
    rng = player.rng
    kind = rng.choice(("bitrateChange", "bitrateChange", "ping"))
    values = random_quality(rng)
    if rng.random() < 0.25 and "bitrate" not in values:
        player.say(kind, values, rng.choice((None, {}, random_quality(rng))))
    else:
        player.say(kind, None, values)
    player.run(rng.choice((0, 1_000, 11_000)))


def error(player):
    rng = player.rng
    details = {}
    if rng.random() < 0.8:
        details["media.qoe.errorID"] = rng.choice(ERROR_IDS[:-1])
    if rng.random() < 0.6:
        details["media.qoe.errorSource"] = rng.choice(("player", "external", "External", ""))
    if rng.random() < 0.25:
        params = {key.replace("qoe.", "").replace("ID", "Id"): value
                  for key, value in details.items()}
        player.say("error", params, {})
    else:
        player.say("error", None, details)
    player.run(rng.choice((0, 2_000)))


def repeat_play(player):
    player.play()
    player.run(player.rng.choice((1, 1_000)))


def complete(player):
    player.say("sessionComplete")
    player.run(player.rng.choice((0, 5_000, 20_000)))


def be_silent(player):
    player.pass_time(player.rng.choice(SILENCES))
    player.say("ping")


def be_idle(player):
    """Paused, with pings, about as long as the idle timer."""
    player.rate = 0.0
    player.say("pauseStart")
    for _ in range(player.rng.choice((29, 30, 31))):
        player.pass_time(60_000)
        player.say("ping")
    player.pass_time(player.rng.choice((0, 1, 999)))
    player.play()
    player.run(10_000)


ACTIONS = ((watch, 22), (pause, 10), (buffer, 8), (seek, 9), (stall, 7), (ads, 16), (chapter, 10),
           (switch_states, 7), (quality, 9), (error, 5), (repeat_play, 3), (complete, 3))
LONG_WAITS = ((be_silent, 2), (be_idle, 1))


def player_events(rng, may_wait_long):
    player = Player(rng)
    player.run(rng.choice((0, 0, 1, 700, 4_000)))
    table = ACTIONS + LONG_WAITS if may_wait_long else ACTIONS
    for _ in range(rng.choice((1, 2, 3, 5, 8, 12))):
        weighted(rng, table)(player)
    ending = rng.random()
    if ending < 0.35:
        player.say("sessionComplete")
        player.tick()
    if ending < 0.75:
        player.say("sessionEnd")
    return player.events


# --- what players get wrong ---------------------------------------------------------------------


def spoil(rng, events):
    """Bookends lost, events repeated with a new time stamp, time stamps made equal."""
    spoiled = events[:1]
    for event in events[1:]:
        if event["eventType"] != "ping" and rng.random() < 0.12:
            continue
        if rng.random() < 0.2:
            event = restamped(event, spoiled[-1]["playerTime"]["ts"])
        spoiled.append(event)
        if rng.random() < 0.08 and event["eventType"] != "sessionEnd":
            spoiled.append(restamped(event, event["playerTime"]["ts"] + rng.choice((0, 1, 3))))
    for number in range(1, len(spoiled) - 1):
        one, other = spoiled[number], spoiled[number + 1]
        if one["playerTime"]["ts"] == other["playerTime"]["ts"] and rng.random() < 0.5:
            spoiled[number], spoiled[number + 1] = other, one
    return spoiled


def restamped(event, ts):
    return {**event, "playerTime": {**event["playerTime"], "ts": ts}}


def say_anything(player):
    rng = player.rng
    kind = rng.choice((
        "play", "play", "ping", "ping", "pauseStart", "bufferStart", "bitrateChange", "error",
        "adBreakStart", "adBreakComplete", "adStart", "adStart", "adComplete", "adSkip",
        "chapterStart", "chapterComplete", "chapterSkip", "state", "sessionComplete"))
    if kind == "adBreakStart":
        start_break(player)
    elif kind == "adStart":
        start_ad(player, rng.choice((1, 1, 2)))
    elif kind == "chapterStart":
        player.say(kind, {"media.chapter.index": rng.choice((1, 1, 2)),
                          "media.chapter.offset": 0, "media.chapter.length": 10})
    elif kind == "bitrateChange":
        player.say(kind, None, random_quality(rng))
    elif kind == "state":
        player.say(rng.choice(("stateStart", "stateEnd")),
                   {"media.state.name": rng.choice(STATE_NAMES)})
    elif kind == "error":
        player.say(kind)
    else:
        player.say(kind)


def chaotic_events(rng, may_wait_long):
    player = Player(rng)
    for _ in range(rng.choice((2, 5, 10, 20, 40))):
        say_anything(player)
        player.rate = rng.choice((0.0, 1.0, 1.0, float(player.speed)))
        distance = rng.choice(DISTANCES)
        if may_wait_long and rng.random() < 0.01:
            distance = rng.choice(SILENCES)
        player.pass_time(distance)
        if rng.random() < 0.05:
            player.playhead = rng.choice((0.0, 5.0, 30.0, 57.5, 300.0, 59.9994))
    if rng.random() < 0.6:
        player.say("sessionEnd")
    return player.events


# --- how they arrive ----------------------------------------------------------------------------


def arrive(rng, events, way):
    """Gives the events in arrival order, with `receivedAt` where it differs from the stamp."""
    arrivals = []
    back_to_normal = 0
    jump_after = rng.randrange(len(events)) if way == "jumping" else len(events)
    jump = rng.choice((601_000, 3_600_000, 86_400_000, -1_000, -20_000, -3_600_000))
    for number, event in enumerate(events):
        ts = event["playerTime"]["ts"]
        at = ts
        if way == "delayed":
            at = ts + 350
        elif way == "swapped":
            at = ts + rng.choice((0, 10, 40, 300, 1_000, 2_500))
        elif way == "late":
            at = ts + rng.choice((0, 0, 0, 0, 5, 900, 4_999, 5_000, 5_001, 11_000, 30_000))
        elif way == "burst":
            if ts >= back_to_normal and rng.random() < 0.1:
                back_to_normal = ts + rng.choice((3_000, 20_000, 60_000))
            at = max(ts, back_to_normal)
        elif way == "jumping" and number > jump_after:
            events[number] = restamped(event, ts + jump)
        arrivals.append((at if number else ts, number))
    arrivals.sort(key=lambda pair: (pair[0], pair[1] if rng.random() < 0.8 else -pair[1]))
    first = [pair for pair in arrivals if pair[1] == 0]
    ordered = first + [pair for pair in arrivals if pair[1] != 0]
    if way == "punctual":
        return [events[number] for _, number in ordered]
    return [{**events[number], "receivedAt": at} for at, number in ordered]


def respelled(event):
    """Another spelling of the same JSON value."""
    body = dict(reversed(list(event.items())))
    time = body["playerTime"]
    if isinstance(time["playhead"], int):
        body["playerTime"] = {"ts": time["ts"], "playhead": float(time["playhead"])}
    return body


def send_again(rng, events, way):
    """Some clients send an event again when they heard no answer: the same bytes, later."""
    sent = events[:1]
    for number, event in enumerate(events[1:], 1):
        sent.append(event)
        if rng.random() < 0.05:
            copied = dict(event)
            if rng.random() < 0.2:
                copied = respelled(copied)
            ahead = rng.choice((0, 0, 1, 2, 5))
            follower = events[min(number + ahead, len(events) - 1)]
            if ahead == 0 or way == "punctual":
                if way != "punctual":
                    copied["receivedAt"] = event["receivedAt"]
                sent.append(copied)
            else:
                copied["receivedAt"] = follower["receivedAt"]
                sent.append(copied)
    return sent if way == "punctual" else sorted_by_arrival(sent)


def sorted_by_arrival(events):
    return events[:1] + sorted(events[1:], key=lambda event: event["receivedAt"])


def are_open_ends_known(events):
    """Whether what is open at the end is the same in the order of arrival and of processing."""
    stamps = [event["playerTime"]["ts"] for event in events]
    return (all(one < other for one, other in zip(stamps[:-1], stamps[1:-1]))
            and stamps == sorted(stamps))


def without_doubt(events):
    """Drops what is overtaken by sessionEnd at its own stamp unless its admission is certain."""
    types = [event["eventType"] for event in events]
    if "sessionEnd" not in types:
        return events
    end = types.index("sessionEnd")
    ts = events[end]["playerTime"]["ts"]
    is_known = are_open_ends_known(events[:end + 1])
    kept = events[:end + 1]
    for event in events[end + 1:]:
        if event["playerTime"]["ts"] < ts:
            is_known = False
        is_certain = is_known and event["eventType"] != "stateEnd"
        if event["playerTime"]["ts"] != ts or is_certain:
            kept.append(event)
    return kept


def with_distinct_stamps(events):
    """Then the time-outs see the playhead move at the same event in either order."""
    settled = events[:1]
    for event in events[1:]:
        least = settled[-1]["playerTime"]["ts"] + 1
        settled.append(restamped(event, max(event["playerTime"]["ts"], least)))
    return settled


def after_the_end(rng, events, way):
    """Events overtaken by sessionEnd, and events of a player that does not know it has ended."""
    if events[-1]["eventType"] != "sessionEnd":
        return events
    end = events[-1]
    ts = end["playerTime"]["ts"]
    at = end.get("receivedAt", ts)
    player = Player(random.Random(rng.random()))
    player.events.clear()
    player.pod_index = 1
    offsets = rng.choice(((-5_001, -5_000, -4_999, -1, -1, 0, 1, 2_000), (0, 0, 0, 1)))
    for _ in range(rng.randint(1, 5)):
        player.now = ts + rng.choice(offsets)
        player.playhead = float(end["playerTime"]["playhead"])
        if rng.random() < 0.15:
            player.say("sessionEnd")
        elif rng.random() < 0.6:
            player.say(rng.choice(("adComplete", "adSkip", "adBreakComplete", "chapterSkip",
                                   "chapterComplete", "sessionComplete", "ping")))
        else:
            say_anything(player)
    later = []
    for event in player.events:
        at += rng.choice((0, 1, 50, 900, 2_500, 4_000))
        later.append({**event, "receivedAt": at})
    return events + later


# --- a session ----------------------------------------------------------------------------------


def session(seed, number):
    rng = random.Random(f"{seed}/{number}")
    is_batch = rng.random() < 0.08
    way = "punctual" if is_batch else weighted(rng, WAYS_OF_ARRIVAL)
    # Only then both clocks agree on how long a silence was.
    may_wait_long = is_batch or (way == "punctual" and rng.random() < 0.5)
    kind = weighted(rng, (("player", 30), ("sloppy", 35), ("chaos", 35)))
    if kind == "chaos":
        events = chaotic_events(rng, may_wait_long)
    else:
        events = player_events(rng, may_wait_long)
    if kind == "sloppy":
        events = spoil(rng, events)
    if may_wait_long and not is_batch:
        events = with_distinct_stamps(events)
    events = arrive(rng, events, way)
    if rng.random() < 0.4:
        events = send_again(rng, events, way)
    if rng.random() < 0.4:
        events = after_the_end(rng, events, way)
    if not is_batch:
        events = without_doubt(events)
    context = {}
    if is_batch:
        context["endpoint"] = "downloaded"
    if rng.random() < 0.03:
        context["federated"] = True
    return {"sid": f"s{number}", "context": context, "events": events}


def orderly_session(seed, number):
    """Of a player without mistakes: distinct stamps, each event arrives when it is stamped."""
    rng = random.Random(f"orderly {seed}/{number}")
    events = with_distinct_stamps(player_events(rng, may_wait_long=False))
    return {"sid": f"s{number}", "context": {}, "events": events}
