#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The rules of the repository that need no compiler, as a program.

    python3 tests/tidy/tidy.py [--root FOLDER] [FILE ...]

Checks the whole tree and prints one line per finding: path:line: what is wrong and what to do.
With FILEs (relative to the root) only findings in those are told. Exit status 1 when there is one.
What each rule finds is proved by tests/tidy/tidy_test.py, which plants one violation of each.
"""
import argparse
import functools
import os
import re
import subprocess
import sys

# --- the tables ---------------------------------------------------------------------------------

# The way of the data. A folder may include itself and what its row names: a folder, or one header.
# app joins the steps and may include all.
ROW_TYPES = ["session/row.h", "session/session_filter.h", "session/verdict.h"]
MAY_INCLUDE = {
    "base": [],
    "event": ["base"],
    "http": ["base"],
    "ingest": ["base", "event", "http"],
    "journal": ["base"],
    "session": ["base", "event"],
    "store": ["base", *ROW_TYPES],
    "web": ["base", "http", "store", *ROW_TYPES, "session/metric.h", "session/explanation.h",
            "session/live_view.h"],
    "app": ["base", "event", "http", "ingest", "journal", "session", "store", "web"],
}
ORDER = ["base", "event", "http", "ingest", "journal", "session", "store", "web", "app"]

# What is not ours is included in one place, so that it can be replaced there.
# docs/dependencies.md has a row for each.
TEST_FILES = r"(tests/.*|src/.*_(test|suite|fuzz|bench)\.(h|cc)|src/.*/test_\w+\.(h|cc))"
LIBRARIES = [
    (r"simdjson\.h", r"src/ingest/decoder\.cc"),
    (r"llhttp\.h", r"src/http/parser\.(h|cc)"),
    (r"openssl/.*", r"src/base/digest\.cc|src/http/tls\.cc"),
    (r"curl/.*", r"src/app/forward/other_back_end\.cc"),
    (r"duckdb\.h(pp)?", r"src/store/.*"),
    (r"nlohmann/.*", rf"src/web/.*|{TEST_FILES}"),
    (r"CLI/.*", r"src/app/.*"),
    (r"toml\+\+/.*", r"src/app/.*"),
    (r"(gtest|gmock)/.*", TEST_FILES),
    (r"benchmark/.*", r"src/.*_bench\.cc"),
]
SYSTEM_HEADER = re.compile(
    r"[a-z_0-9]+|(sys|net|netinet|arpa|linux)/[a-z_0-9]+\.h|"
    r"(dirent|errno|fcntl|immintrin|limits|malloc|netdb|nmmintrin|poll|pthread|sched|signal|stdio|"
    r"stdlib|string|strings|time|unistd)\.h")

# A fold has no clock, no thread, no chance and no I/O, so their headers are not for it.
PURE = {
    "event": ["chrono", "ctime", "fstream", "iostream", "random", "thread", "unistd.h"],
    "session": ["atomic", "chrono", "condition_variable", "ctime", "fcntl.h", "filesystem",
                "fstream", "future", "iostream", "mutex", "random", "shared_mutex", "sys/stat.h",
                "thread", "time.h", "unistd.h"],
}

# (word, where it is allowed, what to use instead). Comments and literals do not count.
BANNED = [
    (r"(system_clock|steady_clock|high_resolution_clock)::now|\bclock_gettime\b|\bgettimeofday\b"
     r"|\bstd::time\s*\(|\btime\s*\(\s*(nullptr|NULL|0)\s*\)",
     r"(src/base/(clock|log)|bench/\w+)\.cc",
     "take time as a value, or a base::Clock in app/ and http/"),
    (r"\bthrow\b", r"", "return a base::Result; for a bug, CHECK"),
    (r"(?<![\w:])s?rand\s*\(|std::s?rand\s*\(|\brandom_device\b", r"",
     "base/digest.h for secrets, a seeded generator in tests"),
    (r"std::j?thread\b|\bpthread_create\b", rf"src/(app|http|journal|web)/.*|{TEST_FILES}",
     "only app, http, journal and web own threads"),
    (r"\bsleep_(for|until)\b|\bu?sleep\s*\(|\bnanosleep\b", r"src/app/.*\.cc",
     "wait for the event itself"),
    (r"\bviews::|\bsource_location\b|\bstd::format\b", r"",
     "a loop, CHECK, or string +: GCC 12 and clang 19 do not both take it"),
    (r"\bDISABLED_", r"", "mend or delete the test; GTEST_SKIP says its reason"),
    (r"\bassert\s*\(", r"", "CHECK, which is on in every build"),
    (r"\bstd::regex\b", TEST_FILES, "a few lines of code; it is slow and throws"),
]

# Words that stand nowhere in the repository, comments and documents included.
NOWHERE = [
    (r"\b(TODO|FIXME|XXX)\b", "do it, or write an issue"),
    (r"(?<![\w./-])/(work|root|home|mnt)/\w", "a path of one machine"),
    (r"co-?authored-by|\bchat ?bot|language model|\bassistant\b|\bLLM\b",
     "the code speaks for itself, not for who or what wrote it"),
    (r"registry\.(npmjs|yarnpkg)|\bpypi\.org|files\.pythonhosted",
     "a registry's host belongs to the machine's settings"),
]

FORBIDDEN_NAME = re.compile(
    r"(^|_)(utils?|managers?|helpers?|impl|misc|common|new|old|v\d+)(_|\.|$)")
CODE_NAME = re.compile(r"[a-z][a-z0-9_]*\.(h|cc|py)")

FILE_LINES_MAX = 800
LINE_COLUMNS_MAX = 100
BLOB_BYTES_MAX = 200 * 1024
LARGE_BLOBS = []  # paths that may be larger, each with a reason beside it

# What a visitor finds first; all else has a folder. One more entry is a decision.
ROOT = {
    ".ci", ".clang-format", ".clang-tidy", ".githooks", ".gitignore", "ARCHITECTURE.md",
    "CMakeLists.txt", "CMakePresets.json", "CONTRIBUTING.md", "LICENSE", "README.md", "SECURITY.md",
    "bench", "cmake", "dashboard", "docs", "packaging", "script", "src", "tests",
}

# These two spell out what they forbid.
SELF = {"tests/tidy/tidy.py", "tests/tidy/tidy_test.py"}
SKIPPED_FOLDERS = {".git", "build", "data", "node_modules", "dist", "__pycache__"}

# --- the tree -----------------------------------------------------------------------------------


class Tree:
    """The files of a repository: what git knows or would add, or all when it is no repository."""

    def __init__(self, root):
        self.root = os.path.realpath(root)
        self.paths = sorted(path for path in self._list() if os.path.isfile(self.full(path)))

    def full(self, path):
        return os.path.join(self.root, path)

    def _list(self):
        top = self._git("rev-parse", "--show-toplevel")
        if top is not None and os.path.realpath(top.strip()) == self.root:
            listed = self._git("ls-files", "-z", "--cached", "--others", "--exclude-standard")
            return [path for path in listed.split("\0") if path]
        found = []
        for folder, folders, files in os.walk(self.root):
            folders[:] = [name for name in folders if name not in SKIPPED_FOLDERS]
            found += [os.path.relpath(os.path.join(folder, name), self.root) for name in files]
        return found

    def _git(self, *arguments):
        try:
            done = subprocess.run(["git", "-C", self.root, *arguments], capture_output=True,
                                  text=True, check=False)
        except FileNotFoundError:
            return None
        return done.stdout if done.returncode == 0 else None

    @functools.cache
    def bytes(self, path):
        with open(self.full(path), "rb") as file:
            return file.read()

    @functools.cache
    def text(self, path):
        """The file as text, or nothing when it is not text."""
        raw = self.bytes(path)
        if b"\0" in raw[:8192]:
            return None
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError:
            return None

    @functools.cache
    def code(self, path):
        """A C++ file with comments and literals blanked out; lines keep their numbers."""
        return blank_comments(self.text(path) or "")

    def matching(self, pattern):
        wanted = re.compile(pattern)
        return [path for path in self.paths
                if wanted.fullmatch(path) and self.text(path) is not None]


COMMENT_OR_LITERAL = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"(?P<mark>[^(\s]*)\(.*?\)(?P=mark)"|"(?:\\.|[^"\\\n])*"'
    r"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'", re.DOTALL)
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]+([<"])([^>"\n]+)[>"]', re.MULTILINE)


def blank_comments(text):
    return COMMENT_OR_LITERAL.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), text)


def line_of(text, position):
    return text.count("\n", 0, position) + 1


CPP = r"(src|tests|bench)/.*\.(h|cc)"
SOURCES = r"(src|tests|bench|script|dashboard)/.*\.(h|cc|py|sh|lua|ts|tsx|js|mjs|css)"


def is_test(path):
    return re.fullmatch(TEST_FILES, path) is not None


def is_shell(tree, path):
    first = (tree.text(path) or "").split("\n", 1)[0]
    return first.startswith("#!") and re.search(r"\b(ba|da)?sh$", first.strip()) is not None


# --- the rules: each yields (path, line, message) -----------------------------------------------


def includes_point_left(tree):
    for path in tree.matching(CPP):
        text = tree.text(path)
        folder = path.split("/")[1] if path.startswith("src/") else None
        for match in INCLUDE.finditer(text):
            line, name = line_of(text, match.start()), match.group(2)
            if match.group(1) == "<":
                yield from judge_library(path, line, name, folder)
            elif match.group(1) == '"':
                yield from judge_own(tree, path, line, name, folder)


def judge_library(path, line, name, folder):
    if name in PURE.get(folder, []) and not is_test(path):
        yield path, line, f"<{name}> in {folder}/: time, chance and I/O come in as values"
    for library, allowed in LIBRARIES:
        if re.fullmatch(library, name):
            if not re.fullmatch(allowed, path):
                yield path, line, f"<{name}> may be included only in {allowed}"
            return
    if not SYSTEM_HEADER.fullmatch(name):
        yield path, line, (f"<{name}> is no system header and no known library: it needs a row in "
                           "docs/dependencies.md and in tests/tidy/tidy.py")


def judge_own(tree, path, line, name, folder):
    if not path.startswith("src/"):
        return
    if not os.path.isfile(tree.full("src/" + name)):
        yield path, line, f'"{name}" is not a file below src/: write it as "folder/file.h"'
        return
    target = name.split("/")[0]
    allowed = MAY_INCLUDE.get(folder)
    if allowed is None:
        yield path, line, f"src/{folder} has no row in the table of includes of tests/tidy/tidy.py"
        return
    if target == folder or target in allowed or name in allowed:
        return
    left = target in ORDER and ORDER.index(target) < ORDER.index(folder)
    if is_test(path) and left:
        return
    yield path, line, f'{folder}/ may not include "{name}": only {", ".join(allowed) or "itself"}'


def words_are_not_banned(tree):
    for path in tree.matching(CPP):
        code = tree.code(path)
        for pattern, allowed, instead in BANNED:
            if re.fullmatch(allowed, path):
                continue
            for match in re.finditer(pattern, code):
                yield path, line_of(code, match.start()), f"`{match.group().strip()}`: {instead}"


def words_stand_nowhere(tree):
    for path in tree.paths:
        text = tree.text(path)
        if text is None or path in SELF or path == "LICENSE":
            continue
        for pattern, instead in NOWHERE:
            for match in re.finditer(pattern, text, re.IGNORECASE if "-?" in pattern else 0):
                yield path, line_of(text, match.start()), f"`{match.group()}`: {instead}"
        if path.endswith(".md"):
            for match in re.finditer(r"(?<![\w./-])/tmp\b", text):
                yield path, line_of(text, match.start()), "`/tmp`: a path of one machine"


def files_and_lines_are_short(tree):
    for path in tree.matching(SOURCES):
        lines = tree.text(path).split("\n")
        if len(lines) - 1 > FILE_LINES_MAX:
            yield path, FILE_LINES_MAX + 1, f"{len(lines) - 1} lines: split it by idea (<= 800)"
        for number, line in enumerate(lines, 1):
            if len(line) > LINE_COLUMNS_MAX:
                yield path, number, f"{len(line)} columns (<= {LINE_COLUMNS_MAX})"


def blobs_are_small(tree):
    for path in tree.paths:
        size = os.path.getsize(tree.full(path))
        if size > BLOB_BYTES_MAX and path not in LARGE_BLOBS:
            yield path, 1, f"{size} bytes: large files stay outside, or are listed in LARGE_BLOBS"


def root_holds_what_a_visitor_needs(tree):
    for path in tree.paths:
        entry = path.split("/")[0]
        if entry not in ROOT:
            yield path, 1, f"`{entry}` in the root: move it to a folder, or list it in ROOT"


def names_say_what_is_inside(tree):
    for path in tree.matching(r"(src|tests|bench|script)/.*"):
        name = path.split("/")[-1]
        if FORBIDDEN_NAME.search(name):
            yield path, 1, f"`{name}`: name a file after what it holds"
        elif re.search(r"\.(h|cc|py)$", name) and not CODE_NAME.fullmatch(name):
            yield path, 1, f"`{name}`: file names are snake_case"


def sources_begin_with_their_licence(tree):
    for path in tree.paths:
        text = tree.text(path)
        if text is None:
            continue
        name = path.split("/")[-1]
        if not (re.search(r"\.(h|cc|cmake|py|sh|lua|ts|tsx|css)$", name) or name == "CMakeLists.txt"
                or text.startswith("#!")):
            continue
        lines = text.split("\n")
        first = lines[1] if text.startswith("#!") and len(lines) > 1 else lines[0]
        if "SPDX-License-Identifier: Apache-2.0" not in first:
            yield path, 1, "the first line (after #!) is `SPDX-License-Identifier: Apache-2.0`"


def sources_are_ascii(tree):
    for path in tree.matching(r"(src|tests|bench|script)/.*\.(h|cc|py|sh|lua)"):
        for match in re.finditer(r"[^\x00-\x7f]", tree.text(path)):
            line = line_of(tree.text(path), match.start())
            yield path, line, f"U+{ord(match.group()):04X}: source is ASCII; use an escape"
    for path in tree.matching(CPP):
        if path.endswith(".h") and "#pragma once" not in tree.text(path):
            yield path, 1, "a header begins with #pragma once"


def cmake_tokens(text):
    """(keyword, token) of a CMakeLists.txt: which list of which call a word stands in."""
    text = re.sub(r"#[^\n]*", "", text)
    for call, body in re.findall(r"(\w+)\s*\(([^()]*)\)", text):
        keyword = None
        for token in re.findall(r'"[^"]*"|[^\s"]+', body):
            if re.fullmatch(r"SOURCES|LINK|TESTS|TEST_LINK|FUZZ|BENCH", token):
                keyword = token
            else:
                yield (keyword if call == "playhead_folder" else call), token.strip('"')


def list_of(path):
    for ending, keyword in (("_test.cc", "TESTS"), ("_fuzz.cc", "FUZZ"), ("_bench.cc", "BENCH")):
        if path.endswith(ending):
            return keyword
    return "SOURCES"


def every_source_is_built(tree):
    for path in tree.matching(r"src/[^/]+/.*\.cc"):
        folder = "/".join(path.split("/")[:2])
        build = f"{folder}/CMakeLists.txt"
        cmake = tree.text(build) if os.path.isfile(tree.full(build)) else ""
        calls = {call for call, token in cmake_tokens(cmake) if token == path[len(folder) + 1:]}
        keyword = list_of(path)
        if not calls & {keyword, "add_executable", "target_sources", "add_library"}:
            yield path, 1, f"is not built: list it under {keyword} in {build}"
    for path in tree.matching(r"src/[^/]+/CMakeLists\.txt"):
        for keyword, token in cmake_tokens(tree.text(path)):
            if keyword in ("SOURCES", "TESTS", "FUZZ", "BENCH") and token.endswith(".cc"):
                if not os.path.isfile(tree.full(os.path.join(os.path.dirname(path), token))):
                    yield path, 1, f"lists {token}, which is not there"


def every_test_is_registered(tree):
    lists = {path: tree.text(path) for path in tree.matching(r"(.*/)?CMakeLists\.txt|cmake/.*")}
    for path in tree.matching(r"(tests|bench)/.*(_test\.(py|cc)|\.cc)"):
        name = path.split("/")[-1]
        wanted = re.compile(rf"(?<![\w]){re.escape(name)}(?![\w])")
        if not any(wanted.search(re.sub(r"#[^\n]*", "", text)) for text in lists.values()):
            yield path, 1, "is never run: register it in tests/CMakeLists.txt"


def anchors(text):
    seen, found = {}, set()
    for title in re.findall(r"^#{1,6}\s+(.+?)\s*#*\s*$", without_fences(text), re.MULTILINE):
        title = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", title)
        slug = re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
        count = seen.get(slug, 0)
        seen[slug] = count + 1
        found.add(slug if count == 0 else f"{slug}-{count}")
    return found


def without_fences(text):
    return re.sub(r"^```.*?^```", lambda match: re.sub(r"[^\n]", "", match.group()), text,
                  flags=re.MULTILINE | re.DOTALL)


LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)|^\[[^\]]+\]:\s*(\S+)", re.MULTILINE)
NAMED_PATH = re.compile(
    r"(?<![\w/.:{-])((?:script|src|docs|tests|bench|cmake|packaging|dashboard|\.ci)/[\w./*{},-]+)")


def documents_do_not_lie(tree):
    for path in tree.matching(r".*\.md"):
        text = tree.text(path)
        prose = without_fences(text)
        for match in LINK.finditer(prose):
            target = match.group(1) or match.group(2)
            if not re.match(r"[a-z]+:", target):
                yield from judge_link(tree, path, line_of(prose, match.start()), target)
        for match in NAMED_PATH.finditer(text):
            named = re.sub(r"[.,:]+$", "", match.group(1))
            if re.search(r"[*{},]", named) or os.path.exists(tree.full(named)):
                continue
            if not os.path.exists(os.path.join(os.path.dirname(tree.full(path)), named)):
                yield path, line_of(text, match.start()), f"`{named}` does not exist"


def judge_link(tree, path, line, target):
    name, _, anchor = target.partition("#")
    full = os.path.normpath(os.path.join(os.path.dirname(path), name)) if name else path
    if not os.path.exists(tree.full(full)):
        yield path, line, f"dead link: {target}"
    elif anchor and full.endswith(".md") and anchor not in anchors(tree.text(full) or ""):
        yield path, line, f"dead link: {full} has no title #{anchor}"


def scripts_are_strict(tree):
    for path in tree.paths:
        text = tree.text(path)
        if text is None or not text.startswith("#!"):
            continue
        if not os.access(tree.full(path), os.X_OK):
            yield path, 1, "begins with #! and is not executable: chmod +x"
        if is_shell(tree, path) and not re.search(r"^set -euo pipefail$", text, re.MULTILINE):
            yield path, 1, "a shell script says `set -euo pipefail`"


RULES = [
    includes_point_left,
    words_are_not_banned,
    words_stand_nowhere,
    files_and_lines_are_short,
    blobs_are_small,
    root_holds_what_a_visitor_needs,
    names_say_what_is_inside,
    sources_begin_with_their_licence,
    sources_are_ascii,
    every_source_is_built,
    every_test_is_registered,
    documents_do_not_lie,
    scripts_are_strict,
]


def findings(root):
    tree = Tree(root)
    return sorted({finding for rule in RULES for finding in rule(tree)})


def main():
    parser = argparse.ArgumentParser(description="Checks the rules of the repository.")
    parser.add_argument("--root", default=os.path.join(os.path.dirname(__file__), "..", ".."))
    parser.add_argument("files", nargs="*", help="tell only findings in these files")
    arguments = parser.parse_args()
    found = findings(arguments.root)
    if arguments.files:
        found = [finding for finding in found if finding[0] in arguments.files]
    for path, line, message in found:
        print(f"{path}:{line}: {message}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
