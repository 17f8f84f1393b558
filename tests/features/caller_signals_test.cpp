// SPDX-License-Identifier: MIT
// A caller that ignores or blocks signals, as nohup and some CI runners do,
// hands that on over fork and exec (signal(7)): the container must not have it.
#include <gtest/gtest.h>

#include <csignal>

#include "tests/support/errors.hpp"
#include "tests/support/step.hpp"

namespace {

using namespace support;

// Without the signals that the caller ignores or blocks.
void expect_clean(void (*before_exec)()) {
  Launch launch = container({probe(), "signals"});
  launch.before_exec = before_exec;
  EXPECT_TRUE(printed(run(launch), "blocked:\nnot default:\n"));
  // A runtime waits for SIGCHLD, or asks waitpid(2), which finds no children
  // where SIGCHLD is ignored.
  launch = container({probe(), "exit", "7"});
  launch.before_exec = before_exec;
  EXPECT_TRUE(exited(run(launch), 7));
  // And it passes on what comes to it.
  launch = container({probe(), "pause"});
  launch.before_exec = before_exec;
  Running running(launch);
  running.runtime().send(SIGTERM);
  EXPECT_TRUE(exited(running.runtime().wait(), 128 + SIGTERM));
}

TEST(CallerSignals, TheCommandStartsWithAllAtTheirDefault) {
  matters(
      "programs rely on it: a shell cannot trap what was ignored when it "
      "started");
  expect_clean(nullptr);
}

TEST(CallerSignals, IgnoredOnesAreNotIgnoredInside) {
  matters(
      "ignored signals stay so over fork and exec: Ctrl-C would do nothing");
  expect_clean([] {
    for (int signal = 1; signal < NSIG; ++signal)
      std::signal(signal, SIG_IGN);
  });
}

TEST(CallerSignals, BlockedOnesAreNotBlockedInside) {
  matters(
      "blocked signals stay so over fork and exec: SIGTERM would not arrive");
  expect_clean([] {
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, nullptr);
  });
}

}  // namespace
