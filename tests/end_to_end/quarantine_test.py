# SPDX-License-Identifier: Apache-2.0
"""Events that are refused for their session are kept for a look, over restarts, within bounds."""

import json
import tempfile
import unittest

from playhead_server import Server, timeline, wait_until


class Quarantine(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.data = folder.name + "/data"

    def test_what_was_refused_is_there_with_its_reason_and_after_a_restart(self):
        case = timeline("06")
        late = {"eventType": "ping", "playerTime": {"playhead": 1, "ts": 1}}
        with Server(self.data, "--session.end_grace_seconds", "0") as server:
            session = server.play(case["events"])
            wait_until(lambda: server.session(session)["state"] == "closed", "it closes")
            self.assertEqual(server.send(session, late), 410)
            items = wait_until(lambda: server.get("/v1/quarantine")["items"], "it is kept")
            self.assertEqual(server.stop(), 0)
        self.assertEqual([(item["reason"], item["session"]) for item in items],
                         [("closed_session", session)])
        self.assertEqual(json.loads(items[0]["body"]), late)
        self.assertGreater(items[0]["receivedAt"], 0)

        # With no tombstone a closed session is a stranger.
        with Server(self.data, "--session.tombstone_hours", "0", "--session.inactivity_seconds",
                    "1") as server:
            wait_until(lambda: server.send(session, late) == 404, "it is forgotten")
            self.assertEqual(server.stop(), 0)
        with Server(self.data) as server:
            page = server.get("/v1/quarantine?limit=1")
            self.assertEqual(page["items"], items)
            rest = server.get(f"/v1/quarantine?limit=1000&cursor={page['next']}")
            self.assertEqual(rest["items"][-1]["reason"], "unknown_session")
            self.assertIsNone(rest["next"])
            self.assertEqual(server.admin("/v1/quarantine?cursor=x")[0], 400)
            self.assertIn(b"playhead_quarantine_dropped_total 0\n",
                          server.admin("/metrics")[2])


if __name__ == "__main__":
    unittest.main(verbosity=2)
