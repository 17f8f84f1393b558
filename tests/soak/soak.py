#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Nothing is left on the host, whatever happens to the runtime.

    soak.py STEP_BINARY ROOTFS [--kills N] [--rows N] [--at-once N] [--seed N]

Prints TAP. Kills the runtime at random moments of its life, runs many
containers in a row and many at once; after each, mounts, cgroups, processes,
descriptors and the hostname are as before. A cgroup that a kill -9 has left is
gone after the next run.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import time

sys.path.append(os.path.join(os.path.dirname(__file__), "../support"))
import own_host  # noqa: E402  pylint: disable=wrong-import-position

SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGHUP)
LIFETIME = 0.006  # seconds: from before main() to well into the command


class Soak:
    def __init__(self, binary, rootfs):
        self.command = [binary, "run", "--quiet"]
        if not os.path.basename(binary).startswith("01-"):
            self.command += ["--rootfs", rootfs]
        self.before = own_host.state()
        self.runs = 0

    def start(self, *command):
        self.runs += 1
        mark = f"{os.getpid()}-{self.runs}"
        runtime = subprocess.Popen(
            [*self.command, *command], env=os.environ | {"BOXSTEP_SOAK": mark},
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        return runtime, f"BOXSTEP_SOAK={mark}".encode()

    def run(self):
        """A whole run, undisturbed; what is wrong with it, or None."""
        runtime, mark = self.start("/bin/true")
        if runtime.wait() != 0:
            return f"status {runtime.returncode} from true"
        return self.changes(runtime.pid, mark)

    def changes(self, pid, mark):
        if own_host.state() != self.before:
            return "mounts or hostname have changed"
        left = own_host.leftovers(pid, mark)
        return f"left: {left}" if left else None

    def kill(self, number, delay):
        runtime, mark = self.start("/bin/sleep", "30")
        time.sleep(delay)
        runtime.send_signal(number)
        try:
            runtime.wait(timeout=5)
        except subprocess.TimeoutExpired:
            runtime.kill()
            runtime.wait()
            return f"has not ended 5 seconds after {number.name}"
        if runtime.returncode == 0:
            return "status 0 from a sleep that was killed"
        if number == signal.SIGKILL:
            wrong = self.run()  # it may have left its cgroup: this removes it
            if wrong:
                return f"the next run: {wrong}"
        return self.changes(runtime.pid, mark)

    def kills(self, count, dice):
        for _ in range(count):
            number, delay = dice.choice(SIGNALS), dice.uniform(0, LIFETIME)
            wrong = self.kill(number, delay)
            if wrong:
                return f"{number.name} after {delay * 1000:.3f} ms: {wrong}"
        return None

    def in_a_row(self, count):
        open_before = len(os.listdir("/proc/self/fd"))
        for i in range(count):
            wrong = self.run()
            if wrong:
                return f"run {i}: {wrong}"
        if len(os.listdir("/proc/self/fd")) != open_before:
            return "descriptors are left open"
        return None

    def at_once(self, count):
        started = [self.start("/bin/sleep", "30") for _ in range(count)]
        # All of them live at the same time: none has ended, each has its sleep.
        for runtime, mark in started:
            end = time.monotonic() + 20
            while len(own_host.processes_with(mark)) < 3:
                if runtime.poll() is not None or time.monotonic() > end:
                    return f"one of {count} has ended: {runtime.returncode}"
                time.sleep(0.01)
        for runtime, _ in started:
            runtime.terminate()
        for runtime, mark in started:
            if runtime.wait(timeout=20) not in (128 + signal.SIGTERM,):
                return f"status {runtime.returncode}, not 143"
            wrong = self.changes(runtime.pid, mark)
            if wrong:
                return wrong
        return None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary", type=os.path.abspath)
    parser.add_argument("rootfs", type=os.path.abspath)
    parser.add_argument("--kills", type=int, default=60)
    parser.add_argument("--rows", type=int, default=50)
    parser.add_argument("--at-once", type=int, default=20)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    options = parser.parse_args()
    own_host.needs_root()
    with own_host.entered():
        soak = Soak(options.binary, options.rootfs)
        results = [
            (f"{options.kills} kills at random moments, seed {options.seed}",
             soak.kills(options.kills, random.Random(options.seed))),
            (f"{options.rows} in a row", soak.in_a_row(options.rows)),
            (f"{options.at_once} at once", soak.at_once(options.at_once)),
        ]
    print(f"1..{len(results)}")
    for number, (what, wrong) in enumerate(results, 1):
        print(f"{'not ok' if wrong else 'ok'} {number} - {what}")
        if wrong:
            print(f"# {wrong}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
