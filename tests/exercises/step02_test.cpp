// SPDX-License-Identifier: MIT
// The exercises of step 02.
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/exercises/exercises.hpp"
#include "tests/support/pty.hpp"

namespace {

using namespace support;
using namespace exercises;

TEST(ExerciseDescriptors, TheStandardStreamsAreAllThatIsLeft) {
  matters(
      "descriptor 9 is a directory of the host that the caller had open: the "
      "container could read all files in it. 0, 1 and 2 have to stay open, and "
      "no others, however high");
  const HostDirectory host;
  Launch launch = container({probe(), "descriptors"});
  launch.before_exec = [&host] {
    const int directory = open(host.path().c_str(), O_RDONLY | O_CLOEXEC);
    dup2(directory, 9);
    dup2(directory, 200);
  };
  const Result result = run(launch);
  EXPECT_TRUE(result.out == "0\n1\n2\n")
      << but("the command has the descriptors 0, 1 and 2",
             "these are open in the command: " +
                 testing::PrintToString(words(result.out)),
             &result);
}

TEST(ExerciseDescriptors, TheRuntimeKeepsItsOwn) {
  matters(
      "the init tells the host by a pipe that the command stopped. Mark the "
      "descriptors as close-on-exec, and do not close them at once");
  // Ctrl-Z and fg.
  const std::string prompt = "ready> ";
  const std::string stop = "kill -TSTP $$; exec \"$0\" descriptors";
  Pty shell({"bash", "--norc", "--noediting"}, {{"PS1", prompt}});
  shell.expect(prompt);
  std::string line;
  for (const std::string& word :
       container({"/bin/sh", "-c", stop, probe()}).argv)
    line += "'" + word + "' ";
  shell.type(line + "9</\n");
  shell.expect(prompt);
  shell.type("fg\n");
  std::string said = shell.expect(prompt);
  std::erase(said, '\r');
  EXPECT_TRUE(said.ends_with("\n0\n1\n2\n")) << but(
      "a command that stops and goes on has the descriptors 0, 1 and 2",
      "these are open in the command, or it did not get so far:\n" + said);
}

TEST(ExerciseWayOut, TheAnswerReadsAFileOfTheHost) {
  matters(
      "a path starts at /, and that is the rootfs. But a /proc that you mount "
      "shows the processes of the host, and each has its own root: proc(5)");
  const std::string secret =
      "the host's secret " + std::to_string(std::random_device()());
  const HostDirectory host(secret + "\n");
  const RootfsCopy copy;
  const Result result = run(container(
      {"/bin/sh", "-c", answer(), "sh", host.path() + "/secret"},
      {"--rootfs", copy.path()}));
  EXPECT_TRUE(result.out.find(secret) != std::string::npos)
      << but("your command prints the file of the host that $1 names",
             "it prints " + quoted(result.out) + "; " + end_of(result),
             &result);
}

TEST(ExerciseWorkdir, IsTheOneAskedFor) {
  matters("chdir(2) after chroot(2) leads into the rootfs. The default is /");
  EXPECT_TRUE(
      printed(run(container({"pwd"}, {"--workdir", "/tmp"})), "/tmp\n"));
  EXPECT_TRUE(printed(run(container({"pwd"})), "/\n"));
  matters("first chdir(\"/\"), then chdir(2) to the directory asked for");
  EXPECT_TRUE(printed(run(container({"pwd"}, {"--workdir", "tmp"})), "/tmp\n"));
}

TEST(ExerciseWorkdir, ADirectoryOfTheHostIsNotFound) {
  matters(
      "chroot(2) changes / only. Before chdir(\"/\"), a relative path leads to "
      "a directory of the host, and from there to all of it");
  // Where the runtime is started, but not in the rootfs.
  const TemporaryDirectory here;
  ASSERT_EQ(mkdir((here.path() + "/of-the-host").c_str(), 0755), 0);
  Launch launch = container(kEcho, {"--workdir", "of-the-host"});
  launch.directory = here.path();
  EXPECT_TRUE(refused(run(launch), "of-the-host"));
}

TEST(ExerciseWorkdir, OneThatIsMissingIsRefused) {
  matters(
      "a command in the wrong directory may remove files: check() the call");
  EXPECT_TRUE(
      refused(run(container(kEcho, {"--workdir", "/nowhere"})), "/nowhere"));
}

}  // namespace
