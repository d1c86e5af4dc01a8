# SPDX-License-Identifier: Apache-2.0
"""What an open-loop load (post_load.cc) meets: how long requests take, and what many open sessions
cost. The server is pinned to one core and the load to another, as in the comparison with nginx."""
import contextlib
import json
import os
import shutil
import subprocess
import tempfile

import measure
import servers

# Sessions stay open while they wait for their next ping.
PATIENT = ["--session.inactivity_seconds", "86400", "--session.idle_seconds", "86400"]
STARTS, PINGS, CONNECTIONS = 2000, 20000, 200
GROWTH_PINGS = 15000


class PostLoad:
    """A load that has opened its sessions and waits for go(). `core`: the only one that it may use,
    or nothing for all."""

    def __init__(self, server, opened, connections, starts, pings, seconds, core, slice_seconds=0):
        words = [server.port, opened, connections, starts, pings, seconds, slice_seconds]
        self.process = subprocess.Popen(
            [servers.POST_LOAD, *map(str, words)], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True,
            preexec_fn=servers.allow_many_files if core is None else servers.pinned(core))
        if self.process.stdout.readline() != "open\n":
            raise RuntimeError("post_load could not open its sessions")

    def slices(self):
        """Begins, and gives a line of JSON after each slice and one at the end."""
        self.process.stdin.write("go\n")
        self.process.stdin.close()
        yield from self.process.stdout
        if self.process.wait() != 0:
            raise RuntimeError("post_load ended with an error")

    def go(self):
        said, _ = self.process.communicate("go\n")
        if self.process.returncode != 0:
            raise RuntimeError("post_load ended with an error")
        result = json.loads(said)
        if result["starts"]["others"] or result["pings"]["others"]:
            raise RuntimeError(f"a request was refused: {result}")
        return result


@contextlib.contextmanager
def served(options, core):
    folder = tempfile.mkdtemp(prefix="bench-", dir=options.folder)
    server = servers.start_playhead(options.binary, folder, core, PATIENT)
    try:
        yield server, os.path.join(folder, "data")
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def latency(options, server_core, load_core):
    """Rounds of `starts` and `pings` a second, each on a folder of its own."""
    rounds = []
    for number in range(options.rounds):
        with served(options, server_core) as (server, _):
            load = PostLoad(server, 1000, CONNECTIONS, STARTS, PINGS, options.seconds, load_core)
            rounds.append(load.go())
        starts = rounds[-1]["starts"]
        print("  round {} of {}: starts p50 {:.1f} ms, p99 {:.1f} ms, max {:.1f} ms".format(
            number + 1, options.rounds, starts["p50_us"] / 1000, starts["p99_us"] / 1000,
            starts["max_us"] / 1000), flush=True)
    return {kind: {key: measure.spread([one[kind][key] / 1000 for one in rounds])
                   for key in ("p50_us", "p99_us", "max_us")} for kind in ("starts", "pings")}


def growth(options, server_core, load_core):
    """CPU of an event with few and with many open sessions, at the same rate; and their memory."""
    rows = []
    for opened in options.growth:
        with served(options, server_core) as (server, data):
            empty, _ = resident_at_rest(server)
            load = PostLoad(server, opened, CONNECTIONS, 0, GROWTH_PINGS,
                            max(options.seconds, 5), load_core)
            before, rested = measure.cpu_ns_at_rest(server.pid)
            held = measure.resident_bytes(server.pid)
            answered = load.go()["pings"]["answered"]
            after, rested_again = measure.cpu_ns_at_rest(server.pid)
            rows.append({"open": opened, "cpu_us": (after - before) / 1000 / answered,
                         "bytes_per_session": (held - empty) / opened,
                         "came_to_rest": rested and rested_again})
            server.stop()
            check_journal(options, data, opened + answered)
        print("  {open:,} open: {cpu_us:.1f} us an event, {bytes_per_session:,.0f} bytes a session"
              .format(**rows[-1]), flush=True)
    return rows


def resident_at_rest(server):
    _, rested = measure.cpu_ns_at_rest(server.pid)
    return measure.resident_bytes(server.pid), rested


def check_journal(options, data, answered):
    records = servers.records_in(options.binary, data)
    if records < answered:
        raise RuntimeError(f"the journal holds {records} records after {answered} answers")


def print_latency(result):
    print(f"\nOpen loop, {STARTS:,} starts and {PINGS:,} pings a second, ms from when each was due")
    print("| request | p50 | p99 | max |\n| --- | --- | --- | --- |")
    for kind, name in (("starts", "POST /sessions"), ("pings", "POST /sessions/{sid}/events")):
        cells = ["{median:.1f} ({min:.1f} - {max:.1f})".format(**result[kind][key])
                 for key in ("p50_us", "p99_us", "max_us")]
        print(f"| {name} | {' | '.join(cells)} |")


def print_growth(rows):
    print(f"\n{GROWTH_PINGS:,} pings a second in turn to all open sessions")
    print("| open sessions | CPU us an event | of the first | resident bytes a session |\n"
          "| --- | --- | --- | --- |")
    for row in rows:
        print("| {:,} | {:.1f} | {:.2f} | {:,.0f} |".format(
            row["open"], row["cpu_us"], row["cpu_us"] / rows[0]["cpu_us"],
            row["bytes_per_session"]))
