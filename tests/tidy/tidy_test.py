#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A rule that finds nothing proves nothing: each rule of tidy.py finds what is planted for it."""
import os
import tempfile
import unittest

import tidy

CPP = "// SPDX-License-Identifier: Apache-2.0\n"
HEADER = CPP + "#pragma once\n"
PYTHON = "# SPDX-License-Identifier: Apache-2.0\n"
SHELL = "#!/usr/bin/env bash\n# SPDX-License-Identifier: Apache-2.0\nset -euo pipefail\n"

# A tree in which every folder keeps every rule.
SOUND = {
    "src/base/check.h": HEADER,
    "src/base/clock.cc": CPP + "auto now() { return std::chrono::steady_clock::now(); }\n",
    "src/base/CMakeLists.txt": PYTHON + "playhead_folder(base\n    SOURCES clock.cc)\n",
    "src/event/event.h": HEADER + '#include "base/check.h"\n',
    "src/http/parser.h": HEADER + "#include <llhttp.h>\n",
    "src/ingest/decoder.cc": CPP + '#include <simdjson.h>\n\n#include "event/event.h"\n',
    "src/ingest/decoder_test.cc": CPP + "#include <gtest/gtest.h>\n",
    "src/ingest/decoder_fuzz.cc": CPP,
    "src/ingest/CMakeLists.txt":
        PYTHON + "playhead_folder(ingest SOURCES decoder.cc TESTS decoder_test.cc"
        " FUZZ decoder_fuzz.cc)\n",
    "src/session/row.h": HEADER + '#include "event/event.h"\n',
    "src/session/table.h": HEADER,
    "src/store/store.h": HEADER + '#include "session/row.h"\n',
    "src/web/report.h": HEADER + '#include "session/row.h"\n#include "store/store.h"\n',
    "src/app/main.cc": CPP + '#include "session/table.h"\n#include "web/report.h"\n',
    "src/app/CMakeLists.txt": PYTHON + "add_executable(playhead main.cc)\n",
    "tests/CMakeLists.txt": PYTHON + "playhead_python(view_test.py)\n",
    "tests/view_test.py": PYTHON,
    "script/server": SHELL,
    "README.md": "# Title\n\nRun `script/server`, see [below](#a-section) and [notes](docs/a.md).\n"
                 "\n## A section\n",
    "docs/a.md": "# Notes\n\n[home](../README.md#a-section)\n",
}


class Planted(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        for path, text in SOUND.items():
            self.write(path, text)
        os.chmod(os.path.join(self.folder.name, "script/server"), 0o755)

    def write(self, path, text):
        full = os.path.join(self.folder.name, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w", encoding="utf-8") as file:
            file.write(text)

    def append(self, path, text):
        self.write(path, SOUND[path] + text)

    def findings(self):
        return tidy.findings(self.folder.name)

    def assert_finds(self, path, words):
        found = self.findings()
        self.assertTrue(any(where == path and words in message for where, _, message in found),
                        f"nothing with {words!r} in {path} among {found}")

    def assert_sound(self):
        self.assertEqual(self.findings(), [])

    def test_a_sound_tree_has_no_findings(self):
        self.assert_sound()

    def test_every_rule_is_in_the_list(self):
        rules = {value for name, value in vars(tidy).items()
                 if callable(value) and getattr(value, "__code__", None)
                 and value.__code__.co_varnames[:1] == ("tree",) and value.__code__.co_flags & 0x20
                 and value.__code__.co_argcount == 1}
        self.assertEqual(rules, set(tidy.RULES))

    # --- includes ---

    def test_an_include_to_the_right_is_found(self):
        self.append("src/base/check.h", '#include "event/event.h"\n')
        self.assert_finds("src/base/check.h", 'may not include "event/event.h"')

    def test_an_include_to_the_left_outside_the_table_is_found(self):
        self.append("src/session/table.h", '#include "http/parser.h"\n')
        self.assert_finds("src/session/table.h", 'may not include "http/parser.h"')

    def test_store_sees_only_the_row_types_of_session(self):
        self.append("src/store/store.h", '#include "session/table.h"\n')
        self.assert_finds("src/store/store.h", 'may not include "session/table.h"')

    def test_a_test_may_look_at_any_folder_to_the_left_and_at_none_to_the_right(self):
        self.append("src/ingest/decoder_test.cc", '#include "http/parser.h"\n')
        self.assert_sound()
        self.append("src/ingest/decoder_test.cc", '#include "session/table.h"\n')
        self.assert_finds("src/ingest/decoder_test.cc", "may not include")

    def test_an_include_without_its_folder_is_found(self):
        self.append("src/ingest/decoder.cc", '#include "decoder.h"\n')
        self.assert_finds("src/ingest/decoder.cc", "is not a file below src/")

    def test_a_folder_without_a_row_is_found(self):
        self.write("src/queue/queue.h", HEADER + '#include "base/check.h"\n')
        self.assert_finds("src/queue/queue.h", "has no row")

    def test_a_library_outside_its_place_is_found(self):
        for include, path in (("simdjson.h", "src/event/event.h"),
                              ("llhttp.h", "src/event/event.h"),
                              ("openssl/evp.h", "src/event/event.h"),
                              ("curl/curl.h", "src/app/main.cc"),
                              ("duckdb.h", "src/web/report.h"),
                              ("nlohmann/json.hpp", "src/store/store.h"),
                              ("CLI/CLI.hpp", "src/base/check.h"),
                              ("toml++/toml.h", "src/base/check.h"),
                              ("gtest/gtest.h", "src/base/check.h"),
                              ("benchmark/benchmark.h", "src/base/check.h")):
            with self.subTest(include):
                self.append(path, f"#include <{include}>\n")
                self.assert_finds(path, f"<{include}> may be included only in")
                self.write(path, SOUND[path])

    def test_an_unknown_library_is_found(self):
        self.append("src/web/report.h", "#include <boost/asio.hpp>\n")
        self.assert_finds("src/web/report.h", "no known library")

    def test_a_clock_in_the_pure_part_is_found(self):
        self.append("src/session/table.h", "#include <chrono>\n")
        self.assert_finds("src/session/table.h", "<chrono> in session/")

    # --- words ---

    def test_banned_words_are_found_in_code_and_not_in_comments_or_literals(self):
        for code in ("auto a = std::chrono::system_clock::now();", "auto a = time(nullptr);",
                     "throw 1;", "int a = rand();", "std::thread a;", "sleep(1);",
                     "auto a = b | std::views::reverse;", "auto a = std::format(b);",
                     "std::regex a;", "assert(a);", "TEST(a, DISABLED_b) {}"):
            with self.subTest(code):
                self.append("src/ingest/decoder.cc", code + "\n")
                self.assert_finds("src/ingest/decoder.cc", "`")
                self.append("src/ingest/decoder.cc",
                            f'// {code}\n/* {code}\n{code} */\nauto text = "{code}";\n')
                self.assert_sound()

    def test_a_quote_in_a_number_does_not_hide_what_follows(self):
        self.append("src/ingest/decoder.cc", "int a = 600'000; throw 1; int b = 1'0;\n")
        self.assert_finds("src/ingest/decoder.cc", "`throw`")

    def test_threads_are_allowed_where_loops_live(self):
        self.append("src/app/main.cc", "std::thread loop;\n")
        self.assert_sound()

    def test_words_for_nowhere_are_found_in_comments_and_documents(self):
        for path, text in (("src/base/check.h", "// TODO: later\n"),
                           ("docs/a.md", "FIXME\n"),
                           ("README.md", "Look into /home/somebody/notes.\n"),
                           ("README.md", "It is in /tmp now.\n"),
                           ("README.md", "Co-Authored-By: somebody\n"),
                           ("script/server", "# from registry.npmjs.org\n")):
            with self.subTest(text):
                self.append(path, text)
                self.assert_finds(path, "`")
                self.write(path, SOUND[path])

    # --- files ---

    def test_lengths_are_found_above_their_limits_and_not_at_them(self):
        self.write("src/base/check.h", HEADER + "//\n" * 798)
        self.assert_sound()
        self.write("src/base/check.h", HEADER + "//\n" * 799)
        self.assert_finds("src/base/check.h", "801 lines")
        self.write("src/base/check.h", HEADER + "/" * 100 + "\n")
        self.assert_sound()
        self.write("src/base/check.h", HEADER + "/" * 101 + "\n")
        self.assert_finds("src/base/check.h", "101 columns")

    def test_a_large_blob_is_found(self):
        self.write("docs/picture.svg", "x" * (200 * 1024))
        self.assert_sound()
        self.write("docs/picture.svg", "x" * (200 * 1024 + 1))
        self.assert_finds("docs/picture.svg", "large files")

    def test_what_lies_in_the_root_by_accident_is_found(self):
        for path in ("crash-6d67a156", "notes.md", "tools/notes.py"):
            with self.subTest(path):
                self.write(path, PYTHON)
                self.assert_finds(path, "in the root")
                os.remove(os.path.join(self.folder.name, path))
        self.assert_sound()

    def test_names_that_say_nothing_are_found(self):
        for name in ("utils.h", "session_manager.h", "parser_impl.h", "string_helper.h",
                     "disk_v2.h", "Parser.h"):
            with self.subTest(name):
                self.write(f"src/base/{name}", HEADER)
                self.assert_finds(f"src/base/{name}", f"`{name}`")
                os.remove(os.path.join(self.folder.name, "src/base", name))

    def test_a_missing_licence_line_is_found(self):
        for path in ("src/base/check.h", "src/base/CMakeLists.txt", "script/server"):
            with self.subTest(path):
                self.write(path, SOUND[path].replace("SPDX-License-Identifier", "Licence"))
                self.assert_finds(path, "SPDX")
                self.write(path, SOUND[path])

    def test_letters_beyond_ascii_are_found(self):
        self.append("src/base/check.h", "// caf\u00e9\n")
        self.assert_finds("src/base/check.h", "U+00E9")

    def test_a_header_that_can_be_included_twice_is_found(self):
        self.write("src/base/check.h", CPP)
        self.assert_finds("src/base/check.h", "#pragma once")

    # --- what is built and run ---

    def test_a_source_outside_the_build_is_found(self):
        for name, keyword in (("b.cc", "SOURCES"), ("b_test.cc", "TESTS"), ("b_fuzz.cc", "FUZZ"),
                              ("b_bench.cc", "BENCH")):
            with self.subTest(name):
                self.write(f"src/base/{name}", CPP)
                self.assert_finds(f"src/base/{name}", f"list it under {keyword}")
                os.remove(os.path.join(self.folder.name, "src/base", name))

    def test_a_test_that_is_commented_out_of_the_build_is_found(self):
        path = "src/ingest/CMakeLists.txt"
        listed = "TESTS decoder_test.cc"
        self.write(path, SOUND[path].replace(listed, f"\n# {listed}\n"))
        self.assert_finds("src/ingest/decoder_test.cc", "list it under TESTS")

    def test_a_test_listed_as_a_source_is_found(self):
        path = "src/ingest/CMakeLists.txt"
        self.write(path, SOUND[path].replace("TESTS", ""))
        self.assert_finds("src/ingest/decoder_test.cc", "list it under TESTS")

    def test_a_listed_file_that_is_not_there_is_found(self):
        os.remove(os.path.join(self.folder.name, "src/ingest/decoder_fuzz.cc"))
        self.assert_finds("src/ingest/CMakeLists.txt", "lists decoder_fuzz.cc")

    def test_a_test_that_nothing_runs_is_found(self):
        self.write("tests/other_test.py", PYTHON)
        self.assert_finds("tests/other_test.py", "never run")

    # --- documents and scripts ---

    def test_dead_links_are_found(self):
        for link in ("[a](b.md)", "[a](#nothing)", "[a](docs/a.md#nothing)", "[a]: b.md"):
            with self.subTest(link):
                self.append("README.md", f"\n{link}\n")
                self.assert_finds("README.md", "dead link")

    def test_links_to_the_outside_and_in_code_are_left_alone(self):
        self.append("README.md", "\n[a](https://example.net/b.md)\n\n```\n[a](b.md)\n```\n")
        self.assert_sound()

    def test_a_path_that_does_not_exist_is_found(self):
        self.append("README.md", "\n`script/nothing --quick` and src/base/nothing.h.\n")
        self.assert_finds("README.md", "`script/nothing` does not exist")
        self.assert_finds("README.md", "`src/base/nothing.h` does not exist")

    def test_a_lax_script_is_found(self):
        self.write("script/server", SHELL.replace("set -euo pipefail\n", ""))
        self.assert_finds("script/server", "set -euo pipefail")

    def test_a_script_that_cannot_be_run_is_found(self):
        os.chmod(os.path.join(self.folder.name, "script/server"), 0o644)
        self.assert_finds("script/server", "executable")


if __name__ == "__main__":
    unittest.main()
