// SPDX-License-Identifier: MIT
// The exercises of step 09.
#include <gtest/gtest.h>

#include <cerrno>
#include <cstring>
#include <map>
#include <string>
#include <vector>

#include <sys/statvfs.h>

#include "tests/exercises/exercises.hpp"

namespace {

using namespace support;
using namespace exercises;

// Of /dev/shm, as the container sees it.
struct statvfs shm_of(const Running& running) {
  const std::string pid = std::to_string(running.command());
  struct statvfs found {};
  statvfs(("/proc/" + pid + "/root/dev/shm").c_str(), &found);
  return found;
}

unsigned long mebibytes(const struct statvfs& shm) {
  return shm.f_blocks * shm.f_frsize / 1024 / 1024;
}

TEST(ExerciseShmSize, IsTheSizeOfSharedMemory) {
  matters("the option's text is a part of the last argument of mount(2)");
  Running running(container({probe(), "pause"}, {"--shm-size", "3M"}));
  EXPECT_TRUE(is("MiB in /dev/shm", mebibytes(shm_of(running)), 3UL));
  Running by_default(container({probe(), "pause"}));
  EXPECT_TRUE(is("MiB by default", mebibytes(shm_of(by_default)), 64UL));
}

TEST(ExerciseShmSize, RunsNoProgramsAndIsForEveryUser) {
  matters("MS_NOSUID, MS_NODEV and MS_NOEXEC; mode=1777, as /tmp");
  const std::vector<std::string> option{"--shm-size", "3M"};
  Running running(container({probe(), "pause"}, option));
  constexpr unsigned long kFlags = ST_NOSUID | ST_NODEV | ST_NOEXEC;
  EXPECT_TRUE(
      is("the flags of /dev/shm", shm_of(running).f_flag & kFlags, kFlags));
  EXPECT_TRUE(printed(
      run(container({probe(), "shared-memory"}, option)),
      "shared memory\n"));
}

TEST(ExerciseShmSize, ThatIsNoneIsRefused) {
  matters("every call can fail: check it, or there is no limit");
  EXPECT_TRUE(
      refused(run(container(kEcho, {"--shm-size", "much"})), "much: Invalid"));
}

TEST(ExerciseFourRefusals, TheAnswerIsWhatTheKernelSays) {
  const std::map<std::string, int> names{
      {"EACCES", EACCES},
      {"EIO", EIO},
      {"ENOENT", ENOENT},
      {"ENOSPC", ENOSPC},
      {"ENXIO", ENXIO},
      {"EPERM", EPERM}};
  std::string truth;
  for (const char* command :
       {"mknod /dev/shm/null c 1 3",
        "cat /bin/sh >/dev/full",
        "setsid -w cat /dev/tty",
        "cp /bin/true /dev/shm; /dev/shm/true"}) {
    const std::string said = run(container({"/bin/sh", "-c", command})).err;
    for (const auto& [name, error] : names) {
      if (said.find(std::strerror(error)) != std::string::npos)
        truth += " " + name;
    }
  }
  EXPECT_TRUE(answered(
      truth,
      "four names of errno(3)",
      "type the commands in the container, and look up what they say"));
}

}  // namespace
