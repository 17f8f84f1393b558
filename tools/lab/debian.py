# SPDX-License-Identifier: MIT
"""Gets packages of Debian that are not for this machine: the lab is a 32-bit
computer, and what it is made of must not depend on what is installed here.

    debian = Debian(cache)
    debian.unpack(["bash", "dash"], directory)   # their files
    debian.version("seabios")

apt works in a directory of its own: nothing is installed, and no architecture is
added to this machine. What it has got once is kept in `cache`.
"""

import fcntl
import os
import subprocess
import tarfile
import time

# A release, so that the lab is the same wherever it is built.
SUITE = "bookworm"
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
# Newer versions of packages come once a day at most.
A_DAY = 24 * 3600


class Debian:
    def __init__(self, cache):
        self.directory = cache / "debian"
        for name in "lists/partial", "archives/partial", "packages":
            (self.directory / name).mkdir(parents=True, exist_ok=True)
        self._lock = open(self.directory / "lock", "w")
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        self._known = {}
        self._update()

    def _update(self):
        stamp = self.directory / "updated"
        sources = self.directory / "sources.list"
        # Without the security archive: the release alone changes a few times a year,
        # and with it the lab. Nothing that runs in there meets a network.
        text = (f"deb [signed-by={KEYRING}] "
                f"http://deb.debian.org/debian {SUITE} main\n")
        if (stamp.exists() and sources.exists() and sources.read_text() == text
                and time.time() - stamp.stat().st_mtime < A_DAY):
            return
        if not os.path.exists(KEYRING):
            raise SystemExit("lab: no keys of Debian: install debian-archive-keyring")
        sources.write_text(text)
        (self.directory / "status").touch()
        self._apt("apt-get", "-q", "update")
        stamp.touch()

    def _apt(self, *command, cwd=None):
        settings = self.directory / "apt.conf"
        settings.write_text(f"""
Dir::State "{self.directory}";
Dir::State::status "{self.directory}/status";
Dir::Cache "{self.directory}";
Dir::Etc::sourcelist "{self.directory}/sources.list";
Dir::Etc::sourceparts "-";
Dir::Etc::preferencesparts "-";
APT::Architecture "i386";
#clear APT::Architectures;
APT::Architectures {{ "i386"; }};
APT::Sandbox::User "{subprocess.getoutput('id -un')}";
Acquire::Languages "none";
""")
        done = subprocess.run(
            command, cwd=cwd or self.directory, check=False, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env=os.environ | {"APT_CONFIG": str(settings), "LC_ALL": "C"})
        if done.returncode != 0:
            raise SystemExit(f"lab: {' '.join(command)}:\n{done.stdout}")
        return done.stdout

    def look_up(self, packages):
        """Learns about them, in one call: apt reads all its lists for each."""
        new = [package for package in packages if package not in self._known]
        if not new:
            return
        shown = self._apt("apt-cache", "show", "--no-all-versions", *new)
        for record in shown.strip().split("\n\n"):
            fields = dict(line.split(": ", 1) for line in record.splitlines()
                          if ": " in line and not line.startswith(" "))
            if "Package" in fields:
                self._known[fields["Package"]] = fields
        for package in new:
            if package not in self._known:
                raise SystemExit(f"lab: Debian has no {package}")

    def version(self, package):
        """The newest there is."""
        self.look_up([package])
        return self._known[package]["Version"]

    def source(self, package):
        """The name and version of the source package it was built from."""
        self.look_up([package])
        name, _, version = self._known[package].get("Source", package).partition(" ")
        return name, version.strip("()") or self.version(package)

    def get(self, packages):
        """The files of these packages."""
        self.look_up(packages)

        def file(package):
            version = self.version(package).replace(":", "%3a")
            return next((self.directory / "packages").glob(f"{package}_{version}_*.deb"),
                        None)

        missing = [package for package in packages if file(package) is None]
        if missing:
            self._apt("apt-get", "-q", "download", *missing,
                      cwd=self.directory / "packages")
        return [file(package) for package in packages]

    def unpack(self, packages, directory):
        directory.mkdir(parents=True, exist_ok=True)
        for file in self.get(packages):
            subprocess.run(["dpkg-deb", "-x", file, directory], check=True)

    def licence(self, package):
        """The text in its /usr/share/doc, where another package's may stand for it."""
        with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", *self.get([package])],
                              stdout=subprocess.PIPE) as files:
            with tarfile.open(fileobj=files.stdout, mode="r|") as archive:
                for member in archive:
                    path = f"./usr/share/doc/{package}"
                    if member.name == path and member.issym():
                        other = os.path.basename(member.linkname)
                        files.kill()
                        return self.licence(other)
                    if member.name == path + "/copyright" and member.isfile():
                        text = archive.extractfile(member).read()
                        files.kill()
                        return text
        raise SystemExit(f"lab: {package} has no licence in it")
