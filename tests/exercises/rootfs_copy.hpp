// SPDX-License-Identifier: MIT
// A copy of the test rootfs that a container may write to, and that a faulty
// runtime may make read-only: it is in memory, and no disk has a part in it.
//
//   const RootfsCopy copy;
//   run(container({"ls"}, {"--rootfs", copy.path()}));
//
// Guarantees: a mount of the throwaway host, unmounted with all that is mounted
// below it.
// Errors: std::system_error.
#pragma once

#include <filesystem>
#include <string>

#include "tests/support/files.hpp"
#include "tests/support/host.hpp"
#include "tests/support/step.hpp"

namespace exercises {

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
