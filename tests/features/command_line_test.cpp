// SPDX-License-Identifier: MIT
// The command line: what is asked for happens, and nothing else does.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <utility>
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

TEST(CommandLine, NothingIsRefused) {
  matters(
      "with no arguments there is nothing to run, and success would be a lie");
  EXPECT_TRUE(refused(given({}), "run"));
}

TEST(CommandLine, UnknownWordIsRefused) {
  matters(
      "a word that is not known may be a slip; guessing runs something as "
      "root");
  EXPECT_TRUE(refused(given({"walk", "/bin/echo", "ran"}), "walk"));
}

TEST(CommandLine, EmptyWordIsRefused) {
  matters("an empty word is a slip in a script, such as an unset variable");
  EXPECT_TRUE(refused(given({"", "/bin/echo", "ran"}), ""));
}

TEST(CommandLine, UnknownOptionIsRefused) {
  matters(
      "an option that is ignored is an isolation that somebody asked for and "
      "did not get");
  EXPECT_TRUE(refused(given({"run", "--colour", "/bin/echo"}), "--colour"));
  EXPECT_TRUE(refused(given({"run", "-x", "/bin/echo"}), "-x"));
}

TEST(CommandLine, OptionsOfLaterStepsAreUnknown) {
  matters("an option that does nothing promises what the step does not keep");
  if (!knows("--hostname")) {
    EXPECT_TRUE(
        refused(given({"run", "--hostname", "x", "/bin/echo"}), "--hostname"));
  }
  if (!knows("--rootfs")) {
    EXPECT_TRUE(
        refused(given({"run", "--rootfs", "/", "/bin/echo"}), "--rootfs"));
  }
  if (!knows("--pids-max")) {
    EXPECT_TRUE(
        refused(given({"run", "--pids-max", "9", "/bin/echo"}), "--pids-max"));
  }
}

// An option that takes a value, and a value for it.
std::vector<std::pair<std::string, std::string>> options() {
  std::vector<std::pair<std::string, std::string>> all;
  if (knows("--hostname")) all.emplace_back("--hostname", "box");
  if (knows("--rootfs")) all.emplace_back("--rootfs", rootfs());
  if (knows("--pids-max")) all.emplace_back("--pids-max", "20");
  return all;
}

TEST(CommandLine, OptionWithoutValueIsRefused) {
  matters("reading past the last argument crashes, or takes what is not there");
  for (const auto& [option, value] : options()) {
    EXPECT_TRUE(refused(given({"run", option}), option));
  }
}

TEST(CommandLine, OptionGivenTwiceIsRefused) {
  matters("whichever of the two is taken, somebody meant the other");
  for (const auto& [option, value] : options()) {
    EXPECT_TRUE(
        refused(run(container(kEcho, {option, value, option, value})), option));
  }
  EXPECT_TRUE(refused(
      given({"run", "--quiet", "--quiet", "/bin/echo", "ran"}),
      "--quiet"));
}

TEST(CommandLine, NoCommandIsRefused) {
  matters("a container with nothing in it must not look like success");
  EXPECT_TRUE(refused(given({"run"}), "command"));
  EXPECT_TRUE(refused(given({"run", "--quiet"}), "command"));
  EXPECT_TRUE(refused(given({"run", "--"}), "command"));
}

TEST(FailClosed, WhenTheHostnameIsEmpty) {
  matters("sethostname(2) takes an empty name without a word");
  EXPECT_TRUE(refused(run(container(kEcho, {"--hostname", ""})), "hostname"));
}

TEST(FailClosed, WhenTheHostnameHas65Bytes) {
  matters(
      "the kernel takes 64 at most; a name that is cut short is another name");
  const std::string name(65, 'x');
  EXPECT_TRUE(refused(run(container(kEcho, {"--hostname", name})), "hostname"));
}

TEST(CommandLine, OptionsEndAtTheCommand) {
  matters("--help after the command is for the command");
  const Result result = run(container({probe(), "argv", "--help", "-x", "--"}));
  EXPECT_TRUE(printed(result, "[--help]\n[-x]\n[--]\n"));
}

TEST(CommandLine, OptionsEndAtTwoDashes) {
  matters("that is how to run a command whose name starts with a dash");
  // A command of that name; container() puts "--" before it.
  EXPECT_TRUE(not_run(run(container({"--quiet"})), 127, "--quiet"));
}

TEST(CommandLine, TwoDashesMayBeLeftOut) {
  matters("one types `run bash`, not `run -- bash`");
  Launch launch = container({probe(), "argv", "a"});
  std::erase(launch.argv, "--");
  const Result result = run(launch);
  EXPECT_TRUE(printed(result, "[a]\n"));
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
    EXPECT_TRUE(complained(result, ""));
    EXPECT_TRUE(names(result.out, "run"));
    EXPECT_TRUE(names(result.out, "COMMAND"));
  }
}

TEST(CommandLine, HelpNamesTheOptionsOfTheStep) {
  matters(
      "what the help does not name cannot be found, and what it names must be"
      " there");
  const std::string help = given({"--help"}).out;

  EXPECT_TRUE(names(help, "--hostname", knows("--hostname")));
  EXPECT_TRUE(names(help, "--quiet"));
  EXPECT_TRUE(names(help, "--rootfs", knows("--rootfs")));
  EXPECT_TRUE(names(help, "--pids-max", knows("--pids-max")));
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
  EXPECT_TRUE(complained(result, "only\n"));
}

TEST(CommandLine, SaysOnBothSidesWhoIsWho) {
  matters(
      "one process has two numbers: the host's and, from step 03, the "
      "container's own");
  Launch launch = container({probe(), "pause"});
  std::erase(launch.argv, "--quiet");
  Running running(launch);
  // The last number is the process's own, in its own PID namespace.
  const auto numbers = words(status_field(running.init(), "NSpid"));
  ASSERT_FALSE(numbers.empty())
      << but("an init, which runs the command", "none");
  const std::string inside = numbers.back();
  const Result result = running.end();

  const std::vector<std::string> said = lines(result.err);
  ASSERT_TRUE(is("the number of lines on stderr", said.size(), 2U))
      << "one line a side, host and container" << result;
  const auto side = [&](const std::string& name) {
    for (const std::string& line : said) {
      if (line.starts_with(name)) return line;
    }
    ADD_FAILURE() << but(
        "a line that starts with '" + name + "'",
        "there is none",
        &result);
    return std::string();
  };
  const auto has = [](const std::string& line, const std::string& word) {
    const auto all = words(line);
    return std::count(all.begin(), all.end(), word) > 0;
  };
  EXPECT_TRUE(has(side("host:"), std::to_string(running.runtime().pid())))
      << but("the host's line has the runtime's pid", "it lacks it", &result);
  EXPECT_TRUE(has(side("host:"), std::to_string(running.init())))
      << but("the host's line has the container's pid as the host sees it",
             "it lacks " + std::to_string(running.init()),
             &result);
  EXPECT_TRUE(has(side("container:"), inside))
      << but("the container's line has the pid that it sees itself",
             "it lacks " + inside,
             &result);
  EXPECT_NE(side("container:").find(" " + probe()), std::string::npos)
      << but("the container's line has the command",
             "it lacks " + probe(),
             &result);
}

TEST(FailClosed, WithoutRoot) {
  matters("it is the first error that everybody meets");
  // The build may be in a directory of root's, whose umask may be 077.
  const TemporaryDirectory directory;
  const std::string program = directory.path() + "/" + program_name();
  const std::string root = directory.path() + "/rootfs";
  std::filesystem::copy_file(binary(), program);
  chmod(program.c_str(), 0755);
  mkdir(root.c_str(), 0755);
  const Mounted root_mount("bind", rootfs(), root);

  Launch launch = container(kEcho, {"--rootfs", root});
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
