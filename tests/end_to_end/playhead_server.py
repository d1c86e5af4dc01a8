# SPDX-License-Identifier: Apache-2.0
"""A real playhead process on free ports with a data folder of its own, for end-to-end tests.

The binary is named by the environment variable PLAYHEAD_BINARY. Nothing here waits by sleeping: the
server says when it is ready, and everything else is asked until it is true or a deadline passes.
"""

import http.client
import json
import os
import pathlib
import re
import select
import signal
import subprocess
import time

SOURCE = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("PLAYHEAD_BINARY", str(SOURCE / "build/release/playhead"))
DEADLINE_SECONDS = 120


def timeline(name):
    """One worked case of tests/timelines by the beginning of its name."""
    found = sorted((SOURCE / "tests/timelines").glob(name + "*.json"))
    assert len(found) == 1, f"{name}: {found}"
    return json.loads(found[0].read_text())


def wait_until(question, what):
    """Asks until the answer is true (and returns it); fails after a generous deadline."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while True:
        answer = question()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"still not so after {DEADLINE_SECONDS} s: {what}")
        select.select([], [], [], 0.01)


class Server:
    """Starts `playhead serve` and knows its two addresses. Killed at the end of a `with`."""

    def __init__(self, data, *arguments, wrapper=(), admin="127.0.0.1:0",
                 listen="127.0.0.1:0", pass_fds=()):
        self.data = str(data)
        self.admin_option = admin
        self.listen_option = listen
        self.arguments = list(arguments)
        self.wrapper = list(wrapper)
        self.pass_fds = pass_fds
        self.process = None
        self.ready_line = ""

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        if self.process is not None and self.process.poll() is None:
            self.kill()

    def start(self):
        with open(self.data.rstrip("/") + ".log", "ab") as log:
            self.process = subprocess.Popen(
                [*self.wrapper, BINARY, "serve", "--data", self.data, "--listen",
                 self.listen_option, "--admin", self.admin_option, *self.arguments],
                stdout=subprocess.PIPE, stderr=log, pass_fds=self.pass_fds)
        line = self.process.stdout.readline().decode()
        if not line.startswith("playhead ready"):
            raise AssertionError(f"not ready: {line!r}, see {self.log()}")
        self.ready_line = line.strip()
        addresses = re.findall(r"\d+\.\d+\.\d+\.\d+:(\d+)", line)
        assert len(addresses) == 2, line
        self.port, self.admin_port = (int(port) for port in addresses)

    def log(self):
        return pathlib.Path(self.data.rstrip("/") + ".log").read_text(errors="replace")

    def kill(self):
        """kill -9: nothing is written any more, nothing is said."""
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def stop(self):
        """SIGTERM: returns the exit code."""
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=DEADLINE_SECONDS)
        self.process.stdout.close()
        return code

    def connection(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=DEADLINE_SECONDS)

    def post(self, path, body, connection=None):
        """Posts JSON, or bytes as they are, to players' address; gives status, headers, body."""
        own = connection or self.connection()
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        own.request("POST", path, data, {"Content-Type": "application/json"})
        answer = own.getresponse()
        result = answer.status, dict(answer.getheaders()), answer.read()
        self.note("players", "POST", path, answer, result[2])
        if connection is None:
            own.close()
        return result

    def open_session(self, start, connection=None):
        """Posts a sessionStart and gives the session id."""
        status, headers, body = self.post("/api/v1/sessions", start, connection)
        assert status == 201, (status, body)
        assert headers["Location"].startswith("/api/v1/sessions/"), headers
        return headers["Location"].rsplit("/", 1)[1]

    def send(self, session, event, connection=None):
        """Posts one event and gives the status."""
        return self.post(f"/api/v1/sessions/{session}/events", event, connection)[0]

    def play(self, events):
        """Plays a whole timeline over one connection; gives the session id."""
        connection = self.connection()
        bodies = [{k: v for k, v in event.items() if k != "receivedAt"} for event in events]
        session = self.open_session(bodies[0], connection)
        for body in bodies[1:]:
            status = self.send(session, body, connection)
            assert status == 204, (status, body)
        connection.close()
        return session

    def admin(self, path, method="GET", headers=None, body=None):
        """Asks the admin address, with JSON when there is a body; gives status, headers, body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.admin_port,
                                                timeout=DEADLINE_SECONDS)
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        connection.request(method, path, data, headers or {})
        answer = connection.getresponse()
        result = answer.status, dict(answer.getheaders()), answer.read()
        self.note("operators", method, path, answer, result[2])
        connection.close()
        return result

    @staticmethod
    def note(door, method, path, answer, body):
        """Writes down an answer of a described path where PLAYHEAD_ANSWERS says (tests/openapi)."""
        name = os.environ.get("PLAYHEAD_ANSWERS")
        if name is None:
            return
        line = {"door": door, "method": method, "path": path, "status": answer.status,
                "type": answer.getheader("Content-Type", ""),
                "headers": [header.lower() for header, _ in answer.getheaders()],
                "body": body.decode(errors="replace")}
        with open(name, "a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")

    def get(self, path):
        """A JSON answer of the admin address; fails on any other status than 200."""
        status, _, body = self.admin(path)
        assert status == 200, (path, status, body)
        return json.loads(body)

    def session(self, session):
        return self.get(f"/v1/sessions/{session}")

    def events(self, session):
        """All events of a session, all pages."""
        items, cursor = [], None
        while True:
            page = self.get(f"/v1/sessions/{session}/events" +
                            (f"?cursor={cursor}" if cursor else ""))
            items += page["items"]
            cursor = page["next"]
            if cursor is None:
                return items


def playhead(*arguments, stdin=b""):
    """Runs the binary to its end; gives exit code, standard output, standard error."""
    done = subprocess.run([BINARY, *arguments], input=stdin, capture_output=True,
                          timeout=DEADLINE_SECONDS, check=False)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def differences(expect, metrics):
    """Keys whose value is not the expected one; reals with the tolerance of metrics section 16."""
    wrong = {}
    for key, value in expect.items():
        got = metrics.get(key, "missing")
        same = got == value
        if isinstance(value, float) and isinstance(got, (int, float)):
            same = abs(got - value) <= 1e-6
        if not same:
            wrong[key] = {"expected": value, "got": got}
    return wrong
