# SPDX-License-Identifier: Apache-2.0
"""What a run of ctest came to, read from the JUnit file that it wrote.

Nothing is lost on the way: a test that could not be run is a failure, and a case that a Python
module skipped is a skip with its reason, although its module passed.
"""
import re
import xml.etree.ElementTree as ElementTree


class Report:
    """Counts, and each failure and skip by name. Reports add up with `+=`."""

    def __init__(self):
        self.passed = 0
        self.failures = []  # (name, what it said)
        self.skips = []  # (name, reason)

    @property
    def total(self):
        return self.passed + len(self.failures) + len(self.skips)

    def __iadd__(self, other):
        self.passed += other.passed
        self.failures += other.failures
        self.skips += other.skips
        return self

    def fail(self, name, said):
        self.failures.append((name, said))

    def line(self):
        return (f"{self.passed} passed, {len(self.failures)} failed, "
                f"{len(self.skips)} skipped")


def from_junit(text, stage):
    """The report of one stage. A file with no test in it is a failure of that stage."""
    report = Report()
    try:
        cases = list(ElementTree.fromstring(printable(text)).iter("testcase"))
    except ElementTree.ParseError as error:
        report.fail(f"{stage}: ctest", f"its report cannot be read: {error}")
        return report
    if not cases:
        report.fail(f"{stage}: ctest", "not a single test was run")
    for case in cases:
        judge(case, f"{stage}: {case.get('name')}", report)
    return report


def judge(case, name, report):
    said = case.findtext("system-out") or ""
    skipped = case.find("skipped")
    if re.search(r"^Ran 0 tests", said, re.MULTILINE):
        report.fail(name, "the module holds not a single test")
    elif case.get("status") == "run":
        report.passed += 1
        report.skips += [(f"{name}: {test}", reason) for test, reason in python_skips(said)]
    elif skipped is not None and skipped.get("message", "").startswith("SKIP_"):
        report.skips.append((name, reason_of(said)))
    elif case.get("status") == "disabled":
        report.skips.append((name, "disabled in the build"))
    else:
        what = skipped if skipped is not None else case.find("failure")
        message = what.get("message", "") if what is not None else ""
        report.fail(name, said or message or "it said nothing: killed, or out of time")


def reason_of(said):
    """GoogleTest prints `file:line: Skipped`, then what GTEST_SKIP was given."""
    match = re.search(r": Skipped\n(.+)", said)
    return match.group(1).strip() if match else "no reason was given"


def python_skips(said):
    """(test, reason) of `python3 -m unittest --verbose`."""
    return [(test, reason) for test, _, reason in
            re.findall(r"^(\w+) \(.*\.\.\. skipped (['\"])(.*)\2$", said, re.MULTILINE)]


def printable(text):
    """XML without the control characters that a test may print and XML may not hold."""
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "?", text)
