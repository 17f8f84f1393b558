// SPDX-License-Identifier: MIT
// The exercises of step 04.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/check.hpp"
#include "tests/exercises/exercises.hpp"
#include "tests/support/pty.hpp"
#include "tests/support/throwaway.hpp"

namespace {

using namespace support;
using namespace exercises;

// Whether it sleeps in read(2), as one that waits at the gate.
bool reads(pid_t pid) {
  const std::string file = "/proc/" + std::to_string(pid) + "/syscall";
  return read_file(file).starts_with(std::to_string(SYS_read) + " ");
}

TEST(ExerciseCgroupNamespace, TheContainersCgroupIsItsRoot) {
  matters(
      "unshare(2) with CLONE_NEWCGROUP makes a new one. A path with .. means "
      "that this was before the host had put the process into its cgroup. "
      "Which "
      "line of child() waits for that? On a busy machine the host is late");
  LateHost host(container({"cat", "/proc/self/cgroup"}));
  eventually([&] {
    const std::vector<pid_t> children = children_of(host.runtime().pid());
    return !host.runtime().running() ||
        (!children.empty() &&
         (reads(children[0]) || own_namespace(children[0], "cgroup")));
  });
  host.go_on();
  const Result result = host.runtime().wait();
  const std::string path = pids_path(result.out);
  EXPECT_TRUE(path == "/") << but(
      "the container sees its own cgroup as /",
      "it sees it as '" + path + "'",
      &result);
}

TEST(ExerciseNamespaces, TheAnswerIsWhatIsShared) {
  Running running(container({probe(), "pause"}));
  std::string shared;
  for (const std::string& name : list_directory("/proc/self/ns")) {
    // What children will be in is the same question again.
    if (name.ends_with("_for_children")) continue;
    const std::string inside = namespace_id(running.command(), name);
    if (inside == namespace_id(getpid(), name)) shared += " " + name;
  }
  EXPECT_TRUE(answered(
      shared,
      "names of namespaces, without those that end in _for_children",
      "compare `sudo ls -l /proc/PID/ns` of the container's command with that "
      "of your shell"));
}

// In version 2, the root of a hierarchy may have processes beside its children,
// and no other cgroup may (cgroups(7)). That of the throwaway host is no root: so
// this process leaves it for as long as this exists.
class EmptyRoot {
 public:
  EmptyRoot() {
    if (!exists(control_)) return;
    common::check(mkdir(host_.c_str(), 0755), "mkdir", host_);
    write_file(host_ + "/cgroup.procs", "0");
  }
  EmptyRoot(const EmptyRoot&) = delete;
  EmptyRoot& operator=(const EmptyRoot&) = delete;
  ~EmptyRoot() {
    if (!exists(control_)) return;
    write_file(control_, "-pids");  // or it is not to be entered again
    write_file(root_ + "/cgroup.procs", "0");
    rmdir(host_.c_str());
  }

 private:
  std::string root_ = pids_hierarchy();
  std::string control_ = root_ + "/cgroup.subtree_control";
  std::string host_ = root_ + "/host";
};

Result run_answer(const std::vector<std::string>& command) {
  const EmptyRoot root;
  Launch launch{.argv = {"sh", "-c", answer(), "sh", rootfs()}};
  launch.argv.insert(launch.argv.end(), command.begin(), command.end());
  return run(launch);
}

TEST(ExerciseOneLine, TheCommandIsNumberOneInTheRootfs) {
  matters(
      "1 is the command's own number, and 0 says that its parent is outside: "
      "unshare --pid --fork does that");
  EXPECT_TRUE(printed(run_answer({"/bin/probe", "pid"}), "1 0\n"));
}

TEST(ExerciseOneLine, TheLimitHolds) {
  matters(
      "the command starts processes until fork(2) fails with EAGAIN. Is it in "
      "the cgroup, and is the limit in its pids.max?");
  const Result result = run_answer({"/bin/probe", "forks"});
  EXPECT_TRUE(result.out.find("then EAGAIN") != std::string::npos)
      << but("fork(2) fails with EAGAIN at 20 tasks",
             quoted(result.out) + "; " + end_of(result),
             &result);
}

TEST(ExerciseOpenFiles, NobodyInsideCanRaiseTheLimitUnnoticed) {
  matters(
      "setrlimit(2) in child() sets what `ulimit -n` shows. Any process may "
      "raise its soft limit up to the hard one: set both");
  EXPECT_TRUE(printed(
      run(container(
          {"/bin/sh", "-c", "ulimit -Sn; ulimit -Hn"},
          {"--open-files", "64"})),
      "64\n64\n"));
}

TEST(ExerciseOpenFiles, TheRuntimesOwnStaysAsItWas) {
  matters("call setrlimit(2) in child(), so that it is not the runtime's");
  Running running(container({probe(), "pause"}, {"--open-files", "64"}));
  rlimit limit{};
  ASSERT_EQ(
      prlimit(running.runtime().pid(), RLIMIT_NOFILE, nullptr, &limit),
      0);
  EXPECT_TRUE(limit.rlim_cur != 64)
      << but("the runtime keeps the limit it had", "its limit is 64");
}

TEST(ExerciseRefusals, TheAnswerIsWhatTheKernelHasCounted) {
  // As a person types it: the shell says "Cannot fork", and has a prompt again.
  const std::string prompt = "ready> ";
  Pty shell(container({"dash"}, {"--pids-max", "5"}).argv, {{"PS1", prompt}});
  shell.expect(prompt);
  for (int i = 0; i < 6; ++i) {
    shell.type("sleep 1000 &\n");
    shell.expect(prompt);
  }
  const std::string cgroup = pids_cgroup_of(children_of(shell.leader()).at(0));
  const std::string current = words(read_file(cgroup + "/pids.current")).at(0);
  const std::string refused = words(read_file(cgroup + "/pids.events")).at(1);
  shell.type("exit\n");
  shell.wait();
  EXPECT_TRUE(answered(
      current + " " + refused,
      "two numbers",
      "the first number is how many tasks live, with the init and the shell. "
      "The second is how many more were refused: read pids.current and "
      "pids.events in the container's cgroup, on the host"));
}

}  // namespace
