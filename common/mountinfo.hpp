// SPDX-License-Identifier: MIT
// The mounts of a process: proc_pid_mountinfo(5).
//
//   for (const Mount& mount : parse_mountinfo(read_file("/proc/self/mountinfo")))
//     if (mount.type == "cgroup2") …
//
// Guarantees: in the file's order, \040 and the like decoded; a line that is not
// of the format is left out.
// Errors: none.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace common {

struct Mount {
  std::string point;  // where it is mounted
  std::string type;  // of file system
  std::string options;  // of the file system, separated by commas
};

std::vector<Mount> parse_mountinfo(std::string_view text);

/// Whether `word` is one of the `words`, which are separated by `separator`.
bool contains_word(
    std::string_view words,
    std::string_view word,
    char separator);

}  // namespace common
