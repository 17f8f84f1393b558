// SPDX-License-Identifier: MIT
// What all other tests rest on: a command is run, and found where it should be.
// Of a runtime that is being written, these say what it lacks yet.
#include <gtest/gtest.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

#include <unistd.h>

#include "tests/support/errors.hpp"
#include "tests/support/host.hpp"
#include "tests/support/step.hpp"
#include "tests/support/wait.hpp"

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

// Whether the command has started while the host is stopped, before the host could
// do anything but start the container.
bool starts_without_host(Process& runtime) {
  int waits = 0;  // how often in a row the first process is seen to wait
  bool started = false;
  eventually([&] {
    const std::vector<pid_t> init = children_of(runtime.pid());
    const bool idle = !init.empty() && process_state(init[0]) == 'S' &&
        children_of(init[0]).empty();
    waits = idle ? waits + 1 : 0;
    started = runtime.out().find("ready") != std::string::npos;
    return started || waits == 50;
  });
  return started;
}

// First of all, as without the gate each other result is a matter of luck.
TEST(Starts, TheCommandWaitsForItsCgroup) {
  if (!knows("--pids-max")) return;
  is_about("PidsCgroup");
  matters(
      "only what starts inside the cgroup is counted: wait at a gate in "
      "child(), "
      "and open it in run() after the limit is set");
  Launch launch = container({probe(), "pause"});
  launch.keep_input_open = true;
  std::optional<LateHost> host;
  try {
    host.emplace(launch);
  } catch (const std::system_error&) {
    throw;
  } catch (const std::runtime_error&) {
    return;  // One that starts no process is told that by other tests.
  }
  const bool early = starts_without_host(host->runtime());
  host->go_on();
  // One that makes no cgroup yet is told that by other tests.
  const std::string ours = pids_cgroup_of(getpid());
  const bool limited =
      early &&
      eventually(
          [&] {
            const std::vector<pid_t> init = children_of(host->runtime().pid());
            return !init.empty() && pids_cgroup_of(init[0]) != ours;
          },
          kMoment);
  host->runtime().end_input();
  host->runtime().wait();
  EXPECT_FALSE(limited) << but(
      "the command starts after the host has put it into the cgroup",
      "it starts before that, so the limit does not hold for it");
}

TEST(Starts, RunsACommand) {
  matters("a runtime starts another program, whatever else it does");
  // Among what it may say itself.
  const Result result = run_with({}, {"/bin/echo", "ran"});
  if (result.err.find("private: " + std::string(strerror(EINVAL))) !=
      std::string::npos) {
    is_about("MountNamespace");
    matters(
        "the order: after chroot(2), / is a directory and not a mount point. "
        "Make the mounts private first, then enter the rootfs");
  }
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
