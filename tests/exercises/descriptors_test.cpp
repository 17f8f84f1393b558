// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <string>

#include <fcntl.h>
#include <unistd.h>

#include "tests/support/files.hpp"
#include "tests/support/step.hpp"

namespace {

using namespace support;

// Started by a caller that has a directory of the host open, twice.
Launch with_open_directory(Launch launch, const std::string& path) {
  launch.before_exec = [path] {
    const int directory = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    dup2(directory, 9);
    dup2(directory, 200);
  };
  return launch;
}

TEST(ExerciseDescriptors, ADirectoryThatTheCallerHoldsIsNoWayOut) {
  const TemporaryDirectory directory;
  write_file(directory.path() + "/secret", "the host's secret\n");
  const Result result = run(with_open_directory(
      container({probe(), "read-at", "9", "secret"}),
      directory.path()));
  EXPECT_EQ(result.out, "")
      << "the container has read a file of the host, from descriptor 9, which "
         "its caller had open"
      << result;
}

TEST(ExerciseDescriptors, TheStandardStreamsAreAllThatIsLeft) {
  const TemporaryDirectory directory;
  const Result result = run(with_open_directory(
      container({probe(), "descriptors"}),
      directory.path()));
  EXPECT_EQ(result.out, "0\n1\n2\n") << "these descriptors are open in the "
                                        "command; 0, 1 and 2 have to be, and "
                                        "no others, however high their number"
                                     << result;
}

}  // namespace
