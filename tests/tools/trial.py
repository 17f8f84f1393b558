# SPDX-License-Identifier: MIT
"""What the tests in Python share.

    class Mine(trial.Trial):
        def test_it(self):
            program = self.program("mine", "exit 3")
            self.assertEqual(trial.run(program), (3, ""))

    if __name__ == "__main__":
        trial.main()
"""

import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import unittest

# What a shell starts by & ignores it, and would pass that on.
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.dont_write_bytecode = True  # as root, it would be in the way of its owner
ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path += [str(ROOT / name) for name in (
    "tools", "tools/sync", "tools/vm", "tests/support")]
import missing  # noqa: E402
import records  # noqa: E402

AS_ROOT = os.geteuid() == 0
NOBODY = 65534
ENGINES = records.engines(ROOT)
STEPS = sorted(path.parent.name for path in ROOT.glob("steps/*/main.cpp")
               if path.parent.name not in ENGINES)
needs_root = unittest.skipUnless(AS_ROOT, "missing: root: try sudo")


def run(*command, **options):
    """Runs it without input; its status, and all that it printed."""
    done = subprocess.run(command, check=False, **{
        "stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE,
        "stderr": subprocess.STDOUT, "text": True, "timeout": 600, **options})
    return done.returncode, done.stdout


def main(arguments=(), lacks=""):
    """Runs the tests of the program, or says what this machine lacks for them."""
    if lacks:
        sys.exit(missing.skip(lacks))
    os.umask(0o022)  # other users take part
    result = unittest.main(
        argv=[sys.argv[0], *arguments], verbosity=2, exit=False).result
    if not result.wasSuccessful() or result.skipped and missing.must_run():
        sys.exit(1)
    sys.exit(missing.SKIPPED if len(result.skipped) >= result.testsRun else 0)


class Trial(unittest.TestCase):
    """Has a directory of its own, which every user may read."""

    def setUp(self):
        top = tempfile.TemporaryDirectory(prefix="boxstep-test-")
        self.addCleanup(top.cleanup)
        self.top = pathlib.Path(top.name)
        self.top.chmod(0o755)

    def write(self, name, text, mode=0o644):
        path = self.top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(mode)
        return path

    def program(self, name, text):
        """In sh."""
        return self.write(name, f"#!/bin/sh\n{text}", 0o755)

    def succeeds(self, *command, **options):
        """What it printed."""
        status, said = run(*command, **options)
        self.assertEqual(status, 0, said)
        return said

    def wait_until(self, condition):
        deadline = time.monotonic() + 60
        while not condition():
            self.assertLess(time.monotonic(), deadline, "waited in vain")
            time.sleep(0.01)
