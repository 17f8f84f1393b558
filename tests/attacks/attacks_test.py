#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""attacks_test.py ATTACK EXPECTED MATRIX: that the isolation matrix fails where it
is not so.

EXPECTED is tests/attacks/expected.txt, MATRIX the page made from it.
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

ATTACK, EXPECTED, MATRIX = sys.argv[1:4]
TABLE = pathlib.Path(EXPECTED).read_text()


def run(*arguments, table=TABLE, **environment):
    """The status and the output, with this table."""
    with tempfile.NamedTemporaryFile("w") as file:
        file.write(table)
        file.flush()
        done = subprocess.run(
            [ATTACK, *arguments],
            env={**os.environ, **environment, "BOXSTEP_EXPECTED": file.name},
            text=True, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return done.returncode, done.stdout


class Matrix(unittest.TestCase):
    def test_page_is_what_the_table_says(self):
        self.assertEqual(
            run("--markdown"), (0, pathlib.Path(MATRIX).read_text()),
            "repair it: build/tests/attacks/attack --markdown > docs/matrix.md")

    @unittest.skipIf(os.geteuid() != 0, "missing: root")
    def test_outcome_is_explained_to_a_person(self):
        for step, said in [("2", r"(?s)root/secret: No such file.*\nHELD ENOENT\nWhy: "),
                           ("01-uts", r"\nOPEN\nOn the host: .*\nWhy: ")]:
            status, output = run("dot-dot", step)
            self.assertEqual(status, 0, output)
            self.assertRegex(output, said)

    @unittest.skipIf(os.geteuid() != 0, "missing: root")
    def test_outcome_that_is_not_expected_fails_the_suite(self):
        # Held instead of open, open instead of held, and held by another error.
        rows = [row for row in TABLE.splitlines() if row.split()[:1] != ["dot-dot"]]
        steps = next(len(row.split()) - 1 for row in rows if row.startswith("attack "))
        wrong = "dot-dot OPEN EPERM OPEN ESRCH" + " OPEN" * (steps - 4)
        table = "\n".join([*rows, wrong, ""])
        for step, is_now in [("01-uts", "OPEN"), ("02-chroot", "ENOENT"),
                             ("03-pid-mount", "ENOENT")]:
            status, output = run("dot-dot", step, table=table)
            self.assertEqual(status, 1, output)
            self.assertIn("This is not as expected", output)
        status, output = run("--test", "02-chroot", table=table)
        self.assertEqual(status, 1, output)
        self.assertEqual(
            re.findall(r"^not ok \d+ - (.*)", output, re.M), ["dot-dot is OPEN"])
        self.assertRegex(output, r"(?m)^# it is ENOENT$")

    @unittest.skipIf(os.geteuid() != 0, "missing: root")
    def test_other_runtime_that_is_not_here_is_missing(self):
        for must_run, status, said in [
                ("0", 0, "ok 1 - all # SKIP missing: runc\n1..1\n"),
                ("1", 1, "not ok 1 - all\n# missing: runc (BOXSTEP_MUST_RUN=1)\n1..1\n")]:
            self.assertEqual(
                run("--test", "runc", PATH="/nonexistent", BOXSTEP_MUST_RUN=must_run),
                (status, said))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
