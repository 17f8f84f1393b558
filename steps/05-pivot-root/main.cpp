// SPDX-License-Identifier: MIT
// Step 05: no mount of the host is left in the container
// Chapter: docs/05-pivot-root.md

#include <exception>
#include <string>
#include <vector>

#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/cgroup.hpp"
#include "common/check.hpp"
#include "common/container.hpp"
#include "common/file.hpp"
#include "common/options.hpp"
#include "common/process.hpp"
#include "common/rootfs.hpp"

namespace {

using common::check;

// Each CLONE_NEW* flag gives the container its own copy or instance of
// something: clone(2).
constexpr int kCloneFlags =
    CLONE_NEWUTS |  // hostname and domain name: uts_namespaces(7)
    CLONE_NEWPID |  // process numbers, from 1: pid_namespaces(7)
    CLONE_NEWNS |  // the mount table: mount_namespaces(7)
    SIGCHLD;  // not a namespace: the signal the parent gets when the child ends

struct Options {
  std::string hostname = "container";
  std::string rootfs = "rootfs";
  int pids_max = 20;
  bool quiet = false;
  std::vector<std::string> command;
};

// In the container. Without CLONE_NEWUTS this call would rename the host.
void set_hostname(const Options& options) {
  const std::string& name = options.hostname;
  check(sethostname(name.data(), name.size()), "sethostname", name);
}

// In the container. Our mount table is a copy, but systemd makes / *shared*:
// new mounts would still appear on the host. Do this before any mount, and
// before chroot: after it, / is no longer a mount point.
void make_mounts_private() {
  constexpr unsigned long kFlags = MS_REC | MS_PRIVATE;
  constexpr const char* kUnused = nullptr;  // only the flags change
  check(mount(kUnused, "/", kUnused, kFlags, kUnused), "mount / as private");
}

// In the container. pivot_root(2) makes a mount the new root, so we first mount
// the rootfs, over a directory that every host has: only our table shows it.
// Afterwards "/" is ours, and the host's root is a mount on top of it: "/..".
void enter_rootfs(const Options& options) {
  const common::HostRoot host_root;
  const std::string& rootfs = options.rootfs;
  constexpr unsigned long kFlags = MS_BIND | MS_REC;
  check(mount(rootfs.c_str(), "/tmp", "", kFlags, ""), "mount", rootfs);
  check(chdir("/tmp"), "chdir", rootfs);
  // Somebody may have changed a link in the path since run() checked it.
  host_root.check_is_not(".");
  check(syscall(SYS_pivot_root, ".", "."), "pivot_root", rootfs);
}

// In the container, in the rootfs: /proc is now the directory there. The mount
// shows the PID namespace of the process that makes it: pid_namespaces(7). It
// needs no umount: it goes away with the mount namespace.
void mount_proc() {
  // A link in the rootfs would lead the mount to another place.
  common::check_no_link("/proc");
  constexpr unsigned long kFlags = MS_NOSUID | MS_NODEV | MS_NOEXEC;
  check(mount("proc", "/proc", "proc", kFlags, /*data=*/nullptr), "mount proc");
}

// In the container, when it needs nothing of the host any more. All mounts of
// the host are below its root, so it is in use: only MNT_DETACH can unmount it.
void leave_host() {
  check(umount2(".", MNT_DETACH), "umount2", "the host's root");
}

// On the host, while the container waits at the gate. Only processes that are
// started after init joins are counted.
void limit_pids(
    const Options& options,
    const common::Cgroup& cgroup,
    pid_t init) {
  // Version 2 only: the parent must turn the controller on for its children.
  if (cgroup.is_version2()) {
    common::write_file(cgroup.parent() + "/cgroup.subtree_control", "+pids");
  }
  check(mkdir(cgroup.path().c_str(), 0755), "mkdir", cgroup.path());
  // Needed if the parent itself has processes, as in a Docker container.
  cgroup.make_usable();
  // It counts tasks: threads too, and init. One more fork(2) gets EAGAIN.
  const std::string max = std::to_string(options.pids_max);
  common::write_file(cgroup.path() + "/pids.max", max);
  common::write_file(cgroup.path() + "/cgroup.procs", std::to_string(init));
}

// On the host, after the container has ended: rmdir(2) fails while a process is
// inside. A failure is only a warning: the command has its status already.
void remove_cgroup(const common::Cgroup& cgroup) {
  cgroup.remove_children();
  common::warn(rmdir(cgroup.path().c_str()), "rmdir", cgroup.path());
}

// Runs in the container, as its first process.
int child(const Options& options, common::Gate& gate) {
  set_hostname(options);
  make_mounts_private();
  enter_rootfs(options);
  mount_proc();
  leave_host();
  gate.wait();
  common::say(options.quiet, "container", "runs " + options.command.front());
  // Forks again: the child runs the command, and this process stays as the
  // container's init.
  return common::run_command(options.command);
}

// Runs on the host. If a call here throws, the container is killed before
// main() reports the error.
int run(const Options& options) {
  common::check_rootfs(options.rootfs);
  common::Gate gate;
  // Declared first, destroyed last: rmdir fails while a process is inside.
  const common::Cgroup cgroup(common::find_cgroup_parent("pids"));
  auto container =
      common::start(kCloneFlags, [&] { return child(options, gate); });
  const std::string pid = std::to_string(container.pid());
  common::say(options.quiet, "host", "runs the container as pid " + pid);
  limit_pids(options, cgroup, container.pid());
  gate.open();
  const int status = container.wait();
  remove_cgroup(cgroup);
  return status;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    common::prepare_process();
    Options options;
    const bool asked_to_run = common::parse_options(
        argc,
        argv,
        {
            {"--hostname", "NAME", "what hostname prints", &options.hostname},
            {"--rootfs", "DIR", "directory to use as /", &options.rootfs},
            {"--pids-max", "N", "maximum number of tasks", &options.pids_max},
            {"--quiet", "", "hide host: and container: lines", &options.quiet},
        },
        options.command);
    return asked_to_run ? run(options) : 0;
  } catch (const std::exception& error) {
    return common::report(error);
  }
}
