// SPDX-License-Identifier: MIT
#include "container.hpp"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
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
#include "process.hpp"
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
  check(
      mount(kUnused, "/", kUnused, mounts_from_host(options), kUnused),
      "mount / as private");
}

// On the host. User 0 of the container is another user of the host.
void map_ids(const Options& options, pid_t init) {
  const std::string process = "/proc/" + std::to_string(init);
  common::write_file(process + "/uid_map", options.uid_map);
  common::write_file(process + "/gid_map", options.gid_map);
}

// In the container, when the host has moved it into its cgroups: from now on it
// sees these as the root. A flag of clone(2) would be too early.
void hide_cgroups() {
  check(unshare(CLONE_NEWCGROUP), "unshare", "CLONE_NEWCGROUP");
}

// On the host: where the container goes that has no mount namespace of its own.
UniqueFd open_mount_namespace(const Options& options) {
  if (options.has_new(CLONE_NEWNS)) return UniqueFd();
  std::string path = "/proc/self/ns/mnt";
  for (const Namespace& each : options.namespaces)
    if (each.flag == CLONE_NEWNS) path = each.path;
  return UniqueFd(
      check(open(path.c_str(), O_RDONLY | O_CLOEXEC), "open", path));
}

bool is_same(const UniqueFd& one, const UniqueFd& other) {
  struct stat first {};
  struct stat second {};
  check(fstat(one.get(), &first), "fstat");
  check(fstat(other.get(), &second), "fstat");
  return first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

// Joins namespaces that exist, and returns to its own at the end.
class Joined {
 public:
  explicit Joined(const Options& options) {
    for (const Namespace& each : options.namespaces) {
      if (each.path.empty() || each.flag == CLONE_NEWNS) continue;
      const UniqueFd other(check(
          open(each.path.c_str(), O_RDONLY | O_CLOEXEC),
          "open",
          each.path));
      own_.emplace_back(
          check(open(own_path(each.flag), O_RDONLY | O_CLOEXEC), "open"),
          each.flag);
      // The hostname, say, would be the host's.
      if (options.changes(each.flag) && is_same(other, own_.back().first))
        throw std::runtime_error(
            "config.json: it changes the host's " + each.path);
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
  UniqueFd mounts;  // a mount namespace, if the config has no new one
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
  Volumes volumes = take_sources(options, setup.channel);
  setup.channel.wait_for("go");
  copy_volumes(volumes);
  if (options.has_new(CLONE_NEWUSER)) become_root();
  if (options.has_new(CLONE_NEWCGROUP)) hide_cgroups();
  check(setsid(), "setsid");
  forget_caller();
  if (options.has_new(CLONE_NEWNET)) common::bring_up("lo");
  set_hostname(options);
  make_mounts_private(options);
  // The host's: it leads to the gate when the host's root is gone.
  const UniqueFd self(check(
      open("/proc/self/fd", O_PATH | O_CLOEXEC),
      "open",
      "/proc/self/fd"));
  const UniqueFd root = mount_rootfs(options);
  mount_all(options, root.get(), volumes);
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
  if (setup.mounts.get() != -1) take_mounts_to(setup.mounts);
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
    become(process, setup.filter, setup.wishes.preserve_fds);
    throw std::runtime_error("exec " + process.command.front() + " failed");
  } catch (const std::exception& error) {
    const std::string text = error.what();
    check(write(opened.get(), text.data(), text.size()), "write", "gate");
    return common::kRuntimeFailed;
  }
}

}  // namespace

void create(
    const common::StateDirectory& state,
    const std::string& bundle,
    const Wishes& wishes) {
  check_streams();
  const Options options =
      read_config(common::read_file(bundle + "/config.json"), bundle);
  check_console(options.process, wishes.console_socket);
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
      open_mount_namespace(options),
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
  // The mounts are made in a new one, always.
  int flags = SIGCHLD | CLONE_NEWNS;
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
  give_sources(options, pid, setup.channel);
  cgroup.join(pid);
  if (options.has_new(CLONE_NEWUSER)) {
    set_rlimits(options.process, pid);
    map_ids(options, pid);
  }
  set_oom_score(options.process, pid);
  setup.channel.say("go");
  setup.channel.wait_for("mounted");
  // The older hooks are told what they were told before there were the others.
  run_hooks(options.hooks.prestart, state_for_hooks(setup, "created", pid));
  run_hooks(
      options.hooks.create_runtime,
      state_for_hooks(setup, "creating", pid));
  setup.channel.say("go");
  setup.channel.wait_for("ready");
  write_pid_file(wishes.pid_file, pid);
  state.write_init(common::find_process(pid));
  setup.channel.say("go");
  setup.channel.wait_for("done");
  init.release();
  creation.finish();
}
