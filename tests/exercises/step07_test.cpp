// SPDX-License-Identifier: MIT
// The exercises of step 07.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/exercises/exercises.hpp"

namespace {

using namespace support;
using namespace exercises;

void expect_rights(
    const std::string& expected,
    const std::vector<std::string>& options) {
  const Running running(container({probe(), "pause"}, options));
  for (const pid_t pid : {running.init(), running.command()}) {
    for (const char* set : {"CapEff", "CapPrm", "CapBnd"}) {
      const std::string found = words(status_field(pid, set)).at(0);
      EXPECT_TRUE(is(set, found, expected))
          << (pid == running.init() ? "of the init" : "of the command");
    }
  }
}

TEST(ExerciseKeepRight, TheRightIsInEachSetOfInitAndCommand) {
  matters(
      "the bounding set is what the command gets at execve(2), and capset(2) "
      "what the init has. A capability above 31 is in the second of the two "
      "numbers that capset(2) wants");
  expect_rights("00000000080004fb", {"--keep", "27"});
  expect_rights("00000100000004fb", {"--keep", "40"});
  // The option must not cost one.
  expect_rights("00000000000004fb", {});
}

// Starts a container as root without all rights but those.
Result run_with(const std::string& rights) {
  Launch launch = container({"/bin/echo", "ran"});
  launch.argv.insert(
      launch.argv.begin(),
      {"setpriv",
       "--bounding-set",
       "-all,+chown,+dac_override,+fowner,+fsetid,+kill,+setgid,+setuid,"
       "+net_bind_service" +
           rights});
  return run(launch);
}

TEST(ExerciseRightsOfTheRuntime, TheAnswerIsEnoughAndNotMore) {
  const std::vector<std::string> rights = words(answer());
  std::string all;
  for (const std::string& right : rights)
    all += ",+" + right;
  EXPECT_TRUE(printed(run_with(all), "ran\n"))
      << "with these rights the runtime starts no container";
  for (const std::string& left_out : rights) {
    std::string others;
    for (const std::string& right : rights) {
      if (right != left_out) others += ",+" + right;
    }
    EXPECT_FALSE(printed(run_with(others), "ran\n"))
        << but("each right is needed", "it starts without " + left_out);
  }
}

}  // namespace
