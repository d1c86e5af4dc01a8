# SPDX-License-Identifier: Apache-2.0
"""Bytes of the journal change at rest: the server starts, says what is lost, has all the rest."""

import json
import pathlib
import shutil
import tempfile
import unittest

from playhead_server import Server, differences, playhead, timeline, wait_until

SEGMENT_BYTES = "1048576"
# So large that a few sessions fill several segments.
PADDING = {"padding": "x" * 120_000}
HEADER_BYTES = 4096
FRAME_HEAD_BYTES = 16
SESSIONS = 24
# What depends on the time of the question.
MOVING = {"session.closeReason", "session.closeTs", "sessionDetails.secondsSinceLastCall"}


def segments(data):
    return sorted(pathlib.Path(data, "journal").glob("[0-9]*.segment"))


def segment_of(data, offset):
    return [path for path in segments(data) if int(path.stem) <= offset][-1]


def flip(path, at):
    content = bytearray(path.read_bytes())
    content[at] ^= 0x10
    path.write_bytes(content)


def flip_record(data, offset):
    """Changes one byte of the record at this offset; gives the name of its file."""
    path = segment_of(data, offset)
    flip(path, HEADER_BYTES + offset - int(path.stem) + FRAME_HEAD_BYTES + 20)
    return path.name


def lose_header(path):
    """Both copies of a segment's header."""
    flip(path, 20)
    flip(path, 2048 + 20)


class Damage(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.data = folder.name + "/data"
        self.events = [event for event in timeline("01")["events"]
                       if event["eventType"] != "sessionEnd"]
        self.events[0] = {**self.events[0], "customMetadata": PADDING}

    def serve(self):
        return Server(self.data, "--journal.segment_bytes", SEGMENT_BYTES)

    def play_some(self):
        """Open sessions over several segments; gives their metrics and offsets by id."""
        with self.serve() as server:
            sessions = [server.play(self.events) for _ in range(SESSIONS)]
            seen = {session: (server.session(session)["metrics"],
                              [event["offset"] for event in server.events(session)])
                    for session in sessions}
            self.assertEqual(server.stop(), 0)
        self.assertGreaterEqual(len(segments(self.data)), 3)
        # With a snapshot the next start would not meet what is damaged.
        shutil.rmtree(pathlib.Path(self.data, "snapshot"))
        return seen

    def check_others(self, server, seen, hit):
        for session, (metrics, offsets) in seen.items():
            if session in hit:
                continue
            expect = {key: value for key, value in metrics.items() if key not in MOVING}
            self.assertEqual(differences(expect, server.session(session)["metrics"]), {})
            self.assertEqual([event["offset"] for event in server.events(session)], offsets)

    def verify(self):
        code, out, _ = playhead("verify", "--data", self.data)
        return code, json.loads(out)

    def test_a_byte_flipped_in_a_sealed_and_in_the_last_segment_costs_two_events(self):
        seen = self.play_some()
        sessions = list(seen)
        # The third event of the first session, and the very last record that was answered.
        places = {sessions[0]: seen[sessions[0]][1][2], sessions[-1]: seen[sessions[-1]][1][-1]}
        names = {flip_record(self.data, offset) for offset in places.values()}
        self.assertEqual(len(names), 2)
        with self.serve() as server:
            state = wait_until(lambda: self.ready(server), "the journal is read again")
            self.assertTrue(state["ready"])
            self.assertIn("damaged in 2 places", " ".join(state["reasons"]))
            metrics = server.admin("/metrics")[2].decode()
            self.assertIn("playhead_journal_damaged_places_total 2\n", metrics)
            self.assertEqual(server.log().count("the journal is damaged at offset"), 2)
            self.check_others(server, seen, places)
            for session, lost in places.items():
                left = [offset for offset in seen[session][1] if offset != lost]
                self.assertEqual([event["offset"] for event in server.events(session)], left)
                later = {"eventType": "ping", "playerTime": {
                    "playhead": 0, "ts": self.events[-1]["playerTime"]["ts"] + 1}}
                self.assertEqual(server.send(session, later), 204)
                wait_until(lambda s=session, n=len(left): len(server.events(s)) == n + 1,
                           "the event behind the damage is there")
            self.assertEqual(server.stop(), 0)
        code, found = self.verify()
        self.assertEqual(code, 1)
        self.assertEqual([(place["segment"], place["offset"]) for place in found["damage"]],
                         [(segment_of(self.data, offset).name, offset)
                          for offset in places.values()])

    def test_a_session_that_was_stored_before_the_damage_is_not_stored_again(self):
        whole = timeline("06")["events"]
        rules = ["--session.end_grace_seconds", "0", "--session.inactivity_seconds", "2"]
        with Server(self.data, *rules) as server:
            session = server.play(whole)
            wait_until(lambda: self.closed(server, session), "the session closes")
            end = server.events(session)[-1]["offset"]
            wait_until(lambda: b"playhead_rows_stored_total 1\n" in server.admin("/metrics")[2],
                       "the session is stored")
            self.assertEqual(server.stop(), 0)
        # Without its end the session closes later than it did, behind what is stored.
        flip_record(self.data, end)
        with Server(self.data, *rules) as server:
            other = server.play(whole[:3])
            wait_until(lambda: self.closed(server, other), "a later session closes by silence")
            self.assertEqual(server.stop(), 0)
        with Server(self.data, *rules) as server:
            wait_until(lambda: self.ready(server), "the journal is read again")
            listed = [item["id"] for item in server.get("/v1/sessions")["items"]]
            self.assertEqual(sorted(listed), sorted([session, other]))
            metrics = server.session(session)["metrics"]
            self.assertEqual(metrics["session.closeReason"], "sessionEnd")

    def test_a_segment_in_the_middle_that_is_gone_costs_only_what_it_held(self):
        seen = self.play_some()
        gone = segments(self.data)[1]
        behind = int(segments(self.data)[2].stem)
        hit = {session for session, (_, offsets) in seen.items()
               if any(int(gone.stem) <= offset < behind for offset in offsets)}
        gone.unlink()
        self.assertLess(len(hit), SESSIONS)
        with self.serve() as server:
            self.check_others(server, seen, hit)
            self.assertEqual(server.stop(), 0)
        code, found = self.verify()
        self.assertEqual(code, 1)
        self.assertEqual(found["damage"][0]["offset"], int(gone.stem))

    def test_a_last_segment_without_its_header_does_not_stop_the_server(self):
        seen = self.play_some()
        last = segments(self.data)[-1]
        hit = {session for session, (_, offsets) in seen.items()
               if offsets[-1] >= int(last.stem)}
        lose_header(last)
        with self.serve() as server:
            self.check_others(server, seen, hit)
            new = server.play(self.events)
            self.assertGreater(server.events(new)[0]["offset"],
                               max(offsets[-1] for _, offsets in seen.values()))
            self.assertEqual(server.stop(), 0)
        code, found = self.verify()
        self.assertEqual(code, 1)
        self.assertEqual(found["damage"][0]["segment"], last.name)
        with self.serve() as server:
            self.assertEqual(len(server.events(new)), len(self.events))

    @staticmethod
    def closed(server, session):
        return server.session(session)["state"] == "closed"

    @staticmethod
    def ready(server):
        status, _, body = server.admin("/readyz")
        return json.loads(body) if status == 200 else None


if __name__ == "__main__":
    unittest.main(verbosity=2)
