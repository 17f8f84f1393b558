// SPDX-License-Identifier: MIT
#include "common/process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <utility>

#include "common/check.hpp"
#include "common/file.hpp"

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

const sigset_t kAllSignals = [] {
  sigset_t all;
  std::memset(&all, 0xff, sizeof(all));
  return all;
}();

void prepare_process() {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(fd, F_GETFD) != -1) continue;
    // O_PATH: reading or writing is an error, as it was before.
    check(open("/dev/null", O_PATH | O_CLOEXEC), "open", "/dev/null");
  }
  sigset_t blocked = kAllSignals;
  struct sigaction hangup {};
  check(sigaction(SIGHUP, nullptr, &hangup), "sigaction");
  if (hangup.sa_handler == SIG_IGN) sigdelset(&blocked, SIGHUP);
  // sigprocmask(3) would leave out 32 and 33. The kernel's mask has 64 bits.
  constexpr std::size_t kMaskBytes = 8;
  check(
      syscall(SYS_rt_sigprocmask, SIG_SETMASK, &blocked, nullptr, kMaskBytes),
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

int parse_signal(const std::vector<std::string>& words) {
  if (words.size() > 1) throw UsageError("kill needs one signal");
  std::string name = words.empty() ? "TERM" : words.front();
  if (name.starts_with("SIG")) name.erase(0, 3);
  for (int signal = 0; signal <= SIGRTMAX; ++signal) {  // 0 only asks: kill(2)
    const char* const known = sigabbrev_np(signal);
    if (name == std::to_string(signal) || (known && name == known))
      return signal;
  }
  throw UsageError("unknown signal '" + name + "'");
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

Process::~Process() {
  if (pid_ == -1) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

std::optional<int> Process::reap() {
  std::optional<int> change;
  int status = 0;
  // One SIGCHLD can stand for several children.
  constexpr int kAny = WNOHANG | WUNTRACED | WCONTINUED;
  while (const pid_t child = check(waitpid(-1, &status, kAny), "waitpid")) {
    if (child != pid_) continue;
    change = status;
    if (!exit_status(status)) continue;
    pid_ = -1;
    break;  // if it was the last child, the next call would fail
  }
  return change;
}

std::optional<int> exit_status(int wait_status) {
  if (WIFEXITED(wait_status)) return WEXITSTATUS(wait_status);
  if (WIFSIGNALED(wait_status)) return 128 + WTERMSIG(wait_status);
  return std::nullopt;
}

}  // namespace common
