#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs the tests of a feature on a step that lacks it: they must all fail, and
for the expected reason. A test that cannot fail proves nothing.

usage: red_before_green.py STEP_TESTS FEATURE REASON

STEP_TESTS    the program with the tests, which BOXSTEP_STEP tells the step
FEATURE       a GoogleTest suite
REASON        a regular expression that each test's failure has to match
"""

import json
import os
import re
import subprocess
import sys
import tempfile

SKIPPED = 77


def main(program, feature, reason):
    with tempfile.NamedTemporaryFile(suffix=".json") as report:
        # Someone else's runtime is not to be judged here.
        done = subprocess.run(
            [program, f"--gtest_filter={feature}.*:*/{feature}.*",
             f"--gtest_output=json:{report.name}"],
            env={**os.environ, "BOXSTEP_BINARY": ""}, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, check=False)
        suites = json.loads(report.read() or b"{}").get("testsuites", [])
    tests = [test for suite in suites for test in suite["testsuite"]]
    if done.returncode == SKIPPED or not tests:
        print(done.stdout, f"no test of {feature} ran")
        return SKIPPED if done.returncode == SKIPPED else 1
    status = 0
    for test in tests:
        # One that is skipped or passes has none.
        said = "\n".join(failure["failure"] for failure in test.get("failures", []))
        is_red = bool(said) and bool(re.search(reason, said))
        status |= not is_red
        print(f"{feature}.{test['name']}:", "red, as it must be" if is_red else
              f"is not red for /{reason}/:\n{said}" if said else "passes")
    return status


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
