// SPDX-License-Identifier: MIT
// Attacks on devices of the host.
#include <linux/loop.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <array>
#include <functional>

#include "common/file.hpp"
#include "tests/attacks/rig/attack.hpp"

namespace attacks::devices {

// Makes a device node for a disk of the host, and reads the disk: mknod(2).
//
// The disk is a loop device that is the throwaway host's own, loop(4), and goes
// when its last descriptor is closed; or, on a machine without loop devices, the
// machine's first disk. Nothing is written to that.

using common::UniqueFd;

// Of "7:0", as in /sys/block/*/dev.
dev_t device(const std::string& numbers) {
  const std::string minor = numbers.substr(numbers.find(':') + 1);
  return makedev(
      static_cast<unsigned>(std::stoi(numbers)),
      static_cast<unsigned>(std::stoi(minor)));
}

// What the disk begins with, in a few digits.
std::string digest_of(int fd) {
  std::string content(4096, '\0');
  const ssize_t length =
      check(read(fd, content.data(), content.size()), "read");
  content.resize(static_cast<size_t>(length));
  return std::to_string(std::hash<std::string>{}(content));
}

UniqueFd open_node(mode_t type, const std::string& numbers, int flags) {
  const std::string path = "/dev/" + numbers;
  mknod(path.c_str(), type | 0600, device(numbers));
  return UniqueFd(open(path.c_str(), flags | O_CLOEXEC));
}

// The number of a new loop device with that content, which it keeps for as long
// as the descriptor `disk` is open; "" if there are none.
std::string make_loop_device(const std::string& content, UniqueFd& disk) {
  const UniqueFd control = open_node(S_IFCHR, "10:237", O_RDWR);
  if (control.get() == -1) return "";
  const char* path = "/root/image";
  support::write_file(path, content);
  const UniqueFd image(check(open(path, O_RDONLY | O_CLOEXEC), "open", path));
  loop_config config{};
  config.fd = static_cast<unsigned>(image.get());
  config.info.lo_flags = LO_FLAGS_READ_ONLY | LO_FLAGS_AUTOCLEAR;
  for (;;) {
    const int number = check(ioctl(control.get(), LOOP_CTL_GET_FREE), "ioctl");
    const std::string numbers = "7:" + std::to_string(number);
    disk = open_node(S_IFBLK, numbers, O_RDONLY);
    if (ioctl(disk.get(), LOOP_CONFIGURE, &config) == 0) return numbers;
    // Somebody else on the machine was quicker to take it.
    if (errno != EBUSY) common::fail(errno, "ioctl LOOP_CONFIGURE");
  }
}

std::string find_disk() {
  const std::string sys = "/run/sys";
  check(mkdir(sys.c_str(), 0755), "mkdir", sys);
  check(
      mount("sysfs", sys.c_str(), "sysfs", MS_RDONLY, /*data=*/nullptr),
      "mount",
      sys);
  for (const std::string& name : support::list_directory(sys + "/block")) {
    const std::string disk = sys + "/block/" + name;
    if (support::read_file(disk + "/size") == "0\n") continue;
    return support::words(support::read_file(disk + "/dev")).front();
  }
  throw Missing{"a disk, or loop devices: try modprobe loop"};
}

UniqueFd disk;
std::string digest;

Words prepare_disk(Host& host) {
  std::string content = host.secret;
  constexpr size_t kSector = 512;
  content.resize(kSector);
  std::string numbers = make_loop_device(content, disk);
  if (numbers.empty()) {
    numbers = find_disk();
    disk = open_node(S_IFBLK, numbers, O_RDONLY);
  }
  digest = digest_of(disk.get());
  return {numbers};
}

void tell_digest(const char* path) {
  tell("what the disk begins with, digest " + digest_of(try_open(path)));
}

void read_disk(const Words& words) {
  const char* path = "/tmp/disk";
  try_to(
      mknod(path, S_IFBLK | 0600, device(words[0])),
      "mknod",
      "of block device " + words[0]);
  tell_digest(path);
}

std::string effect_of_disk(Host& host) {
  return if_so(
      host.has_heard(digest),
      "the container has read the disk of the host");
}

const Entry kDisk({
    .name = "disk",
    .title = "mknod the host's disk and read it",
    .open = "a device is known by its number alone, and root may make a node "
            "for any: mknod(2) wants CAP_MKNOD. No namespace is about devices; "
            "the devices cgroup and a user namespace are",
    .prepare = prepare_disk,
    .attempt = read_disk,
    .effect = effect_of_disk,
});

// Opens a node that was in the image before: mknod(2) on the host has made it, say
// by unpacking an archive from a stranger.

constexpr const char* kNode = "/disk";

Words prepare_image_device(Host& host) {
  const Words numbers = prepare_disk(host);
  for (const char* path : {kNode, "/rootfs/disk"}) {
    check(mknod(path, S_IFBLK, device(numbers[0])), "mknod", path);
    check(chmod(path, 0666), "chmod", path);
  }
  return {};
}

const Entry kImageDevice({
    .name = "image-device",
    .title = "open the host's disk by a device node of the image",
    .open = "a node in the image is a device as any other, and no right is "
            "needed to open it but its mode: mount(2) has MS_NODEV for that",
    .held = "the mount of the rootfs has the flag nodev: mount_setattr(2)",
    .prepare = prepare_image_device,
    .attempt = [](const Words&) { tell_digest(kNode); },
    .effect = effect_of_disk,
});

// Makes a device node for the kernel's log, and reads it: mknod(2), kmsg in the
// kernel's Documentation/ABI/testing/dev-kmsg.

constexpr mode_t kMode = S_IFCHR | 0600;
const dev_t kDevice = makedev(1, 11);

// "6,339,5140900,-;Freeing unused kernel memory", each; a read(2) gives one.
std::vector<std::string> read_records(int fd) {
  std::vector<std::string> records;
  std::array<char, 8192> record{};
  ssize_t length = 0;
  while ((length = read(fd, record.data(), record.size())) > 0) {
    const std::string text(record.data(), static_cast<size_t>(length));
    records.push_back(text.substr(0, text.find('\n')));
  }
  return records;
}

std::vector<std::string> records;

Words prepare_kernel_log(Host&) {
  const char* path = "/dev/kmsg";
  check(mknod(path, kMode, kDevice), "mknod", path);
  constexpr int kFlags = O_RDONLY | O_NONBLOCK | O_CLOEXEC;
  records = read_records(check(open(path, kFlags), "open", path));
  if (records.empty()) throw Missing{"a kernel log with something in it"};
  return {};
}

std::string effect_of_kernel_log(Host& host) {
  const bool same = std::any_of(
      records.begin(),
      records.end(),
      [&](const std::string& record) { return host.has_heard(record); });
  return same ? "the container has what is in the machine's kernel log" : "";
}

const Entry kKernelLog({
    .name = "kernel-log",
    .title = "mknod the kernel log and read it",
    .open = "there is one log for the whole machine, and a device node of its "
            "number is all it takes: mknod(2) wants CAP_MKNOD",
    .prepare = prepare_kernel_log,
    .attempt =
        [](const Words&) {
          const char* path = "/tmp/kmsg";
          try_to(mknod(path, kMode, kDevice), "mknod", path);
          tell(read_records(try_open(path, O_NONBLOCK)).front());
        },
    .effect = effect_of_kernel_log,
});

// Closes a device of the host to all its users: chmod(2).

constexpr mode_t kClosed = 0600;

std::string effect_of_chmod(Host&) {
  struct stat node {};
  check(stat("/dev/null", &node), "stat", "/dev/null");
  return if_so(
      (node.st_mode & 07777U) == kClosed,
      "the mode of /dev/null is 600");
}

const Entry kChmodDevNull({
    .name = "chmod-dev-null",
    .title = "chmod /dev/null of the host",
    .open = "/dev/null is the host's own node, and root of the host may change "
            "its mode: chmod(2)",
    .attempt =
        [](const Words&) {
          try_to(chmod("/dev/null", kClosed), "chmod", "/dev/null to 600");
        },
    .effect = effect_of_chmod,
});

// The same where no path leads to it: a service often has it as standard input.
const Entry kFchmodStdin({
    .name = "fchmod-stdin",
    .title = "chmod the host's /dev/null as standard input",
    .open = "a descriptor leads to the host's own node, whatever / is, and its "
            "owner may change its mode: fchmod(2)",
    .look_afterwards = true,
    .prepare =
        [](Host& host) {
          host.launch.before_exec = [] {
            dup2(open("/dev/null", O_RDONLY | O_CLOEXEC), STDIN_FILENO);
          };
          return Words{};
        },
    .attempt =
        [](const Words&) {
          try_to(fchmod(STDIN_FILENO, kClosed), "fchmod", "0 to 600");
        },
    .effect = effect_of_chmod,
});

}  // namespace attacks::devices
