#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Whether the oracle and the program agree on random sessions.

    python3 tests/oracle/agreement.py [--sessions N] [--seed K] [--stop-after M] [--rules R]

Prints for each difference the seed, the number of the session, the keys, and the session made as
small as it goes while the two still differ: a case ready to be put into tests/golden, with the
values of the oracle. Exit status 1 when there is one. PLAYHEAD_BINARY names the program.
"""
import argparse
import json
import os
import subprocess
import sys

import minutes
import random_sessions
import rule_sets

HERE = os.path.dirname(os.path.abspath(__file__))
BINARY = os.environ.get("PLAYHEAD_BINARY",
                        os.path.join(HERE, "..", "..", "build", "release", "playhead"))
SESSIONS_PER_PROCESS = 250
TOLERANCE = 1e-6


def fold_with_program(sessions, rule_set=rule_sets.DECIDED, flags=()):
    """Flat keys by session id, from one process for all."""
    done = subprocess.run([BINARY, "fold", "--rules", str(rule_set), *flags, "-"],
                          input=json.dumps({"sessions": sessions}),
                          capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"playhead fold gave {done.returncode}: {done.stderr}")
    by_session = {session["sid"]: {} for session in sessions}
    for key, value in json.loads(done.stdout).items():
        sid, name = key.split("/", 1)
        if name != "verdicts":
            by_session[sid][name] = value
    return by_session


def differing_keys(expected, got):
    """Section 16 of the metrics: reals within a tolerance, everything else exactly."""
    found = []
    for key in sorted(set(expected) | set(got)):
        want, have = expected.get(key), got.get(key)
        if isinstance(want, float) and isinstance(have, (int, float)):
            if abs(want - have) > TOLERANCE:
                found.append(key)
        elif want != have:
            found.append(key)
    return found


def expected_keys(session, rule_set):
    return {**rule_sets.fold(session, rule_set), **minutes.spans(session)}


def keys_of_program(sessions, rule_set):
    return fold_with_program(sessions, rule_set, ["--spans"])


def difference(session, rule_set):
    got = keys_of_program([session], rule_set)[session["sid"]]
    return differing_keys(expected_keys(session, rule_set), got)


def minimised(session, rule_set):
    """Drops events one by one, from the last, as long as the two still differ."""
    smallest = session
    shrinks = True
    while shrinks:
        shrinks = False
        for index in range(len(smallest["events"]) - 1, 0, -1):
            events = smallest["events"][:index] + smallest["events"][index + 1:]
            candidate = {**smallest, "events": events}
            if difference(candidate, rule_set):
                smallest = candidate
                shrinks = True
    return smallest


def as_case(session, seed, number, expected):
    return {"name": "", "source": f"tests/oracle, seed {seed}, session {number}", "notes": "",
            "context": session["context"], "events": session["events"],
            "expect": expected}


def report(session, seed, number, rule_set):
    smallest = minimised(session, rule_set)
    expected = expected_keys(smallest, rule_set)
    got = keys_of_program([smallest], rule_set)[smallest["sid"]]
    print(f"DIFFERENCE: seed {seed}, session {number}, rule set {rule_set}")
    for key in differing_keys(expected, got):
        print(f"  {key}: oracle {expected.get(key)}, program {got.get(key)}")
    print(json.dumps(as_case(smallest, seed, number, rule_sets.fold(smallest, rule_set)),
                     indent=1))
    sys.stdout.flush()


def compare(seed, count, stop_after=3, rule_set=rule_sets.DECIDED):
    """Gives how many of `count` sessions differ; tells about each until `stop_after`."""
    found = 0
    for first in range(0, count, SESSIONS_PER_PROCESS):
        numbers = range(first, min(first + SESSIONS_PER_PROCESS, count))
        sessions = [random_sessions.session(seed, number) for number in numbers]
        got = keys_of_program(sessions, rule_set)
        for number, session in zip(numbers, sessions):
            if differing_keys(expected_keys(session, rule_set), got[session["sid"]]):
                report(session, seed, number, rule_set)
                found += 1
                if found == stop_after:
                    return found
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sessions", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--stop-after", type=int, default=3)
    parser.add_argument("--rules", type=int, default=rule_sets.DECIDED)
    given = parser.parse_args()
    found = compare(given.seed, given.sessions, given.stop_after, given.rules)
    print(f"seed {given.seed}: {found} differences in {given.sessions} sessions")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
