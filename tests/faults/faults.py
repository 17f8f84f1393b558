#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every system call that a runtime makes fails once, and its init's first calls
are the moments at which it is killed.

Traces one run of a step, then repeats it once for each system call between the
runtime's first of its own and the command's execve(2), in which that call fails
with an errno that its man page names. Each time:

- the command has not run, the status is 125 (126 or 127 for execve) and a line
  on stderr names the call; or
- the command has run with all that the step promises, and its status is 0;
- the same, but the call was to wait for the command, or to clean up after it: the
  status may be 125 with an error line;
- the host is as before: mounts, cgroups, hostname, processes.

From step 14 on, the same for the calls of `create` that `run` does not make. The command
runs if `start` says so. What could not be created is not there, and what could be goes
with `delete`.

    faults.py THROWAWAY_HOST INJECT STEP_BINARY ROOTFS [TEST]

prints TAP, one test a call; or only TEST, "init, prctl 1: EINVAL".
"""

import collections
import difflib
import errno
import os
import re
import signal
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True  # as root, it would be in the way of its owner
sys.path.append(os.path.join(os.path.dirname(__file__), "../support"))
import own_host  # noqa: E402  pylint: disable=wrong-import-position

# The libc's own start: what fails here ends the program before main().
FIRST_OWN_CALL = "fcntl"

# Of each errno the calls that fail with it, as their man pages say, and what our error
# line calls them. None: nothing is to be done about it if it does.
FAILURES = {
    errno.EACCES: {
        "access": None, "chdir": "chdir", "execve": "exec",
        "newfstatat": "chroot|f?stat|exec"},
    errno.EAGAIN: {"clone": "clone"},
    errno.EBADF: {"fcntl": None},
    errno.ECHILD: {"wait4": "waitpid"},
    errno.EINVAL: {
        "munmap": None, "prctl": "prctl|seccomp", "rt_sigaction": "sigaction",
        "rt_sigprocmask": "sigprocmask", "rt_sigtimedwait": "sigwaitinfo"},
    errno.EIO: {
        "close": None, "fstat": "fstat", "mknodat": "mknod|mkfifo", "read": "read",
        "recvfrom": "recv",
        "recvmsg": "recvmsg", "sendto": None, "write": "write"},
    errno.EMFILE: {
        "openat": "open", "pidfd_open": "pidfd_open", "pipe2": "pipe2",
        "signalfd4": "signalfd", "socketpair": "socketpair"},
    errno.ENOENT: {"getdents64": None},
    errno.ENOLCK: {"flock": "flock"},
    errno.ENOMEM: {
        "mmap": None, "poll": "poll", "setsockopt": "setsockopt"},
    errno.ENOSPC: {"mkdir": "mkdir"},
    errno.ENOTTY: {"ioctl": None},
    errno.EPERM: {
        "chroot": "chroot /.*rootfs", "kill": None, "mount": "mount",
        "sethostname": "sethostname", "setpgid": "setpgid", "setsid": "setsid"},
    errno.EROFS: {"rmdir": "rmdir"},
}
CALLS = {call: (error, ours) for error, calls in FAILURES.items()
         for call, ours in calls.items()}
# brk(2) of the kernel gives no error number, but the break as it was.
# And a lock of the C++ library, which would abort the program.
NEVER_FAIL = ("brk", "exit_group", "futex", "getpid", "getpgrp", "getppid", "getsid", "umask")
WAITING = ("poll", "read", "recvmsg", "rt_sigtimedwait", "wait4")
# Calls that also remove the cgroups of runtimes that were killed, if they can; or
# with which libc opens a file: which of the two fstat(2) is depends on its version.
OF_THE_SWEEP = ("fstat", "newfstatat", "openat", "rmdir")
TRIES = 10
PROCESSES = ("runtime", "init", "command")

# Says what the container is promised: its hostname, its files, its processes,
# its limit.
COMMAND = """
hostname; ls /; echo $$; readlink /proc/self/ns/uts /proc/self/ns/pid /proc/self/ns/mnt
grep -h pids /proc/self/cgroup; grep -hs . /proc/self/cgroup | grep 0::
echo ran
"""


def call_numbers():
    text = subprocess.run(
        ["c++", "-E", "-dM", "-include", "sys/syscall.h", "-x", "c++", os.devnull],
        check=True, capture_output=True, text=True).stdout
    return {name: int(number)
            for name, number in re.findall(r"#define __NR_(\w+) (\d+)\n", text)}


class Runtime:
    word, prefix = "run", ""

    def __init__(self, inject, binary, rootfs):
        self.inject, self.name = inject, os.path.basename(binary)
        self.numbers = call_numbers()
        self.command = [binary, "run", "--quiet"]
        if self.name >= "02":
            self.command += ["--rootfs", rootfs]
        if self.name >= "11":
            self.command += ["--cpus", "0.5"]
        self.command += ["/bin/sh", "-c", COMMAND]

    def run(self, *what):
        """Status, output, errors, whether the command has run, what is left; and
        whether `what` has come about."""
        mark = f"{os.getpid()}-{'-'.join(map(str, what))}"
        run = subprocess.run(
            [self.inject, *map(str, what), *self.command], stdin=subprocess.DEVNULL,
            capture_output=True, text=True, env=os.environ | {"BOXSTEP_FAULT": mark},
            timeout=5, check=False)
        first, _, errors = run.stderr.partition("\n")
        errors, done, _ = errors.partition("inject: done\n")
        left = own_host.leftovers(first.split()[-1], f"BOXSTEP_FAULT={mark}".encode())
        ran = "ran\n" in run.stdout
        return (run.returncode, run.stdout, errors, ran, left), bool(done)

    def fail(self, process, name, nth, how):
        """The same for this call. A process that waits for two things, which may come
        in any order, does not make the same calls in each run."""
        for _ in range(TRIES):
            result, done = self.run(process, self.numbers[name], nth, how)
            if done:
                return result
        raise LookupError(f"the call has not come in {TRIES} runs")

    def trace(self):
        """(process, name, which of that name) of each call, in order."""
        names = {number: name for name, number in self.numbers.items()}
        (status, output, errors, ran, _), _ = self.run("list")
        if status != 0 or ran != (self.word == "run"):
            raise SystemExit(f"{self.name} does not run: {errors}")
        found, counts = [], collections.Counter()
        for process, number in re.findall(r"^(\d+) (\d+)$", output, flags=re.MULTILINE):
            call = int(process), names[int(number)]
            found.append((*call, counts[call]))
            counts[call] += 1
        return found[[name for _, name, _ in found].index(FIRST_OWN_CALL):]

    def calls(self):
        """Those that each run makes: what only some make is one more round of a loop,
        whose other rounds are here."""
        traces = [self.trace() for _ in range(3)]
        own = own_calls(traces[0])
        return [call for call in own if all(call in each for each in traces)]


class Creation(Runtime):
    """The same with `create`, whose command runs when another program says so."""

    word, prefix = "create", "create: "

    def __init__(self, inject, binary, rootfs):
        super().__init__(inject, binary, rootfs)
        self.binary, self.id, self.states = binary, f"fault{os.getpid()}", ""
        self.runtime = Runtime(inject, binary, rootfs)
        self.command[1:2] = ["create", self.id]

    def say(self, word, *options):
        return subprocess.run(
            [self.binary, word, self.id, "--root", self.states, *options], text=True,
            stdin=subprocess.DEVNULL, capture_output=True, timeout=5, check=False)

    def run(self, *what):
        with tempfile.TemporaryDirectory(prefix="boxstep-fault-") as top:
            self.states = f"{top}/states"
            return self.run_in(top, *what)

    def run_in(self, top, *what):
        processes = own_host.processes()
        command = [*self.command[:3], "--root", self.states, *self.command[3:]]
        # Not pipes: the container keeps them open.
        with open(f"{top}/out", "w+", encoding="utf-8") as out, \
                open(f"{top}/err", "w+", encoding="utf-8") as err:
            status = subprocess.run(
                [self.inject, "first", *map(str, what), *command], stdout=out, stderr=err,
                stdin=subprocess.DEVNULL, timeout=5, check=False).returncode
            says = ""
            if status == 0 and what != ("list",):
                started = self.say("start")
                status, says = started.returncode, started.stderr
                own_host.remains(lambda: "running" in self.say("state").stdout)
                self.say("delete")
            elif status in (0, 128 + signal.SIGKILL):
                self.say("delete", "--force")
            left = own_host.remains(lambda: (
                os.path.isdir(self.states) and os.listdir(self.states)
                or own_host.cgroups_named(self.id)
                or sorted(own_host.processes() - processes) or own_host.cables()))
            for file in out, err:
                file.seek(0)
            output, (_, _, errors) = out.read(), err.read().partition("\n")
        errors, done, _ = errors.partition("inject: done\n")
        self.say("delete", "--force")
        return (status, output, errors + says, "ran\n" in output, left), bool(done)

    def calls(self):
        """Those that `run` does not make. Without what the container does once it is
        created: that may be after the end of `create`."""
        calls = super().calls()
        tells = max(i for i, call in enumerate(calls) if call[:2] == (1, "write"))
        new = []
        for process in 0, 1:
            own = [call for i, call in enumerate(calls)
                   if call[0] == process and (process == 0 or i <= tells)]
            known = [name for other, name, _ in self.runtime.calls() if other == process]
            same = difflib.SequenceMatcher(
                None, known, [name for _, name, _ in own], autojunk=False)
            for kind, _, _, start, end in same.get_opcodes():
                new += own[start:end] if kind in ("insert", "replace") else []
        return new


def own_calls(calls):
    """Without what a library tries: since 2.41, glibc blocks all signals around
    sigaction(2) of SIGABRT; libseccomp asks what the kernel knows. Ours is the last."""
    last = {(process, name): nth for process, name, nth in calls
            if name == "seccomp" or (PROCESSES[process], name) == (
                "command", "rt_sigprocmask")}
    return [call for call in calls if call[2] >= last.get(call[:2], 0)]


def normal(output):
    return re.sub(r"\[\d+\]|boxstep-\d+(-\d+)?|^\d+$", "#", output,
                  flags=re.MULTILINE)


def late_calls(calls):
    """Those that are made once the command may run: the runtime and the init wait
    for it from their first poll(2) and sigwaitinfo(3) after clone(2) on, and when
    wait4(2) has told the runtime of the end, it cleans up."""
    late, started, ended = set(), set(), False
    for process, name, nth in calls:
        waits = process in started and name in WAITING
        if waits or (process == 0 and ended):
            late.add((process, name, nth))
        if name == "clone":
            started.add(process)
        ended = ended or (process, name) == (0, "wait4")
    return late


def too_late(calls):
    """Calls of the runtime that can fail though the command may run already: after
    the gate's write(2), or after clone(2) where there is no gate."""
    calls = [name for process, name, _ in calls if process == 0]
    calls = calls[calls.index("clone") + 1:calls.index("wait4")]
    waiting = calls.index("poll")
    gate = [i for i, name in enumerate(calls[:waiting]) if name == "write"]
    calls = calls[max(gate, default=-1) + 1:]
    return [name for name in calls
            if name not in WAITING + NEVER_FAIL and CALLS.get(name, (0, name))[1]]


def judge(name, call, expected, promised, result, before, late):
    """What is wrong with the result, or None. `late`: the command was let go."""
    status, output, errors, ran, left = result
    ours = [line for line in errors.splitlines() if line.startswith(name + ": ")]
    named = any(re.match(f"{re.escape(name)}: ({expected})\\b", line) for line in ours)
    if own_host.state() != before:
        return "the host's mounts or its hostname have changed"
    if left:
        return f"it has left {left}"
    if ran:
        if normal(output) != promised:
            return f"the command ran without all it was promised: {output!r}"
        if status != 0 and not (late and status == 125):
            return f"the command ran, but the status is {status}"
        if status == 0 and expected and not late and call not in OF_THE_SWEEP:
            return f"nobody has noticed that {expected} failed"
        if status == 125 and not ours:
            return "status 125 and no error line"
        return None
    # The command may have been killed half way, its output cut short.
    if status not in ((126, 127) if expected == "exec" else (125, 126, 127)):
        return f"the command has not run, but the status is {status}"
    if not ours:
        return "no error line"
    if expected and not named:
        return f"the error line does not name {expected}: {ours}"
    return None


def namespaces_differ(runtime, output):
    """Guards the comparison itself: `promised` must be the isolated state."""
    host = {kind: os.readlink(f"/proc/self/ns/{kind}") for kind in ("uts", "pid", "mnt")}
    promised = {"00": [], "01": ["uts"], "02": []}  # 02 has no /proc to tell them
    promised = promised.get(runtime.name[:2], ["uts", "pid", "mnt"])
    return all(f"{kind}:[" in output and host[kind] not in output for kind in promised)


def fail_every_call(runtime, only, results):
    calls = runtime.calls()
    # No process makes that many calls, so nothing fails.
    undisturbed = 0, 0, 9999, errno.EIO
    (status, output, errors, ran, left), _ = runtime.run(*undisturbed)
    if status != 0 or not ran or left or not namespaces_differ(runtime, output):
        print(f"the run in which nothing fails does: {status} {output} {errors}")
        return 1
    promised, before = normal(output), own_host.state()
    late = late_calls(calls)

    def tell(what, wrong):
        results.append(wrong)
        print(f"{'not ok' if wrong else 'ok'} {len(results)} - {what}", flush=True)
        if wrong:
            print(f"# {wrong}")

    for process, name, nth in calls:
        error, expected = CALLS.get(name, (errno.EIO, name))
        what = (f"{runtime.prefix}{PROCESSES[process]}, {name} {nth}: "
                f"{errno.errorcode[error]}")
        if name in NEVER_FAIL or only not in (None, what):
            continue
        result = None
        try:
            result = runtime.fail(process, name, nth, error)
            wrong = judge(runtime.name, name, expected, promised, result, before,
                          (process, name, nth) in late)
        except subprocess.TimeoutExpired:
            wrong = "no end within 5 seconds"
        except LookupError as problem:
            wrong = problem
        tell(what, wrong and f"{wrong}\n# {result}")
    inits = [call for call in calls if call[0] == 1]
    if (1, "clone", 0) in inits:
        inits = inits[:inits.index((1, "clone", 0))]
    for call in inits:
        what = f"{runtime.prefix}killed at {call[1]} {call[2]} of the init"
        if only not in (None, what):
            continue
        wrong = None
        try:
            _, _, _, ran, left = runtime.fail(*call, "kill")
            if ran:
                wrong = "the command has run"
            elif left and runtime.word == "create":
                wrong = f"delete --force has left {left}"
        except subprocess.TimeoutExpired:
            wrong = "the init lives on"
        tell(what, wrong)
    if only is None and runtime.word == "run":
        tell("what can fail comes before the command is let go", too_late(calls))
    runtime.run(*undisturbed)  # removes the cgroups of those that were killed
    return 0


def main():
    own_host.enter(sys.argv[1])
    arguments = [*map(os.path.abspath, sys.argv[2:5])]
    only = sys.argv[5] if len(sys.argv) > 5 else None
    status, results = 0, []
    for kind in Runtime, Creation:
        runtime = kind(*arguments)
        if kind is Runtime or runtime.name >= "14":
            status |= fail_every_call(runtime, only, results)
    print(f"1..{len(results)}")
    return status


if __name__ == "__main__":
    sys.exit(main())
