#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""count.py BUILD STATUS: counts the test cases of the last `meson test`.

Meson counts programs; a program of GoogleTest holds many cases, and one that
skips some of them and passes the rest is "OK" to Meson. So the cases are
counted from Meson's logs: a program that wrote its cases down counts as these,
any other one as a case. STATUS is the exit status of `meson test`.

Prints what failed or was skipped, and last `N passed, N failed, N skipped`.
Exits 1 if anything failed, if no test ran, or if tests were skipped although
BOXSTEP_MUST_RUN is set.
"""

import json
import os
import pathlib
import sys
import xml.etree.ElementTree as xml

PASSED, FAILED, SKIPPED = "passed", "failed", "skipped"


def read_programs(logs):
    """The programs that Meson ran, with how each ended: {name: result}."""
    try:
        lines = (logs / "testlog.json").read_text().splitlines()
    except FileNotFoundError:
        return {}
    runs = [json.loads(line) for line in lines]
    # Not from the XML log: there, what timed out looks as if it had passed.
    return {run["name"]: run["result"] for run in runs}


def read_cases(logs, programs):
    """What each program wrote down: {name: [(case, outcome, reason)]}."""
    cases = {name: [] for name in programs}
    try:
        suites = xml.parse(logs / "testlog.junit.xml").iter("testsuite")
    except FileNotFoundError:
        return cases
    for suite in suites:
        # "PROJECT.PROGRAM.SUITE"; the suite "PROJECT" is of plain programs.
        names = [name for name in programs if f".{name}." in suite.get("name") + "."]
        if names:
            cases[max(names, key=len)] += map(read_case, suite.iter("testcase"))
    return cases


def read_case(case):
    name = f"{case.get('classname')}.{case.get('name')}"
    for child, outcome in ("failure", FAILED), ("error", FAILED), ("skipped", SKIPPED):
        found = case.find(child)
        if found is not None:
            # GoogleTest's message begins with FILE:LINE, and then says why.
            reason = (found.get("message") or "").partition("\n")[2]
            return name, outcome, " ".join(reason.split())
    if case.get("status") == "notrun":
        return name, SKIPPED, "disabled"
    return name, PASSED, ""


def count(logs, status):
    """All cases of the run: [(case, outcome, reason)]."""
    programs = read_programs(logs)
    outcome_of = {"OK": PASSED, "EXPECTEDFAIL": PASSED, "SKIP": SKIPPED}
    total = []
    for program, cases in read_cases(logs, programs).items():
        total += [(f"{program}: {name}", *rest) for name, *rest in cases]
        outcome = outcome_of.get(programs[program], FAILED)
        # It crashed, timed out, or failed outside of its cases.
        unsaid = outcome == FAILED and FAILED not in {said for _, said, _ in cases}
        if not cases or unsaid:
            total.append((program, outcome, programs[program]))
    if status != 0 and FAILED not in {outcome for _, outcome, _ in total}:
        total.append(("meson test", FAILED, f"exit status {status}"))
    return total


def main(build, status):
    cases = count(pathlib.Path(build) / "meson-logs", int(status))
    number = {outcome: 0 for outcome in (PASSED, FAILED, SKIPPED)}
    for case, outcome, reason in cases:
        number[outcome] += 1
        if outcome != PASSED:
            print(f"{outcome}: {case}" + (f": {reason}" if reason else ""))
    must_run = os.environ.get("BOXSTEP_MUST_RUN", "") not in ("", "0")
    ran = number[PASSED] + number[FAILED]
    if ran == 0:
        print("failed: no test ran")
    if must_run and number[SKIPPED]:
        print("failed: BOXSTEP_MUST_RUN is set, and tests were skipped")
    print(", ".join(f"{n} {outcome}" for outcome, n in number.items()))
    return number[FAILED] > 0 or ran == 0 or (must_run and number[SKIPPED] > 0)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
