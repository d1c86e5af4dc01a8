#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The benchmarks of playhead, each as a ratio to a reference of the same run.

Whole server: CPU per answered event, all threads and the work after the answer included, against
nginx's bare `return 204` for the same requests. The server is pinned to one core, wrk to another;
the two take turns, and the order is turned round every second round. Medians over the rounds, with
the smallest and the largest. Memory is laid out anew with each start of a server, and the cost of
an event differs by up to a tenth between two starts: so the rounds are shared out among several
starts of all servers. "Accepting" is the network and commit threads alone. Every answer is
checked: a socket error ends the run, an answer other than 2xx makes it fail at the end, and the
journal holds as many records as were answered.

Parts: every Google Benchmark program below build/release/src. A ratio stands where the program has
a benchmark with `reference` in its name before it. Fold: those of them that fold events, with how
many a second one core takes, and the bytes of an open session.

Latency, growth: an open-loop load, see open_load.py. Footprint: the binary, a start, the bytes of a
ping, see footprint.py.

Reports: what dashboards ask of ten million closed sessions, see reports.py.

With --against: the instructions of the small parts beside those of another commit, and nothing
else, see instructions.py.
"""
import argparse
import collections
import contextlib
import glob
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

import footprint
import instructions
import measure
import open_load
import reports
import servers

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), ".."))
HERE = os.path.dirname(os.path.realpath(__file__))
SERVER_CORE, LOAD_CORE = 0, 1
PIPELINED = 10
SHORT_MIN_TIME = "0.05"
FOLD_PROGRAMS = ["session_bench", "app_bench"]
FOLD_COUNTERS = ["items_per_second", "bytes_without_dimensions", "bytes_per_session"]


def say(text):
    print(text, flush=True)


class Load:
    """wrk against one server, posting pings that it has not posted before."""

    def __init__(self, sessions_file, sessions, epoch_ms):
        self.sessions_file = sessions_file
        self.sessions = sessions
        self.epoch_ms = epoch_ms
        self.next_step = {}

    def post(self, server, connections, seconds, pipelined=1):
        """`pipelined`: so many pings are sent on a connection before an answer is waited for."""
        first = self.next_step.get(server.name, 1)
        environment = {**os.environ, "PINGS_SESSIONS": self.sessions_file,
                       "PINGS_FIRST": str(first), "PINGS_EPOCH": str(self.epoch_ms),
                       "PINGS_PIPELINED": str(pipelined)}
        done = subprocess.run(
            ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "20s",
             "-s", os.path.join(HERE, "pings.lua"), f"http://127.0.0.1:{server.port}/"],
            env=environment, capture_output=True, text=True, check=False,
            preexec_fn=servers.pinned(LOAD_CORE))
        result = measure.parse_wrk(done.stdout + done.stderr)
        sent = result["requests"] + connections * pipelined
        self.next_step[server.name] = first + sent // self.sessions + 2
        result["answered"] = result["requests"] - result["refused"]
        if result["broken"] or not result["answered"]:
            raise RuntimeError(f"{server.name} did not answer every request: {result}")
        return result


def measure_once(server, load, connections, options, pipelined):
    before, _ = measure.cpu_ns_at_rest(server.pid)
    threads = measure.cpu_ns_of_threads(server.pid)
    result = load.post(server, connections, options.seconds, pipelined)
    after, rested = measure.cpu_ns_at_rest(server.pid)
    spent = measure.cpu_ns_of_threads(server.pid)
    return {"server": server.name, "under_way": connections * pipelined,
            "answered": result["answered"], "refused": result["refused"],
            "cpu_us": (after - before) / 1000 / result["answered"],
            "rps": result["answered"] / (result["duration_us"] / 1e6),
            "threads_us": {name: (spent[name] - threads[name]) / 1000 / result["answered"]
                           for name in spent},
            "p50_ms": result["p50_us"] / 1000, "p99_ms": result["p99_us"] / 1000,
            "came_to_rest": rested}


def is_accepting(thread):
    return thread == "commit" or thread.startswith("http-")


def compare(playhead, reference, load, connections, options, pipelined=1):
    """Rounds of both servers in turn: the name of the row, and pairs."""
    rounds = []
    name = f"{connections} connections" + (f", {pipelined} pipelined" if pipelined > 1 else "")
    for number in range(options.rounds):
        order = [playhead, reference] if number % 2 == 0 else [reference, playhead]
        runs = {server.name: measure_once(server, load, connections, options, pipelined)
                for server in order}
        rounds.append((runs[playhead.name], runs[reference.name]))
        say("  {}, round {} of {}: playhead {:.2f} us, {} {:.2f} us".format(
            name, number + 1, options.rounds, rounds[-1][0]["cpu_us"], reference.name,
            rounds[-1][1]["cpu_us"]))
    return (name, reference.name), rounds


def row(name, reference, rounds):
    """One row of the table."""
    def over(key):
        return measure.spread([ours[key] / theirs[key] for ours, theirs in rounds])
    accepting = [sum(us for thread, us in ours["threads_us"].items() if is_accepting(thread)) /
                 theirs["cpu_us"] for ours, theirs in rounds]
    return {"connections": name, "reference": reference, "cpu_ratio": over("cpu_us"),
            "accepting_ratio": measure.spread(accepting), "rps_ratio": over("rps"),
            "refused": sum(run["refused"] for both in rounds for run in both),
            "playhead_cpu_us": measure.spread([ours["cpu_us"] for ours, _ in rounds]),
            "reference_cpu_us": measure.spread([theirs["cpu_us"] for _, theirs in rounds]),
            "rounds": [ours for ours, _ in rounds]}


def check_journal(folder, rows, served_seconds, options):
    """The journal holds what was answered: every start, every ping, and no more than the pings that
    were under way when wrk stopped, with about one tick for each second without a request."""
    records = servers.records_in(options.binary, os.path.join(folder, "data"))
    runs = [ours for _, rounds in rows for ours, _ in rounds]
    answered = options.sessions + sum(run["answered"] for run in runs)
    under_way = sum(run["under_way"] for run in runs)
    ticks = 2 * int(served_seconds) + 2
    if not answered <= records <= answered + under_way + ticks:
        raise RuntimeError(f"the journal holds {records} records after {answered} answers")
    return {"answered": answered, "records": records}


def one_start(options):
    """The rounds of one start of all servers, by row, and what the journal holds afterwards."""
    folder = tempfile.mkdtemp(prefix="bench-", dir=options.folder)
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        nginx = servers.start_nginx(folder, os.path.join(HERE, "nginx.conf.in"), SERVER_CORE)
        stack.callback(nginx.stop)
        logging = servers.start_nginx(folder, os.path.join(HERE, "nginx.conf.in"), SERVER_CORE,
                                      logs=True)
        stack.callback(logging.stop)
        playhead = servers.start_playhead(options.binary, folder, SERVER_CORE)
        stack.callback(playhead.stop)
        started, epoch_ms = time.monotonic(), int(time.time() * 1000)
        ids = servers.open_sessions(playhead, options.sessions, folder)
        sessions_file = os.path.join(folder, "sessions.lua")
        with open(sessions_file, "w", encoding="ascii") as file:
            file.write("return {" + ",".join(f'"{session}"' for session in ids) + "}\n")
        load = Load(sessions_file, len(ids), epoch_ms)
        rows = [compare(playhead, nginx, load, connections, options)
                for connections in options.connections]
        most = max(options.connections)
        rows.append(compare(playhead, logging, load, most, options))
        rows.append(compare(playhead, nginx, load, min(options.connections), options, PIPELINED))
        if playhead.stop() != 0:
            raise RuntimeError("playhead did not stop with 0")
        served_seconds = time.monotonic() - started
        return rows, check_journal(folder, rows, served_seconds, options)


def whole_server(options):
    pairs, journal = collections.defaultdict(list), collections.Counter()
    for start in range(options.starts):
        say(f"  start {start + 1} of {options.starts}")
        rows, held = one_start(options)
        journal.update(held)
        for names, rounds in rows:
            pairs[names] += rounds
    return {"rows": [row(*names, rounds) for names, rounds in pairs.items()],
            "journal": dict(journal)}


def print_whole_server(result):
    say("\nWhole server, CPU per answered event, the reference = 1.00")
    say("| connections | reference | CPU ratio | (min - max) | accepting | (min - max) | "
        "playhead us | reference us | requests/s ratio |")
    say("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for each in result["rows"]:
        cpu, accepting = each["cpu_ratio"], each["accepting_ratio"]
        say("| {} | {} | {:.2f} | {:.2f} - {:.2f} | {:.2f} | {:.2f} - {:.2f} | {:.2f} | {:.2f} | "
            "{:.2f} |".format(
                each["connections"], each["reference"], cpu["median"], cpu["min"], cpu["max"],
                accepting["median"], accepting["min"], accepting["max"],
                each["playhead_cpu_us"]["median"], each["reference_cpu_us"]["median"],
                each["rps_ratio"]["median"]))
    for each in result["rows"]:
        names = sorted({name for run in each["rounds"] for name in run["threads_us"]})
        medians = [(name, measure.spread([run["threads_us"].get(name, 0.0)
                                          for run in each["rounds"]])["median"]) for name in names]
        say(f"{each['connections']}, us by thread: " +
            ", ".join(f"{name} {median:.2f}" for name, median in medians))
    say("{answered} answers of 2xx, {records} records in the journal".format(**result["journal"]))
    for each in result["rows"]:
        if each["refused"]:
            say(f"FAILED: {each['refused']} requests over {each['connections']} were not "
                "answered 2xx; the numbers hold for the others")


def bench_programs():
    pattern = os.path.join(ROOT, "build/release/src/**/*_bench")
    return [program for program in sorted(glob.glob(pattern, recursive=True))
            if os.path.isfile(program) and os.access(program, os.X_OK)]


def parts(programs):
    """Each program's rows of time, and the counters of those that fold."""
    found, folds = {}, []
    for program in programs:
        done = subprocess.run(
            [program, "--benchmark_format=json", f"--benchmark_min_time={SHORT_MIN_TIME}",
             "--benchmark_repetitions=5", "--benchmark_report_aggregates_only=true"],
            capture_output=True, text=True, check=False, cwd=ROOT)
        if done.returncode != 0:
            raise RuntimeError(f"{program}: {done.stderr[-300:]}")
        benchmarks = measure.parse_google_benchmark(done.stdout)
        name = os.path.basename(program)
        found[name] = measure.ratios_to_reference(benchmarks)
        if name in FOLD_PROGRAMS:
            folds += measure.parse_counters(done.stdout, FOLD_COUNTERS)
    return found, folds


def print_folds(folds):
    say("\nThe fold: events a second on one core, and bytes of an open session")
    say("| benchmark | events/s | bytes without dimensions | bytes |")
    say("| --- | --- | --- | --- |")
    for name, counters in folds:
        values = [f"{counters[each]:,.0f}" if each in counters else "" for each in FOLD_COUNTERS]
        say(f"| {name} | {' | '.join(values)} |")


def print_parts(found):
    say("\nParts, median of five, nanoseconds of CPU")
    say("| program | benchmark | ns | / reference |")
    say("| --- | --- | --- | --- |")
    for program, rows in found.items():
        for name, nanoseconds, ratio in rows:
            say("| {} | {} | {:.1f} | {} |".format(
                program, name, nanoseconds, f"{ratio:.2f}" if ratio is not None else ""))


def parse_arguments():
    parser = argparse.ArgumentParser(prog="script/bench", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=["server", "latency", "growth", "footprint",
                                           "reports", "parts", "fold"], help="one part of it")
    parser.add_argument("--against", metavar="REVISION",
                        help="compare instructions with this commit, for example HEAD^")
    parser.add_argument("--starts", type=int, default=3,
                        help="of all servers, for the whole server")
    parser.add_argument("--rounds", type=int, default=5, help="of each row, after each start")
    parser.add_argument("--seconds", type=int, default=3, help="of load in each run")
    parser.add_argument("--sessions", type=int, default=100_000,
                        help="opened and pinged in turn: many, for a real one sends a ping every "
                        "ten seconds")
    parser.add_argument("--closed-sessions", type=int, default=10_000_000, help="for reports")
    parser.add_argument("--connections", type=int, nargs="+", default=[64, 1000])
    parser.add_argument("--growth", type=int, nargs="+", default=[1_000, 100_000, 1_000_000],
                        help="open sessions of each row of growth")
    parser.add_argument("--folder", default=os.path.join(ROOT, "build"),
                        help="where the journal is written while measuring")
    parser.add_argument("--binary", default=os.path.join(ROOT, "build/release/playhead"))
    parser.add_argument("--json", metavar="FILE", help="also write everything measured")
    options = parser.parse_args()
    options.folder = os.path.realpath(options.folder)
    return options


def missing_for_server(options):
    """Why the whole server cannot be measured here, or nothing."""
    if not os.access(options.binary, os.X_OK):
        return f"{options.binary} is not built"
    for program in ("nginx", "wrk"):
        if shutil.which(program) is None:
            return f"{program} is not installed"
    if not {SERVER_CORE, LOAD_CORE} <= os.sched_getaffinity(0):
        return "it takes two cores, one for the server and one for the load"
    return None


def run_open_load(options, result):
    if options.only in (None, "latency"):
        result["latency"] = open_load.latency(options, SERVER_CORE, LOAD_CORE)
        open_load.print_latency(result["latency"])
    if options.only in (None, "growth"):
        result["growth"] = open_load.growth(options, SERVER_CORE, LOAD_CORE)
        open_load.print_growth(result["growth"])


def main():
    options = parse_arguments()
    commit = subprocess.run(["git", "-C", ROOT, "describe", "--always", "--dirty"],
                            capture_output=True, text=True, check=False).stdout.strip()
    result = {"machine": measure.machine(), "commit": commit or "unknown"}
    say(f"{result['machine']}\ncommit {result['commit']}")
    servers.allow_many_files()
    if options.against:
        instructions.print_against(options.against, instructions.against(options.against))
        return 0
    if options.only in (None, "server"):
        missing = missing_for_server(options)
        if missing:
            say(f"The whole server is left out: {missing}.")
        else:
            result["server"] = whole_server(options)
            print_whole_server(result["server"])
    run_open_load(options, result)
    if options.only in (None, "footprint"):
        result["footprint"] = footprint.footprint(options)
        footprint.print_footprint(result["footprint"])
    if options.only in (None, "reports"):
        result["reports"] = reports.reports(options)
        reports.print_reports(result["reports"])
    if options.only in (None, "parts", "fold"):
        programs = [program for program in bench_programs()
                    if options.only != "fold" or os.path.basename(program) in FOLD_PROGRAMS]
        result["parts"], result["folds"] = parts(programs)
        if result["parts"]:
            print_parts(result["parts"])
            print_folds(result["folds"])
        else:
            say("The parts are left out: build/release has no benchmark program.")
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(result, file, indent=1)
    refused = sum(each["refused"] for each in result.get("server", {}).get("rows", []))
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
