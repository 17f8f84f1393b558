// SPDX-License-Identifier: MIT
// What the checks of the exercises have in common.
#pragma once

#include <gtest/gtest.h>

#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "tests/support/errors.hpp"
#include "tests/support/files.hpp"
#include "tests/support/host.hpp"
#include "tests/support/step.hpp"
#include "tests/support/wait.hpp"

namespace exercises {

// A command that shows that it has run.
inline const std::vector<std::string> kEcho{"/bin/echo", "ran"};

// What the learner has typed after `./boxstep check NAME`.
inline std::string answer() {
  const char* text = std::getenv("BOXSTEP_ANSWER");
  return text == nullptr ? "" : text;
}

// Its words as they are compared: EINVAL or einval, HUP or SIGHUP.
inline std::set<std::string> plain_words(const std::string& text) {
  std::set<std::string> all;
  for (std::string word : support::words(text)) {
    for (char& c : word)
      c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    all.insert(word.starts_with("SIG") ? word.substr(3) : word);
  }
  return all;
}

// Whether the answer has the words of the truth, in any order. A run has shown
// the truth. A failure tells only what kind of words it has, and where to look.
inline testing::AssertionResult answered(
    const std::string& truth,
    const std::string& kind,
    const std::string& where_to_look) {
  support::matters(where_to_look);
  const std::set<std::string> expected = plain_words(truth);
  const std::set<std::string> given = plain_words(answer());
  if (given == expected) return testing::AssertionSuccess();
  std::string wrong;
  for (const std::string& word : support::words(answer())) {
    if (!expected.contains(*plain_words(word).begin()))
      wrong += " '" + word + "'";
  }
  return testing::AssertionFailure() << support::but(
             kind,
             given.empty() ? "no answer"
                 : wrong.empty()
                 ? "what you name is right, and something is missing"
                 : "this is not right:" + wrong);
}

// A directory of the host with a file `secret` in it.
class HostDirectory {
 public:
  explicit HostDirectory(const std::string& secret = "the host's secret\n") {
    support::write_file(path() + "/secret", secret);
  }
  const std::string& path() const { return directory_.path(); }

 private:
  support::TemporaryDirectory directory_;
};

// A copy of the test rootfs that a container may write to, and that a faulty
// runtime may make read-only: it is in memory, and no disk has a part in it. A
// mount of the throwaway host, unmounted with all that is mounted below it.
class RootfsCopy {
 public:
  RootfsCopy() {
    using std::filesystem::copy_options;
    std::filesystem::copy(
        support::rootfs(),
        path(),
        copy_options::recursive | copy_options::copy_symlinks);
  }
  const std::string& path() const { return directory_.path(); }

 private:
  support::TemporaryDirectory directory_;
  support::Mounted memory_{"tmpfs", "tmpfs", directory_.path()};
};

}  // namespace exercises
