// SPDX-License-Identifier: MIT
// The texts themselves: tests/features/command_line_test.cpp.
#include "common/report.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>

#include "common/unique_fd.hpp"
#include "tests/common/in_child.hpp"

namespace {

// A pipe in packet mode keeps writes apart (pipe(2), O_DIRECT).
TEST(Report, IsOneWrite) {
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC | O_DIRECT), 0);
  const common::UniqueFd read_end(ends[0]);
  common::UniqueFd write_end(ends[1]);
  support::run(support::in_child([&] {
    dup2(write_end.get(), STDERR_FILENO);
    common::report(
        std::system_error(ENOENT, std::generic_category(), "chroot /nope"));
    common::say(/*quiet=*/false, "host", "waits");
    return 0;
  }));
  write_end.reset();
  char packet[4096];
  const auto next = [&] {
    const ssize_t size = read(read_end.get(), packet, sizeof packet);
    return std::string(packet, size > 0 ? static_cast<std::size_t>(size) : 0);
  };
  EXPECT_NE(next().find("\nhint: "), std::string::npos);
  EXPECT_EQ(next().substr(0, 10), "host: pid ");
  EXPECT_EQ(next(), "");
}

}  // namespace
