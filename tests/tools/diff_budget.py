#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks that the difference between two neighbouring steps is a lesson, and
nothing else.

usage: diff_budget.py STEPS_DIRECTORY STEP...
"""

import pathlib
import re
import subprocess
import sys

MOST_ADDED = 60
MOST_REMOVED = 8
MOST_HUNKS = 8

# A function or a structure from the first line of its comment to the brace that
# closes it.
DEFINITION = re.compile(
    r"^(?P<text>(?://.*\n)*(?!namespace)\w[^;\n]*?(?P<name>\w+)"
    r"(?:\([^;{}]*\))? \{\n(?:.*\n)*?\};?\n)",
    re.MULTILINE,
)
# What a step consists of, in its order, after the functions that it teaches.
LAST = ["child", "run", "main"]


def definitions(source):
    return {found["name"]: found["text"] for found in DEFINITION.finditer(source)}


def without_layout(text):
    """What is left of code when its comments and its layout are gone."""
    return re.sub(r"\s+", "", re.sub(r"//.*", "", text))


def check_step(directory):
    """What is wrong with a step by itself."""
    names = sorted(path.name for path in directory.iterdir())
    if names != ["main.cpp"]:
        yield f"holds {names}: a step is its main.cpp, and nothing else"
    source = (directory / "main.cpp").read_text()
    number, topic = directory.name.split("-", 1)
    head = (
        r"// SPDX-License-Identifier: MIT\n"
        rf"// Step {number}: .+\n"
        rf"// Chapter: docs/{number}-{topic}\.md\n\n"
    )
    if not re.match(head, source):
        yield f"does not start with the three lines {head!r}"
    names = list(definitions(source))
    if names[0] != "Options" or names[-3:] != LAST:
        yield f"defines {names}: expected Options, the lesson, child, run, main"


def check_neighbours(before, after):
    """What is wrong with the way from one step to the next."""
    old = (before / "main.cpp").read_text()
    new = (after / "main.cpp").read_text()
    diff = subprocess.run(
        ["diff", "-u", before / "main.cpp", after / "main.cpp"],
        stdout=subprocess.PIPE,
        text=True,
    ).stdout.splitlines()[2:]  # without the names
    for mark, most, what in [
        ("+", MOST_ADDED, "lines added"),
        ("-", MOST_REMOVED, "lines removed"),
        ("@@", MOST_HUNKS, "hunks"),
    ]:
        count = sum(line.startswith(mark) for line in diff)
        if count > most:
            yield f"{count} {what}, more than {most}"

    old_parts, new_parts = definitions(old), definitions(new)
    kept = [name for name in new_parts if name in old_parts]
    if kept != list(old_parts):
        yield (
            f"{list(old_parts)} became {kept}: nothing that a reader knows is "
            "renamed, moved or removed"
        )
    for name in kept:
        if old_parts[name] != new_parts[name] and without_layout(
            old_parts[name]
        ) == without_layout(new_parts[name]):
            yield f"{name} differs in comments or layout alone: leave it as it was"


def main():
    root = pathlib.Path(sys.argv[1])
    steps = [root / name for name in sys.argv[2:]]
    problems = [(step.name, text) for step in steps for text in check_step(step)]
    for before, after in zip(steps, steps[1:]):
        title = f"{before.name} -> {after.name}"
        problems += [(title, text) for text in check_neighbours(before, after)]
    listed = {path.name for path in root.iterdir() if path.is_dir()}
    if listed != set(sys.argv[2:]):
        problems.append((root.name, f"{listed} is not what meson.build lists"))
    for where, text in problems:
        print(f"{where}: {text}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
