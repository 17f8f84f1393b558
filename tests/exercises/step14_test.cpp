// SPDX-License-Identifier: MIT
// The exercises of step 14.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/exercises/exercises.hpp"

namespace {

using namespace support;
using namespace exercises;

// A container that create makes, deleted when it goes out of scope.
class Box {
 public:
  Box() = default;
  Box(const Box&) = delete;
  Box& operator=(const Box&) = delete;
  ~Box() { EXPECT_TRUE(printed(word("delete", "--force"), "")); }

  const std::string& directory() const { return directory_.path(); }
  std::string root() const { return directory() + "/states"; }

  // In the directory. The command has no pipe of ours: it would keep that open.
  Result create(const std::string& command, const std::string& options = "") {
    const std::string errors = directory() + "/errors";
    const std::string script = "exec \"$0\" create box --quiet --root " +
        root() + " --rootfs " + rootfs() + " " + options + " -- " + command +
        " </dev/null >/dev/null 2>" + errors;
    Result result =
        run({.argv = {"sh", "-c", script, binary()}, .directory = directory()});
    result.err = read_file(errors);
    return result;
  }

  Result word(const std::string& word, const std::string& rest = {}) const {
    std::vector<std::string> words{word, "box", "--root", root()};
    if (!rest.empty()) words.push_back(rest);
    return run(runtime(words));
  }

 private:
  TemporaryDirectory directory_;
};

TEST(ExercisePidFile, HasThePidThatTheHostSees) {
  matters(
      "a path leads to another place once the runtime has mounted its layer on "
      "/tmp: open the file before");
  Box box;
  const std::string file = box.directory() + "/pid";
  ASSERT_TRUE(exited(box.create("sleep 100", "--pid-file " + file), 0));
  EXPECT_TRUE(names(
      box.word("state").out,
      "\"pid\":" + read_file(file) + ",\"bundle\""));
}

TEST(ExercisePidFile, ANameIsInTheDirectoryOfTheCaller) {
  matters("the runtime changes its directory: open the file before");
  Box box;
  ASSERT_TRUE(exited(box.create("sleep 100", "--pid-file pid"), 0));
  EXPECT_TRUE(names(
      box.word("state").out,
      "\"pid\":" + read_file(box.directory() + "/pid") + ",\"bundle\""));
}

TEST(ExercisePidFile, WhatCannotBeMadeIsRefused) {
  matters("an engine that finds no pid does not know which process it has");
  Box box;
  const Result result = box.create("true", "--pid-file /no/such");
  EXPECT_TRUE(exited(result, 125));
  EXPECT_TRUE(names(result.err, "/no/such: No such file"));
  EXPECT_TRUE(
      is("what is left in --root", list_directory(box.root()).size(), 0U));
}

TEST(ExerciseWhoEnds, TheAnswerIsWhatTheKernelDoes) {
  struct Case {
    std::string word, command, signal;
  };
  std::string truth;
  for (const Case& each : {
           Case{"sleep", "sleep 1000", "TERM"},
           Case{"shell", "sh -c 'sleep 1000; true'", "HUP"},
           Case{"trap", "sh -c 'trap exit TERM; sleep 1000 & wait'", "TERM"},
           Case{"runner", "timeout 1000 sleep 1000", "TERM"},
           Case{"nine", "sleep 1000", "KILL"},
       }) {
    Box box;
    ASSERT_TRUE(exited(box.create(each.command), 0));
    ASSERT_TRUE(printed(box.word("start"), ""));
    // What has a handler has it a moment after its start.
    const auto ends = [&] {
      box.word("kill", each.signal);
      return names(box.word("state").out, "stopped");
    };
    if (eventually(ends, kMoment)) truth += " " + each.word;
  }
  EXPECT_TRUE(answered(
      truth,
      "words of the list",
      "state says running or stopped, a moment after kill"));
}

}  // namespace
