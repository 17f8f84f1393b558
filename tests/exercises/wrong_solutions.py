#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The check of an exercise has to find out what learners easily get wrong.

    wrong_solutions.py --source DIR --compiler WORDS --library FILE TESTS

Spoils the solutions in each way of the table below, builds them, and runs the
check, which TESTS has; and the same with wrong answers. Prints TAP.
"""

import argparse
import os
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


# The exercises that are questions, and answers that are not right.
WRONG_ANSWERS = {
    "01-hostname-length": ["63 EINVAL", "64 ENAMETOOLONG", "64", ""],
    "02-way-out": ['cat "$1"', 'cat "../../..$1"', 'cat "/proc/1/root$1"', ""],
    "03-signals": ["", "KILL", "HUP TERM", "HUP KILL STOP TERM USR1",
                   "HUP KILL TERM USR1"],
    "04-refusals": ["5", "3", "6 2", "5 0", "20 3", ""],
    "04-one-line": [
        'root=$1; shift; unshare -upfm --root="$root" --mount-proc "$@"',
        'shift; "$@"', ""],
    "04-namespaces": ["user", "cgroup ipc net pid time user", "cgroup ipc time user", ""],
}


def judge(options, exercise_name, edits=(), answer=None):
    """What is wrong with the check, or nothing; None if it could not run."""
    step = next(path.name for path in (options.source / "steps").glob(
        f"{exercise_name[:2]}-*"))
    changes = {"BOXSTEP_STEP": step, "BOXSTEP_BINARY": "", "BOXSTEP_ANSWER": answer or ""}
    with tempfile.TemporaryDirectory(prefix="boxstep-exercise-") as scratch:
        if answer is None:
            try:
                changes["BOXSTEP_BINARY"] = spoil(
                    options, exercise_name, step, edits, scratch)
            except exercise.Broken as problem:
                return str(problem)
        suite = "Exercise" + "".join(
            word.capitalize() for word in exercise_name[3:].split("-"))
        done = subprocess.run(
            [options.tests, f"--gtest_filter={suite}.*"], env={**os.environ, **changes},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            errors="replace", check=False)
    if done.returncode == SKIPPED:
        return None
    if done.returncode == 1 and f"\n[  FAILED  ] {suite}." in done.stdout:
        return ""
    return f"its check passes:\n{done.stdout}"


def spoil(options, exercise_name, step, edits, scratch):
    """Builds the solution with these edits."""
    file = exercise.apply_solution(options.source, exercise_name, step, scratch)
    text = file.read_text()
    for old, new in edits:
        if text.count(old) != 1:
            raise exercise.Broken(f"the solution does not have once:\n{old}")
        text = text.replace(old, new)
    file.write_text(text)
    exercise.compile_it(options, file, f"{scratch}/wrong", ["-w"])
    return f"{scratch}/wrong"


def main():
    parser = argparse.ArgumentParser()
    exercise.add_options(parser)
    parser.add_argument("tests")
    options = parser.parse_args()
    jobs = [(name, what, edits, None) for name, what, *edits in WRONG]
    jobs += [(name, repr(answer), (), answer)
             for name, answers in WRONG_ANSWERS.items() for answer in answers]
    print(f"1..{len(jobs)}", flush=True)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        verdicts = pool.map(lambda job: judge(options, job[0], job[2], job[3]), jobs)
        for number, (job, problem) in enumerate(zip(jobs, verdicts), 1):
            mark = "not ok" if problem else "ok"
            skip = " # SKIP missing: root" if problem is None else ""
            print(f"{mark} {number} - {job[0]}: {job[1]}{skip}", flush=True)
            for line in (problem or "").splitlines():
                print(f"# {line}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
