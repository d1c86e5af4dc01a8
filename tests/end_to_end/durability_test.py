# SPDX-License-Identifier: Apache-2.0
"""kill -9 while players post: every event that was answered 204 is there exactly once.

The same with a process that stands still for two seconds before it is killed, and on a disk that
becomes full. PLAYHEAD_KILL_ROUNDS says how often each of them kills (else a few times),
PLAYHEAD_KILL_SEED repeats a run.
"""

import json
import os
import pathlib
import random
import shutil
import signal
import tempfile
import threading
import unittest

from playhead_server import DEADLINE_SECONDS, Server, playhead, timeline
from small_disk import SmallDisk

CONNECTIONS = 8
ROUNDS = int(os.environ.get("PLAYHEAD_KILL_ROUNDS", "0"))
SEED = int(os.environ.get("PLAYHEAD_KILL_SEED", "0")) or random.randrange(1, 1 << 32)
MOST_HEARD_BEFORE_KILL = 800
STOPPED_SECONDS = 2
# Few of them fill what the journal has written ahead.
LARGE_BYTES = 20_000
MOST_HEARD_BEFORE_FULL = 100


def ping(ts):
    return {"eventType": "ping", "playerTime": {"playhead": 0, "ts": ts}}


def large_event(ts):
    return {"eventType": "chapterStart", "playerTime": {"playhead": 0, "ts": ts},
            "params": {"media.chapter.index": 1, "media.chapter.offset": 0,
                       "media.chapter.length": 60},
            "customMetadata": {"padding": "x" * LARGE_BYTES}}


class Player(threading.Thread):
    """Opens a session and posts events, each with its own time stamp, until the server is gone.
    With `before` it goes on with that player's session."""

    def __init__(self, life, before=None):
        super().__init__()
        self.life = life
        self.session = before and before.session
        self.ts = before.ts if before else life.start["playerTime"]["ts"]
        self.answered = before.answered if before else []
        self.refused = before.refused if before else []
        self.lives = before.lives + 1 if before else 1
        self.unexpected = None

    def run(self):
        connection = self.life.server.connection()
        try:
            while self.session is None and self.unexpected is None:
                self.open(connection)
            while self.unexpected is None:
                self.ts += 1
                status = self.life.server.send(self.session, self.life.event(self.ts), connection)
                self.note(status, 204)
        except OSError:
            return  # the server was killed: what it had answered is in `answered`
        except Exception as error:  # http.client's own errors for a cut connection
            if type(error).__module__ != "http.client":
                raise
        finally:
            connection.close()

    def open(self, connection):
        status, headers, _ = self.life.server.post("/api/v1/sessions", self.life.start, connection)
        if status == 201:
            self.session = headers["Location"].rsplit("/", 1)[1]
        else:
            self.note(status, 201)

    def note(self, status, wanted):
        if status == wanted:
            self.answered.append(self.ts)
        elif status == 503 and self.life.may_refuse:
            self.refused.append(self.ts)
            self.life.has_refused.set()
        else:
            self.unexpected = status
        self.life.heard.release()


class Life:
    """A server from its start until it is killed, and its players."""

    def __init__(self, server, start, event=ping, may_refuse=False):
        self.server = server
        self.start = start
        self.event = event
        self.may_refuse = may_refuse
        self.heard = threading.Semaphore(0)
        self.has_refused = threading.Event()

    def hear(self, count):
        """Waits for so many answers."""
        for _ in range(count):
            self.heard.acquire()


class Account:
    """What was answered to all players, and what of it is there."""

    def __init__(self):
        self.acknowledged = self.missing = self.doubled = self.unanswered = self.refused = 0

    def add(self, stored, player):
        self.acknowledged += len(player.answered)
        self.refused += len(player.refused)
        self.missing += len(set(player.answered) - set(stored))
        self.doubled += len(stored) - len(set(stored))
        self.unanswered += len(set(stored) - set(player.answered))

    def __str__(self):
        return (f"{self.acknowledged} acknowledged, {self.missing} missing, "
                f"{self.doubled} doubled, {self.unanswered} there without an answer, "
                f"{self.refused} refused")


class Durability(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.data = folder.name + "/data"
        self.start = timeline("06")["events"][0]
        self.chance = random.Random(SEED)
        self.players = []
        self.account = Account()

    def test_every_answered_event_is_there_exactly_once_after_kill(self):
        rounds = ROUNDS or 5
        for _ in range(rounds):
            self.play_until_killed(lambda life: None)
        self.check_players()
        self.check_account(f"killed {rounds} times")

    def test_a_server_that_stood_still_lost_nothing_either(self):
        def stand_still(life):
            life.server.process.send_signal(signal.SIGSTOP)
            threading.Event().wait(STOPPED_SECONDS)
            life.server.process.send_signal(signal.SIGCONT)

        rounds = ROUNDS or 1
        for _ in range(rounds):
            self.play_until_killed(stand_still)
        # Killed while it stands: nothing can be said or written any more.
        self.play_until_killed(lambda life: life.server.process.send_signal(signal.SIGSTOP))
        self.check_players()
        self.check_account(f"stopped and killed {rounds + 1} times")

    def test_a_disk_that_becomes_full_costs_no_answered_event(self):
        disk = SmallDisk(self.folder + "/disk")
        self.addCleanup(disk.unmount)
        self.data = self.folder + "/disk/data"
        # The server's own log must not be what fills the disk.
        pathlib.Path(self.data + ".log").symlink_to(self.folder + "/log")
        rounds = ROUNDS or 3
        for number in range(rounds):
            # Else the seed decides alone whether the server notices before it is killed.
            self.fill_and_kill_twice(disk, is_noticed=number == 0)
            self.check_players()
            shutil.rmtree(self.data)
        self.check_account(f"disk filled {rounds} times, killed {2 * rounds} times")
        self.assertGreater(self.account.refused, 0)

    def test_a_folder_has_one_process_and_the_second_is_told_which(self):
        with Server(self.data) as server:
            code, out, err = playhead("serve", "--data", self.data, "--listen", "127.0.0.1:0",
                                      "--admin", "127.0.0.1:0")
            self.assertEqual((code, out), (1, ""))
            self.assertIn(self.data, err)
            self.assertIn(f"process {server.process.pid}", err)
            self.assertEqual(server.stop(), 0)

    def fill_and_kill_twice(self, disk, is_noticed):
        """Becomes full in the first life, is it still in the second, then there is room again."""
        def become_full(life):
            disk.fill()
            life.hear(self.chance.randint(1, MOST_HEARD_BEFORE_KILL))
            if is_noticed:
                self.assertTrue(life.has_refused.wait(DEADLINE_SECONDS), "nothing is refused")

        def have_room(life):
            disk.empty()
            life.hear(self.chance.randint(1, MOST_HEARD_BEFORE_FULL))

        self.play_until_killed(become_full, MOST_HEARD_BEFORE_FULL, large_event)
        again, self.players = self.players, []
        self.play_until_killed(have_room, MOST_HEARD_BEFORE_FULL, large_event, again)

    def play_until_killed(self, before_the_kill, most=MOST_HEARD_BEFORE_KILL, event=ping,
                          again=None):
        """One life of the server, ended at a moment that the seed chooses."""
        with Server(self.data) as server:
            life = Life(server, self.start, event, may_refuse=event is large_event)
            players = [Player(life, before) for before in again or [None] * CONNECTIONS]
            for player in players:
                player.start()
            life.hear(self.chance.randint(1, most))
            before_the_kill(life)
            threading.Event().wait(self.chance.random() / 50)
            server.kill()
            for player in players:
                player.join()
        self.players += players

    def check_players(self):
        with Server(self.data) as server:
            for player in self.players:
                self.assertIsNone(player.unexpected)
                if player.session is None:
                    continue  # killed before its session was there
                stored = [event["playerTime"]["ts"] for event in server.events(player.session)
                          if event["eventType"] != "sessionStart"]
                # The one event of each life that was under way when the server died may be there.
                self.assertLessEqual(len(set(stored) - set(player.answered)), player.lives)
                self.assertEqual(set(stored) & set(player.refused), set())
                self.account.add(stored, player)
            self.assertEqual(server.stop(), 0)
        self.players = []
        code, out, err = playhead("verify", "--data", self.data)
        self.assertEqual((code, err), (0, ""))
        self.assertGreater(json.loads(out)["records"], 0)

    def check_account(self, what):
        print(f"{what}, seed {SEED}: {self.account}", flush=True)
        self.assertEqual((self.account.missing, self.account.doubled), (0, 0))
        self.assertGreater(self.account.acknowledged, 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
