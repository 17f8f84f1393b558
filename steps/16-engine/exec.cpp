// SPDX-License-Identifier: MIT
#include "exec.hpp"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "channel.hpp"
#include "common/check.hpp"
#include "common/file.hpp"
#include "common/process.hpp"
#include "console.hpp"
#include "process.hpp"
#include "rights.hpp"

using common::check;
using common::UniqueFd;

int execute(
    const common::StateDirectory& state,
    const ContainerCgroup& cgroup,
    const Options& options,
    const Wishes& wishes) {
  check_streams();
  const Process& process = options.process;
  check_console(process, wishes.console_socket);
  const scmp_filter_ctx filter = make_filter(options);
  const common::ProcessId first = state.read().init;
  const std::string root = "/proc/" + std::to_string(first.pid) + "/root";
  const UniqueFd rootfs(
      check(open(root.c_str(), O_PATH | O_CLOEXEC), "open", root));
  // If it is still the same process now, the root was its root, too.
  const UniqueFd init = common::open_process(first);
  UniqueFd console;
  if (process.terminal) console = connect_to(wishes.console_socket);
  int flags = 0;
  for (const Namespace& each : options.namespaces)
    flags |= each.flag;
  // With CLONE_NEWPID, setns(2) moves only our next children.
  if ((flags & CLONE_NEWPID) != 0)
    check(setns(init.get(), CLONE_NEWPID), "setns", "pid");
  Channel channel;
  common::Process added(SIGCHLD, [&] {
    channel.be_container();
    return tell_errors(channel, [&] {
      channel.wait_for("go");
      // Before the container can see this process: /proc/PID/exe is the runtime.
      check(prctl(PR_SET_DUMPABLE, 0), "prctl", "PR_SET_DUMPABLE");
      if (const int rest = flags & ~CLONE_NEWPID; rest != 0)
        check(setns(init.get(), rest), "setns");
      if (!options.has_new(CLONE_NEWNS)) {
        // The root of the namespace is not that of the container.
        check(fchdir(rootfs.get()), "chdir", root);
        check(chroot("."), "chroot", root);
      }
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
      return become(process, filter, wishes.preserve_fds);
    });
  });
  channel.be_host();
  console.reset();
  cgroup.join(added.pid());
  if (options.has(CLONE_NEWUSER)) set_rlimits(process, added.pid());
  set_oom_score(process, added.pid());
  channel.say("go");
  channel.wait_for("ready");
  write_pid_file(wishes.pid_file, added.pid());
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
