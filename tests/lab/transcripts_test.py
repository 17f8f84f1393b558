#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""transcripts_test.py LAB [FILE...]: that the transcripts of the documents come out in
the lab as they do on a real machine. LAB is what tools/lab/build has made.

tools/lab/not-there.txt names the transcripts that cannot run there, and why. A row for
which there is no transcript is a failure, too."""

import os
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(ROOT / name) for name in ("tools/sync", "tools", "tools/lab")]

import not_there  # noqa: E402
import sync as documents  # noqa: E402
import transcript  # noqa: E402
from document import Document  # noqa: E402

# The emulator is slow, and a busy machine slower.
TIMEOUT = 300


class Session(transcript.Session):
    """The reader's terminal in the lab, in place of one on a throwaway host."""

    def __init__(self, lab, timeout):
        self.checkout, self.timeout, self.shown = transcript.SHOWN_CHECKOUT, timeout, {}
        self.in_guest = False
        self.socket, other = socket.socketpair()
        self.master = self.socket.detach()
        self.process = subprocess.Popen(
            ["node", HERE / "session.mjs", lab], stdin=other, stdout=other)
        other.close()
        # As the native ones are.
        self.type("stty -echo rows 24 cols 132; TERM=dumb "
                  "exec bash --noprofile --rcfile /usr/lib/lab/bashrc")
        if self.prompt != transcript.HOST_PROMPT:
            raise SystemExit(f"the lab does not start: {self.prompt}")


class Machine:
    def __init__(self, lab):
        self.lab, self.first = lab, ""

    def session(self, _):
        session = Session(self.lab, TIMEOUT)
        if self.first:
            session.type(self.first)
            self.first = ""
        return session


class Run(documents.Sync):
    def play(self, machine, kind, document, blocks):
        # As the page does it, where the transcript that starts the guest is left out.
        if blocks[0].body[0].startswith(transcript.GUEST_PROMPT):
            machine.first = "./boxstep vm"
        return super().play(machine, kind, document, blocks)


def first_command(block):
    """As it is typed: without its prompt."""
    line = next((line for line in block.body if transcript.PROMPT.match(line)), "")
    return transcript.PROMPT.sub("", line, count=1)


def play(job):
    """The problems of the blocks of one kind in one document."""
    lab, kind, document, blocks = job
    run = Run(ROOT, SimpleNamespace(
        kind=kind, build=ROOT / "build", no_run=False, file=[]))
    start = time.monotonic()
    problems = run.play_twice(Machine(lab), kind, document, blocks)
    name = document.path.relative_to(ROOT)
    print(f"{'not ' * bool(problems)}ok - {name} {kind}: {len(blocks)} transcripts, "
          f"{time.monotonic() - start:.0f} s", flush=True)
    for problem in problems:
        print(f"# {name}:{problem.line}: {problem.what}")
        for line in problem.details:
            print(f"#     {line}")
    sys.stdout.flush()
    return len(problems)


def main(lab, *files):
    wanted = [Path(file).resolve() for file in files]
    rows, used, jobs = not_there.read(), set(), []
    for path in sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"),
                        *ROOT.glob("docs/workshop/*.md")]):
        if wanted and path not in wanted:
            continue
        document = Document(path)
        name = str(path.relative_to(ROOT).with_suffix("")).removeprefix("docs/")
        for kind in documents.TIMEOUTS:
            blocks = []
            for block in document.blocks:
                row = (name, first_command(block))
                if (name, "*") in rows:
                    row = (name, "*")
                if block.kind == kind and row in rows:
                    used.add(row)
                elif block.kind == kind:
                    blocks.append(block)
            if blocks:
                jobs.append((lab, kind, document, blocks))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        wrong = sum(pool.map(play, jobs))
    unused = {row for row in rows if row not in used} if not wanted else ()
    for document, command in sorted(unused):
        print(f"not ok - not-there.txt: {document} has no transcript that starts: {command}")
    count = sum(len(blocks) for *_, blocks in jobs)
    print(f"# {count - wrong} of {count} transcripts are the same in the lab; "
          f"{len(used)} cannot run there")
    return 1 if wrong or unused else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
