#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What an engine asks for besides a bundle: a terminal, exec, ps, pause, hooks, a log,
and a delete that always ends in nothing.

    engine_test.py THROWAWAY_HOST BINARY ROOTFS [TEST...]"""

import array
import contextlib
import json
import os
import pathlib
import random
import re
import signal
import socket
import subprocess
import sys
import termios
import time

sys.path.append(os.path.dirname(os.path.abspath(__file__)))
import oci  # noqa: E402
import trial  # noqa: E402


class Engine(oci.Runtime):
    def start(self, *command, name="one", **more):
        self.ok("create", "--bundle", self.bundle(*command, **more).path, name)
        self.ok("start", name)
        return self.state(name)["pid"]

    def end(self, name="one"):
        self.ok("delete", "--force", name)

    def exec(self, *command, **more):
        return self.ok("exec", "one", *command, **more)


class Exec(Engine):
    def test_it_is_in_the_container(self):
        pid = self.start("/bin/sleep", "100")
        script = "for n in mnt net ipc uts pid; do readlink /proc/self/ns/$n; done"
        for name, line in zip("mnt net ipc uts pid".split(),
                              self.exec("/bin/sh", "-c", script).split()):
            self.assertEqual(line, os.readlink(f"/proc/{pid}/ns/{name}"))
        self.assertEqual(self.exec("/bin/cat", "/proc/self/cgroup"),
                         self.exec("/bin/cat", "/proc/1/cgroup"))
        self.assertEqual(self.exec("/bin/pwd"), "/\n")
        self.end()

    def test_it_has_no_more_rights_than_the_container(self):
        def strict(config):
            config["linux"]["seccomp"] = {
                "defaultAction": "SCMP_ACT_ALLOW",
                "syscalls": [{"names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_ERRNO"}]}
        self.start("/bin/sleep", "100", change=strict)
        grep = ("/bin/grep", "-E", "Cap|NoNew|Seccomp:|Groups|Uid", "/proc/self/status")
        init = self.exec("/bin/grep", *grep[1:3], "/proc/1/status")
        self.assertEqual(self.exec(*grep), init)
        self.fails("not permitted", "exec", "one", "/bin/mkdir", "/x")
        self.end()

    def test_status_and_errors(self):
        self.start("/bin/sleep", "100")
        self.assertEqual(self.call("exec", "one", "/bin/sh", "-c", "exit 7")[0], 7)
        self.assertEqual(self.call("exec", "one", "/bin/sh", "-c", "kill -9 $$")[0], 137)
        self.fails("not found", "exec", "one", "nosuch")
        self.fails("Permission denied", "exec", "one", "/etc/passwd")
        self.fails("no command", "exec", "one")
        self.end()
        self.fails("does not exist", "exec", "one", "/bin/true")

    def test_it_needs_a_container_that_runs(self):
        self.ok("create", "--bundle", self.bundle("/bin/sleep", "100").path, "one")
        self.fails("created", "exec", "one", "/bin/true")
        self.ok("start", "one")
        self.ok("pause", "one")
        self.fails("paused", "exec", "one", "/bin/true")
        self.ok("resume", "one")
        self.ok("kill", "one", "9")
        self.becomes("one", "stopped")
        self.fails("stopped", "exec", "one", "/bin/true")
        self.end()

    def test_a_process_from_a_file_that_is_left_alone(self):
        self.start("/bin/sleep", "100")
        file, pid = self.top / "process.json", self.top / "pid"
        process = dict(oci.CONFIG["process"], args=["/bin/sleep", "99"], cwd="/usr",
                       user={"uid": 7, "gid": 8})
        file.write_text(json.dumps(process))
        self.ok("exec", "--process", file, "--detach", "--pid-file", pid, "one")
        number = int(pid.read_text())
        self.assertTrue(oci.eventually(lambda: pathlib.Path(
            f"/proc/{number}/cmdline").read_text().startswith("/bin/sleep\0")))
        self.assertEqual(os.readlink(f"/proc/{number}/cwd"), "/usr")
        self.assertEqual(os.stat(f"/proc/{number}").st_uid, 7)
        said = json.loads(self.ok("ps", "--format", "json", "one"))
        self.assertEqual(said, sorted([self.state("one")["pid"], number]))
        self.end()

    def test_user_cwd_and_environment(self):
        self.start("/bin/sleep", "100")
        script = "id -u; id -g; pwd; echo $A"
        said = self.ok("exec", "--user", "5:6", "--cwd", "/usr", "--env", "A=b", "one",
                       "/bin/sh", "-c", script)
        self.assertEqual(said.split(), ["5", "6", "/usr", "b"])
        self.end()

    def test_a_cwd_in_a_directory_that_the_engine_hands_over(self):
        # CVE-2024-21626, where there is such a descriptor: --preserve-fds.
        self.start("/bin/sleep", "100")
        root = os.open("/", os.O_RDONLY | os.O_DIRECTORY)
        self.addCleanup(os.close, root)
        os.set_inheritable(root, True)
        hand_over = {"close_fds": False, "preexec_fn": lambda: os.dup2(root, 3)}
        # Control: it is handed over, and another cwd is all right.
        self.assertIn("3", self.ok("exec", "--preserve-fds", "1", "one", "/bin/ls",
                                   "/proc/self/fd", **hand_over).split())
        self.fails("getcwd", "exec", "--preserve-fds", "1", "--cwd", "/proc/self/fd/3",
                   "one", "/bin/pwd", **hand_over)
        self.end()

    def test_it_cannot_be_written_to(self):
        # CVE-2019-5736: a process of the container looks at the one that joins it.
        before = pathlib.Path(self.BINARY).read_bytes()
        def all_rights(config):
            for each in config["process"]["capabilities"].values():
                each.append("CAP_SYS_PTRACE")
        script = ("while :; do for p in /proc/[0-9]*; do [ $p/exe -ef /bin/sh ] || "
                  "(echo x >$p/exe) 2>/dev/null; done; done")
        self.start("/bin/sh", "-c", script, change=all_rights)
        for _ in range(20):
            self.exec("/bin/true")
        self.end()
        self.assertEqual(pathlib.Path(self.BINARY).read_bytes(), before)

    def test_it_ends_with_its_runtime_unless_it_is_detached(self):
        self.start("/bin/sleep", "100")
        runtime = subprocess.Popen(
            [self.BINARY, "--root", self.root, "exec", "one", "/bin/sleep", "98"])
        def count():
            return len(json.loads(self.ok("ps", "--format", "json", "one")))
        self.assertTrue(oci.eventually(lambda: count() == 2))
        runtime.kill()
        runtime.wait()
        self.assertTrue(oci.eventually(lambda: (oci.reap(), count())[1] == 1))
        self.end()

    def test_without_a_namespace_of_its_own(self):
        def none(config):
            config["linux"]["namespaces"] = []
            del config["hostname"]
        bundle = self.bundle("/bin/sleep", "100", change=none)
        (bundle.path / "rootfs/of-the-image").touch()
        self.ok("create", "--bundle", bundle.path, "one")
        self.ok("start", "one")
        said = self.exec("/bin/sh", "-c", "ls /; pwd; readlink /proc/self/ns/mnt").split()
        self.assertEqual(said[-2:], ["/", os.readlink("/proc/self/ns/mnt")])
        self.assertIn("of-the-image", said)
        self.end()

    def test_in_a_user_namespace(self):
        def mapped(config):
            config["linux"]["namespaces"].append({"type": "user"})
            for name in ("uidMappings", "gidMappings"):
                config["linux"][name] = [
                    {"containerID": 0, "hostID": 100000, "size": 65536}]
        self.start("/bin/sleep", "100", change=mapped)
        self.assertEqual(self.exec("/bin/sh", "-c", "id -u; cat /proc/self/uid_map").split(),
                         "0 0 100000 65536".split())
        self.end()


class Words(Engine):
    def test_pause_and_resume(self):
        pid = self.start("/bin/sh", "-c", "while :; do :; done")
        self.ok("pause", "one")
        self.assertEqual(self.status("one"), "paused")
        self.fails("paused", "pause", "one")
        def used():
            return pathlib.Path(f"/proc/{pid}/stat").read_text().split()[13:15]
        before = used()
        time.sleep(0.3)
        self.assertEqual(used(), before)
        self.ok("resume", "one")
        self.fails("running", "resume", "one")
        self.assertTrue(oci.eventually(lambda: used() != before))
        self.end()

    def test_update(self):
        limits = self.top / "limits"

        def update(**wanted):
            limits.write_text(json.dumps(wanted))
            self.ok("update", "--resources", limits, "one")

        def written(name):
            files = [pathlib.Path(place, name) for place in oci.cgroups()]
            return [file.read_text().strip() for file in files if file.exists()]

        def log(config):
            number = {"type": "c", "major": 1, "minor": 11}
            config["linux"]["devices"] = [{**number, "path": "/dev/kmsg"}]
            config["linux"]["resources"]["devices"].append(
                {**number, "allow": True, "access": "w"})
        self.start("/bin/sh", "-c", "sleep 100 & wait", change=log)
        # One that has failed does not stand in the way of the next.
        limits.write_text('{"cpu": {"quota": 5}}')
        self.fails("Invalid argument", "update", "--resources", limits, "one")
        # The rules for devices stay as they are.
        update(pids={"limit": 7}, cpu={"quota": 30000, "period": 100000},
               devices=[{"allow": False, "access": "rwm"}])
        self.assertEqual(written("pids.max"), ["7"])
        self.assertEqual(written("cpu.max") + written("cpu.cfs_quota_us"),
                         ["30000 100000" if written("cpu.max") else "30000"])
        self.exec("/bin/sh", "-c", ": >/dev/kmsg")
        self.ok("pause", "one")
        update(cpu={"cpus": "0"})
        self.assertEqual(self.status("one"), "paused")
        self.assertEqual(written("cpuset.cpus"), ["0"])
        self.ok("resume", "one")
        # Version 1 has a hierarchy for each controller: all processes are in each.
        for processes in written("cgroup.procs"):
            self.assertEqual(len(processes.split()), 2)
        limits.write_text('{"pids": {"limit": 8}}')
        with open(limits, encoding="utf-8") as file:
            self.ok("update", "--resources", "-", "one", stdin=file)
        self.assertEqual(written("pids.max"), ["8"])
        limits.write_text('{"pids": {"limit": "many"}}')
        self.fails("pids.limit", "update", "--resources", limits, "one")
        self.fails("--resources", "update", "one")
        self.ok("kill", "one", "9")
        self.becomes("one", "stopped")
        self.fails("stopped", "update", "--resources", limits, "one")
        self.end()

    def test_delete_force_at_every_status(self):
        def nothing():
            self.fails("does not exist", "state", "one")
            self.assertEqual(oci.cgroups(), [])
        self.ok("delete", "--force", "one")
        self.ok("create", "--bundle", self.bundle("/bin/sleep", "9").path, "one")
        self.end()
        nothing()
        self.start("/bin/sleep", "9")
        self.end()
        nothing()
        self.start("/bin/sleep", "9")
        self.ok("pause", "one")
        self.end()
        nothing()
        self.start("/bin/sleep", "9")
        self.ok("kill", "one", "9")
        self.becomes("one", "stopped")
        self.end()
        nothing()

    def test_delete_force_with_a_damaged_state(self):
        for wrong in ("", "boxstep 9: pid 1 started at 1\n", "boxstep 1: pid", None):
            pid = self.start("/bin/sh", "-c", "sleep 99 & sleep 99")
            init = self.root / "one/init"
            if wrong is None:
                init.unlink()
                (self.root / "one/config.json").write_text("{")
            else:
                init.write_text(wrong)
                self.fails("damaged", "state", "one")
            self.end()
            # A process leaves its cgroup a moment before it has ended.
            self.assertTrue(oci.eventually(lambda pid=pid: self.ended(pid)))
            self.assertEqual(oci.cgroups(), [])

    def test_kill_all_and_delete_without_a_pid_namespace(self):
        def no_pid(config):
            config["linux"]["namespaces"] = [
                each for each in config["linux"]["namespaces"] if each["type"] != "pid"]
        self.start("/bin/sh", "-c", "sleep 97 & exec sleep 97", change=no_pid)
        self.assertTrue(oci.eventually(lambda: self.ok("ps", "one").count("\n") == 3))
        self.ok("kill", "--all", "one", "KILL")
        self.becomes("one", "stopped")
        self.assertEqual(self.ok("ps", "--format", "json", "one"), "[]\n")
        self.end()
        # One that the first process has left goes with the container.
        self.start("/bin/sh", "-c", "sleep 96 & exec sleep 0.1", change=no_pid)
        self.becomes("one", "stopped")
        self.assertNotEqual(self.ok("ps", "--format", "json", "one"), "[]\n")
        self.ok("delete", "one")
        oci.reap()
        self.assertEqual(trial.run("pgrep", "-f", "^sleep 96$")[1], "")

    def test_the_log(self):
        log = self.top / "log"
        status, said = self.call("--log", log, "--log-format", "json", "state", "nosuch")
        self.assertEqual(status, 125, said)
        line = json.loads(log.read_text())
        self.assertEqual(line["level"], "error")
        self.assertIn("does not exist", line["msg"])
        self.assertRegex(line["time"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        bundle = self.bundle("nosuch")
        self.call("--log", log, "--log-format", "json", "create", "--bundle", bundle.path,
                  "one")
        self.assertIn("not found", json.loads(log.read_text().splitlines()[-1])["msg"])

    def test_words_and_options_that_it_does_not_have(self):
        for words in (["checkpoint", "one"], ["create", "--no-pivot", "one"],
                      ["state", "--all", "one"], ["delete", "--bundle", "x", "one"],
                      ["--systemd-cgroup", "state", "one"], [], ["create"]):
            self.fails("unknown|expected|missing|systemd", *words)


class Console(Engine):
    """Has the other end of a terminal, as an engine has."""

    def listen(self):
        server = socket.socket(socket.AF_UNIX)
        self.addCleanup(server.close)
        path = str(self.top / "console")
        if os.path.exists(path):
            os.unlink(path)
        server.bind(path)
        server.listen()
        return server, path

    def receive(self, server):
        connection, _ = server.accept()
        fds = array.array("i")
        _, ancillary, _, _ = connection.recvmsg(100, socket.CMSG_SPACE(4))
        fds.frombytes(ancillary[0][2])
        connection.close()
        self.addCleanup(os.close, fds[0])
        return fds[0]

    @staticmethod
    def read_until(master, wanted):
        text = ""
        end = time.monotonic() + 10
        while not re.search(wanted, text) and time.monotonic() < end:
            os.set_blocking(master, False)
            try:
                text += os.read(master, 1000).decode()
            except BlockingIOError:
                time.sleep(0.01)
            except OSError:  # the other end is closed
                break
        return text


class Terminals(Console):
    def test_the_first_process_has_one(self):
        server, path = self.listen()
        bundle = self.bundle("/bin/sh", terminal=True,
                             consoleSize={"height": 33, "width": 77})
        self.ok("create", "--bundle", bundle.path, "--console-socket", path, "one")
        master = self.receive(server)
        self.assertEqual(termios.tcgetwinsize(master), (33, 77))
        self.ok("start", "one")
        os.write(master, b"tty; ls -l /dev/console; sleep 100\n")
        text = self.read_until(master, r"136, *0.*/dev/console")
        self.assertRegex(text, "/dev/pts/0")
        self.assertRegex(text, "136, *0.*/dev/console")
        def sleeps():  # the one before it, ls, may end while we look
            with contextlib.suppress(FileNotFoundError):
                return any("sleep" in pathlib.Path(f"/proc/{pid}/comm").read_text()
                           for pid in json.loads(self.ok("ps", "--format", "json", "one")))
        self.assertTrue(oci.eventually(sleeps))
        os.write(master, b"\x03")  # Ctrl-C reaches the sleep, and the shell goes on
        os.write(master, b"echo it''works; exit 0\n")
        self.assertIn("itworks", self.read_until(master, "itworks"))
        self.becomes("one", "stopped")
        self.end()

    def test_exec_has_one(self):
        self.start("/bin/sleep", "100")
        server, path = self.listen()
        process = dict(oci.CONFIG["process"], args=["/bin/sh", "-c", "tty; sleep 5"],
                       terminal=True)
        file = self.top / "process.json"
        file.write_text(json.dumps(process))
        self.ok("exec", "--process", file, "--detach", "--console-socket", path, "one")
        self.assertIn("/dev/pts/0", self.read_until(self.receive(server), "pts"))
        self.end()

    def test_one_without_the_other_is_refused(self):
        bundle = self.bundle(terminal=True)
        self.fails("needs --console-socket", "create", "--bundle", bundle.path, "one")
        self.fails("is for a process with", "create", "--bundle", self.bundle().path,
                   "--console-socket", "/x", "one")
        self.fails("connect /no/such: No such file", "create", "--bundle", bundle.path,
                   "--console-socket", "/no/such", "one")

    def test_a_ptmx_of_the_image_is_not_taken(self):
        def no_pts(config):
            config["mounts"] = [each for each in config["mounts"]
                                if each["destination"] not in ("/dev/pts", "/dev")]
        server, path = self.listen()
        bundle = self.bundle("/bin/sh", terminal=True, change=no_pts)
        (bundle.path / "rootfs/dev/pts").mkdir(parents=True)
        (bundle.path / "rootfs/dev/pts/ptmx").write_text("")
        self.fails("ptmx", "create", "--bundle", bundle.path, "--console-socket", path,
                   "one")
        server.close()


class Hooks(Engine):
    NAMES = ("prestart", "createRuntime", "createContainer", "startContainer", "poststart",
             "poststop")

    def hook(self, name, text):
        return {"path": "/bin/sh", "args": ["sh", "-c", text], "env": [f"NAME={name}"]}

    def test_each_runs_in_its_order_with_the_state(self):
        log = self.top / "log"
        inside = "/hook-log"
        def all_hooks(config):
            config["hooks"] = {
                name: [self.hook(name, "read -r state; echo $NAME $state >>" + (
                    inside if name == "startContainer" else str(log)))]
                for name in self.NAMES}
            config["annotations"] = {"a": "b"}
        bundle = self.bundle("/bin/sleep", "100", change=all_hooks)
        self.ok("create", "--bundle", bundle.path, "one")
        def names():
            return [line.split()[0] for line in log.read_text().splitlines()]
        self.assertEqual(names(), ["prestart", "createRuntime", "createContainer"])
        self.ok("start", "one")
        self.assertEqual(names()[3:], ["poststart"])
        there = (bundle.path / "rootfs" / inside[1:]).read_text()
        self.assertTrue(there.startswith("startContainer {"), there)
        self.end()
        self.assertEqual(names()[4:], ["poststop"])
        said = {}
        for line in [*log.read_text().splitlines(), there]:
            name, text = line.split(" ", 1)
            state = json.loads(text)
            self.assertEqual((state["id"], state["annotations"]), ("one", {"a": "b"}))
            said[name] = state["status"]
        self.assertEqual(said, {
            "prestart": "created", "createRuntime": "creating",
            "createContainer": "creating", "startContainer": "created",
            "poststart": "running", "poststop": "stopped"})

    def test_one_that_fails_or_does_not_end(self):
        for name in ("prestart", "createRuntime", "createContainer"):
            self.refuses("hook /bin/sh: status 3", lambda config, name=name: config.update(
                hooks={name: [self.hook(name, "exit 3")]}), "/bin/true")
        late = dict(self.hook("x", "sleep 50"), timeout=1)
        self.refuses("no end in time", lambda config: config.update(
            hooks={"createRuntime": [late]}), "/bin/true")
        bundle = self.bundle("/bin/true", change=lambda config: config.update(
            hooks={"startContainer": [self.hook("x", "exit 4")]}))
        self.ok("create", "--bundle", bundle.path, "one")
        self.fails("status 4", "start", "one")
        self.becomes("one", "stopped")
        self.end()

    def test_one_that_fails_too_late_is_a_warning(self):
        bundle = self.bundle("/bin/sleep", "100", change=lambda config: config.update(
            hooks={name: [self.hook(name, "exit 5"), self.hook(
                name, f"echo $NAME >>{self.top}/next")]
                   for name in ("poststart", "poststop")}))
        self.ok("create", "--bundle", bundle.path, "one")
        self.assertIn("hook /bin/sh: status 5", self.ok("start", "one"))
        self.assertEqual(self.status("one"), "running")
        self.assertIn("hook /bin/sh: status 5", self.ok("delete", "--force", "one"))
        self.assertEqual((self.top / "next").read_text(), "poststart\npoststop\n")


class Many(Engine):
    COUNT = 100

    def all_at_once(self, *words):
        """Calls the runtime for each container, without a wait in between."""
        with open(self.top / "log", "a+", encoding="utf-8") as log:
            running = [subprocess.Popen(
                [self.BINARY, "--root", self.root,
                 *(word.format(number) for word in words)],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)
                for number in range(self.COUNT)]
            failed = [each.args for each in running if each.wait(300) != 0]
            log.seek(0)
            self.assertEqual(failed, [], log.read())

    def test_a_hundred_at_once(self):
        # Without a path, each has the cgroup of its name.
        bundle = self.bundle("/bin/sleep", "1000",
                             change=lambda config: config["linux"].pop("cgroupsPath"))
        name = oci.mark() + "{}"
        self.all_at_once("create", "--bundle", str(bundle.path), name)
        self.all_at_once("start", name)
        states = [self.state(name.format(number)) for number in range(self.COUNT)]
        self.assertEqual({state["status"] for state in states}, {"running"})
        pids = [state["pid"] for state in states]
        for what in "ns/pid", "ns/mnt", "ns/net":
            self.assertEqual(len({os.readlink(f"/proc/{pid}/{what}") for pid in pids}),
                             self.COUNT)
        groups = {pathlib.Path(f"/proc/{pid}/cgroup").read_text() for pid in pids}
        self.assertEqual(len(groups), self.COUNT)
        self.all_at_once("delete", "--force", name)
        self.assertTrue(all(self.ended(pid) for pid in pids))


class Killed(Engine):
    KILLS = int(os.environ.get("BOXSTEP_KILLS", "40"))

    def test_any_word_at_any_moment(self):
        seed = random.randrange(10**6)
        dice = random.Random(seed)
        bundle = self.bundle("/bin/sleep", "100")
        limits = self.top / "limits"
        limits.write_text('{"cpu": {"quota": 50000}}')
        for number in range(self.KILLS):
            words = dice.choice(
                ("create", "start", "exec", "kill", "delete", "pause", "update"))
            if words != "create":
                self.ok("create", "--bundle", bundle.path, "one")
                if words != "start":
                    self.ok("start", "one")
            command = {
                "create": ["create", "--bundle", bundle.path, "one"],
                "start": ["start", "one"],
                "exec": ["exec", "one", "/bin/sleep", "99"],
                "kill": ["kill", "one", "KILL"],
                "delete": ["delete", "--force", "one"],
                "pause": ["pause", "one"],
                "update": ["update", "--resources", limits, "one"],
            }[words]
            runtime = subprocess.Popen(
                [self.BINARY, "--root", self.root, *command], stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(dice.uniform(0, 0.03))
            runtime.kill()
            runtime.wait()
            self.ok("delete", "--force", "one")
            self.assertTrue(
                oci.eventually(lambda: (oci.reap(), not oci.cgroups())[1]),
                f"{words}, number {number}, seed {seed}: a cgroup is left")
            left = trial.run("pgrep", "-f", "^/bin/sleep (99|100)$")[1]
            self.assertEqual(left, "", f"{words}, number {number}, seed {seed}")


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    oci.main([Exec, Words, Terminals, Hooks, Many, Killed])
