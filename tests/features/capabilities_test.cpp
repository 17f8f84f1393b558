// SPDX-License-Identifier: MIT
// Root in the container has eight of root's rights, and nothing gives back the
// others: capabilities(7), and PR_SET_NO_NEW_PRIVS of prctl(2).
#include <gtest/gtest.h>

#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "common/check.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/files.hpp"
#include "tests/support/host.hpp"
#include "tests/support/step.hpp"

namespace {

using namespace support;
using common::check;

constexpr auto kEight = 1ULL << CAP_CHOWN | 1ULL << CAP_DAC_OVERRIDE |
    1ULL << CAP_FOWNER | 1ULL << CAP_FSETID | 1ULL << CAP_KILL |
    1ULL << CAP_SETGID | 1ULL << CAP_SETUID | 1ULL << CAP_NET_BIND_SERVICE;

// As /proc/PID/status shows a set.
std::string shown(unsigned long long set) {
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", set);
  return text;
}

// What a process has: `set` are its rights, and `all` those that it may ever get.
void expect_sets(pid_t pid, unsigned long long set, unsigned long long all) {
  const std::vector<std::pair<const char*, unsigned long long>> expected{
      {"CapInh", 0},
      {"CapPrm", set},
      {"CapEff", set},
      {"CapBnd", all},
      {"CapAmb", 0}};
  for (const auto& [field, value] : expected) {
    const std::string found = words(status_field(pid, field)).at(0);
    EXPECT_TRUE(is(field, found, shown(value)));
  }
}

// A program that both sides see: /bin/probe, with rights of its own.
class Program {
 public:
  explicit Program(mode_t mode = 0755) {
    write_file(path(), read_file(rootfs() + "/bin/probe"));
    check(chmod(path().c_str(), mode), "chmod", path());
  }
  std::string path() const { return directory_.outside() + "/probe"; }
  std::string inside() const { return directory_.inside() + "/probe"; }

 private:
  CommonDirectory directory_;
};

TEST(Capabilities, OfTheCommandAreEight) {
  matters(
      "root is a list of rights. These eight concern its own files, users and "
      "processes; the others concern the machine");
  const Running running(container({probe(), "pause"}));
  expect_sets(running.command(), kEight, kEight);
}

TEST(Capabilities, OfTheInitAreEight) {
  matters(
      "root inside is the user of the init, too: ptrace(2) makes it do what "
      "the command may not");
  const Running running(container({probe(), "pause"}));
  expect_sets(running.init(), kEight, kEight);
}

TEST(Capabilities, OfASetuidProgramAreEight) {
  matters(
      "a program that root executes gets all that the bounding set has: drop "
      "it there");
  const Program program(04755);
  const Running running(container({program.inside(), "pause"}));
  expect_sets(running.command(), kEight, kEight);
}

TEST(Capabilities, OfTheCallerThatAreInheritableAreGone) {
  matters("an inheritable one is one that a program's file can give back");
  Launch launch = container({probe(), "pause"});
  launch.before_exec = [] {
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    __user_cap_data_struct sets[2]{};
    constexpr int kCapability = CAP_SYS_ADMIN;
    if (syscall(SYS_capget, &header, sets) == -1) _exit(120);
    sets[0].inheritable |= 1U << kCapability;
    if (syscall(SYS_capset, &header, sets) == -1 ||
        prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, kCapability, 0, 0) == -1) {
      _exit(120);
    }
  };
  const Running running(launch);
  expect_sets(running.command(), kEight, kEight);
  expect_sets(running.init(), kEight, kEight);
}

TEST(Capabilities, LetRootDoItsOwnWorkAndNotTheMachines) {
  matters(
      "a right too many is a way out: mknod opens the host's disk. A right too "
      "few breaks programs that install files or change their user");
  const Program program;  // in a directory in which even others may write
  const std::string directory =
      program.path().substr(0, program.path().rfind('/'));
  check(chmod(directory.c_str(), 0777), "chmod", directory);
  const Result result = run(container(
      {"sh",
       "-c",
       "cd \"$1\" && shift && exec \"$@\"",
       "sh",
       program.inside().substr(0, program.inside().rfind('/')),
       probe(),
       "calls",
       "mknod",
       "mount",
       "sethostname",
       "chroot",
       "chown",
       "kill"}));
  EXPECT_TRUE(printed(
      result,
      "mknod: EPERM\nmount: EPERM\nsethostname: EPERM\nchroot: EPERM\n"
      "chown: works\nkill: works\n"));
  // In a user namespace, root has no rights in the host's network namespace.
  if (step_number() > 7) return;
  EXPECT_TRUE(printed(
      run(container({probe(), "calls", "bind", "sethostname"})),
      "bind: works\nsethostname: EPERM\n"));
}

TEST(NoNewPrivs, IsSetInInitAndCommand) {
  matters("a child inherits it, and nobody can take it back: prctl(2)");
  const Running running(container({probe(), "pause"}));
  for (const pid_t pid : {running.command(), running.init()}) {
    const std::string found = words(status_field(pid, "NoNewPrivs")).at(0);
    EXPECT_TRUE(is("NoNewPrivs", found, "1"));
  }
}

// What a program has that user 1000 of the container starts.
void expect_nothing_new(const Program& program) {
  const Running running(
      container({probe(), "as", "1000", program.inside(), "pause"}));
  expect_sets(running.command(), 0, kEight);
  // As the host sees it: the users of step 08 have other numbers there.
  const std::vector<std::string> users =
      words(status_field(running.command(), "Uid"));
  EXPECT_TRUE(is("the effective user", users.at(1), users.at(0)));
}

TEST(NoNewPrivs, ASetuidProgramStaysTheUserThatStartsIt) {
  matters(
      "the image brings its own setuid programs, and a mistake in one of them "
      "makes each user of the container its root");
  expect_nothing_new(Program(04755));
}

TEST(NoNewPrivs, AFileCapabilityGivesNothing) {
  matters("a file's capabilities are setuid, one right at a time");
  const Program program;
  // More than the bounding set has is refused in any case (capabilities(7)).
  vfs_cap_data rights{};
  rights.magic_etc = VFS_CAP_REVISION_2 | VFS_CAP_FLAGS_EFFECTIVE;
  rights.data[0].permitted = 1U << CAP_CHOWN;
  const std::string path = program.path();
  check(
      setxattr(path.c_str(), "security.capability", &rights, sizeof rights, 0),
      "setxattr",
      path);
  expect_nothing_new(program);
}

}  // namespace
