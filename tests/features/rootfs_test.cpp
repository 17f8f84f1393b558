// SPDX-License-Identifier: MIT
// The container has a / of its own: chroot(2) and chdir(2).
#include <gtest/gtest.h>

#include <atomic>
#include <cstdio>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/errors.hpp"
#include "tests/support/files.hpp"
#include "tests/support/host.hpp"
#include "tests/support/step.hpp"

namespace {

using namespace support;

Launch list_root(const std::vector<std::string>& options = {}) {
  Launch launch = container({"ls", "-A", "/"}, options);
  launch.environment = {{"LC_ALL", "C"}};  // sorts as the test does
  return launch;
}

testing::AssertionResult lists_rootfs(const Result& result) {
  if (lines(result.out) == list_directory(rootfs())) {
    return testing::AssertionSuccess();
  }
  return testing::AssertionFailure()
      << but("ls shows what is in " + rootfs(),
             lines(result.out) == list_directory("/")
                 ? "the container's / is the host's own /"
                 : "the container's / is another, or cannot be listed",
             &result);
}

TEST(Rootfs, IsWhatTheContainerSeesAsRoot) {
  matters(
      "paths that start with / begin at the process's root, and chroot(2) "
      "moves it");
  EXPECT_TRUE(lists_rootfs(run(list_root())));
}

// A link, as people keep several images and one in use; and relative to where the
// runtime was called.
TEST(Rootfs, IsTheDirectoryRootfsByDefault) {
  matters(
      "./boxstep rootfs makes the directory rootfs, and run without options "
      "uses it");
  const TemporaryDirectory directory;
  ASSERT_EQ(
      symlink(rootfs().c_str(), (directory.path() + "/rootfs").c_str()),
      0);
  Launch launch = list_root();
  launch.argv = runtime({"run", "--quiet", "ls", "-A", "/"}).argv;
  launch.directory = directory.path();
  EXPECT_TRUE(lists_rootfs(run(launch)));
}

TEST(Rootfs, MayBeNamedFromWhereTheCallerIs) {
  matters(
      "people type --rootfs . and --rootfs ../image: a path starts where the "
      "runtime was called, and the container must not have moved before");
  const std::string name = rootfs().substr(rootfs().rfind('/') + 1);
  for (const std::string& path : {std::string("."), "../" + name}) {
    Launch launch = list_root({"--rootfs", path});
    launch.directory = rootfs();
    EXPECT_TRUE(lists_rootfs(run(launch))) << "--rootfs " << path;
  }
}

TEST(MountsBelowRootfs, AreThereInside) {
  matters("a mount below the rootfs is a part of it: MS_REC copies it, too");
  const TemporaryDirectory directory;
  const Mounted mounted("bind", rootfs(), directory.path());
  const Mounted below("bind", rootfs(), directory.path() + "/tmp");
  Launch launch =
      container({"ls", "-A", "/tmp"}, {"--rootfs", directory.path()});
  launch.environment = {{"LC_ALL", "C"}};
  const Result result = run(launch);
  EXPECT_TRUE(lines(result.out) == list_directory(rootfs()))
      << but("the container has what is mounted below its rootfs",
             "it has the host's own /tmp, or the directory below the mount",
             &result);
}

TEST(Rootfs, MayHaveTheInodeOfTheHostsRootOnAnotherDevice) {
  matters("each file system numbers its files itself: compare the device, too");
  // The runtime's / and the rootfs are roots of two file systems in memory. Both
  // have the inode 1.
  const TemporaryDirectory host;
  Launch launch = container({"/probe", "argv", "ran"}, {"--rootfs", "/same"});
  const std::vector<std::string> around = {
      "unshare",
      "--mount",
      "sh",
      "-ec",
      "mount -t tmpfs host \"$0\"; cd \"$0\"\n"
      "for each in /*; do\n"
      "  if [ -L \"$each\" ]; then cp -P \"$each\" .\n"
      "  elif [ -d \"$each\" ]; then\n"
      "    mkdir \".$each\"; mount --rbind \"$each\" \".$each\"\n"
      "  fi\n"
      "done\n"
      "mkdir same; mount -t tmpfs rootfs same; mkdir same/proc same/dev\n"
      "cp \"$1\" same/probe; shift\n"
      // Not chroot alone: nobody may make a user namespace in a chroot.
      "mkdir old; pivot_root . old; exec chroot . \"$@\"",
      host.path(),
      rootfs() + "/bin/probe"};
  launch.argv.insert(launch.argv.begin(), around.begin(), around.end());
  EXPECT_TRUE(printed(run(launch), "[ran]\n"))
      << "it looks like the host's own / by its inode only";
}

TEST(Rootfs, TheCommandStartsInItsRoot) {
  matters(
      "chroot(2) moves / and nothing else: \".\" stays on the host until "
      "chdir(\"/\")");
  const TemporaryDirectory directory;
  Launch launch = container({"/bin/sh", "-c", "pwd -P"});
  launch.directory = directory.path();
  const Result result = run(launch);
  EXPECT_TRUE(result.out == "/\n")
      << but("the command starts in /",
             "it starts in the host's own directory; pwd -P prints " +
                 quoted(result.out),
             &result);
}

// A rootfs that would isolate nothing, or not at all, must not run the command.
// Not --quiet: so it shows whether anything was started before.
testing::AssertionResult refused_as_rootfs(const std::string& path) {
  return refused(run(loud({"/bin/echo", "ran"}, {"--rootfs", path})), path);
}

TEST(RootfsIsChecked, MissingIsRefused) {
  matters(
      "a chroot(2) that fails unchecked runs the command on the host, as root");
  const Result result =
      run(container({"/bin/echo", "ran"}, {"--rootfs", "/no/such"}));
  EXPECT_TRUE(refused(result, "/no/such: No such file or directory"));
  EXPECT_TRUE(has_hint(result));
}

TEST(RootfsIsChecked, MissingDefaultIsRefused) {
  matters("a default that is missing must not mean the host's own /");
  const TemporaryDirectory directory;
  Launch launch = runtime({"run", "/bin/echo", "ran"});
  launch.directory = directory.path();
  EXPECT_TRUE(refused(run(launch), "rootfs: No such file or directory"));
}

TEST(RootfsIsChecked, NoDirectoryIsRefused) {
  matters("an empty path is a mistake in a script: a variable that is not set");
  EXPECT_TRUE(refused_as_rootfs(""));
  matters("say so before anything is started");
  const TemporaryDirectory directory;
  write_file(directory.path() + "/file", "");
  EXPECT_TRUE(refused_as_rootfs(directory.path() + "/file"));
}

TEST(RootfsIsChecked, TheHostsRootIsRefusedByAnyName) {
  matters(
      "chroot(\"/\") succeeds, and isolates nothing: compare what the path "
      "leads to, by device and inode, and not the path");
  const TemporaryDirectory directory;
  const std::string link = directory.path() + "/link";
  ASSERT_EQ(symlink("/", link.c_str()), 0);
  const std::string same = directory.path() + "/same";
  ASSERT_EQ(mkdir(same.c_str(), 0755), 0);
  const Mounted mounted("bind", "/", same);
  for (const std::string& path : std::vector<std::string>{
           "/",
           "//",
           "/.",
           "/..",
           "/tmp/..",
           "/proc/self/root",
           link,
           same}) {
    EXPECT_TRUE(refused_as_rootfs(path));
  }
}

TEST(RootfsWithoutProc, IsRefused) {
  matters(
      "where /proc cannot be mounted, ps and much else would fail later, "
      "without a reason");
  const TemporaryDirectory directory;
  mkdir((directory.path() + "/bin").c_str(), 0755);
  const Mounted programs("bind", rootfs() + "/bin", directory.path() + "/bin");
  const Launch launch =
      container({"/bin/probe", "argv", "ran"}, {"--rootfs", directory.path()});
  const Result result = run(launch);
  EXPECT_TRUE(refused(result, "proc: No such file or directory"));
  EXPECT_TRUE(has_hint(result));
  write_file(directory.path() + "/proc", "");
  EXPECT_TRUE(refused(run(launch), "proc: Not a directory"));
}

TEST(RootfsWithoutProc, ALinkIsRefused) {
  matters(
      "mount(2) follows a link. Then proc is mounted on another directory, and "
      "the container has no /proc");
  for (const std::string target : {"bin", "../proc", "/nothing"}) {
    const TemporaryDirectory directory;
    mkdir((directory.path() + "/bin").c_str(), 0755);
    const Mounted programs(
        "bind",
        rootfs() + "/bin",
        directory.path() + "/bin");
    ASSERT_EQ(symlink(target.c_str(), (directory.path() + "/proc").c_str()), 0);
    const Result result = run(container(
        {"/bin/probe", "argv", "ran"},
        {"--rootfs", directory.path()}));
    EXPECT_TRUE(refused(result, "/proc: Too many levels of symbolic links"));
    EXPECT_TRUE(has_hint(result));
  }
}

TEST(RootfsIsChecked, ALinkThatBecomesTheHostsRootIsRefused) {
  matters("a path can lead elsewhere between a check of it and its use");
  const TemporaryDirectory directory;
  const std::string link = directory.path() + "/link";
  const std::string next = directory.path() + "/next";
  const auto point_to = [&](const std::string& target) {
    ASSERT_EQ(symlink(target.c_str(), next.c_str()), 0);
    ASSERT_EQ(rename(next.c_str(), link.c_str()), 0);
  };
  point_to(rootfs());
  std::atomic<bool> done = false;
  std::thread flipping([&] {
    while (!done) {
      point_to("/");
      point_to(rootfs());
    }
  });
  // Unchecked, one run in eight had the host's /.
  int ran = 0;
  for (int i = 0; i < 40 && !testing::Test::HasFailure(); ++i) {
    const Result result = run(container(
        {"sh", "-c", "test -e /bin/probe || echo ran"},
        {"--rootfs", link}));
    if (result.status == 0 && result.out.empty())
      ++ran;
    else
      EXPECT_TRUE(refused(result, "chroot"));
  }
  done = true;
  flipping.join();
  EXPECT_TRUE(ran > 0 || testing::Test::HasFailure())
      << but("some runs find the rootfs", "none does");
}

}  // namespace
