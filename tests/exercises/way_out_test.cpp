// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "tests/exercises/answer.hpp"
#include "tests/exercises/rootfs_copy.hpp"
#include "tests/support/files.hpp"
#include "tests/support/step.hpp"

namespace {

using namespace support;

TEST(ExerciseWayOut, TheAnswerReadsAFileOfTheHost) {
  ASSERT_NE(exercises::answer(), "") << "there is no answer: type a command of "
                                        "the shell, in quotes, after the "
                                        "name of the exercise";
  const std::string secret =
      "the host's secret " + std::to_string(std::random_device()());
  const TemporaryDirectory directory;
  const std::string file = directory.path() + "/secret";
  write_file(file, secret + "\n");
  const exercises::RootfsCopy copy;
  const Result result = run(container(
      {"/bin/sh", "-c", exercises::answer(), "sh", file},
      {"--rootfs", copy.path()}));
  if (result.out.find(secret) != std::string::npos) return;
  ADD_FAILURE()
      << "the answer did not print the file that $1 names, which is on "
      << "the host and not in the rootfs. A path starts at /, and that "
      << "is the rootfs; but /proc, where it is mounted, shows others"
      << result;
}

}  // namespace
