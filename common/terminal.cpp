// SPDX-License-Identifier: MIT
#include "common/terminal.hpp"

#include <initializer_list>

#include <signal.h>
#include <unistd.h>

namespace common {

Terminal::Terminal() {
  // A group that was made outside our PID namespace. All such groups have this
  // number here, so the terminal could not be given back.
  if (getpgrp() == 0) return;
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (!exists() && tcgetpgrp(fd) != -1) fd_ = fd;
}

bool Terminal::is_with(pid_t group) const {
  return exists() && group != 0 && tcgetpgrp(fd_) == group;
}

void Terminal::give_to(pid_t group) {
  tcgetattr(fd_, &modes_.emplace());  // the shell may have changed them
  tcsetpgrp(fd_, group);
}

void Terminal::take_back() const {
  if (!exists() || !modes_ || kill(tcgetpgrp(fd_), 0) == 0) return;
  tcsetpgrp(fd_, getpgrp());
  tcsetattr(fd_, TCSANOW, &*modes_);
}

bool stop(pid_t whom, int signal) {
  sigset_t stops;
  sigemptyset(&stops);
  for (const int each : {SIGTSTP, SIGTTIN, SIGTTOU})
    sigaddset(&stops, each);
  kill(whom, signal);  // blocked: it waits until the next line
  sigprocmask(SIG_UNBLOCK, &stops, nullptr);
  sigprocmask(SIG_BLOCK, &stops, nullptr);
  sigset_t pending;
  sigpending(&pending);
  // A Ctrl-Z that has come since has cancelled the SIGCONT.
  return sigismember(&pending, SIGCONT) == 1 ||
      sigismember(&pending, SIGTSTP) == 1;
}

}  // namespace common
