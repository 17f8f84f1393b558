// SPDX-License-Identifier: MIT
// The container lives as long as its runtime, and the runtime as long as it.
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <string>

#include "tests/support/host.hpp"
#include "tests/support/step.hpp"
#include "tests/support/wait.hpp"

namespace {

using namespace support;

// The next run removes what a killed one could not.
void run_another() {
  const Result result = run(container({probe(), "exit", "0"}));
  EXPECT_EQ(result.status, 0) << result;
}

TEST(Lifetime, NothingIsLeftOfAnEndedContainer) {
  for (const auto& command : {"exit", "raise"}) {
    run(container({probe(), command, "9"}));
    EXPECT_TRUE(alone()) << "when the runtime ends, all the rest has ended";
  }
}

TEST(Lifetime, KillingTheRuntimeKillsInitAndCommand) {
  Running running(container({probe(), "pause"}));
  running.runtime().send(SIGKILL);
  EXPECT_EQ(running.runtime().wait().status, -SIGKILL);
  EXPECT_TRUE(eventually(alone, kMoment))
      << "they ask the kernel for it with PR_SET_PDEATHSIG";
  run_another();
}

TEST(Lifetime, KillingTheRuntimeAtAnyMomentLeavesNoProcess) {
  using std::chrono::microseconds;
  using std::chrono::steady_clock;
  // From the first instruction to well after the command has started.
  for (microseconds age{0}; age < microseconds{6000};
       age += microseconds{150}) {
    Process runtime(container({probe(), "exit", "0"}));
    const auto end = steady_clock::now() + age;
    while (steady_clock::now() < end) {
    }
    runtime.send(SIGKILL);
    runtime.wait();
    ASSERT_TRUE(eventually(alone, kMoment))
        << "killed after " << age.count() << " us";
  }
  run_another();
}

TEST(Lifetime, KillingTheInitKillsTheCommandAndEndsTheRuntime) {
  Running running(container({probe(), "pause"}));
  kill(running.init(), SIGKILL);
  const Result result = running.runtime().wait();
  EXPECT_EQ(result.status, 128 + SIGKILL) << result;
  EXPECT_TRUE(eventually(alone, kMoment));
}

}  // namespace
