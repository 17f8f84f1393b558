#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs a long command for ./boxstep, and shows less of what it prints.

  progress.py build COMMAND...      nothing, or everything if COMMAND fails
  progress.py test BUILD COMMAND... COMMAND is `meson test`: each failure in full,
                                    and last `N passed, N failed, N skipped`

A terminal has one more line, which says how far it is. Ctrl-C ends COMMAND and
all that it started; the status is then 130. That of `test` is 1 if a test failed,
if none ran, or if one was skipped although BOXSTEP_MUST_RUN is set.
"""

import signal

signal.signal(signal.SIGINT, signal.SIG_DFL)  # until main() can handle it

import json  # noqa: E402
import os  # noqa: E402
import pathlib  # noqa: E402
import re  # noqa: E402
import subprocess  # noqa: E402
import sys  # noqa: E402
from xml.etree import ElementTree  # noqa: E402

sys.dont_write_bytecode = True  # as root, it would be in the way of its owner
import missing  # noqa: E402

# Meson's result of a test program that is no failure.
GOOD = {"OK", "EXPECTEDFAIL", "SKIP"}


def show(line):
    """Rewrites the line at the terminal."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{line[:79]}")
        sys.stderr.flush()


def run(command, tell):
    """Runs it; its status, and what it printed."""
    child = subprocess.Popen(
        command, start_new_session=True, text=True, errors="replace",
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    said = []
    try:
        for line in child.stdout:
            said.append(line)
            if told := tell(line):
                show(told)
        status = child.wait()
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        os.killpg(child.pid, signal.SIGTERM)
        child.communicate()
        show("")
        print("boxstep: interrupted", file=sys.stderr)
        sys.exit(128 + signal.SIGINT)
    show("")
    return status, "".join(said)


def build(*command):
    status, said = run(command, str.strip)
    if status != 0:
        sys.stderr.write(said)
    return 128 - status if status < 0 else status


def test(directory, *command):
    failed = 0

    def tell(line):
        nonlocal failed
        end = re.match(r" *(\d+)/(\d+) (.*\S) +([A-Z]+) +[\d.]+s", line)
        if not end:
            return None
        failed += end[4] not in GOOD
        return f"{end[1]} of {end[2]}, {failed} failed: {end[3]}"

    status, said = run(command, tell)
    passed, failures, skips = results(pathlib.Path(directory, "meson-logs"))
    for name, why in skips:
        print(f"skipped: {name}: {' '.join(why.split())}")
    if passed + len(failures) == 0:
        failures.append(("no test ran", said))
    elif status != 0 and not failures:
        failures.append((f"meson test ended with status {status}", said))
    elif skips and missing.must_run():
        failures.append(("what was skipped, as BOXSTEP_MUST_RUN is set", ""))
    for name, why in failures:
        print(f"\nfailed: {name}\n{why.strip()}".rstrip())
    if failures:
        print("\nCan this machine run the steps? Ask ./boxstep doctor.\n")
    print(f"{passed} passed, {len(failures)} failed, {len(skips)} skipped")
    return 1 if failures else 0


def results(logs):
    """How many cases passed; which failed, which were skipped, and why."""
    broken = {}
    passed, failures, skips = 0, [], []
    lines = "".join(log.read_text() for log in logs.glob("testlog*.json"))
    for program in map(json.loads, lines.splitlines()):
        name = program["name"].removeprefix("boxstep:")
        said = program.get("stdout", "") + program.get("stderr", "")
        if program["result"] not in GOOD:
            broken[name] = f"{said}\n({program['result']})"
        # Python's unittest is one case to Meson.
        skips += [(f"{name}.{case}", why) for case, why in re.findall(
            r"^(\w+) .* skipped '(.*)'$", said, re.MULTILINE)]
    for log in logs.glob("testlog*.junit.xml"):
        for suite in ElementTree.parse(log).iter("testsuite"):
            for case in suite.iter("testcase"):
                name = f"{suite.get('name')}.{case.get('name')}"
                name = name.removeprefix("boxstep.").removeprefix("boxstep:")
                wrong = [*case.iter("failure"), *case.iter("error")]
                if wrong or name in broken:
                    # Meson's own words in an error tell less than the output.
                    failures.append((name, "\n".join(
                        part.text or "" for part in case.iter("failure"))))
                elif case.find("skipped") is None:
                    passed += 1
                else:
                    why = case.find("skipped").get("message", "")
                    skips.append((name, why or case.findtext("system-out", "")))
    # Of a program that crashed the report is missing, and only GoogleTest's
    # says what is wrong.
    for name, said in broken.items():
        mine = [number for number, (case, _) in enumerate(failures)
                if case == name or case.startswith(f"{name}.")]
        if not mine:
            failures.append((name, said))
        elif not any(failures[number][1].strip() for number in mine):
            failures[mine[-1]] = (failures[mine[-1]][0], said)
    return passed, failures, skips


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.exit({"build": build, "test": test}[sys.argv[1]](*sys.argv[2:]))
