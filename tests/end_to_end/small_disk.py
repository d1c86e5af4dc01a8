# SPDX-License-Identifier: Apache-2.0
"""A small file system of its own for a test that fills it. Who may not mount one skips the test."""

import pathlib
import subprocess
import unittest

DISK_MEGABYTES = 24


class SmallDisk:
    """A tmpfs; the rest of it can be taken away and given back."""

    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.path.mkdir()
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={DISK_MEGABYTES}m", "tmpfs", str(path)],
            capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise unittest.SkipTest(f"cannot mount a small file system: {done.stderr.strip()}")

    def unmount(self):
        subprocess.run(["umount", str(self.path)], check=True)

    def fill(self):
        with open(self.path / "filler", "wb", buffering=0) as filler:
            try:
                while True:
                    filler.write(bytes(4096))
            except OSError:
                return

    def empty(self):
        (self.path / "filler").unlink()
