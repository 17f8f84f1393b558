// SPDX-License-Identifier: MIT
#include "common/cgroup.hpp"

#include <dirent.h>
#include <mntent.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <sstream>
#include <string_view>

#include "common/check.hpp"
#include "common/file.hpp"

namespace common {
namespace {

constexpr std::string_view kPrefix = "boxstep-";
std::string container;  // its ID, if the cgroups are named after it

bool exists(const std::string& path) {
  return access(path.c_str(), F_OK) == 0;
}

bool has(const mntent& mount, const std::string& controller) {
  const std::string point = mount.mnt_dir;
  const std::string_view type = mount.mnt_type;
  if (type == "cgroup" && exists(point + "/cgroup.procs"))
    return hasmntopt(&mount, controller.c_str()) != nullptr;
  const std::string list = point + "/cgroup.controllers";
  if (type != "cgroup2" || !exists(list)) return false;
  // A version 2 mount has those controllers that no version 1 mount has.
  std::string words = " " + read_file(list);
  words.back() = ' ';  // it was the end of the line
  return words.find(" " + controller + " ") != std::string::npos;
}

// The first PID namespace has this number, and no place in the name.
std::string in_namespace(std::string name) {
  constexpr ino_t kFirst = 4026531836;
  struct stat found {};
  if (stat("/proc/self/ns/pid", &found) == 0 && found.st_ino != kFirst)
    name.append("-").append(std::to_string(found.st_ino));
  return name;
}

std::string name_of(pid_t runtime) {
  return in_namespace(std::string(kPrefix) + std::to_string(runtime));
}

// Not with the prefix: as its runtime has ended, the next one would remove it.
std::string name_of(const std::string& id) {
  return in_namespace("boxstep." + id);
}

// Whether the cgroup is ours, or a runtime that has ended left it.
// "boxstep-experiment" may belong to another program.
bool is_to_go(const std::string& name) {
  if (!name.starts_with(kPrefix)) return false;
  const pid_t pid = std::atoi(name.c_str() + kPrefix.size());
  if (pid <= 0 || name != name_of(pid)) return false;
  return pid == getpid() || (kill(pid, 0) == -1 && errno == ESRCH);
}

void kill_all_in(const std::string& cgroup) {
  // In a threaded cgroup, cgroup.procs cannot be read: EOPNOTSUPP in cgroups(7). Only
  // version 2 has cgroup.threads. A signal to one thread kills its whole process.
  const std::string threads = cgroup + "/cgroup.threads";
  std::istringstream pids(
      read_file(exists(threads) ? threads : cgroup + "/cgroup.procs"));
  for (pid_t pid = 0; pids >> pid;)
    if (pid > 0) kill(pid, SIGKILL);  // 0 is one that we cannot see
}

bool is_any(const std::string& name) {
  return name != "." && name != "..";
}

// Removes directories in `path`, and all that is below them. The files in a
// cgroup go with it. Returns whether they are gone.
bool remove_in(const std::string& path, bool (*is_meant)(const std::string&)) {
  DIR* const directory = opendir(path.c_str());
  if (!directory) return true;
  bool gone = true;
  while (const dirent* entry = readdir(directory)) {
    const std::string name = entry->d_name;
    if (entry->d_type != DT_DIR || !is_meant(name)) continue;
    const std::string below = path + "/" + name;
    remove_in(below, is_any);
    gone &= rmdir(below.c_str()) == 0;
  }
  closedir(directory);
  return gone;
}

}  // namespace

std::string find_cgroup_parent(
    const std::string& controller,
    const std::string& mounts) {
  const std::unique_ptr<FILE, int (*)(FILE*)> table(
      setmntent(mounts.c_str(), "re"),
      endmntent);
  if (!table) fail(errno, "open", mounts);
  while (const mntent* mount = getmntent(table.get()))
    if (has(*mount, controller)) return mount->mnt_dir;
  if (std::ferror(table.get())) fail(EIO, "read", mounts);
  fail(ENODEV, "cgroup controller", controller);
}

Cgroup::Cgroup(const std::string& parent)
    : parent_(parent),
      path_(
          parent_ + "/" +
          (container.empty() ? name_of(getpid()) : name_of(container))) {
  remove_children();  // left by a runtime that had the same pid
  rmdir(path_.c_str());
}

Cgroup::~Cgroup() {
  if (!container.empty()) {
    if (std::uncaught_exceptions() > 0) rmdir(path_.c_str());
    return;  // it is removed with its container
  }
  remove_children();
  rmdir(path_.c_str());  // even if the others cannot be listed
  // Processes that have been killed with their runtime may still be ending.
  for (int tries = 100; tries > 0 && !remove_in(parent_, is_to_go); --tries)
    usleep(1000);  // a millisecond
}

void Cgroup::name_after(const std::string& id) {
  container = id;
}

bool Cgroup::is_version2() const {
  return exists(parent_ + "/cgroup.controllers");
}

void Cgroup::join(const std::string& controller, pid_t process) const {
  if (is_version2())
    write_file(parent_ + "/cgroup.subtree_control", "+" + controller);
  const int made = mkdir(path_.c_str(), 0755);
  if (made == -1 && errno != EEXIST) fail(errno, "mkdir", path_);
  make_usable();
  write_file(path_ + "/cgroup.procs", std::to_string(process));
}

void Cgroup::make_usable() const {
  const std::string type = path_ + "/cgroup.type";
  if (exists(type) && read_file(type) == "domain invalid\n")
    write_file(type, "threaded");
}

void Cgroup::remove_children() const {
  remove_in(path_, is_any);
}

void remove_cgroups(const std::string& id, bool kills) {
  constexpr const char* kMounts = "/proc/self/mounts";
  const std::unique_ptr<FILE, int (*)(FILE*)> table(
      setmntent(kMounts, "re"),
      endmntent);
  if (!table) fail(errno, "open", kMounts);
  while (const mntent* mount = getmntent(table.get())) {
    const std::string_view type = mount->mnt_type;
    if (type != "cgroup" && type != "cgroup2") continue;
    const std::string path = mount->mnt_dir + std::string("/") + name_of(id);
    if (!exists(path)) continue;
    remove_in(path, is_any);
    // Processes that have been killed may still be ending.
    for (int tries = 1000; rmdir(path.c_str()) == -1 && errno != ENOENT;
         --tries) {
      if (errno != EBUSY || tries == 0) fail(errno, "rmdir", path);
      if (kills) kill_all_in(path);
      usleep(1000);  // a millisecond
    }
  }
}

}  // namespace common
