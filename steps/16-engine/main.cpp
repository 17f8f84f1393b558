// SPDX-License-Identifier: MIT
// Step 16: an engine drives it: a terminal, exec, and the rest of the words
// Chapter: docs/16-engine.md
// This step leaves the budget of lines, and is several files.

#include <algorithm>
#include <cstring>
#include <ctime>
#include <exception>
#include <functional>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bundle.hpp"
#include "cgroups.hpp"
#include "common/check.hpp"
#include "common/file.hpp"
#include "common/process.hpp"
#include "common/state.hpp"
#include "container.hpp"
#include "exec.hpp"
#include "hooks.hpp"

namespace {

using common::check;
using common::UniqueFd;

// The words of the command line.
struct Arguments {
  std::string root = "/run/boxstep";
  std::string log;
  std::string log_format = "text";
  std::string bundle = ".";
  std::string format = "table";
  std::string process;
  std::string resources;
  std::string user;
  std::string cwd;
  std::vector<std::string> environment;
  std::string preserve_fds = "0";
  bool all = false;
  bool force = false;
  bool tty = false;
  bool ignored = false;
  Wishes wishes;
  std::vector<std::string> words;  // the container's ID, and what follows it
};

common::StateDirectory state_of(const Arguments& arguments) {
  if (arguments.words.empty()) throw common::UsageError("the ID is missing");
  return {arguments.root, arguments.words.front()};
}

// A link that leads nowhere: its text is the path of the cgroup, and is written in
// one piece.
ContainerCgroup cgroup_of(const common::StateDirectory& state) {
  char path[4096];
  const ssize_t size =
      readlink(state.path("cgroup").c_str(), path, sizeof path);
  return ContainerCgroup(
      size <= 0 ? "" : std::string(path, static_cast<std::size_t>(size)));
}

// The last file that create writes before there is a process. It is missing while
// create works, and if create was killed.
bool is_complete(const common::StateDirectory& state) {
  return access(state.path("config.json").c_str(), F_OK) == 0;
}

Options options_of(const common::StateDirectory& state) {
  return read_config(
      common::read_file(state.path("config.json")),
      common::read_file(state.path("bundle")));
}

std::string status_of(const common::StateDirectory& state) {
  const std::string status = state.read().status;
  const bool lives = status == "running" || status == "created";
  return lives && cgroup_of(state).is_frozen() ? "paused" : status;
}

std::string as_json(const common::StateDirectory& state) {
  const std::string status = status_of(state);
  const pid_t pid = status == "stopped" ? 0 : state.read().init.pid;
  return state_as_json(
      state.id(),
      status,
      pid,
      is_complete(state) ? common::read_file(state.path("bundle")) : "",
      is_complete(state) ? options_of(state).annotations : "{}");
}

[[noreturn]] void not_possible(
    const std::string& what,
    const std::string& status) {
  throw std::runtime_error(
      "cannot " + what + " a container that is " + status +
      (status == "stopped" ? ": container not running" : ""));
}

int create_word(const Arguments& arguments) {
  char* const bundle = realpath(arguments.bundle.c_str(), nullptr);
  if (!bundle) common::fail(errno, "open", arguments.bundle);
  create(state_of(arguments), bundle, arguments.wishes);
  return 0;
}

// The first process has opened the gate to write, and waits for a reader. It
// closes its end when it calls execve(2).
int start_word(const Arguments& arguments) {
  const common::StateDirectory state = state_of(arguments);
  const common::State now = state.read();
  if (now.status != "created") not_possible("start", now.status);
  const std::string error = state.open_gate(now.init);
  if (!error.empty()) throw std::runtime_error(error);
  const Hooks hooks = options_of(state).hooks;
  if (!hooks.poststart.empty()) try_hooks(hooks.poststart, as_json(state));
  return 0;
}

int state_word(const Arguments& arguments) {
  const std::string text = as_json(state_of(arguments));
  check(write(STDOUT_FILENO, text.data(), text.size()), "write", "stdout");
  return 0;
}

int kill_word(const Arguments& arguments) {
  const common::StateDirectory state = state_of(arguments);
  const std::vector<std::string>& words = arguments.words;
  const int signal = common::parse_signal({words.begin() + 1, words.end()});
  const common::State now = state.read();
  if (arguments.all) {
    const ContainerCgroup cgroup = cgroup_of(state);
    if (signal == SIGKILL) {
      cgroup.kill_all();
      return 0;
    }
    for (const pid_t process : cgroup.processes())
      kill(process, signal);
    return 0;
  }
  if (now.status == "stopped" || now.status == "creating")
    not_possible("kill", now.status);
  common::send_signal(now.init, signal);
  return 0;
}

// Ends the first process, if there is one, and waits for that. In a PID namespace
// of their own, the others go with it.
void end_first_process(const common::StateDirectory& state) {
  common::State now;
  try {
    now = state.read();
  } catch (const std::runtime_error&) {
    return;  // damaged: the cgroup has its processes
  }
  if (now.init.pid == 0 || now.status == "stopped") return;
  UniqueFd init;
  try {
    init = common::open_process(now.init);
    common::send_signal(now.init, SIGKILL);
  } catch (const std::system_error& error) {
    if (error.code().value() == ESRCH) return;  // it has ended meanwhile
    throw;
  }
  const ContainerCgroup cgroup = cgroup_of(state);
  if (cgroup.is_frozen()) cgroup.freeze(false);
  pollfd end{.fd = init.get(), .events = POLLIN, .revents = 0};
  constexpr int kTenSeconds = 10000;
  if (check(poll(&end, 1, kTenSeconds), "poll") == 0)
    common::fail(ETIMEDOUT, "kill", state.id());
}

int delete_word(const Arguments& arguments) {
  const common::StateDirectory state = state_of(arguments);
  if (arguments.force) {
    if (!state.exists()) return 0;
    end_first_process(state);
  } else if (const auto status = status_of(state); status != "stopped") {
    not_possible("delete", status);
  }
  Hooks hooks;
  std::string text;
  try {
    // Without this file, create has not come far enough to run a hook.
    if (is_complete(state)) hooks = options_of(state).hooks;
    text = as_json(state);
  } catch (const std::exception& error) {
    if (!arguments.force) throw;
  }
  const ContainerCgroup cgroup = cgroup_of(state);
  cgroup.kill_all();
  cgroup.remove();
  state.remove();
  try_hooks(hooks.poststop, text);
  return 0;
}

int exec_word(const Arguments& arguments) {
  const common::StateDirectory state = state_of(arguments);
  if (const std::string status = status_of(state); status != "running")
    not_possible("exec in", status);
  Options options = options_of(state);
  const auto own = cgroup_of(state);
  if (!arguments.process.empty()) {
    options.process = read_process(common::read_file(arguments.process));
  } else {
    options.process.terminal = arguments.tty;
    options.process.command.assign(
        arguments.words.begin() + 1,
        arguments.words.end());
    if (options.process.command.empty())
      throw common::UsageError("no command to run");
    if (!arguments.cwd.empty()) options.process.cwd = arguments.cwd;
    for (const std::string& variable : arguments.environment)
      options.process.environment.push_back(variable);
    if (!arguments.user.empty()) {
      unsigned uid = 0;
      unsigned gid = 0;
      char rest = 0;
      const int count =
          std::sscanf(arguments.user.c_str(), "%u:%u%c", &uid, &gid, &rest);
      if (count != 2 &&
          (count != 1 ||
           arguments.user.find_first_not_of("0123456789") != std::string::npos))
        throw common::UsageError("--user needs UID or UID:GID");
      options.process.uid = uid;
      options.process.gid = gid;
      options.process.groups.clear();
    }
  }
  return execute(state, own, options, arguments.wishes);
}

int ps_word(const Arguments& arguments) {
  const common::StateDirectory state = state_of(arguments);
  state.read();
  std::string text;
  const bool is_json = arguments.format == "json";
  for (const pid_t process : cgroup_of(state).processes()) {
    if (is_json && !text.empty()) text += ",";
    text += std::to_string(process) + (is_json ? "" : "\n");
  }
  text = is_json ? "[" + text + "]\n" : "PID\n" + text;
  check(write(STDOUT_FILENO, text.data(), text.size()), "write", "stdout");
  return 0;
}

int pause_word(const Arguments& arguments) {
  const common::StateDirectory state = state_of(arguments);
  if (const std::string status = status_of(state); status != "running")
    not_possible("pause", status);
  cgroup_of(state).freeze(true);
  return 0;
}

int resume_word(const Arguments& arguments) {
  const common::StateDirectory state = state_of(arguments);
  if (const std::string status = status_of(state); status != "paused")
    not_possible("resume", status);
  cgroup_of(state).freeze(false);
  return 0;
}

int update_word(const Arguments& arguments) {
  const common::StateDirectory state = state_of(arguments);
  const std::string status = status_of(state);
  if (status == "stopped" || status == "creating")
    not_possible("update", status);
  const std::string& file = arguments.resources;
  if (file.empty()) throw common::UsageError("update needs --resources");
  const std::string text = common::read_file(file == "-" ? "/dev/stdin" : file);
  cgroup_of(state).update(read_limits(text));
  return 0;
}

// The command can be a link to /proc/self/exe. Then the container runs this program,
// and could write into its file on the host (CVE-2019-5736). So the runtime executes
// itself again, from a read-only mount that is in no mount table.
void protect_program(char** argv) {
  struct statvfs where {};
  check(statvfs("/proc/self/exe", &where), "statvfs", "/proc/self/exe");
  if ((where.f_flag & ST_RDONLY) != 0) return;
  const auto program = static_cast<int>(syscall(
      SYS_open_tree,
      AT_FDCWD,
      "/proc/self/exe",
      static_cast<unsigned>(OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC)));
  check(program, "open_tree", "/proc/self/exe");
  struct mount_attr attributes {};
  attributes.attr_set = MOUNT_ATTR_RDONLY;
  check(
      mount_setattr(program, "", AT_EMPTY_PATH, &attributes, sizeof attributes),
      "mount_setattr",
      "/proc/self/exe");
  execveat(program, "", argv, environ, AT_EMPTY_PATH);
  common::fail(errno, "execveat", "/proc/self/exe");
}

using Target = std::variant<std::string*, bool*, std::vector<std::string>*>;

struct Word {
  int (*run)(const Arguments&);
  std::string options;  // those it has, besides the ones that all have
};

const std::map<std::string, Word> kWords = {
    {"create",
     {create_word,
      "--bundle -b --pid-file --console-socket --preserve-fds "
      "--no-new-keyring"}},
    {"start", {start_word, ""}},
    {"state", {state_word, ""}},
    {"kill", {kill_word, "--all -a"}},
    {"delete", {delete_word, "--force -f"}},
    {"exec",
     {exec_word,
      "--process -p --detach -d --pid-file --console-socket --preserve-fds "
      "--tty -t --user -u --cwd --env -e"}},
    {"ps", {ps_word, "--format -f"}},
    {"pause", {pause_word, ""}},
    {"resume", {resume_word, ""}},
    {"update", {update_word, "--resources -r"}},
};

constexpr const char* kHelp =
    "usage: 16-engine [--root DIR] [--log FILE] [--log-format text|json] WORD "
    "[OPTION...] ID\n"
    "  create [--bundle DIR] [--pid-file FILE] [--console-socket PATH] ID\n"
    "  start ID\n"
    "  state ID\n"
    "  kill [--all] ID [SIGNAL]\n"
    "  delete [--force] ID\n"
    "  exec [--process FILE] [--detach] [--pid-file FILE] [--console-socket "
    "PATH] ID [COMMAND...]\n"
    "  ps [--format json] ID\n"
    "  pause ID\n"
    "  resume ID\n"
    "  update --resources FILE ID\n";

bool is_one_of(const std::string& option, const std::string& list) {
  return (" " + list + " ").find(" " + option + " ") != std::string::npos;
}

// Options may stand before the word, and between it and the first argument.
const Word& parse(int argc, char** argv, Arguments& arguments) {
  const std::map<std::string, Target> targets = {
      {"--root", &arguments.root},
      {"--log", &arguments.log},
      {"--log-format", &arguments.log_format},
      {"--debug", &arguments.ignored},
      {"--bundle", &arguments.bundle},
      {"-b", &arguments.bundle},
      {"--pid-file", &arguments.wishes.pid_file},
      {"--console-socket", &arguments.wishes.console_socket},
      {"--preserve-fds", &arguments.preserve_fds},
      {"--no-new-keyring", &arguments.ignored},
      {"--all", &arguments.all},
      {"-a", &arguments.all},
      {"--force", &arguments.force},
      {"--process", &arguments.process},
      {"-p", &arguments.process},
      {"--resources", &arguments.resources},
      {"-r", &arguments.resources},
      {"--detach", &arguments.wishes.detach},
      {"-d", &arguments.wishes.detach},
      {"--tty", &arguments.tty},
      {"-t", &arguments.tty},
      {"--user", &arguments.user},
      {"-u", &arguments.user},
      {"--cwd", &arguments.cwd},
      {"--env", &arguments.environment},
      {"-e", &arguments.environment},
      {"--format", &arguments.format},
  };
  const Word* word = nullptr;
  int next = 1;
  for (; next < argc; ++next) {
    std::string name = argv[next];
    if (!name.starts_with("-")) {
      if (word) break;
      const auto known = kWords.find(name);
      if (known == kWords.end())
        throw common::UsageError("unknown word '" + name + "'");
      word = &known->second;
      continue;
    }
    if (name == "--") {
      ++next;
      break;
    }
    const std::size_t sign = name.find('=');
    const bool has_value = name.starts_with("--") && sign != std::string::npos;
    std::string value = has_value ? name.substr(sign + 1) : "";
    name = name.substr(0, has_value ? sign : std::string::npos);
    const bool is_allowed = word
        ? is_one_of(name, word->options)
        : is_one_of(name, "--root --log --log-format --debug");
    if (name == "-f")
      name = word && word->run == ps_word ? "--format" : "--force";
    if (!is_allowed) throw common::UsageError("unknown option " + name);
    const Target& target = targets.at(name);
    if (auto* const* flag = std::get_if<bool*>(&target)) {
      **flag = true;
      continue;
    }
    if (!has_value) {
      if (next + 1 == argc) throw common::UsageError(name + " needs a value");
      value = argv[++next];
    }
    if (auto* const* text = std::get_if<std::string*>(&target))
      **text = value;
    else
      std::get<std::vector<std::string>*>(target)->push_back(value);
  }
  if (!word) throw common::UsageError("nothing to do: expected a word");
  arguments.words.assign(argv + next, argv + argc);
  const std::string& count = arguments.preserve_fds;
  if (count.empty() || count.size() > 3 ||
      count.find_first_not_of("0123456789") != std::string::npos)
    throw common::UsageError("--preserve-fds needs a number");
  arguments.wishes.preserve_fds = static_cast<unsigned>(std::stoi(count));
  return *word;
}

// An engine reads the last line of the log.
void log_error(const Arguments& arguments, const std::exception& error) {
  if (arguments.log.empty()) return;
  const UniqueFd file(open(
      arguments.log.c_str(),
      O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC,
      0600));
  if (file.get() == -1) return;
  char now[32];
  const std::time_t seconds = std::time(nullptr);
  std::strftime(now, sizeof now, "%Y-%m-%dT%H:%M:%SZ", std::gmtime(&seconds));
  const std::string message = quote(error.what());
  const std::string text = arguments.log_format == "json"
      ? "{\"level\":\"error\",\"msg\":" + message + ",\"time\":\"" + now +
          "\"}\n"
      : std::string("time=\"") + now + "\" level=error msg=" + message + "\n";
  [[maybe_unused]] const auto lost =
      write(file.get(), text.data(), text.size());
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  try {
    common::prepare_process();
    const std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
    if (words == std::vector<std::string>{"--help"} ||
        words == std::vector<std::string>{"--version"}) {
      const std::string text =
          words[0] == "--help" ? kHelp : "boxstep 16-engine\nspec: 1.2.0\n";
      check(write(STDOUT_FILENO, text.data(), text.size()), "write", "stdout");
      return 0;
    }
    const Word& word = parse(argc, argv, arguments);
    const unsigned first = STDERR_FILENO + 1 + arguments.wishes.preserve_fds;
    check(close_range(first, ~0U, /*flags=*/0), "close_range");
    if (word.run == create_word || word.run == exec_word) protect_program(argv);
    return word.run(arguments);
  } catch (const std::exception& error) {
    log_error(arguments, error);
    return common::report(error);
  }
}
