// SPDX-License-Identifier: MIT
#include "common/terminal.hpp"

#include <signal.h>
#include <unistd.h>

#include "common/check.hpp"

namespace common {

Terminal::Terminal() {
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

bool Terminal::is_abandoned() const {
  return exists() && kill(-tcgetpgrp(fd_), 0) == -1 && errno == ESRCH;
}

void Terminal::give_to(pid_t group) const {
  check(tcsetpgrp(fd_, group), "tcsetpgrp");
}

void Terminal::take_back() const {
  tcsetpgrp(fd_, getpgrp());
  retry([&] { return tcsetattr(fd_, TCSADRAIN, &modes_); });
}

void Terminal::save_modes() {
  check(tcgetattr(fd_, &modes_), "tcgetattr");
}

void lead_process_group(const Terminal& terminal, bool with_terminal) {
  check(setpgid(0, 0), "setpgid");
  if (with_terminal) terminal.give_to(getpgrp());
}

void stop_process_group() {
  check(kill(0, SIGTSTP), "kill");  // blocked here: pending until the next line
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTSTP);
  check(sigprocmask(SIG_UNBLOCK, &stop, nullptr), "sigprocmask");
  check(sigprocmask(SIG_BLOCK, &stop, nullptr), "sigprocmask");
}

}  // namespace common
