# SPDX-License-Identifier: Apache-2.0
"""Protocol section 6: GET /api/v1/schemas/{eventType}."""

import json
import unittest

import draft4
from bodies import CATALOGUE, TYPES, event
from collector import ProtocolTest
from variants import PARAMS, QOE, Judge, variants

# Differences that are not in a param: (what, changes to a valid body).
ELSEWHERE = [
    ("a further member", {"more": {}}),
    ("playerTime missing", {"playerTime": ...}),
    ("playhead missing", {"playerTime": {"ts": 1}}),
    ("ts missing", {"playerTime": {"playhead": 0}}),
    ("ts a fraction", {"playerTime": {"playhead": 0, "ts": 1.5}}),
    ("ts a string", {"playerTime": {"playhead": 0, "ts": "1"}}),
    ("playhead a fraction", {"playerTime": {"playhead": 0.5, "ts": 1}}),
    ("playhead a string", {"playerTime": {"playhead": "0", "ts": 1}}),
    ("playhead null", {"playerTime": {"playhead": None, "ts": 1}}),
    ("playerTime with more", {"playerTime": {"playhead": 0, "ts": 1, "more": 1}}),
    ("playerTime an array", {"playerTime": [0, 1]}),
    ("empty customMetadata", {"customMetadata": {}}),
    ("customMetadata", {"customMetadata": {"aZ_.09": "x", "a.media.show": ""}}),
    ("a bad key", {"customMetadata": {"bad-key": "x"}}),
    ("an empty key", {"customMetadata": {"": "x"}}),
    ("a number as value", {"customMetadata": {"key": 7}}),
    ("null as value", {"customMetadata": {"key": None}}),
    ("an object as value", {"customMetadata": {"key": {}}}),
    ("customMetadata an array", {"customMetadata": []}),
    ("customMetadata null", {"customMetadata": None}),
    ("params null", {"params": None}),
    ("qoeData null", {"qoeData": None}),
    ("quality a fraction", {"qoeData": {"media.qoe.bitrate": 1.5}}),
    ("quality null", {"qoeData": {"media.qoe.bitrate": None}}),
]


def changed(kind, changes):
    body = {**event(kind), **changes}
    return {key: value for key, value in body.items() if value is not ...}


class Served(ProtocolTest):
    def schema(self, kind, server=None):
        answer = (server or self.server).ask("GET", f"/api/v1/schemas/{kind}")
        self.assertEqual(answer.status, 200, answer)
        return json.loads(answer.body)

    def test_6_the_answer_is_json_with_its_length(self):
        for kind in TYPES:
            with self.subTest(kind=kind):
                answer = self.server.ask("GET", f"/api/v1/schemas/{kind}")
                self.assertEqual(answer.status, 200)
                self.assertEqual(answer.get("Content-Type"), "application/json")
                self.assertEqual(answer.get("Content-Length"), str(len(answer.body)))
                self.assertEqual(answer.get("Access-Control-Allow-Origin"), "*")

    def test_6_head_gives_the_same_headers_without_the_body(self):
        with self.server.wire() as connection:
            got = self.server.ask("GET", "/api/v1/schemas/play", connection=connection)
            head = self.server.ask("HEAD", "/api/v1/schemas/play", connection=connection)
            self.assertEqual((head.status, head.body), (200, b""))
            for name in ("Content-Type", "Content-Length", "Access-Control-Allow-Origin"):
                self.assertEqual(head.get(name), got.get(name))
            again = self.server.ask("GET", "/api/v1/schemas/play", connection=connection)
            self.assertEqual(again.body, got.body)

    def test_6_an_unknown_type_is_404(self):
        for kind in ("Play", "PLAY", "sessionstart", "contentComplete", "nothing", "play.json",
                     "play%20", "pl%61y"):
            with self.subTest(kind=kind):
                self.check_error(self.server.ask("GET", f"/api/v1/schemas/{kind}"), 404)

    def test_6_a_post_without_body_is_405_or_answered_like_get(self):
        answer = self.server.post("/api/v1/schemas/play", b"")
        self.assertIn(answer.status, (200, 405))

    def test_6_the_shape_is_the_documented_one(self):
        for kind in TYPES:
            with self.subTest(kind=kind):
                schema = self.schema(kind)
                self.assertEqual(schema["$schema"], "http://json-schema.org/draft-04/schema#")
                self.assertTrue(schema["id"].endswith(f"/api/v1/schemas/{kind}"), schema["id"])
                self.assertEqual(schema["type"], "object")
                self.assertEqual(schema["$ref"], f"#/definitions/{kind}")
                self.assertEqual(set(schema["definitions"]), {
                    "playerTime", "eventType", "qoeData", "customMetadata", kind})
                self.assertEqual(schema["definitions"][kind]["properties"]["eventType"]["enum"],
                                 [kind])
                draft4.check_schema(schema)

    def test_6_the_definitions_are_the_documented_ones(self):
        defined = self.schema("adStart")["definitions"]
        self.assertEqual(defined["playerTime"], {
            "type": "object",
            "properties": {"playhead": {"type": "number"}, "ts": {"type": "integer"}},
            "required": ["playhead", "ts"], "additionalProperties": False})
        self.assertEqual(defined["eventType"]["type"], "string")
        self.assertEqual(sorted(defined["eventType"]["enum"]), sorted(TYPES))
        self.assertEqual(defined["qoeData"], {
            "type": "object", "additionalProperties": False,
            "properties": {key: {"type": kind} for key, kind in QOE.items()}})
        metadata = defined["customMetadata"]
        self.assertEqual(metadata["additionalProperties"], False)
        self.assertEqual(list(metadata["patternProperties"].values()), [{"type": "string"}])

    def test_6_params_are_those_of_the_catalogue(self):
        for kind in TYPES:
            with self.subTest(kind=kind):
                rule = CATALOGUE["events"][kind]
                served = self.schema(kind)["definitions"][kind]
                params = served["properties"]["params"]
                self.assertEqual(set(params["properties"]), set(PARAMS[kind]))
                self.assertEqual(sorted(params.get("required", [])),
                                 sorted(rule["requiredParams"]))
                self.assertEqual("params" in served["required"], rule["paramsRequired"])
                for key, type_name in PARAMS[kind].items():
                    self.assertEqual(params["properties"][key]["type"], type_name, key)


class SchemaAndServer(ProtocolTest):
    """What the schema says of a body and what the server does with it is the same."""

    def check(self, server):
        differ = []
        with server.wire() as connection:
            judge = Judge(server, connection)
            for kind in TYPES:
                answer = server.ask("GET", f"/api/v1/schemas/{kind}", connection=connection)
                schema = json.loads(answer.body)
                bodies = [(what, body) for what, body, _ in variants(kind)]
                bodies += [(what, changed(kind, changes)) for what, changes in ELSEWHERE]
                for what, body in bodies:
                    said = draft4.is_valid(body, schema)
                    if judge.takes(body) != said:
                        differ.append(f"{kind}, {what}: the schema says {said}")
        self.assertEqual(differ, [])

    def test_6_the_schema_is_the_rule_that_the_server_applies(self):
        self.check(self.server)

    def test_6_the_schema_describes_the_profile_in_force(self):
        lenient = self.configured("--ingest.profile", "lenient")
        one, other = (server.ask("GET", "/api/v1/schemas/adStart").body
                      for server in (self.server, lenient))
        self.assertNotEqual(one, other)
        self.check(lenient)

    def test_6_the_schema_judges_the_catalogue_as_the_catalogue_does(self):
        for kind in TYPES:
            answer = self.server.ask("GET", f"/api/v1/schemas/{kind}")
            schema = json.loads(answer.body)
            for what, body, valid in variants(kind):
                self.assertEqual(draft4.is_valid(body, schema), valid, (kind, what))


if __name__ == "__main__":
    unittest.main()
