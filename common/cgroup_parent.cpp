// SPDX-License-Identifier: MIT
#include "common/cgroup_parent.hpp"

#include <mntent.h>
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <sstream>
#include <string_view>

#include "common/check.hpp"
#include "common/file.hpp"

namespace common {
namespace {

bool is_cgroup(const std::string& path) {
  return access((path + "/cgroup.procs").c_str(), F_OK) == 0;
}

// A version 2 mount has those controllers that no version 1 mount has.
bool version2_has(const std::string& mount, const std::string& controller) {
  if (!is_version2(mount)) return false;
  std::istringstream words(read_file(mount + "/cgroup.controllers"));
  std::string word;
  while (words >> word)
    if (word == controller) return true;
  return false;
}

bool has(const mntent& mount, const std::string& controller) {
  const std::string_view type = mount.mnt_type;
  if (type == "cgroup2") return version2_has(mount.mnt_dir, controller);
  return type == "cgroup" && is_cgroup(mount.mnt_dir) &&
      hasmntopt(&mount, controller.c_str()) != nullptr;
}

}  // namespace

bool is_version2(const std::string& cgroup) {
  return access((cgroup + "/cgroup.controllers").c_str(), F_OK) == 0;
}

std::string find_cgroup_parent(
    const std::string& controller,
    const std::string& usual,
    const std::string& mounts) {
  if (version2_has(usual, controller)) return usual;
  // In version 2 this could be a cgroup that somebody gave this name.
  const std::string version1 = usual + "/" + controller;
  if (!is_cgroup(usual) && is_cgroup(version1)) return version1;
  const auto close = [](FILE* file) { endmntent(file); };
  const std::unique_ptr<FILE, decltype(close)> table(
      setmntent(mounts.c_str(), "re"),
      close);
  if (!table) fail(errno, "open", mounts);
  while (const mntent* mount = getmntent(table.get()))
    if (has(*mount, controller)) return mount->mnt_dir;
  fail(ENODEV, "cgroup controller", controller);
}

}  // namespace common
