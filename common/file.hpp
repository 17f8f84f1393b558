// SPDX-License-Identifier: MIT
// Reads and writes whole files, with every call checked.
//
//   write_file("/sys/fs/cgroup/pids/box/pids.max", "20");
//   const std::string mounts = read_file("/proc/self/mountinfo");
//
// Guarantees: write_file makes one write(2), as cgroup files need it, and never
// creates a file. Errors: std::system_error that names the call and the path.
#pragma once

#include <string>
#include <string_view>

#include "common/unique_fd.hpp"

namespace common {

std::string read_file(const std::string& path);

void write_file(const std::string& path, std::string_view text);

/// Both ends of a pipe(7). execve(2) closes them.
struct Pipe {
  UniqueFd read_end;
  UniqueFd write_end;
};

Pipe make_pipe();

}  // namespace common
