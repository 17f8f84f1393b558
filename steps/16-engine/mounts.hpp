// SPDX-License-Identifier: MIT
// The container's file system. All of it happens in the container, before it
// leaves the host's root. The image and the volumes are not to be trusted: a link
// in them may lead anywhere. So each path is resolved as the container will see
// it, and the descriptor that comes out is what is used: openat2(2).
#pragma once

#include <string>

#include "bundle.hpp"
#include "common/file.hpp"

/// Opens `path` below `root`: an absolute link starts at `root` again, and ".."
/// does not leave it.
common::UniqueFd open_inside(int root, const std::string& path, int flags);

/// As open_inside() with O_PATH, and makes what is missing: directories, and the
/// last one as a directory or as an empty file.
common::UniqueFd
make_inside(int root, const std::string& path, bool is_directory);

/// Mounts the rootfs on itself, as pivot_root(2) needs a mount; returns it.
common::UniqueFd mount_rootfs(const Options& options);

void mount_all(const Options& options, int root);

void make_devices(const Options& options, int root);

/// Shows a terminal at /dev/console.
void bind_console(int root, int terminal);

void hide_paths(const Options& options, int root);

void set_sysctl(const Options& options);

void enter_rootfs(const Options& options, int root);
