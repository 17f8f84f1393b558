#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""How fast each step starts, beside the floor and other runtimes.

    bench.py BUILD_DIRECTORY STEP… [--rounds N] [--json FILE] [--markdown FILE]
             [--svg FILE] [--check]

Times start to exit of a static `true` with hyperfine(1), a few runs of each
command in turn, round after round, so that a busy moment of the machine meets
all of them. Prints medians, quartiles and the ratio to the `unshare` one-liner
and to floor.c (the same system calls in plain C). Then the memory of an idle
container, and many containers at once. --check fails unless the last step is
as fast and as small as CONTRIBUTING.md promises.
"""

import argparse
import json
import os
import pathlib
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

RUNS = 5  # of one command in a round
AT_ONCE = (1, 10, 50, 100, 200)
# What --check holds the last step to.
LIMITS = {"unshare": 1.0, "floor": 1.2, "kib": 1536, "at_once": 2.0}


def cgroup_parent():
    version1 = pathlib.Path("/sys/fs/cgroup/pids")
    return version1 if version1.exists() else pathlib.Path("/sys/fs/cgroup")


def make_rootfs(directory, true):
    for name in ("proc", "dev", "sys", "tmp", "etc", "usr", "run"):
        (directory / name).mkdir()
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
        "podman": ["podman", "--root", scratch / "podman", "--runroot", scratch / "podrun",
                   "run", "--rm", "--ulimit=host", "--network=none", "--cgroups=disabled",
                   "--rootfs", rootfs, "/true"],
    }
    for step in steps:
        where = [] if step == steps[0] else ["--rootfs", rootfs]
        inside = rootfs / "true" if step == steps[0] else "/true"
        found[step] = [last.with_name(step), "run", "--quiet", *where, inside]
    missing = {}
    for runtime in ("crun", "runc"):
        if shutil.which(runtime):
            bundle = oci_bundle(scratch / runtime, rootfs, runtime)
            found[runtime] = [runtime, "run", "--bundle", bundle, f"bench-{os.getpid()}"]
        else:
            missing[runtime] = "not installed"
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


def pss_kib(pid):
    for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    raise ValueError(f"no Pss of {pid}")


def children_of(pid):
    return [int(word) for word in
            pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def idle_memory(command):
    """KiB (PSS) of the runtime and its init while the command sleeps."""
    runtime = subprocess.Popen([*command[:-1], "/sleep"])
    try:
        end = time.monotonic() + 5
        while time.monotonic() < end:
            inits = children_of(runtime.pid)
            if inits and children_of(inits[0]):
                time.sleep(0.05)
                return pss_kib(runtime.pid) + pss_kib(inits[0])
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


def table(results, missing):
    floor = statistics.median(results["floor"])
    unshare = statistics.median(results["unshare"])
    rows = ["| start to exit of `true` | median ms | quartiles | ÷ floor | ÷ `unshare` |",
            "| --- | --: | --: | --: | --: |"]
    for name, times in sorted(results.items(), key=lambda item: statistics.median(item[1])):
        low, middle, high = statistics.quantiles(times, n=4)
        rows.append(f"| {name} | {middle * 1e3:.2f} | {low * 1e3:.2f}–{high * 1e3:.2f} "
                    f"| {middle / floor:.2f} | {middle / unshare:.2f} |")
    rows += [f"| {name} | {reason} | | | |" for name, reason in missing.items()]
    return "\n".join(rows) + "\n"


def plot(results, file):
    """A bar a command, by gnuplot(1)."""
    rows = sorted(results.items(), key=lambda item: -statistics.median(item[1]))
    data = "\n".join(
        f'{i} {" ".join(f"{q * 1e3:.4f}" for q in statistics.quantiles(times, n=4))} "{name}"'
        for i, (name, times) in enumerate(rows))
    script = f"""
set terminal svg size 720,{60 + 28 * len(rows)} font "sans-serif,13" background "#ffffff"
set output "{file}"
set logscale x; set xlabel "milliseconds from start to exit of true (median, quartiles)"
set yrange [-0.6:{len(rows) - 0.4}]; set xrange [0.3:*]; unset key; set grid xtics
set style fill solid 0.6 noborder; set border 3; set tics nomirror
$data << END
{data}
END
plot $data using (0.3):1:(0.3):3:($1-0.3):($1+0.3):ytic(5) with boxxyerror linecolor "#4477aa", \\
     $data using 3:1:2:4 with xerrorbars linecolor "#222222" pointtype 0
"""
    subprocess.run(["gnuplot"], input=script, text=True, check=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build", type=lambda text: pathlib.Path(text).resolve())
    parser.add_argument("steps", nargs="+")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--json", type=pathlib.Path)
    parser.add_argument("--markdown", type=pathlib.Path)
    parser.add_argument("--svg", type=pathlib.Path)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    for tool, package in (("hyperfine", "hyperfine"), ("unshare", "util-linux")):
        if not shutil.which(tool):
            print(f"SKIPPED: {tool} is missing: install {package}")
            return 1 if os.environ.get("BOXSTEP_MUST_RUN") else 77
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that finally runs
    with tempfile.TemporaryDirectory(prefix="boxstep-bench-") as name:
        scratch = pathlib.Path(name)
        scratch.chmod(0o755)
        (scratch / "rootfs").mkdir()
        rootfs = make_rootfs(scratch / "rootfs", options.build / "tests/bench/true")
        shutil.copy(options.build / "tests/bench/sleep", rootfs / "sleep")
        found, missing = commands(options.build, options.steps, rootfs, scratch)
        results = measure(found, options.rounds, scratch)
        last = options.steps[-1]
        memory = idle_memory(found[last])
        many = {count: {name: statistics.median(at_once(found[name], count) for _ in range(3))
                        for name in (last, "unshare")} for count in AT_ONCE}
    text = table(results, missing)
    text += f"\nAn idle container of {last}: {memory} KiB (PSS of runtime and init).\n\n"
    text += f"| containers at once | {last} s | unshare s | ratio |\n| --: | --: | --: | --: |\n"
    for count, seconds in many.items():
        text += (f"| {count} | {seconds[last]:.3f} | {seconds['unshare']:.3f} "
                 f"| {seconds[last] / seconds['unshare']:.2f} |\n")
    print(text)
    if options.markdown:
        options.markdown.write_text(text)
    if options.json:
        options.json.write_text(json.dumps(
            {"seconds": results, "missing": missing, "idle_kib": memory, "at_once": many}))
    if options.svg:
        plot(results, options.svg)
    if not options.check:
        return 0
    median = {name: statistics.median(times) for name, times in results.items()}
    figures = {
        "unshare": median[last] / median["unshare"],
        "floor": median[last] / median["floor"],
        "kib": memory,
        "at_once": many[200][last] / many[200]["unshare"],
    }
    over = {name: f"{value:.2f} > {LIMITS[name]}" for name, value in figures.items()
            if value > LIMITS[name]}
    print(f"over the limits: {over}" if over else "within the limits")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
