#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Tests of rootfs-scripts/: what a person relies on, through their command lines.
They need root, who tries what an ordinary user can do as nobody.

Really runs where it is named: it needs an engine (docker or podman), debootstrap, a
network and a minute.
"""

import hashlib
import io
import os
import pathlib
import resource
import shutil
import signal
import stat
import subprocess
import sys
import tarfile
import unittest

sys.dont_write_bytecode = True
import trial  # noqa: E402

NAMES = ["from-host", "from-docker", "from-debootstrap", "from-tarball"]
MARKER = ".boxstep-rootfs"
NOBODY = {"user": trial.NOBODY, "group": trial.NOBODY, "extra_groups": []}
# Runs $2 in the rootfs $1 as the steps do: in namespaces, with a /proc of its own.
IN_ROOTFS = 'mount -t proc proc "$1/proc" || exit 99; exec chroot "$1" /bin/sh -c "$2"'


def file(name, content=b"#!/nothing\n", kind=tarfile.REGTYPE, mode=0o755, target=""):
    """A member of an archive: a program, if nothing else is said."""
    info = tarfile.TarInfo(name)
    info.type, info.mode, info.linkname = kind, mode, target
    info.size = len(content) if kind == tarfile.REGTYPE else 0
    return info, content


def directory(name, mode=0o755):
    return file(name, kind=tarfile.DIRTYPE, mode=mode)


def link(name, target, kind=tarfile.SYMTYPE):
    return file(name, kind=kind, target=target)


PROC = directory("proc")
# The least that is a rootfs.
LEAST = [directory("bin"), file("bin/sh"), PROC]
BIG = file("big", os.urandom(100_000))


class ScriptTest(trial.Trial):
    def setUp(self):
        super().setUp()
        # A copy, since the checkout may be closed to other users.
        self.scripts = self.top / "scripts"
        shutil.copytree(trial.ROOT / "rootfs-scripts", self.scripts)
        subprocess.run(["chmod", "-R", "a+rX", self.scripts], check=True)
        # The scripts run here, and leave nothing but DEST here. It is nobody's.
        self.work = self.top / "work"
        self.work.mkdir()
        os.chown(self.work, trial.NOBODY, trial.NOBODY)
        self.log = self.write("log", "")
        self.tarball = self.tar(*LEAST)

    def tar(self, *members, path="least.tar", mode="w"):
        with tarfile.open(self.top / path, mode) as archive:
            for info, content in members:
                archive.addfile(info, io.BytesIO(content))
        return str(self.top / path)

    def stand_in(self, name, text):
        return self.program(f"stand-ins/{name}", f"log='{self.log}'\n{text}")

    def how(self, *words, **options):
        path = {**os.environ, "PATH": f"{self.top}/stand-ins:{os.environ['PATH']}"}
        return {"args": [self.scripts / words[0], *words[1:]], "cwd": self.work,
                "env": path, "stdin": subprocess.DEVNULL, "text": True,
                "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}

    def run_script(self, *words, **options):
        return subprocess.run(**self.how(*words, **options), timeout=600)

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

    def in_namespaces(self, command, *arguments, **environment):
        return trial.run(
            *"unshare --mount --uts --pid --fork --kill-child sh -c".split(), command,
            "sh", *map(str, arguments), cwd=self.work, env=os.environ | environment)

    def inside(self, command, **environment):
        status, said = self.in_namespaces(
            IN_ROOTFS, self.work / "rootfs", command,
            PATH="/usr/sbin:/usr/bin:/sbin:/bin", **environment)
        self.assertNotEqual(99, status, said)
        return status, said

    # A stand-in that lasts.
    SLEEP = 'echo "pid $$" >>"$log"\nexec sleep 60\n'

    def interrupt(self, number, *words):
        """Sends a signal while SLEEP runs; nothing of the script may be left."""
        self.log.write_text("")
        process = subprocess.Popen(**self.how(*words))
        self.wait_until(lambda: "pid " in self.log.read_text())
        pid = int(self.log.read_text().split("pid ")[1].split()[0])
        # A shell that is about to start a program may put a signal off.
        comm = pathlib.Path(f"/proc/{pid}/comm")
        self.wait_until(lambda: comm.read_text() == "sleep\n")
        process.send_signal(number)
        process.communicate(timeout=30)
        self.assertEqual((128 + number, []), (process.returncode, self.names()))
        self.wait_until(lambda: not comm.exists() or comm.read_text() != "sleep\n")


class CommandLine(ScriptTest):
    def testHelpAndUsageErrors(self):
        for name in NAMES:
            said = self.make(name, "--help").stdout
            self.assertRegex(said, rf"\Ausage: {name} (?s:.*)--force(?s:.*)DEST")
            words = ["a"] * (name == "from-tarball") + ["b", "c"]
            for words, text in [(["--nope"], "--nope: unknown option"),
                                (words, "c: a word too many")]:
                self.refuse(name, *words, status=2, text=(
                    f"{name}: {text}\nhint: {name} --help lists the options\n"))
        self.refuse("from-docker", "--image", "--force", status=2, text="needs a value")
        self.refuse("from-tarball", status=2, text="no FILE")


class Destination(ScriptTest):
    """What is true of DEST for all four, tried with the quickest."""

    def testIsMadeAndSaysHowBig(self):
        self.tar(*LEAST, file("big", b"x" * (5 << 20)))
        self.assertEqual(f"made {self.work}/rootfs: the files of least.tar, 6 MiB\n",
                         self.make("from-tarball", self.tarball, umask=0o077).stdout)
        self.assertEqual(["rootfs"], self.names())
        self.assertEqual([MARKER, "big", "bin", "proc"], self.names("rootfs"))
        self.assertEqual(0o755, stat.S_IMODE((self.work / "rootfs").stat().st_mode))

    def testMayHaveAnyNameWhereOneCanWrite(self):
        for name in "slash/", "a b", "slash/../up", f"{self.work}/absolute":
            for force in [], ["--force"]:
                self.make("from-tarball", self.tarball, *force, name)
                self.assertTrue((self.work / name / "bin/sh").is_file())
        for name in "..", "/":
            self.refuse("from-tarball", self.tarball, "--force", name,
                        text="not a name for a new directory", cwd=self.work / "a b")
        self.refuse("from-tarball", self.tarball, "no/where", text="no: no such")
        self.work.chmod(0o555)
        self.refuse("from-tarball", self.tarball, text="cannot write beside", **NOBODY)

    def testMayBelongToAnotherUser(self):
        self.tar(*LEAST, link("link", str(self.log)))
        self.make("from-tarball", "--owner", "100000", self.tarball)
        rootfs = self.work / "rootfs"
        self.assertEqual({(100000, 100000)}, {
            (info.st_uid, info.st_gid) for path in [rootfs, *rootfs.rglob("*")]
            for info in [path.lstat()]})
        self.assertEqual(os.getuid(), self.log.stat().st_uid)
        self.refuse("from-tarball", "--owner", "100000", self.tarball, "x",
                    text="--owner needs root\nhint: use sudo\n", **NOBODY)
        for wrong in "you", "-1", "1:2", "":
            self.refuse("from-tarball", "--owner", wrong, self.tarball, "x", status=2,
                        text="--owner: needs a user id")

    def testForceReplacesWhatTheseScriptsMadeOnly(self):
        self.make("from-tarball", self.tarball)
        for script in NAMES:
            words = [self.tarball] * (script == "from-tarball")
            self.refuse(script, *words, text="exists\nhint: --force replaces it\n")
        (self.work / "rootfs/stale").write_text("old")
        self.make("from-tarball", self.tarball, "--force")
        self.assertEqual([MARKER, "bin", "proc"], self.names("rootfs"))
        # It looks like a rootfs, and may be the root of a real system.
        shutil.copytree(self.work / "rootfs", self.work / "system")
        (self.work / "system" / MARKER).unlink()
        (self.work / "link").symlink_to("rootfs")
        for name in "system", "link":
            self.refuse("from-tarball", self.tarball, "--force", name,
                        text="these scripts did not make it")

    def testForceSparesWhatIsMountedInARootfs(self):
        (self.work / "mine").mkdir()
        (self.work / "mine/thesis").write_text("mine")
        self.make("from-tarball", self.tarball, "a b")
        before = self.listing()
        # The bind mount is of the same file system: rm would not see a border.
        status, said = self.in_namespaces(
            'mount --bind mine "a b/bin" && exec "$@"', self.scripts / "from-tarball",
            "--force", self.tarball, "a b")
        self.assertEqual((1, before), (status, self.listing()), said)
        self.assertIn("something is mounted", said)

    def testForceAsksForSudoWhereItNeedsIt(self):
        self.tar(*LEAST, directory("shut", 0o555), file("shut/file"))
        self.make("from-tarball", self.tarball, **NOBODY)
        self.make("from-tarball", self.tarball, "--force", **NOBODY)
        (self.work / "rootfs/theirs").mkdir()
        self.refuse("from-tarball", self.tarball, "--force", text="use sudo", **NOBODY)

    def testAFailedOrInterruptedReplacementKeepsTheOld(self):
        self.make("from-tarball", self.tarball, "x")
        (self.work / "x/mine").write_text("old")
        mv = shutil.which("mv")
        # The old one is put aside; then the new one is not put into place.
        self.stand_in("mv", f'case $* in */root*) exit 1 ;; esac\nexec {mv} "$@"\n')
        self.refuse("from-tarball", self.tarball, "--force", "x", text="put in place")
        self.stand_in("mv", f'{mv} "$@"\nkill -s TERM $PPID\n')
        before = self.listing()
        result = self.run_script("from-tarball", self.tarball, "--force", "x")
        self.assertEqual((143, before), (result.returncode, self.listing()), result)


class FromTarball(ScriptTest):
    def testWhatIsNoRootfsIsRefused(self):
        for text, members in [
                ("no program /bin/sh", [PROC, file("bin/sh", mode=0o644)]),
                ("no directory /proc", [*LEAST[:2], link("proc", "/proc")])]:
            result = self.refuse("from-tarball", self.tar(*members), text=text)
            self.assertIn("hint: FILE must hold the root directory", result.stderr)
        # Links are the container's.
        self.make("from-tarball", self.tar(PROC, link("bin", "/usr/bin")), "a")
        self.make("from-tarball", self.tar(PROC, link("bin/sh", "/bin/busybox")), "b")

    def testAnotherChecksumIsRefusedBeforeUnpacking(self):
        total = hashlib.sha256(pathlib.Path(self.tarball).read_bytes()).hexdigest()
        self.make("from-tarball", "--sha256", total.upper(), self.tarball, "a")
        self.stand_in("tar", 'echo tar ran >>"$log"')
        self.refuse("from-tarball", self.tarball, "--sha256", total[:-1],
                    text=f"its SHA-256 is {total}")
        self.assertEqual("", self.log.read_text())

    def testWhatIsNoWholeArchiveIsRefused(self):
        good = self.tar(*LEAST, BIG, path="work/a:b.tar.gz", mode="w:gz")
        self.make("from-tarball", "a:b.tar.gz")
        half = self.write("half", "")
        half.write_bytes(pathlib.Path(good).read_bytes()[:50_000])
        self.refuse("from-tarball", half, "x", text="tar cannot read it")
        self.refuse("from-tarball", "none", "x", text="there is no such file")

    def testMembersThatReachOutAreRefused(self):
        victim = self.write("victim", "mine")
        for text, members in [
                ("absolute paths", [file(str(victim))]),
                ("absolute paths", [file("bin/../../victim")]),
                ("absolute paths", [link("v", str(victim), tarfile.LNKTYPE)]),
                ("cannot unpack", [link("a", str(self.top)), file("a/victim")])]:
            self.refuse("from-tarball", self.tar(*LEAST, *members), text=text)
        self.make("from-tarball", self.tar(*LEAST, link(MARKER, str(victim))))
        self.assertEqual("mine", victim.read_text())

    def testDeviceNodesAreMadeByRootAndNamedToOthers(self):
        self.tar(*LEAST, file("./dev/null", kind=tarfile.CHRTYPE),
                 file("dev/a b", kind=tarfile.BLKTYPE), file("./dev/file"))
        self.assertEqual("", self.make("from-tarball", self.tarball, "a").stderr)
        self.assertTrue((self.work / "a/dev/null").is_char_device())
        result = self.make("from-tarball", self.tarball, "b", **NOBODY)
        self.assertEqual(["file"], self.names("b/dev"))
        self.assertTrue(result.stderr.endswith(": ./dev/null dev/a b\n"), result.stderr)

    def testASignalEndsItAtOnceAndLeavesNothing(self):
        self.stand_in("tar", self.SLEEP)
        for number in signal.SIGHUP, signal.SIGINT, signal.SIGTERM:
            self.interrupt(number, "from-tarball", self.tarball)


class FromHost(ScriptTest):
    def check_commands(self):
        status, said = self.inside("hostname container; hostname; id; ps -ef; exit 7")
        self.assertEqual(7, status, said)
        self.assertRegex(said, r"\Acontainer\nuid=0\(root\) gid=0\(root\)(?s:.*)ps -ef\n")

    def testItsCommandsRunWhoeverMadeIt(self):
        # Processor time, and twice what it promises: other work is not its fault.
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        said = self.make("from-host").stdout
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.assertLess(after.ru_utime + after.ru_stime
                        - before.ru_utime - before.ru_stime, 2.0)
        self.assertRegex(said, rf"\Amade {self.work}/rootfs: programs of this host, \d")
        self.check_commands()
        shutil.rmtree(self.work / "rootfs")
        self.make("from-host", **NOBODY)
        self.check_commands()
        # A bare environment is enough, and a library of the caller's is not copied.
        libraries = self.succeeds("ldd", "/bin/ls").split()
        shutil.copy(next(word for word in libraries if "/libc." in word), self.top)
        self.make("from-host", "--force", env={
            "PATH": os.environ["PATH"], "LD_LIBRARY_PATH": str(self.top)})
        self.check_commands()

    def testEveryProgramFindsItsLibraries(self):
        self.make("from-host")
        # The loader exits 127 where a library is missing, and so does a script
        # without its interpreter.
        self.assertEqual((0, ""), self.inside("""
            : >/tmp/empty
            for file in /bin/*; do
              "$file" --help </tmp/empty >/tmp/said 2>&1
              case $? in 126 | 127) echo "$file" ;; esac
            done"""))
        needed = set("sh ls ps cat hostname id mount umount sleep env mkdir mknod rm "
                     "echo true kill stty tty head wc grep stat ln seq".split())
        needed |= {*filter(shutil.which, ["bash", "busybox", "dash"])}
        self.assertLessEqual(needed, {*self.names("rootfs/bin")})

    def testAPersonAtATerminalIsAtHome(self):
        self.make("from-host")
        for before, prompt in ({}, "\\u@\\h:\\w\\$ "), ({"PS1": "mine> "}, "mine> "):
            _, said = self.inside("exec bash -ic 'echo \"$PS1\"' 2>/dev/null",
                                  HOME="/root", LC_ALL="C.UTF-8", **before)
            self.assertEqual(prompt, said.rstrip("\n"))
        known = trial.run("clear", env={**os.environ, "TERM": "screen"})
        self.assertEqual(known, self.inside("clear", TERM="screen"))
        users = (self.work / "rootfs/etc/passwd").read_text().splitlines()
        self.assertEqual(["root", "nobody"], [line.split(":")[0] for line in users])

    def testNothingInItIsPrivilegedOrSomebodyElses(self):
        self.make("from-host", umask=0o077)
        rootfs = self.work / "rootfs"
        modes = {rootfs / "tmp": 0o1777, rootfs / "root": 0o700}
        for path in [rootfs, *rootfs.rglob("*")]:
            info = path.lstat()
            mode = stat.S_IMODE(info.st_mode)
            self.assertEqual((0, 0), (info.st_uid, mode & 0o6000), path)
            if path.is_symlink():
                self.assertFalse(os.readlink(path).startswith("/"), path)
            elif path.is_dir():
                self.assertEqual(modes.get(path, 0o755), mode, path)
            else:
                self.assertTrue(path.is_file(), path)
                self.assertEqual(0o644, mode & 0o644, path)
        self.assertEqual([], self.names("rootfs/dev"))
        self.assertFalse((rootfs / "bin/ls").samefile("/bin/ls"))

    def testLinksAndScriptsAreFollowedAndMissingProgramsNamed(self):
        # This host, as from-host sees it, is a directory of links.
        script = self.scripts / "from-host"
        text = script.read_text()
        line = "search_path=/usr/bin:/bin:/usr/sbin:/sbin:$PATH\n"
        self.assertIn(line, text)
        host = self.top / "host"
        host.mkdir()
        self.make("from-host", "made")
        for name in {*self.names("made/bin")} - {"seq", "stty", "touch", "nice"}:
            (host / name).symlink_to(shutil.which(name))
        script.write_text(text.replace(line, f"search_path={host}\n"))
        # As where busybox or one coreutils program is all of them.
        shutil.copy(shutil.which("true"), host / "multi")
        os.link(host / "multi", host / "seq")
        (host / "touch").symlink_to("multi")
        interpreter = self.top / "interpreter"
        shutil.copy(shutil.which("echo"), interpreter)
        self.write("host/nice", f"#! {interpreter} ran\n", 0o4511)
        result = self.make("from-host")
        self.assertRegex(result.stderr, "not on this host, left out:.* stty")
        bin_ = self.work / "rootfs/bin"
        self.assertTrue((bin_ / "seq").samefile(bin_ / "touch"))
        self.assertEqual(0o755, stat.S_IMODE((bin_ / "nice").stat().st_mode))
        self.assertRegex(self.inside("seq && touch x && nice")[1],
                         r"\Aran /\S+/nice\n\Z")
        (host / "ps").unlink()
        self.refuse("from-host", "x", text="ps: not found on this host")

    def testALoaderIsFoundAndALibraryThatIsMissingIsAnError(self):
        # What ldd says where the C library is musl.
        loader = next(word for word in self.succeeds("ldd", "/bin/sh").split()
                      if "/ld" in word)
        says = "printf '\\t%s (0x1)\\n\\tlibc.musl.so.1 => %s (0x1)\\n'"
        self.stand_in("ldd", says % (loader, loader))
        self.make("from-host")
        self.check_commands()
        loader = self.stand_in("ld.so", 'echo "	libnone.so => not found"\n')
        self.stand_in("ldd", says % (loader, loader))
        self.refuse("from-host", "x", text="lacks a library")


class FromDocker(ScriptTest):
    def engine(self, name, **parts):
        """A docker that notes its calls."""
        parts = {"create": "echo 0123abcd", "export": f'cp "{self.tarball}" "$3"',
                 "rm": ":", "version": ":", **parts}
        self.stand_in(name, 'echo "${0##*/} $*" >>"$log"\ncase $1 in\n' + "".join(
            f"{word}) {command} ;;\n" for word, command in parts.items()) + "esac\n")
        self.log.write_text("")

    def calls(self):
        return [line.split()[1:] for line in self.log.read_text().splitlines()]

    def assert_removed(self):
        """The one container that was created."""
        container, = [call[2] for call in self.calls() if call[0] == "create"]
        self.assertRegex(container, r"\Aboxstep-\w+\Z")
        self.assertEqual(("rm", container), (self.calls()[-1][0], self.calls()[-1][-1]))

    def testMakesTheImagesFiles(self):
        self.engine("docker")
        said = self.make("from-docker", "--image", "some/image:1", "x").stdout
        self.assertIn(f"made {self.work}/x: the image some/image:1 by docker, ", said)
        self.assertEqual(["version", "create", "export", "rm"],
                         [call[0] for call in self.calls()])
        self.assertEqual("some/image:1", self.calls()[1][3])
        self.assert_removed()
        # podman serves where docker does not answer; ubuntu is the default.
        self.engine("docker", version="exit 1")
        self.engine("podman")
        self.assertIn("the image ubuntu by podman", self.make("from-docker").stdout)
        self.engine("podman", version="echo no service >&2; exit 1")
        self.refuse("from-docker", "y", text="no service\nfrom-docker: neither")

    def testAFailureOrASignalLeavesNothing(self):
        self.tar(*LEAST, BIG)
        for part, command, text in [
            ("create", "exit 1", "docker create nope failed"),
            ("export", 'echo half >"$3"; exit 1', "docker export nope failed"),
            ("export", f'head -c 9000 "{self.tarball}" >"$3"', "tar cannot read it"),
            ("rm", "exit 1", "docker rm boxstep-"),
        ]:
            self.engine("docker", **{part: command})
            self.refuse("from-docker", "--image", "nope", text=text)
            self.assert_removed()
        for part in "create", "export":
            self.engine("docker", **{part: self.SLEEP})
            self.interrupt(signal.SIGTERM, "from-docker")
            self.assert_removed()


class FromDebootstrap(ScriptTest):
    # The last words are SUITE, TARGET and, if there is one, MIRROR.
    FILL = """
        echo "called $*" >>"$log"
        for target; do case $target in */root) break ;; esac; done
        mkdir -p "$target/bin" "$target/proc" "$target/var/lib/apt/lists/x"
        cp /bin/sh "$target/bin/"
        """

    def testAsksForAMinimalSystemWithPs(self):
        self.stand_in("debootstrap", self.FILL)
        words = ["--suite", "noble", "--mirror", "http://m/"]
        result = self.make("from-debootstrap", *words)
        self.assertIn("rootfs: noble by debootstrap, ", result.stdout)
        # Never packages that nobody vouches for.
        self.assertRegex(self.log.read_text(), r"called --variant=minbase --include="
                         r"procps --force-check-gpg noble \S+/root http://m/\n")
        self.assertEqual([], self.names("rootfs/var/lib/apt/lists"))
        result = self.make("from-debootstrap", "x")
        suite = self.log.read_text().split()[-2]
        self.assertIn(f": {suite} by debootstrap", result.stdout)
        self.refuse("from-debootstrap", "y", text="hint: use sudo", **NOBODY)

    def testAFailureShowsItsEnd(self):
        self.stand_in("debootstrap", self.FILL + "seq 90; echo E: no luck >&2; exit 1")
        result = self.refuse("from-debootstrap", "--suite", "sid", text=(
            "\n90\nE: no luck\n"))
        self.assertIn("from-debootstrap: debootstrap sid failed\n", result.stderr)
        self.assertNotIn("\n9\n", result.stderr)

    def testASignalEndsAllThatItStartedAndMounted(self):
        self.stand_in("debootstrap", self.FILL + """
            trap '' TERM INT HUP
            mount -t tmpfs tmpfs "$target/proc"
            setsid sleep 1000 9>>"$log" &
            echo ready >>"$log"
            while :; do : >"$target/bin/x"; done""")
        mounts = pathlib.Path("/proc/self/mounts").read_text()
        process = subprocess.Popen(**self.how("from-debootstrap"))
        self.wait_until(lambda: "ready" in self.log.read_text())
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
        self.assertEqual((130, []), (process.returncode, self.names()))
        self.assertEqual(mounts, pathlib.Path("/proc/self/mounts").read_text())
        # No process has it open.
        self.wait_until(lambda: trial.run(
            "find", "-L", *pathlib.Path("/proc").glob("[0-9]*/fd"), "-samefile",
            self.log, stderr=subprocess.DEVNULL)[1] == "")


class Really(ScriptTest):
    """With a real engine, and a real bootstrap."""

    def check_rootfs(self):
        self.assertEqual(["rootfs"], self.names())
        self.assertRegex(self.inside("ls -d /proc; ps -ef")[1], "/proc\n(?s:.*)ps -ef")

    def testAnImageBecomesARootfs(self):
        # Docker's client may lack its daemon.
        engine = next((name for name in ("docker", "podman") if shutil.which(name)
                       and trial.run(name, "version")[0] == 0), None)
        if not engine:
            self.skipTest("missing: docker or podman: ./boxstep install ci")
        image = "localhost/boxstep-test:rootfs"
        self.make("from-host", "source")
        packed = self.top / "source.tar"
        self.succeeds("tar", "-C", self.work / "source", "-cf", packed, ".")
        shutil.rmtree(self.work / "source")
        self.addCleanup(self.succeeds, engine, "rmi", "--force", image)
        self.succeeds(engine, "import", packed, image)
        before = self.succeeds(engine, "ps", "--all", "--quiet", stderr=None)
        self.make("from-docker", "--image", image)
        self.assertEqual(
            before, self.succeeds(engine, "ps", "--all", "--quiet", stderr=None))
        self.check_rootfs()

    def testABootstrapBecomesARootfs(self):
        if not shutil.which("debootstrap"):
            self.skipTest("missing: debootstrap: ./boxstep install ci")
        self.make("from-debootstrap")
        self.check_rootfs()


def load_tests(_loader, tests, _pattern):
    """All but what has to be asked for by name."""
    return unittest.TestSuite(test for group in tests for test in group
                              if not isinstance(test, Really))


if __name__ == "__main__":
    trial.main(sys.argv[1:], lacks="" if trial.AS_ROOT else "root: try sudo")
