# shellcheck shell=sh
# SPDX-License-Identifier: MIT
#
# What the from-* scripts share: their command line, and making DEST whole or
# not at all. A script sources this file, describes itself in print_usage,
# overrides the hooks option, operand and release where it needs them, and:
#
#   begin "$@"              reads the command line; $root is an empty directory
#   ...                     fills $root
#   finish "what it is"     checks $root, makes it DEST, says so
#
# Everything happens in $workspace, a directory beside DEST, so that DEST
# appears by a rename and whatever ends the script earlier leaves nothing.

script=${0##*/}
marker=.boxstep-rootfs
force=
dest=
workspace=
root=
finished=
stop_signal=TERM

umask 022
LC_ALL=C
export LC_ALL
unset CDPATH

# Hooks. option NAME VALUE takes an option of the script's own, operand WORD
# a word that is no option; both return 1 for what they do not know. release
# gives back what the script holds outside $workspace.
option() { return 1; }
operand() { [ -z "$dest" ] && dest=$1; }
release() { :; }

# fail WHAT [HINT]
fail() {
  printf '%s: %s\n' "$script" "$1" >&2
  [ -z "${2-}" ] || printf 'hint: %s\n' "$2" >&2
  exit 1
}

usage_error() { (fail "$1" "$script --help lists the options") || exit 2; }

note() { printf '%s: %s\n' "$script" "$1" >&2; }

begin() {
  while [ $# -gt 0 ]; do
    case $1 in
      --help) print_help; exit 0 ;;
      --force) force=yes ;;
      -*)
        option "$1" "${2-}" || usage_error "$1: unknown option"
        case ${2-} in '' | -*) usage_error "$1: needs a value" ;; esac
        shift
        ;;
      '') usage_error "an empty DEST" ;;
      *) operand "$1" || usage_error "$1: one word too many" ;;
    esac
    shift
  done
  dest=${dest:-rootfs}
  resolve_dest
  refuse_existing_dest
  trap clean_up EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
  workspace=$(mktemp -d "${dest%/*}/.${dest##*/}.XXXXXX") ||
    fail "cannot write beside $dest"
  root=$workspace/root
  mkdir "$root"
}

print_help() {
  print_usage
  cat <<END
  --force         replace DEST if it is a rootfs that these scripts made
  DEST            the directory to make (default: rootfs)
END
}

# Makes $dest an absolute path without symbolic links before its last word.
resolve_dest() {
  base=$(basename "$dest")
  case $base in
    / | . | ..) fail "$dest: not a name for a new directory" ;;
  esac
  parent=$(cd -P "$(dirname "$dest")" 2>/dev/null && pwd -P) ||
    fail "$(dirname "$dest"): no such directory to make $base in"
  dest=${parent%/}/$base
}

# --force deletes a whole tree, often as root: only one that is certainly a
# rootfs of ours, and in which nothing of the host is mounted.
refuse_existing_dest() {
  [ -e "$dest" ] || [ -L "$dest" ] || return 0
  [ -n "$force" ] || fail "$dest: exists already" "--force replaces a rootfs"
  if [ -L "$dest" ] || [ ! -f "$dest/$marker" ]; then
    fail "$dest: not made by these scripts (it has no $marker)" \
      "remove it yourself, or choose another DEST"
  fi
  if holds_mount "$dest"; then
    fail "$dest: something is mounted on it or in it" "umount that first"
  fi
  if [ "$(id -u)" -ne 0 ] &&
    [ -n "$(find "$dest" -type d ! -user "$(id -u)" 2>/dev/null)" ]; then
    fail "$dest: holds directories of another user" "use sudo"
  fi
}

# holds_mount DIR: true when DIR, or anything in it, is a mount point. rm's
# --one-file-system is not enough: a bind mount from the same file system has
# the same device number.
holds_mount() {
  [ -r /proc/self/mountinfo ] || fail "/proc/self/mountinfo: cannot be read"
  # There, a space, a tab and a backslash are written in octal.
  escaped=$(printf '%s' "$1" | sed 's/\\/\\134/g; s/ /\\040/g; s/	/\\011/g')
  while read -r _ _ _ _ mount_point _; do
    case $mount_point/ in "$escaped"/*) return 0 ;; esac
  done </proc/self/mountinfo
  return 1
}

# interruptible COMMAND...: for what takes long. A shell acts on a signal only
# between its foreground commands, but leaves a wait for it at once.
interruptible() {
  "$@" &
  if wait "$!"; then code=0; else code=$?; fi
  finished=$!
  return "$code"
}

clean_up() {
  status=$?
  trap '' HUP INT TERM
  if [ "${!-}" != "$finished" ]; then
    kill -s "$stop_signal" "$!" 2>/dev/null || :
    wait "$!" 2>/dev/null || :
  fi
  release
  [ -z "$workspace" ] || remove_workspace
  exit "$status"
}

remove_workspace() {
  # Ended between its two renames: the old rootfs is DEST still.
  if [ -d "$workspace/old" ] && [ ! -e "$dest" ]; then
    mv -T "$workspace/old" "$dest"
  fi
  if holds_mount "$workspace"; then
    fail "$workspace: something is mounted in it; it stays"
  fi
  if [ "$(id -u)" -ne 0 ]; then
    # An ordinary user cannot empty a directory that is not writable.
    find "$workspace" -type d ! -perm -700 -exec chmod u+rwx {} \;
  fi
  # What was killed a moment ago may still be writing.
  for _ in 1 2 3 4 5; do
    rm -rf "$workspace" 2>/dev/null && return
    sleep 0.2
  done
  fail "$workspace: cannot be removed"
}

# inside PATH: where the container finds PATH, as the host names it. A plain
# $root$path would let the host answer for absolute symbolic links.
inside() {
  todo=$1
  found=
  links=0
  while [ -n "$todo" ]; do
    name=${todo%%/*}
    case $todo in */*) todo=${todo#*/} ;; *) todo= ;; esac
    case $name in
      '' | .) ;;
      ..) found=${found%/*} ;;
      *)
        found=$found/$name
        if [ -L "$root$found" ]; then
          links=$((links + 1))
          [ "$links" -le 40 ] || break
          target=$(readlink "$root$found")
          case $target in /*) found= ;; *) found=${found%/*} ;; esac
          todo=$target/$todo
        fi
        ;;
    esac
  done
  printf '%s\n' "$root$found"
}

refuse_unusable_root() {
  shell=$(inside /bin/sh)
  if [ ! -f "$shell" ] || [ ! -x "$shell" ]; then
    fail "no rootfs: it has no executable /bin/sh" "${1-}"
  fi
  if [ -L "$root/proc" ] || [ ! -d "$root/proc" ]; then
    fail "no rootfs: it has no directory /proc" "${1-}"
  fi
}

# unpack FILE: any archive that this host's tar can read, into $root.
unpack() {
  archive=$1
  interruptible tar --numeric-owner -tvf "$archive" \
    >"$workspace/members" 2>"$workspace/messages" || {
    cat "$workspace/messages" >&2
    fail "$archive: tar cannot read it"
  }
  # tar makes such names harmless, but nobody means well with them.
  if message=$(grep 'emoving leading' "$workspace/messages"); then
    printf '%s\n' "$message" >&2
    fail "$archive: has members with an absolute path or with .."
  fi
  set --
  if [ "$(id -u)" -ne 0 ]; then
    # TYPE+MODE OWNER SIZE DATE TIME NAME
    sed -n 's/^[bc][^ ]* *[^ ]* *[^ ]* *[^ ]* *[^ ]* //p' \
      "$workspace/members" >"$workspace/devices"
    if [ -s "$workspace/devices" ]; then
      set -- -X "$workspace/devices"
      note "leaving out, as only root makes device nodes:$(
        sed 's/^/ /' "$workspace/devices" | tr -d '\n')"
    fi
  fi
  interruptible tar --numeric-owner "$@" -C "$root" -xf "$archive" ||
    fail "$archive: tar cannot unpack it"
}

# finish WHAT [HINT]: makes $root DEST. HINT is for a $root that is unusable.
finish() {
  refuse_unusable_root "${2-}"
  chmod 755 "$root"
  # An archive may bring a link of this name; never write through it.
  rm -rf "${root:?}/$marker"
  printf '%s\n' "$script" >"$root/$marker"
  size=$(du -sk "$root" 2>/dev/null | cut -f 1)
  refuse_existing_dest
  if [ -e "$dest" ]; then
    mv -T "$dest" "$workspace/old" || fail "$dest: cannot be put aside"
  fi
  mv -T "$root" "$dest" || fail "$dest: cannot be put in place"
  printf 'made %s: %s, %s MiB\n' "$dest" "$1" $(((size + 1023) / 1024))
}
