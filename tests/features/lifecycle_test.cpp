// SPDX-License-Identifier: MIT
// A container outlives the program that made it. Others start it, look at it, send
// it signals and delete it.
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

#include <sys/types.h>
#include <unistd.h>

#include "tests/support/errors.hpp"
#include "tests/support/files.hpp"
#include "tests/support/host.hpp"
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
  Result create(
      const std::string& command,
      const std::string& options = "",
      const std::string& id = "box") const {
    const std::string script = "exec \"$0\" create " + id + " --quiet --root " +
        root() + " --rootfs " + rootfs() + " " + options + " -- " + command +
        " </dev/null >" + directory_.path() + "/out 2>" + error_file();
    Result result = run({.argv = {"sh", "-c", script, binary()}});
    result.err = read_file(error_file());
    return result;
  }

  std::string root() const { return directory_.path() + "/states"; }
  std::string error_file() const { return directory_.path() + "/err"; }
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

  // What is in --root.
  std::size_t containers() const { return list_directory(root()).size(); }

  void TearDown() override {
    EXPECT_TRUE(printed(word("delete", "--force"), ""));
    EXPECT_TRUE(is("what is left in --root", containers(), 0U));
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

TEST_F(Lifecycle, ItIsInACgroupWithItsName) {
  matters("its limits hold when the maker has ended, and delete finds it");
  ASSERT_TRUE(exited(create("sleep 100", "--pids-max 7"), 0));
  const std::string cgroup = pids_cgroup_of(pid());
  EXPECT_TRUE(names(cgroup, "/boxstep.box"));
  EXPECT_TRUE(is("pids.max", read_file(cgroup + "/pids.max"), "7\n"));
  EXPECT_TRUE(printed(word("delete", "--force"), ""));
  EXPECT_TRUE(is("whether the cgroup is there", exists(cgroup), false));
}

TEST_F(Lifecycle, SignalsReachIt) {
  ASSERT_TRUE(exited(create("sleep 100"), 0));
  EXPECT_TRUE(printed(word("start"), ""));
  EXPECT_TRUE(refused(word("kill", "NONSENSE"), "unknown signal"));
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
    EXPECT_TRUE(is("what is left in --root", containers(), 0U));
    EXPECT_TRUE(refused(word("state"), "does not exist"));
  }
}

TEST_F(Lifecycle, ForceEndsIt) {
  matters("whoever cleans up does not know in which state it is");
  for (const bool is_started : {false, true}) {
    ASSERT_TRUE(exited(create("sh -c 'trap : TERM; sleep 100'"), 0));
    if (is_started) {
      EXPECT_TRUE(printed(word("start"), ""));
    }
    const pid_t init = pid();
    EXPECT_TRUE(is("whether it lives", alive(init), true));
    EXPECT_TRUE(printed(word("delete", "--force"), ""));
    EXPECT_TRUE(is("whether it lives", alive(init), false));
    EXPECT_TRUE(is("what is left in --root", containers(), 0U));
  }
}

TEST_F(Lifecycle, EachWordNeedsItsStatus) {
  ASSERT_TRUE(exited(create("sleep 100"), 0));
  EXPECT_TRUE(refused(word("delete"), "created, not stopped"));
  EXPECT_TRUE(names(create("true").err, "already exists"));
  EXPECT_TRUE(has_status("created"));
  EXPECT_TRUE(printed(word("start"), ""));
  EXPECT_TRUE(refused(word("start"), "running, not created"));
}

TEST_F(Lifecycle, EachWordKnowsItsOwnOptions) {
  matters("an option that is skipped is a promise that is not kept");
  ASSERT_TRUE(exited(create("sleep 100"), 0));
  EXPECT_TRUE(refused(word("start", "--quiet"), "start has no option"));
  EXPECT_TRUE(refused(word("start", "now"), "needs the ID, and no more"));
  EXPECT_TRUE(names(word("start", "--help").out, "usage: "));
  EXPECT_TRUE(names(run(runtime({"--help"})).out, "(default /run/boxstep)"));
  EXPECT_TRUE(has_status("created"));
}

TEST_F(Lifecycle, OneOfTwoStartsIt) {
  matters("two that start it must not both say that they have");
  ASSERT_TRUE(exited(create("sleep 100"), 0));
  const std::string start = "\"$0\" start box --root " + root() + " 2>&1 ";
  const Result both =
      run({.argv = {"sh", "-c", start + "& " + start + "&& wait", binary()}});
  EXPECT_TRUE(names(both.out, "running, not created"));
  EXPECT_TRUE(is("error lines", lines(both.out).size(), 1U));
  EXPECT_TRUE(has_status("running"));
}

TEST_F(Lifecycle, TheIdIsAName) {
  matters("as a path, it could lead out of --root");
  for (const std::string id : {"../box", "..", "a/b"}) {
    const Result result = create("true", "", id);
    EXPECT_TRUE(exited(result, 125));
    EXPECT_TRUE(names(result.err, "cannot be a container's ID"));
  }
}

TEST_F(Lifecycle, RootIsTheHosts) {
  matters(
      "the runtime mounts over /tmp and changes its directory: open it first");
  ASSERT_TRUE(exited(create("sleep 100"), 0));
  EXPECT_TRUE(is("what is in --root", containers(), 1U));
  EXPECT_TRUE(printed(word("delete", "--force"), ""));
  const std::string from = "cd " + root() + " && exec \"$0\" ";
  const std::string tail = " --quiet --rootfs " + rootfs() + " true </dev/null";
  EXPECT_TRUE(printed(
      run(
          {.argv =
               {"sh", "-c", from + "create box --root ." + tail, binary()}}),
      ""));
  EXPECT_TRUE(has_status("created"));
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
  EXPECT_TRUE(refused(word("start"), "stopped, not created"));
  write_file(file, text);
  EXPECT_TRUE(has_status("created"));
}

TEST_F(Lifecycle, ADamagedStateIsRefused) {
  matters("a number that is cut short is another number");
  ASSERT_TRUE(exited(create("sleep 100"), 0));
  const std::string file = root() + "/box/init";
  const std::string text = read_file(file);
  const pid_t init = pid();
  std::string of_another = text;
  of_another.replace(0, text.find(':'), "boxstep 2");
  for (const std::string& damaged :
       {std::string(),
        text.substr(0, text.size() / 2),
        text.substr(0, text.size() - 1),
        of_another,
        text + text}) {
    write_file(file, damaged);
    for (const std::string each : {"state", "start", "kill", "delete"})
      EXPECT_TRUE(refused(word(each), "damaged, or of another version"));
  }
  EXPECT_TRUE(is("whether it lives", alive(init), true));
  EXPECT_TRUE(printed(word("delete", "--force"), ""));
  EXPECT_TRUE(is("whether it lives", alive(init), false));
}

TEST_F(Lifecycle, StartTellsThatTheCommandCannotRun) {
  ASSERT_TRUE(exited(create("/no/such"), 0));
  EXPECT_TRUE(exited(word("start"), 127));
  EXPECT_TRUE(names(read_file(error_file()), "exec /no/such: No such file"));
  EXPECT_TRUE(has_status("stopped"));
}

TEST_F(Lifecycle, ItHasNoTerminal) {
  matters("the terminal may be closed while it runs");
  ASSERT_TRUE(exited(create("sh -c '(: </dev/tty) || echo none'"), 0));
  EXPECT_TRUE(printed(word("start"), ""));
  EXPECT_TRUE(becomes("stopped"));
  EXPECT_TRUE(is("what it wrote", written(), "none\n"));
}

TEST_F(Lifecycle, WhatCannotBeCreatedLeavesNothing) {
  matters("unchecked, half of a container would be there to be started");
  const Result inside =
      create("true", "--hostname " + std::string(65, 'x'));  // too long
  EXPECT_TRUE(exited(inside, 125));
  EXPECT_TRUE(names(inside.err, "sethostname"));
  EXPECT_TRUE(is("what is left in --root", containers(), 0U));
  const Result outside = create("true", "--layer /no/such");
  EXPECT_TRUE(exited(outside, 125));
  EXPECT_TRUE(names(outside.err, "open /no/such"));
  EXPECT_TRUE(is("what is left in --root", containers(), 0U));
}

}  // namespace
