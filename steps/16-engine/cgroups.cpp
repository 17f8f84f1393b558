// SPDX-License-Identifier: MIT
#include "cgroups.hpp"

#include <fcntl.h>
#include <linux/bpf.h>
#include <mntent.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <sstream>

#include "common/check.hpp"
#include "common/file.hpp"

namespace {

using common::check;

bool exists(const std::string& path) {
  return access(path.c_str(), F_OK) == 0;
}

std::vector<std::string> split(const std::string& text, char end) {
  std::vector<std::string> words;
  std::istringstream rest(text);
  for (std::string word; std::getline(rest, word, end);)
    if (!word.empty()) words.push_back(word);
  return words;
}

bool has(const Hierarchy& hierarchy, const std::string& controller) {
  return std::ranges::find(hierarchy.controllers, controller) !=
      hierarchy.controllers.end();
}

// The processes of a cgroup and of all that the container has made below it.
std::vector<pid_t> processes_in(const std::string& place) {
  std::vector<pid_t> found;
  std::error_code ignored;
  std::vector<std::string> places{place};
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(place, ignored))
    if (entry.is_directory(ignored)) places.push_back(entry.path());
  for (const std::string& each : places) {
    try {
      for (const std::string& pid :
           split(common::read_file(each + "/cgroup.procs"), '\n'))
        // 0 is one that has no number in our PID namespace. To kill(2), 0 would be
        // our own group.
        if (const pid_t number = std::atoi(pid.c_str()); number > 0)
          found.push_back(number);
    } catch (const std::system_error&) {
      continue;  // it is gone, or has threads of processes above it
    }
  }
  return found;
}

// A cpuset of version 1 lets nobody in until it has processors and memory.
void inherit_cpuset(const std::string& place) {
  const std::string parent = place.substr(0, place.find_last_of('/'));
  for (const char* file : {"/cpuset.cpus", "/cpuset.mems"})
    if (common::read_file(place + file) == "\n")
      common::write_file(place + file, common::read_file(parent + file));
}

void make_directories(
    const Hierarchy& hierarchy,
    const std::string& path,
    const std::vector<std::string>& controllers) {
  std::string place = hierarchy.point;
  for (const std::string& name : split(path, '/')) {
    // Version 2 only: the parent must turn them on for its children.
    if (hierarchy.is_version2)
      for (const std::string& each : controllers)
        common::write_file(place + "/cgroup.subtree_control", "+" + each);
    place += "/" + name;
    if (mkdir(place.c_str(), 0755) == -1 && errno != EEXIST)
      check(-1, "mkdir", place);
    if (!hierarchy.is_version2 && has(hierarchy, "cpuset"))
      inherit_cpuset(place);
  }
}

std::string number_or_all(long number) {
  return number < 0 ? "*" : std::to_string(number);
}

// What each container has: null, zero, full, random, urandom, tty, ptmx, and the
// terminals. To make a node of any other is allowed, but not to open it.
std::vector<DeviceRule> with_defaults(std::vector<DeviceRule> rules) {
  for (const long minor : {3, 5, 7, 8, 9})
    rules.push_back({true, 'c', 1, minor});
  rules.push_back({true, 'c', 5, 0});
  rules.push_back({true, 'c', 5, 2});
  rules.push_back({true, 'c', 136, -1});
  rules.push_back({true, 'c', -1, -1, "m"});
  rules.push_back({true, 'b', -1, -1, "m"});
  return rules;
}

void write_rules(
    const std::string& place,
    const std::vector<DeviceRule>& rules) {
  for (const DeviceRule& rule : rules) {
    const std::string file = rule.allow ? "/devices.allow" : "/devices.deny";
    // "a" stands for all devices and all kinds of access: nothing else may follow.
    const bool is_all = rule.type == 'a' && rule.major < 0 && rule.minor < 0 &&
        rule.access.size() == 3;
    const std::string rest = " " + number_or_all(rule.major) + ":" +
        number_or_all(rule.minor) + " " + rule.access;
    if (is_all) {
      common::write_file(place + file, "a");
    } else if (rule.type == 'a') {
      common::write_file(place + file, "c" + rest);
      common::write_file(place + file, "b" + rest);
    } else {
      common::write_file(place + file, rule.type + rest);
    }
  }
}

// Version 2 has no files for devices: a program in the kernel decides, and gets
// bpf_cgroup_dev_ctx. As in version 1, the last rule that fits counts, so the
// program asks them from the last to the first.
std::vector<bpf_insn> program_of(const std::vector<DeviceRule>& rules) {
  std::vector<bpf_insn> program;
  const auto add = [&](int code, int to, int from, int offset, int value) {
    program.push_back(
        {static_cast<__u8>(code),
         static_cast<__u8>(to & 15),
         static_cast<__u8>(from & 15),
         static_cast<__s16>(offset),
         value});
  };
  constexpr int kLoad = BPF_LDX | BPF_MEM | BPF_W;
  constexpr int kSkipUnless = BPF_JMP | BPF_JNE | BPF_K;
  const auto answer = [&](bool allow) {
    add(BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, allow);
    add(BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
  };
  // 2: the type. 3: the access. 4: major. 5: minor.
  add(kLoad, 2, 1, offsetof(bpf_cgroup_dev_ctx, access_type), 0);
  add(BPF_ALU64 | BPF_MOV | BPF_X, 3, 2, 0, 0);
  add(BPF_ALU64 | BPF_AND | BPF_K, 2, 0, 0, 0xffff);
  add(BPF_ALU64 | BPF_RSH | BPF_K, 3, 0, 0, 16);
  add(kLoad, 4, 1, offsetof(bpf_cgroup_dev_ctx, major), 0);
  add(kLoad, 5, 1, offsetof(bpf_cgroup_dev_ctx, minor), 0);
  for (auto rule = rules.rbegin(); rule != rules.rend(); ++rule) {
    std::vector<std::size_t>
        jumps;  // to the next rule; where that is, comes later
    const auto skip_unless = [&](int from, long value) {
      jumps.push_back(program.size());
      add(kSkipUnless, from, 0, 0, static_cast<int>(value));
    };
    if (rule->type != 'a')
      skip_unless(
          2,
          rule->type == 'c' ? BPF_DEVCG_DEV_CHAR : BPF_DEVCG_DEV_BLOCK);
    int access = 0;
    for (const char each : rule->access)
      access |= each == 'r' ? BPF_DEVCG_ACC_READ
          : each == 'w'     ? BPF_DEVCG_ACC_WRITE
                            : BPF_DEVCG_ACC_MKNOD;
    add(BPF_ALU64 | BPF_MOV | BPF_X, 6, 3, 0, 0);
    if (rule->allow) {
      // All that is asked for must be allowed.
      add(BPF_ALU64 | BPF_AND | BPF_K, 6, 0, 0, ~access);
      skip_unless(6, 0);
    } else {
      add(BPF_ALU64 | BPF_AND | BPF_K, 6, 0, 0, access);
      jumps.push_back(program.size());
      add(BPF_JMP | BPF_JEQ | BPF_K, 6, 0, 0, 0);
    }
    if (rule->major >= 0) skip_unless(4, rule->major);
    if (rule->minor >= 0) skip_unless(5, rule->minor);
    answer(rule->allow);
    for (const std::size_t jump : jumps)
      program[jump].off = static_cast<__s16>(program.size() - jump - 1);
  }
  answer(true);
  return program;
}

int bpf(int command, bpf_attr& attributes) {
  return static_cast<int>(
      syscall(SYS_bpf, command, &attributes, sizeof attributes));
}

void attach_rules(
    const std::string& place,
    const std::vector<DeviceRule>& rules) {
  const std::vector<bpf_insn> instructions = program_of(rules);
  bpf_attr load{};
  load.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE;
  load.insns = reinterpret_cast<__u64>(instructions.data());
  load.insn_cnt = static_cast<__u32>(instructions.size());
  load.license = reinterpret_cast<__u64>("MIT");
  const common::UniqueFd program(
      check(bpf(BPF_PROG_LOAD, load), "bpf", "load"));
  const common::UniqueFd cgroup(check(
      open(place.c_str(), O_DIRECTORY | O_RDONLY | O_CLOEXEC),
      "open",
      place));
  bpf_attr attach{};
  attach.target_fd = static_cast<__u32>(cgroup.get());
  attach.attach_bpf_fd = static_cast<__u32>(program.get());
  attach.attach_type = BPF_CGROUP_DEVICE;
  attach.attach_flags = BPF_F_ALLOW_MULTI;
  check(bpf(BPF_PROG_ATTACH, attach), "bpf", "attach");
}

}  // namespace

std::vector<Hierarchy> find_hierarchies() {
  std::vector<Hierarchy> found;
  const std::unique_ptr<FILE, int (*)(FILE*)> table(
      setmntent("/proc/self/mounts", "re"),
      endmntent);
  if (!table) common::fail(errno, "open", "/proc/self/mounts");
  while (const mntent* mount = getmntent(table.get())) {
    const std::string type = mount->mnt_type;
    const std::string point = mount->mnt_dir;
    // Another mount may hide it.
    if (type == "cgroup" && exists(point + "/cgroup.procs"))
      found.push_back({point, false, split(mount->mnt_opts, ',')});
    if (type == "cgroup2" && exists(point + "/cgroup.controllers")) {
      std::string words = common::read_file(point + "/cgroup.controllers");
      std::ranges::replace(words, '\n', ' ');
      found.push_back({point, true, split(words, ' ')});
    }
  }
  return found;
}

ContainerCgroup::ContainerCgroup(const std::string& path) : path_(path) {
  if (!path_.empty()) hierarchies_ = find_hierarchies();
}

void ContainerCgroup::check_is_free() const {
  for (const std::string& place : places())
    if (!processes_in(place).empty())
      common::fail(EBUSY, "cgroup has processes already:", place);
}

void ContainerCgroup::make(const Options& options) const {
  std::vector<std::string> wanted{"freezer"};  // so that each has one
  for (const Limit& limit : options.limits)
    wanted.push_back(limit.controller);
  if (!options.device_rules.empty()) wanted.push_back("devices");
  std::ranges::sort(wanted);
  wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
  for (const Hierarchy& hierarchy : hierarchies_) {
    std::vector<std::string> here;
    std::vector<std::string> to_turn_on;
    for (const std::string& each : wanted) {
      // Version 2 has these three without a controller.
      const bool is_core = hierarchy.is_version2 &&
          (each.empty() || each == "freezer" || each == "devices");
      if (!has(hierarchy, each) && !is_core) continue;
      here.push_back(each);
      if (!is_core) to_turn_on.push_back(each);
    }
    if (here.empty()) continue;
    make_directories(hierarchy, path_, to_turn_on);
    const std::string place = hierarchy.point + "/" + path_;
    for (const std::string& each : here) {
      std::erase(wanted, each);
      for (const Limit& limit : options.limits) {
        if (limit.controller != each) continue;
        const auto& name = hierarchy.is_version2 ? limit.name2 : limit.name1;
        const auto& value = hierarchy.is_version2 ? limit.value2 : limit.value1;
        if (name.empty())
          throw std::runtime_error(
              "this version of cgroups has no " + limit.name1 + limit.name2);
        common::write_file(place + "/" + name, value);
      }
      if (each != "devices" || options.device_rules.empty()) continue;
      const auto rules = with_defaults(options.device_rules);
      if (hierarchy.is_version2)
        attach_rules(place, rules);
      else
        write_rules(place, rules);
    }
  }
  if (!wanted.empty())
    common::fail(ENODEV, "cgroup controller", wanted.front());
}

void ContainerCgroup::join(pid_t process) const {
  for (const std::string& place : places())
    common::write_file(place + "/cgroup.procs", std::to_string(process));
}

void ContainerCgroup::update(Options options) const {
  options.device_rules.clear();
  make(options);
  std::vector<std::string> to_join;
  for (const std::string& place : places())
    if (processes_in(place).empty()) to_join.push_back(place);
  if (to_join.empty()) return;
  // Version 1: the container has to join a hierarchy. It is frozen meanwhile, or a
  // process could call fork(2), and the child would be missed.
  const bool was_frozen = is_frozen();
  if (!was_frozen) freeze(true);
  try {
    for (const std::string& place : to_join)
      for (const pid_t process : processes())
        common::write_file(place + "/cgroup.procs", std::to_string(process));
  } catch (const std::exception&) {
    if (!was_frozen) freeze(false);
    throw;
  }
  if (!was_frozen) freeze(false);
}

std::vector<std::string> ContainerCgroup::places() const {
  std::vector<std::string> found;
  for (const Hierarchy& hierarchy : hierarchies_)
    if (const auto place = hierarchy.point + "/" + path_; exists(place))
      found.push_back(place);
  return found;
}

std::vector<pid_t> ContainerCgroup::processes() const {
  std::vector<pid_t> found;
  for (const std::string& place : places())
    for (const pid_t process : processes_in(place))
      found.push_back(process);
  std::ranges::sort(found);
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

void ContainerCgroup::freeze(bool freeze) const {
  for (const std::string& place : places()) {
    if (exists(place + "/freezer.state"))
      common::write_file(
          place + "/freezer.state",
          freeze ? "FROZEN" : "THAWED");
    else if (exists(place + "/cgroup.freeze"))
      common::write_file(place + "/cgroup.freeze", freeze ? "1" : "0");
    else
      continue;
    // A process in a system call stops only when it leaves the kernel.
    for (int tries = 1000; is_frozen() != freeze; --tries) {
      if (tries == 0) {
        // Half frozen, it would count as running, and could not be resumed.
        if (freeze) this->freeze(false);
        common::fail(ETIMEDOUT, "freeze", place);
      }
      usleep(1000);  // a millisecond
    }
    return;
  }
  common::fail(ENODEV, "cgroup controller", "freezer");
}

bool ContainerCgroup::is_frozen() const {
  for (const std::string& place : places()) {
    if (exists(place + "/freezer.state"))
      return common::read_file(place + "/freezer.state") == "FROZEN\n";
    if (exists(place + "/cgroup.freeze"))
      return common::read_file(place + "/cgroup.events").find("frozen 1") !=
          std::string::npos;
  }
  return false;
}

void ContainerCgroup::kill_all() const {
  for (int tries = 5000; tries > 0; --tries) {
    const std::vector<pid_t> all = processes();
    if (all.empty()) return;
    for (const pid_t process : all)
      kill(process, SIGKILL);
    // A frozen process does not even die.
    if (is_frozen()) freeze(false);
    usleep(1000);  // a millisecond
  }
  common::fail(EBUSY, "kill the processes of cgroup", path_);
}

void ContainerCgroup::remove() const {
  for (const std::string& place : places()) {
    std::vector<std::string> below;
    std::error_code ignored;
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(place, ignored))
      if (entry.is_directory(ignored)) below.push_back(entry.path());
    below.insert(below.begin(), place);
    std::ranges::reverse(below);
    for (const std::string& each : below) {
      // A process that has ended is in its cgroup until its parent has waited.
      for (int tries = 5000; rmdir(each.c_str()) == -1 && errno != ENOENT;
           --tries) {
        if (errno != EBUSY || tries == 0) common::fail(errno, "rmdir", each);
        usleep(1000);  // a millisecond
      }
    }
  }
}
