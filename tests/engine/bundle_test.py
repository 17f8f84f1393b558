#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A runtime that takes bundles: its words, what it isolates, and what it refuses.

    bundle_test.py THROWAWAY_HOST BINARY ROOTFS [TEST...]"""

import ctypes
import errno
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import threading
import time

sys.path.append(os.path.dirname(os.path.abspath(__file__)))
import oci  # noqa: E402
import trial  # noqa: E402


def mounts(config):
    return config["mounts"]


def without_dev(config):
    config["mounts"] = [each for each in config["mounts"]
                        if not each["destination"].startswith("/dev")]


def has_right(config, right):
    for each in config["process"]["capabilities"].values():
        each.append(right)


def without_namespace(*types):
    def change(config):
        config["linux"]["namespaces"] = [each for each in config["linux"]["namespaces"]
                                         if each["type"] not in types]
    return change


def in_namespace(kind, path):
    def change(config):
        without_namespace(kind)(config)
        config["linux"]["namespaces"].append({"type": kind, "path": path})
    return change


def table_of(process="self"):
    return pathlib.Path(f"/proc/{process}/mountinfo").read_text()


def bind(source, destination, *options):
    return {"destination": destination, "type": "bind", "source": str(source),
            "options": ["rbind", *options]}


def mapped(config):
    config["linux"]["namespaces"].append({"type": "user"})
    for name in ("uidMappings", "gidMappings"):
        config["linux"][name] = [{"containerID": 0, "hostID": 100000, "size": 65536}]


class Lifecycle(oci.Runtime):
    def create(self, *command, **more):
        self.ok("create", "--bundle", self.bundle(*command, **more).path, "one")
        return self.state("one")

    def end(self):
        self.ok("kill", "one", "KILL")
        self.becomes("one", "stopped")
        self.delete("one")

    def test_words_take_it_from_created_to_gone(self):
        state = self.create("/bin/sleep", "100")
        self.assertEqual((state["id"], state["status"]), ("one", "created"))
        self.assertEqual(state["ociVersion"], "1.2.0")
        self.assertTrue(state["bundle"].endswith("/bundle1"))
        # It waits, and is not the command yet.
        self.assertIn(os.path.basename(self.BINARY), self.command_of(state["pid"]))
        self.ok("start", "one")
        self.assertEqual(self.command_of(state["pid"]), "/bin/sleep 100 ")
        self.assertEqual(self.status("one"), "running")
        self.ok("kill", "one", "SIGKILL")
        self.becomes("one", "stopped")
        self.assertNotIn("pid", self.state("one"))
        self.delete("one")
        self.fails("does not exist", "state", "one")

    @staticmethod
    def command_of(pid):
        return pathlib.Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")

    def test_each_word_refuses_the_wrong_status(self):
        self.create("/bin/sleep", "100")
        other = self.bundle()
        self.fails("already exists", "create", "--bundle", other.path, "one")
        self.fails("is created|cannot delete", "delete", "one")
        self.ok("start", "one")
        self.fails("is running|cannot start", "start", "one")
        self.fails("is running|cannot delete", "delete", "one")
        self.ok("kill", "one", "9")
        self.becomes("one", "stopped")
        self.fails("is stopped|cannot start", "start", "one")
        self.fails("stopped|not running", "kill", "one", "9")
        self.delete("one")
        for word in ("start", "state", "kill", "delete"):
            self.fails("does not exist", word, "one")

    def test_a_name_that_would_leave_the_directory_is_refused(self):
        for name in ("../one", "..", ".", "", "a/b", "a b"):
            self.fails("cannot be|is missing", "state", name)

    def test_sigterm_of_a_command_with_a_handler(self):
        self.create("/bin/sh", "-c", "trap 'exit 3' TERM; while :; do sleep 0.01; done")
        self.ok("start", "one")
        # dash needs a moment to set the trap; PID 1 ignores the signal until then.
        oci.eventually(lambda: (self.call("kill", "one"), self.status("one"))[1] ==
                       "stopped")
        self.becomes("one", "stopped")
        self.delete("one")

    def test_start_tells_that_the_command_cannot_be_executed(self):
        def no_interpreter(config):
            config["process"]["args"] = ["/bin/odd"]
        bundle = self.bundle(change=no_interpreter)
        odd = bundle.path / "rootfs/bin/odd"
        odd.write_text("#!/no/such/program\n")
        odd.chmod(0o755)
        self.ok("create", "--bundle", bundle.path, "one")
        self.fails("odd", "start", "one")
        self.becomes("one", "stopped")
        self.delete("one")

    def test_create_tells_that_there_is_no_command(self):
        self.refuses("not found", None, "nosuch")
        self.refuses("No such file", None, "/no/such")
        self.refuses("Permission denied", None, "/etc/passwd")
        self.refuses("Permission denied", None, "/etc")

    def test_the_pid_file_has_the_pid(self):
        file = self.top / "pid"
        bundle = self.bundle("/bin/sleep", "100")
        self.ok("create", "--bundle", bundle.path, "--pid-file", file, "one")
        self.assertEqual(int(file.read_text()), self.state("one")["pid"])
        self.ok("start", "one")
        self.end()

    def test_a_pid_that_came_again_is_not_the_container(self):
        self.create("/bin/sleep", "100")
        self.ok("start", "one")
        init = self.root / "one/init"
        text = init.read_text()
        # Another process has this pid, which started at another time: we have.
        mine = text.replace(str(self.state("one")["pid"]), str(os.getpid()))
        init.write_text(mine)
        signal.signal(signal.SIGUSR1, lambda *_: self.fail("the signal came to us"))
        self.assertEqual(self.status("one"), "stopped")
        self.fails("stopped|not running", "kill", "one", "USR1")
        init.write_text(text)
        self.assertEqual(self.status("one"), "running")
        self.end()

    def test_a_damaged_state_is_not_believed(self):
        self.create("/bin/sleep", "100")
        init = self.root / "one/init"
        text = init.read_text()
        for wrong in ("", text[:-3], text + "x", text.replace(" 1:", " 2:"), "{}",
                      text.replace("pid ", "pid -")):
            init.write_text(wrong)
            for word in ("start", "state", "kill", "delete"):
                self.fails("damaged", word, "one")
        init.write_text(text)
        self.ok("start", "one")
        self.end()

    def test_many_at_once(self):
        bundles = [self.bundle("/bin/sleep", "100") for _ in range(20)]
        def live(number):
            name = f"many{number}"
            self.ok_quietly("create", "--bundle", bundles[number].path, name)
            self.ok_quietly("start", name)
        self.failures = []
        threads = [threading.Thread(target=live, args=(each,)) for each in range(20)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        self.assertEqual(self.failures, [])
        for number in range(20):
            self.assertEqual(self.status(f"many{number}"), "running")
            self.ok("kill", f"many{number}", "KILL")
        for number in range(20):
            self.becomes(f"many{number}", "stopped")
            self.delete(f"many{number}")

    def ok_quietly(self, *words):
        status, said = trial.run(self.BINARY, "--root", str(self.root), *map(str, words),
                                 stdout=-3)
        if status:
            self.failures.append((words, said))


class Isolation(oci.Runtime):
    def sh(self, script, change=None, **process):
        return oci.last_word(self.runs("/bin/sh", "-c", script, change=change, **process))

    def test_the_command_is_pid_one(self):
        self.assertEqual(self.sh("echo $$"), "1")

    def test_namespaces_are_its_own(self):
        said = self.sh("for n in mnt net ipc uts pid; do readlink /proc/self/ns/$n; done")
        for name, line in zip("mnt net ipc uts pid".split(), said.split()):
            self.assertNotEqual(line, os.readlink(f"/proc/self/ns/{name}"), name)

    def test_without_a_namespace_it_is_the_hosts(self):
        def no_uts(config):
            without_namespace("uts")(config)
            del config["hostname"]
        self.assertEqual(self.sh("readlink /proc/self/ns/uts", no_uts),
                         os.readlink("/proc/self/ns/uts"))

    def test_a_namespace_is_joined_by_its_path(self):
        def join(config):
            for each in config["linux"]["namespaces"]:
                if each["type"] in ("network", "ipc"):
                    name = {"network": "net"}.get(each["type"], each["type"])
                    each["path"] = f"/proc/{os.getpid()}/ns/{name}"
        said = self.sh("readlink /proc/self/ns/net /proc/self/ns/ipc", join)
        self.assertEqual(said.split(), [os.readlink(f"/proc/self/ns/{name}")
                                        for name in ("net", "ipc")])

    def other_process(self, *options):
        """One in namespaces of its own."""
        other = subprocess.Popen(["unshare", *options, "sleep", "100"])
        self.addCleanup(other.wait)
        self.addCleanup(other.kill)
        comm = pathlib.Path(f"/proc/{other.pid}/comm")
        self.assertTrue(oci.eventually(lambda: comm.read_text() == "sleep\n"))
        return other.pid

    def test_hostname(self):
        self.assertEqual(self.sh("hostname"), "bundle")

    def test_hostname_in_a_namespace_of_others(self):
        other = self.other_process("--uts")
        path = f"/proc/{other}/ns/uts"
        self.assertEqual(self.sh("hostname; readlink /proc/self/ns/uts",
                                 in_namespace("uts", path)),
                         f"bundle {os.readlink(path)}")

    def has_its_rootfs_and_no_more(self, namespace, change):
        """Its mounts are in no other table, not even while it lives."""
        bundle = self.bundle("/bin/sleep", "100", change=change)
        (bundle.path / "rootfs/of-the-image").touch()
        before = table_of(), table_of(namespace)
        self.ok("create", "--bundle", bundle.path, "one")
        self.ok("start", "one")
        pid = self.state("one")["pid"]
        self.assertEqual(os.readlink(f"/proc/{pid}/ns/mnt"),
                         os.readlink(f"/proc/{namespace}/ns/mnt"))
        self.assertEqual((table_of(), table_of(namespace)), before)
        root = pathlib.Path(f"/proc/{pid}/root")
        self.assertTrue((root / "of-the-image").exists())
        self.assertEqual((root / "proc/1/comm").read_text(), "sleep\n")
        self.assertTrue((root / "dev/null").is_char_device())
        self.assertEqual((root / "proc/keys").read_text(), "")  # masked
        # Who is root there and makes a second chroot finds nothing above.
        child = os.fork()
        if child == 0:
            os.chdir(root)
            os.chroot(".")
            os.chroot("usr")
            for _ in range(50):
                os.chdir("..")
            os._exit(0 if os.path.exists("of-the-image") else 1)
        self.assertEqual(os.waitpid(child, 0)[1], 0)
        self.ok("kill", "one", "KILL")
        self.becomes("one", "stopped")
        self.delete("one")
        self.assertEqual((table_of(), table_of(namespace)), before)

    def test_without_a_mount_namespace_it_is_the_hosts(self):
        self.has_its_rootfs_and_no_more("self", without_namespace("mount"))

    def test_a_mount_namespace_is_joined_by_its_path(self):
        other = self.other_process("--mount")
        self.has_its_rootfs_and_no_more(
            other, in_namespace("mount", f"/proc/{other}/ns/mnt"))

    def test_the_host_is_not_in_its_mounts(self):
        said = self.runs("/bin/cat", "/proc/self/mountinfo")
        # root, proc, dev, pts, sys, three masks and the read-only ones.
        self.assertIn(" / / ", said)
        for place in ("/tmp/", "/run", "/home"):
            self.assertNotIn(f" {place} ", said)
        self.assertEqual(self.sh("ls /.. | grep -c ."), self.sh("ls / | grep -c ."))

    def test_masked_paths_are_empty_and_read_only_ones_refuse(self):
        self.assertEqual(self.sh("head -c 1 /proc/keys | wc -c"), "0")
        self.assertEqual(self.sh("ls /sys/firmware | wc -l"), "0")
        self.assertIn("Read-only", self.sh("echo x 2>&1 >/proc/sys/kernel/hostname"))

    def test_user_groups_umask_and_environment(self):
        user = {"uid": 1000, "gid": 1001, "additionalGids": [7, 8], "umask": 0o027}
        self.assertEqual(self.sh("id -u; id -g; id -G; umask", user=user),
                         "1000 1001 1001 7 8 0027")
        self.assertEqual(self.sh("echo $A $HOME", env=["A=b", "PATH=/bin"]), "b /root")

    def test_the_callers_environment_stays_outside(self):
        os.environ["BOXSTEP_SECRET"] = "secret"
        try:
            self.assertEqual(self.sh("echo $BOXSTEP_SECRET"), "")
        finally:
            del os.environ["BOXSTEP_SECRET"]

    def test_cwd(self):
        self.assertEqual(self.sh("pwd", cwd="/usr/bin"), "/usr/bin")
        self.assertEqual(self.sh("pwd", cwd="/made/for/it"), "/made/for/it")

    def test_capabilities_are_those_asked_for(self):
        self.assertIn("CapBnd: 00000000000004eb", self.sh("grep Cap /proc/self/status"))
        none = {}
        said = self.sh("grep Cap /proc/self/status", capabilities=none)
        self.assertEqual(said.count("0000000000000000"), 5, said)

    def test_a_user_keeps_only_ambient_ones(self):
        sets = {each: ["CAP_NET_BIND_SERVICE"] for each in (
            "bounding", "effective", "permitted", "inheritable", "ambient")}
        user = {"uid": 1000, "gid": 1000}
        self.assertIn("CapEff: 0000000000000400",
                      self.sh("grep Cap /proc/self/status", capabilities=sets, user=user))
        del sets["ambient"]
        self.assertIn("CapEff: 0000000000000000",
                      self.sh("grep Cap /proc/self/status", capabilities=sets, user=user))

    def test_no_new_privileges_only_if_asked_for(self):
        grep = "grep NoNewPrivs /proc/self/status"
        self.assertEqual(self.sh(grep), "NoNewPrivs: 1")
        self.assertEqual(self.sh(grep, noNewPrivileges=False), "NoNewPrivs: 0")

    def test_rlimits(self):
        limits = [{"type": "RLIMIT_NOFILE", "soft": 63, "hard": 64},
                  {"type": "RLIMIT_CORE", "soft": 0, "hard": 0}]
        self.assertEqual(self.sh("ulimit -Sn; ulimit -Hn; ulimit -c", rlimits=limits),
                         "63 64 0")

    def test_pids_limit(self):
        def five(config):
            config["linux"]["resources"]["pids"]["limit"] = 5
        self.assertRegex(self.sh(
            "for i in 1 2 3 4 5 6; do sleep 1 & done 2>&1; kill -9 -1", five), "fork")

    def test_oom_score(self):
        self.assertEqual(self.sh("cat /proc/self/oom_score_adj", oomScoreAdj=500), "500")

    def test_sysctl(self):
        def forward(config):
            config["linux"]["sysctl"] = {"net.ipv4.ip_forward": "1"}
        before = pathlib.Path("/proc/sys/net/ipv4/ip_forward").read_text()
        self.assertEqual(self.sh("cat /proc/sys/net/ipv4/ip_forward", forward), "1")
        self.assertEqual(pathlib.Path("/proc/sys/net/ipv4/ip_forward").read_text(),
                         before)

    def test_only_loopback_and_it_is_up(self):
        self.assertRegex(self.sh("cat /proc/net/dev; cat /proc/net/fib_trie"),
                         r"lo:.*127\.0\.0\.1")

    def test_devices(self):
        listed = self.sh("ls /dev")
        self.assertEqual(listed, "fd full null ptmx pts random stderr stdin stdout tty "
                         "urandom zero")
        self.assertEqual(self.sh("echo hello >/dev/null; head -c 2 /dev/zero | wc -c"), "2")

    def test_a_device_that_no_rule_allows_cannot_be_opened(self):
        def with_mknod(config):
            has_right(config, "CAP_MKNOD")
        # One that needs no other right: ppp's and loop's do.
        names = [name for name in ("/dev/fuse", "/dev/hwrng", "/dev/rtc0")
                 if os.path.exists(name)]
        if not names:
            self.skipTest("missing: /dev/fuse")
        number = os.stat(names[0]).st_rdev
        major, minor = os.major(number), os.minor(number)
        script = f"(mknod /dev/k c {major} {minor} && : </dev/k && echo opened) 2>&1"
        self.assertIn("not permitted", self.sh(script, with_mknod))
        # Control: the refusal was the rule's.
        def allowed(config):
            with_mknod(config)
            config["linux"]["resources"]["devices"].append(
                {"allow": True, "type": "c", "major": major, "minor": minor,
                 "access": "r"})
        self.assertEqual(self.sh(script, allowed), "opened")

    def test_a_device_of_the_config(self):
        def zero(config):
            config["linux"]["devices"] = [{
                "path": "/dev/sub/mine", "type": "c", "major": 1, "minor": 5,
                "fileMode": 0o640, "uid": 5, "gid": 6}]
        self.assertEqual(self.sh("stat -c '%t:%T %a %u %g' /dev/sub/mine", zero)
                         if os.path.exists(f"{self.ROOTFS}/bin/stat") else
                         self.sh("ls -ln /dev/sub/mine", zero)[:10] +
                         self.sh("head -c 3 /dev/sub/mine | wc -c", zero),
                         "1:5 640 5 6" if os.path.exists(f"{self.ROOTFS}/bin/stat")
                         else "crw-r-----3")

    def test_a_read_only_rootfs(self):
        def readonly(config):
            config["root"]["readonly"] = True
        self.assertIn("Read-only", self.sh("echo x 2>&1 >/file", readonly))
        self.assertEqual(self.sh("echo x >/dev/shm-file && cat /dev/shm-file", readonly),
                         "x")

    def test_mounts_and_their_options(self):
        (self.top / "data").mkdir()
        (self.top / "data/file").write_text("text")
        def some(config):
            config["mounts"] += [
                bind(self.top / "data", "/new/data"),
                bind(self.top / "data", "/ro", "ro", "nosuid", "nodev", "noexec"),
                # The kernel ignores what a bind mount cannot have: mount(2).
                bind(self.top / "data/file", "/a/file", "mode=700", "size=1k"),
                {"destination": "/small", "type": "tmpfs", "source": "tmpfs",
                 "options": ["size=64k", "mode=711", "ro"]},
            ]
        self.assertEqual(self.sh("cat /new/data/file /ro/file /a/file", some),
                         "texttexttext")
        # What is mounted later is on top, so tools read the table from its top.
        table = [line.split()[4] for line in self.runs(
            "/bin/cat", "/proc/self/mountinfo", change=some).splitlines()]
        places = ["/", "/proc", "/dev", "/dev/pts", "/sys", "/new/data", "/ro", "/a/file",
                  "/small"]
        self.assertEqual([each for each in table if each in places], places)
        self.assertIn("Read-only", self.sh("echo x 2>&1 >/ro/file", some))
        self.assertIn("Read-only", self.sh("echo x 2>&1 >/small/file", some))
        said = self.sh("grep ' /ro ' /proc/self/mountinfo", some)
        self.assertIn("ro,nosuid,nodev,noexec", said)
        self.sh("echo new >/new/data/file", some)
        self.assertEqual((self.top / "data/file").read_text(), "new\n")

    def test_read_only_reaches_below_only_if_it_is_recursive(self):
        for name in ("data", "data/below"):
            (self.top / name).mkdir()
        trial.run("mount", "-t", "tmpfs", "tmpfs", str(self.top / "data/below"))
        self.addCleanup(trial.run, "umount", str(self.top / "data/below"))
        def with_option(option):
            return lambda config: config["mounts"].append(
                bind(self.top / "data", "/data", option))
        self.assertEqual(self.sh("echo x 2>&1 >/data/below/f", with_option("ro")), "")
        self.assertIn("Read-only",
                      self.sh("echo x 2>&1 >/data/below/f", with_option("rro")))

    def test_the_propagation_of_the_root(self):
        groups = set(re.findall(r"shared:\d+", table_of()))
        self.assertTrue(groups, "nothing is shared on this host")
        for way, wanted in (("private", "^$"), ("rprivate", "^$"), ("slave", "^master:"),
                            ("shared", "^shared:"), ("rshared", "^shared:"),
                            ("unbindable", "^unbindable$")):
            def change(config, way=way):
                config["linux"]["rootfsPropagation"] = way
            line = self.sh("grep ' / / ' /proc/self/mountinfo", change)
            said = " ".join(line.split(" - ")[0].split()[6:])
            self.assertRegex(said, wanted, way)
            self.assertNotIn(said.split(" ")[0], groups, "it is the host's")

    def shared_volume(self):
        volume = self.top / "data"
        volume.mkdir()
        trial.run("mount", "-t", "tmpfs", "tmpfs", str(volume))
        trial.run("mount", "--make-shared", str(volume))
        self.addCleanup(trial.run, "umount", "-R", str(volume))
        (volume / "below").mkdir()
        return volume

    def test_a_mount_of_the_container_comes_to_the_host_only_if_it_is_shared(self):
        volume = self.shared_volume()
        for way, root, came in (
                (None, "rshared", False), ("private", "rshared", False),
                ("rprivate", "", False), ("rslave", "", False), ("rshared", "", True),
                ("shared", "shared", True)):
            def change(config, way=way, root=root):
                has_right(config, "CAP_SYS_ADMIN")
                config["linux"]["rootfsPropagation"] = root
                config["mounts"].append(bind(volume, "/data", *([way] if way else [])))
            self.assertEqual(self.sh("mount -t tmpfs tmpfs /data/below; echo $?", change),
                             "0")
            self.assertEqual(f" {volume}/below " in table_of(), came, (way, root))
            if came:
                trial.run("umount", str(volume / "below"))

    def test_a_mount_on_the_host_comes_only_to_a_slave(self):
        volume = self.shared_volume()
        for way, root, came in (("rprivate", "rprivate", False), (None, "rslave", True),
                                ("rslave", "rslave", True), ("rslave", "rprivate", True)):
            def change(config, way=way, root=root):
                config["linux"]["rootfsPropagation"] = root
                config["mounts"].append(bind(volume, "/data", *([way] if way else [])))
            bundle = self.bundle("/bin/sleep", "100", change=change)
            self.ok("create", "--bundle", bundle.path, "one")
            trial.run("mount", "-t", "tmpfs", "tmpfs", str(volume / "below"))
            table = table_of(self.state("one")["pid"])
            self.assertEqual(" /data/below " in table, came, (way, root))
            trial.run("umount", str(self.top / "data/below"))
            self.ok("kill", "one", "9")
            self.becomes("one", "stopped")
            self.delete("one")

    def test_a_user_namespace(self):
        self.assertEqual(self.sh("id -u; cat /proc/self/uid_map; echo x >/dev/null && "
                                 "head -c 1 /dev/zero | wc -c", mapped),
                         "0 0 100000 65536 1")

    def test_a_volume_in_a_directory_that_is_closed_to_the_container(self):
        closed = self.top / "closed"
        closed.mkdir(mode=0o700)
        (closed / "passwd").write_text("hello")

        def change(config):
            mapped(config)
            config["mounts"].append(bind(closed / "passwd", "/etc/passwd"))
        for owner in 0, 1000:
            with self.subTest(owner=owner):
                os.chown(closed, owner, owner)
                self.assertEqual(self.sh("cat /etc/passwd", change), "hello")

    def test_a_volume_that_cannot_be_copied_is_named(self):
        volume = self.top / "volume"
        (volume / "below").mkdir(parents=True)
        trial.run("mount", "-t", "tmpfs", "tmpfs", str(volume / "below"))
        self.addCleanup(trial.run, "umount", str(volume / "below"))

        def change(config):
            mapped(config)
            # Without what is mounted below it, which would show what that covers.
            config["mounts"].append(bind(volume, "/tmp"))
            config["mounts"][-1]["options"] = ["bind"]
        for _ in range(20):
            bundle = self.bundle("/bin/true", change=change)
            self.fails(f"open_tree {volume}: Invalid", "create", "--bundle", bundle.path,
                       "one")

    def test_a_volume_by_a_link(self):
        # To an absolute path, as /etc/localtime of many machines.
        (self.top / "passwd").write_text("hello")
        (self.top / "link").symlink_to(self.top / "passwd")
        for each in mapped, lambda config: None:
            def change(config, each=each):
                each(config)
                config["mounts"].append(bind(self.top / "link", "/etc/passwd"))
            self.assertEqual(self.sh("cat /etc/passwd", change), "hello")

    def test_a_user_namespace_locks_what_covers_a_part_of_a_volume(self):
        volume = self.top / "volume"
        (volume / "covered").mkdir(parents=True)
        (volume / "covered/secret").touch()
        trial.run("mount", "-t", "tmpfs", "-o", "ro", "tmpfs", str(volume / "covered"))
        self.addCleanup(trial.run, "umount", str(volume / "covered"))
        script = ("mount -o remount,bind,rw /tmp/covered && echo writable; "
                  "umount /tmp/covered && ls /tmp/covered")

        def change(config, *changes):
            has_right(config, "CAP_SYS_ADMIN")
            config["mounts"].append(bind(volume, "/tmp"))
            for each in changes:
                each(config)
        # The control: without the namespace, both work.
        self.assertEqual(self.sh(script, change), "writable secret")
        said = self.sh(script, lambda config: change(config, mapped))
        self.assertNotIn("writable", said)
        self.assertNotIn("secret", said)

    def test_a_mount_in_the_read_only_directory_of_cgroups(self):
        # As podman asks for, where systemd is the command and the host has version 1.
        volume = self.top / "volume"
        volume.mkdir()
        (volume / "notes").touch()

        def change(config):
            config["mounts"] += [
                {"destination": "/sys/fs/cgroup", "type": "cgroup", "source": "cgroup",
                 "options": ["ro"]},
                bind(volume, "/sys/fs/cgroup/systemd")]
        if not os.path.isdir("/sys/fs/cgroup/pids"):
            self.skipTest("missing: version 1 of cgroups")
        said = self.sh("ls /sys/fs/cgroup/systemd; mkdir /sys/fs/cgroup/x 2>&1", change)
        self.assertIn("notes", said)
        self.assertIn("Read-only", said)

    def test_seccomp(self):
        def no_mkdir(config):
            config["linux"]["seccomp"] = {
                "defaultAction": "SCMP_ACT_ALLOW",
                "syscalls": [{"names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_ERRNO",
                              "errnoRet": errno.EXDEV}]}
        self.assertIn("cross-device", self.sh("mkdir /x 2>&1", no_mkdir).lower())
        said = self.sh("mkdir /x 2>&1; grep Seccomp: /proc/self/status", no_mkdir,
                       noNewPrivileges=False)
        self.assertRegex(said.lower(), "cross-device.*seccomp: 2")

    def test_seccomp_leaves_no_new_privileges_alone(self):
        def allow(config):
            config["linux"]["seccomp"] = {"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [
                {"names": ["mkdir"], "action": "SCMP_ACT_ERRNO"}]}
        self.assertEqual(self.sh("grep NoNewPrivs /proc/self/status", allow,
                                 noNewPrivileges=False), "NoNewPrivs: 0")

    def test_seccomp_conditions(self):
        def kill_only_zero(config):
            config["linux"]["seccomp"] = {
                "defaultAction": "SCMP_ACT_ALLOW",
                "architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86"],
                "syscalls": [{"names": ["kill"], "action": "SCMP_ACT_ERRNO",
                              "args": [{"index": 1, "value": 10, "op": "SCMP_CMP_EQ"}]}]}
        self.assertRegex(self.sh("kill -10 1 2>&1; kill -0 1 && echo zero",
                                 kill_only_zero), "not permitted.*zero")

    def test_it_has_no_descriptor_of_the_host(self):
        with open("/etc/passwd", encoding="utf-8") as file:
            os.set_inheritable(file.fileno(), True)
            os.dup2(file.fileno(), 77, inheritable=True)
            self.addCleanup(os.close, 77)
            self.assertEqual(
                self.runs("/bin/sh", "-c", "ls /proc/1/fd; true", close_fds=False).split(),
                ["0", "1", "2"])


class Refused(oci.Runtime):
    """What a config asks for is done, or the container is not created."""

    def test_what_is_not_supported_is_named(self):
        def put(path, value):
            def change(config):
                *parents, last = path.split(".")
                for name in parents:
                    config = config.setdefault(name, {})
                config[last] = value
            return change
        hook = [{"path": "/bin/true"}]
        cases = [
            ("process.apparmorProfile", "x", "apparmorProfile is not supported"),
            ("process.selinuxLabel", "x", "selinuxLabel is not supported"),
            ("process.scheduler", {"policy": "SCHED_BATCH"}, "scheduler is not"),
            ("process.ioPriority", {"class": "IOPRIO_CLASS_IDLE"}, "ioPriority is not"),
            ("linux.mountLabel", "x", "mountLabel is not supported"),
            ("linux.intelRdt", {"closID": "x"}, "intelRdt is not supported"),
            ("linux.personality", {"domain": "LINUX32"}, "personality is not"),
            ("linux.timeOffsets", {"monotonic": {"secs": 1}}, "timeOffsets is not"),
            ("linux.rootfsPropagation", "odd", "propagation 'odd'"),
            ("linux.seccomp", {"defaultAction": "SCMP_ACT_NOTIFY"}, "SCMP_ACT_NOTIFY"),
            ("linux.seccomp", {"defaultAction": "SCMP_ACT_ALLOW", "listenerPath": "/x"},
             "listenerPath is not supported"),
            ("linux.seccomp", {"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [
                {"names": ["no_such_call"], "action": "SCMP_ACT_ERRNO"}]}, "no_such_call"),
            ("linux.seccomp", {"defaultAction": "SCMP_ACT_ALLOW",
                               "architectures": ["SCMP_ARCH_ODD"]}, "SCMP_ARCH_ODD"),
            ("linux.seccomp", {"defaultAction": "SCMP_ACT_ALLOW", "flags": ["ODD"]},
             "flag ODD"),
            ("linux.sysctl", {"kernel.core_pattern": "x"}, "core_pattern is not of a"),
            ("linux.sysctl", {"net.ipv4.no_such": "1"}, "No such file"),
            ("linux.resources.memory", {"kernel": 1}, "kernel is not supported"),
            ("linux.resources.blockIO", {"weight": 10}, "weight is not supported"),
            ("linux.resources.network", {"classID": 10}, "classID is not supported"),
            ("linux.resources.rdma", {"x": {"hcaHandles": 1}}, "rdma is not supported"),
            ("linux.resources.cpu", {"realtimeRuntime": 1}, "realtimeRuntime is not"),
            ("linux.resources.unified", {"pids.most": "5"}, "pids.most"),
            ("windows", {"x": 1}, "windows is not supported"),
            ("process.user.uid", -1, "another kind"),
            ("process.user.uid", "0", "another kind"),
            ("process.cwd", "relative", "cwd is not absolute"),
            ("process.cwd", "", "cwd is missing"),
            ("process.args", [], "args is missing"),
            ("process.args", ["/bin/sh\0x"], "has a NUL"),
            ("process.capabilities.bounding", ["CAP_ODD"], "CAP_ODD"),
            ("process.rlimits", [{"type": "RLIMIT_ODD"}], "RLIMIT_ODD"),
            ("root.path", "nosuch", "No such file"),
            ("root.path", "/", "chroot"),
            ("ociVersion", "2.0.0", "version 2.0.0"),
            ("ociVersion", "", "ociVersion is missing"),
            ("linux.namespaces", [{"type": "uts"}, {"type": "user"}],
             "user namespace needs a new mount"),
            ("linux.namespaces", [{"type": "mount"}], "hostname needs a uts"),
            ("linux.namespaces", [{"type": "mount"}, {"type": "mount"}], "twice"),
            ("linux.namespaces", [{"type": "time"}, {"type": "mount"}], "'time'"),
            ("linux.namespaces", [{"type": "user", "path": "/proc/1/ns/user"}],
             "to join a namespace of type user"),
            ("linux.namespaces", [{"type": "mount", "path": "/proc/1/ns/net"},
                                  {"type": "uts"}], "setns the mount namespace: Invalid"),
            ("linux.namespaces", [{"type": "mount"}, {"type": "uts"}, {"type": "user"}],
             "two maps"),
            ("linux.uidMappings", [{"containerID": 0, "hostID": 0, "size": 1}],
             "two maps"),
            ("linux.cgroupsPath", "system.slice:box:one", "systemd|colon|No such"),
            ("linux.cgroupsPath", "/a/../../b", r"\.\."),
        ]
        if "15" in os.path.basename(self.BINARY):
            cases += [("hooks.prestart", hook, "prestart is not supported"),
                      ("process.terminal", True, "terminal is not supported")]
        for path, value, wanted in cases:
            with self.subTest(path=path, value=value):
                self.refuses(wanted, put(path, value))

    def test_mount_options(self):
        def mount(**more):
            return lambda config: config["mounts"].append(
                {"destination": "/x", "type": "tmpfs", "source": "tmpfs", **more})
        cases = [
            (mount(options=["no_such_option"]), "Invalid argument"),
            (mount(options=["idmap"]), "idmap is not supported"),
            (mount(type="nosuch"), "No such device"),
            (mount(type=""), "type is missing"),
            (mount(type="bind", source="/no/such"), "open /no/such: No such file"),
            (mount(type="bind", source="/tmp", options=["bind", "roo"]),
             "'roo' for a bind mount"),
            (mount(type="bind", source="/tmp", options=["bind", "sync"]), "bind mount"),
            (mount(options=["rro"]), "recursive flag needs a bind"),
            (mount(uidMappings=[{"containerID": 0, "hostID": 0, "size": 1}]),
             "uidMappings is not supported"),
        ]
        for change, wanted in cases:
            with self.subTest(wanted=wanted):
                self.refuses(wanted, change)

    def test_what_would_change_the_host(self):
        own = f"/proc/{os.getpid()}/ns/"
        def sysctl(config):
            in_namespace("network", own + "net")(config)
            config["linux"]["sysctl"] = {"net.ipv4.ip_forward": "1"}
        self.refuses("changes the host's /proc", in_namespace("uts", own + "uts"))
        self.refuses("changes the host's /proc", sysctl)
        def shared(config):
            without_namespace("mount")(config)
            config["linux"]["rootfsPropagation"] = "shared"
        self.refuses("rootfsPropagation needs a new mount", shared)
        def volume(config):
            without_namespace("mount")(config)
            config["mounts"].append(bind("/tmp", "/x", "rshared"))
        self.refuses("propagation of a mount needs a new mount", volume)

    def test_a_controller_that_is_not_there(self):
        def memory(config):
            config["linux"]["resources"]["memory"] = {"limit": 1 << 26}
        hidden = [place for place in ("/sys/fs/cgroup/memory",) if os.path.isdir(place)]
        for place in hidden:
            trial.run("mount", "-t", "tmpfs", "tmpfs", place)
            self.addCleanup(trial.run, "umount", place)
        if not hidden:
            self.skipTest("missing: a hierarchy of version 1 for memory")
        self.refuses("controller memory", memory)

    def test_what_is_no_config(self):
        bundle = self.bundle()
        for text in ("", "{", "[]", "null", json.dumps(bundle.config)[:-2]):
            (bundle.path / "config.json").write_text(text)
            self.fails("config.json", "create", "--bundle", bundle.path, "one")
        (bundle.path / "config.json").unlink()
        self.fails("No such file", "create", "--bundle", bundle.path, "one")
        self.fails("No such file", "create", "--bundle", self.top / "no", "one")

    def test_an_unknown_key_is_ignored_unless_the_version_is_newer(self):
        def odd(config):
            config["linux"]["odd"] = True
        self.runs("/bin/true", change=odd)
        def newer(config):
            odd(config)
            config["ociVersion"] = "1.9.0"
        self.refuses("odd is unknown", newer)

    def test_a_cgroup_with_processes(self):
        name = oci.mark() + "used"
        place = pathlib.Path("/sys/fs/cgroup/pids", name)
        if not place.parent.is_dir():
            place = pathlib.Path("/sys/fs/cgroup", name)
        place.mkdir()
        self.addCleanup(place.rmdir)
        sleep = subprocess.Popen(["sleep", "100"])
        self.addCleanup(sleep.wait)
        self.addCleanup(sleep.kill)
        (place / "cgroup.procs").write_text(str(sleep.pid))
        def used(config):
            config["linux"]["cgroupsPath"] = f"/{name}"
        self.refuses("has processes already", used)
        self.assertIsNone(sleep.poll(), "it has killed a process that is not its own")

    def test_a_directory_as_stdin(self):
        bundle = self.bundle()
        with open(os.devnull, encoding="utf-8"):
            directory = os.open("/", os.O_RDONLY)
        self.addCleanup(os.close, directory)
        self.fails("Is a directory", "create", "--bundle", bundle.path, "one",
                   stdin=directory)


class Attacks(oci.Runtime):
    """An image, a volume or a config that wants out. The controls show that the way
    leads out where nobody looks."""

    def image(self, change, prepare):
        bundle = self.bundle("/bin/sleep", "0", change=change)
        prepare(bundle.path / "rootfs")
        return bundle

    def test_a_link_in_the_image_does_not_lead_a_mount_to_the_host(self):
        outside = self.top / "outside"
        outside.mkdir()
        (self.top / "data").mkdir()
        for target in (str(outside), "../" * 20 + str(outside)):
            def evil(rootfs, target=target):
                (rootfs / "evil").symlink_to(target)
            # To the image, it leads nowhere: nobody knows what was meant.
            bundle = self.image(lambda config: config["mounts"].append(
                bind(self.top / "data", "/evil/new")), evil)
            self.fails("File exists", "create", "--bundle", bundle.path, "one")
            self.assertEqual(os.listdir(outside), [], "made on the host")
            def evil(rootfs, target=target):
                (rootfs / "evil").symlink_to(target)
                (rootfs / str(outside)[1:]).mkdir(parents=True)
            bundle = self.image(lambda config: config["mounts"].append(
                bind(self.top / "data", "/evil/new")), evil)
            # Control: a plain path goes there.
            self.assertEqual(os.path.realpath(bundle.path / "rootfs/evil"), str(outside))
            self.ok("create", "--bundle", bundle.path, "one")
            pid = self.state("one")["pid"]
            self.assertEqual(os.listdir(outside), [], "made on the host")
            table = pathlib.Path(f"/proc/{pid}/mountinfo").read_text()
            self.assertIn(f" {outside}/new ", table)  # in the container's own tree
            self.ok("kill", "one", "9")
            self.becomes("one", "stopped")
            self.delete("one")

    def test_a_link_in_the_image_does_not_lead_a_mask_or_a_device_to_the_host(self):
        outside = self.top / "outside"
        outside.mkdir()
        (outside / "file").write_text("text")
        def change(config):
            config["linux"]["maskedPaths"] = ["/evil/file"]
            config["linux"]["readonlyPaths"] = ["/evil"]
            config["linux"]["devices"] = [{"path": "/evil/dev", "type": "c", "major": 1,
                                           "minor": 3}]
        def evil(rootfs):
            (rootfs / "evil").symlink_to(outside)
            (rootfs / str(outside)[1:]).mkdir(parents=True)
            (rootfs / str(outside)[1:] / "file").write_text("text")
        bundle = self.image(change, evil)
        self.ok("create", "--bundle", bundle.path, "one")
        self.assertEqual(os.listdir(outside), ["file"])
        self.assertEqual((outside / "file").read_text(), "text")
        self.ok("kill", "one", "9")
        self.becomes("one", "stopped")
        self.delete("one")

    def test_a_proc_that_is_a_link_is_refused(self):
        # CVE-2019-19921: what is masked would be somewhere else.
        for target in ("fake", "/fake", "../fake"):
            def evil(rootfs, target=target):
                (rootfs / "fake").mkdir()
                (rootfs / "proc").rmdir()
                (rootfs / "proc").symlink_to(target)
            bundle = self.image(None, evil)
            self.fails("mount /proc", "create", "--bundle", bundle.path, "one")

    def test_a_cwd_that_is_a_descriptor_is_refused(self):
        # CVE-2024-21626: /proc/self/fd/N of a directory of the host.
        root = os.open("/", os.O_RDONLY | os.O_DIRECTORY)
        for number in range(20, 40):
            os.dup2(root, number, inheritable=True)
            self.addCleanup(os.close, number)
        self.addCleanup(os.close, root)
        # Control: it is a way to the host's /.
        self.assertEqual(os.readlink("/proc/self/fd/25"), "/")
        for number in range(3, 40):
            bundle = self.bundle("/bin/pwd", cwd=f"/proc/self/fd/{number}")
            status, said = self.call("create", "--bundle", bundle.path, "one",
                                     close_fds=False)
            if status == 0:
                # One of ours that is in the container: its own /.
                pid = self.state("one")["pid"]
                self.assertEqual(os.stat(f"/proc/{pid}/cwd").st_ino,
                                 os.stat(f"/proc/{pid}/root").st_ino, number)
                self.ok("kill", "one", "9")
                self.becomes("one", "stopped")
                self.delete("one")
            else:
                self.assertRegex(said, "getcwd|No such file|Not a directory|mkdir|"
                                 "Too many|loop")

    def test_a_link_that_changes_meanwhile(self):
        # CVE-2021-30465: a volume that two containers have, and one of them swaps a
        # directory and a link as fast as it can.
        outside, volume = self.top / "outside", self.top / "volume"
        for each in (outside, volume, volume / "dir", self.top / "data"):
            each.mkdir()
        (volume / "link").symlink_to(outside)
        libc = ctypes.CDLL(None, use_errno=True)
        going = True
        def swap():
            while going:
                libc.renameat2(-100, str(volume / "dir").encode(), -100,
                               str(volume / "link").encode(), 2)
        thread = threading.Thread(target=swap)
        thread.start()
        reached = 0
        try:
            # Control: who opens it by its path is led outside now and then.
            for _ in range(2000):
                try:
                    reached += os.path.realpath(volume / "dir") == str(outside)
                except OSError:
                    continue  # a link when it looked, and a directory when it read
            for number in range(60):
                def change(config):
                    config["mounts"] += [bind(volume, "/volume"),
                                         bind(self.top / "data", "/volume/dir/in")]
                bundle = self.bundle("/bin/sleep", "100", change=change)
                name = f"race{number}"
                status, _ = self.call("create", "--bundle", bundle.path, name)
                self.assertEqual(os.listdir(outside), [], "made on the host")
                if status == 0:
                    self.ok("kill", name, "9")
                    self.becomes(name, "stopped")
                    self.delete(name)
        finally:
            going = False
            thread.join()
        self.assertGreater(reached, 0, "the control did not work")

    def test_the_runtime_cannot_be_written_to(self):
        # CVE-2019-5736: through /proc/PID/exe, while no other process runs it.
        # A copy of it: this test writes into it where it can.
        copy = self.top / "runtime"
        shutil.copy(self.BINARY, copy)
        self.BINARY = copy
        before = copy.read_bytes()
        bundle = self.bundle("/bin/sleep", "100")
        self.ok("create", "--bundle", bundle.path, "one")
        pid = self.state("one")["pid"]
        exe = os.open(f"/proc/{pid}/exe", os.O_PATH)
        self.addCleanup(os.close, exe)
        self.ok("kill", "one", "9")
        self.becomes("one", "stopped")
        self.delete("one")
        name = f"/proc/self/fd/{exe}"
        for attempt in (lambda: os.open(name, os.O_WRONLY), lambda: os.chmod(name, 0o777),
                        lambda: os.truncate(name, 0)):
            with self.assertRaises(OSError) as refused:
                attempt()
            self.assertEqual(refused.exception.errno, errno.EROFS)
        self.assertEqual(copy.read_bytes(), before)
        # Control: it is only this mount of it that is read-only.
        os.close(os.open(copy, os.O_WRONLY))

    def test_a_command_that_is_the_runtime_itself(self):
        bundle = self.image(None, lambda rootfs:
                            (rootfs / "evil").symlink_to("/proc/self/exe"))
        bundle.config["process"]["args"] = ["/evil", "--help"]
        bundle.write()
        output = self.top / "written"
        with open(output, "w+", encoding="utf-8") as file:
            self.ok("create", "--bundle", bundle.path, "one", stdout=file)
            self.ok("start", "one")
            self.becomes("one", "stopped")
        self.delete("one")

    def test_the_null_device_of_the_host_is_not_its_stream(self):
        null, file = self.top / "null", self.write("file", "")
        os.mknod(null, 0o666 | 0o020000, os.makedev(1, 3))
        null.chmod(0o666)
        for number, path in enumerate((null, file)):
            with open(path, "r+", encoding="utf-8") as stream:
                self.ok("create", "--bundle",
                        self.bundle("/bin/chmod", "600", "/dev/stdin").path,
                        f"one{number}", stdin=stream)
            self.ok("start", f"one{number}")
            self.becomes(f"one{number}", "stopped")
            self.delete(f"one{number}")
        # Control: another file that is its stream, it can change.
        self.assertEqual(oct(file.stat().st_mode), "0o100600")
        self.assertEqual(oct(null.stat().st_mode), "0o20666")

    def test_a_device_of_the_image_with_another_number(self):
        def evil(rootfs):
            (rootfs / "dev").mkdir(exist_ok=True)
            (rootfs / "dev/null").unlink(missing_ok=True)
            os.mknod(rootfs / "dev/null", 0o20666, os.makedev(1, 5))
        bundle = self.image(without_dev, evil)
        self.fails("mknod /dev/null: File exists", "create", "--bundle", bundle.path,
                   "one")

    def test_a_device_in_the_image_is_not_taken_for_null(self):
        def evil(rootfs):
            (rootfs / "dev").mkdir(exist_ok=True)
            (rootfs / "dev/null").unlink(missing_ok=True)
            (rootfs / "dev/null").symlink_to("/etc/passwd")
        bundle = self.image(without_dev, evil)
        self.fails("mknod /dev/null: File exists", "create", "--bundle", bundle.path,
                   "one")


class Killed(oci.Runtime):
    """kill -9 at random moments: what is left can be removed, all of it."""

    KILLS = int(os.environ.get("BOXSTEP_KILLS", "40"))

    def test_create(self):
        import random  # pylint: disable=import-outside-toplevel
        import subprocess  # pylint: disable=import-outside-toplevel
        seed = random.randrange(10**6)
        dice = random.Random(seed)
        bundle = self.bundle("/bin/sleep", "100")
        seen = set()
        for number in range(self.KILLS):
            name = f"killed{number}"
            runtime = subprocess.Popen(
                [self.BINARY, "--root", self.root, "create", "--bundle", bundle.path,
                 name], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL)
            time.sleep(dice.uniform(0, 0.03))
            runtime.kill()
            runtime.wait()
            status, said = self.call("state", name)
            if status != 0:
                self.assertIn("does not exist", said)
                seen.add("nothing")
                self.assertEqual(oci.cgroups(), [], f"seed {seed}")
                continue
            # Its process may still be on its way out.
            oci.eventually(lambda name=name: self.status(name) != "creating")
            found = self.state(name)["status"]
            seen.add(found)
            self.assertIn(found, ("stopped", "created"), f"seed {seed}")
            if found == "created":
                self.call("kill", name, "KILL")
                self.becomes(name, "stopped")
            self.delete(name)
            reap_all = oci.eventually(lambda: not oci.cgroups())
            self.assertTrue(reap_all, f"seed {seed}, kill {number}: a cgroup is left")
        self.assertGreater(len(seen), 1, f"only {seen}: choose other moments")


if __name__ == "__main__":
    oci.main([Lifecycle, Isolation, Refused, Attacks, Killed])
