// SPDX-License-Identifier: MIT
#include "common/unique_fd.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>

#include <utility>

#include "common/check.hpp"

namespace {

using common::check;
using common::UniqueFd;

int open_null() {
  return check(open("/dev/null", O_RDONLY | O_CLOEXEC), "open", "/dev/null");
}

bool is_open(int fd) {
  return fcntl(fd, F_GETFD) != -1;
}

TEST(UniqueFd, OwnsNothingAtFirst) {
  EXPECT_EQ(UniqueFd().get(), -1);
}

TEST(UniqueFd, ClosesWhenItGoes) {
  const int fd = open_null();
  {
    const UniqueFd owner(fd);
    EXPECT_EQ(owner.get(), fd);
    EXPECT_TRUE(is_open(fd));
  }
  EXPECT_FALSE(is_open(fd));
}

TEST(UniqueFd, ResetClosesNowAndTakesAnotherInItsPlace) {
  UniqueFd owner(open_null());
  const int old_fd = owner.get();
  const int new_fd = open_null();
  owner.reset(new_fd);
  EXPECT_FALSE(is_open(old_fd));
  EXPECT_TRUE(is_open(new_fd));
  EXPECT_EQ(owner.get(), new_fd);
}

TEST(UniqueFd, AssigningClosesWhatItHad) {
  UniqueFd from(open_null());
  UniqueFd to(open_null());
  const int fd = from.get();
  const int old_fd = to.get();
  to = std::move(from);
  EXPECT_EQ(to.get(), fd);
  EXPECT_EQ(from.get(), -1);  // NOLINT(bugprone-use-after-move): promised
  EXPECT_TRUE(is_open(fd));
  EXPECT_FALSE(is_open(old_fd));
}

// close(2) of a number that is in use again would close a stranger's file.
TEST(UniqueFd, ClosesOnce) {
  UniqueFd owner(open_null());
  const int fd = owner.get();
  owner.reset();
  const UniqueFd stranger(open_null());
  ASSERT_EQ(stranger.get(), fd) << "the kernel gives out the lowest number";
  owner.reset();
  EXPECT_TRUE(is_open(fd));
}

}  // namespace
