# SPDX-License-Identifier: Apache-2.0
"""Instructions of what runs for each event, by callgrind, beside those of another commit.

They are the same in every run, however busy the machine is: a change of one percent can be seen.
They are not time: what waits for memory or the kernel costs more than its instructions say.
"""
import os
import re
import shutil
import subprocess
import tempfile

import servers

PROGRAMS = {"http_bench": "http", "ingest_bench": "ingest", "journal_bench": "journal",
            "session_bench": "session"}
# Program, benchmark, and the function that is counted with all that it calls.
COUNTED = [
    ("http_bench", "parse/lean_whole", "playhead::http::Parser::parse("),
    ("http_bench", "parse/browser_whole", "playhead::http::Parser::parse("),
    ("http_bench", "write_204", "playhead::http::append_response("),
    ("ingest_bench", "decode/ping", "playhead::ingest::Decoder::decode("),
    ("ingest_bench", "decode/ad_start", "playhead::ingest::Decoder::decode("),
    ("ingest_bench", "decode/session_start", "playhead::ingest::Decoder::decode("),
    ("journal_bench", "append_and_commit/64/real_time", "playhead::journal::FileJournal::append("),
    ("session_bench", "ordinary_viewers/1000", "playhead::session::Table::arrive("),
    ("session_bench", "busy_viewers/1000", "playhead::session::Table::arrive("),
]
# Under callgrind; long enough that the first calls, which get memory, do not show.
MIN_TIME = "2"

CALLED = re.compile(r"c?fn=\((\d+)\)(?: (.*))?")


def cost_of_calls(lines, function):
    """From a file of callgrind: how often functions whose name begins so were called by others,
    and the instructions of these calls."""
    names, calls, cost = {}, 0, 0
    caller = called = ""
    lines = iter(lines)
    for line in lines:
        found = CALLED.match(line)
        if found:
            number, name = found.groups()
            if name:
                names[number] = name.strip()
            if line.startswith("cfn"):
                called = names[number]
            else:
                caller = names[number]
        elif line.startswith("calls="):
            inclusive = int(next(lines).split()[-1])
            if called.startswith(function) and not caller.startswith(function):
                calls += int(line[len("calls="):].split()[0])
                cost += inclusive
    return calls, cost


def counted(folder):
    """Instructions of a call for each of COUNTED, by the programs of a build; nothing where the
    build has none."""
    found = {}
    for program, benchmark, function in COUNTED:
        path = os.path.join(folder, "src", PROGRAMS[program], program)
        if not os.access(path, os.X_OK):
            continue
        with tempfile.NamedTemporaryFile(prefix="callgrind-") as out:
            subprocess.run(
                ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out.name}", path,
                 f"--benchmark_filter=^{benchmark}(/iterations:[0-9]+)?$",
                 f"--benchmark_min_time={MIN_TIME}"],
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
            with open(out.name, encoding="utf-8") as file:
                calls, cost = cost_of_calls(file, function)
        if calls:
            found[f"{program} {benchmark}"] = cost / calls
    return found


def built(commit):
    """Builds the benchmarks of another commit in a work tree of its own, build/against, which stays
    for the next time. Gives the folder of its build."""
    source = os.path.join(servers.ROOT, "build", "against")
    deps = os.path.join(servers.ROOT, "build", "deps")
    if os.path.isdir(source):
        subprocess.run(["git", "-C", source, "checkout", "--quiet", "--detach", commit], check=True)
    else:
        subprocess.run(["git", "-C", servers.ROOT, "worktree", "prune"], check=True)
        subprocess.run(["git", "-C", servers.ROOT, "worktree", "add", "--detach", source, commit],
                       stdout=subprocess.DEVNULL, check=True)
        shutil.copytree(deps, os.path.join(source, "build", "deps"), symlinks=True)
    for command in (["cmake", "--preset", "release"],
                    ["cmake", "--build", "--preset", "release", "--target", *PROGRAMS]):
        subprocess.run(command, cwd=source, stdout=subprocess.DEVNULL, check=True)
    return os.path.join(source, "build", "release")


def against(revision):
    """Rows of (what, instructions there, instructions here); nothing for what one has not."""
    commit = subprocess.run(["git", "-C", servers.ROOT, "rev-parse", revision + "^{commit}"],
                            capture_output=True, text=True, check=True).stdout.strip()
    here = counted(os.path.join(servers.ROOT, "build", "release"))
    there = counted(built(commit))
    return [(name, there.get(name), here.get(name))
            for name in sorted(here.keys() | there.keys())]


def print_against(revision, rows):
    print(f"\nInstructions of a call, by callgrind\n| what | {revision} | here | / {revision} |\n"
          "| --- | --- | --- | --- |")
    for name, there, here in rows:
        ratio = f"{here / there:.2f}" if here and there else ""
        cells = [f"{value:,.0f}" if value else "" for value in (there, here)]
        print(f"| {name} | {cells[0]} | {cells[1]} | {ratio} |", flush=True)
