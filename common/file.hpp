// SPDX-License-Identifier: MIT
// Whole files, read and written with every call checked.
//
//   write_file("/sys/fs/cgroup/pids/box/pids.max", "20");
//   const std::string mounts = read_file("/proc/self/mountinfo");
//   const Pipe pipe = make_pipe();
//
// Guarantees: write_file hands the text to the kernel in one write(2), which is
// how cgroup and /proc files want it, and never creates a file. A stream would
// report a refused write only when it is closed, if at all.
// Errors: std::system_error that names the call and the path.
#pragma once

#include <string>
#include <string_view>

#include "common/unique_fd.hpp"

namespace common {

std::string read_file(const std::string& path);

void write_file(const std::string& path, std::string_view text);

/// Both ends of a pipe(7), closed by execve(2).
struct Pipe {
  UniqueFd read_end;
  UniqueFd write_end;
};

Pipe make_pipe();

}  // namespace common
