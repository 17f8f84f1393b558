// SPDX-License-Identifier: MIT
#include "common/terminal.hpp"

#include <signal.h>
#include <unistd.h>

namespace common {

Terminal::Terminal() {
  if (getpgrp() == 0) return;
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (tcgetpgrp(fd) == -1) continue;
    fd_ = fd;
    save_modes();
    return;
  }
}

bool Terminal::in_foreground() const {
  return exists() && tcgetpgrp(fd_) == getpgrp();
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

bool stop_process_group() {
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTSTP);
  kill(0, SIGTSTP);  // blocked: it waits until the next line
  sigprocmask(SIG_UNBLOCK, &stop, nullptr);
  sigprocmask(SIG_BLOCK, &stop, nullptr);
  sigset_t pending;
  sigpending(&pending);
  return sigismember(&pending, SIGCONT) == 1;
}

}  // namespace common
