#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
""".ci/run fails when a stage fails, and its last line is that of ./boxstep test.

Runs it on a scratch tree whose ./boxstep is a stand-in.
"""

import sys

sys.dont_write_bytecode = True
import trial  # noqa: E402

COUNTS = "3 passed, 0 failed, 0 skipped"
BOXSTEP = f"""
[ "$1" != test ] || echo '{COUNTS}'
[ "$*" != "$FAILS" ]
"""


class CiRun(trial.Trial):
    def test_a_stage_that_fails_is_a_failure(self):
        self.write("steps/01-uts/main.cpp", "")
        for name in ".ci/run", "README.md":
            self.write(name, (trial.ROOT / name).read_text())
        self.program("boxstep", BOXSTEP)
        for fails, failed in {
                "nothing": [], "test mutants": ["failed: mutants"],
                "test": ["failed: tests"],
                "install test vm ci": ["failed: install"]}.items():
            status, said = trial.run(
                "bash", self.top / ".ci/run", "tests", "mutants",
                env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "FAILS": fails})
            lines = said.splitlines()
            self.assertEqual(status, int(bool(failed)), said)
            self.assertEqual([line for line in lines if "failed: " in line], failed)
            self.assertEqual(lines[-1], COUNTS)


if __name__ == "__main__":
    trial.main()
