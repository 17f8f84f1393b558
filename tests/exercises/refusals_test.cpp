// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <string>

#include "tests/exercises/answer.hpp"
#include "tests/support/files.hpp"
#include "tests/support/host.hpp"
#include "tests/support/pty.hpp"
#include "tests/support/step.hpp"

namespace {

using namespace support;

TEST(ExerciseRefusals, TheAnswerIsWhatTheKernelHasCounted) {
  // As a person types it: the shell says "Cannot fork", and has a prompt again.
  const std::string prompt = "ready> ";
  Pty shell(container({"dash"}, {"--pids-max", "5"}).argv, {{"PS1", prompt}});
  shell.expect(prompt);
  for (int i = 0; i < 6; ++i) {
    shell.type("sleep 1000 &\n");
    shell.expect(prompt);
  }
  const std::string cgroup = pids_cgroup_of(children_of(shell.leader()).at(0));
  const std::string current = words(read_file(cgroup + "/pids.current")).at(0);
  const std::string refused = words(read_file(cgroup + "/pids.events")).at(1);
  shell.type("exit\n");
  shell.wait();
  EXPECT_TRUE(exercises::answered(
      {current, refused},
      "The first is the number of tasks that live, with the init and the "
      "shell; "
      "the second how many more were asked for and refused. Read pids.current "
      "and pids.events on the host, in the cgroup that the chapter finds"));
}

}  // namespace
