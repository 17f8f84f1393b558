// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <string>

#include <sys/ipc.h>
#include <sys/shm.h>

#include "common/check.hpp"
#include "tests/support/files.hpp"
#include "tests/support/host.hpp"
#include "tests/support/step.hpp"

namespace {

using namespace support;

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
  Running running(container({probe(), "pause"}));
  EXPECT_TRUE(own_namespace(running.command(), "ipc"))
      << "which flag of clone(2) makes a new one?";
}

TEST(ExerciseIpc, SharedMemoryOfTheHostIsOutOfReach) {
  const HostMemory memory;
  const std::string list = "/proc/sysvipc/shm";
  ASSERT_TRUE(memory.is_in(read_file(list))) << "this kernel does not list it";
  const Result result = run(container({"cat", list}));
  EXPECT_EQ(result.status, 0) << result;
  if (!memory.is_in(result.out)) return;
  ADD_FAILURE()
      << "the container sees shared memory of the host, and could attach it: "
         "passwords, pictures, whatever programs of the host keep in there"
      << result;
}

}  // namespace
