// SPDX-License-Identifier: MIT
#include "tests/support/host.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <system_error>

#include <fcntl.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/check.hpp"
#include "tests/support/files.hpp"
#include "tests/support/wait.hpp"

namespace support {
namespace {

using common::check;

bool has_word(std::string list, const std::string& word) {
  for (char& c : list) {
    if (c == ',' || c == '\n' || c == ' ') c = ',';
  }
  return ("," + list + ",").find("," + word + ",") != std::string::npos;
}

// The cgroups of runtimes that no longer run. Those of live ones belong to
// tests that run beside this one.
std::vector<std::string> abandoned_cgroups() {
  std::vector<std::string> abandoned;
  for (const std::string& name : boxstep_cgroups()) {
    const pid_t owner = std::atoi(name.c_str() + std::strlen("boxstep-"));
    if (owner <= 0 || kill(owner, 0) == -1) abandoned.push_back(name);
  }
  return abandoned;
}

HostIsUnchanged::State state() {
  char hostname[256] = {};
  gethostname(hostname, sizeof hostname - 1);
  return {
      .mounts = read_file("/proc/self/mountinfo"),
      .hostname = hostname,
      .abandoned_cgroups = abandoned_cgroups()};
}

// Reaps what died and says whether nothing is left that lives.
bool no_children() {
  pid_t reaped = 0;
  do {
    reaped = waitpid(-1, nullptr, WNOHANG | __WALL);
  } while (reaped > 0);
  return reaped == -1;
}

std::string difference(const std::string& before, const std::string& after) {
  std::string text;
  const auto contains = [](const std::string& all, const std::string& line) {
    return ("\n" + all).find("\n" + line + "\n") != std::string::npos;
  };
  for (const std::string& line : lines(before)) {
    if (!contains(after, line)) text += "  gone: " + line + "\n";
  }
  for (const std::string& line : lines(after)) {
    if (!contains(before, line)) text += "  new:  " + line + "\n";
  }
  return text;
}

}  // namespace

void enter_throwaway_host() {
  check(unshare(CLONE_NEWNS | CLONE_NEWUTS), "unshare");
  // First cut off from the real host, then share among each other. Without the
  // first step, the mounts of a host whose / is shared would stay in its peer
  // group, and what a faulty runtime mounts would reach it.
  check(
      mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr),
      "mount --make-rprivate /");
  check(
      mount(nullptr, "/", nullptr, MS_REC | MS_SHARED, nullptr),
      "mount --make-rshared /");
  check(sethostname(kHostname, std::strlen(kHostname)), "sethostname");
  check(prctl(PR_SET_CHILD_SUBREAPER, 1), "prctl PR_SET_CHILD_SUBREAPER");
  const int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC);
  if (terminal != -1) {
    std::signal(SIGHUP, SIG_IGN);
    ioctl(terminal, TIOCNOTTY);
    std::signal(SIGHUP, SIG_DFL);
    close(terminal);
  }
}

std::string namespace_id(pid_t pid, const std::string& name) {
  return read_link("/proc/" + std::to_string(pid) + "/ns/" + name);
}

std::string pids_hierarchy() {
  // Fields after " - ": type, source, options of the file system (proc(5)).
  // The last mount wins: it covers the ones before it.
  std::string found;
  for (const std::string& line : lines(read_file("/proc/self/mountinfo"))) {
    const std::vector<std::string> mount = words(line);
    const std::vector<std::string> type =
        words(line.substr(line.find(" - ") + 3));
    const std::string& point = mount[4];
    if (type[0] == "cgroup" && has_word(type[2], "pids")) found = point;
    if (type[0] == "cgroup2" &&
        has_word(read_file(point + "/cgroup.controllers"), "pids")) {
      found = point;
    }
  }
  return found;
}

std::vector<std::string> boxstep_cgroups() {
  std::vector<std::string> cgroups;
  for (const std::string& name : list_directory(pids_hierarchy())) {
    if (name.rfind("boxstep-", 0) == 0) cgroups.push_back(name);
  }
  return cgroups;
}

std::string pids_cgroup_of(pid_t pid) {
  // "4:pids:/boxstep-123" in version 1, "0::/boxstep-123" in version 2.
  std::string path;
  for (const std::string& line :
       lines(read_file("/proc/" + std::to_string(pid) + "/cgroup"))) {
    const size_t first = line.find(':');
    const size_t second = line.find(':', first + 1);
    const std::string controllers = line.substr(first + 1, second - first - 1);
    if (has_word(controllers, "pids"))
      return pids_hierarchy() + line.substr(second + 1);
    if (controllers.empty()) path = pids_hierarchy() + line.substr(second + 1);
  }
  return path;
}

std::string status_field(pid_t pid, const std::string& field) {
  const std::string status =
      "\n" + read_file("/proc/" + std::to_string(pid) + "/status");
  const size_t start = status.find("\n" + field + ":\t");
  if (start == std::string::npos) return "";
  const size_t value = start + field.size() + 3;
  return status.substr(value, status.find('\n', value) - value);
}

bool alive(pid_t pid) {
  const std::string state = status_field(pid, "State");
  return !state.empty() && state[0] != 'Z' && state[0] != 'X';
}

std::vector<pid_t> children_of(pid_t pid) {
  std::vector<pid_t> children;
  for (const std::string& name : list_directory("/proc")) {
    const pid_t candidate = std::atoi(name.c_str());
    if (candidate > 0 &&
        status_field(candidate, "PPid") == std::to_string(pid)) {
      children.push_back(candidate);
    }
  }
  return children;
}

std::vector<pid_t> descendants_of(pid_t pid) {
  std::vector<pid_t> all;
  for (const pid_t child : children_of(pid)) {
    if (!alive(child)) continue;
    all.push_back(child);
    for (const pid_t deeper : descendants_of(child))
      all.push_back(deeper);
  }
  return all;
}

std::string command_line(pid_t pid) {
  std::string text = read_file("/proc/" + std::to_string(pid) + "/cmdline");
  for (char& c : text) {
    if (c == '\0') c = ' ';
  }
  return text;
}

void HostIsUnchanged::OnTestStart(const testing::TestInfo& /*test*/) {
  before_ = state();
}

void HostIsUnchanged::OnTestEnd(const testing::TestInfo& /*test*/) {
  // A killed process takes a moment to be gone.
  if (!eventually(no_children, std::chrono::milliseconds{2000})) {
    for (const pid_t pid : descendants_of(getpid())) {
      ADD_FAILURE() << "a process of the container outlived its runtime: "
                    << pid << " " << command_line(pid);
      kill(pid, SIGKILL);
    }
    eventually(no_children);
  }

  State after = state();
  EXPECT_EQ(before_.mounts, after.mounts)
      << "the container changed the host's mounts:\n"
      << difference(before_.mounts, after.mounts);
  EXPECT_EQ(before_.hostname, after.hostname)
      << "the container changed the host's name";
  sethostname(before_.hostname.c_str(), before_.hostname.size());

  // Another test may have left one on purpose that its next run removes.
  const auto left = [&] {
    std::string names;
    for (const std::string& name : abandoned_cgroups()) {
      const auto& known = before_.abandoned_cgroups;
      if (std::count(known.begin(), known.end(), name) == 0)
        names += " " + name;
    }
    return names;
  };
  eventually([&] { return left().empty(); }, std::chrono::milliseconds{2000});
  EXPECT_EQ(left(), "") << "cgroups were left in " << pids_hierarchy();
}

}  // namespace support
