// SPDX-License-Identifier: MIT
// The container has a / of its own: chroot(2) and chdir(2).
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
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

constexpr const char* kCEnvironment = "LC_ALL=C";  // sorts as the test does

Launch list_root(const std::vector<std::string>& options = {}) {
  Launch launch = container({"ls", "-A", "/"}, options);
  launch.environment = {kCEnvironment};
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

TEST(Rootfs, IsTheDirectoryRootfsByDefault) {
  matters(
      "./boxstep rootfs makes the directory rootfs, and run without options "
      "uses it");
  const TemporaryDirectory directory;
  ASSERT_EQ(
      symlink(rootfs().c_str(), (directory.path() + "/rootfs").c_str()),
      0);
  Launch launch = list_root();
  const auto option =
      std::find(launch.argv.begin(), launch.argv.end(), "--rootfs");
  if (option != launch.argv.end()) launch.argv.erase(option, option + 2);
  launch.directory = directory.path();
  EXPECT_TRUE(lists_rootfs(run(launch)));
}

TEST(Rootfs, MayBeRelative) {
  matters(
      "a path is relative to where the runtime was called: nothing may change"
      " directory before");
  const size_t slash = rootfs().rfind('/');
  Launch launch = list_root({"--rootfs", rootfs().substr(slash + 1)});
  launch.directory = rootfs().substr(0, slash);
  EXPECT_TRUE(lists_rootfs(run(launch)));
}

TEST(Rootfs, MayBeALink) {
  matters("people keep several images and a link to the one in use");
  const TemporaryDirectory directory;
  const std::string link = directory.path() + "/link";
  ASSERT_EQ(symlink(rootfs().c_str(), link.c_str()), 0);
  EXPECT_TRUE(lists_rootfs(run(list_root({"--rootfs", link}))));
}

TEST(Rootfs, IsTheRootThatTheHostSeesToo) {
  matters("/proc/PID/root is what the kernel takes for the process's root");
  Running running(container({probe(), "pause"}));
  const std::string root =
      read_link("/proc/" + std::to_string(running.command()) + "/root");
  EXPECT_TRUE(root == rootfs())
      << but("the command's root is " + rootfs(),
             "the command's root is the host's own " + root);
  EXPECT_TRUE(is("the host's own root", read_link("/proc/self/root"), "/"));
  EXPECT_TRUE(is(
      "the runtime's root, which is on the host's side",
      read_link("/proc/" + std::to_string(running.runtime().pid()) + "/root"),
      "/"));
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

TEST(Rootfs, DotDotOfRootIsRoot) {
  matters(
      "from a \".\" that is outside, \"..\" leads through the whole host: "
      "chroot(2) needs chdir(\"/\")");
  // From the directory in which it starts, too: that is the way out when only
  // the root was changed.
  const TemporaryDirectory directory;
  Launch launch = container({"/bin/sh", "-c", "cd ../../../../../..; ls -A ."});
  launch.environment = {kCEnvironment};
  launch.directory = directory.path();
  EXPECT_TRUE(lists_rootfs(run(launch)));
}

TEST(Rootfs, FilesOfTheHostAreOutOfReach) {
  matters(
      "this is the purpose of the step: an absolute path means a file of the "
      "rootfs");
  const TemporaryDirectory directory;
  const std::string secret = directory.path() + "/secret";
  write_file(secret, "the host's own secret\n");
  const Result result = run(container({"cat", secret}));
  EXPECT_TRUE(printed(result, "", /*status=*/1))
      << "the host's own file was read";
}

TEST(Rootfs, ProgramsOfTheHostAreOutOfReach) {
  matters(
      "the command has to be found in the rootfs: run it after chroot(2), not "
      "before");
  const TemporaryDirectory directory;
  const std::string program = directory.path() + "/program";
  write_file(program, "#!/bin/sh\necho the host\\'s own program\n", 0755);
  EXPECT_TRUE(not_run(run(container({program})), 127, program));
}

// A rootfs that would isolate nothing, or not at all, must not run the command.
testing::AssertionResult refused_as_rootfs(const std::string& path) {
  return refused(
      run(container({"/bin/echo", "ran"}, {"--rootfs", path})),
      path);
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

TEST(RootfsIsChecked, EmptyIsRefused) {
  matters("an empty path is a mistake in a script: a variable that is not set");
  EXPECT_TRUE(refused_as_rootfs(""));
}

TEST(RootfsIsChecked, AFileIsRefused) {
  matters("say so before anything is started");
  const TemporaryDirectory directory;
  write_file(directory.path() + "/file", "");
  EXPECT_TRUE(refused_as_rootfs(directory.path() + "/file"));
}

TEST(RootfsIsChecked, TheHostsRootIsRefused) {
  matters("chroot(\"/\") succeeds, and isolates nothing");
  for (const auto& path :
       {"/", "//", "/.", "/..", "/tmp/..", "/proc/self/root"}) {
    EXPECT_TRUE(refused_as_rootfs(path));
  }
}

TEST(RootfsIsChecked, TheHostsRootByALinkIsRefused) {
  matters(
      "chroot(2) follows links: compare what the path leads to, not the path");
  const TemporaryDirectory directory;
  const std::string link = directory.path() + "/link";
  ASSERT_EQ(symlink("/", link.c_str()), 0);
  EXPECT_TRUE(refused_as_rootfs(link));
}

TEST(RootfsIsChecked, TheHostsRootByABindMountIsRefused) {
  matters(
      "the same directory can have several names: compare device and inode");
  const TemporaryDirectory directory;
  const Mounted mounted("bind", "/", directory.path());
  EXPECT_TRUE(refused_as_rootfs(directory.path()));
}

TEST(RootfsWithoutProc, IsRefused) {
  matters(
      "where /proc cannot be mounted, ps and much else would fail later, "
      "without a reason");
  const TemporaryDirectory directory;
  mkdir((directory.path() + "/bin").c_str(), 0755);
  const Mounted programs("bind", rootfs() + "/bin", directory.path() + "/bin");
  const Result result = run(
      container({"/bin/probe", "argv", "ran"}, {"--rootfs", directory.path()}));
  EXPECT_TRUE(refused(result, "proc: No such file or directory"));
  EXPECT_TRUE(has_hint(result));
}

TEST(RootfsWithoutProc, IsRefusedWhenProcIsAFile) {
  matters("say so before the command is started");
  const TemporaryDirectory directory;
  mkdir((directory.path() + "/bin").c_str(), 0755);
  write_file(directory.path() + "/proc", "");
  const Mounted programs("bind", rootfs() + "/bin", directory.path() + "/bin");
  EXPECT_TRUE(refused(
      run(container(
          {"/bin/probe", "argv", "ran"},
          {"--rootfs", directory.path()})),
      "proc: Not a directory"));
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
        {"sh", "-c", "test -e /.boxstep-rootfs || echo ran"},
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
