// SPDX-License-Identifier: MIT
// Step 03: the container sees only its own processes and mounts
// Chapter: docs/03-pid-mount.md

#include <exception>
#include <string>
#include <vector>

#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <unistd.h>

#include "common/check.hpp"
#include "common/container.hpp"
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

// In the container. chroot(2) changes what / means and nothing else. Without
// chdir, "." stays on the host, and "./../.." leads to every file of the host.
void enter_rootfs(const Options& options) {
  const common::HostRoot host_root;
  check(chroot(options.rootfs.c_str()), "chroot", options.rootfs);
  check(chdir("/"), "chdir /");
  // Somebody may have changed a link in the path since run() checked it.
  host_root.check_is_not("/");
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

// Runs in the container, as its first process.
int child(const Options& options) {
  set_hostname(options);
  make_mounts_private();
  enter_rootfs(options);
  mount_proc();
  common::say(options.quiet, "container", "runs " + options.command.front());
  // Forks again: the child runs the command, and this process stays as the
  // container's init.
  return common::run_command(options.command);
}

// Runs on the host. If a call here throws, the container is killed before
// main() reports the error.
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
            {"--rootfs", "DIR", "directory to use as /", &options.rootfs},
            {"--quiet", "", "hide host: and container: lines", &options.quiet},
        },
        options.command);
    return asked_to_run ? run(options) : 0;
  } catch (const std::exception& error) {
    return common::report(error);
  }
}
