// SPDX-License-Identifier: MIT
#include "bundle.hpp"

#include <fcntl.h>
#include <linux/mount.h>
#include <sched.h>
#include <sys/mount.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <string_view>

#include "common/check.hpp"
#include "keys.hpp"
#include "resources.hpp"

namespace {

// In the order of their numbers: capabilities(7).
constexpr std::string_view kCapabilities[] = {
    "CHOWN",
    "DAC_OVERRIDE",
    "DAC_READ_SEARCH",
    "FOWNER",
    "FSETID",
    "KILL",
    "SETGID",
    "SETUID",
    "SETPCAP",
    "LINUX_IMMUTABLE",
    "NET_BIND_SERVICE",
    "NET_BROADCAST",
    "NET_ADMIN",
    "NET_RAW",
    "IPC_LOCK",
    "IPC_OWNER",
    "SYS_MODULE",
    "SYS_RAWIO",
    "SYS_CHROOT",
    "SYS_PTRACE",
    "SYS_PACCT",
    "SYS_ADMIN",
    "SYS_BOOT",
    "SYS_NICE",
    "SYS_RESOURCE",
    "SYS_TIME",
    "SYS_TTY_CONFIG",
    "MKNOD",
    "LEASE",
    "AUDIT_WRITE",
    "AUDIT_CONTROL",
    "SETFCAP",
    "MAC_OVERRIDE",
    "MAC_ADMIN",
    "SYSLOG",
    "WAKE_ALARM",
    "BLOCK_SUSPEND",
    "AUDIT_READ",
    "PERFMON",
    "BPF",
    "CHECKPOINT_RESTORE",
};

std::uint64_t capability_set(Keys& keys, const std::string& key) {
  std::uint64_t set = 0;
  for (const std::string& name : keys.words(key)) {
    const auto* const found = name.starts_with("CAP_")
        ? std::ranges::find(kCapabilities, name.substr(4))
        : std::end(kCapabilities);
    if (found == std::end(kCapabilities))
      refuse(keys.path(key) + ": '" + name + "' is unknown");
    set |= 1ULL << (found - std::begin(kCapabilities));
  }
  return set;
}

const std::map<std::string_view, int> kRlimits = {
    {"RLIMIT_AS", RLIMIT_AS},
    {"RLIMIT_CORE", RLIMIT_CORE},
    {"RLIMIT_CPU", RLIMIT_CPU},
    {"RLIMIT_DATA", RLIMIT_DATA},
    {"RLIMIT_FSIZE", RLIMIT_FSIZE},
    {"RLIMIT_LOCKS", RLIMIT_LOCKS},
    {"RLIMIT_MEMLOCK", RLIMIT_MEMLOCK},
    {"RLIMIT_MSGQUEUE", RLIMIT_MSGQUEUE},
    {"RLIMIT_NICE", RLIMIT_NICE},
    {"RLIMIT_NOFILE", RLIMIT_NOFILE},
    {"RLIMIT_NPROC", RLIMIT_NPROC},
    {"RLIMIT_RSS", RLIMIT_RSS},
    {"RLIMIT_RTPRIO", RLIMIT_RTPRIO},
    {"RLIMIT_RTTIME", RLIMIT_RTTIME},
    {"RLIMIT_SIGPENDING", RLIMIT_SIGPENDING},
    {"RLIMIT_STACK", RLIMIT_STACK},
};

Process process_from(Keys& keys) {
  Process process;
  process.terminal = keys.get("terminal", false);
  keys.below("consoleSize", [&](Keys& size) {
    process.rows = size.get<unsigned short>("height", 0);
    process.columns = size.get<unsigned short>("width", 0);
  });
  keys.below("user", [&](Keys& user) {
    process.uid = user.get<uid_t>("uid", 0);
    process.gid = user.get<gid_t>("gid", 0);
    process.groups = user.get<std::vector<gid_t>>("additionalGids", {});
    process.umask = user.get<mode_t>("umask", 022);
    user.find("username");  // for Windows
  });
  process.command = keys.words("args");
  if (process.command.empty() || process.command.front().empty())
    refuse("process.args is missing");
  process.environment = keys.words("env");
  process.cwd = keys.needed("cwd");
  if (!process.cwd.starts_with("/")) refuse("process.cwd is not absolute");
  keys.below("capabilities", [&](Keys& sets) {
    process.capabilities.bounding = capability_set(sets, "bounding");
    process.capabilities.effective = capability_set(sets, "effective");
    process.capabilities.permitted = capability_set(sets, "permitted");
    process.capabilities.inheritable = capability_set(sets, "inheritable");
    process.capabilities.ambient = capability_set(sets, "ambient");
  });
  keys.each("rlimits", [&](Keys& limit) {
    const std::string name = limit.needed("type");
    const int resource = look_up(kRlimits, name, "process.rlimits");
    for (const Rlimit& other : process.rlimits)
      if (other.resource == resource) refuse(name + " is there twice");
    process.rlimits.push_back(
        {resource,
         {limit.get<rlim_t>("soft", 0), limit.get<rlim_t>("hard", 0)}});
  });
  process.no_new_privileges = keys.get("noNewPrivileges", false);
  if (keys.find("oomScoreAdj"))
    process.oom_score = keys.get<int>("oomScoreAdj", 0);
  keys.refuse_if_asked(
      {"apparmorProfile",
       "selinuxLabel",
       "ioPriority",
       "scheduler",
       "execCPUAffinity"});
  keys.find("commandLine");  // for Windows
  return process;
}

struct MountOption {
  unsigned long set = 0;
  unsigned long clear = 0;
};

const std::map<std::string_view, MountOption> kMountFlags = {
    {"async", {0, MS_SYNCHRONOUS}},
    {"atime", {0, MS_NOATIME}},
    {"defaults", {0, 0}},
    {"dev", {0, MS_NODEV}},
    {"diratime", {0, MS_NODIRATIME}},
    {"dirsync", {MS_DIRSYNC, 0}},
    {"exec", {0, MS_NOEXEC}},
    {"iversion", {MS_I_VERSION, 0}},
    {"mand", {MS_MANDLOCK, 0}},
    {"noatime", {MS_NOATIME, 0}},
    {"nodev", {MS_NODEV, 0}},
    {"nodiratime", {MS_NODIRATIME, 0}},
    {"noexec", {MS_NOEXEC, 0}},
    {"noiversion", {0, MS_I_VERSION}},
    {"nomand", {0, MS_MANDLOCK}},
    {"norelatime", {0, MS_RELATIME}},
    {"nostrictatime", {0, MS_STRICTATIME}},
    {"nosuid", {MS_NOSUID, 0}},
    {"nosymfollow", {MS_NOSYMFOLLOW, 0}},
    {"relatime", {MS_RELATIME, 0}},
    {"ro", {MS_RDONLY, 0}},
    {"rw", {0, MS_RDONLY}},
    {"silent", {MS_SILENT, 0}},
    {"strictatime", {MS_STRICTATIME, 0}},
    {"suid", {0, MS_NOSUID}},
    {"symfollow", {0, MS_NOSYMFOLLOW}},
    {"sync", {MS_SYNCHRONOUS, 0}},
};

const std::map<std::string_view, unsigned long> kPropagations = {
    {"private", MS_PRIVATE},
    {"rprivate", MS_PRIVATE | MS_REC},
    {"shared", MS_SHARED},
    {"rshared", MS_SHARED | MS_REC},
    {"slave", MS_SLAVE},
    {"rslave", MS_SLAVE | MS_REC},
    {"unbindable", MS_UNBINDABLE},
    {"runbindable", MS_UNBINDABLE | MS_REC},
};

// The same flags as an attribute of a mount: mount_setattr(2).
constexpr std::pair<unsigned long, std::uint64_t> kAttributes[] = {
    {MS_RDONLY, MOUNT_ATTR_RDONLY},
    {MS_NOSUID, MOUNT_ATTR_NOSUID},
    {MS_NODEV, MOUNT_ATTR_NODEV},
    {MS_NOEXEC, MOUNT_ATTR_NOEXEC},
    {MS_NODIRATIME, MOUNT_ATTR_NODIRATIME},
    {MS_NOSYMFOLLOW, MOUNT_ATTR_NOSYMFOLLOW},
};

void set_attributes(Mount& mount, unsigned long set, unsigned long clear) {
  for (const auto& [flag, attribute] : kAttributes) {
    if ((set & flag) != 0) mount.attributes |= attribute;
    if ((clear & flag) != 0) mount.no_attributes |= attribute;
  }
  // These three are one value there, not a bit each.
  constexpr unsigned long kTimes = MS_NOATIME | MS_RELATIME | MS_STRICTATIME;
  if (((set | clear) & kTimes) == 0) return;
  mount.no_attributes |= MOUNT_ATTR__ATIME;
  if ((set & MS_NOATIME) != 0) mount.attributes |= MOUNT_ATTR_NOATIME;
  if ((set & MS_STRICTATIME) != 0) mount.attributes |= MOUNT_ATTR_STRICTATIME;
}

// A bind mount shows what is there: it has no data, and only some flags.
constexpr unsigned long kBindFlags = MS_RDONLY | MS_NOSUID | MS_NODEV |
    MS_NOEXEC | MS_NODIRATIME | MS_NOSYMFOLLOW | MS_NOATIME | MS_RELATIME |
    MS_STRICTATIME | MS_SILENT;

Mount mount_from(Keys& keys) {
  Mount mount;
  mount.destination = keys.needed("destination");
  // The specification allows it, for old tools.
  if (!mount.destination.starts_with("/"))
    mount.destination = "/" + mount.destination;
  mount.type = keys.text("type");
  mount.source = keys.text("source");
  unsigned long clear = 0;
  std::string word;
  for (const std::string& option : keys.words("options")) {
    if (const auto flag = kMountFlags.find(option); flag != kMountFlags.end()) {
      mount.flags = (mount.flags & ~flag->second.clear) | flag->second.set;
      clear = (clear & ~flag->second.set) | flag->second.clear;
    } else if (const auto way = kPropagations.find(option);
               way != kPropagations.end()) {
      mount.propagation = way->second;
    } else if (option == "bind" || option == "rbind") {
      mount.is_bind = true;
      mount.is_recursive = option == "rbind";
    } else if (
        option.size() > 2 && option[0] == 'r' &&
        kMountFlags.contains(option.substr(1))) {
      const MountOption& flag = kMountFlags.at(option.substr(1));
      mount.flags = (mount.flags & ~flag.clear) | flag.set;
      clear = (clear & ~flag.set) | flag.clear;
      mount.all_below = true;
    } else if (option == "tmpcopyup" && mount.type == "tmpfs") {
      mount.copies_up = true;
    } else if (
        option == "idmap" || option == "ridmap" || option == "tmpcopyup" ||
        option == "copy-symlink") {
      refuse(keys.path("options") + ": " + option + " is not supported");
    } else {
      if (option.find('=') == std::string::npos) word = option;
      if (!mount.data.empty()) mount.data += ",";
      mount.data += option;
    }
  }
  keys.refuse_if_asked({"uidMappings", "gidMappings"});
  if (mount.type == "bind") mount.is_bind = true;
  if (!mount.is_bind && mount.type.empty())
    refuse(keys.path("type") + " is missing");
  if (mount.is_bind) {
    if (mount.source.empty()) refuse(keys.path("source") + " is missing");
    // A size or a mode does nothing here: mount(2) ignores them. A word may be a
    // flag with a typing error.
    if (!word.empty())
      refuse(keys.path("options") + ": '" + word + "' for a bind mount");
    if (((mount.flags | clear) & ~kBindFlags) != 0)
      refuse(keys.path("options") + ": a flag that a bind mount cannot have");
    set_attributes(mount, mount.flags, clear);
  } else if (mount.all_below) {
    refuse(keys.path("options") + ": a recursive flag needs a bind mount");
  }
  return mount;
}

const std::map<std::string_view, int> kNamespaces = {
    {"cgroup", CLONE_NEWCGROUP},
    {"ipc", CLONE_NEWIPC},
    {"mount", CLONE_NEWNS},
    {"network", CLONE_NEWNET},
    {"pid", CLONE_NEWPID},
    {"user", CLONE_NEWUSER},
    {"uts", CLONE_NEWUTS},
};

std::string id_map(Keys& keys, const std::string& key) {
  std::string map;
  keys.each(key, [&](Keys& range) {
    map += std::to_string(range.get<unsigned>("containerID", 0)) + " " +
        std::to_string(range.get<unsigned>("hostID", 0)) + " " +
        std::to_string(range.get<unsigned>("size", 0)) + "\n";
  });
  return map;
}

std::vector<Hook> hooks_from(Keys& keys, const std::string& name) {
  std::vector<Hook> hooks;
  keys.each(name, [&](Keys& each) {
    Hook hook;
    hook.path = each.needed("path");
    if (!hook.path.starts_with("/"))
      refuse(each.path("path") + " is not absolute");
    hook.command = each.words("args");
    if (hook.command.empty()) hook.command = {hook.path};
    hook.environment = each.words("env");
    hook.timeout = each.get("timeout", 0);
    if (each.find("timeout") && hook.timeout <= 0)
      refuse(each.path("timeout") + " is not above 0");
    hooks.push_back(std::move(hook));
  });
  return hooks;
}

void read_linux(Keys& keys, Options& options) {
  keys.each("namespaces", [&](Keys& each) {
    const std::string type = each.needed("type");
    const int flag = look_up(kNamespaces, type, "namespace");
    if (options.has(flag)) refuse("namespace " + type + " is there twice");
    const std::string path = each.text("path");
    if (!path.empty() && flag == CLONE_NEWUSER)
      refuse("to join a namespace of type user is not supported");
    options.namespaces.push_back({flag, path});
  });
  options.uid_map = id_map(keys, "uidMappings");
  options.gid_map = id_map(keys, "gidMappings");
  keys.each("devices", [&](Keys& device) {
    options.devices.push_back(device_from(device));
  });
  options.cgroup = keys.text("cgroupsPath");
  if (options.cgroup.find(':') != std::string::npos)
    refuse("linux.cgroupsPath is for systemd: --cgroup-manager cgroupfs");
  if (("/" + options.cgroup + "/").find("/../") != std::string::npos)
    refuse("linux.cgroupsPath has ..");
  keys.below("resources", [&](Keys& resources) {
    read_resources(resources, options);
  });
  const std::string way = keys.text("rootfsPropagation", "rprivate");
  options.propagation =
      look_up(kPropagations, way.empty() ? "rprivate" : way, "propagation");
  keys.below("seccomp", [&](Keys& filter) {
    options.filter = filter_from(filter);
  });
  if (const Json* settings = keys.find("sysctl")) {
    for (const auto& [name, value] : settings->items()) {
      if (!value.is_string()) refuse("linux.sysctl." + name + " is not a text");
      options.sysctl.emplace_back(name, value.get<std::string>());
    }
  }
  options.masked_paths = keys.words("maskedPaths");
  options.readonly_paths = keys.words("readonlyPaths");
  keys.refuse_if_asked(
      {"mountLabel",
       "intelRdt",
       "personality",
       "timeOffsets",
       "netDevices",
       "memoryPolicy"});
}

// The kind of namespace that a sysctl is in; 0: it is the whole machine's.
int namespace_of(std::string_view name) {
  if (name.starts_with("net.")) return CLONE_NEWNET;
  for (const char* ipc :
       {"fs.mqueue.", "kernel.msg", "kernel.sem", "kernel.shm"})
    if (name.starts_with(ipc)) return CLONE_NEWIPC;
  return name == "kernel.domainname" ? CLONE_NEWUTS : 0;
}

bool is_private(unsigned long propagation) {
  return (propagation & ~MS_REC) == MS_PRIVATE;
}

// What only works together with something else that the config does not have.
void check_together(const Options& options) {
  if (!options.has_new(CLONE_NEWNS)) {
    if (options.has(CLONE_NEWUSER))
      refuse("a user namespace needs a new mount namespace");
    if (!is_private(options.propagation))
      refuse("rootfsPropagation needs a new mount namespace");
    for (const Mount& mount : options.mounts)
      if (mount.propagation != 0 && !is_private(mount.propagation))
        refuse("propagation of a mount needs a new mount namespace");
  }
  const bool has_maps = !options.uid_map.empty() && !options.gid_map.empty();
  const bool has_map = !options.uid_map.empty() || !options.gid_map.empty();
  if (options.has(CLONE_NEWUSER) ? !has_maps : has_map)
    refuse("a user namespace and the two maps need each other");
  for (const auto& [name, value] : options.sysctl)
    if (!options.has(namespace_of(name)))
      refuse("sysctl " + name + " is not of a namespace of the container");
  if (options.changes(CLONE_NEWUTS) && !options.has(CLONE_NEWUTS))
    refuse("hostname needs a uts namespace");
}

Json parse(const std::string& text) {
  Json config = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (config.is_discarded()) refuse("it is not JSON");
  return config;
}

void check_version(const std::string& version) {
  if (!version.starts_with("1.")) refuse("version " + version + " is not 1.x");
  Keys::is_newer = std::atoi(version.c_str() + 2) > 2;
}

}  // namespace

bool Options::has(int flag) const {
  return std::ranges::find(namespaces, flag, &Namespace::flag) !=
      namespaces.end();
}

bool Options::has_new(int flag) const {
  const auto found = std::ranges::find(namespaces, flag, &Namespace::flag);
  return found != namespaces.end() && found->path.empty();
}

bool Options::changes(int flag) const {
  const bool has_name = !hostname.empty() || !domainname.empty();
  return (flag == CLONE_NEWUTS && has_name) ||
      std::ranges::any_of(sysctl, [&](const auto& each) {
           return namespace_of(each.first) == flag;
         });
}

Options read_config(const std::string& text, const std::string& bundle) {
  const Json config = parse(text);
  Options options;
  Keys keys(config, "");
  check_version(keys.needed("ociVersion"));
  if (!keys.find("process")) refuse("process is missing");
  keys.below("process", [&](Keys& each) {
    options.process = process_from(each);
  });
  if (!keys.find("root")) refuse("root is missing");
  keys.below("root", [&](Keys& root) {
    const std::string path = root.needed("path");
    options.rootfs = path.starts_with("/") ? path : bundle + "/" + path;
    options.readonly = root.get("readonly", false);
  });
  options.hostname = keys.text("hostname");
  options.domainname = keys.text("domainname");
  keys.each("mounts", [&](Keys& each) {
    options.mounts.push_back(mount_from(each));
    Mount& mount = options.mounts.back();
    if (mount.is_bind && !mount.source.starts_with("/"))
      mount.source = bundle + "/" + mount.source;
  });
  keys.below("hooks", [&](Keys& each) {
    options.hooks.prestart = hooks_from(each, "prestart");
    options.hooks.create_runtime = hooks_from(each, "createRuntime");
    options.hooks.create_container = hooks_from(each, "createContainer");
    options.hooks.start_container = hooks_from(each, "startContainer");
    options.hooks.poststart = hooks_from(each, "poststart");
    options.hooks.poststop = hooks_from(each, "poststop");
  });
  if (const Json* annotations = keys.find("annotations"))
    options.annotations = annotations->dump();
  if (!keys.find("linux")) refuse("linux is missing");
  keys.below("linux", [&](Keys& each) { read_linux(each, options); });
  keys.refuse_if_asked({"solaris", "windows", "vm", "zos", "freebsd"});
  keys.refuse_rest();
  check_together(options);
  options.text = text;
  return options;
}

Process read_process(const std::string& text) {
  const Json process = parse(text);
  Keys keys(process, "process");
  return process_from(keys);
}

Options read_limits(const std::string& text) {
  const Json resources = parse(text);
  Options options;
  Keys keys(resources, "linux.resources");
  read_resources(keys, options);
  return options;
}

std::string quote(const std::string& text) {
  // Bytes that are no UTF-8 become U+FFFD.
  return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string state_as_json(
    const std::string& id,
    const std::string& status,
    pid_t pid,
    const std::string& bundle,
    const std::string& annotations) {
  std::string text = "{\"ociVersion\":\"1.2.0\",\"id\":" + quote(id) +
      ",\"status\":\"" + status + "\"";
  if (pid > 0) text += ",\"pid\":" + std::to_string(pid);
  return text + ",\"bundle\":" + quote(bundle) +
      ",\"annotations\":" + annotations + "}\n";
}
