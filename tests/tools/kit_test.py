#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Tests of the kit itself: that a skip is loud, that a runtime in any language
can be judged, and that one which leaves something on the host is found out.

usage: kit_test.py STEP_TESTS SKIPS [UNITTEST_OPTION...]
"""

import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import unittest

SKIPPED = 77
NOBODY = 65534
MUST_RUN = {"BOXSTEP_MUST_RUN": "1"}

# A runtime of step 01 in sh: what it does first, then the command.
RUNTIME = """#!/bin/sh
name=container
while [ "$1" != -- ]; do
  if [ "$1" = --hostname ]; then name=$2; fi
  shift
done
shift
%s
exec unshare --uts sh -c 'hostname "$0" && exec "$@"' "$name" "$@"
"""

DAMAGE = {
    "mounts": "mount -t tmpfs left /mnt",
    "propagation": "mount --make-rprivate /",
    "name": "hostname left",
    "process": "sleep 60 <&- &",
    "cgroup": """
        for pids in /sys/fs/cgroup/pids /sys/fs/cgroup; do
          if [ -e $pids/cgroup.procs ]; then mkdir $pids/left; break; fi
        done""",
}


# Runs the rest of its arguments on a host whose mounts are shared, and says
# whether it changed any of them.
ON_SHARED_HOST = """
mount --make-rshared / && before=$(cat /proc/self/mountinfo)
"$@"
[ "$before" = "$(cat /proc/self/mountinfo)" ] && echo the real host is as before
"""


def run(program, suite, changes=None, before=(), **options):
    """Runs one suite; returns the exit status and all that was printed."""
    environment = dict(os.environ, BOXSTEP_STEP="01-uts", BOXSTEP_MUST_RUN="")
    environment["BOXSTEP_BINARY"] = ""
    environment.update(changes or {})
    done = subprocess.run(
        [*before, program, f"--gtest_filter={suite}"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        **options,
    )
    return done.returncode, done.stdout


class Skips(unittest.TestCase):
    def test_a_program_that_skips_all_its_tests_exits_77(self):
        status, said = run(skips, "AllSkipped.*")
        self.assertEqual(status, SKIPPED, said)
        self.assertIn("missing: this", said)

    def test_a_program_that_passes_some_has_passed(self):
        status, said = run(skips, "OneSkipped.*")
        self.assertEqual(status, 0, said)
        self.assertIn("missing: that", said)

    def test_one_skip_fails_where_all_must_run(self):
        for suite in ["AllSkipped.*", "OneSkipped.*"]:
            status, said = run(skips, suite, MUST_RUN)
            self.assertEqual(status, 1, said)
            self.assertIn("BOXSTEP_MUST_RUN=1", said)

    def test_no_skip_passes_where_all_must_run(self):
        status, said = run(skips, "OneSkipped.Two", MUST_RUN)
        self.assertEqual(status, 0, said)

    def test_a_filter_that_matches_nothing_fails(self):
        status, said = run(skips, "NoSuchSuite.*")
        self.assertEqual(status, 1, said)
        self.assertIn("no test matches NoSuchSuite.*", said)

    def test_what_is_missing_is_named(self):
        for changes, name in [
            ({"BOXSTEP_STEP": ""}, "BOXSTEP_STEP"),
            ({"BOXSTEP_BINARY": "/no/such"}, "BOXSTEP_BINARY=/no/such"),
            ({"BOXSTEP_ROOTFS": "/no/such"}, "BOXSTEP_ROOTFS=/no/such"),
            ({"BOXSTEP_PROBE": "/no/such"}, "BOXSTEP_PROBE=/no/such"),
        ]:
            status, said = run(step_tests, "UtsNamespace.*", changes)
            self.assertEqual(status, SKIPPED, said)
            self.assertIn("missing: ", said)
            self.assertIn(name, said)
            status, said = run(step_tests, "UtsNamespace.*", changes | MUST_RUN)
            self.assertEqual(status, 1, said)

    def test_who_is_not_root_is_told_so(self):
        with tempfile.TemporaryDirectory() as directory:
            # The build may be in a directory of root's, whose umask may be 077.
            (pathlib.Path(directory) / "rootfs/bin").mkdir(parents=True)
            for name in ["tests", "runtime", "rootfs/bin/probe"]:
                shutil.copy(step_tests, pathlib.Path(directory) / name)
            for path in [directory, *pathlib.Path(directory).rglob("*")]:
                os.chmod(path, 0o755)
            changes = {
                "BOXSTEP_BINARY": f"{directory}/runtime",
                "BOXSTEP_PROBE": f"{directory}/rootfs/bin/probe",
                "BOXSTEP_ROOTFS": f"{directory}/rootfs",
            }
            status, said = run(
                f"{directory}/tests", "UtsNamespace.*", changes, user=NOBODY
            )
        self.assertEqual(status, SKIPPED, said)
        self.assertIn("missing: root", said)


@unittest.skipUnless(os.geteuid() == 0, "missing: root: try sudo")
class Judging(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.runtime = pathlib.Path(directory.name) / "runtime"

    def judge(self, suite, first, before=()):
        self.runtime.write_text(RUNTIME % first)
        self.runtime.chmod(0o755)
        changes = {"BOXSTEP_BINARY": str(self.runtime)}
        return run(step_tests, suite, changes, before)

    def test_a_runtime_in_any_language_can_pass(self):
        status, said = self.judge("UtsNamespace.*:StandardStreams.Input*", "")
        self.assertEqual(status, 0, said)

    def test_and_can_fail(self):
        status, said = self.judge("UtsNamespace.Hostname*", "name=box")
        self.assertEqual(status, 1, said)

    def test_one_that_leaves_something_on_the_host_fails(self):
        for what, command in DAMAGE.items():
            # A test that sees nothing wrong itself: what is left fails it.
            status, said = self.judge("StandardStreams.Input*", command)
            self.assertEqual(status, 1, said)
            self.assertIn(
                {
                    "mounts": "new:  ",
                    "propagation": "changed the host's mounts",
                    "name": "changed the host's name",
                    "process": "outlived its runtime",
                    "cgroup": "left a cgroup",
                }[what],
                said,
            )

    def test_no_file_is_left(self):
        with tempfile.TemporaryDirectory() as directory:
            status, said = run(step_tests, "SessionLeader.*", {"TMPDIR": directory})
            self.assertEqual((status, os.listdir(directory)), (0, []), said)

    def test_and_the_real_host_is_as_before(self):
        name = socket.gethostname()
        _, said = self.judge(
            "StandardStreams.Input*",
            "\n".join(DAMAGE.values()),
            before="unshare --mount --propagation private sh -c".split()
            + [ON_SHARED_HOST, "sh"],
        )
        self.assertIn("changed the host's mounts", said)
        self.assertIn("the real host is as before", said)
        self.assertEqual(socket.gethostname(), name)


if __name__ == "__main__":
    step_tests, skips = sys.argv[1:3]
    result = unittest.main(argv=[sys.argv[0], *sys.argv[3:]], exit=False).result
    if not result.wasSuccessful():
        sys.exit(1)
    if result.skipped:
        must_run = os.environ.get("BOXSTEP_MUST_RUN") == "1"
        sys.exit(1 if must_run else 0)
