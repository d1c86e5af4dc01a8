# SPDX-License-Identifier: Apache-2.0
"""Fuzz targets with a planted bug must fail; those without must not.

A target that finds nothing is worth as much as its ability to find something. For five of them
cmake builds a second program with one bug (base/canary.h). Each bug must be found twice: by the
replay of the corpus, and by fuzzing that begins with one input which does not show it.
"""

import collections
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

SOURCE = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("PLAYHEAD_FUZZ_BUILD", SOURCE / "build/fuzz"))

# Many times what it takes, on a machine that does other work too.
FUZZING_SECONDS = 60

# Subject -> an input which does not show the bug: the byte of the id that changes is one of those
# that are looked at, the chunk is a byte short and so the request is refused, the body is a byte
# short and so its head is left to the grammar, 300000000e-8 is 3.
HARMLESS = {
    "event_session_id": bytes(16) + b"\x10\x01",
    "http_parser": b"\x07POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                   b"3\r\nab\r\n0\r\n\r\n",
    "http_proxy_header": b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\xc0\0\x02\x01\xc0\0\x02\x09\0\x50",
    "http_usual_head": b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n"
                       b"Content-Length: 3\r\n\r\nab",
    "ingest_decoder": b'{"playerTime":{"playhead":0,"ts":300000000e-8},"eventType":"play"}',
}

Run = collections.namedtuple("Run", "code said")


def program(name):
    found = list(BUILD.glob(f"src/*/{name}"))
    assert len(found) == 1, f"{name} is not built in {BUILD}: {found}"
    return str(found[0])


def run(name, *arguments):
    """A fuzz program in a folder of its own, so that what it writes goes away."""
    with tempfile.TemporaryDirectory(prefix="playhead-canary-") as folder:
        done = subprocess.run([program(name), "-timeout=20", *map(str, arguments)], cwd=folder,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        return Run(done.returncode, done.stdout.decode(errors="replace"))


class Canary(unittest.TestCase):
    def assert_finds(self, outcome):
        self.assertNotEqual(outcome.code, 0, outcome.said[-2000:])
        self.assertIn("playhead: bug: CHECK(", outcome.said)

    def assert_finds_nothing(self, outcome):
        self.assertEqual(outcome.code, 0, outcome.said[-2000:])

    def found_by_replay(self, subject):
        corpus = SOURCE / "tests/corpus" / subject
        self.assert_finds_nothing(run(f"{subject}_fuzz", "-runs=0", corpus))
        self.assert_finds(run(f"{subject}_canary", "-runs=0", corpus))

    def found_by_fuzzing(self, subject):
        with tempfile.TemporaryDirectory(prefix="playhead-canary-") as corpus:
            pathlib.Path(corpus, "harmless").write_bytes(HARMLESS[subject])
            self.assert_finds_nothing(run(f"{subject}_canary", "-runs=0", corpus))
            self.assert_finds(run(f"{subject}_canary", "-seed=1",
                                  f"-max_total_time={FUZZING_SECONDS}", corpus))

    def test_a_session_id_of_which_half_the_mac_is_looked_at_is_found_by_replay(self):
        self.found_by_replay("event_session_id")

    def test_a_session_id_of_which_half_the_mac_is_looked_at_is_found_by_fuzzing(self):
        self.found_by_fuzzing("event_session_id")

    def test_a_parser_that_loses_a_byte_at_a_cut_is_found_by_replay(self):
        self.found_by_replay("http_parser")

    def test_a_parser_that_loses_a_byte_at_a_cut_is_found_by_fuzzing(self):
        self.found_by_fuzzing("http_parser")

    def test_a_proxy_header_that_ends_a_byte_early_is_found_by_replay(self):
        self.found_by_replay("http_proxy_header")

    def test_a_proxy_header_that_ends_a_byte_early_is_found_by_fuzzing(self):
        self.found_by_fuzzing("http_proxy_header")

    def test_a_head_reader_that_takes_any_coding_is_found_by_replay(self):
        self.found_by_replay("http_usual_head")

    def test_a_head_reader_that_takes_any_coding_is_found_by_fuzzing(self):
        self.found_by_fuzzing("http_usual_head")

    def test_a_decoder_that_takes_a_fraction_for_an_integer_is_found_by_replay(self):
        self.found_by_replay("ingest_decoder")

    def test_a_decoder_that_takes_a_fraction_for_an_integer_is_found_by_fuzzing(self):
        self.found_by_fuzzing("ingest_decoder")

    def test_each_planted_bug_is_in_one_place_and_is_built(self):
        in_source, in_build = [], []
        for path in (SOURCE / "src").rglob("*.cc"):
            in_source += re.findall(r"PLAYHEAD_CANARY\((\w+)\)", path.read_text())
        for path in (SOURCE / "src").rglob("CMakeLists.txt"):
            in_build += re.findall(r"playhead_canary\(\w+ \w+ \S+ (\w+)", path.read_text())
        self.assertEqual(len(in_build), len(HARMLESS))
        simulated = (SOURCE / "tests/sim/CMakeLists.txt").read_text()
        in_build += re.findall(r"^playhead_sim_canary\((\w+)", simulated, re.MULTILINE)
        self.assertEqual(sorted(in_source), sorted(in_build))
        self.assertEqual(len(in_source), len(set(in_source)))


if __name__ == "__main__":
    unittest.main()
