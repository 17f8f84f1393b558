// SPDX-License-Identifier: MIT
// What a process may do: its user, its capabilities, and the calls that the
// kernel answers.
#pragma once

#include <seccomp.h>

#include <string>

#include "bundle.hpp"

/// The rights of a process, up to those that are needed to load a filter.
void become_user(const Process& process);

/// Compiles what the config asks for; null if it asks for no filter.
scmp_filter_ctx make_filter(const Options& options);

/// The last thing before execve(2).
void drop_rights(const Process& process, scmp_filter_ctx filter);
