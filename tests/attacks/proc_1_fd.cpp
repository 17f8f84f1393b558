// SPDX-License-Identifier: MIT
// Uses a directory descriptor of PID 1, not inherited but found in its
// /proc/1/fd: proc_pid_fd(5). PID 1 is the container's init where it has one,
// and else the host's.
// It has worked if the container has read a file of the host.
#include <fcntl.h>
#include <unistd.h>

#include "common/check.hpp"
#include "tests/attacks/rig/attack.hpp"
#include "tests/attacks/rig/host.hpp"

namespace attacks::proc_1_fd {

class Proc1Fd final : public Attack {
 public:
  Proc1Fd()
      : Attack({
            .name = "proc-1-fd",
            .title = "the same through /proc/1/fd",
            .open = "PID 1 has the directory open, since it had a caller too. "
                    "/proc/1/fd/N is no path but the open file itself, and "
                    "what may trace PID 1 may follow it: proc_pid_fd(5)",
        }) {}

  Words prepare(Host& host) override {
    constexpr int kFlags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
    const int fd = common::check(open("/", kFlags), "open", "/");
    host.launch.before_exec = [fd] { fcntl(fd, F_SETFD, 0); };  // inherited
    return {std::to_string(fd)};
  }

  void attempt(const Words& words) override {
    close(std::stoi(words[0]));
    read_secret(find_proc() + "/1/fd/" + words[0] + "/root/secret");
  }
};

const Entry<Proc1Fd> kEntry;

}  // namespace attacks::proc_1_fd
