# SPDX-License-Identifier: Apache-2.0
"""A session start is answered whatever the reports do. The browser SDK gives a start five seconds
and, when there is no answer, reports nothing more of that view (protocol 16.1)."""

import concurrent.futures
import http.client
import json
import tempfile
import threading
import time
import unittest

from siege import Player, Server, timeline, wait_until

SDK_SECONDS = 5
SESSIONS = 20_000
OPEN_SESSIONS = 3000
STARTS = 200
ANALYSTS = 8
POSTERS = 8


class Analyst(threading.Thread):
    """Asks for the largest pages of sessions, one after the other, until told to stop."""

    def __init__(self, server, first_path):
        super().__init__()
        self.server = server
        self.first_path = first_path
        self.stopping = threading.Event()
        self.pages = 0
        self.refused = 0
        self.failure = None

    def run(self):
        try:
            path = self.first_path
            while not self.stopping.is_set():
                path = self.ask(path)
        except Exception as error:  # whatever it is, the test has to tell it
            self.failure = repr(error)

    def ask(self, path):
        """Reads one page; gives the path of the next."""
        status, _, body = self.server.admin(path)
        if status == 503:
            self.refused += 1
            return path
        assert status == 200, (status, body[:200])
        self.pages += 1
        # The cursor is in the last bytes; parsing a megabyte here would only slow the attack down.
        cursor = json.loads(b"{" + body[body.rindex(b'"next"'):])["next"]
        return f"{self.first_path}&cursor={cursor}" if cursor else self.first_path


class Start(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.server = Server(folder.name + "/data", "--session.reorder_seconds", "1",
                             "--session.end_grace_seconds", "1")
        self.server.start()
        self.addCleanup(self.kill)
        self.start_event = dict(timeline("06")["events"][0])
        self.start_event.pop("receivedAt", None)

    def kill(self):
        if self.server.process.poll() is None:
            self.server.kill()

    def store_sessions(self, count):
        """That many sessions that are over and in the store."""
        end = {"eventType": "sessionEnd",
               "playerTime": {"playhead": 0, "ts": self.start_event["playerTime"]["ts"] + 1}}

        def play(part):
            connection = self.server.connection()
            for _ in range(part):
                session = self.server.open_session(self.start_event, connection)
                assert self.server.send(session, end, connection) == 204
            connection.close()

        with concurrent.futures.ThreadPoolExecutor(POSTERS) as posters:
            list(posters.map(play, [count // POSTERS] * POSTERS))
        wait_until(lambda: self.stored() >= count, "all sessions are in the store")

    def stored(self):
        text = self.server.admin("/metrics")[2].decode()
        return int(text.split("\nplayhead_rows_stored_total ")[1].split("\n")[0])

    def answered_in_time(self):
        """Whether one start gets its 201 before a player would give up."""
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=SDK_SECONDS)
        began = time.monotonic()
        try:
            status = self.server.post("/api/v1/sessions", self.start_event, connection)[0]
        except TimeoutError:
            return False
        finally:
            connection.close()
        return status == 201 and time.monotonic() - began < SDK_SECONDS

    def test_starts_are_answered_while_the_store_is_asked_for_everything(self):
        self.store_sessions(SESSIONS)
        analysts = [Analyst(self.server, "/v1/sessions?limit=1000") for _ in range(ANALYSTS)]
        for analyst in analysts:
            analyst.start()
        wait_until(lambda: sum(analyst.pages for analyst in analysts) >= ANALYSTS,
                   "the analysts are at work")
        before = sum(analyst.pages for analyst in analysts)
        in_time = sum(self.answered_in_time() for _ in range(STARTS))
        wait_until(lambda: sum(analyst.pages for analyst in analysts) > before,
                   "the analysts were at work all the time")
        for analyst in analysts:
            analyst.stopping.set()
        for analyst in analysts:
            analyst.join(timeout=60)
            self.assertIsNone(analyst.failure)
        self.assertEqual(in_time, STARTS)

    def test_starts_are_answered_while_thousands_of_sessions_are_open_and_asked_for(self):
        connection = self.server.connection()
        sessions = [self.server.open_session(self.start_event, connection)
                    for _ in range(OPEN_SESSIONS)]
        connection.close()
        analysts = [Analyst(self.server, "/v1/sessions?limit=1000") for _ in range(ANALYSTS)]
        analysts += [Analyst(self.server, f"/v1/sessions/{session}/events?limit=1000")
                     for session in sessions[:ANALYSTS]]
        for analyst in analysts:
            analyst.start()
        player = Player(self.server)
        player.start()
        in_time = sum(self.answered_in_time() for _ in range(STARTS))
        player.finish()
        for analyst in analysts:
            analyst.stopping.set()
        for analyst in analysts:
            analyst.join(timeout=60)
            self.assertIsNone(analyst.failure)
        self.assertEqual((in_time, player.wrong), (STARTS, []))


if __name__ == "__main__":
    unittest.main(verbosity=2)
