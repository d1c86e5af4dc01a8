# SPDX-License-Identifier: Apache-2.0
"""The admin address with tokens: made, used, rotated and revoked beside the running server."""

import pathlib
import tempfile
import unittest

from playhead_server import Server, playhead, wait_until


class Tokens(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.data = str(pathlib.Path(folder.name) / "data")

    def token(self, *words):
        code, out, err = playhead("token", words[0], "--data", self.data, *words[1:])
        self.assertEqual(code, 0, err)
        return out.strip()

    def status(self, server, path, token=None):
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return server.admin(path, headers=headers)[0]

    def test_another_address_than_loopback_needs_a_token(self):
        words = ["serve", "--data", self.data, "--listen", "127.0.0.1:0", "--admin", "0.0.0.0:0"]
        code, _, err = playhead(*words)
        self.assertEqual(code, 1)
        self.assertIn("playhead token create", err)
        token = self.token("create", "--scope", "read:metrics,read:sessions", "--name", "me")
        with Server(self.data, admin="0.0.0.0:0") as server:
            self.assertEqual(self.status(server, "/healthz"), 200)
            self.assertEqual(self.status(server, "/metrics"), 401)
            self.assertEqual(self.status(server, "/v1/sessions", token), 200)
            self.assertEqual(self.status(server, "/metrics", token), 200)
            self.assertEqual(self.status(server, "/v1/sql", token), 403)

    def test_a_change_takes_effect_without_a_restart(self):
        old = self.token("create", "--scope", "admin", "--days", "30")
        with Server(self.data, "--admin_tokens", "required") as server:
            new = self.token("rotate", old.split("_")[1], "--grace-hours", "1")
            wait_until(lambda: self.status(server, "/metrics", new) == 200, "the new one is valid")
            self.assertEqual(self.status(server, "/metrics", old), 200)
            listed = self.token("list")
            self.assertIn(old.split("_")[1], listed)
            self.assertIn(new.split("_")[1], listed)
            self.assertNotIn(new.split("_")[2], listed)
            self.token("revoke", old.split("_")[1])
            wait_until(lambda: self.status(server, "/metrics", old) == 401, "the old one is not")
            self.assertEqual(self.status(server, "/metrics", new), 200)
            self.assertEqual(server.stop(), 0)

    def test_no_secret_is_in_the_data_folder(self):
        secret = self.token("create", "--scope", "sql").split("_")[2]
        for path in pathlib.Path(self.data).rglob("*"):
            if path.is_file():
                self.assertNotIn(secret.encode(), path.read_bytes())
                self.assertEqual(path.stat().st_mode & 0o077, 0, path)

    def test_mistakes_are_told(self):
        for words, said in [
            (["create", "--scope", "write"], "read:live"),
            (["create", "--scope", "sql", "--name", "a\nb"], "one line"),
            (["revoke", "0123456789ab"], "0123456789ab"),
            (["rotate", "0123456789ab"], "0123456789ab"),
            (["create"], "--scope"),
        ]:
            code, out, err = playhead("token", words[0], "--data", self.data, *words[1:])
            self.assertEqual((code, out), (2, ""), words)
            self.assertIn(said, err)

    def test_a_page_in_a_browser_of_the_operator_gets_nothing(self):
        with Server(self.data) as server:
            self.assertEqual(self.status(server, "/v1/sessions"), 200)
            name = {"Host": "rebound.example"}
            self.assertEqual(server.admin("/v1/sessions", headers=name)[0], 421)
            origin = {"Origin": "https://evil.example"}
            self.assertEqual(server.admin("/v1/sessions", "POST", origin)[0], 403)
            self.assertEqual(server.admin("/v1/sessions", "POST")[0], 405)


if __name__ == "__main__":
    unittest.main(verbosity=2)
