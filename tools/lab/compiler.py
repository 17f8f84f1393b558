# SPDX-License-Identifier: MIT
"""Compiles C++ for the lab: with the compiler of this machine, for a 32-bit computer,
with the headers and libraries of Debian for one.

    compiler = Compiler(debian, cache)
    compiler.program([source...], output)   # static, stripped
"""

import hashlib
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ["libc6-dev", "linux-libc-dev", "libcrypt-dev", "libgcc-12-dev",
            "libstdc++-12-dev", "libseccomp-dev"]
FLAGS = ["-m32", "-march=i686", "-std=c++20", "-O1", "-fno-ident",
         "-ffunction-sections", "-fdata-sections", "-Wall"]


class Compiler:
    def __init__(self, debian, cache):
        made_from = "".join(f"{name} {debian.version(name)}\n" for name in PACKAGES)
        key = hashlib.sha256(made_from.encode()).hexdigest()[:16]
        self.sysroot = cache / f"sysroot-{key}"
        if not self.sysroot.exists():
            new = self.sysroot.with_suffix(".new")
            debian.unpack(PACKAGES, new)
            gcc = new / "usr/lib/gcc/i686-linux-gnu/12"
            # What a 64-bit compiler looks for in a directory of its own.
            for directory in gcc, new / "usr/lib/i386-linux-gnu":
                (directory / "32").symlink_to(".")
            new.rename(self.sysroot)
        headers = self.sysroot / "usr/include"
        libraries = self.sysroot / "usr/lib/i386-linux-gnu"
        self.common = [
            "g++", *FLAGS, f"--sysroot={self.sysroot}", "-nostdinc++", "-isystem",
            headers / "c++/12", "-isystem", headers / "i386-linux-gnu/c++/12",
            "-isystem", headers / "i386-linux-gnu", f"-I{ROOT}",
            f"-B{self.sysroot / 'usr/lib/gcc/i686-linux-gnu/12'}/", f"-B{libraries}/"]
        self.libraries = [f"-L{libraries}"]

    def object(self, source, output, *flags):
        run(*self.common, *flags, "-c", source, "-o", output)
        return output

    def objects(self, sources, directory, *flags):
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            return list(pool.map(lambda source: self.object(
                source, directory / f"{Path(source).stem}.o", *flags), sources))

    def link(self, objects, output, *libraries):
        run(*self.common, "-static", "-s", "-Wl,--gc-sections", "-Wl,--build-id=none",
            *objects, *self.libraries, *libraries, "-o", output)
        return output

    def shared(self, source, output, version):
        """A library in C, all of whose symbols have this version."""
        script = output.with_suffix(".map")
        script.write_text(version + " { *; };\n")
        flags = [flag for flag in self.common[1:] if flag != "-std=c++20"]
        run("gcc", *flags, "-shared", "-fPIC", "-nostdlib", "-s", f"-Wl,--version-script={script}",
            f"-Wl,-soname,{output.name}", source, "-o", output)


def run(*command):
    done = subprocess.run(command, check=False, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)
    if done.returncode != 0:
        raise SystemExit(f"lab: {' '.join(map(str, command))}:\n{done.stdout[-4000:]}")
