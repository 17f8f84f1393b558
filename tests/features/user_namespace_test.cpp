// SPDX-License-Identifier: MIT
// Root in the container is an ordinary user of the host: CLONE_NEWUSER, and the
// maps of ids that the host writes.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include <sys/stat.h>
#include <unistd.h>

#include "common/file.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/files.hpp"
#include "tests/support/host.hpp"
#include "tests/support/step.hpp"

namespace {

using namespace support;

constexpr uid_t kRootOutside =
    100000;  // of the host, and root in the container
const std::string kIdMap = "0 100000 65536";

// A map as the kernel prints it, with one space between its numbers.
std::string id_map_of(pid_t pid, const std::string& file) {
  std::string map;
  for (const std::string& word :
       words(read_file("/proc/" + std::to_string(pid) + "/" + file))) {
    map += (map.empty() ? "" : " ") + word;
  }
  return map;
}

// Real, effective, saved and file system id, as the host sees them.
std::string ids_outside(pid_t pid, const std::string& field) {
  std::string ids;
  for (const std::string& word : words(status_field(pid, field)))
    ids += (ids.empty() ? "" : " ") + word;
  return ids;
}

TEST(UserNamespace, IsNotTheHosts) {
  matters("CLONE_NEWUSER among the flags of clone(2) makes it");
  Running running(container({probe(), "pause"}));
  EXPECT_TRUE(own_namespace(running.command(), "user"));
}

TEST(UserNamespace, HasMapsOfUsersAndGroups) {
  matters("an id without a map is nobody, 65534, inside");
  Running running(container({probe(), "pause"}));
  EXPECT_TRUE(is("uid_map", id_map_of(running.command(), "uid_map"), kIdMap));
  EXPECT_TRUE(is("gid_map", id_map_of(running.command(), "gid_map"), kIdMap));
}

TEST(UserNamespace, RootInsideIsAnOrdinaryUserOutside) {
  matters(
      "what the container does to the host's files, it does as this user. An "
      "init that stays user 0 of the host can still do what root can");
  Running running(container({probe(), "pause"}));
  const std::string all = "100000 100000 100000 100000";
  for (const pid_t pid : {running.init(), running.command()}) {
    EXPECT_TRUE(is("Uid, as the host sees it", ids_outside(pid, "Uid"), all));
    EXPECT_TRUE(is("Gid, as the host sees it", ids_outside(pid, "Gid"), all));
    EXPECT_TRUE(
        is("Groups, as the host sees it", ids_outside(pid, "Groups"), ""));
  }
  matters("inside it is root: setresuid(2) and setresgid(2) take the new ids");
  const Result result =
      run(container({"sh", "-c", "id -u; id -g; cat /proc/self/uid_map"}));
  std::string said;
  for (const std::string& word : words(result.out))
    said += word + " ";
  EXPECT_TRUE(is("its user, group and map", said, "0 0 " + kIdMap + " "));
}

// Only there, a test may write a setting of the whole kernel: the guest of
// tools/vm/run is a machine of our own.
bool is_in_guest() {
  return read_file("/proc/cmdline").find(" REPORTS=/dev/") != std::string::npos;
}

TEST(UserNamespace, TheInitIsClosedToTheCommand) {
  matters(
      "the init is a copy of the runtime. /proc/1/exe is the runtime's file on "
      "the host, and whoever can open it can change it");
  // With 1, a change of ids closes nothing: PR_SET_DUMPABLE in prctl(2).
  if (is_in_guest()) common::write_file("/proc/sys/fs/suid_dumpable", "1");
  const std::vector<std::vector<std::string>> commands{
      {"readlink", "-v", "/proc/1/exe"},
      {"ls", "/proc/1/fd"},
      {"cat", "/proc/1/environ"},
      {"cat", "/proc/1/mem"}};
  for (const std::vector<std::string>& command : commands) {
    const Result result = run(container(command));
    EXPECT_TRUE(names(result.err, "Permission denied"))
        << but(command.back() + " is refused: EACCES",
               "root inside can open it",
               &result);
  }
}

TEST(UserNamespace, ASettingOfTheWholeKernelIsNotItsOwn) {
  matters(
      "core_pattern names a program that the kernel starts as root, on the "
      "host. The file belongs to the host's root");
  const Result result = run(container(
      {"sh", "-c", "test -w /proc/sys/kernel/core_pattern || echo closed"}));
  EXPECT_TRUE(result.out == "closed\n")
      << but("root inside cannot write core_pattern", "it can", &result);
}

TEST(FilesMadeInside, BelongToTheOrdinaryUser) {
  matters(
      "a program with a setuid bit that root inside leaves in the rootfs runs "
      "as its owner: on the host that must not be root");
  const CommonDirectory directory;
  ASSERT_EQ(chown(directory.outside().c_str(), kRootOutside, kRootOutside), 0);
  const std::string inside = directory.inside() + "/program";
  EXPECT_TRUE(exited(
      run(container(
          {"sh",
           "-c",
           "echo '#!/bin/sh' >" + inside + " && chmod 4755 " + inside})),
      0));
  struct stat file {};
  const int found = stat((directory.outside() + "/program").c_str(), &file);
  ASSERT_TRUE(is("stat of the program on the host", found, 0));
  EXPECT_TRUE(is("its mode", file.st_mode & 07777, 04755U));
  EXPECT_TRUE(is("its owner, as the host sees it", file.st_uid, kRootOutside));
  EXPECT_TRUE(is("its group, as the host sees it", file.st_gid, kRootOutside));
}

TEST(UserNamespace, FilesOfTheHostsRootAreNobodys) {
  matters(
      "the host's root has no number inside, and root has no power over it");
  const CommonDirectory directory;
  const std::string outside = directory.outside() + "/of-root";
  write_file(outside, "the host's\n");
  const std::string inside = directory.inside() + "/of-root";
  const Result result = run(container(
      {"sh", "-c", "stat -c '%u %g' " + inside + "; echo mine >" + inside}));
  EXPECT_TRUE(is("owner and group inside", result.out, "65534 65534\n"));
  EXPECT_TRUE(is("the host's file", read_file(outside), "the host's\n"));
}

TEST(UserNamespace, TheRootfsMayBeBelowADirectoryClosedToOthers) {
  matters(
      "a home has mode 0700, and user 100000 may not walk through it: the host "
      "enters the rootfs, before the container starts");
  const TemporaryDirectory home;
  const std::string inner = home.path() + "/rootfs";
  ASSERT_EQ(mkdir(inner.c_str(), 0755), 0);
  const Mounted mounted("bind", rootfs(), inner);
  ASSERT_EQ(chown(home.path().c_str(), 1000, 1000), 0);
  ASSERT_EQ(chmod(home.path().c_str(), 0700), 0);
  Running running(container({"/bin/probe", "pause"}, {"--rootfs", inner}));
  EXPECT_TRUE(is("uid_map", id_map_of(running.command(), "uid_map"), kIdMap));
}

}  // namespace
