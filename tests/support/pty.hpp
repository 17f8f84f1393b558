// SPDX-License-Identifier: MIT
// A pseudo-terminal with a program on it, driven as a person would.
//
// The program leads a session of its own, whose controlling terminal the pty
// is, and starts with default signal dispositions and an empty mask.
// Guarantees: no wait is without end, and the destructor hangs up and kills, by
// pid, what is left of the session.
// Errors: std::runtime_error with all that the terminal has shown, for a wait
// that lasts longer than patience(); std::system_error for a failed call.
#pragma once

#include <sys/types.h>
#include <termios.h>

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/file.hpp"

namespace support {

// The keys that a terminal turns into a signal or an end of input.
constexpr std::string_view kCtrlC = "\x03";
constexpr std::string_view kCtrlD = "\x04";
constexpr std::string_view kCtrlZ = "\x1a";
constexpr std::string_view kCtrlBackslash = "\x1c";

class Pty {
 public:
  using Environment = std::map<std::string, std::string>;

  // Starts argv, found in PATH, with `extra` added to the environment.
  explicit Pty(
      const std::vector<std::string>& argv,
      const Environment& extra = {});
  Pty(const Pty&) = delete;
  Pty& operator=(const Pty&) = delete;
  ~Pty();

  void type(std::string_view keys);

  // Waits until `wanted` is shown, after all that an earlier expect() has
  // found; returns what was shown before it.
  std::string expect(std::string_view wanted);

  // Waits until `condition` holds; `what` is for the failure's text.
  void until(std::string_view what, const std::function<bool()>& condition);

  // Waits for the program's end; returns its wait status.
  int wait();

  // The user closes the window.
  void hang_up() { master_.reset(); }

  void resize(unsigned short rows, unsigned short columns);

  // The program, and so the session.
  pid_t leader() const { return leader_; }
  // The process group that the terminal's input goes to.
  pid_t foreground() const;
  termios modes() const;

  // The session's live processes; those called `name` unless it is empty.
  std::vector<pid_t> processes(std::string_view name = {}) const;
  // Waits until one process of the session is called `name`.
  pid_t process(std::string_view name);

 private:
  void read_some();

  common::UniqueFd master_;
  pid_t leader_ = -1;
  bool leader_waited_for_ = false;
  std::string transcript_;
  std::size_t seen_ = 0;
};

// Whether a signal waits for the process to take it.
bool is_pending(pid_t pid, int signal);

}  // namespace support
