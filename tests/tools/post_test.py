#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Puts the Go program of the post through the kit: on each step it breaks what
post.txt says, and nothing else. This is a runtime in another language, and the
kit's verdict on it is to be the one that its reasons predict.

usage: post_test.py BUILD
"""

import fnmatch
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SKIPPED = 77

sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "tools"))
import learn as kit  # noqa: E402


def missing():
    if os.geteuid() != 0:
        return "root: try sudo"
    return "" if shutil.which("go") else "go: ./boxstep install ci"


def rows(step):
    """Those of the table that are about a step: (pattern, is a matter of timing)."""
    if step[:2] == "04" and not os.path.exists("/sys/fs/cgroup/pids"):
        step = "04/v2"  # where the post's path is not
    for line in (HERE / "post.txt").read_text().splitlines():
        if not line or line[0] == "#":
            continue
        pattern, steps, _ = line.split(None, 2)
        words = steps.split(",")
        since = steps.endswith("-") and steps[:-1] <= step[:2] and "/" not in step
        if since or step in words or step[:2] in words and "/" not in step:
            yield pattern.lstrip("~"), pattern[0] == "~"


def promises(step, program):
    """All that the step makes, broken or kept."""
    listed = subprocess.run(
        [program, "--gtest_list_tests"], stdout=subprocess.PIPE, text=True,
        check=True).stdout
    features = {feature.name for feature in kit.features_of(step)}
    feature = ""
    for line in listed.splitlines():
        if line[0] != " ":
            feature = line.rstrip(".").split("/")[-1].rstrip(".")
        elif feature in features:
            yield f"{feature}.{line.split('#')[0].strip()}"


def broken(step, binary):
    """Those that the kit says are broken."""
    said = subprocess.run(
        [sys.executable, "-B", ROOT / "tools/learn.py", "check", "--all",
         "--binary", binary, step],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        check=False).stdout
    print(said)
    return set(re.findall(r"^  again +.* (\S+)$", said, re.M))


def build(step, directory):
    binary = pathlib.Path(directory, step)
    subprocess.run(
        ["go", "build", "-ldflags", f"-X main.step={step}", "-o", binary,
         HERE / "post.go"],
        env={**os.environ, "CGO_ENABLED": "0", "GO111MODULE": "off",
             "GOCACHE": f"{directory}/cache"},
        check=True)
    return binary


def judge(step, directory, program):
    """What is wrong with the table, or with the kit."""
    found = broken(step, build(step, directory))
    names = list(promises(step, program))
    expected, maybe = set(), set()
    for pattern, timing in rows(step):
        matched = set(fnmatch.filter(names, pattern))
        if not matched:
            yield f"{pattern}: no such promise"
        (maybe if timing else expected).update(matched)
    for name in sorted(found - expected - maybe):
        yield f"{name} is broken, and post.txt does not say so"
    for name in sorted(expected - maybe - found):
        yield f"{name} is kept, and post.txt says that it is broken"
    if not found & expected:
        yield "nothing is broken"


def main():
    lacks = missing()
    if lacks:
        must_run = os.environ.get("BOXSTEP_MUST_RUN") == "1"
        print(f"{'FAILED' if must_run else 'SKIPPED'}: missing: {lacks}")
        return 1 if must_run else SKIPPED
    kit.BUILD = pathlib.Path(sys.argv[1])
    program = kit.features_of(kit.steps()[0])[0].listed["cmd"][0]
    wrong = []
    with tempfile.TemporaryDirectory() as directory:
        os.chmod(directory, 0o755)  # one test runs it as nobody
        # All at once: they wait, in vain, more than they work.
        with ThreadPoolExecutor() as pool:
            for step, texts in zip(kit.steps(), pool.map(
                    lambda step: list(judge(step, directory, program)),
                    kit.steps())):
                wrong += [f"{step}: {text}" for text in texts]
    print(*wrong, sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
