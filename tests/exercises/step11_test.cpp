// SPDX-License-Identifier: MIT
// The exercises of step 11.
#include <gtest/gtest.h>

#include <string>

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "tests/exercises/exercises.hpp"
#include "tests/support/throwaway.hpp"

namespace {

using namespace support;
using namespace exercises;

std::string score_of(pid_t pid) {
  return read_file("/proc/" + std::to_string(pid) + "/oom_score_adj");
}

// A caller with a number of its own.
Launch with_score(const std::vector<std::string>& options) {
  Launch launch = container({probe(), "pause"}, options);
  launch.before_exec = [] {
    const int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (write(fd, "200", 3) != 3) _exit(120);
  };
  return launch;
}

TEST(ExerciseOomScore, IsThatOfTheInitAndTheCommand) {
  matters("the command inherits it from the init");
  Running running(with_score({"--oom-score", "300"}));
  EXPECT_TRUE(
      is("the init's oom_score_adj", score_of(running.init()), "300\n"));
  EXPECT_TRUE(
      is("the command's oom_score_adj", score_of(running.command()), "300\n"));
}

TEST(ExerciseOomScore, IsNotTheRuntimes) {
  matters("/proc/self is the one who looks: it takes the init's pid");
  Running running(with_score({"--oom-score", "300"}));
  EXPECT_TRUE(
      is("the runtime's oom_score_adj",
         score_of(running.runtime().pid()),
         "200\n"));
  EXPECT_TRUE(
      is("the command's oom_score_adj", score_of(running.command()), "300\n"));
}

TEST(ExerciseOomScore, IsZeroWithoutTheOption) {
  matters("what the caller has is no reason to kill the container first");
  Running running(with_score({}));
  EXPECT_TRUE(
      is("the command's oom_score_adj", score_of(running.command()), "0\n"));
}

TEST(ExerciseOomScore, ThatIsNoneIsRefused) {
  matters("the kernel checks the number: check the write");
  EXPECT_TRUE(refused(
      run(container(kEcho, {"--oom-score", "much"})),
      "oom_score_adj: Invalid"));
}

TEST(ExerciseWhoIsKilled, TheAnswerIsWhatTheKernelDoes) {
  // What the guest has shown. Version 1 has its limits elsewhere, and the tests
  // leave them alone: they are the machine's.
  std::string truth = "tail shm dd";
  std::string ends;
  if (find_hierarchy("memory").type == "cgroup2") {
    truth = "";
    for (const auto& [word, command] :
         {std::pair("tail", "head -c 200M /dev/zero | tail >/dev/null"),
          {"null", "head -c 200M /dev/zero >/dev/null"},
          {"shm", "head -c 200M /dev/zero >/dev/shm/file"},
          {"dd", "dd if=/dev/zero of=/dev/null bs=200M count=1"},
          {"forks", "for i in $(seq 100); do sleep 1 & done"}}) {
      const Result result =
          run(container({"sh", "-c", command}, {"--memory", "64M"}));
      if (result.status == 128 + SIGKILL) truth += std::string(" ") + word;
      ends += word + (": " + std::to_string(result.status)) + result.err + "\n";
    }
  }
  SCOPED_TRACE(ends);
  EXPECT_TRUE(answered(
      truth,
      "words of the list",
      "try them in the virtual machine, and print the status: it is 137"));
}

}  // namespace
