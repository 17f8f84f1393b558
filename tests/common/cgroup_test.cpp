// SPDX-License-Identifier: MIT
// On ordinary directories: rmdir(2) removes both those and cgroups when empty.
#include "common/cgroup.hpp"

#include <gtest/gtest.h>

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "tests/support/files.hpp"

namespace {

using support::exists;

pid_t dead_process() {
  const pid_t pid = fork();
  if (pid == 0) _exit(0);
  waitpid(pid, nullptr, 0);
  return pid;
}

class Cgroup : public testing::Test {
 protected:
  // Of the runtime that has this pid, with a cgroup below it.
  std::string make(pid_t pid, const std::string& suffix) {
    const std::string path =
        parent_.path() + "/boxstep-" + std::to_string(pid) + suffix;
    std::filesystem::create_directories(path + "/below/deeper");
    return path;
  }

  // What follows the pid in this PID namespace.
  std::string suffix() {
    const std::string mine =
        parent_.path() + "/boxstep-" + std::to_string(getpid());
    return common::Cgroup(parent_.path()).path().substr(mine.size());
  }

  support::TemporaryDirectory parent_;
};

TEST_F(Cgroup, IsNamedAfterTheCallerAndItsPidNamespace) {
  struct stat found {};
  ASSERT_EQ(stat("/proc/self/ns/pid", &found), 0);
  constexpr ino_t kFirst = 4026531836;
  const std::string expected =
      found.st_ino == kFirst ? "" : "-" + std::to_string(found.st_ino);
  EXPECT_EQ(suffix(), expected);
}

TEST_F(Cgroup, IsRemovedWithAllBelowIt) {
  std::string path;
  {
    const common::Cgroup cgroup(parent_.path());
    path = make(getpid(), suffix());
    ASSERT_EQ(cgroup.path(), path);
    ASSERT_TRUE(exists(path));
  }
  EXPECT_FALSE(exists(path));
}

TEST_F(Cgroup, LosesItsChildrenFirst) {
  const common::Cgroup cgroup(parent_.path());
  make(getpid(), suffix());
  cgroup.remove_children();
  EXPECT_TRUE(exists(cgroup.path()));
  EXPECT_EQ(rmdir(cgroup.path().c_str()), 0);
}

TEST_F(Cgroup, OfADeadRuntimeWithTheSamePidIsRemovedAtOnce) {
  make(getpid(), suffix());
  const common::Cgroup cgroup(parent_.path());
  EXPECT_EQ(mkdir(cgroup.path().c_str(), 0755), 0);
}

TEST_F(Cgroup, OfADeadRuntimeIsRemovedAtTheEndAndNoOther) {
  const std::string left = make(dead_process(), suffix());
  const std::string used = make(getppid(), suffix());
  // Of another PID namespace: nobody here can tell whether that runtime lives.
  const std::string foreign = make(dead_process(), "-1");
  { const common::Cgroup cgroup(parent_.path()); }
  EXPECT_FALSE(exists(left));
  EXPECT_TRUE(exists(used + "/below/deeper"));
  EXPECT_TRUE(exists(foreign + "/below/deeper"));
}

TEST_F(Cgroup, OfAnotherProgramStays) {
  for (const std::string name :
       {"boxstep-experiment", "boxstep-", "boxstep", "other", "boxstep--5"}) {
    const std::string path = parent_.path() + "/" + name;
    ASSERT_EQ(mkdir(path.c_str(), 0755), 0);
    { const common::Cgroup cgroup(parent_.path()); }
    EXPECT_TRUE(exists(path)) << name;
  }
}

TEST_F(Cgroup, IsMadeThreadedOnlyWhereItWouldBeInvalid) {
  const common::Cgroup cgroup(parent_.path());
  ASSERT_EQ(mkdir(cgroup.path().c_str(), 0755), 0);
  cgroup.make_usable();  // as in version 1: there is no such file
  const std::string type = cgroup.path() + "/cgroup.type";
  for (const auto& [before, after] :
       {std::pair{"domain\n", "domain\n"},
        std::pair{"domain invalid\n", "threaded"}}) {
    support::write_file(type, before);
    cgroup.make_usable();
    EXPECT_EQ(
        support::read_file(type).substr(0, std::string(after).size()),
        after);
  }
  unlink(type.c_str());
}

// In version 2, the directory may be there already, for another controller.
TEST_F(Cgroup, OfAnotherControllerIsJoined) {
  for (const bool version2 : {false, true}) {
    const support::TemporaryDirectory parent;
    const common::Cgroup cgroup(parent.path());
    std::filesystem::create_directory(cgroup.path());
    support::write_file(cgroup.path() + "/cgroup.procs", "");
    const std::string controllers = parent.path() + "/cgroup.subtree_control";
    support::write_file(controllers, "");
    if (version2)
      support::write_file(parent.path() + "/cgroup.controllers", "");
    cgroup.join("memory", 4711);
    EXPECT_EQ(support::read_file(cgroup.path() + "/cgroup.procs"), "4711");
    EXPECT_EQ(support::read_file(controllers), version2 ? "+memory" : "");
  }
}

}  // namespace
