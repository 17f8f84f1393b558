// SPDX-License-Identifier: MIT
// Processes in tests: start a program as a person's shell would, and look at it
// from outside. Every wait has a deadline; what still runs then is killed.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <iosfwd>
#include <map>
#include <string>
#include <vector>

namespace support {

struct Launch {
  // argv[0] is a path, or a name to be found in PATH.
  std::vector<std::string> argv;
  // What standard input gives before its end.
  std::string input = {};
  // Standard input stays open until Process::end_input().
  bool keep_input_open = false;
  // Added to the environment, or replacing what it has.
  std::map<std::string, std::string> environment = {};
  // The working directory; empty: the test's own.
  std::string directory = {};
  // Descriptors that are closed when the program starts: 0, 1, 2.
  std::vector<int> closed = {};
  // Runs in the new process just before the program: drop privileges, ignore a
  // signal, take a terminal. Signals are at their defaults before it.
  std::function<void()> before_exec = {};
};

struct Result {
  std::vector<std::string> argv;
  // The exit status, or -N when signal N killed the process itself.
  int status = 0;
  // The deadline passed and the process was killed for it.
  bool timed_out = false;
  std::string out;
  std::string err;
};

// What ran, as a person types it; and how it ended, in words.
std::string command_line(const Result& result);
std::string end_of(const Result& result);
// The whole story, for a failure's message: what ran, status, stdout, stderr.
std::ostream& operator<<(std::ostream& stream, const Result& result);

// A process that is running now. Killed and reaped when it goes out of scope.
class Process {
 public:
  // Throws std::system_error when the program cannot be started.
  explicit Process(const Launch& launch);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  pid_t pid() const { return pid_; }
  bool running();
  // No effect once it has been waited for, so never on a stranger's pid.
  void send(int signal);
  void end_input();
  // What it has written so far.
  std::string out() const;
  std::string err() const;
  // Waits for its end, and kills it when patience() is at its end.
  Result wait();

 private:
  bool ended(std::chrono::milliseconds deadline);

  Launch launch_;
  pid_t pid_ = -1;
  int pidfd_ = -1;
  int input_ = -1;
  int out_ = -1;
  int err_ = -1;
  int wait_status_ = 0;
  bool reaped_ = false;
  bool timed_out_ = false;
};

Result run(const Launch& launch);

// In a new process: signals and the environment as a program is to have them. A
// shell that started the test may have left signals ignored or blocked.
void set_up(const std::map<std::string, std::string>& environment);
// Then becomes the program; argv[0] is found in PATH.
[[noreturn]] void become(const std::vector<std::string>& argv);

// All processes, dead but not yet waited for included.
std::vector<pid_t> processes();
std::string hostname();
// One field of /proc/PID/status: "State", "NSpid", "SigIgn".
std::string status_field(pid_t pid, const std::string& field);
// A process's state as in proc(5): R, S, D, T, Z, …; '-' when there is none.
char process_state(pid_t pid);

// For a failure's own text: what was expected, what came, and maybe of what run.
std::string but(
    const std::string& expected,
    const std::string& came,
    const Result* result = nullptr);

// What but() has said last, for the report of a test that fails.
struct Told {
  std::string expected, came, ran, said;
};
Told& last_told();

}  // namespace support
