# SPDX-License-Identifier: Apache-2.0
"""A restart under load behind sockets that a supervisor keeps, as systemd does: no connection is
refused or cut, no event lost. And what the supervisor is told.

PLAYHEAD_RESTART_RATE asks for so many events a second (else some hundreds, for a shared machine),
PLAYHEAD_RESTARTS for so many restarts.
"""

import fcntl
import os
import signal
import socket
import tempfile
import time
import unittest

from crowd import Crowd
from playhead_server import DEADLINE_SECONDS, Server, timeline

RATE = int(os.environ.get("PLAYHEAD_RESTART_RATE", "400"))
RESTARTS = int(os.environ.get("PLAYHEAD_RESTARTS", "2"))
HEARD_BETWEEN_RESTARTS = 2 * RATE

HAND_OVER = ('exec 3<&{0} 4<&{1}; export LISTEN_PID=$$ LISTEN_FDS=2 '
             'LISTEN_FDNAMES=players:operators; exec "$0" "$@"')


def listening(host="127.0.0.1"):
    """A socket as a supervisor holds it; its number is above those that the process will use."""
    made = socket.create_server((host, 0), backlog=4096)
    return made, fcntl.fcntl(made, fcntl.F_DUPFD, 10)


class Restart(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.players, players = listening()
        self.operators, operators = listening()
        for held in (self.players, self.operators):
            self.addCleanup(held.close)
        for number in (players, operators):
            self.addCleanup(os.close, number)
        self.hand_over = {"wrapper": ["bash", "-c", HAND_OVER.format(players, operators)],
                          "pass_fds": (players, operators)}

    def server(self):
        return Server(self.folder + "/data", **self.hand_over)

    def test_a_restart_under_load_loses_no_connection_and_no_event(self):
        port = self.players.getsockname()[1]
        with self.server() as server:
            self.assertEqual(server.port, port)
            self.assertEqual(server.admin_port, self.operators.getsockname()[1])
            crowd = Crowd(port, timeline("06")["events"][0], RATE)
            began = time.monotonic()
            crowd.start()
            try:
                for _ in range(RESTARTS):
                    crowd.hear(HEARD_BETWEEN_RESTARTS)
                    self.assertEqual(server.stop(), 0)
                    server.start()
                crowd.hear(HEARD_BETWEEN_RESTARTS)
            finally:
                crowd.ends.set()
                crowd.join()
            seconds = time.monotonic() - began
            self.assertEqual(crowd.errors, [])
            acknowledged = sum(player.acknowledged for player in crowd.players)
            for player in crowd.players:
                self.assertEqual(self.pings(server, player), player.acknowledged)
                player.socket.close()
            print(f"restarted {RESTARTS} times at {RATE} events a second asked for and "
                  f"{acknowledged / seconds:.0f} answered: {acknowledged} "
                  f"acknowledged, 0 missing, 0 connection errors, longest wait "
                  f"{crowd.longest_wait:.2f} s")
            self.assertEqual(server.stop(), 0)

    def test_an_operators_socket_that_strangers_can_reach_asks_for_tokens(self):
        everywhere, operators = listening("0.0.0.0")
        self.addCleanup(everywhere.close)
        self.addCleanup(os.close, operators)
        players = self.hand_over["pass_fds"][0]
        server = Server(self.folder + "/data", pass_fds=(players, operators),
                        wrapper=["bash", "-c", HAND_OVER.format(players, operators)])
        with self.assertRaises(AssertionError):
            server.start()
        server.process.wait()
        server.process.stdout.close()
        self.assertIn("which is not loopback, and there is no valid token", server.log())

    def pings(self, server, player):
        recorded = server.get(f"/v1/sessions/{player.session}/recording")
        return sum(event["eventType"] == "ping" for event in recorded["events"])


class Told(unittest.TestCase):
    def test_a_supervisor_is_told_of_start_life_reload_and_end(self):
        with tempfile.TemporaryDirectory() as folder, \
                socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
            told.bind(folder + "/notify")
            told.settimeout(DEADLINE_SECONDS)
            wrapper = ["env", f"NOTIFY_SOCKET={folder}/notify", "WATCHDOG_USEC=30000000"]
            with Server(folder + "/data", wrapper=wrapper) as server:
                self.assertRegex(told.recv(1000), rb"^READY=1\nSTATUS=players at http://")
                self.assertEqual(told.recv(1000), b"WATCHDOG=1")
                server.process.send_signal(signal.SIGHUP)
                following = [message for message in (told.recv(1000) for _ in range(4))
                             if message != b"WATCHDOG=1"]
                self.assertEqual(following[0], b"RELOADING=1")
                self.assertRegex(following[1], rb"^READY=1\n")
                self.assertEqual(server.stop(), 0)
                last = told.recv(1000)
                while last == b"WATCHDOG=1":
                    last = told.recv(1000)
                self.assertRegex(last, rb"^STOPPING=1\n")


if __name__ == "__main__":
    unittest.main()
