// SPDX-License-Identifier: MIT
#include "common/file.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <string>

#include "tests/common/error_of.hpp"
#include "tests/common/in_child.hpp"
#include "tests/support/files.hpp"

namespace {

using support::error_of;
using support::in_child;
using support::run;
using support::TemporaryDirectory;

TEST(File, IsReadToItsEnd) {
  const TemporaryDirectory directory;
  const std::string path = directory.path() + "/long";
  const std::string text(10'000, 'x');
  support::write_file(path, text);
  EXPECT_EQ(common::read_file(path), text);
}

TEST(File, ThatIsMissingIsNamed) {
  EXPECT_STREQ(
      error_of([] { common::read_file("/nope"); }).what(),
      "open /nope: No such file or directory");
  EXPECT_STREQ(
      error_of([] { common::read_file("/proc"); }).what(),
      "read /proc: Is a directory");
}

TEST(File, IsWritten) {
  const TemporaryDirectory directory;
  const std::string path = directory.path() + "/file";
  support::write_file(path, "");
  common::write_file(path, "20");
  EXPECT_EQ(support::read_file(path), "20");
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

TEST(File, IsNeverCreated) {
  const TemporaryDirectory directory;
  const std::string path = directory.path() + "/pids.max";
  const std::string error =
      error_of([&] { common::write_file(path, "20"); }).what();
  EXPECT_EQ(error, "open " + path + ": No such file or directory");
  EXPECT_FALSE(support::exists(path));
}

TEST(File, ThatRefusesAWriteIsNamed) {
  EXPECT_STREQ(
      error_of([] { common::write_file("/dev/full", "20"); }).what(),
      "write /dev/full: No space left on device");
}

TEST(File, ThatTakesHalfOfAWriteIsAnError) {
  const TemporaryDirectory directory;
  const std::string path = directory.path() + "/file";
  support::write_file(path, "");
  const auto result = run(in_child([&] {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit one_byte{.rlim_cur = 1, .rlim_max = 1};
    setrlimit(RLIMIT_FSIZE, &one_byte);
    const std::string error =
        error_of([&] { common::write_file(path, "20"); }).what();
    return error == "write " + path + ": Input/output error" ? 0 : 1;
  }));
  EXPECT_EQ(result.status, 0) << result;
  EXPECT_EQ(support::read_file(path), "2");
}

TEST(Pipe, IsClosedByExec) {
  const common::Pipe pipe = common::make_pipe();
  EXPECT_EQ(fcntl(pipe.read_end.get(), F_GETFD), FD_CLOEXEC);
  EXPECT_EQ(fcntl(pipe.write_end.get(), F_GETFD), FD_CLOEXEC);
}

}  // namespace
