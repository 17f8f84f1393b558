// SPDX-License-Identifier: MIT
// What a container does not show at once, or only now and then.
#include "common/process.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>

#include "common/file.hpp"
#include "tests/common/in_child.hpp"
#include "tests/common/status_of.hpp"

namespace {

using common::Process;
using support::in_child;
using support::run;

TEST(Process, LeavesStdioAndExitHandlersToTheParent) {
  const auto result = run(in_child([] {
    std::atexit([] { std::puts("exit handler"); });
    std::printf("parent ");
    Process process(SIGCHLD, [] {
      return static_cast<int>(write(STDOUT_FILENO, "child", 5)) - 5;
    });
    return support::status_of(process);
  }));
  EXPECT_EQ(result.status, 0) << result;
  EXPECT_EQ(result.out, "parent child");
}

// It would hear of no death that came before it asked for the signal.
TEST(Process, EndsWhereItsParentDiedBeforeItRan) {
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  const common::UniqueFd alive(ends[0]);
  common::UniqueFd write_end(ends[1]);
  const auto result = run(in_child([] {
    const Process process(SIGCHLD, pause);
    return raise(SIGKILL);
  }));
  EXPECT_EQ(result.status, -SIGKILL) << result;
  write_end.reset();
  pollfd end{.fd = alive.get(), .events = POLLIN, .revents = 0};
  poll(&end, 1, static_cast<int>(support::kDeadline.count()));
  EXPECT_EQ(end.revents, POLLHUP) << "somebody has the other end";
}

}  // namespace
