# SPDX-License-Identifier: MIT
"""For programs of TAP tests that break things: a throwaway host to do it on, and
what a runtime has left there."""

import os
import re
import sys
import time

sys.path.append(os.path.join(os.path.dirname(__file__), "../../tools"))
import missing  # noqa: E402


def enter(throwaway_host):
    """Starts this program anew on one: tests/support/throwaway.hpp."""
    if os.geteuid() != 0:
        print("1..0 # SKIP needs root: sudo meson test")
        sys.exit(1 if missing.must_run() else 0)
    if "BOXSTEP_ON_THROWAWAY_HOST" not in os.environ:
        os.environ["BOXSTEP_ON_THROWAWAY_HOST"] = "yes"
        os.execv(throwaway_host, [throwaway_host, sys.executable, *sys.argv])


def state():
    """What no run may change."""
    with open("/proc/self/mountinfo", encoding="utf-8") as file:
        return os.uname().nodename, file.read()


def cgroups_of(pid):
    return [place for place, _, _ in os.walk("/sys/fs/cgroup")
            if re.search(rf"/boxstep-{pid}(-\d+)?$", place)]


def cgroups_named(container):
    """Those of a container with an ID, in our PID namespace."""
    namespace = os.stat("/proc/self/ns/pid").st_ino
    return [place for place, _, _ in os.walk("/sys/fs/cgroup")
            if place.endswith(f"/boxstep.{container}-{namespace}")]


def cables():
    """The host's ends. One goes a moment after its container."""
    with open("/proc/net/dev", encoding="utf-8") as file:
        return re.findall(r"^ *(box\d+):", file.read(), re.MULTILINE)


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


def processes():
    return set(filter(str.isdigit, os.listdir("/proc")))


def leftovers(pid, mark):
    """What a run has left."""
    return remains(lambda: cgroups_of(pid) + processes_with(mark) + cables())


def remains(left):
    """What left() returns once what was on its way out has had a second."""
    for _ in range(100):
        if not left():
            break
        time.sleep(0.01)
    return left()
