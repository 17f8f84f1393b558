// SPDX-License-Identifier: MIT
#include "common/mountinfo.hpp"

#include <gtest/gtest.h>

namespace {

using common::contains_word;
using common::Mount;
using common::parse_mountinfo;

TEST(Mountinfo, HasPointTypeAndOptionsOfAMount) {
  const auto mounts = parse_mountinfo(
      "30 24 0:26 / /sys/fs/cgroup/pids rw,nosuid - cgroup cgroup rw,pids\n");
  ASSERT_EQ(mounts.size(), 1U);
  EXPECT_EQ(mounts[0].point, "/sys/fs/cgroup/pids");
  EXPECT_EQ(mounts[0].type, "cgroup");
  EXPECT_EQ(mounts[0].options, "rw,pids");
}

TEST(Mountinfo, KeepsTheOrderOfTheFile) {
  const auto mounts = parse_mountinfo(
      "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n"
      "2 1 0:5 / /proc rw - proc proc rw\n");
  ASSERT_EQ(mounts.size(), 2U);
  EXPECT_EQ(mounts[0].point, "/");
  EXPECT_EQ(mounts[1].point, "/proc");
}

TEST(Mountinfo, SkipsTheOptionalFields) {
  const auto mounts = parse_mountinfo(
      "1 0 8:1 / / rw shared:1 master:2 propagate_from:3 - ext4 /dev/sda1 "
      "rw\n");
  ASSERT_EQ(mounts.size(), 1U);
  EXPECT_EQ(mounts[0].type, "ext4");
}

TEST(Mountinfo, DecodesWhatIsEscaped) {
  const auto mounts = parse_mountinfo(
      R"(1 0 0:1 / /a\040space\011tab\012line\134backslash rw - tmpfs none rw)");
  ASSERT_EQ(mounts.size(), 1U);
  EXPECT_EQ(mounts[0].point, "/a space\ttab\nline\\backslash");
}

TEST(Mountinfo, LeavesABackslashThatEscapesNothing) {
  const auto mounts =
      parse_mountinfo(R"(1 0 0:1 / /\08\9\04 rw - tmpfs none rw)");
  ASSERT_EQ(mounts.size(), 1U);
  EXPECT_EQ(mounts[0].point, R"(/\08\9\04)");
}

TEST(Mountinfo, LeavesOutWhatIsNotOfTheFormat) {
  EXPECT_TRUE(parse_mountinfo("").empty());
  EXPECT_TRUE(parse_mountinfo("\n1 0 8:1 / / rw ext4 /dev/sda1 rw\n").empty());
  EXPECT_TRUE(parse_mountinfo("no mount point - cgroup none pids").empty());
}

TEST(Mountinfo, NeedsNoNewlineAtTheEnd) {
  EXPECT_EQ(parse_mountinfo("1 0 0:5 / /proc rw - proc proc rw").size(), 1U);
}

TEST(Words, AreFoundWhereverTheyStand) {
  EXPECT_TRUE(contains_word("cpu memory pids", "cpu", ' '));
  EXPECT_TRUE(contains_word("cpu memory pids", "memory", ' '));
  EXPECT_TRUE(contains_word("rw,cpu,pids", "pids", ','));
}

TEST(Words, AreNotPartsOfWords) {
  EXPECT_FALSE(contains_word("cpuset cpuacct", "cpu", ' '));
  EXPECT_FALSE(contains_word("rw,xpids", "pids", ','));
  EXPECT_FALSE(contains_word("", "pids", ' '));
}

}  // namespace
