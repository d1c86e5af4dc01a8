# SPDX-License-Identifier: Apache-2.0
"""What the players of simulated worlds sent, as the journal kept it: program and oracle agree.

The simulation itself checks that each row of the store is that of a fold of its session's records;
here the fold is checked by a program that shares no line with it (tests/oracle).
"""
import json
import os
import subprocess
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "oracle"))

import agreement  # noqa: E402  (its folder is only known now)
import oracle  # noqa: E402

SIMULATE = os.environ["PLAYHEAD_SIMULATE"]


class OracleTest(unittest.TestCase):
    def test_sessions_of_simulated_worlds_have_the_same_numbers_in_both(self):
        done = subprocess.run([SIMULATE, "--seed", "1", "--runs", "100", "--sessions"],
                              capture_output=True, text=True, check=True)
        sessions = json.loads(done.stdout)["sessions"]
        self.assertGreater(len(sessions), 500)
        got = agreement.fold_with_program(sessions)
        for session in sessions:
            differing = agreement.differing_keys(oracle.fold(session), got[session["sid"]])
            self.assertEqual(differing, [], json.dumps(session))


if __name__ == "__main__":
    unittest.main()
