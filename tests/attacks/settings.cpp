// SPDX-License-Identifier: MIT
// Attacks on settings of the host's kernel.
#include <linux/bpf.h>
#include <linux/io_uring.h>
#include <linux/perf_event.h>
#include <linux/userfaultfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timex.h>

#include <algorithm>

#include "common/file.hpp"
#include "tests/attacks/rig/attack.hpp"

namespace attacks::settings {

// Writes a setting of the kernel's: proc_sys_kernel(5), msgmax. This one belongs
// to an IPC namespace, so that the throwaway host loses it and not the machine.

const std::string kValue = "4711";

std::string effect_of_ipc_sysctl(Host&) {
  return if_so(
      support::read_file("/proc/sys/kernel/msgmax") == kValue + "\n",
      "kernel.msgmax of the host is " + kValue);
}

const Entry kIpcSysctl({
    .name = "ipc-sysctl",
    .title = "change a setting in /proc/sys",
    .open = "any proc file system has /proc/sys in it, and what is written "
            "there takes effect at once: root is root to it. Runtimes mount "
            "that part read-only",
    .attempt =
        [](const Words&) {
          write_to(find_proc() + "/sys/kernel/msgmax", kValue);
        },
    .effect = effect_of_ipc_sysctl,
});

// Writes kernel.core_pattern: core(5). A pattern that begins with "|" names a
// program, which the kernel runs as root on the host at the next crash.
//
// The setting is the machine's own, so this writes what was there before.
void core_pattern(const Words&) {
  const std::string path = find_proc() + "/sys/kernel/core_pattern";
  const std::string before = common::read_file(path);
  write_to(path, before.substr(0, before.find('\n')));
  tell("core_pattern written");
}

std::string effect_of_core_pattern(Host& host) {
  return if_so(
      host.has_heard("core_pattern written"),
      "the kernel took a core_pattern from the container");
}

const Entry kCorePattern({
    .name = "core-pattern",
    .title = "write kernel.core_pattern, code as root on the host",
    .open = "there is one core_pattern for the whole machine, any proc file "
            "system has it, and root may write it: core(5)",
    .attempt = core_pattern,
    .effect = effect_of_core_pattern,
});

// Mounts a cgroup hierarchy of version 1, and sets its release_agent, a program
// that the kernel runs as root on the host when a cgroup of it gets empty:
// cgroups(7), "Cgroups v1 release notification".
//
// The hierarchy is the throwaway host's own, with a name and no controller, and
// no cgroup of it notifies: the program is never run.
const std::string kProgram = "/nonexistent/attacks-agent";

Words prepare_release_agent(Host& host) {
  const std::string option = "none,name=attacks-" + host.secret;
  const char* path = "/run/cgroup";
  check(mkdir(path, 0755), "mkdir", path);
  const int result =
      mount("cgroup", path, "cgroup", /*flags=*/0, option.c_str());
  if (result == -1) {
    throw Missing{
        "a cgroup v1 hierarchy: " + error_name(errno) + " for a new one"};
  }
  return {option};
}

std::string effect_of_release_agent(Host&) {
  return if_so(
      support::read_file("/run/cgroup/release_agent") == kProgram + "\n",
      "the kernel would run " + kProgram + " as root");
}

const Entry kReleaseAgent({
    .name = "release-agent",
    .title = "set a release_agent (cgroup v1), code as root on the host",
    .open =
        "whoever may mount may mount a version 1 hierarchy, and root "
        "outside of every user namespace may set what the kernel runs when "
        "a cgroup of it gets empty: cgroups(7). For a while, root of a user "
        "namespace could, too (CVE-2022-0492)",
    .prepare = prepare_release_agent,
    .attempt =
        [](const Words& words) {
          const std::string path = make_directory("cgroups");
          try_mount("cgroup", path, words[0].c_str());
          write_to(path + "/release_agent", kProgram);
        },
    .effect = effect_of_release_agent,
});

// Brings an object of its own into the kernel, with bpf(2): a queue, which is
// for CAP_BPF whatever the machine's settings are. The host finds it among all.

constexpr size_t kNameLength = 15;

std::string name_of_queue(const std::string& secret) {
  return "a" + secret.substr(secret.size() - (kNameLength - 1));
}

long make_queue(const std::string& name) {
  bpf_attr request{};
  request.map_type = BPF_MAP_TYPE_QUEUE;
  request.value_size = sizeof(int);
  request.max_entries = 1;
  name.copy(request.map_name, kNameLength);
  return syscall(SYS_bpf, BPF_MAP_CREATE, &request, sizeof request);
}

Words prepare_bpf(Host& host) {
  const long queue = make_queue("attacks");
  if (queue == -1) throw Missing{"bpf: " + error_name(errno) + " for root"};
  close(static_cast<int>(queue));
  return {name_of_queue(host.secret)};
}

std::string effect_of_bpf(Host& host) {
  bpf_attr next{};
  while (syscall(SYS_bpf, BPF_MAP_GET_NEXT_ID, &next, sizeof next) == 0) {
    bpf_attr request{};
    request.map_id = next.next_id;
    next.start_id = next.next_id;
    const long map =
        syscall(SYS_bpf, BPF_MAP_GET_FD_BY_ID, &request, sizeof request);
    if (map == -1) continue;
    bpf_map_info info{};
    bpf_attr question{};
    question.info.bpf_fd = static_cast<unsigned>(map);
    question.info.info_len = sizeof info;
    question.info.info = reinterpret_cast<unsigned long>(&info);
    const long result =
        syscall(SYS_bpf, BPF_OBJ_GET_INFO_BY_FD, &question, sizeof question);
    close(static_cast<int>(map));
    if (result == 0 && info.name == name_of_queue(host.secret)) {
      return "the kernel has a bpf map of the container";
    }
  }
  return "";
}

const Entry kBpf({
    .name = "bpf",
    .title = "bring an object into the kernel by bpf",
    .open = "root may load maps and programs into the kernel, which no "
            "namespace divides, and the code that checks them has had holes "
            "(CVE-2021-3490): bpf(2) wants CAP_BPF",
    .prepare = prepare_bpf,
    .attempt =
        [](const Words& words) {
          try_to(make_queue(words[0]), "bpf", "MAP_CREATE of a queue");
        },
    .effect = effect_of_bpf,
});

// Has a descriptor of a part of the kernel that has had holes. The host sees it
// in /proc/PID/fd: proc_pid_fd(5).
std::string has_descriptor(const Host& host, const std::string& name) {
  for (const pid_t pid : host.container_processes()) {
    const std::string path = "/proc/" + std::to_string(pid) + "/fd";
    for (const std::string& fd : support::list_directory(path)) {
      if (support::read_link(path + "/" + fd) == "anon_inode:" + name) {
        return "a process of the container has an " + name;
      }
    }
  }
  return "";
}

// The settings decide for those who lack the capability: not every machine has
// the usual ones.
void need_setting(const std::string& path, const std::string& value) {
  const std::string file = "/proc/sys/" + path;
  if (support::exists(file) && support::read_file(file) != value + "\n") {
    throw Missing{"0 in " + file};
  }
}

Words prepare_userfaultfd(Host&) {
  need_setting("vm/unprivileged_userfaultfd", "0");
  const long fd = syscall(SYS_userfaultfd, O_CLOEXEC);
  if (fd == -1 && errno == ENOSYS) throw Missing{"userfaultfd in the kernel"};
  close(static_cast<int>(check(fd, "userfaultfd")));
  return {};
}

const Entry kUserfaultfd({
    .name = "userfaultfd",
    .title = "let the kernel wait in a page fault for as long as it likes",
    .open = "it holds a call in the middle, which makes many a race of the "
            "kernel easy to win: userfaultfd(2) wants CAP_SYS_PTRACE for "
            "faults of the kernel",
    .prepare = prepare_userfaultfd,
    .attempt =
        [](const Words&) {
          const long fd =
              try_to(syscall(SYS_userfaultfd, O_CLOEXEC), "userfaultfd");
          // Until then, it does nothing.
          uffdio_api api{.api = UFFD_API, .features = 0, .ioctls = 0};
          try_to(ioctl(static_cast<int>(fd), UFFDIO_API, &api), "UFFDIO_API");
        },
    .effect = [](Host& host) { return has_descriptor(host, "[userfaultfd]"); },
});

long make_ring(io_uring_params& parameters) {
  return syscall(SYS_io_uring_setup, /*entries=*/1U, &parameters);
}

// A part of the ring that the kernel shares with us.
char* map_ring(long fd, off_t part, size_t size) {
  void* memory = mmap(
      /*addr=*/nullptr,
      size,
      PROT_READ | PROT_WRITE,
      MAP_SHARED,
      static_cast<int>(fd),
      part);
  try_to(reinterpret_cast<long>(memory), "mmap", "a part of the ring");
  return static_cast<char*>(memory);
}

// Asks for a call that does nothing, and reads that it is done: io_uring(7).
void use_ring(const Words&) {
  constexpr __u64 kCall = 4711;
  io_uring_params ring{};
  const long fd = try_to(make_ring(ring), "io_uring_setup");
  char* queue =
      map_ring(fd, IORING_OFF_SQ_RING, ring.sq_off.array + sizeof(unsigned));
  char* calls = map_ring(fd, IORING_OFF_SQES, sizeof(io_uring_sqe));
  char* ends = map_ring(
      fd,
      IORING_OFF_CQ_RING,
      ring.cq_off.cqes + ring.cq_entries * sizeof(io_uring_cqe));
  auto* call = reinterpret_cast<io_uring_sqe*>(calls);
  call->opcode = IORING_OP_NOP;
  call->user_data = kCall;
  // The entry 0 of `array` is already the call number 0.
  *reinterpret_cast<unsigned*>(queue + ring.sq_off.tail) = 1;
  constexpr unsigned kFlags = IORING_ENTER_GETEVENTS;
  const long entered =
      syscall(SYS_io_uring_enter, fd, 1U, 1U, kFlags, nullptr, 0);
  try_to(entered, "io_uring_enter", "with a call in the ring");
  const auto* end =
      reinterpret_cast<const io_uring_cqe*>(ends + ring.cq_off.cqes);
  if (end->user_data == kCall && end->res == 0) tell("the ring did its call");
}

Words prepare_io_uring(Host&) {
  need_setting("kernel/io_uring_disabled", "0");
  io_uring_params parameters{};
  const long fd = make_ring(parameters);
  if (fd == -1 && errno == ENOSYS) throw Missing{"io_uring in the kernel"};
  close(static_cast<int>(check(fd, "io_uring_setup")));
  return {};
}

const Entry kIoUring({
    .name = "io-uring",
    .title = "make a call by a ring, which no filter sees",
    .open = "all may use it, it is a second way to make many calls, and its "
            "code has had holes (CVE-2022-29582): io_uring_setup(2)",
    .prepare = prepare_io_uring,
    .attempt = use_ring,
    .effect =
        [](Host& host) {
          return host.has_heard("the ring did its call")
              ? has_descriptor(host, "[io_uring]")
              : "";
        },
});

// Watches all processes of a processor: perf_event_open(2). It counts only.
long watch_processor() {
  perf_event_attr event{};
  event.type = PERF_TYPE_SOFTWARE;
  event.size = sizeof event;
  event.config = PERF_COUNT_SW_CONTEXT_SWITCHES;
  constexpr int kAll = -1;
  return syscall(
      SYS_perf_event_open,
      &event,
      kAll,
      /*cpu=*/0,
      -1,
      PERF_FLAG_FD_CLOEXEC);
}

Words prepare_perf(Host&) {
  const std::string level =
      support::read_file("/proc/sys/kernel/perf_event_paranoid");
  if (std::stoi(level) < 1) {
    throw Missing{"kernel.perf_event_paranoid of 1 or more"};
  }
  const long fd = watch_processor();
  if (fd == -1) throw Missing{"perf: " + error_name(errno) + " for root"};
  close(static_cast<int>(fd));
  return {};
}

// Counts until a process of the processor has had its turn.
void count_switches(const Words&) {
  const long fd = try_to(watch_processor(), "perf_event_open");
  unsigned long count = 0;
  for (int tries = 0; tries < 500 && count == 0; ++tries) {
    usleep(10'000);
    try_to(read(static_cast<int>(fd), &count, sizeof count), "read", "a count");
  }
  if (count > 0) tell("processes were counted");
}

const Entry kPerf({
    .name = "perf",
    .title = "watch all processes of a processor by perf",
    .open = "an event of a processor is about each process that runs on it, "
            "those of the host too: perf_event_open(2) wants CAP_PERFMON",
    .prepare = prepare_perf,
    .attempt = count_switches,
    .effect =
        [](Host& host) {
          return host.has_heard("processes were counted")
              ? has_descriptor(host, "[perf_event]")
              : "";
        },
});

// Reads the kernel's log without a device: syslog(2). The first call wants
// CAP_SYSLOG whatever kernel.dmesg_restrict says. None changes the log.

constexpr int kReadAll = 3;
constexpr int kSizeUnread = 9;

Words read_log() {
  std::string text(1 << 20, '\0');
  const long length = check(
      syscall(SYS_syslog, kReadAll, text.data(), text.size()),
      "syslog READ_ALL");
  text.resize(static_cast<size_t>(length));
  return support::lines(text);
}

Words log_of_host;

Words prepare_syslog(Host&) {
  log_of_host = read_log();
  if (log_of_host.empty()) {
    throw Missing{"a kernel log with something in it"};
  }
  return {};
}

std::string effect_of_syslog(Host& host) {
  const bool same = std::any_of(
      log_of_host.begin(),
      log_of_host.end(),
      [&](const std::string& line) { return host.has_heard(line); });
  return same ? "the container has what is in the machine's kernel log" : "";
}

const Entry kSyslog({
    .name = "syslog",
    .title = "read the kernel log by syslog, as dmesg does",
    .open = "there is one log for the whole machine, and no namespace divides "
            "it: syslog(2) wants CAP_SYSLOG",
    .prepare = prepare_syslog,
    .attempt =
        [](const Words&) {
          try_to(
              syscall(SYS_syslog, kSizeUnread, nullptr, 0),
              "syslog SIZE_UNREAD");
          tell(read_log().front());
        },
    .effect = effect_of_syslog,
});

// Writes to the kernel's clock: adjtimex(2). The clock is the machine's, so this
// writes what was there before, and only the error that somebody has estimated:
// the kernel keeps that number for programs, and does not use it.
void adjust_clock(const Words&) {
  timex clock{};
  check(adjtimex(&clock), "adjtimex", "to read");
  clock.modes = ADJ_ESTERROR;
  try_to(adjtimex(&clock), "adjtimex", "to write");
  tell("adjtimex has written");
}

const Entry kAdjtimex({
    .name = "adjtimex",
    .title = "change a setting of the host's clock",
    .open = "there is one clock for the whole machine. A time namespace has "
            "only other offsets of the time since the start: "
            "time_namespaces(7). adjtimex(2) wants CAP_SYS_TIME",
    .attempt = adjust_clock,
    .effect =
        [](Host& host) {
          return if_so(
              host.has_heard("adjtimex has written"),
              "the kernel took a setting of the clock from the container");
        },
});

}  // namespace attacks::settings
