// SPDX-License-Identifier: MIT
// Renames the machine: sethostname(2), uts_namespaces(7).
// It has worked if the host has the new name.

#include "tests/attacks/rig/attack.hpp"

namespace attacks::set_hostname {

const Entry kEntry({
    .name = "set-hostname",
    .title = "set the host's hostname",
    .open = "the hostname belongs to a UTS namespace, and the process is in "
            "the host's: uts_namespaces(7)",
    .held = "clone(CLONE_NEWUTS) gave the container a hostname of its own, and "
            "that is the one it set: uts_namespaces(7)",
    .attempt = [](const Words&) { rename_host(); },
    .effect = host_is_renamed,
});

}  // namespace attacks::set_hostname
