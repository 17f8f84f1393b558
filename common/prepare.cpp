// SPDX-License-Identifier: MIT
#include "common/prepare.hpp"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstring>

#include "common/check.hpp"

namespace common {
namespace {

void open_standard_fds() {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(fd, F_GETFD) != -1) continue;
    // O_PATH: reading or writing is an error, as it was before.
    check(open("/dev/null", O_PATH | O_CLOEXEC), "open", "/dev/null");
  }
}

}  // namespace

sigset_t all_signals() {
  sigset_t all;
  std::memset(&all, 0xff, sizeof(all));
  return all;
}

void prepare_process() {
  open_standard_fds();
  sigset_t blocked = all_signals();
  struct sigaction hangup {};
  check(sigaction(SIGHUP, nullptr, &hangup), "sigaction");
  if (hangup.sa_handler == SIG_IGN) sigdelset(&blocked, SIGHUP);
  // sigprocmask(3) would leave out 32 and 33. The kernel's mask has 64 bits.
  constexpr std::size_t kMaskBytes = 8;
  const auto* mask = &blocked;
  check(
      syscall(SYS_rt_sigprocmask, SIG_SETMASK, mask, nullptr, kMaskBytes),
      "sigprocmask");
  struct sigaction by_default {};
  check(sigaction(SIGCHLD, &by_default, nullptr), "sigaction");
}

// One call for each signal, about 5 us in all. To find out which ones are
// ignored would need as many.
void reset_signals() {
  for (int signal = 1; signal <= SIGRTMAX; ++signal) {
    if (signal == SIGKILL || signal == SIGSTOP) continue;  // cannot be set
    if (signal > SIGSYS && signal < SIGRTMIN) continue;  // glibc refuses these
    struct sigaction by_default {};
    check(sigaction(signal, &by_default, nullptr), "sigaction");
  }
  sigset_t none;
  sigemptyset(&none);
  check(sigprocmask(SIG_SETMASK, &none, nullptr), "sigprocmask");
}

bool is_for_command(const siginfo_t& info) {
  // Our own is a SIGPIPE: nobody reads our stderr.
  if (info.si_pid == getpid()) return false;
  // The terminal signals all of a group. The command shares ours if that is 0.
  return info.si_code != SI_KERNEL || getpgrp() != 0;
}

void pass_on(int signal, pid_t process) {
  for (const int each : {SIGINT, SIGQUIT, SIGTSTP, SIGCONT})
    if (signal == each && kill(-process, signal) == 0) return;
  kill(process, signal);  // also if it has no group yet
}

}  // namespace common
