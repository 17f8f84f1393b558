// SPDX-License-Identifier: MIT
#include "common/rootfs.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

#include <string>
#include <system_error>

#include "tests/support/files.hpp"

namespace {

using common::check_rootfs;
using support::TemporaryDirectory;

std::string refusal(const std::string& path) {
  try {
    check_rootfs(path);
  } catch (const std::system_error& error) {
    return error.what();
  }
  return "";
}

TEST(Rootfs, MayBeAnyDirectory) {
  const TemporaryDirectory directory;
  EXPECT_EQ(refusal(directory.path()), "");
}

TEST(Rootfs, MayBeALinkToADirectory) {
  const TemporaryDirectory directory;
  const std::string link = directory.path() + "/link";
  ASSERT_EQ(symlink(directory.path().c_str(), link.c_str()), 0);
  EXPECT_EQ(refusal(link), "");
}

TEST(Rootfs, ThatIsMissingIsRefused) {
  EXPECT_EQ(refusal("/nope"), "chroot /nope: No such file or directory");
}

TEST(Rootfs, ThatIsAFileIsRefused) {
  const TemporaryDirectory directory;
  const std::string file = directory.path() + "/rootfs.tar";
  support::write_file(file, "");
  EXPECT_EQ(refusal(file), "chroot " + file + ": Not a directory");
}

TEST(Rootfs, ThatIsTheHostsRootIsRefusedByAnyName) {
  const TemporaryDirectory directory;
  const std::string link = directory.path() + "/link";
  ASSERT_EQ(symlink("/", link.c_str()), 0);
  for (const std::string& path :
       {std::string("/"), std::string("/.."), std::string("//"), link}) {
    EXPECT_EQ(refusal(path), "chroot " + path + ": Invalid argument");
  }
}

// As after chroot(2), if a link has changed since check_rootfs().
TEST(Rootfs, ThatHasBecomeTheHostsRootIsRefused) {
  const common::HostRoot host_root;
  EXPECT_THROW(host_root.check_is_not("/"), std::system_error);
  const TemporaryDirectory directory;
  EXPECT_NO_THROW(host_root.check_is_not(directory.path()));
}

}  // namespace
