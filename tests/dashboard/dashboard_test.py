# SPDX-License-Identifier: Apache-2.0
"""The dashboard in a real browser against the real server, fed by simulated viewers (PAGES)."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

FOLDER = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parent / "end_to_end"))
from playhead_server import BINARY, SOURCE, Server, playhead, wait_until  # noqa: E402

CHROMIUM = shutil.which("chromium")
NODE = shutil.which("node")
SECONDS = 900
# In this order: the last brings viewers of its own, whose sessions close while others look.
PAGES = ["weight.mjs", "figures.mjs", "tracking.mjs", "audience.mjs", "pages.mjs"]
MINUTE_MS = 60_000


@unittest.skipIf(CHROMIUM is None, "chromium is not installed (script/setup)")
@unittest.skipIf(NODE is None, "node is not installed (script/setup)")
@unittest.skipIf(not (FOLDER / "node_modules").is_dir(), "no npm packages here (script/setup)")
class Dashboard(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        # Long enough that no simulated viewer is silent for so long, short enough to wait for.
        cls.server = Server(folder.name + "/data", "--session.inactivity_seconds", "20")
        cls.addClassCleanup(cls.server.kill)
        cls.server.start()
        cls.empty = Server(folder.name + "/empty")
        cls.addClassCleanup(cls.empty.kill)
        cls.empty.start()
        lines = (SOURCE / "docs/timeline-1.ndjson").read_text().splitlines()
        cls.bodies = lines
        cls.timeline = cls.server.open_session(lines[0].encode())
        for line in lines[1:]:
            assert cls.server.send(cls.timeline, line.encode()) == 204
        code, out, err = playhead("simulate", "--target", f"http://127.0.0.1:{cls.server.port}",
                                  "--viewers", "30", "--seconds", "6", "--speed", "1200",
                                  "--seed", "11")
        assert code == 0, err
        cls.simulated = json.loads(out)
        wait_until(cls.all_closed, "all sessions are closed and stored")

    @classmethod
    def all_closed(cls):
        items = cls.server.get("/v1/sessions?limit=1000")["items"]
        return all(item["state"] == "closed" for item in items)

    def test_pages(self):
        told = self.simulated
        environment = {
            **os.environ,
            "PLAYHEAD_ADMIN": f"http://127.0.0.1:{self.server.admin_port}",
            "PLAYHEAD_BINARY": BINARY,
            "PLAYHEAD_PLAYERS": f"http://127.0.0.1:{self.server.port}",
            "PLAYHEAD_CHROMIUM": CHROMIUM,
            "PLAYHEAD_EMPTY_ADMIN": f"http://127.0.0.1:{self.empty.admin_port}",
            "PLAYHEAD_EMPTY_PLAYERS": f"http://127.0.0.1:{self.empty.port}",
            "PLAYHEAD_TIMELINE_1": self.timeline,
            "PLAYHEAD_TIMELINE_1_BODIES": "\n".join(self.bodies),
            "PLAYHEAD_FROM": str(told["from"] // MINUTE_MS * MINUTE_MS),
            "PLAYHEAD_TO": str((told["to"] // MINUTE_MS + 2) * MINUTE_MS),
        }
        for page in PAGES:
            with self.subTest(page):
                done = subprocess.run([NODE, "--test", page], cwd=FOLDER, env=environment,
                                      capture_output=True, text=True, timeout=SECONDS,
                                      check=False)
                self.assertEqual(done.returncode, 0,
                                 done.stdout[-20_000:] + done.stderr[-2_000:])


if __name__ == "__main__":
    unittest.main(verbosity=2)
