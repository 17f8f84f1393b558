// SPDX-License-Identifier: MIT
// Mounts something where the host sees it: mount_namespaces(7), "Shared
// subtrees". The host's / is shared, as systemd makes it.
// It has worked if it is in the host's table of mounts.
#include "tests/attacks/rig/attack.hpp"

namespace attacks::mount_on_host {

const Entry kEntry({
    .name = "mount-on-host",
    .title = "make a mount that shows on the host",
    .open = "the container has no table of mounts of its own: "
            "clone(CLONE_NEWNS) is for later",
    .held = "the container has a table of mounts of its own, and made it "
            "private, so that what it mounts does not propagate to the host's: "
            "mount_namespaces(7)",
    .attempt = [](const Words&) { mount_something(); },
    .effect = mount_shows,
});

}  // namespace attacks::mount_on_host
