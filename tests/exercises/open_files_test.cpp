// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <string>

#include <sys/resource.h>

#include "tests/support/files.hpp"
#include "tests/support/host.hpp"
#include "tests/support/step.hpp"

namespace {

using namespace support;

Result limits_with(const std::string& limit) {
  return run(container(
      {"/bin/sh", "-c", "ulimit -Sn; ulimit -Hn"},
      {"--open-files", limit}));
}

TEST(ExerciseOpenFiles, TheLimitIsTheOneAskedFor) {
  const Result result = limits_with("64");
  ASSERT_EQ(lines(result.out).size(), 2U) << result;
  EXPECT_EQ(lines(result.out)[0], "64")
      << "`ulimit -n` in the container is to say what --open-files says"
      << result;
}

TEST(ExerciseOpenFiles, NobodyInsideCanRaiseItUnnoticed) {
  const Result result = limits_with("64");
  ASSERT_EQ(lines(result.out).size(), 2U) << result;
  EXPECT_EQ(lines(result.out)[1], "64")
      << "this is the hard limit, and any process may raise its soft limit up "
         "to it: set both"
      << result;
}

TEST(ExerciseOpenFiles, TheRuntimesOwnStaysAsItWas) {
  Running running(container({probe(), "pause"}, {"--open-files", "64"}));
  rlimit limit{};
  ASSERT_EQ(
      prlimit(running.runtime().pid(), RLIMIT_NOFILE, nullptr, &limit),
      0);
  EXPECT_NE(limit.rlim_cur, 64U)
      << "the limit is on the runtime, on the host, too: call setrlimit(2) in "
         "child()";
}

}  // namespace
