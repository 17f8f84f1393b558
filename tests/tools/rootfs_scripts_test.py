#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Tests of rootfs-scripts/: what a person relies on, through their command lines.

Run as root everything is tried, as an ordinary user what such a user can do. A run
that skips everything exits 77; BOXSTEP_MUST_RUN=1 turns skips into failures.

FromDockerReally and FromDebootstrapReally run where they are named: they need an
engine (docker or podman), debootstrap, root, a network and a minute.
BOXSTEP_SUITE and BOXSTEP_MIRROR choose what is bootstrapped.
"""

import hashlib
import io
import os
import pathlib
import resource
import shlex
import shutil
import signal
import stat
import subprocess
import sys
import tarfile
import tempfile
import time
import unittest

SCRIPTS = pathlib.Path(__file__).resolve().parents[2] / "rootfs-scripts"
NAMES = ["from-host", "from-docker", "from-debootstrap", "from-tarball"]
MARKER = ".boxstep-rootfs"
MUST_RUN = os.environ.get("BOXSTEP_MUST_RUN") == "1"
ROOT = os.geteuid() == 0
NOBODY = 65534
SIGNALS = [signal.SIGHUP, signal.SIGINT, signal.SIGTERM]

# Runs $2 in the rootfs $1 as the steps do: in namespaces, with a /proc of its own.
IN_ROOTFS = 'mount -t proc proc "$1/proc" || exit 99; exec chroot "$1" /bin/sh -c "$2"'


def tar_of(path, members, mode="w"):
    """Writes an archive; a member is (name, TarInfo attributes, content)."""
    with tarfile.open(path, mode) as archive:
        for name, attributes, content in members:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            for key, value in attributes.items():
                setattr(info, key, value)
            archive.addfile(info, io.BytesIO(content))
    return str(path)


def directory(name, mode=0o755):
    return (name, {"type": tarfile.DIRTYPE, "mode": mode}, b"")


def link(name, target):
    return (name, {"type": tarfile.SYMTYPE, "linkname": target}, b"")


def hard(name, target):
    return (name, {"type": tarfile.LNKTYPE, "linkname": target}, b"")


def program(name, mode=0o755):
    return (name, {"mode": mode}, b"#!/nothing\n")


def device(name, kind=tarfile.CHRTYPE):
    return (name, {"type": kind, "devmajor": 1, "devminor": 3}, b"")


# The least that is a rootfs.
LEAST = [directory("bin"), program("bin/sh"), directory("proc")]


class ScriptTest(unittest.TestCase):
    patience = 120  # seconds, for a script

    def setUp(self):
        self.top = pathlib.Path(tempfile.mkdtemp(prefix="boxstep-test-"))
        self.addCleanup(self.remove_top)
        self.top.chmod(0o755)
        # A copy, since the checkout may be closed to other users.
        self.scripts = self.top / "scripts"
        shutil.copytree(SCRIPTS, self.scripts)
        subprocess.run(["chmod", "-R", "a+rX", self.scripts], check=True)
        self.stand_ins = self.top / "stand-ins"
        self.stand_ins.mkdir()
        # The scripts run here, and leave nothing but DEST here.
        self.work = self.top / "work"
        self.work.mkdir()
        self.log = self.top / "log"
        self.log.touch()
        self.tarball = tar_of(self.top / "least.tar", LEAST)

    def remove_top(self):
        # Some tests close directories, and podman does.
        subprocess.run(["chmod", "-R", "u+rwX", self.top], check=True)
        shutil.rmtree(self.top)

    def skip(self, why):
        if MUST_RUN:
            self.fail(f"BOXSTEP_MUST_RUN=1, but {why}")
        self.skipTest(why)

    def stand_in(self, name, text):
        path = self.stand_ins / name
        path.write_text(f"#!/bin/sh\nlog={shlex.quote(str(self.log))}\n{text}")
        path.chmod(0o755)

    def start(self, *words, **options):
        path = {**os.environ, "PATH": f"{self.stand_ins}:{os.environ['PATH']}"}
        return subprocess.Popen([self.scripts / words[0], *words[1:]], **{
            "cwd": self.work, "env": path, "stdin": subprocess.DEVNULL, "text": True,
            "stdout": subprocess.PIPE, "stderr": subprocess.PIPE,
            "start_new_session": True, **options})

    def run_script(self, *words, **options):
        process = self.start(*words, **options)
        try:
            output, errors = process.communicate(timeout=self.patience)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise
        return subprocess.CompletedProcess(words, process.returncode, output, errors)

    def make(self, *words, **options):
        """Runs a script that must succeed."""
        result = self.run_script(*words, **options)
        self.assertEqual(0, result.returncode, result)
        return result

    def refuse(self, *words, text, status=1, **options):
        """Runs a script that must fail, and leave everything as it was."""
        before = self.listing()
        result = self.run_script(*words, **options)
        self.assertEqual((status, ""), (result.returncode, result.stdout), result)
        self.assertIn(text, result.stderr)
        self.assertIn(f"{words[0]}: ", result.stderr)
        self.assertEqual(before, self.listing())
        return result

    def listing(self):
        """The names, inodes, modes and sizes of all that is in the work directory."""
        return {str(path): (info.st_ino, info.st_mode, info.st_size)
                for path in self.work.rglob("*") for info in [path.lstat()]}

    def names(self, path="."):
        return sorted(os.listdir(self.work / path))

    def as_nobody(self):
        """Options to run a script as an ordinary user, who owns the work directory."""
        if not ROOT:
            return {}
        os.chown(self.work, NOBODY, NOBODY)
        return {"user": NOBODY, "group": NOBODY, "extra_groups": []}

    def in_namespaces(self, command, *arguments, **options):
        flags = ["--mount", "--uts", "--pid", "--fork", "--kill-child"]
        if not ROOT:
            flags += ["--user", "--map-root-user"]
            if subprocess.run(["unshare", *flags, "true"], check=False).returncode:
                self.skip("an ordinary user cannot make namespaces here")
        return subprocess.run(
            ["unshare", *flags, "sh", "-c", command, "sh", *map(str, arguments)],
            cwd=self.work, timeout=60, capture_output=True, text=True, check=False,
            **options)

    def inside(self, command, rootfs="rootfs", **environment):
        result = self.in_namespaces(IN_ROOTFS, self.work / rootfs, command, env={
            **os.environ, "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", **environment})
        self.assertNotEqual(99, result.returncode, result)
        return result

    def wait_until(self, condition):
        deadline = time.monotonic() + 30
        while not condition():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)

    # A stand-in that lasts.
    SLEEP = 'echo "pid $$" >>"$log"\nexec sleep 60\n'

    def interrupt(self, number, *words, group=False):
        """Sends a signal while SLEEP runs; nothing of the script may be left."""
        self.log.write_text("")
        process = self.start(*words)
        self.wait_until(lambda: "pid " in self.log.read_text())
        pid = int(self.log.read_text().split("pid ")[1].split()[0])
        # A shell that is about to start a program may put a signal off.
        comm = pathlib.Path(f"/proc/{pid}/comm")
        self.wait_until(lambda: comm.read_text() == "sleep\n")
        (os.killpg if group else os.kill)(process.pid, number)
        process.communicate(timeout=30)
        self.assertEqual(128 + number, process.returncode)
        self.assertEqual([], self.names())
        self.wait_until(lambda: not comm.exists() or comm.read_text() != "sleep\n")


class CommandLine(ScriptTest):
    def testHelpAndUsageErrors(self):
        for name in NAMES:
            result = self.make(name, "--help")
            self.assertRegex(result.stdout, rf"\Ausage: {name} (?s:.*)--force(?s:.*)DEST")
            words = ["a"] * (name == "from-tarball") + ["b", "c"]
            for words, text in [
                    (["--nope"], "--nope: unknown option"), ([""], "an empty DEST"),
                    (words, "c: a word too many")]:
                self.refuse(name, *words, status=2, text=(
                    f"{name}: {text}\nhint: {name} --help lists the options\n"))
        for name, option in [("from-docker", "--image"), ("from-debootstrap", "--suite"),
                             ("from-tarball", "--sha256")]:
            for words in [], [""], ["--force"]:
                self.refuse(name, option, *words, status=2, text=": needs a value")
        self.refuse("from-tarball", status=2, text="no FILE")


class Destination(ScriptTest):
    """What is true of DEST for all four, tried with the quickest."""

    def testIsMadeAndSaysHowBig(self):
        tar_of(self.tarball, [*LEAST, ("big", {}, b"x" * (5 << 20))])
        result = self.make("from-tarball", self.tarball,
                           preexec_fn=lambda: os.umask(0o077))
        self.assertEqual(f"made {self.work}/rootfs: the files of least.tar, 6 MiB\n",
                         result.stdout)
        self.assertEqual(["rootfs"], self.names())
        self.assertEqual([MARKER, "big", "bin", "proc"], self.names("rootfs"))
        self.assertEqual(0o755, stat.S_IMODE((self.work / "rootfs").stat().st_mode))

    def testAnyNameIsTaken(self):
        (self.work / "there").mkdir()
        for name in ["slash/", "a b", "there/in", "there/../up", "*", "c:d",
                     f"{self.work}/absolute", "back\\slash"]:
            for force in [], ["--force"]:
                self.make("from-tarball", self.tarball, *force, name)
                self.assertTrue((self.work / name / "bin/sh").is_file())

    def testAPlaceThatCannotBeWrittenIsRefused(self):
        self.refuse("from-tarball", self.tarball, "no/where",
                    text="no: no such directory")
        options = self.as_nobody()
        self.work.chmod(0o555)
        self.refuse("from-tarball", self.tarball, text="cannot write beside", **options)

    def testExistingIsRefusedAndTheHintIsForce(self):
        self.make("from-tarball", self.tarball)
        (self.work / "dangling").symlink_to("nowhere")
        for name in "rootfs", "dangling":
            for script in NAMES:
                file = [self.tarball] * (script == "from-tarball")
                self.refuse(script, *file, name,
                            text=f"{name} exists\nhint: --force replaces it\n")

    def testForceReplacesWhatTheseScriptsMadeOnly(self):
        self.make("from-tarball", self.tarball, "x")
        (self.work / "x/stale").write_text("old")
        self.make("from-tarball", self.tarball, "--force", "x")
        self.assertEqual([MARKER, "bin", "proc"], self.names("x"))
        # It looks like a rootfs, and may be the root of a real system.
        shutil.copytree(self.work / "x", self.work / "system")
        (self.work / "system" / MARKER).unlink()
        (self.work / "file").write_text("mine")
        (self.work / "link").symlink_to("x")
        for name in "system", "file", "link":
            self.refuse("from-tarball", self.tarball, "--force", name,
                        text="these scripts did not make it")
        for name in ".", "..", "bin/..", "/", "/tmp/..":
            self.refuse("from-tarball", self.tarball, "--force", name,
                        text="not a name for a new directory", cwd=self.work / "x")

    def testForceSparesWhatIsMountedInARootfs(self):
        (self.work / "mine").mkdir()
        (self.work / "mine/thesis").write_text("mine")
        for name in "a b", "back\\slash":
            self.make("from-tarball", self.tarball, name)
            # The bind mount is of the same file system: rm would not see a border.
            for where, mount in [("proc", "mount -t proc proc"),
                                 ("bin", "mount --bind mine"), ("", "mount -t tmpfs t")]:
                before = self.listing()
                result = self.in_namespaces(
                    f'{mount} "$1" && : >>"$3/{MARKER}" && exec "$2" --force "$4" "$3"',
                    self.work / name / where, self.scripts / "from-tarball", name,
                    self.tarball)
                self.assertEqual(1, result.returncode, result)
                self.assertIn("something is mounted", result.stderr)
                self.assertEqual(before, self.listing())

    def testForceAsksForSudoWhereItNeedsIt(self):
        if not ROOT:
            self.skip("only root can make another user's directory")
        options = self.as_nobody()
        closed = [directory("./", 0o555), directory("shut", 0o555),
                  program("shut/file"), directory("dark", 0)]
        tar_of(self.tarball, [*LEAST, *closed])
        self.make("from-tarball", self.tarball, **options)
        self.make("from-tarball", self.tarball, "--force", **options)
        (self.work / "rootfs/theirs").mkdir()
        self.refuse("from-tarball", self.tarball, "--force", text="hint: use sudo",
                    **options)

    def testAFailedOrInterruptedReplacementKeepsTheOld(self):
        self.make("from-tarball", self.tarball, "x")
        (self.work / "x/mine").write_text("old")
        mv = shutil.which("mv")
        # At each rename in turn: the old one aside, the new one into place.
        for failing, text in ("old", "cannot be put aside"), ("x", "cannot be put in"):
            self.log.write_text("")
            self.stand_in("mv", f"""
                for last; do :; done
                if [ "${{last##*/}}" = {failing} ] && [ ! -s "$log" ]; then
                  echo failed >>"$log"; exit 1
                fi
                exec {mv} "$@" """)
            self.refuse("from-tarball", self.tarball, "--force", "x", text=text)
        self.stand_in("mv", f'{mv} "$@"\nkill -s TERM $PPID\n')
        before = self.listing()
        result = self.run_script("from-tarball", self.tarball, "--force", "x")
        self.assertEqual((143, before), (result.returncode, self.listing()), result)

    def testOfTwoAtOnceOneWins(self):
        both = [self.start("from-tarball", self.tarball, "x") for _ in range(2)]
        ends = [process.communicate(timeout=60) for process in both]
        self.assertEqual([0, 1], sorted(process.returncode for process in both), ends)
        self.assertEqual(["x"], self.names())
        self.assertEqual([MARKER, "bin", "proc"], self.names("x"))


class FromTarball(ScriptTest):
    def tar(self, *members):
        return tar_of(self.top / "r.tar", members)

    def testWhatIsNoRootfsIsRefused(self):
        shell, proc = [directory("bin"), program("bin/sh")], directory("proc")
        for text, cases in {
            "it has no program /bin/sh": [
                [proc], [proc, directory("bin"), program("bin/sh", 0o644)],
                [directory("top"), directory("top/proc"), *shell[:1]]],
            "it has no directory /proc": [
                shell, [*shell, program("proc")], [*shell, link("proc", "/proc")]],
        }.items():
            for members in cases:
                result = self.refuse("from-tarball", self.tar(*members), text=text)
                self.assertIn("hint: FILE must hold the root directory", result.stderr)
        # Links are the container's.
        self.make("from-tarball", self.tar(proc, link("bin", "/usr/bin")), "a")
        self.make("from-tarball", self.tar(
            proc, directory("bin"), link("bin/sh", "/bin/busybox")), "b")

    def testReadsEveryCompressionOfTar(self):
        for tool in "gzip", "xz", "zstd":
            if shutil.which(tool):  # else this host's tar cannot either
                file = self.work / f"a:b.tar.{tool}"
                file.write_bytes(subprocess.run(
                    [tool, "-c", self.tarball], check=True, capture_output=True).stdout)
                self.make("from-tarball", file.name, tool)
                self.assertTrue((self.work / tool / "bin/sh").is_file())

    def testFilesAreAsInTheArchive(self):
        self.make("from-tarball", self.tar(
            *LEAST, link("etc/up", "../../outside"), hard("bin/hard", "bin/sh"),
            # The host's number for the name is none of the rootfs's.
            ("etc/passwd", {"mode": 0o640, "uid": 7, "gid": 8, "uname": "nobody"},
             b"root:x\n"), program("bin/su", 0o4755)))
        rootfs = self.work / "rootfs"
        self.assertEqual("../../outside", os.readlink(rootfs / "etc/up"))
        self.assertEqual(2, (rootfs / "bin/sh").stat().st_nlink)
        info = (rootfs / "etc/passwd").stat()
        self.assertEqual((7, 0o640), (info.st_size, stat.S_IMODE(info.st_mode)))
        if ROOT:
            self.assertEqual((7, 8), (info.st_uid, info.st_gid))
            self.assertTrue((rootfs / "bin/su").stat().st_mode & stat.S_ISUID)

    def testAnotherChecksumIsRefusedBeforeUnpacking(self):
        total = hashlib.sha256(pathlib.Path(self.tarball).read_bytes()).hexdigest()
        self.make("from-tarball", "--sha256", total.upper(), self.tarball, "a")
        self.make("from-tarball", self.tarball, "b", "--sha256", total)
        self.stand_in("tar", 'echo tar ran >>"$log"')
        for wrong in total[:-1], total + "0", total[::-1], "*":
            self.refuse("from-tarball", self.tarball, "--sha256", wrong,
                        text=f"its SHA-256 is {total}")
        self.assertEqual("", self.log.read_text())

    def testWhatIsNoArchiveIsRefused(self):
        good = pathlib.Path(tar_of(self.top / "good.tar.gz", [
            *LEAST, ("big", {}, os.urandom(100_000))], "w:gz")).read_bytes()
        for data in b"no archive\n" * 100, good[: len(good) // 2]:
            (self.top / "bad").write_bytes(data)
            self.refuse("from-tarball", f"{self.top}/bad", text="tar cannot read it")
        self.refuse("from-tarball", f"{self.top}/none", text="there is no such file")

    def testMembersThatReachOutAreRefused(self):
        victim = self.top / "victim"
        victim.write_text("mine")
        for member in [program(str(victim)), program("bin/../../victim"),
                       hard("v", str(victim)), hard("v", "../v")]:
            self.refuse("from-tarball", self.tar(*LEAST, member), text="absolute paths")
        self.refuse("from-tarball", text="tar cannot unpack it", *[self.tar(
            *LEAST, link("a", str(self.top)), program("a/victim"))])
        for member in link(MARKER, str(victim)), directory(MARKER):
            self.make("from-tarball", self.tar(*LEAST, member), "--force")
        self.assertEqual("mine", victim.read_text())

    def testDeviceNodesAreMadeByRootAndNamedToOthers(self):
        file = self.tar(*LEAST, device("./dev/null"), device("dev/a b", tarfile.BLKTYPE),
                        program("./dev/file"))
        if ROOT:
            self.assertEqual("", self.make("from-tarball", file, "a").stderr)
            self.assertTrue((self.work / "a/dev/null").is_char_device())
        result = self.make("from-tarball", file, "b", **self.as_nobody())
        self.assertEqual(["file"], self.names("b/dev"))
        self.assertTrue(result.stderr.endswith(": ./dev/null dev/a b\n"), result.stderr)

    def testASignalEndsItAtOnceAndLeavesNothing(self):
        self.stand_in("tar", self.SLEEP)
        for number in SIGNALS:
            self.interrupt(number, "from-tarball", self.tarball)


class FromHost(ScriptTest):
    def check_commands(self):
        result = self.inside("ls /; hostname container; hostname; id; ps -ef; exit 7")
        lib64 = "lib64 " * os.path.exists("/lib64")
        self.assertEqual(7, result.returncode, result)
        self.assertRegex(result.stdout, "\\A" + (
            f"bin dev etc lib {lib64}proc root sbin sys tmp usr container"
        ).replace(" ", "\n") + r"""
uid=0\(root\) gid=0\(root\).*
.*PID.*(CMD|COMMAND)
.* ls /; hostname .*
.* ps -ef
\Z""")

    def testItsCommandsRunWhoeverMadeIt(self):
        # Processor time, and twice what it promises: other work is not its fault.
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        result = self.make("from-host")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.assertLess(after.ru_utime + after.ru_stime
                        - before.ru_utime - before.ru_stime, 2.0)
        self.assertRegex(result.stdout, rf"\Amade {self.work}/rootfs: "
                         r"programs of this host, \d+ MiB\n\Z")
        self.check_commands()
        shutil.rmtree(self.work / "rootfs")
        self.make("from-host", **self.as_nobody())
        self.check_commands()
        # A bare environment is enough, and a library of the caller's is not copied.
        libraries = self.top / "lib"
        libraries.mkdir()
        listed = subprocess.run(["ldd", "/bin/ls"], capture_output=True, text=True,
                                check=True).stdout.split()
        shutil.copy(next(word for word in listed if "/libc." in word), libraries)
        self.make("from-host", "--force", env={
            "PATH": os.environ["PATH"], "LD_LIBRARY_PATH": str(libraries)})
        self.check_commands()

    def testEveryProgramFindsItsLibraries(self):
        self.make("from-host")
        # The loader exits 127 where a library is missing, and so does a script
        # without its interpreter.
        result = self.inside("""
            for file in /bin/*; do
              "$file" --help </dev/null >/dev/null 2>&1
              [ $? -lt 126 ] || echo "$file"
            done""")
        self.assertEqual((0, ""), (result.returncode, result.stdout), result)
        needed = set("sh ls ps cat hostname id mount umount sleep env mkdir mknod rm "
                     "echo true kill stty tty head wc grep stat ln seq".split())
        self.assertEqual(set(), needed - {*self.names("rootfs/bin")})
        for name in "bash", "busybox", "dash":
            self.assertEqual(bool(shutil.which(name)),
                             name in self.names("rootfs/bin"), name)

    def testAPersonAtATerminalIsAtHome(self):
        self.make("from-host")
        for before, prompt in ({}, "\\u@\\h:\\w\\$ "), ({"PS1": "mine> "}, "mine> "):
            result = self.inside("exec bash -ic 'echo \"$PS1\"'", HOME="/root",
                                 LC_ALL="C.UTF-8", **before)
            self.assertEqual(prompt, result.stdout.rstrip("\n"), result)
        for terminal in "xterm-256color", "screen", "linux":
            known = subprocess.run(["clear"], capture_output=True, text=True, check=False,
                                   env={**os.environ, "TERM": terminal})
            result = self.inside("clear", TERM=terminal)
            self.assertEqual(known.stdout, result.stdout, result)
        users = (self.work / "rootfs/etc/passwd").read_text().splitlines()
        self.assertEqual(["root", "nobody"], [line.split(":")[0] for line in users])

    def testNothingInItIsPrivilegedOrSomebodyElses(self):
        self.make("from-host", preexec_fn=lambda: os.umask(0o077))
        rootfs = self.work / "rootfs"
        modes = {rootfs / "tmp": 0o1777, rootfs / "root": 0o700}
        for path in [rootfs, *rootfs.rglob("*")]:
            info = path.lstat()
            mode = stat.S_IMODE(info.st_mode)
            self.assertEqual((os.geteuid(), 0), (info.st_uid, mode & 0o6000), path)
            if path.is_symlink():
                self.assertFalse(os.readlink(path).startswith("/"), path)
            elif path.is_dir():
                self.assertEqual(modes.get(path, 0o755), mode, path)
            else:
                self.assertTrue(path.is_file(), path)
                self.assertEqual(0o644, mode & 0o644, path)
        self.assertEqual([], self.names("rootfs/dev"))
        self.assertNotEqual(os.stat("/bin/ls").st_ino, (rootfs / "bin/ls").stat().st_ino)

    def host_without(self, *names):
        """Makes this host, as from-host sees it, a directory of links."""
        script = self.scripts / "from-host"
        text = script.read_text()
        line = "search_path=/usr/bin:/bin:/usr/sbin:/sbin:$PATH\n"
        self.assertIn(line, text)
        host = self.top / "host"
        host.mkdir()
        self.make("from-host", "made")
        for name in {*self.names("made/bin")} - {*names}:
            (host / name).symlink_to(shutil.which(name))
        shutil.rmtree(self.work / "made")
        script.write_text(text.replace(line, f"search_path={host}\n"))
        return host

    def testMissingProgramsAreNamed(self):
        host = self.host_without("busybox", "seq", "stty")
        result = self.make("from-host")
        self.assertRegex(result.stderr, "not on this host, left out:.* seq.* stty")
        for name in "sh", "ls", "ps":
            (host / name).rename(host / "hidden")
            self.refuse("from-host", "x", text=f"{name}: not found on this host")
            (host / "hidden").rename(host / name)

    def testLinksAndScriptsAreFollowed(self):
        # As where busybox or one coreutils program is all of them.
        host = self.host_without("seq", "touch", "nice")
        shutil.copy(shutil.which("true"), host / "multi")
        os.link(host / "multi", host / "seq")
        (host / "touch").symlink_to("multi")
        interpreter = self.top / "interpreter"
        shutil.copy(shutil.which("echo"), interpreter)
        (host / "nice").write_text(f"#! {interpreter} ran\n")
        (host / "nice").chmod(0o4511)
        self.make("from-host")
        bin_ = self.work / "rootfs/bin"
        self.assertEqual((bin_ / "seq").stat().st_ino, (bin_ / "touch").stat().st_ino)
        self.assertEqual(0o755, stat.S_IMODE((bin_ / "nice").stat().st_mode))
        result = self.inside("seq && touch x && nice")
        self.assertRegex(result.stdout, r"\Aran /\S+/nice\n\Z")

    def testALoaderIsFoundAndALibraryThatIsMissingIsAnError(self):
        # What ldd says where the C library is musl.
        ldd = shutil.which("ldd")
        self.stand_in("ldd", f"""
{ldd} "$@" | sed -n 's/^.*[[:space:]]\\([^ ]*\\/ld[^ ]* (\\)/\t\\1/p' >>"$log"
cat "$log"
sed 's/^./\tlibc.musl.so.1 => /' "$log"
""")
        self.make("from-host")
        self.check_commands()
        self.stand_in("ld.so", 'echo "	libnone.so => not found"\n')
        self.stand_in("ldd", f'echo "	{self.stand_ins}/ld.so (0x1)"\n')
        self.refuse("from-host", "x", text="lacks a library")

    def testAFailureOrASignalLeavesNothing(self):
        for tool in "cp", "stat", "chmod", "ldd", "ln", "mkdir":
            self.stand_in(tool, 'echo "$0: no luck" >&2\nexit 1\n')
            result = self.run_script("from-host")
            self.assertNotEqual(0, result.returncode)
            self.assertIn("no luck", result.stderr)
            self.assertEqual([], self.names())
            (self.stand_ins / tool).unlink()
        self.stand_in("cp", self.SLEEP)
        # A terminal's Ctrl-C goes to the whole group, cp included.
        self.interrupt(signal.SIGINT, "from-host", group=True)


class FromDocker(ScriptTest):
    def engine(self, name, **parts):
        """A docker that notes its calls."""
        parts = {"create": "echo 0123abcd", "export": f'cp "{self.tarball}" "$3"',
                 "rm": ":", "version": ":", **parts}
        self.stand_in(name, 'echo "${0##*/} $*" >>"$log"\ncase $1 in\n' + "".join(
            f"{word}) {command} ;;\n" for word, command in parts.items()) + "esac\n")

    def calls(self):
        return [line.split() for line in self.log.read_text().splitlines()
                if not line.startswith("pid")]

    def assert_removed(self):
        """The one container that was created."""
        container, = [call[3] for call in self.calls() if call[1] == "create"]
        self.assertRegex(container, r"\Aboxstep-\w+\Z")
        self.assertEqual(("rm", container), (self.calls()[-1][1], self.calls()[-1][-1]))

    def testMakesTheImagesFiles(self):
        self.engine("docker")
        result = self.make("from-docker", "--image", "some/image:1", "x")
        self.assertRegex(result.stdout, rf"\Amade {self.work}/x: the image some/image:1 "
                         r"by docker, \d+ MiB\n\Z")
        self.assertEqual(["version", "create", "export", "rm"],
                         [call[1] for call in self.calls()])
        self.assertEqual("some/image:1", self.calls()[1][4])
        self.assert_removed()
        # podman serves where docker does not answer; ubuntu is the default.
        self.engine("docker", version="no daemon >&2; exit 1")
        self.engine("podman")
        result = self.make("from-docker")
        self.assertEqual("", result.stderr)
        self.assertIn("the image ubuntu by podman", result.stdout)
        self.engine("podman", version="echo no service >&2; exit 1")
        result = self.refuse("from-docker", "y", text="neither docker nor podman works")
        self.assertIn("no service", result.stderr)

    def testAFailureLeavesNothing(self):
        half = f'head -c 9000 "{self.tarball}" >"$3"'
        for part, command, text in [
            ("create", "echo no such image >&2; exit 1", "docker create nope failed"),
            ("export", 'echo half >"$3"; exit 1', "docker export nope failed"),
            ("export", half, "tar cannot read it"),
            ("rm", "exit 1", "docker rm boxstep-"),
        ]:
            self.log.write_text("")
            tar_of(self.tarball, [*LEAST, ("big", {}, b"x" * 100_000)])
            self.engine("docker", **{part: command})
            self.refuse("from-docker", "--image", "nope", text=text)
            self.assert_removed()

    def testASignalLeavesNoContainer(self):
        for part in "create", "export":
            self.engine("docker", **{part: self.SLEEP})
            for number in SIGNALS:
                self.interrupt(number, "from-docker")
                self.assert_removed()


def owned_by_root(info):
    info.uid = info.gid = 0
    return info


class FromDockerReally(ScriptTest):
    patience = 600
    IMAGE = "localhost/boxstep-test:rootfs"

    def setUp(self):
        super().setUp()
        # Docker's client may lack its daemon. An ordinary user's podman that is asked
        # for more than this leaves a process behind.
        for name, question in ("podman", "--version"), ("docker", "version"):
            path = shutil.which(name)
            if path and not subprocess.run([path, question], capture_output=True,
                                           check=False).returncode:
                break
        else:
            self.skip("missing: docker or podman: ./boxstep install ci")
        self.command = [path]
        if name == "podman":  # its storage can be a directory of the test's own
            self.command += [f"--root={self.top}/storage", f"--runroot={self.top}/run",
                             f"--tmpdir={self.top}/tmp", "--storage-driver=vfs"]
            # Ends the process that rootless podman leaves behind.
            self.addCleanup(self.ask, "system", "migrate")
            self.stand_in("docker", "exit 1\n")
            self.stand_in("podman", f'exec {shlex.join(self.command)} "$@"\n')
        self.addCleanup(self.ask, "rmi", "--force", self.IMAGE)

    def ask(self, *words):
        return subprocess.run([*self.command, *words], capture_output=True, text=True,
                              check=True).stdout

    def testAnImageBecomesARootfs(self):
        self.make("from-host", "source")
        with tarfile.open(self.top / "source.tar", "w") as tar:
            tar.add(self.work / "source", arcname=".", filter=owned_by_root)
        shutil.rmtree(self.work / "source")
        self.ask("import", f"{self.top}/source.tar", self.IMAGE)
        before = self.ask("ps", "--all", "--quiet")
        self.make("from-docker", "--image", self.IMAGE)
        self.assertEqual(before, self.ask("ps", "--all", "--quiet"))
        self.assertEqual(["rootfs"], self.names())
        result = self.inside("hostname box; hostname; ls -d /proc; ps -ef")
        self.assertRegex(result.stdout, r"\Abox\n/proc\n(?s:.*)ps -ef", result)


class FromDebootstrap(ScriptTest):
    # The last words are SUITE, TARGET and, if there is one, MIRROR.
    FILL = """
        echo "called $*" >>"$log"
        for target; do case $target in */root) break ;; esac; done
        mkdir -p "$target/bin" "$target/proc" "$target/var/cache/apt/archives"
        mkdir -p "$target/var/lib/apt/lists/x"
        cp /bin/sh "$target/bin/"
        : >"$target/var/cache/apt/archives/a.deb"
        """

    def setUp(self):
        super().setUp()
        if not ROOT:
            self.skip("debootstrap needs root")

    def testAsksForAMinimalSystemWithPs(self):
        self.stand_in("debootstrap", self.FILL)
        words = ["--suite", "noble", "--mirror", "http://m/"]
        result = self.make("from-debootstrap", *words)
        self.assertIn("rootfs: noble by debootstrap, ", result.stdout)
        # Never packages that nobody vouches for.
        self.assertRegex(self.log.read_text(), "called --variant=minbase --include=procps "
                         r"--force-check-gpg noble \S+/root http://m/\n")
        for emptied in "cache/apt/archives", "lib/apt/lists":
            self.assertEqual([], self.names(f"rootfs/var/{emptied}"))
        result = self.make("from-debootstrap", "x")
        suite = self.log.read_text().split()[-2]
        self.assertIn(f": {suite} by debootstrap", result.stdout)
        result = self.refuse("from-debootstrap", "y", text="hint: use sudo",
                             **self.as_nobody())

    def testAFailureShowsItsEnd(self):
        self.stand_in("debootstrap", self.FILL + """
            for n in 1 2 3 4 5 6 7 8 9 10 11 12; do echo "I: line $n."; done
            echo 'E: no luck' >&2
            exit 1""")
        result = self.refuse("from-debootstrap", "--suite", "sid", text="E: no luck")
        self.assertNotIn("line 2.", result.stderr)
        self.assertIn("from-debootstrap: debootstrap sid failed\n", result.stderr)

    def testASignalEndsAllThatItStartedAndMounted(self):
        self.stand_in("debootstrap", self.FILL + """
            trap '' TERM INT HUP
            mount -t tmpfs tmpfs "$target/proc"
            setsid sleep 1000 9>>"$log" &
            echo ready >>"$log"
            while :; do : >"$target/bin/x"; done""")
        mounts = pathlib.Path("/proc/self/mounts").read_text()
        for number in SIGNALS:
            self.log.write_text("")
            process = self.start("from-debootstrap")
            self.wait_until(lambda: "ready" in self.log.read_text())
            process.send_signal(number)
            process.communicate(timeout=60)
            self.assertEqual((128 + number, []), (process.returncode, self.names()))
            self.assertEqual(mounts, pathlib.Path("/proc/self/mounts").read_text())
            self.wait_until(lambda: not self.is_open(self.log))

    def is_open(self, path):
        """Whether any process has the file open."""
        for descriptor in pathlib.Path("/proc").glob("[0-9]*/fd/*"):
            try:
                if os.readlink(descriptor) == str(path):
                    return True
            except OSError:
                pass  # it has just ended
        return False


class FromDebootstrapReally(ScriptTest):
    patience = 600

    def setUp(self):
        super().setUp()
        if not ROOT or not shutil.which("debootstrap"):
            self.skip("missing: root, or debootstrap: ./boxstep install ci")

    def testABootstrapBecomesARootfs(self):
        words = []
        for option in "suite", "mirror":
            value = os.environ.get(f"BOXSTEP_{option.upper()}")
            words += [f"--{option}", value] if value else []
        self.make("from-debootstrap", *words)
        result = self.inside("hostname box; hostname; ls -d /proc; ps -ef")
        self.assertRegex(result.stdout, r"\Abox\n/proc\n(?s:.*)ps -ef", result)

    def testAMirrorOrASuiteThatIsNoneIsAFailure(self):
        for suite, mirror in ("stable", ["--mirror", "http://127.0.0.1:9/"]), (
                "no-such-suite", []):
            self.refuse("from-debootstrap", "--suite", suite, *mirror, text="E: ")


def load_tests(_loader, tests, _pattern):
    """All but what has to be asked for by name."""
    return unittest.TestSuite(
        test for group in tests for test in group
        if not isinstance(test, (FromDockerReally, FromDebootstrapReally)))


if __name__ == "__main__":
    os.umask(0o022)  # other users take part
    result_ = unittest.main(verbosity=2, exit=False).result
    if not result_.wasSuccessful():
        sys.exit(1)
    sys.exit(77 if len(result_.skipped) >= result_.testsRun else 0)
