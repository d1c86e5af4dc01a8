# SPDX-License-Identifier: Apache-2.0
"""A player in a real browser, on a page of another origin, against the real server: what script may
see of the answers (CORS), and that what it played is what the admin address tells."""

import http.server
import itertools
import json
import pathlib
import queue
import shutil
import socket
import socketserver
import subprocess
import sys
import tempfile
import threading
import unittest
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "end_to_end"))
from playhead_server import Server, wait_until  # noqa: E402

FOLDER = pathlib.Path(__file__).resolve().parent
PAGES = {"/": ("index.html", "text/html"), "/player.js": ("player.js", "text/javascript"),
         "/leaving.html": ("leaving.html", "text/html")}
PAGE_SECONDS = 150
FIRST_TS = 1_700_000_000_000
CHROMIUM = shutil.which("chromium")
OPTIONS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
           "--disable-background-networking", "--disable-component-update", "--disable-sync",
           "--disable-dev-shm-usage", "--enable-logging=stderr", "--log-level=0"]


class Origin(http.server.ThreadingHTTPServer):
    """The page's own origin: gives the page, and takes what it found."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Page)
        self.findings = queue.Queue()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def url(self, **parameters):
        return f"http://127.0.0.1:{self.server_port}/?" + urllib.parse.urlencode(parameters)


class Page(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        name, kind = PAGES.get(self.path.split("?")[0], (None, None))
        body = (FOLDER / name).read_bytes() if name else b""
        self.answer(200 if name else 404, body, kind or "text/plain")

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.answer(200, b"", "text/plain")
        self.server.findings.put(json.loads(body))

    def answer(self, status, body, kind):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """The test says what matters."""


class Relay(socketserver.ThreadingTCPServer):
    """Stands between browser and server, hands on each byte as it is, and keeps them: script never
    sees a preflight, and whether there was one is half of what this test is about."""

    daemon_threads = True

    def __init__(self, port):
        super().__init__(("127.0.0.1", 0), Relayed)
        self.port_behind = port
        self.conversations = []  # of each connection, what went there and what came back
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def exchanges(self):
        """(request, answer) of all connections; what was not answered yet has none."""
        return [pair for there, back in list(self.conversations)
                for pair in itertools.zip_longest(messages(bytes(there)), messages(bytes(back)))]


class Relayed(socketserver.BaseRequestHandler):
    def handle(self):
        there, back = bytearray(), bytearray()
        self.server.conversations.append((there, back))
        with socket.create_connection(("127.0.0.1", self.server.port_behind)) as behind:
            returning = threading.Thread(target=hand_on, args=(behind, self.request, back))
            returning.start()
            hand_on(self.request, behind, there)
            returning.join()


def hand_on(source, sink, kept):
    """All bytes of a direction, until its end."""
    try:
        while data := source.recv(65536):
            kept += data
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        return  # a page that is left does not wait for its last answers


def messages(data):
    """The HTTP messages of one direction of a connection."""
    found = []
    while b"\r\n\r\n" in data:
        head, _, data = data.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
        size = int(headers.get("content-length", 0))
        found.append(Message(first.split(" "), headers, data[:size]))
        data = data[size:]
    return found


class Message:
    def __init__(self, first, headers, body):
        self.method, self.path = first[:2]  # of an answer: version and status
        self.headers = headers
        self.body = body


def browse(origin, parameters):
    """Opens the page and gives what it found."""
    with tempfile.TemporaryDirectory() as profile, \
            open(profile + "/console", "w+b") as console:
        browser = subprocess.Popen(
            [CHROMIUM, *OPTIONS, f"--user-data-dir={profile}/data", "--remote-debugging-port=0",
             origin.url(**parameters)], stdout=console, stderr=console)
        try:
            return origin.findings.get(timeout=PAGE_SECONDS)
        except queue.Empty:
            console.seek(0)
            raise AssertionError(f"the page told nothing in {PAGE_SECONDS} s; chromium said:\n" +
                                 console.read().decode(errors="replace")) from None
        finally:
            browser.terminate()
            browser.wait(timeout=60)


@unittest.skipIf(CHROMIUM is None, "chromium is not installed (script/setup)")
class Browser(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.server = Server(folder.name + "/data", "--session.reorder_seconds", "1",
                            "--session.end_grace_seconds", "1")
        cls.addClassCleanup(cls.server.kill)
        cls.server.start()
        cls.origin, relay = Origin(), Relay(cls.server.port)
        for own in (cls.origin, relay):
            cls.addClassCleanup(own.server_close)
            cls.addClassCleanup(own.shutdown)
        cls.seen = browse(cls.origin, {"collector": f"http://127.0.0.1:{relay.server_address[1]}",
                                       "ts": FIRST_TS})
        # The last moment of a page is told to nobody; both of its events have to arrive.
        wait_until(lambda: cls.ended(cls.seen.get("left", [])),
                   f"the sessions of the page that was left are closed: {cls.seen}")
        cls.exchanges = relay.exchanges()

    @classmethod
    def ended(cls, sessions):
        told = [cls.server.admin(f"/v1/sessions/{session}") for session in sessions]
        return all(status == 200 and json.loads(body)["state"] == "closed"
                   for status, _, body in told)

    def metrics(self, session):
        return self.server.session(session)["metrics"]

    def asked(self, method, path):
        return [asked for asked, _ in self.exchanges
                if (asked.method, asked.path) == (method, path)]

    def test_the_page_came_to_its_end(self):
        self.assertNotIn("error", self.seen)
        self.assertNotIn("error", self.seen["sandbox"])

    def test_script_reads_the_location_of_its_session(self):
        for answer in (self.seen["start"], self.seen["custom"], self.seen["sandbox"]):
            self.assertEqual(answer["status"], 201)
            self.assertRegex(answer["location"] or "", "^/api/v1/sessions/[0-9a-f]{64}$")

    def test_each_event_is_answered_204(self):
        events = [self.seen["play"], self.seen["plain"], *self.seen["parallel"],
                  self.seen["complete"], self.seen["end"]]
        self.assertEqual([answer["status"] for answer in events], [204] * len(events))

    def test_script_reads_the_status_and_the_body_of_errors(self):
        self.assertEqual(self.seen["afterEnd"]["status"], 410)
        self.assertEqual(self.seen["unknown"]["status"], 404)
        self.assertEqual(self.seen["noPath"]["status"], 404)
        self.assertEqual(self.seen["noJson"]["status"], 400)
        self.assertEqual(self.seen["invalid"]["status"], 400)
        told = json.loads(self.seen["invalid"]["body"])
        self.assertEqual([error["path"] for error in told["errors"]], ["/params/media.length"])

    def test_json_is_asked_for_beforehand_and_text_is_not(self):
        path = self.seen["start"]["location"] + "/events"
        preflights = self.asked("OPTIONS", path)
        self.assertGreaterEqual(len(preflights), 1)
        # One answer holds for a day, so also for what follows on this path.
        self.assertLess(len(preflights), len(self.asked("POST", path)))
        for asked in preflights:
            self.assertEqual(asked.headers["access-control-request-headers"], "content-type")
            self.assertEqual(asked.headers["origin"], self.seen["origin"])
        plain = [asked for asked in self.asked("POST", path)
                 if asked.headers["content-type"].lower() == "text/plain;charset=utf-8"]
        self.assertEqual([json.loads(asked.body)["eventType"] for asked in plain], ["ping"])

    def test_every_preflight_passes(self):
        statuses = [answer.path for asked, answer in self.exchanges if asked.method == "OPTIONS"]
        self.assertEqual(set(statuses), {"200"})

    def test_a_header_of_the_page_is_allowed_by_name(self):
        allowed = [answer.headers["access-control-allow-headers"].split(",")
                   for asked, answer in self.exchanges
                   if "x-custom" in asked.headers.get("access-control-request-headers", "")]
        self.assertEqual([{name.strip().lower() for name in names} for names in allowed],
                         [{"content-type", "x-custom"}])
        sent = [asked for asked in self.asked("POST", "/api/v1/sessions")
                if asked.headers.get("x-custom") == "1"]
        self.assertEqual(len(sent), 1)

    def test_a_page_without_an_origin_is_served(self):
        self.assertEqual(self.seen["sandbox"]["origin"], "null")
        self.assertIn(("POST", "null"), {(asked.method, asked.headers.get("origin"))
                                         for asked, _ in self.exchanges})

    def test_what_was_played_is_what_is_told(self):
        session = self.seen["start"]["location"].rsplit("/", 1)[1]
        metrics = self.metrics(session)
        self.assertEqual(metrics["sessionDetails.timePlayed"], 17)
        self.assertEqual(metrics["sessionDetails.totalTimePlayed"], 17)
        self.assertEqual(metrics["sessionDetails.pauseCount"], 1)
        self.assertEqual(metrics["sessionDetails.pauseTime"], 5)
        self.assertIs(metrics["sessionDetails.isCompleted"], True)
        self.assertEqual(metrics["session.closeReason"], "sessionEnd")

    def test_a_session_that_ends_with_its_page_is_closed_by_its_last_event(self):
        for session in self.seen["left"]:
            metrics = self.metrics(session)
            self.assertEqual(metrics["session.closeReason"], "sessionEnd")
            self.assertEqual(metrics["sessionDetails.timePlayed"], 30)


if __name__ == "__main__":
    unittest.main(verbosity=2)
