// SPDX-License-Identifier: MIT
#include "container.hpp"

#include <fcntl.h>
#include <grp.h>
#include <linux/keyctl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <vector>

#include "channel.hpp"
#include "common/check.hpp"
#include "common/container.hpp"
#include "common/file.hpp"
#include "common/network.hpp"
#include "common/rootfs.hpp"
#include "console.hpp"
#include "hooks.hpp"
#include "mounts.hpp"
#include "rights.hpp"

namespace {

using common::check;
using common::UniqueFd;

// In the container. Without CLONE_NEWUTS this call would rename the host.
void set_hostname(const Options& options) {
  const std::string& name = options.hostname;
  if (!name.empty())
    check(sethostname(name.data(), name.size()), "sethostname", name);
  const std::string& domain = options.domainname;
  if (!domain.empty())
    check(setdomainname(domain.data(), domain.size()), "setdomainname", domain);
}

// In the container. Our mount table is a copy, but systemd makes / *shared*:
// new mounts would still appear on the host. Do this before any mount.
void make_mounts_private(const Options& options) {
  constexpr const char* kUnused = nullptr;  // only the flags change
  // A slave gets the host's new mounts, and gives none back.
  const unsigned long kind = options.propagation & ~MS_REC;
  if (kind != MS_PRIVATE && kind != MS_SLAVE)
    throw std::runtime_error("config.json: rootfsPropagation is not supported");
  check(
      mount(kUnused, "/", kUnused, MS_REC | kind, kUnused),
      "mount / as private");
}

// On the host. User 0 of the container is another user of the host.
void map_ids(const Options& options, pid_t init) {
  const std::string process = "/proc/" + std::to_string(init);
  common::write_file(process + "/uid_map", options.uid_map);
  common::write_file(process + "/gid_map", options.gid_map);
}

// In the container, when it has its ids. It is still user 0 of the host, which
// has no number here, and becomes user 0 of the container.
void become_root() {
  check(setresgid(0, 0, 0), "setresgid");
  check(setresuid(0, 0, 0), "setresuid");
  // A change of ids cancels it: prctl(2). If the host has died since, the next
  // gate fails.
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

// In the container, when the host has moved it into its cgroups: those become
// the root of all that it can see. A flag of clone(2) would be too early.
void hide_cgroups() {
  check(unshare(CLONE_NEWCGROUP), "unshare", "CLONE_NEWCGROUP");
}

// On the host. openat(2) can start at a directory, and the process keeps these.
void check_streams() {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    struct stat file {};
    check(fstat(fd, &file), "fstat", std::to_string(fd));
    if (S_ISDIR(file.st_mode)) common::fail(EISDIR, "stdin, stdout or stderr");
  }
}

// In the container, as its user: who opens /dev/stdout again needs the right to.
void own_streams(const Process& process) {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    struct stat file {};
    check(fstat(fd, &file), "fstat", std::to_string(fd));
    if (!S_ISFIFO(file.st_mode) || file.st_uid == process.uid) continue;
    // In a user namespace, the owner may be one that has no number here.
    if (fchown(fd, process.uid, -1U) == -1 && errno != EPERM && errno != EINVAL)
      check(-1, "chown", "a stream");
  }
}

void set_environment(const Process& process) {
  clearenv();
  for (const std::string& variable : process.environment) {
    const std::size_t sign = variable.find('=');
    if (sign == std::string::npos || sign == 0) continue;
    const std::string name = variable.substr(0, sign);
    check(setenv(name.c_str(), variable.c_str() + sign + 1, 1), "setenv", name);
  }
  if (!getenv("HOME")) setenv("HOME", process.uid == 0 ? "/root" : "/", 1);
}

// In the container. A descriptor of a directory of the host, or a link to one in
// /proc, would take us out of the rootfs; the kernel then has no path for it.
void enter_cwd(const Process& process) {
  check(chdir(process.cwd.c_str()), "chdir", process.cwd);
  char* const path = getcwd(nullptr, 0);
  if (!path || *path != '/') common::fail(ENOENT, "getcwd", process.cwd);
  free(path);
}

// In the container: what makes start fail later is said now.
void check_command(const Process& process) {
  const std::string& name = process.command.front();
  const std::string program = common::find_program(name);
  if (program.empty())
    throw std::runtime_error(
        "exec " + name + ": executable file not found in $PATH");
  check(access(program.c_str(), F_OK), "exec", name);
  struct stat file {};
  check(stat(program.c_str(), &file), "exec", name);
  if (!S_ISREG(file.st_mode) ||
      faccessat(AT_FDCWD, program.c_str(), X_OK, AT_EACCESS) == -1)
    common::fail(EACCES, "exec", name);
}

// In the container, last. Returns only if the command cannot be executed.
int become(
    const Process& process,
    scmp_filter_ctx filter,
    const Wishes& wishes) {
  // All that is ours. The gate's end, too: execve(2) closes it, and that tells
  // start that it has worked.
  const unsigned first = STDERR_FILENO + 1 + wishes.preserve_fds;
  check(close_range(first, ~0U, CLOSE_RANGE_CLOEXEC), "close_range");
  drop_rights(process, filter);
  return common::become_command(process.command);
}

// In the container, as root: only root may raise one. In a user namespace, that is
// only the host's root.
void set_rlimits(const Process& process, pid_t pid) {
  for (const Rlimit& limit : process.rlimits) {
    const auto which = static_cast<__rlimit_resource>(limit.resource);
    check(prlimit(pid, which, &limit.values, nullptr), "prlimit");
  }
}

void set_oom_score(const Process& process, pid_t pid) {
  if (!process.oom_score) return;
  const std::string file = "/proc/" + std::to_string(pid) + "/oom_score_adj";
  common::write_file(file, std::to_string(*process.oom_score));
}

// Joins namespaces that exist, and returns to its own at the end.
class Joined {
 public:
  explicit Joined(const Options& options) {
    for (const Namespace& each : options.namespaces) {
      if (each.path.empty()) continue;
      const UniqueFd other(check(
          open(each.path.c_str(), O_RDONLY | O_CLOEXEC),
          "open",
          each.path));
      own_.emplace_back(
          check(open(own_path(each.flag), O_RDONLY | O_CLOEXEC), "open"),
          each.flag);
      check(setns(other.get(), each.flag), "setns", each.path);
    }
  }
  Joined(const Joined&) = delete;
  Joined& operator=(const Joined&) = delete;
  ~Joined() {
    for (const auto& [own, flag] : own_)
      setns(own.get(), flag);
  }

 private:
  static const char* own_path(int flag) {
    switch (flag) {
      case CLONE_NEWCGROUP:
        return "/proc/self/ns/cgroup";
      case CLONE_NEWIPC:
        return "/proc/self/ns/ipc";
      case CLONE_NEWNET:
        return "/proc/self/ns/net";
      case CLONE_NEWPID:
        return "/proc/self/ns/pid";
      default:
        return "/proc/self/ns/uts";
    }
  }

  std::vector<std::pair<UniqueFd, int>> own_;
};

// A container that is being made. It is removed again unless it is finished.
class Creation {
 public:
  Creation(const common::StateDirectory& state, const ContainerCgroup& cgroup)
      : state_(state), cgroup_(cgroup) {}
  Creation(const Creation&) = delete;
  Creation& operator=(const Creation&) = delete;
  ~Creation() {
    if (finished_) return;
    try {
      cgroup_.kill_all();
      cgroup_.remove();
      state_.remove();
    } catch (const std::exception& error) {
      common::report(error);
    }
  }

  void finish() { finished_ = true; }

 private:
  const common::StateDirectory& state_;
  const ContainerCgroup& cgroup_;
  bool finished_ = false;
};

// What both sides of create() know.
struct Setup {
  const common::StateDirectory& state;
  const std::string& bundle;
  const Options& options;
  const Wishes& wishes;
  scmp_filter_ctx filter;
  UniqueFd gate;
  UniqueFd console;  // connected to the engine
  Channel channel;
};

std::string state_for_hooks(const Setup& setup, const char* status, pid_t pid) {
  return state_as_json(
      setup.state.id(),
      status,
      pid,
      setup.bundle,
      setup.options.annotations);
}

// Runs in the container, as its first process.
int child(const Setup& setup) {
  const Options& options = setup.options;
  const Process& process = options.process;
  setup.channel.wait_for("go");
  if (options.has_new(CLONE_NEWUSER)) become_root();
  if (options.has_new(CLONE_NEWCGROUP)) hide_cgroups();
  check(setsid(), "setsid");
  forget_caller();
  if (options.has_new(CLONE_NEWNET)) common::bring_up("lo");
  set_hostname(options);
  make_mounts_private(options);
  // It is the host's, and still open when the host's root is gone.
  const UniqueFd self(check(
      open("/proc/self/fd", O_PATH | O_CLOEXEC),
      "open",
      "/proc/self/fd"));
  const UniqueFd root = mount_rootfs(options);
  mount_all(options, root.get());
  if (process.terminal) {
    UniqueFd terminal = make_terminal(process, root.get(), setup.console);
    bind_console(root.get(), terminal.get());
    use_terminal(std::move(terminal), process);
  }
  set_sysctl(options);
  hide_paths(options, root.get());
  make_inside(root.get(), process.cwd, true);
  setup.channel.say("mounted");
  setup.channel.wait_for("go");
  run_hooks(
      options.hooks.create_container,
      state_for_hooks(setup, "creating", getpid()));
  enter_rootfs(options, root.get());
  own_streams(process);
  if (!options.has(CLONE_NEWUSER)) set_rlimits(process, /*ourselves*/ 0);
  become_user(process);
  enter_cwd(process);
  set_environment(process);
  check_command(process);
  setup.channel.say("ready");
  setup.channel.wait_for("go");
  // From now on, the container needs nobody.
  check(prctl(PR_SET_PDEATHSIG, 0), "prctl", "PR_SET_PDEATHSIG");
  setup.channel.say("done");
  // open(2) returns when start has opened the other end: fifo(7).
  const std::string name = std::to_string(setup.gate.get());
  const UniqueFd opened(check(
      openat(self.get(), name.c_str(), O_WRONLY | O_CLOEXEC),
      "open",
      "gate"));
  try {
    run_hooks(
        options.hooks.start_container,
        state_for_hooks(setup, "created", getpid()));
    become(process, setup.filter, setup.wishes);
    throw std::runtime_error("exec " + process.command.front() + " failed");
  } catch (const std::exception& error) {
    const std::string text = error.what();
    check(write(opened.get(), text.data(), text.size()), "write", "gate");
    return common::kRuntimeFailed;
  }
}

// An error of the child is told by its host.
template <typename Body>
int tell_errors(const Channel& channel, const Body& body) {
  try {
    return body();
  } catch (const std::exception& error) {
    try {
      channel.say(error.what());
    } catch (const std::exception&) {
      common::report(error);  // nobody listens any more
    }
    return common::kRuntimeFailed;
  }
}

void write_pid_file(const Wishes& wishes, pid_t pid) {
  if (wishes.pid_file.empty()) return;
  const std::string is_new = wishes.pid_file + ".new";
  {
    const UniqueFd file(check(
        open(is_new.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644),
        "open",
        is_new));
  }
  common::write_file(is_new, std::to_string(pid));
  check(rename(is_new.c_str(), wishes.pid_file.c_str()), "rename", is_new);
}

void check_console(const Process& process, const Wishes& wishes) {
  if (process.terminal && wishes.console_socket.empty())
    throw std::runtime_error("a terminal needs --console-socket");
  if (!process.terminal && !wishes.console_socket.empty())
    throw std::runtime_error(
        "--console-socket is for a process with a terminal");
}

}  // namespace

void create(
    const common::StateDirectory& state,
    const std::string& bundle,
    const Wishes& wishes) {
  check_streams();
  const Options options =
      read_config(common::read_file(bundle + "/config.json"), bundle);
  check_console(options.process, wishes);
  common::check_rootfs(options.rootfs);
  const std::string cgroup_path =
      options.cgroup.empty() ? "boxstep-" + state.id() : options.cgroup;
  const ContainerCgroup cgroup(cgroup_path);
  Setup setup{
      state,
      bundle,
      options,
      wishes,
      make_filter(options),
      UniqueFd(),
      UniqueFd(),
      {}};
  cgroup.check_is_free();
  const UniqueFd lock = state.make();
  Creation creation(state, cgroup);
  // What delete needs comes before what it has to remove.
  const std::string link = state.path("cgroup");
  check(symlink(cgroup_path.c_str(), link.c_str()), "symlink", link);
  state.write("bundle", bundle);
  state.write("config.json", options.text);
  const std::string gate = state.path("gate");
  setup.gate.reset(check(open(gate.c_str(), O_PATH | O_CLOEXEC), "open", gate));
  cgroup.make(options);
  if (options.process.terminal)
    setup.console = connect_to(wishes.console_socket);
  int flags = SIGCHLD;
  for (const Namespace& each : options.namespaces)
    if (each.path.empty() && each.flag != CLONE_NEWCGROUP) flags |= each.flag;
  std::optional<Joined> joined(std::in_place, options);
  common::Process init(flags, [&] {
    setup.channel.be_container();
    return tell_errors(setup.channel, [&] { return child(setup); });
  });
  joined.reset();
  setup.channel.be_host();
  setup.console.reset();
  const pid_t pid = init.pid();
  cgroup.join(pid);
  if (options.has_new(CLONE_NEWUSER)) {
    set_rlimits(options.process, pid);
    map_ids(options, pid);
  }
  set_oom_score(options.process, pid);
  setup.channel.say("go");
  setup.channel.wait_for("mounted");
  run_hooks(
      options.hooks.create_runtime,
      state_for_hooks(setup, "creating", pid));
  setup.channel.say("go");
  setup.channel.wait_for("ready");
  write_pid_file(wishes, pid);
  state.write_init(common::find_process(pid));
  setup.channel.say("go");
  setup.channel.wait_for("done");
  init.release();
  creation.finish();
}

int execute(
    const common::StateDirectory& state,
    const ContainerCgroup& cgroup,
    const Options& options,
    const Wishes& wishes) {
  check_streams();
  const Process& process = options.process;
  check_console(process, wishes);
  const scmp_filter_ctx filter = make_filter(options);
  const UniqueFd init = common::open_process(state.read().init);
  UniqueFd console;
  if (process.terminal) console = connect_to(wishes.console_socket);
  int flags = 0;
  for (const Namespace& each : options.namespaces)
    flags |= each.flag;
  // It changes the number of our children only: setns(2).
  const UniqueFd own(
      check(open("/proc/self/ns/pid", O_RDONLY | O_CLOEXEC), "open"));
  if ((flags & CLONE_NEWPID) != 0)
    check(setns(init.get(), CLONE_NEWPID), "setns", "pid");
  Channel channel;
  common::Process added(SIGCHLD, [&] {
    channel.be_container();
    return tell_errors(channel, [&] {
      channel.wait_for("go");
      // Before we are where others could look at us: /proc/PID/exe is the runtime.
      check(prctl(PR_SET_DUMPABLE, 0), "prctl", "PR_SET_DUMPABLE");
      check(setns(init.get(), flags & ~CLONE_NEWPID), "setns");
      if (options.has_new(CLONE_NEWUSER)) become_root();
      check(setsid(), "setsid");
      forget_caller();
      if (process.terminal) {
        const UniqueFd root(
            check(open("/", O_PATH | O_DIRECTORY | O_CLOEXEC), "open", "/"));
        use_terminal(make_terminal(process, root.get(), console), process);
      }
      own_streams(process);
      if (!options.has(CLONE_NEWUSER)) set_rlimits(process, 0);
      become_user(process);
      enter_cwd(process);
      set_environment(process);
      check_command(process);
      channel.say("ready");
      channel.wait_for("go");
      if (wishes.detach)
        check(prctl(PR_SET_PDEATHSIG, 0), "prctl", "PR_SET_PDEATHSIG");
      channel.say("done");
      return become(process, filter, wishes);
    });
  });
  channel.be_host();
  console.reset();
  cgroup.join(added.pid());
  if (options.has(CLONE_NEWUSER)) set_rlimits(process, added.pid());
  set_oom_score(process, added.pid());
  channel.say("go");
  channel.wait_for("ready");
  write_pid_file(wishes, added.pid());
  channel.say("go");
  channel.wait_for("done");
  if (wishes.detach) {
    added.release();
    return 0;
  }
  for (;;) {
    siginfo_t info{};
    const int signal = sigwaitinfo(&common::kAllSignals, &info);
    if (signal == -1 && errno == EINTR) continue;
    check(signal, "sigwaitinfo");
    if (signal != SIGCHLD) {
      if (common::is_for_command(info)) kill(added.pid(), signal);
      continue;
    }
    const auto change = added.reap();
    if (const auto status =
            change ? common::exit_status(*change) : std::nullopt)
      return *status;
  }
}
