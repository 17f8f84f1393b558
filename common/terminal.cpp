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
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (tcgetpgrp(fd) == -1) continue;
    fd_ = fd;
    save_modes();
    return;
  }
}

bool Terminal::is_with(pid_t group) const {
  return exists() && tcgetpgrp(fd_) == group;
}

void Terminal::give_to(pid_t group) const {
  tcsetpgrp(fd_, group);
}

void Terminal::take_back() const {
  if (!exists() || kill(tcgetpgrp(fd_), 0) == 0) return;
  give_to(getpgrp());
  tcsetattr(fd_, TCSANOW, &modes_);
}

void Terminal::save_modes() {
  tcgetattr(fd_, &modes_);
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
