// SPDX-License-Identifier: MIT
// Files and descriptors, where a mistake would not show in a container at once.
#include "common/file.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <string>
#include <system_error>
#include <utility>

#include "tests/common/in_child.hpp"
#include "tests/support/files.hpp"

namespace {

using common::UniqueFd;
using support::in_child;
using support::run;

std::string error_of_writing(const std::string& path) {
  try {
    common::write_file(path, "20");
  } catch (const std::system_error& error) {
    return error.what();
  }
  return "";
}

// What is written to comm is the new name of the process, so of two writes the
// last one alone would be seen.
TEST(File, IsWrittenInOneWrite) {
  const auto result = run(in_child([] {
    common::write_file("/proc/self/comm", "one write");
    return common::read_file("/proc/self/comm") == "one write\n" ? 0 : 1;
  }));
  EXPECT_EQ(result.status, 0) << result;
}

TEST(File, IsReadToItsEnd) {
  const support::TemporaryDirectory directory;
  const std::string text(10'000, 'x');
  support::write_file(directory.path() + "/long", text);
  EXPECT_EQ(common::read_file(directory.path() + "/long"), text);
}

TEST(File, IsNeverCreated) {
  const support::TemporaryDirectory directory;
  const std::string path = directory.path() + "/pids.max";
  const std::string error = "open " + path + ": No such file or directory";
  EXPECT_EQ(error_of_writing(path), error);
  EXPECT_FALSE(support::exists(path));
}

TEST(File, ThatTakesHalfOfAWriteIsAnError) {
  const support::TemporaryDirectory directory;
  const std::string path = directory.path() + "/file";
  support::write_file(path, "");
  const auto result = run(in_child([&] {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit one_byte{.rlim_cur = 1, .rlim_max = 1};
    setrlimit(RLIMIT_FSIZE, &one_byte);
    const std::string error = "write " + path + ": Input/output error";
    return error_of_writing(path) == error ? 0 : 1;
  }));
  EXPECT_EQ(result.status, 0) << result;
}

bool is_open(int fd) {
  return fcntl(fd, F_GETFD) != -1;
}

UniqueFd open_root() {
  return UniqueFd(open("/", O_PATH | O_CLOEXEC));
}

// close(2) of a number that is in use again would close a stranger's file.
TEST(UniqueFd, ClosesWhatItHasOnce) {
  UniqueFd one = open_root();
  UniqueFd other = open_root();
  const int first = one.get();
  const int second = other.get();
  {
    UniqueFd owner(std::move(one));
    owner = std::move(other);
    EXPECT_FALSE(is_open(first)) << "the one it had before";
    EXPECT_TRUE(is_open(second));
  }
  EXPECT_FALSE(is_open(second));
  const UniqueFd stranger = open_root();
  const UniqueFd another = open_root();
  ASSERT_EQ(stranger.get(), first) << "the lowest number is next";
  // What was moved from must own nothing.
  one.reset();  // NOLINT(bugprone-use-after-move)
  other.reset();  // NOLINT(bugprone-use-after-move)
  EXPECT_TRUE(is_open(first) && is_open(second));
}

}  // namespace
