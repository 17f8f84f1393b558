#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""containerd drives the runtime, through its shim for runc: ctr --runc-binary.

    containerd_test.py THROWAWAY_HOST BINARY ROOTFS [TEST...]"""

import os
import pathlib
import shutil
import subprocess
import sys

sys.path.append(os.path.dirname(os.path.abspath(__file__)))
import oci  # noqa: E402
import podman_test  # noqa: E402
import trial  # noqa: E402

TOP = pathlib.Path("/tmp/containerd")
SOCKET = "/run/boxstep-containerd/socket"


class Containerd(trial.Trial):
    @classmethod
    def setUpClass(cls):
        TOP.mkdir()
        # Its rootfs is written to: the kernel wants its mounts there.
        trial.run("cp", "-a", oci.Runtime.ROOTFS, str(TOP / "rootfs"))
        cls.daemon = subprocess.Popen(
            ["containerd", "--root", str(TOP / "root"), "--state",
             "/run/boxstep-containerd", "--address", SOCKET, "--log-level", "error"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        assert oci.eventually(lambda: cls.ctr("version")[0] == 0, 30), "no containerd"

    @classmethod
    def tearDownClass(cls):
        cls.daemon.terminate()
        cls.daemon.wait()

    def setUp(self):
        self.addCleanup(self.nothing_is_left)

    def nothing_is_left(self):
        def left():
            states = pathlib.Path("/run/containerd/runc/default")
            return [str(path) for path in states.glob("*")] + [
                place for place, _, _ in os.walk("/sys/fs/cgroup")
                if "/default/box" in place]
        oci.eventually(lambda: not left())
        self.assertEqual(left(), [])

    @staticmethod
    def ctr(*words):
        return trial.run("ctr", "--address", SOCKET, *words, timeout=60)

    def ok(self, *words):
        status, said = self.ctr(*words)
        self.assertEqual(status, 0, f"{words}: {said}")
        return said

    def run_words(self, *words):
        return ["run", *words, "--runc-binary", oci.Runtime.BINARY, "--rootfs",
                str(TOP / "rootfs")]

    def test_run(self):
        run = self.run_words("--rm")
        self.assertEqual(self.ok(*run, "box1", "/bin/echo", "hello"), "hello\n")
        self.assertEqual(self.ctr(*run, "box1", "/bin/sh", "-c", "exit 5")[0], 5)
        status, said = self.ctr(*run, "box1", "nosuch")
        self.assertNotEqual(status, 0)
        self.assertIn("executable file not found", said)  # from our log
        self.ctr("containers", "rm", "box1")

    def test_exec_pause_kill(self):
        self.ok(*self.run_words("-d"), "box2", "/bin/sleep", "100")
        self.assertIn("RUNNING", self.ok("tasks", "ls"))
        self.assertEqual(self.ok("tasks", "exec", "--exec-id", "e", "box2", "/bin/echo",
                                 "there"), "there\n")
        self.assertEqual(self.ctr("tasks", "exec", "--exec-id", "f", "box2", "/bin/sh",
                                  "-c", "exit 6")[0], 6)
        self.assertEqual(len(self.ok("tasks", "ps", "box2").splitlines()), 2)
        self.ok("tasks", "pause", "box2")
        self.assertIn("PAUSED", self.ok("tasks", "ls"))
        self.ok("tasks", "resume", "box2")
        self.ok("tasks", "kill", "-s", "SIGKILL", "box2")
        self.assertTrue(oci.eventually(lambda: "STOPPED" in self.ok("tasks", "ls")))
        self.ctr("tasks", "rm", "box2")  # its status is the task's
        self.ok("containers", "rm", "box2")

    def test_a_terminal(self):
        command = ["ctr", "--address", SOCKET, *self.run_words("--rm", "-t"), "box3",
                   "/bin/sh", "-c", "'tty; exit 6'"]
        status, said = trial.run("script", "-qec", " ".join(command), "/dev/null")
        self.assertEqual(status, 6, said)
        self.assertIn("/dev/pts/0", said)


if __name__ == "__main__":
    lacks = [name for name in ("containerd", "ctr") if not shutil.which(name)]
    if lacks:
        trial.main((), ", ".join(lacks) + ": apt install containerd")
    original = oci.enter_host
    def enter(host):
        original(host)
        podman_test.prepare()
    oci.enter_host = enter
    oci.main([Containerd])
