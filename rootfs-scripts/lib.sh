# shellcheck shell=sh
# SPDX-License-Identifier: MIT
#
# What the from-* scripts share: their command line, and a DEST that is complete
# or not there at all. A script sources this file, describes itself in print_usage,
# replaces the functions option, operand and release where it needs to, and calls:
#
#   begin "$@"              reads the command line; $root is an empty directory
#   ...                     fills $root
#   finish "what it is"     checks $root, makes it DEST, says so
#
# All work is done in $workspace, a directory beside DEST. DEST appears by a rename,
# and a script that ends earlier leaves nothing.

script=${0##*/}
marker=.boxstep-rootfs
force=
owner=
dest=
workspace=
root=
finished=
stop_signal=TERM

umask 022
LC_ALL=C
export LC_ALL
unset CDPATH

# For a script to replace. option NAME VALUE reads an option, operand WORD another
# word; both return 1 for one that they do not know. release frees what the script
# holds outside $workspace.
option() { return 1; }
operand() { [ -z "$dest" ] && dest=$1; }
release() { :; }

fail() { # WHAT [HINT]
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
      --owner)
        case ${2-} in '' | *[!0-9]*) usage_error "--owner: needs a user id" ;; esac
        [ "$(id -u)" -eq 0 ] || fail "--owner needs root" "use sudo"
        owner=$2
        shift
        ;;
      -*)
        option "$1" "${2-}" || usage_error "$1: unknown option"
        case ${2-} in '' | -*) usage_error "$1: needs a value" ;; esac
        shift
        ;;
      '') usage_error "an empty DEST" ;;
      *) operand "$1" || usage_error "$1: a word too many" ;;
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
  --owner UID     give all files to this user and group: you need root
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

# --force deletes a whole tree, often as root. The tree must be a rootfs that these
# scripts made, with nothing of the host mounted in it.
refuse_existing_dest() {
  [ -e "$dest" ] || [ -L "$dest" ] || return 0
  [ -n "$force" ] || fail "$dest exists" "--force replaces it"
  if [ -L "$dest" ] || [ ! -f "$dest/$marker" ]; then
    fail "$dest: these scripts did not make it (there is no $marker in it)" \
      "remove it yourself, or choose another DEST"
  fi
  ! holds_mount "$dest" ||
    fail "$dest: something is mounted in it" "umount that first"
  if [ "$(id -u)" -ne 0 ] &&
    [ -n "$(find "$dest" -type d ! -user "$(id -u)" 2>/dev/null)" ]; then
    fail "$dest: directories in it belong to another user" "use sudo"
  fi
}

# True if DIR or anything in it is a mount point. rm --one-file-system does not see
# a bind mount from the same file system.
holds_mount() { # DIR
  while read -r _ _ _ _ point _; do
    # A space and the like are written in octal there.
    case $(printf '%b' "$point")/ in "$1"/*) return 0 ;; esac
  done </proc/self/mountinfo
  return 1
}

# A shell acts on a signal only between two commands, but a wait ends at once.
interruptible() { # COMMAND...
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
  # It ended between its two renames: the old rootfs stays DEST.
  [ ! -d "$workspace/old" ] || [ -e "$dest" ] || mv -T "$workspace/old" "$dest"
  # An ordinary user cannot empty a directory that is not writable.
  find "$workspace" -type d ! -perm -700 -exec chmod u+rwx {} \;
  # A process that was just killed may still be writing.
  rm -rf "$workspace" 2>/dev/null || { sleep 1 && rm -rf "$workspace"; }
}

# Any archive that this host's tar can read, into $root.
unpack() { # FILE
  archive=$1
  interruptible tar --numeric-owner -tvf "$archive" \
    >"$workspace/members" 2>"$workspace/messages" ||
    fail "$archive: tar cannot read it" "$(cat "$workspace/messages")"
  # tar makes these names harmless, but an honest archive has none.
  ! grep 'emoving leading' "$workspace/messages" >&2 ||
    fail "$archive: it has absolute paths, or paths with .."
  set --
  if [ "$(id -u)" -ne 0 ]; then
    # TYPE+MODE OWNER SIZE DATE TIME NAME
    sed -n 's/^[bc][^ ]* *[^ ]* *[^ ]* *[^ ]* *[^ ]* //p' \
      "$workspace/members" >"$workspace/devices"
    if [ -s "$workspace/devices" ]; then
      set -- -X "$workspace/devices"
      note "only root can make these devices, so they are left out:$(
        sed 's/^/ /' "$workspace/devices" | tr -d '\n')"
    fi
  fi
  interruptible tar --numeric-owner "$@" -C "$root" -xf "$archive" ||
    fail "$archive: tar cannot unpack it"
}

# Makes $root DEST. HINT is for a $root that no container can use.
finish() { # WHAT [HINT]
  # Links in it are the container's: the host cannot follow them.
  [ -x "$root/bin/sh" ] || [ -h "$root/bin/sh" ] || [ -h "$root/bin" ] ||
    fail "this is no rootfs: it has no program /bin/sh" "${2-}"
  [ -d "$root/proc" ] && [ ! -h "$root/proc" ] ||
    fail "this is no rootfs: it has no directory /proc" "${2-}"
  chmod 755 "$root"
  # An archive may bring a link of this name; never write through it.
  rm -rf "${root:?}/$marker"
  printf '%s\n' "$script" >"$root/$marker"
  # -h: a link may lead to a file of the host.
  [ -z "$owner" ] || chown -hR "$owner:$owner" "$root"
  size=$(du -sk "$root" 2>/dev/null | cut -f 1)
  refuse_existing_dest
  [ ! -e "$dest" ] || mv -T "$dest" "$workspace/old" ||
    fail "$dest: cannot be put aside"
  mv -T "$root" "$dest" || fail "$dest: cannot be put in place"
  printf 'made %s: %s, %s MiB\n' "$dest" "$1" $(((size + 1023) / 1024))
}
