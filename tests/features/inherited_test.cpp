// SPDX-License-Identifier: MIT
// What clone(2) and execve(2) would pass on from the caller does not reach the
// container: files, environment, groups, umask, keys, shared memory.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <vector>

#include <fcntl.h>
#include <grp.h>
#include <linux/keyctl.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/support/errors.hpp"
#include "tests/support/files.hpp"
#include "tests/support/host.hpp"
#include "tests/support/step.hpp"

namespace {

using namespace support;

// A caller that has a directory of the host open, without close-on-exec.
Launch
with_directory(Launch launch, int fd, const std::string& directory = "/") {
  launch.before_exec = [=] {
    const int opened = open(directory.c_str(), O_RDONLY | O_CLOEXEC);
    if (opened == -1 || dup2(opened, fd) == -1) _exit(120);
    if (fcntl(fd, F_SETFD, 0) == -1) _exit(120);
  };
  return launch;
}

TEST(Inherited, TheCommandHasNoDescriptorOfTheCaller) {
  matters("openat(2) starts at an open directory of the host, whatever / is");
  for (const int fd : {3, 9, 700}) {
    const Result result =
        run(with_directory(container({probe(), "descriptors"}), fd));
    EXPECT_TRUE(printed(result, "0\n1\n2\n"))
        << "the caller had descriptor " << fd << " open";
  }
}

TEST(Inherited, TheInitHasNoDescriptorOfTheCaller) {
  matters(
      "the init never calls execve(2), so close-on-exec closes nothing in it: "
      "/proc/1/fd leads to all that it has open");
  const TemporaryDirectory directory;
  const Running running(
      with_directory(container({probe(), "pause"}), 9, directory.path()));
  const std::string fds = "/proc/" + std::to_string(running.init()) + "/fd/";
  ASSERT_FALSE(list_directory(fds).empty());
  for (const std::string& fd : list_directory(fds)) {
    EXPECT_TRUE(read_link(fds + fd) != directory.path())
        << but("the caller's directory is not open in the init",
               "the init has a descriptor of the caller: " + fd);
  }
}

TEST(Inherited, ADirectoryAsAStandardStreamIsRefused) {
  matters(
      "the command keeps 0, 1 and 2, and a directory there is as good a way to "
      "the host's files as any other");
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    const Result result =
        run(with_directory(container({probe(), "exit", "5"}), fd));
    EXPECT_TRUE(exited(result, 125)) << "descriptor " << fd;
  }
  EXPECT_TRUE(refused(
      run(with_directory(container({"/bin/echo", "ran"}), STDIN_FILENO)),
      "stdin, stdout or stderr: Is a directory"));
}

Launch with_variables(const std::vector<std::string>& command) {
  Launch launch = container(command);
  launch.environment = {
      {"AWS_SECRET", "the caller's secret"},
      {"HOME", "/home/caller"},
      {"TERM", "vt100"}};
  return launch;
}

constexpr const char* kPath =
    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n";

TEST(Inherited, TheEnvironmentIsTheContainersOwn) {
  matters("people keep passwords in variables; TERM is for the terminal");
  const std::string expected = std::string(kPath) + "HOME=/root\nTERM=";
  EXPECT_TRUE(printed(run(with_variables({"env"})), expected + "vt100\n"));
  matters("a service has no terminal, and no TERM");
  Launch launch = with_variables({"env"});
  launch.before_exec = [] { unsetenv("TERM"); };
  EXPECT_TRUE(printed(run(launch), expected + "dumb\n"));
}

TEST(Inherited, TheInitShowsNothingOfTheCallersEnvironment) {
  matters(
      "/proc/1/environ shows the memory in which the variables were when the "
      "runtime started: erase it, as clearenv(3) does not");
  const Running running(with_variables({probe(), "pause"}));
  std::string shown =
      read_file("/proc/" + std::to_string(running.init()) + "/environ");
  std::erase(shown, '\0');
  EXPECT_TRUE(shown.empty())
      << but("/proc/1/environ shows nothing of the caller",
             "it shows variables of the caller: " + shown.substr(0, 200));
}

TEST(Inherited, TheContainersPathDecidesWhatIsRun) {
  matters("PATH names directories of the host, and the rootfs has its own");
  const CommonDirectory directory;
  write_file(directory.outside() + "/found", "#!/bin/sh\necho ran\n", 0755);
  Launch launch = container({"found"});
  launch.environment["PATH"] = directory.inside() + ":" + std::getenv("PATH");
  EXPECT_TRUE(not_run(run(launch), 127, "found"));
  matters("a caller without any PATH is none of the container's business");
  launch = container({"echo", "ran"});
  launch.environment["PATH"] = "/nonexistent";
  EXPECT_TRUE(printed(run(launch), "ran\n"));
}

TEST(Inherited, TheGroupsAreGone) {
  matters(
      "a supplementary group opens what its members may read, and user and "
      "group 0 are no reason to lose it");
  Launch launch = container({probe(), "pause"});
  launch.before_exec = [] {
    const gid_t groups[] = {4, 1234};
    if (setgroups(2, groups) == -1) _exit(120);
  };
  const Running running(launch);
  for (const pid_t pid : {running.init(), running.command()}) {
    EXPECT_TRUE(
        is("the list of supplementary groups",
           testing::PrintToString(words(status_field(pid, "Groups"))),
           "{}"));
  }
}

TEST(Inherited, TheUmaskIsTheUsualOne) {
  matters("with a umask of 0, every file that a program makes is everybody's");
  for (const mode_t mask : {0, 0077}) {
    Launch launch = container({"/bin/sh", "-c", "umask"});
    launch.before_exec = [=] { umask(mask); };
    EXPECT_TRUE(printed(run(launch), "0022\n"));
  }
}

TEST(Inherited, TheKeysOfTheCallersSessionAreOutOfReach) {
  matters("no namespace hides the session keyring: the init has to leave it");
  Launch launch = container({"cat", "/proc/keys"});
  launch.before_exec = [] {
    // For those who possess it alone: whoever sees it is in the same session.
    constexpr unsigned kPossessor = 0x3f000000;
    syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, nullptr);
    const long key = syscall(
        SYS_add_key,
        "user",
        "callers-key",
        "secret",
        6,
        KEY_SPEC_SESSION_KEYRING);
    if (key == -1) _exit(120);
    if (syscall(SYS_keyctl, KEYCTL_SETPERM, key, kPossessor) == -1) _exit(120);
  };
  const Result result = run(launch);
  EXPECT_TRUE(exited(result, 0));
  EXPECT_FALSE(result.out.find("callers-key") != std::string::npos)
      << but("no key of the caller's session in /proc/keys",
             "the caller's key is there",
             &result);
}

TEST(Inherited, TheIpcNamespaceIsNotTheHosts) {
  matters("CLONE_NEWIPC among the flags of clone(2) makes it");
  const Running running(container({probe(), "pause"}));
  EXPECT_TRUE(own_namespace(running.command(), "ipc"));
}

// A shared memory segment of the host, which would outlive its maker.
class SharedMemory {
 public:
  SharedMemory() : id_(shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600)) {
    if (id_ == -1) throw std::runtime_error("shmget");
  }
  SharedMemory(const SharedMemory&) = delete;
  SharedMemory& operator=(const SharedMemory&) = delete;
  ~SharedMemory() { shmctl(id_, IPC_RMID, nullptr); }

 private:
  int id_;
};

TEST(Inherited, SharedMemoryOfTheHostIsNotSeen) {
  matters("databases and desktops share memory so, and root may read it");
  const SharedMemory memory;
  const Result result = run(container({"cat", "/proc/sysvipc/shm"}));
  EXPECT_TRUE(exited(result, 0));
  EXPECT_TRUE(lines(result.out).size() == 1)  // the names of the columns
      << but("the container has no shared memory",
             "it sees shared memory of the host",
             &result);
}

}  // namespace
