// SPDX-License-Identifier: MIT
// Between the runtime and the process that it has started, until that one is
// ready: each waits for a word of the other. An error goes the same way, so that
// the runtime can tell its engine.
#pragma once

#include <sys/socket.h>
#include <sys/types.h>

#include <cstring>
#include <stdexcept>
#include <string>

#include "common/check.hpp"
#include "common/file.hpp"
#include "common/process.hpp"

// Sends a word with an open file. The receiver gets a descriptor of its own for it:
// SCM_RIGHTS in unix(7).
inline void send_file(int socket, std::string word, int file) {
  iovec text{.iov_base = word.data(), .iov_len = word.size()};
  alignas(cmsghdr) char rights[CMSG_SPACE(sizeof file)]{};
  msghdr message{};
  message.msg_iov = &text;
  message.msg_iovlen = 1;
  message.msg_control = rights;
  message.msg_controllen = sizeof rights;
  cmsghdr* const header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof file);
  std::memcpy(CMSG_DATA(header), &file, sizeof file);
  common::check(sendmsg(socket, &message, MSG_NOSIGNAL), "sendmsg", word);
}

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

  void give(const common::UniqueFd& file) const {
    send_file(end(), "file", file.get());
  }

  /// Throws EPIPE if the other has ended, and EMFILE if we have too many files.
  common::UniqueFd take() const {
    char word[4];
    iovec text{.iov_base = word, .iov_len = sizeof word};
    alignas(cmsghdr) char rights[CMSG_SPACE(sizeof(int))];
    msghdr message{};
    message.msg_iov = &text;
    message.msg_iovlen = 1;
    message.msg_control = rights;
    message.msg_controllen = sizeof rights;
    common::check(recvmsg(end(), &message, MSG_CMSG_CLOEXEC), "recvmsg");
    const cmsghdr* const header = CMSG_FIRSTHDR(&message);
    const bool is_cut = (message.msg_flags & MSG_CTRUNC) != 0;
    if (!header) common::fail(is_cut ? EMFILE : EPIPE, "receive a file");
    int file = -1;
    std::memcpy(&file, CMSG_DATA(header), sizeof file);
    return common::UniqueFd(file);
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
