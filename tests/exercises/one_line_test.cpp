// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/exercises/answer.hpp"
#include "tests/support/host.hpp"
#include "tests/support/step.hpp"

namespace {

using namespace support;

Result run_answer(const std::vector<std::string>& command) {
  Launch launch{.argv = {"sh", "-c", exercises::answer(), "sh", rootfs()}};
  launch.argv.insert(launch.argv.end(), command.begin(), command.end());
  return run(launch);
}

TEST(ExerciseOneLine, TheCommandIsNumberOneInTheRootfs) {
  const Result result = run_answer({"/bin/probe", "pid"});
  EXPECT_EQ(result.out, "1 0\n")
      << "these are the command's number and its parent's; 1 and none are what "
         "unshare --pid --fork makes of it"
      << result;
}

TEST(ExerciseOneLine, TheLimitHolds) {
  const Result result = run_answer({"/bin/probe", "forks"});
  if (result.out.find("then EAGAIN") != std::string::npos) return;
  ADD_FAILURE()
      << "the command started processes until one is refused, which is "
      << "to be at 20, and came to another end. Is it in the cgroup, and "
      << "the limit in its pids.max?" << result;
}

}  // namespace
