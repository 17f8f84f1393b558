#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""count.py BUILD STATUS: counts the test cases of the last `meson test`.

Meson counts programs. A program of GoogleTest or of Python's unittest holds
many cases, and one that skips some of them and passes the rest is "OK" to
Meson. So each program's output, as Meson's log has it, is read for its cases;
a program that names none counts as one. STATUS is what `meson test` exited with.

Prints what failed or was skipped, and last `N passed, N failed, N skipped`.
Exits 1 if anything failed, if no test ran, or if tests were skipped although
BOXSTEP_MUST_RUN is set.
"""

import json
import os
import pathlib
import re
import sys

PASSED, FAILED, SKIPPED = "passed", "failed", "skipped"

# What it says at the start and the end of a case; a command that ran in it may
# have left the line half written.
GTEST = re.compile(
    r"\[ RUN      \] (?P<start>\S+)"
    r"|\[ (?P<end> +OK| FAILED | SKIPPED) \] \S+(, where .*)? \(\d+ ms\)$",
    re.MULTILINE,
)
GTEST_ENDS = {"OK": PASSED, "FAILED": FAILED, "SKIPPED": SKIPPED}
UNITTEST = re.compile(
    r"^Ran (\d+) tests? in .*\n\n(?:OK|FAILED)(?: \((.*)\))?$", re.MULTILINE
)


def read_gtest(output):
    """The cases in the output of GoogleTest: [(name, outcome, why)]."""
    cases = []
    name = start = None
    for found in GTEST.finditer(output):
        if found["start"]:
            if name:
                cases.append((name, FAILED, "did not end"))
            name, start = found["start"], found.end()
        elif name:
            outcome = GTEST_ENDS[found["end"].strip()]
            said = output[start : found.start()].strip()
            # The first line is FILE:LINE; what failed is above, in Meson's own words.
            why = said.partition("\n")[2] if outcome == SKIPPED else ""
            cases.append((name, outcome, " ".join(why.split())))
            name = None
    if name:
        cases.append((name, FAILED, "did not end"))
    disabled = re.search(r"YOU HAVE (\d+) DISABLED", output)
    return cases + [("", SKIPPED, "disabled")] * int(
        disabled[1] if disabled else 0
    )


def read_unittest(output):
    """The same for unittest, which names only what failed."""
    ran = UNITTEST.search(output)
    if not ran:
        return []
    number = dict(re.findall(r"(\w+)=(\d+)", ran[2] or ""))
    failed = sum(int(number.get(word, 0)) for word in ("failures", "errors"))
    skipped = int(number.get("skipped", 0))
    passed = int(ran[1]) - failed - skipped
    return (
        [("", PASSED, "")] * passed
        + [("", FAILED, "")] * failed
        + [("", SKIPPED, "run it with -v")] * skipped
    )


def read_program(run):
    """The cases of one program, from its line in Meson's log."""
    cases = read_gtest(run.get("stdout", "")) or read_unittest(
        run.get("stderr", "")
    )
    result = run["result"]
    end = {"OK": PASSED, "EXPECTEDFAIL": PASSED, "SKIP": SKIPPED}.get(
        result, FAILED
    )
    # It crashed or timed out, or failed outside of its cases.
    unsaid = end == FAILED and FAILED not in (
        outcome for _, outcome, _ in cases
    )
    if unsaid or not cases:
        cases.append(("", end, result))
    return [(f"{run['name']} {name}".strip(), *rest) for name, *rest in cases]


def main(build, status):
    log = pathlib.Path(build, "meson-logs", "testlog.json")
    runs = log.read_text().splitlines() if log.exists() else []
    cases = [case for run in runs for case in read_program(json.loads(run))]
    number = {outcome: 0 for outcome in (PASSED, FAILED, SKIPPED)}
    for case, outcome, why in cases:
        number[outcome] += 1
        if outcome != PASSED:
            print(f"{outcome}: {case}" + (f": {why}" if why else ""))
    ran = number[PASSED] + number[FAILED]
    must_run = os.environ.get("BOXSTEP_MUST_RUN", "") not in ("", "0")
    wrong = ""
    if int(status) != 0 and number[FAILED] == 0:
        wrong = f"meson test ended with status {status}"
    elif ran == 0:
        wrong = "no test ran"
    elif must_run and number[SKIPPED] > 0:
        wrong = "BOXSTEP_MUST_RUN is set, and tests were skipped"
    if wrong:
        number[FAILED] += 1
        print(f"failed: {wrong}")
    print(", ".join(f"{n} {outcome}" for outcome, n in number.items()))
    return 1 if number[FAILED] else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
