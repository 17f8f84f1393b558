// SPDX-License-Identifier: MIT
// The command line: what is asked for happens, and nothing else does.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include <fcntl.h>
#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/errors.hpp"
#include "tests/support/files.hpp"
#include "tests/support/host.hpp"
#include "tests/support/step.hpp"

namespace {

using namespace support;

const std::vector<std::string> kEcho{"/bin/echo", "ran"};

Result given(const std::vector<std::string>& arguments) {
  return run(runtime(arguments));
}

TEST(CommandLine, WhatMakesNoSenseIsRefused) {
  struct Case {
    const char* why;
    std::vector<std::string> arguments;
    std::string named;  // what the error names
  };
  const char* const unknown =
      "an option that is ignored is an isolation that somebody asked for and "
      "did not get";
  const char* const nothing =
      "a container with nothing in it must not look like success";
  for (const auto& [why, arguments, named] : {
           Case{"there is nothing to run: success would be a lie", {}, "run"},
           Case{
               "a word that is not known may be a slip; guessing runs "
               "something as root",
               {"walk", "/bin/echo", "ran"},
               "walk"},
           Case{
               "an empty word is a slip in a script: a variable is not set",
               {"", "/bin/echo", "ran"},
               ""},
           Case{unknown, {"run", "--colour", "/bin/echo", "ran"}, "--colour"},
           Case{unknown, {"run", "-x", "/bin/echo", "ran"}, "-x"},
           Case{
               "an abbreviation changes its meaning when a step adds an option",
               {"run", "--qui", "/bin/echo", "ran"},
               "--qui"},
           Case{nothing, {"run"}, "command"},
           Case{nothing, {"run", "--quiet"}, "command"},
           Case{nothing, {"run", "--"}, "command"},
       }) {
    matters(why);
    EXPECT_TRUE(refused(given(arguments), named));
  }
}

// Each option that takes a value, and a value for it.
const std::vector<std::vector<std::string>> kOptions{
    {"--hostname", "box"},
    {"--rootfs", rootfs()},
    {"--pids-max", "20"}};

TEST(CommandLine, OptionsOfLaterStepsAreUnknown) {
  matters("an option that does nothing promises what the step does not keep");
  for (const auto& option : kOptions) {
    if (knows(option[0])) continue;
    EXPECT_TRUE(refused(
        given({"run", option[0], option[1], "/bin/echo", "ran"}),
        option[0]));
  }
}

TEST(CommandLine, OptionWithoutValueOrGivenTwiceIsRefused) {
  for (const auto& option : kOptions) {
    if (!knows(option[0])) continue;
    matters("reading past the last argument takes what is not there");
    EXPECT_TRUE(refused(given({"run", option[0]}), option[0]));
    matters("whichever of the two is taken, somebody meant the other");
    const Launch twice =
        container(kEcho, {option[0], option[1], option[0], option[1]});
    EXPECT_TRUE(refused(run(twice), option[0]));
  }
  EXPECT_TRUE(refused(
      given({"run", "--quiet", "--quiet", "/bin/echo", "ran"}),
      "--quiet"));
}

TEST(FailClosed, WhenTheHostnameIsEmptyOrTooLong) {
  matters(
      "the kernel takes 64 bytes; a name that is cut short is another name");
  for (const std::size_t size : {0, 65}) {
    const std::string name(size, 'x');
    EXPECT_TRUE(
        refused(run(container(kEcho, {"--hostname", name})), "hostname"));
  }
}

TEST(CommandLine, OptionsEndAtTheCommandOrAtTwoDashes) {
  matters("--help after the command is for the command");
  Launch launch = container({probe(), "argv", "--help", "-x", "--"});
  EXPECT_TRUE(printed(run(launch), "[--help]\n[-x]\n[--]\n"));
  matters("one types `run bash`, not `run -- bash`");
  launch = container({probe(), "argv", "a"});
  std::erase(launch.argv, "--");
  EXPECT_TRUE(printed(run(launch), "[a]\n"));
  matters("that is how to run a command whose name starts with a dash");
  EXPECT_TRUE(not_run(run(container({"--quiet"})), 127, "--quiet"));
}

TEST(CommandLine, ArgumentsArriveAsTheyAre) {
  matters("a shell in between would split and expand them");
  const Result result = run(
      container({probe(), "argv", "", "a b", "*", "$HOME", "\"'\\", "ä\n"}));
  EXPECT_TRUE(printed(result, "[]\n[a b]\n[*]\n[$HOME]\n[\"'\\]\n[ä\n]\n"));
}

TEST(CommandLine, HelpGoesToStdout) {
  matters(
      "help that was asked for is output, and no error: one can page through "
      "it");
  for (const auto& arguments : std::vector<std::vector<std::string>>{
           {"--help"},
           {"run", "--help"},
           {"run", "--quiet", "--help"}}) {
    const Result result = given(arguments);
    EXPECT_TRUE(exited(result, 0));
    EXPECT_TRUE(is("stderr", result.err, ""));
    EXPECT_TRUE(names(result.out, "run"));
    EXPECT_TRUE(names(result.out, "COMMAND"));
  }
}

TEST(CommandLine, HelpNamesTheOptionsOfTheStep) {
  matters("what the help does not name cannot be found");
  const std::string help = given({"--help"}).out;
  EXPECT_TRUE(names(help, "--quiet"));
  for (const auto& option : kOptions)
    EXPECT_TRUE(names(help, option[0], knows(option[0])));
}

TEST(CommandLine, HelpThatCannotBeWrittenIsAnError) {
  matters("a full disk must not pass for success");
  Launch launch = runtime({"--help"});
  launch.before_exec = [] {
    dup2(open("/dev/full", O_WRONLY | O_CLOEXEC), STDOUT_FILENO);
  };
  EXPECT_TRUE(refused(run(launch), "no space left"));
}

TEST(CommandLine, QuietLeavesStderrToTheCommand) {
  matters("a script that reads the command's stderr wants nothing else in it");
  const Result result = run(container({"/bin/sh", "-c", "echo only >&2"}));
  EXPECT_TRUE(is("stderr", result.err, "only\n"));
}

TEST(CommandLine, SaysOnBothSidesWhoIsWho) {
  matters(
      "one process has two numbers: the host's and, from step 03, the "
      "container's own");
  Running running(loud({probe(), "pause"}));
  // The last number is the process's own, in its own PID namespace.
  const auto numbers = words(status_field(running.init(), "NSpid"));
  ASSERT_FALSE(numbers.empty())
      << but("an init, which runs the command", "none");
  const std::string inside = numbers.back();
  const Result result = running.end();

  const std::vector<std::string> said = lines(result.err);
  ASSERT_TRUE(is("the number of lines on stderr", said.size(), 2U))
      << "one line a side, host and container" << result;
  const bool host_first = said[0].starts_with("host:");
  const std::vector<std::string> host = words(said[host_first ? 0 : 1]);
  const std::vector<std::string> box = words(said[host_first ? 1 : 0]);
  const std::string runtime = std::to_string(running.runtime().pid());
  const std::string init = std::to_string(running.init());
  struct Said {
    const std::vector<std::string>& line;
    std::string word;
    const char* what;
  };
  for (const auto& [line, word, what] : {
           Said{host, "host:", "a line of the host's"},
           Said{host, runtime, "the host's line has the runtime's pid"},
           Said{host, init, "it has the container's pid as the host sees it"},
           Said{box, "container:", "a line of the container's"},
           Said{box, inside, "it has the pid that the container sees itself"},
           Said{box, probe(), "it has the command"},
       }) {
    EXPECT_TRUE(std::count(line.begin(), line.end(), word) > 0)
        << but(what, "it lacks " + word, &result);
  }
}

TEST(CommandLine, NoArgumentCanForgeALine) {
  matters("who reads the log must be able to tell who wrote a line");
  const Result result =
      run(loud({"a\nhost: pid 1 runs b" + std::string(9999, 'x')}));
  EXPECT_TRUE(exited(result, 127));
  EXPECT_TRUE(names(result.err, "runs a?host: pid 1 runs b"));
  EXPECT_TRUE(names(result.err, "exec a?host: pid 1 runs b"));
  EXPECT_TRUE(names(result.err, "\nhost: pid 1 ", /*expected=*/false));
  EXPECT_TRUE(result.err.size() < 9999)
      << but("a long line is cut, so that one write(2) holds it",
             std::to_string(result.err.size()) + " bytes on stderr");
}

TEST(FailClosed, WithoutRoot) {
  matters("it is the first error that everybody meets");
  // The build may be in a directory of root's, whose umask may be 077.
  const TemporaryDirectory directory;
  const std::string program = directory.path() + "/" + program_name();
  std::filesystem::copy_file(binary(), program);
  chmod(program.c_str(), 0755);
  Launch launch = container(kEcho, {"--rootfs", directory.path()});
  launch.argv[0] = program;
  launch.before_exec = [] {
    constexpr uid_t kNobody = 65534;
    if (setgroups(0, nullptr) != 0 || setgid(kNobody) != 0 ||
        setuid(kNobody) != 0) {
      _exit(120);
    }
  };
  const Result result = run(launch);
  EXPECT_TRUE(refused(result, "not permitted"));
  EXPECT_TRUE(has_hint(result));
}

}  // namespace
