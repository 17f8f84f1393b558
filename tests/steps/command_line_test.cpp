// SPDX-License-Identifier: MIT
// The command line: what is asked for happens, and nothing else does.
#include <gtest/gtest.h>

#include <algorithm>
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
  EXPECT_TRUE(refused(given({}), "run"));
}

TEST(CommandLine, UnknownWordIsRefused) {
  EXPECT_TRUE(refused(given({"walk", "/bin/echo", "ran"}), "walk"));
}

TEST(CommandLine, EmptyWordIsRefused) {
  EXPECT_TRUE(refused(given({"", "/bin/echo", "ran"}), ""));
}

TEST(CommandLine, UnknownOptionIsRefused) {
  EXPECT_TRUE(refused(given({"run", "--colour", "/bin/echo"}), "--colour"));
  EXPECT_TRUE(refused(given({"run", "-x", "/bin/echo"}), "-x"));
}

TEST(CommandLine, OptionsOfLaterStepsAreUnknown) {
  if (step_number() < 2) {
    EXPECT_TRUE(
        refused(given({"run", "--rootfs", "/", "/bin/echo"}), "--rootfs"));
  }
  if (step_number() < 4) {
    EXPECT_TRUE(
        refused(given({"run", "--pids-max", "9", "/bin/echo"}), "--pids-max"));
  }
}

// An option that takes a value, and a value for it.
std::vector<std::pair<std::string, std::string>> options() {
  std::vector<std::pair<std::string, std::string>> all{{"--hostname", "box"}};
  if (step_number() >= 2) all.emplace_back("--rootfs", rootfs());
  if (step_number() >= 4) all.emplace_back("--pids-max", "20");
  return all;
}

TEST(CommandLine, OptionWithoutValueIsRefused) {
  for (const auto& [option, value] : options()) {
    EXPECT_TRUE(refused(given({"run", option}), option));
  }
}

TEST(CommandLine, OptionGivenTwiceIsRefused) {
  for (const auto& [option, value] : options()) {
    EXPECT_TRUE(
        refused(run(container(kEcho, {option, value, option, value})), option));
  }
  EXPECT_TRUE(refused(
      given({"run", "--quiet", "--quiet", "/bin/echo", "ran"}),
      "--quiet"));
}

TEST(CommandLine, NoCommandIsRefused) {
  EXPECT_TRUE(refused(given({"run"}), "command"));
  EXPECT_TRUE(refused(given({"run", "--quiet"}), "command"));
  EXPECT_TRUE(refused(given({"run", "--"}), "command"));
}

TEST(CommandLine, EmptyHostnameIsRefused) {
  EXPECT_TRUE(refused(run(container(kEcho, {"--hostname", ""})), "hostname"));
}

TEST(CommandLine, HostnameOf65BytesIsRefused) {
  const std::string name(65, 'x');
  EXPECT_TRUE(refused(run(container(kEcho, {"--hostname", name})), "hostname"));
}

TEST(CommandLine, OptionsEndAtTheCommand) {
  const Result result = run(container({probe(), "argv", "--help", "-x", "--"}));
  EXPECT_EQ(result.out, "[--help]\n[-x]\n[--]\n") << result;
}

TEST(CommandLine, OptionsEndAtTwoDashes) {
  // A command of that name; container() puts "--" before it.
  EXPECT_TRUE(not_run(run(container({"--quiet"})), 127, "--quiet"));
}

TEST(CommandLine, TwoDashesMayBeLeftOut) {
  Launch launch = container({probe(), "argv", "a"});
  std::erase(launch.argv, "--");
  const Result result = run(launch);
  EXPECT_EQ(result.out, "[a]\n") << result;
}

TEST(CommandLine, ArgumentsArriveAsTheyAre) {
  const Result result = run(
      container({probe(), "argv", "", "a b", "*", "$HOME", "\"'\\", "ä\n"}));
  EXPECT_EQ(result.out, "[]\n[a b]\n[*]\n[$HOME]\n[\"'\\]\n[ä\n]\n") << result;
}

TEST(CommandLine, HelpGoesToStdout) {
  for (const auto& arguments : std::vector<std::vector<std::string>>{
           {"--help"},
           {"run", "--help"},
           {"run", "--quiet", "--help"}}) {
    const Result result = given(arguments);
    EXPECT_EQ(result.status, 0) << result;
    EXPECT_EQ(result.err, "") << result;
    EXPECT_NE(result.out.find("run"), std::string::npos) << result;
    EXPECT_NE(result.out.find("COMMAND"), std::string::npos) << result;
  }
}

TEST(CommandLine, HelpNamesTheOptionsOfTheStep) {
  const std::string help = given({"--help"}).out;
  const auto named = [&](const std::string& option) {
    return help.find(option) != std::string::npos;
  };
  EXPECT_TRUE(named("--hostname")) << help;
  EXPECT_TRUE(named("--quiet")) << help;
  EXPECT_EQ(named("--rootfs"), step_number() >= 2) << help;
  EXPECT_EQ(named("--pids-max"), step_number() >= 4) << help;
}

TEST(CommandLine, HelpThatCannotBeWrittenIsAnError) {
  Launch launch = runtime({"--help"});
  launch.before_exec = [] {
    dup2(open("/dev/full", O_WRONLY | O_CLOEXEC), STDOUT_FILENO);
  };
  EXPECT_TRUE(refused(run(launch), "no space left"));
}

TEST(CommandLine, QuietLeavesStderrToTheCommand) {
  const Result result = run(container({"/bin/sh", "-c", "echo only >&2"}));
  EXPECT_EQ(result.err, "only\n") << result;
}

TEST(CommandLine, SaysOnBothSidesWhoIsWho) {
  Launch launch = container({probe(), "pause"});
  std::erase(launch.argv, "--quiet");
  Running running(launch);
  // The last number is the process's own, in its own PID namespace.
  const std::string inside =
      words(status_field(running.init(), "NSpid")).back();
  const Result result = running.end();

  const std::vector<std::string> said = lines(result.err);
  ASSERT_EQ(said.size(), 2U) << "one line a side" << result;
  const auto side = [&](const std::string& name) {
    for (const std::string& line : said) {
      if (line.starts_with(name)) return words(line);
    }
    ADD_FAILURE() << "no line starts with '" << name << "'" << result;
    return std::vector<std::string>();
  };
  const auto has = [](const std::vector<std::string>& line,
                      const std::string& word) {
    return std::count(line.begin(), line.end(), word) > 0;
  };
  EXPECT_TRUE(has(side("host:"), std::to_string(running.runtime().pid())))
      << "the host's line lacks the runtime's pid" << result;
  EXPECT_TRUE(has(side("host:"), std::to_string(running.init())))
      << "the host's line lacks the pid that the host sees: " << running.init()
      << result;
  EXPECT_TRUE(has(side("container:"), inside))
      << "the container's line lacks the pid that it sees itself: " << inside
      << result;
  EXPECT_TRUE(has(side("container:"), probe()))
      << "the container's line lacks the command" << result;
}

TEST(CommandLine, WhoIsNotRootIsToldSo) {
  // By way of two mounts, as the path to the build may be root's alone.
  const TemporaryDirectory directory;
  const std::string programs = directory.path() + "/programs";
  const std::string root = directory.path() + "/rootfs";
  for (const std::string& path : {programs, root})
    mkdir(path.c_str(), 0755);
  const std::string where = binary().substr(0, binary().rfind('/'));
  const Mounted programs_mount("bind", where, programs);
  const Mounted root_mount("bind", rootfs(), root);

  Launch launch = container(kEcho, {"--rootfs", root});
  launch.argv[0] = programs + "/" + program_name();
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
