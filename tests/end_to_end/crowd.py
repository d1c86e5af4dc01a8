# SPDX-License-Identifier: Apache-2.0
"""Players that must not notice a restart: each on a connection of its own, one request after the
other."""

import json
import re
import selectors
import socket
import threading
import time

from playhead_server import DEADLINE_SECONDS

CONNECTIONS = 25


class Player:
    """One connection and one session. Sends a ping, waits for its answer, then the next."""

    def __init__(self, crowd, start):
        self.crowd = crowd
        self.start = start
        self.session = None
        self.ts = start["playerTime"]["ts"]
        self.acknowledged = 0
        self.sent_at = None
        self.next_at = time.monotonic()
        self.connect()

    def connect(self):
        self.received = b""
        self.socket = socket.create_connection(("127.0.0.1", self.crowd.port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.crowd.selector.register(self.socket, selectors.EVENT_READ, self)

    def disconnect(self):
        self.crowd.selector.unregister(self.socket)
        self.socket.close()

    def ask(self):
        path, event = "/api/v1/sessions", self.start
        if self.session:
            self.ts += 1
            path += f"/{self.session}/events"
            event = {"eventType": "ping", "playerTime": {"playhead": 0, "ts": self.ts}}
        body = json.dumps(event)
        self.socket.sendall(f"POST {path} HTTP/1.1\r\nHost: players\r\nContent-Length: {len(body)}"
                            f"\r\n\r\n{body}".encode())
        self.sent_at = time.monotonic()
        self.next_at = max(self.next_at + CONNECTIONS / self.crowd.rate, self.sent_at)

    def hear(self):
        try:
            data = self.socket.recv(65536)
        except OSError as error:
            data, self.received = b"", repr(error).encode()
        if not data:
            if self.sent_at is not None:
                self.crowd.errors.append(f"closed without an answer: {self.received!r}")
                self.sent_at = None
            self.disconnect()
            self.connect()
            return
        self.received += data
        head, found, _ = self.received.partition(b"\r\n\r\n")
        if found:
            self.note(head.decode())

    def note(self, head):
        wanted = "201" if self.session is None else "204"
        if head.split()[1] != wanted:
            self.crowd.errors.append(head)
        elif self.session is None:
            self.session = re.search(r"Location: /api/v1/sessions/(\w+)", head).group(1)
        else:
            self.acknowledged += 1
        self.crowd.longest_wait = max(self.crowd.longest_wait, time.monotonic() - self.sent_at)
        self.sent_at = None
        self.received = b""
        self.crowd.heard.release()
        if "Connection: close" in head:
            self.disconnect()
            self.connect()


class Crowd(threading.Thread):
    """All players, `rate` requests a second at an even pace, until told to end; then each waits for
    its last answer. Every answer that is not the one hoped for, and every connection that ends
    without one, is among the errors."""

    def __init__(self, port, start, rate):
        super().__init__()
        self.port = port
        self.rate = rate
        self.selector = selectors.DefaultSelector()
        self.errors = []
        self.heard = threading.Semaphore(0)
        self.longest_wait = 0
        self.ends = threading.Event()
        self.players = [Player(self, start) for _ in range(CONNECTIONS)]

    def run(self):
        while not self.ends.is_set() or any(player.sent_at for player in self.players):
            now = time.monotonic()
            for player in self.players:
                if player.sent_at is None and player.next_at <= now and not self.ends.is_set():
                    self.try_to_ask(player)
            for key, _ in self.selector.select(0.001):
                key.data.hear()
            if any(p.sent_at and now - p.sent_at > DEADLINE_SECONDS for p in self.players):
                self.errors.append("an answer never came")
                return

    def try_to_ask(self, player):
        try:
            player.ask()
        except OSError as error:
            self.errors.append(f"cannot send: {error}")
            player.disconnect()
            player.connect()

    def hear(self, count):
        for _ in range(count):
            if not self.heard.acquire(timeout=DEADLINE_SECONDS):
                raise AssertionError(f"players hear nothing any more: {self.errors}")
