# SPDX-License-Identifier: Apache-2.0
"""The whole kit for `python3 -m unittest discover`, which looks for names that begin with test."""

import pathlib


def load_tests(loader, standard_tests, _pattern):
    folder = str(pathlib.Path(__file__).parent)
    standard_tests.addTests(loader.discover(folder, pattern="*_test.py"))
    return standard_tests
