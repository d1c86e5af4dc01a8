# SPDX-License-Identifier: Apache-2.0
"""Protocol section 3: CORS and preflight."""

import re
import unittest

from bodies import TS, batch, event, start
from collector import CORS, ProtocolTest

TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
PREFLIGHT = [("Origin", "https://player.example"), ("Access-Control-Request-Method", "POST")]


class Headers(ProtocolTest):
    def test_3_the_documented_samples_carry_the_four_headers(self):
        created = self.server.post("/api/v1/sessions", start())
        sid = self.check_created(created)
        accepted = self.server.tell(sid, event("play", TS + 1))
        for answer in (created, accepted):
            for name, value in CORS.items():
                self.assertEqual(answer.all(name), [value])

    def test_3_a_script_can_read_404_and_410(self):
        origin = [("Origin", "https://player.example")]
        self.check_cors(self.server.tell("0" * 64, event("ping"), headers=origin))
        gone = self.server.tell(self.server.closed(), event("ping", TS + 9999), headers=origin)
        self.assertEqual(gone.status, 410)
        self.check_cors(gone)
        self.check_cors(self.server.post("/api/v1/sessions", b"{", headers=origin))

    def test_3_every_origin_is_welcome_and_none_is_named(self):
        for origin in ("https://player.example", "http://localhost:3000", "null", "file://", ""):
            with self.subTest(origin=origin):
                headers = [("Origin", origin)]
                self.check_created(self.server.post("/api/v1/sessions", start(), headers=headers))
                answer = self.server.ask("OPTIONS", "/api/v1/sessions", headers=headers)
                self.assertEqual(answer.status, 200)
                self.check_cors(answer)

    def test_3_credentials_are_never_allowed_nor_cookies_set(self):
        headers = [("Origin", "https://player.example"), ("Cookie", "a=b")]
        sid = self.server.open()
        for answer in (self.server.post("/api/v1/sessions", start(), headers=headers),
                       self.server.tell(sid, event("ping", TS + 1), headers=headers),
                       self.server.ask("OPTIONS", "/api/v1/sessions", headers=PREFLIGHT),
                       self.server.post("/nothing", b"", headers=headers)):
            self.assertEqual(answer.all("Access-Control-Allow-Credentials"), [])
            self.assertEqual(answer.all("Set-Cookie"), [])

    def test_3_schemas_can_be_read_from_everywhere(self):
        for name, status in (("ping", 200), ("nothing", 404)):
            answer = self.server.ask("GET", f"/api/v1/schemas/{name}")
            self.assertEqual(answer.status, status)
            self.assertEqual(answer.get("Access-Control-Allow-Origin"), "*")


class Preflight(ProtocolTest):
    def preflight(self, path="/api/v1/sessions", headers=()):
        return self.server.ask("OPTIONS", path, headers=[*PREFLIGHT, *headers])

    def check_preflight(self, answer):
        self.assertEqual(answer.status, 200, answer)
        self.assertEqual(answer.get("Content-Length"), "0")
        self.assertEqual(answer.body, b"")

    def allowed(self, asked):
        answer = self.preflight(headers=[("Access-Control-Request-Headers", asked)])
        self.check_preflight(answer)
        self.check_cors(answer, except_for=["Access-Control-Allow-Headers"])
        return [name.strip() for name in answer.get("Access-Control-Allow-Headers").split(",")]

    def test_3_options_on_every_api_path_is_200_and_empty(self):
        for path in ("/api/v1/sessions", "/api/v1/sessions/", "//api/v1/sessions",
                     "/api/v1/downloaded", "/api/v1/schemas/ping",
                     f"/api/v1/sessions/{self.server.open()}/events"):
            for headers in ((), PREFLIGHT):
                with self.subTest(path=path, headers=headers):
                    answer = self.server.ask("OPTIONS", path, headers=headers)
                    self.check_preflight(answer)
                    self.check_cors(answer)

    def test_3_options_does_not_look_up_the_session(self):
        for sid in ("0" * 64, "nobody", self.server.closed(), self.server.open(batch("play"))):
            with self.subTest(sid=sid):
                self.check_preflight(self.preflight(f"/api/v1/sessions/{sid}/events"))

    def test_3_options_on_an_unknown_path_is_404(self):
        for path in ("/nothing", "/api/v2/sessions", "/api/v1/sessions/a/b/c"):
            self.check_error(self.preflight(path), 404)

    def test_3_with_nothing_extra_requested_the_value_is_exactly_content_type(self):
        for asked in ("content-type", "Content-Type", "CONTENT-TYPE, content-type", "", " , ,"):
            with self.subTest(asked=asked):
                self.assertEqual(self.allowed(asked), ["Content-Type"])
        answer = self.preflight()
        self.assertEqual(answer.get("Access-Control-Allow-Headers"), "Content-Type")

    def test_3_each_further_requested_header_is_allowed(self):
        self.assertEqual(self.allowed("content-type,user-agent"), ["Content-Type", "user-agent"])
        self.assertEqual(self.allowed("x-one, content-type ,X-Two"),
                         ["Content-Type", "x-one", "X-Two"])

    def test_3_only_header_tokens_are_mirrored(self):
        for asked in ("user-agent, a b, <script>", 'user-agent,"x", (y)', "user-agent,a:b,c/d",
                      "user-agent,a=b;c"):
            with self.subTest(asked=asked):
                self.assertEqual(self.allowed(asked), ["Content-Type", "user-agent"])

    def test_3_the_mirrored_list_has_a_sensible_length(self):
        allowed = self.allowed(",".join(f"x-header-{i}" for i in range(700)))
        self.assertLess(sum(len(name) for name in allowed), 8000)
        for name in allowed:
            self.assertRegex(name, TOKEN)

    def test_3_a_preflight_may_be_kept_for_a_day(self):
        self.assertEqual(self.preflight().get("Access-Control-Max-Age"), "86400")

    def test_3_a_private_network_is_allowed_or_not_mentioned(self):
        asked = [("Access-Control-Request-Private-Network", "true")]
        answer = self.preflight(headers=asked)
        self.check_preflight(answer)
        self.assertIn(answer.get("Access-Control-Allow-Private-Network"), ("true", None))
        self.assertIsNone(self.preflight().get("Access-Control-Allow-Private-Network"))

    def test_3_only_options_mirrors_what_is_requested(self):
        asked = [("Access-Control-Request-Headers", "user-agent")]
        self.check_created(self.server.post("/api/v1/sessions", start(), headers=asked))


if __name__ == "__main__":
    unittest.main()
