#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Builds the solution of an exercise, and judges wrong ones.

    exercise.py SOURCE COMPILER LIBRARY build STEP EXERCISE OUTPUT
    exercise.py SOURCE COMPILER LIBRARY wrong TESTS

build applies solution.diff of EXERCISE (01-ipc) to the step, and compiles it without
a warning. Where that fails, OUTPUT is a program that says why: the exercise's tests
are red then, and all else can still be built.

wrong spoils the solutions in each way of the table below, which learners easily get
wrong, builds them, and runs the check, which TESTS has: it must fail. The same with
wrong answers. And a solution that is stale must say how to mend it. Prints TAP.
"""

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

sys.dont_write_bytecode = True
sys.path.append(str(Path(__file__).resolve().parents[2] / "tools"))
import records  # noqa: E402  pylint: disable=wrong-import-position

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
     ("  gate.wait();\n  hide_cgroups();\n", "  hide_cgroups();\n  gate.wait();\n"),
     ("  limit_pids(options,", "  sleep(1);\n  limit_pids(options,")),
    ("10-vsock", "every socket",
     ("SCMP_SYS(socket), 1, vsock", "SCMP_SYS(socket), 0")),
    ("10-vsock", "all 64 bits", ("kMasked, 0xffffffff, AF_VSOCK",
                                 "SCMP_CMP_EQ, AF_VSOCK, 0")),
    ("04-open-files", "the soft limit only", (".rlim_max = most", ".rlim_max = 4096")),
    ("04-open-files", "of the runtime",
     ("  limit_open_files(options);\n", ""),
     ("  common::Gate gate;\n", "  common::Gate gate;\n  limit_open_files(options);\n")),
    ("05-no-devices", "of the host's root",
     ("  leave_host();\n  forbid_devices();\n", "  leave_host();\n"),
     ("  enter_rootfs(options);\n", "  forbid_devices();\n  enter_rootfs(options);\n")),
    ("05-no-devices", "another flag", ("MS_BIND | MS_NODEV", "MS_BIND | MS_NOEXEC")),
    ("06-env", "after the text is erased",
     ("  const char* asked = getenv(options.env.c_str());\n"
      "  const std::string kept = asked ? asked : \"\";\n", ""),
     ("  clearenv();\n", "  const char* asked = getenv(options.env.c_str());\n"
      "  const std::string kept = asked ? asked : \"\";\n  clearenv();\n")),
    ("06-env", "a pointer and no copy", ("kept.c_str()", "asked")),
    ("06-env", "empty where there is none", ("if (asked) ", "")),
    ("08-first-user", "the users only",
     ("/gid_map\", \"0 \" + first", "/gid_map\", \"0 100000\"")),
    ("08-first-user", "root only", ("first + \" 65536\"", "first + \" 1\"")),
    ("09-shm-size", "before there is a /dev",
     ("  limit_shm(options);\n", ""),
     ("  make_devices();\n", "  limit_shm(options);\n  make_devices();\n")),
    ("09-shm-size", "always the same size", ("size=\" + size", "size=3M\"")),
    ("09-shm-size", "for root only", ("mode=1777", "mode=755")),
    ("09-shm-size", "with programs", (" | MS_NODEV | MS_NOEXEC;\n  check(mount(\"shm",
                                      ";\n  check(mount(\"shm")),
    ("09-shm-size", "not checked",
     ("check(mount(\"shm\", \"/dev/shm\", \"tmpfs\", kFlags, data.c_str()), \"shm\", size)",
      "mount(\"shm\", \"/dev/shm\", \"tmpfs\", kFlags, data.c_str())")),
    ("07-keep-right", "not in the bounding set",
     ("if ((kept & 1ULL", "if ((kKeptRights & 1ULL")),
    ("07-keep-right", "below 32 only", ("half : {0, 1}", "half : {0}")),
    ("07-keep-right", "for the command only",
     ("static_cast<unsigned>(kept >>", "static_cast<unsigned>(kKeptRights >>")),
    ("11-oom-score", "of the runtime",
     ("write_file(process + \"/oom_score_adj\"",
      "write_file(\"/proc/self/oom_score_adj\"")),
    ("11-oom-score", "the caller's without the option",
     ("oom_score = \"0\"", "oom_score"),
     ("  set_oom_score(options, container.pid());\n",
      "  if (!options.oom_score.empty())\n    set_oom_score(options, container.pid());\n")),
    ("12-no-cable", "on the host only", ("  if (options.no_cable) return;\n", "")),
    ("12-no-cable", "in the container only", ("if (!options.no_cable) plug_in", "plug_in")),
    ("12-no-cable", "without lo",
     ("  common::bring_up(\"lo\");\n  if (options.no_cable) return;\n",
      "  if (options.no_cable) return;\n  common::bring_up(\"lo\");\n")),
    ("13-keep-layer", "only the first time", (" && errno != EEXIST", "")),
    ("13-keep-layer", "a new tmpfs", ("keep.c_str(), \"/tmp\", \"\", MS_BIND",
                                     "\"tmpfs\", \"/tmp\", \"tmpfs\", 0")),
    ("13-keep-layer", "not checked",
     ("check(mount(keep.c_str(), \"/tmp\", \"\", MS_BIND, \"\"), \"mount\", keep)",
      "mount(keep.c_str(), \"/tmp\", \"\", MS_BIND, \"\")")),
    ("14-pid-file", "behind the mounts",
     ("  const common::UniqueFd pid_file = open_pid_file(options);\n", ""),
     ("  common::Gate ids;\n  common::Gate gate;\n",
      "  const common::UniqueFd pid_file = open_pid_file(options);\n"
      "  common::Gate ids;\n  common::Gate gate;\n")),
    ("14-pid-file", "not checked",
     ("check(open(name.c_str(), kFlags, 0644), \"open\", name)",
      "open(name.c_str(), kFlags, 0644)")),
    ("14-pid-file", "with an end of line",
     ("check(write(pid_file.get(), pid.data(), pid.size()), \"write\", \"pid file\");",
      "dprintf(pid_file.get(), \"%s\\n\", pid.c_str());")),
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
    "09-four-refusals": ["EPERM ENOSPC EACCES", "EPERM EPERM ENOENT ENOSPC", ""],
    "07-rights-of-the-runtime": [
        "sys_admin", "setpcap", "sys_admin setpcap sys_chroot", "nonsense", ""],
    "04-namespaces": ["user", "cgroup ipc net pid time user", "cgroup ipc time user", ""],
    "05-not-a-mount": ["EBUSY", "EINVAL", "EPERM EINVAL", ""],
    "06-still-inherited": ["nice oom", "nice open-files umask oom", "umask", ""],
    "11-who-is-killed": ["tail", "tail dd", "tail shm dd forks", "tail null shm dd", ""],
    "12-three-refusals": ["ECONNREFUSED EPERM", "ENETUNREACH EPERM EADDRNOTAVAIL",
                          "ECONNREFUSED EPERM EADDRINUSE", ""],
    "13-copied-up": ["append", "append chmod", "cat append chmod mv",
                     "append chmod mv rm", ""],
    "14-who-ends": ["nine", "trap nine", "sleep trap runner nine", "trap runner",
                    "shell trap runner nine", ""],
    "08-whose": ["1000 1000", "101000 1000", "100000 65534", "101000", ""],
}


class Broken(Exception):
    """What is wrong with the exercise, and what repairs it."""


def run(words, **more):
    """Its status, and what it has written."""
    done = subprocess.run(
        words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        errors="replace", check=False, **more)
    return done.returncode, done.stdout


def solve(options, step, exercise, output, flags, edits=()):
    """Compiles the step with the exercise's solution, and with these edits."""
    path = f"steps/{step}/main.cpp"
    solution = f"docs/exercises/{exercise}/solution.diff"
    with tempfile.TemporaryDirectory(prefix="boxstep-exercise-") as directory:
        file = Path(directory) / path
        file.parent.mkdir(parents=True)
        file.write_bytes((options.source / path).read_bytes())
        with open(options.source / solution, "rb") as diff:
            # Nothing may be guessed: where it has to be, it is stale.
            status, said = run(
                ["patch", "-p1", "--fuzz=0", "--force", "--no-backup-if-mismatch"],
                cwd=directory, stdin=diff)
        if status != 0:
            raise Broken(
                f"{solution} does not apply to {path} any more:\n{said}"
                "repair: cp {0} solved.cpp; patch --merge solved.cpp <{1}\n"
                "  and, when solved.cpp is as it should be:\n"
                "  diff -pU1 -L a/{0} -L b/{0} {0} solved.cpp >{1}".format(path, solution))
        text = file.read_text()
        for old, new in edits:
            if text.count(old) != 1:
                raise Broken(f"the solution does not have once:\n{old}")
            text = text.replace(old, new)
        file.write_text(text)
        status, said = run(
            [*shlex.split(options.compiler), "-std=c++20", "-O0", *flags, "-static",
             f"-I{options.source}", file, "-o", output, options.library,
             *records.link_args(step)])
        if status != 0:
            raise Broken(f"it does not compile:\n{said}")


def build(options, step, exercise, output):
    output = Path(output)
    output.unlink(missing_ok=True)
    try:
        solve(options, step, exercise, output,
              ["-Wall", "-Wextra", "-Wpedantic", "-Werror"])
    except Broken as reason:
        problem = f"the solution of {exercise}: {reason}"
        print(problem, file=sys.stderr)
        output.write_text(
            f"#!/bin/sh\nprintf '%s\\n' {shlex.quote(problem)} >&2\nexit 125\n")
        output.chmod(0o755)


def judge(options, tests, exercise, edits, answer):
    """What is wrong with the check, or nothing; None if it could not run."""
    step = next((options.source / "steps").glob(f"{exercise[:2]}-*")).name
    suite = "Exercise" + "".join(map(str.capitalize, exercise[3:].split("-")))
    with tempfile.TemporaryDirectory(prefix="boxstep-exercise-") as scratch:
        binary = ""
        if answer is None:
            binary = f"{scratch}/wrong"
            try:
                solve(options, step, exercise, binary, ["-w"], edits)
            except Broken as problem:
                return str(problem)
        status, said = run(
            [tests, f"--gtest_filter={suite}.*"],
            env=os.environ | {"BOXSTEP_STEP": step, "BOXSTEP_BINARY": binary,
                              "BOXSTEP_ANSWER": answer or ""})
    if status == SKIPPED:
        return None
    caught = status == 1 and f"\n[  FAILED  ] {suite}." in said
    return "" if caught else f"its check passes:\n{said}"


def stale(options):
    """What a solution says to a step that has changed, if not how to mend it."""
    with tempfile.TemporaryDirectory(prefix="boxstep-exercise-") as top:
        for path in ["docs/exercises/01-ipc", "steps/01-uts"]:
            shutil.copytree(options.source / path, f"{top}/{path}")
        step = Path(top, "steps/01-uts/main.cpp")
        step.write_text(step.read_text().replace("SIGCHLD;", "SIGCHLD; // new"))
        main(top, options.compiler, options.library, "build", "01-uts", "01-ipc",
             f"{top}/built")
        status, said = run([f"{top}/built"])
    how = "patch --merge solved.cpp <docs/exercises/01-ipc/solution.diff"
    return "" if status == 125 and how in said else f"status {status}: {said}"


def wrong(options, tests):
    jobs = [(name, what, edits, None) for name, what, *edits in WRONG]
    jobs += [(name, repr(answer), (), answer)
             for name, answers in WRONG_ANSWERS.items() for answer in answers]
    print(f"1..{len(jobs) + 1}", flush=True)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        verdicts = [stale(options), *pool.map(
            lambda job: judge(options, tests, job[0], *job[2:]), jobs)]
        jobs.insert(0, ("01-ipc", "a step that has changed"))
        for number, (job, problem) in enumerate(zip(jobs, verdicts), 1):
            mark = "not ok" if problem else "ok"
            skip = " # SKIP missing: root" if problem is None else ""
            print(f"{mark} {number} - {job[0]}: {job[1]}{skip}", flush=True)
            for line in (problem or "").splitlines():
                print(f"# {line}")


def main(source, compiler, library, command, *words):
    # The compiler is maybe of two words.
    options = SimpleNamespace(source=Path(source), compiler=compiler, library=library)
    {"build": build, "wrong": wrong}[command](options, *words)


if __name__ == "__main__":
    main(*sys.argv[1:])
