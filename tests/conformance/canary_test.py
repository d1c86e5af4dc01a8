# SPDX-License-Identifier: Apache-2.0
"""The kit can fail: it is run against two servers that are wrong, one that takes everything and one
that refuses everything. A test that neither of them fails would say nothing about any server."""

import http.server
import pathlib
import secrets
import threading
import unittest

import collector
import wire

# About the kit itself, not about a server.
ABOUT_THE_KIT = {"test_4_2_the_readers_are_as_brittle_as_the_clients"}
MODULES = sorted(path.stem for path in pathlib.Path(__file__).parent.glob("*_test.py")
                 if path.stem not in ("canary_test", "index_test"))


class Wrong(http.server.BaseHTTPRequestHandler):
    """Reads a request and answers with what the subclass says of it."""
    protocol_version = "HTTP/1.1"

    def answer(self):
        length = self.headers.get("Content-Length", "0")
        self.rfile.read(int(length) if length.isdigit() else 0)
        self.close_connection = "Transfer-Encoding" in self.headers
        status, headers, body = self.say()
        self.send_response_only(status)
        for name, value in {**collector.CORS, **headers}.items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = answer

    def send_error(self, code, message=None, explain=None):
        self.close_connection = True
        self.wfile.write(b"HTTP/1.1 %d Wrong\r\nContent-Length: 0\r\n\r\n" % code)

    def log_message(self, *_):
        pass


class TakesAll(Wrong):
    def say(self):
        if self.command == "OPTIONS":
            return 200, {}, b""
        if self.command != "POST":
            return 200, {"Content-Type": "application/json"}, b"{}"
        if "/events" in self.path:
            return 204, {}, b""
        location = "/api/v1/sessions/" + secrets.token_hex(32)
        return 201, {"Location": location, "Content-Type": "application/octet-stream"}, b""


class RefusesAll(Wrong):
    def say(self):
        return 400, {"Content-Type": "application/json"}, b'{"message":"No."}'


class Passed(unittest.TestResult):
    def __init__(self):
        super().__init__()
        self.names = set()
        self.failed = set()

    def addSuccess(self, test):
        self.names.add(test._testMethodName)

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self.failed.add(test._testMethodName)


class Canary(unittest.TestCase):
    def setUp(self):
        self.changed = (collector.URL, collector._shared[:], collector.DEADLINE_SECONDS,
                        wire.TIMEOUT_SECONDS)
        self.addCleanup(self.put_back)

    def put_back(self):
        collector.URL, collector._shared[:], collector.DEADLINE_SECONDS, wire.TIMEOUT_SECONDS = (
            self.changed)

    def run_kit(self, handler):
        """The names of the tests that pass on such a server."""
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        server.handle_error = lambda *_: None
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        collector.URL = "a wrong server"
        collector._shared[:] = [collector.Collector("127.0.0.1", server.server_port)]
        collector.DEADLINE_SECONDS = 0.1
        wire.TIMEOUT_SECONDS = 5
        result = Passed()
        try:
            unittest.TestLoader().loadTestsFromNames(MODULES).run(result)
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
        self.assertGreater(result.testsRun, 200)
        self.assertLess(len(result.skipped), result.testsRun / 2)
        return result.names - result.failed - {test._testMethodName for test, _ in result.skipped}

    def test_no_test_passes_on_both_of_two_wrong_servers(self):
        takes_all, refuses_all = self.run_kit(TakesAll), self.run_kit(RefusesAll)
        self.assertEqual((takes_all & refuses_all) - ABOUT_THE_KIT, set())
        self.assertTrue(takes_all, "the kit asks for more than the taking server can do")


if __name__ == "__main__":
    unittest.main()
