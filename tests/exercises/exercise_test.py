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
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True  # as root, it would be in the way of its owner
sys.path.insert(0, str(Path(__file__).resolve().parent))

import exercise

# As tests do that fail, but for the answer `right`.
TESTS = """#!/bin/sh
[ "$BOXSTEP_ANSWER" != right ] || exit 0
echo '[  FAILED  ] ExerciseOne.Test (0 ms)'
exit 1
"""
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


class Spoilt(unittest.TestCase):
    """A checkout with one exercise, which is then spoilt in each way."""

    def setUp(self):
        self.root = Path(tempfile.mkdtemp(prefix="boxstep-exercises-"))
        self.addCleanup(shutil.rmtree, self.root)
        (self.root / "docs/exercises/01-one").mkdir(parents=True)
        (self.root / "steps/01-one").mkdir(parents=True)
        self.write("steps/01-one/main.cpp", STEP)
        self.write("docs/exercises/01-one/solution.diff", SOLUTION)

    def write(self, path, text):
        (self.root / path).write_text(text)

    def build(self):
        """Returns the status and the words of what has been built."""
        with contextlib.redirect_stderr(io.StringIO()):
            status = exercise.main([
                "build", "--source", str(self.root),
                "--compiler", options.compiler, "--library", options.library,
                "--step", "01-one", "01-one", str(self.root / "built")])
        self.assertEqual(status, 0, "all else could not be built")
        done = subprocess.run([self.root / "built"], stderr=subprocess.PIPE,
                              text=True, check=False)
        return done.returncode, done.stderr

    def assert_says(self, text):
        status, said = self.build()
        self.assertEqual(status, 125, said)
        self.assertIn(text, said)

    def test_solution_that_is_not(self):
        self.assertEqual(self.build(), (3, ""))
        self.assertEqual((self.root / "steps/01-one/main.cpp").read_text(), STEP)

    def test_step_that_has_changed_where_the_solution_does(self):
        self.write("steps/01-one/main.cpp", STEP.replace("line 8", "line 8, new"))
        self.assert_says("does not apply to steps/01-one/main.cpp")
        self.assert_says(
            "patch --merge solved.cpp <docs/exercises/01-one/solution.diff")

    def test_step_that_has_changed_elsewhere(self):
        self.write("steps/01-one/main.cpp", "// new\n" + STEP)
        self.assertEqual(self.build(), (3, ""))

    def test_solution_that_does_not_compile(self):
        self.write("docs/exercises/01-one/solution.diff",
                   SOLUTION.replace("return 3", "return three"))
        self.assert_says("the solution of 01-one: it does not compile")

    def test_solution_with_a_warning(self):
        self.write("docs/exercises/01-one/solution.diff",
                   SOLUTION.replace("return 3;", "int unused;"))
        self.assert_says("unused variable")

    def test_wrong_answer_that_passes(self):
        tests = self.root / "tests"
        tests.write_text(TESTS)
        tests.chmod(0o755)
        for answers, status in ((["", "wrong"], 0), (["wrong", "right"], 1)):
            with contextlib.redirect_stdout(io.StringIO()) as said:
                self.assertEqual(exercise.main(
                    ["wrong", str(tests), "ExerciseOne", *answers]), status)
        self.assertIn("the wrong answer 'right' passes", said.getvalue())


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--source", type=Path, required=True)
    parser.add_argument("--compiler", required=True)
    parser.add_argument("--library", required=True)
    parser.add_argument("exercise", nargs="+")
    options = parser.parse_args()
    unittest.main(argv=sys.argv[:1])
