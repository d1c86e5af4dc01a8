# SPDX-License-Identifier: Apache-2.0
"""Every number is explained by events that can be found again, over HTTP."""

import json
import pathlib
import tempfile
import unittest

from playhead_server import Server, differences, playhead, timeline, wait_until


class Explain(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.data = self.folder.name + "/data"

    def explain(self, server, session):
        answer = server.get(f"/v1/sessions/{session}/explain")
        return answer, {metric["metric"]: metric for metric in answer["metrics"]}

    def closed(self, server, session):
        return wait_until(
            lambda: server.session(session)["state"] == "closed", "the session closes")

    def folded(self, server, session, bodies, offsets):
        """What `playhead fold` makes of the events at these offsets alone."""
        arrived = {event["offset"]: event["receivedAt"] for event in server.events(session)}
        body_at = dict(zip(sorted(arrived), bodies))
        events = [{**body_at[offset], "receivedAt": arrived[offset]} for offset in offsets]
        path = pathlib.Path(self.folder.name, "cited.json")
        path.write_text(json.dumps(events))
        code, out, err = playhead("fold", str(path))
        self.assertEqual((code, err), (0, ""))
        return json.loads(out)

    def test_timeline_1_is_explained_with_its_documented_numbers(self):
        case = timeline("01")
        with Server(self.data) as server:
            session = server.play(case["events"])
            answer, metrics = self.explain(server, session)
            shown = server.session(session)["metrics"]
            offsets = sorted(event["offset"] for event in server.events(session))
        self.assertEqual((answer["id"], answer["state"]), (session, "open"))
        self.assertTrue(answer["agrees"])
        self.assertEqual({key: m["value"] for key, m in metrics.items()}, shown)
        played = metrics["sessionDetails.timePlayed"]
        self.assertEqual((played["value"], played["ms"], played["rule"]),
                         (45, 44997, "metrics 4.1"))
        self.assertEqual(sum(event["adds"] for event in played["events"]), 44997)
        self.assertEqual(played["offsets"], [event["offset"] for event in played["events"]])
        ads = metrics["sessionDetails.adCount"]
        self.assertEqual((ads["value"], ads["whyNot"]), (3, None))
        added = [event["eventType"] for event in ads["events"] if event["adds"] == 1]
        self.assertEqual(added, ["adStart"] * 3)
        for metric in metrics.values():
            self.assertEqual(metric["offsets"][0], offsets[0])
            self.assertLessEqual(set(metric["offsets"]), set(offsets))

    def test_folding_only_the_cited_events_gives_the_value(self):
        for name in ["11", "31", "33", "34"]:
            with self.subTest(case=name), Server(self.data + name) as server:
                case = timeline(name)
                session = server.play(case["events"])
                _, metrics = self.explain(server, session)
                sets = {}
                for key, metric in metrics.items():
                    sets.setdefault(tuple(metric["offsets"]), {})[key] = metric["value"]
                for offsets, expect in sets.items():
                    folded = self.folded(server, session, case["events"], offsets)
                    expect = {key: value for key, value in expect.items()
                              if not key.startswith("session.") and value is not None
                              and key != "sessionDetails.secondsSinceLastCall"}
                    self.assertEqual(differences(expect, folded), {})

    def test_an_ad_outside_a_break_is_a_near_miss(self):
        case = timeline("14")
        with Server(self.data) as server:
            session = server.play(case["events"])
            self.closed(server, session)
            answer, metrics = self.explain(server, session)
            ads = [event["offset"] for event in server.events(session)
                   if event["eventType"] == "adStart"]
        self.assertTrue(answer["agrees"])
        count = metrics["sessionDetails.adCount"]
        self.assertEqual(count["value"], 0)
        self.assertIn("outside an ad break", count["whyNot"])
        self.assertEqual([miss["offset"] for miss in count["nearMisses"]], ads)

    def test_the_elements_of_a_batch_are_told_by_their_number(self):
        case = timeline("29")
        with Server(self.data) as server:
            status, headers, body = server.post("/api/v1/downloaded", case["events"])
            self.assertEqual(status, 201, body)
            session = headers["Location"].rsplit("/", 1)[1]
            self.closed(server, session)
            answer, metrics = self.explain(server, session)
        self.assertTrue(answer["agrees"])
        played = metrics["sessionDetails.timePlayed"]
        self.assertEqual(played["value"], case["expect"]["sessionDetails.timePlayed"])
        self.assertEqual(len(played["offsets"]), 1)
        self.assertEqual(played["elements"], [event["element"] for event in played["events"]])
        self.assertLess(max(played["elements"]), len(case["events"]))

    def test_a_session_is_explained_by_the_rules_that_it_met(self):
        case = timeline("01")
        with Server(self.data, "--session.inactivity_seconds", "2") as server:
            session = server.play(case["events"][:2])
            self.closed(server, session)
            self.assertEqual(server.stop(), 0)
        with Server(self.data) as server:
            answer, metrics = self.explain(server, session)
        self.assertTrue(answer["agrees"], [m for m in answer["metrics"] if "stored" in m])
        self.assertEqual(metrics["sessionDetails.secondsSinceLastCall"]["value"], 2)

    def test_what_is_not_there_is_said(self):
        with Server(self.data) as server:
            self.assertEqual(server.admin(f"/v1/sessions/{'0' * 64}/explain")[0], 404)
            self.assertEqual(server.admin("/v1/sessions/nothing/explain")[0], 404)


if __name__ == "__main__":
    unittest.main()
