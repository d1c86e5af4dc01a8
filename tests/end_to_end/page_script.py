# SPDX-License-Identifier: Apache-2.0
"""The fenced blocks of a page, and a run of its commands as they stand."""

import contextlib
import os
import pathlib
import re
import signal
import socket
import subprocess

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MARK = "--- next block ---"


def free_address():
    """For a further server that a page starts itself; the kernel gives no port twice in a row."""
    with socket.create_server(("127.0.0.1", 0)) as chosen:
        return f"127.0.0.1:{chosen.getsockname()[1]}"


def script_of(blocks):
    """One script that says where a block ends, for parts()."""
    return f"\necho; echo '{MARK}'\n".join(blocks)


def parts(printed):
    """What each block printed."""
    return printed.split(f"\n{MARK}\n")


def run(script, cwd, folder, seconds, environment=None):
    """The exit code, or why there is none, what was printed, and the errors. What is left running
    is ended; it would keep pipes open, so the output goes to files in `folder`."""
    printed, errors = pathlib.Path(folder, "printed"), pathlib.Path(folder, "errors")
    with printed.open("w") as out, errors.open("w") as error:
        process = subprocess.Popen(["bash", "-euo", "pipefail", "-c", script], cwd=cwd,
                                   env=environment, stdout=out, stderr=error,
                                   start_new_session=True)
        try:
            code = process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            code = f"none within {seconds} s"
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    return code, printed.read_text(), errors.read_text()
