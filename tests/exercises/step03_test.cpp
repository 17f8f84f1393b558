// SPDX-License-Identifier: MIT
// The exercises of step 03.
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "tests/exercises/exercises.hpp"

namespace {

using namespace support;
using namespace exercises;

// To be run in the container that `running` is.
Launch joining(
    const Running& running,
    const std::vector<std::string>& command) {
  return container(command, {"--join", std::to_string(running.init())});
}

TEST(ExerciseJoin, TheNamespacesAreTheOnesOfTheContainer) {
  matters(
      "setns(2) enters a namespace. Of a PID namespace, only processes started "
      "afterwards are members");
  Running box(container({probe(), "pause"}));
  Running guest(joining(box, {probe(), "pause"}));
  for (const std::string name : {"uts", "mnt", "pid"}) {
    EXPECT_TRUE(
        is("the " + name + " namespace",
           namespace_id(guest.command(), name),
           namespace_id(box.command(), name)));
  }
}

TEST(ExerciseJoin, FilesOfTheHostAreNotThere) {
  matters(
      "after setns(2) into a mount namespace, / is the host's. The container "
      "did a chroot, so the process that joins it has to do one, too");
  const HostDirectory host;
  Running box(container({probe(), "pause"}));
  const Result result =
      run(joining(box, {"/bin/cat", host.path() + "/secret"}));
  EXPECT_TRUE(is("what it prints", result.out, ""));
  EXPECT_TRUE(exited(result, 1));
}

TEST(ExerciseJoin, WhatIsNoProcessIsRefused) {
  matters("Linux has no process of that number");
  EXPECT_TRUE(refused(run(container(kEcho, {"--join", "4194305"})), "4194305"));
}

TEST(ExerciseReadOnly, NoFileCanBeMade) {
  matters(
      "one mount(2) that binds ignores MS_RDONLY. You need a second one that "
      "remounts. Without --read-only, the container can still write");
  const RootfsCopy copy;
  const std::vector<std::string> write{"touch", "/file", "/tmp/file"};
  const Result result =
      run(container(write, {"--read-only", "--rootfs", copy.path()}));
  EXPECT_TRUE(result.err.find("Read-only file system") != std::string::npos)
      << but("touch fails: Read-only file system", end_of(result), &result);
  EXPECT_TRUE(exited(run(container(write, {"--rootfs", copy.path()})), 0));
}

TEST(ExerciseReadOnly, TheHostCanStillWrite) {
  matters(
      "a remount without MS_BIND changes the file system, and so every mount "
      "of it");
  const RootfsCopy copy;
  Running running(
      container({probe(), "pause"}, {"--read-only", "--rootfs", copy.path()}));
  try {
    write_file(copy.path() + "/tmp/of-the-host", "");
  } catch (const std::system_error& error) {
    FAIL() << but("the host can still write into the rootfs", error.what());
  }
}

const std::vector<std::string> kWriteNote{
    "/bin/sh",
    "-c",
    "echo hello >/tmp/note; echo ready; cat"};

TEST(ExerciseSharedTmp, TwoContainersHaveItInCommon) {
  matters("a bind mount of the host's directory on /tmp shows the same files");
  const TemporaryDirectory directory;
  Running first(container(kWriteNote, {"--tmp", directory.path()}));
  EXPECT_TRUE(printed(
      run(container({"cat", "/tmp/note"}, {"--tmp", directory.path()})),
      "hello\n"));
  EXPECT_TRUE(
      is("the file in the directory of the host",
         read_file(directory.path() + "/note"),
         "hello\n"));
}

TEST(ExerciseSharedTmp, ADirectoryThatIsMissingIsRefused) {
  matters(
      "unchecked, the container writes where nobody looks: check() the call");
  EXPECT_TRUE(
      refused(run(container(kEcho, {"--tmp", "/nowhere"})), "/nowhere"));
}

// Sends it to PID 1 as a process inside would.
void send_from_inside(pid_t init, int signal) {
  const std::string number = "-" + std::to_string(signal);
  ASSERT_TRUE(exited(
      run(
          {.argv =
               {"nsenter",
                "--target",
                std::to_string(init),
                "--pid",
                "kill",
                number,
                "1"}}),
      0));
}

TEST(ExerciseSignals, TheAnswerIsWhatReachesTheCommand) {
  Running running(container({probe(), "catch"}));
  const auto came = [&](int signal) {
    const std::vector<std::string> said = lines(running.runtime().out());
    return std::count(said.begin(), said.end(), std::to_string(signal)) > 0;
  };
  std::string reached;
  int last = SIGRTMIN;
  for (const auto& [name, signal] :
       {std::pair("HUP", SIGHUP),
        std::pair("KILL", SIGKILL),
        std::pair("STOP", SIGSTOP),
        std::pair("TERM", SIGTERM),
        std::pair("USR1", SIGUSR1)}) {
    send_from_inside(running.init(), signal);
    // What came before this one has arrived when it has: the init takes the
    // smallest number first, and so does the command.
    ++last;
    send_from_inside(running.init(), last);
    ASSERT_TRUE(eventually([&] { return came(last); }))
        << "the init does not pass signals on";
    if (came(signal)) reached += std::string(" ") + name;
  }
  EXPECT_TRUE(answered(
      reached,
      "names of signals, such as HUP",
      "in the container's shell, `trap 'echo HUP' HUP` tells you when HUP has "
      "come. Send it with `kill -HUP 1`, and so on: pid_namespaces(7)"));
}

}  // namespace
