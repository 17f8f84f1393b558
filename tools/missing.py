# SPDX-License-Identifier: MIT
"""What a program does where something is missing: it skips, and says why. Where all
must run (BOXSTEP_MUST_RUN=1, as in CI), it fails."""

import os
import sys

SKIPPED = 77  # the exit status that Meson shows as SKIP


def must_run():
    return os.environ.get("BOXSTEP_MUST_RUN") == "1"


def skip(what):
    """Says what is missing; the exit status of the program."""
    print(f"{'FAILED' if must_run() else 'SKIPPED'}: missing: {what}", file=sys.stderr)
    return 1 if must_run() else SKIPPED


if __name__ == "__main__":
    sys.exit(skip(" ".join(sys.argv[1:])))
