# SPDX-License-Identifier: Apache-2.0
"""Sessions are found by viewer, content, state, time and verdict, open and closed ones alike."""

import tempfile
import time
import unittest
import urllib.parse

from playhead_server import Server, wait_until

PARAMS = {
    "media.id": "a film", "media.length": 3600, "media.contentType": "vod",
    "media.playerName": "p", "media.channel": "west", "analytics.trackingServer": "t",
    "analytics.reportSuite": "r", "visitor.marketingCloudOrgId": "o",
}


def event(kind, **more):
    return {"eventType": kind,
            "playerTime": {"playhead": 0, "ts": int(time.time() * 1000)}} | more


class Find(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.data = folder.name + "/data"

    def found(self, server, **query):
        """All parts of the list, in parts of two."""
        ids, cursor = [], None
        while True:
            asked = query | {"limit": 2} | ({"cursor": cursor} if cursor else {})
            page = server.get("/v1/sessions?" + urllib.parse.urlencode(asked))
            ids += [item["id"] for item in page["items"]]
            cursor = page["next"]
            if cursor is None:
                return ids

    def test_open_and_closed_sessions_are_found_alike(self):
        with Server(self.data, "--session.end_grace_seconds", "0") as server:
            begun = int(time.time() * 1000)
            ids = []
            for number in range(6):
                params = PARAMS | {"visitor.marketingCloudUserId": ["anna", "berta"][number % 2],
                                   "media.id": ["a film", "news", "sports"][number % 3]}
                ids.append(server.open_session(event(
                    "sessionStart", params=params, customMetadata={"plan": f"p{number % 2}"})))
            # The second and the fourth get a verdict that is not `used`; the first three close.
            for session in (ids[1], ids[3]):
                self.assertEqual(server.send(session, event("adComplete")), 204)
            for session in ids[:3]:
                self.assertEqual(server.send(session, event("sessionEnd")), 204)
            wait_until(lambda: len(self.found(server, state="closed")) == 3, "three are closed")
            # The newest first; ids begin with the millisecond, and within one no order is promised
            # but that of the ids.
            newest = sorted(ids, reverse=True)

            def chosen(*numbers):
                return sorted((ids[number] for number in numbers), reverse=True)

            for query, expected in [
                    ({}, newest), ({"state": "open"}, chosen(5, 4, 3)),
                    ({"state": "closed"}, chosen(2, 1, 0)), ({"viewer": "anna"}, chosen(4, 2, 0)),
                    ({"viewer": ids[4]}, chosen(4)), ({"media.id": "news"}, chosen(4, 1)),
                    ({"media.channel": "west", "c.plan": "p1"}, chosen(5, 3, 1)),
                    ({"media.channel": "east"}, []), ({"outcome": "ignored"}, chosen(3, 1)),
                    ({"verdict": "ad_not_running", "state": "open"}, chosen(3)),
                    ({"from": begun}, newest), ({"to": begun}, []),
                    ({"from": begun, "to": begun + 3_600_000, "viewer": "berta"},
                     chosen(5, 3, 1))]:
                self.assertEqual(self.found(server, **query), expected, query)
            # What waits for the store is found as well as what is in it.
            self.assertEqual(server.stop(), 0)
        with Server(self.data) as server:
            self.assertEqual(self.found(server, viewer="anna"), chosen(4, 2, 0))
            self.assertEqual(self.found(server, outcome="ignored"), chosen(3, 1))

    def test_what_is_not_taken_is_named(self):
        with Server(self.data) as server:
            for query, named in [("state=x", "state"), ("media.ad.id=x", "media.ad.id"),
                                 ("from=x", "from"), ("verdict=x", "verdict")]:
                status, _, body = server.admin("/v1/sessions?" + query)
                self.assertEqual(status, 400, query)
                self.assertIn(named, body.decode())


if __name__ == "__main__":
    unittest.main(verbosity=2)
