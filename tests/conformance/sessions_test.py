# SPDX-License-Identifier: Apache-2.0
"""Protocol section 4: POST /api/v1/sessions, and the report suites that a server takes."""

import unittest

import wire
from bodies import EVENT_TYPES, REQUIRED, TS, encode, event, start
from collector import SID, ProtocolTest


class Request(ProtocolTest):
    def test_4_1_the_documented_start_is_taken(self):
        self.check_created(self.server.post("/api/v1/sessions", {
            "playerTime": {"playhead": 0, "ts": 1509045324153},
            "eventType": "sessionStart",
            "params": {
                "analytics.trackingServer": "collect.example.net",
                "analytics.reportSuite": "demo-suite",
                "analytics.enableSSL": False,
                "visitor.marketingCloudOrgId": "0123456789@AdobeOrg",
                "media.id": "clip-17",
                "media.name": "Clip seventeen",
                "media.length": 60.39,
                "media.contentType": "VOD",
                "media.playerName": "demo-player",
                "media.channel": "demo-channel",
                "media.sdkVersion": "demo-1.0",
            },
            "customMetadata": {"myKey": "my value"},
            "qoeData": {},
        }))

    def test_4_1_the_required_params_are_enough(self):
        self.check_created(self.server.post("/api/v1/sessions", start()))

    def test_4_1_every_other_type_of_event_is_400(self):
        for kind in EVENT_TYPES:
            with self.subTest(kind=kind):
                answer = self.server.post("/api/v1/sessions", event(kind))
                self.check_error(answer, 400)
                self.assertEqual(answer.all("Location"), [])


class Success(ProtocolTest):
    def test_4_2_the_answer_is_the_documented_one(self):
        answer = self.server.post("/api/v1/sessions", start())
        self.assertEqual(answer.status, 201)
        self.assertEqual(answer.get("Content-Type"), "application/octet-stream")
        self.assertEqual(answer.get("Content-Length"), "0")
        self.assertEqual(answer.body, b"")
        self.check_cors(answer)

    def test_4_2_location_is_spelled_so_and_stands_there_once(self):
        answer = self.server.post("/api/v1/sessions", start())
        self.assertEqual([name for name, _ in answer.headers if name.lower() == "location"],
                         ["Location"])

    def test_4_2_location_is_path_absolute_whatever_the_request_says(self):
        for headers in ([], [("X-Forwarded-Host", "other"), ("X-Forwarded-Proto", "https"),
                             ("X-Forwarded-Prefix", "/p"), ("Forwarded", "host=other")]):
            for path in ("/api/v1/sessions", "/api/v1/sessions/", "//api/v1/sessions?x=y"):
                with self.subTest(path=path, headers=headers):
                    answer = self.server.post(path, start(), headers=headers, host="other:1234")
                    self.assertRegex(answer.get("Location"), "^/api/v1/sessions/[0-9a-f]{64}$")

    def test_4_2_the_session_takes_events_at_once_on_any_connection(self):
        connections = [self.server.wire() for _ in range(8)]
        try:
            for i in range(100):
                sid = self.server.open(connection=connections[i % 8])
                status = self.server.send(sid, event("play", TS + 1), connections[(i + 3) % 8])
                self.assertEqual(status, 204)
        finally:
            for connection in connections:
                connection.close()

    def test_4_2_every_thread_of_the_server_knows_the_session(self):
        server = self.configured("--http.threads", "4")
        for i in range(100):
            sid = server.open()
            self.assertEqual(server.send(sid, event("play", TS + 1)), 204, i)


class SessionIds(ProtocolTest):
    def test_4_3_a_sid_is_64_lower_case_hexadecimal_digits_and_never_the_same(self):
        with self.server.wire() as connection:
            sids = [self.server.open(connection=connection) for _ in range(300)]
        for sid in sids:
            self.assertRegex(sid, "^[0-9a-f]{64}$")
        self.assertEqual(len(set(sids)), len(sids))

    def test_4_3_a_sid_cannot_be_made_from_another(self):
        sid = self.server.open()
        digits = "0123456789abcdef"
        with self.server.wire() as connection:
            for at in range(64):
                digit = digits[(digits.index(sid[at]) + 1) % 16]
                forged = sid[:at] + digit + sid[at + 1:]
                self.assertEqual(self.server.send(forged, event("ping"), connection), 404, at)
        self.assertEqual(self.server.send(sid, event("ping", TS + 1)), 204)

    def test_4_3_a_sid_of_another_server_is_unknown(self):
        sid = self.configured().open()
        self.assertEqual(self.server.send(sid, event("ping", TS + 1)), 404)


class Failure(ProtocolTest):
    def test_4_4_a_refused_start_is_400_without_location(self):
        for body in (b"", b"{", b"null", {}, [], start(params={"media.id": ...}),
                     start(params={"media.length": "60"}), event("play"),
                     start(params={"media.downloaded": True}), start(more=1)):
            with self.subTest(body=body):
                answer = self.server.post("/api/v1/sessions", body)
                self.check_error(answer, 400)
                self.assertEqual(answer.all("Location"), [])

    def test_4_4_a_refused_start_opens_nothing(self):
        self.own("asks for the list of sessions")
        server = self.configured()
        server.post("/api/v1/sessions", start(params={"media.id": ...}))
        server.post("/api/v1/sessions", event("play"))
        self.assertEqual(server.sessions(), [])

    def test_4_4_starts_are_not_deduplicated(self):
        body = start(params={"media.id": "twice"})
        one, two = (self.server.open(body) for _ in range(2))
        self.assertNotEqual(one, two)
        self.assertEqual(self.server.send(one, event("sessionEnd", TS + 1)), 204)
        self.assertEqual(self.server.send(two, event("play", TS + 1)), 204)

    def test_4_4_an_orphan_does_not_disturb_the_session_that_follows(self):
        body = start(params={"media.id": "orphan"})
        for _ in range(3):
            connection = self.server.wire()
            connection.send(wire.request("POST", self.server.prefix + "/api/v1/sessions",
                                         encode(body)))
            connection.reset()
        sid = self.server.open(body)
        self.assertEqual(self.server.send(sid, event("play", TS + 1)), 204)


class ReportSuites(ProtocolTest):
    KEY = "analytics.reportSuite"

    def test_4_a_report_suite_that_is_not_taken_is_400_and_named(self):
        server = self.configured("--ingest.report_suites", "one,two")
        for suite, status in (("one", 201), ("two", 201), ("three", 400), ("ONE", 400), ("", 400),
                              ("one,two", 400)):
            with self.subTest(suite=suite):
                body = start(params={self.KEY: suite})
                answer = server.post("/api/v1/sessions", body)
                batch_answer = server.post("/api/v1/downloaded", [body, event("play", TS + 1)])
                if status == 201:
                    self.check_created(answer)
                    self.check_created(batch_answer)
                    continue
                self.assertEqual([problem["path"] for problem in self.check_error(answer, 400)],
                                 ["/params/" + self.KEY])
                self.assertEqual([problem["path"] for problem in
                                  self.check_error(batch_answer, 400)], ["/0/params/" + self.KEY])

    def test_4_without_a_list_every_report_suite_is_taken(self):
        self.own("its list of report suites is not known")
        for suite in ("any", "", REQUIRED["sessionStart"][self.KEY]):
            body = start(params={self.KEY: suite})
            self.check_created(self.server.post("/api/v1/sessions", body))


class NoCredentials(ProtocolTest):
    def test_1_nothing_is_asked_for_but_the_body(self):
        with self.server.wire() as connection:
            body = b'{"playerTime":{"playhead":0,"ts":1},"eventType":"sessionStart","params":{%s}}'
            params = ",".join(f'"{key}":{1 if key == "media.length" else chr(34) * 2}'
                              for key in REQUIRED["sessionStart"]).encode()
            data = body % params
            connection.send(b"POST %s/api/v1/sessions HTTP/1.1\r\nHost: x\r\n"
                            b"Content-Length: %d\r\n\r\n%s"
                            % (self.server.prefix.encode(), len(data), data))
            answer = self.server.final(connection)
        self.assertEqual(answer.status, 201)
        self.assertIsNotNone(SID.fullmatch(answer.get("Location")))
        self.assertEqual(answer.all("WWW-Authenticate"), [])


if __name__ == "__main__":
    unittest.main()
