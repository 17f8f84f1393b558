# SPDX-License-Identifier: MIT
"""The transcripts that cannot run in the lab: those of not-there.txt, and all of a
chapter whose step has no `run`.

    read()   {(document, first command or *): why}"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TABLE = Path(__file__).resolve().parent / "not-there.txt"
sys.path.append(str(ROOT / "tools"))

import records  # noqa: E402


def read():
    rows = {(path.stem, "*"): "the lab does not have the program of this step"
            for path in ROOT.glob("docs/*.md")
            if re.match(r"\d\d-", path.stem) and path.stem not in records.read()}
    for line in TABLE.read_text().splitlines():
        if line and not line.startswith("#"):
            document, command, reason = line.split(" | ")
            rows[document.strip(), command.strip()] = reason.strip()
    return rows
