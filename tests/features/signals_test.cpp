// SPDX-License-Identifier: MIT
// What is sent to the runtime is meant for the command, and reaches it once.
#include <algorithm>
#include <csignal>
#include <cstring>
#include <ctime>
#include <string>
#include <utility>
#include <vector>

#include <unistd.h>

#include <gtest/gtest.h>

#include "tests/support/errors.hpp"
#include "tests/support/host.hpp"
#include "tests/support/pty.hpp"
#include "tests/support/step.hpp"
#include "tests/support/wait.hpp"

namespace {

using namespace support;

// The real-time ones are queued: one that is sent twice comes twice, where two
// SIGTERMs in a row may become one.
std::vector<int> passed_on() {
  return {
      SIGHUP,
      SIGINT,
      SIGQUIT,
      SIGUSR1,
      SIGUSR2,
      SIGALRM,
      SIGTERM,
      SIGWINCH,
      SIGRTMIN,
      SIGRTMIN + 1,
      SIGRTMAX};
}

// A command that prints the number of each signal that comes.
class Catcher : public Running {
 public:
  explicit Catcher(
      void (*before_exec)() = nullptr,
      const std::vector<std::string>& command = {probe(), "catch"})
      : Running([&] {
          Launch launch = container(command);
          launch.before_exec = before_exec;
          return launch;
        }()) {}

  long caught(int signal) {
    const std::vector<std::string> all = words(runtime().out());
    return std::count(all.begin(), all.end(), std::to_string(signal));
  }

  bool catches(int signal, long count = 1) {
    return eventually([&] { return caught(signal) >= count; });
  }
};

std::string lost(int signal) {
  return but(
      std::string("the command gets it: ") + strsignal(signal),
      "it was lost on the way");
}

bool becomes(pid_t pid, char state) {
  return eventually([&] { return process_state(pid) == state; });
}

TEST(Signals, EachReachesTheCommandOnce) {
  matters(
      "who stops a container sends SIGTERM to the runtime, and means the "
      "command; a shell signals the whole group, and then it came twice");
  for (const bool to_group : {false, true}) {
    Catcher command([] { setpgid(0, 0); });
    const pid_t runtime = command.runtime().pid();
    std::string expected = "ready\n";
    for (const int signal : passed_on()) {
      ASSERT_EQ(kill(to_group ? -runtime : runtime, signal), 0);
      EXPECT_TRUE(command.catches(signal)) << lost(signal);
      expected += std::to_string(signal) + "\n";
    }
    EXPECT_TRUE(printed(command.end(), expected));
  }
}

TEST(Signals, ThoseOfATerminalReachTheGroupOfTheCommand) {
  matters("Ctrl-C is for all that the command has started, not for it alone");
  Catcher command(
      nullptr,
      {"sh", "-c", "trap : INT QUIT TSTP TERM; " + probe() + " catch; exit 4"});
  command.runtime().send(SIGTERM);
  for (const int signal : {SIGINT, SIGQUIT, SIGTSTP}) {
    command.runtime().send(signal);
    EXPECT_TRUE(command.catches(signal)) << lost(signal);
  }
  EXPECT_TRUE(is("how often SIGTERM came", command.caught(SIGTERM), 0));
  EXPECT_TRUE(exited(command.end(), 4));
}

TEST(Signals, SighupIsNotPassedOnIfTheCallerIgnoresIt) {
  matters("nohup(1) is to protect a container as it protects other commands");
  Catcher command([] { std::signal(SIGHUP, SIG_IGN); });
  command.runtime().send(SIGHUP);
  kill(command.init(), SIGHUP);
  command.runtime().send(SIGUSR1);
  EXPECT_TRUE(command.catches(SIGUSR1)) << lost(SIGUSR1);
  EXPECT_TRUE(is("how often SIGHUP came", command.caught(SIGHUP), 0));
  EXPECT_TRUE(exited(command.end(), 0));
}

TEST(Signals, ABurstOfThemReachesTheCommandWhole) {
  matters("real-time signals are queued, and the passing on must not drop any");
  constexpr int kBurst = 100;
  Catcher command;
  for (int i = 0; i < kBurst; ++i) {
    for (const int signal : passed_on())
      command.runtime().send(signal);
  }
  for (const int signal : passed_on())
    EXPECT_TRUE(command.catches(signal, signal < SIGRTMIN ? 1 : kBurst))
        << lost(signal);
  const Result result = command.end();
  EXPECT_TRUE(is("how often SIGRTMIN came", command.caught(SIGRTMIN), kBurst))
      << result;
  EXPECT_TRUE(is("how often SIGRTMAX came", command.caught(SIGRTMAX), kBurst))
      << result;
  EXPECT_TRUE(exited(result, 0));
}

TEST(Signals, SigtermEndsAContainerAtAnyMomentOfItsStart) {
  matters("a signal that comes between fork and exec must not be lost");
  // It is up after a millisecond or two.
  for (long microseconds = 0; microseconds < 3000; microseconds += 75) {
    const timespec moment{.tv_sec = 0, .tv_nsec = microseconds * 1000};
    Process runtime(container({"sleep", "1000"}));
    nanosleep(&moment, nullptr);
    runtime.send(SIGTERM);
    const Result result = runtime.wait();
    // By the signal itself, if it was earlier than the runtime.
    EXPECT_TRUE(result.status == 128 + SIGTERM || result.status == -SIGTERM)
        << but("SIGTERM ends the container", end_of(result), &result);
  }
}

TEST(Signals, TheirEffectOnTheCommandIsTheExitStatus) {
  matters("the caller sees from it what the signal has done");
  // glibc keeps 32 and 33 for itself, and leaves them out of "all signals".
  for (const int signal : {SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGTERM, 32, 33}) {
    Running command(container({probe(), "pause"}));
    command.runtime().send(signal);
    const Result result = command.runtime().wait();
    EXPECT_TRUE(exited(result, 128 + signal));
  }
}

TEST(Signals, OneThatTheCommandHandlesIsFollowedToItsEnd) {
  matters("the command may clean up: the runtime waits for it");
  // Between two commands a shell looks for signals. One that comes just before
  // it reads is seen when it has read.
  const std::string script =
      "trap 'echo cleaning; read -r line; exit 7' TERM; echo ready;"
      "while :; do sleep 0.02; done";
  Running command(container({"sh", "-c", script}));
  command.runtime().send(SIGTERM);
  EXPECT_TRUE(eventually([&] {
    return words(command.runtime().out()).back() == "cleaning";
  })) << lost(SIGTERM);
  EXPECT_TRUE(command.runtime().running())
      << but("the runtime waits until the command has cleaned up",
             "it has ended");
  const Result result = command.end();
  EXPECT_TRUE(exited(result, 7));
}

TEST(Signals, SentToTheInitFromInsideReachTheCommand) {
  matters("PID 1 gets no signal that it has no handler for");
  Catcher command(nullptr, {probe(), "send", std::to_string(SIGTERM)});
  EXPECT_TRUE(command.catches(SIGTERM)) << lost(SIGTERM);
}

TEST(Signals, WaitForARuntimeThatIsStopped) {
  matters("a runtime that is stopped loses nothing, as any process");
  Catcher command;
  command.runtime().send(SIGSTOP);
  EXPECT_TRUE(becomes(command.runtime().pid(), 'T'))
      << but("SIGSTOP stops the runtime", "it goes on");
  command.runtime().send(SIGUSR1);
  command.runtime().send(SIGRTMIN);
  EXPECT_TRUE(is("how often SIGUSR1 came", command.caught(SIGUSR1), 0));
  command.runtime().send(SIGCONT);
  EXPECT_TRUE(command.catches(SIGUSR1)) << lost(SIGUSR1);
  EXPECT_TRUE(command.catches(SIGRTMIN)) << lost(SIGRTMIN);
  const Result result = command.end();
  EXPECT_TRUE(is("how often SIGRTMIN came", command.caught(SIGRTMIN), 1))
      << result;
  EXPECT_TRUE(exited(result, 0));
}

// In a job that a shell could stop, but without a terminal to type `fg` at.
TEST(Signals, ACommandThatIsStoppedStaysSoUntilItIsContinued) {
  matters("SIGSTOP and SIGCONT are how batch systems pause a job");
  Catcher command([] { setpgid(0, 0); });
  for (const auto& [who, process] :
       {std::pair{"the command", command.command()},
        std::pair{"the runtime", command.runtime().pid()}}) {
    kill(command.command(), SIGSTOP);
    EXPECT_TRUE(becomes(command.command(), 'T'))
        << but("SIGSTOP stops the command", "it goes on");
    // The runtime has noticed when it has passed the next one on.
    command.runtime().send(SIGUSR1);
    EXPECT_TRUE(eventually([&] {
      return is_pending(command.command(), SIGUSR1);
    })) << lost(SIGUSR1);
    EXPECT_TRUE(
        is("the state of the stopped command",
           process_state(command.command()),
           'T'));
    const long before = command.caught(SIGUSR1);
    kill(process, SIGCONT);
    EXPECT_TRUE(command.catches(SIGUSR1, before + 1))
        << but("SIGCONT continues the command",
               std::string("it does not, sent to ") + who);
  }
  const Result result = command.end();
  EXPECT_TRUE(exited(result, 0));
}

TEST(Signals, ACommandThatStopsItselfDoesNotStopItsRuntime) {
  matters("with its group stopped, timeout(1) never ends the container");
  Launch launch = container({probe(), "pause"});
  launch.before_exec = [] { setpgid(0, 0); };
  Running command(launch);
  kill(command.command(), SIGTSTP);
  EXPECT_TRUE(becomes(command.command(), 'T'))
      << but("SIGTSTP stops the command", "it goes on");
  command.runtime().send(SIGTERM);
  EXPECT_TRUE(eventually([&] {
    return is_pending(command.command(), SIGTERM);
  })) << lost(SIGTERM);
  command.runtime().send(SIGCONT);
  EXPECT_TRUE(exited(command.runtime().wait(), 128 + SIGTERM));
}

TEST(Signals, AnInitThatWasStoppedGoesOn) {
  matters(
      "to be stopped and continued interrupts some calls: EINTR, signal(7)");
  Catcher command;
  kill(command.init(), SIGSTOP);
  EXPECT_TRUE(becomes(command.init(), 'T'))
      << but("SIGSTOP stops the init", "it goes on");
  kill(command.init(), SIGCONT);
  command.runtime().send(SIGUSR1);
  EXPECT_TRUE(command.catches(SIGUSR1)) << lost(SIGUSR1);
  EXPECT_TRUE(exited(command.end(), 0));
}

}  // namespace
