#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""count.py BUILD STATUS: counts the test cases of the last `meson test`.

Meson counts programs. One of GoogleTest, of Python's unittest or with TAP holds
many cases, and one that skips some of them and passes the rest is "OK" to
Meson. So each program's output, as Meson's log has it, is read for its cases;
a program that names none counts as one. STATUS is that of `meson test`.

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

# Of a case, the start and the end. What ran in it may have left a line of its
# own half written before either.
GTEST = re.compile(
    r"\[ RUN      \] (?P<name>\S+)"
    r"|\[(?P<end>       OK |  FAILED  |  SKIPPED )\] \S.* \(\d+ ms\)$",
    re.MULTILINE,
)
GTEST_END = {"OK": PASSED, "FAILED": FAILED, "SKIPPED": SKIPPED}
UNITTEST = re.compile(
    r"^Ran (\d+) tests? in .*\n\n(?:OK|FAILED|NO TESTS RAN)(?: \((.*)\))?$",
    re.MULTILINE,
)
TAP = re.compile(
    r"^(?P<fails>not )?ok\b[ \d]*(?:- )?(?P<name>.*?)"
    r"(?P<skip> # SKIP ?(?P<why>.*))?$",
    re.MULTILINE,
)
MESON_END = {"OK": PASSED, "EXPECTEDFAIL": PASSED, "SKIP": SKIPPED}


def read_gtest(output):
    """The cases in the output of GoogleTest: [(name, outcome, why)]."""
    cases = []
    name, start = None, 0
    for found in GTEST.finditer(output):
        if name and found["name"]:
            cases.append((name, FAILED, "did not end"))
        elif name:
            outcome = GTEST_END[found["end"].strip()]
            # Why it was skipped is below the line that says where. What failed
            # is not repeated: Meson has just shown it.
            said = output[start : found.start()].strip().split("\n", 1)[1:]
            why = " ".join(" ".join(said).split())
            cases.append((name, outcome, why if outcome == SKIPPED else ""))
        name, start = found["name"], found.end()
    if name:
        cases.append((name, FAILED, "did not end"))
    disabled = re.search(r"YOU HAVE (\d+) DISABLED TEST", output)
    cases += [("", SKIPPED, "disabled")] * int(disabled[1] if disabled else 0)
    return cases


def read_unittest(output):
    """The same of unittest, which names only some of its cases."""
    found = UNITTEST.search(output)
    if not found:
        return []
    number = dict(re.findall(r"(\w+)=(\d+)", found[2] or ""))
    failed = int(number.get("failures", 0)) + int(number.get("errors", 0))
    skipped = int(number.get("skipped", 0))
    cases = (
        [("", PASSED, "")] * (int(found[1]) - failed - skipped)
        + [("", FAILED, "see above")] * failed
        + [("", SKIPPED, "see the log")] * skipped
    )
    return cases or [("", FAILED, "no test ran")]


def read_tap(output):
    """The same of a program that reports in the Test Anything Protocol."""
    if not re.search(r"^1\.\.\d+$", output, re.MULTILINE):
        return []
    cases = []
    for found in TAP.finditer(output):
        ran = FAILED if found["fails"] else PASSED
        outcome = SKIPPED if found["skip"] else ran
        cases.append((found["name"], outcome, found["why"] or ""))
    return cases


def read_program(run):
    """The cases of one program, from its line in Meson's log."""
    end = MESON_END.get(run["result"], FAILED)
    cases = read_unittest(run.get("stderr", "")) or read_tap(run["stdout"])
    # A program that passed and shows a failure shows that of another program.
    if not cases and not (end == PASSED and "[  FAILED  ]" in run["stdout"]):
        cases = read_gtest(run["stdout"])
    # One that failed and shows none crashed, or failed outside of its cases.
    shown = {outcome for _, outcome, _ in cases}
    if not cases or (end == FAILED and FAILED not in shown):
        cases.append(("", end, run["result"]))
    return [(f"{run['name']} {name}".strip(), *rest) for name, *rest in cases]


def main(build, status):
    # Another name for each of Meson's setups; boxstep has removed older ones.
    logs = pathlib.Path(build, "meson-logs").glob("testlog*.json")
    runs = [run for log in logs for run in log.read_text().splitlines()]
    cases = [case for run in runs for case in read_program(json.loads(run))]
    number = {outcome: 0 for outcome in (PASSED, FAILED, SKIPPED)}
    for case, outcome, why in cases:
        number[outcome] += 1
        if outcome != PASSED:
            print(f"{outcome}: {case}" + (f": {why}" if why else ""))
    must_run = os.environ.get("BOXSTEP_MUST_RUN", "") not in ("", "0")
    wrong = ""
    if number[PASSED] + number[FAILED] == 0:
        wrong = "no test ran"
    elif int(status) != 0 and number[FAILED] == 0:
        wrong = f"meson test, with status {status}"
    elif must_run and number[SKIPPED] > 0:
        wrong = "what was skipped, as BOXSTEP_MUST_RUN is set"
    if wrong:
        number[FAILED] += 1
        print(f"failed: {wrong}")
    print(", ".join(f"{n} {outcome}" for outcome, n in number.items()))
    return 1 if number[FAILED] else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
