# SPDX-License-Identifier: Apache-2.0
"""The server under test, and the test case that all modules share.

With PLAYHEAD_CONFORMANCE_URL the kit asks that server, and only what anybody can see of it.
Without, it starts the binary of PLAYHEAD_BINARY itself, one server per module, and further ones
with a configuration of their own where a test needs that.
"""

import atexit
import contextlib
import json
import os
import re
import select
import shutil
import sys
import tempfile
import time
import unittest
import urllib.parse

import bodies
import wire

URL = os.environ.get("PLAYHEAD_CONFORMANCE_URL", "")
DEADLINE_SECONDS = 60
MARK = "a session that only marks a moment"
SID = re.compile(r"/api/v1/sessions/([0-9a-f]{64})")

CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "OPTIONS,POST,PUT",
    "Access-Control-Allow-Headers": "Content-Type",
    "Access-Control-Expose-Headers": "Location",
}


def wait_until(question, what):
    """Asks until the answer is true (and gives it); fails after a generous deadline."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while True:
        answer = question()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"still not so after {DEADLINE_SECONDS} s: {what}")
        select.select([], [], [], 0.02)


class Collector:
    """One address that speaks the Media Collection API."""

    def __init__(self, host, port, secure=False, prefix="", process=None):
        self.host = host
        self.port = port
        self.secure = secure
        self.prefix = prefix
        self.process = process  # a Server of tests/end_to_end, or None for somebody else's

    def wire(self):
        return wire.Wire(self.host, self.port, self.secure)

    @contextlib.contextmanager
    def _on(self, connection):
        if connection is not None:
            yield connection
            return
        with self.wire() as own:
            yield own

    def ask(self, method, path, body=b"", connection=None, **more):
        """One request with exactly this path; the answer, without any 100 Continue."""
        data = wire.request(method, self.prefix + path, bodies.encode(body) if body != b"" else b"",
                            host=more.pop("host", f"{self.host}:{self.port}"), **more)
        with self._on(connection) as own:
            own.send(data)
            return self.final(own, method == "HEAD")

    @staticmethod
    def final(connection, to_head=False):
        while True:
            answer = connection.read_answer(to_head)
            if answer.status >= 200:
                return answer

    def post(self, path, body, connection=None, **more):
        return self.ask("POST", path, body, connection, **more)

    def open(self, body=None, connection=None):
        """Starts a session (or stores a batch, when the body is one) and gives its id."""
        path = "/api/v1/downloaded" if isinstance(body, list) else "/api/v1/sessions"
        answer = self.post(path, bodies.start() if body is None else body, connection)
        assert answer.status == 201, answer
        return SID.fullmatch(answer.get("Location") or "").group(1)

    def tell(self, sid, body, connection=None, **more):
        return self.post(f"/api/v1/sessions/{sid}/events", body, connection, **more)

    def send(self, sid, body, connection=None):
        """The status of one event."""
        return self.tell(sid, body, connection).status

    def closed(self):
        """A session that has ended, with time stamps after which nothing is a straggler."""
        sid = self.open()
        assert self.send(sid, bodies.event("sessionEnd")) == 204
        return sid

    # What only our own server can be asked, on its admin address. It tells what the journal holds
    # a moment later, so each question first waits for a session that was opened after all others.

    def catch_up(self):
        mark = self.open(bodies.start(params={"media.id": MARK}))
        wait_until(lambda: self.process.admin(f"/v1/sessions/{mark}")[0] == 200,
                   "what was accepted is seen on the admin address")

    def sessions(self):
        """Sessions on the first page of the list, without those of catch_up."""
        self.catch_up()
        items = self.process.get("/v1/sessions")["items"]
        return [one for one in items if one["dimensions"]["media.id"] != MARK]

    def session(self, sid):
        self.catch_up()
        return self.process.session(sid)

    def metrics(self, sid):
        return self.session(sid)["metrics"]

    def settled(self, sid):
        """The metrics of a session that ended, once it is closed."""
        self.catch_up()

        def closed():
            seen = self.process.session(sid)
            return seen["metrics"] if seen["state"] == "closed" else None
        return wait_until(closed, "the session is closed and its metrics are final")

    def processed(self, sid):
        """Its events in processed order."""
        self.catch_up()
        return self.process.events(sid)

    def restart(self, how):
        """how: `kill` or `stop`. The server comes back on other ports."""
        getattr(self.process, how)()
        self.begin()

    def begin(self):
        self.process.start()
        self.port = self.process.port


def own_server(folder, *arguments):
    """Starts the binary; the Server it is, and how to reach it."""
    sys.path.insert(0, str(bodies.SOURCE / "tests/end_to_end"))
    try:
        from playhead_server import Server
    finally:
        sys.path.pop(0)
    process = Server(folder + "/data", *arguments)
    process.start()
    return Collector("127.0.0.1", process.port, process=process)


def end(collector, folder):
    collector.process.__exit__()
    shutil.rmtree(folder, ignore_errors=True)


_shared = []


def shared():
    """The server with the default configuration, or that of the URL."""
    if not _shared:
        if URL:
            parts = urllib.parse.urlsplit(URL)
            secure = parts.scheme == "https"
            _shared.append(Collector(parts.hostname, parts.port or (443 if secure else 80), secure,
                                     parts.path.rstrip("/")))
        else:
            folder = tempfile.mkdtemp()
            _shared.append(own_server(folder))
            atexit.register(end, _shared[0], folder)
    return _shared[0]


class ProtocolTest(unittest.TestCase):
    """Tests are named after the section of the protocol that they hold the server to."""

    maxDiff = None

    def setUp(self):
        self.server = shared()

    def own(self, what):
        """For tests that look behind the wire: skips when the server is not ours."""
        if URL:
            self.skipTest(f"another's server: {what}")
        return self.server

    def configured(self, *arguments):
        """A server of this test alone, with these arguments."""
        if URL:
            needed = " ".join(arguments) or "a server that can be started and killed"
            self.skipTest("another's server: needs " + needed)
        folder = tempfile.mkdtemp()
        collector = own_server(folder, *arguments)
        self.addCleanup(end, collector, folder)
        return collector

    def check_cors(self, answer, except_for=()):
        for name, value in CORS.items():
            if name not in except_for:
                self.assertEqual(answer.all(name), [value], (name, answer))

    def check_error(self, answer, status):
        """An error with the body of 11.5; gives the problems that it names."""
        self.assertEqual(answer.status, status, answer)
        self.check_cors(answer)
        self.assertEqual(answer.get("Content-Type"), "application/json", answer)
        said = json.loads(answer.body)
        self.assertIsInstance(said["message"], str)
        self.assertTrue(said["message"])
        self.assertLessEqual(set(said), {"message", "errors"} if status == 400 else {"message"})
        return said.get("errors", [])

    def check_created(self, answer):
        """A 201 of 4.2; gives the session id."""
        self.assertEqual(answer.status, 201, answer)
        self.check_cors(answer)
        self.assertEqual(answer.body, b"")
        self.assertRegex(answer.get("Location"), SID)
        found = SID.fullmatch(answer.get("Location"))
        self.assertIsNotNone(found, answer)
        return found.group(1)

    def check_accepted(self, answer):
        """A 204 of 5.2."""
        self.assertEqual(answer.status, 204, answer)
        self.check_cors(answer)
        self.assertEqual(answer.body, b"")
