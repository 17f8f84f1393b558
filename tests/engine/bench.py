#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""How long a container takes from create to the exit of `true`, beside runc and crun:
all have the same config, with a filter of system calls. The runtimes take turns.

    bench.py THROWAWAY_HOST BINARY ROOTFS [ROUNDS]"""

import copy
import json
import os
import pathlib
import random
import shutil
import statistics
import subprocess
import sys
import time

sys.path.append(os.path.dirname(os.path.abspath(__file__)))
import oci  # noqa: E402
import trial  # noqa: E402

REFUSED = ["acct", "add_key", "bpf", "delete_module", "finit_module", "init_module",
           "kexec_load", "keyctl", "mount", "nfsservctl", "open_by_handle_at",
           "perf_event_open", "pivot_root", "ptrace", "quotactl", "reboot", "setns",
           "swapon", "umount2", "unshare", "userfaultfd"]


def create_to_exit(runtime, bundle, name):
    """Seconds."""
    words = [runtime, "--root", f"/tmp/state-{os.path.basename(runtime)}"]
    pid = bundle / "pid"
    null = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL}
    start = time.perf_counter()
    subprocess.run([*words, "create", "--bundle", bundle, "--pid-file", pid, name],
                   check=True, **null)
    subprocess.run([*words, "start", name], check=True, **null)
    _, status = os.waitpid(int(pid.read_text()), 0)
    took = time.perf_counter() - start
    assert status == 0, (runtime, status)
    subprocess.run([*words, "delete", name], check=True, **null)
    return took


def main():
    host, binary, rootfs, *rounds = sys.argv[1:]
    lacks = [name for name in ("runc", "crun") if not shutil.which(name)]
    if lacks or os.geteuid() != 0:
        trial.main((), ", ".join(lacks) or "root: try sudo")
    oci.enter_host(host)
    oci.subreaper()
    oci.leave_one_version_of_cgroups()
    trial.run("mount", "-t", "tmpfs", "tmpfs", "/tmp")
    bundle = pathlib.Path("/tmp/bundle")
    bundle.mkdir()
    config = copy.deepcopy(oci.CONFIG)
    config["ociVersion"] = "1.0.2"
    config["root"]["path"] = os.path.abspath(rootfs)
    config["linux"]["cgroupsPath"] = f"/{oci.mark()}bench"
    config["linux"]["seccomp"] = {"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [
        {"names": REFUSED, "action": "SCMP_ACT_ERRNO"}]}
    (bundle / "config.json").write_text(json.dumps(config))
    times = {os.path.abspath(binary): [], "crun": [], "runc": []}
    for number in range(int(rounds[0]) if rounds else 50):
        for runtime in random.sample([*times], len(times)):
            times[runtime].append(create_to_exit(runtime, bundle, f"bench{number}"))
    ours = times[os.path.abspath(binary)]
    for runtime, took in times.items():
        ratio = statistics.median(mine / its for mine, its in zip(ours, took))
        print(f"{os.path.basename(runtime):10} {statistics.median(took) * 1000:7.1f} ms"
              f"   ours is {ratio:.2f} of it")


if __name__ == "__main__":
    main()
