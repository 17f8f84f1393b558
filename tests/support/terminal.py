# SPDX-License-Identifier: MIT
"""A person at a terminal.

    terminal = Terminal(["sh"])
    terminal.expect("[#$] $")
    terminal.type("exit 3")
    assert terminal.status() == 3
"""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time


class Terminal:
    def __init__(self, command, patience=120):
        self._patience = patience
        self.shown = ""
        self._pid, self._terminal = pty.fork()
        if self._pid == 0:
            os.execvp(command[0], command)

    def type(self, line, end="\r"):
        os.write(self._terminal, (line + end).encode())

    def expect(self, pattern, unless="(?!)"):
        """Waits until it is shown, and forgets what was shown up to there."""
        deadline = time.monotonic() + self._patience
        while not (found := re.search(pattern, self.shown)):
            if re.search(unless, self.shown) or not self._read(deadline):
                raise AssertionError(f"{self.shown[-99999:]}\nno {pattern!r} here")
        self.shown = self.shown[found.end():]
        return found

    def status(self):
        """Waits for the end, where `shown` has what was left."""
        deadline = time.monotonic() + self._patience
        while self._read(deadline):
            pass
        return os.waitstatus_to_exitcode(os.waitpid(self._pid, 0)[1])

    def close(self):
        os.close(self._terminal)
        try:
            os.kill(self._pid, signal.SIGKILL)
            os.waitpid(self._pid, 0)
        except (ProcessLookupError, ChildProcessError):
            pass  # it has ended, and status() has told how

    def resize(self, lines, columns):
        size = struct.pack("HHHH", lines, columns, 0, 0)
        fcntl.ioctl(self._terminal, termios.TIOCSWINSZ, size)

    def settings(self):
        return termios.tcgetattr(self._terminal)

    def _read(self, deadline):
        """Whether there was more; an AssertionError when it came too late."""
        left = max(0, deadline - time.monotonic())
        if not select.select([self._terminal], [], [], left)[0]:
            raise AssertionError(f"{self.shown[-99999:]}\nno more in time")
        try:
            data = os.read(self._terminal, 65536)
        except OSError:  # EIO: nobody has the other end
            return False
        # One read(2) can end between the two.
        self.shown = (self.shown + data.decode(errors="replace")).replace("\r\n", "\n")
        return True
