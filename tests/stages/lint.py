# SPDX-License-Identifier: Apache-2.0
"""clang-tidy on the source files of src/, side by side, with a memory of what has passed.

A file passes at once when neither it, nor a header below src/ that it includes (directly or not),
nor its compile command, nor .clang-tidy has changed since it last passed. The memory is a folder of
empty files in build/; deleting it is always safe.
"""
import concurrent.futures
import hashlib
import json
import os
import re
import subprocess

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]+"([^"\n]+)"', re.MULTILINE)
FINDING = re.compile(r"^.*: (?:error|warning): .*\n(?:.*\n)?(?:.*\n)?", re.MULTILINE)


def read(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


def with_includes(root, path):
    """The file and every header below src/ that it needs, as full paths."""
    found, waiting = [], [path]
    while waiting:
        path = waiting.pop()
        if path in found or not os.path.isfile(path):
            continue
        found.append(path)
        waiting += [os.path.join(root, "src", name) for name in INCLUDE.findall(read(path))]
    return sorted(found)


def key_of(root, entry):
    digest = hashlib.sha256()
    digest.update(read(os.path.join(root, ".clang-tidy")).encode())
    digest.update(entry.get("command", "").encode())
    for path in with_includes(root, entry["file"]):
        digest.update(path.encode() + b"\0" + read(path).encode() + b"\0")
    return digest.hexdigest()


def entries_of(root, build):
    """One compile command for each file below src/ that users run, however often it is built.

    Tests and benchmarks are left to the compiler's warnings and to review.
    """
    entries = {}
    for entry in json.loads(read(os.path.join(build, "compile_commands.json"))):
        file = os.path.realpath(os.path.join(entry["directory"], entry["file"]))
        if file.endswith(("_test.cc", "_bench.cc")):
            continue
        if file.startswith(os.path.join(root, "src") + os.sep) and os.path.isfile(file):
            entries.setdefault(file, {**entry, "file": file})
    return [entries[file] for file in sorted(entries)]


def judge(root, build, entry):
    """(exit status, what is wrong), one finding with its line of source after the other."""
    # The commands are GCC's, which has warnings that clang does not know.
    command = ["clang-tidy-19", "--quiet", "-p", build, "--extra-arg=-Wno-unknown-warning-option",
               entry["file"]]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    return done.returncode, "".join(FINDING.findall(done.stdout)) or done.stdout + done.stderr


def run(root, build, fresh, result):
    memory = os.path.join(root, "build/lint")
    os.makedirs(memory, exist_ok=True)
    waiting = []
    for entry in entries_of(root, build):
        passed = os.path.join(memory, key_of(root, entry))
        if os.path.exists(passed) and not fresh:
            result.passed += 1
        else:
            waiting.append((entry, passed))
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 2) as workers:
        judged = workers.map(lambda item: judge(root, build, item[0]), waiting)
        for (entry, passed), (code, said) in zip(waiting, judged):
            if code == 0:
                result.passed += 1
                open(passed, "w", encoding="utf-8").close()
            else:
                result.fail("lint: " + os.path.relpath(entry["file"], root), said)
