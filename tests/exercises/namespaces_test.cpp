// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <set>
#include <string>

#include <unistd.h>

#include "tests/exercises/answer.hpp"
#include "tests/support/files.hpp"
#include "tests/support/host.hpp"
#include "tests/support/step.hpp"

namespace {

using namespace support;

TEST(ExerciseNamespaces, TheAnswerIsWhatIsShared) {
  Running running(container({probe(), "pause"}));
  std::set<std::string> shared;
  for (const std::string& name : list_directory("/proc/self/ns")) {
    // What children will be in is the same question again.
    if (name.ends_with("_for_children")) continue;
    const std::string inside = namespace_id(running.command(), name);
    if (inside == namespace_id(getpid(), name)) shared.insert(name);
  }
  EXPECT_TRUE(exercises::answered(
      shared,
      "Compare `sudo ls -l /proc/PID/ns` of the container's command with that "
      "of your shell; the names are the ones listed there. Those that end in "
      "_for_children do not count"));
}

}  // namespace
