// SPDX-License-Identifier: MIT
// An attack, whole in one file: what the host has to lose, what the container
// tries, and how the host can tell that it worked.
//
//   class DotDot final : public Attack {
//    public:
//     DotDot() : Attack({.name = "dot-dot", .title = "...", ...}) {}
//     void attempt(const Words&) override { read_secret("../root/secret"); }
//   };
//   const Entry<DotDot> kEntry;
//
// Its row in expected.txt says what becomes of it on each step.
#pragma once

#include <cerrno>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace attacks {

class Host;

using Words = std::vector<std::string>;

class Attack {
 public:
  struct Text {
    const char* name;
    const char* title;  // what it tries, as in "read a file of the host"
    // Why it works where it does, and why not where it does not, with the man
    // page where the reason lives. Empty when there is no such step.
    const char* open;
    const char* held = "";
    // The outcome where every call worked and the host has nothing of it: the
    // container got, or changed, only its own.
    const char* without_effect = "own";
    // Look at the host when the container has ended, not while it runs.
    bool look_afterwards = false;
  };

  explicit Attack(const Text& text) : text_(text) {}
  Attack(const Attack&) = delete;
  Attack& operator=(const Attack&) = delete;
  virtual ~Attack() = default;

  const Text& text() const { return text_; }

  // On the host, before the container: puts there what the attack is after.
  // Returns what the attacker is told. Throws Missing.
  virtual Words prepare(Host& host);

  // In the container, as its command. Throws Refused, by try_to().
  virtual void attempt(const Words& words) = 0;

  // On the host: what can be seen there of the attack; "" for nothing. Unless
  // an attack knows better: whether the container knows the host's secret.
  virtual std::string effect(Host& host);

 private:
  Text text_;
};

// What this machine lacks for an attack to work anywhere on it.
struct Missing {
  std::string what;
};

// ---- for attempt() -----------------------------------------------------------

// A call of the attack was refused: what HELD means.
struct Refused {
  int error;
};

void tell_tried(std::string_view call, std::string_view object, int error);

// Says how the call went, and throws Refused if it failed. For every call that
// a host or container may defend itself against; what must work anyway is for
// check(), whose failure means a broken attack and no defence.
template <typename Result>
Result
try_to(Result result, std::string_view call, std::string_view object = {}) {
  const int error = result == -1 ? errno : 0;
  tell_tried(call, object, error);
  if (error != 0) throw Refused{error};
  return result;
}

// What the attacker got, for the host to compare.
void tell(const std::string& text);

// Tells what is in the file, which is to be the secret.
void read_secret(const std::string& path);

// The same for a descriptor of it.
void read_secret_from(int fd);

void write_to(const std::string& path, const std::string& text);

// Makes / the host's again, by a second chroot: chroot(2) moves / and not the
// working directory, which is then not below it, and ".." ends at / only.
void leave_chroot();

// A directory with a proc(5) in it: /proc if there is one, or a new one.
std::string find_proc();

// Starts a process that does this.
void fork_to(void (*body)());

// Starts that many processes, which live until this one ends.
void fork_idle(int count);

// A new directory; where it is mounted is the container's own /tmp.
std::string make_directory(const std::string& name);

// Mounts the cgroups that have the pids controller; returns where.
std::string mount_pids_cgroups();

// The path of the container's own cgroup in it, as in proc_pid_cgroup(5).
std::string own_pids_cgroup();

// "EPERM"
std::string error_name(int error);

// ---- the list of attacks -----------------------------------------------------

using Maker = std::unique_ptr<Attack> (*)();

void add_attack(Maker maker);

template <typename Kind>
struct Entry {
  Entry() {
    add_attack(
        []() -> std::unique_ptr<Attack> { return std::make_unique<Kind>(); });
  }
};

// All that are linked in, in no order.
std::vector<std::unique_ptr<Attack>> all_attacks();

// Throws std::invalid_argument.
std::unique_ptr<Attack> make_attack(const std::string& name);

}  // namespace attacks
