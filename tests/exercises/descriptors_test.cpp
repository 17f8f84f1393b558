// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include "tests/support/files.hpp"
#include "tests/support/pty.hpp"
#include "tests/support/step.hpp"

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

std::string quoted(const std::vector<std::string>& words) {
  std::string line;
  for (const std::string& word : words)
    line += "'" + word + "' ";
  return line;
}

TEST(ExerciseDescriptors, TheRuntimeKeepsItsOwn) {
  // Ctrl-Z and fg: by a pipe, the init tells the host that the command stopped.
  const std::string prompt = "ready> ";
  const std::string stop = "kill -TSTP $$; exec \"$0\" descriptors";
  Pty shell({"bash", "--norc", "--noediting"}, {{"PS1", prompt}});
  shell.expect(prompt);
  shell.type(
      quoted(container({"/bin/sh", "-c", stop, probe()}).argv) + "9</\n");
  const std::string stopped = shell.expect(prompt);
  shell.type("fg\n");
  std::string said = shell.expect(prompt);
  std::erase(said, '\r');
  if (said.ends_with("\n0\n1\n2\n")) return;
  ADD_FAILURE()
      << "expected that a command which stops and goes on has 0, 1 and 2; "
         "these "
         "descriptors are open in the command:\n"
      << said
      << "\nIf it did not get so far, the pipe by which the runtime says "
      << "that a command has stopped was closed, too: mark what execve(2) is "
         "to "
      << "close. This is what came before:\n"
      << stopped;
}

}  // namespace
