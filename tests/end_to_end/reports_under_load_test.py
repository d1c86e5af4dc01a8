# SPDX-License-Identifier: Apache-2.0
"""The short form of bench/reports_under_load.py: while reports are made everything is accepted and
nothing is lost. How long accepting takes meanwhile only the benchmark judges."""

import os
import sys
import tempfile
import unittest

from playhead_server import BINARY, SOURCE

sys.path.insert(0, str(SOURCE / "bench"))

import reports  # noqa: E402 (it lies in another folder)
import reports_under_load  # noqa: E402 (it lies in another folder)
import servers  # noqa: E402 (it lies in another folder)

PROGRAMS = os.path.join(os.path.dirname(BINARY), "bench")


class UnderLoad(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        reports.FILL_STORE = os.path.join(PROGRAMS, "fill_store")
        servers.POST_LOAD = os.path.join(PROGRAMS, "post_load")

    def test_everything_is_accepted_while_reports_are_made(self):
        options = reports_under_load.parse_arguments(
            ["--binary", BINARY, "--seconds", "5", "--rate", "500", "--starts", "50",
             "--sessions", "500", "--clients", "8"])
        with tempfile.TemporaryDirectory() as folder:
            reports.fill(folder, 20_000)
            found = reports_under_load.measured(folder, options)
        self.assertEqual(found["lost"], 0, found)
        self.assertEqual(found["starts"]["answered"], 250)
        self.assertEqual(found["pings"]["answered"], 2500)
        self.assertEqual(set(found["reports"]), {200})

    def test_what_is_wrong_is_said(self):
        good = {"lost": 0, "starts": {"max_us": 1_000_000}, "reports": {200: 1}}
        self.assertEqual(reports_under_load.failures(good), [])
        for bad in ({"lost": 1}, {"starts": {"max_us": 1_000_001}}, {"reports": {503: 1}}):
            self.assertEqual(len(reports_under_load.failures({**good, **bad})), 1, bad)

    def test_every_question_of_the_dashboards_is_answered(self):
        with tempfile.TemporaryDirectory() as folder:
            reports.fill(folder, 20_000)
            reports.ASK_STORE = os.path.join(PROGRAMS, "ask_store")
            rows = reports.measured(BINARY, folder, 1, is_summed=False)
        found = {row["question"]: row["items"] for row in rows}
        self.assertEqual(found["day: by hour"], 24)
        self.assertEqual(found["week: by hour"], 168)
        self.assertEqual(found["90 days: by day"], 90)
        self.assertEqual(found["90 days: by content, top 50"], 50)
        self.assertEqual(found["day: totals"], 1)


if __name__ == "__main__":
    unittest.main()
