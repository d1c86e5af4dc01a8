# SPDX-License-Identifier: Apache-2.0
"""Bodies of the Media Collection API, and the catalogue of protocol sections 9 and 10 as data."""

import copy
import json
import pathlib

SOURCE = pathlib.Path(__file__).resolve().parents[2]
CATALOGUE = json.loads((SOURCE / "tests/spec/events.json").read_text())
TYPES = CATALOGUE["eventTypes"]
EVENT_TYPES = [name for name in TYPES if name != "sessionStart"]

TS = 1714564800000  # where the clock of the player stands at sessionStart

REQUIRED = {
    "sessionStart": {
        "analytics.trackingServer": "collect.example.net",
        "analytics.reportSuite": "demo-suite",
        "visitor.marketingCloudOrgId": "0123456789@AdobeOrg",
        "media.id": "clip-17",
        "media.length": 60.39,
        "media.contentType": "VOD",
        "media.playerName": "demo-player",
        "media.channel": "demo-channel",
    },
    "adBreakStart": {"media.ad.podIndex": 0, "media.ad.podSecond": 0},
    "adStart": {"media.ad.id": "ad-1", "media.ad.length": 15, "media.ad.podPosition": 1,
                "media.ad.playerName": "demo-player"},
    "chapterStart": {"media.chapter.index": 1, "media.chapter.offset": 0,
                     "media.chapter.length": 20},
    "stateStart": {"media.state.name": "mute"},
    "stateEnd": {"media.state.name": "mute"},
    "statesUpdate": {},
}

# A value of each type, and values that are none of it (protocol 11.3).
RIGHT = {"string": "text", "number": 1.5, "integer": 3, "boolean": True,
         "object": {}, "array": []}
WRONG = {
    "string": [7, 1.5, True, None, {}, []],
    "number": ["7", True, None, {}, []],
    "integer": [3.5, "3", True, None, {}, []],
    "boolean": ["true", "false", 0, 1, None, {}, []],
    "object": ["text", 7, True, None, []],
    "array": ["text", 7, True, None, {}],
}


def event(kind, ts=TS, playhead=0, params=None, **members):
    """A valid event. `params` are added to those that the type requires; a value of `...` takes
    the param out."""
    body = {"playerTime": {"playhead": playhead, "ts": ts}, "eventType": kind}
    wanted = {**REQUIRED.get(kind, {}), **(params or {})}
    wanted = {key: value for key, value in wanted.items() if value is not ...}
    if wanted or kind in REQUIRED:
        body["params"] = copy.deepcopy(wanted)
    return {**body, **members}


def start(ts=TS, playhead=0, params=None, **members):
    return event("sessionStart", ts, playhead, params, **members)


def batch(*kinds, ts=TS, **params):
    """A downloaded view: sessionStart with these params, then one event per second."""
    return [start(ts, params=params),
            *(event(kind, ts + 1000 * i, i) for i, kind in enumerate(kinds, 1))]


def encode(body):
    return body if isinstance(body, bytes) else json.dumps(body).encode()


def padded(body, size):
    """The body as JSON of exactly so many bytes: white space between the tokens means nothing."""
    data = encode(body)
    assert len(data) <= size, len(data)
    return data[:1] + b" " * (size - len(data)) + data[1:]
