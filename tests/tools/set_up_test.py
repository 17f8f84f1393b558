#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""tools/offline/set-up refuses what it cannot use, before it changes anything.
offline_trial tests the rest."""

import hashlib
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SET_UP = Path(__file__).resolve().parents[2] / "tools/offline/set-up"
RELEASE = subprocess.run(
    ["sh", "-c", '. /etc/os-release && echo "${ID-}-${VERSION_ID-}"'],
    check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


class SetUp(unittest.TestCase):
    def setUp(self):
        top = tempfile.TemporaryDirectory(prefix="boxstep-stick-")
        self.addCleanup(top.cleanup)
        self.top = Path(top.name)
        self.changed = self.top / "changed"
        for name in "sudo", "apt-get", "git", "env":
            self.write(f"bin/{name}", f"#!/bin/sh\ntouch {self.changed}\nexit 1\n")
            (self.top / "bin" / name).chmod(0o755)
        self.names = self.write(f"a stick/packages/{RELEASE}/names", "meson\n")
        digest = hashlib.sha256(b"meson\n").hexdigest()
        self.write("a stick/SHA256SUMS", f"{digest}  packages/{RELEASE}/names\n")
        self.write("a stick/set-up", SET_UP.read_text())

    def write(self, name, text):
        path = self.top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def set_up(self):
        return subprocess.run(
            ["sh", self.top / "a stick/set-up", "mine"], cwd=self.top,
            env={"PATH": f"{self.top}/bin:/usr/sbin:/usr/bin:/sbin:/bin"},
            capture_output=True, text=True, check=False)

    def test_a_stick_that_is_whole_gets_to_apt(self):
        end = self.set_up()
        self.assertEqual((end.returncode, self.changed.exists()), (1, True), end)

    def test_what_cannot_be_used_changes_nothing(self):
        for spoil, error in (
                (lambda: self.names.write_text("mes\n"), "the stick is not whole"),
                (self.names.unlink, "the stick is not whole"),
                (lambda: self.names.parent.rename(self.names.parents[1] / "debian-1"),
                 f"no packages for {RELEASE} on this stick\nhint: there are: debian-1"),
                ((self.top / "mine").mkdir, "mine: exists already\nhint: name another")):
            spoil()
            end = self.set_up()
            self.assertEqual(end.returncode, 1, end)
            self.assertIn(f"set-up: {error}", end.stderr)
            self.assertFalse(self.changed.exists(), "it went on")


if __name__ == "__main__":
    sys.exit(unittest.main(verbosity=2))
