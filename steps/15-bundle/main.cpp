// SPDX-License-Identifier: MIT
// Step 15: what to run is a file, and config.json takes the place of the options
// Chapter: docs/15-bundle.md
// This step leaves the budget of lines, and is several files.

#include <algorithm>
#include <exception>
#include <map>
#include <string>
#include <vector>

#include <fcntl.h>
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

namespace {

using common::check;
using common::UniqueFd;

// The words of the command line.
struct Arguments {
  std::string root = "/run/boxstep";
  std::string bundle = ".";
  std::string pid_file;
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

std::string as_json(const common::StateDirectory& state) {
  const std::string status = state.read().status;
  const pid_t pid = status == "stopped" ? 0 : state.read().init.pid;
  return state_as_json(
      state.id(),
      status,
      pid,
      is_complete(state) ? common::read_file(state.path("bundle")) : "",
      is_complete(state) ? options_of(state).annotations : "{}");
}

int create_word(const Arguments& arguments) {
  char* const bundle = realpath(arguments.bundle.c_str(), nullptr);
  if (!bundle) common::fail(errno, "open", arguments.bundle);
  create(state_of(arguments), bundle, arguments.pid_file);
  return 0;
}

// The first process has opened the gate to write, and waits for a reader. It
// closes its end when it calls execve(2).
int start_word(const Arguments& arguments) {
  const common::StateDirectory state = state_of(arguments);
  const common::State now = state.expect("created");
  const std::string error = state.open_gate(now.init);
  if (!error.empty()) throw std::runtime_error(error);
  return 0;
}

int state_word(const Arguments& arguments) {
  const std::string text = as_json(state_of(arguments));
  check(write(STDOUT_FILENO, text.data(), text.size()), "write", "stdout");
  return 0;
}

int kill_word(const Arguments& arguments) {
  const std::vector<std::string>& words = arguments.words;
  return state_of(arguments).signal({words.begin() + 1, words.end()});
}

int delete_word(const Arguments& arguments) {
  const common::StateDirectory state = state_of(arguments);
  state.expect("stopped");
  const ContainerCgroup cgroup = cgroup_of(state);
  // In a PID namespace that is not its own, they do not go with the first one.
  cgroup.kill_all();
  cgroup.remove();
  state.remove();
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

struct Word {
  int (*run)(const Arguments&);
  std::string options;  // those it has, besides the ones that all have
};

const std::map<std::string, Word> kWords = {
    {"create", {create_word, "--bundle -b --pid-file"}},
    {"start", {start_word, ""}},
    {"state", {state_word, ""}},
    {"kill", {kill_word, ""}},
    {"delete", {delete_word, ""}},
};

constexpr const char* kHelp =
    "usage: 15-bundle [--root DIR] WORD [OPTION...] ID\n"
    "  create [--bundle DIR] [--pid-file FILE] ID\n"
    "  start ID\n"
    "  state ID\n"
    "  kill ID [SIGNAL]\n"
    "  delete ID\n";

bool is_one_of(const std::string& option, const std::string& list) {
  return (" " + list + " ").find(" " + option + " ") != std::string::npos;
}

// Options may stand before the word, and between it and the first argument.
const Word& parse(int argc, char** argv, Arguments& arguments) {
  const std::map<std::string, std::string*> targets = {
      {"--root", &arguments.root},
      {"--bundle", &arguments.bundle},
      {"-b", &arguments.bundle},
      {"--pid-file", &arguments.pid_file},
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
    const bool is_allowed =
        name == "--root" || (word && is_one_of(name, word->options));
    if (!is_allowed) throw common::UsageError("unknown option " + name);
    if (!has_value) {
      if (next + 1 == argc) throw common::UsageError(name + " needs a value");
      value = argv[++next];
    }
    *targets.at(name) = value;
  }
  if (!word) throw common::UsageError("nothing to do: expected a word");
  arguments.words.assign(argv + next, argv + argc);
  return *word;
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
          words[0] == "--help" ? kHelp : "boxstep 15-bundle\nspec: 1.2.0\n";
      check(write(STDOUT_FILENO, text.data(), text.size()), "write", "stdout");
      return 0;
    }
    const Word& word = parse(argc, argv, arguments);
    check(close_range(STDERR_FILENO + 1, ~0U, /*flags=*/0), "close_range");
    if (word.run == create_word) protect_program(argv);
    return word.run(arguments);
  } catch (const std::exception& error) {
    return common::report(error);
  }
}
