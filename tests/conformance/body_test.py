# SPDX-License-Identifier: Apache-2.0
"""Protocol section 8: the members that all bodies have."""

import unittest

from bodies import TS, WRONG, event, start
from collector import ProtocolTest


class Members(ProtocolTest):
    def setUp(self):
        super().setUp()
        self.sid = self.server.open()

    def problems(self, body):
        """The paths of what the server says is wrong with an event."""
        found = self.check_error(self.server.tell(self.sid, body), 400)
        start_body = {**start(), **body, "eventType": "sessionStart"}
        if "eventType" in body and start_body["playerTime"] == body.get("playerTime"):
            self.check_error(self.server.post("/api/v1/sessions", start_body), 400)
        return [problem["path"] for problem in found]

    def taken(self, body):
        self.check_accepted(self.server.tell(self.sid, body))

    def test_8_playertime_is_required(self):
        self.assertEqual(self.problems({"eventType": "ping"}), ["/playerTime"])
        for value in WRONG["object"]:
            body = {**event("ping"), "playerTime": value}
            self.assertEqual(self.problems(body), ["/playerTime"], value)

    def test_8_playertime_has_exactly_playhead_and_ts(self):
        for time, path in (({"ts": TS}, "playhead"), ({"playhead": 0}, "ts"),
                           ({"playhead": 0, "ts": TS, "more": 1}, "more"),
                           ({"playhead": 0, "ts": TS, "Ts": 1}, "Ts")):
            with self.subTest(time=time):
                self.assertEqual(self.problems({**event("ping"), "playerTime": time}),
                                 ["/playerTime/" + path])

    def test_8_playhead_is_a_number(self):
        for value in WRONG["number"]:
            self.assertEqual(self.problems(event("ping", playhead=value)),
                             ["/playerTime/playhead"], value)
        for value in (0, 0.0, 0.25, 12, 59.999999, -1, -0.5, 86399, 1e9):
            self.taken(event("ping", playhead=value))

    def test_8_ts_is_an_integer(self):
        for value in [*WRONG["integer"], "<timestamp>", TS + 0.5]:
            self.assertEqual(self.problems(event("ping", ts=value)), ["/playerTime/ts"], value)
        for value in (TS, float(TS), 0, -1, 2**53, 2**63 - 1):
            self.taken(event("ping", ts=value))

    def test_8_eventtype_is_required(self):
        self.assertEqual(self.problems({"playerTime": {"playhead": 0, "ts": TS}}), ["/eventType"])
        for value in WRONG["string"]:
            body = {**event("ping"), "eventType": value}
            answer = self.server.tell(self.sid, body)
            self.assertEqual([one["path"] for one in self.check_error(answer, 400)],
                             ["/eventType"], value)

    def test_8_params_qoedata_and_metadata_are_objects(self):
        for member in ("params", "qoeData", "customMetadata"):
            for value in WRONG["object"]:
                with self.subTest(member=member, value=value):
                    body = {**event("ping"), member: value}
                    self.assertEqual(self.problems(body), ["/" + member])

    def test_8_no_other_member_is_allowed(self):
        for member in ("more", "media", "Params", "event", "playerTime2", "", "sid", "timestamp"):
            with self.subTest(member=member):
                self.assertEqual(self.problems({**event("ping"), member: 1}), ["/" + member])

    def test_8_events_may_share_their_ts(self):
        for kind in ("play", "ping", "adBreakStart", "adStart", "adComplete", "adBreakComplete"):
            self.taken(event(kind, TS))


if __name__ == "__main__":
    unittest.main()
