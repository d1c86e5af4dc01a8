# SPDX-License-Identifier: Apache-2.0
"""Every path of both addresses is asked at least once, also wrongly."""

import json
import pathlib
import tempfile
import unittest

from playhead_server import Server, timeline


class Doors(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.data = str(pathlib.Path(folder.name) / "data")

    def ask_players(self, server, method, path):
        connection = server.connection()
        connection.request(method, path)
        answer = connection.getresponse()
        server.note("players", method, path, answer, answer.read())
        connection.close()
        return answer.status

    def test_all_that_is_described_is_served(self):
        with Server(self.data) as server:
            document = server.get("/openapi.json")
            session = server.play(timeline("01")["events"])
            downloaded = [{k: v for k, v in event.items() if k != "receivedAt"}
                          for event in timeline("01")["events"]]
            downloaded[0]["params"]["media.downloaded"] = True
            self.assertEqual(server.post("/api/v1/downloaded", downloaded)[0], 201)
            self.assertEqual(server.post("/api/v1/downloaded", {})[0], 400)
            erased = json.loads(server.admin("/v1/erase", "POST", body={"visitorId": "x"})[2])
            places = {"{sid}": session, "{id}": erased["id"], "{eventType}": "ping"}
            for described, operations in document["paths"].items():
                path = described
                for name, value in places.items():
                    path = path.replace(name, value)
                for method in ("GET", "OPTIONS"):
                    if method.lower() not in operations:
                        continue
                    if path.startswith("/api/"):
                        status = self.ask_players(server, method, path)
                    else:
                        status = server.admin(path, method)[0]
                    self.assertEqual(status, 200, path)
                if path.startswith("/api/"):
                    self.assertEqual(self.ask_players(server, "DELETE", path), 405)
                else:
                    self.assertEqual(server.admin(path, "DELETE")[0], 405)

    def test_what_is_not_described_is_not_served(self):
        with Server(self.data) as server:
            for path in ("/v1", "/v1/nonsense", "/v1/sql/", "/openapi.json/", "/v1/sessions/"):
                self.assertEqual(server.admin(path)[0], 404, path)
            for path in ("/", "/api/v1", "/api/v1/nonsense", "/openapi.json"):
                self.assertEqual(self.ask_players(server, "GET", path), 404, path)


if __name__ == "__main__":
    unittest.main()
