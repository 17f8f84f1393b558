// SPDX-License-Identifier: MIT
// The container has a table of mounts of its own: CLONE_NEWNS. And it is cut
// off from the host's: a copy of a shared mount stays its peer, and what is
// mounted below one appears below all (mount_namespaces(7)).
#include <gtest/gtest.h>

#include <string>

#include <sys/mount.h>

#include "tests/support/errors.hpp"
#include "tests/support/files.hpp"
#include "tests/support/host.hpp"
#include "tests/support/step.hpp"

namespace {

using namespace support;

std::string mounts_of(pid_t pid) {
  return read_file("/proc/" + std::to_string(pid) + "/mountinfo");
}

bool has_mount(const std::string& mounts, const std::string& source) {
  return mounts.find(" - tmpfs " + source + " ") != std::string::npos;
}

// A command that mounts a file system and then waits.
std::vector<std::string> mounting(const std::string& target) {
  return {
      "/bin/sh",
      "-c",
      "mount -t tmpfs inside " + target + " && echo ready && cat"};
}

// What a mount made in a container on `root` does to the host.
testing::AssertionResult stays_inside(const std::string& root) {
  const CommonDirectory target;
  bool reached = false;
  {
    Running running(container(mounting(target.inside()), {"--rootfs", root}));
    EXPECT_TRUE(has_mount(mounts_of(running.command()), "inside"))
        << but("root in the container can mount", "its mount is not there");
    reached = has_mount(read_file("/proc/self/mountinfo"), "inside");
  }
  const std::string mounts = read_file("/proc/self/mountinfo");
  for (const std::string& mount : lines(mounts)) {
    if (has_mount(mount, "inside")) {
      umount2(words(mount)[4].c_str(), MNT_DETACH);
    }
  }
  if (!reached) return testing::AssertionSuccess();
  return testing::AssertionFailure()
      << but("what the container mounts stays in it",
             "a mount made in the container reached the host");
}

TEST(MountNamespace, IsNotTheHosts) {
  matters("CLONE_NEWNS among the flags of clone(2) makes it");
  Running running(container({probe(), "pause"}));
  EXPECT_TRUE(own_namespace(running.command(), "mnt"));
}

TEST(MountsMadeInside, StayInside) {
  matters(
      "systemd makes / shared, and a copy of a shared mount passes new mounts "
      "on. MS_PRIVATE ends that");
  EXPECT_TRUE(stays_inside(rootfs()));
}

TEST(MountsMadeInside, StayInsideOnAnotherMount) {
  matters("the rootfs may be on another mount than /: you need MS_REC, too");
  // Where the rootfs is not on the mount of /: making that one private is not
  // enough, it takes MS_REC.
  const TemporaryDirectory directory;
  const Mounted other("bind", rootfs(), directory.path());
  EXPECT_TRUE(stays_inside(directory.path()));
}

TEST(MountNamespace, MountsMadeOutsideStayOutside) {
  matters("what the host mounts later is not the container's");
  const CommonDirectory target;
  Running running(container({probe(), "pause"}));
  const Mounted mounted("tmpfs", "outside", target.outside());
  EXPECT_FALSE(has_mount(mounts_of(running.command()), "outside"))
      << but("what the host mounts later stays outside",
             "a mount made on the host reached the container");
}

}  // namespace
