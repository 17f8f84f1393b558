#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What learners easily get wrong in an exercise, its check has to find out.

    wrong_solutions.py --source DIR --compiler WORDS --library FILE TESTS

Spoils the solutions in each way of the table below, builds them, and runs the
check, which TESTS has. Prints TAP.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.dont_write_bytecode = True  # as root, it would be in the way of its owner
sys.path.insert(0, str(Path(__file__).resolve().parent))

import exercise

SKIPPED = 77

# The exercise, what is wrong, and what is put in place of what.
WRONG = [
    ("01-domainname", "set on the host",
     ("  set_domainname(options);\n", ""),
     ("  auto container =", "  set_domainname(options);\n  auto container =")),
    ("01-domainname", "never set", ("  set_domainname(options);\n", "")),
    ("01-domainname", "not checked",
     ("check(setdomainname(name.data(), name.size()), \"setdomainname\", name)",
      "if (setdomainname(name.data(), name.size()) == -1) return")),
    ("02-workdir", "before chdir(\"/\")", ("  check(chdir(\"/\"), \"chdir /\");\n", "")),
    ("02-workdir", "not checked",
     ("check(chdir(options.workdir.c_str()), \"chdir\", options.workdir)",
      "if (chdir(options.workdir.c_str()) == -1) return")),
    ("02-descriptors", "closed at once", ("CLOSE_RANGE_CLOEXEC", "0")),
    ("02-descriptors", "the low numbers only", ("~0U", "100")),
    ("03-read-only", "in one call",
     ("MS_BIND, kUnused), \"mount --bind\"",
      "MS_BIND | MS_RDONLY, kUnused), \"mount --bind\""),
     ("  check(mount(kUnused, path, kUnused, kFlags, kUnused), \"remount\", path);\n",
      "  (void)kFlags;\n")),
    ("03-read-only", "the whole file system", ("MS_REMOUNT | MS_BIND", "MS_REMOUNT")),
    ("03-read-only", "without the option",
     ("  if (!options.read_only) return;\n", "")),
    ("03-read-only", "on the host too",
     ("  make_mounts_private();\n  protect_rootfs(options);\n",
      "  protect_rootfs(options);\n  make_mounts_private();\n")),
    ("03-shared-tmp", "on the host too",
     ("  make_mounts_private();\n  share_tmp(options);\n",
      "  share_tmp(options);\n  make_mounts_private();\n")),
    ("03-shared-tmp", "a tmpfs", ("kUnused, MS_BIND, kUnused)", "\"tmpfs\", 0, kUnused)")),
    ("03-shared-tmp", "not checked",
     ("check(mount(from, target.c_str(), kUnused, MS_BIND, kUnused), \"mount\", from)",
      "mount(from, target.c_str(), kUnused, MS_BIND, kUnused)")),
    ("03-join", "without the chroot", ("  check(chroot(\".\"), \"chroot\", path);\n", "")),
    ("03-join", "without the PID namespace",
     ("kCloneFlags & ~SIGCHLD", "CLONE_NEWUTS | CLONE_NEWNS")),
    ("03-join", "without the mount namespace",
     ("kCloneFlags & ~SIGCHLD", "CLONE_NEWUTS | CLONE_NEWPID")),
    ("03-join", "without the UTS namespace",
     ("kCloneFlags & ~SIGCHLD", "CLONE_NEWPID | CLONE_NEWNS")),
    ("03-join", "in new namespaces", ("start(SIGCHLD,", "start(kCloneFlags,")),
    ("04-cgroup-namespace", "as a flag of clone",
     ("  hide_cgroups();\n", ""),
     ("    SIGCHLD;", "    CLONE_NEWCGROUP |\n    SIGCHLD;")),
    ("04-cgroup-namespace", "before the gate",
     ("  gate.wait();\n  hide_cgroups();\n", "  hide_cgroups();\n  gate.wait();\n")),
    ("04-open-files", "the soft limit only", (".rlim_max = most", ".rlim_max = 4096")),
    ("04-open-files", "of the runtime",
     ("  limit_open_files(options);\n", ""),
     ("  common::Gate gate;\n", "  common::Gate gate;\n  limit_open_files(options);\n")),
]


def judge(options, wrong):
    """What is wrong with the check, or nothing; None if it could not run."""
    directory, _, *edits = wrong
    step = next(path.name for path in (options.source / "steps").glob(
        f"{directory[:2]}-*"))
    with tempfile.TemporaryDirectory(prefix="boxstep-exercise-") as scratch:
        try:
            file = exercise.apply_solution(
                options.source, directory, step, scratch)
        except exercise.Broken as problem:
            return str(problem)
        text = file.read_text()
        for old, new in edits:
            if text.count(old) != 1:
                return f"the solution does not have once:\n{old}"
            text = text.replace(old, new)
        file.write_text(text)
        binary = Path(scratch) / "wrong"
        try:
            exercise.compile_it(options, file, binary, ["-w"])
        except exercise.Broken as problem:
            return str(problem)
        suite = "Exercise" + "".join(
            word.capitalize() for word in directory[3:].split("-"))
        done = subprocess.run(
            [options.tests, f"--gtest_filter={suite}.*"],
            env={**os.environ, "BOXSTEP_STEP": step, "BOXSTEP_BINARY": str(binary)},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            errors="replace", check=False)
    if done.returncode == SKIPPED:
        return None
    if done.returncode == 1 and re.search(
            rf"^\[  FAILED  \] {suite}\.", done.stdout, re.M):
        return ""
    return f"its check passes:\n{done.stdout}"


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--source", type=Path, required=True)
    parser.add_argument("--compiler", required=True)
    parser.add_argument("--library", required=True)
    parser.add_argument("tests")
    options = parser.parse_args()
    print(f"1..{len(WRONG)}", flush=True)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        verdicts = pool.map(lambda wrong: judge(options, wrong), WRONG)
        for number, (wrong, problem) in enumerate(zip(WRONG, verdicts), 1):
            mark = "not ok" if problem else "ok"
            skip = " # SKIP missing: root" if problem is None else ""
            print(f"{mark} {number} - {wrong[0]}: {wrong[1]}{skip}", flush=True)
            for line in (problem or "").splitlines():
                print(f"# {line}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
