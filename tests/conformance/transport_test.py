# SPDX-License-Identifier: Apache-2.0
"""Protocol section 2: transport rules common to every endpoint."""

import contextlib
import json
import statistics
import threading
import time
import unittest

import wire
from bodies import TS, batch, encode, event, padded, start
from collector import ProtocolTest, wait_until

EVENT_BYTES = 256 * 1024
BATCH_BYTES = 16 * 1024 * 1024


class Connections(ProtocolTest):
    def test_2_1_a_connection_serves_many_requests(self):
        with self.server.wire() as connection:
            sid = self.server.open(connection=connection)
            for i in range(1, 100):
                self.assertEqual(self.server.send(sid, event("ping", TS + i), connection), 204)
            self.assertEqual(self.server.send(sid, b"{", connection), 400)
            self.assertEqual(self.server.send("unknown", event("ping"), connection), 404)
            self.assertEqual(self.server.ask("OPTIONS", "/api/v1/sessions",
                                             connection=connection).status, 200)
            self.assertEqual(self.server.send(sid, event("ping", TS + 100), connection), 204)

    def test_2_1_the_version_is_http_1_1(self):
        answer = self.server.post("/api/v1/sessions", start())
        self.check_created(answer)
        self.assertEqual(answer.version, "HTTP/1.1")

    def test_2_1_requests_that_do_not_wait_are_answered_in_order(self):
        sid = self.server.open()
        path = f"{self.server.prefix}/api/v1/sessions/{sid}/events"
        asked = [wire.request("POST", path, encode(body)) for body in
                 (event("play", TS + 1), b"{", event("sessionEnd", TS + 2), event("ping", TS + 3))]
        with self.server.wire() as connection:
            connection.send(b"".join(asked))
            statuses = [connection.read_answer().status for _ in asked]
        self.assertEqual(statuses, [204, 400, 204, 410])

    def test_2_1_a_request_may_come_byte_by_byte(self):
        data = wire.request("POST", self.server.prefix + "/api/v1/sessions", encode(start()))
        with self.server.wire() as connection:
            for i in range(len(data)):
                connection.send(data[i:i + 1])
            self.check_created(self.server.final(connection))

    def test_2_1_a_body_may_be_chunked(self):
        body = encode(start())
        for size in (1, 7, 100, len(body)):
            with self.subTest(size=size):
                answer = self.chunked("/api/v1/sessions", wire.chunked(body, size))
                self.check_created(answer)
        sid = self.server.open()
        self.check_accepted(self.chunked(f"/api/v1/sessions/{sid}/events",
                                         wire.chunked(encode(event("play", TS + 1)), 10)))

    def test_2_1_chunks_may_have_extensions_and_trailers(self):
        body = encode(start())
        data = b"%x;name=value\r\n%s\r\n0\r\nX-Trailer: 1\r\n\r\n" % (len(body), body)
        self.check_created(self.chunked("/api/v1/sessions", data))

    def chunked(self, path, data):
        head = wire.request("POST", self.server.prefix + path,
                            headers=[("Transfer-Encoding", "chunked")])
        with self.server.wire() as connection:
            connection.send(head + data)
            answer = self.server.final(connection)
            again = self.server.ask("OPTIONS", "/api/v1/sessions", connection=connection)
            self.assertEqual(again.status, 200, "the body was not read to its end")
            return answer

    def test_2_1_expect_100_continue_is_honoured(self):
        body = encode(start())
        head = wire.request("POST", self.server.prefix + "/api/v1/sessions",
                            headers=[("Expect", "100-continue"),
                                     ("Content-Length", str(len(body)))])
        with self.server.wire() as connection:
            connection.send(head)
            self.assertEqual(connection.read_answer().status, 100)
            connection.send(body)
            self.check_created(connection.read_answer())

    def test_2_1_a_body_may_come_without_waiting_for_100_continue(self):
        answer = self.server.post("/api/v1/sessions", start(),
                                  headers=[("Expect", "100-continue")])
        self.check_created(answer)

    def test_2_1_an_unsupported_content_encoding_is_415(self):
        for encoding in ("br", "zstd", "x-unknown"):
            with self.subTest(encoding=encoding):
                answer = self.server.post("/api/v1/sessions", start(),
                                          headers=[("Content-Encoding", encoding)])
                self.check_error(answer, 415)
        self.check_created(self.server.post("/api/v1/sessions", start(),
                                            headers=[("Content-Encoding", "identity")]))

    def test_2_1_the_empty_answers_are_never_compressed(self):
        accepts = [("Accept-Encoding", "gzip, deflate, br")]
        created = self.server.post("/api/v1/sessions", start(), headers=accepts)
        sid = self.check_created(created)
        accepted = self.server.tell(sid, event("ping", TS + 1), headers=accepts)
        self.check_accepted(accepted)
        for answer in (created, accepted):
            self.assertEqual(answer.all("Content-Encoding"), [])
            self.assertEqual(answer.all("Transfer-Encoding"), [])

    def test_2_1_a_complete_body_counts_when_the_client_leaves_before_the_answer(self):
        for leave in ("close", "reset", "finish_sending"):
            with self.subTest(leave=leave):
                sid = self.server.open()
                path = f"{self.server.prefix}/api/v1/sessions/{sid}/events"
                with self.server.wire() as connection:
                    connection.send(wire.request("POST", path, encode(event("sessionEnd", TS + 1))))
                    getattr(connection, leave)()
                self.closes(sid)

    def closes(self, sid):
        stamps = iter(range(TS + 10_000, TS + 1_000_000))
        wait_until(lambda: self.server.send(sid, event("ping", next(stamps))) == 410,
                   "the sessionEnd that nobody waited for closes the session")

    def test_2_1_answers_are_quick_and_do_not_wait_for_the_reorder_window(self):
        took = []
        with self.server.wire() as connection:
            for _ in range(20):
                began = time.monotonic()
                sid = self.server.open(connection=connection)
                took.append(time.monotonic() - began)
                began = time.monotonic()
                self.assertEqual(self.server.send(sid, event("ping", TS + 1), connection), 204)
                took.append(time.monotonic() - began)
        self.assertLess(max(took), 5, "every SDK has given up by then")
        self.assertLess(statistics.median(took), 1)


class ContentTypes(ProtocolTest):
    SENT = ["application/json", "application/json; charset=utf-8", "text/plain;charset=UTF-8",
            "application/x-www-form-urlencoded", "application/octet-stream", "multipart/form-data",
            "text/xml; charset=utf-16", "nonsense", "", None]

    def test_2_2_the_content_type_of_a_request_is_ignored(self):
        for content_type in self.SENT:
            with self.subTest(content_type=content_type):
                answer = self.server.post("/api/v1/sessions", start(), content_type=content_type)
                sid = self.check_created(answer)
                self.check_accepted(self.server.tell(sid, event("ping", TS + 1),
                                                     content_type=content_type))
                answer = self.server.post("/api/v1/downloaded", batch("play"),
                                          content_type=content_type)
                self.check_created(answer)

    def test_2_2_the_body_is_judged_whatever_its_content_type(self):
        for content_type in self.SENT:
            with self.subTest(content_type=content_type):
                answer = self.server.post("/api/v1/sessions", b"a=b", content_type=content_type)
                self.check_error(answer, 400)

    def test_2_2_a_byte_order_mark_is_skipped(self):
        mark = b"\xef\xbb\xbf"
        sid = self.check_created(self.server.post("/api/v1/sessions", mark + encode(start())))
        self.check_accepted(self.server.tell(sid, mark + encode(event("ping", TS + 1))))
        self.check_created(self.server.post("/api/v1/downloaded", mark + encode(batch("play"))))

    def test_2_2_a_body_that_is_not_utf_8_is_400(self):
        for name in (b"\xff", b"\xc3\x28", b"\xed\xa0\x80", "\u00e4".encode("latin-1")):
            with self.subTest(name=name):
                body = encode(start(params={"media.name": "@"})).replace(b"@", name)
                self.check_error(self.server.post("/api/v1/sessions", body), 400)
        for encoding in ("utf-16", "utf-32"):
            body = json.dumps(start()).encode(encoding)
            self.check_error(self.server.post("/api/v1/sessions", body), 400)


class Json(ProtocolTest):
    def setUp(self):
        super().setUp()
        self.sid = self.server.open()

    def status(self, body):
        return self.server.send(self.sid, body)

    def test_2_3_escapes_are_understood(self):
        body = encode(start(params={"media.name": "a/b"}))
        self.check_created(self.server.post("/api/v1/sessions", body.replace(b"/", b"\\/")))
        for text in (b"\\/", b"\\u00e4", b"\\ud83d\\ude00", b'\\"\\\\\\b\\f\\n\\r\\t'):
            with self.subTest(text=text):
                body = encode(start(params={"media.name": "@"})).replace(b"@", text)
                self.check_created(self.server.post("/api/v1/sessions", body))
        body = encode(event("ping", TS + 1)).replace(b"ping", b"p\\u0069ng")
        self.assertEqual(self.status(body.replace(b"playhead", b"\\u0070layhead")), 204)

    def test_2_3_members_may_come_in_any_order_and_white_space_anywhere(self):
        self.assertEqual(self.status(
            b' \t\r\n{ "params" :\n{ } , "eventType"\t: "ping" ,\r\n "playerTime" : { "ts" : '
            b'1714564800001 , "playhead" : 0 } } \n'), 204)

    def test_2_3_numbers_may_be_written_in_every_way_of_json(self):
        for length in ("60", "60.0", "60.39333333333333", "1.5e3", "1E2", "6.0e+1", "5e-1", "-1"):
            with self.subTest(length=length):
                body = encode(start(params={"media.length": 4242})).replace(b"4242",
                                                                           length.encode())
                self.check_created(self.server.post("/api/v1/sessions", body))

    def test_2_3_the_last_of_members_with_the_same_name_wins(self):
        ping = encode(event("ping", TS + 2))[1:]
        self.assertEqual(self.status(b'{"eventType":"nonsense",' + ping), 204)
        self.assertEqual(self.status(b'{"playerTime":7,"params":[],' + ping[:-1] +
                                     b',"params":{}}'), 204)
        self.assertEqual(self.status(b"{" + ping[:-1] + b',"eventType":"nonsense"}'),
                         400)
        twice = b'{"eventType":"ping","playerTime":{"ts":"x","playhead":0,"ts":%s}}'
        self.assertEqual(self.status(twice % b"1714564800003"), 204)
        self.assertEqual(self.status(twice % b"null"), 400)

    def test_2_3_nesting_deeper_than_needed_is_400(self):
        for depth in (17, 100, 1000, 50_000):
            with self.subTest(depth=depth):
                deep = b"[" * depth + b"]" * depth
                body = encode(event("ping", TS + 3))[:-1] + b',"params":' + deep + b',"params":{}}'
                self.assertEqual(self.status(body), 400)
                self.assertEqual(self.status(deep), 400)
        self.assertEqual(self.status(event("ping", TS + 4)), 204)

    def test_2_3_what_is_not_json_is_400(self):
        good = encode(event("ping", TS + 5))
        for body in (b"", b" ", b"{", good[:-1], good + b"}", good + good, good + b"x",
                     good[:-1] + b",}", good.replace(b"{", b"{/* a */", 1), good + b"// a",
                     good.replace(b'"eventType"', b"eventType"), good.replace(b'"', b"'"),
                     good.replace(b": 0", b": 00"), good.replace(b": 0", b": +0"),
                     good.replace(b": 0", b": .5"), good.replace(b": 0", b": 5."),
                     good.replace(b": 0", b": NaN"), good.replace(b": 0", b": Infinity"),
                     good.replace(b": 0", b": 0x10"), good.replace(b": 0", b": 1e999"),
                     good.replace(b"ping", b"pi\nng"), good.replace(b"ping", b"pi\\xng"),
                     good.replace(b"ping", b"pi\x00ng"), b"null", b"true", b"7", b'"ping"'):
            with self.subTest(body=body):
                self.assertNotEqual(body, good)
                self.check_error(self.server.tell(self.sid, body), 400)


class Paths(ProtocolTest):
    def test_2_4_every_post_path_takes_a_trailing_slash(self):
        sid = self.check_created(self.server.post("/api/v1/sessions/", start()))
        self.check_accepted(self.server.post(f"/api/v1/sessions/{sid}/events/", event("play")))
        self.check_created(self.server.post("/api/v1/downloaded/", batch("play")))

    def test_2_4_repeated_slashes_are_collapsed(self):
        sid = self.check_created(self.server.post("//api/v1/sessions", start()))
        self.check_created(self.server.post("/api//v1///sessions", start()))
        self.check_accepted(self.server.post(f"//api/v1/sessions//{sid}//events", event("play")))
        self.check_created(self.server.post("//api/v1/downloaded", batch("play")))
        self.assertEqual(self.server.ask("GET", "//api/v1/schemas//ping").status, 200)

    def test_2_4_the_query_is_ignored(self):
        sid = self.check_created(self.server.post("/api/v1/sessions?a=b&c=/d", start()))
        self.check_accepted(self.server.post(f"/api/v1/sessions/{sid}/events?x", event("play")))
        self.check_created(self.server.post("/api/v1/downloaded/?", batch("play")))
        self.assertEqual(self.server.ask("GET", "/api/v1/schemas/ping?x=y").status, 200)

    def test_2_4_nothing_is_ever_redirected(self):
        for method, path, status in (
                ("POST", "/api/v1/sessions/", 201), ("POST", "//api/v1/sessions", 201),
                ("POST", "/api/v1//sessions/", 201), ("OPTIONS", "/api/v1/sessions/", 200),
                ("POST", "/api/v1/nothing/", 404), ("GET", "/api/v1/schemas/ping/", 200),
                ("POST", "/api/v1/Sessions", 404)):
            for headers in ([], [("X-Forwarded-Proto", "http")],
                            [("Upgrade-Insecure-Requests", "1")]):
                with self.subTest(method=method, path=path, headers=headers):
                    body = start() if method == "POST" else b""
                    answer = self.server.ask(method, path, body, headers=headers, host="other")
                    self.assertEqual(answer.status, status, answer)

    def test_2_4_paths_are_case_sensitive(self):
        for path in ("/API/v1/sessions", "/api/V1/sessions", "/api/v1/Sessions",
                     "/api/v1/DOWNLOADED"):
            with self.subTest(path=path):
                self.check_error(self.server.post(path, start()), 404)

    def test_2_4_an_unknown_path_is_404(self):
        for path in ("/", "/api", "/api/v1", "/api/v1/", "/api/v1/session", "/api/v1/sessionsX",
                     "/api/v1/sessions/a/b/c", "/index.html", "/api/v1/schemas", "/nothing"):
            for method in ("GET", "POST", "PUT"):
                with self.subTest(path=path, method=method):
                    self.check_error(self.server.ask(method, path, b""), 404)

    def test_2_4_every_version_but_v1_is_404(self):
        for version in ("v0", "v2", "v10", "1", "va"):
            with self.subTest(version=version):
                self.check_error(self.server.post(f"/api/{version}/sessions", start()), 404)

    def test_2_4_the_wrong_method_is_405_and_says_the_right_ones(self):
        for path in ("/api/v1/sessions", "/api/v1/sessions/nobody/events", "/api/v1/downloaded"):
            for method in ("GET", "PUT", "DELETE", "PATCH"):
                with self.subTest(path=path, method=method):
                    answer = self.server.ask(method, path, b"")
                    self.check_error(answer, 405)
                    self.assertIn("POST", self.allowed(answer))
        for method in ("PUT", "DELETE", "PATCH"):
            with self.subTest(method=method):
                answer = self.server.ask(method, "/api/v1/schemas/ping", b"")
                self.check_error(answer, 405)
                self.assertIn("GET", self.allowed(answer))

    @staticmethod
    def allowed(answer):
        return [name.strip() for name in answer.get("Allow").split(",")]

    def test_2_4_an_events_path_without_sessions_is_404(self):
        sid = self.server.open()
        self.check_error(self.server.post(f"/api/v1/{sid}/events", event("ping", TS + 1)), 404)
        self.assertEqual(self.server.send(sid, event("ping", TS + 1)), 204)


class EveryAnswer(ProtocolTest):
    def test_2_5_every_status_carries_the_cors_headers(self):
        sid = self.server.open()
        seen = set()
        for answer in (self.server.post("/api/v1/sessions", start()),
                       self.server.tell(sid, event("ping", TS + 1)),
                       self.server.tell(sid, b"{"),
                       self.server.tell("0" * 64, event("ping", TS + 1)),
                       self.server.tell(self.server.closed(), event("ping", TS + 9999)),
                       self.server.post("/nothing", b""),
                       self.server.ask("GET", "/api/v1/schemas/nothing"),
                       self.server.ask("GET", "/api/v1/schemas/ping"),
                       self.server.ask("PUT", "/api/v1/sessions", b""),
                       self.server.ask("OPTIONS", "/api/v1/sessions"),
                       self.server.post("/api/v1/downloaded", b"[]"),
                       self.server.post("/api/v1/sessions", start(),
                                        headers=[("Content-Encoding", "br")])):
            self.check_cors(answer)
            seen.add(answer.status)
        self.assertEqual(seen, {200, 201, 204, 400, 404, 405, 410, 415})

    def test_2_5_answers_to_what_is_no_good_http_carry_them_too(self):
        for data in (b"nonsense\r\n\r\n", b"POST /api/v1/sessions HTTP/1.1\r\nbad header\r\n\r\n",
                     b"POST /api/v1/sessions HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
                     wire.request("POST", "/" + "a" * 100_000),
                     wire.request("POST", "/api/v1/sessions", headers=[("X", "y" * 100_000)])):
            with self.subTest(data=data[:60]), self.server.wire() as connection:
                connection.send_what_is_taken(data)
                answer = connection.read_answer()
                self.assertGreaterEqual(answer.status, 400)
                self.check_cors(answer)


class Prefix(ProtocolTest):
    def test_2_6_a_configured_prefix_is_stripped_and_not_in_location(self):
        server = self.configured("--ingest.path_prefix", "/some/prefix")
        for prefix in ("/some/prefix", "", "//some//prefix/"):
            with self.subTest(prefix=prefix):
                answer = server.post(prefix + "/api/v1/sessions", start())
                sid = self.check_created(answer)
                self.check_accepted(server.post(f"{prefix}/api/v1/sessions/{sid}/events",
                                                event("ping", TS + 1)))
                answer = server.ask("OPTIONS", f"{prefix}/api/v1/sessions/{sid}/events")
                self.assertEqual(answer.status, 200)
                self.assertEqual(server.ask("GET", prefix + "/api/v1/schemas/ping").status, 200)
        for prefix in ("/some", "/prefix", "/Some/prefix", "/some/prefix/some/prefix"):
            with self.subTest(prefix=prefix):
                self.check_error(server.post(prefix + "/api/v1/sessions", start()), 404)

    def test_2_6_without_a_prefix_there_is_none(self):
        self.check_error(self.server.post("/some/prefix/api/v1/sessions", start()), 404)


class Sizes(ProtocolTest):
    def test_2_7_an_event_of_256_kib_is_taken_and_a_larger_one_is_413(self):
        sid = self.server.open()
        for path, body in ((f"/api/v1/sessions/{sid}/events", event("ping", TS + 1)),
                           ("/api/v1/sessions", start())):
            with self.subTest(path=path):
                for size in (EVENT_BYTES - 1, EVENT_BYTES):
                    answer = self.server.post(path, padded(body, size))
                    self.assertIn(answer.status, (201, 204))
                self.check_error(self.server.post(path, padded(body, EVENT_BYTES + 1)), 413)

    def test_2_7_one_long_value_may_fill_the_event(self):
        sid = self.server.open()
        body = event("adStart", TS + 1, customMetadata={"key": ""})
        body["customMetadata"]["key"] = "x" * (EVENT_BYTES - len(encode(body)))
        self.assertEqual(len(encode(body)), EVENT_BYTES)
        self.assertEqual(self.server.send(sid, body), 204)
        body["customMetadata"]["key"] += "x"
        self.assertEqual(self.server.send(sid, body), 413)

    def test_2_7_a_batch_of_16_mib_is_taken_and_a_larger_one_is_413(self):
        flagged = batch("play", "sessionEnd", **{"media.downloaded": True})
        for path in ("/api/v1/downloaded", "/api/v1/sessions"):
            with self.subTest(path=path):
                body = padded(flagged, BATCH_BYTES)
                self.check_created(self.server.post(path, body))
                answer = self.refused(path, padded(flagged, BATCH_BYTES + 1))
                self.check_error(answer, 413)

    def refused(self, path, body):
        """Posts what the server may stop reading, and reads meanwhile."""
        head = wire.request("POST", self.server.prefix + path,
                            headers=[("Content-Length", str(len(body)))])
        with self.server.wire() as connection:
            sender = threading.Thread(target=connection.send_what_is_taken, args=(head + body,))
            sender.start()
            try:
                return self.server.final(connection)
            finally:
                with contextlib.suppress(OSError):
                    connection.finish_sending()
                sender.join()

    def test_2_7_a_chunked_body_has_the_same_limits(self):
        sid = self.server.open()
        path = f"{self.server.prefix}/api/v1/sessions/{sid}/events"
        head = wire.request("POST", path, headers=[("Transfer-Encoding", "chunked")])
        for size, status in ((EVENT_BYTES, 204), (EVENT_BYTES + 1, 413)):
            with self.subTest(size=size), self.server.wire() as connection:
                connection.send(head + wire.chunked(padded(event("ping", TS + 1), size), 5000))
                self.assertEqual(self.server.final(connection).status, status)

    def test_2_7_a_batch_of_20000_elements_is_taken(self):
        kinds = ["play"] + ["ping"] * 19_998
        for path in ("/api/v1/downloaded", "/api/v1/sessions"):
            with self.subTest(path=path):
                body = batch(*kinds, **{"media.downloaded": True})
                self.assertEqual(len(body), 20_000)
                self.check_created(self.server.post(path, body))


class Overload(ProtocolTest):
    def test_2_8_no_room_for_a_connection_is_503_for_a_while(self):
        server = self.configured("--http.max_connections", "2")
        with server.wire() as one, server.wire() as two:
            sid = server.open(connection=one)
            server.open(connection=two)
            answer = server.post("/api/v1/sessions", start())
            self.check_error(answer, 503)
            self.assertIsNotNone(answer.get("Retry-After"))
            self.assertEqual(answer.all("Location"), [])
            self.assertEqual(server.send(sid, event("ping", TS + 1), one), 204)
        wait_until(lambda: server.post("/api/v1/sessions", start()).status == 201,
                   "there is room again")

    def test_2_8_many_sessions_of_one_client_are_never_429(self):
        statuses = set()
        with self.server.wire() as connection:
            for _ in range(300):
                answer = self.server.post("/api/v1/sessions", start(), connection)
                statuses.add(answer.status)
        self.assertEqual(statuses, {201})


if __name__ == "__main__":
    unittest.main()
