# SPDX-License-Identifier: MIT
"""Reads C++ as this repository has it: what a file defines, and where."""

import re
import typing

# A definition starts in the first column, as do its last lines: the formatter sees
# to that. What ends in `;` on its first line is a declaration.
START = re.compile(
    r"(?!using\b|namespace\b)(?=[A-Za-z])(?:(?:class|struct) (?P<type>\w+) "
    r"|[^(={]*?(?P<name>[\w:~]+)(?:\[\])?(?P<mark> =|\((?:.*[^;])?$))")


class Definition(typing.NamedTuple):
    name: str
    kind: str  # "type", "function" or "variable"
    top: int  # the first line of the comment above it
    start: int
    end: int  # the last line

    def has(self, line):
        return self.start <= line <= self.end


def definitions(lines):
    """Of a file, in its order; lines count from 0."""
    for start, line in enumerate(lines):
        found = START.match(line)
        if not found:
            continue
        kind = ("type" if found["type"] else
                "variable" if found["mark"] == " =" else "function")
        last = re.compile(r".*;(?: *//.*)?$" if kind == "variable" else r"\}|\S.*\}$")
        end = next((n for n in range(start, len(lines)) if last.match(lines[n])), start)
        top = start
        while top > 0 and lines[top - 1].startswith("//"):
            top -= 1
        yield Definition(found["type"] or found["name"], kind, top, start, end)
