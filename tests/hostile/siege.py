# SPDX-License-Identifier: Apache-2.0
"""A server under attack: the real binary, a well-behaved player that must not notice anything, and
what is checked when the attack is over (Siege.tearDown): every answer the player got was the right
one, no connection is left open, memory has come back, and the counters of the server add up.
"""

import os
import pathlib
import re
import resource
import socket
import struct
import sys
import tempfile
import threading
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "end_to_end"))
from playhead_server import Server, timeline, wait_until  # noqa: E402

TIMEOUT_SECONDS = 60
MIB = 1024 * 1024
# What the allocator may keep of memory that was given back, and what grows with the sessions that
# the well-behaved player opens.
KEPT_BYTES = 48 * MIB
# A session's events are explained when it closes, so that happens soon after its end.
CLOSING = ["--session.reorder_seconds", "1", "--session.end_grace_seconds", "1"]
SERIES = re.compile(r"^([a-z_]+)(?:\{(.*)\})? (\S+)$", re.MULTILINE)


def raise_open_files():
    """Lets this process, and the servers it starts, open as many files as it may; gives that."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


class Wire:
    """One connection, byte for byte."""

    def __init__(self, port, receive_bytes=None, source=None):
        self.socket = socket.socket()
        self.socket.settimeout(TIMEOUT_SECONDS)
        if source is not None:
            self.socket.bind((source, 0))
        if receive_bytes is not None:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        self.socket.connect(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def reset(self):
        """Closes with RST, as a client does that vanishes."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def finish_sending(self):
        self.socket.shutdown(socket.SHUT_WR)

    def try_send(self, data):
        """False when the server takes no more of this connection."""
        try:
            self.socket.sendall(data)
            return True
        except (BrokenPipeError, ConnectionResetError):
            return False

    def status(self):
        """The status of the next answer, whose body is read and forgotten; 0 when none comes."""
        while b"\r\n\r\n" not in self.received:
            if not self._more():
                return 0
        head, _, rest = self.received.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)^content-length: *(\d+)", head, re.MULTILINE)
        size = int(length.group(1)) if length else 0
        while len(rest) < size:
            if not self._more():
                return 0
            rest = self.received[len(head) + 4:]
        self.received = rest[size:]
        return int(head.split(b" ", 2)[1])

    def statuses(self):
        """All answers until the server closes."""
        got = []
        while status := self.status():
            got.append(status)
        return got

    def _more(self):
        try:
            data = self.socket.recv(65536)
        except ConnectionResetError:
            return False
        self.received += data
        return bool(data)


def request(path, body=b"", *lines, method="POST", length=True):
    """The bytes of a request; `lines` are further header lines as they are."""
    head = [f"{method} {path} HTTP/1.1", "Host: localhost", *lines]
    if length:
        head.append(f"Content-Length: {len(body)}")
    return "\r\n".join(head).encode("latin-1") + b"\r\n\r\n" + body


class Player(threading.Thread):
    """Opens sessions and posts pings one after the other, most over one connection and each tenth
    over a fresh one, until it is told to stop. Each answer has to come before a generous deadline
    (DEADLINE_SECONDS of the server's connections), and what is not as it should be is kept.

    Its sessions become longer and longer, so that what a store needs for those that are over
    depends little on how fast the machine is."""

    LEAST_EVENTS = 50
    MOST_OF_ALL_EVENTS = 0.05  # that a longer session may be

    def __init__(self, server):
        super().__init__()
        self.server = server
        self.first = timeline("06")["events"][0]
        self.wrong = []
        self.answered = 0
        self.stopping = threading.Event()
        self.steps = threading.Semaphore(0)

    def run(self):
        connection = self.server.connection()
        try:
            while not self.stopping.is_set():
                self.play_session(connection)
        except Exception as error:  # whatever it is, the test has to tell it
            self.wrong.append(repr(error))
        finally:
            connection.close()
            self.steps.release(1_000_000)

    def play_session(self, connection):
        ts = self.first["playerTime"]["ts"]
        session = self.server.open_session(self.first, connection)
        self.count()
        events = max(self.LEAST_EVENTS, int(self.MOST_OF_ALL_EVENTS * self.answered))
        for i in range(1, events):
            last = i + 1 == events or self.stopping.is_set()
            ping = {"eventType": "sessionEnd" if last else "ping",
                    "playerTime": {"playhead": i, "ts": ts + i * 1000}}
            status = self.server.send(session, ping, None if i % 10 == 0 else connection)
            if status != 204:
                self.wrong.append(f"event {i}: {status}")
            self.count()
            if last:
                return

    def count(self):
        self.answered += 1
        self.steps.release()

    def go_on(self, answers):
        """Waits until the player got so many more answers."""
        for _ in range(answers):
            if not self.steps.acquire(timeout=TIMEOUT_SECONDS):
                raise AssertionError(f"no answer in {TIMEOUT_SECONDS} s")

    def finish(self):
        self.stopping.set()
        self.join(timeout=TIMEOUT_SECONDS)
        assert not self.is_alive(), "the well-behaved player still waits for an answer"


class Siege(unittest.TestCase):
    """Each test attacks self.server; while it does, self.player plays."""

    ARGUMENTS = ["--http.request_seconds", "2", "--http.idle_seconds", "5",
                 *CLOSING]
    WRAPPER = []

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.server = Server(folder.name + "/data", *self.ARGUMENTS, wrapper=self.WRAPPER)
        self.server.start()
        self.addCleanup(self.kill)
        self.session = self.server.open_session(timeline("06")["events"][0])
        self.events_path = f"/api/v1/sessions/{self.session}/events"
        ts = timeline("06")["events"][0]["playerTime"]["ts"]
        self.ping = b'{"eventType":"ping","playerTime":{"playhead":1,"ts":%d}}' % ts
        self.end = {"eventType": "sessionEnd", "playerTime": {"playhead": 1, "ts": ts + 1}}
        self.player = Player(self.server)
        self.player.start()
        self.player.go_on(100)
        self.resident_before = self.memory("VmRSS")

    def kill(self):
        if self.server.process.poll() is None:
            self.server.kill()

    def tearDown(self):
        self.player.finish()
        self.assertEqual(self.player.wrong, [])
        self.assertIn(self.server.send(self.session, self.end), (204, 410))
        self.assertIsNone(self.server.process.poll(), self.server.log()[-2000:])
        wait_until(lambda: self.open_connections() == 0, "no connection is left open")
        self.check_that_counters_add_up()
        if not self.is_sanitized():
            wait_until(lambda: self.memory("VmRSS") < self.resident_before + KEPT_BYTES,
                       f"memory comes back to {self.resident_before} bytes")
        self.assertEqual(self.server.stop(), 0, self.server.log()[-2000:])

    def wire(self, **more):
        return Wire(self.server.port, **more)

    def ping_request(self):
        return request(self.events_path, self.ping)

    def memory(self, name):
        """Bytes, by the name that /proc gives them."""
        text = pathlib.Path(f"/proc/{self.server.process.pid}/status").read_text()
        return int(re.search(rf"^{name}:\s*(\d+) kB", text, re.MULTILINE).group(1)) * 1024

    def is_sanitized(self):
        maps = pathlib.Path(f"/proc/{self.server.process.pid}/maps").read_text()
        return "libasan" in maps or "libtsan" in maps

    def open_files(self):
        return len(os.listdir(f"/proc/{self.server.process.pid}/fd"))

    def metrics(self):
        """{(name, labels): value} of the admin address."""
        status, _, text = self.server.admin("/metrics")
        self.assertEqual(status, 200)
        return {(name, labels): float(value)
                for name, labels, value in SERIES.findall(text.decode())}

    def metric(self, name, *labels):
        """The sum of all series of this name whose labels contain all of these."""
        return sum(value for (found, have), value in self.metrics().items()
                   if found == name and all(label in have for label in labels))

    def open_connections(self):
        return self.metric("playhead_http_open_connections", 'server="players"')

    def check_that_counters_add_up(self):
        """What is under way may be counted on one side only, so they are asked until they do."""
        try:
            wait_until(lambda: all(left == right for left, right in self.sides().values()),
                       "the counters add up")
        except AssertionError:
            self.assertEqual({what: sides for what, sides in self.sides().items()
                              if sides[0] != sides[1]}, {})
        self.assertGreaterEqual(self.metric("playhead_submissions_total", 'outcome="accepted"'),
                                self.player.answered)

    def sides(self):
        """Pairs of numbers that are equal when nothing is lost and nothing is under way."""
        players = 'server="players"'
        series = self.metrics()

        def total(name, *labels):
            return sum(value for (found, have), value in series.items()
                       if found == name and all(label in have for label in labels))

        rejected = total("playhead_ingest_rejected_total") - sum(
            total("playhead_ingest_rejected_total", f'reason="{reason}"')
            for reason in ("unknown_path", "wrong_method", "unknown_schema"))
        handed_over = total("playhead_ingest_handed_over_total")
        return {
            "answers and requests": (total("playhead_http_answers_total", players),
                                     total("playhead_http_requests_total", players) +
                                     total("playhead_http_refusals_total", players)),
            "requests that nobody answered and none": (
                total("playhead_http_refusals_total", players, 'reason="unanswered"'), 0),
            "received and judged": (total("playhead_ingest_received_total"),
                                    handed_over + rejected),
            "handed over and decided": (handed_over, total("playhead_submissions_total")),
            "accepted and explained": (
                total("playhead_submissions_total", 'outcome="accepted"'),
                total("playhead_events_total")),
        }
