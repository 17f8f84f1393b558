#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Says whether this machine can run each step and, if not, the cause and remedy.

    doctor.py [--root DIR] [STEP…]

Looks at the files that the kernel and the distribution keep, and tries what the
steps do: a new namespace of each kind, in a process that ends at once. Changes
nothing. Exit status: 0 if every step can run, 1 if one cannot.
`--root` reads the files below DIR instead and tries nothing: for the tests.
"""

import argparse
import dataclasses
import os
import pathlib
import platform
import re
import shutil
import subprocess
import sys

OLDEST_KERNEL = (5, 3)  # pidfd_open(2)
CAPABILITIES = {"CAP_SYS_CHROOT": 18, "CAP_SYS_ADMIN": 21}  # capabilities(7)
# What each step asks for beyond the one before it. A step that is not here
# asks for nothing more.
NEEDS = {
    "01-uts": ("linux", "kernel", "root", "CAP_SYS_ADMIN", "uts"),
    "02-chroot": ("CAP_SYS_CHROOT",),
    "03-pid-mount": ("pid", "mount"),
    "04-cgroups": ("pids controller",),
}
SAFE_PLACE = "use the guest, which needs QEMU only: ./boxstep vm"


@dataclasses.dataclass
class Finding:
    what: str
    good: bool
    says: str
    remedy: str = ""


class Machine:
    """What the files say; and, on the real machine, what trying says."""

    def __init__(self, root=""):
        self.root = pathlib.Path(root or "/")
        self.real = not root

    def read(self, path):
        try:
            return (self.root / path.lstrip("/")).read_text(errors="replace")
        except OSError:
            return ""

    def exists(self, path):
        return (self.root / path.lstrip("/")).exists()

    def status(self, field):
        found = re.search(rf"^{field}:\s*(\S+)", self.read("/proc/self/status"), re.M)
        return found.group(1) if found else ""

    def system(self):
        return platform.system() if self.real else self.read("/system").strip() or "Linux"

    def release(self):
        return self.read("/proc/sys/kernel/osrelease").strip()

    def container(self):
        """The kind of container that this is itself, or ""."""
        if self.exists("/.dockerenv"):
            return "Docker"
        if self.exists("/run/.containerenv"):
            return "Podman"
        return ""

    def is_root(self):
        if self.real:
            return os.geteuid() == 0
        return self.status("Uid") in ("", "0")

    def has_sudo(self):
        return bool(shutil.which("sudo")) if self.real else self.exists("/usr/bin/sudo")

    def mounts(self):
        """(mount point, propagation, type, options of mount, of file system)"""
        for line in self.read("/proc/self/mountinfo").splitlines():
            head, dash, tail = line.partition(" - ")
            words, last = head.split(" "), tail.split(" ")
            if dash and len(words) > 5 and len(last) > 2:
                yield words[4], " ".join(words[6:]), last[0], words[5], last[2]

    def refuses(self, namespace):
        """Why no such namespace can be made, or ""."""
        if not self.real:
            return self.read(f"/refuses/{namespace}").strip()
        tried = subprocess.run(
            ["unshare", f"--{namespace}", *(["--fork"] if namespace == "pid" else []), "true"],
            capture_output=True, text=True, check=False)
        return "" if tried.returncode == 0 else tried.stderr.strip().split(": ")[-1]


def check_linux(machine):
    system = machine.system()
    if system != "Linux":
        return Finding("linux", False, f"this is {system}, and a container is made by Linux",
                       SAFE_PLACE)
    release = machine.release()
    if "Microsoft" in release and "WSL2" not in release:
        return Finding("linux", False, "this is WSL 1, which has no Linux kernel",
                       "in PowerShell: wsl --set-version DISTRIBUTION 2")
    if "WSL2" in release:
        return Finding("linux", True, "Linux, in WSL 2")
    kind = machine.container()
    return Finding("linux", True, f"Linux, in a {kind} container" if kind else "Linux")


def check_kernel(machine):
    found = re.match(r"(\d+)\.(\d+)", machine.release())
    version = tuple(map(int, found.groups())) if found else (0, 0)
    oldest = ".".join(map(str, OLDEST_KERNEL))
    return Finding("kernel", version >= OLDEST_KERNEL, f"kernel {machine.release()}",
                   f"Linux {oldest} or newer; or {SAFE_PLACE}")


def check_root(machine):
    if machine.is_root():
        return Finding("root", True, "you are root")
    if machine.has_sudo():
        return Finding("root", True, "you are not root, and have sudo")
    return Finding("root", False, "you are not root, and there is no sudo",
                   "become root with su, or have sudo installed; or " + SAFE_PLACE)


def check_capability(machine, name):
    """Meant for root: whoever goes through sudo has them all."""
    bits = int(machine.status("CapEff") or "0", 16)
    have = bool(bits >> CAPABILITIES[name] & 1)
    if have or not machine.is_root():
        return Finding(name, True, f"{name}")
    kind = machine.container() or "the container that this is"
    return Finding(name, False, f"root without {name}",
                   f"start {kind} with --privileged; or {SAFE_PLACE}")


def check_namespace(machine, kind):
    if machine.real and not machine.is_root():
        return Finding(kind, True, f"{kind} namespace: tried only as root, so ask again with sudo")
    refusal = machine.refuses(kind)
    if not refusal:
        return Finding(kind, True, f"a {kind} namespace can be made")
    if machine.status("Seccomp") == "2" and "not permitted" in refusal:
        return Finding(kind, False, f"a seccomp filter forbids a {kind} namespace ({refusal})",
                       "in Docker or Podman: --privileged, or --security-opt seccomp=unconfined "
                       "--cap-add SYS_ADMIN")
    if "No space left" in refusal:
        return Finding(kind, False, f"no more {kind} namespaces are allowed ({refusal})",
                       f"raise /proc/sys/user/max_{'mnt' if kind == 'mount' else kind}_namespaces")
    if "Invalid argument" in refusal:
        return Finding(kind, False, f"this kernel has no {kind} namespaces", SAFE_PLACE)
    return Finding(kind, False, f"a {kind} namespace is refused ({refusal})",
                   "in a container: --privileged; or " + SAFE_PLACE)


def check_pids_controller(machine):
    what = "pids controller"
    one = [mount for mount in machine.mounts()
           if mount[2] == "cgroup" and "pids" in mount[4].split(",")]
    two = [mount for mount in machine.mounts() if mount[2] == "cgroup2"]
    for point, _, _, options, _ in one:
        if "ro" in options.split(","):
            return Finding(what, False, f"{point} is read-only",
                           "in Docker or Podman: --privileged")
        kind = "hybrid" if two else "version 1"
        return Finding(what, True, f"cgroups: {kind}, pids at {point}")
    for point, _, _, options, _ in two:
        offered = machine.read(f"{point}/cgroup.controllers").split()
        if "pids" not in offered:
            return Finding(what, False,
                           f"cgroups: version 2 at {point}, which offers "
                           f"{' '.join(offered) or 'no controller'}, not pids",
                           "have it delegated by the parent: echo +pids > "
                           "PARENT/cgroup.subtree_control")
        if "ro" in options.split(","):
            return Finding(what, False, f"{point} is read-only",
                           "in Docker or Podman: --privileged")
        return Finding(what, True, f"cgroups: version 2, pids at {point}")
    return Finding(what, False, "no cgroups are mounted",
                   "mount -t cgroup2 none /sys/fs/cgroup; or " + SAFE_PLACE)


def check(machine, need):
    if need in CAPABILITIES:
        return check_capability(machine, need)
    if need in ("uts", "pid", "mount"):
        return check_namespace(machine, need)
    return {"linux": check_linux, "kernel": check_kernel, "root": check_root,
            "pids controller": check_pids_controller}[need](machine)


def remarks(machine):
    """What is no obstacle, and good to know."""
    for point, propagation, *_ in machine.mounts():
        if point == "/":
            shared = "shared:" in propagation
            yield ("/ is shared, as systemd makes it: step 03 needs its MS_PRIVATE here"
                   if shared else
                   "/ is private here: forgetting MS_PRIVATE in step 03 would go unseen")
    if machine.read("/proc/sys/kernel/apparmor_restrict_unprivileged_userns").strip() == "1":
        yield ("AppArmor leaves user namespaces without power for those who are not root: "
               "no matter here, the steps run as root")
    if machine.real:
        missing = [tool for tool in ("c++", "meson", "ninja", "git") if not shutil.which(tool)]
        if missing:
            yield f"not installed: {' '.join(missing)}: ./boxstep install"


def steps():
    here = pathlib.Path(__file__).resolve().parents[1]
    return sorted(path.parent.name for path in here.glob("steps/*/main.cpp"))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", default="")
    options = parser.parse_args()
    machine = Machine(options.root)
    obstacle = None
    for step in steps():
        for need in NEEDS.get(step, ()):
            if obstacle:
                break
            finding = check(machine, need)
            print(f"  {'yes' if finding.good else 'NO '}  {finding.says}")
            if not finding.good:
                obstacle = finding
                print(f"       {finding.remedy}")
        if obstacle:
            print(f"{step}: cannot run here: {obstacle.says}")
        else:
            print(f"{step}: can run here")
    for remark in remarks(machine):
        print(f"  note {remark}")
    return 1 if obstacle else 0


if __name__ == "__main__":
    sys.exit(main())
