// SPDX-License-Identifier: MIT
// The exercises of step 01.
#include <gtest/gtest.h>

#include <cerrno>
#include <cstring>
#include <map>
#include <string>

#include <sys/ipc.h>
#include <sys/shm.h>

#include "common/check.hpp"
#include "tests/exercises/exercises.hpp"

namespace {

using namespace support;
using namespace exercises;

// Shared memory of the host: it goes with this process, however that ends.
class HostMemory {
 public:
  HostMemory() {
    attached_ = shmat(id_, nullptr, /*shmflg=*/0);
    shmctl(id_, IPC_RMID, nullptr);  // once nobody has it attached
  }
  HostMemory(const HostMemory&) = delete;
  HostMemory& operator=(const HostMemory&) = delete;
  ~HostMemory() { shmdt(attached_); }

  // Whether it is in a list as /proc/sysvipc/shm has it: key, id, …
  bool is_in(const std::string& list) const {
    for (const std::string& line : lines(list)) {
      if (words(line)[1] == std::to_string(id_)) return true;
    }
    return false;
  }

 private:
  int id_ = common::check(
      shmget(IPC_PRIVATE, /*size=*/4096, IPC_CREAT | 0600),
      "shmget");
  void* attached_ = nullptr;
};

TEST(ExerciseIpc, TheNamespaceIsNotTheHosts) {
  matters("one of the flags of clone(2) makes a new IPC namespace");
  Running running(container({probe(), "pause"}));
  EXPECT_TRUE(own_namespace(running.command(), "ipc"));
}

TEST(ExerciseIpc, SharedMemoryOfTheHostIsOutOfReach) {
  matters("the container could read what programs of the host keep in there");
  const HostMemory memory;
  const std::string list = "/proc/sysvipc/shm";
  ASSERT_TRUE(memory.is_in(read_file(list))) << "this kernel does not list it";
  const Result result = run(container({"cat", list}));
  EXPECT_TRUE(exited(result, 0));
  EXPECT_FALSE(memory.is_in(result.out))
      << but("the container's list of shared memory is empty",
             "the container sees shared memory of the host",
             &result);
}

constexpr const char* kDomainname = "/proc/sys/kernel/domainname";

TEST(ExerciseDomainname, IsTheOneAskedFor) {
  matters("setdomainname(2) in child() sets what that file shows");
  EXPECT_TRUE(printed(
      run(container({"cat", kDomainname}, {"--domainname", "example"})),
      "example\n"));
}

TEST(ExerciseDomainname, TheHostsStaysAsItWas) {
  matters("call setdomainname(2) in child(), not in run()");
  const std::string before = read_file(kDomainname);
  Running running(container({probe(), "pause"}, {"--domainname", "another"}));
  EXPECT_TRUE(is("the host's domain name", read_file(kDomainname), before));
}

TEST(ExerciseDomainname, OneThatIsTooLongIsRefused) {
  matters(
      "if the name cannot be set, the command must not run: check() the call");
  EXPECT_TRUE(refused(
      run(container(kEcho, {"--domainname", std::string(65, 'x')})),
      "setdomainname"));
}

// The name of the error that the runtime has reported.
std::string error_in(const Result& result) {
  const std::map<int, std::string> names{
      {EINVAL, "EINVAL"},
      {ENAMETOOLONG, "ENAMETOOLONG"},
      {E2BIG, "E2BIG"},
      {EPERM, "EPERM"},
      {EFAULT, "EFAULT"}};
  for (const auto& [error, name] : names) {
    if (result.err.find(std::strerror(error)) != std::string::npos) return name;
  }
  return "?";
}

TEST(ExerciseHostnameLength, TheAnswerIsWhatTheKernelDoes) {
  constexpr size_t kNoSystemAllows = 1024;
  size_t longest = 0;
  Result refusal;
  for (size_t length = 1; length <= kNoSystemAllows; ++length) {
    refusal = run(container(
        {probe(), "hostname"},
        {"--hostname", std::string(length, 'x')}));
    if (refusal.status != 0) break;
    longest = length;
  }
  EXPECT_TRUE(answered(
      {std::to_string(longest), error_in(refusal)},
      "a number and the name of an error",
      "try longer and longer names with --hostname. sethostname(2) lists the "
      "names of the errors: the runtime prints the text of one"));
}

}  // namespace
