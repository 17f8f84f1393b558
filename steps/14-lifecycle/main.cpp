// SPDX-License-Identifier: MIT
// Step 14: a container outlives the program that made it
// Chapter: docs/14-lifecycle.md

#include <array>
#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <optional>
#include <string>
#include <vector>

#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/keyctl.h>
#include <netinet/in.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/cgroup.hpp"
#include "common/check.hpp"
#include "common/container.hpp"
#include "common/file.hpp"
#include "common/network.hpp"
#include "common/options.hpp"
#include "common/process.hpp"
#include "common/rootfs.hpp"
#include "common/state.hpp"

namespace {

using common::check;

// Each CLONE_NEW* flag gives the container its own copy or instance of
// something: clone(2).
constexpr int kCloneFlags =
    CLONE_NEWUTS |  // hostname and domain name: uts_namespaces(7)
    CLONE_NEWPID |  // process numbers, from 1: pid_namespaces(7)
    CLONE_NEWNS |  // the mount table: mount_namespaces(7)
    CLONE_NEWIPC |  // System V IPC, message queues: ipc_namespaces(7)
    CLONE_NEWNET |  // interfaces, addresses, ports: network_namespaces(7)
    CLONE_NEWUSER |  // user ids, group ids, capabilities: user_namespaces(7)
    SIGCHLD;  // not a namespace: the signal the parent gets when the child ends

// The rights that root keeps: capabilities(7). They concern the container's own
// files, users and processes.
constexpr auto kKeptRights =  // a bit each
    1ULL << CAP_CHOWN |  // give a file to another user
    1ULL << CAP_DAC_OVERRIDE |  // read and write the files of all users
    1ULL << CAP_FOWNER |  // chmod(2) them
    1ULL << CAP_FSETID |  // let a file stay setuid when it is written
    1ULL << CAP_KILL |  // send signals to the processes of all users
    1ULL << CAP_SETGID |  // change the group
    1ULL << CAP_SETUID |  // become another user
    1ULL << CAP_NET_BIND_SERVICE;  // listen on a port below 1024

// Refused to everybody. Few programs need them, and each leads to much code of
// the kernel that has had holes: what cannot be called cannot be attacked.
constexpr int kRefusedCalls[] = {
    // All keys of the machine are in one list, with one numbering: keyrings(7).
    SCMP_SYS(add_key),
    SCMP_SYS(keyctl),
    SCMP_SYS(request_key),
    // Programs in the kernel, and what watches it: bpf(2), perf_event_open(2).
    SCMP_SYS(bpf),
    SCMP_SYS(perf_event_open),
    SCMP_SYS(userfaultfd),
    SCMP_SYS(fanotify_init),
    SCMP_SYS(syslog),
    // A second way to make many other calls, which no filter sees.
    SCMP_SYS(io_uring_setup),
    SCMP_SYS(io_uring_enter),
    SCMP_SYS(io_uring_register),
    // Ways out that step 07 holds, too. A second lock costs nothing.
    SCMP_SYS(open_by_handle_at),
    SCMP_SYS(setns),
};

struct Options {
  std::string hostname = "container";
  std::string rootfs = "rootfs";
  std::vector<std::string> layers;
  int pids_max = 20;
  std::string memory;
  double cpus = 0;
  bool quiet = false;
  std::string root = "/run/boxstep";
  bool force = false;
  std::string word;
  std::string id;
  std::vector<std::string> command;
};

// In the container. Without CLONE_NEWUTS this call would rename the host.
void set_hostname(const Options& options) {
  const std::string& name = options.hostname;
  check(sethostname(name.data(), name.size()), "sethostname", name);
}

// In the container. Our mount table is a copy, but systemd makes / *shared*:
// new mounts would still appear on the host. Do this before any mount, and
// before chroot: after it, / is no longer a mount point.
void make_mounts_private() {
  constexpr unsigned long kFlags = MS_REC | MS_PRIVATE;
  constexpr const char* kUnused = nullptr;  // only the flags change
  check(mount(kUnused, "/", kUnused, kFlags, kUnused), "mount / as private");
}

// In the container. pivot_root(2) makes a mount the new root, so we first mount
// the rootfs, over a directory that every host has: only our table shows it.
// Afterwards "/" is ours, and the host's root is a mount on top of it: "/..".
void enter_rootfs(const Options& options) {
  const common::HostRoot host_root;
  const std::string& rootfs = options.rootfs;
  constexpr unsigned long kFlags = MS_BIND | MS_REC;
  check(mount(".", "/tmp", "", kFlags, ""), "mount", rootfs);
  check(chdir("/tmp"), "chdir", rootfs);
  // Somebody may have changed a link in the path since run() checked it.
  host_root.check_is_not(".");
  check(syscall(SYS_pivot_root, ".", "."), "pivot_root", rootfs);
}

// In the container, in the rootfs: /proc is now the directory there. The mount
// shows the PID namespace of the process that makes it: pid_namespaces(7). It
// needs no umount: it goes away with the mount namespace.
void mount_proc() {
  // A link in the rootfs would lead the mount to another place.
  common::check_no_link("/proc");
  constexpr unsigned long kFlags = MS_NOSUID | MS_NODEV | MS_NOEXEC;
  check(mount("proc", "/proc", "proc", kFlags, /*data=*/nullptr), "mount proc");
}

// In the container, while the host's root is still at "/..". In a user
// namespace, mknod(2) makes no devices. But a mount can show one of the host's.
void make_devices() {
  // An image can bring device nodes. In this mount, they open nothing.
  struct mount_attr no_devices {};
  no_devices.attr_set = MOUNT_ATTR_NODEV;
  check(
      mount_setattr(AT_FDCWD, "/", 0, &no_devices, sizeof no_devices),
      "mount_setattr",
      "/");
  common::check_no_link("/dev");
  constexpr unsigned long kFlags = MS_NOSUID | MS_NOEXEC;
  check(
      mount("tmpfs", "/dev", "tmpfs", kFlags | MS_NODEV, "mode=755"),
      "mount /dev");
  for (const char* name :
       {"null", "zero", "full", "random", "urandom", "tty"}) {
    const std::string device = std::string("/dev/") + name;
    const std::string of_host = "/.." + device;
    // A mount needs something to cover: an empty file.
    check(mknod(device.c_str(), S_IFREG | 0666, 0), "mknod", device);
    check(
        mount(of_host.c_str(), device.c_str(), "", MS_BIND, ""),
        "mount",
        device);
  }
  // Each mount of devpts has terminals of its own, numbered from 0: pts(4).
  check(mkdir("/dev/pts", 0755), "mkdir /dev/pts");
  constexpr const char* kPts = "ptmxmode=666";
  check(mount("devpts", "/dev/pts", "devpts", kFlags, kPts), "mount /dev/pts");
  check(symlink("pts/ptmx", "/dev/ptmx"), "symlink /dev/ptmx");
  // shm_open(3) of every user makes files here, as in /tmp. mkdir(2) alone
  // leaves out the bits of the umask.
  check(mkdir("/dev/shm", 01777), "mkdir /dev/shm");
  check(chmod("/dev/shm", 01777), "chmod /dev/shm");
  // Names that programs expect. Bash uses /dev/fd for <( ).
  check(symlink("/proc/self/fd", "/dev/fd"), "symlink /dev/fd");
  check(symlink("fd/0", "/dev/stdin"), "symlink /dev/stdin");
  check(symlink("fd/1", "/dev/stdout"), "symlink /dev/stdout");
  check(symlink("fd/2", "/dev/stderr"), "symlink /dev/stderr");
}

// In the container, when it needs nothing of the host any more. All mounts of
// the host are below its root, so it is in use: only MNT_DETACH can unmount it.
void leave_host() {
  check(umount2(".", MNT_DETACH), "umount2", "the host's root");
}

// On the host, before it opens anything. O_CLOEXEC is not enough: it works at
// execve(2), and the init never calls that. /proc/1/fd shows what it has open.
void close_files() {
  check(close_range(STDERR_FILENO + 1, ~0U, /*flags=*/0), "close_range");
  // The command keeps these three. openat(2) can start at a directory.
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    struct stat file {};
    check(fstat(fd, &file), "fstat", std::to_string(fd));
    if (S_ISDIR(file.st_mode)) common::fail(EISDIR, "stdin, stdout or stderr");
  }
}

// On the host. /proc/1/environ shows the memory where the variables were when
// the runtime started. So clearenv(3) is not enough: we also erase the text.
void clear_environment() {
  const char* value = getenv("TERM");
  const std::string term = value ? value : "dumb";
  for (char** variable = environ; *variable; ++variable) {
    explicit_bzero(*variable, strlen(*variable));
  }
  clearenv();
  setenv(
      "PATH",
      "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      1);
  setenv("HOME", "/root", 1);
  setenv("TERM", term.c_str(), 1);
}

// On the host. From now on, the runtime has a mount table of its own, and
// clone(2) copies it: what is mounted there goes when both have ended.
void copy_mount_table() {
  check(unshare(CLONE_NEWNS), "unshare", "CLONE_NEWNS");
  make_mounts_private();
}

// The name of an open directory. It has no comma and no colon, it does not show
// the container where we are, and nobody can put another directory there.
std::string path_of(const common::UniqueFd& directory) {
  return "/proc/self/fd/" + std::to_string(directory.get());
}

// On the host. The rootfs is the image, the lowest of them.
std::vector<common::UniqueFd> open_layers(const Options& options) {
  std::vector<std::string> names = options.layers;
  names.insert(names.begin(), options.rootfs);
  std::vector<common::UniqueFd> layers;
  for (const std::string& name : names) {
    constexpr int kFlags = O_PATH | O_DIRECTORY | O_CLOEXEC;
    layers.emplace_back(check(open(name.c_str(), kFlags), "open", name));
    common::check_rootfs(path_of(layers.back()), name);
  }
  return layers;
}

constexpr unsigned long kNoRights = MS_NOSUID | MS_NODEV;  // from its files

// On the host, in memory. It is mounted over a directory that every host has.
void make_upper_layer(const std::string& image) {
  check(mount("tmpfs", "/tmp", "tmpfs", kNoRights, "size=64M"), "mount tmpfs");
  check(mkdir("/tmp/work", 0700), "mkdir", "work");
  check(mkdir("/tmp/upper", 0700), "mkdir", "upper");
  // The container's / has the owner and the mode of this one.
  struct stat root {};
  check(stat(image.c_str(), &root), "stat", "rootfs");
  check(chown("/tmp/upper", root.st_uid, root.st_gid), "chown", "upper");
  check(chmod("/tmp/upper", root.st_mode), "chmod", "upper");
}

// On the host. The kernel looks for a name in each layer, from the top down. It
// writes to the upper layer only: before a file changes, it is copied there.
void stack_layers(const std::vector<common::UniqueFd>& layers) {
  make_upper_layer(path_of(layers.front()));
  std::string data = "upperdir=/tmp/upper,workdir=/tmp/work,lowerdir=";
  for (auto layer = layers.rbegin(); layer != layers.rend(); ++layer) {
    data += path_of(*layer) + (layer + 1 == layers.rend() ? "" : ":");
  }
  check(
      mount("overlay", "/tmp", "overlay", kNoRights, data.c_str()),
      "mount overlay");
}

// On the host. User 0 of the container is user 100000 of the host, and so on.
void map_ids(pid_t init) {
  const std::string process = "/proc/" + std::to_string(init);
  common::write_file(process + "/uid_map", "0 100000 65536");
  common::write_file(process + "/gid_map", "0 100000 65536");
}

// In the container, when it has its ids. It is still user 0 of the host, which
// has no number here, and becomes user 0 of the container.
void become_root() {
  check(setresgid(0, 0, 0), "setresgid");
  check(setresuid(0, 0, 0), "setresuid");
  // A change of ids cancels it: prctl(2). If the runtime has died since, the
  // next gate fails.
  check(prctl(PR_SET_PDEATHSIG, SIGKILL), "prctl", "PR_SET_PDEATHSIG");
  // Closes /proc/1 to the command: proc(5). The change of ids does that, too,
  // but not where the host has 1 in fs.suid_dumpable.
  check(prctl(PR_SET_DUMPABLE, 0), "prctl", "PR_SET_DUMPABLE");
}

// In the container. clone(2) has copied these from the caller, too.
void forget_caller() {
  check(setgroups(0, nullptr), "setgroups");
  check(syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, nullptr), "keyctl");
  umask(022);
}

// In the container, when it is set up: from here on, root has few rights. It is
// not enough to give up those that this process has. At execve(2), root gets
// all that the bounding set has.
void drop_capabilities() {
  // A newer kernel may have more of them than we know.
  constexpr const char* kLast = "/proc/sys/kernel/cap_last_cap";
  const int last = std::stoi(common::read_file(kLast));
  for (int each = 0; each <= last; ++each) {
    if ((kKeptRights & 1ULL << each) != 0) continue;
    check(prctl(PR_CAPBSET_DROP, each), "prctl", "PR_CAPBSET_DROP");
  }
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, /*pid=*/0};
  std::array<__user_cap_data_struct, 2> sets{};  // for 0 to 31, and from 32
  sets[0].effective = kKeptRights;
  sets[0].permitted = kKeptRights;
  check(syscall(SYS_capset, &header, sets.data()), "capset");
}

// In the container. At execve(2), a setuid program gets another user's rights,
// and a file can have capabilities. From now on, the kernel ignores both.
void forbid_new_rights() {
  check(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl", "no_new_privs");
}

// libseccomp returns the error as a negative number.
void check_filter(int result) {
  if (result < 0) common::fail(-result, "seccomp");
}

// In the container, last: the functions before it need some of these calls.
void refuse_calls() {
  constexpr auto kRefuse = SCMP_ACT_ERRNO(EPERM);
  const scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
  // Calls of another architecture have other numbers.
  check_filter(
      seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS));
  for (const int call : kRefusedCalls) {
    check_filter(seccomp_rule_add(filter, kRefuse, call, 0));
  }
  // In a user namespace of its own, it would have all capabilities again.
  constexpr auto kMasked = SCMP_CMP_MASKED_EQ;
  const scmp_arg_cmp new_user{0, kMasked, CLONE_NEWUSER, CLONE_NEWUSER};
  for (const int call : {SCMP_SYS(clone), SCMP_SYS(unshare)}) {
    check_filter(seccomp_rule_add(filter, kRefuse, call, 1, new_user));
  }
  // Its flags are in memory, which a filter cannot read. With ENOSYS, programs
  // think that the kernel is older, and use clone(2).
  check_filter(
      seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0));
  // They type into the terminal. The kernel looks at the low 32 bits only.
  for (const unsigned request : {TIOCSTI, TIOCLINUX}) {
    const scmp_arg_cmp type{1, kMasked, 0xffffffff, request};
    check_filter(seccomp_rule_add(filter, kRefuse, SCMP_SYS(ioctl), 1, type));
  }
  check_filter(seccomp_load(filter));
}

// On the host, while the container waits at the gate. Only processes that are
// started after init joins are counted.
void limit_pids(
    const Options& options,
    const common::Cgroup& cgroup,
    pid_t init) {
  // Version 2 only: the parent must turn the controller on for its children.
  if (cgroup.is_version2()) {
    common::write_file(cgroup.parent() + "/cgroup.subtree_control", "+pids");
  }
  check(mkdir(cgroup.path().c_str(), 0755), "mkdir", cgroup.path());
  // Needed if the parent itself has processes, as in a Docker container.
  cgroup.make_usable();
  // It counts tasks: threads too, and init. One more fork(2) gets EAGAIN.
  const std::string max = std::to_string(options.pids_max);
  common::write_file(cgroup.path() + "/pids.max", max);
  common::write_file(cgroup.path() + "/cgroup.procs", std::to_string(init));
}

// On the host. No call of the container fails: mmap(2) gives it addresses, and
// the kernel counts what is used. When nothing is left, it has to kill.
void limit_memory(
    const Options& options,
    const common::Cgroup& cgroup,
    pid_t init) {
  cgroup.join("memory", init);
  const std::string memory = cgroup.path() + "/memory.";
  if (cgroup.is_version2()) {
    common::write_file(memory + "max", options.memory);
    // Otherwise the rest goes to the swap space, if there is one.
    common::write_file(memory + "swap.max", "0");
    // Otherwise one process is killed, and a shell goes on without it.
    common::write_file(memory + "oom.group", "1");
  } else {
    common::write_file(memory + "limit_in_bytes", options.memory);
    common::write_file(memory + "memsw.limit_in_bytes", options.memory);
  }
}

// On the host. In each tenth of a second, the container has a quota of
// processor time. When that is used up, its processes wait for the next one.
void limit_cpus(
    const Options& options,
    const common::Cgroup& cgroup,
    pid_t init) {
  cgroup.join("cpu", init);
  const std::string file = cgroup.is_version2() ? "max" : "cfs_quota_us";
  const long microseconds = std::lround(options.cpus * 100'000);
  common::write_file(
      cgroup.path() + "/cpu." + file,
      std::to_string(microseconds));
}

// What both sides know of the cable between them.
struct Cable {
  std::string name;  // of the host's end
  in_addr_t host;
  in_addr_t container;
};

// On both sides. The name and the addresses are made from the number of the
// network namespace: no other has it now. A pid would not do: in another PID
// namespace, another process has the same one.
Cable find_cable(const std::string& process) {
  const std::string path = "/proc/" + process + "/ns/net";
  struct stat network {};
  check(stat(path.c_str(), &network), "stat", path);
  // 100.64.0.0/10 is not for homes and offices: RFC 6598. Each container gets a
  // network of four addresses, and the first and the last one are not for use.
  const in_addr_t first = 0x64400000 | (network.st_ino & 0xfffff) << 2;
  return {"box" + std::to_string(network.st_ino), first + 1, first + 2};
}

// On the host, while the container waits for its ids. Nobody has to remove the
// cable: with the namespace, one end goes, and with it the other one.
void plug_in(pid_t init) {
  const Cable cable = find_cable(std::to_string(init));
  common::make_veth(cable.name, "eth0", init);
  common::set_address(cable.name, cable.host, /*prefix=*/30);
  common::bring_up(cable.name);
}

// On the host, after the container has ended: rmdir(2) fails while a process is
// inside. A failure is only a warning: the command has its status already.
void remove_cgroup(const common::Cgroup& cgroup) {
  cgroup.remove_children();
  common::warn(rmdir(cgroup.path().c_str()), "rmdir", cgroup.path());
}

// In the container, when the host has moved it into its cgroups: from now on it
// sees these as the root. A flag of clone(2) would be too early.
void hide_cgroups() {
  check(unshare(CLONE_NEWCGROUP), "unshare", "CLONE_NEWCGROUP");
}

// In the container, which has its end of the cable already. All interfaces of a
// new namespace are down, lo too: even 127.0.0.1 cannot be reached.
void set_up_network() {
  const Cable cable = find_cable("self");
  common::bring_up("lo");
  common::set_address("eth0", cable.container, /*prefix=*/30);
  common::bring_up("eth0");
  common::add_default_route(cable.host);
}

// In the container, last. Another program starts it, maybe tomorrow. So this
// gate is a fifo, which has a name: open(2) waits until somebody wants to read.
int run_at_start(const Options& options, common::NewState& state) {
  // From now on, the container needs no process of the host.
  check(prctl(PR_SET_PDEATHSIG, 0), "prctl", "PR_SET_PDEATHSIG");
  state.tell_host();
  const common::UniqueFd gate(
      check(open(state.fifo(), O_WRONLY | O_CLOEXEC), "open", "gate"));
  // There is no init any more. If this fails, start reads the status.
  const char status = common::become_command(options.command);
  check(write(gate.get(), &status, 1), "write", "gate");
  return status;
}

// On the host: opens the gate of a container that another program has made.
int start(const common::StateDirectory& directory) {
  const common::ProcessId init = directory.expect("created").init;
  const std::string status = directory.open_gate(init);
  return status.empty() ? 0 : status.front();
}

// On the host. What has no name has gone with the processes: mounts, network.
int remove(const Options& options, const common::StateDirectory& directory) {
  if (!options.force) directory.expect("stopped");
  common::remove_cgroups(directory.id(), /*kills=*/options.force);
  directory.remove();
  return 0;
}

// Runs in the container, as its first process.
int child(
    const Options& options,
    common::Gate& ids,
    common::Gate& gate,
    common::NewState& state) {
  ids.wait();
  become_root();
  forget_caller();
  set_hostname(options);
  make_mounts_private();
  enter_rootfs(options);
  mount_proc();
  make_devices();
  leave_host();
  gate.wait();
  hide_cgroups();
  set_up_network();
  drop_capabilities();
  forbid_new_rights();
  refuse_calls();
  common::say(options.quiet, "container", "runs " + options.command.front());
  if (options.word == "create") return run_at_start(options, state);
  // Forks again: the child runs the command, and this process stays as the
  // container's init.
  return common::run_command(options.command);
}

// Runs on the host. If a call here throws, the container is killed before
// main() reports the error.
int run(const Options& options) {
  close_files();
  clear_environment();
  common::check_rootfs(options.rootfs);
  // Before any mount: one could cover its path. Without an ID, there is none.
  common::NewState state(options.root, options.id);
  copy_mount_table();
  stack_layers(open_layers(options));
  check(chdir("/tmp"), "chdir", "/tmp");  // where the container begins
  common::Gate ids;
  common::Gate gate;
  // Declared first, destroyed last: rmdir fails while a process is inside.
  const common::Cgroup cgroup(common::find_cgroup_parent("pids"));
  std::optional<common::Cgroup> memory;
  std::optional<common::Cgroup> cpu;
  if (!options.memory.empty())
    memory.emplace(common::find_cgroup_parent("memory"));
  if (options.cpus > 0) cpu.emplace(common::find_cgroup_parent("cpu"));
  auto container = common::start(
      kCloneFlags,
      [&] { return child(options, ids, gate, state); },
      /*is_detached=*/options.word == "create");
  const std::string pid = std::to_string(container.pid());
  common::say(options.quiet, "host", "runs the container as pid " + pid);
  map_ids(container.pid());
  plug_in(container.pid());
  ids.open();
  limit_pids(options, cgroup, container.pid());
  state.set_init(container.pid());
  if (memory) limit_memory(options, *memory, container.pid());
  if (cpu) limit_cpus(options, *cpu, container.pid());
  gate.open();
  if (options.word == "create") return container.release(state.wait());
  const int status = container.wait();
  remove_cgroup(cgroup);
  return status;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    common::prepare_process();
    Options options;
    const bool asked_to_run = common::parse_options(
        argc,
        argv,
        {
            {"--hostname", "NAME", "what hostname prints", &options.hostname},
            {"--rootfs", "DIR", "directory to use as /", &options.rootfs},
            {"--layer", "DIR", "a layer on top of it", &options.layers},
            {"--pids-max", "N", "maximum number of tasks", &options.pids_max},
            {"--memory", "SIZE", "limit of memory, as 64M", &options.memory},
            {"--cpus", "N", "limit of processors, as 0.5", &options.cpus},
            {"--quiet", "", "hide host: and container: lines", &options.quiet},
            {"--root", "DIR", "where the states are", &options.root},
            {"--force", "", "delete it even if it runs", &options.force},
        },
        options.command,
        {&options.word, &options.id});
    common::Cgroup::name_after(options.id);
    const common::StateDirectory directory(options.root, options.id);
    if (options.word == "start") return start(directory);
    if (options.word == "delete") return remove(options, directory);
    if (options.word == "state") return directory.print();
    if (options.word == "kill") return directory.signal(options.command);
    return asked_to_run ? run(options) : 0;
  } catch (const std::exception& error) {
    return common::report(error);
  }
}
