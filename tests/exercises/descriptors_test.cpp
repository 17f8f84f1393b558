// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <csignal>
#include <string>

#include <fcntl.h>
#include <unistd.h>

#include "tests/support/files.hpp"
#include "tests/support/pty.hpp"
#include "tests/support/step.hpp"
#include "tests/support/wait.hpp"

namespace {

using namespace support;

constexpr const char* kStandard = "0\n1\n2\n";

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
  EXPECT_EQ(result.out, kStandard) << "these descriptors are open in the "
                                      "command; 0, 1 and 2 have to be, and "
                                      "no others, however high their number"
                                   << result;
}

TEST(ExerciseDescriptors, TheRuntimeKeepsItsOwn) {
  // Stopped and continued, as by Ctrl-Z and fg: the init tells the host by a
  // pipe that the command has stopped.
  const TemporaryDirectory directory;
  const std::string stop = "kill -STOP $$; exec \"$0\" descriptors";
  Process runtime(with_open_directory(
      container({"/bin/sh", "-c", stop, probe()}),
      directory.path()));
  eventually([&] {
    return !runtime.running() || process_state(runtime.pid()) == 'T';
  });
  runtime.send(SIGCONT);
  const Result result = runtime.wait();
  EXPECT_EQ(result.out, kStandard)
      << "these descriptors are open in the command. If there are none, the "
         "runtime could not say that the command had stopped, as the pipe for "
         "it was closed too: mark what execve(2) is to close"
      << result;
}

}  // namespace
