// SPDX-License-Identifier: MIT
// Runs the tests of a feature on the runtime of a step.
//
// A test that cannot run must not look like one that passed. When nothing ran,
// the status is 77, which Meson shows as SKIP; under BOXSTEP_MUST_RUN=1, which
// is for machines that have everything, a single skip is a failure. So is a
// --gtest_filter that matches nothing.
//
// BOXSTEP_CGROUP=/tests puts the tests into that cgroup of their host, as systemd
// would. Without it, they are in its root, as in a Docker container.
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>

#include <gtest/gtest.h>

#include "tests/support/errors.hpp"
#include "tests/support/host.hpp"
#include "tests/support/skip.hpp"
#include "tests/support/step.hpp"
#include "tests/support/throwaway.hpp"

namespace {

using support::kSkipped;
using support::must_run;

int skip(const std::string& missing) {
  std::cerr << (must_run() ? "FAILED" : "SKIPPED") << ": missing: " << missing
            << (must_run() ? " (BOXSTEP_MUST_RUN=1)\n" : "\n");
  return must_run() ? 1 : kSkipped;
}

// Meson reads the report even of a program that was killed: one of an earlier run
// must not be taken for ours.
void remove_old_report() {
  const std::string output = testing::GTEST_FLAG(output);
  if (output.starts_with("xml:")) std::remove(output.substr(4).c_str());
}

int run_tests() {
  const int status = RUN_ALL_TESTS();
  if (testing::GTEST_FLAG(list_tests)) return status;
  const auto& tests = *testing::UnitTest::GetInstance();
  if (tests.test_to_run_count() == 0) {
    std::cerr << "FAILED: no test matches " << testing::GTEST_FLAG(filter)
              << "\n";
    return 1;
  }
  if (status != 0) return status;
  if (must_run() && tests.skipped_test_count() > 0) {
    return skip("what the skipped tests above name");
  }
  return tests.successful_test_count() == 0 ? kSkipped : 0;
}

}  // namespace

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  if (testing::GTEST_FLAG(list_tests)) return run_tests();
  remove_old_report();
  const char* cgroup = std::getenv("BOXSTEP_CGROUP");
  const std::string missing = support::missing();
  if (!missing.empty()) return skip(missing);
  try {
    return support::run_on_throwaway_host(
        [] {
          auto& listeners = testing::UnitTest::GetInstance()->listeners();
          listeners.Append(new support::TellsWhy);
          listeners.Append(new support::HostIsUnchanged);
          return run_tests();
        },
        {.cgroup = cgroup ? cgroup : "", .controllers = {"cpu", "memory"}});
  } catch (const std::exception& error) {
    return skip(std::string("a host that allows this: ") + error.what());
  }
}
