#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""How fast each step starts, beside the floor and other runtimes.

    bench.py BUILD_DIRECTORY STEP… [--rounds N] [--write] [--check]
    bench.py --documents        no run: the page shows what docs/bench.json has

Times start to exit of a static `true` with hyperfine(1), a few runs of each
command in turn, round after round, so that a busy moment of the machine meets
all of them. Prints medians, quartiles and the ratio to the `unshare` one-liner
and to floor.c (the same system calls in plain C). Then the memory of an idle
container, and many containers at once. --write puts the figures into
docs/bench.json, and makes docs/bench.md from them. --check fails unless the last
step is as fast and as small as LIMITS.
"""

import argparse
import datetime
import json
import os
import pathlib
import random
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tools"))
from missing import skip  # noqa: E402

DATA, PAGE = ROOT / "docs/bench.json", ROOT / "docs/bench.md"
REPAIR = "./boxstep bench --write"
RUNS = 5  # of one command in a round
AT_ONCE = (1, 10, 50, 100, 200)
# What --check holds the last step to.
LIMITS = {"unshare": 1.0, "floor": 1.2, "kib": 1536, "at_once": 2.0}


def cgroup_parent():
    version1 = pathlib.Path("/sys/fs/cgroup/pids")
    return version1 if version1.exists() else pathlib.Path("/sys/fs/cgroup")


def make_rootfs(directory, true):
    for name in ("proc", "dev", "sys", "tmp", "etc", "usr", "run"):
        (directory / name).mkdir(parents=True)
    (directory / "etc/os-release").touch()  # systemd-nspawn asks for it
    shutil.copy(true, directory / "true")
    return directory


def oci_bundle(directory, rootfs, runtime):
    directory.mkdir()
    subprocess.run([runtime, "spec"], cwd=directory, check=True)
    file = directory / "config.json"
    config = json.loads(file.read_text())
    config["process"] |= {"args": ["/true"], "terminal": False, "rlimits": []}
    config["root"] = {"path": str(rootfs), "readonly": False}
    file.write_text(json.dumps(config))
    return directory


def commands(build, steps, rootfs, scratch):
    """Name -> command that runs `true` once; and name -> why it is left out."""
    last = build / "steps" / steps[-1]
    found = {
        "true itself": [rootfs / "true"],
        "floor": [build / "tests/bench/floor", cgroup_parent(), rootfs, "/true"],
        "unshare": ["unshare", "--uts", "--pid", "--mount", "--fork",
                    f"--root={rootfs}", "--mount-proc", "/true"],
        "bwrap": ["bwrap", "--unshare-pid", "--unshare-uts", "--hostname", "container",
                  "--bind", rootfs, "/", "--proc", "/proc", "/true"],
        "systemd-nspawn": ["systemd-nspawn", "--quiet", "--register=no", "--as-pid2",
                           "-D", rootfs, "/true"],
        # With another driver it leaves a mount in there.
        "podman": ["podman", "--root", scratch / "podman", "--runroot", scratch / "podrun",
                   "--storage-driver=vfs", "run", "--rm", "--ulimit=host",
                   "--network=none", "--cgroups=disabled", "--rootfs", rootfs, "/true"],
    }
    for step in steps:
        where = [] if step == steps[0] else ["--rootfs", rootfs]
        inside = rootfs / "true" if step == steps[0] else "/true"
        found[step] = [last.with_name(step), "run", "--quiet", *where, inside]
    for runtime in filter(shutil.which, ("crun", "runc")):
        bundle = oci_bundle(scratch / runtime, rootfs, runtime)
        found[runtime] = [runtime, "run", "--bundle", bundle, f"bench-{os.getpid()}"]
    missing = {name: "not installed" for name in ("crun", "runc") if name not in found}
    found = {name: [str(word) for word in words] for name, words in found.items()}
    for name, words in list(found.items()):
        if not shutil.which(words[0]):
            missing[name] = "not installed"
            del found[name]
            continue
        run = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True,
                             text=True, check=False)
        if run.returncode != 0:
            reason = (run.stderr.strip().splitlines() or ["no message"])[-1]
            missing[name] = f"does not run here: {reason}"
            del found[name]
    return found, missing


def measure(found, rounds, scratch):
    """Name -> seconds of each run."""
    times = {name: [] for name in found}
    result = scratch / "hyperfine.json"
    for _ in range(rounds):
        order = random.sample(list(found), len(found))
        for name in order:
            words = " ".join(found[name])
            subprocess.run(
                ["hyperfine", "-N", "--style=none", "--warmup=2", f"--runs={RUNS}",
                 f"--export-json={result}", words],
                check=True, capture_output=True)
            times[name] += json.loads(result.read_text())["results"][0]["times"]
    return times


def of_process(pid, file):
    return pathlib.Path(f"/proc/{pid}/{file}").read_text()


def idle_memory(command):
    """KiB (PSS) of the runtime and its init while the command sleeps."""
    runtime = subprocess.Popen([*command, "sleep"])
    try:
        end = time.monotonic() + 5
        while time.monotonic() < end:
            inits = of_process(runtime.pid, f"task/{runtime.pid}/children").split()
            if inits and of_process(inits[0], f"task/{inits[0]}/children"):
                time.sleep(0.05)
                return sum(
                    int(re.search(r"(?m)^Pss: +(\d+)", of_process(pid, "smaps_rollup"))[1])
                    for pid in (runtime.pid, inits[0]))
        raise TimeoutError("the container does not come up")
    finally:
        runtime.terminate()
        runtime.wait()


def at_once(command, count):
    start = time.perf_counter()
    running = [subprocess.Popen(command) for _ in range(count)]
    for process in running:
        if process.wait() != 0:
            raise RuntimeError(f"{command} failed with {count} at once")
    return time.perf_counter() - start


# ---- figures, and what is made of them ---------------------------------------

def processor():
    found = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())
    return " ".join(found[1].split()) if found else os.uname().machine


def version(name):
    """What a runtime says of itself; a step says nothing."""
    run = subprocess.run([name, "--version"], capture_output=True, text=True, check=False)
    found = [word for word in run.stdout.split() if word[0].isdigit()]
    return found[0].strip("(),") if run.returncode == 0 and found else ""


def figures(results, missing, memory, many, load):
    return {
        "date": datetime.date.today().isoformat(),
        "processor": processor(),
        "processors": os.cpu_count(),
        "kernel": os.uname().release,
        "cgroups": "v2" if cgroup_parent().name == "cgroup" else "v1",
        "load": round(load, 1),
        "runs": len(results["floor"]),
        "versions": {name: version(name) for name in results
                     if shutil.which(name) and version(name)},
        "milliseconds": {name: [round(q * 1e3, 3) for q in statistics.quantiles(times, n=4)]
                         for name, times in results.items()},
        "missing": missing,
        "idle_kib": memory,
        "at_once": {str(count): {name: round(seconds, 3) for name, seconds in both.items()}
                    for count, both in many.items()},
    }


def last_step(data):
    return max(name for name in data["milliseconds"] if name[:2].isdigit())


def tables(data):
    floor, unshare = (data["milliseconds"][name][1] for name in ("floor", "unshare"))
    rows = ["| start to exit of `true` | median ms | quartiles | ÷ floor | ÷ `unshare` |",
            "| --- | --: | --: | --: | --: |"]
    by_median = sorted(data["milliseconds"].items(), key=lambda item: item[1][1])
    for name, (low, middle, high) in by_median:
        name = f"{name} {data['versions'].get(name, '')}".strip()
        rows.append(f"| {name} | {middle:.2f} | {low:.2f}–{high:.2f} "
                    f"| {middle / floor:.2f} | {middle / unshare:.2f} |")
    last = last_step(data)
    at_once = [f"| containers at once | {last} s | `unshare` s | ratio |",
               "| --: | --: | --: | --: |"]
    for count, seconds in data["at_once"].items():
        at_once.append(f"| {count} | {seconds[last]:.3f} | {seconds['unshare']:.3f} "
                       f"| {seconds[last] / seconds['unshare']:.2f} |")
    missing = "".join(f"- {name}: {reason}.\n" for name, reason in data["missing"].items())
    return "\n".join(rows), "\n".join(at_once), missing


def page(data):
    start, at_once, missing = tables(data)
    last = last_step(data)
    return f"""<!-- `{REPAIR}` makes this page from docs/bench.json, which it measures. -->

# How fast the steps start

Measured on {data['date']}: {data['processor']}, {data['processors']} processors,
Linux {data['kernel']}, cgroup {data['cgroups']}, at a load of {data['load']}. Your
own figures: `./boxstep bench`. Ratios say more than times. The commands of one
run take turns, so a busy moment of the machine makes all of them slower.

## Start to exit

{start}

Each line is {data['runs']} runs. *true itself* runs in no container: nothing can be
faster. The *floor* is a C program that makes the system calls of
{last} and no others. The last column compares with the command
`unshare --uts --pid --mount --fork --root=… --mount-proc`, which makes no cgroup.
{"Not here:" if missing else "Nothing was missing."}

{missing}
## Many at once

{at_once}

## Memory

An idle container of {last} uses {data['idle_kib']} KiB: the proportional set size
(PSS) of the runtime and the init together.
"""


def check_documents():
    if PAGE.read_text() == page(json.loads(DATA.read_text())):
        return 0
    print(f"{PAGE.name} is not what {DATA.name} says; repair: "
          "tests/bench/bench.py --documents --write")
    return 1


def write_documents(data):
    owner = ROOT.stat()
    for file, text in (PAGE, page(data)), (DATA, json.dumps(data, indent=1) + "\n"):
        file.write_text(text)
        os.chown(file, owner.st_uid, owner.st_gid)
        print(f"wrote {file.relative_to(ROOT)}")


def over_the_limits(data):
    median = {name: quartiles[1] for name, quartiles in data["milliseconds"].items()}
    last = last_step(data)
    many = list(data["at_once"].values())[-1]
    found = {
        "unshare": median[last] / median["unshare"],
        "floor": median[last] / median["floor"],
        "kib": data["idle_kib"],
        "at_once": many[last] / many["unshare"],
    }
    return {name: f"{value:.2f} > {LIMITS[name]}" for name, value in found.items()
            if value > LIMITS[name]}


def measured(options):
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="boxstep-bench-") as name:
        scratch = pathlib.Path(name)
        scratch.chmod(0o755)
        rootfs = make_rootfs(scratch / "rootfs", options.build / "tests/bench/true")
        found, missing = commands(options.build, options.steps, rootfs, scratch)
        results = measure(found, options.rounds, scratch)
        last = options.steps[-1]
        memory = idle_memory(found[last])
        many = {count: {name: statistics.median(at_once(found[name], count) for _ in range(3))
                        for name in (last, "unshare")} for count in AT_ONCE}
    return figures(results, missing, memory, many, load)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build", nargs="?", type=lambda text: pathlib.Path(text).resolve())
    parser.add_argument("steps", nargs="*")
    parser.add_argument("--rounds", type=int, help="20; 200 with --write: a minute")
    for option in ("--write", "--check", "--documents"):
        parser.add_argument(option, action="store_true")
    options = parser.parse_args()
    options.rounds = options.rounds or (200 if options.write else 20)
    if options.documents:
        if options.write:
            write_documents(json.loads(DATA.read_text()))
        return check_documents()
    for tool, package in (("hyperfine", "hyperfine"), ("unshare", "util-linux")):
        if not shutil.which(tool):
            return skip(f"{tool}: install {package}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that finally runs
    data = measured(options)
    start, many, missing = tables(data)
    print(f"{start}\n\n{missing}\n{many}\n\n"
          f"An idle container of {last_step(data)}: {data['idle_kib']} KiB "
          "(PSS of runtime and init).")
    if options.write:
        write_documents(data)
    over = over_the_limits(data)
    print(f"over the limits: {over}" if over else "within the limits")
    return 1 if over and options.check else 0


if __name__ == "__main__":
    sys.exit(main())
