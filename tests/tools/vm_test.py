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


def run(*arguments, **environment):
    return subprocess.run(
        [RUN, *arguments], env={**os.environ, "BOXSTEP_MUST_RUN": "", **environment},
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, timeout=120)


class InTheGuest(trial.Trial):
    @classmethod
    def setUpClass(cls):
        end = run("--", "true")
        if end.returncode == missing.SKIPPED:
            raise unittest.SkipTest(end.stderr.strip())

    def test_a_command_has_no_terminal_and_keeps_its_status(self):
        end = run("--", "sh", "-c", "id -u; test -t 0 || test -t 1 || exit 5")
        self.assertEqual((end.returncode, end.stdout), (5, "0\n"), end)

    def test_a_guest_that_fails_is_a_failure_that_shows_why(self):
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
        terminal.expect(r"a-step: run /bin/bash rootfs\n[^#]*# ")
        for typed, shown in (
                ("stty size", r"33 101\s[^#]*# "),
                ("sh -c 'echo ready; exec cat'", "\nready\n"),
                ("hello", "hello\nhello\n"), ("\x03", "# "),
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
