// SPDX-License-Identifier: MIT
// Files in tests: read, write, and a directory that goes away by itself.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace support {

// A new, empty directory (mode 0755), removed with all that is in it.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  explicit TemporaryDirectory(const std::string& parent);
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// The whole content; empty when the file cannot be read.
std::string read_file(const std::string& path);

// Creates or replaces the file. Throws std::system_error.
void write_file(
    const std::string& path,
    const std::string& content,
    mode_t mode = 0644);

bool exists(const std::string& path);
// The names in a directory, sorted; none when it cannot be read.
std::vector<std::string> list_directory(const std::string& path);
// The target of a symbolic link; empty when it cannot be read.
std::string read_link(const std::string& path);

// The non-empty lines of a text, and its words.
std::vector<std::string> lines(const std::string& text);
std::vector<std::string> words(const std::string& text);

}  // namespace support
