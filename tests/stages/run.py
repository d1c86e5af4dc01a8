#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Everything CI runs, stage by stage. Each preset builds in build/<preset>.

  release  release build; all tests: unit, replay of fuzz findings, rules, end to end
  asan     address and undefined-behaviour sanitizers: unit and end to end
  tsan     thread sanitizer: the tests of the folders with threads, and end to end
  fuzz     each fuzz target for some seconds, and the proof that planted bugs are found
  format   clang-format on every C++ file
  lint     clang-tidy on what users run (a file that has not changed since it last passed, with
           all that it includes, passes at once; --fresh forgets that)

asan and tsan run only when they are asked for.

A stage that does not build is one failure and the next stage goes on.
"""
import argparse
import os
import re
import shutil
import subprocess
import sys
import time

import lint
import report

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", ".."))
JOBS = str(os.cpu_count() or 2)
TAIL_LINES = 40
# Folders whose code runs in several threads or is called from several.
THREADED = ["base", "http", "journal", "store", "web", "app"]
# Programs of bench/ that end-to-end tests use.
LOADS = ["post_load", "fill_store", "ask_store"]


def headline(text):
    print(f"== {text}", flush=True)


def tail(text):
    return "\n".join("   " + line for line in text.rstrip().split("\n")[-TAIL_LINES:])


def run_quietly(command, log, environment):
    """Runs a command; its output goes to the terminal, or into `log` when nobody is watching."""
    if sys.stdout.isatty():
        return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode, ""
    os.makedirs(os.path.dirname(log), exist_ok=True)
    with open(log, "w+", encoding="utf-8", errors="replace") as file:
        done = subprocess.run(command, cwd=ROOT, env=environment, check=False, stdout=file,
                              stderr=subprocess.STDOUT)
        file.seek(0)
        return done.returncode, file.read()


def wrapper_of(preset):
    """The thread sanitizer of GCC 12 wants memory where it expects it, without randomization."""
    if preset != "tsan" or shutil.which("setarch") is None:
        return []
    works = subprocess.run(["setarch", "-R", "true"], capture_output=True, check=False)
    return ["setarch", "-R"] if works.returncode == 0 else []


def environment_of(preset):
    environment = dict(os.environ)
    suppressions = os.path.join(ROOT, "tests/stages/tsan.supp")
    if preset == "asan":
        environment.setdefault("ASAN_OPTIONS",
                               "detect_stack_use_after_return=1:strict_string_checks=1")
        environment.setdefault("UBSAN_OPTIONS", "print_stacktrace=1")
    elif preset == "tsan":
        environment.setdefault(
            "TSAN_OPTIONS", f"halt_on_error=1:second_deadlock_stack=1:suppressions={suppressions}")
    return environment


def step(preset, name, command, result):
    """One step of a build; says whether the next one may follow."""
    log = os.path.join(ROOT, "build", preset, f"{name}.log")
    code, said = run_quietly(command, log, environment_of(preset))
    if code != 0:
        print(tail(said))
        result.fail(f"{preset}: {name}", "see above")
    return code == 0


def configure(preset, result):
    return step(preset, "configure", ["cmake", "--preset", preset], result)


def build(preset, targets, result):
    chosen = ["--target", *targets] if targets else []
    return step(preset, "build", [*wrapper_of(preset), "cmake", "--build", "--preset", preset,
                                  "-j", JOBS, *chosen, "--", "-k", "0"], result)


def ctest(preset, choice, result):
    folder = os.path.join(ROOT, "build", preset)
    junit = os.path.join(folder, "junit.xml")
    if os.path.exists(junit):
        os.remove(junit)
    command = [*wrapper_of(preset), "ctest", "--test-dir", folder, "-j", JOBS, *choice,
               "--output-junit", junit, "--test-output-size-passed", "1000000",
               "--test-output-size-failed", "1000000"]
    code, said = run_quietly(command, os.path.join(folder, "ctest.log"), environment_of(preset))
    text = ""
    if os.path.exists(junit):
        with open(junit, encoding="utf-8", errors="replace") as file:
            text = file.read()
    found = report.from_junit(text, preset)
    if code != 0 and not found.failures:
        print(tail(said))
        found.fail(f"{preset}: ctest", f"ended with {code} and named no failure")
    result += found


def test_programs(preset):
    """The test programs of the threaded folders that this build has."""
    with open(os.path.join(ROOT, "build", preset, "build.ninja"), encoding="utf-8") as file:
        known = set(re.findall(r"^build (\w+): phony", file.read(), re.MULTILINE))
    return [f"{folder}_test" for folder in THREADED if f"{folder}_test" in known]


def stage_release(options, result):
    choice = ["-R", options.regex] if options.regex else []
    if configure("release", result) and build("release", [], result):
        ctest("release", choice, result)


def stage_asan(_, result):
    if configure("asan", result) and build("asan", [], result):
        ctest("asan", ["-L", "^(unit|end_to_end)$"], result)


def stage_tsan(_, result):
    if not configure("tsan", result):
        return
    if build("tsan", ["playhead", *LOADS, *test_programs("tsan")], result):
        ctest("tsan", ["-R", f"^({'|'.join(THREADED)}|end_to_end)/"], result)


def stage_fuzz(_, result):
    if configure("fuzz", result) and build("fuzz", ["fuzz_targets"], result):
        ctest("fuzz", ["-L", "^fuzz$"], result)


def stage_format(_, result):
    done = subprocess.run([os.path.join(ROOT, "script/format"), "--check"], capture_output=True,
                          text=True, check=False)
    if done.returncode == 0:
        result.passed += 1
    else:
        wrong = sorted(set(re.findall(r"^([^\s:]+):\d+:\d+: error", done.stderr, re.MULTILINE)))
        result.fail("format", "script/format mends: " + (" ".join(wrong) or done.stderr))


def stage_lint(options, result):
    # The lint reads the compile commands; the build itself is not needed.
    if configure("release", result):
        lint.run(ROOT, os.path.join(ROOT, "build/release"), options.fresh, result)


STAGES = {"release": stage_release, "asan": stage_asan, "tsan": stage_tsan, "fuzz": stage_fuzz,
          "format": stage_format, "lint": stage_lint}


# Stages that run only when they are asked for, and why.
BY_HAND = {
    "asan": "takes an hour of two cores, which the others leave no room for; --stage asan",
    "tsan": "takes an hour of two cores, which the others leave no room for; --stage tsan",
}


def chosen_stages(options):
    if options.quick or options.regex:
        return ["release"]
    return options.stage or [name for name in STAGES if name not in BY_HAND]


def main():
    parser = argparse.ArgumentParser(prog="script/test", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="only the stage release")
    parser.add_argument("--stage", action="append", choices=list(STAGES), help="only this stage")
    parser.add_argument("--fresh", action="store_true", help="lint also what passed before")
    parser.add_argument("regex", nargs="?", help="only tests of the stage release with such a name")
    options = parser.parse_args()

    total = report.Report()
    if not (options.quick or options.regex or options.stage):
        total.skips += BY_HAND.items()
    for name in chosen_stages(options):
        headline(name)
        started = time.monotonic()
        result = report.Report()
        STAGES[name](options, result)
        if result.total == 0:
            result.fail(name, "the stage tested nothing")
        for failed, said in result.failures:
            print(f"-- FAILED {failed}\n{tail(said)}")
        print(f"   {result.line()} in {time.monotonic() - started:.0f} s", flush=True)
        total += result
    for skipped, reason in total.skips:
        print(f"skipped: {skipped}: {reason}")
    for failed, _ in total.failures:
        print(f"failed: {failed}")
    print(total.line())
    return 1 if total.failures else 0


if __name__ == "__main__":
    sys.exit(main())
