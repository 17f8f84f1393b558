// SPDX-License-Identifier: MIT
// A terminal for the container. The engine has its other end: it listens on a
// Unix socket, and gets the descriptor in a message (SCM_RIGHTS in unix(7)).
#pragma once

#include <string>

#include "bundle.hpp"
#include "common/file.hpp"

/// Throws if one of them has no use without the other.
void check_console(const Process& process, const std::string& socket);

common::UniqueFd connect_to(const std::string& path);

/// Opens a new terminal of the container's /dev/pts, and sends its master end
/// through `to`. Returns the other end. `root` is the container's /.
common::UniqueFd
make_terminal(const Process& process, int root, const common::UniqueFd& to);

/// Makes it stdin, stdout and stderr, and the terminal of our session.
void use_terminal(common::UniqueFd terminal, const Process& process);
