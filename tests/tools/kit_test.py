#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Tests of the kit itself: that a skip is loud, that a runtime in any language
can be judged, and that one which leaves something on the host is found out.

usage: kit_test.py STEP_TESTS SKIPS [UNITTEST_OPTION...]
"""

import os
import socket
import sys

sys.dont_write_bytecode = True
import trial  # noqa: E402

# A runtime of step 01 in sh: what it does first, then the command.
RUNTIME = """
name=container
while [ "$1" != -- ]; do
  if [ "$1" = --hostname ]; then name=$2; fi
  shift
done
shift
%s
exec unshare --uts sh -c 'hostname "$0" && exec "$@"' "$name" "$@"
"""
# What it leaves on the host, and what is said of it.
DAMAGE = {
    "mount -t tmpfs left /mnt": "new:  ",
    "mount --make-rprivate /": "changed the host's mounts",
    "hostname left": "changed the host's name",
    "sleep 60 <&- &": "outlived its runtime",
    """for pids in /sys/fs/cgroup/pids /sys/fs/cgroup; do
         if [ -e $pids/cgroup.procs ]; then mkdir $pids/left; break; fi
       done""": "left a cgroup",
}
# Runs the rest of its arguments on a host whose mounts are shared, and says
# whether it changed any of them.
ON_SHARED_HOST = """
mount --make-rshared / && before=$(cat /proc/self/mountinfo)
"$@"
[ "$before" = "$(cat /proc/self/mountinfo)" ] && echo the real host is as before
"""


def run(program, suite, before=(), user=None, **changes):
    return trial.run(*before, program, f"--gtest_filter={suite}", user=user, env={
        **os.environ, "BOXSTEP_STEP": "01-uts", "BOXSTEP_MUST_RUN": "",
        "BOXSTEP_BINARY": "", **changes})


class Skips(trial.Trial):
    def test_are_loud_and_failures_where_all_must_run(self):
        for program, suite, changes, status, must_status, text in [
            (skips, "AllSkipped.*", {}, 77, 1, "missing: this"),
            (skips, "OneSkipped.*", {}, 0, 1, "missing: that"),
            (skips, "Nope.*", {}, 1, 1, "no test matches Nope.*"),
            (step_tests, "UtsNamespace.*", {"BOXSTEP_BINARY": "/no/such"}, 77, 1,
             "missing: .*BOXSTEP_BINARY"),
        ]:
            for must, expected in ("", status), ("1", must_status):
                came, said = run(program, suite, **changes, BOXSTEP_MUST_RUN=must)
                self.assertEqual(came, expected, said)
                self.assertRegex(said, text)


@trial.needs_root
class Judging(trial.Trial):
    def judge(self, suite, first, before=()):
        runtime = self.program("runtime", RUNTIME % first)
        return run(step_tests, suite, before, BOXSTEP_BINARY=str(runtime))

    def test_a_runtime_in_any_language_can_pass_and_can_fail(self):
        status, said = self.judge("UtsNamespace.*:StandardStreams.AreTheCallers", "")
        self.assertEqual(status, 0, said)
        status, said = self.judge("UtsNamespace.Hostname*", "name=box")
        self.assertEqual(status, 1, said)

    def test_one_that_leaves_something_on_the_host_fails(self):
        for command, told in DAMAGE.items():
            # A test that sees nothing wrong itself: what is left fails it.
            status, said = self.judge("StandardStreams.AreTheCallers", command)
            self.assertEqual(status, 1, said)
            self.assertIn(told, said)

    def test_and_the_real_host_is_as_before(self):
        name = socket.gethostname()
        _, said = self.judge("StandardStreams.AreTheCallers", "\n".join(DAMAGE), [
            *"unshare --mount --propagation private sh -c".split(), ON_SHARED_HOST, "sh"])
        self.assertIn("changed the host's mounts", said)
        self.assertIn("the real host is as before", said)
        self.assertEqual(socket.gethostname(), name)


if __name__ == "__main__":
    step_tests, skips = sys.argv[1:3]
    trial.main(sys.argv[3:])
