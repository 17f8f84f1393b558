# SPDX-License-Identifier: MIT
"""The sources that the documents have a reader compile: the steps, what the chapters
make of them with sed, and what the solutions of the exercises do."""

import hashlib
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tools/sync"), str(ROOT / "tools")]

import records  # noqa: E402
import transcript  # noqa: E402
from document import Document  # noqa: E402

# Lines of a transcript that change a source, and nothing else.
CHANGES = re.compile(r"(?:cp|sed -i|rm|mkdir|git checkout)\b")


def key(source):
    """What the lab calls the program that is compiled from it."""
    return hashlib.sha256(source.read_bytes()).hexdigest()[:16]


def collect(scratch):
    """{key: (a copy of the source, the step whose libraries it needs or None)}"""
    found = {}

    def add(source, step=None):
        name = key(source)
        if name not in found:
            copy = scratch / f"{name}.cpp"
            shutil.copy(source, copy)
            found[name] = (copy, step)

    for step in records.read():
        add(ROOT / "steps" / step / "main.cpp", step)
    for diff in sorted((ROOT / "docs/exercises").glob("*/solution.diff")):
        step = re.search(r"^--- .*?steps/([^/]+)/", diff.read_text(), re.M)[1]
        if step not in records.read():
            continue  # not a program of one file
        solved = scratch / "solved.cpp"
        subprocess.run(["patch", "-s", "-o", solved, ROOT / "steps" / step / "main.cpp",
                        diff], check=True)
        add(solved, step)
    for path in sorted((ROOT / "docs").glob("*.md")):
        replay(Document(path), scratch / "checkout", add)
    return found


def replay(document, checkout, add):
    """Does to a checkout what the transcripts of a document do to its sources, and
    adds each source where they compile it."""
    for kind in "console", "slow", "guest":
        shutil.rmtree(checkout, ignore_errors=True)
        checkout.mkdir()
        for name in "steps", "docs/examples":
            shutil.copytree(ROOT / name, checkout / name)
        for block in document.blocks:
            if block.kind == kind:
                compiled(commands(block), checkout, add)


def commands(block):
    """What is typed on the host; what comes after << is a part of it."""
    typed = []
    for line in block.body:
        if line.startswith(transcript.HOST_PROMPT):
            typed.append(line.removeprefix(transcript.HOST_PROMPT))
        elif line.startswith("> ") and typed:
            typed[-1] += "\n" + line.removeprefix("> ")
    return typed


def compiled(typed, checkout, add):
    for command in typed:
        if command.startswith("cat >") and "<<" in command or CHANGES.match(command):
            # cp of a program and the like fails here, and does not matter.
            subprocess.run(["bash", "-c", command.replace("git checkout steps", f"cp -r {ROOT}/steps .")],
                           cwd=checkout, check=False, stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL)
        # One line can have several commands.
        for part in re.split(r" *(?:;|&&) *", command.partition("\n")[0]):
            words = shlex.split(part, comments=False) if "'" not in part else part.split()
            if words[:4] == ["meson", "compile", "-C", "build"]:
                for word in words[4:]:
                    source = checkout / "steps" / word / "main.cpp"
                    if source.exists() and word in records.read():
                        add(source, word)
            if words[:1] == ["g++"]:
                for word in words[1:]:
                    if word.endswith(".cpp") and (checkout / word).exists():
                        add(checkout / word)
