// SPDX-License-Identifier: MIT
// Uses a directory descriptor of PID 1, not inherited but found in its
// /proc/1/fd: proc_pid_fd(5). PID 1 is the container's init where it has one,
// and else the host's.
// It has worked if the container has read a file of the host.
#include "tests/attacks/rig/attack.hpp"

namespace attacks::proc_1_fd {

void attempt(const Words& words) {
  close(std::stoi(words[0]));
  read_secret(find_proc() + "/1/fd/" + words[0] + "/root/secret");
}

const Entry kEntry({
    .name = "proc-1-fd",
    .title = "the same through /proc/1/fd",
    .open = "PID 1 has the directory open, since it had a caller too. "
            "/proc/1/fd/N is no path but the open file itself, and what may "
            "trace PID 1 may follow it: proc_pid_fd(5)",
    .prepare = leave_root_open,
    .attempt = attempt,
});

}  // namespace attacks::proc_1_fd
