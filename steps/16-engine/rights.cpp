// SPDX-License-Identifier: MIT
#include "rights.hpp"

#include <grp.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <map>
#include <set>
#include <string_view>

#include "common/check.hpp"

namespace {

using common::check;

// In the container. At execve(2), a setuid program gets another user's rights,
// and a file can have capabilities. From now on, the kernel ignores both.
void forbid_new_rights() {
  check(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl", "no_new_privs");
}

struct Sets {
  std::uint64_t effective = 0;
  std::uint64_t permitted = 0;
  std::uint64_t inheritable = 0;
};

void set_capabilities(const Sets& sets) {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, /*pid=*/0};
  std::array<__user_cap_data_struct, 2> data{};  // for 0 to 31, and from 32
  for (unsigned half = 0; half < 2; ++half) {
    data.at(half).effective = static_cast<__u32>(sets.effective >> 32 * half);
    data.at(half).permitted = static_cast<__u32>(sets.permitted >> 32 * half);
    data.at(half).inheritable =
        static_cast<__u32>(sets.inheritable >> 32 * half);
  }
  check(syscall(SYS_capset, &header, data.data()), "capset");
}

std::uint64_t permitted() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, /*pid=*/0};
  std::array<__user_cap_data_struct, 2> data{};
  check(syscall(SYS_capget, &header, data.data()), "capget");
  return data[0].permitted |
      static_cast<std::uint64_t>(data[1].permitted) << 32;
}

// libseccomp returns the error as a negative number.
void check_filter(int result, std::string_view what) {
  if (result < 0) common::fail(-result, "seccomp", what);
}

std::uint32_t action_of(const std::string& name, int error) {
  const std::map<std::string_view, std::uint32_t> actions = {
      {"SCMP_ACT_KILL", SCMP_ACT_KILL},
      {"SCMP_ACT_KILL_THREAD", SCMP_ACT_KILL_THREAD},
      {"SCMP_ACT_KILL_PROCESS", SCMP_ACT_KILL_PROCESS},
      {"SCMP_ACT_TRAP", SCMP_ACT_TRAP},
      {"SCMP_ACT_ERRNO", SCMP_ACT_ERRNO(static_cast<unsigned>(error))},
      {"SCMP_ACT_ALLOW", SCMP_ACT_ALLOW},
      {"SCMP_ACT_LOG", SCMP_ACT_LOG},
  };
  const auto found = actions.find(name);
  if (found == actions.end())
    throw std::runtime_error(
        "config.json: seccomp action " + name + " is not supported");
  return found->second;
}

scmp_compare operator_of(const std::string& name) {
  const std::map<std::string_view, scmp_compare> operators = {
      {"SCMP_CMP_NE", SCMP_CMP_NE},
      {"SCMP_CMP_LT", SCMP_CMP_LT},
      {"SCMP_CMP_LE", SCMP_CMP_LE},
      {"SCMP_CMP_EQ", SCMP_CMP_EQ},
      {"SCMP_CMP_GE", SCMP_CMP_GE},
      {"SCMP_CMP_GT", SCMP_CMP_GT},
      {"SCMP_CMP_MASKED_EQ", SCMP_CMP_MASKED_EQ},
  };
  const auto found = operators.find(name);
  if (found == operators.end())
    throw std::runtime_error(
        "config.json: seccomp operator " + name + " is not supported");
  return found->second;
}

void add_architectures(scmp_filter_ctx filter, const Filter& asked) {
  for (const std::string& name : asked.architectures) {
    std::string word = name.starts_with("SCMP_ARCH_") ? name.substr(10) : name;
    for (char& letter : word)
      letter = static_cast<char>(std::tolower(letter));
    const std::uint32_t architecture = seccomp_arch_resolve_name(word.c_str());
    if (architecture == 0) check_filter(-EINVAL, name);
    const int result = seccomp_arch_add(filter, architecture);
    if (result != -EEXIST) check_filter(result, name);
  }
}

void set_flags(scmp_filter_ctx filter, const Filter& asked) {
  // It sets no_new_privs itself, unless it is told not to.
  check_filter(
      seccomp_attr_set(filter, SCMP_FLTATR_CTL_NNP, 0),
      "no_new_privs");
  // A tree in place of a list: a call is found in a few steps.
  seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);
  for (const std::string& flag : asked.flags) {
    if (flag == "SECCOMP_FILTER_FLAG_TSYNC") continue;  // we have one thread
    if (flag == "SECCOMP_FILTER_FLAG_LOG")
      check_filter(seccomp_attr_set(filter, SCMP_FLTATR_CTL_LOG, 1), flag);
    else if (flag == "SECCOMP_FILTER_FLAG_SPEC_ALLOW")
      check_filter(seccomp_attr_set(filter, SCMP_FLTATR_CTL_SSB, 1), flag);
    else
      throw std::runtime_error(
          "config.json: seccomp flag " + flag + " is not supported");
  }
}

void add_rule(
    scmp_filter_ctx filter,
    const FilterRule& rule,
    std::uint32_t action,
    bool is_default_strict) {
  std::vector<scmp_arg_cmp> conditions;
  std::set<unsigned> indices;
  for (const FilterArgument& argument : rule.arguments) {
    if (argument.index > 5) check_filter(-EINVAL, rule.names.front());
    conditions.push_back(
        {argument.index,
         operator_of(argument.op),
         argument.value,
         argument.value_two});
    indices.insert(argument.index);
  }
  // All must hold. But two for one argument are two rules: one must hold.
  const bool is_any = indices.size() < conditions.size();
  for (const std::string& name : rule.names) {
    const int call = seccomp_syscall_resolve_name(name.c_str());
    if (call == __NR_SCMP_ERROR) {
      // A newer call. If all that is not named is refused, it is refused, too.
      if (!is_default_strict && action != SCMP_ACT_ALLOW)
        check_filter(-ENOSYS, name);
      continue;
    }
    if (!is_any) {
      check_filter(
          seccomp_rule_add_array(
              filter,
              action,
              call,
              static_cast<unsigned>(conditions.size()),
              conditions.data()),
          name);
      continue;
    }
    for (const scmp_arg_cmp& condition : conditions)
      check_filter(
          seccomp_rule_add_array(filter, action, call, 1, &condition),
          name);
  }
}

}  // namespace

scmp_filter_ctx make_filter(const Options& options) {
  if (!options.filter) return nullptr;
  const Filter& asked = *options.filter;
  const auto by_default = action_of(asked.default_action, asked.default_error);
  const scmp_filter_ctx filter = seccomp_init(by_default);
  if (!filter) common::fail(EINVAL, "seccomp", asked.default_action);
  add_architectures(filter, asked);
  set_flags(filter, asked);
  const bool is_strict =
      by_default != SCMP_ACT_ALLOW && by_default != SCMP_ACT_LOG;
  for (const FilterRule& rule : asked.rules) {
    const std::uint32_t action = action_of(rule.action, rule.error);
    if (action != by_default) add_rule(filter, rule, action, is_strict);
  }
  return filter;
}

void become_user(const Process& process) {
  const Capabilities& asked = process.capabilities;
  // The kernel says when there are no more of them.
  for (int each = 0; prctl(PR_CAPBSET_READ, each) != -1; ++each) {
    if ((asked.bounding & 1ULL << each) != 0) continue;
    check(prctl(PR_CAPBSET_DROP, each), "prctl", "PR_CAPBSET_DROP");
  }
  // A change of user would take all of them away.
  check(prctl(PR_SET_KEEPCAPS, 1), "prctl", "PR_SET_KEEPCAPS");
  check(setgroups(process.groups.size(), process.groups.data()), "setgroups");
  check(setresgid(process.gid, process.gid, process.gid), "setresgid");
  check(setresuid(process.uid, process.uid, process.uid), "setresuid");
  // /proc/1 is closed to the other processes: /proc/1/exe is the runtime.
  check(prctl(PR_SET_DUMPABLE, 0), "prctl", "PR_SET_DUMPABLE");
  umask(process.umask);
}

void drop_rights(const Process& process, scmp_filter_ctx filter) {
  const Capabilities& asked = process.capabilities;
  const std::uint64_t owned = permitted();
  Sets sets;
  // A right that we do not have is left out: the specification wants no error.
  sets.permitted = asked.permitted & owned;
  sets.effective = asked.effective & sets.permitted;
  sets.inheritable = asked.inheritable & owned;
  const auto drop = [&] {
    set_capabilities(sets);
    const std::uint64_t ambient =
        asked.ambient & sets.permitted & sets.inheritable;
    check(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0), "prctl");
    for (int each = 0; each < 64; ++each)
      if ((ambient & 1ULL << each) != 0)
        check(
            prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, each, 0, 0),
            "prctl",
            "PR_CAP_AMBIENT_RAISE");
  };
  // To load a filter, a process needs CAP_SYS_ADMIN or no_new_privs. The filter may
  // refuse calls that we still need. So it comes last, where that is possible.
  if (process.no_new_privileges) {
    drop();
    forbid_new_rights();
    if (filter) check_filter(seccomp_load(filter), "load");
    return;
  }
  if (filter) {
    set_capabilities({owned, owned, sets.inheritable});
    check_filter(seccomp_load(filter), "load");
  }
  drop();
}
