// SPDX-License-Identifier: MIT
#include "tests/attacks/rig/cgroup.hpp"

#include <sys/mount.h>

#include "tests/attacks/rig/attack.hpp"
#include "tests/support/files.hpp"

namespace attacks {
namespace {

constexpr const char* kVersion1 = ":pids:";
constexpr const char* kVersion2 = "0::";

// The rest of that line of /proc/self/cgroup, or "".
std::string find_line(const std::string& mark) {
  const std::string text = support::read_file(find_proc() + "/self/cgroup");
  for (const std::string& line : support::lines(text)) {
    const size_t start = line.find(mark);
    if (start != std::string::npos) return line.substr(start + mark.size());
  }
  return "";
}

}  // namespace

std::string mount_pids_cgroups() {
  const bool version1 = !find_line(kVersion1).empty();
  const char* type = version1 ? "cgroup" : "cgroup2";
  const char* options = version1 ? "pids" : nullptr;
  std::string path = make_directory("cgroups");
  try_to(
      mount("cgroup", path.c_str(), type, /*flags=*/0, options),
      std::string("mount ") + type,
      "on " + path);
  return path;
}

std::string own_pids_cgroup() {
  const std::string version1 = find_line(kVersion1);
  return version1.empty() ? find_line(kVersion2) : version1;
}

}  // namespace attacks
