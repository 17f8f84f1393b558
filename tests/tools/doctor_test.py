#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Tests of the doctor: each condition is made for real where that can be, and
the file that tells of it replaced where it cannot.

    doctor_test.py STEPS ROOTFS [unittest's arguments]

STEPS is the directory with the built steps. In every test the steps themselves
run under the same condition: the doctor says NO of those, and only those, that
end with the status of a runtime that could not.
"""

import collections
import ctypes
import json
import os
import pathlib
import re
import shlex
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest

SOURCE = pathlib.Path(__file__).resolve().parents[2]
sys.dont_write_bytecode = True
sys.path[:0] = [str(SOURCE / "tools"), str(SOURCE / "tests/tools")]

import doctor  # noqa: E402
import boxstep_test  # noqa: E402
from boxstep_test import NOBODY  # noqa: E402

STEPS = sorted(path.parent.name for path in SOURCE.glob("steps/*/main.cpp"))
# One that every user may run, with the system's PATH and not a user's own.
PYTHON = shutil.which("python3", path="/usr/bin:/bin") or sys.executable
COULD_NOT = 125
SECCOMP_RET_ERRNO, SECCOMP_RET_KILL = 0x00050000, 0x80000000
EPERM, EACCES, EINVAL, ENOSYS = 1, 13, 22, 38
NEW_NAMESPACE = 0x7E020000  # any of clone(2)'s flags for one
CGROUPS = "/sys/fs/cgroup"
PARENT = CGROUPS
if not os.path.exists(f"{PARENT}/cgroup.controllers"):
    PARENT += "/pids"

Said = collections.namedtuple("Said", "word cause remedy status")


def syscall_number(name):
    text = subprocess.run(["cpp", "-dM", "-include", "sys/syscall.h", os.devnull],
                          check=True, capture_output=True, text=True).stdout
    return int(re.search(rf"#define __NR_{name} (\d+)", text)[1])


def filtered(name, action, flags, *command):
    """Runs a command without the system call, or without the part of it that
    has one of the flags in its first argument: seccomp(2)."""
    load, jump_equal, jump_set, give = 0x20, 0x15, 0x45, 0x06
    program = [(load, 0, 0, 0), (jump_equal, 0, 3 if flags else 1, syscall_number(name))]
    if flags:
        program += [(load, 0, 0, 16), (jump_set, 0, 1, flags)]
    program += [(give, 0, 0, action), (give, 0, 0, 0x7FFF0000)]
    code = b"".join(struct.pack("HBBI", *instruction) for instruction in program)
    buffer = ctypes.create_string_buffer(code)
    head = struct.pack("HxxxxxxP", len(program), ctypes.addressof(buffer))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(22, 2, head, 0, 0) != 0:  # PR_SET_SECCOMP, SECCOMP_MODE_FILTER
        raise OSError(ctypes.get_errno(), "prctl")
    os.execvp(command[0], command)


def filtering(name, action, flags=0):
    # That of the copied checkout, as the prefix may be another user's.
    return shlex.join([PYTHON, "tests/tools/doctor_test.py", "--filtered", name,
                       str(action), str(flags)])


# Makes /tmp/new, on a tmpfs, look like /, without being a mount point itself.
NEW_ROOT = """
mount -t tmpfs none /mnt
mkdir /mnt/root
for old in /*; do
  new=/mnt/root$old
  if [ -h "$old" ]; then
    cp -P "$old" "$new"
  elif [ -d "$old" ] && [ "$old" != /mnt ]; then
    mkdir "$new" && mount --rbind "$old" "$new"
  fi
done
"""
# A cgroup of one's own in place of the host's.
OWN_CGROUP = f"""
own={PARENT}/tests-doctor-$$
trap 'umount {PARENT}; rmdir $own' EXIT
mkdir $own
mount --bind $own {PARENT}
"""
NO_CGROUPS = r"""
for point in $(sed -n 's,^\([^ ]* \)\{4\}\(/sys/fs/cgroup[^ ]*\) .*,\2,p' \
  /proc/self/mountinfo | sort -r); do
  umount -l $point
done
"""


def fake(path, text):
    """The same text in place of a file's."""
    return f"printf '%s\\n' {shlex.quote(text)} >$fakes/{path.replace('/', '_')}\n" \
           f"mount --bind $fakes/{path.replace('/', '_')} {path}\n"


class DoctorTest(unittest.TestCase):
    def setUp(self):
        top = tempfile.TemporaryDirectory(prefix="boxstep-doctor-")
        self.addCleanup(top.cleanup)
        self.path = pathlib.Path(top.name)
        self.path.chmod(0o755)
        self.checkout = self.path / "checkout"
        for name in ("tools/doctor.py", "tests/tools/doctor_test.py",
                     "tests/tools/boxstep_test.py"):
            (self.checkout / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(SOURCE / name, self.checkout / name)
        for step in STEPS:
            (self.checkout / "steps" / step).mkdir(parents=True)
            (self.checkout / "steps" / step / "main.cpp").touch()
            (self.checkout / "build" / "steps").mkdir(parents=True, exist_ok=True)
            shutil.copy(pathlib.Path(BUILT, step), self.checkout / "build" / "steps")
        (self.checkout / "rootfs").mkdir()
        (self.path / "fakes").mkdir()
        # What is copied may be closed to other users.
        subprocess.run(["chmod", "-R", "a+rX", self.checkout], check=True)

    def examine(self, condition="", prefix="", rootfs=True, before=":", **environment):
        """What the doctor says of each step, and the status of its run."""
        prefix = prefix or "env"
        script = f"""
set -e
fakes={self.path}/fakes
cd {self.checkout}
{f"mount --bind {shlex.quote(ROOTFS)} rootfs" if rootfs else ""}
{condition}
cat >$fakes/inside <<'END'
cd {self.checkout}
/bin/sh -c '{before}; exec {PYTHON} tools/doctor.py' || echo "doctor $?"
for step in {" ".join(STEPS)}; do
  status=0
  build/steps/$step run --quiet true || status=$?
  echo "status $step $status"
done
END
{prefix} /bin/sh $fakes/inside
"""
        before = set(os.listdir(PARENT))
        end = subprocess.run(
            ["unshare", "--mount", "--propagation", "private", "sh", "-c", script],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, timeout=60, check=False, env={**os.environ, **environment})
        self.output = end.stdout
        left = {name for name in set(os.listdir(PARENT)) - before if name.startswith("tests-doctor-")}
        self.assertEqual((end.returncode, left), (0, set()), self.output)
        said = {}
        for step in STEPS:
            found = re.search(
                rf"^  {step} +(yes|not yet|as root|NO)\b *(.*)\n(?: +-> (.*)\n)?",
                self.output, re.M)
            status = re.search(rf"^status {step} (\d+)$", self.output, re.M)
            self.assertTrue(found and status, self.output)
            said[step] = Said(found[1], found[2], found[3] or "", int(status[1]))
        no = any(what.word == "NO" for what in said.values())
        self.assertEqual("doctor 1\n" in self.output, no, self.output)
        return said

    def assert_no(self, cause, condition="", prefix="", first=STEPS[0], remedy=".",
                  status=COULD_NOT, **how):
        """NO from the step `first` on, for this cause, with this remedy."""
        said = self.examine(condition, prefix, **how)
        for step, what in said.items():
            words = ("NO", status) if step >= first else ("yes", 0)
            self.assertEqual((what.word, what.status), words, f"{step}: {self.output}")
            if step >= first:
                self.assertRegex(what.cause, cause, self.output)
        self.assertRegex(said[first].remedy, remedy, self.output)
        if status == COULD_NOT and how.get("rootfs", True):  # it is the machine's fault
            self.assertRegex(self.output, r"(?m)^hint: (run it as root|.*\./boxstep)")

    def assert_yes(self, condition="", prefix="", **how):
        for step, what in self.examine(condition, prefix, **how).items():
            self.assertEqual((step, what.word, what.status), (step, "yes", 0), self.output)


class Table(unittest.TestCase):
    def test_every_step_is_known(self):
        self.assertEqual(list(doctor.STEPS), STEPS)


class Healthy(DoctorTest):
    def test_each_step_runs_and_the_host_is_as_it_was(self):
        self.assert_yes(
            OWN_CGROUP +
            f"look() {{ hostname; cat /proc/self/mountinfo; ls -R {PARENT}; }}\n"
            "look >$fakes/before\n"
            f"{PYTHON} tools/doctor.py >/dev/null\n"
            "look | cmp - $fakes/before")

    def test_propagation_is_noted(self):
        self.assert_yes("mount --make-rshared /")
        self.assertIn("note: / is shared", self.output)
        self.assert_yes()
        self.assertIn("note: / is private", self.output)

    def test_one_step_can_be_asked_for(self):
        end = subprocess.run(
            [PYTHON, self.checkout / "tools/doctor.py", STEPS[0]],
            cwd=self.checkout, capture_output=True, text=True, check=True)
        self.assertIn(f"  {STEPS[0]} ", end.stdout)
        self.assertNotIn(f"  {STEPS[1]} ", end.stdout)


class Privilege(DoctorTest):
    NO_SUDO = f"env PATH=/nonexistent {shutil.which('setpriv')} --reuid {NOBODY} --clear-groups"

    def with_sudo(self, mode="4755"):
        return (f"mkdir -p $fakes/bin; cp /bin/true $fakes/bin/sudo; chmod {mode} $fakes/bin/sudo\n"
                "PATH=$fakes/bin:$PATH")

    def without(self, *capabilities):
        drop = ",".join(f"-{name}" for name in capabilities)
        return f"setpriv --inh-caps={drop} --bounding-set={drop}"

    def test_not_root_and_no_sudo(self):
        self.assert_no("not root, and there is no sudo", prefix=self.NO_SUDO, remedy="su -")

    def test_not_root_with_sudo(self):
        said = self.examine(self.with_sudo(), f"setpriv --reuid {NOBODY} --clear-groups")
        for what in said.values():
            self.assertEqual((what.word, what.status), ("as root", COULD_NOT), self.output)
        self.assertEqual(said[STEPS[0]].remedy, "sudo ./boxstep doctor")

    def test_sudo_that_can_make_nobody_root(self):
        user = f"setpriv --reuid {NOBODY} --clear-groups"
        self.assert_no("no_new_privs", self.with_sudo(), user + " --no-new-privs")
        self.assert_no("no set-user-ID", self.with_sudo("755"), user)
        self.assert_no("no set-user-ID", self.with_sudo() +
                       "\nmount --bind $fakes $fakes\nmount -o remount,bind,nosuid $fakes", user)

    def test_sudo_to_a_root_without_capabilities(self):
        self.assert_no("even root has no CAP_SYS_ADMIN", self.with_sudo(),
                       f"setpriv --reuid {NOBODY} --clear-groups "
                       "--bounding-set=-sys_admin --inh-caps=-sys_admin")

    def test_sudo_does_not_help_against_a_read_only_cgroup(self):
        said = self.examine(f"{self.with_sudo()}\nmount --bind {PARENT} {PARENT}\n"
                            f"mount -o remount,bind,ro {PARENT}",
                            f"setpriv --reuid {NOBODY} --clear-groups")
        self.assertEqual([what.word for what in said.values()],
                         ["as root"] * 3 + ["NO"], self.output)
        self.assertIn("read-only", said["04-cgroups"].cause)

    def test_root_without_a_capability(self):
        self.assert_no("no CAP_SYS_ADMIN", prefix=self.without("sys_admin"))
        self.assert_no("no CAP_SYS_CHROOT", prefix=self.without("sys_chroot"),
                       first="02-chroot")
        self.assert_no(f"no CAP_DAC_OVERRIDE .*mkdir {PARENT}", OWN_CGROUP +
                       f"chown {NOBODY} {PARENT}\nchmod 555 {PARENT}",
                       self.without("dac_override"), first="04-cgroups")

    def test_seccomp(self):
        self.assert_no("seccomp filter .*clone: Operation not permitted",
                       prefix=filtering("clone", SECCOMP_RET_ERRNO | EPERM, NEW_NAMESPACE))
        self.assert_no("seccomp filter .*pidfd_open: Function not implemented",
                       prefix=filtering("pidfd_open", SECCOMP_RET_ERRNO | ENOSYS))
        self.assert_no("seccomp filter .*mount / as private",
                       prefix=filtering("mount", SECCOMP_RET_ERRNO | EPERM), first="03-pid-mount")

    def test_seccomp_that_kills(self):
        said = self.examine(prefix=filtering("sethostname", SECCOMP_RET_KILL))
        for what in said.values():
            self.assertEqual((what.word, what.status), ("NO", 128 + 31), self.output)
            self.assertIn("seccomp filter", what.cause)

    def test_user_namespace_that_hides_a_part_of_proc(self):
        self.assert_no("parts of /proc are hidden", "mount --bind /dev/null /proc/version",
                       "unshare --user --map-root-user --mount", first="03-pid-mount")

    def test_cgroups_that_are_not_delegated_to_a_user_namespace(self):
        self.assert_no("belongs to the host", OWN_CGROUP + f"chown {NOBODY} {PARENT}",
                       "unshare --user --map-root-user", first="04-cgroups",
                       remedy="outside of it")

    def test_apparmors_restriction_of_user_namespaces(self):
        setting = ("release=$(cat /proc/sys/kernel/osrelease)\n"
                   "mount -t tmpfs none /proc/sys/kernel\n"
                   "echo $release >/proc/sys/kernel/osrelease\n"
                   "echo 1 >/proc/sys/kernel/apparmor_restrict_unprivileged_userns")
        self.assert_no("AppArmor leaves root in a user namespace no power", setting,
                       "unshare --user --map-root-user " +
                       filtering("clone", SECCOMP_RET_ERRNO | EPERM, NEW_NAMESPACE))
        self.assert_yes(setting)
        self.assertIn("note: AppArmor", self.output)

    def test_a_security_label(self):
        self.assert_no(
            "forbids it to docker-default", "echo 'docker-default (enforce)' >$fakes/label",
            filtering("sethostname", SECCOMP_RET_ERRNO | EACCES),
            before=f"mount --bind {self.path}/fakes/label /proc/$$/attr/current")


class Limits(DoctorTest):
    def test_namespaces(self):
        for kind, first in {"uts": STEPS[0], "pid": "03-pid-mount", "mnt": "03-pid-mount"}.items():
            self.assert_no(
                f"no more {kind} namespaces .*user.max_{kind}_namespaces is 0", "",
                "unshare --user --map-root-user --mount sh -c "
                f"'echo 0 >/proc/sys/user/max_{kind}_namespaces; exec \"$@\"' sh",
                first=first, remedy=f"sysctl user.max_{kind}_namespaces=")

    def test_processes(self):
        # The shell, the runtime, and no init; or no command, where the init does
        # not leave for a cgroup of its own.
        for most in 2, 3:
            said = self.examine(
                f"own={PARENT}/tests-doctor-$$; mkdir $own; trap 'rmdir $own' EXIT\n"
                f"echo {most} >$own/pids.max",
                "sh -c 'echo $$ >$own/cgroup.procs; exec \"$@\"' sh", own="")
            self.assertIn("no more processes", said[STEPS[0]].cause, self.output)
            for step, what in said.items():
                self.assertEqual(what.word == "NO", what.status == COULD_NOT, self.output)


class Cgroups(DoctorTest):
    def assert_04(self, cause, condition, prefix="", remedy="."):
        self.assert_no(cause, condition, prefix, first="04-cgroups", remedy=remedy)

    def test_read_only(self):
        self.assert_04("mounted read-only", f"mount --bind {PARENT} {PARENT}\n"
                       f"mount -o remount,bind,ro {PARENT}")

    def test_covered(self):
        self.assert_04("something is mounted over the cgroups|no cgroup",
                       "mount -t tmpfs none /sys/fs/cgroup")

    def test_none_mounted(self):
        self.assert_04("no cgroup", NO_CGROUPS)
        self.assertRegex(self.output, "cgroups: none mounted")

    def test_somewhere_else(self):
        kind = "cgroup2" if PARENT == CGROUPS else "cgroup -o pids"
        self.assert_yes(f"{NO_CGROUPS}mkdir $fakes/elsewhere\n"
                        f"mount -t {kind} none $fakes/elsewhere")
        self.assertRegex(self.output, "pids at .*/elsewhere")

    @unittest.skipIf(PARENT == CGROUPS, "version 2 has the controller here")
    def test_version_2_without_the_controller(self):
        self.assert_04("offers .*, but not pids|no cgroup",
                       NO_CGROUPS + "mkdir -p /sys/fs/cgroup\n"
                       "mount -t cgroup2 none /sys/fs/cgroup")
        self.assertIn("cgroups: version 2", self.output)

    def test_controller_that_the_kernel_does_not_use(self):
        # Made as above; the kernel's own word for it is replaced.
        lines = pathlib.Path("/proc/cgroups").read_text(encoding="utf-8")
        self.assert_04("cgroup_disable=pids", NO_CGROUPS +
                       fake("/proc/cgroups", re.sub(r"(?m)^(pids\t.*)1$", r"\g<1>0", lines)))
        self.assert_04("no pids controller", NO_CGROUPS +
                       fake("/proc/cgroups", re.sub(r"(?m)^pids\t.*\n", "", lines)))


class Kernel(DoctorTest):
    def test_without_a_namespace(self):
        for kind, first in {"uts": STEPS[0], "pid": "03-pid-mount"}.items():
            self.assert_no(f"this kernel has no {kind} namespaces", first=first,
                           prefix=filtering("clone", SECCOMP_RET_ERRNO | EINVAL,
                                            doctor.NAMESPACES[kind]))

    OLD = filtering("pidfd_open", SECCOMP_RET_ERRNO | ENOSYS)

    def release(self, text):
        return fake("/proc/sys/kernel/osrelease", text)

    def test_too_old(self):
        self.assert_no("4.19.0-27-amd64 is older than 5.3", self.release("4.19.0-27-amd64"),
                       self.OLD)

    def test_old_by_its_number_only(self):
        self.assert_yes(self.release("4.18.0-553.el8.x86_64"))

    def test_wsl_1(self):
        self.assert_no("WSL 1", self.release("4.4.0-19041-Microsoft"), self.OLD,
                       remedy="wsl --set-version")

    def test_wsl_2(self):
        self.assert_yes(self.release("5.15.167.4-microsoft-standard-WSL2"))
        self.assertIn("in WSL 2", self.output)


class Root(DoctorTest):
    def test_not_a_mount_point(self):
        self.assert_no("/ is not a mount point", NEW_ROOT, "chroot /mnt/root",
                       first="03-pid-mount")

    def test_chroot_that_is_one(self):
        self.assert_yes(NEW_ROOT + "mount --rbind /mnt/root /mnt/root", "chroot /mnt/root")

    def test_no_proc(self):
        self.assert_yes("mount -t tmpfs none /proc")


class Containers(DoctorTest):
    """What says which kind it is; and a capability that they take away."""

    def assert_kind(self, name, remedy, make, **environment):
        self.assert_no(
            "no CAP_SYS_ADMIN", f"{NEW_ROOT}mount --rbind /mnt/root /mnt/root\n"
            "mount -t tmpfs none /mnt/root/run\n" + make,
            "chroot /mnt/root setpriv --inh-caps=-sys_admin --bounding-set=-sys_admin",
            remedy=remedy, **environment)
        self.assertIn(f", in {name};", self.output)

    def test_docker(self):
        self.assert_kind("Docker", "docker run --privileged", "touch /mnt/root/.dockerenv")

    def test_podman(self):
        self.assert_kind("Podman", "podman run --privileged", "touch /mnt/root/run/.containerenv")

    def test_lxc(self):
        systemd = "mkdir /mnt/root/run/systemd\necho lxc >/mnt/root/run/systemd/container"
        self.assert_kind("LXC", "security.nesting", systemd)
        self.assert_kind("LXC", "security.nesting",
                         r"printf 'TERM=linux\0container=lxc\0' >$fakes/environ" "\n"
                         "mount --bind $fakes/environ /mnt/root/proc/1/environ")

    def test_dev_container(self):
        self.assert_kind("a dev container", "privileged.: true", "", REMOTE_CONTAINERS="true")


class Files(DoctorTest):
    def test_not_built(self):
        shutil.rmtree(self.checkout / "build")
        (self.checkout / "rootfs").rmdir()
        end = subprocess.run([PYTHON, "tools/doctor.py"], cwd=self.checkout,
                             capture_output=True, text=True, check=True)
        for step in STEPS:
            self.assertRegex(end.stdout, rf"{step} +not yet  it is not built\n"
                                         rf" +-> ./boxstep run {step}\n")

    def test_no_rootfs(self):
        (self.checkout / "rootfs").rmdir()
        said = self.examine(rootfs=False)
        self.assertEqual([(what.word, what.status) for what in said.values()],
                         [("yes", 0)] + [("not yet", COULD_NOT)] * (len(STEPS) - 1), self.output)
        self.assertEqual(said["02-chroot"].remedy, "./boxstep rootfs")

    def test_what_is_no_rootfs(self):
        rootfs = self.checkout / "rootfs"
        self.assert_no("no directory /proc", rootfs=False, first="03-pid-mount",
                       condition=f"cp -a {shlex.quote(ROOTFS)}/. rootfs; rmdir rootfs/proc")
        shutil.rmtree(rootfs)
        rootfs.symlink_to("/")
        self.assert_no("the host's own /", rootfs=False, first="02-chroot")
        rootfs.unlink()
        rootfs.touch()
        self.assert_no("not a directory", rootfs=False, first="02-chroot",
                       remedy="rootfs --force")

    def test_noexec(self):
        # Their caller's status: nothing of theirs has run.
        self.assert_no("noexec", status=126, condition=(
            f"mount --rbind {self.path} {self.path}\nmount -o remount,bind,noexec {self.path}\n"
            f"cd {self.checkout}"))
        self.assert_no("mounted noexec", first="02-chroot", status=126,
                       condition="mount -o remount,bind,noexec rootfs")

    def test_nodev_and_nosuid_do_not_matter(self):
        self.assert_yes("mount -o remount,bind,nodev,nosuid rootfs")
        self.assertIn("mounted nodev: device nodes", self.output)
        self.assertIn("mounted nosuid: su and sudo", self.output)

    def test_files_of_another_system(self):
        self.assert_yes(
            f"sed 's,^\\(.* {self.checkout}/rootfs .* - \\)[^ ]*,\\19p,' "
            "/proc/self/mountinfo >$fakes/mountinfo",
            before=f"mount --bind {self.path}/fakes/mountinfo /proc/$$/mountinfo")
        self.assertIn("/rootfs is 9p, another system's files", self.output)

    def test_program_that_is_none(self):
        program = self.checkout / "build" / "steps" / STEPS[0]
        program.write_bytes(b"\x7fELF")
        end = subprocess.run([PYTHON, "tools/doctor.py", STEPS[0]], cwd=self.checkout,
                             capture_output=True, text=True, check=False)
        self.assertRegex(end.stdout, "NO .* does not run: Exec format error\n.*boxstep clean")


class DevContainer(boxstep_test.BoxstepTest):
    FILE = SOURCE / ".devcontainer" / "devcontainer.json"

    def setUp(self):
        text = self.FILE.read_text(encoding="utf-8")
        self.says = json.loads(re.sub(r"^\s*//.*$", "", text, flags=re.M))

    def test_it_may_do_what_the_steps_do(self):
        self.assertIs(self.says["privileged"], True)


class Version2(unittest.TestCase):
    """Pure cgroup version 2, in the guest of tools/vm: one start for all."""

    SCRIPT = f"""
set -e
look() {{ # NAME
  echo "== $1"
  {PYTHON} {shlex.quote(str(SOURCE))}/tools/doctor.py --build "$BOXSTEP_BUILD" \
    --rootfs "$BOXSTEP_ROOTFS" 04-cgroups || echo "doctor $?"
  status=0
  "$BOXSTEP_BUILD/steps/04-cgroups" run --quiet --rootfs "$BOXSTEP_ROOTFS" true || status=$?
  echo "status $status"
}}
new() {{ # CGROUP CONTROLLER...: as a container has it
  mkdir $top/$1
  for controller in "$@"; do
    [ "$controller" = "$1" ] || echo "+$controller" >$top/$1/cgroup.subtree_control
  done
}}
inside() {{ # CGROUP NAME SETUP: with a cgroup for its root, and itself in it
  export setup="$3" name="$2"
  export enter="$top/$1/cgroup.procs"
  sh -ec 'echo $$ >$enter; exec unshare --mount --cgroup sh -ec "$as_root_of_it"'
}}
as_root_of_it='
  umount {CGROUPS}
  mount -t cgroup2 none {CGROUPS}
  eval "$setup"
  . {{script}}.look
  look "$name"'
export as_root_of_it
sed '/^look()/,/^}}/!d' {{script}} >{{script}}.look
top={CGROUPS}
look plain

new box
inside box 'with processes' ''
inside box 'with processes again' ''
new crowd; mkdir $top/crowd/other
sleep 1000 & echo $! >$top/crowd/other/cgroup.procs
inside crowd 'with processes and a child with some' ''
new narrow cpu; mkdir $top/narrow/inner
inside narrow/inner 'not delegated' ''
new fixed
inside fixed 'read-only' "mount -o remount,bind,ro $top"
new few pids; mkdir $top/few/inner; echo 1 >$top/few/cgroup.max.descendants
new thread pids; mkdir $top/thread/in $top/thread/invalid
echo threaded >$top/thread/in/cgroup.type
inside thread/in 'threaded' ''
unshare --mount sh -ec ". {{script}}.look; mount --bind $top/few $top; look 'no more'"
unshare --mount sh -ec ". {{script}}.look; mount --bind $top/thread/invalid $top; look invalid"
chown {NOBODY} $top/cgroup.procs
unshare --user --map-root-user sh -ec ". {{script}}.look; look 'not its processes'"
"""
    EXPECTED = {
        "plain": "yes",
        "with processes": "yes",
        "with processes again": "yes",
        "with processes and a child with some": "NO +the cgroup has processes, and one below it",
        "not delegated": "NO +/sys/fs/cgroup offers cpu, but not pids",
        "read-only": "NO +cgroups are mounted read-only",
        "threaded": "yes",
        "no more": "NO +no more cgroups are allowed there",
        "invalid": "NO +the cgroup is below a threaded one",
        "not its processes": "NO +it belongs to the host.*write .*/cgroup.procs",
    }

    @staticmethod
    def interpreter():
        """The files that the doctor's Python reads."""
        look = """
import contextlib, encodings.ascii, io, re, runpy, sys
sys.argv[1:], script = [], sys.argv[1]
with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.StringIO()):
    runpy.run_path(script, run_name="__main__")
modules = [getattr(module, "__file__", None) for module in sys.modules.values()]
with open("/proc/self/maps") as maps:
    libraries = re.findall("/.*[.]so.*", maps.read())
print(*filter(None, {*modules, *libraries}), sep="\\n")"""
        files = subprocess.run(
            [PYTHON, "-c", look, SOURCE / "tools/doctor.py"],
            check=True, capture_output=True, text=True).stdout.splitlines()
        # A library is asked for by another name than the one it has.
        names = [str(name) for file in files if ".so." in file
                 for name in pathlib.Path(file).parent.glob("*.so.*")
                 if os.path.realpath(name) == file]
        return [PYTHON, os.path.realpath(PYTHON), *files, *names]

    def test_each_place_below_the_root(self):
        with tempfile.TemporaryDirectory(prefix="boxstep-doctor-") as directory:
            script = pathlib.Path(directory, "script")
            script.write_text(self.SCRIPT.replace("{script}", str(script)), encoding="utf-8")
            take = [*self.interpreter(), ROOTFS, str(SOURCE / "tools/doctor.py"),
                    *(str(SOURCE / "steps" / step / "main.cpp") for step in STEPS),
                    os.path.join(BUILT, "04-cgroups")]
            end = subprocess.run(
                [SOURCE / "tools/vm/run", "--timeout", "300",
                 *(f"--take={path}" for path in take),
                 "--env", f"BOXSTEP_BUILD={os.path.dirname(BUILT)}",
                 "--env", f"BOXSTEP_ROOTFS={ROOTFS}", "--", "sh", script],
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        if end.returncode == 77:
            self.skipTest(end.stdout.strip())
        self.assertEqual(end.returncode, 0, end.stdout)
        said = dict(re.findall(r"^== (.*)\n((?:(?!==).*\n)*)", end.stdout, re.M))
        self.assertEqual(list(said), list(self.EXPECTED), end.stdout)
        for name, expected in self.EXPECTED.items():
            with self.subTest(name):
                self.assertRegex(said[name], f"  04-cgroups +{expected}")
                status = 0 if expected == "yes" else COULD_NOT
                self.assertIn(f"\nstatus {status}\n", said[name])


if __name__ == "__main__":
    if sys.argv[1] == "--filtered":
        filtered(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), *sys.argv[5:])
    lacks = [tool for tool in ("cpp", "setpriv", "unshare") if not shutil.which(tool)]
    if os.geteuid() != 0:
        lacks.insert(0, "root, to be several users and have mounts of its own")
    if lacks:
        print("SKIPPED: needs", ", ".join(lacks))
        sys.exit(1 if os.environ.get("BOXSTEP_MUST_RUN", "") not in ("", "0") else 77)
    BUILT, ROOTFS = map(os.path.abspath, sys.argv[1:3])
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]], verbosity=2)
