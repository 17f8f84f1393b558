#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""How fast each step starts, beside unshare(1) and other runtimes.

    bench.py BUILD_DIRECTORY STEP… [--write] [--check]

Times start to exit of a static `true` with hyperfine(1), a few runs of each
command in turn, round after round, so that a busy moment of the machine meets
all of them. Prints medians, quartiles and the ratio to the `unshare` one-liner.
Then many containers at once, and the memory of an idle one. --write makes this
docs/bench.md. --check fails unless all is as fast and as small as RATIOS and LIMITS.
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

PAGE = ROOT / "docs/bench.md"
RUNS = 5  # of one command in a round
AT_ONCE = (1, 10, 50, 100, 200)
PART_ONE = "04-cgroups"
LIKE_TEN = "bwrap, as 10-seccomp"
# What --check wants: the time of the one is at most so much of the other's.
RATIOS = {
    (PART_ONE, "unshare"): 1.0,
    ("05-pivot-root", PART_ONE): 1.05,
    ("08-user-namespace", PART_ONE): 1.15,
    ("10-seccomp", PART_ONE): 1.30,
    ("10-seccomp", LIKE_TEN): 0.6,
    ("10-seccomp", "crun"): 0.25,
}
LIMITS = {"kib": 1536, "at_once": 2.0}
# crun refuses a machine that mounts both versions of cgroups. So no command sees
# the second one.
ONE_VERSION = [
    "unshare", "--mount", "--propagation", "private", "sh", "-c",
    "[ ! -d /sys/fs/cgroup/pids ] || umount -l /sys/fs/cgroup/unified 2>/dev/null\n"
    'exec "$@"', "sh"]


def make_rootfs(directory, true):
    for name in ("proc", "dev", "sys"):
        (directory / name).mkdir(parents=True)
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


def commands(build, steps, rootfs, scratch):
    """Name -> command that runs `true` once; and name -> why it is left out."""
    found = {
        "true itself": [rootfs / "true"],
        "unshare": ["unshare", "--uts", "--pid", "--mount", "--fork",
                    f"--root={rootfs}", "--mount-proc", "/true"],
        "bwrap": ["bwrap", "--unshare-pid", "--unshare-uts", "--hostname", "container",
                  "--bind", rootfs, "/", "--proc", "/proc", "/true"],
        LIKE_TEN: ["bwrap", "--unshare-user", "--unshare-pid", "--unshare-uts",
                   "--unshare-ipc", "--hostname", "container", "--cap-drop", "ALL",
                   "--clearenv", "--bind", rootfs, "/", "--proc", "/proc",
                   "--dev", "/dev", "/true"],
    }
    for step in steps:
        where = ["--rootfs", rootfs, "/true"] if step >= "02" else [rootfs / "true"]
        found[step] = [build / "steps" / step, "run", "--quiet", *where]
    for runtime in "crun", "runc":
        bundle = scratch / runtime
        found[runtime] = [runtime, "run", "--bundle", bundle, f"bench-{os.getpid()}"]
        if shutil.which(runtime):
            oci_bundle(bundle, rootfs, runtime)
    found = {name: [str(word) for word in words] for name, words in found.items()}
    missing = {name: why for name, words in found.items() if (why := why_not(words))}
    return {name: found[name] for name in found if name not in missing}, missing


def why_not(command):
    """Why it does not run here, or None."""
    if not shutil.which(command[0]):
        return "not installed"
    run = subprocess.run([*ONE_VERSION, *command], stdin=subprocess.DEVNULL,
                         capture_output=True, text=True, check=False)
    reason = (run.stderr.strip().splitlines() or ["no message"])[-1]
    return f"does not run here: {reason}" if run.returncode else None


def measure(found, rounds, scratch):
    """Name -> seconds of each run."""
    times = {name: [] for name in found}
    result = scratch / "hyperfine.json"
    for _ in range(rounds):
        for name in random.sample(list(found), len(found)):
            words = " ".join(found[name])
            subprocess.run(
                [*ONE_VERSION, "hyperfine", "-N", "--style=none", "--warmup=2",
                 f"--runs={RUNS}", f"--export-json={result}", words],
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


# ---- what is made of the times -----------------------------------------------

def processor():
    found = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())
    return " ".join(found[1].split()) if found else os.uname().machine


def with_version(name):
    """As a runtime says it; a step says nothing."""
    program, comma, what = name.partition(",")
    if not shutil.which(program):
        return name
    run = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    found = [word for word in run.stdout.split() if word[0].isdigit()]
    if run.returncode != 0 or not found:
        return name
    return f"{program} {found[0].strip('(),')}{comma}{what}"


def in_rounds(seconds):
    return [statistics.median(seconds[start:start + RUNS])
            for start in range(0, len(seconds), RUNS)]


def ratios(times):
    """Of RATIOS those that can be told: of each round one, and then their median. A
    busy moment meets both commands of a round."""
    return {(one, other): statistics.median(
                mine / theirs for mine, theirs in
                zip(in_rounds(times[one]), in_rounds(times[other])))
            for one, other in RATIOS if one in times and other in times}


def page(times, missing, many, memory, load):
    quartiles = {name: [second * 1e3 for second in statistics.quantiles(seconds, n=4)]
                 for name, seconds in times.items()}
    cgroups = "v1" if os.path.exists("/sys/fs/cgroup/pids") else "v2"
    unshare = quartiles["unshare"][1]
    start = "\n".join(
        f"| {with_version(name)} | {middle:.2f} | {low:.2f}–{high:.2f} "
        f"| {middle / unshare:.2f} |" for name, (low, middle, high)
        in sorted(quartiles.items(), key=lambda item: item[1][1]))
    at_once = "\n".join(
        f"| {count} | {ours:.3f} | {theirs:.3f} | {ours / theirs:.2f} |"
        for count, (ours, theirs) in many.items())
    compared = "\n".join(f"| {one} | {other} | {ratio:.2f} | {RATIOS[one, other]:.2f} |"
                         for (one, other), ratio in ratios(times).items())
    not_here = "".join(f"- {name}: {reason}.\n" for name, reason in missing.items())
    return f"""<!-- `./boxstep bench --write` makes this page of what it measures. -->

# How fast the steps start

Measured on {datetime.date.today()}: {processor()}, {os.cpu_count()} processors,
Linux {os.uname().release}, cgroup {cgroups}, at a load of {load:.1f}. Your
own figures: `./boxstep bench`. Ratios say more than times. The commands of one
run take turns, so a busy moment of the machine makes all of them slower.

## Start to exit

| start to exit of `true` | median ms | quartiles | ÷ `unshare` |
| --- | --: | --: | --: |
{start}

Each line is {len(times[PART_ONE])} runs. *true itself* runs in no container: nothing can be
faster. The last column compares with the command
`unshare --uts --pid --mount --fork --root=… --mount-proc`, which makes no cgroup.
*{LIKE_TEN}* has the namespaces, the devices and the few rights of step 10, but no
cgroup and no filter. runc and crun have the `config.json` that they make by themselves.
{"Not here:" if not_here else "All of them were found."}

{not_here}
## What must stay fast

`meson test -C build --benchmark` fails if a ratio is larger than its limit. Each is the
median of {len(times[PART_ONE]) // RUNS} ratios, one per round:

| time of | ÷ time of | ratio | limit |
| --- | --- | --: | --: |
{compared}

## Many at once

| containers at once | {PART_ONE} s | `unshare` s | ratio |
| --: | --: | --: | --: |
{at_once}

## Memory

An idle container of {PART_ONE} uses {memory} KiB: the proportional set size
(PSS) of the runtime and the init together.
"""


def over_the_limits(times, many, memory):
    ours, theirs = list(many.values())[-1]
    limits = {f"{one} ÷ {other}": limit for (one, other), limit in RATIOS.items()}
    found = {f"{one} ÷ {other}": ratio for (one, other), ratio in ratios(times).items()}
    limits |= LIMITS
    found |= {"kib": memory, "at_once": ours / theirs}
    return {name: f"{value:.2f} > {limits[name]}" for name, value in found.items()
            if value > limits[name]}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build", type=lambda text: pathlib.Path(text).resolve())
    parser.add_argument("steps", nargs="+")
    for option in ("--write", "--check"):
        parser.add_argument(option, action="store_true")
    options = parser.parse_args()
    for tool, package in (("hyperfine", "hyperfine"), ("unshare", "util-linux")):
        if not shutil.which(tool):
            return skip(f"{tool}: install {package}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that finally runs
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="boxstep-bench-") as name:
        scratch = pathlib.Path(name)
        scratch.chmod(0o755)
        rootfs = make_rootfs(scratch / "rootfs", options.build / "tests/bench/true")
        found, missing = commands(options.build, options.steps, rootfs, scratch)
        times = measure(found, 200 if options.write else 20, scratch)
        memory = idle_memory(found[PART_ONE])
        many = {count: [statistics.median(at_once(found[name], count) for _ in range(3))
                        for name in (PART_ONE, "unshare")] for count in AT_ONCE}
    text = page(times, missing, many, memory, load)
    print(text)
    if options.write:
        PAGE.write_text(text)
        os.chown(PAGE, ROOT.stat().st_uid, ROOT.stat().st_gid)
    over = over_the_limits(times, many, memory)
    print(f"over the limits: {over}" if over else "within the limits")
    return 1 if over and options.check else 0


if __name__ == "__main__":
    sys.exit(main())
