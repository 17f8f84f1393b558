#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Tests of the exercises as a whole, and of exercise.py: that one which has gone
stale is found out, and how to mend it is said.

usage: exercise_test.py --source DIR --compiler WORDS --library FILE EXERCISE...
"""

import argparse
import contextlib
import io
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True  # as root, it would be in the way of its owner
sys.path.insert(0, str(Path(__file__).resolve().parent))

import exercise

STEP = "".join(f"// line {number}\n" for number in range(1, 10)) + "int main() {\n}\n"
SOLUTION = """\
--- a/steps/01-one/main.cpp
+++ b/steps/01-one/main.cpp
@@ -8,4 +8,5 @@
 // line 8
 // line 9
 int main() {
+  return 3;
 }
"""


class Exercises(unittest.TestCase):
    def test_what_meson_tests_is_what_there_is(self):
        directories = [path.name for path in
                       (options.source / "docs/exercises").iterdir()]
        self.assertEqual(sorted(directories), sorted(options.exercise))

    def test_each_has_all_that_belongs_to_it(self):
        for directory in sorted((options.source / "docs/exercises").iterdir()):
            files = sorted(path.name for path in directory.iterdir())
            self.assertIn(files, (["hints.md", "solution.diff", "task.md"],
                                  ["answer", "hints.md", "task.md"]), directory)
            for name in files:
                self.assertTrue((directory / name).read_text().strip(), directory)
            hints = (directory / "hints.md").read_text().split("\n---\n")
            self.assertGreaterEqual(len(hints), 2, directory)

    def test_each_is_shown_with_how_to_start_and_to_check_it(self):
        page = (options.source / "docs/exercises.md").read_text()
        chapters = "".join(path.read_text() for path in
                           sorted((options.source / "docs").glob("0*.md")))
        for directory in sorted((options.source / "docs/exercises").iterdir()):
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

    def test_solutions_are_small(self):
        for file in (options.source / "docs/exercises").glob("*/solution.diff"):
            lines = file.read_text().splitlines()
            added = [line for line in lines if re.match(r"\+(?!\+\+ b/)", line)]
            removed = [line for line in lines if re.match(r"-(?!-- a/)", line)]
            self.assertLessEqual(len(added), 30, file)
            self.assertLessEqual(len(removed), 2, file)


class Stale(unittest.TestCase):
    def build(self, step):
        """The status and the words of what is built upon this step."""
        with tempfile.TemporaryDirectory(prefix="boxstep-exercises-") as top, \
                contextlib.redirect_stderr(io.StringIO()):
            root = Path(top)
            for path, text in {"steps/01-one/main.cpp": step,
                               "docs/exercises/01-one/solution.diff": SOLUTION}.items():
                (root / path).parent.mkdir(parents=True)
                (root / path).write_text(text)
            exercise.main(["--source", top, "--compiler", options.compiler, "--library",
                           options.library, "--step", "01-one", "01-one", f"{top}/built"])
            done = subprocess.run([f"{top}/built"], stderr=subprocess.PIPE, text=True,
                                  check=False)
        return done.returncode, done.stderr

    def test_solution_is_found_out_and_how_to_mend_it_is_said(self):
        self.assertEqual(self.build("// new\n" + STEP), (3, ""))
        status, said = self.build(STEP.replace("line 8", "line 8, new"))
        self.assertEqual(status, 125, said)
        self.assertIn("patch --merge solved.cpp <docs/exercises/01-one/solution.diff", said)
        status, said = self.build("int broken\n" + STEP)
        self.assertIn("it does not compile", said)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    exercise.add_options(parser)
    parser.add_argument("exercise", nargs="+")
    options = parser.parse_args()
    unittest.main(argv=sys.argv[:1])
