// SPDX-License-Identifier: MIT
// The command has the caller's standard streams, and nothing of the runtime's.
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include "tests/support/errors.hpp"
#include "tests/support/files.hpp"
#include "tests/support/step.hpp"
#include "tests/support/wait.hpp"

namespace {

using namespace support;

TEST(StandardStreams, AreTheCallers) {
  matters("a container can be a part of a pipeline; 2> catches errors only");
  Launch launch = container({"/bin/sh", "-c", "cat; echo err >&2"});
  launch.input = "one\ntwo\n";
  const Result result = run(launch);
  EXPECT_TRUE(printed(result, "one\ntwo\n"));
  EXPECT_TRUE(is("stderr", result.err, "err\n"));
}

TEST(StandardStreams, OfTheRuntimeNoOtherDescriptorIsLeftOpen) {
  matters(
      "an open directory of the host's is a way out: close-on-exec, O_CLOEXEC");
  const Result result = run(container({probe(), "descriptors"}));
  EXPECT_TRUE(printed(result, "0\n1\n2\n"))
      << "what the runtime opened, the command can use: a directory of the "
         "host's would be a way out";
}

// A socket cannot be opened through /proc. A pipe can, and what is written into
// it reaches the host.
TEST(StandardStreams, OfTheHostNothingElseCanBeOpenedThroughTheInit) {
  matters("the command can open what the init has open, through /proc/1/fd");
  Running running(container({probe(), "pause"}));
  const std::string fds = "/proc/" + std::to_string(running.init()) + "/fd/";
  std::string more;
  // It may still have to close what it started the command with.
  eventually([&] {
    more.clear();
    for (const std::string& fd : list_directory(fds)) {
      if (std::stoi(fd) <= STDERR_FILENO) continue;
      const std::string what = read_link(fds + fd);
      if (what.starts_with("socket:")) continue;
      more += "descriptor " + fd + " is " + what + "\n";
    }
    return more.empty();
  });
  EXPECT_EQ(more, "") << but(
      "in the init no more is open than stdin, stdout, stderr and sockets",
      more);
}

// Nor does the runtime need a place to say what it does: services are started with
// the streams closed. A pipe of its own there would take that for an answer.
TEST(StandardStreams, WhatTheCallerClosedStaysClosed) {
  matters(
      "a file that takes the number of a closed stream gets what is printed");
  for (int closed = 1; closed < 8; ++closed) {
    for (Launch launch :
         {container({probe(), "closed"}), loud({probe(), "closed"})}) {
      for (const int fd : {0, 1, 2}) {
        if ((closed & (1 << fd)) != 0) launch.closed.push_back(fd);
      }
      EXPECT_TRUE(exited(run(launch), closed))
          << "the status is the sum of 1 if stdin is closed, 2 if stdout is, 4 "
             "if stderr is";
    }
  }
}

TEST(StandardStreams, NobodyNeedsToReadWhatTheRuntimeSays) {
  struct Case {
    std::vector<std::string> command;
    int status;
  };
  for (const auto& [command, status] :
       {Case{{probe(), "exit", "5"}, 5}, Case{{"no-such-command"}, 127}}) {
    matters("SIGPIPE kills who writes into a pipe that nobody reads");
    Launch launch = loud(command);
    launch.before_exec = [] {
      int ends[2];
      if (pipe2(ends, O_CLOEXEC) == -1) _exit(120);
      dup2(ends[1], STDERR_FILENO);
    };
    EXPECT_TRUE(exited(run(launch), status));
    matters("a log that nobody empties must not stop a service");
    launch.before_exec = [] {
      int ends[2];
      if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) == -1) _exit(120);
      while (write(ends[1], "x", 1) == 1)
        continue;
      fcntl(ends[1], F_SETFL, 0);
      dup2(ends[0], 9);  // it stays open, and nobody reads it
      dup2(ends[1], STDERR_FILENO);
    };
    EXPECT_TRUE(exited(run(launch), status));
  }
}

TEST(StandardStreams, ErrorsThatCannotBeWrittenKeepTheirStatus) {
  matters("the status is then all that the caller gets");
  for (auto [launch, status] :
       {std::pair{container({"/no/such"}), 127},
        std::pair{container({"/tmp"}), 126},
        std::pair{runtime({"run", "--colour"}), 125}}) {
    launch.closed = {0, 1, 2};
    EXPECT_TRUE(exited(run(launch), status));
  }
}

}  // namespace
