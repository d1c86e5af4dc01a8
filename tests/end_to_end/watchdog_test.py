# SPDX-License-Identifier: Apache-2.0
"""The watchdog: a supervisor hears that the server is alive only while all its threads go on.

A thread stands still because the test holds it as a debugger does (ptrace), which stops that thread
alone: what a disk or a lock that hangs does to it.
"""

import ctypes
import errno
import json
import os
import pathlib
import signal
import socket
import tempfile
import time
import unittest

from playhead_server import DEADLINE_SECONDS, Server, timeline, wait_until

# Half of what the supervisor waits; a commit that has nothing to do says so each second.
LIMIT_SECONDS = 3
LIBC = ctypes.CDLL(None, use_errno=True)
LIBC.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
SEIZE, INTERRUPT, DETACH = 0x4206, 0x4207, 17
WAIT_FOR_THREADS = 0x40000000
# Of x86-64 and of arm64: futex, epoll_wait, epoll_pwait, clock_nanosleep.
WAITING_CALLS = {202, 232, 281, 230} if os.uname().machine == "x86_64" else {98, 22, 115}


def trace(request, thread):
    if LIBC.ptrace(request, thread, None, None) != 0:
        number = ctypes.get_errno()
        if number == errno.EPERM:
            raise unittest.SkipTest("this machine lets nobody trace a process of their own")
        raise OSError(number, os.strerror(number), f"ptrace {request:#x}")


class Held:
    """One thread of a server, by its name, stands still within a `with`. It is caught while it
    waits for something to do, so that it holds no lock that others need, of an allocator for
    example."""

    def __init__(self, server, name):
        self.tasks = pathlib.Path(f"/proc/{server.process.pid}/task")
        named = [int(task.name) for task in self.tasks.iterdir()
                 if (task / "comm").read_text().strip() == name]
        assert named, f"no thread is called {name}"
        self.threads = named

    def __enter__(self):
        for thread in self.threads:
            wait_until(lambda thread=thread: self.is_caught(thread), "it waits")

    def is_caught(self, thread):
        trace(SEIZE, thread)
        trace(INTERRUPT, thread)
        os.waitpid(thread, WAIT_FOR_THREADS)
        call = int((self.tasks / str(thread) / "syscall").read_text().split()[0])
        if call in WAITING_CALLS:
            return True
        trace(DETACH, thread)
        return False

    def __exit__(self, *_):
        for thread in self.threads:
            trace(DETACH, thread)


class Watchdog(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.told = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(self.told.close)
        self.told.bind(folder.name + "/notify")
        wait_us = 2 * LIMIT_SECONDS * 1_000_000
        self.server = Server(folder.name + "/data",
                             wrapper=["env", f"NOTIFY_SOCKET={folder.name}/notify",
                                      f"WATCHDOG_USEC={wait_us}"])
        self.server.start()
        self.addCleanup(self.server.__exit__)
        self.hear(b"READY=1")

    def hear(self, beginning, seconds=DEADLINE_SECONDS):
        """Waits for a message that begins so; whether it came."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            self.told.settimeout(left)
            try:
                if self.told.recv(1000).startswith(beginning):
                    return True
            except TimeoutError:
                break
        return False

    def forget_what_was_told(self):
        self.told.settimeout(0)
        try:
            while self.told.recv(1000):
                continue
        except BlockingIOError:
            pass

    def is_silent(self):
        self.forget_what_was_told()
        return not self.hear(b"WATCHDOG=1", 2 * LIMIT_SECONDS)

    def is_told(self, times):
        self.forget_what_was_told()
        return all(self.hear(b"WATCHDOG=1") for _ in range(times))

    def give_work(self):
        """A whole view, if somebody takes it; nobody waits for the answer."""
        bodies = [{k: v for k, v in event.items() if k != "receivedAt"}
                  for event in timeline("29-downloaded")["events"]]
        connection = self.server.connection()
        connection.request("POST", "/api/v1/downloaded", json.dumps(bodies).encode())
        self.addCleanup(connection.close)

    def check(self, thread, said):
        self.assertTrue(self.is_told(2))
        with Held(self.server, thread):
            self.give_work()
            wait_until(lambda: f"{said} has work and has made no progress" in self.server.log(),
                       f"{said} is missed")
            self.assertTrue(self.is_silent(), thread)
        wait_until(lambda: f"{said} makes progress again" in self.server.log(), f"{said} is back")
        self.assertTrue(self.is_told(2), thread)
        self.assertEqual(self.server.log().count("has made no progress"), 1, self.server.log())

    def test_a_server_without_work_is_alive(self):
        self.assertTrue(self.is_told(3 * LIMIT_SECONDS))
        self.assertNotIn("progress", self.server.log())

    def test_a_commit_that_stands_still_is_missed(self):
        self.check("commit", "the commit thread")

    def test_a_fold_that_stands_still_is_missed(self):
        self.check("fold", "the fold thread")

    def test_network_threads_that_stand_still_are_missed(self):
        with Held(self.server, "http-0"):
            for said in ("the network threads of players", "the network thread of operators"):
                wait_until(lambda said=said: f"{said} has work and has made no progress"
                           in self.server.log(), f"{said} is missed")
            self.assertTrue(self.is_silent())
        self.assertTrue(self.is_told(2))

    def test_a_store_may_be_long(self):
        with Held(self.server, "store"):
            self.give_work()
            self.assertTrue(self.is_told(3 * LIMIT_SECONDS))
        self.assertNotIn("progress", self.server.log())

    def test_a_server_that_was_stopped_as_a_whole_is_not_stuck(self):
        self.server.process.send_signal(signal.SIGSTOP)
        self.assertTrue(self.is_silent())
        self.server.process.send_signal(signal.SIGCONT)
        self.assertTrue(self.is_told(LIMIT_SECONDS))
        self.assertNotIn("progress", self.server.log())


if __name__ == "__main__":
    unittest.main(verbosity=2)
