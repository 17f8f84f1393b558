# SPDX-License-Identifier: MIT
"""What the tests of an OCI runtime share: a throwaway host, bundles, and containers
of which nothing may be left."""

import atexit
import copy
import json
import os
import pathlib
import re
import signal
import stat
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path += [os.path.join(os.path.dirname(__file__), name)
             for name in ("../tools", "../support")]
import own_host  # noqa: E402
import trial  # noqa: E402

CAPABILITIES = ["CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_KILL", "CAP_SETGID",
                "CAP_SETUID", "CAP_NET_BIND_SERVICE"]

# What runc spec and crun spec say, in short.
CONFIG = {
    "ociVersion": "1.2.0",
    "process": {
        "user": {"uid": 0, "gid": 0},
        "args": ["/bin/true"],
        "env": ["PATH=/usr/bin:/bin", "HOME=/root"],
        "cwd": "/",
        "capabilities": {each: CAPABILITIES
                         for each in ("bounding", "effective", "permitted")},
        "noNewPrivileges": True,
    },
    "root": {"path": "rootfs"},
    "hostname": "bundle",
    "mounts": [
        {"destination": "/proc", "type": "proc", "source": "proc"},
        {"destination": "/dev", "type": "tmpfs", "source": "tmpfs",
         "options": ["nosuid", "strictatime", "mode=755", "size=65536k"]},
        {"destination": "/dev/pts", "type": "devpts", "source": "devpts",
         "options": ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"]},
        {"destination": "/sys", "type": "sysfs", "source": "sysfs",
         "options": ["nosuid", "noexec", "nodev", "ro"]},
    ],
    "linux": {
        "resources": {"devices": [{"allow": False, "access": "rwm"}],
                      "pids": {"limit": 50}},
        "namespaces": [{"type": name}
                       for name in ("pid", "network", "ipc", "uts", "mount")],
        "maskedPaths": ["/proc/kcore", "/proc/keys", "/proc/acpi", "/sys/firmware"],
        "readonlyPaths": ["/proc/sys", "/proc/bus", "/proc/sysrq-trigger"],
    },
}


def enter_host(throwaway_host):
    own_host.enter(throwaway_host)
    own_null()
    os.makedirs("/run", exist_ok=True)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


def own_null():
    """Gives this host a /dev/null of its own. The machine has only one, and crun makes
    the container's user its owner if it is a stream."""
    machines = os.stat("/dev/null")
    with tempfile.TemporaryDirectory() as place:
        subprocess.run(["mount", "-t", "tmpfs", "tmpfs", place], check=True)
        os.mknod(f"{place}/null", stat.S_IFCHR, machines.st_rdev)
        os.chmod(f"{place}/null", 0o666)
        subprocess.run(["mount", "--bind", f"{place}/null", "/dev/null"], check=True)
        subprocess.run(["umount", place], check=True)
    for stream in range(3):
        if os.path.samestat(os.fstat(stream), machines):
            with open("/dev/null", "r+b", buffering=0) as null:
                os.dup2(null.fileno(), stream)


def leave_one_version_of_cgroups():
    """crun refuses a machine that mounts both."""
    if os.path.isdir("/sys/fs/cgroup/pids"):
        for place in ("unified", "memory"):
            trial.run("umount", "-l", f"/sys/fs/cgroup/{place}")


def subreaper():
    """As an engine's monitor: orphans of the runtime become our children."""
    import ctypes  # pylint: disable=import-outside-toplevel
    ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)


def reap():
    try:
        while os.waitpid(-1, os.WNOHANG)[0] != 0:
            pass
    except ChildProcessError:
        pass


def eventually(what, seconds=10):
    """Polls until it is true; what it was at last."""
    end = time.monotonic() + seconds
    while not (found := what()) and time.monotonic() < end:
        time.sleep(0.005)
    return found


def mark():
    """In the names of our cgroups: the hierarchies are those of the real host. Another
    name than that of a throwaway host, which removes what others of its kind left."""
    return f"boxstep-bundle-{os.stat('/proc/self/ns/pid').st_ino}-"


def cgroups():
    return [place for place, _, _ in os.walk("/sys/fs/cgroup") if mark() in place]


def clear():
    """Removes the cgroups of a test that has failed, and those of another PID namespace
    that had our number before: they are of the real host."""
    for place in reversed(cgroups()):
        try:
            for pid in pathlib.Path(place, "cgroup.procs").read_text().split():
                os.kill(int(pid), signal.SIGKILL)
            eventually(lambda place=place: (reap(), not pathlib.Path(
                place, "cgroup.procs").read_text())[1], 2)
            os.rmdir(place)
        except OSError:
            continue


class Bundle:
    """A directory with a config.json and a rootfs, which is an overlay: no test sees
    what another one has written."""

    def __init__(self, top, rootfs, change=None):
        self.path = top
        for name in ("rootfs", "upper", "work"):
            (top / name).mkdir(parents=True)
        trial.run("mount", "-t", "overlay", "overlay", "-o",
                  f"lowerdir={rootfs},upperdir={top}/upper,workdir={top}/work",
                  str(top / "rootfs"))
        self.config = copy.deepcopy(CONFIG)
        if change:
            change(self.config)
        self.write()

    def write(self):
        (self.path / "config.json").write_text(json.dumps(self.config))

    def remove(self):
        trial.run("umount", str(self.path / "rootfs"))


class Runtime(trial.Trial):
    """Tests of a runtime: BINARY and ROOTFS are set by the program."""

    BINARY = ROOTFS = None

    def setUp(self):
        # Overlays need a file system that may hold an upper layer.
        trial.run("mount", "-t", "tmpfs", "tmpfs", "/tmp")
        self.addCleanup(lambda: trial.run("umount", "-l", "/tmp"))
        super().setUp()
        self.root = self.top / "state"
        self.bundles = 0
        self.before = self.host()
        self.addCleanup(self.nothing_is_left)

    def host(self):
        table = pathlib.Path("/proc/self/mountinfo").read_text().splitlines()
        return (os.uname().nodename,
                [line for line in table if str(self.top) not in line],
                cgroups())

    def nothing_is_left(self):
        reap()
        left = sorted(os.listdir(self.root)) if self.root.exists() else []
        self.assertEqual(left, [], "left in the state directory")
        self.assertEqual(self.host(), self.before, "left on the host")

    def bundle(self, *command, change=None, **process):
        """A config that runs `command`; `change` is called with it."""
        def all_changes(config):
            if command:
                config["process"]["args"] = list(command)
            config["process"].update(process)
            config["linux"]["cgroupsPath"] = f"/{mark()}{self.id()}-{self.bundles}"
            if change:
                change(config)
        self.bundles += 1
        made = Bundle(self.top / f"bundle{self.bundles}", self.ROOTFS, all_changes)
        self.addCleanup(made.remove)
        return made

    def call(self, *words, **options):
        """The runtime's status, and what it printed. Not of its container: an orphan
        that has our pipe would keep it open."""
        output = self.top / "output"
        with open(output, "w+", encoding="utf-8", errors="replace") as file:
            runtime = subprocess.Popen(
                [self.BINARY, "--root", self.root, *words],
                **{"stdin": subprocess.DEVNULL, "stdout": file,
                   "stderr": subprocess.STDOUT, **options})
            # As an engine does. A process that exec has added is our child, and as
            # long as nobody has waited for it, the container's PID 1 cannot end.
            end = time.monotonic() + 60
            while time.monotonic() < end:
                ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
                if ended and ended.si_pid == runtime.pid:
                    break
                if ended:
                    os.waitpid(ended.si_pid, 0)
                else:
                    time.sleep(0.001)
            status = runtime.wait(timeout=1)
            file.seek(0)
            return status, file.read()

    def ok(self, *words, **options):
        status, said = self.call(*words, **options)
        self.assertEqual(status, 0, f"{words}: {said}")
        return said

    def fails(self, wanted, *words, **options):
        status, said = self.call(*words, **options)
        self.assertNotEqual(status, 0, f"{words} was not refused")
        self.assertRegex(said, wanted)

    def state(self, name):
        return json.loads(self.ok("state", name))

    def status(self, name):
        reap()
        return self.state(name)["status"]

    def becomes(self, name, status):
        eventually(lambda: self.status(name) == status)
        self.assertEqual(self.status(name), status)

    def delete(self, name):
        self.ok("delete", name)

    def runs(self, *command, change=None, close_fds=True, **process):
        """Runs a container to its end; what it wrote."""
        bundle = self.bundle(*command, change=change, **process)
        output = self.top / "written"
        with open(output, "w+", encoding="utf-8", errors="replace") as file:
            status, _ = self.call("create", "--bundle", bundle.path, "one", stdout=file,
                                  close_fds=close_fds)
            self.assertEqual(status, 0, output.read_text())
            pid = self.state("one")["pid"]
            self.ok("start", "one")
            self.assertTrue(eventually(lambda: self.ended(pid)), "it does not end")
            self.delete("one")
            file.seek(0)
            return file.read()

    @staticmethod
    def ended(pid):
        reap()
        return not os.path.exists(f"/proc/{pid}")

    def refuses(self, wanted, change, *command):
        """The config is refused at create, and nothing is left."""
        bundle = self.bundle(*command, change=change)
        self.fails(wanted, "create", "--bundle", bundle.path, "refused")


def main(cases):
    """PROGRAM THROWAWAY_HOST BINARY ROOTFS [TEST...]"""
    host, binary, rootfs, *names = sys.argv[1:]
    if os.geteuid() == 0:
        enter_host(host)
        subreaper()
        clear()
        atexit.register(clear)
    Runtime.BINARY, Runtime.ROOTFS = os.path.abspath(binary), os.path.abspath(rootfs)
    if os.geteuid() != 0:
        trial.main((), "root: try sudo")
    trial.main(names or [f"{case.__name__}" for case in cases])


def last_word(text):
    return re.sub(r"\s+", " ", text).strip()
