// SPDX-License-Identifier: MIT
#include "common/cgroup.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ctime>
#include <memory>
#include <vector>

#include "common/check.hpp"
#include "common/file.hpp"
#include "common/mountinfo.hpp"

namespace common {
namespace {

constexpr std::string_view kPrefix = "boxstep-";

std::vector<std::string> directories_in(const std::string& path) {
  struct Close {
    void operator()(DIR* directory) const { closedir(directory); }
  };
  const std::unique_ptr<DIR, Close> directory(opendir(path.c_str()));
  std::vector<std::string> names;
  if (!directory) return names;
  while (const dirent* entry = readdir(directory.get())) {
    const std::string name = entry->d_name;
    if (entry->d_type != DT_DIR || name == "." || name == "..") continue;
    names.push_back(path + "/" + name);
  }
  return names;
}

// 0 or -1 with errno, like rmdir(2), for a cgroup and all that are below it.
// Its files go with it: they cannot be removed, and need not be.
int remove_tree(const std::string& path) {
  if (rmdir(path.c_str()) == 0) return 0;
  for (const std::string& below : directories_in(path))
    remove_tree(below);
  return rmdir(path.c_str());
}

UniqueFd open_directory(const std::string& path) {
  constexpr int kFlags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
  return UniqueFd(check(open(path.c_str(), kFlags), "open", path));
}

void remove_leftovers(const std::string& parent) {
  for (const std::string& path : directories_in(parent)) {
    if (!path.starts_with(parent + "/" + std::string(kPrefix))) continue;
    const UniqueFd leftover(
        open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    // Locked: its runtime lives. Gone or busy: no matter.
    if (flock(leftover.get(), LOCK_EX | LOCK_NB) == 0) remove_tree(path);
  }
}

// The words of a file such as cgroup.controllers: "cpu memory pids\n".
bool file_has_word(const std::string& path, std::string_view word) {
  std::string text = read_file(path);
  if (!text.empty() && text.back() == '\n') text.pop_back();
  return contains_word(text, word, ' ');
}

bool exists(const std::string& path) {
  return access(path.c_str(), F_OK) == 0;
}

// A mount of version 2 offers the controllers that version 1 has not taken, and
// hands its children those that its subtree_control names.
bool offers(const std::string& mount, std::string_view controller) {
  const std::string file = mount + "/cgroup.controllers";
  return exists(file) && file_has_word(file, controller);
}

void turn_on(std::string_view controller, const std::string& parent) {
  const std::string file = parent + "/cgroup.subtree_control";
  if (!exists(file) || file_has_word(file, controller)) return;
  write_file(file, "+" + std::string(controller));
}

}  // namespace

std::string find_cgroup_parent(
    std::string_view controller,
    const std::string& usual,
    const std::string& mountinfo) {
  if (offers(usual, controller)) return usual;
  const std::string version1 = usual + "/" + std::string(controller);
  if (!exists(usual + "/cgroup.procs") && exists(version1 + "/cgroup.procs")) {
    return version1;
  }
  for (const Mount& mount : parse_mountinfo(read_file(mountinfo))) {
    const bool version1_has =
        mount.type == "cgroup" && contains_word(mount.options, controller, ',');
    if (version1_has) return mount.point;
    if (mount.type == "cgroup2" && offers(mount.point, controller)) {
      return mount.point;
    }
  }
  fail(ENODEV, "cgroup controller", controller);
}

void Cgroup::make(std::string_view controller) {
  const std::string parent = find_cgroup_parent(controller);
  turn_on(controller, parent);
  // One run at a time from here to the lock on the new directory: until that is
  // held, another run would take it for a leftover.
  const UniqueFd parent_lock = open_directory(parent);
  check(
      retry([&] { return flock(parent_lock.get(), LOCK_EX); }),
      "flock",
      parent);
  remove_leftovers(parent);
  const std::string name =
      parent + "/" + std::string(kPrefix) + std::to_string(getpid());
  std::string path = name;
  // A runtime in another PID namespace may have our number.
  constexpr int kTries = 100;
  for (int n = 2; mkdir(path.c_str(), 0755) == -1; ++n) {
    if (errno != EEXIST || n > kTries) fail(errno, "mkdir", path);
    path = name + "-" + std::to_string(n);
  }
  path_ = path;
  lock_ = open_directory(path_);
  check(flock(lock_.get(), LOCK_EX | LOCK_NB), "flock", path_);
}

Cgroup::~Cgroup() {
  if (!path_.empty()) remove_tree(path_);
}

void Cgroup::write(std::string_view file, std::string_view text) {
  write_file(path_ + "/" + std::string(file), text);
}

void Cgroup::remove() {
  // The last process may still be on its way out after it has been waited for.
  constexpr int kTries = 100;
  constexpr timespec kPause{.tv_sec = 0, .tv_nsec = 10'000'000};
  int result = remove_tree(path_);
  for (int i = 1; result == -1 && errno == EBUSY && i < kTries; ++i) {
    nanosleep(&kPause, nullptr);
    result = remove_tree(path_);
  }
  check(result, "rmdir", path_);
  path_.clear();
}

}  // namespace common
