// SPDX-License-Identifier: MIT
// What all other tests rest on: a command is run, and found where it should be.
// Of a runtime that is being written, these say what it lacks yet.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/errors.hpp"
#include "tests/support/step.hpp"

namespace {

using namespace support;

// In the directory in which the default rootfs is to be found.
Result run_with(
    std::vector<std::string> options,
    std::vector<std::string> command) {
  options.insert(options.begin(), "run");
  options.emplace_back("--");
  options.insert(options.end(), command.begin(), command.end());
  Launch launch = runtime(options);
  launch.directory = rootfs().substr(0, rootfs().rfind('/'));
  return run(launch);
}

void expect_known(const std::string& option, const std::string& value) {
  matters("an option that is not known is an error, or taken for the command");
  const auto ran = printed(
      run_with({"--quiet", option, value}, {"/bin/echo", "ran"}),
      "ran\n");
  EXPECT_TRUE(ran);
  if (!ran) shows_that_it_lacks(option);
}

TEST(Starts, RunsACommand) {
  matters("a runtime starts another program, whatever else it does");
  // Among what it may say itself.
  const Result result = run_with({}, {"/bin/echo", "ran"});
  EXPECT_TRUE(exited(result, 0));
  EXPECT_TRUE(names(result.out, "ran\n"));
}

TEST(Starts, RunsACommandQuietly) {
  matters("all that follows is asked with --quiet, and the command after --");
  EXPECT_TRUE(printed(run_with({"--quiet"}, {"/bin/echo", "ran"}), "ran\n"));
}

TEST(Starts, KnowsTheHostnameOption) {
  if (knows("--hostname")) expect_known("--hostname", "box");
}

TEST(Starts, KnowsTheRootfsOption) {
  if (knows("--rootfs")) expect_known("--rootfs", rootfs());
}

TEST(Starts, KnowsThePidsMaxOption) {
  if (knows("--pids-max")) expect_known("--pids-max", "20");
}

TEST(Starts, FindsTheCommandInTheRootfs) {
  if (!knows("--rootfs")) return;
  matters(
      "/bin/probe is a program of the rootfs, and the host has none: find the "
      "command in the rootfs");
  const auto ran =
      printed(run_with({"--quiet"}, {"/bin/probe", "argv", "ran"}), "[ran]\n");
  EXPECT_TRUE(ran);
  if (!ran) shows_that_it_lacks("rootfs");
}

}  // namespace
