# SPDX-License-Identifier: MIT
"""The kernel of the lab, from Debian's sources. It needs three minutes, so it is kept
in the cache under the hash of what it is made from."""

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
PACKAGE = "linux-source-6.1"
# Options that a line of kernel.config asks for in vain, and why that is well.
LEFT_OUT = {
    "64BIT", "NOHIGHMEM", "EMBEDDED",
}


def options():
    text = (HERE / "kernel.config").read_text()
    return dict(re.findall(r"^CONFIG_(\w+)=(.*)$", text, re.M))


def kernel(debian, cache):
    """The path of bzImage."""
    made_from = f"{debian.version(PACKAGE)}\n{sorted(options().items())}\n"
    key = hashlib.sha256(made_from.encode()).hexdigest()[:16]
    image = cache / f"kernel-{key}"
    if not image.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="boxstep-kernel-") as scratch:
            build(debian, Path(scratch), image)
    return image


def build(debian, scratch, image):
    debian.unpack([PACKAGE], scratch)
    archive = next((scratch / "usr/src").glob("linux-source-*.tar.xz"))
    subprocess.run(["tar", "-xf", archive, "-C", scratch, "--strip-components=1"],
                   check=True)
    # The same source gives the same kernel.
    environment = os.environ | {
        "ARCH": "i386", "KBUILD_BUILD_USER": "boxstep", "KBUILD_BUILD_HOST": "lab",
        "KBUILD_BUILD_TIMESTAMP": "@1700000000"}

    def run(*command):
        done = subprocess.run(
            command, cwd=scratch, env=environment, check=False, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode != 0:
            raise SystemExit(f"lab: {' '.join(map(str, command))}:\n{done.stdout[-4000:]}")

    run("make", "tinyconfig")
    run("scripts/kconfig/merge_config.sh", "-m", ".config", HERE / "kernel.config")
    run("make", "olddefconfig")
    check_options((scratch / ".config").read_text())
    run("make", f"-j{os.cpu_count()}", "bzImage")
    shutil.copy(scratch / "arch/x86/boot/bzImage", image.with_suffix(".new"))
    image.with_suffix(".new").rename(image)


def check_options(config):
    """An option that lacks what it depends on is dropped without a word."""
    lost = [f"CONFIG_{name}={value}" for name, value in options().items()
            if value != "n" and f"CONFIG_{name}={value}\n" not in config
            and name not in LEFT_OUT]
    if lost:
        raise SystemExit("lab: the kernel does not have " + ", ".join(lost))
