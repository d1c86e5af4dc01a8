# SPDX-License-Identifier: Apache-2.0
"""What dashboards ask of ten million closed sessions (fill_store.cc), over HTTP, beside the DuckDB
library asked in SQL for the same numbers (ask_store.cc).

The server and then the library have the store for themselves: a DuckDB file is open in one process.
The first answer of each question is not counted, so that both read from memory. The server is asked
once it has summed up the days that are over.
"""
import http.client
import json
import os
import re
import shutil
import statistics
import subprocess
import tempfile
import time

import servers

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), ".."))
FILL_STORE = os.path.join(ROOT, "build/release/bench/fill_store")
ASK_STORE = os.path.join(ROOT, "build/release/bench/ask_store")
DAY = 86_400_000
FIRST = 1_767_225_600_000  # 2026-01-01, as in fill_store.cc
END = FIRST + 90 * DAY
PERIODS = {"day": END - DAY, "week": END - 7 * DAY, "90 days": FIRST}
STEPS = {"day": ("hour", DAY // 24), "week": ("day", DAY), "90 days": ("day", DAY)}
BY_START = ["mediaStarts"]
BY_CLOSE = ["contentStarts", "contentTimeSpent", "contentCompletes", "averageMinuteAudience"]
CLOSES = ("count_if(is_played), sum((time_played_ms + 500) // 1000), count_if(is_completed), "
          "sum(((time_played_ms + 500) // 1000) / length)")
START_SECONDS = 60
SUM_SECONDS = 3600
MISSING = re.compile(rb"^playhead_store_sums_missing (\d+)$", re.MULTILINE)
MADE = re.compile(rb"^playhead_store_sum_seconds_count (\d+)$", re.MULTILINE)


def both_records(since, key_of):
    """SQL of the numbers of starts and of closes, by a key of their times."""
    def part(time_of, sums):
        key = key_of(time_of)
        keys = f"{key} AS key, " if key else ""
        groups = " GROUP BY 1" if key else ""
        return (f"SELECT {keys}{sums} FROM sessions WHERE reported AND {time_of} >= {since} "
                f"AND {time_of} < {END}{groups}")
    starts = part("start_ts", "count(*) AS starts, 0, 0, 0, 0")
    closes = part("close_ts", "0, " + CLOSES)
    keys, groups = ("key, ", " GROUP BY key") if key_of("start_ts") else ("", "")
    sums = ", ".join(f"sum(n{number}) AS n{number}" for number in range(5))
    names = "(key, n0, n1, n2, n3, n4)" if keys else "(n0, n1, n2, n3, n4)"
    return f"SELECT {keys}{sums} FROM ({starts} UNION ALL {closes}) s{names}{groups}"


CONCURRENCY = (
    "WITH spans AS (SELECT DISTINCT visitor_marketing_cloud_user_id AS viewer, unnest(range("
    "greatest(start_ts, {since}) // 60000, (least(greatest(last_event_ts, start_ts + 1), {end}) "
    "- 1) // 60000 + 1)) AS minute FROM sessions WHERE reported AND start_ts < {end} AND "
    "last_event_ts >= {since}) SELECT minute, count(*) FROM spans GROUP BY 1 ORDER BY 1")


def questions():
    """(name, question, SQL), what the pages of the dashboard ask."""
    found = []
    for name, since in PERIODS.items():
        period = {"metrics": BY_START + BY_CLOSE, "from": since, "to": END, "timeZone": "UTC"}
        step, length = STEPS[name]
        found.append((f"{name}: totals", period, both_records(since, lambda _: "")))
        found.append((f"{name}: by {step}", {**period, "granularity": step},
                      both_records(since, lambda at, length=length: f"{at} // {length}") +
                      " ORDER BY key"))
        found.append((f"{name}: by content, top 50",
                      {**period, "dimensions": ["media.id"], "limit": 50,
                       "sort": [{"by": "mediaStarts", "descending": True}]},
                      both_records(since, lambda _: "media_id") +
                      " ORDER BY n0 DESC, key LIMIT 50"))
    hours = {"metrics": BY_START + BY_CLOSE, "from": PERIODS["week"], "to": END,
             "timeZone": "UTC", "granularity": "hour"}
    found.append(("week: by hour", hours, both_records(
        PERIODS["week"], lambda at: f"{at} // {DAY // 24}") + " ORDER BY key"))
    found.append(("day: concurrent viewers by minute",
                  {"metrics": ["concurrentViewers"], "from": PERIODS["day"], "to": END,
                   "timeZone": "UTC", "granularity": "minute", "limit": 1440},
                  CONCURRENCY.format(since=PERIODS["day"], end=END)))
    return found


class Served:
    """A server over a folder, for example with a store that was filled, until stop()."""

    def __init__(self, binary, folder, flags=()):
        self.process = subprocess.Popen(
            [binary, "serve", "--data", folder, "--listen", "127.0.0.1:0", "--admin",
             "127.0.0.1:0", *flags], stdout=subprocess.PIPE, text=True)
        self.port, self.admin_port = servers.ready_ports(self.process)
        self.connection = http.client.HTTPConnection("127.0.0.1", self.admin_port, timeout=120)
        deadline = time.monotonic() + START_SECONDS
        while self.ask("GET", "/readyz")[0] != 200:
            if time.monotonic() > deadline:
                raise RuntimeError("the server does not become ready")
            time.sleep(0.1)

    def ask(self, method, path, body=None):
        self.connection.request(method, path, body)
        answer = self.connection.getresponse()
        return answer.status, answer.read()

    def wait_until_summed(self):
        """Seconds that it took."""
        began = time.monotonic()
        while True:
            text = self.ask("GET", "/metrics")[1]
            if int(MADE.search(text)[1]) > 0 and int(MISSING.search(text)[1]) == 0:
                return time.monotonic() - began
            if time.monotonic() - began > SUM_SECONDS:
                raise RuntimeError("the server does not sum up its days")
            time.sleep(0.5)

    def milliseconds(self, question):
        began = time.monotonic()
        status, said = self.ask("POST", "/v1/reports", json.dumps(question))
        took = (time.monotonic() - began) * 1000
        if status != 200:
            raise RuntimeError(f"{question} was answered {status}: {said[:300]!r}")
        return took, json.loads(said)

    def stop(self):
        self.connection.close()
        self.process.terminate()
        code = self.process.wait(timeout=120)
        self.process.stdout.close()
        if code != 0:
            raise RuntimeError(f"playhead stopped with {code}")


def fill(folder, sessions):
    """Seconds that it took."""
    began = time.monotonic()
    subprocess.run([FILL_STORE, folder, str(sessions)], check=True)
    return time.monotonic() - began


def ask_server(binary, folder, rounds, is_summed):
    """Of each question the milliseconds of each round but the first, and how many items came."""
    server = Served(binary, folder)
    try:
        if is_summed:
            print(f"its days were summed up in {server.wait_until_summed():.0f} s", flush=True)
        found = []
        for _, question, _ in questions():
            answers = [server.milliseconds(question) for _ in range(rounds + 1)]
            found.append(([took for took, _ in answers[1:]], answers[0][1]))
        return found
    finally:
        server.stop()


def ask_library(folder, rounds, threads):
    statements = "".join(sql + "\n" for _, _, sql in questions())
    done = subprocess.run(
        [ASK_STORE, os.path.join(folder, "store.duckdb"), str(threads), str(rounds + 1)],
        input=statements, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(done.stderr[-300:])
    return [[float(number) for number in line.split()][1:] for line in done.stdout.splitlines()]


def measured(binary, folder, rounds, is_summed=True):
    """A row for each question, in milliseconds. `is_summed`: only once the days are summed up,
    which takes minutes."""
    answers = ask_server(binary, folder, rounds, is_summed)
    library = ask_library(folder, rounds, threads=2)
    return [{"question": name, "ms": statistics.median(took), "max_ms": max(took),
             "library_ms": statistics.median(of_library), "items": len(answer["items"])}
            for (name, _, _), (took, answer), of_library in zip(questions(), answers, library)]


def reports(options):
    folder = tempfile.mkdtemp(prefix="bench-", dir=options.folder)
    try:
        seconds = fill(folder, options.closed_sessions)
        print(f"{options.closed_sessions} closed sessions were made in {seconds:.0f} s", flush=True)
        return measured(options.binary, folder, options.rounds)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def print_reports(rows):
    print("\nReports, medians in milliseconds, the DuckDB library = 1.00")
    print("| question | ms | (max) | DuckDB ms | / DuckDB | items |")
    print("| --- | --- | --- | --- | --- | --- |")
    for row in rows:
        print("| {question} | {ms:.0f} | {max_ms:.0f} | {library_ms:.0f} | {ratio:.2f} | {items} |"
              .format(ratio=row["ms"] / max(1, row["library_ms"]), **row), flush=True)
