#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prints what is in the program that is not ours, as an SPDX 2.3 document.

    packaging/sbom.py VERSION

The list is the table of docs/dependencies.md, which tests/tidy holds against what is included.
"""

import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
COLUMNS = "| name | version | why | licence | included in | what would replace it |"
# The table says licences as people do.
LICENCES = {"GPL-3 with runtime exception": "GPL-3.0-only WITH GCC-exception-3.1",
            "OFL-1.1": "OFL-1.1"}


def dependencies():
    """(name, version, licence) of each row of the tables of what is in the program."""
    rows, inside = [], False
    for line in (ROOT / "docs/dependencies.md").read_text().splitlines():
        if line == COLUMNS:
            inside = True
        elif not line.startswith("|"):
            inside = False
        elif inside and not line.startswith("| ---"):
            name, version, _, licence, _, _ = (cell.strip() for cell in line.strip("|").split("|"))
            rows.append((name, version, LICENCES.get(licence, licence)))
    return rows


def package(name, version, licence):
    return {"SPDXID": "SPDXRef-" + re.sub(r"[^A-Za-z0-9.]+", "-", name).strip("-"),
            "name": name, "versionInfo": version, "downloadLocation": "NOASSERTION",
            "filesAnalyzed": False, "licenseConcluded": licence, "licenseDeclared": licence,
            "copyrightText": "NOASSERTION"}


def main():
    version = sys.argv[1]
    ours = package("playhead", version, "Apache-2.0")
    others = [package(*row) for row in dependencies()]
    json.dump({
        "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT",
        "name": f"playhead-{version}",
        "documentNamespace": f"https://spdx.org/spdxdocs/playhead-{version}",
        # Of no moment: the same tree gives the same bytes.
        "creationInfo": {"created": "1970-01-01T00:00:00Z", "creators": ["Tool: packaging/sbom.py"]},
        "packages": [ours, *others],
        "relationships": [
            {"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES",
             "relatedSpdxElement": ours["SPDXID"]},
            *({"spdxElementId": ours["SPDXID"], "relationshipType": "DEPENDS_ON",
               "relatedSpdxElement": other["SPDXID"]} for other in others)],
    }, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
