// SPDX-License-Identifier: MIT
// From a process that the runtime has started to the command that the config asks
// for: child() calls these in their order.
#pragma once

#include <seccomp.h>
#include <sys/types.h>

#include <string>

#include "bundle.hpp"

void check_streams();
void become_root();
void forget_caller();
void own_streams(const Process& process);
void set_rlimits(const Process& process, pid_t pid);
void set_oom_score(const Process& process, pid_t pid);
void enter_cwd(const Process& process);
void set_environment(const Process& process);
void check_command(const Process& process);

/// The last one. Returns only if the command cannot be executed.
/// `preserve_fds` descriptors from 3 on stay open: the engine has passed them on.
int become(
    const Process& process,
    scmp_filter_ctx filter,
    unsigned preserve_fds);

void write_pid_file(const std::string& path, pid_t pid);
