# SPDX-License-Identifier: Apache-2.0
"""Nothing may vanish between ctest's report and the last line of script/test."""
import unittest

import report

PYTHON_OUTPUT = """test_a (view_test.View.test_a) ... ok
test_b (view_test.View.test_b) ... skipped 'no chromium here'

Ran 2 tests in 0.1s

OK (skipped=1)
"""


def junit(*cases):
    return '<?xml version="1.0" encoding="UTF-8"?><testsuite>' + "".join(cases) + "</testsuite>"


def case(name, status, inside=""):
    return f'<testcase name="{name}" status="{status}">{inside}</testcase>'


class Reports(unittest.TestCase):
    def test_each_outcome_is_counted_once(self):
        read = report.from_junit(junit(
            case("a", "run"),
            case("b", "run"),
            case("c", "fail", '<failure message="Failed"/><system-out>expected 1</system-out>'),
            case("d", "notrun", '<skipped message="SKIP_REGULAR_EXPRESSION_MATCHED"/>'
                 "<system-out>x_test.cc:3: Skipped\nno disk here\n</system-out>"),
            case("e", "disabled"),
        ), "release")
        self.assertEqual(read.line(), "2 passed, 1 failed, 2 skipped")
        self.assertEqual(read.failures, [("release: c", "expected 1")])
        self.assertEqual(read.skips, [("release: d", "no disk here"),
                                      ("release: e", "disabled in the build")])
        self.assertEqual(read.total, 5)

    def test_a_test_whose_program_is_missing_has_failed(self):
        read = report.from_junit(junit(
            case("a", "notrun", '<skipped message="Unable to find executable"/>')), "release")
        self.assertEqual(read.failures, [("release: a", "Unable to find executable")])

    def test_an_unknown_status_has_failed(self):
        self.assertEqual(len(report.from_junit(junit(case("a", "odd")), "release").failures), 1)

    def test_a_report_without_tests_has_failed(self):
        self.assertEqual(len(report.from_junit(junit(), "release").failures), 1)

    def test_a_report_that_cannot_be_read_has_failed(self):
        self.assertEqual(len(report.from_junit("", "release").failures), 1)
        self.assertEqual(len(report.from_junit("<testsuite>", "release").failures), 1)

    def test_what_a_python_module_skipped_is_named(self):
        read = report.from_junit(junit(
            case("view", "run", f"<system-out>{PYTHON_OUTPUT}</system-out>")), "asan")
        self.assertEqual(read.line(), "1 passed, 0 failed, 1 skipped")
        self.assertEqual(read.skips, [("asan: view: test_b", "no chromium here")])

    def test_a_python_module_without_tests_has_failed(self):
        read = report.from_junit(junit(
            case("view", "run", "<system-out>\nRan 0 tests in 0.0s\n\nOK</system-out>")), "asan")
        self.assertEqual(read.line(), "0 passed, 1 failed, 0 skipped")

    def test_a_skip_without_a_reason_says_so(self):
        read = report.from_junit(junit(
            case("a", "notrun", '<skipped message="SKIP_RETURN_CODE=77"/>')), "release")
        self.assertEqual(read.skips, [("release: a", "no reason was given")])

    def test_control_characters_do_not_hide_the_report(self):
        read = report.from_junit(junit(
            case("a", "fail", "<system-out>\x1b[31mred\x00</system-out>")), "release")
        self.assertEqual(len(read.failures), 1)

    def test_reports_add_up(self):
        total = report.Report()
        for _ in range(2):
            total += report.from_junit(junit(case("a", "run"), case("b", "fail")), "x")
        self.assertEqual(total.line(), "2 passed, 2 failed, 0 skipped")


if __name__ == "__main__":
    unittest.main()
