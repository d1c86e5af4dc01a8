# SPDX-License-Identifier: Apache-2.0
"""Simulated viewers against the real server: what they say was taken is what the ledger has."""

import json
import tempfile
import unittest

from playhead_server import Server, playhead, wait_until


class Simulate(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def simulate(self, server, viewers, seconds, speed):
        code, out, err = playhead("simulate", "--target", f"http://127.0.0.1:{server.port}",
                                  "--viewers", str(viewers), "--seconds", str(seconds),
                                  "--speed", str(speed), "--seed", "3")
        self.assertEqual((code, err), (0, ""))
        told = json.loads(out)
        self.assertEqual((told["timedOut"], told["failed"]), (0, 0))
        return told

    def ledger(self, server):
        """When each event has its verdict."""
        def settled():
            ledger = server.get("/v1/ledger")
            return ledger if ledger["pending"] == 0 else None

        ledger = wait_until(settled, "no event waits for its verdict")
        self.assertEqual(ledger["unaccounted"], 0)
        return ledger

    def test_the_ledger_has_what_was_taken(self):
        with Server(self.folder.name + "/data", "--session.inactivity_seconds", "3") as server:
            told = self.simulate(server, viewers=20, seconds=2, speed=600)
            sent = told["sent"]
            answers = told["answers"]
            self.assertEqual(sum(answers.values()), sum(sent.values()))
            self.assertEqual(answers["201"], sent["sessions"] + sent["downloaded"])
            ledger = self.ledger(server)
            self.assertEqual(ledger["rejected"], answers.get("400", 0))
            # A downloaded view is one request and many events.
            self.assertGreaterEqual(ledger["received"], sum(sent.values()))
            self.assertGreater(ledger["counted"], 0.9 * ledger["received"])
            listed = server.get("/v1/sessions?limit=1000")["items"]
            self.assertEqual(len(listed), answers["201"])
            self.assertGreater(len({item["dimensions"]["media.id"] for item in listed}), 10)

    def test_many_events_between_time_outs_that_move_on(self):
        times = ["--session.inactivity_seconds", "2", "--session.idle_seconds", "4"]
        with Server(self.folder.name + "/data", *times) as server:
            told = self.simulate(server, viewers=200, seconds=8, speed=180)
            self.assertGreaterEqual(self.ledger(server)["received"], sum(told["sent"].values()))
            before = wait_until(lambda: self.closed(server), "all sessions are closed")
            server.kill()
            server.start()
            wait_until(lambda: server.admin("/readyz")[0] == 200, "the journal is read again")
            self.assertEqual(self.closed(server), before)

    def test_nobody_listening_is_an_error(self):
        code, out, err = playhead("simulate", "--target", "http://127.0.0.1:1", "--viewers", "1",
                                  "--seconds", "1")
        self.assertEqual(code, 1)
        self.assertGreater(json.loads(out)["failed"], 0)
        self.assertIn("http://127.0.0.1:1", err)

    def test_arguments_out_of_range_are_refused(self):
        for arguments in (["--viewers", "0"], ["--viewers", "1", "--speed", "0"],
                          ["--viewers", "1", "--seconds", "0"], []):
            code, _, err = playhead("simulate", "--target", "http://127.0.0.1:1", *arguments)
            self.assertEqual(code, 2, arguments)
            self.assertTrue(err)
        code, _, err = playhead("simulate", "--target", "https://x", "--viewers", "1")
        self.assertEqual(code, 1)
        self.assertIn("http://HOST:PORT", err)

    @staticmethod
    def closed(server):
        items = server.get("/v1/sessions?limit=1000")["items"]
        return items if all(item["state"] == "closed" for item in items) else None


if __name__ == "__main__":
    unittest.main(verbosity=2)
