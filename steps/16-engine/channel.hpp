// SPDX-License-Identifier: MIT
// Between the runtime and the process that it has started, until that one is
// ready: each waits for a word of the other. An error goes the same way, so that
// the runtime can tell its engine.
#pragma once

#include <sys/socket.h>
#include <sys/types.h>

#include <stdexcept>
#include <string>

#include "common/check.hpp"
#include "common/file.hpp"
#include "common/process.hpp"

class Channel {
 public:
  Channel() {
    int ends[2];
    constexpr int kType = SOCK_SEQPACKET | SOCK_CLOEXEC;
    common::check(socketpair(AF_UNIX, kType, 0, ends), "socketpair");
    host_.reset(ends[0]);
    container_.reset(ends[1]);
  }

  // Each side calls one of them first, and closes the end of the other.
  void be_host() { container_.reset(); }
  void be_container() { host_.reset(); }

  void say(const std::string& word) const {
    const auto size =
        send(end(), word.data(), word.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    common::check(size, "send");
  }

  /// Throws the other's error, or EPIPE if it has ended.
  void wait_for(const std::string& word) const {
    char text[4096];
    const ssize_t size =
        common::check(recv(end(), text, sizeof text, 0), "recv");
    const std::string came(text, static_cast<std::size_t>(size));
    if (came == word) return;
    if (came.empty()) common::fail(EPIPE, "wait for", word);
    throw std::runtime_error(came);
  }

 private:
  int end() const { return host_.get() != -1 ? host_.get() : container_.get(); }

  common::UniqueFd host_;
  common::UniqueFd container_;
};

// An error of the child is sent to the host, which reports it.
template <typename Body>
int tell_errors(const Channel& channel, const Body& body) {
  try {
    return body();
  } catch (const std::exception& error) {
    try {
      channel.say(error.what());
    } catch (const std::exception&) {
      common::report(error);  // nobody listens any more
    }
    return common::kRuntimeFailed;
  }
}
