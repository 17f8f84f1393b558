// SPDX-License-Identifier: MIT
// Prepares a process to be a runtime, whatever its caller did before.
//
//   int main(int argc, char** argv) {
//     try {
//       common::prepare_process();
//
// Guarantees:
// - Descriptors 0 to 2 are open, or a pipe of ours could become fd 2. One that
//   the caller had closed fails when it is used, and the command finds it closed.
// - Every signal is blocked: it waits until there is a command to pass it to.
//   SIGHUP stays ignored if the caller ignores it, so that nohup(1) works.
// - SIGCHLD has its default disposition. If it were ignored, children would end
//   without a status (wait(2), NOTES).
// Errors: std::system_error.
#pragma once

#include <signal.h>

namespace common {

void prepare_process();

/// For the command: default dispositions and an empty mask. execve(2) resets
/// handlers, but what is ignored or blocked would stay so.
void reset_signals();

/// Every signal. sigfillset(3) leaves out 32 and 33.
sigset_t all_signals();

/// Whether a signal that we have got has to be passed on.
bool is_for_command(const siginfo_t& info);

/// Sends it to a process, or to its group where a terminal or a shell does that.
void pass_on(int signal, pid_t process);

}  // namespace common
