# SPDX-License-Identifier: Apache-2.0
"""Forwarding: a second playhead takes the part of the other back end, and gets the same numbers."""

import http.server
import json
import pathlib
import re
import tempfile
import threading
import time
import unittest

from certificates import Certificate
from playhead_server import Server, differences, playhead, timeline, wait_until

TIMELINES = ["08-vod-seek", "11-preroll-two-ads", "23-live", "33-bitrate", "37-out-of-order"]


def sample(server, series):
    """The value of one series of /metrics; 0 when it is not there."""
    text = server.admin("/metrics")[2].decode()
    found = re.search(rf"^{re.escape(series)} (\S+)$", text, re.MULTILINE)
    return float(found.group(1)) if found else 0.0


def answered(server, kind):
    return sample(server, f'playhead_forwarded_total{{answer="{kind}"}}')


def skipped(server, reason):
    return sample(server, f'playhead_forward_skipped_total{{reason="{reason}"}}')


def player_bodies(name):
    return [{k: v for k, v in event.items() if k != "receivedAt"}
            for event in timeline(name)["events"]]


def report(server):
    """What the reports say of all, by player and channel."""
    status, _, body = server.admin("/v1/reports", "POST", body={
        "metrics": ["mediaStarts", "contentTimeSpent", "adStarts"],
        "dimensions": ["media.playerName", "media.channel"]})
    assert status == 200, body
    answer = json.loads(body)
    return answer["items"], answer["totals"]


class Scripted:
    """Another back end that answers what it is told, after the time that it is told."""

    def __init__(self):
        owner = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                owner.asked += 1
                owner.goes_on.wait()
                self.send_response(owner.status)
                if owner.status == 201:
                    self.send_header("Location", f"/api/v1/sessions/{owner.asked:064x}")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.asked = 0
        self.status = 201
        self.goes_on = threading.Event()
        self.goes_on.set()
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.goes_on.set()
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


class Forwarding(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def ours(self, url, *arguments):
        return Server(self.folder / "ours", "--forward.url", url, *arguments)

    def theirs(self, *arguments):
        return Server(self.folder / "theirs", *arguments)

    def test_the_other_back_end_gets_the_same_numbers_under_ids_of_its_own(self):
        with self.theirs() as theirs, self.ours(f"http://127.0.0.1:{theirs.port}") as ours:
            sent, sessions = 0, {}
            for name in TIMELINES:
                events = timeline(name)["events"]
                sessions[name] = ours.play(events)
                sent += len(events)
            batch = player_bodies("29-downloaded")
            self.assertEqual(ours.post("/api/v1/downloaded", batch)[0], 201)
            wait_until(lambda: answered(ours, "2xx") == sent + 1, "all is forwarded")
            names = {}
            for server in (ours, theirs):
                wait_until(lambda server=server: server.get("/v1/ledger")["pending"] == 0 and
                           server.get("/v1/live")["sessions"] == 0, "all has closed")
                names[server] = {item["id"] for item in server.get("/v1/sessions")["items"]}
                self.assertEqual(len(names[server]), len(TIMELINES) + 1)
            self.assertEqual(names[ours] & names[theirs], set())
            for name, session in sessions.items():
                mine = ours.session(session)
                same = [other for other in map(theirs.session, names[theirs])
                        if not differences(mine["metrics"], other["metrics"])]
                self.assertTrue(same, f"{name}: nobody has these numbers: {mine['metrics']}")
                ordered = [[event["eventType"] for event in server.events(one["id"])]
                           for server, one in ((ours, mine), (theirs, same[0]))]
                self.assertEqual(ordered[0], ordered[1], name)
            for key in ("received", "counted", "duplicate", "ignored", "late"):
                self.assertEqual(ours.get("/v1/ledger")[key], theirs.get("/v1/ledger")[key], key)
            self.assertEqual(report(ours), report(theirs))
            self.assertEqual(report(ours)[1]["mediaStarts"], len(TIMELINES) + 1)
            self.assertEqual(skipped(ours, "session_lost"), 0)
            self.assertEqual(answered(ours, "4xx"), 0)

    def test_a_side_that_is_killed_and_comes_back_gets_what_came_meanwhile(self):
        bodies = player_bodies("01-timeline-1")
        with self.theirs() as theirs:
            with self.ours(f"http://127.0.0.1:{theirs.port}") as ours:
                session = ours.open_session(bodies[0])
                wait_until(lambda: answered(ours, "2xx") == 1, "the start is there")
                theirs.kill()
                for body in bodies[1:5]:
                    began = time.monotonic()
                    self.assertEqual(ours.send(session, body), 204)
                    self.assertLess(time.monotonic() - began, 5, "players wait for nobody")
                wait_until(lambda: sample(ours, "playhead_forward_reachable") == 0, "it is away")
                reasons = ours.get("/readyz")["reasons"]
                self.assertTrue(any("back end is away" in why for why in reasons), reasons)
                self.assertEqual(ours.admin("/readyz")[0], 200)
                theirs.listen_option = f"127.0.0.1:{theirs.port}"
                theirs.start()
                wait_until(lambda: answered(ours, "2xx") == 5, "all is forwarded")
                wait_until(lambda: sample(ours, "playhead_forward_reachable") == 1, "it is back")
                self.assertEqual(theirs.get("/v1/ledger")["received"], 5)
                for what in ("is away", "is back"):
                    self.assertEqual(ours.log().count(f"the other back end {what}"), 1, ours.log())

    def test_a_side_that_is_slow_is_skipped_and_accepting_goes_on(self):
        bodies = player_bodies("01-timeline-1")
        with Scripted() as theirs, self.ours(theirs.url, "--forward.lag_seconds", "3",
                                             "--forward.connections", "2") as ours:
            theirs.goes_on.clear()
            sessions = [ours.open_session(bodies[0]) for _ in range(20)]
            wait_until(lambda: theirs.asked == 2, "both connections wait for an answer")
            for session in sessions:
                self.assertEqual(ours.send(session, bodies[1]), 204)
            wait_until(lambda: skipped(ours, "behind") == 38, "what waited is skipped")
            theirs.goes_on.set()
            wait_until(lambda: answered(ours, "2xx") == 2, "the two are answered")
            session = ours.open_session(bodies[0])
            wait_until(lambda: answered(ours, "2xx") == 3, "it goes on")
            wait_until(lambda: "38 requests" in ours.log(), "the log says what was skipped")
            self.assertEqual(ours.log().count("s behind: what waits"), 1, ours.log())
            wait_until(lambda: sample(ours, "playhead_forward_lag_seconds") == 0, "none waits")

    def test_answers_are_counted_by_class(self):
        bodies = player_bodies("01-timeline-1")
        with Scripted() as theirs, self.ours(theirs.url) as ours:
            session = ours.open_session(bodies[0])
            wait_until(lambda: answered(ours, "2xx") == 1, "the start is there")
            for status, kind in ((400, "4xx"), (500, "5xx"), (204, "2xx")):
                theirs.status = status
                before = answered(ours, kind)
                self.assertEqual(ours.send(session, bodies[1]), 204)
                wait_until(lambda kind=kind, before=before: answered(ours, kind) > before, kind)
            theirs.status = 503
            self.assertEqual(ours.send(session, bodies[1]), 204)
            wait_until(lambda: answered(ours, "5xx") >= 4, "it is sent again")
            theirs.status = 204
            wait_until(lambda: answered(ours, "2xx") == 3, "until it is taken")

    def test_a_killed_server_forwards_what_begins_behind_its_start(self):
        bodies = player_bodies("01-timeline-1")
        with self.theirs() as theirs, self.ours(f"http://127.0.0.1:{theirs.port}") as ours:
            session = ours.open_session(bodies[0])
            wait_until(lambda: answered(ours, "2xx") == 1, "the start is there")
            ours.kill()
            ours.start()
            self.assertEqual(ours.send(session, bodies[1]), 204)
            wait_until(lambda: skipped(ours, "before_start") == 1, "its session began before")
            other = ours.open_session(bodies[0])
            self.assertEqual(ours.send(other, bodies[1]), 204)
            wait_until(lambda: answered(ours, "2xx") == 2, "a new one is forwarded")
            self.assertEqual(theirs.get("/v1/ledger")["received"], 3)

    def test_a_server_that_stops_forwards_what_it_has_accepted(self):
        bodies = player_bodies("01-timeline-1")
        with self.theirs() as theirs:
            with self.ours(f"http://127.0.0.1:{theirs.port}") as ours:
                connection = ours.connection()
                session = ours.open_session(bodies[0], connection)
                for body in bodies[1:6]:
                    self.assertEqual(ours.send(session, body, connection), 204)
                connection.close()
                self.assertEqual(ours.stop(), 0)
            self.assertEqual(theirs.get("/v1/ledger")["received"], 6)
            self.assertNotIn("not forwarded when", ours.log())

    def test_a_certificate_is_believed_only_from_who_may_sign(self):
        certificate = Certificate(self.folder)
        bodies = player_bodies("01-timeline-1")
        with self.theirs(*certificate.arguments()) as theirs:
            url = f"https://127.0.0.1:{theirs.port}"
            with self.ours(url) as ours:
                ours.open_session(bodies[0])
                wait_until(lambda: sample(ours, "playhead_forward_reachable") == 0, "not believed")
                self.assertIn("certificate", ours.log())
            with self.ours(url, "--forward.authorities",
                           str(certificate.certificate)) as ours:
                ours.open_session(bodies[0])
                wait_until(lambda: answered(ours, "2xx") == 1, "believed")
            self.assertEqual(theirs.get("/v1/ledger")["received"], 1)

    def test_what_cannot_be_forwarded_to_ends_the_start_with_file_line_and_remedy(self):
        file = self.folder / "playhead.toml"
        for url, remedy in (("ftp://old.example.com", "begin with one of the two"),
                            ("https://old.example.com/api/v1/sessions", "leave out /api/v1"),
                            ("http://localhost:8080", "name the other back end")):
            file.write_text(f'[forward]\nurl = "{url}"\n')
            code, _, errors = playhead("serve", "--data", str(self.folder / "none"),
                                       "--config", str(file))
            self.assertEqual(code, 2, errors)
            self.assertIn(f"{file} line 2", errors)
            self.assertIn(remedy, errors)
        code, _, errors = playhead("serve", "--data", str(self.folder / "none"), "--listen",
                                   "127.0.0.1:0", "--admin", "127.0.0.1:0", "--forward.url",
                                   "https://old.example.com", "--forward.authorities", "no.pem")
        self.assertEqual(code, 1, errors)
        self.assertIn("no.pem", errors)


if __name__ == "__main__":
    unittest.main(verbosity=2)
