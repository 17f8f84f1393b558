// SPDX-License-Identifier: MIT
// Makes the process fit to be a runtime, whatever its caller left it with.
//
//   int main(int argc, char** argv) {
//     try {
//       common::prepare_process();
//
// Guarantees, once it has returned:
// - Descriptors 0 to 2 are taken. One that the caller had closed fails when
//   used and is closed again for the command; without this, a pipe of ours
//   could become fd 2, and an error message open a gate.
// - Every signal is blocked, so that none ends the runtime half way: it stays
//   pending until there is a command to pass it to (signal(7)).
// - SIGCHLD has its default disposition: where a caller ignores it, children
//   vanish without a status (wait(2), NOTES).
// Errors: std::system_error.
#pragma once

namespace common {

void prepare_process();

/// The opposite, for the command: default dispositions and an empty mask, as
/// execve(2) hands on what is ignored and what is blocked.
void reset_signals();

}  // namespace common
