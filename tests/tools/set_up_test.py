#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Tests of tools/offline/set-up before it installs anything: what it refuses,
and that it has done nothing then. offline_trial has all the rest."""

import hashlib
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SET_UP = Path(__file__).resolve().parents[2] / "tools/offline/set-up"


def this_release():
    words = dict(line.split("=", 1) for line in
                 Path("/etc/os-release").read_text().splitlines() if "=" in line)
    return "-".join(words.get(name, "").strip("\"'") for name in ("ID", "VERSION_ID"))


class SetUp(unittest.TestCase):
    def setUp(self):
        top = tempfile.TemporaryDirectory(prefix="boxstep-stick-")
        self.addCleanup(top.cleanup)
        self.home = Path(top.name) / "home"
        self.stick = Path(top.name) / "a stick"
        self.home.mkdir()
        # What would change the machine, if it came to that.
        self.bin = Path(top.name) / "bin"
        self.bin.mkdir()
        for name in "sudo", "apt-get", "git", "env":
            (self.bin / name).write_text(f"#!/bin/sh\ntouch '{top.name}/changed'\nexit 1\n")
            (self.bin / name).chmod(0o755)
        self.changed = Path(top.name) / "changed"
        self.pack("packages/" + this_release() + "/names", "meson\n")
        self.pack("set-up", SET_UP.read_text())

    def pack(self, name, text):
        path = self.stick / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        with (self.stick / "SHA256SUMS").open("a") as sums:
            sums.write(f"{hashlib.sha256(text.encode()).hexdigest()}  ./{name}\n")

    def set_up(self, *words):
        done = subprocess.run(
            ["sh", self.stick / "set-up", *words], cwd=self.home,
            env={"PATH": f"{self.bin}:/usr/sbin:/usr/bin:/sbin:/bin"},
            capture_output=True, text=True, check=False)
        return done.returncode, done.stderr

    def assert_refused(self, error, *words):
        self.assertEqual((1, error), self.set_up(*words))
        self.assertFalse(self.changed.exists(), "it went on")

    def test_a_stick_that_is_whole_gets_to_apt(self):
        status, said = self.set_up()
        self.assertEqual(status, 1, said)
        self.assertTrue(self.changed.exists(), said)

    def test_a_file_that_is_not_as_it_was_packed(self):
        (self.stick / "packages" / this_release() / "names").write_text("mes\n")
        status, said = self.set_up()
        self.assertEqual(status, 1)
        self.assertTrue(said.endswith(
            "set-up: the stick is not whole\nhint: copy it again\n"), said)
        self.assertFalse(self.changed.exists(), "it went on")

    def test_a_file_that_is_not_there(self):
        (self.stick / "packages" / this_release() / "names").unlink()
        status, said = self.set_up()
        self.assertEqual(status, 1)
        self.assertIn("set-up: the stick is not whole\n", said)
        self.assertFalse(self.changed.exists(), "it went on")

    def test_another_release(self):
        packages = self.stick / "packages"
        (packages / this_release()).rename(packages / "debian-1")
        self.assert_refused(
            f"set-up: no packages for {this_release()} on this stick\n"
            "hint: there are: debian-1\n")

    def test_a_checkout_that_is_there(self):
        (self.home / "mine").mkdir()
        self.assert_refused("set-up: mine: exists already\n"
                            "hint: name another: sh set-up DEST\n", "mine")


if __name__ == "__main__":
    sys.exit(unittest.main(verbosity=2))
