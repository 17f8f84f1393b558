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
# The lines that every step begins with.
HEAD = (r"// SPDX-License-Identifier: MIT\n// Step {}: .+\n"
        r"// Chapter: docs/{}-{}\.md\n\n")


def without_layout(text):
    """What is left of code when its comments and its layout are gone."""
    return re.sub(r"\s+", "", re.sub(r"//.*", "", text))


def check_step(step):
    """What is wrong with a step by itself."""
    files = sorted(path.name for path in step.iterdir())
    if files != ["main.cpp"]:
        yield f"holds {files}: a step is its main.cpp, and nothing else"
    source = (step / "main.cpp").read_text()
    number, topic = step.name.split("-", 1)
    head = HEAD.format(number, number, topic)
    if not re.match(head, source):
        yield f"does not start with the three lines {head!r}"
    names = [found["name"] for found in DEFINITION.finditer(source)]
    if names[0] != "Options" or names[-3:] != ["child", "run", "main"]:
        yield f"defines {names}: expected Options, the lesson, child, run, main"


def check_neighbours(before, after):
    """What is wrong with the way from one step to the next."""
    files = before / "main.cpp", after / "main.cpp"
    diff = subprocess.run(["diff", "-u", *files], stdout=subprocess.PIPE, text=True,
                          check=False).stdout.splitlines()[2:]  # without the names
    for mark, most, what in (("+", MOST_ADDED, "lines added"),
                             ("-", MOST_REMOVED, "lines removed"),
                             ("@@", MOST_HUNKS, "hunks")):
        count = sum(line.startswith(mark) for line in diff)
        if count > most:
            yield f"{count} {what}, more than {most}"
    old, new = ({found["name"]: found["text"] for found in DEFINITION.finditer(
        file.read_text())} for file in files)
    kept = [name for name in new if name in old]
    if kept != list(old):
        yield f"{list(old)} became {kept}: rename, move and remove nothing"
    for name in kept:
        if old[name] != new[name] and without_layout(old[name]) == without_layout(
                new[name]):
            yield f"{name} differs in comments or layout alone: leave it as it was"


def main(root, *names):
    root = pathlib.Path(root)
    steps = [root / name for name in names]
    problems = [f"{step.name}: {text}" for step in steps for text in check_step(step)]
    problems += [f"{before.name} -> {after.name}: {text}" for before, after in zip(
        steps, steps[1:]) for text in check_neighbours(before, after)]
    if {path.name for path in root.iterdir() if path.is_dir()} != {*names}:
        problems.append(f"{root} has other steps than meson.build: {names}")
    print(*problems, sep="\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
