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


def verdict(test, reason):
    """What is wrong with the outcome of a test, or nothing."""
    failures = [failure["failure"] for failure in test.get("failures", [])]
    if test["result"] == "SKIPPED":
        return "is skipped"
    if not failures:
        return "passes"
    if not any(re.search(reason, failure) for failure in failures):
        return f"fails for another reason than /{reason}/:\n" + "\n".join(failures)
    return ""


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
    wrong = [verdict(test, reason) for test in tests]
    for test, complaint in zip(tests, wrong):
        print(f"{feature}.{test['name']}:", complaint or "red, as it must be")
    return 1 if any(wrong) else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
