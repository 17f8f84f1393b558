// SPDX-License-Identifier: MIT
// The test rootfs, in a copy that a container may write to, and that a faulty
// runtime may make read-only: none of it reaches the disk.
//
//   const Overlay overlay;
//   run(container({"ls"}, {"--rootfs", overlay.path()}));
//
// Guarantees: mounted on the throwaway host, and unmounted with all that is
// mounted below it.
// Errors: std::system_error.
#pragma once

#include <filesystem>
#include <string>

#include <sys/mount.h>

#include "common/check.hpp"
#include "tests/support/files.hpp"
#include "tests/support/host.hpp"
#include "tests/support/step.hpp"

namespace exercises {

class Overlay {
 public:
  Overlay() {
    for (const auto* name : {"/upper", "/work", "/all"}) {
      std::filesystem::create_directory(directory_.path() + name);
    }
    const std::string layers = "lowerdir=" + support::rootfs() +
        ",upperdir=" + directory_.path() + "/upper" +
        ",workdir=" + directory_.path() + "/work";
    common::check(
        mount("overlay", path().c_str(), "overlay", 0, layers.c_str()),
        "mount overlay");
  }
  Overlay(const Overlay&) = delete;
  Overlay& operator=(const Overlay&) = delete;
  ~Overlay() { umount2(path().c_str(), MNT_DETACH); }

  std::string path() const { return directory_.path() + "/all"; }

 private:
  support::TemporaryDirectory directory_;
  // Of a file system that surely can be an upper layer.
  support::Mounted memory_{"tmpfs", "tmpfs", directory_.path()};
};

}  // namespace exercises
