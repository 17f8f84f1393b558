// SPDX-License-Identifier: MIT
// The throwaway host as its PID 1 sees it: what it has to lose, and the container
// that is attacking it.
//
// Its / is a small tmpfs with bin/attack (this program), the runtime beside it,
// and a rootfs. Both programs are static, as nothing else is there: the machine's
// own files are not mounted anywhere, and who leaves every chroot finds only these.
// Devices and /proc/sys are the machine's: the attacks on these read, or write
// what was there before.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

#include "tests/attacks/rig/attack.hpp"
#include "tests/support/process.hpp"

namespace attacks {

// Of the host's processes, below the root that they see.
constexpr const char* kHostCgroup = "/init";

// A process of the host that has the secret on its command line and in its
// memory. Its number is above all that a container can have inside.
struct Victim {
  pid_t pid;
  unsigned long address;  // of the secret; for kSecretLength bytes
};

class Host {
 public:
  // Writes the secret to /root/secret.
  Host();

  // New each time.
  const std::string& secret() const { return secret_; }
  Victim start_victim();
  // Whether it still runs, for long enough after the attack to tell.
  bool victim_lives() const;
  // What is in its memory at that address now.
  std::string victim_memory() const;

  // How the container is started; prepare() may add to it.
  support::Launch launch;
  const std::string& runtime() const { return launch.argv.front(); }

  // The container's processes, by the host's numbers, the runtime among them:
  // all but the host's own.
  std::vector<pid_t> container_processes() const;
  // What it says where they are more than `count`; else "".
  std::string sees_more_than(size_t count) const;

  // What the attack has said so far.
  const std::string& output() const { return output_; }
  void listen_to(const std::string& output) { output_ = output; }

 private:
  // Waits for the attack's effect; looks only once if it was refused.
  bool eventually(const std::function<bool()>& condition) const;

  std::string secret_;
  std::string output_;
  Victim victim_{.pid = -1, .address = 0};
};

// "secret-" and 16 hexadecimal digits.
constexpr size_t kSecretLength = 23;

// One cell of the matrix: an attack, on a step, on a host of its own.
struct Cell {
  // kOpen; or, of one that was held, the name of the error that a call was refused
  // with, or a word for how it came to nothing; or one of the others below.
  std::string outcome;
  std::string seen;  // on the host, or what is missing or broken
  std::string story;  // each call of the attack, and how it went
};
constexpr const char* kOpen = "OPEN";
// This machine lacks something; the attack did not get as far as what it is about;
// the runtime did not end.
constexpr const char* kMissing = "MISSING";
constexpr const char* kBroken = "BROKEN";
constexpr const char* kHung = "HUNG";

Cell run_cell(const std::string& attack, const std::string& step);

// This program's other roles: what run_cell() starts, the victim, and the
// container's command.
int print_cell(const std::string& attack, const std::string& step);
int run_victim(const std::string& secret);
int run_in_container(const std::string& attack, const Words& words);

// The directory of the runtimes: BOXSTEP_STEPS, or that of this build.
std::string steps_directory();

}  // namespace attacks
