#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Podman drives the runtime: as a person types it.

    podman_test.py THROWAWAY_HOST BINARY ROOTFS [TEST...]"""

import contextlib
import json
import os
import pathlib
import re
import shutil
import sys
import time

sys.path.append(os.path.dirname(os.path.abspath(__file__)))
import oci  # noqa: E402
import trial  # noqa: E402

# Without a network, as some hosts of tests have none; and with limits that a host
# with few rights can set. Profiles of AppArmor and labels of SELinux are refused.
RUN = ["--network", "none"]
SETTINGS = """[containers]
default_ulimits = ["nofile=512:512", "nproc=1000:1000"]
apparmor_profile = "unconfined"
label = false
[engine]
infra_image = "box"
"""


def prepare():
    """Podman takes a host with both versions of cgroups for one with version 2. Its
    own files are in memory. It cannot do without /run and /var/tmp."""
    for place in ("/sys/fs/cgroup/unified", "/sys/fs/cgroup/memory"):
        if os.path.isdir(place):
            trial.run("mount", "-t", "tmpfs", "tmpfs", place)
    for place in ("/run", "/tmp", "/var/tmp"):
        trial.run("mount", "-t", "tmpfs", "tmpfs", place)


def cgroups():
    """Those that podman has made, without those of another host of tests."""
    return [place for place, _, _ in os.walk("/sys/fs/cgroup")
            if "/libpod" in place and "/boxstep-test-" not in place]


class Podman(trial.Trial):
    top = pathlib.Path("/tmp/podman")

    @classmethod
    def setUpClass(cls):
        cls.top.mkdir(exist_ok=True)
        settings = cls.top / "containers.conf"
        settings.write_text(SETTINGS)
        os.environ["CONTAINERS_CONF"] = str(settings)
        os.environ["PODMAN_IGNORE_CGROUPSV1_WARNING"] = "yes"
        cls.command = [
            "podman", "--root", f"{cls.top}/root", "--runroot", f"{cls.top}/run",
            "--tmpdir", f"{cls.top}/tmp", "--cgroup-manager", "cgroupfs",
            "--events-backend", "none", "--runtime", oci.Runtime.BINARY]
        archive = cls.top / "box.tar"
        trial.run("tar", "-C", oci.Runtime.ROOTFS, "-cf", str(archive), ".")
        # Its command is for the first container of a pod.
        status, said = trial.run(*cls.command, "import", "--change",
                                 'CMD ["sleep", "1000"]', str(archive), "box")
        assert status == 0, said
        archive.unlink()

    @classmethod
    def tearDownClass(cls):
        # Podman leaves these. Its monitors take a moment to end.
        def removed():
            left = [place for place in cgroups() if "/libpod-" not in place]
            for place in reversed(left):
                with contextlib.suppress(OSError):  # it is in use
                    os.rmdir(place)
            return not left
        oci.eventually(removed)

    def setUp(self):
        self.addCleanup(self.nothing_is_left)
        self.addCleanup(lambda: self.podman("rm", "-fa", "-t", "0"))

    def nothing_is_left(self):
        def left():
            states = pathlib.Path("/run/boxstep")
            return ([str(path) for path in states.glob("*")] +
                    [place for place in cgroups() if "/libpod-" in place])
        oci.eventually(lambda: not left())
        self.assertEqual(left(), [])

    def podman(self, *words, **options):
        return trial.run(*self.command, *words, timeout=120, **options)

    def ok(self, *words, **options):
        status, said = self.podman(*words, **options)
        self.assertEqual(status, 0, f"{words}: {said}")
        return said.strip()

    def box(self, *words, **options):
        """What a container prints."""
        return self.ok("run", "--rm", *RUN, *words, **options)

    def status(self, *words):
        return self.podman("run", "--rm", *RUN, *words)[0]


class Runs(Podman):
    def test_output_and_status(self):
        self.assertEqual(self.box("box", "/bin/echo", "hello"), "hello")
        self.assertEqual(self.status("box", "sh", "-c", "exit 3"), 3)
        self.assertEqual(self.status("box", "nosuch"), 127)
        self.assertEqual(self.status("box", "/etc/passwd"), 126)
        self.assertEqual(self.status("box", "sh", "-c", "sh -c 'kill -9 $$'"), 137)
        self.assertEqual(self.status("box", "sh", "-c", "kill -9 1; exit 4"), 4)

    def test_input(self):
        read, write = os.pipe()
        os.write(write, b"typed\n")
        os.close(write)
        self.assertEqual(self.box("-i", "box", "cat", stdin=read), "typed")
        os.close(read)

    def test_user_directory_environment_and_hostname(self):
        self.assertEqual(self.box("-u", "1000:1001", "box", "sh", "-c", "id -u; id -g"),
                         "1000\n1001")
        self.assertEqual(self.box("-w", "/etc", "-e", "A=b", "box", "sh", "-c",
                                  "pwd; echo $A"), "/etc\nb")
        self.assertEqual(self.box("--hostname", "mine", "box", "hostname"), "mine")

    def test_volumes(self):
        data = self.top / "data"
        data.mkdir(exist_ok=True)
        (data / "file").write_text("text")
        self.assertEqual(self.box("-v", f"{data}:/data", "box", "cat", "/data/file"),
                         "text")
        self.assertNotEqual(self.status("-v", f"{data}:/data:ro", "box", "touch",
                                        "/data/new"), 0)
        self.box("-v", "named:/data", "box", "sh", "-c", "echo kept >/data/file")
        self.assertEqual(self.box("-v", "named:/data", "box", "cat", "/data/file"), "kept")

    def test_read_only_and_tmpfs(self):
        self.assertNotEqual(self.status("--read-only", "box", "touch", "/new"), 0)
        self.assertEqual(self.status("--read-only", "box", "touch", "/tmp/new"), 0)
        # A tmpfs starts with what the image has there.
        self.assertIn("root", self.box("--tmpfs", "/etc:size=1m", "box", "sh", "-c",
                                       "touch /etc/new && cat /etc/passwd"))

    def test_limits(self):
        said = self.podman("run", "--rm", *RUN, "--pids-limit", "5", "box", "sh", "-c",
                           "for i in 1 2 3 4 5 6 7; do sleep 1 & done; kill -9 -1")[1]
        self.assertIn("fork", said)
        if os.path.isdir("/sys/fs/cgroup/cpu"):
            self.assertEqual(self.box("--cpus", "0.5", "box", "cat",
                                      "/sys/fs/cgroup/cpu/cpu.cfs_quota_us"), "50000")

    def test_rights(self):
        grep = ("box", "grep", "CapEff", "/proc/self/status")
        self.assertIn("0000000000000000", self.box("--cap-drop", "all", *grep))
        self.assertIn("0000000000002000",
                      self.box("--cap-drop", "all", "--cap-add", "net_raw", *grep))
        seccomp = ("box", "grep", "Seccomp:", "/proc/self/status")
        self.assertTrue(self.box(*seccomp).endswith("2"))
        self.assertTrue(self.box("--security-opt", "seccomp=unconfined",
                                 *seccomp).endswith("0"))
        self.assertTrue(self.box("--security-opt", "no-new-privileges", "box", "grep",
                                 "NoNewPrivs", "/proc/self/status").endswith("1"))
        self.assertEqual(self.box("--privileged", "box", "sh", "-c",
                                  "mount -t tmpfs t /mnt 2>/dev/null || mkdir /mnt; echo"),
                         "")

    def test_a_user_namespace(self):
        home = self.top / "home"
        home.mkdir(mode=0o700)
        (home / "notes").write_text("hello")
        os.chown(home, 1000, 1000)
        said = self.box("--uidmap", "0:100000:65536", "--gidmap", "0:100000:65536",
                        "--volume", f"{home}/notes:/notes:ro", "box",
                        "sh", "-c", "id -u; cat /proc/self/uid_map /notes")
        self.assertEqual(said.split(), "0 0 100000 65536 hello".split())

    def test_devices_and_sysctl(self):
        self.assertIn("1, 11", re.sub(" +", " ", self.box(
            "--device", "/dev/kmsg", "box", "ls", "-l", "/dev/kmsg")))
        self.assertEqual(self.box("--sysctl", "net.ipv4.ip_forward=1", "box", "cat",
                                  "/proc/sys/net/ipv4/ip_forward"), "1")

    def test_build(self):
        self.addCleanup(lambda: self.podman("rmi", "-f", "built"))
        file = self.top / "Containerfile"
        file.write_text("FROM box\nRUN echo built >/file && hostname >/name\n"
                        "CMD [\"cat\", \"/file\"]\n")
        self.ok("build", "--isolation", "oci", "--network", "none", "-t", "built", "-f",
                str(file), str(self.top))
        self.assertEqual(self.box("built"), "built")
        # A command that fails ends the build.
        file.write_text("FROM box\nRUN exit 3\n")
        status, said = self.podman("build", "--isolation", "oci", "--network", "none", "-f",
                                   str(file), str(self.top))
        self.assertEqual(status, 3, said)

    def test_a_terminal(self):
        command = " ".join([*self.command, "run", "--rm", "-it", *RUN, "box", "sh", "-c",
                            "'tty; exit 4'"])
        status, said = trial.run("script", "-qec", command, "/dev/null")
        self.assertEqual(status, 4, said)
        self.assertIn("/dev/pts/0", said)


class Stays(Podman):
    def start(self, *words, name="web"):
        self.ok("run", "-d", "--name", name, *RUN, *words)

    def test_exec_logs_top_and_stop(self):
        self.start("box", "sh", "-c", "echo begun; trap 'exit 9' TERM; sleep 100 & wait")
        self.assertEqual(self.ok("exec", "web", "hostname"),
                         self.ok("inspect", "web", "--format", "{{.Config.Hostname}}"))
        self.assertEqual(self.podman("exec", "web", "sh", "-c", "exit 7")[0], 7)
        self.assertEqual(self.podman("exec", "web", "nosuch")[0], 127)
        self.assertEqual(self.ok("exec", "-u", "5", "web", "id", "-u"), "5")
        self.assertIn("/dev/pts/", self.ok("exec", "-t", "web", "tty"))
        self.assertIn("sleep", self.ok("top", "web"))
        self.assertIn("begun", self.ok("logs", "web"))
        self.ok("stop", "-t", "5", "web")
        self.assertEqual(self.ok("inspect", "web", "--format", "{{.State.ExitCode}}"), "9")

    def test_pause_kill_and_wait(self):
        self.start("box", "sleep", "100")
        self.ok("pause", "web")
        self.assertIn("Paused", self.ok("ps", "-a", "--format", "{{.Status}}"))
        self.ok("unpause", "web")
        self.ok("kill", "web")
        self.assertEqual(self.ok("wait", "web"), "137")

    def test_update(self):
        self.start("box", "sleep", "100")
        self.ok("update", "--cpus", "0.5", "web")
        pid = self.ok("inspect", "web", "--format", "{{.State.Pid}}")
        written = []
        for line in pathlib.Path(f"/proc/{pid}/cgroup").read_text().splitlines():
            _, controllers, path = line.split(":")
            for file in (f"{controllers}{path}/cpu.cfs_quota_us", f".{path}/cpu.max"):
                place = pathlib.Path("/sys/fs/cgroup", file)
                if place.exists():
                    written += place.read_text().split()
        self.assertIn("50000", written)

    def test_restart_and_start_again(self):
        self.start("box", "sh", "-c", "echo once; sleep 100")
        oci.eventually(lambda: "once" in self.ok("logs", "web"))
        self.ok("restart", "-t", "0", "web")
        self.assertTrue(oci.eventually(
            lambda: self.ok("logs", "web").count("once") == 2))
        self.ok("stop", "-t", "0", "web")
        self.ok("start", "web")
        self.assertTrue(oci.eventually(
            lambda: self.ok("logs", "web").count("once") == 3))
        self.ok("rm", "-f", "-t", "0", "web")

    def test_create_and_start_attached(self):
        self.ok("create", "--name", "web", *RUN, "box", "echo", "hello")
        self.assertEqual(self.ok("start", "-a", "web"), "hello")

    def test_two_that_share_a_network_and_ipc(self):
        self.start("--ipc", "shareable", "box", "sleep", "100", name="first")
        share = ["--network", "container:first", "--ipc", "container:first"]
        script = "readlink /proc/self/ns/net /proc/self/ns/ipc"
        self.assertEqual(self.ok("exec", "first", "sh", "-c", script),
                         self.ok("run", "--rm", *share, "box", "sh", "-c", script))

    def end_pod(self, *words):
        status, said = self.podman("pod", *words)
        # In place of this hierarchy, prepare() has a tmpfs: podman cannot remove what
        # it has made there.
        if "remove /sys/fs/cgroup/memory/" not in said:
            self.assertEqual(status, 0, said)

    def test_a_pod(self):
        self.addCleanup(lambda: self.podman("pod", "rm", "-fa", "-t", "0"))
        self.ok("pod", "create", "--name", "pod", "--network", "none", "--share",
                "net,ipc,uts")
        for name in ("one", "two"):
            self.ok("run", "-d", "--pod", "pod", "--name", name, "box", "sleep", "100")
        script = "for n in net ipc uts; do readlink /proc/self/ns/$n; done; hostname"
        said = self.ok("exec", "one", "sh", "-c", script)
        self.assertEqual(self.ok("exec", "two", "sh", "-c", script), said)
        self.assertTrue(said.endswith("pod"), said)
        self.assertNotEqual(*(self.ok("exec", name, "readlink", "/proc/self/ns/pid")
                              for name in ("one", "two")))
        self.end_pod("stop", "-t", "0", "pod")
        self.assertIn("Exited", self.ok("pod", "ps", "--format", "{{.Status}}"))
        self.ok("pod", "start", "pod")
        self.assertEqual(self.ok("exec", "one", "hostname"), "pod")
        self.end_pod("rm", "-f", "-t", "0", "pod")
        self.assertEqual(self.ok("ps", "-aq"), "")

    def test_the_runtime_of_a_container_that_is_killed(self):
        self.start("box", "sleep", "100")
        pid = int(self.ok("inspect", "web", "--format", "{{.State.Pid}}"))
        os.kill(pid, 9)
        self.assertEqual(self.ok("wait", "web"), "137")
        self.ok("rm", "web")


class Generates(Podman):
    """What podman writes: a pod as Kubernetes has it, and the config of a bundle."""

    SCRIPT = "hostname; cat /proc/1/comm; grep -E 'Cap|Seccomp:' /proc/self/status"

    def test_a_pod_from_its_yaml(self):
        self.addCleanup(lambda: self.podman("pod", "rm", "-fa", "-t", "0"))
        self.ok("create", "--name", "web", "-e", "A=b", *RUN, "box", "sh", "-c",
                "echo $A; exec sleep 100")
        file = self.top / "pod.yaml"
        file.write_text(self.ok("generate", "kube", "web"))
        self.ok("rm", "web")
        self.ok("play", "kube", "--network", "none", str(file))
        self.assertEqual(self.ok("inspect", "web-pod-web", "--format", "{{.OCIRuntime}}"),
                         oci.Runtime.BINARY)
        self.assertTrue(oci.eventually(lambda: self.ok("logs", "web-pod-web") == "b"))
        self.assertEqual(self.ok("exec", "web-pod-web", "hostname"), "web-pod")

    def test_its_config_without_it(self):
        self.ok("run", "--name", "web", *RUN, "box", "sh", "-c", self.SCRIPT)
        by_podman = self.ok("logs", "web")
        self.assertIn("Seccomp:\t2", by_podman)
        config = pathlib.Path(self.ok("inspect", "web", "--format", "{{.OCIConfigPath}}"))
        root = json.loads(config.read_text())["root"]["path"]
        self.assertEqual(self.ok("mount", "web"), root)
        self.addCleanup(lambda: self.podman("umount", "web"))
        output = self.top / "output"
        with open(output, "w", encoding="utf-8") as file:
            for words in (("create", "--bundle", str(config.parent), "own"),
                          ("start", "own")):
                self.assertEqual(trial.run(oci.Runtime.BINARY, *words, stdout=file,
                                           stderr=file)[0], 0, output.read_text())
        state = lambda: trial.run(oci.Runtime.BINARY, "state", "own")[1]
        self.assertTrue(oci.eventually(lambda: (oci.reap(), "stopped" in state())[1]))
        self.assertEqual(trial.run(oci.Runtime.BINARY, "delete", "own"), (0, ""))
        self.assertEqual(output.read_text().strip(), by_podman)


class Many(Podman):
    RUNS = int(os.environ.get("BOXSTEP_RUNS", "20"))

    def what_is_there(self):
        oci.reap()
        names = []
        for pid in filter(str.isdigit, os.listdir("/proc")):
            place = pathlib.Path(f"/proc/{pid}")
            with contextlib.suppress(OSError):  # it has ended meanwhile
                if (place / "cmdline").read_text():  # the kernel's threads have none
                    names.append((place / "comm").read_text().strip())
        return {
            "processes": sorted(names),
            "mounts": pathlib.Path("/proc/self/mountinfo").read_text().splitlines(),
            "cgroups": sorted(cgroups()),
            "states": os.listdir("/run/boxstep"),
            "containers": self.ok("ps", "-aq"),
            "files": sorted(map(str, self.top.glob("r*/*/*"))),
        }

    def test_in_a_row(self):
        self.box("box", "/bin/true")
        oci.eventually(lambda: "conmon" not in self.what_is_there()["processes"])
        before = self.what_is_there()
        start = time.monotonic()
        for number in range(self.RUNS):
            self.assertEqual(self.box("box", "/bin/echo", str(number)), str(number))
        print(f"{self.RUNS} runs, {(time.monotonic() - start) / self.RUNS:.2f} s each",
              file=sys.stderr)
        # A monitor takes a moment to end.
        oci.eventually(lambda: self.what_is_there() == before)
        self.assertEqual(self.what_is_there(), before)


if __name__ == "__main__":
    if not shutil.which("podman"):
        trial.main((), "podman: apt install podman")
    original = oci.enter_host
    def enter(host):
        original(host)
        prepare()
    oci.enter_host = enter
    oci.main([Runs, Stays, Generates, Many])
