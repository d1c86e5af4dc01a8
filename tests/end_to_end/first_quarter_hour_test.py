# SPDX-License-Identifier: Apache-2.0
"""docs/first-quarter-hour.md is typed as it stands: package, certificate, nginx, a player in a
browser, backup, loss and restore. A folder takes the place of the machine: the package is unpacked
and not installed, no user is made, and ports are free ones; all else is the real thing."""

import getpass
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

import page_script
from playhead_server import BINARY, SOURCE

PAGE = SOURCE / "docs/first-quarter-hour.md"
NEEDED = ("nginx", "chromium", "openssl", "curl", "dpkg-deb")


def replace_address(text, old, new):
    """Of 127.0.0.1:443 nothing in 127.0.0.1:44321 is replaced, which may be a free address."""
    return re.sub(re.escape(old) + r"(?!\d)", new, text)


class FirstQuarterHour(unittest.TestCase):
    def setUp(self):
        for program in NEEDED:
            if shutil.which(program) is None:
                self.skipTest(f"{program} is not installed (script/setup)")
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.addresses = {name: page_script.free_address() for name in
                          ("127.0.0.1:8080", "127.0.0.1:8081", "127.0.0.1:443")}
        done = subprocess.run([SOURCE / "script/package", self.folder / "package"],
                              env={**os.environ, "PLAYHEAD_BINARY": BINARY}, check=False,
                              capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.package = done.stdout.strip()
        for name in ("bin", "etc/nginx", "var/log", "var/backups"):
            (self.folder / name).mkdir(parents=True)
        (self.folder / "docs").symlink_to(SOURCE / "docs")
        self.make_commands()

    def here(self, text):
        """A text of the page with this test's folder and addresses."""
        for old, new in self.addresses.items():
            text = replace_address(text, old, new)
        return re.sub(r"(?<![\w./-])/(etc|var)/", f"{self.folder}/\\1/", text)

    def as_on_the_page(self, text):
        for old, new in self.addresses.items():
            text = replace_address(text, new, old)
        return text.replace(str(self.folder), "")

    def command(self, name, script):
        path = self.folder / "bin" / name
        path.write_text(f"#!/bin/bash\nset -euo pipefail\n{script}\n")
        path.chmod(0o755)

    def make_commands(self):
        """What a machine of one's own would have: users, packages, a network with these names."""
        folder, front = self.folder, self.addresses["127.0.0.1:443"]
        self.command("apt-get", f'dpkg-deb -x {self.package} {folder}\n'
                     f'sed -i \'s#"/var/lib#"{folder}/var/lib#\' {folder}/etc/playhead/*.toml')
        self.command("runuser", 'shift 3; exec "$@"')
        self.command("setpriv", 'shift 5; exec "$@"')
        self.command("install", 'mkdir -p -m 700 "${@: -1}"')
        paths = "".join(f"{kind}_temp_path {folder}/{kind}; " for kind in
                        ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        changes = "; ".join(f"s#{old}#{new}#" for old, new in (
            ("listen 443", f"listen {front}"), (" /etc/playhead", f" {folder}/etc/playhead"),
            ("http {$", f"http {{ access_log off; {paths}"),
            *((rf"{old}\b", new) for old, new in self.addresses.items())))
        self.command("nginx", f"sed '{changes}' {folder}/etc/nginx/nginx.conf > {folder}/front.conf"
                     f'\nexec {shutil.which("nginx")} -p {folder} -e {folder}/front.log '
                     f'-c {folder}/front.conf '
                     f'-g "pid {folder}/pid; user {getpass.getuser()};" "$@"')
        self.command("chromium", f'exec {shutil.which("chromium")} '
                     f'--user-data-dir={folder}/browser '
                     f'--host-resolver-rules="MAP events.example.org:443 {front}" "$@"')
        (folder / ".curlrc").write_text("".join(
            f'connect-to = "{name}.example.org:443:{front}"\n' for name in ("events", "playhead")))

    def test_each_command_of_the_page_does_what_the_page_says(self):
        blocks = [block for block in page_script.BLOCK.findall(PAGE.read_text())
                  if block[0] in ("sh", "text")]
        scripts, expected = [], []
        for kind, text in blocks:
            if kind == "sh":
                scripts.append(self.here(text))
                expected.append(None)
            else:
                expected[-1] = text.strip()
        environment = {**os.environ, "CURL_HOME": str(self.folder), "HOME": str(self.folder),
                       "PLAYHEAD_ADMIN": self.addresses["127.0.0.1:8081"],
                       "PATH": f"{self.folder}/bin:{self.folder}/usr/bin:{os.environ['PATH']}"}
        # Whatever fails, nothing stays behind: nginx leaves the session of the script.
        script = "trap '{ kill $(jobs -p); kill $(cat pid); } 2>/dev/null || true' EXIT\n" + \
            page_script.script_of(scripts)
        code, printed, errors = page_script.run(script, self.folder, self.folder, 500, environment)
        self.assertEqual(code, 0, printed + errors)
        parts = page_script.parts(self.as_on_the_page(printed))
        for script, wanted, got in zip(scripts, expected, parts, strict=True):
            if wanted is not None:
                self.assertEqual(got.strip(), wanted, script)


if __name__ == "__main__":
    unittest.main(verbosity=2)
