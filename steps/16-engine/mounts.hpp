// SPDX-License-Identifier: MIT
// The container's file system. All of it happens in the container, before it
// leaves the host's root. The image and the volumes are not to be trusted: a link
// in them may lead anywhere. So each path is resolved as the container will see
// it, and the descriptor that comes out is what is used: openat2(2).
#pragma once

#include <map>
#include <string>

#include "bundle.hpp"
#include "channel.hpp"
#include "common/file.hpp"

/// Opens `path` below `root`: an absolute link starts at `root` again, and ".."
/// does not leave it.
common::UniqueFd open_inside(int root, const std::string& path, int flags);

/// As open_inside() with O_PATH, and makes what is missing: directories, and the
/// last one as a directory or as an empty file.
common::UniqueFd
make_inside(int root, const std::string& path, bool is_directory);

/// How the host's mounts are in the container's namespace: private, as flags of
/// mount(2). A slave gets the host's new mounts, and gives none back.
unsigned long mounts_from_host(const Options& options);

using Volumes = std::map<const Mount*, common::UniqueFd>;

/// Runs on the host. Opens the sources of the volumes: the host's root may enter
/// directories that the container's root may not. Opens them in the container's mount
/// namespace: only there does the kernel lock the mounts below (mount_namespaces(7)).
void give_sources(const Options& options, pid_t init, const Channel& channel);

/// In the container: gets the files of give_sources().
Volumes take_sources(const Options& options, const Channel& channel);

/// Puts a copy of its mount in the place of each source. Must come before the mounts
/// are made private: a volume can share its mounts with the host only if it is copied
/// from one that does.
void copy_volumes(Volumes& volumes);

/// Mounts the rootfs on itself, as pivot_root(2) needs a mount; returns it.
common::UniqueFd mount_rootfs(const Options& options);

void mount_all(const Options& options, int root, const Volumes& volumes);

void make_devices(const Options& options, int root);

/// Shows a terminal at /dev/console.
void bind_console(int root, int terminal);

void hide_paths(const Options& options, int root);

void set_sysctl(const Options& options);

void enter_rootfs(const Options& options, int root);

/// Joins a mount namespace, and stays in the rootfs: with a copy of all its mounts
/// that is in no namespace. So the host has none of them in its table, and has
/// nothing to unmount at the end.
void take_mounts_to(const common::UniqueFd& mount_namespace);
