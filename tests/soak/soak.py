#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Nothing is left on the host, whatever happens to the runtime.

    soak.py THROWAWAY_HOST STEP_BINARY ROOTFS PROBE [--kills N] [--at-once N] [--seed N]

Prints TAP. Kills the runtime at random moments of its life, and runs many
containers at once; after each, mounts, cgroups, processes, descriptors and the
hostname are as before. A cgroup that a kill -9 has left is gone after the next run.
From step 14 on, it also kills create, start and delete: then `delete --force` leaves
nothing.

Descriptors: the command has those of its caller and no other. Whoever kept one
of the caller's open would keep a pipe open, of which the other end is here.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True  # as root, it would be in the way of its owner
sys.path.append(os.path.join(os.path.dirname(__file__), "../support"))
import own_host  # noqa: E402  pylint: disable=wrong-import-position

SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGHUP)
LIFETIME = 0.006  # seconds: from before main() to well into the command


class Run:
    """A runtime at work, and what tells what is its own."""

    def __init__(self, command, mark):
        self.mark = f"BOXSTEP_SOAK={mark}".encode()
        self.runtime = subprocess.Popen(
            command, env=os.environ | {"BOXSTEP_SOAK": mark}, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

    def written(self):
        """All of it, at its end; None while another has its output open."""
        try:
            return self.runtime.communicate(timeout=1)[0]
        except subprocess.TimeoutExpired:
            return None


def children(pid):
    try:
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
            return file.read().split()
    except FileNotFoundError:
        return []  # it has ended


class Soak:
    def __init__(self, binary, rootfs, probe):
        self.command = [binary, "run", "--quiet"]
        self.probe = probe
        if os.path.basename(binary) >= "02":
            self.command += ["--rootfs", rootfs]
            self.probe = "/bin/probe"
        self.before = own_host.state(), os.listdir("/proc/self/fd")
        self.runs = 0

    def start(self, *command):
        self.runs += 1
        return Run([*self.command, *command], f"{os.getpid()}-{self.runs}")

    def run(self):
        """A whole run, undisturbed; what is wrong with it, or None."""
        run = self.start(self.probe, "descriptors")
        status = run.runtime.wait()
        changes = self.changes(run, run.written(), "0 1 2")
        return f"status {status}" if status else changes

    def changes(self, run, written, expected=""):
        """What is left of a run that has ended, or None."""
        if written is None:
            return "its output is still open"
        if written.split() != expected.split():
            return f"it wrote {written!r}, not {expected!r}"
        if (own_host.state(), os.listdir("/proc/self/fd")) != self.before:
            return "mounts, hostname or descriptors have changed"
        left = own_host.leftovers(run.runtime.pid, run.mark)
        return f"left: {left}" if left else None

    def kill(self, number, delay):
        run = self.start("/bin/sleep", "30")
        time.sleep(delay)
        run.runtime.send_signal(number)
        try:
            status = run.runtime.wait(timeout=5)
        except subprocess.TimeoutExpired:
            run.runtime.kill()
            run.runtime.wait()
            return f"has not ended 5 seconds after {number.name}"
        if status == 0:
            return "status 0 from a sleep that was killed"
        written = run.written()
        if number == signal.SIGKILL:
            wrong = self.run()  # removes the cgroup that this one may have left
            if wrong:
                return f"the next run: {wrong}"
        return self.changes(run, written)

    def kills(self, count, dice):
        for _ in range(count):
            number, delay = dice.choice(SIGNALS), dice.uniform(0, LIFETIME)
            wrong = self.kill(number, delay)
            if wrong:
                return f"{number.name} after {delay * 1000:.3f} ms: {wrong}"
        return None

    def lives(self, count, dice):
        """Of containers with an ID: each word is killed at some moment."""
        name = f"soak{os.getpid()}"
        with tempfile.TemporaryDirectory(prefix="boxstep-soak-") as states:
            for _ in range(count):
                moments = {word: dice.uniform(0, 4 * LIFETIME)
                           for word in ("create", "start", "delete")}
                wrong = self.life(name, states, moments)
                if wrong:
                    return f"killed after these seconds: {moments}: {wrong}"
        return None

    def life(self, name, states, moments):
        before = own_host.processes()
        binary = self.command[0]
        ours = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL,
                "stderr": subprocess.DEVNULL}
        for word, moment in moments.items():
            command = [binary, word, name, "--root", states]
            if word == "create":
                command += [*self.command[2:], "/bin/sleep", "30"]
            with subprocess.Popen(command, **ours) as runtime:
                time.sleep(moment)
                runtime.kill()
            told = subprocess.run([binary, "state", name, "--root", states], text=True,
                                  capture_output=True, check=False, timeout=10)
            if told.returncode != 0 and "does not exist" not in told.stderr:
                return f"after {word}, state says {told.stderr!r}"
        done = subprocess.run([binary, "delete", name, "--root", states, "--force"],
                              text=True, capture_output=True, check=False, timeout=10)
        if done.returncode != 0:
            return f"delete --force says {done.stderr!r}"
        if (own_host.state(), os.listdir("/proc/self/fd")) != self.before:
            return "mounts, hostname or descriptors have changed"
        left = own_host.remains(
            lambda: os.listdir(states) + own_host.cgroups_named(name)
            + sorted(own_host.processes() - before) + own_host.cables())
        return f"left: {left}" if left else None

    def at_once(self, count):
        runs = [self.start("/bin/sleep", "30") for _ in range(count)]
        # All of them live at the same time: none has ended, each has its sleep.
        for run in runs:
            end = time.monotonic() + 20
            while not any(map(children, children(run.runtime.pid))):
                if run.runtime.poll() is not None or time.monotonic() > end:
                    return f"one of {count} has ended: {run.runtime.returncode}"
                time.sleep(0.01)
        for run in runs:
            run.runtime.terminate()
        for run in runs:
            status = run.runtime.wait(timeout=20)
            if status != 128 + signal.SIGTERM:
                return f"status {status}, not 143"
        written = [run.written() for run in runs]
        return next(filter(None, map(self.changes, runs, written)), None)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("throwaway_host")
    for name in ("binary", "rootfs", "probe"):
        parser.add_argument(name, type=os.path.abspath)
    for name, number in (("--kills", 60), ("--at-once", 20),
                         ("--seed", random.randrange(10**6))):
        parser.add_argument(name, type=int, default=number)
    options = parser.parse_args()
    own_host.enter(options.throwaway_host)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # nohup(1) has it ignored
    soak = Soak(options.binary, options.rootfs, options.probe)
    results = [
        (f"{options.kills} kills at random moments, seed {options.seed}",
         soak.kills(options.kills, random.Random(options.seed))),
        (f"{options.at_once} at once", soak.at_once(options.at_once)),
    ]
    if os.path.basename(options.binary) >= "14":
        results.append(
            (f"{options.kills} lives, seed {options.seed}",
             soak.lives(options.kills, random.Random(options.seed))))
    print(f"1..{len(results)}")
    for number, (what, wrong) in enumerate(results, 1):
        print(f"{'not ok' if wrong else 'ok'} {number} - {what}")
        if wrong:
            print(f"# {wrong}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
