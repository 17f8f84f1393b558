// SPDX-License-Identifier: MIT
// The exit status says what became of the command, as a shell's would: a script
// that runs a container can tell a failed command from a failed runtime.
#include <gtest/gtest.h>

#include <csignal>
#include <string>
#include <vector>

#include "tests/support/errors.hpp"
#include "tests/support/files.hpp"
#include "tests/support/step.hpp"

namespace {

using namespace support;

TEST(ExitStatus, IsTheCommandsFrom0To255) {
  matters("scripts and CI decide by it whether the command has failed");
  for (int status = 0; status < 256; ++status) {
    const Result result =
        run(container({probe(), "exit", std::to_string(status)}));
    ASSERT_TRUE(exited(result, status));
  }
}

TEST(ExitStatus, Is128PlusTheSignalThatKilledTheCommand) {
  matters(
      "it is the shell's convention, and tells a killed command from one that"
      " ended");
  std::vector<int> signals{SIGHUP, SIGINT, SIGQUIT, SIGILL, SIGABRT, SIGFPE};
  signals.insert(signals.end(), {SIGKILL, SIGSEGV, SIGPIPE, SIGALRM, SIGTERM});
  signals.insert(signals.end(), {SIGUSR1, SIGUSR2, SIGSYS, SIGRTMIN, SIGRTMAX});
  for (const int signal : signals) {
    const Result result =
        run(container({probe(), "raise", std::to_string(signal)}));
    EXPECT_TRUE(exited(result, 128 + signal));
  }
}

TEST(ExitStatus, IsTheShellsForAShell) {
  matters("`exit 3` typed into the container is to arrive as 3");
  const Result result = run(container({"/bin/sh", "-c", "exit 3"}));
  EXPECT_TRUE(exited(result, 3));
}

TEST(ExitStatus, Is127WhenTheCommandIsNotFound) {
  matters("127 is what every shell says for it: callers look for that number");
  EXPECT_TRUE(
      not_run(run(container({"no-such-command"})), 127, "no-such-comm"));
  EXPECT_TRUE(not_run(run(container({"/no/such"})), 127, "/no/such"));
  EXPECT_TRUE(not_run(run(container({""})), 127, ""));
}

TEST(ExitStatus, Is126WhenTheCommandIsADirectory) {
  matters("126 means: found, and cannot be run");
  EXPECT_TRUE(not_run(run(container({"/tmp"})), 126, "/tmp"));
}

TEST(ExitStatus, Is126WhenTheCommandIsNotExecutable) {
  matters("126 means: found, and cannot be run");
  const CommonDirectory directory;
  write_file(directory.outside() + "/text", "#!/bin/sh\necho ran\n", 0644);
  const std::string path = directory.inside() + "/text";
  EXPECT_TRUE(not_run(run(container({path})), 126, path));
}

TEST(ExitStatus, Is126WhenTheCommandIsForAnotherMachine) {
  matters(
      "an image for another machine is a usual slip: found, and cannot be run");
  const CommonDirectory directory;
  std::string elf = read_file(rootfs() + "/bin/probe").substr(0, 4096);
  elf[18] = '\xf3';  // e_machine, elf(5): RISC-V
  write_file(directory.outside() + "/foreign", elf, 0755);
  const std::string path = directory.inside() + "/foreign";
  EXPECT_TRUE(not_run(run(container({path})), 126, path));
}

TEST(ExitStatus, Is126WhenTheCommandHasNoInterpreterLine) {
  matters("without #! the kernel does not know what to run it with: ENOEXEC");
  const CommonDirectory directory;
  write_file(directory.outside() + "/script", "echo ran\n", 0755);
  const std::string path = directory.inside() + "/script";
  EXPECT_TRUE(not_run(run(container({path})), 126, path));
}

TEST(ExitStatus, Is126WhenTheInterpreterIsMissing) {
  matters(
      "the kernel says \"no such file\" of a script that is there: it is the "
      "#! program");
  const CommonDirectory directory;
  write_file(directory.outside() + "/script", "#!/no/such/interpreter\n", 0755);
  const std::string path = directory.inside() + "/script";
  EXPECT_TRUE(not_run(run(container({path})), 126, path));
}

TEST(ExitStatus, ScriptsWithAnInterpreterRun) {
  matters("execve(2) runs scripts, too");
  const CommonDirectory directory;
  write_file(directory.outside() + "/script", "#!/bin/sh\nexit 9\n", 0755);
  const Result result = run(container({directory.inside() + "/script"}));
  EXPECT_TRUE(exited(result, 9));
}

// Two directories in PATH, each with a file `found`.
Launch in_path(
    const CommonDirectory& first,
    mode_t first_mode,
    const CommonDirectory& second,
    mode_t second_mode) {
  const std::string script = "#!/bin/sh\nexit ";
  write_file(first.outside() + "/found", script + "8\n", first_mode);
  write_file(second.outside() + "/found", script + "9\n", second_mode);
  Launch launch = container({"found"});
  launch.environment = {
      "PATH=/nonexistent:" + first.inside() + ":" + second.inside()};
  return launch;
}

TEST(ExitStatus, IsThatOfTheFirstExecutableInPath) {
  matters(
      "a file that cannot be run must not hide one that can, further on in "
      "PATH");
  const CommonDirectory first;
  const CommonDirectory second;
  Result result = run(in_path(first, 0755, second, 0755));
  EXPECT_TRUE(exited(result, 8));
  result = run(in_path(first, 0644, second, 0755));
  EXPECT_TRUE(exited(result, 9));
}

TEST(ExitStatus, Is126WhenNoneInPathIsExecutable) {
  matters("found, and cannot be run: not the same as missing");
  const CommonDirectory first;
  const CommonDirectory second;
  EXPECT_TRUE(not_run(run(in_path(first, 0644, second, 0644)), 126, "found"));
}

}  // namespace
