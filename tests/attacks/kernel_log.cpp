// SPDX-License-Identifier: MIT
// Makes a device node for the kernel's log, and reads it: mknod(2), kmsg in the
// kernel's Documentation/ABI/testing/dev-kmsg.
// It has worked if the container has a record that is in the host's log.
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "common/check.hpp"
#include "common/unique_fd.hpp"
#include "tests/attacks/rig/attack.hpp"
#include "tests/attacks/rig/host.hpp"

namespace attacks::kernel_log {

constexpr mode_t kMode = S_IFCHR | 0600;
constexpr int kFlags = O_RDONLY | O_NONBLOCK | O_CLOEXEC;
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

class KernelLog final : public Attack {
 public:
  KernelLog()
      : Attack({
            .name = "kernel-log",
            .title = "mknod the kernel log and read it",
            .open = "there is one log for the whole machine, and a device "
                    "node of its number is all it takes: mknod(2) wants "
                    "CAP_MKNOD. syslog(2) would do without, with CAP_SYSLOG",
        }) {}

  Words prepare(Host& /*host*/) override {
    const char* path = "/dev/kmsg";
    common::check(mknod(path, kMode, kDevice), "mknod", path);
    records_ = read_records(common::check(open(path, kFlags), "open", path));
    if (records_.empty()) throw Missing{"a kernel log with something in it"};
    return {};
  }

  void attempt(const Words& /*words*/) override {
    const char* path = "/tmp/kmsg";
    try_to(mknod(path, kMode, kDevice), "mknod", path);
    const int fd = try_to(open(path, kFlags), "open", path);
    tell(read_records(fd).front());
  }

  std::string effect(Host& host) override {
    const bool same = std::any_of(
        records_.begin(),
        records_.end(),
        [&](const std::string& record) {
          return host.output().find(record) != std::string::npos;
        });
    return same ? "the container has what is in the machine's kernel log" : "";
  }

 private:
  std::vector<std::string> records_;
};

const Entry<KernelLog> kEntry;

}  // namespace attacks::kernel_log
