# SPDX-License-Identifier: Apache-2.0
"""Numbers: CPU time of a process with all its threads, what wrk said, medians of ratios."""
import collections
import glob
import json
import os
import statistics
import time

# A server is at rest when it uses less than this share of a core.
REST_SHARE = 0.02
REST_WINDOW_SECONDS = 0.5
REST_DEADLINE_SECONDS = 20.0


def parse_schedstat(text):
    """The first number of a thread's schedstat: nanoseconds on a CPU."""
    return int(text.split()[0])


def cpu_ns_of_threads(pid):
    """Nanoseconds of CPU that the living threads of a process have used, by the name of the thread.
    A thread that ends takes its time with it; none of the servers measured here ends a thread
    while it serves."""
    used = collections.Counter()
    for folder in glob.glob(f"/proc/{pid}/task/*"):
        with open(folder + "/comm", encoding="utf-8") as comm, \
                open(folder + "/schedstat", encoding="ascii") as schedstat:
            used[comm.read().strip()] += parse_schedstat(schedstat.read())
    return used


def cpu_ns(pid):
    """Nanoseconds of CPU that all living threads of a process have used."""
    return cpu_ns_of_threads(pid).total()


def resident_bytes(pid):
    with open(f"/proc/{pid}/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def cpu_ns_at_rest(pid):
    """As cpu_ns, once the process has finished what it still had to do: what is answered is not yet
    understood. Gives (nanoseconds, whether it came to rest)."""
    deadline = time.monotonic() + REST_DEADLINE_SECONDS
    before = cpu_ns(pid)
    while time.monotonic() < deadline:
        time.sleep(REST_WINDOW_SECONDS)
        now = cpu_ns(pid)
        if now - before < REST_SHARE * REST_WINDOW_SECONDS * 1e9:
            return now, True
        before = now
    return before, False


def parse_wrk(output):
    """The RESULT line of bench/pings.lua as a dict; ValueError without one."""
    for line in output.split("\n"):
        if line.startswith("RESULT "):
            return json.loads(line[len("RESULT "):])
    raise ValueError(f"wrk gave no result: {output[-300:]!r}")


def spread(values):
    """Median, smallest and largest."""
    return {"median": statistics.median(values), "min": min(values), "max": max(values)}


def ratios_to_reference(benchmarks):
    """Rows of one Google Benchmark program: (name, nanoseconds, ratio or nothing).

    A benchmark with `reference` in its name is the reference of those behind it, up to the next.
    """
    rows, reference = [], None
    for name, nanoseconds in benchmarks:
        if "reference" in name:
            reference = nanoseconds
            rows.append((name, nanoseconds, 1.0))
        else:
            rows.append((name, nanoseconds, nanoseconds / reference if reference else None))
    return rows


def parse_google_benchmark(text):
    """(name, nanoseconds of CPU) of each median in the JSON output, in the order of the program."""
    unit = {"ns": 1.0, "us": 1e3, "ms": 1e6, "s": 1e9}
    return [(entry["run_name"], entry["cpu_time"] * unit[entry["time_unit"]])
            for entry in json.loads(text)["benchmarks"]
            if entry.get("aggregate_name") == "median"]


def parse_counters(text, names):
    """(name, {counter: median}) of each benchmark that has one of these counters."""
    found = []
    for entry in json.loads(text)["benchmarks"]:
        counters = {name: entry[name] for name in names if name in entry}
        if entry.get("aggregate_name") == "median" and counters:
            found.append((entry["run_name"], counters))
    return found


def machine():
    model = "unknown processor"
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        for line in file:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    return f"{model}, {os.cpu_count()} cores, Linux {os.uname().release}"
