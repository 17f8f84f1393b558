// SPDX-License-Identifier: MIT
#include "common/prepare.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <initializer_list>
#include <string>
#include <utility>

#include "tests/common/in_child.hpp"

namespace {

using common::prepare_process;
using common::reset_signals;
using support::in_child;
using support::run;

bool is_blocked(int signal) {
  sigset_t mask;
  sigprocmask(SIG_SETMASK, nullptr, &mask);
  return sigismember(&mask, signal) == 1;
}

bool is_default(int signal) {
  struct sigaction action {};
  sigaction(signal, nullptr, &action);
  return action.sa_handler == SIG_DFL;
}

void ignore_all_signals() {
  for (int signal = 1; signal <= SIGRTMAX; ++signal)
    std::signal(signal, SIG_IGN);
}

constexpr std::initializer_list<int> kSignals =
    {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE, SIGTSTP, SIGUSR1, SIGCHLD};

TEST(Prepare, TakesTheStandardDescriptorsThatTheCallerClosed) {
  const auto result = run(in_child([] {
    close(STDIN_FILENO);
    close(STDERR_FILENO);
    prepare_process();
    return open("/dev/null", O_RDONLY | O_CLOEXEC) > STDERR_FILENO ? 0 : 1;
  }));
  EXPECT_EQ(result.status, 0) << result;
}

TEST(Prepare, OpensNothingWhereTheyAreOpen) {
  const auto result = run(in_child([] {
    const int free_before = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
    close(free_before);
    prepare_process();
    const int free_after = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
    return free_after == free_before ? 0 : 1;
  }));
  EXPECT_EQ(result.status, 0) << result;
}

TEST(Prepare, LeavesAClosedDescriptorAsUselessAsItWas) {
  const auto result = run(in_child([] {
    for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
      close(fd);
    prepare_process();
    char byte = 0;
    const bool fails = read(STDIN_FILENO, &byte, 1) == -1 && errno == EBADF &&
        write(STDOUT_FILENO, "x", 1) == -1 && errno == EBADF &&
        write(STDERR_FILENO, "x", 1) == -1 && errno == EBADF;
    return fails ? 0 : 1;
  }));
  EXPECT_EQ(result.status, 0) << result;
}

TEST(Prepare, ClosesItAgainForTheCommand) {
  const auto result = run(in_child([] {
    close(STDIN_FILENO);
    prepare_process();
    return execl("/bin/sh", "sh", "-c", "test ! -e /proc/$$/fd/0", nullptr);
  }));
  EXPECT_EQ(result.status, 0) << result;
}

// SigBlk of /proc/self/status: a bit for each signal, from 1 on. SIGKILL and
// SIGSTOP, 9 and 19, cannot be blocked.
TEST(Prepare, BlocksTheSignalsThatGlibcHidesAndNoSighupThatIsIgnored) {
  for (const auto& [hangup, blocked] :
       {std::pair{SIG_DFL, "fffffffffffbfeff"},
        std::pair{SIG_IGN, "fffffffffffbfefe"}}) {
    const auto result = run(in_child([hangup = hangup] {
      std::signal(SIGHUP, hangup);
      prepare_process();
      return execl("/bin/grep", "grep", "SigBlk", "/proc/self/status", nullptr);
    }));
    EXPECT_EQ(result.out, std::string("SigBlk:\t") + blocked + "\n") << result;
  }
}

TEST(Prepare, LetsChildrenHaveAStatusThoughTheCallerIgnoresTheirEnd) {
  const auto result = run(in_child([] {
    std::signal(SIGCHLD, SIG_IGN);
    prepare_process();
    const pid_t child = fork();
    if (child == 0) _exit(0);
    return waitpid(child, nullptr, 0) == child ? 0 : 1;
  }));
  EXPECT_EQ(result.status, 0) << result;
}

TEST(ResetSignals, GivesTheCommandDefaultsAndAnEmptyMask) {
  const auto result = run(in_child([] {
    ignore_all_signals();
    prepare_process();
    reset_signals();
    int wrong = 0;
    for (const int signal : kSignals)
      wrong += is_default(signal) && !is_blocked(signal) ? 0 : 1;
    for (int signal = SIGRTMIN; signal <= SIGRTMAX; ++signal)
      wrong += is_default(signal) && !is_blocked(signal) ? 0 : 1;
    return wrong;
  }));
  EXPECT_EQ(result.status, 0) << result;
}

}  // namespace
