#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Says of each step whether it runs on this machine. If not: why, and what to do.

    doctor.py [STEP]

The doctor starts the step itself, with the command true, and shows its error and
its hint. Where the step cannot know the cause, the doctor looks for it. A step
that is not built yet has unshare(1) in its place.

    yes      the step runs
    not yet  it is not built, or there is no rootfs
    as root  only root can try it
    NO       it cannot run here

Exit status: 1 if there is a NO, else 0.
"""

import argparse
import os
import pathlib
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap

sys.dont_write_bytecode = True
import records  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[1]
ROOTFS = "rootfs"
OWNED_ROOTFS = "rootfs-100000"  # by root of a container with a user namespace
ELSEWHERE = "use another machine: docs/other-systems.md"
CAPABILITIES = {  # capabilities(7)
    "DAC_OVERRIDE": 1, "NET_ADMIN": 12, "SYS_CHROOT": 18, "SYS_ADMIN": 21}
NAMESPACES = {"uts": ["--uts"], "mnt": ["--mount"], "pid": ["--pid", "--fork"]}
LATER = {  # of Part Two
    "ipc": ["--ipc"], "user": ["--user"], "net": ["--net"], "cgroup": ["--cgroup"]}
SINCE = {"pidfd_open": "5.3", "close_range": "5.9", "mount_setattr": "5.12"}


def read(path):
    try:
        return pathlib.Path(path).read_text(errors="replace")
    except OSError:
        return ""


# ---- the trial ---------------------------------------------------------------


def start(command):
    """Runs it. Returns (error, hint), as it says on stderr; None if all is well."""
    try:
        end = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True, errors="replace", timeout=60,
            check=False)
    except OSError as error:
        return f"exec {command[0]}: {error.strerror}", "./boxstep clean"
    except subprocess.TimeoutExpired:
        return "it did not end within a minute", ""
    if end.returncode == 0:
        return None
    said = end.stderr.splitlines()
    hint = "".join(line[6:] for line in said if line.startswith("hint: "))
    if said:
        return said[0].removeprefix(f"{os.path.basename(command[0])}: "), hint
    if end.returncode - 128 == signal.SIGSYS:
        return "a seccomp filter killed it: Operation not permitted", hint
    return f"it ended with status {end.returncode}", hint


def start_step(binary, rootfs):
    """The step with `true`. Where there is no rootfs, in one that has the step alone."""
    command = [binary, "run", "--quiet"]
    if rootfs is None:
        return start([*command, "true"])
    if os.path.lexists(rootfs):
        return start([*command, "--rootfs", rootfs, "true"])
    with tempfile.TemporaryDirectory(prefix="boxstep-doctor-") as empty:
        os.chmod(empty, 0o755)  # root in the container is another user
        for name in "proc", "dev":
            os.mkdir(f"{empty}/{name}")
        shutil.copy(binary, f"{empty}/true")
        return start([*command, "--rootfs", empty, "/true", "--help"])


def examine(step):
    """(word, cause, remedy)"""
    binary = os.path.join("build/steps", step)
    built = os.path.exists(binary)
    is_root = os.geteuid() == 0
    source = read(ROOT / "steps" / step / "main.cpp")
    rootfs = ROOTFS if "--rootfs" in source else None
    if "CLONE_NEWUSER" in source and os.path.lexists(OWNED_ROOTFS):
        rootfs = OWNED_ROOTFS
    if built:
        failed = start_step(binary, rootfs)
    else:
        flags = [word for words in NAMESPACES.values() for word in words]
        may_try = is_root and "CLONE_NEW" in source and shutil.which("unshare")
        failed = may_try and start(["unshare", *flags, "true"])
    if failed and not is_root and re.search("not permitted|denied", failed[0]):
        useless = sudo_is_useless()
        return ("NO", *useless) if useless else (
            "as root", "only root can try it", "sudo ./boxstep doctor")
    if failed:
        return ("NO", *explain(*failed))
    if not built:
        return "not yet", "it is not built", "./boxstep run"
    if rootfs and not os.path.lexists(rootfs):
        return "not yet", "there is no rootfs", "./boxstep rootfs"
    return "yes", "", ""


def sudo_is_useless():
    """(cause, remedy), or nothing. Does not run sudo, which would ask or log."""
    if not shutil.which("sudo"):
        return "you are not root, and there is no sudo", "become root: su -"
    if status("NoNewPrivs") == "1":
        return ("no_new_privs is set, so sudo cannot make you root",
                "start the container without --security-opt=no-new-privileges")
    return None


# ---- the causes --------------------------------------------------------------


def status(field):
    found = re.search(rf"^{field}:\s*(\S+)", read("/proc/self/status"), re.M)
    return found[1] if found else ""


def kernel():
    return read("/proc/sys/kernel/osrelease").strip() or os.uname().release


def mounts():
    """(mount point, type, options of the file system, propagation)"""
    for line in read("/proc/self/mountinfo").splitlines():
        head, dash, tail = line.partition(" - ")
        head, tail = head.split(" "), tail.split(" ")
        if dash and len(head) > 5 and len(tail) > 2:
            yield head[4], tail[0], tail[2].split(","), " ".join(head[6:])


def container():
    """The kind of container that this machine is itself, or ""."""
    if "REMOTE_CONTAINERS" in os.environ or "CODESPACES" in os.environ:
        return "a dev container"
    if os.path.exists("/.dockerenv"):
        return "Docker"
    if os.path.exists("/run/.containerenv"):
        return "Podman"
    kind = read("/run/systemd/container").strip()
    if not kind:  # for root only
        found = re.search(r"(?:^|\0)container=([^\0]*)", read("/proc/1/environ"))
        kind = found[1] if found else ""
    return {"lxc": "LXC", "docker": "Docker", "podman": "Podman"}.get(kind, kind)


def let_it(otherwise=ELSEWHERE):
    """The remedy where a container takes away what a step needs."""
    return {
        "a dev container": '"privileged": true in devcontainer.json, and rebuild',
        "Docker": "start this container again, with: docker run --privileged …",
        "Podman": "start this container again, with: sudo podman run --privileged …",
        "LXC": "on the host: security.privileged=true and security.nesting=true",
    }.get(container(), ELSEWHERE if container() else otherwise)


def refused_namespace(error):
    """Tries them one by one, to find the one that is refused."""
    for kind, flags in (NAMESPACES | LATER).items():
        failed = start(["unshare", *flags, "true"])
        if failed and failed[0].rpartition(": ")[2] in error:
            break
    if "Invalid" in error:
        return f"this kernel has no {kind} namespaces", ELSEWHERE
    limit = f"user.max_{kind}_namespaces"
    most = read(f"/proc/sys/user/max_{kind}_namespaces").strip()
    return (f"no more {kind} namespaces are allowed: {limit} is {most}",
            f"as root: sysctl {limit}=10000")


def numbers(version):
    return tuple(map(int, re.findall(r"\d+", version)[:2]))


def old_kernel(error):
    since = next(SINCE[call] for call in SINCE if call in error)
    if numbers(kernel()) >= numbers(since):
        return forbidden(error)
    if "Microsoft" in kernel():  # WSL 2 writes it small
        return ("this is WSL 1, which has no Linux kernel",
                "in PowerShell: wsl --set-version DISTRIBUTION 2")
    return f"Linux {kernel()} is older than {since}", "a newer kernel; or " + ELSEWHERE


def no_controller(error):
    known = dict(re.findall(r"^(\w+)\t.*\t(\d)$", read("/proc/cgroups"), re.M))
    if known.get("pids") == "0":
        return ("the kernel was started with cgroup_disable=pids",
                "remove that from its command line, and restart")
    for point, kind, *_ in mounts():
        offers = kind == "cgroup2" and read(f"{point}/cgroup.controllers").strip()
        if offers:
            return (f"{point} offers {offers}, but not pids: it is not delegated",
                    let_it("the cgroup above must: echo +pids >…/cgroup.subtree_control"))
    return ("no cgroup file system with the pids controller is mounted",
            let_it("as root: mount -t cgroup2 none /sys/fs/cgroup"))


def forbidden(error):
    """Why root is told EPERM, EACCES or ENOSYS."""
    needed = ("SYS_CHROOT" if error.startswith("chroot") else
              "NET_ADMIN" if error.startswith("make veth") else
              "DAC_OVERRIDE" if "cgroup" in error else "SYS_ADMIN")
    if not int(status("CapEff") or "-1", 16) >> CAPABILITIES[needed] & 1:
        return f"this root has no CAP_{needed} ({error})", let_it()
    if read("/proc/self/uid_map").split() not in ([], ["0", "0", "4294967295"]):
        if "proc:" in error and any(point.startswith("/proc/") for point, *_ in mounts()):
            return "parts of /proc are hidden here, so the kernel gives out no other", let_it()
        if read("/proc/sys/kernel/apparmor_restrict_unprivileged_userns").strip() == "1":
            return (f"Ubuntu's AppArmor leaves root in a user namespace no power ({error})",
                    "be root outside of it: sudo, and not unshare or a rootless container")
        if "cgroup" in error:
            return (f"it belongs to the host, and you are root in a user namespace ({error})",
                    "be root outside of it; or " + ELSEWHERE)
    label = read("/proc/self/attr/current").strip("\0\n ")
    confined = label and not label.startswith("unconfined")
    # Docker has both. Its filter answers EPERM, and AppArmor says no with EACCES.
    if status("Seccomp") == "2" and not (confined and "denied" in error):
        return f"a seccomp filter forbids a system call ({error})", let_it()
    if confined:
        return f"AppArmor or SELinux forbids it to {label} ({error})", let_it()
    return f"the kernel refuses: {error}", ELSEWHERE


# What the step's error says, and where that comes from: (cause, remedy), or who
# finds it out. Any other error has the step's own hint, which is all there is.
CAUSES = {
    "^exec .*denied": ("programs may not run there: it is mounted noexec, or not executable",
                       "mount -o remount,exec; or have it in another file system"),
    "(clone|unshare).*: (No space left|Invalid argument)": refused_namespace,
    "private: Invalid argument": (
        "/ is not a mount point here, as in a chroot or an initramfs",
        "leave the chroot; or before it: mount --bind DIR DIR && chroot DIR"),
    f"({'|'.join(SINCE)}): Function not implemented": old_kernel,
    "cgroup.*No such device": no_controller,
    "cgroup.*No such file": (
        "something is mounted over the cgroups", "unmount it; or " + ELSEWHERE),
    "cgroup.*Read-only": (
        "the cgroups are mounted read-only", "as root: mount -o remount,rw /sys/fs/cgroup"),
    "cgroup.*temporarily unavailable": (
        "no more cgroups are allowed there",
        "remove some: ./boxstep clean; or raise cgroup.max.descendants"),
    "cgroup.*busy": (
        "the cgroup has processes, and one below it, or memory turned on",
        "in a container: --cgroupns=host; else run in a cgroup without processes"),
    "temporarily unavailable": (
        "no more processes are allowed here",
        "end some; or raise ulimit -u, docker's --pids-limit or systemd's TasksMax"),
    "make veth.*not supported": (
        "this kernel has no veth, the two ends of a cable",
        "as root: modprobe veth; it may be in the package linux-modules-extra"),
    "mount overlay.*No such device": (
        "this kernel has no overlay, a file system of layers",
        "as root: modprobe overlay; or " + ELSEWHERE),
    "not permitted|denied|not implemented": forbidden,
}


def explain(error, hint):
    """(cause, remedy) for root."""
    for pattern, cause in CAUSES.items():
        if re.search(pattern, error):
            if callable(cause):
                return cause(error)
            return f"{cause[0]} ({error})", let_it(cause[1]) if "cgroup" in error else cause[1]
    return error, hint


# ---- what else is good to know -----------------------------------------------


def machine():
    inside = f", in {container()}" if container() else ""
    wsl = ", in WSL 2" if "microsoft" in kernel() else ""
    kinds = {kind for _, kind, *_ in mounts()}
    versions = ["1"] * ("cgroup" in kinds) + ["2"] * ("cgroup2" in kinds)
    cgroups = "version " + " and ".join(versions) if versions else "none mounted"
    return f"Linux {kernel()}{wsl}{inside}; cgroups: {cgroups}"


def person():
    """Who you are, and what to type where a chapter has sudo."""
    sudo = shutil.which("sudo")
    if os.geteuid() == 0 and not sudo:
        return "You are root, and there is no sudo: where a chapter says sudo X, type X."
    if os.geteuid() == 0:
        return "You are root: a chapter's commands work as they are, with sudo or without."
    try:
        name = pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:  # a number without a name
        name = f"user {os.geteuid()}"
    if sudo:
        return f"You are {name}, with sudo: type the commands as the chapters have them."
    return f"You are {name}, and there is no sudo: become root, su -, and leave out sudo."


def notes():
    shared = [propagation for point, _, _, propagation in mounts() if point == "/"]
    if shared and "shared:" in shared[-1]:
        yield "/ is shared, as systemd makes it: step 03 needs its MS_PRIVATE here"
    elif shared:
        yield "/ is private: one mistake that chapter 03 is about does not show here"


def tell(line, indent):
    print(textwrap.fill(line.rstrip(), 80, subsequent_indent=indent,
                        break_on_hyphens=False, break_long_words=False))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("step", nargs="?", choices=records.read(), metavar="STEP")
    step = parser.parse_args().step
    print(machine())
    print(person())
    told = set()
    words = []
    for step in [step] if step else records.read():
        word, cause, remedy = examine(step)
        words.append(word)
        tell(f"  {step:17} {word:8} {cause}", " " * 29)
        if remedy and remedy not in told:
            tell(f"{'':29}-> {remedy}", " " * 32)
            told.add(remedy)
    for note in notes():
        tell(f"  note: {note}", " " * 8)
    return 1 if "NO" in words else 0


if __name__ == "__main__":
    sys.exit(main())
