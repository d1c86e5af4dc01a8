# SPDX-License-Identifier: Apache-2.0
"""A person is erased: from the store, the journal, the quarantine, the snapshots and every file."""

import copy
import http.client
import json
import pathlib
import shutil
import tempfile
import unittest

from playhead_server import DEADLINE_SECONDS, Server, playhead, timeline, wait_until

PERSON = "person-4711-0815@example.org"
KEYS = ["visitor.marketingCloudUserId", "analytics.visitorId", "analytics.aid",
        "appInstallationId"]
QUICK = ["--session.end_grace_seconds", "0", "--snapshot.interval_seconds", "1"]


def events_of(viewer, key=KEYS[0]):
    events = copy.deepcopy(timeline("06")["events"])
    params = events[0]["params"]
    for other in KEYS:
        params.pop(other, None)
    params[key] = viewer
    events[0].setdefault("customMetadata", {})["who"] = viewer
    return events


def files_with(folder, text):
    """Names of the files below a folder that hold these bytes."""
    return sorted(str(path.relative_to(folder)) for path in pathlib.Path(folder).rglob("*")
                  if path.is_file() and text.encode() in path.read_bytes())


class Erasure(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.data = str(self.folder / "data")

    def erase(self, server, viewer):
        connection = http.client.HTTPConnection("127.0.0.1", server.admin_port,
                                                timeout=DEADLINE_SECONDS)
        connection.request("POST", "/v1/erase", json.dumps({"visitorId": viewer}))
        answer = connection.getresponse()
        status, body = answer.status, json.loads(answer.read())
        connection.close()
        return status, body

    def wait_until_finished(self, server):
        def is_finished():
            items = server.get("/v1/erasures")["items"]
            return all(one["finishedAt"] for one in items) and items
        return wait_until(is_finished, "the erasures are finished")

    def wait_until_closed(self, server, *sessions):
        for session in sessions:
            wait_until(lambda: server.session(session)["state"] == "closed", "it closes")

    def verified(self, folder):
        code, out, err = playhead("verify", "--data", folder)
        self.assertEqual((code, err), (0, ""), out)
        return json.loads(out)

    def sessions(self, server):
        return {item["id"] for item in server.get("/v1/sessions")["items"]}

    def test_nothing_of_a_person_is_left_and_everything_else_is(self):
        with Server(self.data, *QUICK) as server:
            theirs = [server.play(events_of(PERSON, key)) for key in KEYS]
            other = server.play(events_of("somebody else"))
            self.wait_until_closed(server, *theirs, other)
            still_open = server.open_session(events_of(PERSON)[0])
            refused = {"eventType": "ping", "playerTime": {"playhead": 1, "ts": 1},
                       "customMetadata": {"who": PERSON}}
            self.assertEqual(server.send(theirs[0], refused), 410)
            before = server.session(other), server.events(other)
            self.assertNotEqual(files_with(self.data, PERSON), [])

            status, receipt = self.erase(server, PERSON)
            self.assertEqual(status, 200, receipt)
            self.assertEqual(receipt["sessions"], 5)
            self.assertEqual(receipt["quarantined"], 1)
            requests = len(events_of(PERSON))
            self.assertEqual(receipt["requests"], 4 * requests + 1)
            self.assertGreaterEqual(receipt["rows"], 5)
            self.assertEqual(self.sessions(server), {other})
            ping = {"eventType": "ping", "playerTime": {"playhead": 1, "ts": 2}}
            self.assertEqual(server.send(still_open, ping), 404)

            finished = self.wait_until_finished(server)
            self.assertEqual([(one["id"], one["pending"]) for one in finished],
                             [(receipt["id"], [])])
            self.assertEqual(files_with(self.data, PERSON), [])
            self.assertEqual((server.session(other), server.events(other)), before)
            self.assertEqual(server.get("/v1/ledger")["unaccounted"], 0)
            self.assertGreaterEqual(self.verified(self.data)["rewritten"], 1)
            # They may come back, as anybody may.
            self.assertEqual(server.send(server.open_session(events_of(PERSON)[0]), ping), 204)
            self.assertEqual(server.stop(), 0)

    def test_a_rebuilt_store_has_the_same_rows_and_the_same_erasures(self):
        with Server(self.data, *QUICK) as server:
            theirs = server.play(events_of(PERSON))
            other = server.play(events_of("somebody else"))
            self.wait_until_closed(server, theirs, other)
            self.assertEqual(self.erase(server, PERSON)[0], 200)
            receipts = self.wait_until_finished(server)
            row = server.session(other)
            self.assertEqual(server.stop(), 0)
        code, _, err = playhead("rebuild", "--data", self.data)
        self.assertEqual(code, 0, err)
        shutil.rmtree(self.data + "/snapshot")
        with Server(self.data, *QUICK) as server:
            self.assertEqual(self.sessions(server), {other})
            self.assertEqual(server.session(other), row)
            self.assertEqual(server.get("/v1/erasures")["items"], receipts)
            self.assertEqual(server.get("/v1/ledger")["unaccounted"], 0)
            self.assertEqual(files_with(self.data, PERSON), [])

    def test_a_copy_from_in_between_goes_on_with_the_erasure(self):
        with Server(self.data, *QUICK) as server:
            theirs = server.play(events_of(PERSON))
            self.wait_until_closed(server, theirs)
            self.assertEqual(self.erase(server, PERSON)[0], 200)
            server.kill()
        code, _, err = playhead("backup", "--data", self.data, "--to", str(self.folder / "copy"))
        self.assertEqual(code, 0, err)
        with Server(self.folder / "copy", *QUICK) as server:
            self.wait_until_finished(server)
            self.assertEqual(self.sessions(server), set())
            self.assertEqual(files_with(self.folder / "copy", PERSON), [])
            self.verified(self.folder / "copy")

    def test_killed_as_often_as_one_likes_it_is_finished_in_the_end(self):
        server = Server(self.data, *QUICK)
        server.start()
        try:
            kept = []
            for number in range(6):
                theirs = server.play(events_of(PERSON))
                kept.append(server.play(events_of(f"somebody else {number}")))
                self.wait_until_closed(server, theirs, kept[-1])
                status, receipt = self.erase(server, PERSON)
                self.assertEqual(status, 200, receipt)
                # Each time a little later, so that it dies in all of the steps.
                for _ in range(number * 4):
                    server.get("/v1/erasures")
                server.kill()
                self.verified(self.data)
                server.start()
                self.assertEqual(self.sessions(server), set(kept))
            self.assertEqual(len(self.wait_until_finished(server)), 6)
            self.assertEqual(files_with(self.data, PERSON), [])
            self.verified(self.data)
            self.assertEqual(server.stop(), 0)
        finally:
            if server.process.poll() is None:
                server.kill()

    def test_a_changed_segment_is_found_behind_an_erasure_too(self):
        with Server(self.data, *QUICK) as server:
            theirs = server.play(events_of(PERSON))
            self.wait_until_closed(server, theirs)
            self.erase(server, PERSON)
            self.wait_until_finished(server)
            self.assertEqual(server.stop(), 0)
        segment = min(pathlib.Path(self.data, "journal").glob("*.segment"))
        content = bytearray(segment.read_bytes())
        content[4096 + 16 + 60] ^= 1
        segment.write_bytes(content)
        self.assertEqual(playhead("verify", "--data", self.data)[0], 1)

    def test_of_an_unknown_person_there_is_a_receipt_too(self):
        with Server(self.data, *QUICK) as server:
            other = server.play(events_of("somebody else"))
            self.wait_until_closed(server, other)
            status, receipt = self.erase(server, "nobody")
            self.assertEqual((status, receipt["sessions"], receipt["rows"]), (200, 0, 0))
            self.wait_until_finished(server)
            self.assertEqual(self.sessions(server), {other})
            status, problem = self.erase(server, "")
            self.assertEqual(status, 400)
            self.assertIn("visitorId", problem["detail"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
