// SPDX-License-Identifier: MIT
// A caller that ignores or blocks signals, as nohup and some CI runners do,
// hands that on over fork and exec (signal(7)): the container must not have it.
#include <gtest/gtest.h>

#include <csignal>

#include "tests/support/errors.hpp"
#include "tests/support/step.hpp"

namespace {

using namespace support;

void ignore_all_signals() {
  for (int signal = 1; signal < NSIG; ++signal)
    std::signal(signal, SIG_IGN);
}

void block_all_signals() {
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, nullptr);
}

Result probe_after(void (*before_exec)(), const char* what, const char* more) {
  Launch launch = container({probe(), what, more});
  launch.before_exec = before_exec;
  return run(launch);
}

constexpr const char* kClean = "blocked:\nnot default:\n";

TEST(CallerSignals, TheCommandStartsWithAllAtTheirDefault) {
  matters(
      "programs rely on it: a shell cannot trap what was ignored when it "
      "started");
  const Result result = run(container({probe(), "signals"}));
  EXPECT_TRUE(printed(result, kClean));
}

TEST(CallerSignals, IgnoredOnesAreNotIgnoredInside) {
  matters(
      "ignored signals stay so over fork and exec: Ctrl-C would do nothing");
  const Result result = probe_after(ignore_all_signals, "signals", "");
  EXPECT_TRUE(printed(result, kClean));
}

TEST(CallerSignals, BlockedOnesAreNotBlockedInside) {
  matters(
      "blocked signals stay so over fork and exec: SIGTERM would not arrive");
  const Result result = probe_after(block_all_signals, "signals", "");
  EXPECT_TRUE(printed(result, kClean));
}

TEST(CallerSignals, IgnoredSigchldLosesNoStatus) {
  matters(
      "where SIGCHLD is ignored, children vanish and waitpid(2) finds none");
  // Where it is ignored, children vanish and waitpid(2) finds none.
  const Result result = probe_after(ignore_all_signals, "exit", "7");
  EXPECT_TRUE(exited(result, 7));
}

TEST(CallerSignals, BlockedSigchldIsNoReasonToHang) {
  matters("a runtime that waits for a signal which is blocked waits for ever");
  const Result result = probe_after(block_all_signals, "exit", "7");
  EXPECT_TRUE(exited(result, 7));
}

}  // namespace
