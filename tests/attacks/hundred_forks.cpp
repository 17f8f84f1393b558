// SPDX-License-Identifier: MIT
// Starts 100 processes: fork(2). A fork bomb, but for the number.
// It has worked if they all live at once.
#include "tests/attacks/rig/attack.hpp"

namespace attacks::hundred_forks {

const Entry kEntry({
    .name = "hundred-forks",
    .title = "start 100 processes",
    .open = "a namespace limits nothing: what shows a container fewer "
            "processes lets it make as many as ever",
    .held = "its pids cgroup has a pids.max, and a fork(2) that would pass it "
            "fails. Nobody is killed: cgroups(7)",
    .attempt = [](const Words&) { fork_many(); },
    .effect = many_processes_run,
});

}  // namespace attacks::hundred_forks
