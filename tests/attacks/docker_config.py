#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Prints a config.json that has what Docker gives a container when it is asked for
nothing: `docker run IMAGE COMMAND`. The rig of the attacks puts COMMAND into it.

The filter is Docker's own file, of the source that Debian packages: installed, or
downloaded for this one run. What Docker does besides is in docs/sandbox.md.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "tools"))
from missing import skip  # noqa: E402

PACKAGE = "golang-github-docker-docker-dev"
PROFILE = ("usr/share/gocode/src/github.com/docker/docker/"
           "profiles/seccomp/default.json")
# By the names of uname(2): those of Go, and of libseccomp.
ARCHITECTURES = {"x86_64": ("amd64", "SCMP_ARCH_X86_64"),
                 "aarch64": ("arm64", "SCMP_ARCH_AARCH64")}
CAPABILITIES = [f"CAP_{name}" for name in (
    "CHOWN", "DAC_OVERRIDE", "FSETID", "FOWNER", "MKNOD", "NET_RAW", "SETGID",
    "SETUID", "SETFCAP", "SETPCAP", "NET_BIND_SERVICE", "SYS_CHROOT", "KILL",
    "AUDIT_WRITE")]
NAMESPACES = ["mount", "network", "uts", "pid", "ipc"]
DEVICES = (1, 5), (1, 3), (1, 9), (1, 8), (5, 0), (5, 1)
MASKED = ["/proc/asound", "/proc/acpi", "/proc/kcore", "/proc/keys",
          "/proc/latency_stats", "/proc/timer_list", "/proc/timer_stats",
          "/proc/sched_debug", "/proc/scsi", "/sys/firmware"]
READ_ONLY = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"]
NO_FILES = ["nosuid", "noexec", "nodev"]
MOUNTS = [
    ("/proc", "proc", NO_FILES),
    ("/dev", "tmpfs", ["nosuid", "strictatime", "mode=755", "size=65536k"]),
    ("/dev/pts", "devpts", ["nosuid", "noexec", "newinstance", "ptmxmode=0666",
                            "mode=0620", "gid=5"]),
    ("/sys", "sysfs", [*NO_FILES, "ro"]),
    ("/sys/fs/cgroup", "cgroup", [*NO_FILES, "ro"]),
    ("/dev/mqueue", "mqueue", NO_FILES),
    ("/dev/shm", "tmpfs", [*NO_FILES, "mode=1777", "size=65536k"]),
]


def docker_profile():
    """Docker's default.json; None where it cannot be had."""
    if (installed := pathlib.Path("/", PROFILE)).exists():
        return json.loads(installed.read_text())
    if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
        return None
    with tempfile.TemporaryDirectory() as directory:
        download = ["apt-get", "-qq", "-o", "APT::Sandbox::User=root", "download",
                    PACKAGE]
        subprocess.run(download, cwd=directory, stdout=sys.stderr, check=False)
        for package in pathlib.Path(directory).glob("*.deb"):
            subprocess.run(["dpkg-deb", "--extract", package, directory], check=True)
            return json.loads(pathlib.Path(directory, PROFILE).read_text())
    return None


def applies(rule, architecture):
    """Whether a rule is about this machine and a container with CAPABILITIES. All
    kernels that we run on are newer than the oldest that a rule asks for."""
    only, never = rule.get("includes", {}), rule.get("excludes", {})
    return (architecture not in never.get("arches", [])
            and not set(never.get("caps", [])) & set(CAPABILITIES)
            and architecture in only.get("arches", [architecture])
            and set(only.get("caps", [])) <= set(CAPABILITIES))


def seccomp(profile, machine):
    """What a config.json has of it, as Docker makes it: setupSeccomp()."""
    architecture, native = ARCHITECTURES[machine]
    found = next(each for each in profile["archMap"] if each["architecture"] == native)
    rules = [{key: rule[key] for key in ("names", "action", "errnoRet", "args")
              if rule.get(key)}
             for rule in profile["syscalls"] if applies(rule, architecture)]
    return {"defaultAction": profile["defaultAction"],
            "architectures": [native, *found["subArchitectures"]],
            "syscalls": rules}


def namespaces():
    """On a host with cgroups of version 1, Docker's containers share theirs."""
    version2 = os.path.exists("/sys/fs/cgroup/cgroup.controllers")
    return [{"type": name} for name in NAMESPACES + ["cgroup"] * version2]


def config(profile, machine):
    devices = [{"allow": True, "type": "c", "major": major, "minor": minor,
                "access": "rwm"} for major, minor in DEVICES]
    return {
        "ociVersion": "1.0.2",
        "process": {
            "terminal": False,
            "user": {"uid": 0, "gid": 0},
            "args": [],
            "env": ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                    "HOSTNAME=docker", "HOME=/root"],
            "cwd": "/",
            "capabilities": dict.fromkeys(("bounding", "effective", "permitted"),
                                          CAPABILITIES),
        },
        "root": {"path": "rootfs", "readonly": False},
        "hostname": "docker",
        "mounts": [{"destination": where, "type": kind, "source": kind, "options": how}
                   for where, kind, how in MOUNTS],
        "linux": {
            "namespaces": namespaces(),
            "resources": {"devices": [{"allow": False, "access": "rwm"}, *devices]},
            "maskedPaths": MASKED,
            "readonlyPaths": READ_ONLY,
            "seccomp": seccomp(profile, machine),
        },
    }


def main():
    machine = os.uname().machine
    if machine not in ARCHITECTURES:
        return skip(f"Docker's settings for {machine}")
    if not (profile := docker_profile()):
        return skip(f"Docker's filter: apt-get download {PACKAGE}")
    print(json.dumps(config(profile, machine), indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
