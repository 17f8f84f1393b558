// SPDX-License-Identifier: MIT
// Runs the command: the end of child(), and the init's work until it has ended.
//
//   return common::run_command(options.command);
//
// Guarantees:
// - The command starts with default signal dispositions, an empty mask, its own
//   process group and none of our descriptors. It dies if we die.
// - Every child is reaped, also orphans that the kernel gives to an init, and
//   every signal that we get is passed to the command.
// - Returns the exit status: 128+N if signal N killed the command, 127 if it was
//   not found, 126 if it was found and cannot be executed (as in sh(1)).
// Errors: std::system_error; the command is then killed.
#pragma once

#include <string>
#include <vector>

namespace common {

/// `command` is a program and its arguments; never empty. The program is looked
/// up in PATH unless it has a slash.
int run_command(const std::vector<std::string>& command);

}  // namespace common
