# SPDX-License-Identifier: Apache-2.0
"""The two servers that are compared, each a process of its own, pinned to one core.

Both are started and stopped here, on ports of their own and with everything they write in a folder
of their own; a web server that the machine runs is never touched.
"""
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
OPENERS = 64
ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), ".."))
POST_LOAD = os.path.join(ROOT, "build/release/bench/post_load")
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


def start_nginx(folder, template, core, logs=False):
    """`logs`: a line for each request goes into a buffered access log."""
    port = free_port()
    access_log = f'"{folder}/access.log" combined buffer=64k flush=1s' if logs else "off"
    with open(template, encoding="utf-8") as file:
        text = (file.read().replace("@FOLDER@", folder).replace("@PORT@", str(port))
                .replace("@ACCESS_LOG@", access_log))
    conf = os.path.join(folder, f"{port}.conf")
    with open(conf, "w", encoding="utf-8") as file:
        file.write(text)
    process = subprocess.Popen(
        ["nginx", "-e", os.path.join(folder, "error.log"), "-p", folder, "-c", conf],
        preexec_fn=pinned(core), stdout=subprocess.DEVNULL)
    server = Process("nginx, log" if logs else "nginx", process, port)
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


def start_playhead(binary, folder, core, flags=()):
    """`core`: the only one it may use, or nothing for all."""
    with open(os.path.join(folder, "server.log"), "w", encoding="utf-8") as log:
        process = subprocess.Popen(
            [binary, "serve", "--data", os.path.join(folder, "data"), "--listen", "127.0.0.1:0",
             "--admin", "127.0.0.1:0", *flags],
            preexec_fn=allow_many_files if core is None else pinned(core),
            stdout=subprocess.PIPE, stderr=log, text=True)
    players, _ = ready_ports(process)
    return Process("playhead", process, players)


def ready_ports(process):
    """The ports of players and of operators, once a server says that it is ready. One that says
    something else is ended."""
    line = process.stdout.readline()
    ports = re.findall(r"127\.0\.0\.1:(\d+)", line)
    if not line.startswith("playhead ready") or len(ports) != 2:
        Process("playhead", process, 0).stop()
        raise RuntimeError(f"playhead does not begin with a ready line: {line!r}")
    return int(ports[0]), int(ports[1])


def open_sessions(server, count, folder):
    """Opens `count` sessions and gives their ids."""
    path = os.path.join(folder, "sessions")
    subprocess.run([POST_LOAD, str(server.port), str(count), str(OPENERS), "0", "0", "0", "0",
                    path],
                   input="go\n", text=True, stdout=subprocess.DEVNULL, check=True)
    with open(path, encoding="ascii") as file:
        return file.read().split()


def records_in(binary, data):
    """How many records the journal of a data folder holds, by `playhead verify`."""
    done = subprocess.run([binary, "verify", "--data", data], capture_output=True, text=True,
                          check=False)
    if done.returncode != 0:
        raise RuntimeError(f"playhead verify failed: {done.stderr[-300:]}")
    return json.loads(done.stdout)["records"]
