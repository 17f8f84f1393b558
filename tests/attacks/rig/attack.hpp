// SPDX-License-Identifier: MIT
// An attack, whole in one place: what the host has to lose (`prepare`), what
// the container tries (`attempt`), and how the host sees that it worked
// (`effect`).
//
//   const Entry kEntry({
//       .name = "dot-dot",
//       .title = "read a host file by ../../..",
//       .open = "…",
//       .attempt = [](const Words&) { read_secret("../../root/secret"); },
//   });
//
// Its row in expected.txt says what becomes of it on each step.
#pragma once

#include <fcntl.h>
#include <sys/types.h>
#include <unistd.h>

#include <string>
#include <string_view>
#include <vector>

#include "common/check.hpp"
#include "tests/support/files.hpp"
#include "tests/support/process.hpp"

namespace attacks {

using common::check;
using Words = std::vector<std::string>;

// "secret-" and 16 hexadecimal digits.
constexpr size_t kSecretLength = 23;
// More processes than the limit of a step lets a container have.
constexpr int kMany = 100;
// Of the host's processes, below the root that they see.
constexpr const char* kHostCgroup = "/init";

// The throwaway host, as its PID 1 sees it.
struct Host {
  // New each time; also in /root/secret.
  std::string secret;
  std::string runtime;  // its program
  // How the container is started; prepare() may add to it.
  support::Launch launch;
  // What the attack has said so far.
  std::string output;
  // A process of the host that has the secret on its command line and in its
  // memory. Its number is above all that a container can have inside.
  pid_t victim = -1;
  unsigned long address = 0;  // of the secret in there

  bool has_heard(const std::string& text) const {
    return output.find(text) != std::string::npos;
  }
  // The container's processes, by the host's numbers, the runtime among them.
  std::vector<pid_t> container_processes() const;
};

// Of prepare() and effect(), those that more than one attack has.
Words prepare_nothing(Host& host);
// Words: the victim's pid, and the address of the secret in its memory.
Words start_victim(Host& host);
// The runtime's caller has / open. Words: the number of the descriptor.
Words leave_root_open(Host& host);
std::string if_so(bool so, const std::string& what);  // else ""
std::string secret_is_known(Host& host);
std::string victim_is_dead(Host& host);
std::string victim_is_changed(Host& host);
std::string host_is_renamed(Host& host);
std::string mount_shows(Host& host);
std::string many_processes_run(Host& host);
// Whether the host's end of a connection has got the message.
std::string has_message(int connection);

struct Attack {
  const char* name;
  const char* title;  // what it tries, as in "read a file of the host"
  // Why it works where it does, and why not where it does not, with the man
  // page where the reason lives. Empty when there is no such step.
  const char* open;
  const char* held = "";
  // The outcome where every call worked and the host has nothing of it: the
  // container got, or changed, only its own.
  const char* without_effect = "own";
  // What the runtime is asked for, from the step on that has these options.
  const char* options = "";
  // The status of a runtime whose whole container has been killed for it.
  int killed = -1;
  // Elsewhere, what is limited is the machine's.
  bool only_in_version2 = false;
  // Look at the host when the container has ended, not while it runs.
  bool look_afterwards = false;
  // What a runtime says that does not start a container in such a place.
  const char* refusal = nullptr;
  // On the host, before the container: puts there what the attack is after.
  // Returns what the attacker is told. Throws Missing.
  Words (*prepare)(Host& host) = prepare_nothing;
  // In the container, as its command. Throws Refused, by try_to().
  void (*attempt)(const Words& words);
  // On the host: what can be seen there of the attack; "" for nothing.
  std::string (*effect)(Host& host) = secret_is_known;
};

// Enters an attack into the list of all.
struct Entry {
  explicit Entry(const Attack& attack);
};

std::vector<Attack>& all_attacks();
// Throws std::invalid_argument.
const Attack& find_attack(const std::string& name);

// What this machine lacks for an attack to work anywhere on it.
struct Missing {
  std::string what;
  bool in_guest = false;  // there, it is tried
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

int try_open(const std::string& path, int flags = O_RDONLY);
void try_mount(
    const std::string& type,
    const std::string& path,
    const char* options = nullptr,
    const char* source = "none");

// What the attacker got, for the host to compare.
void tell(const std::string& text);

// Tells what is in the file, which is to be the secret.
void read_secret(const std::string& path);
void read_secret_from(int fd);

void write_to(const std::string& path, const std::string& text);

// For has_message(), host_is_renamed(), mount_shows() and many_processes_run().
void send_message(int connection);
void rename_host();
void mount_something();
void fork_many();

// Makes / the host's again, by a second chroot: chroot(2) moves / and not the
// working directory, which is then not below it, and ".." ends at / only.
void leave_chroot();

// Leaves the chroot, and joins a namespace of the host by the host's own proc
// file system, which is in the container's table of mounts: setns(2).
void join_host(const std::string& name, int flag);

// A directory with a proc(5) in it: /proc if there is one, or a new one.
std::string find_proc();

// Starts a process that does this.
void fork_to(void (*body)());

// A new directory; where it is mounted is the container's own /tmp.
std::string make_directory(const std::string& name);

// Mounts the cgroups that have the pids controller; returns where.
std::string mount_pids_cgroups();

// The path of the container's own cgroup in it, as in proc_pid_cgroup(5).
std::string own_pids_cgroup();

// "EPERM"
std::string error_name(int error);

}  // namespace attacks
