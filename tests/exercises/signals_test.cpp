// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <csignal>
#include <set>
#include <string>
#include <utility>

#include <fcntl.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/exercises/answer.hpp"
#include "tests/support/files.hpp"
#include "tests/support/step.hpp"
#include "tests/support/wait.hpp"

namespace {

using namespace support;

// Sends it to number 1 as a process inside would: one in the PID namespace.
void send_from_inside(pid_t init, int signal) {
  const pid_t outside = fork();
  if (outside == 0) {
    const std::string path = "/proc/" + std::to_string(init) + "/ns/pid";
    const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (setns(fd, CLONE_NEWPID) == -1) _exit(1);
    const pid_t inside = fork();
    if (inside == 0) _exit(kill(1, signal) == 0 ? 0 : 1);
    int status = 1;
    waitpid(inside, &status, 0);
    _exit(status == 0 ? 0 : 1);
  }
  int status = 1;
  waitpid(outside, &status, 0);
  ASSERT_EQ(status, 0) << "the signal could not be sent";
}

bool has_line(const std::string& text, int number) {
  return ("\n" + text).find("\n" + std::to_string(number) + "\n") !=
      std::string::npos;
}

TEST(ExerciseSignals, TheAnswerIsWhatReachesTheCommand) {
  Running running(container({probe(), "catch"}));
  std::set<std::string> reached;
  int last = SIGRTMIN;
  for (const auto& [name, signal] : {
           std::pair("HUP", SIGHUP),
           std::pair("KILL", SIGKILL),
           std::pair("STOP", SIGSTOP),
           std::pair("TERM", SIGTERM),
           std::pair("USR1", SIGUSR1),
       }) {
    send_from_inside(running.init(), signal);
    // What came before this one has arrived when it has: the init takes the
    // smallest number first, and so does the command.
    ++last;
    send_from_inside(running.init(), last);
    ASSERT_TRUE(eventually([&] {
      return has_line(running.runtime().out(), last);
    })) << "the init does not pass signals on";
    if (has_line(running.runtime().out(), signal)) reached.insert(name);
  }
  EXPECT_TRUE(exercises::answered(
      reached,
      "In the container's shell, `trap 'echo HUP' HUP` says when HUP has come, "
      "and so on; send them with `kill -HUP 1`. Two signals can be caught by "
      "nobody, and from number 1 they are kept: pid_namespaces(7)"));
}

}  // namespace
