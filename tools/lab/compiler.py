# SPDX-License-Identifier: MIT
"""Compiles C++ for the lab: with the compiler of this machine, for a 32-bit computer,
with the headers and libraries of Debian for one.

    compiler = Compiler(debian, cache)
    compiler.link([compiler.object(source, "it.o"), library], "it")
"""

import hashlib
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# With the headers and libraries of all steps.
PACKAGES = """
    libc6 libc6-dev libgcc-12-dev libseccomp-dev libseccomp2 libstdc++-12-dev
    libstdc++-12-pic linux-libc-dev nlohmann-json3-dev""".split()
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
        gcc = self.sysroot / "usr/lib/gcc/i686-linux-gnu/12"
        libraries = self.sysroot / "usr/lib/i386-linux-gnu"
        self.command = [
            "g++", *FLAGS, f"--sysroot={self.sysroot}", "-nostdinc++", "-isystem",
            headers / "c++/12", "-isystem", headers / "i386-linux-gnu/c++/12",
            "-isystem", headers / "i386-linux-gnu", f"-I{ROOT}", f"-B{gcc}/", f"-B{libraries}/"]
        self.linked = ["-s", "-Wl,--gc-sections", "-Wl,--build-id=none", f"-L{libraries}"]

    def object(self, source, output):
        run(*self.command, "-c", source, "-o", output)
        return output

    def static(self, program, output):
        run(*self.command, "-static", program, *self.linked, "-o", output)
        return output

    def link(self, objects, output, *libraries):
        run(*self.command, "-nodefaultlibs", *objects, *self.linked, *libraries,
            # Of the library of mathematics a step uses one function, if any.
            "-Wl,-Bstatic", "-lm", "-Wl,-Bdynamic", "-lgcc_eh", "-lc", "-lgcc", "-o", output)
        return output

    def cpp_library(self, objects, directory):
        """The part of the C++ library that these objects use: a fifth of it."""
        wanted = set(re.findall(r" U (\w+)$", run("nm", *objects), re.M))
        output = directory / "libstdc++.so.6"
        return self.shared(output, f"{{ global: {'; '.join(sorted(wanted))}; local: *; }};",
                           *(f"-Wl,-u,{name}" for name in sorted(wanted)),
                           "-lstdc++_pic", "-lgcc_eh", "-lgcc", "-lc")

    def shared(self, output, versions, *of):
        """A shared library; `versions` is what ld(1) calls a version script."""
        script = output.with_suffix(".map")
        script.write_text(versions)
        run(*self.command, "-shared", "-nodefaultlibs", "-fPIC", f"-Wl,--version-script={script}",
            f"-Wl,-soname,{output.name}", *of, *self.linked, "-o", output)
        return output


def run(*command):
    done = subprocess.run(command, check=False, text=True, errors="replace", stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)
    if done.returncode != 0:
        raise SystemExit(f"lab: {' '.join(map(str, command))}:\n{done.stdout[-4000:]}")
    return done.stdout
