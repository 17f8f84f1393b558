# SPDX-License-Identifier: MIT
"""Reads not-there.txt: the transcripts that cannot run in the lab.

    read()   {(document, first command): why}"""

from pathlib import Path

TABLE = Path(__file__).resolve().parent / "not-there.txt"


def read():
    rows = {}
    for line in TABLE.read_text().splitlines():
        if line and not line.startswith("#"):
            document, command, reason = line.split(" | ")
            rows[document.strip(), command.strip()] = reason.strip()
    return rows
