// SPDX-License-Identifier: MIT
#include "common/cgroup.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ctime>
#include <memory>
#include <utility>
#include <vector>

#include "common/cgroup_parent.hpp"
#include "common/check.hpp"
#include "common/file.hpp"

namespace common {
namespace {

constexpr std::string_view kPrefix = "boxstep-";

std::vector<std::string> directories_in(const std::string& path) {
  const std::unique_ptr<DIR, decltype([](DIR* open) { closedir(open); })>
      directory(opendir(path.c_str()));
  std::vector<std::string> paths;
  if (!directory) return paths;
  while (const dirent* entry = readdir(directory.get())) {
    const std::string name = entry->d_name;
    if (entry->d_type != DT_DIR || name == "." || name == "..") continue;
    paths.push_back(path + "/" + name);
  }
  return paths;
}

// 0 or -1 with errno, like rmdir(2), for a cgroup and all that are below it.
// Its files go with it: they cannot be removed, and need not be.
int remove_tree(const std::string& path) {
  if (rmdir(path.c_str()) == 0) return 0;
  for (const std::string& below : directories_in(path))
    remove_tree(below);
  return rmdir(path.c_str());
}

int open_directory(const std::string& path) {
  return open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

// Locked by us; empty where another runtime was quicker to lock or remove it.
UniqueFd lock(const std::string& path) {
  UniqueFd directory(open_directory(path));
  if (directory.get() == -1 && errno == ENOENT) return {};
  check(directory.get(), "open", path);
  const int result = flock(directory.get(), LOCK_EX | LOCK_NB);
  if (result == -1 && errno == EWOULDBLOCK) return {};
  check(result, "flock", path);
  // Removed between the two calls, it is not what has this path now, if any has.
  struct stat locked {};
  struct stat there {};
  check(fstat(directory.get(), &locked), "fstat", path);
  const int found = stat(path.c_str(), &there);
  if (found == -1 && errno == ENOENT) return {};
  check(found, "stat", path);
  return there.st_ino == locked.st_ino ? std::move(directory) : UniqueFd();
}

// Not "boxstep-experiment", which may be another program's and empty for now.
bool is_ours(std::string_view name) {
  return name.starts_with(kPrefix) &&
      name.find_first_not_of("0123456789-", kPrefix.size()) == name.npos;
}

// Whether none is left. One that is locked is none: its runtime lives.
bool remove_leftovers(const std::string& parent) {
  bool gone = true;
  for (const std::string& path : directories_in(parent)) {
    if (!is_ours(path.substr(parent.size() + 1))) continue;
    const UniqueFd leftover = lock(path);
    if (leftover.get() != -1 && remove_tree(path) == -1) gone = false;
  }
  return gone;
}

// Processes that have been waited for, or killed with their runtime, may still
// be on their way out.
template <typename Predicate>
void poll_until(Predicate predicate, int milliseconds) {
  constexpr timespec kMillisecond{.tv_sec = 0, .tv_nsec = 1'000'000};
  while (!predicate() && milliseconds-- > 0)
    nanosleep(&kMillisecond, nullptr);
}

// Version 2, below a cgroup that has processes of its own, as in a container's:
// only a threaded cgroup may have any (cgroups(7), "Thread mode").
void make_usable(const std::string& cgroup) {
  const std::string type = cgroup + "/cgroup.type";
  if (access(type.c_str(), F_OK) != 0) return;
  if (read_file(type) == "domain invalid\n") write_file(type, "threaded");
}

}  // namespace

void Cgroup::make(std::string_view controller) {
  const std::string parent = find_cgroup_parent(controller);
  turn_on(controller, parent);
  const std::string name =
      parent + "/" + std::string(kPrefix) + std::to_string(getpid());
  std::string path = name;
  // A runtime in another PID namespace may have our number.
  constexpr int kTries = 100;
  for (int n = 2; !make_locked(path); ++n) {
    if (n > kTries) fail(EEXIST, "mkdir", path);
    path = name + "-" + std::to_string(n);
  }
  make_usable(path_);
}

// Until it is locked it looks like a leftover. To lock the parent meanwhile would
// leave it to any user, who can do the same, whether a container starts.
bool Cgroup::make_locked(const std::string& path) {
  const int result = mkdir(path.c_str(), 0755);
  if (result == -1 && errno == EEXIST) return false;
  check(result, "mkdir", path);
  path_ = path;
  lock_ = lock(path);
  if (lock_.get() == -1) path_.clear();
  return !path_.empty();
}

Cgroup::~Cgroup() {
  if (!path_.empty()) remove_tree(path_);
}

void Cgroup::write(std::string_view file, std::string_view text) {
  write_file(path_ + "/" + std::string(file), text);
}

void Cgroup::remove() {
  constexpr int kOwnMilliseconds = 1000;
  constexpr int kLeftoverMilliseconds = 100;
  int result = 0;
  const auto remove_own = [&] {
    result = remove_tree(path_);
    return result == 0 || errno != EBUSY;
  };
  poll_until(remove_own, kOwnMilliseconds);
  check(result, "rmdir", path_);
  const std::string parent = path_.substr(0, path_.rfind('/'));
  path_.clear();
  poll_until([&] { return remove_leftovers(parent); }, kLeftoverMilliseconds);
}

}  // namespace common
