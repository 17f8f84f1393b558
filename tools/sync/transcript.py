# SPDX-License-Identifier: MIT
"""Runs the transcripts of the documents: types their lines into a shell on a
throwaway host, and says whether what a document shows is what came.

The throwaway host is this machine, seen through namespaces of its own: its
hostname is "host", its / is shared as under systemd, its checkout, build
directory and rootfs are copies, its network is only lo, and its processes end with
the session. Its cgroups are the machine's.
"""

import contextlib
import itertools
import os
import platform
import pty
import re
import select
import shlex
import shutil
import subprocess
import tempfile
import sys
import time
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "vm"))
import guest

HOST_PROMPT, GUEST_PROMPT = "$ ", "guest# "
# The host's, the container's, the virtual machine's, that of a plain sh, and of an
# unfinished line. So no line of output in a document may start with one of them.
PROMPT = re.compile(r"(?:\$ |[\w.-]+@[\w.-]+:\S*[#$] |guest# |# |> )")
PROMPT_AT_END = re.compile(r"(?:^|\n)(" + PROMPT.pattern + r")$")
# On a busy machine the container's shell can be quicker than the host's line.
LATE_HOST = re.compile(r"(?m)^(" + PROMPT.pattern + r")(host: pid .*\n)")
# What the shells write before their prompt, unseen: the status of the last command.
STATUS = re.compile(r"\x1b\[(\d+)Z")
TELL_STATUS = r"\[\e[$?Z\]"
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\r")

# What a reader's checkout is called in the documents.
SHOWN_CHECKOUT = "/home/you/boxstep"

# Turns a shell into that of an ordinary user: what only root may do takes sudo.
# Three capabilities stay: two for the sudo below to work, one to reach a checkout
# in root's home directory.
YOU = 1000
CAPABILITIES = "+setuid,+setgid,+dac_override"
BECOME_YOU = (
    f"setpriv --reuid {YOU} --regid {YOU} --clear-groups "
    f"--inh-caps {CAPABILITIES} --ambient-caps {CAPABILITIES}")
SUDO = """#!/bin/sh
exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-
exec setpriv --reuid 0 --regid 0 --clear-groups --inh-caps=-all \\
  --ambient-caps=-all env -i HOME=/root LANG="$LANG" PATH="$PATH" TERM="$TERM" \\
  "$@"
"""

# $1: scratch directory, $2: checkout, $3: build directory, $4: a process number,
# $5: BECOME_YOU
SET_UP = """
set -e
stty -echo rows 24 cols 132
mount --make-rprivate / # or what is mounted in one of these would be in both
private=$1/private
mount -t tmpfs boxstep-docs "$private"
overlay() { # NAME LOWER
  mkdir -p "$private/$1/upper" "$private/$1/work" "$private/$1/all"
  chown --reference "$2" "$private/$1/upper"
  mount -t overlay overlay "$private/$1/all" \
    -o "lowerdir=$2,upperdir=$private/$1/upper,workdir=$private/$1/work"
}
overlay checkout "$1/checkout"
overlay build "$1/build"
mount --bind "$private/checkout/all" "$2"
mount --bind "$private/build/all" "$3"
[ ! -f /root/.bashrc ] || mount --bind "$1/bashrc" /root/.bashrc
mkdir -p /run/boxstep # the states of containers
mount -t tmpfs boxstep-docs /run/boxstep
hostname host
echo '(none)' >/proc/sys/kernel/domainname
mount --make-rshared /
cd "$2"
# Numbers of four digits, and not those of another session.
echo "$4" >/proc/sys/kernel/ns_last_pid
setsid --ctty --wait $5 bash --noprofile --rcfile "$1/hostrc"
"""


class CannotRun(Exception):
    """This machine lacks what a transcript needs."""


def check_guest():
    """Raises CannotRun where no virtual machine boots."""
    try:
        guest.PROCESSORS[platform.machine()].find_qemu()
        guest.find_kernel()
    except (guest.Missing, KeyError) as reason:
        raise CannotRun(str(reason)) from reason


class Stuck(Exception):
    """No prompt came."""


class Machine:
    """What the sessions of one run share: a copy of the checkout with a rootfs
    in it."""

    def __init__(self, checkout, build):
        if os.geteuid() != 0:
            raise CannotRun("transcripts are run as root only")
        self.throwaway_host = build / "tests/throwaway-host"
        if not self.throwaway_host.exists():
            raise CannotRun(f"there is no build in {build}: see --build")
        self.checkout, self.build = checkout, build
        self.sessions = itertools.count()
        os.umask(0o022)  # another user lives in there
        self.scratch = Path(tempfile.mkdtemp(prefix=f"boxstep-docs-{os.getpid()}-"))
        try:
            self._fill_scratch()
        except BaseException:
            self.__exit__()
            raise

    def _fill_scratch(self):
        self.scratch.chmod(0o755)
        self._copy_checkout()
        for directory in "private", "bin":
            (self.scratch / directory).mkdir()
        sudo = self.scratch / "bin/sudo"
        sudo.write_text(SUDO)
        sudo.chmod(0o755)
        for shell in (self.scratch, self.scratch / "checkout/rootfs/root"):
            name = "bashrc" if shell == self.scratch else ".bashrc"
            (shell / name).write_text(f"PS1='{TELL_STATUS}\\u@\\h:\\w\\$ '\n")
        (self.scratch / "hostrc").write_text(f"PS1='{TELL_STATUS}{HOST_PROMPT}'\n")

    def _copy_checkout(self):
        copy = self.scratch / "checkout"
        # What .gitignore names is no part of it, and can be large.
        copy_tree(self.checkout, copy, ".git", "build", "build-*", "rootfs", "rootfs.*",
                  "rootfs-[0-9]*", "*-rootfs", ".rootfs.*", "my", "*.tar")
        copy_tree(self.build, self.scratch / "build", "tests", "subprojects", "meson-logs")
        if self.build.is_relative_to(self.checkout):
            (copy / self.build.relative_to(self.checkout)).mkdir()
        if self.build != self.checkout / "build":
            (copy / "build").symlink_to(self.build)
        made = subprocess.run(
            [copy / "rootfs-scripts/from-host", copy / "rootfs"],
            capture_output=True, text=True, check=False)
        if made.returncode != 0:
            raise CannotRun("no rootfs: " + made.stderr)
        subprocess.run(["chown", "-hR", f"{YOU}:{YOU}", self.scratch], check=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.scratch)

    def session(self, timeout):
        return Session(self, 4000 + 1000 * (next(self.sessions) % 25), timeout)


def copy_tree(source, target, *left_out):
    """With its times, or Ninja would build all again."""
    ignored = shutil.ignore_patterns(*left_out)
    shutil.copytree(source, target, symlinks=True, ignore=lambda directory, names: (
        ignored(directory, names) if Path(directory) == source else ["node_modules"]))


class Session:
    """A shell on a throwaway host, at a terminal."""

    def __init__(self, machine, first_pid, timeout):
        self.checkout, self.timeout = str(machine.checkout), timeout
        self.in_guest = False
        self.shown = {
            str(machine.build): SHOWN_CHECKOUT + "/build",
            self.checkout: SHOWN_CHECKOUT,
            # In a prompt, see HOME below.
            "~" + self.checkout.removeprefix("/root"): SHOWN_CHECKOUT,
        }
        self.master, slave = pty.openpty()
        self.process = subprocess.Popen(
            [machine.throwaway_host, "sh", "-c", SET_UP, "sh", machine.scratch,
             self.checkout, machine.build, str(first_pid), BECOME_YOU],
            stdin=slave, stdout=slave, stderr=slave, start_new_session=True,
            env={"HOME": "/root", "LANG": "C.UTF-8", "TERM": "dumb",
                 "PATH": f"{machine.scratch}/bin:{os.environ['PATH']}",
                 **{name: value for name, value in os.environ.items()
                    if name.startswith("BOXSTEP_VM_")}})
        os.close(slave)
        text, self.prompt = self._read_to_prompt()
        if self.prompt != HOST_PROMPT:
            self.close()
            raise CannotRun("no throwaway host: " + text.strip())

    def type(self, line):
        """Returns what came of it, without the prompt that follows."""
        line = line.replace(SHOWN_CHECKOUT, shlex.quote(self.checkout))
        os.write(self.master, line.encode() + b"\n")
        if line.endswith("&"):
            time.sleep(1)  # as a person is slow to type on
        text, self.prompt = self._read_to_prompt()
        if self.in_guest:  # whose terminal shows what is typed
            text = text.removeprefix(line + "\n")
        if self.prompt is None:
            raise Stuck(f"no prompt within {self.timeout} s of: {line}\n{text}")
        if self.prompt in (HOST_PROMPT, GUEST_PROMPT):
            self.in_guest = self.prompt == GUEST_PROMPT
        return text

    def _read_to_prompt(self):
        raw = b""
        deadline = time.monotonic() + self.timeout
        while True:
            text = ESCAPES.sub("", raw.decode(errors="replace"))
            text = LATE_HOST.sub(r"\2\1", text)
            for path, shown in self.shown.items():
                text = text.replace(path, shown)
            found = PROMPT_AT_END.search(text)
            # A prompt is the last that comes; a moment tells.
            patience = 0.02 if found else deadline - time.monotonic()
            if patience > 0 and select.select([self.master], [], [], patience)[0]:
                with contextlib.suppress(OSError):  # EIO: everyone has left
                    block = os.read(self.master, 65536)
                    raw += block
                    continue
            if found:
                told = STATUS.findall(raw.decode(errors="replace"))
                self.status = int(told[-1]) if told else 0
                return text[:found.start(1)], found.group(1)
            return text, None

    def close(self):
        # A person who closes the window: what runs in it is told to end.
        os.close(self.master)
        try:
            self.process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def play(session, shown):
    """Types the commands of `shown`; returns the transcript of what came, and the
    commands that failed with a reader none the wiser."""
    actual, failed = "", []
    parts = by_command(shown)
    for (line, output), (following, _) in zip(parts, [*parts[1:], ("", "")]):
        command = line[PROMPT.match(line).end():-1]
        prompt = session.prompt
        came = session.type(command)
        actual += prompt + command + "\n" + came
        if prompt == HOST_PROMPT and output == "…\n" and not came:
            failed.append(f"`{command}` has printed nothing that … could stand for")
        unseen = "…" in output.splitlines() or not output and not re.search(r"\bgrep ", command)
        if session.status and unseen and prompt == session.prompt and (
                not following.endswith("$ echo $?\n")):
            failed.append(f"`{command}` has ended with status {session.status}, unseen")
    return in_order(actual), failed


def merged(shown, actual):
    """What came, with … where it stands in `shown` for what came; None if it
    stands for something else."""
    parts = by_command(shown), by_command(actual)
    if len(parts[0]) != len(parts[1]):
        return None
    text = ""
    for (_, old), (command, new) in zip(*parts):
        left_out = "…" in old.splitlines()
        if left_out and not matches(old, new):
            return None
        text += command + (old if left_out else new)
    return text


def by_command(text):
    """The lines that a person types, with their prompts, and what came of each."""
    parts = []
    for line in text.splitlines(keepends=True):
        if PROMPT.match(line):
            parts.append([line, ""])
        elif parts:
            parts[-1][1] += line
    return parts


# ---- comparing ---------------------------------------------------------------

# When a shell says that a background job of its has ended is chance.
JOB_ENDED = re.compile(
    r"\[\d+\] ?[+-]? +(?:Done|Exit \d+|Terminated|Killed)\b|Terminated$")


def in_order(text):
    """Host and container say who they are at the same time: the host first."""
    lines = []
    container = None  # where it has spoken first
    for line in text.splitlines():
        if JOB_ENDED.match(line):
            continue
        if PROMPT.match(line):
            container = None
        if line.startswith("host: pid ") and container is not None:
            lines.insert(container, line)
            continue
        if line.startswith("container: pid "):
            container = len(lines)
        lines.append(line)
    return "\n".join(lines) + "\n"


PS_AUX = re.compile(r"(\w+ \d+) [\d.]+ [\d.]+ \d+ \d+ \S+ \S+ \S+ [\d:]+ (.*)")
ANY_PS_AUX = r"[\d.]+ [\d.]+ \d+ \d+ \S+ \S+ \S+ [\d:]+"

# What differs from run to run, and what stands for it in a pattern. A number of
# four digits or more (a process, an inode) stands for any, but for the same one
# wherever it comes again.
VARIABLE = [
    (r"\d+:\d\d(?::\d\d)?", r"\\d+:\\d\\d(?::\\d\\d)?"),
    (r"\d+(?= MiB\b)", r"\\d+"),
    (r"\b\d+\.\d{3}(?= s\b)", r"\\d+\\.\\d{3}"),
    (r"(?<=Killed process )\d+|(?<=/boxstep-)\d+", r"\\d+"),
    (r"\bpts/\d+", r"pts/\\d+"),
    (r"\b100(?:\.\d+){3}", r"100(?:\\.\\d+){3}"),  # of a cable: step 12
    (r"/sys/fs/cgroup/(?:pids/)?", r"/sys/fs/cgroup/(?:pids/)?"),  # v1, v2
    (r"^\d+:(?:pids)?:", r"\\d+:(?:pids)?:"),  # the same, in /proc/self/cgroup
    (r"(?<![\d.])\d{4,}(?!\d)", None),
]
ANY_VARIABLE = re.compile("|".join(f"({seen})" for seen, _ in VARIABLE))


def line_pattern(line, numbers):
    if line == "…":
        return r"(?:[^\n]*\n)*?"
    process = PS_AUX.fullmatch(line)
    if process:
        who, what = (words_pattern(words, numbers) for words in process.groups())
        return f"{who} {ANY_PS_AUX} {what}\n"
    return words_pattern(line, numbers) + r"\n"


def words_pattern(text, numbers):
    pattern = ""
    end = 0
    for found in ANY_VARIABLE.finditer(text):
        pattern += re.escape(text[end:found.start()])
        end = found.end()
        stands_for = VARIABLE[found.lastindex - 1][1]
        if stands_for is not None:
            pattern += stands_for.replace(r"\\", "\\")
        elif found.group() in numbers:
            pattern += f"(?P={numbers[found.group()]})"
        else:
            name = numbers[found.group()] = f"n{len(numbers)}"
            pattern += rf"(?P<{name}>\d{{4,}})"
    return pattern + re.escape(text[end:])


def squeezed(text):
    # Columns are as wide as the largest number in them.
    return [" ".join(line.split()) for line in in_order(text).splitlines()]


def matches(shown, actual):
    numbers = {}
    pattern = "".join(line_pattern(line, numbers) for line in squeezed(shown))
    found = re.fullmatch(pattern, "".join(line + "\n" for line in squeezed(actual)))
    return bool(found) and len({*found.groups()}) == len(found.groups())
