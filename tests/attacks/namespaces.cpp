// SPDX-License-Identifier: MIT
// Attacks on the namespaces of the host.
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/wait.h>

#include "tests/attacks/rig/attack.hpp"

namespace attacks::namespaces {

const Entry kSetHostname({
    .name = "set-hostname",
    .title = "set the host's hostname",
    .open = "the hostname belongs to a UTS namespace, and the process is in "
            "the host's: uts_namespaces(7)",
    .held = "clone(CLONE_NEWUTS) gave the container a hostname of its own, and "
            "that is the one it set: uts_namespaces(7)",
    .attempt = [](const Words&) { rename_host(); },
    .effect = host_is_renamed,
});

// Mounts something where the host sees it: mount_namespaces(7), "Shared
// subtrees". The host's / is shared, as systemd makes it.
const Entry kMountOnHost({
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

const Entry kHostProcUts({
    .name = "host-proc-uts",
    .title = "leave the chroot, setns to the host's UTS namespace",
    .open = "the host's own proc is in the container's table of mounts, and "
            "/proc/1/ns/uts there is the host's namespace. Root in the same "
            "user namespace may join it: setns(2)",
    .attempt =
        [](const Words&) {
          join_host("uts", CLONE_NEWUTS);
          rename_host();
        },
    .effect = host_is_renamed,
});

const Entry kHostProcMounts({
    .name = "host-proc-mounts",
    .title = "leave the chroot, setns to the host's mount namespace",
    .open = "the host's own proc is in the container's table of mounts, and "
            "/proc/1/ns/mnt there is the host's namespace. Root in the same "
            "user namespace may join it: setns(2)",
    .attempt =
        [](const Words&) {
          join_host("mnt", CLONE_NEWNS);
          mount_something();
        },
    .effect = mount_shows,
});

void host_proc_pids(const Words& words) {
  join_host("pid", CLONE_NEWPID);
  // It is the children that are in the namespace.
  const pid_t child = check(fork(), "fork");
  if (child == 0) {
    _exit(kill(std::stoi(words[0]), SIGKILL) == -1 ? errno : 0);
  }
  int status = 0;
  check(waitpid(child, &status, 0), "waitpid");
  errno = WEXITSTATUS(status);
  try_to(errno == 0 ? 0 : -1, "kill", words[0]);
}

const Entry kHostProcPids({
    .name = "host-proc-pids",
    .title = "leave the chroot, setns to the host's PID namespace",
    .open = "the container is in the host's PID namespace already",
    .held =
        "a process may join its own PID namespace or one below, and never one "
        "above: pid_namespaces(7). Other kinds of namespace have no such rule",
    .prepare = start_victim,
    .attempt = host_proc_pids,
    .effect = victim_is_dead,
});

void host_proc_mem(const Words& words) {
  leave_chroot();
  const int memory = try_open("/proc/" + words[0] + "/mem", O_WRONLY);
  const std::string text = "attacked";
  const auto address = static_cast<off_t>(std::stoul(words[1]));
  try_to(pwrite(memory, text.data(), text.size(), address), "write", "to it");
}

const Entry kHostProcMem({
    .name = "host-proc-mem",
    .title = "leave the chroot, write /proc/PID/mem of a host process",
    .open = "the container's table of mounts is a copy, with the host's own "
            "proc in it. That shows the host's PID namespace to whoever "
            "reaches it, and root may write to what it shows: proc_pid_mem(5)",
    .prepare = start_victim,
    .attempt = host_proc_mem,
    .effect = victim_is_changed,
});

// Takes the host's /proc away: umount(2). The host mounts it again.

std::string effect_of_umount_proc(Host&) {
  if (access("/proc/self", F_OK) == 0) return "";
  check(mount("proc", "/proc", "proc", /*flags=*/0, nullptr), "mount /proc");
  return "the host had no /proc";
}

const Entry kUmountProc({
    .name = "umount-proc",
    .title = "unmount the host's /proc",
    .open = "the container has no table of mounts of its own, and root may "
            "unmount what is in the host's: umount(2)",
    .held = "the /proc in the container is a mount of its own, in a table of "
            "its own, or it has none: mount_namespaces(7)",
    .attempt =
        [](const Words&) {
          try_to(umount2("/proc", MNT_DETACH), "umount2", "/proc");
        },
    .effect = effect_of_umount_proc,
});

// Makes a user namespace, in which the process has all capabilities, and so
// reaches code of the kernel that is for root only: user_namespaces(7).

std::string user_namespace_of(const std::string& pid) {
  return support::read_link("/proc/" + pid + "/ns/user");
}

std::string effect_of_nested_userns(Host& host) {
  for (const pid_t pid : host.container_processes()) {
    const std::string process = "/proc/" + std::to_string(pid);
    if (support::read_file(process + "/comm") != "attack\n") continue;
    for (const std::string& line :
         support::lines(support::read_file(process + "/status"))) {
      if (!line.starts_with("PPid:")) continue;
      const std::string own = user_namespace_of(std::to_string(pid));
      const std::string parents =
          user_namespace_of(support::words(line).back());
      // Nothing can be read of a process that has ended.
      if (own.empty() || parents.empty() || own == parents) continue;
      return "the command has a user namespace that the runtime did not make";
    }
  }
  return "";
}

const Entry kNestedUserns({
    .name = "nested-userns",
    .title = "make a user namespace, to have all capabilities in it",
    .open = "it takes no capability to make a user namespace, and its first "
            "process has all of them there. Much code of the kernel that only "
            "root could reach has had holes (CVE-2022-0185): "
            "user_namespaces(7)",
    .held = "a process in a chroot may not make one, as it could leave the "
            "chroot by it; a root made by pivot_root(2) is no chroot: "
            "user_namespaces(7). Step 10 refuses it by a filter: seccomp(2)",
    .prepare =
        [](Host&) {
          const char* path = "/proc/sys/kernel/unprivileged_userns_clone";
          if (support::exists(path) && support::read_file(path) == "0\n") {
            throw Missing{"kernel.unprivileged_userns_clone=1"};
          }
          return Words{};
        },
    .attempt =
        [](const Words&) {
          try_to(unshare(CLONE_NEWUSER), "unshare", "CLONE_NEWUSER");
        },
    .effect = effect_of_nested_userns,
});

}  // namespace attacks::namespaces
