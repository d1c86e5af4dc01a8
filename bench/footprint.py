# SPDX-License-Identifier: Apache-2.0
"""What the program takes when nobody asks anything of it: bytes of its binary, time until it is
ready, bytes of the journal for each ping."""
import json
import os
import shutil
import subprocess
import tempfile
import time

import measure
import servers

EVENTS = 200_000
START_ROUNDS = 9


def start_ms(options):
    times = []
    for _ in range(START_ROUNDS):
        folder = tempfile.mkdtemp(prefix="bench-", dir=options.folder)
        began = time.monotonic()
        server = servers.start_playhead(options.binary, folder, None)
        times.append((time.monotonic() - began) * 1000)
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
    return measure.spread(times)


def journal_bytes_per_event(options):
    """Of a journal of pings, with the headers of its segments; what is written ahead, one segment
    however long the journal is, is not counted."""
    folder = tempfile.mkdtemp(prefix="bench-", dir=options.folder)
    fill = os.path.join(os.path.dirname(options.binary), "bench/fill_journal")
    subprocess.run([fill, folder, "1000", str(EVENTS)], check=True, stdout=subprocess.DEVNULL)
    said = subprocess.run([options.binary, "verify", "--data", folder], check=True,
                          capture_output=True, text=True).stdout
    verified = json.loads(said)
    shutil.rmtree(folder, ignore_errors=True)
    return (verified["end"] - verified["first"]) / verified["records"]


def footprint(options):
    return {"binary_bytes": os.path.getsize(options.binary), "start_ms": start_ms(options),
            "journal_bytes": journal_bytes_per_event(options)}


def print_footprint(result):
    print("\n| footprint | |\n| --- | --- |")
    print("| release binary without DuckDB | {:.1f} MB |".format(result["binary_bytes"] / 1e6))
    print("| start to ready on an empty folder | {median:.0f} ms ({min:.0f} - {max:.0f}) |".format(
        **result["start_ms"]))
    print("| journal, a ping | {:.0f} bytes |".format(result["journal_bytes"]))
