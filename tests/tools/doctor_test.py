#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Tests of the doctor. Each condition is made for real where that can be. Where it
cannot, the file that tells of it is replaced.

    doctor_test.py STEPS ROOTFS [unittest's arguments]

STEPS is the directory with the built steps. In every test the steps themselves run
under the same condition: the doctor says NO of those, and only those, that fail.
"""

import collections
import ctypes
import os
import re
import shlex
import shutil
import struct
import sys
import unittest.mock

sys.dont_write_bytecode = True
import trial  # noqa: E402
import doctor  # noqa: E402
from trial import NOBODY, ROOT, STEPS  # noqa: E402

# One that every user may run, with the system's PATH and not a user's own.
PYTHON = shutil.which("python3", path="/usr/bin:/bin") or sys.executable
PART_ONE = "04-cgroups"  # the last step of it; later ones have causes of their own
ERRNO = 0x00050000  # seccomp(2): SECCOMP_RET_ERRNO
EPERM, EINVAL, ENOSYS = 1, 22, 38
NEW_NAMESPACE, NEW_UTS = 0x7E020000, 0x04000000  # clone(2)
CGROUPS = "/sys/fs/cgroup"
PARENT = CGROUPS
if not os.path.exists(f"{PARENT}/cgroup.controllers"):
    PARENT += "/pids"

Said = collections.namedtuple("Said", "word cause remedy status")


def syscall_number(name):
    _, text = trial.run("cpp", "-dM", "-include", "sys/syscall.h", os.devnull)
    return int(re.search(rf"#define __NR_{name} (\d+)", text)[1])


def filtered(names, action, flags, *command):
    """Runs a command without the system calls, or without the part of them that
    has one of the flags in its first argument: seccomp(2)."""
    load, jump_equal, jump_set, give = 0x20, 0x15, 0x45, 0x06
    libc = ctypes.CDLL(None, use_errno=True)
    for name in names.split(","):
        program = [(load, 0, 0, 0),
                   (jump_equal, 0, 3 if flags else 1, syscall_number(name))]
        if flags:
            program += [(load, 0, 0, 16), (jump_set, 0, 1, flags)]
        program += [(give, 0, 0, action), (give, 0, 0, 0x7FFF0000)]
        code = b"".join(struct.pack("HBBI", *instruction) for instruction in program)
        buffer = ctypes.create_string_buffer(code)
        head = struct.pack("HxxxxxxP", len(program), ctypes.addressof(buffer))
        if libc.prctl(22, 2, head, 0, 0) != 0:  # PR_SET_SECCOMP, SECCOMP_MODE_FILTER
            raise OSError(ctypes.get_errno(), "prctl")
    os.execvp(command[0], command)


def filtering(names, action, flags=0):
    return shlex.join([PYTHON, "tests/tools/doctor_test.py", "--filtered", names,
                       str(action), str(flags)])


def without(*capabilities):
    drop = ",".join(f"-{name}" for name in capabilities)
    return f"setpriv --inh-caps={drop} --bounding-set={drop}"


def fake(path, text):
    """The same text in place of a file's."""
    return f"printf '%s\\n' {shlex.quote(text)} >$fakes/{path.replace('/', '_')}\n" \
           f"mount --bind $fakes/{path.replace('/', '_')} {path}\n"


# Makes /mnt/root, on a tmpfs, look like /, without being a mount point itself.
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
SETPRIV = f"{shutil.which('setpriv')} --reuid {NOBODY} --clear-groups"
USER = "env LOGNAME=root " + SETPRIV  # su(1) leaves the name as it was
ROOTLESS = "unshare --user --map-root-user"
SUDO = "mkdir -p $fakes/bin; cp /bin/true $fakes/bin/sudo; PATH=$fakes/bin:$PATH"
NO_PIDFD = filtering("pidfd_open", ERRNO | ENOSYS)
ELSEWHERE = "other-systems|privileged"

# From which step on; the cause and the remedy that the doctor names; what makes the
# condition; what starts the doctor and the steps in it.
NO = [
    (1, "there is no sudo", "su -", "mkdir -p $fakes/bin; cp /bin/true $fakes/bin",
     "env PATH=$fakes/bin " + SETPRIV),
    (1, "no_new_privs", "no-new-privileges", SUDO, f"{USER} --no-new-privs"),
    (1, "no CAP_SYS_ADMIN", ELSEWHERE, "", without("sys_admin")),
    (2, "no CAP_SYS_CHROOT", ELSEWHERE, "", without("sys_chroot")),
    (12, "no CAP_NET_ADMIN", ELSEWHERE, "", without("net_admin")),
    (1, "seccomp filter .*clone.*not permitted", ELSEWHERE, "",
     # As Docker's: no filter sees the flags of clone3, so that libc has to do without.
     f"{filtering('clone3', ERRNO | ENOSYS)} "
     f"{filtering('clone', ERRNO | EPERM, NEW_NAMESPACE)}"),
    (0, "seccomp filter .*pidfd_open", ELSEWHERE, "", NO_PIDFD),
    (1, "Ubuntu's AppArmor", "outside", """release=$(cat /proc/sys/kernel/osrelease)
mount -t tmpfs none /proc/sys/kernel
echo $release >/proc/sys/kernel/osrelease
echo 1 >/proc/sys/kernel/apparmor_restrict_unprivileged_userns""",
     f"{ROOTLESS} {filtering('clone', ERRNO | EPERM, NEW_NAMESPACE)}"),
    # And no other proc, which the kernel would take for a proof.
    (3, "parts of /proc are hidden", ELSEWHERE, "mount --bind /dev/null /proc/version\n"
     r"for other in $(sed -n 's,^[^/]*/ \(/[^ ]*/proc\) .*,\1,p' /proc/self/mountinfo)"
     "\ndo umount -l $other; done", f"{ROOTLESS} --mount"),
    (4, "belongs to the host", "outside of it",
     OWN_CGROUP + f"chown {NOBODY} {PARENT}", ROOTLESS),
    (3, "no more pid namespaces .*user.max_pid_namespaces is 0",
     "sysctl user.max_pid_namespaces=", "", f"{ROOTLESS} --mount sh -c "
     "'echo 0 >/proc/sys/user/max_pid_namespaces; exec \"$@\"' sh"),
    (1, "this kernel has no uts namespaces", ELSEWHERE, "",
     filtering("clone,unshare", ERRNO | EINVAL, NEW_UTS)),
    (0, "4.19.0-27-amd64 is older than 5.3", "newer",
     fake("/proc/sys/kernel/osrelease", "4.19.0-27-amd64"), NO_PIDFD),
    (0, "WSL 1", "wsl --set-version",
     fake("/proc/sys/kernel/osrelease", "4.4.0-19041-Microsoft"), NO_PIDFD),
    (4, "mounted read-only", "remount,rw|privileged",
     f"mount --bind {PARENT} {PARENT}\nmount -o remount,bind,ro {PARENT}", ""),
    (4, "mounted over the cgroups|no cgroup", ".", "mount -t tmpfs none /sys/fs/cgroup", ""),
    (4, "no cgroup file system", "mount -t cgroup2|privileged", NO_CGROUPS, ""),
    (3, "/ is not a mount point", "leave", NEW_ROOT, "chroot /mnt/root"),
    (3, "mount proc: No such file", "directory /proc",
     "umount rootfs; cp -a $rootfs/. rootfs; rmdir rootfs/proc", ""),
    (2, "noexec", "remount,exec", "mount -o remount,bind,noexec rootfs", ""),
    (1, "no CAP_SYS_ADMIN", "docker run --privileged",
     NEW_ROOT + "mount --rbind /mnt/root /mnt/root; touch /mnt/root/.dockerenv",
     "chroot /mnt/root " + without("sys_admin")),
    (1, "no CAP_SYS_ADMIN", "privileged.: true", "",
     "env REMOTE_CONTAINERS=1 " + without("sys_admin")),
]
# All is well, and this is said besides.
YES = [
    ("note: / is shared", "mount --make-rshared /"),
    ("note: / is private", ""),
    ("", NO_CGROUPS + "mkdir $fakes/elsewhere\nmount -t " + (
        "cgroup2" if PARENT == CGROUPS else "cgroup -o pids") + " none $fakes/elsewhere"),
    ("in WSL 2", fake("/proc/sys/kernel/osrelease", "4.18.1-microsoft-WSL2")),
    # Nothing is left.
    ("", OWN_CGROUP + f"""look() {{ hostname; cat /proc/self/mountinfo; ls -R {PARENT}; }}
look >$fakes/before
{PYTHON} tools/doctor.py >/dev/null
look | cmp - $fakes/before"""),
]


class Conditions(trial.Trial):
    def setUp(self):
        super().setUp()
        self.checkout = self.top / "checkout"
        for name in ("tools", "tests/tools", "tests/support", "steps"):
            shutil.copytree(ROOT / name, self.checkout / name)
        shutil.copytree(BUILT, self.checkout / "build/steps",
                        ignore=shutil.ignore_patterns("*.p"))
        (self.checkout / "rootfs").mkdir()
        (self.top / "fakes").mkdir()
        # What is copied may be closed to other users.
        self.succeeds("chmod", "-R", "a+rX", self.checkout)

    def examine(self, condition="", prefix="", rootfs=True):
        """What the doctor says of each step, and the status of its run."""
        script = f"""
set -e
fakes={self.top}/fakes checkout={self.checkout} rootfs={shlex.quote(ROOTFS)}
cd $checkout
{"mount --bind $rootfs rootfs" if rootfs else ""}
{condition}
cat >$fakes/inside <<'END'
cd {self.checkout}
{PYTHON} tools/doctor.py || echo "doctor $?"
for step in {" ".join(STEPS)}; do
  status=0
  build/steps/$step run --quiet true || status=$?
  echo "status $step $status"
done
END
{prefix or "env"} /bin/sh $fakes/inside
"""
        status, said = trial.run(
            "unshare", "--mount", "--net", "--propagation", "private", "sh", "-c", script)
        self.output = re.sub(r"\n {29,32}(?! |->)", " ", said)  # wrapped lines
        self.assertEqual(status, 0, self.output)
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

    def test_no(self):
        for first, cause, remedy, condition, prefix in NO:
            with self.subTest(cause, remedy=remedy):
                self.setUp()
                said = self.examine(condition, prefix)
                for step, what in said.items():
                    if step > PART_ONE and first <= int(PART_ONE[:2]):
                        self.assertEqual(what.word == "NO", what.status != 0, self.output)
                        continue
                    no = step[:2] >= f"{first:02}"
                    self.assertEqual((what.word, what.status != 0),
                                     ("NO" if no else "yes", no), self.output)
                    if no:
                        self.assertRegex(what.cause, cause, self.output)
                told = next(what for what in said.values() if what.word == "NO")
                self.assertRegex(told.remedy, remedy, self.output)

    def test_a_module_that_is_missing(self):
        for error, module in (("make veth box1: Operation not supported", "veth"),
                              ("mount overlay: No such device", "overlay")):
            cause, remedy = doctor.explain(error, "")
            self.assertIn(f"this kernel has no {module}", cause)
            self.assertIn(f"modprobe {module}", remedy)

    def test_a_call_that_is_newer(self):
        with unittest.mock.patch.object(doctor, "kernel", lambda: "5.10.0-30-amd64"):
            cause, _ = doctor.explain("mount_setattr: Function not implemented", "")
        self.assertEqual(cause, "Linux 5.10.0-30-amd64 is older than 5.12")

    def test_yes(self):
        for note, condition in YES:
            with self.subTest(condition):
                said = self.examine(condition)
                self.assertEqual({("yes", 0)}, {what[::3] for step, what in said.items()
                                                if step <= PART_ONE})
                self.assertIn(note, self.output)

    def test_a_user_with_sudo_is_sent_to_it(self):
        for step, what in self.examine(SUDO, USER).items():
            if what.status:
                self.assertEqual(what.word, "as root", self.output)
                self.assertEqual(what.remedy, "sudo ./boxstep doctor" if
                                 step[:2] == "01" else "", self.output)
        self.assertIn("You are nobody, with sudo", self.output)

    def test_root_is_told_what_to_type(self):
        self.examine(SUDO)
        self.assertIn("You are root: ", self.output)
        self.examine(prefix=f"env PATH=/nonexistent")
        self.assertIn("You are root, and there is no sudo", self.output)

    def test_what_is_not_there_yet(self):
        (self.checkout / "rootfs").rmdir()
        for what in self.examine(rootfs=False).values():
            if what.status:
                self.assertEqual(what[:2], ("not yet", "there is no rootfs"), self.output)
        # What ./boxstep run 8 makes is enough for that step.
        (self.checkout / "rootfs-100000").mkdir()
        said = self.examine("mount --bind $rootfs rootfs-100000", rootfs=False)
        self.assertEqual((said[PART_ONE].word, said["08-user-namespace"].word),
                         ("not yet", "yes"), self.output)
        # A limit that is seen with nothing built, too.
        shutil.rmtree(self.checkout / "build")
        for prefix, words in ("env", ["not yet"]), (without("sys_admin"), ["NO"]):
            said = self.examine(prefix=prefix, rootfs=False)
            self.assertEqual({said[step].word for step in STEPS
                              if "01" <= step <= PART_ONE}, set(words), self.output)


# Pure cgroup version 2, in the guest of tools/vm: what a step says in a cgroup that
# is the root of what it sees, and the cause that the doctor finds in that.
VERSION_2 = {
    "box": ("", ""),
    "crowd": ("mkdir other; sleep 1000 & echo $! >other/cgroup.procs",
              "the cgroup has processes, and one below it"),
    "narrow": ("echo +cpu >cgroup.subtree_control; mkdir in", "pids"),
    "few": ("echo +pids >cgroup.subtree_control; mkdir in\n"
            "echo 0 >in/cgroup.max.descendants", "no more cgroups are allowed"),
}
EACH = """
cd /sys/fs/cgroup; mkdir {name}; cd {name}
{made}
[ ! -d in ] || cd in
echo "== {name}"
sh -ec 'echo $$ >cgroup.procs; exec unshare --mount --cgroup sh -ec "$0"' '
  cd /
  umount /sys/fs/cgroup
  mount -t cgroup2 none /sys/fs/cgroup
  $BOXSTEP_STEP run --quiet --rootfs "$BOXSTEP_ROOTFS" true || :'
"""


class Version2(trial.Trial):
    def test_each_place_below_the_root(self):
        enable = "echo +pids >/sys/fs/cgroup/cgroup.subtree_control\n"
        script = self.write("script", enable + "".join(
            EACH.format(name=name, made=made) for name, (made, _) in VERSION_2.items()))
        status, output = trial.run(
            ROOT / "tools/vm/run", "--", "sh", "-e", script,
            env={**os.environ, "BOXSTEP_STEP": f"{BUILT}/04-cgroups",
                 "BOXSTEP_ROOTFS": ROOTFS})
        if status == 77:
            self.skipTest(output.strip())
        self.assertEqual(status, 0, output)
        said = dict(re.findall(r"^== (.*)\n((?:(?!==).*\n)*)", output, re.M))
        self.assertEqual(list(said), list(VERSION_2), output)
        for name, (_, expected) in VERSION_2.items():
            with self.subTest(name):
                error = re.match("04-cgroups: (.*)", said[name])
                cause = doctor.explain(error[1], "")[0] if error else ""
                self.assertRegex(cause, expected if expected else "^$")


if __name__ == "__main__":
    if sys.argv[1] == "--filtered":
        filtered(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), *sys.argv[5:])
    BUILT, ROOTFS = map(os.path.abspath, sys.argv[1:3])
    lacks = [tool for tool in ("cpp", "setpriv", "unshare") if not shutil.which(tool)]
    lacks += ["root, to be several users"] * (not trial.AS_ROOT)
    trial.main(sys.argv[3:], lacks=", ".join(lacks))
