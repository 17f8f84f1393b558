// SPDX-License-Identifier: MIT
#include "tests/support/throwaway.hpp"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <filesystem>
#include <list>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <linux/keyctl.h>
#include <sched.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/check.hpp"
#include "common/file.hpp"
#include "common/network.hpp"
#include "tests/support/files.hpp"
#include "tests/support/wait.hpp"

namespace support {
namespace {

using common::check;
using common::UniqueFd;

constexpr const char* kUnused = nullptr;

// Whether a word is in a list of /proc or of cgroups: "cpu,pids", "cpu pids\n".
bool has_word(std::string list, const std::string& word) {
  for (char& c : list) {
    if (c == '\n' || c == ' ') c = ',';
  }
  return ("," + list + ",").find("," + word + ",") != std::string::npos;
}

void remove_cgroup(const std::string& path) {
  for (const std::string& name : list_directory(path)) {
    const std::string below = path + "/" + name;
    if (std::filesystem::is_directory(below)) remove_cgroup(below);
  }
  rmdir(path.c_str());
}

// Waits for its turn, or returns nothing where another has it.
UniqueFd lock(const std::string& path, int how) {
  UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  return flock(fd.get(), how) == 0 ? std::move(fd) : UniqueFd();
}

// The cgroup that the throwaway host takes for the root of the hierarchy, below
// one that is locked for as long as it is in use: what is not locked has been
// left by tests that were killed.
class PartOfHierarchy {
 public:
  PartOfHierarchy(
      const Hierarchy& whole,
      const std::vector<std::string>& controllers = {})
      : whole_(whole) {
    if (whole_.point.empty()) return;
    // One at a time, as a new one is not locked yet.
    const UniqueFd turn = lock(whole_.point, LOCK_EX);
    const std::string prefix = whole_.point + "/boxstep-test-";
    for (const std::string& name : list_directory(whole_.point)) {
      const std::string path = whole_.point + "/" + name;
      if (path.starts_with(prefix) && lock(path, LOCK_EX | LOCK_NB).get() != -1)
        remove_cgroup(path);
    }
    path_ = prefix + std::to_string(getpid());
    check(mkdir(path_.c_str(), 0755), "mkdir", path_);
    lock_ = lock(path_, LOCK_EX);
    if (whole_.type == "cgroup2") {
      std::string all = "+pids";
      const std::string there = read_file(whole_.point + "/cgroup.controllers");
      for (const std::string& controller : controllers) {
        if (has_word(there, controller)) all += " +" + controller;
      }
      write_file(whole_.point + "/cgroup.subtree_control", all);
      write_file(path_ + "/cgroup.subtree_control", all);
    }
    check(mkdir(root().c_str(), 0755), "mkdir", root());
  }
  PartOfHierarchy(const PartOfHierarchy&) = delete;
  PartOfHierarchy& operator=(const PartOfHierarchy&) = delete;
  ~PartOfHierarchy() {
    // A process that was killed takes a moment to leave.
    eventually([&] {
      remove_cgroup(path_);
      return !support::exists(path_);
    });
  }

  bool exists() const { return !path_.empty(); }

  void join() const {
    if (!path_.empty()) write_file(root() + "/cgroup.procs", "0");
  }

  // Puts a mount of this part where the whole was, and every process of it into
  // the cgroup `leaf`.
  void enter(const std::string& leaf) const {
    if (path_.empty()) return;
    const char* point = whole_.point.c_str();
    const char* type = whole_.type.c_str();
    const char* options =
        whole_.type == "cgroup" ? whole_.options.c_str() : nullptr;
    std::filesystem::create_directories(point);
    umount2(point, MNT_DETACH);  // fails where it is not mounted here
    check(mount("cgroup", point, type, /*flags=*/0, options), "mount", point);
    if (leaf.empty()) return;
    const std::string path = whole_.point + leaf;
    check(mkdir(path.c_str(), 0755), "mkdir", path);
    for (const std::string& pid :
         lines(read_file(whole_.point + "/cgroup.procs")))
      write_file(path + "/cgroup.procs", pid);
  }

 private:
  std::string root() const { return path_ + "/root"; }

  Hierarchy whole_;
  std::string path_;
  UniqueFd lock_;
};

void enter(
    const std::list<PartOfHierarchy>& cgroups,
    const ThrowawayHost& host) {
  check(prctl(PR_SET_PDEATHSIG, SIGKILL), "prctl");
  check(setsid(), "setsid");  // away from the terminal
  // Where the kernel has no keyrings there is none to leave.
  syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, nullptr);
  for (const PartOfHierarchy& part : cgroups)
    part.join();
  constexpr int kNamespaces = CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWNET;
  check(unshare(kNamespaces | host.namespaces), "unshare");
  common::bring_up("lo");
  check(sethostname(kHostname, std::strlen(kHostname)), "sethostname");
  // First cut off from the real host, then share among each other. Without the
  // first step, the mounts of a host whose / is shared would stay in its peer
  // group, and what a faulty runtime mounts would reach it.
  check(
      mount(kUnused, "/", kUnused, MS_REC | MS_PRIVATE, kUnused),
      "mount --make-rprivate /");
  if (host.prepare) {
    host.prepare();
  } else {
    check(mount("proc", "/proc", "proc", /*flags=*/0, kUnused), "mount /proc");
  }
  // Not earlier: in a cgroup namespace of its own, it makes no new hierarchies.
  if (cgroups.front().exists()) check(unshare(CLONE_NEWCGROUP), "unshare");
  for (const PartOfHierarchy& part : cgroups)
    part.enter(host.cgroup);
  check(
      mount(kUnused, "/", kUnused, MS_REC | MS_SHARED, kUnused),
      "mount --make-rshared /");
}

}  // namespace

int run_on_throwaway_host(
    const std::function<int()>& body,
    const ThrowawayHost& host) {
  std::list<PartOfHierarchy> cgroups;
  cgroups.emplace_back(find_hierarchy("pids"), host.controllers);
  for (const std::string& controller : host.controllers) {
    const Hierarchy found = find_hierarchy(controller);
    if (found.type == "cgroup" && controller != "memory")
      cgroups.emplace_back(found);
  }
  check(unshare(CLONE_NEWPID), "unshare");  // for the child
  const pid_t child = check(fork(), "fork");
  if (child == 0) {
    int status = 1;
    try {
      enter(cgroups, host);
      status = body();
    } catch (const std::exception& error) {
      std::fprintf(stderr, "FAILED: no throwaway host: %s\n", error.what());
    }
    std::exit(status);  // not _exit(), which leaves a static TemporaryDirectory
  }
  int status = 0;
  check(waitpid(child, &status, 0), "waitpid");
  if (WIFEXITED(status)) return WEXITSTATUS(status);
  std::fprintf(stderr, "FAILED: killed by signal %d\n", WTERMSIG(status));
  return 1;
}

// Fields after " - " in mountinfo: type, source, options of the file system
// (proc(5)). The last mount wins: it covers the ones before it.
Hierarchy find_hierarchy(const std::string& controller) {
  Hierarchy found;
  for (const std::string& line : lines(read_file("/proc/self/mountinfo"))) {
    const std::string point = words(line)[4];
    const std::vector<std::string> file_system =
        words(line.substr(line.find(" - ") + 3));
    const std::string& type = file_system[0];
    const std::string controllers = type == "cgroup" ? file_system.back()
        : type == "cgroup2" ? read_file(point + "/cgroup.controllers")
                            : "";
    if (has_word(controllers, controller))
      found = {
          .controller = controller,
          .type = type,
          .point = point,
          // without "rw,"
          .options = type == "cgroup" ? file_system.back().substr(3) : ""};
  }
  return found;
}

std::string cgroup_path(
    const std::string& cgroups,
    const std::string& controller) {
  std::string path;
  for (const std::string& line : lines(cgroups)) {
    const size_t first = line.find(':');
    const size_t second = line.find(':', first + 1);
    const std::string controllers = line.substr(first + 1, second - first - 1);
    if (has_word(controllers, controller)) return line.substr(second + 1);
    if (controllers.empty()) path = line.substr(second + 1);
  }
  return path;
}

std::string pids_path(const std::string& cgroups) {
  return cgroup_path(cgroups, "pids");
}

}  // namespace support
