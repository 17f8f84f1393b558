// SPDX-License-Identifier: MIT
#include "resources.hpp"

#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <string_view>

namespace {

DeviceRule rule_from(Keys& keys) {
  DeviceRule rule;
  rule.allow = keys.get("allow", false);
  const std::string type = keys.text("type", "a");
  const std::map<std::string_view, char> types = {
      {"", 'a'},
      {"a", 'a'},
      {"c", 'c'},
      {"b", 'b'}};
  rule.type = look_up(types, type, keys.path("type"));
  rule.major = keys.get<long>("major", -1);
  rule.minor = keys.get<long>("minor", -1);
  rule.access = keys.text("access", "rwm");
  if (rule.access.find_first_not_of("rwm") != std::string::npos)
    refuse(keys.path("access") + " '" + rule.access + "' is unknown");
  return rule;
}

// "max" in version 2, and -1 in version 1.
std::string limit2(std::int64_t value) {
  return value < 0 ? "max" : std::to_string(value);
}

void read_memory(Keys& memory, std::vector<Limit>& limits) {
  const auto limit = memory.get<std::int64_t>("limit", 0);
  const auto swap = memory.get<std::int64_t>("swap", 0);
  const auto add = [&](const char* name1,
                       std::int64_t value,
                       const char* name2,
                       const std::string& value2) {
    limits.push_back({"memory", name1, std::to_string(value), name2, value2});
  };
  if (limit != 0) {
    add("memory.limit_in_bytes", limit, "memory.max", limit2(limit));
  }
  if (swap != 0) {
    // In version 1, and in the config, it is the sum of both.
    if (swap > 0 && (limit <= 0 || swap < limit))
      refuse("linux.resources.memory.swap is less than the limit");
    add("memory.memsw.limit_in_bytes",
        swap,
        "memory.swap.max",
        swap < 0 ? "max" : std::to_string(swap - limit));
  }
  if (const auto soft = memory.get<std::int64_t>("reservation", 0))
    add("memory.soft_limit_in_bytes", soft, "memory.low", limit2(soft));
  if (memory.find("swappiness"))
    add("memory.swappiness", memory.get<std::int64_t>("swappiness", 0), "", "");
  if (memory.get("disableOOMKiller", false))
    add("memory.oom_control", 1, "", "");
  memory.find("useHierarchy");  // it is always so
  memory.find("checkBeforeUpdate");  // nothing is used yet
  memory.refuse_if_asked({"kernel", "kernelTCP"});
}

void read_cpu(Keys& cpu, std::vector<Limit>& limits) {
  if (const auto shares = cpu.get<std::uint64_t>("shares", 0)) {
    // 2 to 262144 there, 1 to 10000 here.
    const auto weight =
        1 + (std::clamp<std::uint64_t>(shares, 2, 262144) - 2) * 9999 / 262142;
    limits.push_back(
        {"cpu",
         "cpu.shares",
         std::to_string(shares),
         "cpu.weight",
         std::to_string(weight)});
  }
  const auto period = cpu.get<std::uint64_t>("period", 0);
  const auto quota = cpu.get<std::int64_t>("quota", 0);
  const std::string max = limit2(quota == 0 ? -1 : quota) +
      (period ? " " + std::to_string(period) : "");
  if (period != 0)
    limits.push_back(
        {"cpu", "cpu.cfs_period_us", std::to_string(period), "cpu.max", max});
  if (quota != 0)
    limits.push_back(
        {"cpu", "cpu.cfs_quota_us", std::to_string(quota), "cpu.max", max});
  if (cpu.find("burst")) {
    const auto burst = std::to_string(cpu.get<std::uint64_t>("burst", 0));
    limits.push_back(
        {"cpu", "cpu.cfs_burst_us", burst, "cpu.max.burst", burst});
  }
  if (cpu.find("idle")) {
    const auto idle = std::to_string(cpu.get<std::int64_t>("idle", 0));
    limits.push_back({"cpu", "cpu.idle", idle, "cpu.idle", idle});
  }
  for (const char* name : {"cpus", "mems"}) {
    const std::string list = cpu.text(name);
    const std::string file = std::string("cpuset.") + name;
    if (!list.empty()) limits.push_back({"cpuset", file, list, file, list});
  }
  for (const char* name : {"realtimePeriod", "realtimeRuntime"})
    if (cpu.get<std::int64_t>(name, 0) != 0)
      refuse(cpu.path(name) + " is not supported");
}

}  // namespace

Device device_from(Keys& keys) {
  Device device;
  device.path = keys.needed("path");
  const std::string type = keys.needed("type");
  const std::map<std::string_view, mode_t> types = {
      {"c", S_IFCHR},
      {"u", S_IFCHR},
      {"b", S_IFBLK},
      {"p", S_IFIFO}};
  device.mode = look_up(types, type, keys.path("type")) |
      (keys.get<mode_t>("fileMode", 0666) & 07777);
  device.number =
      makedev(keys.get<unsigned>("major", 0), keys.get<unsigned>("minor", 0));
  device.uid = keys.get<uid_t>("uid", 0);
  device.gid = keys.get<gid_t>("gid", 0);
  return device;
}

void read_resources(Keys& resources, Options& options) {
  resources.each("devices", [&](Keys& rule) {
    options.device_rules.push_back(rule_from(rule));
  });
  resources.below("pids", [&](Keys& pids) {
    const auto limit = pids.get<std::int64_t>("limit", 0);
    if (limit == 0) return;
    const std::string text = limit2(limit);
    options.limits.push_back({"pids", "pids.max", text, "pids.max", text});
  });
  resources.below("memory", [&](Keys& memory) {
    read_memory(memory, options.limits);
  });
  resources.below("cpu", [&](Keys& cpu) { read_cpu(cpu, options.limits); });
  resources.each("hugepageLimits", [&](Keys& pages) {
    const std::string name = "hugetlb." + pages.needed("pageSize");
    const auto limit = std::to_string(pages.get<std::uint64_t>("limit", 0));
    options.limits.push_back(
        {"hugetlb", name + ".limit_in_bytes", limit, name + ".max", limit});
  });
  if (const Json* unified = resources.find("unified")) {
    for (const auto& [name, value] : unified->items()) {
      const std::string controller = name.substr(0, name.find('.'));
      if (name.find('/') != std::string::npos || !value.is_string())
        refuse(resources.path("unified") + ": '" + name + "'");
      options.limits.push_back(
          {controller == "cgroup" ? "" : controller,
           "",
           "",
           name,
           value.get<std::string>()});
    }
  }
  for (const char* name : {"blockIO", "network"}) {
    // Engines ask for it with a weight of 0, which is none.
    const Json* value = resources.find(name);
    if (!value) continue;
    for (const auto& [key, part] : value->items())
      if (!part.is_null() && part != 0 && !part.empty())
        refuse(resources.path(name) + "." + key + " is not supported");
  }
  resources.refuse_if_asked({"rdma"});
}

Filter filter_from(Keys& keys) {
  Filter filter;
  filter.default_action = keys.needed("defaultAction");
  filter.default_error = keys.get("defaultErrnoRet", EPERM);
  filter.architectures = keys.words("architectures");
  filter.flags = keys.words("flags");
  keys.refuse_if_asked({"listenerPath", "listenerMetadata"});
  keys.each("syscalls", [&](Keys& call) {
    FilterRule rule;
    rule.names = call.words("names");
    if (rule.names.empty()) refuse(call.path("names") + " is missing");
    rule.action = call.needed("action");
    rule.error = call.get("errnoRet", EPERM);
    call.each("args", [&](Keys& argument) {
      rule.arguments.push_back(
          {argument.get<unsigned>("index", 0),
           argument.get<std::uint64_t>("value", 0),
           argument.get<std::uint64_t>("valueTwo", 0),
           argument.needed("op")});
    });
    filter.rules.push_back(std::move(rule));
  });
  return filter;
}
