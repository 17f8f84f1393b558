// SPDX-License-Identifier: MIT
// Step 04: the container has a limit on its processes
// Chapter: docs/04-cgroups.md

#include <exception>
#include <string>
#include <vector>

#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <unistd.h>

#include "common/cgroup.hpp"
#include "common/check.hpp"
#include "common/command.hpp"
#include "common/container.hpp"
#include "common/gate.hpp"
#include "common/options.hpp"
#include "common/prepare.hpp"
#include "common/report.hpp"
#include "common/rootfs.hpp"

namespace {

using common::check;

// What is new for the container instead of shared with the host, see clone(2).
constexpr int kCloneFlags =
    CLONE_NEWUTS |  // hostname and domain name: uts_namespaces(7)
    CLONE_NEWPID |  // process numbers, from 1: pid_namespaces(7)
    CLONE_NEWNS |  // the table of mounts: mount_namespaces(7)
    SIGCHLD;  // no namespace: without it waitpid(2) would not see the end

struct Options {
  std::string hostname = "container";
  std::string rootfs = "rootfs";
  int pids_max = 20;
  bool quiet = false;
  std::vector<std::string> command;
};

// In the container. In the host's UTS namespace this would rename the host.
void set_hostname(const Options& options) {
  const std::string& name = options.hostname;
  check(sethostname(name.data(), name.size()), "sethostname", name);
}

// In the container. Its mounts are a copy, and where / is shared, as systemd
// makes it, a copy keeps passing its mounts on to the host. Before any mount,
// and for / with all below it, while / is still the host's and a mount point.
void make_mounts_private() {
  constexpr unsigned long kFlags = MS_REC | MS_PRIVATE;
  constexpr const char* kUnused = nullptr;  // where only a flag changes
  check(mount(kUnused, "/", kUnused, kFlags, kUnused), "mount / as private");
}

// In the container. chroot(2) moves / and nothing else: without the chdir "."
// stays on the host, and "./../.." leads to every file that the host has.
void enter_rootfs(const Options& options) {
  check(chroot(options.rootfs.c_str()), "chroot", options.rootfs);
  check(chdir("/"), "chdir /");
}

// In the container, after the chroot, so that /proc is the rootfs's: ps reads
// it. It shows the PID namespace of whoever mounts it (pid_namespaces(7)), and
// goes with the mount namespace: nobody needs to unmount it.
void mount_proc() {
  constexpr unsigned long kFlags = MS_NOSUID | MS_NODEV | MS_NOEXEC;
  check(mount("proc", "/proc", "proc", kFlags, /*data=*/nullptr), "mount proc");
}

// On the host, while the container gets ready and waits at the gate. A process
// is born in its parent's cgroup (cgroups(7)): one started earlier never counts.
void limit_pids(const Options& options, common::Cgroup& cgroup, pid_t init) {
  cgroup.make("pids");
  // Tasks, so threads count, and the init; the next fork(2) gets EAGAIN.
  cgroup.write("pids.max", std::to_string(options.pids_max));
  cgroup.write("cgroup.procs", std::to_string(init));
}

// Runs in the container, as its first process.
int child(const Options& options, common::Gate& gate) {
  set_hostname(options);
  make_mounts_private();
  enter_rootfs(options);
  mount_proc();
  gate.wait();
  common::say(options.quiet, "container", "runs " + options.command.front());
  // As a child of its own: this process stays and is the container's init.
  return common::run_command(options.command);
}

// Runs on the host. If a call here throws, the container is killed before main()
// reports it.
int run(const Options& options) {
  common::check_rootfs(options.rootfs);
  common::Gate gate;
  common::Cgroup cgroup;  // outlives the container, or it could not be removed
  auto container =
      common::start(kCloneFlags, [&] { return child(options, gate); });
  const std::string pid = std::to_string(container.pid());
  common::say(options.quiet, "host", "runs the container as pid " + pid);
  limit_pids(options, cgroup, container.pid());
  gate.open();
  const int status = container.wait();
  cgroup.remove();
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
            {"--rootfs", "DIR", "what becomes its /", &options.rootfs},
            {"--pids-max", "N", "most tasks in it", &options.pids_max},
            {"--quiet", "", "do not say who is who", &options.quiet},
        },
        options.command);
    return asked_to_run ? run(options) : 0;
  } catch (const std::exception& error) {
    return common::report(error);
  }
}
