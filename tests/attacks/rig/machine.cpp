// SPDX-License-Identifier: MIT
#include "tests/attacks/rig/machine.hpp"

#include <sys/stat.h>

#include "tests/attacks/rig/cell.hpp"
#include "tests/support/files.hpp"

namespace attacks {
namespace {

// That are the machine's own, and that an attack writes to.
constexpr const char* kSettings[] = {
    "/proc/self/mountinfo",
    "/proc/sys/kernel/core_pattern",
    "/proc/sys/kernel/domainname",
    "/proc/sys/kernel/hostname",
    "/proc/sys/kernel/msgmax",
    "/proc/sysvipc/shm",
};

std::string mode_of(const std::string& path) {
  struct stat status {};
  stat(path.c_str(), &status);
  return std::to_string(status.st_mode);
}

}  // namespace

Machine::Machine() {
  for (const char* path : kSettings)
    state_[path] = support::read_file(path);
  for (const std::string& name : support::list_directory(steps_directory())) {
    const std::string path = steps_directory() + "/" + name;
    state_["the mode of " + path] = mode_of(path);
  }
  for (const char* path : {"/root/secret", "/rootfs", "/bin/attack"})
    state_[path] = support::exists(path) ? "is there" : "is not there";
}

std::string Machine::difference() const {
  const Machine now;
  std::string lines;
  for (const auto& [what, value] : state_) {
    if (now.state_.at(what) != value) lines += what + " has changed\n";
  }
  return lines;
}

}  // namespace attacks
