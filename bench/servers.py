# SPDX-License-Identifier: Apache-2.0
"""The two servers that are compared, each a process of its own, pinned to one core.

Both are started and stopped here, on ports of their own and with everything they write in a folder
of their own; a web server that the machine runs is never touched.
"""
import concurrent.futures
import http.client
import json
import os
import re
import resource
import signal
import socket
import subprocess
import time

START_SECONDS = 20
FILES = 65536
OPENERS = 16
SESSION_START = {
    "eventType": "sessionStart",
    "playerTime": {"playhead": 0, "ts": 0},
    "params": {
        "analytics.trackingServer": "collect.example.net", "analytics.reportSuite": "bench",
        "visitor.marketingCloudOrgId": "bench@example", "analytics.enableSSL": False,
        "media.id": "clip-17", "media.name": "Clip seventeen", "media.length": 86400,
        "media.contentType": "vod", "media.playerName": "bench", "media.channel": "bench",
    },
}


def allow_many_files():
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = hard if hard != resource.RLIM_INFINITY else FILES
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(FILES, most), hard))


def pinned(core):
    def prepare():
        os.sched_setaffinity(0, {core})
        allow_many_files()
    return prepare


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Process:
    """A started server: `name`, `pid`, `port`. stop() ends it and waits for it."""

    def __init__(self, name, process, port):
        self.name = name
        self.process = process
        self.pid = process.pid
        self.port = port

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout=60)
        if self.process.stdout:
            self.process.stdout.close()
        return self.process.returncode


def start_nginx(folder, template, core):
    port = free_port()
    with open(template, encoding="utf-8") as file:
        text = file.read().replace("@FOLDER@", folder).replace("@PORT@", str(port))
    conf = os.path.join(folder, "nginx.conf")
    with open(conf, "w", encoding="utf-8") as file:
        file.write(text)
    process = subprocess.Popen(
        ["nginx", "-e", os.path.join(folder, "error.log"), "-p", folder, "-c", conf],
        preexec_fn=pinned(core), stdout=subprocess.DEVNULL)
    server = Process("nginx", process, port)
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return server
        except OSError as error:
            if process.poll() is not None or time.monotonic() > deadline:
                server.stop()
                raise RuntimeError(f"nginx does not answer: {error}") from error
            time.sleep(0.02)


def start_playhead(binary, folder, core):
    process = subprocess.Popen(
        [binary, "serve", "--data", os.path.join(folder, "data"), "--listen", "127.0.0.1:0",
         "--admin", "127.0.0.1:0"],
        preexec_fn=pinned(core), stdout=subprocess.PIPE, text=True)
    line = process.stdout.readline()
    ports = re.findall(r"127\.0\.0\.1:(\d+)", line)
    server = Process("playhead", process, int(ports[0]) if ports else 0)
    if not line.startswith("playhead ready") or not ports:
        server.stop()
        raise RuntimeError(f"playhead does not begin with a ready line: {line!r}")
    return server


def open_sessions(server, count, epoch_ms):
    """Opens `count` sessions, over some connections side by side, and gives their ids."""
    start = {**SESSION_START, "playerTime": {"playhead": 0, "ts": epoch_ms}}
    body = json.dumps(start, separators=(",", ":"))
    shares = [len(range(first, count, OPENERS)) for first in range(OPENERS)]
    with concurrent.futures.ThreadPoolExecutor(OPENERS) as openers:
        opened = openers.map(lambda share: open_over_one_connection(server, share, body), shares)
        return [session for ids in opened for session in ids]


def open_over_one_connection(server, count, body):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=START_SECONDS)
    ids = []
    for _ in range(count):
        connection.request("POST", "/api/v1/sessions", body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        said = answer.read()
        if answer.status != 201:
            raise RuntimeError(f"a session start was answered {answer.status}: {said[:300]!r}")
        ids.append(answer.headers["Location"].rsplit("/", 1)[1])
    connection.close()
    return ids


def records_in(binary, data):
    """How many records the journal of a data folder holds, by `playhead verify`."""
    done = subprocess.run([binary, "verify", "--data", data], capture_output=True, text=True,
                          check=False)
    if done.returncode != 0:
        raise RuntimeError(f"playhead verify failed: {done.stderr[-300:]}")
    return json.loads(done.stdout)["records"]
