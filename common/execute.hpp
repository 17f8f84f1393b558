// SPDX-License-Identifier: MIT
// Becomes another program: execute({"ls", "-l"}).
//
// Guarantees: returns only if the program cannot be executed. It has reported the
// error then, and the exit status is 126 if it was found, 127 if not.
// Errors: std::system_error before execve(2).
#pragma once

#include <string>
#include <vector>

namespace common {

/// In a new process group. On a terminal, waits until the host has decided whether
/// that group gets it.
int execute(const std::vector<std::string>& command);

}  // namespace common
