#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Tests of rootfs-scripts/: each promise of from-host, from-docker,
from-debootstrap and from-tarball, through their command lines.

Run as root everything is tried, as an ordinary user what such a user can do.
A wholly skipped run exits 77; BOXSTEP_MUST_RUN=1 turns skips into failures.

FromDockerReally and FromDebootstrapReally are run where they are named: they
take an engine, docker or podman; debootstrap, root and a network; and a minute.
BOXSTEP_SUITE and BOXSTEP_MIRROR choose what is bootstrapped. Both scripts are
tried with stand-ins always.
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

SCRIPTS = pathlib.Path(
    os.environ.get("BOXSTEP_ROOTFS_SCRIPTS")
    or pathlib.Path(__file__).resolve().parents[2] / "rootfs-scripts"
)
NAMES = ["from-host", "from-docker", "from-debootstrap", "from-tarball"]
MARKER = ".boxstep-rootfs"
MUST_RUN = os.environ.get("BOXSTEP_MUST_RUN") == "1"
ROOT = os.geteuid() == 0
NOBODY = 65534

# Runs $2 in the rootfs $1 as the steps do: in namespaces, with its own /proc.
IN_ROOTFS = """
mount -t proc proc "$1/proc" || exit 99
exec chroot "$1" /bin/sh -c "$2"
"""


def tar_of(path, members, mode="w"):
    """Writes an archive; a member is (name, TarInfo attributes, content)."""
    with tarfile.open(path, mode) as archive:
        for name, attributes, content in members:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            for key, value in attributes.items():
                setattr(info, key, value)
            archive.addfile(info, io.BytesIO(content))
    return path


def owned_by_root(info):
    info.uid = info.gid = 0
    return info


def directory(name):
    return (name, {"type": tarfile.DIRTYPE, "mode": 0o755}, b"")


def link(name, target):
    return (name, {"type": tarfile.SYMTYPE, "linkname": target}, b"")


def program(name, mode=0o755):
    return (name, {"mode": mode}, b"#!/nothing\n")


# The least that is a rootfs.
LEAST = [directory("bin"), program("bin/sh"), directory("proc")]


class ScriptTest(unittest.TestCase):
    patience = 60  # seconds, for a script

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

    def environment(self):
        return {**os.environ, "PATH": f"{self.stand_ins}:{os.environ['PATH']}"}

    def start(self, *words, **options):
        return subprocess.Popen(
            [self.scripts / words[0], *words[1:]],
            **{
                "cwd": self.work,
                "env": self.environment(),
                "stdin": subprocess.DEVNULL,
                "stdout": subprocess.PIPE,
                "stderr": subprocess.PIPE,
                "text": True,
                **options,
            },
        )

    def run_script(self, *words, **options):
        process = self.start(*words, start_new_session=True, **options)
        try:
            output, errors = process.communicate(timeout=self.patience)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise
        return subprocess.CompletedProcess(
            words, process.returncode, output, errors
        )

    def make(self, *words, **options):
        """Runs a script that must succeed."""
        result = self.run_script(*words, **options)
        self.assertEqual(0, result.returncode, result)
        return result

    def refuse(self, *words, status=1, text, **options):
        """Runs a script that must fail, and leave everything as it was."""
        before = self.listing()
        result = self.run_script(*words, **options)
        self.assertEqual(status, result.returncode, result)
        self.assertIn(text, result.stderr)
        self.assertIn(f"{words[0]}: ", result.stderr)
        self.assertEqual("", result.stdout)
        self.assertEqual(before, self.listing())
        return result

    def listing(self):
        """The names, inodes and sizes of all that is in the work directory."""
        found = {}
        for path in sorted(self.work.rglob("*")):
            info = path.lstat()
            found[str(path)] = (info.st_ino, info.st_mode, info.st_size)
        return found

    def names(self, path=None):
        return sorted(os.listdir(path or self.work))

    def as_nobody(self):
        """Options to run a script as an ordinary user, in a place of his."""
        if not ROOT:
            return {}
        os.chown(self.work, NOBODY, NOBODY)
        return {"user": NOBODY, "group": NOBODY, "extra_groups": []}

    def in_namespaces(self, command, *arguments, **options):
        flags = ["--mount", "--uts", "--pid", "--fork", "--kill-child"]
        if not ROOT:
            flags += ["--user", "--map-root-user"]
            if subprocess.run(["unshare", *flags, "true"]).returncode:
                self.skip("an ordinary user cannot make namespaces here")
        return subprocess.run(
            ["unshare", *flags, "sh", "-c", command, "sh", *arguments],
            cwd=self.work,
            timeout=60,
            capture_output=True,
            text=True,
            **options,
        )

    def inside(self, rootfs, command, **environment):
        result = self.in_namespaces(
            IN_ROOTFS,
            str(rootfs),
            command,
            env={**os.environ, "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
                 **environment},
        )
        self.assertNotEqual(99, result.returncode, result)
        return result

    def await_log(self, word):
        deadline = time.monotonic() + 30
        while not self.log.exists() or word not in self.log.read_text():
            self.assertLess(time.monotonic(), deadline, f"no {word} in the log")
            time.sleep(0.01)

    # A stand-in that takes long.
    SLEEP = 'echo "pid $$" >>"$log"\nexec sleep 60\n'

    def await_sleep(self):
        """Waits until it sleeps, and returns its pid: a shell that is about
        to start a program may put a signal off until that has ended."""
        self.await_log("pid ")
        pid = int(self.log.read_text().split("pid ")[1].split()[0])
        deadline = time.monotonic() + 30
        while pathlib.Path(f"/proc/{pid}/comm").read_text() != "sleep\n":
            self.assertLess(time.monotonic(), deadline, f"{pid} is no sleep")
            time.sleep(0.01)
        return pid

    def await_end_of(self, pid):
        deadline = time.monotonic() + 10
        while pathlib.Path(f"/proc/{pid}").exists():
            self.assertLess(time.monotonic(), deadline, f"{pid} lives on")
            time.sleep(0.01)


class CommandLine(ScriptTest):
    def testHelpIsOnStdout(self):
        for name in NAMES:
            with self.subTest(name):
                result = self.make(name, "--help")
                self.assertTrue(result.stdout.startswith(f"usage: {name} "))
                self.assertIn("--force", result.stdout)
                self.assertIn("DEST", result.stdout)
                self.assertEqual("", result.stderr)
                self.assertEqual([], self.names())

    def testBadWordsAreUsageErrors(self):
        value = {
            "from-docker": ["--image"],
            "from-debootstrap": ["--suite", "--mirror"],
            "from-tarball": ["--sha256"],
        }
        for name in NAMES:
            cases = [
                (["--nope"], "--nope: unknown option"),
                (["-f"], "-f: unknown option"),
                ([""], "an empty DEST"),
                (["a", "b"], "b: one word too many"),
            ]
            if name == "from-tarball":
                cases[-1] = (["a", "b", "c"], "c: one word too many")
            for option in value.get(name, []):
                cases.append(([option], f"{option}: needs a value"))
                cases.append(([option, ""], f"{option}: needs a value"))
                cases.append(([option, "--force"], f"{option}: needs a value"))
            for words, text in cases:
                with self.subTest(f"{name} {words}"):
                    result = self.refuse(name, *words, status=2, text=text)
                    self.assertEqual(
                        f"{name}: {text}\n"
                        f"hint: {name} --help lists the options\n",
                        result.stderr,
                    )

    def testTarballNeedsAFile(self):
        self.refuse("from-tarball", status=2, text="no FILE")


class Destination(ScriptTest):
    """What is true of DEST for all four, tried with the quickest."""

    def setUp(self):
        super().setUp()
        self.tarball = tar_of(self.top / "least.tar", LEAST)

    def from_tarball(self, *words, **options):
        return self.make("from-tarball", str(self.tarball), *words, **options)

    def refuse_tarball(self, *words, **options):
        return self.refuse(
            "from-tarball", str(self.tarball), *words, **options
        )

    def testDefaultIsRootfs(self):
        self.from_tarball()
        self.assertEqual(["rootfs"], self.names())
        self.assertEqual(
            [MARKER, "bin", "proc"], self.names(self.work / "rootfs")
        )

    def testLastLineSaysWhatAndHowBig(self):
        big = ("big", {}, b"x" * (5 << 20))
        tar_of(self.tarball, [*LEAST, big])
        result = self.from_tarball("x")
        self.assertEqual(
            f"made {self.work}/x: the files of least.tar, 6 MiB\n",
            result.stdout,
        )

    def testAnyNameIsTaken(self):
        (self.work / "there").mkdir()
        for name in ["plain", "slash/", "a b", "there/in", "there/../up",
                     "*", "c:d", f"{self.work}/absolute", "back\\slash"]:
            with self.subTest(name):
                self.from_tarball(name)
                self.assertTrue((self.work / name / "bin/sh").is_file())
                self.from_tarball("--force", name)
                self.assertTrue((self.work / name / "bin/sh").is_file())

    def testParentIsNotMade(self):
        self.refuse_tarball("no/where", text="no: no such directory")

    def testAClosedParentIsRefused(self):
        options = self.as_nobody()
        self.work.chmod(0o555)
        self.refuse_tarball("x", text="cannot write beside", **options)

    def testExistingIsRefused(self):
        self.from_tarball("made")
        (self.work / "file").write_text("mine")
        (self.work / "empty").mkdir()
        (self.work / "dangling").symlink_to("nowhere")
        for name in ["made", "file", "empty", "dangling"]:
            for script in NAMES:
                with self.subTest(f"{script} {name}"):
                    file = [str(self.tarball)] * (script == "from-tarball")
                    self.refuse(
                        script, *file, name, text=f"{name}: exists already"
                    )

    def testForceReplaces(self):
        self.from_tarball("x")
        (self.work / "x/stale").write_text("old")
        self.from_tarball("--force", "x")
        self.assertFalse((self.work / "x/stale").exists())
        self.assertTrue((self.work / "x/bin/sh").is_file())
        self.assertEqual(["x"], self.names())

    def testForceIsForWhatIsNotThereToo(self):
        self.from_tarball("--force", "x")
        self.assertEqual(["x"], self.names())

    def testForceSparesWhatIsNoRootfsOfOurs(self):
        (self.work / "empty").mkdir()
        (self.work / "file").write_text("mine")
        (self.work / "home").mkdir()
        (self.work / "home/thesis").write_text("mine")
        # It looks like a rootfs, and may be the root of a real system.
        system = self.work / "system"
        for name in ["bin", "proc", "etc"]:
            (system / name).mkdir(parents=True)
        (system / "bin/sh").write_text("")
        self.from_tarball("made")
        (self.work / "link").symlink_to("made")
        (self.work / "dangling").symlink_to("nowhere")
        environment = {**self.environment(), "HOME": f"{self.work}/home"}
        for name in ["empty", "file", "home", "system", "link", "dangling"]:
            with self.subTest(name):
                self.refuse_tarball(
                    "--force", name, text="not made by these scripts",
                    env=environment,
                )

    def testForceSparesTheWorkingDirectoryAndThoseAbove(self):
        self.from_tarball("made")
        for name in [".", "./", "..", "../", "bin/..", "../made/."]:
            with self.subTest(name):
                self.refuse_tarball(
                    "--force", name, text="not a name for a new directory",
                    cwd=self.work / "made",
                )

    def testForceSparesTheRootDirectory(self):
        # Tried where it could do no harm: the root of a rootfs.
        self.make("from-host")
        rootfs = self.work / "rootfs"
        shutil.copytree(self.scripts, rootfs / "scripts")
        before = self.listing()
        for name in ["/", "//", "/.", "/tmp/.."]:
            result = self.inside(
                rootfs, f"cd /tmp; exec /scripts/from-host --force {name}"
            )
            self.assertEqual(1, result.returncode, result)
            self.assertIn("not a name for a new directory", result.stderr)
        self.assertEqual(before, self.listing())

    def testForceSparesWhatIsMountedInARootfs(self):
        for name in ["plain", "a b", "back\\slash"]:
            self.from_tarball(name)
            for where, mount in [
                ("proc", "mount -t proc proc"),
                # The file system of the rootfs: rm would not see a border.
                ("mine", 'mount --bind "$PWD/mine"'),
                ("", "mount -t tmpfs tmpfs"),
            ]:
                with self.subTest(f"{name}/{where}"):
                    mine = self.work / "mine"
                    mine.mkdir(exist_ok=True)
                    (mine / "thesis").write_text("mine")
                    mount_point = self.work / name / where
                    mount_point.mkdir(exist_ok=True)
                    before = self.listing()
                    result = self.in_namespaces(
                        f'{mount} "$1" && : >>"$3/{MARKER}" && '
                        'exec "$2" --force "$4" "$3"',
                        str(mount_point), str(self.scripts / "from-tarball"),
                        name, str(self.tarball),
                    )
                    self.assertEqual(1, result.returncode, result)
                    self.assertIn("something is mounted", result.stderr)
                    self.assertEqual(before, self.listing())

    def testForceAsksForSudoWhenItWouldNeedIt(self):
        if not ROOT:
            self.skip("only root can make another user's directory")
        options = self.as_nobody()
        self.from_tarball("x", **options)
        (self.work / "x/theirs").mkdir()
        (self.work / "x/theirs/file").write_text("")
        self.refuse_tarball(
            "--force", "x", text="holds directories of another user", **options
        )
        # What is only a file of root's, such as a shell's history, is no
        # obstacle.
        shutil.rmtree(self.work / "x/theirs")
        (self.work / "x/history").write_text("")
        self.from_tarball("--force", "x", **options)
        self.assertFalse((self.work / "x/history").exists())

    def testClosedDirectoriesAreReplacedAsOrdinaryUser(self):
        options = self.as_nobody()
        tar_of(self.tarball, [
            ("./", {"type": tarfile.DIRTYPE, "mode": 0o555}, b""),
            *LEAST,
            ("shut", {"type": tarfile.DIRTYPE, "mode": 0o555}, b""),
            program("shut/file"),
            ("dark", {"type": tarfile.DIRTYPE, "mode": 0o000}, b""),
        ])
        self.from_tarball("x", **options)
        self.assertEqual(
            0o555, stat.S_IMODE((self.work / "x/shut").stat().st_mode)
        )
        self.from_tarball("--force", "x", **options)
        self.assertEqual(["x"], self.names())
        # It is removed when it turns out to be unusable, too.
        tar_of(self.tarball, [
            ("shut", {"type": tarfile.DIRTYPE, "mode": 0o555}, b""),
            program("shut/file"),
        ])
        self.refuse_tarball("y", text="no executable /bin/sh", **options)

    def testAPrivateUmaskDoesNotCloseIt(self):
        self.from_tarball("x", preexec_fn=lambda: os.umask(0o077))
        self.assertEqual(
            0o755, stat.S_IMODE((self.work / "x").stat().st_mode)
        )

    def testAFailedReplacementKeepsTheOld(self):
        self.from_tarball("x")
        (self.work / "x/mine").write_text("old")
        # At each rename in turn: the old one aside, the new one into place.
        mv = shutil.which("mv")
        for failing, text in [
            ("old", "x: cannot be put aside"),
            ("x", "x: cannot be put in place"),
        ]:
            with self.subTest(failing):
                self.stand_in("mv", f"""
for last; do :; done
if [ "${{last##*/}}" = {failing} ] && ! grep -q failed "$log"; then
  echo failed >>"$log"; exit 1
fi
exec {mv} "$@"
""")
                self.log.write_text("")
                self.refuse_tarball("--force", "x", text=text)
                self.assertEqual("failed\n", self.log.read_text())

    def testASignalBetweenTheRenamesKeepsTheOld(self):
        self.from_tarball("x")
        (self.work / "x/mine").write_text("old")
        before = self.listing()
        mv = shutil.which("mv")
        self.stand_in("mv", f'{mv} "$@"\nkill -s TERM $PPID\n')
        result = self.run_script(
            "from-tarball", str(self.tarball), "--force", "x"
        )
        self.assertEqual(143, result.returncode, result)
        self.assertEqual(before, self.listing())

    def testRemovalWaitsForWhatIsStillWriting(self):
        rm = shutil.which("rm")
        self.stand_in("rm", f"""
echo rm >>"$log"
[ "$(wc -l <"$log")" -gt 2 ] || exit 1
exec {rm} "$@"
""")
        tar_of(self.tarball, [])
        self.refuse_tarball("x", text="no rootfs")
        self.stand_in("rm", "exit 1\n")
        result = self.run_script("from-tarball", str(self.tarball), "x")
        self.assertEqual(1, result.returncode, result)
        left, = self.names()
        self.assertIn(f"{left}: cannot be removed", result.stderr)

    def testOfTwoAtOnceOneWins(self):
        one, two = (
            self.start("from-tarball", str(self.tarball), "x")
            for _ in range(2)
        )
        ends = [process.communicate(timeout=60) for process in (one, two)]
        self.assertIn(
            sorted([one.returncode, two.returncode]), [[0, 1]], ends
        )
        self.assertEqual(["x"], self.names())
        self.assertEqual([MARKER, "bin", "proc"], self.names(self.work / "x"))

    def testWhoComesSecondWithoutForceLoses(self):
        # Somebody makes DEST while this one is at work.
        tar = shutil.which("tar")
        self.stand_in("tar", f'mkdir -p x\nexec {tar} "$@"\n')
        result = self.run_script("from-tarball", str(self.tarball), "x")
        self.assertEqual(1, result.returncode, result)
        self.assertIn("exists already", result.stderr)
        self.assertEqual(["x"], self.names())
        self.assertEqual([], self.names(self.work / "x"))
        # The same, after the last look at DEST.
        mv = shutil.which("mv")
        (self.stand_ins / "tar").unlink()
        self.stand_in("mv", f'mkdir -p y/mine\nexec {mv} "$@"\n')
        result = self.run_script("from-tarball", str(self.tarball), "y")
        self.assertEqual(1, result.returncode, result)
        self.assertIn("y: cannot be put in place", result.stderr)
        self.assertEqual(["x", "y"], self.names())
        self.assertEqual(["mine"], self.names(self.work / "y"))


class Usable(ScriptTest):
    def from_members(self, *members):
        return [
            "from-tarball",
            str(tar_of(self.top / "r.tar", members)),
        ]

    def testWithoutShellIsRefused(self):
        proc, bin_ = directory("proc"), directory("bin")
        for case, members in {
            "no bin": [proc],
            "a directory": [proc, directory("bin/sh")],
            "not executable": [proc, bin_, program("bin/sh", 0o644)],
            "dangling": [proc, bin_, link("bin/sh", "dash")],
            # The host has it, the rootfs does not.
            "on the host": [proc, bin_, link("bin/sh", sys.executable)],
            "on the host by ..": [proc, bin_, link(
                "bin/sh", "../../../../../../../.." + sys.executable)],
            "round and round": [proc, bin_, link("bin/sh", "sh")],
            "one directory too deep": [
                directory("top"), directory("top/proc"), directory("top/bin"),
                program("top/bin/sh"),
            ],
        }.items():
            with self.subTest(case):
                result = self.refuse(
                    *self.from_members(*members),
                    text="no rootfs: it has no executable /bin/sh",
                )
                self.assertIn("hint: ", result.stderr)

    def testShellIsFoundThroughLinks(self):
        for case, members in {
            "absolute": [directory("bin"), link("bin/sh", "/bin/busybox"),
                         program("bin/busybox")],
            "merged": [directory("usr/bin"), link("bin", "usr/bin"),
                       link("usr/bin/sh", "dash"), program("usr/bin/dash")],
            "merged, absolute": [
                directory("usr/bin"), link("bin", "/usr/bin"),
                link("usr/bin/sh", "../../usr//./bin/dash"),
                program("usr/bin/dash")],
            "above the root": [
                directory("bin"), link("bin/sh", "../../../bin/a"),
                program("bin/a")],
        }.items():
            with self.subTest(case):
                self.make(
                    *self.from_members(directory("proc"), *members), "--force"
                )

    def testWithoutProcIsRefused(self):
        shell = [directory("bin"), program("bin/sh")]
        for case, members in {
            "none": [],
            "a file": [program("proc")],
            "a link": [directory("p"), link("proc", "p")],
            "the host's": [link("proc", "/proc")],
        }.items():
            with self.subTest(case):
                self.refuse(
                    *self.from_members(*shell, *members),
                    text="no rootfs: it has no directory /proc",
                )


class FromTarball(ScriptTest):
    def tarball(self, *members, name="r.tar", mode="w"):
        return str(tar_of(self.top / name, members, mode))

    def testReadsEveryCompressionOfTar(self):
        compressors = {"": None, ".gz": "gzip", ".xz": "xz", ".zst": "zstd"}
        for suffix, tool in compressors.items():
            if tool and not shutil.which(tool):
                continue  # then this host's tar cannot either
            with self.subTest(suffix):
                file = self.tarball(*LEAST)
                if tool:
                    data = subprocess.run(
                        [tool, "-c", file], check=True, capture_output=True
                    ).stdout
                    file = f"{file}{suffix}"
                    pathlib.Path(file).write_bytes(data)
                self.make("from-tarball", file, "--force")
                self.assertTrue((self.work / "rootfs/bin/sh").is_file())

    def testFilesAreAsInTheArchive(self):
        self.make("from-tarball", self.tarball(
            *LEAST,
            # The host's number for the name is none of the rootfs's.
            ("etc/passwd", {"mode": 0o640, "uid": 7, "gid": 8,
                            "uname": "nobody"}, b"root:x\n"),
            link("etc/up", "../../outside"),
            ("bin/hard", {"type": tarfile.LNKTYPE, "linkname": "bin/sh"}, b""),
            program("bin/su", 0o4755),
        ))
        rootfs = self.work / "rootfs"
        self.assertEqual("root:x\n", (rootfs / "etc/passwd").read_text())
        self.assertEqual("../../outside", os.readlink(rootfs / "etc/up"))
        self.assertEqual(2, (rootfs / "bin/sh").stat().st_nlink)
        info = (rootfs / "etc/passwd").stat()
        self.assertEqual(0o640, stat.S_IMODE(info.st_mode))
        if ROOT:
            self.assertEqual((7, 8), (info.st_uid, info.st_gid))
            self.assertEqual(
                0o4755, stat.S_IMODE((rootfs / "bin/su").stat().st_mode)
            )

    def testNameWithAColonIsAFile(self):
        shutil.copy(self.tarball(*LEAST), self.work / "a:b.tar")
        self.make("from-tarball", "a:b.tar")

    def testWordsInAnyOrder(self):
        file = self.tarball(*LEAST)
        total = hashlib.sha256(pathlib.Path(file).read_bytes()).hexdigest()
        self.make("from-tarball", "--sha256", total, file, "a")
        self.make("from-tarball", file, "--sha256", total, "b")
        self.make("from-tarball", file, "c", "--sha256", total.upper())
        self.assertEqual(["a", "b", "c"], self.names())

    def testAnotherChecksumIsRefusedBeforeUnpacking(self):
        file = self.tarball(*LEAST)
        total = hashlib.sha256(pathlib.Path(file).read_bytes()).hexdigest()
        self.stand_in("tar", 'echo tar ran >>"$log"')
        for wrong in [total[:-1], total + "0", total[::-1], "*", "x"]:
            with self.subTest(wrong):
                self.refuse(
                    "from-tarball", file, "--sha256", wrong,
                    text=f"{file}: its SHA-256 is {total}",
                )
        self.assertFalse(self.log.exists())

    def testWhatIsNoArchiveIsRefused(self):
        good = pathlib.Path(self.tarball(
            *LEAST, ("big", {}, os.urandom(100_000)), name="good.tar.gz",
            mode="w:gz",
        )).read_bytes()
        for case, data in {
            "text": b"no archive\n" * 100,
            "truncated": good[: len(good) // 2],
        }.items():
            with self.subTest(case):
                (self.top / "bad").write_bytes(data)
                self.refuse(
                    "from-tarball", str(self.top / "bad"),
                    text="tar cannot read it",
                )
        for missing in [str(self.top), str(self.top / "none"), "/dev/null"]:
            with self.subTest(missing):
                self.refuse(
                    "from-tarball", missing, text="not a file that can be read"
                )

    def testMembersThatReachOutAreRefused(self):
        victim = self.top / "victim"
        victim.write_text("mine")
        hard = {"type": tarfile.LNKTYPE}
        for case, member in {
            "absolute": program(str(victim)),
            "dots": program("../victim"),
            "dots within": program("bin/../../victim"),
            "dots that stay": program("bin/../victim"),
            "hard link": ("v", {**hard, "linkname": str(victim)}, b""),
            "hard link by dots": ("v", {**hard, "linkname": "../v"}, b""),
        }.items():
            with self.subTest(case):
                self.refuse(
                    "from-tarball", self.tarball(*LEAST, member),
                    text="has members with an absolute path or with ..",
                )
                self.assertEqual("mine", victim.read_text())
        with self.subTest("through a link"):
            self.refuse(
                "from-tarball",
                self.tarball(*LEAST, link("a", str(self.top)),
                             program("a/victim")),
                text="tar cannot unpack it",
            )
            self.assertEqual("mine", victim.read_text())

    def testAMemberOfTheMarkersNameHarmsNothing(self):
        victim = self.top / "victim"
        victim.write_text("mine")
        for member in [link(MARKER, str(victim)), directory(MARKER)]:
            self.make("from-tarball", self.tarball(*LEAST, member), "--force")
            self.assertTrue((self.work / "rootfs" / MARKER).is_file())
        self.assertEqual("mine", victim.read_text())

    def testDeviceNodesAreMadeByRootAndNamedToOthers(self):
        node = {"type": tarfile.CHRTYPE, "devmajor": 1, "devminor": 3}
        file = self.tarball(
            *LEAST, directory("./dev"), ("./dev/null", node, b""),
            ("dev/a b", node, b""), (
                "dev/loop0",
                {"type": tarfile.BLKTYPE, "devmajor": 7, "devminor": 0}, b"",
            ), program("./dev/file"),
        )
        if ROOT:
            result = self.make("from-tarball", file, "a")
            self.assertTrue((self.work / "a/dev/null").is_char_device())
            self.assertEqual("", result.stderr)
        result = self.make("from-tarball", file, "b", **self.as_nobody())
        self.assertEqual(["file"], self.names(self.work / "b/dev"))
        self.assertEqual(
            "from-tarball: leaving out, as only root makes device nodes:"
            " ./dev/null dev/a b dev/loop0\n",
            result.stderr,
        )

    def testASignalEndsItAtOnceAndLeavesNothing(self):
        file = self.tarball(*LEAST)
        self.stand_in("tar", self.SLEEP)
        for number in [signal.SIGHUP, signal.SIGINT, signal.SIGTERM]:
            with self.subTest(number.name):
                self.log.unlink(missing_ok=True)
                process = self.start("from-tarball", file)
                worker = self.await_sleep()
                started = time.monotonic()
                process.send_signal(number)
                process.communicate(timeout=30)
                self.assertLess(time.monotonic() - started, 10)
                self.assertEqual(128 + number, process.returncode)
                self.assertEqual([], self.names())
                self.await_end_of(worker)


class FromHost(ScriptTest):
    def testIsMadeUnderASecond(self):
        # Processor time: other work on this machine is not its fault.
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.make("from-host")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.assertLess(
            after.ru_utime + after.ru_stime - before.ru_utime
            - before.ru_stime, 1.0,
        )

    def testSaysWhatAndHowBig(self):
        result = self.make("from-host")
        self.assertRegex(
            result.stdout,
            rf"\Amade {self.work}/rootfs: programs of this host, \d+ MiB\n\Z",
        )

    def check_commands(self, rootfs):
        result = self.inside(
            rootfs, "ls /; hostname container; hostname; id; ps -ef; exit 7"
        )
        self.assertEqual(7, result.returncode, result)
        lines = result.stdout.splitlines()
        expected = ["bin", "dev", "etc", "lib", "proc", "root", "sbin", "sys",
                    "tmp", "usr"]
        if os.path.exists("/lib64"):
            expected.insert(4, "lib64")
        self.assertEqual(expected, lines[: len(expected)])
        hostname, who, header, *processes = lines[len(expected):]
        self.assertEqual("container", hostname)
        self.assertTrue(who.startswith("uid=0(root) gid=0(root)"), who)
        self.assertRegex(header, "PID.*(CMD|COMMAND)")
        self.assertEqual(2, len(processes), processes)
        self.assertIn("ls /; hostname", processes[0])
        self.assertIn("ps -ef", processes[1])

    def testTheCommandsRunInIt(self):
        self.make("from-host")
        self.check_commands(self.work / "rootfs")

    def testTheCommandsRunInAnOrdinaryUsers(self):
        self.make("from-host", **self.as_nobody())
        self.check_commands(self.work / "rootfs")

    def testEveryProgramFindsItsLibraries(self):
        self.make("from-host")
        # The loader exits 127 when a library is missing; so does a script
        # without its interpreter.
        result = self.inside(self.work / "rootfs", """
for file in /bin/*; do
  "$file" --help </dev/null >/dev/null 2>&1
  [ $? -lt 126 ] || echo "$file"
done
""")
        self.assertEqual((0, ""), (result.returncode, result.stdout), result)

    def testItHasWhatTheStepsNeed(self):
        self.make("from-host")
        here = set(self.names(self.work / "rootfs/bin"))
        needed = set(
            "sh ls ps cat hostname id mount umount sleep env mkdir rm touch "
            "echo true false kill stty tty test head wc grep stat readlink ln "
            "uname seq".split()
        )
        self.assertEqual(set(), needed - here)
        for name in ["bash", "busybox", "dash"]:
            self.assertEqual(bool(shutil.which(name)), name in here, name)

    def testABashPromptNamesTheHost(self):
        if not shutil.which("bash"):
            self.skip("this host has no bash")
        self.make("from-host")
        for environment, prompt in [
            ({}, "\\u@\\h:\\w\\$ "), ({"PS1": "mine> "}, "mine> "),
        ]:
            result = self.inside(
                self.work / "rootfs", "exec bash -ic 'echo \"$PS1\"'",
                HOME="/root", **environment,
            )
            self.assertEqual(prompt + "\n", result.stdout)

    def testCommonTerminalsAreKnown(self):
        if not shutil.which("clear"):
            self.skip("this host has no clear")
        self.make("from-host")
        for terminal in ["xterm", "linux", "screen", "tmux", "vt100",
                         "xterm-256color", "screen-256color"]:
            known = subprocess.run(
                ["clear"], capture_output=True,
                env={**os.environ, "TERM": terminal},
            )
            with self.subTest(terminal):
                result = self.inside(
                    self.work / "rootfs", "clear", TERM=terminal
                )
                self.assertEqual(known.returncode, result.returncode, result)
                self.assertEqual(known.stdout, result.stdout.encode())

    def testNothingInItIsPrivilegedOrSomebodyElses(self):
        self.make("from-host", preexec_fn=lambda: os.umask(0o077))
        rootfs = self.work / "rootfs"
        home = rootfs / "root"
        for path in [rootfs, *rootfs.rglob("*")]:
            info = path.lstat()
            mode = stat.S_IMODE(info.st_mode)
            self.assertEqual(os.geteuid(), info.st_uid, path)
            self.assertFalse(mode & 0o6000, path)
            self.assertIn(
                stat.S_IFMT(info.st_mode),
                (stat.S_IFREG, stat.S_IFDIR, stat.S_IFLNK), path,
            )
            if path.is_symlink():
                self.assertFalse(os.readlink(path).startswith("/"), path)
            elif path.is_dir() and path not in (rootfs / "tmp", home):
                self.assertEqual(0o755, mode, path)
            elif path.is_file():
                self.assertEqual(0o644, mode & 0o644, path)
        for path, mode in [(rootfs / "tmp", 0o1777), (home, 0o700)]:
            self.assertEqual(mode, stat.S_IMODE(path.stat().st_mode), path)
        self.assertEqual([], self.names(rootfs / "dev"))

    def testAClosedProgramIsOpenInIt(self):
        host = self.host_without("nice")
        shutil.copy(shutil.which("true"), host / "nice")
        for mode in [0o4511, 0o6755]:
            (host / "nice").chmod(mode)
            self.make("from-host", "--force")
            self.assertEqual(
                0o755, stat.S_IMODE(
                    (self.work / "rootfs/bin/nice").stat().st_mode
                )
            )

    def testProgramsHaveTheirUsualPaths(self):
        self.make("from-host")
        rootfs = self.work / "rootfs"
        for place in ["bin", "sbin", "usr/bin", "usr/sbin"]:
            self.assertTrue((rootfs / place / "ls").is_file(), place)

    def testWhatProgramsLookUpIsThere(self):
        self.make("from-host")
        rootfs = self.work / "rootfs"
        for path in ["/etc/ld.so.cache", "/etc/inputrc"]:
            self.assertEqual(
                os.path.exists(path), os.path.exists(f"{rootfs}{path}"), path
            )
        # bash complains about a locale that is not there.
        command = ["sh", "-c", "$(command -v bash || command -v sh) -c :"]
        host = subprocess.run(
            command, env={**os.environ, "LC_ALL": "C.UTF-8"},
            capture_output=True, text=True,
        )
        result = self.inside(
            rootfs, shlex.join(command), LC_ALL="C.UTF-8"
        )
        self.assertEqual(host.stderr, result.stderr)

    def testItIsNoLinkToTheHostsFiles(self):
        self.make("from-host")
        inodes = {
            (info.st_dev, info.st_ino)
            for path in ["/bin/sh", "/bin/ls", "/bin/cat"]
            for info in [os.stat(path)]
        }
        for name in ["sh", "ls", "cat"]:
            info = (self.work / "rootfs/bin" / name).stat()
            self.assertNotIn((info.st_dev, info.st_ino), inodes)

    def testABareEnvironmentIsEnough(self):
        self.make("from-host", env={"PATH": os.environ["PATH"]})
        self.check_commands(self.work / "rootfs")

    def testAccountsAreItsOwn(self):
        self.make("from-host")
        etc = self.work / "rootfs/etc"
        users = (etc / "passwd").read_text().splitlines()
        groups = (etc / "group").read_text().splitlines()
        for lines in users, groups:
            self.assertEqual(
                ["root", "nobody"], [line.split(":")[0] for line in lines]
            )
        shell = users[0].split(":")[6].lstrip("/")
        self.assertTrue((self.work / "rootfs" / shell).is_file(), shell)
        self.assertFalse((etc / "hostname").exists())

    def host_without(self, *names):
        """Makes this host, as from-host sees it, a directory of links."""
        script = self.scripts / "from-host"
        text = script.read_text()
        line = "search_path=/usr/bin:/bin:/usr/sbin:/sbin:$PATH\n"
        self.assertIn(line, text)
        host = self.top / "host"
        host.mkdir()
        self.make("from-host", "made")
        for name in self.names(self.work / "made/bin"):
            (host / name).symlink_to(shutil.which(name))
        shutil.rmtree(self.work / "made")
        for name in names:
            (host / name).unlink(missing_ok=True)
        script.write_text(text.replace(line, f"search_path={host}\n"))
        return host

    def testMissingOptionalProgramsAreNamed(self):
        self.host_without("busybox", "seq", "stty")
        result = self.make("from-host")
        self.assertRegex(
            result.stderr,
            r"from-host: not found on this host, left out:"
            r"(.*) busybox(.*) seq(.*) stty",
        )
        self.assertNotIn("seq", self.names(self.work / "rootfs/bin"))
        self.assertIn("wc", self.names(self.work / "rootfs/bin"))

    def testMissingShellLsOrPsIsAnError(self):
        host = self.host_without()
        for name in ["sh", "ls", "ps"]:
            with self.subTest(name):
                (host / name).rename(host / "hidden")
                self.refuse(
                    "from-host", text=f"{name}: not found on this host"
                )
                (host / "hidden").rename(host / name)
        self.make("from-host")

    def testLinksAndScriptsAreFollowed(self):
        # As where busybox or one coreutils program is all of them.
        host = self.host_without("seq", "touch", "nice")
        shutil.copy(shutil.which("true"), host / "multi")
        os.link(host / "multi", host / "seq")
        (host / "touch").symlink_to("multi")
        interpreter = self.top / "interpreter"
        shutil.copy(shutil.which("echo"), interpreter)
        (host / "nice").write_text(f"#! {interpreter} ran\n")
        (host / "nice").chmod(0o755)
        (host / "nohup").unlink(missing_ok=True)
        (host / "nohup").write_text(f"#!{sys.executable}\n")
        (host / "nohup").chmod(0o755)
        self.make("from-host")
        rootfs = self.work / "rootfs"
        self.assertEqual(
            (rootfs / "bin/seq").stat().st_ino,
            (rootfs / "bin/touch").stat().st_ino,
        )
        result = self.inside(rootfs, "seq && touch x && nice")
        self.assertEqual(0, result.returncode, result)
        self.assertRegex(result.stdout, r"\Aran /\S+/nice\n\Z")
        listed = subprocess.run(
            ["ldd", sys.executable], capture_output=True, text=True
        ).stdout
        for word in [sys.executable, *listed.split()]:
            if word.startswith("/"):
                self.assertTrue(os.path.exists(f"{rootfs}{word}"), word)

    def testALoaderThatIsTheCLibraryTooIsFound(self):
        # What ldd says where the C library is musl.
        ldd = shutil.which("ldd")
        self.stand_in("ldd", f"""
{ldd} "$@" | sed -n 's/^.*[[:space:]]\\([^ ]*\\/ld[^ ]* (\\)/\t\\1/p' >>"$log"
cat "$log"
sed 's/^./\tlibc.musl.so.1 => /' "$log"
""")
        self.make("from-host")
        self.assertIn("/ld", self.log.read_text())
        self.check_commands(self.work / "rootfs")

    def testAProgramWithoutItsLibraryIsAnError(self):
        loader = self.stand_ins / "loader"
        self.stand_in("loader", 'echo "	libnone.so => not found"\n')
        directory_ = self.top / "ld.so"
        shutil.copy(loader, directory_)
        self.stand_in("ldd", f'echo "	{directory_} (0x1)"\n')
        self.refuse("from-host", text="lacks a library")

    def testAFailureLeavesNothing(self):
        for tool in ["cp", "stat", "chmod", "ldd", "ln", "mkdir"]:
            with self.subTest(tool):
                self.stand_in(tool, 'echo "$0: no luck" >&2\nexit 1\n')
                result = self.run_script("from-host")
                self.assertNotEqual(0, result.returncode, result)
                self.assertIn("no luck", result.stderr)
                self.assertEqual([], self.names())
                (self.stand_ins / tool).unlink()

    def testASignalLeavesNothing(self):
        cp = shutil.which("cp")
        self.stand_in("cp", f'{cp} "$@"\necho copied >>"$log"\nsleep 0.1\n')
        for number in [signal.SIGHUP, signal.SIGINT, signal.SIGTERM]:
            with self.subTest(number.name):
                self.log.unlink(missing_ok=True)
                process = self.start("from-host")
                self.await_log("copied")
                process.send_signal(number)
                process.communicate(timeout=30)
                self.assertEqual(128 + number, process.returncode)
                self.assertEqual([], self.names())

    def testACtrlCLeavesNothing(self):
        # A terminal's signal goes to the whole group, cp included.
        self.stand_in("cp", self.SLEEP)
        process = self.start("from-host", start_new_session=True)
        self.await_sleep()
        os.killpg(process.pid, signal.SIGINT)
        process.communicate(timeout=30)
        self.assertEqual(130, process.returncode)
        self.assertEqual([], self.names())

    def testTheCallersLibraryPathDoesNotLeakIn(self):
        lib = self.top / "lib"
        lib.mkdir()
        for path in subprocess.run(
            ["ldd", "/bin/ls"], capture_output=True, text=True
        ).stdout.split():
            if path.startswith("/") and "/libc." in path:
                shutil.copy(path, lib)
        self.assertNotEqual([], self.names(lib))
        self.make("from-host", env={
            **self.environment(), "LD_LIBRARY_PATH": str(lib),
        })
        self.check_commands(self.work / "rootfs")


# A docker that keeps its containers in the log.
ENGINE = """
echo "${0##*/} $*" >>"$log"
case $1 in
  version) echo VERSION; ;;
  create) CREATE ;;
  export) EXPORT ;;
  rm) REMOVE ;;
esac
"""


class FromDocker(ScriptTest):
    def setUp(self):
        super().setUp()
        self.tarball = tar_of(self.top / "image.tar", LEAST)
        self.engine("docker")

    def engine(self, name, **parts):
        parts = {
            "create": "echo 0123abcd",
            "export": f'cp "{self.tarball}" "$3"',
            "remove": ":",
            "version": "1",
            **parts,
        }
        text = ENGINE
        for word, command in parts.items():
            text = text.replace(word.upper(), command)
        self.stand_in(name, text)

    def calls(self):
        return [line.split() for line in self.log.read_text().splitlines()]

    def container(self):
        """The one name that was created."""
        created = [call for call in self.calls() if call[1] == "create"]
        self.assertEqual(1, len(created), created)
        self.assertEqual("--name", created[0][2])
        self.assertRegex(created[0][3], r"\Aboxstep-\w+\Z")
        return created[0][3]

    def assert_removed(self):
        last = self.calls()[-1]
        self.assertEqual("rm", last[1], last)
        self.assertEqual(self.container(), last[-1])

    def testMakesTheImagesFiles(self):
        result = self.make("from-docker", "--image", "some/image:1", "x")
        self.assertRegex(
            result.stdout,
            rf"\Amade {self.work}/x: the image some/image:1 by docker, "
            r"\d+ MiB\n\Z",
        )
        self.assertEqual(["x"], self.names())
        self.assertTrue((self.work / "x/bin/sh").is_file())
        self.assertEqual(
            [call[:2] for call in self.calls()],
            [["docker", word] for word in
             ["version", "create", "export", "rm"]],
        )
        self.assertEqual("some/image:1", self.calls()[1][4])
        self.assert_removed()

    def testDefaultImageIsUbuntu(self):
        self.make("from-docker")
        self.assertEqual("ubuntu", self.calls()[1][4])
        self.assertEqual(["rootfs"], self.names())

    def testPodmanServesWhereDockerDoesNotAnswer(self):
        self.engine("docker", version="no daemon >&2; exit 1")
        self.engine("podman")
        result = self.make("from-docker")
        self.assertEqual("", result.stderr)
        self.assertIn("by podman", result.stdout)
        self.assertEqual("podman", self.calls()[-1][0])

    def testWithoutAnEngineItSaysSo(self):
        for name in ["docker", "podman"]:
            self.engine(name, version=f"{name} has no daemon >&2; exit 1")
        result = self.refuse(
            "from-docker", text="neither docker nor podman works here"
        )
        self.assertIn("docker has no daemon", result.stderr)
        self.assertIn("podman has no daemon", result.stderr)
        self.assertIn("hint: ", result.stderr)

    def testAFailedCreateLeavesNothing(self):
        self.engine("docker", create="echo no such image >&2; exit 1")
        result = self.refuse(
            "from-docker", "--image", "nope", text="no such image"
        )
        self.assertIn("from-docker: docker create nope: failed", result.stderr)

    def testAFailedExportLeavesNoContainer(self):
        self.engine("docker", export='echo half >"$3"; exit 1')
        self.refuse("from-docker", text="docker export ubuntu: failed")
        self.assert_removed()

    def testATruncatedExportLeavesNothing(self):
        tar_of(self.tarball, [*LEAST, ("big", {}, b"x" * 100_000)])
        self.engine("docker", export=f'head -c 9000 "{self.tarball}" >"$3"')
        self.refuse("from-docker", text="tar cannot read it")
        self.assert_removed()

    def testAContainerThatStaysIsAnError(self):
        self.engine("docker", remove="echo busy >&2; exit 1")
        self.refuse("from-docker", text="docker rm boxstep-")

    def testAnImageWithoutShellIsRefused(self):
        tar_of(self.tarball, [directory("proc")])
        self.refuse("from-docker", text="no executable /bin/sh")
        self.assert_removed()

    def testASignalLeavesNoContainer(self):
        for step in ["create", "export"]:
            for number in [signal.SIGHUP, signal.SIGINT, signal.SIGTERM]:
                with self.subTest(f"{step} {number.name}"):
                    self.log.unlink(missing_ok=True)
                    self.engine("docker", **{step: self.SLEEP})
                    process = self.start("from-docker")
                    worker = self.await_sleep()
                    process.send_signal(number)
                    process.communicate(timeout=30)
                    self.assertEqual(128 + number, process.returncode)
                    self.assertEqual([], self.names())
                    self.await_end_of(worker)
                    self.log.write_text("".join(
                        line for line in
                        self.log.read_text().splitlines(keepends=True)
                        if not line.startswith("pid")
                    ))
                    self.assert_removed()


    def testAnInterruptedCreateEndsBeforeTheContainerIsRemoved(self):
        self.engine("docker", create="""
trap 'kill $!; sleep 0.2; echo engine ended >>"$log"; exit 1' TERM
sleep 60 &
echo engine waits >>"$log"
wait
""")
        process = self.start("from-docker")
        self.await_log("engine waits")
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
        self.assertEqual(143, process.returncode)
        self.assertEqual(
            ["version", "create", "waits", "ended", "rm"],
            [call[1] for call in self.calls()],
        )


def real_engine():
    """docker or podman, whichever answers; podman first, as its storage can
    be a directory of the test's own."""
    # docker's client may lack its daemon; podman, asked for more than this by
    # an ordinary user, leaves a process behind.
    for name, question in [("podman", "--version"), ("docker", "version")]:
        path = shutil.which(name)
        if path and not subprocess.run(
            [path, question], capture_output=True
        ).returncode:
            return path
    return None


class FromDockerReally(ScriptTest):
    patience = 600
    IMAGE = "localhost/boxstep-test:rootfs"

    def setUp(self):
        super().setUp()
        path = real_engine()
        if not path:
            self.skip("missing: docker or podman: ./boxstep install dev")
        self.command = [path]
        if os.path.basename(path) == "podman":
            self.command += [
                f"--root={self.top}/storage", f"--runroot={self.top}/run",
                f"--tmpdir={self.top}/tmp", "--storage-driver=vfs",
            ]
            # Ends the process that rootless podman leaves behind.
            self.addCleanup(self.ask, "system", "migrate")
            self.stand_in("docker", "exit 1\n")
            self.stand_in("podman", f'exec {shlex.join(self.command)} "$@"\n')
        self.addCleanup(self.ask, "rmi", "--force", self.IMAGE)

    def ask(self, *words):
        return subprocess.run(
            [*self.command, *words], capture_output=True, text=True, check=True
        ).stdout

    def testAnImageBecomesARootfs(self):
        self.make("from-host", "source")
        archive = self.top / "source.tar"
        with tarfile.open(archive, "w") as tar:
            tar.add(self.work / "source", arcname=".", filter=owned_by_root)
        shutil.rmtree(self.work / "source")
        self.ask("import", str(archive), self.IMAGE)
        before = self.ask("ps", "--all", "--quiet")
        self.make("from-docker", "--image", self.IMAGE)
        self.assertEqual(before, self.ask("ps", "--all", "--quiet"))
        self.assertEqual(["rootfs"], self.names())
        result = self.inside(
            self.work / "rootfs", "hostname box; hostname; ls -d /proc; ps -ef"
        )
        self.assertEqual(0, result.returncode, result)
        self.assertTrue(result.stdout.startswith("box\n/proc\n"), result)
        self.assertIn("ps -ef", result.stdout)


class FromDebootstrap(ScriptTest):
    def setUp(self):
        super().setUp()
        if not ROOT:
            self.skip("debootstrap needs root")

    def debootstrap(self, text):
        self.stand_in("debootstrap", 'echo "called $*" >>"$log"\n' + text)

    # The last two words but one or two are SUITE and TARGET.
    FILL = """
for target; do case $target in */root) break ;; esac; done
mkdir -p "$target/bin" "$target/proc" "$target/var/cache/apt/archives"
mkdir -p "$target/var/lib/apt/lists/x" "$target/debootstrap"
cp /bin/sh "$target/bin/"
: >"$target/var/cache/apt/archives/a.deb"
"""

    def testAsksForAMinimalSystemWithPs(self):
        self.debootstrap(self.FILL)
        result = self.make(
            "from-debootstrap", "--suite", "noble", "--mirror", "http://m/", "x"
        )
        self.assertRegex(
            result.stdout,
            rf"\Amade {self.work}/x: noble by debootstrap, \d+ MiB\n\Z",
        )
        call = self.log.read_text().split()
        self.assertIn("--variant=minbase", call)
        self.assertIn("--include=procps", call)
        # Never packages that nobody vouches for.
        self.assertIn("--force-check-gpg", call)
        self.assertEqual(
            ["noble", "root", "http://m/"],
            [call[-3], call[-2].rsplit("/", 1)[1], call[-1]],
        )
        self.assertEqual(["x"], self.names())
        self.assertEqual([], self.names(self.work / "x/var/cache/apt/archives"))
        self.assertEqual([], self.names(self.work / "x/var/lib/apt/lists"))

    def testASuiteIsChosen(self):
        self.debootstrap(self.FILL)
        result = self.make("from-debootstrap")
        suite = self.log.read_text().split()[-2]
        self.assertIn(f": {suite} by debootstrap", result.stdout)
        scripts = pathlib.Path("/usr/share/debootstrap/scripts")
        if scripts.is_dir():
            self.assertTrue((scripts / suite).exists(), suite)

    def testAFailureShowsTheEndAndKeepsTheLog(self):
        lines = "".join(f"echo 'I: line {n}'\n" for n in range(50))
        self.debootstrap(self.FILL + f"""
echo inner trouble >"$target/debootstrap/debootstrap.log"
{lines}
echo 'E: no luck' >&2
exit 1
""")
        result = self.refuse(
            "from-debootstrap", "--suite", "sid", text="E: no luck",
            env={**self.environment(), "TMPDIR": str(self.top)},
        )
        self.assertIn("inner trouble", result.stderr)
        self.assertIn("line 49", result.stderr)
        self.assertNotIn("line 30", result.stderr)
        self.assertIn("debootstrap sid: failed", result.stderr)
        kept, = self.top.glob("from-debootstrap.*")
        self.assertIn(f"hint: all that it said is in {kept}\n", result.stderr)
        self.assertIn("line 0\n", kept.read_text())
        self.assertIn("inner trouble", kept.read_text())

    def testASignalEndsAllThatItStartedAndMounted(self):
        self.debootstrap(self.FILL + """
mount -t tmpfs tmpfs "$target/proc"
sleep UNIQUE &
echo ready >>"$log"
trap '' TERM INT HUP
n=0
while [ $n -lt 1000 ]; do n=$((n + 1)); : >"$target/bin/$n"; sleep 0.01; done
""".replace("UNIQUE", self.unique_seconds()))
        mounts = pathlib.Path("/proc/self/mounts").read_text()
        for number in [signal.SIGHUP, signal.SIGINT, signal.SIGTERM]:
            with self.subTest(number.name):
                self.log.unlink(missing_ok=True)
                process = self.start("from-debootstrap")
                self.await_log("ready")
                process.send_signal(number)
                process.communicate(timeout=30)
                self.assertEqual(128 + number, process.returncode)
                self.assertEqual([], self.names())
                self.assertEqual(
                    mounts, pathlib.Path("/proc/self/mounts").read_text()
                )
                self.await_end_of_sleep()

    def unique_seconds(self):
        """About a minute, in a way that no other process says it."""
        return f"61.{self.top.name.encode().hex()}".translate(
            str.maketrans("abcdef", "012345")
        )

    def await_end_of_sleep(self):
        command = f"sleep {self.unique_seconds()} ".replace(" ", "\0").encode()
        for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
            try:
                if path.read_bytes() == command:
                    self.await_end_of(int(path.parts[2]))
            except OSError:
                pass  # it has just ended

    def testADaemonThatItStartedEndsWithIt(self):
        seconds = self.unique_seconds()
        self.debootstrap(self.FILL + f"setsid sleep {seconds} &\nsleep 0.1\n")
        self.make("from-debootstrap")
        self.await_end_of_sleep()

    def testAnOrdinaryUserIsToldToUseSudo(self):
        self.debootstrap("")
        result = self.refuse(
            "from-debootstrap", text="debootstrap needs root",
            **self.as_nobody(),
        )
        self.assertIn("hint: use sudo", result.stderr)
        self.assertFalse(self.log.exists())


class FromDebootstrapReally(ScriptTest):
    patience = 600

    def setUp(self):
        super().setUp()
        if not ROOT or not shutil.which("debootstrap"):
            self.skip("missing: root, or debootstrap: ./boxstep install dev")

    def testABootstrapBecomesARootfs(self):
        mirror = os.environ.get("BOXSTEP_MIRROR")
        suite = os.environ.get("BOXSTEP_SUITE")
        words = (["--suite", suite] if suite else []) + (
            ["--mirror", mirror] if mirror else [])
        self.make("from-debootstrap", *words)
        self.assertEqual(["rootfs"], self.names())
        result = self.inside(
            self.work / "rootfs", "hostname box; hostname; ls -d /proc; ps -ef"
        )
        self.assertEqual(0, result.returncode, result)
        self.assertTrue(result.stdout.startswith("box\n/proc\n"), result)
        self.assertIn("ps -ef", result.stdout)

    def testAMirrorThatIsNoneIsAFailure(self):
        result = self.refuse(
            "from-debootstrap", "--suite", "stable",
            "--mirror", "http://127.0.0.1:9/", text="E: ",
            env={**self.environment(), "TMPDIR": str(self.top)},
        )
        self.assertIn("debootstrap stable: failed", result.stderr)

    def testAnUnknownSuiteIsAFailure(self):
        result = self.refuse(
            "from-debootstrap", "--suite", "no-such-suite", text="E: ",
            env={**self.environment(), "TMPDIR": str(self.top)},
        )
        self.assertIn("no-such-suite", result.stderr)


def load_tests(loader, tests, _pattern):
    """All but what has to be asked for by name."""
    chosen = unittest.TestSuite()
    for group in tests:
        for test in group:
            if not isinstance(test, (FromDockerReally, FromDebootstrapReally)):
                chosen.addTest(test)
    return chosen


if __name__ == "__main__":
    os.umask(0o022)  # other users take part
    program_ = unittest.main(verbosity=2, exit=False)
    result_ = program_.result
    if not result_.wasSuccessful():
        sys.exit(1)
    sys.exit(77 if len(result_.skipped) >= result_.testsRun else 0)
