# SPDX-License-Identifier: Apache-2.0
"""Bodies of one event type that differ from a valid one in one place, each with whether it is
valid, made from the machine-readable catalogue."""

from bodies import CATALOGUE, REQUIRED, RIGHT, TS, WRONG, event

QOE = {one["key"]: one["type"] for one in CATALOGUE["qoeKeys"]}
PARAMS = {kind: {one["key"]: one["type"] for one in rule["params"]}
          for kind, rule in CATALOGUE["events"].items()}
EVERY_PARAM = {key: kind for params in PARAMS.values() for key, kind in params.items()}


def variants(kind):
    """(what is different, body, whether it is valid in the profile `standard`)"""
    yield "nothing", event(kind), True
    yield from params_as_a_whole(kind)
    for key in CATALOGUE["events"][kind]["requiredParams"]:
        yield f"without {key}", event(kind, params={key: ...}), False
    for key, type_name in PARAMS[kind].items():
        yield f"{key} right", event(kind, params={key: RIGHT[type_name]}), True
        for value in WRONG[type_name]:
            yield f"{key} {value!r}", event(kind, params={key: value}), False
    for key, type_name in EVERY_PARAM.items():
        if key not in PARAMS[kind]:
            yield f"foreign {key}", event(kind, params={key: RIGHT[type_name]}), False
    yield "unknown param", event(kind, params={"media.nothing": "x"}), False
    yield "a param in other letters", event(kind, params={"Media.id": "x"}), False
    yield from quality(kind)


def params_as_a_whole(kind):
    rule = CATALOGUE["events"][kind]
    without = event(kind)
    without.pop("params", None)
    yield "no params", without, not rule["paramsRequired"]
    yield "empty params", {**without, "params": {}}, rule["emptyParamsAccepted"]
    for value in WRONG["object"]:
        yield f"params {value!r}", {**without, "params": value}, False


def quality(kind):
    yield "empty qoeData", event(kind, qoeData={}), True
    for key, type_name in QOE.items():
        yield f"{key} right", event(kind, qoeData={key: RIGHT[type_name]}), True
        for value in WRONG[type_name]:
            yield f"{key} {value!r}", event(kind, qoeData={key: value}), False
    yield "unknown qoe key", event(kind, qoeData={"media.qoe.nothing": 1}), False
    for value in WRONG["object"]:
        yield f"qoeData {value!r}", event(kind, qoeData=value), False


class Judge:
    """What a collector says of variants: valid or not. Remembers which session it speaks in."""

    def __init__(self, server, connection):
        self.server = server
        self.connection = connection
        self.sid = server.open(connection=connection)
        self.ts = TS

    def takes(self, body):
        """Whether the body is valid, wherever its type belongs."""
        if body.get("eventType") == "sessionStart":
            # A batch of it alone: there, the flag media.downloaded may have any value.
            status = self.server.post("/api/v1/downloaded", [body], self.connection).status
        else:
            self.ts += 1
            if isinstance(body.get("playerTime"), dict) and body["playerTime"].get("ts") == TS:
                body = {**body, "playerTime": {**body["playerTime"], "ts": self.ts}}
            status = self.server.send(self.sid, body, self.connection)
        if body.get("eventType") == "sessionEnd" and status == 204:
            self.sid = self.server.open(connection=self.connection)
        if status not in (201, 204, 400):
            raise AssertionError(f"{status} for {body}")
        return status != 400


assert set(REQUIRED) == {kind for kind, rule in CATALOGUE["events"].items()
                         if rule["paramsRequired"]}
