#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Tests of the exercises as a whole; and that a solution which has gone stale is
found out, and how to mend it is said.

usage: exercise_test.py --source DIR --compiler WORDS --library FILE EXERCISE...
"""

import contextlib
import io
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True  # as root, it would be in the way of its owner
sys.path.insert(0, str(Path(__file__).resolve().parent))

import exercise

OPTIONS, NAMES = sys.argv[1:7], sys.argv[7:]
SOURCE = Path(OPTIONS[1])
ALL = sorted((SOURCE / "docs/exercises").iterdir())


class Exercises(unittest.TestCase):
    def test_what_meson_tests_is_what_there_is(self):
        self.assertEqual([directory.name for directory in ALL], sorted(NAMES))

    def test_each_has_all_that_belongs_to_it(self):
        for directory in ALL:
            files = sorted(path.name for path in directory.iterdir())
            self.assertIn(files, (["hints.md", "solution.diff", "task.md"],
                                  ["answer", "hints.md", "task.md"]), directory)
            for name in files:
                self.assertTrue((directory / name).read_text().strip(), directory)
            hints = (directory / "hints.md").read_text().split("\n---\n")
            self.assertGreaterEqual(len(hints), 2, directory)

    def test_each_is_shown_with_how_to_start_and_to_check_it(self):
        page = (SOURCE / "docs/exercises.md").read_text()
        chapters = "".join(path.read_text() for path in
                           sorted((SOURCE / "docs").glob("0*.md")))
        for directory in ALL:
            name = directory.name.partition("-")[2]
            # tools/sync/sync.py compares what is in there with the files.
            wanted = [f"<!-- sync: text docs/exercises/{directory.name}/task.md -->",
                      f"`./boxstep check {name}"]
            if not (directory / "answer").exists():
                wanted += [f"`./boxstep start {name}`",
                           f"exercises/{directory.name}/solution.diff"]
            for text in wanted:
                self.assertTrue(text in page, f"docs/exercises.md lacks {text}")
            self.assertTrue(f"(exercises.md#{name})" in chapters,
                            f"no chapter names {name}")

    def test_solution_that_is_stale_says_how_to_mend_it(self):
        with tempfile.TemporaryDirectory(prefix="boxstep-exercises-") as top, \
                contextlib.redirect_stderr(io.StringIO()):
            for path in ["docs/exercises/01-ipc", "steps/01-uts", "common"]:
                shutil.copytree(SOURCE / path, f"{top}/{path}")
            step = Path(top) / "steps/01-uts/main.cpp"
            step.write_text(step.read_text().replace("SIGCHLD;", "SIGCHLD; // new"))
            exercise.main(["--source", top, *OPTIONS[2:], "build", "01-uts",
                           "01-ipc", f"{top}/built"])
            done = subprocess.run([f"{top}/built"], stderr=subprocess.PIPE,
                                  text=True, check=False)
            self.assertEqual(done.returncode, 125)
            self.assertIn(
                "patch --merge solved.cpp <docs/exercises/01-ipc/solution.diff",
                done.stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
