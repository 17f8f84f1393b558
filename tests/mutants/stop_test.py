#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""mutants.py, when it is stopped, leaves no process and no file behind.

usage: stop_test.py BUILD STEP
"""

import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import unittest

MUTANTS = pathlib.Path(__file__).resolve().parent / "mutants.py"
PATIENCE = 60


def until(condition):
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            raise AssertionError("waited in vain")
        time.sleep(0.01)


def processes_with(text):
    """Processes that have it in their command line or their environment."""
    found = []
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
        except OSError:
            continue  # it has ended
        if text.encode() in words:
            found.append(words)
    return found


class Stop(unittest.TestCase):
    def test_nothing_is_left(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with tempfile.TemporaryDirectory(prefix="boxstep-stop-") as scratch:
                mutants = subprocess.Popen(
                    [MUTANTS, "check", build, step, "--jobs", "2"],
                    env={**os.environ, "TMPDIR": scratch}, stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                # Its tests are at work: one has a session, and what is in it.
                until(lambda: mutants.poll() is not None or any(
                    b"--gtest_filter" in words for words in processes_with(scratch)))
                mutants.send_signal(number)
                self.assertEqual(mutants.wait(PATIENCE), 128 + number)
                self.assertEqual(os.listdir(scratch), [])
                until(lambda: not processes_with(scratch))


if __name__ == "__main__":
    if os.geteuid() != 0:
        must_run = os.environ.get("BOXSTEP_MUST_RUN") == "1"
        print(f"{'FAILED' if must_run else 'SKIPPED'}: missing: root: try sudo")
        sys.exit(1 if must_run else 77)
    build, step = sys.argv[1:]
    unittest.main(argv=sys.argv[:1])
