# SPDX-License-Identifier: MIT
"""A virtual machine that runs jobs and reports on them (see guest-init).

    with Guest(processor, kernel, initramfs) as guest:
        guest.wait_until_ready()
        status = guest.run("001", seconds=60)
        print(guest.output("001"))

Emulated: KVM is not there in most containers, virtual machines and CI, and
where it is, saves a second or two. GuestFailed says that the guest did not do
what it was asked: it ended (a kernel panic ends it), or did not answer in time.
"""

import ctypes
import glob
import os
import re
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import time

# On a very busy machine; about two seconds on an idle one.
BOOT_SECONDS = 300


class Missing(Exception):
    """What this machine lacks for a guest, and how to get it."""


class GuestFailed(Exception):
    pass


class Processor:
    """What QEMU and Linux call things on one kind of processor."""

    def __init__(self, name, options, console, reports, port, kernel=""):
        self.qemu = f"qemu-system-{name}"
        self.options = options
        self.port = port
        # guest-init has the two in upper case as variables of its environment.
        self.kernel = (f"console={console} CONSOLE=/dev/{console} "
                       f"REPORTS=/dev/{reports} quiet panic=-1 oops=panic "
                       f"cryptomgr.notests {kernel}")

    def find_qemu(self):
        path = shutil.which(self.qemu)
        if not path:
            raise Missing(f"{self.qemu}: ./boxstep install vm")
        return path

    def command(self, qemu, kernel, initramfs, reports):
        # -smp 1: a second processor costs more to emulate than it brings.
        # quiet: the console is for the jobs, and for what is wrong.
        # The disk is empty: it is for an attack to find.
        return [
            qemu, *self.options, "-smp", "1", "-m", "1024",
            "-accel", os.environ.get("BOXSTEP_VM_ACCEL", "tcg"),
            "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot",
            "-kernel", kernel, "-initrd", initramfs, "-append", self.kernel,
            "-drive", "driver=null-co,size=1M,read-zeroes=on,if=none,id=disk",
            "-device", "nvme,drive=disk,serial=boxstep",
            "-chardev", "stdio,id=console,signal=off",
            "-serial", "chardev:console",
            "-chardev", reports + ",id=reports", *self.port]


PROCESSORS = {
    # pc: microvm is no faster, and has one clock too few: on a busy machine,
    #   Linux cannot tell the processor's speed there, and never boots.
    # max: today's distributions build for more than the first x86-64.
    # no_timer_check: the timer works, but not always in time for the check.
    "x86_64": Processor(
        "x86_64", ["-M", "pc", "-cpu", "max"], "ttyS0", "ttyS1",
        ["-serial", "chardev:reports"], "no_timer_check"),
    # pauth-impdef: emulating the architecture's own signatures takes half of
    #   the time.
    "aarch64": Processor(
        "aarch64", ["-M", "virt", "-cpu", "max,pauth-impdef=on"], "ttyAMA0",
        "ttyS0", ["-device", "pci-serial,chardev=reports"]),
}


def find_kernel():
    """The path of the newest kernel, rather one that was fetched for this."""
    given = os.environ.get("BOXSTEP_VM_KERNEL")
    fetched = os.path.join(os.path.dirname(__file__), "kernel/vmlinuz*")
    installed = "/boot/vmlinuz*", "/lib/modules/*/vmlinuz"
    for patterns in [[given]] if given else [[fetched], installed]:
        readable = [path for pattern in patterns for path in glob.glob(pattern)
                    if os.access(path, os.R_OK)]
        if readable:
            return max(readable, key=lambda path: [
                int(number) for number in re.findall(r"\d+", path)])
    raise Missing(f"a readable kernel at BOXSTEP_VM_KERNEL={given}" if given else
                  "a readable kernel in tools/vm/kernel, /boot or /lib/modules: "
                  "tools/vm/get-kernel")


def find_modules(kernel):
    """The directory with what the steps use and the kernel has not built in, or
    None. tools/vm/get-kernel makes it."""
    directory, name = os.path.split(kernel)
    path = os.path.join(directory, name.replace("vmlinuz", "modules"))
    return path if os.path.isdir(path) else None


def end_with_parent():
    """Whatever ends the runner."""
    PR_SET_PDEATHSIG = 1
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def mark(what, job):
    """What guest-init writes where the output of a job begins and ends."""
    return f"@@ {what} {job}\n".encode()


class Guest:
    def __init__(self, processor, kernel, initramfs, terminal=False):
        """With `terminal`, this one is the terminal of the guest's console."""
        self._terminal = terminal
        self._console = b""
        self._reported = b""
        self._reports, theirs = socket.socketpair()
        memory = os.memfd_create("initramfs")
        with open(memory, "wb", closefd=False) as file:
            file.write(initramfs)
        self._qemu = subprocess.Popen(
            processor.command(
                processor.find_qemu(), kernel, f"/proc/self/fd/{memory}",
                f"socket,fd={theirs.fileno()}"),
            stdin=subprocess.PIPE if terminal else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=[memory, theirs.fileno()],
            preexec_fn=end_with_parent)
        theirs.close()
        os.close(memory)
        self._selector = selectors.DefaultSelector()
        for source in (self._reports, self._qemu.stdout):
            self._selector.register(source, selectors.EVENT_READ)
        if terminal:
            self._selector.register(sys.stdin, selectors.EVENT_READ)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._qemu.kill()
        self._qemu.wait()

    def wait_until_ready(self):
        self._report("ready", BOOT_SECONDS)

    def run(self, job, seconds):
        """The job's status, once the console has shown all of its output."""
        self._report(f"begin {job}", BOOT_SECONDS)
        status = int(self._report(f"end {job}", seconds))
        self._until(lambda: mark("end", job) in self._console, BOOT_SECONDS)
        return status

    def run_person(self):
        """The status of the person's shell."""
        self._report("begin person", BOOT_SECONDS)
        self._resize()
        signal.signal(signal.SIGWINCH, self._resize)
        return int(self._report("end person", None))

    def output(self, job):
        """What the console has shown of a job; all of it, if none began."""
        begun = self._console.rpartition(mark("begin", job))[2]
        return begun.partition(mark("end", job))[0].decode(errors="replace")

    def _resize(self, *_):
        size = os.get_terminal_size(sys.stdin.fileno())
        self._reports.send(b"%d %d\n" % (size.lines, size.columns))

    def _report(self, expected, seconds):
        """The rest of the next report, which is to start as expected.
        `seconds` None: no limit."""
        self._until(lambda: b"\n" in self._reported, seconds)
        line, _, self._reported = self._reported.partition(b"\n")
        line = line.decode(errors="replace").strip()
        if not line.startswith(expected):
            raise GuestFailed(f"it reports {line!r} rather than {expected!r}")
        return line[len(expected):]

    def _until(self, condition, seconds):
        deadline = None if seconds is None else time.monotonic() + seconds
        while not condition():
            left = None if deadline is None else deadline - time.monotonic()
            if left is not None and left <= 0:
                raise GuestFailed(f"no answer in {seconds:g} s")
            if self._qemu.stdout not in self._selector.get_map():
                raise GuestFailed("it ended")
            for key, _ in self._selector.select(left):
                self._receive(key.fileobj)

    def _receive(self, source):
        data = os.read(source.fileno(), 65536)
        if not data:
            self._selector.unregister(source)
        if source is sys.stdin:
            self._qemu.stdin.write(data)
            self._qemu.stdin.flush()
        elif source is self._reports:
            self._reported += data
        else:
            self._console += data.replace(b"\r", b"")
            if self._terminal:
                sys.stdout.buffer.write(data)
                sys.stdout.buffer.flush()
