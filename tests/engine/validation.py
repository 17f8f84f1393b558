#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The OCI validation suite (github.com/opencontainers/runtime-tools), program by program,
beside other runtimes. It is in no package: build it in a checkout. On a throwaway host,
as it unmounts hierarchies of cgroups and leaves things behind:

    sudo build/tests/throwaway-host tests/engine/validation.py CHECKOUT [RUNTIME...]"""

import collections
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.append(os.path.dirname(os.path.abspath(__file__)))
import oci  # noqa: E402

OURS = pathlib.Path(__file__).resolve().parents[2] / "build/steps/16-engine"

# These pass without a look at what they are about: found by reading them.
BLIND = {
    "linux_mount_label": "looks at bind mounts, and its config has none",
    "linux_process_apparmor_profile": "looks for a file that it does not make",
    "linux_seccomp": "a call that the filter does not refuse is a SKIP",
}


def judge(program, runtime, checkout):
    """pass, FAIL, or vacuous: it has passed, and nothing was asserted."""
    top = tempfile.mkdtemp()  # it goes with the host: a runtime may leave mounts in it
    try:
        done = subprocess.run(
            [program], cwd=checkout, check=False, text=True, timeout=60,
            env={**os.environ, "RUNTIME": runtime, "TMPDIR": top},
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        return "FAIL"
    if done.returncode != 0 or re.search(r"^not ok", done.stdout, re.M):
        return "FAIL"
    asserted = re.search(r"^ok (?!.*# SKIP)", done.stdout, re.M)
    return "pass" if asserted and program.stem not in BLIND else "vacuous"


def clear(runtime):
    """Removes the containers that a program has left, with their cgroups: those are in
    the hierarchies of the machine."""
    for state in pathlib.Path("/run").glob("*/*"):
        subprocess.run([runtime, "delete", "--force", state.name], check=False,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def main():
    if pathlib.Path("/proc/1/comm").read_text() != "throwaway-host\n":
        sys.exit("this is not a throwaway host: build/tests/throwaway-host COMMAND")
    checkout, *names = sys.argv[1:] or sys.exit(__doc__)
    checkout = pathlib.Path(checkout).resolve()
    programs = sorted(checkout.glob("validation/*/*.t"))
    if not programs or not (checkout / "runtimetest").exists():
        sys.exit(f"{checkout} is not built: make runtimetest validation-executables")
    runtimes = [os.path.abspath(shutil.which(name) or sys.exit(f"there is no {name}"))
                for name in names or [str(OURS), "crun", "runc"]]
    oci.own_null()
    # So that it has the states of no other containers: see clear().
    subprocess.run(["mount", "-t", "tmpfs", "none", "/run"], check=True)
    oci.leave_one_version_of_cgroups()

    def line(first, rest):
        print(f"{first:34}", *(f"{each:10}" for each in rest), flush=True)
    line("", [os.path.basename(each) for each in runtimes])
    table = {}
    for program in programs:
        row = []
        for runtime in runtimes:
            row.append(judge(program, runtime, checkout))
            clear(runtime)
        table[program.stem] = row
        line(program.stem, row)
    for verdict in ("pass", "vacuous", "FAIL"):
        count = collections.Counter()
        for row in table.values():
            count.update(number for number, each in enumerate(row) if each == verdict)
        line(verdict, [str(count[number]) for number in range(len(runtimes))])
    for name, why in BLIND.items():
        print(f"{name}: {why}")


if __name__ == "__main__":
    main()
