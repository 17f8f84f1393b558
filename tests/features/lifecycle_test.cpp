// SPDX-License-Identifier: MIT
// A container outlives the program that made it. Others start it, look at it, send
// it signals and delete it.
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/errors.hpp"
#include "tests/support/files.hpp"
#include "tests/support/step.hpp"
#include "tests/support/wait.hpp"

namespace {

using namespace support;

// Where the states are. What is left at the end is deleted.
class Lifecycle : public testing::Test {
 protected:
  Result word(const std::string& word, const std::string& rest = {}) const {
    std::vector<std::string> words{word, "box", "--root", root()};
    if (!rest.empty()) words.push_back(rest);
    return run(runtime(words));
  }

  // The command has no pipe of ours: it would keep that open.
  Result create(const std::string& command) const {
    const std::string script = "exec \"$0\" create box --quiet --root " +
        root() + " --rootfs " + rootfs() + " -- " + command + " </dev/null >" +
        directory_.path() + "/out 2>" + directory_.path() + "/err";
    Result result = run({.argv = {"sh", "-c", script, binary()}});
    result.err = read_file(directory_.path() + "/err");
    return result;
  }

  std::string root() const { return directory_.path() + "/states"; }
  std::string written() const { return read_file(directory_.path() + "/out"); }

  bool has_status(const std::string& status) const {
    return word("state").out.find("\"status\":\"" + status + "\"") !=
        std::string::npos;
  }

  testing::AssertionResult becomes(const std::string& status) const {
    if (eventually([&] { return has_status(status); }))
      return testing::AssertionSuccess();
    const Result result = word("state");
    return testing::AssertionFailure()
        << but("the container is " + status, result.out + result.err, &result);
  }

  // 0 if it has none now.
  pid_t pid() const {
    const std::string state = word("state").out;
    const std::size_t at = state.find("\"pid\":");
    return at == std::string::npos ? 0 : std::atoi(state.c_str() + at + 6);
  }

  void TearDown() override {
    const pid_t left = pid();
    if (left > 0) kill(left, SIGKILL);
    if (word("state").status != 0) return;
    EXPECT_TRUE(becomes("stopped"));
    EXPECT_TRUE(printed(word("delete"), ""));
  }

 private:
  TemporaryDirectory directory_;
};

TEST_F(Lifecycle, ItWaitsUntilSomebodyStartsIt) {
  matters("whoever sets up a network for it does that before the command runs");
  ASSERT_TRUE(exited(create("echo it runs"), 0));
  EXPECT_TRUE(becomes("created"));
  EXPECT_TRUE(is("what it wrote", written(), ""));
  EXPECT_TRUE(printed(word("start"), ""));
  EXPECT_TRUE(becomes("stopped"));
  EXPECT_TRUE(is("what it wrote", written(), "it runs\n"));
}

TEST_F(Lifecycle, ItOutlivesItsMaker) {
  matters("the maker can end, or be replaced by a newer version");
  ASSERT_TRUE(exited(create("sleep 100"), 0));
  EXPECT_TRUE(printed(word("start"), ""));
  EXPECT_TRUE(becomes("running"));
  EXPECT_TRUE(is("its session", getsid(pid()), pid()));
}

TEST_F(Lifecycle, TheCommandIsPidOne) {
  matters("nobody is between it and its signals");
  ASSERT_TRUE(exited(create("sh -c 'echo $$'"), 0));
  EXPECT_TRUE(printed(word("start"), ""));
  EXPECT_TRUE(becomes("stopped"));
  EXPECT_TRUE(is("what it wrote", written(), "1\n"));
}

TEST_F(Lifecycle, SignalsReachIt) {
  ASSERT_TRUE(exited(create("sleep 100"), 0));
  EXPECT_TRUE(printed(word("start"), ""));
  EXPECT_TRUE(printed(word("kill", "KILL"), ""));
  EXPECT_TRUE(becomes("stopped"));
  EXPECT_TRUE(refused(word("kill", "KILL"), "stopped"));
}

TEST_F(Lifecycle, NothingIsLeftOfIt) {
  matters("a name that is never given back can never be used again");
  for (int round = 0; round < 2; ++round) {
    ASSERT_TRUE(exited(create("true"), 0));
    EXPECT_TRUE(printed(word("start"), ""));
    EXPECT_TRUE(becomes("stopped"));
    EXPECT_TRUE(printed(word("delete"), ""));
    EXPECT_TRUE(is("what is in --root", list_directory(root()).size(), 0U));
    EXPECT_TRUE(refused(word("state"), "does not exist"));
  }
}

TEST_F(Lifecycle, EachWordNeedsItsStatus) {
  ASSERT_TRUE(exited(create("sleep 100"), 0));
  EXPECT_TRUE(refused(word("delete"), "created, not stopped"));
  EXPECT_TRUE(names(create("true").err, "already exists"));
  EXPECT_TRUE(printed(word("start"), ""));
  EXPECT_TRUE(refused(word("start"), "running, not created"));
}

TEST_F(Lifecycle, APidThatComesAgainIsAnotherProcess) {
  matters("a signal for the container must not reach a stranger");
  ASSERT_TRUE(exited(create("sleep 100"), 0));
  const std::string file = root() + "/box/init";
  const std::string text = read_file(file);
  const std::string old = "pid " + std::to_string(pid());
  std::string changed = text;
  changed.replace(
      changed.find(old),
      old.size(),
      "pid " + std::to_string(getpid()));
  write_file(file, changed);  // as if it had ended, and we had its pid
  EXPECT_TRUE(has_status("stopped"));
  EXPECT_TRUE(refused(word("kill", "KILL"), "stopped"));
  write_file(file, text);
  EXPECT_TRUE(has_status("created"));
}

TEST_F(Lifecycle, StartTellsThatTheCommandCannotRun) {
  ASSERT_TRUE(exited(create("/no/such"), 0));
  EXPECT_TRUE(exited(word("start"), 125));
  EXPECT_TRUE(becomes("stopped"));
}

}  // namespace
