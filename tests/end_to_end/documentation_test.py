# SPDX-License-Identifier: Apache-2.0
"""Every command that the documentation shows is run, and prints what the documentation says.

A fenced block marked `sh` is run with bash, all blocks of a page in one shell and in order. When
the next block is marked `text`, it must be exactly what the commands printed. Addresses and folders
that a reader would use as they are become those of a server started for the test.
"""

import pathlib
import re
import shlex
import subprocess
import tempfile
import unittest

import page_script
from playhead_server import BINARY, SOURCE, Server

# Typed by a test of its own, which makes a machine for it.
OWN_TEST = SOURCE / "docs/first-quarter-hour.md"
PAGES = sorted({SOURCE / "README.md", SOURCE / "CONTRIBUTING.md", *(SOURCE / "docs").rglob("*.md")}
               - {OWN_TEST})

# Commands that are not run again from here, and who runs them instead.
RUN_ELSEWHERE = {
    "git clone": "a visitor has done it when the page is there; CI begins with it",
    "script/setup": "script/test begins with it",
    "script/server": "started below with a folder and ports of its own",
    "script/test": "runs this test",
    "script/bench": "takes minutes; its parts have tests of their own",
    "script/format": "changes the tree",
    "cmake": "script/test builds with the same presets",
    "ctest": "runs this test",
}


def commands(block):
    """The lines of a block that are run here; the others must name something that is there."""
    kept = []
    for line in block.splitlines():
        known = next((name for name in RUN_ELSEWHERE if line.strip().startswith(name)), None)
        if known is None:
            kept.append(line)
        elif known.startswith("script/"):
            path = SOURCE / known
            assert path.exists(), f"{known} is in a page and not in the tree"
    return "\n".join(kept)


class Documentation(unittest.TestCase):
    def test_every_command_runs_and_prints_what_the_page_says(self):
        for page in PAGES:
            with self.subTest(page=str(page.relative_to(SOURCE))):
                self.run_page(page)

    def run_page(self, page):
        blocks = page_script.BLOCK.findall(page.read_text())
        shown = [(text, blocks[i + 1][1] if blocks[i + 1: i + 2] and blocks[i + 1][0] == "text"
                  else None)
                 for i, (kind, text) in enumerate(blocks) if kind == "sh"]
        if not any(commands(text).strip() for text, _ in shown):
            return
        with tempfile.TemporaryDirectory() as folder, Server(folder + "/data") as server:
            script = page_script.script_of(commands(text) for text, _ in shown)
            script = script.replace("localhost:8080", f"127.0.0.1:{server.port}")
            script = script.replace("localhost:8081", f"127.0.0.1:{server.admin_port}")
            for address in sorted(set(re.findall(r"127\.0\.0\.1:9\d{3}\b", script))):
                script = script.replace(address, page_script.free_address())
            script = script.replace("build/release/playhead", shlex.quote(BINARY))
            script = script.replace("--data data", f"--data {folder}/data")
            script = script.replace("rm -r data", f"rm -r {folder}/data")
            code, printed, errors = page_script.run(script, SOURCE, folder, 300)
            self.assertEqual(code, 0, f"{page}: {printed}\n{errors}")
            for (_, expected), got in zip(shown, page_script.parts(printed), strict=True):
                if expected is not None:
                    self.assertEqual(got.strip(), expected.strip(), page)

    def test_script_server_starts_the_server_of_the_readme(self):
        with tempfile.TemporaryDirectory() as folder:
            process = subprocess.Popen(
                [str(SOURCE / "script/server"), "--data", folder + "/data",
                 "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"],
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            try:
                lines = []
                for line in process.stdout:
                    lines.append(line)
                    if line.startswith("playhead ready"):
                        break
                self.assertTrue(lines and lines[-1].startswith("playhead ready"), lines)
            finally:
                process.terminate()
                process.stdout.close()
                process.wait(timeout=120)
            self.assertEqual(process.returncode, 0)


class Pages(unittest.TestCase):
    def test_the_pages_that_a_newcomer_needs_are_there(self):
        for name in ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "LICENSE",
                     "docs/glossary.md", "docs/dependencies.md"]:
            self.assertTrue(pathlib.Path(SOURCE / name).exists(), name)


if __name__ == "__main__":
    unittest.main(verbosity=2)
