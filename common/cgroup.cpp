// SPDX-License-Identifier: MIT
#include "common/cgroup.hpp"

#include <dirent.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <string_view>
#include <vector>

#include "common/cgroup_parent.hpp"
#include "common/file.hpp"

namespace common {
namespace {

constexpr std::string_view kPrefix = "boxstep-";

std::vector<std::string> directories_in(const std::string& path) {
  const auto close = [](DIR* directory) { closedir(directory); };
  const std::unique_ptr<DIR, decltype(close)> directory(
      opendir(path.c_str()),
      close);
  std::vector<std::string> paths;
  if (!directory) return paths;
  while (const dirent* entry = readdir(directory.get())) {
    const std::string name = entry->d_name;
    if (entry->d_type != DT_DIR || name == "." || name == "..") continue;
    paths.push_back(path + "/" + name);
  }
  return paths;
}

void remove_below(const std::string& path) {
  for (const std::string& below : directories_in(path)) {
    remove_below(below);
    rmdir(below.c_str());
  }
}

// Whether it is gone. The files in it go with it.
bool remove(const std::string& path) {
  remove_below(path);
  return rmdir(path.c_str()) == 0 || errno == ENOENT;
}

// Empty in the first PID namespace, whose number is fixed.
std::string pid_namespace() {
  constexpr ino_t kFirst = 4026531836;
  struct stat found {};
  const int result = stat("/proc/self/ns/pid", &found);
  if (result == -1 || found.st_ino == kFirst) return "";
  return "-" + std::to_string(found.st_ino);
}

std::string name_of(pid_t runtime) {
  return std::string(kPrefix) + std::to_string(runtime) + pid_namespace();
}

// Whether a runtime that has ended left the cgroup. "boxstep-experiment" may
// belong to another program.
bool is_leftover(const std::string& name) {
  if (!name.starts_with(kPrefix)) return false;
  const pid_t pid = std::atoi(name.c_str() + kPrefix.size());
  return pid > 0 && name == name_of(pid) && kill(pid, 0) == -1 &&
      errno == ESRCH;
}

bool remove_leftovers(const std::string& parent) {
  bool gone = true;
  for (const std::string& path : directories_in(parent))
    if (is_leftover(path.substr(parent.size() + 1))) gone &= remove(path);
  return gone;
}

}  // namespace

Cgroup::Cgroup(const std::string& parent)
    : parent_(parent), path_(parent_ + "/" + name_of(getpid())) {
  remove(path_);  // left by a runtime that had the same pid
}

Cgroup::~Cgroup() {
  // Processes that have been killed with their runtime may still be ending.
  constexpr timespec kMillisecond{.tv_sec = 0, .tv_nsec = 1'000'000};
  for (int tries = 100; tries > 0; --tries) {
    if (remove(path_) && remove_leftovers(parent_)) return;
    nanosleep(&kMillisecond, nullptr);
  }
}

bool Cgroup::is_version2() const {
  return common::is_version2(parent_);
}

void Cgroup::make_usable() const {
  const std::string type = path_ + "/cgroup.type";
  if (access(type.c_str(), F_OK) != 0) return;
  if (read_file(type) == "domain invalid\n") write_file(type, "threaded");
}

void Cgroup::remove_children() const {
  remove_below(path_);
}

}  // namespace common
