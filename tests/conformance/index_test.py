# SPDX-License-Identifier: Apache-2.0
"""The table in README.md names every section that has tests, and no other."""

import pathlib
import re
import unittest

HERE = pathlib.Path(__file__).parent
# The sections a test may be named after. test_2_1_x is 2.1; test_9_adStart_x and test_3_x are 9, 3.
NAME = re.compile(r"^    def (test_(\d+)(?:_(\d+))?_\w+)", re.MULTILINE)


def tests():
    """{module: names of its tests}"""
    return {path.name: [match.groups() for match in NAME.finditer(path.read_text())]
            for path in sorted(HERE.glob("*_test.py"))
            if path.name not in ("index_test.py", "canary_test.py")}


def rows():
    """(modules, beginnings of names) of each row of the table that has tests."""
    for line in (HERE / "README.md").read_text().splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) == 6 and "`test_" in cells[3]:
            yield (re.findall(r"`(\w+\.py)`", cells[2]),
                   re.findall(r"`(test_\w+_)\*`", cells[3]))


class Index(unittest.TestCase):
    def test_every_test_has_a_row_of_its_module(self):
        listed = {(module, beginning) for modules, beginnings in rows()
                  for module in modules for beginning in beginnings}
        for module, names in tests().items():
            self.assertTrue(names, f"{module} has no test")
            for name, section, part in names:
                # Each event type is a section of its own in 9, each table in 10: one row.
                is_divided = part is not None and section not in ("9", "10")
                beginning = f"test_{section}_{part}_" if is_divided else f"test_{section}_"
                self.assertIn((module, beginning), listed, f"{name} has no row in README.md")

    def test_every_row_has_a_test(self):
        known = tests()
        for modules, beginnings in rows():
            for module in modules:
                for beginning in beginnings:
                    self.assertTrue(any(name.startswith(beginning) for name, *_ in known[module]),
                                    f"{module} has no test {beginning}*")

    def test_every_section_of_the_protocol_has_a_row(self):
        text = (HERE / "README.md").read_text()
        cells = " ".join(line.split("|")[1] for line in text.splitlines() if line.startswith("| "))
        named = {int(number.split(".")[0]) for number in re.findall(r"\d+(?:\.\d+)?", cells)}
        self.assertEqual(named, set(range(1, 23)))


if __name__ == "__main__":
    unittest.main()
