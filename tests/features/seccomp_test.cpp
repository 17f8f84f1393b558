// SPDX-License-Identifier: MIT
// The command runs behind a filter: the kernel refuses some calls before it
// looks at them, and kills a program that calls as another architecture.
#include <gtest/gtest.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <ostream>
#include <string>
#include <vector>

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/support/errors.hpp"
#include "tests/support/host.hpp"
#include "tests/support/step.hpp"

namespace {

using namespace support;

const std::string kNotPermitted = "Operation not permitted\n";
const std::string kNotImplemented = "Function not implemented\n";

// All ones: no valid flag, descriptor or address.
constexpr unsigned long kBad = ~0UL;

Launch calling(long number, const std::vector<unsigned long>& arguments) {
  std::vector<std::string> command{probe(), "call", std::to_string(number)};
  for (const unsigned long argument : arguments) {
    command.push_back(std::to_string(argument));
  }
  return container(command);
}

Result call(long number, const std::vector<unsigned long>& arguments = {}) {
  return run(calling(number, arguments));
}

// A filter for the runtime, as that of another sandbox: the call fails with this
// error. Root may add a filter. Of two that refuse, the newer one decides.
void fail_with(long number, unsigned error) {
  std::array<sock_filter, 4> code{{
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ, static_cast<unsigned>(number), 0, 1),
      BPF_STMT(BPF_RET, SECCOMP_RET_ERRNO | error),
      BPF_STMT(BPF_RET, SECCOMP_RET_ALLOW),
  }};
  const sock_fprog program{.len = code.size(), .filter = code.data()};
  if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == -1) _exit(120);
}

struct Refused {
  const char* name;
  long number;
  // Such that without a filter the error is another one. Where the kernel looks
  // at the rights first, there are none: see the test.
  std::vector<unsigned long> arguments;
};

// GoogleTest looks for this name.
// NOLINTNEXTLINE(readability-identifier-naming)
void PrintTo(const Refused& refused, std::ostream* out) {
  *out << refused.name;
}

class RefusedCalls : public testing::TestWithParam<Refused> {};

TEST_P(RefusedCalls, IsNotPermitted) {
  matters("what cannot be called cannot be attacked");
  const auto& [name, number, arguments] = GetParam();
  Launch launch = calling(number, arguments);
  // The step's own filter is newer, and has the last word.
  if (arguments.empty()) {
    launch.before_exec = [number = number] { fail_with(number, EDOM); };
  }
  EXPECT_TRUE(printed(run(launch), kNotPermitted));
}

INSTANTIATE_TEST_SUITE_P(
    All,
    RefusedCalls,
    testing::Values(
        Refused{"add_key", SYS_add_key, {kBad, kBad}},
        Refused{"keyctl", SYS_keyctl, {kBad}},
        Refused{"request_key", SYS_request_key, {kBad, kBad}},
        Refused{"bpf", SYS_bpf, {1, 0, 1UL << 20}},
        Refused{"perf_event_open", SYS_perf_event_open, {0, 0, 0, 0, kBad}},
        Refused{"userfaultfd", SYS_userfaultfd, {kBad}},
        Refused{"fanotify_init", SYS_fanotify_init, {0x200, kBad}},
        Refused{"syslog", SYS_syslog, {}},
        Refused{"io_uring_setup", SYS_io_uring_setup, {}},
        Refused{"io_uring_enter", SYS_io_uring_enter, {kBad, 0, 0, kBad}},
        Refused{"io_uring_register", SYS_io_uring_register, {kBad, kBad}},
        Refused{"open_by_handle_at", SYS_open_by_handle_at, {}},
        Refused{"setns", SYS_setns, {kBad, 0}}),
    [](const auto& test) { return test.param.name; });

TEST(Seccomp, HoldsInitAndCommand) {
  matters("2 is the mode \"filter\". A child inherits it, for good");
  Running running(container({probe(), "pause"}));
  for (const pid_t pid : {running.init(), running.command()}) {
    EXPECT_TRUE(is("Seccomp", status_field(pid, "Seccomp"), "2"));
  }
}

TEST(Seccomp, RefusesAUserNamespace) {
  matters("root of a new user namespace has all capabilities there");
  EXPECT_TRUE(printed(call(SYS_unshare, {CLONE_NEWUSER}), kNotPermitted));
  EXPECT_TRUE(
      printed(call(SYS_unshare, {CLONE_NEWUSER | CLONE_NEWNS}), kNotPermitted));
  EXPECT_TRUE(
      printed(call(SYS_clone, {CLONE_NEWUSER | SIGCHLD}), kNotPermitted));
  matters("what else the two calls do, is as it was");
  EXPECT_TRUE(printed(call(SYS_unshare, {CLONE_FILES}), "no error\n"));
}

TEST(Seccomp, HidesClone3) {
  matters(
      "its flags are in memory, where a filter cannot look. ENOSYS makes "
      "programs use clone(2), and with EPERM they give up");
  EXPECT_TRUE(printed(call(SYS_clone3, {0, 0}), kNotImplemented));
  EXPECT_TRUE(printed(
      run(container({probe(), "threads"}, {"--pids-max", "5"})),
      "3 started, then EAGAIN\n"));
}

TEST(Seccomp, RefusesToTypeIntoATerminal) {
  for (const unsigned long request : {TIOCSTI, TIOCLINUX}) {
    matters(
        "TIOCSTI types a line into the shell of the host. On a console, "
        "TIOCLINUX can select text and paste it");
    EXPECT_TRUE(printed(call(SYS_ioctl, {0, request, 0}), kNotPermitted));
    matters("the kernel ignores the high 32 bits of the request: so must we");
    EXPECT_TRUE(
        printed(call(SYS_ioctl, {0, 1UL << 32 | request, 0}), kNotPermitted));
  }
}

// Elsewhere, one program cannot make the calls of two architectures.
#ifdef __x86_64__
TEST(Seccomp, KillsCallsOfAnotherArchitecture) {
  const auto expect_killed = [](const std::vector<std::string>& command) {
    EXPECT_TRUE(exited(run(container(command)), 128 + SIGSYS));
  };
  matters("there the same number is another call, and passes the filter");
  // A kernel can be built without the calls of i386: SIGSEGV, with any filter.
  Launch on_host;
  on_host.argv = {std::getenv("BOXSTEP_PROBE"), "call32"};
  if (run(on_host).status != -SIGSEGV) expect_killed({probe(), "call32"});
  const long x32_getpid = 0x40000000 | SYS_getpid;
  expect_killed({probe(), "call", std::to_string(x32_getpid)});
}
#endif

TEST(FailClosedSeccomp, WhenTheFilterIsRefused) {
  matters("without a filter, the command must not run");
  Launch launch = container({"/bin/echo", "ran"});
  launch.before_exec = [] { fail_with(SYS_seccomp, EPERM); };
  EXPECT_TRUE(refused(run(launch), "seccomp"));
}

}  // namespace
