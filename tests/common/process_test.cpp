// SPDX-License-Identifier: MIT
#include "common/process.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>

#include "common/file.hpp"
#include "tests/common/in_child.hpp"
#include "tests/common/status_of.hpp"

namespace {

using common::Process;
using support::in_child;
using support::run;
using support::status_of;

int wait_for_ever() {
  for (;;)
    pause();
}

// Whether all who had the write end of `pipe` are gone before the deadline.
bool writers_end(const common::Pipe& pipe) {
  pollfd end{.fd = pipe.read_end.get(), .events = POLLIN, .revents = 0};
  poll(&end, 1, static_cast<int>(support::kDeadline.count()));
  return (end.revents & (POLLIN | POLLHUP)) == POLLHUP;
}

TEST(Process, RunsItsBodyInAChild) {
  const pid_t parent = getpid();
  Process process(SIGCHLD, [&] { return getppid() == parent ? 42 : 1; });
  EXPECT_EQ(status_of(process), 42);
}

TEST(Process, HasNoStatusWhileItRuns) {
  Process process(SIGCHLD, wait_for_ever);
  EXPECT_EQ(process.reap(), std::nullopt);
}

TEST(Process, HasAStatusOf128AndTheSignalThatEndedIt) {
  Process process(SIGCHLD, wait_for_ever);
  ASSERT_EQ(kill(process.pid(), SIGTERM), 0);
  EXPECT_EQ(status_of(process), 128 + SIGTERM);
}

TEST(Process, ReportsAnExceptionInTheChildAndIs125) {
  const auto result = run(in_child([] {
    Process process(SIGCHLD, []() -> int { throw std::runtime_error("odd"); });
    const int status = status_of(process);
    std::puts("the caller's code");  // must not run in both
    return status;
  }));
  EXPECT_EQ(result.status, 125) << result;
  EXPECT_EQ(result.err, std::string(program_invocation_short_name) + ": odd\n");
  EXPECT_EQ(result.out, "the caller's code\n");
}

TEST(Process, WritesWhatStdioHoldsBeforeTheChildStarts) {
  const auto result = run(in_child([] {
    std::printf("parent ");
    Process process(SIGCHLD, [] {
      return static_cast<int>(write(STDOUT_FILENO, "child", 5)) - 5;
    });
    return status_of(process);
  }));
  EXPECT_EQ(result.out, "parent child") << result;
}

TEST(Process, LeavesTheParentsExitHandlersToTheParent) {
  const auto result = run(in_child([] {
    std::atexit([] { std::puts("exit handler"); });
    Process process(SIGCHLD, [] { return 0; });
    return status_of(process);
  }));
  EXPECT_EQ(result.status, 0) << result;
  EXPECT_EQ(result.out, "");
}

TEST(Process, GivesItsBodyNoDescriptorThatTheParentDidNotHave) {
  const auto open_fds = [] {
    int number = 0;
    for (int fd = 0; fd < 1024; ++fd)
      number += fcntl(fd, F_GETFD) == -1 ? 0 : 1;
    return number;
  };
  const int before = open_fds();
  Process process(SIGCHLD, [&] { return open_fds() - before; });
  EXPECT_EQ(status_of(process), 0);
  EXPECT_LE(open_fds(), before + 1);
}

TEST(Process, IsKilledAndReapedWithItsOwner) {
  pid_t pid = -1;
  {
    const Process process(SIGCHLD, wait_for_ever);
    pid = process.pid();
  }
  EXPECT_EQ(kill(pid, 0), -1) << "a zombie would still be there";
  EXPECT_EQ(errno, ESRCH);
}

TEST(Process, IsKilledWhenItsParentIs) {
  common::Pipe alive = common::make_pipe();
  const auto result = run(in_child([] {
    const common::Pipe started = common::make_pipe();
    const Process process(SIGCHLD, [&] {
      return write(started.write_end.get(), "x", 1) == 1 ? wait_for_ever() : 1;
    });
    char byte = 0;
    return read(started.read_end.get(), &byte, 1) == 1 ? raise(SIGKILL) : 1;
  }));
  EXPECT_EQ(result.status, -SIGKILL) << result;
  alive.write_end.reset();
  EXPECT_TRUE(writers_end(alive));
}

// It would hear of no death that came before it asked for the signal.
TEST(Process, EndsWhereItsParentDiedBeforeItRan) {
  common::Pipe alive = common::make_pipe();
  const auto result = run(in_child([] {
    const Process process(SIGCHLD, wait_for_ever);
    return raise(SIGKILL);
  }));
  EXPECT_EQ(result.status, -SIGKILL) << result;
  alive.write_end.reset();
  EXPECT_TRUE(writers_end(alive));
}

TEST(Process, HasAStatusWhenItStopsAndReapsOrphansMeanwhile) {
  Process process(SIGCHLD, wait_for_ever);
  const pid_t other = fork();
  if (other == 0) _exit(0);
  ASSERT_EQ(kill(process.pid(), SIGSTOP), 0);
  std::optional<int> change;
  EXPECT_TRUE(support::eventually([&] {
    if (const auto news = process.reap()) change = news;
    return change && kill(other, 0) == -1;
  }));
  EXPECT_TRUE(WIFSTOPPED(change.value_or(0)));
  EXPECT_NE(process.pid(), -1);
}

TEST(Process, NamesTheCallThatRefusedIt) {
  try {
    // Shared signal handlers need shared memory: clone(2), EINVAL.
    const Process process(CLONE_SIGHAND | SIGCHLD, [] { return 0; });
    FAIL() << "it was started";
  } catch (const std::system_error& error) {
    EXPECT_STREQ(error.what(), "clone: Invalid argument");
  }
}

TEST(ExitStatus, IsWhatAShellMakesOfIt) {
  EXPECT_EQ(common::exit_status(W_EXITCODE(0, 0)), 0);
  EXPECT_EQ(common::exit_status(W_EXITCODE(255, 0)), 255);
  EXPECT_EQ(common::exit_status(W_EXITCODE(0, SIGKILL)), 137);
}

}  // namespace
