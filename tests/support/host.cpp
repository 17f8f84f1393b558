// SPDX-License-Identifier: MIT
#include "tests/support/host.hpp"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/check.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/files.hpp"
#include "tests/support/step.hpp"
#include "tests/support/throwaway.hpp"
#include "tests/support/wait.hpp"

namespace support {
namespace {

using common::check;

// The names of the cgroups with a pids.max.
std::vector<std::string> pids_cgroups() {
  const std::string parent = pids_hierarchy();
  std::vector<std::string> cgroups = list_directory(parent);
  std::erase_if(cgroups, [&](const std::string& name) {
    return !std::filesystem::is_directory(parent + "/" + name);
  });
  return cgroups;
}

HostIsUnchanged::State state() {
  return {
      .mounts = read_file("/proc/self/mountinfo"),
      .hostname = hostname(),
      .cgroups = pids_cgroups()};
}

// The lines of one text that another has not.
std::string lines_of_one(
    const std::string& title,
    const std::string& one,
    const std::string& other) {
  const std::vector<std::string> others = lines(other);
  std::string text;
  for (const std::string& line : lines(one)) {
    if (std::count(others.begin(), others.end(), line) == 0)
      text += title + line + "\n";
  }
  return text;
}

// What matters() has said, for who reads no report but the output.
void tell_why(const testing::TestResult& result) {
  for (int i = 0; i < result.test_property_count(); ++i) {
    const testing::TestProperty& property = result.GetTestProperty(i);
    if (property.key() != std::string("why")) continue;
    std::printf("why it matters: %s\n", property.value());
  }
}

}  // namespace

Mounted::Mounted(
    const std::string& type,
    const std::string& source,
    const std::string& target)
    : target_(target) {
  const unsigned long flags = type == "bind" ? +MS_BIND : 0;
  check(
      mount(source.c_str(), target.c_str(), type.c_str(), flags, nullptr),
      "mount",
      target);
}

Mounted::~Mounted() {
  umount2(target_.c_str(), MNT_DETACH);
}

std::string namespace_id(pid_t pid, const std::string& name) {
  return read_link("/proc/" + std::to_string(pid) + "/ns/" + name);
}

testing::AssertionResult own_namespace(pid_t pid, const std::string& name) {
  const std::string inside = namespace_id(pid, name);
  if (inside.empty()) {
    return testing::AssertionFailure()
        << but("a running container",
               "there is no process " + std::to_string(pid));
  }
  if (inside == namespace_id(getpid(), name)) {
    return testing::AssertionFailure()
        << but("a namespace of the container's own: " + name,
               "the container is in the host's own " + name + " namespace, " +
                   inside);
  }
  return testing::AssertionSuccess();
}

std::string pids_hierarchy() {
  return find_hierarchy("pids").point;
}

std::string cgroup_of(pid_t pid, const std::string& controller) {
  const std::string all = read_file("/proc/" + std::to_string(pid) + "/cgroup");
  const std::string path = cgroup_path(all, controller);
  return path.empty() ? "" : find_hierarchy(controller).point + path;
}

std::string pids_cgroup_of(pid_t pid) {
  return cgroup_of(pid, "pids");
}

bool alive(pid_t pid) {
  const char state = process_state(pid);
  return state != '-' && state != 'Z' && state != 'X';
}

std::vector<pid_t> children_of(pid_t pid) {
  std::vector<pid_t> children = processes();
  std::erase_if(children, [&](pid_t child) {
    return status_field(child, "PPid") != std::to_string(pid);
  });
  return children;
}

bool alone() {
  while (waitpid(-1, nullptr, WNOHANG | __WALL) > 0) {
  }
  return processes().size() == 1;
}

void HostIsUnchanged::OnTestStart(const testing::TestInfo& /*test*/) {
  before_ = state();
}

void HostIsUnchanged::OnTestEnd(const testing::TestInfo& test) {
  // A killed process takes a moment to be gone.
  if (!eventually(alone, kMoment)) {
    for (const pid_t pid : processes()) {
      if (pid == getpid()) continue;
      ADD_FAILURE() << but(
          "when the runtime has ended, nothing is left of the container",
          "a process of the container outlived its runtime: " +
              std::to_string(pid) + ", " + status_field(pid, "Name"));
      kill(pid, SIGKILL);
    }
    eventually(alone);
  }
  // What an earlier test has left may go in the meantime.
  const auto left = [&] {
    std::vector<std::string> cgroups = pids_cgroups();
    std::erase_if(cgroups, [&](const std::string& name) {
      return std::count(before_.cgroups.begin(), before_.cgroups.end(), name);
    });
    return cgroups;
  };
  eventually([&] { return left().empty(); }, kMoment);

  const State after = state();
  const auto changed = [&](const std::string& came,
                           const std::string& why,
                           const std::string& feature) {
    if (!test.result()->Failed()) {
      matters(why);
      is_about(feature);
    }
    ADD_FAILURE() << but("the host is as it was before", came) << why;
  };
  if (before_.mounts != after.mounts) {
    changed(
        "the container changed the host's mounts:\n" +
            lines_of_one("  gone: ", before_.mounts, after.mounts) +
            lines_of_one("  new:  ", after.mounts, before_.mounts),
        "the mount stays after the container has ended. CLONE_NEWNS and "
        "MS_PRIVATE keep a mount inside",
        "MountNamespace");
  }
  if (before_.hostname != after.hostname) {
    changed(
        "the container changed the host's name, to " + after.hostname,
        "sethostname(2) without CLONE_NEWUTS, or in run(), renames the host",
        "UtsNamespace");
  }
  if (!left().empty()) {
    changed(
        "the container left a cgroup in " + pids_hierarchy() + ": " +
            testing::PrintToString(left()),
        "whoever made the cgroup removes it; after a kill -9, the next run "
        "does",
        "PidsCgroup");
  }
  sethostname(before_.hostname.c_str(), before_.hostname.size());
  if (test.result()->Failed()) tell_why(*test.result());
}

}  // namespace support
