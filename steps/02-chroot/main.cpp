// SPDX-License-Identifier: MIT
// Step 02: the container sees the files of its rootfs only
// Chapter: docs/02-chroot.md

#include <cerrno>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include <sched.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/check.hpp"
#include "common/command.hpp"
#include "common/container.hpp"
#include "common/options.hpp"
#include "common/prepare.hpp"
#include "common/report.hpp"

namespace {

using common::check;
using common::fail;

// What is new for the container instead of shared with the host, see clone(2).
constexpr int kCloneFlags =
    CLONE_NEWUTS |  // hostname and domain name: uts_namespaces(7)
    SIGCHLD;  // no namespace: without it waitpid(2) would not see the end

struct Options {
  std::string hostname = "container";
  std::string rootfs = "rootfs";
  bool quiet = false;
  std::vector<std::string> command;
};

// On the host, before anything starts: a command in the host's own / would be
// in no container, and chroot(2) would say yes to it.
void check_rootfs(const Options& options) {
  struct stat rootfs {};
  struct stat host {};
  check(stat(options.rootfs.c_str(), &rootfs), "chroot", options.rootfs);
  check(stat("/", &host), "stat", "/");
  if (!S_ISDIR(rootfs.st_mode)) fail(ENOTDIR, "chroot", options.rootfs);
  // By number, as there are many names for it: links, bind mounts, "..".
  const bool same =
      rootfs.st_dev == host.st_dev && rootfs.st_ino == host.st_ino;
  if (same) fail(EINVAL, "chroot", options.rootfs);
}

// In the container. In the host's UTS namespace this would rename the host.
void set_hostname(const Options& options) {
  const std::string& name = options.hostname;
  check(sethostname(name.data(), name.size()), "sethostname", name);
}

// In the container. chroot(2) moves / and nothing else: without the chdir "."
// stays on the host, and "./../.." is every file that the host has.
void enter_rootfs(const Options& options) {
  check(chroot(options.rootfs.c_str()), "chroot", options.rootfs);
  check(chdir("/"), "chdir", "/");
}

// Runs in the container, as its first process.
int child(const Options& options) {
  set_hostname(options);
  enter_rootfs(options);
  if (!options.quiet) {
    const char* command = options.command.front().c_str();
    std::fprintf(stderr, "container: pid %d runs %s\n", getpid(), command);
  }
  // As a child of its own: this process stays and is the container's init.
  return common::run_command(options.command);
}

// Runs on the host. What throws here has killed the container before main()
// reports it.
int run(const Options& options) {
  check_rootfs(options);
  auto container = common::start(kCloneFlags, [&] { return child(options); });
  if (!options.quiet) {
    const char* text = "host: pid %d runs the container as pid %d\n";
    std::fprintf(stderr, text, getpid(), container.pid());
  }
  const int status = container.wait();
  return status;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    common::prepare_process();
    Options options;
    const bool parsed = common::parse_options(
        argc,
        argv,
        {
            {"--hostname", "NAME", "what hostname prints", &options.hostname},
            {"--rootfs", "DIR", "what becomes its /", &options.rootfs},
            {"--quiet", "", "do not say who is who", &options.quiet},
        },
        options.command);
    return parsed ? run(options) : 0;
  } catch (const std::exception& error) {
    return common::report(error);
  }
}
