#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Tests of tools/vm/run: what happens in the guest is told as it is, and a
guest that does not do what it is asked is a failure."""

import contextlib
import fcntl
import io
import json
import os
import pathlib
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
import unittest

sys.dont_write_bytecode = True

import guest
import initramfs

RUN = str(pathlib.Path(__file__).resolve().parents[2] / "tools/vm/run")
# For whatever is awaited of a guest, and of a machine with other work.
PATIENCE = 120

# Prints what a machine that systemd has booted with cgroup version 2 would.
LOOK = """
id -u
cat /proc/self/cgroup
cat /sys/fs/cgroup/cgroup.subtree_control
grep -c ' - cgroup ' /proc/self/mountinfo
findmnt -n -o PROPAGATION /
unshare --mount sh -ec '
  mount -t tmpfs new /mnt
  mkdir /mnt/old
  cd /mnt
  pivot_root . old
  read -r name < /old/proc/sys/kernel/hostname
  echo "$name"'
test -t 0 || test -t 1 || echo 'no terminal'
test -e "$FILE" && printf 'the file, and no end of line'
exit 5
"""


def run(*arguments, **environment):
    return subprocess.run(
        [RUN, *arguments],
        env={**os.environ, "BOXSTEP_MUST_RUN": "", **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        timeout=PATIENCE,
    )


def write_program(directory, name, text):
    path = pathlib.Path(directory, name)
    path.write_text("#!/bin/sh\n" + text, encoding="utf-8")
    path.chmod(0o755)
    return str(path)


class Packing(unittest.TestCase):
    def test_what_may_not_be_read_is_left_out_and_said(self):
        user = os.geteuid()
        with tempfile.TemporaryDirectory() as tree:
            os.chmod(tree, 0o755)
            for name, mode in {"history": 0, "shell": 0o755}.items():
                path = pathlib.Path(tree, name)
                path.write_text(f"what {name} holds")
                path.chmod(mode)
            packed = initramfs.Initramfs()
            said = io.StringIO()
            try:
                os.seteuid(user or 65534)
                with contextlib.redirect_stderr(said):
                    packed.take_tree(tree)
            finally:
                os.seteuid(user)
            self.assertEqual(
                said.getvalue(), f"left out: {tree}/history: Permission denied\n")
        archive = packed.finish()
        self.assertIn(b"what shell holds", archive)
        self.assertNotIn(b"history", archive)


class Rig(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = directory.name


class WithoutGuest(Rig):
    def assert_missing(self, name, **environment):
        skipped = run("--", "true", **environment)
        self.assertEqual(skipped.returncode, 77, skipped)
        self.assertIn("SKIPPED: missing: ", skipped.stderr)
        self.assertIn(name, skipped.stderr)

        failed = run("--", "true", **environment | {"BOXSTEP_MUST_RUN": "1"})
        self.assertEqual(failed.returncode, 1, failed)
        self.assertIn("FAILED: missing: ", failed.stderr)

    def test_missing_qemu_is_a_skip_that_names_the_package(self):
        self.assert_missing("qemu-system-x86 (", BOXSTEP_VM_QEMU="no-such-qemu")

    def test_missing_kernel_is_a_skip_that_names_it(self):
        self.assert_missing(
            "/nowhere", BOXSTEP_VM_KERNEL="/nowhere", BOXSTEP_VM_QEMU="true"
        )

    def test_skipped_suites_say_so_in_tap(self):
        skipped = run("--suite", "01-uts", BOXSTEP_VM_QEMU="no-such-qemu")
        self.assertEqual(skipped.returncode, 0)
        self.assertIn("1..0 # SKIP missing: ", skipped.stdout)

    def test_qemu_ends_with_the_runner(self):
        ready = pathlib.Path(self.directory, "ready")
        qemu = write_program(
            self.directory, "qemu", f"echo $$ > {ready}\nexec sleep 100"
        )
        runner = subprocess.Popen(
            [RUN, "true"],
            env={
                **os.environ, "BOXSTEP_VM_QEMU": qemu, "BOXSTEP_VM_KERNEL": qemu
            },
        )
        until(lambda: ready.exists() and ready.read_text())
        runner.kill()
        runner.wait()
        pid = ready.read_text().strip()
        until(lambda: not os.path.exists(f"/proc/{pid}"))


class InTheGuest(Rig):
    @classmethod
    def setUpClass(cls):
        try:
            guest.find_qemu()
            guest.find_kernel()
        except guest.Missing as missing:
            if os.environ.get("BOXSTEP_MUST_RUN") != "1":
                raise unittest.SkipTest(f"missing: {missing}")

    def test_qemu_that_refuses_is_a_failure_that_shows_why(self):
        kernel = write_program(self.directory, "kernel", "")
        result = run("--", "true", BOXSTEP_VM_KERNEL=kernel)
        self.assertEqual(result.returncode, 125, result)
        self.assertIn("the guest failed: it ended", result.stderr)
        self.assertIn("qemu", result.stderr.partition("console:")[2])

    def test_a_command_finds_a_host_with_cgroup_version_2(self):
        file = pathlib.Path(self.directory, "file")
        file.touch()
        result = run(
            *("--take", file, "--env", f"FILE={file}"), "--", "sh", "-c", LOOK
        )
        self.assertEqual(result.returncode, 5, result)
        self.assertEqual(
            result.stdout.split("\n"),
            ["0", "0::/", "cpu memory pids", "0", "shared", "guest"]
            + ["no terminal", "the file, and no end of line"],
        )

    def test_each_outcome_of_meson_tests_is_told(self):
        tests = [
            ("passes", "test -d /sys && echo quiet"),
            ("fails", "echo loud; exit 3"),
            ("skips", "exit 77"),
            ("panics", "echo last words; sleep 1; echo c > /proc/sysrq-trigger"),
            ("is too late", "true"),
        ]
        info = pathlib.Path(self.directory, "meson-info")
        info.mkdir()
        info.joinpath("intro-tests.json").write_text(
            json.dumps([
                {
                    "name": name,
                    "suite": ["boxstep:a-suite"],
                    "cmd": ["/bin/sh", "-c", script],
                    "env": {},
                    "timeout": 30,
                }
                for name, script in tests
            ])
        )
        result = run("--build", self.directory, "--suite", "a-suite")
        self.assertEqual(result.returncode, 1, result)
        self.assertEqual(
            re.findall("^(?:not )?ok.*", result.stdout, re.MULTILINE),
            [
                "ok 1 - a-suite passes",
                "not ok 2 - a-suite fails",
                "ok 3 - a-suite skips # SKIP",
                "not ok 4 - a-suite panics",
                "not ok 5 - a-suite is too late",
            ],
        )
        self.assertIn("fails: status 3; the console:\n    loud\n", result.stderr)
        self.assertIn("panics: the guest failed: it ended", result.stderr)
        self.assertIn("last words", result.stderr)
        self.assertIn("Kernel panic", result.stderr)
        self.assertNotIn("quiet", result.stderr)

    def test_no_answer_in_time_is_a_failure(self):
        result = run("--timeout", "2", "sh", "-c", "echo last words; sleep 1000")
        self.assertEqual(result.returncode, 125, result)
        self.assertIn("the guest failed: no answer in 2 s", result.stderr)
        self.assertIn("    last words\n", result.stderr)

    def shell(self):
        """The arguments for a shell in a guest with one step."""
        build = pathlib.Path(self.directory, "build")
        for directory in build / "rootfs", build / "steps":
            directory.mkdir(parents=True)
        write_program(build / "steps", "a-step", 'echo "a-step: $*: $(ls -d rootfs)"')
        return ["--build", build, "--rootfs", build / "rootfs", "--shell", "a-step"]

    def terminal(self, command):
        terminal = Terminal(command)
        self.addCleanup(terminal.close)
        return terminal

    def test_a_person_has_a_terminal(self):
        terminal = self.terminal([RUN, *self.shell()])
        before = terminal.settings()

        terminal.expect("a-step: run /bin/bash: rootfs")
        terminal.expect("# ")
        terminal.type("stty size\r")
        terminal.expect("33 101")
        terminal.expect("# ")
        terminal.resize(44, 111)
        terminal.type("until stty size | grep '44 111'; do sleep 0.1; done\r")
        terminal.expect("\n44 111")
        terminal.expect("# ")
        terminal.type("sh -c 'echo ready; exec cat'\r")
        terminal.expect("\nready")
        terminal.type("hello\r")
        terminal.expect("hello\r\nhello")  # Typed, and from cat.
        terminal.type("\x03")
        terminal.expect("# ")
        terminal.type("echo status $?\r")
        terminal.expect("\nstatus 130")
        terminal.expect("# ")
        terminal.type("exit 7\r")

        self.assertEqual(terminal.status(), 7)
        self.assertEqual(terminal.settings(), before)

    def test_a_saved_guest_boots_with_qemu_alone(self):
        saved = pathlib.Path(self.directory, "saved")
        result = run(*self.shell(), "--save", saved)
        self.assertEqual(result.returncode, 0, result)
        terminal = self.terminal(["sh", saved / "boot"])
        terminal.expect("a-step: run /bin/bash: rootfs")
        terminal.type("exit\r")
        self.assertEqual(terminal.status(), 0)
        self.assertNotIn("panic", terminal.shown)


class Terminal:
    """A program on a pseudo-terminal of 33 lines and 101 columns."""

    def __init__(self, command):
        self._master, self._slave = pty.openpty()
        self.resize(33, 101)
        self._process = subprocess.Popen(
            command,
            stdin=self._slave,
            stdout=self._slave,
            stderr=self._slave,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        self.shown = ""

    def close(self):
        self._process.kill()
        self._process.wait()
        os.close(self._slave)
        os.close(self._master)

    def settings(self):
        return termios.tcgetattr(self._slave)

    def resize(self, lines, columns):
        size = struct.pack("HHHH", lines, columns, 0, 0)
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, size)

    def type(self, text):
        os.write(self._master, text.encode())

    def expect(self, text):
        """Waits for it, and forgets what was shown before and up to it."""
        until(lambda: text in self._read(), lambda: repr(self.shown))
        self.shown = self.shown.partition(text)[2]

    def status(self):
        until(lambda: self._read() and self._process.poll() is not None)
        return self._process.returncode

    def _read(self):
        if select.select([self._master], [], [], 0.1)[0]:
            self.shown += os.read(self._master, 4096).decode(errors="replace")
        return self.shown


def until(condition, shown=lambda: "nothing"):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"waited in vain; shown: {shown()}")
        time.sleep(0.05)


if __name__ == "__main__":
    unittest.main(verbosity=2)
