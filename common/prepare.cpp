// SPDX-License-Identifier: MIT
#include "common/prepare.hpp"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "common/check.hpp"

namespace common {
namespace {

void take_standard_fds() {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(fd, F_GETFD) != -1) continue;
    // The wrong way round, so that using it is the error it would have been.
    const int access = fd == STDIN_FILENO ? O_WRONLY : O_RDONLY;
    check(open("/dev/null", access | O_CLOEXEC), "open", "/dev/null");
  }
}

void set_default(int signal) {
  struct sigaction action {};
  action.sa_handler = SIG_DFL;
  check(sigaction(signal, &action, nullptr), "sigaction");
}

}  // namespace

void prepare_process() {
  take_standard_fds();
  sigset_t all;
  sigfillset(&all);
  check(sigprocmask(SIG_SETMASK, &all, nullptr), "sigprocmask");
  set_default(SIGCHLD);
}

void reset_signals() {
  for (int signal = 1; signal <= SIGRTMAX; ++signal) {
    if (signal == SIGKILL || signal == SIGSTOP) continue;  // cannot be set
    if (signal > SIGSYS && signal < SIGRTMIN) continue;  // the libc's own
    set_default(signal);
  }
  sigset_t none;
  sigemptyset(&none);
  check(sigprocmask(SIG_SETMASK, &none, nullptr), "sigprocmask");
}

}  // namespace common
