# SPDX-License-Identifier: MIT
"""The files of the lab: Debian's own programs for a 32-bit machine, the steps, and a
checkout of this repository as far as the chapters use it."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(ROOT / "tools/sync"), str(ROOT / "tools/vm")]

import transcript  # noqa: E402
from initramfs import Initramfs  # noqa: E402

PACKAGES = """
    bash busybox-static coreutils dash diffutils findutils grep hostname iproute2
    libacl1 libattr1 libblkid1 libbpf1 libbsd0 libc-bin libc6 libcap-ng0 libcap2
    libelf1 libmd0 libmnl0 libmount1 libpcre2-8-0 libproc2-0 libseccomp2 libselinux1
    libsystemd0 libtinfo6 mount ncurses-base patch procps sed util-linux""".split()

# What the chapters type, rootfs-scripts/from-host needs, and the lab itself.
PROGRAMS = """
    basename bash cat chmod chown chroot chrt cp cut dash date dirname dmesg du echo
    env find grep head hostname id ipcmk kill ldd ln ls mkdir mknod mktemp mount mv nice
    nsenter od pgrep pkill ps pwd readlink rm rmdir sed seq setpriv setsid
    sha256sum sleep sort stat stty tail test timeout touch tr true umount uname unshare wc
    """.split()
# Fetched when somebody types them, on the host: programs, and what they are typed as.
ON_DEMAND = {"busybox": "busybox|less|top|vi", "diff": "diff", "ip": "ip",
             "patch": "patch"}
CASES = "\n    ".join(f"{names}) program={name} ;;" for name, names in ON_DEMAND.items())

# Libraries that are asked for what is not in the lab, and what they answer: no data, no
# SELinux, no regular expressions of Perl's, no BPF. The real ones are a megabyte to load.
NOT_THERE = {"libsystemd.so.0": "-61", "libselinux.so.1": "0", "libpcre2-8.so.0": "0",
             "libbpf.so.1": "0", "libelf.so.1": "0", "libmd.so.0": "0"}

TERMINFO = ["linux", "xterm", "xterm-256color"]
FILES = {
    "/etc/passwd": """root:x:0:0:root:/root:/bin/bash
you:x:1000:1000:you:/home/you:/bin/bash
nobody:x:65534:65534:nobody:/:/bin/false
""",
    "/etc/group": "root:x:0:\ntty:x:5:\nyou:x:1000:\nnogroup:x:65534:\n",
    "/root/.bashrc": f"PS1='{transcript.TELL_STATUS}\\u@\\h:\\w\\$ '\n",
    "/usr/lib/lab/bashrc": f"""PS1='{transcript.TELL_STATUS}{transcript.HOST_PROMPT}'
command_not_found_handle() {{
  local program
  case $1 in
    {CASES}
    *) echo "$1: command not found" >&2; return 127 ;;
  esac
  /usr/lib/lab/want "bin-$program" "/home/you/bin/$1" || return
  # What rootfs-scripts/from-host would have put there.
  [ "$1" != busybox ] || cp "/home/you/bin/$1" /home/you/boxstep/rootfs/usr/bin
  "$@"
}}
""",
    # Of ./boxstep vm.
    "/usr/lib/lab/guestrc": f"PS1='{transcript.TELL_STATUS}{transcript.GUEST_PROMPT}'\n",
    "/usr/lib/lab/you": transcript.BECOME_YOU + "\n",
    "/usr/local/bin/sudo": transcript.SUDO,
}
# Of this repository.
CHECKOUT = ["steps", "common", "docs/examples", "docs/exercises", "rootfs-scripts"]
CHANGED = ["steps", "docs/examples"]  # `git checkout` brings them back


def tree(debian, directory):
    """The packages' files, as they are in a Debian: /bin is in /usr."""
    for name in "bin", "sbin", "lib":
        (directory / "usr" / name).mkdir(parents=True)
        (directory / name).symlink_to("usr/" + name)
    scratch = directory.with_suffix(".packages")
    debian.unpack(PACKAGES, scratch)
    for name in "bin", "sbin", "lib":
        if (scratch / name).is_dir():
            subprocess.run(["cp", "-a", f"{scratch / name}/.", directory / "usr" / name],
                           check=True)
            shutil.rmtree(scratch / name)
    subprocess.run(["cp", "-a", f"{scratch}/.", directory], check=True)
    shutil.rmtree(scratch)


def needed(programs, libraries):
    """The libraries that these programs load, and those that they load."""
    found, left = set(), list(programs)
    while left:
        listing = subprocess.run(["readelf", "-d", left.pop()], text=True, check=False,
                                 stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
        for name in re.findall(r"\(NEEDED\).*\[(.*)\]", listing):
            path = libraries / name
            if name not in found:
                found.add(name)
                left.append(path)
    return found


def stand_in(compiler, library, answer):
    """In place of it one whose functions all give this answer."""
    symbols = subprocess.run(["readelf", "--dyn-syms", "--wide", library], text=True,
                             check=True, stdout=subprocess.PIPE).stdout
    versions = {}
    for name, version in re.findall(r" GLOBAL +DEFAULT +\d+ (\w+)(?:@@(\S+))?$", symbols, re.M):
        versions.setdefault(version, []).append(name)
    names = sum(versions.values(), [])
    source = library.with_suffix(".cpp")
    source.write_text("".join(f'extern "C" int {name}() {{ return {answer}; }}\n'
                              for name in names))
    compiler.shared(library, "".join(
        f"{version} {{ {'; '.join(names)}; }};\n" for version, names in versions.items()),
        source)


def hollow(compiler, library):
    """In place of it one that has nothing: find(1) wants one function of libm, which the
    C library has as well."""
    source = library.with_suffix(".cpp")
    source.write_text('extern "C" void nothing() {}\n')
    compiler.shared(library, "GLIBC_2.0 { nothing; };\n", source)


def initramfs(debian, compiler, steps, library, scratch):
    """The archive that the kernel starts from, and the programs on demand."""
    packages = scratch / "packages"
    tree(debian, packages)
    libraries = packages / "usr/lib/i386-linux-gnu"
    shutil.copy(library, libraries)
    for name, answer in NOT_THERE.items():
        stand_in(compiler, libraries / name, answer)
    hollow(compiler, libraries / "libm.so.6")
    root = scratch / "root"
    for name in ("usr/bin", "usr/lib/i386-linux-gnu", "usr/local/bin", "usr/lib/lab",
                 "usr/lib64"):  # the documents show a machine that has this one
        (root / name).mkdir(parents=True)
    for name in "bin", "lib", "lib64", "sbin":
        (root / name).symlink_to("usr/bin" if name == "sbin" else "usr/" + name)
    (root / "usr/sbin").symlink_to("bin")
    for name in ("boot", "proc", "sys", "dev", "mnt", "run/lab", "tmp", "etc", "root",
                 "home/you/bin"):
        (root / name).mkdir(parents=True)
    (root / "tmp").chmod(0o1777)
    programs = [find(packages, name) for name in PROGRAMS]
    for name, path in zip(PROGRAMS, programs):
        shutil.copy(path, root / "usr/bin" / name)
    (root / "usr/bin/sh").symlink_to("dash")
    for name in sorted(needed([*programs, *steps.values(), find(packages, "ip")], libraries)):
        at = "usr/lib" if name.startswith("ld-") else "usr/lib/i386-linux-gnu"
        shutil.copy(libraries / name, root / at / name)
    (root / "usr/lib/i386-linux-gnu/ld-linux.so.2").unlink(missing_ok=True)
    for name in TERMINFO:
        at = root / "usr/lib/terminfo" / name[0] / name
        at.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(find_terminfo(packages, name), at)
    for name, text in FILES.items():
        (root / name[1:]).parent.mkdir(parents=True, exist_ok=True)
        (root / name[1:]).write_text(text)
    (root / "usr/local/bin/sudo").chmod(0o755)
    shutil.copy(HERE / "guest/want", root / "usr/lib/lab")
    for name in "meson", "g++":
        shutil.copy(HERE / "guest/meson", root / "usr/local/bin" / name)
    shutil.copy(HERE / "guest/git", root / "usr/local/bin")
    shutil.copy(find(packages, "busybox"), root / "usr/lib/lab")  # init removes it
    checkout(root / transcript.SHOWN_CHECKOUT[1:], CHECKOUT)
    checkout(root / "usr/lib/lab/checkout", CHANGED)
    (root / transcript.SHOWN_CHECKOUT[1:] / "build/steps").mkdir(parents=True)
    shutil.copy(HERE / "guest/boxstep", root / transcript.SHOWN_CHECKOUT[1:])
    for step, program in steps.items():
        shutil.copy(program, root / transcript.SHOWN_CHECKOUT[1:] / "build/steps" / step)
    shutil.copy(HERE / "guest/init", root / "init")
    archive = Initramfs()
    archive.take_tree(root, at="/")
    return archive.finish(), {f"bin-{name}": find(packages, name) for name in ON_DEMAND}


def find(packages, name):
    for directory in "usr/bin", "usr/sbin":
        if (packages / directory / name).exists():
            return packages / directory / name
    raise SystemExit(f"lab: no package of it has {name}")


def find_terminfo(packages, name):
    return next((packages / directory / name[0] / name for directory in
                 ("usr/lib/terminfo", "usr/share/terminfo")
                 if (packages / directory / name[0] / name).exists()))


def checkout(directory, names):
    for name in names:
        listed = subprocess.run(
            ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z", name], cwd=ROOT,
            check=True, stdout=subprocess.PIPE, text=True).stdout
        for file in filter(None, listed.split("\0")):
            (directory / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / file, directory / file)
