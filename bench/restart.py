#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How long a server that was killed takes until it accepts again, with a long past.

Makes a journal of EVENTS events with SESSIONS sessions open at its end (fill_journal.cc), lets a
server read it, then kills it with SIGKILL and starts it again, several times. A start is over when
a new session is answered 201. What was made is removed at the end.
"""
import argparse
import http.client
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

import measure
import servers

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), ".."))
DAY_SECONDS = "86400"
BYTES_PER_EVENT = 250  # of the journal, of snapshots and of the store together, at most
LOOK_AGAIN_SECONDS = 0.2


def say(text):
    print(text, flush=True)


class Served:
    """A server on the folder that was filled, from its start to its sudden end."""

    def __init__(self, binary, data):
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            [binary, "serve", "--data", data, "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0",
             "--session.inactivity_seconds", DAY_SECONDS, "--session.idle_seconds", DAY_SECONDS],
            stdout=subprocess.PIPE, text=True)
        self.port, self.admin_port = servers.ready_ports(self.process)
        self.post("/api/v1/sessions", servers.SESSION_START, 201)
        self.accepted_after = time.monotonic() - self.began

    def post(self, path, body, wanted):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        said = answer.read()
        connection.close()
        if answer.status != wanted:
            raise RuntimeError(f"{path} was answered {answer.status}: {said[:300]!r}")

    def ask(self, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.admin_port, timeout=600)
        connection.request("GET", path)
        answer = connection.getresponse()
        said = answer.read().decode()
        connection.close()
        return answer.status, said

    def counter(self, name):
        return int(float(re.search(rf"^{name} (\S+)$", self.ask("/metrics")[1], re.MULTILINE)[1]))

    def wait_until_understood(self):
        while self.ask("/readyz")[0] != 200:
            time.sleep(LOOK_AGAIN_SECONDS)
        return time.monotonic() - self.began

    def ping(self, session):
        now = int(time.time() * 1000)
        event = {"eventType": "ping", "playerTime": {"playhead": 0, "ts": now}}
        self.post(f"/api/v1/sessions/{session}/events", event, 204)

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


def kill_and_start_again(options, data, session):
    """One start: what a player and an operator see of it."""
    server = Served(options.binary, data)
    server.ping(session)
    understood = server.wait_until_understood()
    seen = {"accepted": server.accepted_after, "understood": understood,
            "read": server.counter("playhead_records_folded_total"),
            "bytes": measure.resident_bytes(server.process.pid)}
    server.kill()
    return seen


def run(options, data):
    began = time.monotonic()
    subprocess.run([options.filler, data, str(options.sessions), str(options.events)], check=True)
    say(f"{options.events} events written in {time.monotonic() - began:.0f} s")
    server = Served(options.binary, data)
    say(f"without a snapshot: accepted after {server.accepted_after:.1f} s")
    say(f"all understood after {server.wait_until_understood():.1f} s, "
        f"{measure.resident_bytes(server.process.pid) / 1e6:.0f} MB resident")
    session = json.loads(server.ask("/v1/sessions?limit=2")[1])["items"][1]["id"]
    server.kill()
    starts = []
    for number in range(options.starts):
        starts.append(kill_and_start_again(options, data, session))
        say("start {} after kill -9: accepted after {accepted:.2f} s, all understood after "
            "{understood:.2f} s, {read} records read, {bytes:.0f} MB resident".format(
                number + 1, **{**starts[-1], "bytes": starts[-1]["bytes"] / 1e6}))
    spread = measure.spread([start["accepted"] for start in starts])
    say("accepted again after {median:.2f} s ({min:.2f} - {max:.2f})".format(**spread))


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sessions", type=int, default=1_000_000)
    parser.add_argument("--events", type=int, default=100_000_000)
    parser.add_argument("--starts", type=int, default=5)
    parser.add_argument("--folder", default=os.path.join(ROOT, "build"),
                        help="on the disk that is measured; at most 250 bytes for each event")
    parser.add_argument("--binary", default=os.path.join(ROOT, "build/release/playhead"))
    parser.add_argument("--filler", default=os.path.join(ROOT, "build/release/bench/fill_journal"))
    return parser.parse_args()


def main():
    options = parse_arguments()
    needed = options.events * BYTES_PER_EVENT
    if shutil.disk_usage(options.folder).free < needed:
        say(f"restart: {needed / 1e9:.0f} GB are needed in {options.folder}")
        return 1
    folder = tempfile.mkdtemp(prefix="restart-", dir=options.folder)
    try:
        run(options, os.path.join(folder, "data"))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
