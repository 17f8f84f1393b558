# SPDX-License-Identifier: MIT
"""A host for tests that break things, and what a runtime has left on it."""

import contextlib
import os
import re
import subprocess
import sys
import time


def needs_root():
    """Skips a program of TAP tests, loudly, unless it is root."""
    if os.geteuid() == 0:
        return
    print("1..0 # SKIP needs root: sudo meson test")
    sys.exit(1 if os.environ.get("BOXSTEP_MUST_RUN") == "1" else 0)


@contextlib.contextmanager
def entered():
    """Mounts that propagate as a systemd host's do, but not to the host; and a
    cgroup of our own where the runtime looks for the host's: other runtimes
    at work there would change which call is the fifth.

    The first time the program starts itself anew, in a mount namespace of its
    own. Private first: shared right away would still be shared with the host.
    """
    if "BOXSTEP_OWN_MOUNTS" not in os.environ:
        os.environ["BOXSTEP_OWN_MOUNTS"] = "yes"
        unshare = ["unshare", "--mount", "--propagation", "private"]
        os.execvp("unshare", [*unshare, sys.executable, *sys.argv])

    def mount(*arguments):
        subprocess.run(["mount", *arguments], check=True)

    mount("--make-rshared", "/")
    parent = "/sys/fs/cgroup/pids"
    if not os.path.exists(parent):
        parent = "/sys/fs/cgroup"
        with open(f"{parent}/cgroup.subtree_control", "w", encoding="utf-8") as file:
            file.write("+pids")
    remove_abandoned(parent)
    own = f"{parent}/tests-{os.getpid()}"
    os.mkdir(own)
    mount("--bind", own, parent)
    try:
        yield
    finally:
        subprocess.run(["umount", parent], check=True)
        os.rmdir(own)


def remove_abandoned(parent):
    """What tests have left that were killed, or whose runtime left something."""
    for name in os.listdir(parent):
        found = re.fullmatch(r"tests-(?:[a-z]+-)?(\d+)", name)
        if found and not os.path.exists(f"/proc/{found[1]}"):
            for place, _, _ in os.walk(f"{parent}/{name}", topdown=False):
                with contextlib.suppress(OSError):  # not empty, or another's turn
                    os.rmdir(place)


def state():
    """What no run may change."""
    with open("/proc/self/mountinfo", encoding="utf-8") as file:
        return os.uname().nodename, file.read()


def cgroups_of(pid):
    return [place for place, _, _ in os.walk("/sys/fs/cgroup")
            if re.search(rf"/boxstep-{pid}(-\d+)?$", place)]


def processes_with(mark):
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/environ", "rb") as file:
                if mark in file.read():
                    found.append(pid)
        except OSError:
            continue  # it has ended meanwhile
    return found


def leftovers(pid, mark):
    """What a run has left, once what was on its way out has had a second."""
    for _ in range(100):
        left = cgroups_of(pid) + processes_with(mark)
        if not left:
            return left
        time.sleep(0.01)
    return left
