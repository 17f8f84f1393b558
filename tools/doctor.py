#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Says of each step whether this machine can run it, and if not the cause and
the remedy, in one line each.

    doctor.py [--build DIR] [--rootfs DIR] [STEP]

It finds out by doing what the step does, in the step's order and with its
system calls: new namespaces, in a process that ends at once, and a cgroup that
is removed at once. Nothing is left. Files of the kernel and the distribution
say why something is refused, not whether it is.

    yes      the step runs
    not yet  it will, when ./boxstep run has built it and made its rootfs
    as root  nothing is in the way, but only root can try: with sudo, it does
    NO       it cannot run

Exit status: 1 if there is a NO, else 0.
"""

import argparse
import collections
import ctypes
import errno
import fcntl
import json
import os
import pathlib
import platform
import re
import shutil
import signal
import stat
import sys
import time

# What each step does beyond the one before it, by the names that Trial has.
STEPS = {
    "01-uts": ["uts", "sethostname"],
    "02-chroot": ["chroot"],
    "03-pid-mount": ["pid", "mnt", "make / private", "mount proc"],
    "04-cgroups": ["cgroup"],
}
NAMESPACES = {"mnt": 0x00020000, "uts": 0x04000000, "pid": 0x20000000}  # clone(2)
SYS_CLONE = {"x86_64": 56, "aarch64": 220, "riscv64": 220}.get(platform.machine(), 120)
SYS_PIDFD_OPEN = 434
MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REC, MS_PRIVATE = 2, 4, 8, 0x4000, 0x40000
CAPABILITIES = {  # capabilities(7)
    "CAP_DAC_OVERRIDE": 1, "CAP_SYS_CHROOT": 18, "CAP_SYS_ADMIN": 21}
CGROUPS = "/sys/fs/cgroup"
# Of version 2, those that can count threads: cgroups(7), "Thread mode".
THREADED = {"cpu", "cpuset", "perf_event", "pids"}
PIDFD_OPEN_SINCE = (5, 3)

ELSEWHERE = "see docs/other-systems.md for a machine that can"

Verdict = collections.namedtuple("Verdict", "word cause remedy", defaults=("", ""))
libc = ctypes.CDLL(None, use_errno=True)


class Refused(Exception):
    """A call that failed: its name, the errno, what it was about."""

    def __init__(self, call, number, thing=""):
        super().__init__(call)
        self.call, self.number, self.thing = call, number, thing

    def __str__(self):
        words = f"{self.call} {self.thing}".strip()
        return f"{words}: {os.strerror(self.number)}"


def check(result, call, thing=""):
    if result == -1:
        raise Refused(call, ctypes.get_errno(), thing)
    return result


def system(call, function, *arguments, thing=""):
    """A function of os that raises OSError."""
    try:
        return function(*arguments)
    except OSError as error:
        raise Refused(call, error.errno, thing or str(arguments[0])) from None


def read(path):
    try:
        return pathlib.Path(path).read_text(errors="replace")
    except OSError:
        return ""


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


# ---- the trial ---------------------------------------------------------------


def needs(step):
    return [what for name in STEPS for what in STEPS[name] if name <= step]


class Trial:
    """One run of what a step does, with the same processes: this one is the
    runtime, a child of it is the container's init, and one of that the command.
    """

    def __init__(self, step, rootfs):
        self.does = needs(step)
        self.rootfs = rootfs if os.path.isdir(rootfs) else "/"

    def run(self):
        """Raises Refused by the first call that fails."""
        os.close(check(libc.syscall(SYS_PIDFD_OPEN, os.getpid(), 0), "pidfd_open"))
        flags = sum(NAMESPACES.get(what, 0) for what in self.does)
        gate, answer = os.pipe(), os.pipe()
        sys.stdout.flush()
        init = check(libc.syscall(SYS_CLONE, flags | signal.SIGCHLD, 0, 0, 0, 0), "clone")
        if init == 0:
            self.be_init(gate, answer)
        os.close(gate[0])
        os.close(answer[1])
        cgroup = None
        try:
            # The runtime makes the cgroup while the init is at the gate, but it
            # is the init's error that it reports.
            said = os.read(answer[0], 4096)
            if said == b"ready":
                if "cgroup" in self.does:
                    cgroup = Cgroup()
                    cgroup.limit(init)
                os.write(gate[1], b"x")
                said = os.read(answer[0], 4096)
        finally:
            os.close(gate[1])  # ends an init that still waits
            os.close(answer[0])
            status = os.waitpid(init, 0)[1]
            if cgroup:
                cgroup.remove()
        if said:
            raise Refused(*json.loads(said))
        if status != 0:  # killed, as some filters do
            raise Refused("a system call", errno.EPERM)

    def be_init(self, gate, answer):
        try:
            os.close(gate[1])
            self.isolate()
            os.write(answer[1], b"ready")
            if os.read(gate[0], 1):
                command = check(libc.syscall(SYS_CLONE, signal.SIGCHLD, 0, 0, 0, 0), "clone")
                if command == 0:
                    os._exit(0)
                os.waitpid(command, 0)
                os._exit(0)
        except Refused as refused:
            what = [refused.call, refused.number, refused.thing]
            os.write(answer[1], json.dumps(what).encode())
        finally:
            os._exit(1)

    def isolate(self):
        """As in the steps' child()."""
        if "sethostname" in self.does:
            check(libc.sethostname(b"container", 9), "sethostname")
        if "make / private" in self.does:
            check(libc.mount(None, b"/", None, MS_REC | MS_PRIVATE, None),
                  "mount / as private")
        if "chroot" in self.does:
            system("chroot", os.chroot, self.rootfs)
            system("chdir", os.chdir, "/")
        if "mount proc" in self.does:
            check(libc.mount(b"proc", b"/proc", b"proc",
                             MS_NOSUID | MS_NODEV | MS_NOEXEC, None), "mount proc")


def mounts():
    """(mount point, type, options of the file system, propagation)"""
    for line in read("/proc/self/mountinfo").splitlines():
        head, dash, tail = line.partition(" - ")
        head, tail = head.split(" "), tail.split(" ")
        if dash and len(head) > 5 and len(tail) > 2:
            point = re.sub(r"\\([0-7]{3})", lambda code: chr(int(code[1], 8)), head[4])
            yield point, tail[0], tail[2].split(","), " ".join(head[6:])


def find_cgroup_parent():
    """As common/cgroup_parent.cpp does; "" where no mount has the controller."""

    def version2_has(mount):
        return "pids" in read(f"{mount}/cgroup.controllers").split()

    if version2_has(CGROUPS):
        return CGROUPS
    if not os.path.exists(f"{CGROUPS}/cgroup.procs") and \
            os.path.exists(f"{CGROUPS}/pids/cgroup.procs"):
        return f"{CGROUPS}/pids"
    for point, kind, options, _ in mounts():
        if version2_has(point) if kind == "cgroup2" else kind == "cgroup" and "pids" in options:
            return point
    return ""


class Cgroup:
    """The runtime's cgroup, by common/cgroup.cpp's rules of who may remove what."""

    def __init__(self):
        self.path = ""
        parent = find_cgroup_parent()
        if not parent:
            raise Refused("cgroup controller", errno.ENODEV, "pids")
        self.on = self.is_on(parent)
        path = f"{parent}/boxstep-{os.getpid()}"
        system("mkdir", os.mkdir, path)
        self.path = path
        # A lock tells the runtimes, which remove what they find without one.
        self.lock = system("open", os.open, path, os.O_RDONLY | os.O_DIRECTORY)
        fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)

    @staticmethod
    def is_on(parent):
        """Whether its children have the controller. Turning it on would not be
        undone, so here, and only here, the kernel's rules for that are read."""
        control = f"{parent}/cgroup.subtree_control"
        if not os.path.exists(control):
            return True  # version 1
        on = set(read(control).split())
        if "pids" in on:
            return True
        if not os.access(control, os.W_OK):
            readonly = os.statvfs(parent).f_flag & os.ST_RDONLY
            raise Refused("write", errno.EROFS if readonly else errno.EACCES, control)
        # The root of all, which has no type, may always; so may a threaded one.
        # Any other that has processes may if it can become threaded (cgroups(7)).
        if read(f"{parent}/cgroup.type") == "domain\n" and read(f"{parent}/cgroup.procs"):
            populated = any(re.search("^populated 1", read(events), re.M)
                            and read(events.with_name("cgroup.type")) == "domain\n"
                            for events in pathlib.Path(parent).glob("*/cgroup.events"))
            if on - THREADED or populated:
                raise Refused("write", errno.EBUSY, control)
        return False

    def limit(self, pid):
        kind = f"{self.path}/cgroup.type"
        if read(kind) == "domain invalid\n":
            system("write", write, kind, "threaded", thing=kind)
        if not self.on:
            return
        for name, text in ("pids.max", "20"), ("cgroup.procs", str(pid)):
            path = f"{self.path}/{name}"
            system("write", write, path, text, thing=path)

    def remove(self):
        for _ in range(1000):
            try:
                os.rmdir(self.path)
                break
            except OSError as error:
                if error.errno != errno.EBUSY:
                    raise
                time.sleep(0.001)  # who has been waited for may be on its way out
        os.close(self.lock)


# ---- the causes --------------------------------------------------------------


def status(field):
    found = re.search(rf"^{field}:\s*(\S+)", read("/proc/self/status"), re.M)
    return found[1] if found else ""


def kernel():
    return read("/proc/sys/kernel/osrelease").strip() or os.uname().release


def is_wsl1():
    return "Microsoft" in kernel()  # WSL 2 writes it small


def is_wsl2():
    return "microsoft" in kernel()


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
    return {"": "", "lxc": "LXC", "docker": "Docker", "podman": "Podman"}.get(kind, kind)


def let_it():
    """The remedy where a container takes away what a step needs."""
    return {
        "a dev container": '"privileged": true in devcontainer.json, and rebuild',
        "Docker": "start this container anew, with: docker run --privileged …",
        "Podman": "start this container anew, with: sudo podman run --privileged …",
        "LXC": "on the host: security.privileged=true and security.nesting=true; or "
               + ELSEWHERE,
    }.get(container(), ELSEWHERE)


def in_user_namespace():
    return read("/proc/self/uid_map").split() not in ([], ["0", "0", "4294967295"])


def has_capability(name, field="CapEff"):
    return bool(int(status(field) or "0", 16) >> CAPABILITIES[name] & 1)


def capability_for(call):
    if call == "chroot":
        return "CAP_SYS_CHROOT"
    return "CAP_DAC_OVERRIDE" if call in ("open", "mkdir", "write") else "CAP_SYS_ADMIN"


def forbidden(refused):
    """Why root is told EPERM, EACCES or ENOSYS."""
    what, name = str(refused), capability_for(refused.call)
    if status("CapEff") and not has_capability(name) and refused.call != "pidfd_open":
        return f"this root has no {name} ({what})", let_it()
    if in_user_namespace():
        if read("/proc/sys/kernel/apparmor_restrict_unprivileged_userns").strip() == "1":
            return (f"Ubuntu's AppArmor leaves root in a user namespace no power ({what})",
                    "be root outside of it: sudo, and not unshare or a rootless container")
        if name == "CAP_DAC_OVERRIDE":
            return (f"it belongs to the host, and you are root in a user namespace ({what})",
                    "be root outside of it; or " + ELSEWHERE)
    label = read("/proc/self/attr/current").strip("\0\n ")
    confined = label and not label.startswith("unconfined")
    # Docker has both. Its filter answers EPERM, and AppArmor says no with EACCES.
    if status("Seccomp") == "2" and not (confined and refused.number == errno.EACCES):
        return f"a seccomp filter forbids a system call ({what})", let_it()
    if confined:
        return f"AppArmor or SELinux forbids it to {label} ({what})", let_it()
    return f"the kernel refuses: {what}", ELSEWHERE


def refused_namespaces(number):
    """Those that cannot be made one by one."""
    for kind, flag in NAMESPACES.items():
        pid = libc.syscall(SYS_CLONE, flag | signal.SIGCHLD, 0, 0, 0, 0)
        if pid == 0:
            os._exit(0)
        if pid > 0:
            os.waitpid(pid, 0)
        elif ctypes.get_errno() == number:
            yield kind


def explain_clone(refused):
    if refused.number == errno.ENOSPC:
        kind = next(refused_namespaces(errno.ENOSPC), "*")
        limit = f"user.max_{kind}_namespaces"
        most = read(f"/proc/sys/user/max_{kind}_namespaces").strip()
        return (f"no more {kind} namespaces are allowed: {limit} is {most}",
                f"as root: sysctl {limit}=10000")
    if refused.number == errno.EAGAIN:
        return ("no more processes are allowed here: the limit is reached",
                "end some; or raise it: ulimit -u, docker run --pids-limit, systemd's TasksMax")
    if refused.number == errno.EINVAL:
        kinds = " or ".join(refused_namespaces(errno.EINVAL))
        return f"this kernel has no {kinds} namespaces", ELSEWHERE
    return forbidden(refused)


def explain_no_controller():
    two = [point for point, kind, *_ in mounts() if kind == "cgroup2"]
    known = dict(re.findall(r"^(\w+)\t.*\t(\d)$", read("/proc/cgroups"), re.M))
    if known.get("pids") == "0":
        return ("the kernel was started with cgroup_disable=pids",
                "remove that from its command line, and restart")
    if known and "pids" not in known:
        return "this kernel has no pids controller", ELSEWHERE
    for point in two:
        offers = read(f"{point}/cgroup.controllers").split()
        if offers:
            return (f"{point} offers {' '.join(offers)}, but not pids: it is not delegated",
                    let_it() if container() else
                    "the cgroup above must: echo +pids >…/cgroup.subtree_control")
    if container():
        return "no cgroup controllers are mounted in this container", let_it()
    return ("no cgroup file system has the pids controller",
            f"as root: mkdir -p {CGROUPS} && mount -t cgroup2 none {CGROUPS}")


def explain_cgroup(refused):
    if refused.number == errno.ENODEV:
        return explain_no_controller()
    if refused.number == errno.EROFS:
        return (f"cgroups are mounted read-only ({refused})",
                let_it() if container() else f"as root: mount -o remount,rw {CGROUPS}")
    if refused.number == errno.EAGAIN:
        return (f"no more cgroups are allowed there ({refused})",
                "remove some, ./boxstep clean; or raise cgroup.max.descendants")
    if refused.number == errno.EBUSY:
        return (f"the cgroup has processes, and one below it, or memory turned on ({refused})",
                "in a container: --cgroupns=host; else run in a cgroup without processes")
    if refused.number == errno.EOPNOTSUPP:
        return (f"the cgroup is below a threaded one, and cannot be used ({refused})",
                "run in another cgroup")
    if refused.number == errno.ENOENT:
        return (f"something is mounted over the cgroups ({refused})",
                "unmount it; or " + ELSEWHERE)
    return forbidden(refused)


def explain(refused):
    """(cause, remedy) for root."""
    if is_wsl1():
        return ("this is WSL 1, which has no Linux kernel",
                "in PowerShell: wsl --set-version DISTRIBUTION 2")
    if refused.call == "pidfd_open" and refused.number == errno.ENOSYS:
        version = tuple(map(int, re.findall(r"\d+", kernel())[:2]))
        if version < PIDFD_OPEN_SINCE:
            return f"Linux {kernel()} is older than 5.3", "a newer kernel; " + ELSEWHERE
    if refused.call == "clone":
        return explain_clone(refused)
    if refused.call == "mount / as private" and refused.number == errno.EINVAL:
        return ("/ is not a mount point here, as in a chroot or an initramfs",
                "leave the chroot; or before it: mount --bind DIR DIR && chroot DIR")
    hidden = any(point.startswith("/proc/") for point, *_ in mounts())
    if refused.call == "mount proc" and refused.number == errno.EPERM and hidden \
            and in_user_namespace() and has_capability("CAP_SYS_ADMIN"):
        return ("parts of /proc are hidden here, so the kernel gives out no other", let_it())
    if refused.call in ("cgroup controller", "open", "mkdir", "write"):
        return explain_cgroup(refused)
    if refused.call == "mount proc" and refused.number in (errno.ENOENT, errno.ENOTDIR):
        return "the rootfs has no directory /proc", "./boxstep rootfs --force"
    return forbidden(refused)


# ---- who is not root ---------------------------------------------------------


def sudo_is_useless():
    """(cause, remedy), or None. Does not run sudo: it would ask, log, or mail."""
    sudo = shutil.which("sudo")
    if not sudo:
        return "you are not root, and there is no sudo", "become root: su -"
    if status("NoNewPrivs") == "1":
        return ("no_new_privs is set, so sudo cannot make you root",
                "start the container without --security-opt=no-new-privileges")
    info = os.stat(sudo)
    if not info.st_mode & stat.S_ISUID or info.st_uid or \
            os.statvfs(sudo).f_flag & os.ST_NOSUID:
        return f"{sudo} is no set-user-ID program of root's here", "become root: su -"
    return None


def without_root(step):
    """The verdict when only root could try: what can be seen all the same."""
    useless = sudo_is_useless()
    if useless:
        return Verdict("NO", *useless)
    for name in ["CAP_SYS_ADMIN", *["CAP_SYS_CHROOT"] * ("chroot" in needs(step))]:
        if status("CapBnd") and not has_capability(name, "CapBnd"):
            return Verdict("NO", f"even root has no {name} here", let_it())
    if "cgroup" in needs(step):
        parent = find_cgroup_parent()
        if not parent:
            return Verdict("NO", *explain_no_controller())
        if os.path.isdir(parent) and os.statvfs(parent).f_flag & os.ST_RDONLY:
            return Verdict("NO", f"{parent} is mounted read-only", let_it())
    return Verdict("as root", "only root can try it", "sudo ./boxstep doctor")


# ---- the files ---------------------------------------------------------------


def look_at_binary(step, build):
    path = os.path.join(build, "steps", step)
    place = path if os.path.exists(path) else os.path.dirname(os.path.abspath(__file__))
    if os.statvfs(place).f_flag & os.ST_NOEXEC:
        return Verdict("NO", f"programs may not run on this file system: {place} is noexec",
                       "clone the repository to another place, or mount -o remount,exec")
    if not os.path.exists(path):
        return Verdict("not yet", "it is not built", f"./boxstep run {step}")
    null = os.open(os.devnull, os.O_RDWR)
    try:
        pid = os.posix_spawn(path, [path, "--help"], os.environ, file_actions=[
            (os.POSIX_SPAWN_DUP2, null, 1), (os.POSIX_SPAWN_DUP2, null, 2)])
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        why = f"--help ends with {code}" if code else ""
    except OSError as error:
        why = error.strerror
    os.close(null)
    return Verdict("NO", f"{path} does not run: {why}", "./boxstep clean") if why else None


def look_at_rootfs(step, rootfs):
    again = "./boxstep rootfs --force"
    if "chroot" not in needs(step):
        return None
    if not os.path.lexists(rootfs):
        return Verdict("not yet", "there is no rootfs", "./boxstep rootfs")
    if not os.path.isdir(rootfs):
        return Verdict("NO", f"{rootfs} is not a directory", again)
    if os.path.samefile(rootfs, "/"):
        return Verdict("NO", f"{rootfs} is the host's own /", again)
    if os.statvfs(rootfs).f_flag & os.ST_NOEXEC:
        return Verdict("NO", f"programs may not run in {rootfs}: it is mounted noexec",
                       "have the rootfs elsewhere, or mount -o remount,exec")
    return None


# ---- the verdicts ------------------------------------------------------------


def examine(step, build, rootfs):
    try:
        Trial(step, rootfs).run()
        found = []
    except Refused as refused:
        as_user = os.geteuid() != 0 and refused.number in (errno.EPERM, errno.EACCES)
        found = [without_root(step) if as_user and not is_wsl1() else
                 Verdict("NO", *explain(refused))]
    found += filter(None, [look_at_binary(step, build), look_at_rootfs(step, rootfs)])
    found.sort(key=lambda verdict: ["NO", "not yet", "as root"].index(verdict.word))
    return found[0] if found else Verdict("yes")


def machine():
    """What this is, in a line."""
    inside = f", in {container()}" if container() else ""
    wsl = ", in WSL 1" if is_wsl1() else ", in WSL 2" if is_wsl2() else ""
    kinds = {kind for _, kind, *_ in mounts()}
    cgroups = {(True, True): "hybrid", (True, False): "version 1", (False, True): "version 2",
               (False, False): "none mounted"}["cgroup" in kinds, "cgroup2" in kinds]
    parent = find_cgroup_parent()
    return (f"Linux {kernel()}{wsl}{inside}; cgroups: {cgroups}"
            + (f", pids at {parent}" if parent else ""))


def notes(build, rootfs):
    """What is no obstacle, and good to know."""
    shared = [propagation for point, _, _, propagation in mounts() if point == "/"]
    if shared and "shared:" in shared[-1]:
        yield "/ is shared, as systemd makes it: step 03 needs its MS_PRIVATE here"
    elif shared:
        yield "/ is private: one mistake that chapter 03 is about does not show here"
    if read("/proc/sys/kernel/apparmor_restrict_unprivileged_userns").strip() == "1":
        yield ("AppArmor leaves no power to user namespaces of who is not root: the steps"
               " run as root, and do not mind")
    here = rootfs if os.path.isdir(rootfs) else os.path.dirname(os.path.abspath(__file__))
    flags = os.statvfs(here).f_flag
    for name, flag, means in (("nodev", os.ST_NODEV, "device nodes in the rootfs do not work"),
                              ("nosuid", os.ST_NOSUID, "su and sudo in the rootfs do not work")):
        if flags & flag:
            yield f"{here} is on a file system mounted {name}: {means}"
    path = os.path.realpath(here) + "/"
    above = [(len(point), point, kind) for point, kind, *_ in mounts()
             if path.startswith(point.rstrip("/") + "/")]
    for _, point, kind in sorted(above)[-1:]:
        if re.match("9p|drvfs|virtiofs|vboxsf|fakeowner|fuse|cifs|vfat|ntfs", kind):
            yield (f"{point} is {kind}, another system's files: slow, and without Linux's"
                   " permissions; clone into your home directory instead")


def steps():
    here = pathlib.Path(__file__).resolve().parents[1]
    return sorted(path.parent.name for path in here.glob("steps/*/main.cpp"))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", default="build")
    parser.add_argument("--rootfs", default="rootfs")
    parser.add_argument("step", nargs="?", choices=steps(), metavar="STEP")
    options = parser.parse_args()
    print(machine())
    told = set()
    words = []
    for step in [options.step] if options.step else steps():
        verdict = examine(step, options.build, options.rootfs)
        words.append(verdict.word)
        print(f"  {step:14} {verdict.word:8} {verdict.cause}".rstrip())
        if verdict.remedy and verdict.remedy not in told:
            print(f"{'':26}-> {verdict.remedy}")
            told.add(verdict.remedy)
    for note in notes(options.build, options.rootfs):
        print(f"  note: {note}")
    return 1 if "NO" in words else 0


if __name__ == "__main__":
    sys.exit(main())
