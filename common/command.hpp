// SPDX-License-Identifier: MIT
// Running the command: the end of child(), and an init's work while it lasts.
//
//   int child(const Options& options) {
//     …
//     return common::run_command(options.command);
//   }
//
// Guarantees:
// - The command starts with default signal dispositions, an empty mask, its
//   own process group and none of our descriptors; it dies if we do.
// - Every child is reaped, orphans that the kernel hands to an init included;
//   every signal that comes is passed to the command.
// - Returns its exit status: 128+N if signal N killed it, 127 if it is not
//   found, 126 if it is found and cannot be executed (as sh(1) has them).
// Errors: std::system_error; the command is then killed.
#pragma once

#include <string>
#include <vector>

namespace common {

/// `command` is the program, looked up in PATH unless it has a slash, and its
/// arguments; never empty.
int run_command(const std::vector<std::string>& command);

}  // namespace common
