// SPDX-License-Identifier: MIT
// Attacks on settings of the host's kernel.
#include <sys/mount.h>
#include <sys/stat.h>

#include "common/file.hpp"
#include "tests/attacks/rig/attack.hpp"

namespace attacks::settings {

// Writes a setting of the kernel's: proc_sys_kernel(5), msgmax. This one belongs
// to an IPC namespace, so that the throwaway host loses it and not the machine.

const std::string kValue = "4711";

std::string effect_of_ipc_sysctl(Host&) {
  return if_so(
      support::read_file("/proc/sys/kernel/msgmax") == kValue + "\n",
      "kernel.msgmax of the host is " + kValue);
}

const Entry kIpcSysctl({
    .name = "ipc-sysctl",
    .title = "change a setting in /proc/sys",
    .open = "any proc file system has /proc/sys in it, and what is written "
            "there takes effect at once: root is root to it. Runtimes mount "
            "that part read-only",
    .attempt =
        [](const Words&) {
          write_to(find_proc() + "/sys/kernel/msgmax", kValue);
        },
    .effect = effect_of_ipc_sysctl,
});

// Writes kernel.core_pattern: core(5). A pattern that begins with "|" names a
// program, which the kernel runs as root on the host at the next crash.
//
// The setting is the machine's own, so this writes what was there before.
void core_pattern(const Words&) {
  const std::string path = find_proc() + "/sys/kernel/core_pattern";
  const std::string before = common::read_file(path);
  write_to(path, before.substr(0, before.find('\n')));
  tell("core_pattern written");
}

std::string effect_of_core_pattern(Host& host) {
  return if_so(
      host.has_heard("core_pattern written"),
      "the kernel took a core_pattern from the container");
}

const Entry kCorePattern({
    .name = "core-pattern",
    .title = "write kernel.core_pattern, code as root on the host",
    .open = "there is one core_pattern for the whole machine, any proc file "
            "system has it, and root may write it: core(5)",
    .attempt = core_pattern,
    .effect = effect_of_core_pattern,
});

// Mounts a cgroup hierarchy of version 1, and sets its release_agent, a program
// that the kernel runs as root on the host when a cgroup of it gets empty:
// cgroups(7), "Cgroups v1 release notification" (CVE-2022-0492).
//
// The hierarchy is the throwaway host's own, with a name and no controller, and
// no cgroup of it notifies: the program is never run.
const std::string kProgram = "/nonexistent/attacks-agent";

Words prepare_release_agent(Host& host) {
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

std::string effect_of_release_agent(Host&) {
  return if_so(
      support::read_file("/run/cgroup/release_agent") == kProgram + "\n",
      "the kernel would run " + kProgram + " as root");
}

const Entry kReleaseAgent({
    .name = "release-agent",
    .title = "set a release_agent (cgroup v1), code as root on the host",
    .open = "whoever may mount may mount a version 1 hierarchy, and root "
            "outside of every user namespace may set what the kernel runs when "
            "a cgroup of it gets empty: cgroups(7)",
    .prepare = prepare_release_agent,
    .attempt =
        [](const Words& words) {
          const std::string path = make_directory("cgroups");
          try_mount("cgroup", path, words[0].c_str());
          write_to(path + "/release_agent", kProgram);
        },
    .effect = effect_of_release_agent,
});

}  // namespace attacks::settings
