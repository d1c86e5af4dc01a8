# SPDX-License-Identifier: Apache-2.0
"""POST /v1/sql over HTTP: what is answered, to whom, and that nobody waits for who has left."""

import csv
import http.client
import io
import json
import pathlib
import tempfile
import unittest

from playhead_server import Server, playhead, timeline, wait_until


QUICK = ["--session.end_grace_seconds", "0"]
PARQUET = "application/vnd.apache.parquet"


class Sql(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.data = str(pathlib.Path(folder.name) / "data")

    def ask(self, server, sql, **more):
        headers = more.pop("headers", {})
        return server.admin("/v1/sql", "POST", headers, {"sql": sql, **more})

    def rows(self, server, sql):
        status, _, body = self.ask(server, sql)
        self.assertEqual(status, 200, body)
        return json.loads(body)["rows"]

    def test_answers_from_the_store_as_json_and_as_csv(self):
        with Server(self.data, *QUICK) as server:
            session = server.play(timeline("06")["events"])
            count = "SELECT count(*) FROM sessions"
            wait_until(lambda: self.rows(server, count) == [[1]], "the session is stored")
            sql = "SELECT session_id, NULL AS n, '' AS e, 'a,\"b' AS q FROM sessions"
            status, _, body = self.ask(server, sql, limit=1)
            self.assertEqual(status, 200)
            answer = json.loads(body)
            self.assertEqual(answer["columns"][0], {"name": "session_id", "type": "VARCHAR"})
            self.assertEqual(answer["rows"], [[session, None, "", "a,\"b"]])
            self.assertFalse(answer["truncated"])
            self.assertGreater(answer["reflects"]["journalOffset"], 0)
            status, headers, body = self.ask(server, sql, headers={"Accept": "text/csv"})
            self.assertEqual(status, 200)
            self.assertEqual(json.loads(headers["Playhead-Reflects"]), answer["reflects"])
            self.assertEqual(headers["Playhead-Truncated"], "false")
            self.assertEqual(body.decode(),
                             f"session_id,n,e,q\r\n{session},,\"\",\"a,\"\"b\"\r\n")
            found = list(csv.reader(io.StringIO(body.decode())))
            self.assertEqual(found[1], [session, "", "", "a,\"b"])

    def test_all_columns_of_all_tables_can_be_read(self):
        with Server(self.data, *QUICK) as server:
            server.play(timeline("06")["events"])
            count = "SELECT count(*) FROM sessions"
            wait_until(lambda: self.rows(server, count) == [[1]], "the session is stored")
            for (name,) in self.rows(server, "SELECT name FROM (SHOW TABLES)"):
                for accept in ("application/json", "text/csv", PARQUET):
                    status, headers, body = self.ask(server, f'FROM "{name}"',
                                                     headers={"Accept": accept})
                    self.assertEqual(status, 200, (name, body))
                    self.assertEqual(headers["Content-Type"].split(";")[0], accept)
                    if accept == PARQUET:
                        self.assertEqual((body[:4], body[-4:]), (b"PAR1", b"PAR1"))

    def test_what_is_wrong_is_told_with_its_field(self):
        with Server(self.data) as server:
            for body, field in [({"sql": "DROP TABLE sessions"}, "sql"),
                                ({"sql": "FROM read_text('/etc/passwd')"}, "sql"),
                                ({"sql": "SELECT 1", "limit": 0}, "limit"),
                                ({"sql": "SELECT 1", "file": "x"}, "file"), ({}, "sql")]:
                status, headers, answer = server.admin("/v1/sql", "POST", {}, body)
                self.assertEqual(status, 400, body)
                self.assertEqual(headers["Content-Type"], "application/problem+json")
                self.assertEqual([e["field"] for e in json.loads(answer)["errors"]], [field])
            self.assertEqual(server.admin("/v1/sql")[0], 405)
            self.assertEqual(server.admin("/v1/sql?x=1", "POST", {}, {})[0], 400)
            self.assertEqual(server.admin("/v1/sql", "POST", {}, b"x" * 262_145)[0], 413)

    def test_needs_its_scope(self):
        def token(scope):
            code, out, err = playhead("token", "create", "--data", self.data, "--scope", scope)
            self.assertEqual(code, 0, err)
            return {"Authorization": "Bearer " + out.strip()}

        mine, other = token("sql"), token("read:reports")
        with Server(self.data, "--admin_tokens", "required") as server:
            self.assertEqual(self.ask(server, "SELECT 1", headers=mine)[0], 200)
            self.assertEqual(self.ask(server, "SELECT 1", headers=other)[0], 403)
            self.assertEqual(self.ask(server, "SELECT 1")[0], 401)

    def test_who_leaves_keeps_nobody_waiting(self):
        endless = "SELECT count(*) FROM range(1000000000) a, range(1000000000) b"
        with Server(self.data) as server:
            gone = http.client.HTTPConnection("127.0.0.1", server.admin_port)
            gone.request("POST", "/v1/sql", json.dumps({"sql": endless}))
            gone.close()
            # Were the first not ended, this one would wait for its thirty seconds.
            patient = http.client.HTTPConnection("127.0.0.1", server.admin_port, timeout=20)
            patient.request("POST", "/v1/sql", json.dumps({"sql": "SELECT 1"}))
            self.assertEqual(patient.getresponse().status, 200)
            patient.close()

    def test_a_server_that_stops_ends_what_is_asked(self):
        endless = "SELECT count(*) FROM range(1000000000) a, range(1000000000) b"
        with Server(self.data) as server:
            asked = http.client.HTTPConnection("127.0.0.1", server.admin_port)
            asked.request("POST", "/v1/sql", json.dumps({"sql": endless}))
            self.assertEqual(server.stop(), 0)
            asked.close()


if __name__ == "__main__":
    unittest.main()
