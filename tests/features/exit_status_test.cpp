// SPDX-License-Identifier: MIT
// The exit status says what became of the command, as a shell's would: a script
// that runs a container can tell a failed command from a failed runtime.
#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <string>
#include <vector>

#include <sys/stat.h>

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

TEST(ExitStatus, Is127WhenTheCommandIsNotFound) {
  matters("127 is what every shell says for it: callers look for that number");
  EXPECT_TRUE(
      not_run(run(container({"no-such-command"})), 127, "no-such-comm"));
  EXPECT_TRUE(not_run(run(container({"/no/such"})), 127, "/no/such"));
  EXPECT_TRUE(not_run(run(container({""})), 127, ""));
}

TEST(ExitStatus, Is126WhenTheCommandCannotBeExecuted) {
  matters("126 means: found, and cannot be run");
  EXPECT_TRUE(not_run(run(container({"/tmp"})), 126, "/tmp"));
  std::string foreign = read_file(rootfs() + "/bin/probe").substr(0, 4096);
  foreign[18] = '\xf3';  // e_machine, elf(5): RISC-V
  struct File {
    const char* why;
    mode_t mode;
    std::string content;
    std::string error = {};  // what the error names before the file
  };
  const CommonDirectory directory;
  const std::string path = directory.inside() + "/file";
  for (const File& file : {
           File{"found, and it has no x bit", 0644, "#!/bin/sh\necho ran\n"},
           File{"an image for another machine is a usual slip", 0755, foreign},
           File{
               "without #! the kernel does not know what to run it with",
               0755,
               "echo ran\n"},
           File{
               "the kernel says \"no such file\" of a script that is there: it "
               "is the #! program",
               0755,
               "#!/no/such/interpreter\n",
               "interpreter of "},
       }) {
    matters(file.why);
    write_file(directory.outside() + "/file", file.content, file.mode);
    EXPECT_TRUE(not_run(run(container({path})), 126, file.error + path));
  }
}

TEST(CallersPath, HasTheFirstExecutable) {
  matters(
      "a file that cannot be run must not hide one that can, further on in "
      "PATH");
  const CommonDirectory directory;
  for (const char* name : {"/directory", "/text", "/script", "/other"})
    mkdir((directory.outside() + name).c_str(), 0755);
  mkdir((directory.outside() + "/directory/found").c_str(), 0755);
  const std::string script = "#!/bin/sh\nexit ";
  write_file(directory.outside() + "/text/found", script + "7\n", 0644);
  write_file(directory.outside() + "/script/found", script + "8\n", 0755);
  write_file(directory.outside() + "/other/found", script + "9\n", 0755);
  const auto in_path = [&](const std::vector<const char*>& names) {
    Launch launch = container({"found"});
    std::string& path = launch.environment["PATH"] = "/nonexistent";
    for (const std::string name : names)
      path += ":" + directory.inside() + "/" + name;
    return run(launch);
  };
  EXPECT_TRUE(exited(in_path({"script", "other"}), 8));
  EXPECT_TRUE(exited(in_path({"directory", "text", "other", "script"}), 9));
  matters("found, and cannot be run: not the same as missing");
  EXPECT_TRUE(not_run(in_path({"directory", "text"}), 126, "found"));
  EXPECT_TRUE(not_run(in_path({"directory"}), 127, "found"));
}

TEST(ExitStatus, IsThatOfACommandFoundWithAnOddPath) {
  matters("POSIX: an empty name in PATH is the current directory");
  const TemporaryDirectory directory;
  write_file(directory.path() + "/found", "#!/bin/sh\nexit 9\n", 0755);
  for (const std::string path : {":/nope", "/nope::/nope"}) {
    if (enters_rootfs()) break;  // the current directory is /
    Launch launch = container({"found"});
    launch.environment = {{"PATH", path}};
    launch.directory = directory.path();
    EXPECT_TRUE(exited(run(launch), 9));
  }
  matters("without PATH, a shell looks in the usual places");
  Launch launch = container({"sh", "-c", "exit 7"});
  launch.before_exec = [] { unsetenv("PATH"); };
  EXPECT_TRUE(exited(run(launch), 7));
}

}  // namespace
