// SPDX-License-Identifier: MIT
#include "common/process.hpp"

#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <utility>

#include "common/check.hpp"
#include "common/file.hpp"
#include "common/report.hpp"

namespace common {
namespace {

int run_body(UniqueFd parent, const std::function<int()>& body) noexcept {
  try {
    check(prctl(PR_SET_PDEATHSIG, SIGKILL), "prctl", "PR_SET_PDEATHSIG");
    // A parent that died before that line sends no signal. getppid(2) would not
    // tell: in a new PID namespace it is always 0.
    pollfd end{.fd = parent.get(), .events = POLLIN, .revents = 0};
    if (check(poll(&end, 1, 0), "poll") > 0) return kRuntimeFailed;
    parent.reset();  // the container must not find it
    return body();
  } catch (const std::exception& error) {
    return report(error);
  }
}

}  // namespace

Process::Process(int clone_flags, const std::function<int()>& body) {
  std::fflush(nullptr);
  UniqueFd self(static_cast<int>(
      check(syscall(SYS_pidfd_open, getpid(), 0), "pidfd_open")));
  // The raw call, because glibc's clone() needs a stack and a function. Without
  // a stack it returns twice, like fork(2).
  pid_ = static_cast<pid_t>(check(
      syscall(SYS_clone, clone_flags, nullptr, nullptr, nullptr, nullptr),
      "clone"));
  if (pid_ == 0) _exit(run_body(std::move(self), body));
}

void Process::end() {
  if (pid_ == -1) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

std::optional<int> Process::reap() {
  std::optional<int> change;
  int status = 0;
  // One SIGCHLD can stand for several children.
  while (const pid_t child = check(
             waitpid(-1, &status, WNOHANG | WUNTRACED | WCONTINUED),
             "waitpid")) {
    if (child != pid_) continue;
    change = status;
    if (!exit_status(status)) continue;
    pid_ = -1;
    break;  // if it was the last child, the next call would fail
  }
  return change;
}

std::optional<int> exit_status(int wait_status) {
  constexpr int kSignalBase = 128;
  if (WIFEXITED(wait_status)) return WEXITSTATUS(wait_status);
  if (WIFSIGNALED(wait_status)) return kSignalBase + WTERMSIG(wait_status);
  return std::nullopt;
}

}  // namespace common
