# SPDX-License-Identifier: Apache-2.0
"""kill -9 while players post: every event that was answered 204 is there exactly once."""

import json
import tempfile
import threading
import unittest

from playhead_server import Server, playhead, timeline

CONNECTIONS = 8
ROUNDS = 3
ANSWERED_BEFORE_KILL = 400


class Player(threading.Thread):
    """Opens a session and posts pings, each with its own time stamp, until the server is gone."""

    def __init__(self, server, start, answered_enough):
        super().__init__()
        self.server = server
        self.start_event = start
        self.session = None
        self.answered = []
        self.answered_enough = answered_enough

    def run(self):
        connection = self.server.connection()
        try:
            self.session = self.server.open_session(self.start_event, connection)
            ts = self.start_event["playerTime"]["ts"]
            while True:
                ts += 1
                ping = {"eventType": "ping", "playerTime": {"playhead": 0, "ts": ts}}
                status = self.server.send(self.session, ping, connection)
                if status != 204:
                    raise AssertionError(f"answered {status}")
                self.answered.append(ts)
                self.answered_enough.release()
        except OSError:
            return  # the server was killed: what it had answered is in `answered`
        except Exception as error:  # http.client's own errors for a cut connection
            if type(error).__module__ != "http.client":
                raise


class Durability(unittest.TestCase):
    def test_every_answered_event_is_there_exactly_once_after_kill(self):
        start = timeline("06")["events"][0]
        with tempfile.TemporaryDirectory() as folder:
            data = folder + "/data"
            players = []
            for _ in range(ROUNDS):
                players += self.play_until_killed(data, start)
            with Server(data) as server:
                answered = 0
                for player in players:
                    answered += len(player.answered)
                    self.check(server, player)
                self.assertEqual(server.stop(), 0)
            self.assertGreaterEqual(answered, ROUNDS * ANSWERED_BEFORE_KILL)
            code, out, err = playhead("verify", "--data", data)
            self.assertEqual((code, err), (0, ""))
            self.assertGreaterEqual(json.loads(out)["records"], answered + len(players))

    @staticmethod
    def play_until_killed(data, start):
        answered_enough = threading.Semaphore(0)
        with Server(data) as server:
            players = [Player(server, start, answered_enough) for _ in range(CONNECTIONS)]
            for player in players:
                player.start()
            for _ in range(ANSWERED_BEFORE_KILL):
                answered_enough.acquire()
            server.kill()
            for player in players:
                player.join()
        return players

    def check(self, server, player):
        self.assertIsNotNone(player.session)
        stored = [event["playerTime"]["ts"] for event in server.events(player.session)
                  if event["eventType"] == "ping"]
        self.assertEqual(len(stored), len(set(stored)), "an event is there twice")
        self.assertEqual(set(player.answered) - set(stored), set(), "an answered event is missing")
        # At most the one event that was under way when the server died may be there unanswered.
        self.assertLessEqual(len(set(stored) - set(player.answered)), 1)


if __name__ == "__main__":
    unittest.main(verbosity=2)
