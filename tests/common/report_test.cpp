// SPDX-License-Identifier: MIT
#include "common/report.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

#include <csignal>
#include <string>
#include <system_error>

#include "common/unique_fd.hpp"
#include "tests/common/in_child.hpp"

namespace {

using common::report;
using support::in_child;
using support::run;

const std::string kProgram = program_invocation_short_name;

std::system_error missing_rootfs() {
  return {ENOENT, std::generic_category(), "chroot /nope"};
}

TEST(Report, IsOneLineAndAHintWhereOneIsKnown) {
  const auto result = run(in_child([] { return report(missing_rootfs()); }));
  const std::string line =
      kProgram + ": chroot /nope: No such file or directory\nhint: ";
  EXPECT_EQ(result.err.substr(0, line.size()), line);
  EXPECT_EQ(result.err.find('\n', line.size()), result.err.size() - 1);
  EXPECT_EQ(result.out, "");
}

TEST(Report, IsOneLineWhateverItNames) {
  const auto result =
      run(in_child([] { return report(std::runtime_error("a\nhint: b")); }));
  EXPECT_EQ(result.err, kProgram + ": a?hint: b\n");
}

TEST(Report, PointsToTheHelpForAUsageError) {
  const auto result =
      run(in_child([] { return report(common::UsageError("no command")); }));
  EXPECT_EQ(
      result.err,
      kProgram + ": no command\nhint: --help shows the options\n");
}

// A pipe in packet mode keeps writes apart (pipe(2), O_DIRECT).
TEST(Report, IsOneWrite) {
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC | O_DIRECT), 0);
  const common::UniqueFd read_end(ends[0]);
  common::UniqueFd write_end(ends[1]);
  run(in_child([&] {
    dup2(write_end.get(), STDERR_FILENO);
    report(missing_rootfs());
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

TEST(Report, IsCutWhereItIsLongerThanAPipeTakesAtOnce) {
  const auto result = run(in_child(
      [] { return report(std::runtime_error(std::string(10'000, 'x'))); }));
  EXPECT_LE(result.err.size(), std::size_t{PIPE_BUF}) << result;
  EXPECT_EQ(result.err.back(), '\n');
}

TEST(Report, KeepsTheStatusWhereNobodyCanReadIt) {
  const auto closed = run(in_child([] {
    close(STDERR_FILENO);
    return report(missing_rootfs());
  }));
  EXPECT_EQ(closed.status, 125) << closed;
  const auto full = run(in_child([] {
    dup2(open("/dev/full", O_WRONLY | O_CLOEXEC), STDERR_FILENO);
    return report(missing_rootfs());
  }));
  EXPECT_EQ(full.status, 125) << full;
}

TEST(Say, NamesTheSideAndThePid) {
  const auto result = run(in_child([] {
    common::say(/*quiet=*/false, "container", "runs /bin/sh");
    printf("container: pid %d runs /bin/sh\n", getpid());
    return 0;
  }));
  EXPECT_EQ(result.err, result.out);
}

TEST(Say, IsOneLineWhateverItNames) {
  const auto result = run(in_child([] {
    common::say(/*quiet=*/false, "container", "runs a\nhost: pid 1 runs b");
    return 0;
  }));
  EXPECT_NE(result.err.find(" runs a?host: pid 1 runs b\n"), std::string::npos)
      << result;
}

TEST(Say, IsSilentWhenQuiet) {
  const auto result = run(in_child([] {
    common::say(/*quiet=*/true, "container", "runs /bin/sh");
    return 0;
  }));
  EXPECT_EQ(result.err, "");
}

}  // namespace
