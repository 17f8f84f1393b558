// SPDX-License-Identifier: MIT
// What a bundle asks for: config.json, as the OCI runtime specification has it.
// Each key is read, or refused: nothing that a config asks for is left out.
#pragma once

#include <sys/resource.h>
#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

struct Namespace {
  int flag = 0;  // CLONE_NEW*
  std::string path;  // of one to join; empty: a new one
};

struct Mount {
  std::string destination;
  std::string type;
  std::string source;
  std::string data;  // what mount(2) leaves to the file system
  unsigned long flags = 0;  // MS_*
  bool is_bind = false;
  bool is_recursive = false;
  bool copies_up = false;  // a tmpfs: starts with what the image has there
  std::uint64_t attributes = 0;  // MOUNT_ATTR_*, of a bind mount
  std::uint64_t no_attributes = 0;  // those to clear
  bool all_below = false;  // the attributes are for the mounts below, too
  unsigned long propagation = 0;  // MS_PRIVATE, say; 0: as it is
};

struct Device {
  std::string path;
  mode_t mode = 0666;  // the type, too: mknod(2)
  dev_t number = 0;
  uid_t uid = 0;
  gid_t gid = 0;
};

struct DeviceRule {
  bool allow = false;
  char type = 'a';  // c, b, or a for both
  long major = -1;  // -1: all
  long minor = -1;
  std::string access = "rwm";
};

// A file of a cgroup, and what to write. An empty name: this version has none.
struct Limit {
  std::string controller;
  std::string name1, value1;  // version 1
  std::string name2, value2;  // version 2
};

struct Rlimit {
  int resource = 0;
  rlimit values{};
};

struct Capabilities {
  std::uint64_t bounding = 0;
  std::uint64_t effective = 0;
  std::uint64_t permitted = 0;
  std::uint64_t inheritable = 0;
  std::uint64_t ambient = 0;
};

struct FilterArgument {
  unsigned index = 0;
  std::uint64_t value = 0;
  std::uint64_t value_two = 0;
  std::string op;
};

struct FilterRule {
  std::vector<std::string> names;
  std::string action;
  int error = 1;  // EPERM
  std::vector<FilterArgument> arguments;
};

struct Filter {
  std::string default_action;
  int default_error = 1;
  std::vector<std::string> architectures;
  std::vector<std::string> flags;
  std::vector<FilterRule> rules;
};

struct Hook {
  std::string path;
  std::vector<std::string> command;
  std::vector<std::string> environment;
  int timeout = 0;  // seconds; 0: none
};

struct Hooks {
  std::vector<Hook> prestart;  // the older name of create_runtime
  std::vector<Hook> create_runtime;
  std::vector<Hook> create_container;
  std::vector<Hook> start_container;
  std::vector<Hook> poststart;
  std::vector<Hook> poststop;
};

// What a process is: the first one's, or one that exec adds.
struct Process {
  bool terminal = false;
  unsigned short rows = 0;
  unsigned short columns = 0;
  uid_t uid = 0;
  gid_t gid = 0;
  std::vector<gid_t> groups;
  mode_t umask = 022;
  std::vector<std::string> environment;
  std::string cwd;
  Capabilities capabilities;
  std::vector<Rlimit> rlimits;
  bool no_new_privileges = false;
  std::optional<int> oom_score;
  std::vector<std::string> command;
};

struct Options {
  std::string hostname;
  std::string domainname;
  std::string rootfs;
  bool readonly = false;
  std::vector<Namespace> namespaces;
  std::string uid_map;  // lines as in user_namespaces(7)
  std::string gid_map;
  std::vector<Mount> mounts;
  std::vector<Device> devices;
  std::vector<DeviceRule> device_rules;
  std::vector<Limit> limits;
  std::string cgroup;  // its path in each hierarchy
  std::vector<std::string> masked_paths;
  std::vector<std::string> readonly_paths;
  std::vector<std::pair<std::string, std::string>> sysctl;
  unsigned long propagation = 0;  // of /: MS_PRIVATE, say
  std::optional<Filter> filter;
  Hooks hooks;
  std::string annotations = "{}";
  std::string text;  // the config itself
  Process process;

  // Of namespaces: whether one is asked for, new or to join.
  bool has(int flag) const;
  bool has_new(int flag) const;
  // Whether there is a hostname or a sysctl for this kind of namespace.
  bool changes(int flag) const;
};

/// Reads a config. `bundle` is its directory, as root.path is relative to it.
Options read_config(const std::string& text, const std::string& bundle);

/// A process alone, as exec gets it.
Process read_process(const std::string& text);

/// Reads the text of an object that is as linux.resources.
Options read_limits(const std::string& text);

/// What hooks and the word `state` get: the OCI state, as JSON.
std::string state_as_json(
    const std::string& id,
    const std::string& status,
    pid_t pid,
    const std::string& bundle,
    const std::string& annotations);

/// `text` as a string of JSON, with its quotation marks.
std::string quote(const std::string& text);
