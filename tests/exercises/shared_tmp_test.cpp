// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <string>

#include "tests/support/errors.hpp"
#include "tests/support/files.hpp"
#include "tests/support/step.hpp"

namespace {

using namespace support;

const std::vector<std::string> kRead{"cat", "/tmp/note"};

TEST(ExerciseSharedTmp, TwoContainersHaveItInCommon) {
  const TemporaryDirectory directory;
  Running first(container(
      {"/bin/sh", "-c", "echo hello >/tmp/note; echo ready; cat"},
      {"--tmp", directory.path()}));
  const Result second = run(container(kRead, {"--tmp", directory.path()}));
  EXPECT_EQ(second.out, "hello\n")
      << "the first container wrote /tmp/note, and a second one with the same "
         "--tmp is to read it"
      << second;
  EXPECT_EQ(read_file(directory.path() + "/note"), "hello\n")
      << "the file is to be in the directory of the host, too";
}

TEST(ExerciseSharedTmp, AnotherContainerHasItNot) {
  const TemporaryDirectory directory;
  Running first(container(
      {"/bin/sh", "-c", "echo hello >/tmp/note; echo ready; cat"},
      {"--tmp", directory.path()}));
  const Result other = run(container(kRead));
  EXPECT_EQ(other.out, "") << "it was started without --tmp" << other;
}

TEST(ExerciseSharedTmp, ADirectoryThatIsMissingIsRefused) {
  EXPECT_TRUE(refused(
      run(container({"/bin/echo", "ran"}, {"--tmp", "/nowhere"})),
      "/nowhere"))
      << "check() the call: else the container writes where nobody looks";
}

}  // namespace
