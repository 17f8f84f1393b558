// SPDX-License-Identifier: MIT
// The exercises of step 06.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/exercises/exercises.hpp"

namespace {

using namespace support;
using namespace exercises;

const std::string kOwn =
    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n"
    "HOME=/root\nTERM=vt100\n";

Launch with_variables(const std::vector<std::string>& command) {
  Launch launch = container(command, {"--env", "WANTED"});
  launch.environment = {{"UNWANTED", "no"}, {"TERM", "vt100"}};
  return launch;
}

TEST(ExerciseEnv, TheCommandHasWhatWasAskedForAndNoMore) {
  matters(
      "copy the value before the text is erased, and set it after clearenv(3)");
  Launch launch = with_variables({"env"});
  launch.environment["WANTED"] = "yes = please";
  EXPECT_TRUE(printed(run(launch), kOwn + "WANTED=yes = please\n"));
}

TEST(ExerciseEnv, WhatTheCallerLacksIsNotThere) {
  matters("an empty variable is not the same as none: the shell's ${X-...}");
  EXPECT_TRUE(printed(run(with_variables({"env"})), kOwn));
}

TEST(ExerciseEnv, TheInitStillShowsNothing) {
  matters("all of the old text is erased, that of the wanted variable too");
  Launch launch = with_variables({probe(), "pause"});
  launch.environment["WANTED"] = "yes";
  const Running running(launch);
  std::string shown =
      read_file("/proc/" + std::to_string(running.init()) + "/environ");
  std::erase(shown, '\0');
  EXPECT_TRUE(shown.empty())
      << but("/proc/1/environ shows nothing", "it shows: " + shown);
}

TEST(ExerciseStillInherited, TheAnswerIsWhatTheCommandHasOfIt) {
  const TemporaryDirectory directory;
  Launch launch = container({probe(), "pause"});
  launch.directory = directory.path();
  launch.before_exec = [] {
    const rlimit limit{.rlim_cur = 99, .rlim_max = 99};
    if (setpriority(PRIO_PROCESS, 0, 5) == -1 ||
        setrlimit(RLIMIT_NOFILE, &limit) == -1) {
      _exit(120);
    }
    umask(0);
    const int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (write(fd, "500", 3) != 3) _exit(120);
  };
  const Running running(launch);
  const pid_t pid = running.command();
  const std::string proc = "/proc/" + std::to_string(pid) + "/";
  rlimit limit{};
  ASSERT_EQ(prlimit(pid, RLIMIT_NOFILE, nullptr, &limit), 0);
  std::string inherited;
  if (getpriority(PRIO_PROCESS, static_cast<id_t>(pid)) == 5)
    inherited += " nice";
  if (limit.rlim_cur == 99) inherited += " open-files";
  if (status_field(pid, "Umask") == "0000") inherited += " umask";
  if (read_link(proc + "cwd") == directory.path()) inherited += " directory";
  if (read_file(proc + "oom_score_adj") == "500\n") inherited += " oom";
  EXPECT_TRUE(answered(
      inherited,
      "words of the list in the task",
      "give the caller unusual values, and compare them with those in the "
      "container"));
}

}  // namespace
