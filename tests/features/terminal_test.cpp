// SPDX-License-Identifier: MIT
// A person at a terminal has a whole one in the container, and the shell that
// the runtime was typed into has it back afterwards as it was.

#include <algorithm>
#include <cctype>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "tests/support/errors.hpp"
#include "tests/support/files.hpp"
#include "tests/support/host.hpp"
#include "tests/support/pty.hpp"
#include "tests/support/step.hpp"

namespace {

using namespace support;

constexpr const char* kHostPrompt = "host> ";
constexpr const char* kBoxPrompt = "box> ";

// What starts a command in a container, for a shell to split at its blanks: so
// its paths are those of links, as the build's own may have some.
std::string start_of_line() {
  static const TemporaryDirectory links;
  std::string line;
  for (std::string word : container({}).argv) {
    if (word.starts_with('/')) {
      const std::string link = links.path() + word.substr(word.rfind('/'));
      symlink(word.c_str(), link.c_str());
      word = link;
    }
    line += word + " ";
  }
  return line;
}

// Less what busybox adds for colours and to find the cursor: ESC [ … letter.
std::string without_escapes(std::string text) {
  constexpr const char* kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  for (auto at = text.find("\x1b["); at != std::string::npos;
       at = text.find("\x1b[")) {
    text.erase(at, text.find_first_of(kLetters, at) - at + 1);
  }
  return text;
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

void expect_still_stopped(pid_t command) {
  EXPECT_TRUE(
      is("the state of the stopped command", process_state(command), 'T'));
}

// An interactive shell on the host, at its prompt. $RUN starts a command in a
// container: what is typed stays short enough for a line of the terminal.
class HostShell : public Pty {
 public:
  explicit HostShell(const std::string& shell, Environment extra = {})
      : Pty(words(shell), with_defaults(std::move(extra))) {
    expect(kHostPrompt);
    modes_ = modes();
  }

  // Types a line; returns what is shown for it before the next prompt.
  std::string ask(
      const std::string& line,
      const std::string& prompt = kHostPrompt) {
    type(line + "\n");
    // Its echo. That of the line before can come late, after the prompt.
    expect(line);
    expect("\n");
    return without_escapes(expect(prompt));
  }
  std::string ask_box(const std::string& line) { return ask(line, kBoxPrompt); }

  // Starts a shell in a container, which has nothing to complain of. No command
  // line has the whole prompt: the terminal and ps show command lines, too.
  void enter_box(const std::string& shell) {
    const std::string shown =
        ask_box("$RUN sh -c 'PS1=b$0 exec \"$@\"' 'ox> ' " + shell);
    EXPECT_TRUE(shown.empty() || has(shown, "BusyBox v"))
        << but("the shell starts with its prompt", shown);
    EXPECT_TRUE(names(shown, "tty", /*expected=*/false));
  }

  // Starts a command that shows each line it reads with a $ at its end.
  void start_cat(const std::string& line = "$RUN cat -e") {
    type(line + "\n");
    expect("\n");
    expect_cat();
  }
  void expect_cat() {
    type("meow\n");
    expect("meow$");
  }

  pid_t start_sleep() {
    type("$RUN sleep 1000\n");
    return process("sleep");
  }

  void expect_stopped() {
    expect("Stopped");
    expect(kHostPrompt);
    EXPECT_TRUE(has_terminal());
  }
  void stop_by_key() {
    type(kCtrlZ);
    expect_stopped();
  }
  void continue_cat() {
    type("fg\n");
    expect_cat();
  }

  // The shell waits for the job: it has given it the terminal and, dash always
  // and bash where it was stopped, a SIGCONT, before which a Ctrl-Z is nothing.
  // The runtime gives the terminal on, and then sends its SIGCONT: so wait until
  // nobody runs.
  void wait_for_fg() {
    until("the job is in the foreground", [&] {
      const std::vector<pid_t> all = processes();
      return foreground() != leader() &&
          std::none_of(all.begin(), all.end(), [](pid_t pid) {
               return process_state(pid) == 'R';
             });
    });
  }

  // The prompt was shown and the terminal is as it was at the first one.
  void expect_back(const std::string& status) {
    EXPECT_TRUE(has_terminal());
    const termios now = modes();
    const bool as_before = now.c_iflag == modes_.c_iflag &&
        now.c_oflag == modes_.c_oflag && now.c_cflag == modes_.c_cflag &&
        now.c_lflag == modes_.c_lflag;
    EXPECT_TRUE(as_before) << but(
        "the terminal has the modes it had: echo, line editing",
        "they have changed, see stty(1)");

    // The echo of a line can end after the shell's answer to it has begun.
    const std::vector<std::string> expected = {status};
    EXPECT_TRUE(is("the exit status", words(ask("echo $?")), expected));
    expect_ended();
  }

  void expect_end(const std::string& status) {
    expect(kHostPrompt);
    expect_back(status);
  }

  // A key ends the job.
  void end_by(std::string_view key, const std::string& status) {
    type(key);
    expect_end(status);
  }

  void expect_ended() {
    until("it has ended", [&] { return processes().size() == 1; });
  }

  // The shell goes on reading.
  void expect_answer() {
    EXPECT_TRUE(has_terminal());
    EXPECT_TRUE(names(ask("echo $((40 + 2))"), "42\r\n"));
  }

  // The shell does, and not the job.
  testing::AssertionResult has_terminal() const {
    return is(
        "the process group that has the terminal, the shell's,",
        foreground(),
        leader());
  }

 private:
  static Environment with_defaults(Environment environment) {
    environment.merge(Environment{
        {"RUN", start_of_line()},
        {"PS1", kHostPrompt},
        {"ENV", ""},
        {"HISTFILE", ""},
        {"INPUTRC", "/dev/null"},
        {"LC_ALL", "C"},
        {"TERM", "dumb"}});
    return environment;
  }

  termios modes_{};
};

std::string first_word(const char* shell) {
  std::string name = words(shell).front();
  name[0] = static_cast<char>(std::toupper(name[0]));
  return name;
}

constexpr const char* kHostShells[] = {"bash --norc --noprofile", "sh"};
constexpr const char* kBoxShells[] = {"bash --norc", "sh", "busybox sh"};

// A shell in a container that was started from a shell on the host.
class ContainerShell
    : public testing::TestWithParam<std::tuple<const char*, const char*>> {
 protected:
  void SetUp() override {
    // The only one of them that a rootfs can do without.
    if (box_shell_ == "busybox sh") {
      const Result result = run(container({"busybox", "true"}));
      if (result.status == 127) GTEST_SKIP() << "missing: busybox" << result;
    }
    host_.enter_box(box_shell_);
  }

  HostShell host_{std::get<0>(GetParam())};
  const std::string box_shell_ = std::get<1>(GetParam());
};

INSTANTIATE_TEST_SUITE_P(
    Terminal,
    ContainerShell,
    testing::Combine(
        testing::ValuesIn(kHostShells),
        testing::ValuesIn(kBoxShells)),
    [](const auto& info) {
      return first_word(std::get<1>(info.param)) + "From" +
          first_word(std::get<0>(info.param));
    });

std::string hostname_inside() {
  return knows("--hostname") ? "container" : hostname();
}

TEST_P(ContainerShell, ShowsTheContainersNameFilesAndProcesses) {
  matters(
      "these three commands are what the step is about, typed at a terminal");
  EXPECT_TRUE(
      is("hostname", host_.ask_box("hostname"), hostname_inside() + "\r\n"));

  std::vector<std::string> files = words(host_.ask_box("ls /"));
  std::sort(files.begin(), files.end());
  std::vector<std::string> expected =
      list_directory(knows("--rootfs") ? rootfs() : "/");
  std::erase_if(expected, [](const auto& name) { return name[0] == '.'; });
  EXPECT_TRUE(is("ls /", files, expected));

  const std::string processes = host_.ask_box("ps aux");
  if (step_number() >= 3) {
    // A line of titles, the runtime as PID 1, the shell, and ps.
    EXPECT_TRUE(lines(processes).size() == 4)
        << but("ps shows the runtime, the shell and itself", processes);
    return;
  }
  const auto pids = words(processes);
  const bool shows_the_host =
      std::count(pids.begin(), pids.end(), std::to_string(host_.leader())) > 0;
  EXPECT_TRUE(
      is("that ps shows the host's shell", shows_the_host, !knows("--rootfs")))
      << processes;
}

TEST_P(ContainerShell, ExitsWithItsStatusAndNoComplaint) {
  matters("a shell complains when its terminal is not its own");
  const std::string shown = host_.ask("exit 3");
  // bash says it.
  EXPECT_TRUE(shown.empty() || shown == "exit\r\n")
      << but("the shell ends with no complaint", shown);
  host_.expect_back("3");
}

TEST_P(ContainerShell, OutlivesCtrlCAtItsPrompt) {
  matters(
      "Ctrl-C is for the command that runs, not for the shell or the runtime");
  // Between its prompt and its waiting, bash notices a Ctrl-C at the next key.
  host_.until("the shell waits", [&] {
    return process_state(host_.foreground()) == 'S';
  });
  host_.type(kCtrlC);
  host_.expect(kBoxPrompt);
  EXPECT_TRUE(
      is("echo $((40 + 2))", host_.ask_box("echo $((40 + 2))"), "42\r\n"));
  host_.ask("exit 0");
  host_.expect_back("0");
}

TEST_P(ContainerShell, ControlsItsOwnJobs) {
  matters("job control takes a process group that has the terminal");
  host_.start_cat("cat -e");
  host_.type(kCtrlZ);
  host_.expect("Stopped");
  host_.expect(kBoxPrompt);
  host_.continue_cat();
  host_.type(kCtrlC);
  host_.expect(kBoxPrompt);
  EXPECT_TRUE(is("the exit status", host_.ask_box("echo $?"), "130\r\n"));
  host_.ask("exit 0");
  host_.expect_back("0");
}

TEST_P(ContainerShell, CanSuspendItself) {
  matters(
      "what stops in the container is to be a stopped job of the host's shell");
  const bool is_bash = box_shell_.starts_with("bash");
  host_.type(is_bash ? "suspend\n" : "kill -STOP $$\n");
  host_.expect_stopped();
  EXPECT_TRUE(names(host_.ask("jobs"), "Stopped"));
  host_.type("fg\n");
  host_.expect(kBoxPrompt);
  EXPECT_TRUE(
      is("echo $((40 + 2))", host_.ask_box("echo $((40 + 2))"), "42\r\n"));
  host_.ask("exit 0");
  host_.expect_back("0");
}

// A command in a container as a job of a shell on the host_.
class Job : public testing::TestWithParam<const char*> {};

INSTANTIATE_TEST_SUITE_P(
    Terminal,
    Job,
    testing::ValuesIn(kHostShells),
    [](const auto& info) { return "Of" + first_word(info.param); });

TEST_P(Job, HasTheTerminalFromItsFirstInstruction) {
  matters("who reads a terminal that is not its own is stopped by SIGTTIN");
  // With SIGTTIN ignored, reading fails where it would have waited for `fg`.
  HostShell host(
      GetParam(),
      {{"READ", "trap '' TTIN; echo ready; read -r word && echo \"<$word>\""}});
  host.type("for i in 1 2 3 4 5; do $RUN sh -c \"$READ\"; done\n");
  for (const char* word : {"one", "two", "three", "four", "five"}) {
    host.expect("ready");
    host.type(std::string(word) + "\n");
    host.expect("<" + std::string(word) + ">");
  }
  host.expect_end("0");
}

TEST_P(Job, GetsEachCtrlCOnce) {
  matters(
      "the terminal signals all of the foreground group: passed on as well, "
      "it would come twice");
  // It sleeps: what comes just before a shell reads is seen when it has read.
  HostShell host(
      GetParam(),
      {{"COUNT",
        "n=0; trap 'n=$((n + 1)); echo \"<$n>\"' INT; trap 'exit $n' QUIT;"
        "echo ready; while :; do sleep 0.02; done"}});
  host.type("$RUN sh -c \"$COUNT\"\n");
  host.expect("ready");
  for (const char* count : {"<1>", "<2>", "<3>", "<4>", "<5>"}) {
    host.type(kCtrlC);
    host.expect(count);
  }
  host.end_by(kCtrlBackslash, "5");
}

TEST_P(Job, DiesOfCtrlCAndOfCtrlBackslash) {
  matters("Ctrl-C is how everybody ends a command");
  HostShell host(GetParam());
  for (const auto& [key, status] :
       {std::pair{kCtrlC, "130"}, std::pair{kCtrlBackslash, "131"}}) {
    host.start_sleep();
    host.end_by(key, status);
  }
}

TEST_P(Job, EndsTheLoopOfItsShellByCtrlC) {
  matters(
      "a shell ends a loop if Ctrl-C killed the command, not if it exited with "
      "130");
  HostShell host(GetParam());
  host.type("for i in 1 2; do $RUN sh -c 'exit 130'; echo \"<$i>\"; done\n");
  host.expect("<2>");
  host.expect(kHostPrompt);
  host.type("while :; do $RUN sleep 1000; done\n");
  host.process("sleep");
  host.end_by(kCtrlC, "130");
}

TEST_P(Job, EndsTheScriptThatRunsItByCtrlC) {
  matters(
      "the key goes to the command's group: the script must hear of it, too");
  HostShell host(
      GetParam(),
      {{"SCRIPT", "while :; do echo round; $RUN sleep 1000; done"}});
  host.type("sh -c \"$SCRIPT\"\n");
  host.expect("round");
  host.process("sleep");
  host.type(kCtrlC);
  EXPECT_TRUE(names(host.expect(kHostPrompt), "round", /*expected=*/false));
  host.expect_back("130");
}

TEST_P(Job, DoesNotStopWhoSupervisesIt) {
  matters(
      "timeout(1) ignores SIGTTIN, so that it can end what is stopped by it");
  HostShell host(
      GetParam(),
      {{"SCRIPT", "timeout --kill-after=1 0.1 $RUN cat; echo \"<$?>\""}});
  host.type("sh -c \"$SCRIPT\"\n");
  host.expect("<124>");
  host.expect_end("0");
}

TEST_P(Job, ContinuesByFgWhateverItWasToldBefore) {
  matters("the runtime hears of an old stop after the SIGCONT");
  HostShell host(GetParam());
  host.start_cat();
  const pid_t cat = host.process("cat");
  for (const pid_t runtime : children_of(host.leader()))
    kill(runtime, SIGSTOP);
  host.expect_stopped();
  kill(cat, SIGSTOP);
  host.until("cat stops", [&] { return process_state(cat) == 'T'; });
  usleep(100'000);  // until the init has told of it, which nothing shows
  host.type("fg\n");
  host.expect_cat();
  host.end_by(kCtrlD, "0");
}

TEST_P(Job, StopsByCtrlZAndContinuesByFg) {
  matters("a container is a job like any other");
  HostShell host(GetParam());
  host.start_cat();
  const pid_t cat = host.process("cat");
  host.stop_by_key();
  expect_still_stopped(cat);
  EXPECT_TRUE(names(host.ask("jobs"), "Stopped"));
  host.continue_cat();
  EXPECT_TRUE(
      is("the process group that has the terminal, the job's,",
         host.foreground(),
         getpgid(cat)));
  host.end_by(kCtrlD, "0");
}

TEST_P(Job, KeepsWhatTheShellSetWhileItWasStopped) {
  matters("stty is for what comes after it, whatever was started before");
  HostShell host(GetParam());
  host.start_cat();
  host.stop_by_key();
  host.ask("stty tostop");
  host.continue_cat();
  host.type(kCtrlD);
  host.expect(kHostPrompt);
  host.ask("true");
  EXPECT_TRUE(
      is("whether the terminal still has tostop",
         (host.modes().c_lflag & TOSTOP) != 0,
         true));
}

TEST_P(Job, IsContinuedOnceByEachFg) {
  matters(
      "a second SIGCONT could undo a Ctrl-Z that comes right after the first");
  // It waits: what comes just before a shell reads is seen when it has read.
  HostShell host(
      GetParam(),
      {{"COUNT",
        "n=0; trap 'n=$((n + 1)); echo \"<$n>\"' CONT;"
        "trap 'kill $!; exit $n' QUIT; sleep 1000 & echo ready;"
        "while :; do wait; done"}});
  host.type("$RUN sh -c \"$COUNT\"\n");
  host.expect("ready");
  for (const char* count : {"<1>", "<2>", "<3>", "<4>", "<5>"}) {
    host.stop_by_key();
    host.type("fg\n");
    host.expect(count);
  }
  host.end_by(kCtrlBackslash, "5");
}

// As on a busy machine, where both come before the runtime runs.
TEST_P(Job, StopsByACtrlZThatComesRightAfterFg) {
  matters(
      "SIGTSTP cancels a SIGCONT that still waits: the command stays stopped");
  HostShell host(GetParam());
  host.start_cat();
  host.stop_by_key();
  const std::vector<pid_t> runtimes = children_of(host.leader());
  ASSERT_FALSE(runtimes.empty());
  for (int round = 0; round < 20; ++round) {
    kill(runtimes[0], SIGCONT);
    kill(runtimes[0], SIGTSTP);
    host.until("the runtime stops again", [&] {
      return process_state(runtimes[0]) == 'T';
    });
  }
  host.continue_cat();
  host.end_by(kCtrlD, "0");
}

TEST_P(Job, StopsByACtrlZThatComesWhileItStarts) {
  matters("a key that comes between fork and exec must not be lost");
  HostShell host(GetParam());
  for (int round = 0; round < 5; ++round) {
    host.type("$RUN cat -e\n");
    host.process(program_name().substr(0, 15));  // as long as proc(5) has it
    host.stop_by_key();
    host.continue_cat();
    host.end_by(kCtrlD, "0");
  }
}

TEST_P(Job, RunsByBgWithoutTheTerminal) {
  matters("in the background, the keys are for the shell");
  HostShell host(GetParam());
  const pid_t sleep = host.start_sleep();
  host.stop_by_key();
  expect_still_stopped(sleep);
  host.ask("bg");
  host.until("sleep continues", [&] { return process_state(sleep) == 'S'; });
  EXPECT_TRUE(host.has_terminal());
  EXPECT_TRUE(names(host.ask("jobs"), "Running"));

  // Back in the foreground, the keys are for it again.
  host.type("fg\n");
  host.wait_for_fg();
  host.stop_by_key();
  expect_still_stopped(sleep);
  host.ask("bg");
  host.type("fg\n");
  host.wait_for_fg();
  host.end_by(kCtrlC, "130");
}

TEST_P(Job, IsStoppedInTheBackgroundByReadingAndReadsAfterFg) {
  matters("two that read one terminal get half of the keys each");
  HostShell host(GetParam());
  for (const bool started_there : {false, true}) {
    if (started_there) {
      host.ask("$RUN cat -e &");
    } else {
      host.start_cat();
      host.stop_by_key();
      host.ask("bg");
    }
    host.until("reading stops the job", [&] {
      return has(host.ask("jobs"), "Stopped");
    });
    EXPECT_TRUE(host.has_terminal());
    expect_still_stopped(host.process("cat"));
    host.continue_cat();
    host.end_by(kCtrlC, "130");
  }
}

TEST_P(Job, LeavesTheTerminalAloneWhenItEndsInTheBackground) {
  matters("the terminal is somebody else's by then");
  HostShell host(GetParam());
  host.start_sleep();
  // Not by a key: the runtime cannot know, and the shell takes the terminal.
  for (const pid_t runtime : children_of(host.leader()))
    kill(runtime, SIGSTOP);
  host.expect_stopped();
  host.ask("bg");
  host.ask("kill %1");
  host.expect_ended();
  host.expect_answer();
}

TEST_P(Job, LeavesTheTerminalAloneWhenItEndsWhileItIsStopped) {
  matters("a shell that is not in the foreground reads no more, and exits");
  HostShell host(GetParam());
  const pid_t sleep = host.start_sleep();
  const std::vector<pid_t> runtimes = children_of(host.leader());
  ASSERT_FALSE(runtimes.empty());
  kill(runtimes[0], SIGSTOP);
  host.expect_stopped();
  kill(sleep, SIGKILL);
  host.until("the container has ended", [&] {
    const std::vector<pid_t> inits = children_of(runtimes[0]);
    return inits.empty() || process_state(inits[0]) == 'Z';
  });
  host.ask("bg");
  host.expect_ended();
  host.expect_answer();
}

TEST_P(Job, SeesTheWindowsSizeChange) {
  matters("editors and pagers draw by it: SIGWINCH");
  HostShell host(
      GetParam(),
      {{"SIZE",
        "trap 'stty size' WINCH; echo ready; while :; do sleep 0.02; done"}});
  host.type("$RUN sh -c \"$SIZE\"\n");
  host.expect("ready");
  host.resize(41, 97);
  host.expect("41 97\r\n");
  host.end_by(kCtrlC, "130");
}

TEST_P(Job, LeavesTheTerminalsModesWhenKilled) {
  matters("a shell without echo looks dead");
  HostShell host(GetParam(), {{"RAW", "stty raw -echo; kill -9 $$"}});
  host.ask("$RUN sh -c \"$RAW\"");
  host.expect_back("137");
}

TEST_P(Job, LeavesWhatIsTypedAheadToTheShell) {
  matters("the runtime has no business in reading the terminal");
  HostShell host(GetParam(), {{"READ", "echo ready; read -r word; exit 4"}});
  host.type("$RUN sh -c \"$READ\"\n");
  host.expect("ready");
  host.type("word\necho \"<$?>\"\n");
  host.expect("<4>");
}

TEST_P(Job, GivesTheTerminalBackWhenItCannotStart) {
  matters("after an error, too, the shell is to have it");
  HostShell host(GetParam());
  host.ask("$RUN /no/such/command");
  host.expect_back("127");
}

TEST_P(Job, TalksOnATerminalThatStopsBackgroundOutput) {
  matters(
      "SIGTTOU stops who writes in the background where `stty tostop` is set");
  std::string loud = start_of_line();
  loud.erase(loud.find("--quiet "), 8);
  HostShell host(GetParam(), {{"LOUD", loud}});
  host.ask("stty tostop");
  EXPECT_TRUE(names(host.ask("$LOUD sh -c 'echo $((40 + 2))'"), "42\r\n"));
  EXPECT_TRUE(is("the exit status", host.ask("echo $?"), "0\r\n"));
}

TEST_P(Job, LeavesTheTerminalToAPagerInItsPipeline) {
  matters("`run … | less` is one job, and the pager reads the keys");
  HostShell host(
      GetParam(),
      {{"PAGER",
        "read -r line; echo \"<$line>\"; read -r key </dev/tty;"
        "echo \"key <$key>\""}});
  host.type("$RUN sh -c 'echo line; sleep 1000' | sh -c \"$PAGER\"\n");
  host.expect("<line>");
  host.type("q\n");
  host.expect("key <q>");
  host.process("sleep");
  host.type(kCtrlC);  // for all that the command has started, too
  host.expect(kHostPrompt);
  host.expect_ended();
}

TEST_P(Job, ReadsTheTerminalAtTheHeadOfAPipeline) {
  matters("`run … | tee log` is one job, too");
  HostShell host(GetParam());
  host.start_cat("$RUN cat -e | tee /dev/null");
  host.stop_by_key();
  host.continue_cat();
  host.end_by(kCtrlD, "0");
}

TEST_P(Job, ReadsAPipeOrAFileInsteadOfTheTerminal) {
  matters("stdin decides what is read, Ctrl-Z all the same what stops");
  HostShell host(GetParam());
  EXPECT_TRUE(
      is("what the command read",
         host.ask("echo word | $RUN cat -e"),
         "word$\r\n"));
  EXPECT_TRUE(
      is("what the command read", host.ask("$RUN cat -e </dev/null"), ""));
  host.type("$RUN sleep 1000 </dev/null\n");
  host.process("sleep");
  host.stop_by_key();
  host.type("fg\n");
  host.until("the job has it", [&] {
    return host.foreground() != host.leader();
  });
  host.end_by(kCtrlC, "130");
}

TEST_P(Job, LeavesTheTerminalToWhatWritesIntoItsPipeline) {
  matters("in `… | run sort` the keys are for the first program");
  HostShell host(
      GetParam(),
      {{"ASK", "read -r key </dev/tty; echo \"key <$key>\""},
       {"SORT", "echo ready >&2; cat -e"}});
  host.type("sh -c \"$ASK\" | $RUN sh -c \"$SORT\"\n");
  host.expect("ready");
  host.type("q\n");
  host.expect("key <q>$");
  host.expect_end("0");
}

TEST_P(Job, LeavesTheTerminalToAScriptWhenAProcessOfItsGroupLives) {
  matters("a script goes on reading when the container has ended");
  HostShell host(
      GetParam(),
      {{"SCRIPT",
        "$RUN sh -c 'sleep 0.5 & echo ready'; read -r word; echo "
        "\"<$word>\""}});
  host.type("sh -c \"$SCRIPT\"\n");
  host.expect("ready");
  host.type("after\n");
  host.expect("<after>");
  host.expect_end("0");
}

TEST_P(Job, SharesTheTerminalWithTheScriptThatRunsIt) {
  matters("the script goes on reading when the container has ended");
  HostShell host(
      GetParam(),
      {{"SCRIPT", "$RUN cat -e; read -r word; echo \"<$word>\""}});
  host.start_cat("sh -c \"$SCRIPT\"");
  host.stop_by_key();
  host.continue_cat();
  host.type(kCtrlD);
  host.type("after\n");
  host.expect("<after>");
  host.expect_end("0");
}

TEST_P(Job, WhoseRuntimeIsKilledEndsAndTheShellHasTheTerminal) {
  matters("after kill -9, the shell needs its terminal back");
  HostShell host(GetParam());
  host.start_cat();
  for (const pid_t runtime : children_of(host.leader()))
    kill(runtime, SIGKILL);
  host.expect(kHostPrompt);
  host.expect_ended();
  host.expect_back("137");
  host.ask("$RUN true");  // removes what the killed one could not
  host.expect_back("0");
}

TEST_P(Job, EndsWithItsTerminalAlsoWhenStopped) {
  matters("a closed window is to leave nothing behind");
  for (const bool stopped : {false, true}) {
    HostShell host(GetParam());
    host.start_cat();
    if (stopped) host.stop_by_key();
    host.hang_up();
    host.until("it has ended", [&] { return host.processes().empty(); });
  }
}

// In an orphaned process group (setpgid(2)) a command that is not in a container
// gets an error from read(2), and ends.
TEST_P(Job, IsHungUpWhereNobodyCanContinueIt) {
  matters("a runtime that continues it again and again uses a whole processor");
  HostShell host(GetParam());
  // Late: in the foreground until the shell has the terminal back, it would wait in
  // its read(2), and get no error.
  host.ask("sh -c '{ sleep 0.5; $RUN cat <&3; } &' 3<&0");
  host.expect_ended();
  EXPECT_TRUE(host.has_terminal());
}

TEST_P(Job, StaysStoppedWhereNobodyCanContinueItAndItIgnoresSighup) {
  matters("a runtime that continues it again and again uses a whole processor");
  HostShell host(
      GetParam(),
      {{"READ", "trap '' HUP; while :; do read -r line; done"}});
  // Late, as above.
  host.ask("sh -c '{ sleep 0.5; $RUN sh -c \"$READ\" <&3; } &' 3<&0");
  int looks_in_a_row = 0;
  host.until("it stays stopped", [&] {
    const std::vector<pid_t> all = host.processes();
    const bool stopped = std::any_of(all.begin(), all.end(), [](pid_t pid) {
      return process_state(pid) == 'T';
    });
    looks_in_a_row = stopped ? looks_in_a_row + 1 : 0;
    return looks_in_a_row == 25;
  });
  for (const pid_t pid : host.processes(program_name().substr(0, 15))) {
    kill(pid, SIGTERM);
    kill(pid, SIGCONT);
  }
  host.expect_ended();
}

// Its process group was made outside its PID namespace and has no number there:
// the terminal could not be given back to it.
TEST_P(Job, SharesTheTerminalInAPidNamespaceWithoutAGroupOfItsOwn) {
  matters("unshare(1) and some CI runners start programs like that");
  HostShell host(
      GetParam(),
      {{"UNSHARE", "unshare --pid --fork --mount-proc"},
       {"SCRIPT", "$RUN true; read -r word </dev/tty; echo \"<$word>\""}});
  host.type("$UNSHARE sh -c \"$SCRIPT\"\n");
  host.type("word\n");
  host.expect("<word>");
  host.expect(kHostPrompt);

  host.start_cat("$UNSHARE $RUN cat -e");
  const pid_t cat = host.process("cat");
  host.stop_by_key();
  // The shell sees unshare(1) stop. cat could still read the next line.
  host.until("cat stops, too", [&] { return process_state(cat) == 'T'; });
  host.continue_cat();
  host.end_by(kCtrlD, "0");
  host.start_cat("$UNSHARE $RUN cat -e");
  host.type(kCtrlC);
  host.expect(kHostPrompt);
  host.expect_ended();
}

// The runtime as the first program on a terminal: what a terminal emulator's
// -e option or script(1) makes of it. Nobody is there to say `fg`.
TEST(SessionLeader, GoesOnAfterCtrlZ) {
  matters(
      "nobody is there to type fg: a stopped container would hang for ever");
  Pty pty(container({"cat", "-e"}).argv);
  pty.type("one\n");
  pty.expect("one$");
  pty.type(kCtrlZ);
  pty.type("two\n");
  pty.expect("two$");
  pty.type(kCtrlD);
  EXPECT_TRUE(is("the wait status", pty.wait(), 0));
}

TEST(SessionLeader, StaysStoppedBySigstop) {
  matters("SIGSTOP is no key: whoever sends it also sends SIGCONT");
  Pty pty(container({"cat", "-e"}).argv);
  pty.type("one\n");
  pty.expect("one$");
  const pid_t cat = pty.process("cat");
  kill(cat, SIGSTOP);
  pty.until("cat stops", [&] { return process_state(cat) == 'T'; });
  // The runtime has noticed when it has passed the next signal on.
  kill(pty.leader(), SIGUSR1);
  pty.until("the runtime passes SIGUSR1 on", [&] {
    return is_pending(cat, SIGUSR1) || process_state(cat) != 'T';
  });
  expect_still_stopped(cat);
  kill(cat, SIGCONT);
  EXPECT_TRUE(is("the wait status", pty.wait(), W_EXITCODE(128 + SIGUSR1, 0)));
}

TEST(SessionLeader, DiesOfCtrlC) {
  matters("Ctrl-C is how everybody ends a command");
  Pty pty(container({"sleep", "1000"}).argv);
  pty.process("sleep");
  pty.type(kCtrlC);
  const int status = pty.wait();
  EXPECT_TRUE(is("the wait status", status, W_EXITCODE(130, 0)));
}

TEST(SessionLeader, EndsWithItsTerminal) {
  matters("a closed window is to leave nothing behind");
  Pty pty(container({"cat", "-e"}).argv);
  pty.type("one\n");
  pty.expect("one$");
  pty.hang_up();
  pty.until("it has ended", [&] { return pty.processes().empty(); });
}

}  // namespace
