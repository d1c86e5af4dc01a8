# SPDX-License-Identifier: Apache-2.0
"""The configurations of docs/fronts.md with the real nginx, HAProxy and Caddy before a server."""

import getpass
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile
import unittest

from certificates import TIMEOUT_SECONDS, Certificate
from playhead_server import SOURCE, Server, playhead, timeline, wait_until

PAGE = (SOURCE / "docs/fronts.md").read_text()
EVENTS, OPERATORS = "events.example.org", "playhead.example.org"
MIB = 1024 * 1024


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def accepts(port):
    try:
        socket.create_connection(("127.0.0.1", port), TIMEOUT_SECONDS).close()
    except ConnectionRefusedError:
        return False
    return True


class Fronts(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.certificate = Certificate(self.folder, names=[EVENTS, OPERATORS])
        pathlib.Path(self.folder, "both.pem").write_text(
            self.certificate.certificate.read_text() + self.certificate.key.read_text())
        data = str(self.folder / "data")
        code, said, _ = playhead("token", "create", "--data", data, "--scope", "admin")
        self.assertEqual(code, 0)
        self.token = said.strip()
        self.server = self.enterContext(Server(data, "--admin_tokens", "required"))
        self.port = free_port()

    def configuration(self, language, *changes):
        """The block of the page, with the folder, ports and addresses of this test."""
        return self.written(language, re.findall(
            rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)[0],
            ("127.0.0.1:8081", f"127.0.0.1:{self.server.admin_port}"),
            ("/etc/playhead", str(self.folder)), *changes)

    def written(self, language, text, *changes):
        for old, new in (("127.0.0.1:8080", f"127.0.0.1:{self.server.port}"), *changes):
            self.assertIn(old, text)
            text = text.replace(old, new)
        path = self.folder / language
        path.write_text(text)
        return str(path)

    def start(self, *command):
        if shutil.which(command[0]) is None:
            self.skipTest(f"{command[0]} is not installed (script/setup)")
        log = self.enterContext(open(self.folder / "front.log", "wb"))
        homes = {name: str(self.folder) for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME")}
        front = subprocess.Popen(command, stdout=log, stderr=log, env=os.environ | homes)

        def stop():
            front.terminate()
            front.wait(TIMEOUT_SECONDS)

        self.addCleanup(stop)
        wait_until(lambda: front.poll() is not None or accepts(self.port), "the front listens")
        self.assertIsNone(front.poll(), (self.folder / "front.log").read_text())

    def curl(self, host, path, *options, body=None):
        """Gives the version of HTTP, the status, the head and the body of an answer."""
        done = subprocess.run(
            ["curl", "--silent", "--show-error", "--http2", "--include", "--cacert",
             str(self.certificate.certificate), "--resolve", f"{host}:{self.port}:127.0.0.1",
             "--header", "Expect:", *options, f"https://{host}:{self.port}{path}"],
            input=body, capture_output=True, timeout=TIMEOUT_SECONDS, check=False)
        head, _, rest = done.stdout.decode().partition("\r\n\r\n")
        self.assertTrue(head, done.stderr)
        version, status = head.split()[:2]
        return version, int(status), head, rest

    def judge(self):
        events = timeline("01")["events"]
        post = ("--data-binary", "@-", "--header", "Content-Type: application/json")
        version, status, head, _ = self.curl(EVENTS, "/api/v1/sessions", *post,
                                             body=json.dumps(events[0]).encode())
        self.assertEqual((version, status), ("HTTP/2", 201))
        location = re.search(r"^location: (\S+)", head, re.MULTILINE | re.IGNORECASE).group(1)
        _, status, _, _ = self.curl(EVENTS, location + "/events", *post,
                                    body=json.dumps(events[1]).encode())
        self.assertEqual(status, 204)
        # At the limit playhead reads and judges it; above the limit somebody says 413.
        for size, expected in ((16 * MIB, 400), (16 * MIB + 1, 413)):
            _, status, _, said = self.curl(EVENTS, "/api/v1/downloaded", *post, body=b"x" * size)
            self.assertEqual(status, expected, said)

        session = "/v1/sessions/" + location.rsplit("/", 1)[1]
        self.assertEqual(self.curl(OPERATORS, session)[1], 401)
        bearer = ("--header", f"Authorization: Bearer {self.token}")
        version, status, _, body = self.curl(OPERATORS, session, *bearer)
        self.assertEqual((version, status, json.loads(body)["state"]), ("HTTP/2", 200, "open"))
        _, status, _, body = self.curl(OPERATORS, "/v1/live", *bearer, "--header",
                                       "Accept: text/event-stream", "--max-time", "4")
        self.assertEqual(status, 200)
        self.assertGreaterEqual(body.count("data:"), 2)

    def statuses(self, source, number):
        """Of so many requests of one client, one right after the other."""
        done = subprocess.run(
            ["curl", "--silent", "--cacert", str(self.certificate.certificate), "--interface",
             source, "--resolve", f"{EVENTS}:{self.port}:127.0.0.1", "--write-out",
             "%{stderr}%{http_code}\n",
             f"https://{EVENTS}:{self.port}/api/v1/schemas/ping?[1-{number}]"],
            capture_output=True, timeout=TIMEOUT_SECONDS, check=False)
        return done.stderr.decode().split()

    def serve_with_limit(self, *arguments):
        data = str(self.folder / "limited")
        self.server = self.enterContext(Server(
            data, "--http.proxies", "127.0.0.1", "--http.max_requests_per_address", "1",
            *arguments))

    def judge_addresses(self, one="127.0.0.2", other="127.0.0.3"):
        self.assertEqual(set(self.statuses(one, 50)), {"200", "503"})
        self.assertEqual(self.statuses(other, 1), ["200"])
        _, _, metrics = self.server.admin("/metrics")
        refused = re.search(r'refusals_total{server="players",reason="too_many_requests"} (\d+)',
                            metrics.decode()).group(1)
        self.assertGreaterEqual(int(refused), 1)

    def start_nginx(self):
        paths = "".join(f"{kind}_temp_path {self.folder}/{kind};\n" for kind in
                        ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        # Below `http`, the log that is compiled in would be opened too.
        path = self.configuration("nginx", ("listen 443", f"listen 127.0.0.1:{self.port}"),
                                  ("http {\n", "http {\naccess_log off;\n" + paths))
        self.start("nginx", "-p", str(self.folder), "-e", "stderr", "-c", path,
                   "-g", f"daemon off; pid {self.folder}/pid; user {getpass.getuser()};")

    def test_nginx(self):
        self.start_nginx()
        self.judge()

    def test_nginx_says_in_forwarded_where_a_client_is(self):
        self.serve_with_limit("--http.client_address", "forwarded")
        self.start_nginx()
        self.judge_addresses()

    def test_haproxy_says_by_the_proxy_protocol_before_tls_where_a_client_is(self):
        block = re.findall(r"^```haproxy\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)[1]
        self.serve_with_limit("--http.client_address", "proxy_protocol",
                              "--tls.certificate", str(self.certificate.certificate),
                              "--tls.key", str(self.certificate.key))
        for version, one, other in (("send-proxy-v2", "127.0.0.2", "127.0.0.3"),
                                    ("send-proxy", "127.0.0.5", "127.0.0.6")):
            with self.subTest(version):
                self.port = free_port()
                path = self.written("haproxy", block, ("bind :443", f"bind 127.0.0.1:{self.port}"),
                                    ("send-proxy-v2", version))
                self.start("haproxy", "-W", "-f", path)
                self.judge_addresses(one, other)
        # Who is listed and does not send a header is not heard; who is not listed needs none.
        self.port = self.server.port
        self.assertEqual(self.statuses("127.0.0.1", 1), ["000"])
        self.assertEqual(self.statuses("127.0.0.4", 1), ["200"])

    def test_haproxy(self):
        path = self.configuration("haproxy", ("bind :443", f"bind 127.0.0.1:{self.port}"))
        self.start("haproxy", "-W", "-f", path)
        self.judge()

    def test_caddy(self):
        options = f"{{\nadmin off\nauto_https disable_redirects\nhttps_port {self.port}\n}}\n"
        path = self.configuration("caddyfile", (f"{EVENTS} {{", options + f"{EVENTS} {{"))
        self.start("caddy", "run", "--adapter", "caddyfile", "--config", path)
        self.judge()


if __name__ == "__main__":
    unittest.main()
