# SPDX-License-Identifier: Apache-2.0
"""The Debian package under a real systemd, as an operator has it: installed, started as its own
user, restarted while players send, killed, hung, told to read its configuration, removed.

systemd is booted in namespaces of its own (boot_systemd.sh), so nothing of the machine changes.
That needs root; without it the test is skipped and says so.
"""

import ctypes
import http.client
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "end_to_end"))
from crowd import Crowd  # noqa: E402
from playhead_server import BINARY, DEADLINE_SECONDS, SOURCE, timeline, wait_until  # noqa: E402

PLAYERS, OPERATORS = 8080, 8081
UNITS = ["playhead-players.socket", "playhead-operators.socket", "playhead"]
RATE, RESTARTS = 400, 2
WATCHDOG_SECONDS = 5
CLONE_NEWNET = 0x40000000
LIBC = ctypes.CDLL(None, use_errno=True)


def is_removed(group):
    """A control group, which must have no processes for that."""
    try:
        os.rmdir(group)
    except OSError:
        return False
    return True


class Machine:
    """A second machine within this one, whose process number 1 is systemd."""

    def __init__(self, folder):
        self.booted = subprocess.Popen([SOURCE / "tests/packaging/boot_systemd.sh", folder],
                                       stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.pid = 0
        try:
            assert self.booted.stdout.readline() == "booting\n", "not all that it needs is there"
            self.pid = wait_until(self.first_process, "the first process is there")
            wait_until(lambda: self.ask("systemctl", "is-active", "basic.target") == "active",
                       "systemd has booted")
        except AssertionError as error:
            self.booted.kill()
            raise unittest.SkipTest(f"a second systemd cannot be booted here: {error}; "
                                    f"{self.booted.stderr.read().strip()}") from error

    def end(self):
        self.booted.kill()
        self.booted.wait()
        self.booted.stdout.close()
        self.booted.stderr.close()
        for tree in pathlib.Path("/sys/fs/cgroup").glob("**/playhead-test"):
            for folder, _, _ in os.walk(tree, topdown=False):
                wait_until(lambda folder=folder: is_removed(folder), "all that ran has ended")

    def first_process(self):
        """The child of unshare, as it is called out here."""
        path = pathlib.Path(f"/proc/{self.booted.pid}/task/{self.booted.pid}/children")
        return int((path.read_text().split() or [0])[0])

    def inside(self, *command):
        done = subprocess.run(
            ["nsenter", "--target", str(self.pid), "--pid", "--mount", "--cgroup", "--net", "--uts",
             "--ipc", "--wd=/", "env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", *command],
            capture_output=True, text=True, check=False, timeout=DEADLINE_SECONDS)
        return done.returncode, done.stdout.strip(), done.stderr.strip()

    def ask(self, *command):
        return self.inside(*command)[1]

    def run(self, *command):
        code, said, errors = self.inside(*command)
        assert code == 0, f"{command}: {said}\n{errors}\n{self.ask('journalctl', '-n', '30')}"
        return said

    def copy_in(self, file):
        """Gives its path in there."""
        name = "/root/" + os.path.basename(file)
        pathlib.Path(f"/proc/{self.pid}/root{name}").write_bytes(pathlib.Path(file).read_bytes())
        return name

    def enter_network(self):
        """From here on connections of this thread, and of those it starts, are made in there."""
        with open(f"/proc/{self.pid}/ns/net", encoding="ascii") as network:
            if LIBC.setns(network.fileno(), CLONE_NEWNET) != 0:
                raise OSError(ctypes.get_errno(), "setns")


def get(path):
    """An answer of the operators' address, or nothing while nobody is there."""
    connection = http.client.HTTPConnection("127.0.0.1", OPERATORS, timeout=DEADLINE_SECONDS)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return json.loads(answer.read()) if answer.status == 200 else None
    except OSError:
        return None
    finally:
        connection.close()


def when_ready():
    """What it says of itself then: it exists and accepts before it has read its journal again."""
    return wait_until(lambda: get("/readyz"), "it is ready")


class Systemd(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if os.geteuid() != 0:
            raise unittest.SkipTest("only root may boot a second systemd")
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        made = subprocess.run([SOURCE / "script/package", folder.name],
                              env={**os.environ, "PLAYHEAD_BINARY": BINARY}, capture_output=True,
                              text=True, check=True)
        os.mkdir(folder.name + "/machine")
        cls.machine = Machine(folder.name + "/machine")
        cls.addClassCleanup(cls.machine.end)
        cls.machine.enter_network()
        cls.package = cls.machine.copy_in(made.stdout.strip())
        cls.install()

    @classmethod
    def install(cls):
        cls.machine.run("dpkg", "--install", cls.package)
        cls.machine.run("systemctl", "enable", "--now", *UNITS)

    def shown(self, name):
        return self.machine.ask("systemctl", "show", "-P", name, "playhead")

    def end_and_start_again(self, number):
        """Sends this signal and waits until systemd has started another process."""
        before = self.shown("MainPID")
        self.machine.run("kill", f"-{int(number)}", before)
        wait_until(lambda: self.shown("MainPID") not in ("0", before), "systemd starts it again")

    def test_runs_as_its_own_user_in_a_read_only_system(self):
        self.assertEqual(self.shown("ActiveState"), "active")
        self.assertRegex(self.shown("StatusText"), "^players at http://0.0.0.0:8080, operators at ")
        self.assertEqual(when_ready(), {"ready": True, "reasons": []})
        number = self.shown("MainPID")
        status = self.machine.run("cat", f"/proc/{number}/status")
        self.assertRegex(status, r"CapEff:\s+0{16}\n")
        self.assertRegex(status, r"NoNewPrivs:\s+1\n")
        self.assertRegex(status, r"Seccomp:\s+2\n")
        self.assertEqual(self.machine.run("ps", "-o", "user=", "-p", number), "playhead")
        mounts = self.machine.run("cat", f"/proc/{number}/mountinfo").splitlines()
        where = {line.split()[4]: line.split()[5] for line in mounts}
        self.assertRegex(where["/"], r"^ro")
        self.assertRegex(where["/var/lib/playhead"], r"^rw")
        self.assertEqual(self.machine.run("stat", "-c", "%U %a", "/var/lib/playhead"),
                         "playhead 700")

    def test_a_restart_refuses_nobody_and_loses_nothing(self):
        began = get("/v1/ledger")["received"]
        crowd = Crowd(PLAYERS, timeline("06")["events"][0], RATE)
        crowd.start()
        try:
            for _ in range(RESTARTS):
                crowd.hear(RATE)
                before = self.shown("MainPID")
                self.machine.run("systemctl", "restart", "playhead")
                self.assertNotEqual(self.shown("MainPID"), before)
            crowd.hear(RATE)
        finally:
            crowd.ends.set()
            crowd.join()
        self.assertEqual(crowd.errors, [])
        acknowledged = sum(player.acknowledged + 1 for player in crowd.players)
        self.assertGreater(acknowledged, RATE * RESTARTS)
        for player in crowd.players:
            player.socket.close()
        wait_until(lambda: get("/v1/ledger")["received"] - began >= acknowledged, "all is there")
        self.assertEqual(get("/v1/ledger")["received"] - began, acknowledged)

    def test_one_that_is_killed_comes_back_with_what_it_had(self):
        received = get("/v1/ledger")["received"]
        self.end_and_start_again(signal.SIGKILL)
        self.assertEqual(get("/v1/ledger")["received"], received)

    def test_one_that_stands_still_is_ended_and_started_again(self):
        changed = "/run/systemd/system/playhead.service.d"
        self.machine.run("mkdir", "-p", changed)
        self.machine.run("sh", "-c", f"printf '[Service]\\nWatchdogSec={WATCHDOG_SECONDS}\\n' "
                                     f">{changed}/watchdog.conf && systemctl daemon-reload")
        # The other tests do not need a server that is ended so soon.
        self.addCleanup(self.machine.run, "sh", "-c", f"rm -r {changed} && systemctl daemon-reload "
                                                      "&& systemctl restart playhead")
        self.machine.run("systemctl", "restart", "playhead")
        self.end_and_start_again(signal.SIGSTOP)
        self.assertIn("Watchdog timeout", self.machine.run("journalctl", "--unit", "playhead"))
        self.assertEqual(when_ready(), {"ready": True, "reasons": []})

    def test_a_start_that_fails_is_tried_until_it_succeeds(self):
        self.machine.run("systemctl", "stop", "playhead")
        self.machine.run("sh", "-c", "mv /var/lib/playhead /var/lib/kept && "
                                     "echo no folder >/var/lib/playhead")
        self.machine.inside("systemctl", "start", "--no-block", "playhead")
        wait_until(lambda: int(self.shown("NRestarts")) > 5, "it is tried again and again")
        self.machine.run("sh", "-c", "rm /var/lib/playhead && mv /var/lib/kept /var/lib/playhead")
        when_ready()

    def test_a_configuration_that_is_wrong_ends_it_and_says_where(self):
        self.machine.run("sh", "-c", "echo nonsense = 1 >>/etc/playhead/playhead.toml")
        code, _, _ = self.machine.inside("systemctl", "restart", "playhead")
        self.assertNotEqual(code, 0)
        self.assertEqual(self.shown("NRestarts"), "0")
        self.assertIn("/etc/playhead/playhead.toml line",
                      self.machine.run("journalctl", "--unit", "playhead", "-n", "5"))
        self.machine.run("sed", "-i", "/^nonsense/d", "/etc/playhead/playhead.toml")
        self.machine.run("systemctl", "reset-failed")
        self.machine.run("systemctl", "start", *UNITS)

    def test_a_reload_takes_over_what_may_change(self):
        before = self.shown("MainPID")
        self.machine.run("sh", "-c", "sed -i 's/^#format = .*/format = \"json\"/' "
                                     "/etc/playhead/playhead.toml")
        self.machine.run("systemctl", "reload", "playhead")
        self.assertEqual(self.shown("MainPID"), before)
        wait_until(lambda: "log.format" in self.machine.ask("journalctl", "--unit", "playhead"),
                   "the log names what has changed")

    def test_what_is_removed_runs_no_more_and_leaves_the_data(self):
        self.addCleanup(self.install)
        self.machine.run("dpkg", "--remove", "playhead")
        for unit in UNITS:
            self.assertNotEqual(self.machine.ask("systemctl", "is-active", unit), "active")
        self.assertIsNone(get("/readyz"))
        self.assertIn("journal", self.machine.run("ls", "/var/lib/playhead"))


if __name__ == "__main__":
    unittest.main()
