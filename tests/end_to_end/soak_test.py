# SPDX-License-Identifier: Apache-2.0
"""The short form of bench/soak.py: at a steady rate nothing is refused and the ledger has every
event. Whether memory and latency stay as they are only the long form can tell."""

import os
import sys
import tempfile
import unittest

from playhead_server import BINARY, SOURCE

sys.path.insert(0, str(SOURCE / "bench"))

import servers  # noqa: E402 (it lies in another folder)
import soak  # noqa: E402 (it lies in another folder)


def sample(**other):
    return {"resident_mb": 100, "starts_p99_ms": 10, "pings_p99_ms": 10, "journal_mb": 50, **other}


class Soak(unittest.TestCase):
    def test_every_event_is_in_the_ledger(self):
        servers.POST_LOAD = os.path.join(os.path.dirname(BINARY), "bench", "post_load")
        options = soak.parse_arguments(["--binary", BINARY, "--seconds", "6", "--slice", "1",
                                        "--pings", "500", "--starts", "50", "--sessions", "500"])
        with tempfile.TemporaryDirectory() as folder:
            found = soak.measured(folder, options)
        self.assertEqual(found["answered"], 500 + 6 * 550)
        self.assertEqual(found["received"], found["answered"])
        self.assertEqual((found["refused"], found["unaccounted"]), (0, 0))
        self.assertGreaterEqual(len(found["samples"]), 5)
        self.assertGreater(found["samples"][0]["resident_mb"], 1)
        self.assertIn("6 minutes</text>", soak.picture(found["samples"], 6))

    def test_what_is_wrong_is_said(self):
        options = soak.parse_arguments([])
        good = {"samples": [sample()] * 9, "refused": 0, "received": 7, "answered": 7,
                "unaccounted": 0}
        self.assertEqual(soak.failures(good, options), [])
        for wrong in ({"samples": [sample()] * 6 + [sample(resident_mb=111)] * 3},
                      {"samples": [sample()] * 6 + [sample(starts_p99_ms=16)] * 3},
                      {"samples": [sample()] * 6 + [sample(pings_p99_ms=16)] * 3},
                      {"samples": [sample()] * 8 + [sample(journal_mb=1600)]},
                      {"refused": 1}, {"received": 6}, {"unaccounted": 1}):
            self.assertEqual(len(soak.failures({**good, **wrong}, options)), 1, wrong)


if __name__ == "__main__":
    unittest.main()
