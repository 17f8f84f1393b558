#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""attacks_test.py ATTACK EXPECTED MATRIX: that the program of the isolation
matrix says what is so, and fails when it is not so.

EXPECTED is tests/attacks/expected.txt, MATRIX the page made from it.
"""

import os
import re
import subprocess
import sys
import tempfile
import unittest

ATTACK, EXPECTED, MATRIX = sys.argv[1:4]


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def run(*arguments, table=None):
    """The status and the output, with another table if one is given."""
    with tempfile.NamedTemporaryFile("w", encoding="utf-8") as file:
        environment = dict(os.environ)
        if table is not None:
            file.write(table)
            file.flush()
            environment["BOXSTEP_EXPECTED"] = file.name
        done = subprocess.run(
            [ATTACK, *arguments], env=environment, text=True, check=False,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return done.returncode, done.stdout


def with_cell(attack, column, outcome):
    """The table with one cell changed."""
    lines = read(EXPECTED).splitlines()
    header = next(line.split() for line in lines if line.startswith("attack "))
    for number, line in enumerate(lines):
        words = line.split()
        if words[:1] == [attack]:
            words[header.index(column)] = outcome
            lines[number] = " ".join(words)
    return "\n".join(lines) + "\n"


class Table(unittest.TestCase):
    def rejected(self, table, message):
        status, output = run(table=table)
        self.assertEqual(status, 125, output)
        self.assertRegex(output, message)

    def test_has_a_column_for_each_step(self):
        table = re.sub(r"^(attack .*)\s+\S+$", r"\1", read(EXPECTED), flags=re.M)
        self.rejected(table, "columns are not none 00-process")

    def test_has_a_row_for_each_attack(self):
        table = re.sub(r"^dot-dot .*\n", "", read(EXPECTED), flags=re.M)
        self.rejected(table, "dot-dot does not have one row")

    def test_has_no_row_for_what_is_no_attack(self):
        self.rejected(read(EXPECTED).replace("dot-dot ", "dot-dop "),
                      "no attack dot-dop")

    def test_has_an_outcome_in_each_cell(self):
        self.rejected(with_cell("dot-dot", "01-uts", ""), "dot-dot needs an")

    def test_has_no_attack_that_works_nowhere(self):
        table = re.sub(r"^(memory .*)", lambda m: m[1].replace("OPEN", "EPERM"),
                       read(EXPECTED), flags=re.M)
        self.rejected(table, "memory is OPEN nowhere")

    def test_has_no_empty_cell_without_a_reason(self):
        self.rejected(with_cell("memory", "01-uts", "-"), "memory needs a reason")


class Page(unittest.TestCase):
    def test_is_what_the_table_says(self):
        status, output = run("--markdown")
        self.assertEqual(status, 0, output)
        self.assertEqual(
            read(MATRIX), output,
            "repair it: build/tests/attacks/attack --markdown > docs/matrix.md")


class Person(unittest.TestCase):
    def test_is_told_which_attacks_there_are(self):
        status, output = run()
        self.assertEqual(status, 0, output)
        for line in read(EXPECTED).splitlines():
            if re.match("[a-z]", line) and not line.startswith("attack "):
                self.assertIn(f"\n  {line.split()[0]} ", output)

    def test_is_told_that_there_is_no_such_attack(self):
        self.assertEqual(
            run("no-such", "01"), (125, "attack: no such attack: no-such\n"))

    def test_is_told_that_there_is_no_such_step(self):
        self.assertEqual(
            run("dot-dot", "77"), (125, "attack: no such step: 77\n"))

    def test_is_told_why_an_attack_is_not_applicable(self):
        status, output = run("raise-limit", "1")
        self.assertEqual(status, 0, output)
        self.assertIn("Not applicable: there is no limit to raise.", output)


@unittest.skipIf(os.geteuid() != 0, "missing: root")
class Outcome(unittest.TestCase):
    def test_is_explained_where_it_is_held(self):
        status, output = run("dot-dot", "2")
        self.assertEqual(status, 0, output)
        self.assertRegex(output, r"root/secret: No such file or directory")
        self.assertRegex(output, r"(?m)^HELD ENOENT\nWhy: .*path_resolution")

    def test_is_explained_where_it_is_open(self):
        status, output = run("dot-dot", "01-uts")
        self.assertEqual(status, 0, output)
        self.assertRegex(output, r"(?m)^OPEN\nOn the host: .*\nWhy: ")

    def test_that_is_open_fails_where_held_is_expected(self):
        status, output = run(
            "dot-dot", "1", table=with_cell("dot-dot", "01-uts", "ENOENT"))
        self.assertEqual(status, 1, output)
        self.assertIn("not as expected: HELD ENOENT", output)

    def test_that_is_held_fails_where_open_is_expected(self):
        status, output = run(
            "dot-dot", "2", table=with_cell("dot-dot", "02-chroot", "OPEN"))
        self.assertEqual(status, 1, output)
        self.assertIn("not as expected: OPEN", output)

    def test_with_another_error_fails(self):
        status, output = run(
            "dot-dot", "2", table=with_cell("dot-dot", "02-chroot", "EPERM"))
        self.assertEqual(status, 1, output)
        self.assertIn("not as expected: HELD EPERM", output)

    def test_that_is_not_as_expected_fails_the_suite(self):
        status, output = run(
            "--test", "02-chroot", table=with_cell("dot-dot", "02-chroot", "OPEN"))
        self.assertEqual(status, 1, output)
        self.assertEqual(
            re.findall(r"^not ok \d+ - (.*)", output, re.M), ["dot-dot is OPEN"])
        self.assertRegex(output, r"(?m)^# it is ENOENT$")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
