# SPDX-License-Identifier: Apache-2.0
"""A backup taken under load, and a server started on it: all that was answered before is there."""

import json
import pathlib
import shutil
import tempfile
import threading
import unittest

from playhead_server import Server, differences, playhead, timeline, wait_until

CONNECTIONS = 6
ANSWERED_BEFORE_BACKUP = 600


class Player(threading.Thread):
    """Posts pings into a session of its own until it is told to stop."""

    def __init__(self, server, start, stop, answered_enough):
        super().__init__()
        self.server, self.start_event = server, start
        self.stop, self.answered_enough = stop, answered_enough
        self.session = None
        self.answered = []
        self.wrong = []

    def run(self):
        connection = self.server.connection()
        self.session = self.server.open_session(self.start_event, connection)
        ts = self.start_event["playerTime"]["ts"]
        while not self.stop.is_set():
            ts += 1
            ping = {"eventType": "ping", "playerTime": {"playhead": 0, "ts": ts}}
            status = self.server.send(self.session, ping, connection)
            if status != 204:
                self.wrong.append(status)
                return
            self.answered.append(ts)
            self.answered_enough.release()
        connection.close()


class Backup(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.data = str(self.folder / "data")
        self.copy = str(self.folder / "copy")

    def test_a_backup_under_load_starts_with_everything_that_was_answered_before(self):
        case = timeline("06")
        stop, enough = threading.Event(), threading.Semaphore(0)
        with Server(self.data, "--session.end_grace_seconds", "0") as server:
            closed = server.play(case["events"])
            wait_until(lambda: server.session(closed)["state"] == "closed", "the session closes")
            players = [Player(server, case["events"][0], stop, enough)
                       for _ in range(CONNECTIONS)]
            for player in players:
                player.start()
            for _ in range(ANSWERED_BEFORE_BACKUP):
                enough.acquire()
            before = {player.session: list(player.answered) for player in players}
            code, out, err = playhead("backup", "--data", self.data, "--to", self.copy)
            after = {player.session: len(player.answered) for player in players}
            stop.set()
            for player in players:
                player.join()
                self.assertEqual(player.wrong, [])
            self.assertEqual(code, 0, err)
            self.assertIn("segments", err)
            result = json.loads(out)
            self.assertGreaterEqual(result["segments"], 1)
            self.assertEqual(server.stop(), 0)
        self.assertGreater(sum(after.values()), 0)

        code, out, err = playhead("verify", "--data", self.copy)
        self.assertEqual((code, err), (0, ""))
        self.assertEqual(json.loads(out)["end"], result["end"])
        restored = str(self.folder / "restored")
        shutil.copytree(self.copy, restored)
        with Server(restored, "--session.end_grace_seconds", "0") as server:
            for session, stamps in before.items():
                stored = [event["playerTime"]["ts"] for event in server.events(session)
                          if event["eventType"] == "ping"]
                self.assertEqual(stored[: len(stamps)], stamps)
                self.assertEqual(len(stored), len(set(stored)))
            seen = wait_until(lambda: server.session(closed), "the closed session is there")
            self.assertEqual(differences(case["expect"], seen["metrics"]), {})
            # The key is the same, so players go on with the sessions they have.
            session = players[0].session
            ping = {"eventType": "ping", "playerTime": {"playhead": 0, "ts": 1}}
            self.assertEqual(server.send(session, ping), 204)
            self.assertEqual(server.stop(), 0)

    def test_a_backup_of_a_stopped_server_is_whole_and_goes_nowhere_else(self):
        case = timeline("06")
        with Server(self.data) as server:
            session = server.play(case["events"][:3])
            self.assertEqual(server.stop(), 0)
        code, _, err = playhead("backup", "--data", self.data, "--to", self.data)
        self.assertEqual(code, 1)
        self.assertIn("not empty", err)
        self.assertEqual(playhead("backup", "--data", self.data, "--to", self.copy)[0], 0)
        self.assertEqual(sorted(path.name for path in pathlib.Path(self.copy).iterdir()),
                         ["journal", "session.key"])
        self.assertEqual(playhead("backup", "--data", self.data, "--to", self.copy)[0], 1)
        with Server(self.copy) as server:
            self.assertEqual(len(server.events(session)), 3)

    def test_what_is_no_data_folder_is_not_backed_up(self):
        code, out, err = playhead("backup", "--data", str(self.folder / "none"), "--to", self.copy)
        self.assertEqual((code, out), (1, ""))
        self.assertIn("none", err)
        # What was begun and not finished is no folder to start from.
        code, _, err = playhead("serve", "--data", self.copy, "--listen", "127.0.0.1:0",
                                "--admin", "127.0.0.1:0")
        self.assertEqual(code, 1)
        self.assertIn("not finished", err)


if __name__ == "__main__":
    unittest.main(verbosity=2)
