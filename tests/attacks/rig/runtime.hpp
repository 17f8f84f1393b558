// SPDX-License-Identifier: MIT
// How the container of each column of the matrix is started: that of a step, or of
// another runtime, which docs/sandbox.md has beside the steps.
//
// bubblewrap is started by a user of the host, as it is made for that, and with the
// options of the example that it comes with. runc and crun are started by root, with
// a config.json that docker_config.py makes, and as Docker prepares it: the rootfs is
// the lower layer of an overlay, in a directory that only root can enter. So are
// 16-engine, and what podman runs; podman has its own settings.
#pragma once

#include <string>

#include "tests/attacks/rig/attack.hpp"

namespace attacks {

// The columns of others.txt.
constexpr const char* kOthers =
    "bubblewrap runc crun 16-engine podman-crun podman-16-engine "
    "podman-privileged";

bool is_other(const std::string& column);
// Whether it has --memory and --cpus.
bool is_limited(const std::string& column);
// Whether the rootfs is only the lowest layer of what the container sees.
bool has_layers(const std::string& column);

// Of another runtime, what this machine lacks for it; "" for nothing. Asks
// docker_config.py once for this process and its children. For a step: "".
std::string find_missing(const std::string& column);

// The program on this machine.
std::string program_of(const std::string& column);

// While the machine's files are there still, and the working directory is to be /
// of the throwaway host: makes there what the runtime needs. Returns the rootfs that
// its container has. Throws Missing.
std::string make_place_for(const std::string& column);

// Of a container whose command is an attack. `launch` has what prepare() has put
// there, and the program as its first word. `options` are for who is_limited().
void set_command(
    support::Launch& launch,
    const std::string& column,
    const std::string& options,
    const Words& command);

// Runs the container of the bundle with a runtime that has no word for it: creates
// and starts it, waits for its end, and deletes it. Returns its status.
int run_as_engine(const std::string& runtime);

}  // namespace attacks
