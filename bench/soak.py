#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Half an hour at a steady rate: whether memory and latency stay as they are, old journal files go,
and the ledger has every event.

Each session that is started takes the place of the one that is pinged longest, which closes by
itself a minute later, so that viewers come and go (post_load.cc). The server may remember twice as
many closed sessions as there are open ones (session.max_sessions), a limit that is reached after
some minutes. Slice by slice this notes the latency of each request from when it was due, and what
the server holds in memory and on disk.
Prints the samples, writes them as a picture with --picture, and ends with 1 when something grows,
something was refused or something is missing.
"""
import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile

import measure
import open_load
import reports
import servers

CLOSES_AFTER_SECONDS = 60
REMEMBERED = 2  # closed sessions for each open one
SEGMENT_BYTES = 64 * 1024 * 1024
# What a start would read stays: up to two snapshots' worth of records (app/fold_loop.h).
BYTES_SINCE_SNAPSHOT = 2 * 2_000_000 * 200
MEMORY_MAY_GROW = 1.1
LATENCY_MAY_GROW = 1.5
WIDTH, PANEL, MARGIN = 800, 150, 70


def folder_bytes(folder):
    return sum(entry.stat().st_size for entry in os.scandir(folder) if entry.is_file())


class Served(reports.Served):
    """A server whose sessions close after a minute, which remembers so many closed ones, and whose
    journal keeps so many bytes."""

    def __init__(self, binary, data, remembered, keep_bytes):
        flags = ["--session.inactivity_seconds", str(CLOSES_AFTER_SECONDS),
                 "--session.max_sessions", str(remembered),
                 "--journal.retention_bytes", str(keep_bytes),
                 "--journal.segment_bytes", str(SEGMENT_BYTES)]
        super().__init__(binary, data, flags)

    def ledger(self):
        self.connection.close()  # the server has closed it meanwhile: the next question opens it
        status, said = self.ask("GET", "/v1/ledger")
        if status != 200:
            raise RuntimeError(f"/v1/ledger was answered {status}")
        return json.loads(said)


def sample(server, data, line):
    """One slice: what the load met, and what the server holds behind it."""
    slice_of = json.loads(line)
    return {"starts_p50_ms": slice_of["starts"]["p50_us"] / 1000,
            "starts_p99_ms": slice_of["starts"]["p99_us"] / 1000,
            "pings_p50_ms": slice_of["pings"]["p50_us"] / 1000,
            "pings_p99_ms": slice_of["pings"]["p99_us"] / 1000,
            "answered": slice_of["starts"]["answered"] + slice_of["pings"]["answered"],
            "others": slice_of["starts"]["others"] + slice_of["pings"]["others"],
            "resident_mb": measure.resident_bytes(server.process.pid) / 1e6,
            "journal_mb": folder_bytes(os.path.join(data, "journal")) / 1e6,
            "cpu_s": measure.cpu_ns(server.process.pid) / 1e9}


def measured(data, options):
    """The samples, and what the ledger says when everything is understood."""
    server = Served(options.binary, data, REMEMBERED * options.sessions, options.keep_bytes)
    try:
        load = open_load.PostLoad(server, options.sessions, options.connections, options.starts,
                                  options.pings, options.seconds, None, options.slice)
        opened_cpu = measure.cpu_ns(server.process.pid) / 1e9
        samples = []
        for line in load.slices():
            samples.append(sample(server, data, line))
            print(f"  {len(samples) * options.slice} s: " + ", ".join(
                f"{name} {value:,.1f}" for name, value in samples[-1].items()), flush=True)
        _, rested = measure.cpu_ns_at_rest(server.process.pid)
        ledger = server.ledger()
    finally:
        server.stop()
    answered = options.sessions + sum(one["answered"] for one in samples)
    cpu = samples[-1]["cpu_s"] - opened_cpu
    refused = sum(one["others"] for one in samples)
    # What is left for the last line may be a few answers, which say nothing of a slice.
    if len(samples) > 1 and samples[-1]["answered"] < samples[-2]["answered"] / 2:
        samples.pop()
    return {"samples": samples, "refused": refused, "answered": answered,
            "received": ledger["received"], "pending": ledger["pending"],
            "unaccounted": ledger["unaccounted"],
            "came_to_rest": rested, "share_of_a_core": cpu / options.seconds}


def thirds(samples, key):
    """The medians of the second and of the last third."""
    third = len(samples) // 3
    return (statistics.median(one[key] for one in samples[third:2 * third]),
            statistics.median(one[key] for one in samples[2 * third:]))


def failures(found, options):
    """What is not as it should be."""
    samples = found["samples"]
    wrong = []
    for key, most in (("resident_mb", MEMORY_MAY_GROW), ("starts_p99_ms", LATENCY_MAY_GROW),
                      ("pings_p99_ms", LATENCY_MAY_GROW)):
        before, after = thirds(samples, key)
        if after > before * most:
            wrong.append(f"{key} grew from {before:.1f} to {after:.1f}")
    most_journal = (options.keep_bytes + BYTES_SINCE_SNAPSHOT + 3 * SEGMENT_BYTES) / 1e6
    if max(one["journal_mb"] for one in samples) > most_journal:
        wrong.append(f"the journal took more than {most_journal:.0f} MB")
    if found["refused"]:
        wrong.append(f"{found['refused']} requests were refused")
    if found["received"] != found["answered"] or found["unaccounted"] != 0:
        wrong.append(f"the ledger has {found['received']} events after {found['answered']} "
                     f"answers, {found['unaccounted']} unaccounted")
    return wrong


def panel(samples, top, title, keys):
    """One diagram over the whole time, from zero; `keys`: what is drawn, each in a colour."""
    highest = max(one[key] for one in samples for key in keys) * 1.1 or 1
    bottom = top + PANEL
    parts = [f'<text x="{MARGIN}" y="{top - 8}">{title}</text>',
             f'<text x="{MARGIN - 8}" y="{top + 10}" text-anchor="end">{highest:,.0f}</text>',
             f'<text x="{MARGIN - 8}" y="{bottom}" text-anchor="end">0</text>',
             f'<path d="M{MARGIN},{top}V{bottom}H{WIDTH - 20}" fill="none" stroke="#888"/>']
    step = (WIDTH - 20 - MARGIN) / max(1, len(samples) - 1)
    for key, colour in keys.items():
        points = " ".join(f"{MARGIN + number * step:.1f},"
                          f"{bottom - one[key] / highest * PANEL:.1f}"
                          for number, one in enumerate(samples))
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}"/>')
    return "\n".join(parts)


def picture(samples, minutes):
    """SVG: latency, memory and journal one below the other."""
    panels = [
        ("POST /sessions, ms from when it was due: median, 99th percentile",
         {"starts_p50_ms": "#2a78d6", "starts_p99_ms": "#d0562b"}),
        ("POST /sessions/{sid}/events, the same",
         {"pings_p50_ms": "#2a78d6", "pings_p99_ms": "#d0562b"}),
        ("resident memory, MB", {"resident_mb": "#2a78d6"}),
        ("journal on disk, MB", {"journal_mb": "#2a78d6"})]
    step = PANEL + 50
    height = len(panels) * step + 30
    drawn = [panel(samples, 30 + number * step, *each) for number, each in enumerate(panels)]
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
            'font-family="sans-serif" font-size="12">\n'
            f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>\n' + "\n".join(drawn) +
            f'\n<text x="{WIDTH - 20}" y="{height - 12}" text-anchor="end">'
            f'{minutes:.0f} minutes</text>\n</svg>\n')


def parse_arguments(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=1800)
    parser.add_argument("--slice", type=int, default=10, help="seconds of each sample")
    parser.add_argument("--pings", type=int, default=10_000, help="a second")
    parser.add_argument("--starts", type=int, default=400, help="a second")
    parser.add_argument("--sessions", type=int, default=100_000, help="that are pinged in turn")
    parser.add_argument("--connections", type=int, default=200)
    parser.add_argument("--keep-bytes", type=int, default=512 * 1024 * 1024,
                        help="journal.retention_bytes")
    parser.add_argument("--binary", default=os.path.join(reports.ROOT, "build/release/playhead"))
    parser.add_argument("--folder", default=os.path.join(reports.ROOT, "build"))
    parser.add_argument("--picture", metavar="FILE", help="where to write an SVG")
    return parser.parse_args(arguments)


def main():
    options = parse_arguments()
    servers.allow_many_files()
    print(f"{measure.machine()}, load {os.getloadavg()[0]:.1f}", flush=True)
    subprocess.run(["git", "-C", reports.ROOT, "describe", "--always", "--dirty"], check=False)
    data = tempfile.mkdtemp(prefix="soak-", dir=options.folder)
    try:
        found = measured(data, options)
    finally:
        shutil.rmtree(data, ignore_errors=True)
    samples = found.pop("samples")
    print(json.dumps(found))
    for key in ("starts_p50_ms", "starts_p99_ms", "pings_p50_ms", "pings_p99_ms", "resident_mb",
                "journal_mb"):
        before, after = thirds(samples, key)
        print(f"{key}: second third {before:,.1f}, last third {after:,.1f}, at the most "
              f"{max(one[key] for one in samples):,.1f}")
    if options.picture:
        with open(options.picture, "w", encoding="utf-8") as file:
            file.write(picture(samples, options.seconds / 60))
    wrong = failures({**found, "samples": samples}, options)
    for each in wrong:
        print(f"FAILED: {each}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
