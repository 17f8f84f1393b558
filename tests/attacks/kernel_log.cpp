// SPDX-License-Identifier: MIT
// Makes a device node for the kernel's log, and reads it: mknod(2), kmsg in the
// kernel's Documentation/ABI/testing/dev-kmsg.
// It has worked if the container has a record that is in the host's log.
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <array>

#include "tests/attacks/rig/attack.hpp"

namespace attacks::kernel_log {

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

Words prepare(Host&) {
  const char* path = "/dev/kmsg";
  check(mknod(path, kMode, kDevice), "mknod", path);
  constexpr int kFlags = O_RDONLY | O_NONBLOCK | O_CLOEXEC;
  records = read_records(check(open(path, kFlags), "open", path));
  if (records.empty()) throw Missing{"a kernel log with something in it"};
  return {};
}

void attempt(const Words&) {
  const char* path = "/tmp/kmsg";
  try_to(mknod(path, kMode, kDevice), "mknod", path);
  tell(read_records(try_open(path, O_NONBLOCK)).front());
}

std::string effect(Host& host) {
  const bool same = std::any_of(
      records.begin(),
      records.end(),
      [&](const std::string& record) { return host.has_heard(record); });
  return same ? "the container has what is in the machine's kernel log" : "";
}

const Entry kEntry({
    .name = "kernel-log",
    .title = "mknod the kernel log and read it",
    .open = "there is one log for the whole machine, and a device node of its "
            "number is all it takes: mknod(2) wants CAP_MKNOD. syslog(2) would "
            "do without, with CAP_SYSLOG",
    .prepare = prepare,
    .attempt = attempt,
    .effect = effect,
});

}  // namespace attacks::kernel_log
