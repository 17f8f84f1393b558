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


def run(program, feature):
    """Returns the exit status, the report, and what the program printed."""
    with tempfile.NamedTemporaryFile(suffix=".json") as report:
        command = [
            program,
            f"--gtest_filter={feature}.*:*/{feature}.*",
            f"--gtest_output=json:{report.name}",
        ]
        # Someone else's runtime is not to be judged here.
        environment = {**os.environ, "BOXSTEP_BINARY": ""}
        done = subprocess.run(
            command,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        text = report.read()
    return done.returncode, json.loads(text) if text else {}, done.stdout


def verdict(test, reason):
    """What is wrong with the outcome of a test, or nothing."""
    failures = [failure["failure"] for failure in test.get("failures", [])]
    if test["result"] == "SKIPPED":
        return "is skipped"
    if not failures:
        return "passes"
    if not any(re.search(reason, failure) for failure in failures):
        text = "\n".join(failures)
        return f"fails for another reason than /{reason}/:\n{text}"
    return ""


def main():
    program, feature, reason = sys.argv[1:]
    step = os.environ["BOXSTEP_STEP"]
    status, report, output = run(program, feature)
    if status == SKIPPED:
        print(output, end="")
        return SKIPPED
    tests = [
        test for suite in report.get("testsuites", []) for test in suite["testsuite"]
    ]
    if not tests:
        print(output)
        print(f"FAILED: no test of {feature} ran on {step}")
        return 1
    wrong = 0
    for test in tests:
        complaint = verdict(test, reason)
        wrong += complaint != ""
        print(f"{feature}.{test['name']} on {step}:", complaint or "red, as it must be")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
