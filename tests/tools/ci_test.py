#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
""".ci/run fails when something that it calls fails.

Runs it on a scratch tree where each program that it calls is a stand-in: once with
all of them successful, and then with one that fails.
"""

import os
import sys

sys.dont_write_bytecode = True
import trial  # noqa: E402

COUNTS = "3 passed, 0 failed, 0 skipped"
PROGRAMS = """git shellcheck clang-format-14 clang-tidy-14 patch npm meson ninja
    tree/boxstep tree/tests/tools/slides_test.py tree/tests/tools/arm64
    tree/tests/tools/bare tree/.ci/units""".split()

# Notes the call, and fails if it is the one that is to fail.
STAND_IN = f"""
echo "${{0##*/}} $*" >>"$CALLS"
call=$(wc -l <"$CALLS") # now: what reads this one's output may be called next
case "${{0##*/}} $*" in
  git*cpp* | units*) printf 'steps/01-uts/main.cpp\\0' ;; # one: xargs -P has no order
  git*) printf '.ci/run\\0' ;;
  'boxstep test') echo '{COUNTS}' ;;
esac
[ "$call" -ne "$FAILS" ]
"""


class CiRun(trial.Trial):
    def setUp(self):
        super().setUp()
        solution = next(trial.ROOT.glob("docs/exercises/*/solution.diff"))
        for file in [trial.ROOT / ".ci/run", trial.ROOT / "README.md", solution]:
            self.write(f"tree/{file.relative_to(trial.ROOT)}", file.read_text())
        self.write("tree/steps/01-uts/main.cpp", "")
        for name in PROGRAMS:
            self.program(name if "/" in name else f"bin/{name}", STAND_IN)
        self.program("bin/sudo", 'exec "$@"\n')

    def run_it(self, fails=0):
        """Its status, what it printed, and the calls that it made."""
        calls = self.write("calls", "")
        end = trial.run(
            "bash", self.top / "tree/.ci/run", "all",
            env={"PATH": f"{self.top}/bin:{os.environ['PATH']}",
                 "CALLS": str(calls), "FAILS": str(fails)})
        return *end, calls.read_text().splitlines()

    def test_a_call_that_fails_is_a_failure(self):
        status, said, calls = self.run_it()
        self.assertEqual((status, said.splitlines()[-1]), (0, COUNTS), said)
        for name in PROGRAMS:
            name = name.rpartition("/")[2]
            self.assertTrue(any(call.startswith(name) for call in calls), name)
        for call in "boxstep test mutants", calls[-1]:
            status, said, _ = self.run_it(fails=calls.index(call) + 1)
            self.assertEqual(status, 1, f"{call} fails, and yet:\n{said}")
            self.assertIn("\nfailed: ", said, call)


if __name__ == "__main__":
    trial.main()
