# SPDX-License-Identifier: Apache-2.0
"""The oracle gives what was worked out by hand."""
import glob
import json
import os
import unittest

import minutes
import oracle

HERE = os.path.dirname(os.path.abspath(__file__))
TIMELINES = os.path.join(HERE, "..", "timelines")
GOLDEN = os.path.join(HERE, "..", "golden")


def read(path):
    with open(path, encoding="utf-8") as opened:
        return json.load(opened)


def differences(expected, got):
    """Section 16: reals within 1e-6, everything else exactly."""
    found = []
    for key in sorted(expected):
        want, have = expected[key], got.get(key)
        if isinstance(want, float) and have is not None:
            if abs(want - have) > 1e-6:
                found.append(f"{key}: expected {want}, got {have}")
        elif want != have:
            found.append(f"{key}: expected {want}, got {have}")
    return found


class OracleTest(unittest.TestCase):
    def check(self, path):
        case = read(path)
        self.assertEqual(differences(case["expect"], oracle.fold(case)), [])

    def test_every_worked_case_is_reproduced(self):
        paths = sorted(glob.glob(os.path.join(TIMELINES, "*.json")))
        self.assertEqual(len(paths), 50)
        for path in paths:
            with self.subTest(case=os.path.basename(path)):
                self.check(path)

    def test_every_golden_case_is_reproduced(self):
        for path in sorted(glob.glob(os.path.join(GOLDEN, "*.json"))):
            with self.subTest(case=os.path.basename(path)):
                self.check(path)

    def test_the_sessions_of_the_cases_with_several_are_reproduced(self):
        compared = 0
        for path in sorted(glob.glob(os.path.join(TIMELINES, "multi", "*.json"))):
            case = read(path)
            for session in case["sessions"]:
                got = oracle.fold(session)
                prefix = session["sid"] + "/"
                expected = {key[len(prefix):]: value for key, value in case["expect"].items()
                            if key.startswith(prefix)}
                compared += len(expected)
                with self.subTest(case=os.path.basename(path), session=session["sid"]):
                    self.assertEqual(differences(expected, got), [])
        self.assertGreater(compared, 0)

    def test_the_minutes_of_the_cases_with_several_are_reproduced(self):
        compared = 0
        for path in sorted(glob.glob(os.path.join(TIMELINES, "multi", "*.json"))):
            case = read(path)
            for key, by_minute in (("minute.contentTimeSpent", minutes.content_time_spent),
                                   ("minute.playbackTimeSpent", minutes.playback_time_spent)):
                if key in case["expect"]:
                    compared += 1
                    with self.subTest(case=os.path.basename(path), key=key):
                        self.assertEqual(by_minute(case["sessions"]), case["expect"][key])
        self.assertEqual(compared, 5)

    def test_every_key_of_the_cases_is_given_and_no_other(self):
        case = read(sorted(glob.glob(os.path.join(TIMELINES, "*.json")))[0])
        self.assertEqual(set(case["expect"]), set(oracle.fold(case)))


if __name__ == "__main__":
    unittest.main()
