// SPDX-License-Identifier: MIT
// No mount of the host is left in the container: pivot_root(2) and umount2(2). So
// there is nothing to go back to, whatever a process inside does to its own root.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include "tests/support/errors.hpp"
#include "tests/support/files.hpp"
#include "tests/support/host.hpp"
#include "tests/support/step.hpp"

namespace {

using namespace support;

// Runs a program in the mount namespace of a container. It starts at the root of
// the namespace (setns(2)): there is nothing above it. A chroot does not hide it.
// Its input is the mount table, as seen from there.
Result run_at_the_root(
    const Running& container,
    const std::vector<std::string>& command) {
  const std::string name = "/proc/" + std::to_string(container.command());
  Launch launch{.argv = command};
  launch.environment = {{"LC_ALL", "C"}};  // sorts as the test does
  launch.before_exec = [&] {
    // The container's /proc has no number for this process.
    const int proc = open("/proc", O_PATH | O_CLOEXEC);
    const int mounts = open((name + "/ns/mnt").c_str(), O_RDONLY | O_CLOEXEC);
    if (setns(mounts, CLONE_NEWNS) == -1) _exit(120);
    const int table = openat(proc, "self/mountinfo", O_RDONLY | O_CLOEXEC);
    if (dup2(table, STDIN_FILENO) == -1) _exit(120);
  };
  return run(launch);
}

TEST(PivotRoot, NoMountOfTheHostIsLeft) {
  matters(
      "chroot(2) leaves all mounts of the host in the container's table, and "
      "root finds a way to them. pivot_root(2) makes it possible to unmount "
      "them");
  const TemporaryDirectory directory;
  const Mounted mounted("tmpfs", "of-the-host", directory.path());
  const Running running(container({probe(), "pause"}));
  const Result result = run_at_the_root(running, {"cat"});
  std::string found;
  std::string others;
  for (const std::string& mount : lines(result.out)) {
    const std::string point = words(mount).at(4);
    if (point == "/" || point == "/proc")
      found += point + " ";
    else if (step_number() < 9 || !point.starts_with("/dev"))
      others += " " + point;
  }
  EXPECT_TRUE(others.empty())
      << but("the container's table has no mount of the host",
             "a mount of the host is left:" + others.substr(0, 200));
  EXPECT_TRUE(found == "/ /proc ")
      << but("its table has / and /proc", "it has " + found, &result);
}

TEST(PivotRoot, NothingIsAboveTheRoot) {
  matters(
      "pivot_root(\".\", \".\") puts the host's root on top of the new one, "
      "and "
      "\"/..\" leads there until umount2(2)");
  Running running(container({probe(), "pause"}));
  for (const std::string path : {"/", "/.."}) {
    const Result result = run_at_the_root(running, {"ls", "-A", path});
    EXPECT_TRUE(lines(result.out) == list_directory(rootfs()))
        << but("a process that leaves every chroot is in the rootfs",
               "it is in the host's own /",
               &result);
  }
  Launch launch = container({"ls", "-A", "/.."});
  launch.environment = {{"LC_ALL", "C"}};
  const Result result = run(launch);
  EXPECT_TRUE(lines(result.out) == list_directory(rootfs()))
      << but("/.. is the rootfs", "it is the host's own /", &result);
}

}  // namespace
