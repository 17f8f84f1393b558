#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Tests of tools/vm/run: what happens in the guest is told as it is, and a
guest that does not do what it is asked is a failure."""

import json
import os
import re
import subprocess
import sys
import unittest

sys.dont_write_bytecode = True
import trial  # noqa: E402
import missing  # noqa: E402
from terminal import Terminal  # noqa: E402

RUN = str(trial.ROOT / "tools/vm/run")
# What a machine that systemd has booted with cgroup version 2 prints.
HOST = ["0", "0::/", "cpu memory pids", "shared", "new root", "no terminal", "end"]
LOOK = """
id -u
cat /proc/self/cgroup /sys/fs/cgroup/cgroup.subtree_control
findmnt -n -o PROPAGATION /
unshare --mount sh -ec '
  mount -t tmpfs new /mnt
  mkdir /mnt/old
  cd /mnt
  pivot_root . old
  read -r name < /old/proc/sys/kernel/hostname
  [ "$name" = guest ] && echo "new root"'
test -t 0 || test -t 1 || echo 'no terminal'
printf end
exit 5
"""


def run(*arguments, **environment):
    return subprocess.run(
        [RUN, *arguments], env={**os.environ, "BOXSTEP_MUST_RUN": "", **environment},
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, timeout=120)


class WithoutGuest(trial.Trial):
    def test_what_is_missing_is_a_skip_or_a_failure(self):
        for name, variables in (
                ("no-such-qemu: ./boxstep install vm", {"BOXSTEP_VM_QEMU": "no-such-qemu"}),
                ("/nowhere", {"BOXSTEP_VM_KERNEL": "/nowhere", "BOXSTEP_VM_QEMU": "true"})):
            for must_run, status in ("", missing.SKIPPED), ("1", 1):
                end = run("--", "true", **variables, BOXSTEP_MUST_RUN=must_run)
                self.assertEqual(end.returncode, status, end)
                self.assertRegex(end.stderr, f"ED: missing: .*{name}")
        skipped = run("--suite", "01-uts", BOXSTEP_VM_QEMU="no-such-qemu")
        self.assertEqual(skipped.returncode, 0)
        self.assertIn("1..0 # SKIP missing: ", skipped.stdout)

    def test_qemu_ends_with_the_runner(self):
        ready = self.top / "ready"
        qemu = str(self.program("qemu", f"echo $$ > {ready}\nexec sleep 100"))
        runner = subprocess.Popen([RUN, "true"], env={
            **os.environ, "BOXSTEP_VM_QEMU": qemu, "BOXSTEP_VM_KERNEL": qemu})
        self.wait_until(lambda: ready.exists() and ready.read_text())
        runner.kill()
        runner.wait()
        # Gone, or a zombie that nobody has waited for.
        self.wait_until(lambda: trial.run(
            "ps", "-o", "stat=", "-p", ready.read_text().strip())[1] in ("", "Z\n"))


class InTheGuest(trial.Trial):
    @classmethod
    def setUpClass(cls):
        end = run("--", "true")
        if end.returncode == missing.SKIPPED:
            raise unittest.SkipTest(end.stderr.strip())

    def test_a_command_finds_a_host_with_cgroup_version_2(self):
        end = run("--", "sh", "-c", LOOK)
        self.assertEqual((end.returncode, end.stdout.split("\n")), (5, HOST), end)

    def test_a_guest_that_fails_is_a_failure_that_shows_why(self):
        kernel = str(self.program("kernel", ""))
        end = run("--", "true", BOXSTEP_VM_KERNEL=kernel)
        self.assertEqual(end.returncode, 125, end)
        self.assertRegex(end.stderr, r"(?s)the guest failed: it ended.*console:.*qemu")
        end = run("--timeout", "2", "sh", "-c", "echo last words; sleep 1000")
        self.assertEqual(end.returncode, 125, end)
        self.assertRegex(end.stderr, r"(?s)failed: no answer in 2 s.*    last words\n")

    def test_each_outcome_of_meson_tests_is_told(self):
        tests = {"passes": "test -d /sys && echo quiet", "fails": "echo loud; exit 3",
                 "skips": "exit 77", "panics": "echo c > /proc/sysrq-trigger",
                 "is too late": "true"}
        self.write("meson-info/intro-tests.json", json.dumps([
            {"name": name, "suite": ["boxstep:a-suite"], "env": {}, "timeout": 30,
             "cmd": ["/bin/sh", "-c", script]} for name, script in tests.items()]))
        end = run("--build", self.top, "--suite", "a-suite")
        self.assertEqual(end.returncode, 1, end)
        self.assertEqual(
            re.findall("^(?:not )?ok.*", end.stdout, re.MULTILINE),
            ["ok 1 - a-suite passes", "not ok 2 - a-suite fails",
             "ok 3 - a-suite skips # SKIP", "not ok 4 - a-suite panics",
             "not ok 5 - a-suite is too late"])
        self.assertIn("fails: status 3; the console:\n    loud\n", end.stderr)
        self.assertRegex(end.stderr, "(?s)panics: the guest failed: it ended.*panic")
        self.assertNotIn("quiet", end.stderr)

    def test_a_person_has_a_terminal_in_a_guest_that_can_be_saved(self):
        self.program("build/steps/a-step", 'echo "a-step: $* $(ls -d rootfs)"')
        (self.top / "build/rootfs").mkdir()
        shell = [RUN, "--build", f"{self.top}/build", "--rootfs",
                 f"{self.top}/build/rootfs", "--shell", "a-step"]
        terminal = Terminal(shell)
        self.addCleanup(terminal.close)
        terminal.resize(33, 101)
        before = terminal.settings()
        terminal.expect(r"a-step: run /bin/bash rootfs\n(?s:.*)# $")
        for typed, shown in (
                ("stty size", r"33 101\s[^#]*# "),
                ("sh -c 'echo ready; exec cat'", "ready\n"),
                ("hello", "hello\nhello\n"), ("\x03", "# $"),
                ("echo status $?", r"status 130\s[^#]*# ")):
            terminal.type(typed, "" if typed == "\x03" else "\r")
            terminal.expect(shown)
        terminal.resize(44, 111)
        terminal.type("until stty size | grep '44 111'; do sleep 0.1; done; exit 7")
        terminal.expect("\n44 111\n")
        self.assertEqual(terminal.status(), 7)
        self.assertEqual(terminal.settings(), before)

        saved = str(self.top / "saved")
        self.assertEqual(run(*shell[1:], "--save", saved).returncode, 0)
        terminal = Terminal(["sh", saved + "/boot"])
        self.addCleanup(terminal.close)
        terminal.expect("a-step: run /bin/bash rootfs")
        terminal.type("exit")
        self.assertEqual(terminal.status(), 0)
        self.assertNotIn("panic", terminal.shown)


if __name__ == "__main__":
    trial.main(sys.argv[1:])
