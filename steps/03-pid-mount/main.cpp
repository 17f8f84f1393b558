// SPDX-License-Identifier: MIT
// Step 03: the container sees its own processes and mounts only
// Chapter: docs/03-pid-mount.md

#include <exception>
#include <string>
#include <vector>

#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <unistd.h>

#include "common/check.hpp"
#include "common/command.hpp"
#include "common/container.hpp"
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

// Runs in the container, as its first process.
int child(const Options& options) {
  set_hostname(options);
  make_mounts_private();
  enter_rootfs(options);
  mount_proc();
  common::say(options.quiet, "container", "runs " + options.command.front());
  // As a child of its own: this process stays and is the container's init.
  return common::run_command(options.command);
}

// Runs on the host. If a call here throws, the container is killed before main()
// reports it.
int run(const Options& options) {
  common::check_rootfs(options.rootfs);
  auto container = common::start(kCloneFlags, [&] { return child(options); });
  const std::string pid = std::to_string(container.pid());
  common::say(options.quiet, "host", "runs the container as pid " + pid);
  const int status = container.wait();
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
            {"--quiet", "", "do not say who is who", &options.quiet},
        },
        options.command);
    return asked_to_run ? run(options) : 0;
  } catch (const std::exception& error) {
    return common::report(error);
  }
}
