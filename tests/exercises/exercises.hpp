// SPDX-License-Identifier: MIT
// What the checks of the exercises have in common.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "tests/support/errors.hpp"
#include "tests/support/files.hpp"
#include "tests/support/host.hpp"
#include "tests/support/step.hpp"
#include "tests/support/wait.hpp"

namespace exercises {

// A command that shows that it has run.
inline const std::vector<std::string> kEcho{"/bin/echo", "ran"};

// What the learner has typed after `./boxstep check NAME`.
std::string answer();

// Whether the words of the answer are those of the truth, which has been found
// out by running; in any order, EINVAL or einval, HUP or SIGHUP. The truth is not
// told, but what kind of words it has, and where to find it.
testing::AssertionResult answered(
    const std::set<std::string>& truth,
    const std::string& kind,
    const std::string& where_to_look);

// A directory of the host with a file `secret` in it.
class HostDirectory {
 public:
  explicit HostDirectory(const std::string& secret = "the host's secret\n") {
    support::write_file(path() + "/secret", secret);
  }
  const std::string& path() const { return directory_.path(); }

 private:
  support::TemporaryDirectory directory_;
};

// A copy of the test rootfs that a container may write to, and that a faulty
// runtime may make read-only: it is in memory, and no disk has a part in it. A
// mount of the throwaway host, unmounted with all that is mounted below it.
class RootfsCopy {
 public:
  RootfsCopy() {
    using std::filesystem::copy_options;
    std::filesystem::copy(
        support::rootfs(),
        path(),
        copy_options::recursive | copy_options::copy_symlinks);
  }
  const std::string& path() const { return directory_.path(); }

 private:
  support::TemporaryDirectory directory_;
  support::Mounted memory_{"tmpfs", "tmpfs", directory_.path()};
};

}  // namespace exercises
