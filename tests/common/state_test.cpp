// SPDX-License-Identifier: MIT
// What is written down about a container. What a person sees of it:
// tests/features/lifecycle_test.cpp.
#include "common/state.hpp"

#include <gtest/gtest.h>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <stdexcept>
#include <string>
#include <system_error>

#include "common/process.hpp"
#include "tests/support/files.hpp"

namespace {

using common::find_process;
using common::ProcessId;
using common::StateDirectory;

TEST(ProcessId, IsNoOtherProcessWithThisPid) {
  const ProcessId self = find_process(getpid());
  const ProcessId earlier{self.pid, self.start - 1};
  common::send_signal(self, 0);
  EXPECT_THROW(common::send_signal(earlier, 0), std::system_error);
}

TEST(ProcessId, IsOfAProcessThatLives) {
  common::Process child(SIGCHLD, [] { return 0; });
  const pid_t pid = child.pid();
  siginfo_t end{};
  waitid(P_PID, static_cast<id_t>(pid), &end, WEXITED | WNOWAIT);
  EXPECT_THROW(find_process(pid), std::system_error);  // a zombie
}

TEST(StateDirectory, IsCreatingAsLongAsItsMakerIsAtIt) {
  const support::TemporaryDirectory root;
  const StateDirectory state(root.path() + "/a/b", "web");
  {
    const common::UniqueFd lock = state.make();
    EXPECT_EQ(state.read().status, "creating");
    EXPECT_THROW(static_cast<void>(state.make()), std::runtime_error);
  }
  EXPECT_EQ(state.read().status, "stopped");
  state.remove();
  EXPECT_FALSE(state.exists());
  EXPECT_THROW(static_cast<void>(state.read()), std::runtime_error);
}

TEST(StateDirectory, SaysWhatTheKernelKnowsOfTheProcess) {
  const support::TemporaryDirectory root;
  const StateDirectory state(root.path(), "web");
  const common::UniqueFd lock = state.make();
  state.write_init(find_process(getpid()));
  EXPECT_EQ(state.read().status, "running");
  {
    common::Process child(SIGCHLD, [] { return pause(); });
    state.write_init(find_process(child.pid()));
    EXPECT_EQ(state.read().status, "created");  // it has not called execve(2)
  }
  EXPECT_EQ(state.read().status, "stopped");
  EXPECT_THROW(static_cast<void>(state.expect("created")), std::runtime_error);
}

TEST(StateDirectory, StaysBelowItsRoot) {
  const support::TemporaryDirectory root;
  for (const std::string id : {"", ".", "..", "a/b", "a\nb", "\xc3\xa4"}) {
    EXPECT_THROW(
        static_cast<void>(StateDirectory(root.path(), id).make()),
        std::runtime_error)
        << id;
  }
  EXPECT_TRUE(support::list_directory(root.path()).empty());
}

}  // namespace
