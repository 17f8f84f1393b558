// SPDX-License-Identifier: MIT
// On trees of ordinary files that look like a host's cgroups.
#include "common/cgroup.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <system_error>

#include "tests/support/files.hpp"

namespace {

// A host with nothing mounted yet; `usual` stands for /sys/fs/cgroup.
class CgroupParent : public testing::Test {
 protected:
  // A file with what it holds, and the directories that lead to it.
  static void make(const std::string& path, const std::string& text) {
    std::filesystem::create_directories(
        std::filesystem::path(path).parent_path());
    support::write_file(path, text);
  }

  static void make_version1(const std::string& mount) {
    make(mount + "/cgroup.procs", "");
  }

  static void make_version2(
      const std::string& mount,
      const std::string& controllers) {
    make(mount + "/cgroup.procs", "");
    make(mount + "/cgroup.controllers", controllers);
    make(mount + "/cgroup.subtree_control", "");
  }

  // A line of /proc/self/mounts.
  void list_mount(
      const std::string& point,
      const std::string& type,
      const std::string& options) {
    mounts_ += "none " + point + " " + type + " " + options + " 0 0\n";
  }

  std::string find(const std::string& controller = "pids") {
    const std::string file = directory_.path() + "/mounts";
    support::write_file(file, mounts_);
    return common::find_cgroup_parent(controller, file);
  }

  std::string error() {
    try {
      return "found " + find();
    } catch (const std::system_error& error) {
      return error.what();
    }
  }

  support::TemporaryDirectory directory_;
  std::string usual_ = directory_.path() + "/usual";
  std::string mounts_;
};

TEST_F(CgroupParent, IsTheOneMountOfVersion2) {
  make_version2(usual_, "cpuset cpu io memory hugetlb pids rdma misc\n");
  list_mount(usual_, "cgroup2", "rw");
  for (const std::string controller : {"cpuset", "pids", "misc"})
    EXPECT_EQ(find(controller), usual_);
}

// systemd's hybrid mode: version 2 is there to keep track of processes, and has
// the controllers that version 1 has not.
TEST_F(CgroupParent, IsWhicheverVersionHasTheControllerOnAHybridHost) {
  make_version1(usual_ + "/pids");
  make_version2(usual_ + "/unified", "io memory\n");
  list_mount(usual_ + "/pids", "cgroup", "rw,pids");
  list_mount(usual_ + "/unified", "cgroup2", "rw");
  EXPECT_EQ(find(), usual_ + "/pids");
  EXPECT_EQ(find("memory"), usual_ + "/unified");
}

TEST_F(CgroupParent, MayBeInAnUnusualPlaceThatTheMountTableNames) {
  const std::string odd = directory_.path() + "/odd place";
  make_version2(odd, "pids\n");
  make_version1(usual_ + "/cpu,cpuacct");
  list_mount("/", "ext4", "rw");
  list_mount(directory_.path() + "/odd\\040place", "cgroup2", "rw");
  list_mount(usual_ + "/cpu,cpuacct", "cgroup", "rw,cpu,cpuacct");
  EXPECT_EQ(find(), odd);
  EXPECT_EQ(find("cpuacct"), usual_ + "/cpu,cpuacct");
}

constexpr const char* kNone = "cgroup controller pids: No such device";

TEST_F(CgroupParent, IsNoMountThatLacksTheController) {
  EXPECT_EQ(error(), kNone);  // nothing is mounted
  // Names that are longer are those of others.
  make_version2(usual_, "cpu cpuset pids_too\n");
  list_mount(usual_, "cgroup2", "rw");
  list_mount(usual_ + "/cpuset", "cgroup", "rw,cpuset,pids_too");
  EXPECT_EQ(error(), kNone);
  make_version2(usual_, "");
  EXPECT_EQ(error(), kNone);
}

// A tmpfs over /sys/fs/cgroup hides what is mounted below it.
TEST_F(CgroupParent, IsNoMountThatAnotherHides) {
  const std::string elsewhere = directory_.path() + "/elsewhere";
  make_version1(elsewhere);
  list_mount(usual_ + "/unified", "cgroup2", "rw");
  list_mount(usual_ + "/pids", "cgroup", "rw,pids");
  list_mount(elsewhere, "cgroup", "rw,pids");
  EXPECT_EQ(find(), elsewhere);
}

}  // namespace
