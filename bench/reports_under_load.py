#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Whether reports slow down accepting: a server takes pings at a steady rate while clients ask the
heaviest reports in a loop over its closed sessions (fill_store.cc), and new sessions are started.
Prints how long the starts took, counted from when each was due (post_load.cc), and whether the
journal has all that was answered. Ends with 1 when a start took longer than a second, something was
refused, or something is missing.
"""
import argparse
import collections
import http.client
import json
import os
import shutil
import socket
import sys
import tempfile
import threading
import time

import open_load
import reports
import servers

SLOWEST_START_US = 1_000_000
WHOLE = {"from": reports.FIRST, "to": reports.END, "timeZone": "UTC"}
HEAVIEST = [
    {**WHOLE, "metrics": ["mediaStarts", "contentTimeSpent", "bufferTime", "errorCount"],
     "dimensions": ["media.id", "media.playerName"], "granularity": "day", "limit": 50_000},
    {**WHOLE, "metrics": ["concurrentViewers", "contentTimeSpentByMinute"],
     "granularity": "hour", "limit": 50_000},
    {**WHOLE, "metrics": ["contentTimeSpent"], "dimensions": ["session.viewer"], "limit": 1_000,
     "sort": [{"by": "contentTimeSpent", "descending": True}]},
    {**WHOLE, "metrics": ["adStarts", "adTimeSpent", "contentTimeSpent"],
     "dimensions": ["media.ad.advertiser", "c.device"], "granularity": "week"},
]


class Clients:
    """Who ask reports, one after the other each, until stop(). `statuses` counts the answers."""

    def __init__(self, port, count):
        self.statuses = collections.Counter()
        self.stopped = threading.Event()
        self.connections = [http.client.HTTPConnection("127.0.0.1", port, timeout=600)
                            for _ in range(count)]
        self.threads = [threading.Thread(target=self.ask_until_stopped, args=(number,))
                        for number in range(count)]
        for each in self.threads:
            each.start()

    def ask_until_stopped(self, number):
        connection = self.connections[number]
        connection.connect()
        while not self.stopped.is_set():
            question = HEAVIEST[number % len(HEAVIEST)]
            try:
                connection.request("POST", "/v1/reports", json.dumps(question))
                answer = connection.getresponse()
                answer.read()
            except (OSError, http.client.HTTPException):
                if self.stopped.is_set():
                    return
                raise
            self.statuses[answer.status] += 1
            number += 1

    def stop(self):
        """Leaves without waiting for what was asked last."""
        self.stopped.set()
        for each in self.connections:
            if each.sock is not None:
                each.sock.shutdown(socket.SHUT_RDWR)
        for each in self.threads:
            each.join()


def measured(data, options):
    """What happened, as a dict. Uses up the folder."""
    server = reports.Served(options.binary, data)
    clients = None
    try:
        began = time.monotonic()
        load = open_load.PostLoad(server, options.sessions, options.connections, options.starts,
                                  options.rate, options.seconds, None)
        clients = Clients(server.admin_port, options.clients)
        found = load.go()
    finally:
        if clients is not None:
            clients.stop()
        server.stop()
    answered = options.sessions + found["starts"]["answered"] + found["pings"]["answered"]
    records = servers.records_in(options.binary, data)
    return {**found, "reports": dict(clients.statuses), "records": records,
            "lost": max(0, answered - records), "seconds": round(time.monotonic() - began)}


def failures(found):
    """What is not as it should be."""
    wrong = []
    if found["lost"]:
        wrong.append(f"{found['lost']} events were answered and are not in the journal")
    if found["starts"]["max_us"] > SLOWEST_START_US:
        wrong.append(f"a start took {found['starts']['max_us'] / 1e6:.2f} s")
    if not found["reports"].get(200):
        wrong.append("no report was answered")
    return wrong


def parse_arguments(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=300)
    parser.add_argument("--rate", type=int, default=10_000, help="pings a second")
    parser.add_argument("--starts", type=int, default=100, help="a second")
    parser.add_argument("--connections", type=int, default=200)
    parser.add_argument("--clients", type=int, default=8, help="who ask reports")
    parser.add_argument("--sessions", type=int, default=100_000, help="that are pinged in turn")
    parser.add_argument("--closed-sessions", type=int, default=10_000_000)
    parser.add_argument("--binary", default=os.path.join(reports.ROOT, "build/release/playhead"))
    parser.add_argument("--folder", default=os.path.join(reports.ROOT, "build"))
    return parser.parse_args(arguments)


def main():
    options = parse_arguments()
    servers.allow_many_files()
    data = tempfile.mkdtemp(prefix="bench-", dir=options.folder)
    try:
        reports.fill(data, options.closed_sessions)
        found = measured(data, options)
    finally:
        shutil.rmtree(data, ignore_errors=True)
    print(json.dumps(found))
    wrong = failures(found)
    for each in wrong:
        print(f"FAILED: {each}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
