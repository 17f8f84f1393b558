#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Tests of rootfs-scripts/: what a person relies on, through their command lines.
Root tries everything, an ordinary user what such a user can do.

FromDockerReally and FromDebootstrapReally run where they are named: they need an
engine (docker or podman), debootstrap, root, a network and a minute.
BOXSTEP_SUITE and BOXSTEP_MIRROR choose what is bootstrapped.
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


def link(name, target, kind=tarfile.SYMTYPE):
    return (name, {"type": kind, "linkname": target}, b"")


def hard(name, target):
    return link(name, target, tarfile.LNKTYPE)


def program(name, mode=0o755):
    return (name, {"mode": mode}, b"#!/nothing\n")


def device(name, kind=tarfile.CHRTYPE):
    return (name, {"type": kind, "devmajor": 1, "devminor": 3}, b"")


# The least that is a rootfs.
SHELL = [directory("bin"), program("bin/sh")]
LEAST = [*SHELL, directory("proc")]


class ScriptTest(trial.Trial):
    patience = 120  # seconds, for a script

    def setUp(self):
        super().setUp()
        # A copy, since the checkout may be closed to other users.
        self.scripts = self.top / "scripts"
        shutil.copytree(trial.ROOT / "rootfs-scripts", self.scripts)
        subprocess.run(["chmod", "-R", "a+rX", self.scripts], check=True)
        # The scripts run here, and leave nothing but DEST here.
        self.work = self.top / "work"
        self.work.mkdir()
        self.log = self.write("log", "")
        self.tarball = tar_of(self.top / "least.tar", LEAST)

    def stand_in(self, name, text):
        return self.program(f"stand-ins/{name}", f"log='{self.log}'\n{text}")

    def start(self, *words, **options):
        path = {**os.environ, "PATH": f"{self.top}/stand-ins:{os.environ['PATH']}"}
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
        if not trial.AS_ROOT:
            return {}
        os.chown(self.work, trial.NOBODY, trial.NOBODY)
        return {"user": trial.NOBODY, "group": trial.NOBODY, "extra_groups": []}

    def in_namespaces(self, command, *arguments, **environment):
        flags = ["--mount", "--uts", "--pid", "--fork", "--kill-child"]
        if not trial.AS_ROOT:
            flags += ["--user", "--map-root-user"]
            if trial.run("unshare", *flags, "true")[0] != 0:
                self.skipTest("an ordinary user cannot make namespaces here")
        return trial.run(
            "unshare", *flags, "sh", "-c", command, "sh", *map(str, arguments),
            cwd=self.work, timeout=60, env={**os.environ, **environment})

    def inside(self, command, rootfs="rootfs", **environment):
        status, said = self.in_namespaces(
            IN_ROOTFS, self.work / rootfs, command,
            PATH="/usr/sbin:/usr/bin:/sbin:/bin", **environment)
        self.assertNotEqual(99, status, said)
        return status, said

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
        self.assertEqual((128 + number, []), (process.returncode, self.names()))
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
        for words in [], [""], ["--force"]:
            self.refuse("from-docker", "--image", *words, status=2, text=": needs a value")
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

    def testMayHaveAnyNameWhereOneCanWrite(self):
        (self.work / "there").mkdir()
        for name in ["slash/", "a b", "there/../up", "*", f"{self.work}/absolute", "b\\s"]:
            for force in [], ["--force"]:
                self.make("from-tarball", self.tarball, *force, name)
                self.assertTrue((self.work / name / "bin/sh").is_file())
        for name in ".", "..", "bin/..", "/", "/tmp/..":
            self.refuse("from-tarball", self.tarball, "--force", name,
                        text="not a name for a new directory", cwd=self.work / "a b")
        self.refuse("from-tarball", self.tarball, "no/where",
                    text="no: no such directory")
        options = self.as_nobody()
        self.work.chmod(0o555)
        self.refuse("from-tarball", self.tarball, text="cannot write beside", **options)

    def testForceReplacesWhatTheseScriptsMadeOnly(self):
        self.make("from-tarball", self.tarball)
        for script in NAMES:
            file = [self.tarball] * (script == "from-tarball")
            self.refuse(script, *file, text="rootfs exists\nhint: --force replaces it\n")
        (self.work / "rootfs/stale").write_text("old")
        self.make("from-tarball", self.tarball, "--force")
        self.assertEqual([MARKER, "bin", "proc"], self.names("rootfs"))
        # It looks like a rootfs, and may be the root of a real system.
        shutil.copytree(self.work / "rootfs", self.work / "system")
        (self.work / "system" / MARKER).unlink()
        (self.work / "file").write_text("mine")
        (self.work / "link").symlink_to("rootfs")
        (self.work / "dangling").symlink_to("nowhere")
        for name in "system", "file", "link", "dangling":
            self.refuse("from-tarball", self.tarball, "--force", name,
                        text="these scripts did not make it")

    def testForceSparesWhatIsMountedInARootfs(self):
        (self.work / "mine").mkdir()
        (self.work / "mine/thesis").write_text("mine")
        self.make("from-tarball", self.tarball, "a b")
        # The bind mount is of the same file system: rm would not see a border.
        for where, mount in [("proc", "mount -t proc proc"), ("bin", "mount --bind mine"),
                             ("", "mount -t tmpfs t")]:
            before = self.listing()
            status, said = self.in_namespaces(
                f'{mount} "$1" && : >>"$3/{MARKER}" && exec "$2" --force "$4" "$3"',
                self.work / "a b" / where, self.scripts / "from-tarball", "a b",
                self.tarball)
            self.assertEqual((1, before), (status, self.listing()), said)
            self.assertIn("something is mounted", said)

    @trial.needs_root
    def testForceAsksForSudoWhereItNeedsIt(self):
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


class FromTarball(ScriptTest):
    def tar(self, *members):
        return tar_of(self.top / "r.tar", members)

    def testWhatIsNoRootfsIsRefused(self):
        proc = directory("proc")
        for text, cases in {
            "it has no program /bin/sh": [
                [proc], [proc, directory("bin"), program("bin/sh", 0o644)],
                [directory("top"), directory("top/proc"), *SHELL[:1]]],
            "it has no directory /proc": [
                SHELL, [*SHELL, program("proc")], [*SHELL, link("proc", "/proc")]],
        }.items():
            for members in cases:
                result = self.refuse("from-tarball", self.tar(*members), text=text)
                self.assertIn("hint: FILE must hold the root directory", result.stderr)
        # Links are the container's.
        self.make("from-tarball", self.tar(proc, link("bin", "/usr/bin")), "a")
        self.make("from-tarball", self.tar(
            proc, directory("bin"), link("bin/sh", "/bin/busybox")), "b")

    def testAnotherChecksumIsRefusedBeforeUnpacking(self):
        total = hashlib.sha256(pathlib.Path(self.tarball).read_bytes()).hexdigest()
        self.make("from-tarball", "--sha256", total.upper(), self.tarball, "a")
        self.stand_in("tar", 'echo tar ran >>"$log"')
        for wrong in total[:-1], total + "0", total[::-1], "*":
            self.refuse("from-tarball", self.tarball, "--sha256", wrong,
                        text=f"its SHA-256 is {total}")
        self.assertEqual("", self.log.read_text())

    def testWhatIsNoWholeArchiveIsRefused(self):
        good = pathlib.Path(tar_of(self.work / "a:b.tar.gz", [
            *LEAST, ("big", {}, os.urandom(100_000))], "w:gz"))
        self.make("from-tarball", good.name)
        data = good.read_bytes()
        for data in b"no archive\n" * 100, data[: len(data) // 2]:
            (self.top / "bad").write_bytes(data)
            self.refuse("from-tarball", f"{self.top}/bad", "x", text="tar cannot read it")
        self.refuse("from-tarball", f"{self.top}/none", "x", text="there is no such file")

    def testMembersThatReachOutAreRefused(self):
        victim = self.write("victim", "mine")
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
        if trial.AS_ROOT:
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
        status, said = self.inside(
            "ls /; hostname container; hostname; id; ps -ef; exit 7")
        self.assertEqual(7, status, said)
        lib64 = "lib64 " * os.path.exists("/lib64")
        self.assertRegex(said, "\\A" + (
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
        (self.top / "lib").mkdir()
        libc = next(word for word in self.succeeds("ldd", "/bin/ls").split()
                    if "/libc." in word)
        shutil.copy(libc, self.top / "lib")
        self.make("from-host", "--force", env={
            "PATH": os.environ["PATH"], "LD_LIBRARY_PATH": f"{self.top}/lib"})
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
        self.assertEqual(set(), needed - {*self.names("rootfs/bin")})
        for name in "bash", "busybox", "dash":
            self.assertEqual(bool(shutil.which(name)),
                             name in self.names("rootfs/bin"), name)

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
        self.write("host/nice", f"#! {interpreter} ran\n", 0o4511)
        self.make("from-host")
        bin_ = self.work / "rootfs/bin"
        self.assertEqual((bin_ / "seq").stat().st_ino, (bin_ / "touch").stat().st_ino)
        self.assertEqual(0o755, stat.S_IMODE((bin_ / "nice").stat().st_mode))
        self.assertRegex(self.inside("seq && touch x && nice")[1],
                         r"\Aran /\S+/nice\n\Z")

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
        loader = self.stand_in("ld.so", 'echo "	libnone.so => not found"\n')
        self.stand_in("ldd", f'echo "	{loader} (0x1)"\n')
        self.refuse("from-host", "x", text="lacks a library")

    def testAFailureOrASignalLeavesNothing(self):
        for tool in "cp", "stat", "chmod", "ldd", "ln", "mkdir":
            failing = self.stand_in(tool, 'echo "from-host: no luck" >&2\nexit 1\n')
            self.refuse("from-host", text="no luck")
            failing.unlink()
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
        self.assertIn("the image ubuntu by podman", result.stdout)
        self.engine("podman", version="echo no service >&2; exit 1")
        result = self.refuse("from-docker", "y", text="neither docker nor podman works")
        self.assertIn("no service", result.stderr)

    def testAFailureOrASignalLeavesNothing(self):
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
        for part in "create", "export":
            self.engine("docker", **{part: self.SLEEP})
            for number in SIGNALS:
                self.interrupt(number, "from-docker")
                self.assert_removed()


class Really(ScriptTest):
    """Not tests by itself: with a real engine, and a real bootstrap."""

    patience = 600

    def check_rootfs(self):
        _, said = self.inside("hostname box; hostname; ls -d /proc; ps -ef")
        self.assertRegex(said, r"\Abox\n/proc\n(?s:.*)ps -ef")


class FromDockerReally(Really):
    IMAGE = "localhost/boxstep-test:rootfs"

    def ask(self, *words):
        return self.succeeds(self.engine, *words, stderr=None)

    def testAnImageBecomesARootfs(self):
        self.make("from-host", "source")
        self.succeeds("tar", "--owner=0", "--group=0", "-C", self.work / "source",
                      "-cf", self.top / "source.tar", ".")
        shutil.rmtree(self.work / "source")
        # Docker's client may lack its daemon.
        self.engine = next((name for name in ("docker", "podman") if shutil.which(name)
                            and trial.run(name, "version")[0] == 0), None)
        if not self.engine:
            self.skipTest("missing: docker or podman: ./boxstep install ci")
        self.addCleanup(self.ask, "rmi", "--force", self.IMAGE)
        self.ask("import", f"{self.top}/source.tar", self.IMAGE)
        before = self.ask("ps", "--all", "--quiet")
        self.make("from-docker", "--image", self.IMAGE)
        self.assertEqual(before, self.ask("ps", "--all", "--quiet"))
        self.assertEqual(["rootfs"], self.names())
        self.check_rootfs()


@trial.needs_root
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
        self.refuse("from-debootstrap", "y", text="hint: use sudo", **self.as_nobody())

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
            # No process has it open.
            self.wait_until(lambda: trial.run(
                "find", "-L", *pathlib.Path("/proc").glob("[0-9]*/fd"), "-samefile",
                self.log, stderr=subprocess.DEVNULL)[1] == "")


@unittest.skipUnless(trial.AS_ROOT and shutil.which("debootstrap"),
                     "missing: root, or debootstrap: ./boxstep install ci")
class FromDebootstrapReally(Really):
    def testABootstrapBecomesARootfs(self):
        words = []
        for option in "suite", "mirror":
            value = os.environ.get(f"BOXSTEP_{option.upper()}")
            words += [f"--{option}", value] if value else []
        self.make("from-debootstrap", *words)
        self.check_rootfs()

    def testAMirrorOrASuiteThatIsNoneIsAFailure(self):
        for suite, mirror in ("stable", ["--mirror", "http://127.0.0.1:9/"]), (
                "no-such-suite", []):
            self.refuse("from-debootstrap", "--suite", suite, *mirror, text="E: ")


def load_tests(_loader, tests, _pattern):
    """All but what has to be asked for by name."""
    return unittest.TestSuite(test for group in tests for test in group
                              if not isinstance(test, Really))


if __name__ == "__main__":
    trial.main(sys.argv[1:])
