// SPDX-License-Identifier: MIT
#include "common/cgroup_parent.hpp"

#include <unistd.h>

#include "common/check.hpp"
#include "common/file.hpp"
#include "common/mountinfo.hpp"

namespace common {
namespace {

bool exists(const std::string& path) {
  return access(path.c_str(), F_OK) == 0;
}

// The words of a file such as cgroup.controllers: "cpu memory pids\n".
bool file_has_word(const std::string& path, std::string_view word) {
  std::string text = read_file(path);
  if (text.ends_with('\n')) text.pop_back();
  return contains_word(text, word, ' ');
}

// A mount of version 2 has the controllers that version 1 has not taken.
bool version2_has(const std::string& mount, std::string_view controller) {
  const std::string file = mount + "/cgroup.controllers";
  return exists(file) && file_has_word(file, controller);
}

}  // namespace

std::string find_cgroup_parent(
    std::string_view controller,
    const std::string& usual,
    const std::string& mountinfo) {
  if (version2_has(usual, controller)) return usual;
  // In version 2 that would be a cgroup that somebody has given this name.
  const std::string version1 = usual + "/" + std::string(controller);
  if (!exists(usual + "/cgroup.procs") && exists(version1 + "/cgroup.procs")) {
    return version1;
  }
  for (const Mount& mount : parse_mountinfo(read_file(mountinfo))) {
    const bool found = mount.type == "cgroup2"
        ? version2_has(mount.point, controller)
        : mount.type == "cgroup" &&
            contains_word(mount.options, controller, ',');
    if (found) return mount.point;
  }
  fail(ENODEV, "cgroup controller", controller);
}

void turn_on(std::string_view controller, const std::string& parent) {
  const std::string file = parent + "/cgroup.subtree_control";
  if (!exists(file) || file_has_word(file, controller)) return;
  write_file(file, "+" + std::string(controller));
}

}  // namespace common
