// SPDX-License-Identifier: MIT
#include "tests/support/step.hpp"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <sstream>
#include <stdexcept>

#include <gtest/gtest.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/check.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/host.hpp"
#include "tests/support/wait.hpp"

namespace support {
namespace {

using common::check;

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

bool lacks(const std::string& what) {
  const std::vector<std::string> all = words(environment("BOXSTEP_LACKS"));
  return std::find(all.begin(), all.end(), what) != all.end();
}

// Of the options of the steps; empty for others, such as an exercise's.
std::string first_step_with(const std::string& option) {
  // "--hostname=01-uts --rootfs=02-chroot", of steps/meson.build
  for (const std::string& known : words(BOXSTEP_OPTIONS)) {
    if (known.starts_with(option + "=")) return known.substr(option.size() + 1);
  }
  return "";
}

}  // namespace

std::string binary() {
  const std::string given = environment("BOXSTEP_BINARY");
  return given.empty() ? environment("BOXSTEP_STEPS") + "/" + step() : given;
}

std::string step() {
  return environment("BOXSTEP_STEP");
}

int step_number() {
  return std::atoi(step().c_str());
}

bool knows(const std::string& option) {
  const std::string first = first_step_with(option);
  return !first.empty() && first <= step();
}

std::string rootfs() {
  return environment("BOXSTEP_ROOTFS");
}

std::string program_name() {
  const std::string path = binary();
  return path.substr(path.rfind('/') + 1);
}

bool enters_rootfs() {
  return knows("--rootfs") && !lacks("--rootfs") && !lacks("rootfs");
}

std::string probe() {
  return enters_rootfs() ? "/bin/probe" : environment("BOXSTEP_PROBE");
}

void matters(const std::string& why) {
  testing::Test::RecordProperty("why", why);
}

void shows_that_it_lacks(const std::string& what) {
  testing::Test::RecordProperty("lacks", what);
}

void is_about(const std::string& feature) {
  testing::Test::RecordProperty("about", feature);
}

Launch container(
    const std::vector<std::string>& command,
    const std::vector<std::string>& options) {
  std::vector<std::string> arguments{"run", "--quiet"};
  bool rootfs_given = false;
  for (size_t i = 0; i < options.size(); ++i) {
    if (options[i] == "--rootfs") rootfs_given = true;
    const bool comes_later = first_step_with(options[i]) > step();
    if (comes_later || lacks(options[i])) {
      ++i;  // and its value
    } else {
      arguments.push_back(options[i]);
    }
  }
  if (knows("--rootfs") && !rootfs_given && !lacks("--rootfs")) {
    arguments.insert(arguments.end(), {"--rootfs", rootfs()});
  }
  arguments.emplace_back("--");
  arguments.insert(arguments.end(), command.begin(), command.end());
  return runtime(arguments);
}

Launch loud(
    const std::vector<std::string>& command,
    const std::vector<std::string>& options) {
  Launch launch = container(command, options);
  launch.argv.erase(
      std::find(launch.argv.begin(), launch.argv.end(), "--quiet"));
  return launch;
}

Launch runtime(const std::vector<std::string>& arguments) {
  Launch launch{.argv = {binary()}};
  launch.argv.insert(launch.argv.end(), arguments.begin(), arguments.end());
  return launch;
}

Running::Running(const Launch& launch)
    : runtime_([&] {
        Launch with_input = launch;
        with_input.keep_input_open = true;
        return with_input;
      }()) {
  const bool ready = eventually([&] {
    return runtime_.out().find("ready\n") != std::string::npos ||
        !runtime_.running();
  });
  if (!ready || !runtime_.running()) {
    const Result result = runtime_.wait();
    throw std::runtime_error(
        but("the container runs its command, until it is told to end",
            "it did not get as far as its command; " + end_of(result),
            &result));
  }
  // A line of only children, at the end of which is the command, or a child
  // that the command keeps.
  command_ = init_ = runtime_.pid();
  for (auto next = children_of(command_); !next.empty();
       next = children_of(command_)) {
    if (!alive(next.front())) break;
    init_ = command_;
    command_ = next.front();
  }
}

Running::~Running() {
  end();
}

Result Running::end() {
  runtime_.end_input();
  return runtime_.wait();
}

LateHost::LateHost(Launch launch)
    : runtime_([&] {
        launch.before_exec = [] {
          ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
        };
        return launch;
      }()) {
  const pid_t pid = runtime_.pid();
  const auto wait_for_stop = [](pid_t tracee) {
    int status = 0;
    check(waitpid(tracee, &status, __WALL), "waitpid");
    if (WIFSTOPPED(status)) return status;
    throw std::runtime_error("the runtime has ended without a container");
  };
  wait_for_stop(pid);  // by its execve(2)
  constexpr long kStarts = PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
      PTRACE_O_TRACECLONE | PTRACE_O_EXITKILL;
  check(ptrace(PTRACE_SETOPTIONS, pid, nullptr, kStarts), "PTRACE_SETOPTIONS");
  int signal = 0;
  for (;;) {
    check(ptrace(PTRACE_CONT, pid, nullptr, signal), "PTRACE_CONT");
    const int status = wait_for_stop(pid);
    if (status >> 16 != 0) break;  // an event: it has started another
    signal = WSTOPSIG(status) == SIGTRAP ? 0 : WSTOPSIG(status);
  }
  unsigned long started = 0;
  check(
      ptrace(PTRACE_GETEVENTMSG, pid, nullptr, &started),
      "PTRACE_GETEVENTMSG");
  wait_for_stop(static_cast<pid_t>(started));
  check(ptrace(PTRACE_DETACH, started, nullptr, nullptr), "PTRACE_DETACH");
}

void LateHost::go_on() {
  check(
      ptrace(PTRACE_DETACH, runtime_.pid(), nullptr, nullptr),
      "PTRACE_DETACH");
}

CommonDirectory::CommonDirectory()
    : directory_(enters_rootfs() ? rootfs() + "/tmp" : "/tmp"),
      inside_(enters_rootfs() ? outside().substr(rootfs().size()) : outside()) {
}

std::string missing() {
  if (step().empty()) return "BOXSTEP_STEP, such as 03-pid-mount";
  if (access(binary().c_str(), X_OK) == -1) {
    return "a runtime at BOXSTEP_BINARY=" + binary();
  }
  if (access(environment("BOXSTEP_PROBE").c_str(), X_OK) == -1) {
    return "the probe at BOXSTEP_PROBE=" + environment("BOXSTEP_PROBE");
  }
  if (access((rootfs() + "/bin/probe").c_str(), X_OK) == -1) {
    return "bin/probe in the rootfs at BOXSTEP_ROOTFS=" + rootfs();
  }
  if (geteuid() != 0) return "root: try sudo";
  if (knows("--pids-max") && pids_hierarchy().empty()) {
    return "the pids cgroup controller";
  }
  return "";
}

}  // namespace support
