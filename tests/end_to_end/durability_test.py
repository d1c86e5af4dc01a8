# SPDX-License-Identifier: Apache-2.0
"""kill -9 while players post: every event that was answered 204 is there exactly once.

PLAYHEAD_KILL_ROUNDS says how often the server is killed (5), PLAYHEAD_KILL_SEED repeats a run.
"""

import json
import os
import random
import signal
import tempfile
import threading
import unittest

from playhead_server import Server, playhead, timeline

CONNECTIONS = 8
ROUNDS = int(os.environ.get("PLAYHEAD_KILL_ROUNDS", "5"))
SEED = int(os.environ.get("PLAYHEAD_KILL_SEED", "0")) or random.randrange(1, 1 << 32)
MOST_ANSWERED_BEFORE_KILL = 800
STOPPED_SECONDS = 2


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
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.data = folder.name + "/data"
        self.start = timeline("06")["events"][0]
        self.chance = random.Random(SEED)
        self.players = []

    def test_every_answered_event_is_there_exactly_once_after_kill(self):
        for _ in range(ROUNDS):
            self.play_until_killed(lambda _: None)
        self.check_all(f"killed {ROUNDS} times")

    def test_a_server_that_stood_still_lost_nothing_either(self):
        def stand_still(server):
            server.process.send_signal(signal.SIGSTOP)
            threading.Event().wait(STOPPED_SECONDS)
            server.process.send_signal(signal.SIGCONT)

        self.play_until_killed(stand_still)
        # Killed while it stands: nothing can be said or written any more.
        self.play_until_killed(lambda server: server.process.send_signal(signal.SIGSTOP))
        self.check_all("stopped and killed")

    def play_until_killed(self, before_the_kill):
        """One life of the server, ended at a moment that the seed chooses."""
        answered = threading.Semaphore(0)
        with Server(self.data) as server:
            players = [Player(server, self.start, answered) for _ in range(CONNECTIONS)]
            for player in players:
                player.start()
            for _ in range(self.chance.randint(1, MOST_ANSWERED_BEFORE_KILL)):
                answered.acquire()
            before_the_kill(server)
            threading.Event().wait(self.chance.random() / 50)
            server.kill()
            for player in players:
                player.join()
        self.players += players

    def check_all(self, what):
        acknowledged = missing = doubled = unanswered = 0
        with Server(self.data) as server:
            for player in self.players:
                if player.session is None:
                    continue  # killed before its session was there
                stored = [event["playerTime"]["ts"] for event in server.events(player.session)
                          if event["eventType"] == "ping"]
                acknowledged += len(player.answered)
                missing += len(set(player.answered) - set(stored))
                doubled += len(stored) - len(set(stored))
                # The one event that was under way when the server died may be there.
                extra = len(set(stored) - set(player.answered))
                self.assertLessEqual(extra, 1)
                unanswered += extra
            self.assertEqual(server.stop(), 0)
        print(f"{what}, seed {SEED}: {acknowledged} acknowledged, {missing} missing, "
              f"{doubled} doubled, {unanswered} there without an answer", flush=True)
        self.assertEqual((missing, doubled), (0, 0))
        code, out, err = playhead("verify", "--data", self.data)
        self.assertEqual((code, err), (0, ""))
        self.assertGreaterEqual(json.loads(out)["records"], acknowledged)


if __name__ == "__main__":
    unittest.main(verbosity=2)
