// SPDX-License-Identifier: MIT
// On any words. What a person sees: tests/features/command_line_test.cpp.
#include "common/options.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "common/check.hpp"
#include "tests/common/in_child.hpp"

namespace {

using Words = std::vector<std::string>;

// A runtime's options, as a step has them.
struct Options {
  std::string text = "default";
  std::string optional;
  int number = 20;
  double share = 0;
  Words many;
  bool flag = false;
  Words command;
  bool asked_to_run = true;
};

// `words` are what follows the program's name.
void parse(const Words& words, Options& options) {
  std::vector<const char*> argv{"program"};
  for (const std::string& word : words)
    argv.push_back(word.c_str());
  options.asked_to_run = common::parse_options(
      static_cast<int>(argv.size()),
      argv.data(),
      {
          {"--text", "TEXT", "a text", &options.text},
          {"--number", "N", "a number", &options.number},
          {"--optional", "DIR", "no default", &options.optional},
          {"--share", "N", "a fraction", &options.share},
          {"--many", "X", "again and again", &options.many},
          {"--flag", "", "a flag", &options.flag},
      },
      options.command);
}

// Either it says what is wrong with them, or the command is their last ones.
void expect_sense_of(const Words& words) {
  Options options;
  try {
    parse(words, options);
    EXPECT_TRUE(options.asked_to_run);
    EXPECT_FALSE(options.command.empty());
    EXPECT_FALSE(options.text.empty());
    EXPECT_GE(options.number, 1);
    EXPECT_TRUE(std::equal(
        options.command.rbegin(),
        options.command.rend(),
        words.rbegin()));
  } catch (const common::UsageError&) {
    EXPECT_TRUE(options.command.empty());
  }
}

// Every row of up to four words after "run".
TEST(Options, GiveACommandOrAnErrorWhateverTheyAre) {
  const Words any{"--text", "--number", "--flag", "--", "", "x", "7", "-1"};
  std::vector<Words> rows{{"run"}};
  for (std::size_t i = 0; i < rows.size() && !HasFailure(); ++i) {
    expect_sense_of(rows[i]);
    for (const std::string& word : any) {
      if (rows[i].size() == 5) break;
      rows.push_back(rows[i]);
      rows.back().push_back(word);
    }
  }
}

TEST(Options, HaveHelpThatIsMadeOfTheTable) {
  const auto result = support::run(support::in_child([] {
    Options options;
    parse({"--help"}, options);
    return options.asked_to_run ? 1 : 0;
  }));
  EXPECT_EQ(result.status, 0) << result;
  EXPECT_EQ(
      result.out,
      "usage: " + std::string(program_invocation_short_name) +
          " run [OPTION...] [--] COMMAND [ARG...]\n"
          "  --text TEXT       a text (default default)\n"
          "  --number N        a number (default 20)\n"
          "  --optional DIR    no default\n"
          "  --share N         a fraction\n"
          "  --many X          again and again\n"
          "  --flag            a flag\n");
}

TEST(Options, CanBeFractionsOfAHundredthOrMore) {
  Options options;
  parse({"run", "--share", "0.5", "x"}, options);
  EXPECT_EQ(options.share, 0.5);
  for (const auto* wrong : {"0", "0.001", "-1", "1x", "inf", "nan", "1e99"}) {
    Options other;
    EXPECT_THROW(
        parse({"run", "--share", wrong, "x"}, other),
        common::UsageError)
        << wrong;
  }
}

TEST(Options, CanBeGivenAgainAndAgainIfTheyAreLists) {
  Options options;
  parse({"run", "--many", "a", "--many", "b", "x"}, options);
  EXPECT_EQ(options.many, (Words{"a", "b"}));
  Options other;
  EXPECT_THROW(
      parse({"run", "--text", "a", "--text", "b", "x"}, other),
      common::UsageError);
}

// Word, ID and command of a step that has other words than run; or "usage error".
std::string said_of(const Words& words) {
  std::vector<const char*> argv{"program"};
  for (const std::string& word : words)
    argv.push_back(word.c_str());
  std::string word;
  std::string id;
  std::string root;
  bool quiet = false;
  Words command;
  try {
    common::parse_options(
        static_cast<int>(argv.size()),
        argv.data(),
        {
            {"--root", "DIR", "where", &root},
            {"--quiet", "", "say less", &quiet},
        },
        command,
        {&word, &id});
  } catch (const common::UsageError&) {
    return "usage error";
  }
  std::string all = word + "," + id + "," + root;
  for (const std::string& each : command)
    all += "," + each;
  return all;
}

TEST(Options, FollowAWordAndAnId) {
  EXPECT_EQ(said_of({"run", "x"}), "run,,,x");
  EXPECT_EQ(said_of({"create", "web", "--quiet", "x"}), "create,web,,x");
  EXPECT_EQ(said_of({"start", "web", "--root", "d"}), "start,web,d");
  EXPECT_EQ(said_of({"kill", "web", "9"}), "kill,web,,9");
  for (const Words& words : std::vector<Words>{
           {"create"},
           {"create", "web"},
           {"create", "--quiet", "x"},
           {"start"},
           {"start", "web", "x"},
           {"start", "web", "--quiet"},
           {"stop", "web"},
       }) {
    EXPECT_EQ(said_of(words), "usage error") << testing::PrintToString(words);
  }
}

// As from execve(2) with an empty argv, which some kernels allow.
TEST(Options, AreRefusedWithoutEvenAProgramName) {
  const char* const argv[] = {nullptr};
  Words command;
  EXPECT_THROW(common::parse_options(0, argv, {}, command), common::UsageError);
}

}  // namespace
