# SPDX-License-Identifier: Apache-2.0
"""The program gives the numbers of the oracle on random sessions, and of the golden cases.

ORACLE_SESSIONS and ORACLE_SEED choose other ones; script/oracle runs many.
"""
import contextlib
import glob
import io
import json
import os
import unittest
import unittest.mock

import agreement
import oracle
import random_sessions

SESSIONS = int(os.environ.get("ORACLE_SESSIONS", "2000"))
SEED = int(os.environ.get("ORACLE_SEED", "20261122"))
GOLDEN = os.path.join(agreement.HERE, "..", "golden")


class AgreementTest(unittest.TestCase):
    def test_random_sessions_have_the_same_numbers_in_both(self):
        print(f"seed {SEED}, {SESSIONS} sessions", flush=True)
        self.assertEqual(agreement.compare(SEED, SESSIONS), 0)

    def test_random_sessions_have_the_same_numbers_with_rule_set_2(self):
        print(f"seed {SEED}, {SESSIONS} sessions", flush=True)
        compared = agreement.compare(SEED, SESSIONS, rule_set=agreement.rule_sets.OLDER_REPORTS)
        self.assertEqual(compared, 0)

    def test_golden_cases_have_their_numbers(self):
        paths = sorted(glob.glob(os.path.join(GOLDEN, "*.json")))
        self.assertGreater(len(paths), 0)
        for path in paths:
            with open(path, encoding="utf-8") as opened:
                case = json.load(opened)
            got = agreement.fold_with_program([{**case, "sid": "s"}])["s"]
            with self.subTest(case=os.path.basename(path)):
                self.assertEqual(agreement.differing_keys(case["expect"], got), [])
            for number, differing in case.get("expectRules", {}).items():
                got = agreement.fold_with_program([{**case, "sid": "s"}], int(number))["s"]
                wanted = {**case["expect"], **differing}
                with self.subTest(case=os.path.basename(path), rules=number):
                    self.assertEqual(agreement.differing_keys(wanted, got), [])

    def test_golden_cases_have_their_content_and_ads_when_they_ran(self):
        for path in sorted(glob.glob(os.path.join(GOLDEN, "*.json"))):
            with open(path, encoding="utf-8") as opened:
                case = {**json.load(opened), "sid": "s"}
            with self.subTest(case=os.path.basename(path)):
                self.assertEqual(agreement.difference(case, agreement.rule_sets.DECIDED), [])

    def test_a_wrong_number_is_found_and_told_with_a_small_session(self):
        correct = oracle.fold

        def without_pauses(session):
            answer = correct(session)
            answer["sessionDetails.pauseCount"] = 0
            return answer

        told = io.StringIO()
        with unittest.mock.patch.object(oracle, "fold", without_pauses), \
                contextlib.redirect_stdout(told):
            found = agreement.compare(SEED, 50, stop_after=1)
        self.assertEqual(found, 1)
        lines = told.getvalue().split("\n", 2)
        self.assertIn(f"DIFFERENCE: seed {SEED}, session", lines[0])
        self.assertIn("sessionDetails.pauseCount: oracle 0, program", lines[1])
        case = json.loads("{" + told.getvalue().split("\n{", 1)[1])
        self.assertEqual([event["eventType"] for event in case["events"]],
                         ["sessionStart", "pauseStart"])

    def test_a_session_is_the_same_whenever_it_is_made(self):
        self.assertEqual(random_sessions.session(SEED, 7), random_sessions.session(SEED, 7))
        self.assertNotEqual(random_sessions.session(SEED, 7), random_sessions.session(SEED, 8))


if __name__ == "__main__":
    unittest.main()
