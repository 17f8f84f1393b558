// SPDX-License-Identifier: MIT
// Reads the command lines of all processes: proc_pid_cmdline(5). One of the
// host's has a secret on its.
// It has worked if the container has it.
#include <algorithm>

#include "tests/attacks/rig/attack.hpp"

namespace attacks::see_processes {

void attempt(const Words&) {
  const std::string proc = find_proc();
  for (const std::string& name : support::list_directory(proc)) {
    if (name[0] < '1' || name[0] > '9') continue;
    std::string line = support::read_file(proc + "/" + name + "/cmdline");
    std::replace(line.begin(), line.end(), '\0', ' ');
    tell(name + " " + line);
  }
}

const Entry kEntry({
    .name = "see-processes",
    .title = "see host processes",
    .open = "a proc file system shows the PID namespace of whoever mounts it, "
            "which is the host's. A container without a /proc mounts one: "
            "pid_namespaces(7)",
    .held =
        "the container has a PID namespace of its own, clone(CLONE_NEWPID), "
        "and any proc that it mounts shows that one: pid_namespaces(7)",
    .prepare = start_victim,
    .attempt = attempt,
});

}  // namespace attacks::see_processes
