// SPDX-License-Identifier: MIT
#include "common/options.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "common/report.hpp"
#include "tests/common/in_child.hpp"

namespace {

using support::in_child;
using support::run;
using Words = std::vector<std::string>;

// A runtime's options, as a step has them.
struct Options {
  std::string hostname = "container";
  int pids_max = 20;
  std::string tmp;
  bool quiet = false;
  Words command;
  bool asked_to_run = true;
};

// `words` are what follows the program's name.
Options parse(const Words& words) {
  std::vector<const char*> argv{"program"};
  for (const std::string& word : words)
    argv.push_back(word.c_str());
  Options options;
  options.asked_to_run = common::parse_options(
      static_cast<int>(argv.size()),
      argv.data(),
      {
          {"--hostname", "NAME", "what hostname prints", &options.hostname},
          {"--pids-max", "N", "most tasks in it", &options.pids_max},
          {"--tmp", "DIR", "what becomes its /tmp", &options.tmp},
          {"--quiet", "", "say less", &options.quiet},
      },
      options.command);
  return options;
}

std::string usage_error(const Words& words) {
  try {
    parse(words);
  } catch (const common::UsageError& error) {
    return error.what();
  }
  return "";
}

TEST(Options, KeepTheirDefaults) {
  const Options options = parse({"run", "true"});
  EXPECT_TRUE(options.asked_to_run);
  EXPECT_EQ(options.hostname, "container");
  EXPECT_EQ(options.pids_max, 20);
  EXPECT_FALSE(options.quiet);
  EXPECT_EQ(options.command, Words{"true"});
}

TEST(Options, AreReadInAnyOrder) {
  const Options options = parse(
      {"run", "--quiet", "--pids-max", "7", "--hostname", "box", "ls", "-l"});
  EXPECT_EQ(options.hostname, "box");
  EXPECT_EQ(options.pids_max, 7);
  EXPECT_TRUE(options.quiet);
  EXPECT_EQ(options.command, (Words{"ls", "-l"}));
}

TEST(Options, EndAtTheFirstWordThatIsNotOne) {
  const Options options = parse({"run", "echo", "--quiet", "--", "--help"});
  EXPECT_TRUE(options.asked_to_run);
  EXPECT_FALSE(options.quiet);
  EXPECT_EQ(options.command, (Words{"echo", "--quiet", "--", "--help"}));
}

TEST(Options, EndAtTwoDashes) {
  const Options options = parse({"run", "--quiet", "--", "--odd-name", "--"});
  EXPECT_TRUE(options.quiet);
  EXPECT_EQ(options.command, (Words{"--odd-name", "--"}));
}

TEST(Options, TakeTheNextWordAsTheirValueWhateverItIs) {
  EXPECT_EQ(parse({"run", "--hostname", "--", "true"}).hostname, "--");
}

TEST(Options, HaveHelpThatIsMadeOfTheTable) {
  for (const Words& words : {Words{"--help"}, Words{"run", "--help"}}) {
    const auto result = run(in_child([&] {
      const Options options = parse(words);
      return options.asked_to_run ? 1 : 0;
    }));
    EXPECT_EQ(result.status, 0) << result;
    EXPECT_EQ(
        result.out,
        "usage: " + std::string(program_invocation_short_name) +
            " run [OPTION...] [--] COMMAND [ARG...]\n"
            "  --hostname NAME   what hostname prints (default container)\n"
            "  --pids-max N      most tasks in it (default 20)\n"
            "  --tmp DIR         what becomes its /tmp\n"
            "  --quiet           say less\n");
    EXPECT_EQ(result.err, "") << result;
  }
}

TEST(Options, HaveHelpThatFailsWhereItCannotBeWritten) {
  const auto result = run(in_child([] {
    dup2(open("/dev/full", O_WRONLY | O_CLOEXEC), STDOUT_FILENO);
    return parse({"--help"}).asked_to_run ? 1 : 0;
  }));
  EXPECT_EQ(result.status, common::kRuntimeFailed) << result;
  EXPECT_NE(result.err.find("No space left"), std::string::npos) << result;
}

TEST(Options, AreRefusedWithoutTheWordRun) {
  EXPECT_EQ(usage_error({}), "nothing to do: expected 'run'");
  EXPECT_EQ(usage_error({"ruin"}), "unknown word 'ruin': expected 'run'");
  EXPECT_EQ(usage_error({"--quiet"}), "unknown word '--quiet': expected 'run'");
}

// As from execve(2) with an empty argv, which some kernels allow.
TEST(Options, AreRefusedWithoutEvenAProgramName) {
  const char* const argv[] = {nullptr};
  Words command;
  EXPECT_THROW(common::parse_options(0, argv, {}, command), common::UsageError);
}

TEST(Options, AreRefusedWithoutACommand) {
  EXPECT_EQ(usage_error({"run"}), "no command to run");
  EXPECT_EQ(usage_error({"run", "--quiet"}), "no command to run");
  EXPECT_EQ(usage_error({"run", "--"}), "no command to run");
}

TEST(Options, ThatAreUnknownAreRefused) {
  EXPECT_EQ(usage_error({"run", "--colour", "ls"}), "unknown option --colour");
  EXPECT_EQ(usage_error({"run", "-q", "ls"}), "unknown option -q");
  // An abbreviation would change its meaning when a step adds an option.
  EXPECT_EQ(usage_error({"run", "--host", "x"}), "unknown option --host");
}

TEST(Options, GivenTwiceAreRefused) {
  EXPECT_EQ(
      usage_error({"run", "--quiet", "--quiet", "ls"}),
      "--quiet is given twice");
  EXPECT_EQ(
      usage_error({"run", "--hostname", "a", "--hostname", "a", "ls"}),
      "--hostname is given twice");
}

TEST(Options, WithoutTheirValueAreRefused) {
  EXPECT_EQ(usage_error({"run", "--hostname"}), "--hostname needs a value");
  EXPECT_EQ(
      usage_error({"run", "--hostname", "", "ls"}),
      "--hostname needs a value");
}

TEST(Options, ThatAreNumbersTakeDecimalOnesFromOneOn) {
  EXPECT_EQ(parse({"run", "--pids-max", "1", "ls"}).pids_max, 1);
  EXPECT_EQ(
      parse({"run", "--pids-max", "2147483647", "ls"}).pids_max,
      2147483647);
  for (const char* text :
       {"0", "-1", "+1", "1.5", "0x10", "20 ", " 20", "max", "2147483648"}) {
    EXPECT_EQ(
        usage_error({"run", "--pids-max", text, "ls"}),
        "--pids-max needs a number, 1 or more, not '" + std::string(text) +
            "'");
  }
}

}  // namespace
