#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Tests of tools/vm/run: what happens in the guest is told as it is, and a
guest that does not do what it is asked is a failure."""

import contextlib
import io
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
SOURCE = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(SOURCE / "tools/vm"), str(SOURCE / "tests/support")]

from initramfs import Initramfs
from terminal import Terminal

RUN = str(SOURCE / "tools/vm/run")
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


def has_ended(pid):
    """Gone, or a zombie that nobody has waited for."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


class Runner(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory(prefix="boxstep-vm-")
        self.addCleanup(directory.cleanup)
        self.directory = Path(directory.name)

    def write_program(self, name, text):
        path = self.directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("#!/bin/sh\n" + text)
        path.chmod(0o755)
        return str(path)

    def wait_until(self, condition):
        deadline = time.monotonic() + 60
        while not condition():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.05)


class WithoutGuest(Runner):
    def test_what_cannot_be_read_is_left_out(self):
        self.directory.chmod(0o755)
        (self.directory / "shell").write_text("what the shell holds")
        (self.directory / "history").write_text("what history holds")
        (self.directory / "history").chmod(0)
        packed = Initramfs()
        said = io.StringIO()
        user = os.geteuid()
        try:
            os.seteuid(user or 65534)
            with contextlib.redirect_stderr(said):
                packed.take_tree(str(self.directory))
        finally:
            os.seteuid(user)
        self.assertEqual(said.getvalue(), f"left out: {self.directory}/history: "
                                          "Permission denied\n")
        archive = packed.finish()
        self.assertIn(b"what the shell holds", archive)
        self.assertNotIn(b"what history holds", archive)

    def test_what_is_missing_is_a_skip_or_a_failure(self):
        for missing in ({"BOXSTEP_VM_QEMU": "no-such-qemu"},
                        {"BOXSTEP_VM_KERNEL": "/nowhere", "BOXSTEP_VM_QEMU": "true"}):
            name = missing.get("BOXSTEP_VM_KERNEL", "no-such-qemu: ./boxstep install vm")
            skipped = run("--", "true", **missing)
            self.assertEqual(skipped.returncode, 77, skipped)
            self.assertRegex(skipped.stderr, f"SKIPPED: missing: .*{name}")
            failed = run("--", "true", **missing, BOXSTEP_MUST_RUN="1")
            self.assertEqual(failed.returncode, 1, failed)
            self.assertIn("FAILED: missing: ", failed.stderr)
        skipped = run("--suite", "01-uts", BOXSTEP_VM_QEMU="no-such-qemu")
        self.assertEqual(skipped.returncode, 0)
        self.assertIn("1..0 # SKIP missing: ", skipped.stdout)

    def test_qemu_ends_with_the_runner(self):
        ready = self.directory / "ready"
        qemu = self.write_program("qemu", f"echo $$ > {ready}\nexec sleep 100")
        runner = subprocess.Popen([RUN, "true"], env={
            **os.environ, "BOXSTEP_VM_QEMU": qemu, "BOXSTEP_VM_KERNEL": qemu})
        self.wait_until(lambda: ready.exists() and ready.read_text())
        runner.kill()
        runner.wait()
        self.wait_until(lambda: has_ended(ready.read_text().strip()))


class InTheGuest(Runner):
    @classmethod
    def setUpClass(cls):
        end = run("--", "true")
        if end.returncode == 77 and os.environ.get("BOXSTEP_MUST_RUN") != "1":
            raise unittest.SkipTest(end.stderr.strip())

    def test_a_command_finds_a_host_with_cgroup_version_2(self):
        end = run("--", "sh", "-c", LOOK)
        self.assertEqual((end.returncode, end.stdout.split("\n")), (5, HOST), end)

    def test_a_guest_that_fails_is_a_failure_that_shows_why(self):
        kernel = self.write_program("kernel", "")
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
        (self.directory / "meson-info").mkdir()
        (self.directory / "meson-info/intro-tests.json").write_text(json.dumps([
            {"name": name, "suite": ["boxstep:a-suite"], "env": {}, "timeout": 30,
             "cmd": ["/bin/sh", "-c", script]} for name, script in tests.items()]))
        end = run("--build", self.directory, "--suite", "a-suite")
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
        self.write_program("build/steps/a-step", 'echo "a-step: $* $(ls -d rootfs)"')
        (self.directory / "build/rootfs").mkdir()
        shell = [RUN, "--build", str(self.directory / "build"), "--rootfs",
                 str(self.directory / "build/rootfs"), "--shell", "a-step"]
        terminal = Terminal(shell)
        self.addCleanup(terminal.close)
        terminal.resize(33, 101)
        before = terminal.settings()
        terminal.expect(r"a-step: run /bin/bash rootfs\n(?s:.*)# $")
        for typed, shown in (
                ("stty size", r"33 101\s[^#]*# "),
                ("sh -c 'echo ready; exec cat'", "\nready\n"),
                ("hello", "hello\nhello\n"), ("\x03", "# $"),
                ("echo status $?", r"status 130\s[^#]*# ")):
            terminal.type(typed, "" if typed == "\x03" else "\r")
            terminal.expect(shown)
        terminal.resize(44, 111)
        terminal.type("until stty size | grep '44 111'; do sleep 0.1; done; exit 7")
        terminal.expect("\n44 111\n")
        self.assertEqual(terminal.status(), 7)
        self.assertEqual(terminal.settings(), before)

        saved = str(self.directory / "saved")
        self.assertEqual(run(*shell[1:], "--save", saved).returncode, 0)
        terminal = Terminal(["sh", saved + "/boot"])
        self.addCleanup(terminal.close)
        terminal.expect("a-step: run /bin/bash rootfs")
        terminal.type("exit")
        self.assertEqual(terminal.status(), 0)
        self.assertNotIn("panic", terminal.shown)


if __name__ == "__main__":
    unittest.main(verbosity=2)
