// SPDX-License-Identifier: MIT
#include "tests/attacks/rig/throwaway.hpp"

#include <cerrno>
#include <csignal>
#include <cstring>

#include <fcntl.h>
#include <linux/keyctl.h>
#include <sched.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/cgroup_parent.hpp"
#include "common/check.hpp"
#include "common/file.hpp"
#include "common/process.hpp"
#include "common/unique_fd.hpp"
#include "tests/attacks/rig/attack.hpp"
#include "tests/support/files.hpp"
#include "tests/support/wait.hpp"

namespace attacks {
namespace {

using common::check;
using common::UniqueFd;

constexpr const char* kUnused = nullptr;
constexpr const char* kCgroups = "/sys/fs/cgroup";

UniqueFd open_to_lock(const std::string& path) {
  UniqueFd fd(check(open(path.c_str(), O_RDONLY | O_CLOEXEC), "open", path));
  check(flock(fd.get(), LOCK_EX), "flock", path);
  return fd;
}

// The cgroup that the host takes for the root of the pids hierarchy, below one
// that is locked for as long as it is in use: any step 04 on the machine removes
// a boxstep-* that is not, and so what a killed test has left.
class PartOfHierarchy {
 public:
  PartOfHierarchy() {
    const std::string parent = find_parent();
    const UniqueFd turn = open_to_lock(parent);  // a new one is not locked yet
    path_ = parent + "/" + kCgroupPrefix + std::to_string(getpid());
    root_ = path_ + "/root";
    check(mkdir(path_.c_str(), 0755), "mkdir", path_);
    lock_ = open_to_lock(path_);
    for (const std::string& above : {parent, path_}) {
      const std::string file = above + "/cgroup.subtree_control";
      if (support::exists(file)) common::write_file(file, "+pids");
    }
    check(mkdir(root_.c_str(), 0755), "mkdir", root_);
  }
  PartOfHierarchy(const PartOfHierarchy&) = delete;
  PartOfHierarchy& operator=(const PartOfHierarchy&) = delete;
  ~PartOfHierarchy() {
    // A process that was killed takes a moment to leave.
    support::eventually([&] {
      for (const std::string& name : support::list_directory(root_)) {
        rmdir((root_ + "/" + name).c_str());
      }
      rmdir(root_.c_str());
      return rmdir(path_.c_str()) == 0;
    });
  }

  void enter() const { common::write_file(root_ + "/cgroup.procs", "0"); }

 private:
  static std::string find_parent() try {
    return common::find_cgroup_parent("pids");
  } catch (const std::system_error&) {
    throw Missing{"the pids cgroup controller"};
  }

  std::string path_;
  std::string root_;
  UniqueFd lock_;
};

UniqueFd open_program(const std::string& path) {
  return UniqueFd(
      check(open(path.c_str(), O_RDONLY | O_CLOEXEC), "open", path));
}

// Read-only: whoever finds it, through /proc/PID/exe say, cannot change it. A
// copy would do as well, but where the processor is emulated it is slow.
void bind_program(const UniqueFd& program, const char* target) {
  const std::string source = "/proc/self/fd/" + std::to_string(program.get());
  support::write_file(target, "", 0755);
  check(
      mount(source.c_str(), target, kUnused, MS_BIND, kUnused),
      "mount",
      target);
  constexpr unsigned long kReadOnly = MS_REMOUNT | MS_BIND | MS_RDONLY;
  check(mount(kUnused, target, kUnused, kReadOnly, kUnused), "mount", target);
}

void mount_on(const char* type, const char* target) {
  check(mount(type, target, type, /*flags=*/0, kUnused), "mount", target);
}

void make_root(const Runtime& runtime) {
  // By its path: the link itself leads to a mount of the machine's namespace.
  const UniqueFd self = open_program(support::read_link("/proc/self/exe"));
  UniqueFd step;
  if (!runtime.source.empty()) step = open_program(runtime.source);

  // Cut off from the machine first, or all of this would show there.
  check(
      mount(kUnused, "/", kUnused, MS_REC | MS_PRIVATE, kUnused),
      "mount / as private");
  mount_on("tmpfs", "/tmp");
  check(chdir("/tmp"), "chdir", "/tmp");
  for (const char* path :
       {"bin",
        "dev",
        "proc",
        "root",
        "run",
        "sys",
        "sys/fs",
        "sys/fs/cgroup",
        "tmp",
        "rootfs",
        "rootfs/bin",
        "rootfs/proc",
        "rootfs/tmp"}) {
    check(mkdir(path, 0755), "mkdir", path);
  }
  check(mknod("dev/null", S_IFCHR | 0666, makedev(1, 3)), "mknod", "null");
  bind_program(self, "bin/attack");
  if (!runtime.source.empty()) {
    bind_program(step, ("bin/" + runtime.name).c_str());
  }
  // A mount of its own, as where it is on another disk than /: what is mounted
  // in there propagates unless the container makes it private too (MS_REC).
  check(
      mount("rootfs", "rootfs", kUnused, MS_BIND, kUnused),
      "mount --bind",
      "rootfs");
  bind_program(self, "rootfs/bin/attack");
  mount_on("proc", "proc");

  check(syscall(SYS_pivot_root, ".", "."), "pivot_root");
  // Of the two that are at / now, the upper is the machine's.
  check(umount2(".", MNT_DETACH), "umount", "the machine's /");
  check(chdir("/"), "chdir", "/");
  check(
      mount(kUnused, "/", kUnused, MS_REC | MS_SHARED, kUnused),
      "mount / as shared");
}

// Runs as PID 1 of the throwaway host.
int become_host(
    const PartOfHierarchy& cgroup,
    const Runtime& runtime,
    const std::vector<std::string>& arguments) {
  check(setsid(), "setsid");  // away from the person's terminal
  cgroup.enter();
  make_root(runtime);
  const std::string name = "boxstep-host";
  check(sethostname(name.data(), name.size()), "sethostname", name);
  // Without one of its own it would have the caller's; where there are no
  // keyrings there is none to have.
  syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, nullptr);
  std::vector<char*> argv;
  std::string program = "/bin/attack";
  argv.push_back(program.data());
  for (const std::string& argument : arguments) {
    argv.push_back(const_cast<char*>(argument.c_str()));
  }
  argv.push_back(nullptr);
  check(execv(program.c_str(), argv.data()), "exec", program);
  return 0;
}

}  // namespace

int on_throwaway_host(
    const Runtime& runtime,
    const std::vector<std::string>& arguments) {
  const PartOfHierarchy cgroup;
  constexpr int kFlags = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUTS |
      CLONE_NEWIPC | CLONE_NEWNET | SIGCHLD;
  common::Process host(kFlags, [&] {
    return become_host(cgroup, runtime, arguments);
  });
  siginfo_t end{};
  check(
      waitid(P_PID, static_cast<id_t>(host.pid()), &end, WEXITED | WNOWAIT),
      "waitid");
  return host.reap().value_or(1);
}

void enter_cgroup_namespace() {
  const std::string own = support::read_file("/proc/self/cgroup");
  const bool version1 = own.find(":pids:") != std::string::npos;
  check(unshare(CLONE_NEWCGROUP), "unshare");
  const std::string root = std::string(kCgroups) + (version1 ? "/pids" : "");
  const char* type = version1 ? "cgroup" : "cgroup2";
  const char* options = version1 ? "pids" : nullptr;
  if (version1) check(mkdir(root.c_str(), 0755), "mkdir", root);
  check(mount(type, root.c_str(), type, /*flags=*/0, options), "mount", root);
  // Out of the root, as systemd has it. In version 2, nobody could put processes
  // into a cgroup beside these, unless it was the machine's own root.
  const std::string leaf = root + kHostCgroup;
  check(mkdir(leaf.c_str(), 0755), "mkdir", leaf);
  const std::string here = support::read_file(root + "/cgroup.procs");
  for (const std::string& pid : support::lines(here))
    common::write_file(leaf + "/cgroup.procs", pid);
}

}  // namespace attacks
