# SPDX-License-Identifier: MIT
"""The files of the guest, packed as the kernel unpacks them at boot.

Everything that is taken from the host lies at the same path in the guest, so
that a test's command line and environment mean the same in both.

    archive = Initramfs()
    archive.take_program("/usr/bin/ps")   # and its loader and libraries
    archive.take_tree("/srv/rootfs")
    archive.add("/etc/hostname", "guest\n")
    data = archive.finish()

Format: "newc" cpio, uncompressed, since the guest's emulated processor would
take longer to decompress than the host takes to copy (kernel:
Documentation/driver-api/early-userspace/buffer-format.rst).
"""

import os
import re
import stat
import subprocess
import sys


class Initramfs:
    def __init__(self, root=None):
        """With all below `root`, whose programs are then the only ones."""
        self._chunks = []
        self._taken = set()
        self._programs = set()
        self._root = root
        self._append("/", stat.S_IFDIR | 0o755)
        if root:
            self.take_tree(root, at="/")

    def add(self, path, text="", mode=0o644, kind=stat.S_IFREG):
        """A file; with another kind, a directory, a fifo or a link to `text`."""
        self._parents(path)
        self._append(path, kind | mode, data=text.encode())

    def take(self, path):
        """A file, with the directories and symbolic links that lead to it."""
        path = os.path.abspath(path)
        parent, name = os.path.split(path)
        real = os.path.join(os.path.realpath(parent), name)
        if real != path:
            self.take(parent)
            path = real
        self._parents(path)
        self._copy(path, path)
        if os.path.islink(path):
            self.take(os.path.join(os.path.dirname(path), os.readlink(path)))

    def take_tree(self, path, at=None):
        """A directory and all below it, its links as they are, to the path `at`
        if given. What may not be read is left out: root's, who was in a
        container of that rootfs."""
        if at is None:
            self.take(path)
            path = at = os.path.realpath(path)
        for directory, subdirectories, files in os.walk(path):
            # Meson keeps the object files of a program in PROGRAM.p.
            subdirectories[:] = [d for d in subdirectories if d[-2:] != ".p"]
            there = os.path.join(at, os.path.relpath(directory, path))
            for name in subdirectories + files:
                try:
                    self._copy(os.path.join(directory, name),
                               os.path.normpath(os.path.join(there, name)))
                except PermissionError as error:
                    print(f"left out: {error.filename}: {error.strerror}",
                          file=sys.stderr)

    def take_program(self, path):
        """Taken when the archive is finished, together with what it loads."""
        self._programs.add(os.path.abspath(path))

    def take_any(self, path):
        """A program, another file or a tree, but not of the kernel's."""
        real = os.path.realpath(path)
        if real == "/" or real.startswith(("/proc", "/sys", "/dev")):
            return
        if os.path.isdir(path):
            self.take_tree(path)
        elif os.access(path, os.X_OK):
            self.take_program(path)
        else:
            self.take(path)

    def finish(self):
        for path in self._programs:
            self.take(path)
        if not self._root:
            for path in loaded_by(sorted(self._programs)):
                self.take(path)
        self._append("/TRAILER!!!", 0)
        return b"".join(self._chunks)

    def _parents(self, path):
        parent = os.path.dirname(path)
        if parent not in self._taken:
            self._parents(parent)
            if os.path.lexists(parent):
                self.take(parent)
            else:
                self._append(parent, stat.S_IFDIR | 0o755)

    def _copy(self, path, at):
        info = os.lstat(path)
        data = b""
        if stat.S_ISLNK(info.st_mode):
            data = os.readlink(path).encode()
        elif stat.S_ISREG(info.st_mode):
            with open(path, "rb") as file:
                data = file.read()
        # What belongs to the person who built it belongs to root in the guest.
        owner = [i if os.getuid() == 0 else 0 for i in (info.st_uid, info.st_gid)]
        self._append(at, info.st_mode, *owner, info.st_rdev, data)

    def _append(self, path, mode, user=0, group=0, device=0, data=b""):
        if path in self._taken:
            return
        self._taken.add(path)
        name = (path.lstrip("/") or ".").encode() + b"\0"
        fields = (len(self._taken), mode, user, group, 1, 0, len(data), 0, 0,
                  os.major(device), os.minor(device), len(name), 0)
        header = b"070701" + b"".join(b"%08x" % field for field in fields)
        for part in (header + name, data):
            self._chunks += [part, b"\0" * (-len(part) % 4)]


def loaded_by(programs):
    """The loaders, libraries and interpreters of scripts that they need."""
    interpreters = set()
    for path in programs:
        with open(path, "rb") as file:
            match = re.match(rb"#!\s*(\S+)", file.read(256))
        if match:
            interpreters.add(match[1].decode())
    binaries = sorted({os.path.realpath(p) for p in [*programs, *interpreters]})
    listing = subprocess.run(
        ["ldd", *binaries], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        text=True, check=False).stdout
    return sorted(interpreters | set(re.findall(r"(/\S+) \(0x", listing)))
