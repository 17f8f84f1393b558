// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <string>

#include "tests/support/errors.hpp"
#include "tests/support/files.hpp"
#include "tests/support/host.hpp"
#include "tests/support/step.hpp"
#include "tests/support/wait.hpp"

namespace {

using namespace support;

// To be run in the container that `running` is.
Launch joining(
    const Running& running,
    const std::vector<std::string>& command) {
  return container(command, {"--join", std::to_string(running.init())});
}

TEST(ExerciseJoin, TheNamespacesAreTheOnesOfTheContainer) {
  Running box(container({probe(), "pause"}));
  Running guest(joining(box, {probe(), "pause"}));
  for (const auto* name : {"uts", "mnt", "pid"}) {
    EXPECT_EQ(
        namespace_id(guest.command(), name),
        namespace_id(box.command(), name))
        << "the command is not in the container's " << name << " namespace. "
        << "setns(2) enters one; of a PID namespace, only what is started "
           "afterwards is a member";
  }
}

TEST(ExerciseJoin, TheHostnameIsTheOneOfTheContainer) {
  Running box(container({probe(), "pause"}, {"--hostname", "box"}));
  const Result result = run(joining(box, {probe(), "hostname"}));
  EXPECT_EQ(result.out, "box\n") << result;
}

TEST(ExerciseJoin, FilesOfTheHostAreNotThere) {
  const TemporaryDirectory directory;
  write_file(directory.path() + "/secret", "the host's secret\n");
  Running box(container({probe(), "pause"}));
  const Result result =
      run(joining(box, {"/bin/cat", directory.path() + "/secret"}));
  EXPECT_EQ(result.out, "")
      << "who enters a mount namespace is at its root, which is the host's: "
         "the container did a chroot, and so has to who joins it"
      << result;
  EXPECT_EQ(result.status, 1)
      << "cat, in the rootfs, finds no such file" << result;
}

TEST(ExerciseJoin, ItEndsWithTheContainer) {
  Running box(container({probe(), "pause"}));
  Running guest(joining(box, {probe(), "pause"}));
  box.end();
  if (eventually([&] { return !guest.runtime().running(); })) return;
  ADD_FAILURE()
      << "the container has ended, and the command that had joined it "
      << "goes on. When number 1 ends, the kernel kills all in its "
      << "PID namespace: so it is not in there";
}

TEST(ExerciseJoin, WhatIsNoProcessIsRefused) {
  EXPECT_TRUE(refused(
      run(container({"/bin/echo", "ran"}, {"--join", "4194305"})),
      "4194305"))
      << "Linux has no process of that number";
}

}  // namespace
