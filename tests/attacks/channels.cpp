// SPDX-License-Identifier: MIT
// Attacks by what processes speak to each other through.
#include <linux/keyctl.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/un.h>

#include <array>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <cstring>

#include "tests/attacks/rig/attack.hpp"

namespace attacks::channels {

constexpr key_t kKey = 4711;

Words prepare_shared_memory(Host& host) {
  const int id =
      check(shmget(kKey, kSecretLength + 1, IPC_CREAT | 0600), "shmget");
  void* memory = shmat(id, nullptr, /*shmflg=*/0);
  std::memcpy(memory, host.secret.c_str(), kSecretLength + 1);
  return {};
}

void shared_memory(const Words&) {
  const int id = try_to(
      shmget(kKey, kSecretLength + 1, /*shmflg=*/0),
      "shmget",
      std::to_string(kKey));
  const void* memory = shmat(id, nullptr, SHM_RDONLY);
  try_to(reinterpret_cast<long>(memory), "shmat");
  tell(static_cast<const char*>(memory));
}

const Entry kSharedMemory({
    .name = "shared-memory",
    .title = "read SysV shared memory of the host",
    .open = "keys of shared memory belong to an IPC namespace, and the "
            "container is in the host's: ipc_namespaces(7)",
    .prepare = prepare_shared_memory,
    .attempt = shared_memory,
});

constexpr const char* kType = "user";
constexpr const char* kName = "attacks-key";

Words prepare_session_keyring(Host& host) {
  const long key = syscall(
      SYS_add_key,
      kType,
      kName,
      host.secret.c_str(),
      host.secret.size(),
      KEY_SPEC_SESSION_KEYRING);
  if (key == -1 && errno == ENOSYS) throw Missing{"a kernel with keyrings"};
  return {};
}

void session_keyring(const Words&) {
  const long key = try_to(
      syscall(
          SYS_keyctl,
          KEYCTL_SEARCH,
          KEY_SPEC_SESSION_KEYRING,
          kType,
          kName,
          /*destination=*/0),
      "keyctl SEARCH",
      kName);
  std::array<char, 64> text{};
  try_to(
      syscall(SYS_keyctl, KEYCTL_READ, key, text.data(), text.size(), 0),
      "keyctl READ",
      "it");
  tell(text.data());
}

const Entry kSessionKeyring({
    .name = "session-keyring",
    .title = "read a key in the host's session keyring",
    .open = "a process has the session keyring of its parent until it joins "
            "another, over clone and exec, and no namespace but the user "
            "namespace is about keys: keyrings(7)",
    .prepare = prepare_session_keyring,
    .attempt = session_keyring,
});

// Speaks to a host process on an abstract unix socket, as D-Bus and X11 have
// them: unix(7).

constexpr sockaddr_un kAddress{AF_UNIX, "\0attacks-socket"};
constexpr socklen_t kLength = offsetof(sockaddr_un, sun_path) + 15;

const sockaddr* address() {
  return reinterpret_cast<const sockaddr*>(&kAddress);
}

int server = -1;  // the host's end of a connection

Words prepare_abstract_socket(Host&) {
  server = check(
      socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0),
      "socket");
  check(bind(server, address(), kLength), "bind");
  return {};
}

const Entry kAbstractSocket({
    .name = "abstract-socket",
    .title = "reach an abstract unix socket of the host",
    .open = "the name of an abstract socket is no file: it belongs to a "
            "network namespace, and the container is in the host's: unix(7), "
            "network_namespaces(7)",
    .held = "in its own network namespace, nobody has bound that name",
    .prepare = prepare_abstract_socket,
    .attempt =
        [](const Words&) {
          const int fd =
              check(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket");
          try_to(connect(fd, address(), kLength), "connect", "@attacks-socket");
          send_message(fd);
        },
    .effect = [](Host&) { return has_message(server); },
});

// Speaks to a host process that listens on 127.0.0.1, where it is thought to be
// safe from others: ip(7), network_namespaces(7).

const sockaddr_in kLoopback{
    AF_INET,
    htons(80),
    {htonl(INADDR_LOOPBACK)},
    /*sin_zero=*/{}};

const sockaddr* loopback() {
  return reinterpret_cast<const sockaddr*>(&kLoopback);
}

// The loopback device of a new network namespace is down.
void bring_loopback_up(int any_socket) {
  ifreq request{};
  request.ifr_name[0] = 'l';
  request.ifr_name[1] = 'o';
  request.ifr_flags = IFF_UP;
  check(ioctl(any_socket, SIOCSIFFLAGS, &request), "ioctl SIOCSIFFLAGS");
}

Words prepare_localhost(Host&) {
  constexpr int kType = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
  server = check(socket(AF_INET, kType, 0), "socket");
  bring_loopback_up(server);
  check(bind(server, loopback(), sizeof kLoopback), "bind", "127.0.0.1");
  check(listen(server, /*backlog=*/1), "listen");
  return {};
}

void localhost(const Words&) {
  const int fd =
      check(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
  const int result = connect(fd, loopback(), sizeof kLoopback);
  try_to(result, "connect", "127.0.0.1:80");
  send_message(fd);
}

const Entry kLocalhost({
    .name = "localhost",
    .title = "connect to 127.0.0.1 of the host",
    .open = "127.0.0.1 is the loopback device of a network namespace, and the "
            "container is in the host's: network_namespaces(7)",
    .held = "the container has a loopback device of its own, where nobody "
            "listens",
    .prepare = prepare_localhost,
    .attempt = localhost,
    .effect =
        [](Host&) {
          return has_message(accept4(server, nullptr, nullptr, SOCK_CLOEXEC));
        },
});

// Types a command into the terminal that the container was started from:
// TIOCSTI, ioctl_tty(2). The host's shell reads it when the container is over.

constexpr std::string_view kLine = "rm -rf everything\n";

int type(int fd, char key) {
  return ioctl(fd, TIOCSTI, &key);
}

int terminal = -1;

// A terminal of the throwaway host, not the one that this was started from.
Words prepare_terminal_input(Host& host) {
  check(mkdir("/dev/pts", 0755), "mkdir", "/dev/pts");
  const int result =
      mount("devpts", "/dev/pts", "devpts", /*flags=*/0, "ptmxmode=666");
  check(result, "mount", "/dev/pts");
  constexpr int kFlags = O_RDWR | O_NOCTTY | O_CLOEXEC;
  const int master = check(open("/dev/pts/ptmx", kFlags), "open", "ptmx");
  check(unlockpt(master), "unlockpt");
  std::array<char, 64> path{};
  if (ptsname_r(master, path.data(), path.size()) != 0) {
    common::fail(errno, "ptsname_r");
  }
  terminal = check(open(path.data(), kFlags | O_NONBLOCK), "open", path.data());
  if (type(terminal, '\n') == -1 && errno == EIO) {
    throw Missing{"a kernel that lets root use TIOCSTI: legacy_tiocsti is 0"};
  }
  char newline = 0;
  check(read(terminal, &newline, 1), "read", "the terminal");
  host.launch.before_exec = [fd = terminal] {
    setsid();
    ioctl(fd, TIOCSCTTY, 0);
    dup2(fd, STDIN_FILENO);
  };
  return {};
}

void terminal_input(const Words&) {
  int result = 0;
  for (const char key : kLine) {
    if (result == 0) result = type(STDIN_FILENO, key);
  }
  try_to(result, "ioctl TIOCSTI", "for each key");
}

std::string effect_of_terminal_input(Host&) {
  // podman lets all that have it wait.
  fcntl(terminal, F_SETFL, O_NONBLOCK);
  std::array<char, 64> text{};
  const ssize_t length = read(terminal, text.data(), text.size());
  return if_so(
      length > 0 && kLine == std::string_view(text.data()),
      "a line is typed that nobody typed");
}

const Entry kTerminalInput({
    .name = "terminal-input",
    .title = "type into the host's terminal, TIOCSTI",
    .open = "the terminal is the caller's own, and whoever has it for a "
            "controlling terminal, or has CAP_SYS_ADMIN, may put characters "
            "into its input: ioctl_tty(2). Real runtimes give a container a "
            "terminal of its own",
    .look_afterwards = true,
    .prepare = prepare_terminal_input,
    .attempt = terminal_input,
    .effect = effect_of_terminal_input,
});

// Reads a key of the host's root: each user has a keyring, user-keyring(7). That
// is the machine's, so the key has a name of its own, and ends by itself.

constexpr unsigned kSecondsOfKey = 60;

Words prepare_user_keyring(Host& host) {
  const std::string name = "attacks-" + host.secret;
  const long key = syscall(
      SYS_add_key,
      kType,
      name.c_str(),
      host.secret.c_str(),
      host.secret.size(),
      KEY_SPEC_PROCESS_KEYRING);
  if (key == -1 && errno == ENOSYS) throw Missing{"a kernel with keyrings"};
  check(key, "add_key");
  check(
      syscall(SYS_keyctl, KEYCTL_SET_TIMEOUT, key, kSecondsOfKey),
      "keyctl SET_TIMEOUT");
  check(
      syscall(SYS_keyctl, KEYCTL_LINK, key, KEY_SPEC_USER_KEYRING),
      "keyctl LINK");
  return {name};
}

// A key may be read by who has it in a keyring of its own.
void user_keyring(const Words& words) {
  try_to(
      syscall(
          SYS_keyctl,
          KEYCTL_LINK,
          KEY_SPEC_USER_KEYRING,
          KEY_SPEC_PROCESS_KEYRING),
      "keyctl LINK",
      "the user keyring");
  const long key = try_to(
      syscall(
          SYS_keyctl,
          KEYCTL_SEARCH,
          KEY_SPEC_USER_KEYRING,
          kType,
          words[0].c_str(),
          /*destination=*/0),
      "keyctl SEARCH");
  std::array<char, 64> text{};
  try_to(
      syscall(SYS_keyctl, KEYCTL_READ, key, text.data(), text.size(), 0),
      "keyctl READ",
      "it");
  // The name has the secret in it, too: what counts comes from the key alone.
  tell("key " + std::string(text.data()));
}

std::string effect_of_user_keyring(Host& host) {
  const long key = syscall(
      SYS_keyctl,
      KEYCTL_SEARCH,
      KEY_SPEC_USER_KEYRING,
      kType,
      ("attacks-" + host.secret).c_str(),
      0);
  if (key != -1) {
    check(
        syscall(SYS_keyctl, KEYCTL_UNLINK, key, KEY_SPEC_USER_KEYRING),
        "keyctl UNLINK");
  }
  return if_so(
      host.has_heard("key " + host.secret),
      "the container has read a key of the host's root");
}

const Entry kUserKeyring({
    .name = "user-keyring",
    .title = "read a key in the user keyring of the host's root",
    .open = "the keyring belongs to a user, and user 0 of the container is "
            "user 0 of the host. A session keyring of its own changes nothing: "
            "user-keyring(7)",
    .prepare = prepare_user_keyring,
    .attempt = user_keyring,
    .effect = effect_of_user_keyring,
});

// Reads what the host's processes send: packet(7).

// A host process that sends the secret to itself again and again.
void send_for_ever(const std::string& secret) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  for (;;) {
    sendto(fd, secret.data(), secret.size(), 0, loopback(), sizeof kLoopback);
    usleep(10'000);
  }
}

Words prepare_packet_socket(Host& host) {
  const int fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd == -1) throw Missing{"a kernel with packet sockets"};
  close(fd);
  bring_loopback_up(
      check(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket"));
  host.victim = check(fork(), "fork");
  if (host.victim == 0) send_for_ever(host.secret);
  return {};
}

void packet_socket(const Words&) {
  const int fd = try_to(
      socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, htons(ETH_P_ALL)),
      "socket",
      "AF_PACKET");
  const timeval patience{.tv_sec = 5, .tv_usec = 0};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  constexpr int kPackets = 8;
  for (int i = 0; i < kPackets; ++i) {
    std::array<char, 256> packet{};
    const ssize_t length =
        try_to(recv(fd, packet.data(), packet.size(), 0), "recv");
    const std::string text(packet.data(), static_cast<size_t>(length));
    const size_t start = text.find("secret-");
    if (start != std::string::npos) tell(text.substr(start));
  }
}

const Entry kPacketSocket({
    .name = "packet-socket",
    .title = "read the packets of the host's network",
    .open = "a packet socket gets all that passes the interfaces of its "
            "network namespace, and the container is in the host's: packet(7) "
            "wants CAP_NET_RAW",
    .prepare = prepare_packet_socket,
    .attempt = packet_socket,
});

}  // namespace attacks::channels
