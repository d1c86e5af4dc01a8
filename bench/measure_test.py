# SPDX-License-Identifier: Apache-2.0
"""A benchmark that computes its ratio wrongly is worse than none."""
import json
import os
import unittest

import instructions
import measure


CALLGRIND = """fn=(1) main
16 5
cfn=(2) append(int)
calls=3 0
16 300
cfn=(3) other
calls=9 0
16 900
fn=(2)
16 40
cfn=(2)
calls=1 0
16 90
fn=(4) append_all
16 7
cfn=(2)
calls=2 0
16 100
"""


class Measure(unittest.TestCase):
    def test_instructions_are_those_of_the_calls_by_others(self):
        lines = CALLGRIND.splitlines(keepends=True)
        self.assertEqual(instructions.cost_of_calls(lines, "append("), (5, 400))
        self.assertEqual(instructions.cost_of_calls(lines, "main"), (0, 0))

    def test_cpu_time_is_the_first_number_of_schedstat(self):
        self.assertEqual(measure.parse_schedstat("123456 789 10\n"), 123456)

    def test_work_costs_cpu_time_in_nanoseconds(self):
        before = measure.cpu_ns(os.getpid())
        used = os.times().user
        while os.times().user - used < 0.05:
            pass
        spent = measure.cpu_ns(os.getpid()) - before
        self.assertGreater(spent, 20e6)
        self.assertLess(spent, 5e9)

    def test_the_result_line_of_wrk_is_found(self):
        said = 'Running 3s test\nRESULT {"requests":3,"refused":0}\n'
        self.assertEqual(measure.parse_wrk(said), {"requests": 3, "refused": 0})
        with self.assertRaises(ValueError):
            measure.parse_wrk("unable to connect")

    def test_spread_is_median_and_both_ends(self):
        self.assertEqual(measure.spread([3.0, 1.0, 2.0]), {"median": 2.0, "min": 1.0, "max": 3.0})

    def test_a_reference_holds_up_to_the_next(self):
        self.assertEqual(
            measure.ratios_to_reference([("a", 5.0), ("copy_reference", 10.0), ("b", 20.0),
                                         ("other_reference", 2.0), ("c", 1.0)]),
            [("a", 5.0, None), ("copy_reference", 10.0, 1.0), ("b", 20.0, 2.0),
             ("other_reference", 2.0, 1.0), ("c", 1.0, 0.5)])

    def test_only_medians_are_taken_and_in_nanoseconds(self):
        text = json.dumps({"benchmarks": [
            {"run_name": "a", "cpu_time": 1.0, "time_unit": "us"},
            {"run_name": "a", "aggregate_name": "mean", "cpu_time": 1.5, "time_unit": "us"},
            {"run_name": "a", "aggregate_name": "median", "cpu_time": 2.0, "time_unit": "us"}]})
        self.assertEqual(measure.parse_google_benchmark(text), [("a", 2000.0)])

    def test_counters_that_are_asked_for_are_found(self):
        text = json.dumps({"benchmarks": [
            {"run_name": "a", "aggregate_name": "median", "items_per_second": 2.0, "other": 3.0},
            {"run_name": "a", "aggregate_name": "mean", "items_per_second": 9.0},
            {"run_name": "b", "aggregate_name": "median", "other": 4.0}]})
        self.assertEqual(measure.parse_counters(text, ["items_per_second", "bytes"]),
                         [("a", {"items_per_second": 2.0})])


if __name__ == "__main__":
    unittest.main()
