// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include <sys/stat.h>
#include <unistd.h>

#include "common/check.hpp"
#include "tests/exercises/answer.hpp"
#include "tests/support/files.hpp"
#include "tests/support/host.hpp"
#include "tests/support/step.hpp"

namespace {

using namespace support;

// In version 2, the root of a hierarchy may have processes beside its children,
// and no other cgroup may (cgroups(7)). That of the throwaway host is no root: so
// this process leaves it for as long as this exists.
class EmptyRoot {
 public:
  EmptyRoot() {
    if (!exists(control_)) return;
    common::check(mkdir(host_.c_str(), 0755), "mkdir", host_);
    write_file(host_ + "/cgroup.procs", "0");
  }
  EmptyRoot(const EmptyRoot&) = delete;
  EmptyRoot& operator=(const EmptyRoot&) = delete;
  ~EmptyRoot() {
    if (!exists(control_)) return;
    write_file(control_, "-pids");  // or it is not to be entered again
    write_file(root_ + "/cgroup.procs", "0");
    rmdir(host_.c_str());
  }

 private:
  std::string root_ = pids_hierarchy();
  std::string control_ = root_ + "/cgroup.subtree_control";
  std::string host_ = root_ + "/host";
};

Result run_answer(const std::vector<std::string>& command) {
  const EmptyRoot root;
  Launch launch{.argv = {"sh", "-c", exercises::answer(), "sh", rootfs()}};
  launch.argv.insert(launch.argv.end(), command.begin(), command.end());
  return run(launch);
}

TEST(ExerciseOneLine, TheCommandIsNumberOneInTheRootfs) {
  const Result result = run_answer({"/bin/probe", "pid"});
  EXPECT_EQ(result.out, "1 0\n")
      << "these are the command's number and its parent's; 1 and none are what "
         "unshare --pid --fork makes of it"
      << result;
}

TEST(ExerciseOneLine, TheLimitHolds) {
  const Result result = run_answer({"/bin/probe", "forks"});
  if (result.out.find("then EAGAIN") != std::string::npos) return;
  ADD_FAILURE()
      << "the command started processes until one is refused, which is "
      << "to be at 20, and came to another end. Is it in the cgroup, and "
      << "the limit in its pids.max?" << result;
}

}  // namespace
