#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Keeps the documents true: what they show is cut from the code or comes from
a run, and is compared with it.

    tools/sync/sync.py check [--no-run | --kind KIND] [--build DIR] [FILE...]
    tools/sync/sync.py write [--no-run | --kind KIND] [--build DIR] [FILE...]

check says where a document differs, how, and what repairs it: exit status 0 if
it finds nothing, 1 if it does, 77 if this machine cannot run the transcripts
(1 with BOXSTEP_MUST_RUN=1). write puts what is right in place of what differs.
Without --no-run and --kind they look at everything but `slow` and `guest`.

The words after a fence's language, or a comment, say where a block comes from:

    ```cpp steps/01-uts/main.cpp set_hostname   a function, class or constant
    ```cpp steps/01-uts/main.cpp set_hostname:1-2   some lines of it
    ```diff 01-uts 02-chroot                    the diff of two steps
    ```diff 01-uts 02-chroot Options child      of these definitions in them
    ```diff 01-uts 02-chroot #include           of what they include
    ```diff docs/exercises/01-ipc/solution.diff   all of a file
    ```console                                  run line by line, all of a
                                                document in one session
    ```console slow                             the same, in a run of its own
    ```console guest                            the same, for what boots ./boxstep vm
    ```console fails                            where a command may fail unseen
    ```console not-run: REASON                  not run, and the reader told so
    ```sh sketch                                from nowhere: says so
    <!-- sync: steps --> … <!-- end -->         the table of steps
    <!-- sync: table FILE [HEADING [| ROW...]] -->   the table in FILE, below HEADING
    <!-- sync: matrix STEP ATTACK... --> …      of docs/matrix.md these rows, at
                                                this step and the one before it
    <!-- sync: text FILE --> … <!-- end -->     the text in FILE

In a transcript, a line … stands for any lines; a number of four digits or more,
a time or a terminal for any other (tools/sync/transcript.py has the rules). What
the documents say besides is checked by tools/sync/prose.py. Pictures are drawn from
docs/diagrams/*.txt (tools/sync/diagram.py), or are ```mermaid with an accTitle.
"""

import argparse
import difflib
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

sys.dont_write_bytecode = True  # as root, it would be in the way of its owner
sys.path[:0] = map(str, Path(__file__).resolve().parents[:2])

import diagram
import missing
import source
import transcript
from document import Document
from prose import KNOWN, Prose

TIMEOUTS = {"console": 60, "slow": 120, "guest": 300}  # of transcripts: seconds


@dataclass
class Problem:
    path: Path
    line: int
    what: str
    repair: str  # the command that does it, or what to do
    details: list = field(default_factory=list)
    by_hand: bool = True


class Sync:
    """One run over the documents. Each check yields problems, and leaves what is
    right in `bodies`."""

    def __init__(self, root, options):
        self.root, self.options = root, options
        self.bodies = {}  # of a document's path: {line of a block: its body}
        self.pictures = {}
        self.not_run = None  # why

    def find_problems(self, documents, prose):
        if not self.options.kind:
            for document in documents:
                for line, what in document.faults:
                    yield Problem(document.path, line, what, "mend it by hand: until "
                                  "then, nothing is written here")
                yield from self.made_blocks(document)
                for problem in prose.check(document):
                    yield Problem(document.path, *problem)
        if not self.options.kind and not self.options.file:
            yield from self.diagrams(prose)
            for problem in prose.known_list():
                yield Problem(self.root / KNOWN, *problem)
        yield from self.transcripts(documents)

    def differs(self, document, block, actual, what):
        self.bodies.setdefault(document.path, {})[block.line] = actual
        details = difflib.unified_diff(
            block.body, actual, "in the document", "as it is", lineterm="")
        return Problem(
            document.path, block.line, what,
            self.command(block.kind, document.path), list(details),
            by_hand=False)

    def command(self, kind, path):
        command = "tools/sync/sync.py write --no-run"
        if kind in TIMEOUTS:
            command = f"sudo tools/sync/sync.py write --kind {kind}"
            if self.options.build != self.root / "build":
                command += f" --build {self.options.build}"
        return f"{command} {path.relative_to(self.root)}"

    # ---- what is made from a source

    def made_blocks(self, document):
        for block in document.blocks:
            if block.kind != "made":
                continue
            try:
                actual = source.make(self.root, document, block)
                if block.body != actual:
                    yield self.differs(document, block, actual,
                                       f"its source has something else: {block.info}")
            except source.NoSource as reason:
                yield Problem(document.path, block.line, str(reason),
                              "name what is there")

    def diagrams(self, prose):
        for text in sorted((self.root / "docs/diagrams").glob("*.txt")):
            picture = text.with_suffix(".svg")
            for problem in prose.name(Document(text)):
                yield Problem(text, *problem)
            try:
                drawn = diagram.draw(text)
                if not picture.exists() or picture.read_text() != drawn:
                    self.pictures[picture] = drawn
                    yield Problem(text, 1, f"{picture.name} is not what it describes",
                                  "tools/sync/sync.py write --no-run", by_hand=False)
            except (ValueError, KeyError, OSError) as reason:
                yield Problem(text, 1, str(reason), "see tools/sync/diagram.py")

    # ---- transcripts

    def transcripts(self, documents):
        kind = self.options.kind or "console"
        jobs = [(kind, document, blocks) for document in documents if (
            blocks := [block for block in document.blocks if block.kind == kind])]
        if not jobs or self.options.no_run:
            return []
        try:
            if kind == "guest":
                transcript.check_guest()
            with transcript.Machine(self.root, self.options.build) as machine, \
                    ThreadPoolExecutor(max_workers=3) as pool:
                found = list(pool.map(lambda job: self.play_twice(machine, *job), jobs))
        except transcript.CannotRun as reason:
            self.not_run = str(reason)
            return []
        return [problem for problems in found for problem in problems]

    def play_twice(self, machine, kind, document, blocks):
        # A second chance, as two processes that speak at once may be torn; and
        # what is written has to come again.
        if not self.play(machine, kind, document, blocks):
            return []
        first = dict(self.bodies.get(document.path, {}))
        problems = self.play(machine, kind, document, blocks)
        second = self.bodies.get(document.path, {})
        for problem in problems:
            if not problem.by_hand and not transcript.matches(
                    "\n".join(second[problem.line]),
                    "\n".join(first.get(problem.line, []))):
                problem.by_hand = True
                problem.repair = "make it come out the same each time"
                del second[problem.line]
        return problems

    def play(self, machine, kind, document, blocks):
        problems = []
        session = None
        for block in blocks:
            shown = "\n".join(block.body) + "\n"
            starts_afresh = shown.startswith(transcript.HOST_PROMPT)
            if session and starts_afresh and session.prompt != transcript.HOST_PROMPT:
                session.close()
                session = None
            session = session or machine.session(TIMEOUTS[kind])
            try:
                actual, failed = transcript.play(session, shown)
            except transcript.Stuck as reason:
                problems.append(Problem(document.path, block.line, str(reason),
                                        "mend the commands"))
                session.close()
                session = None
                continue
            if "fails" not in block.info:
                problems += [Problem(document.path, block.line, what,
                                     "show it, or say that it `fails` in the fence")
                             for what in failed]
            if not transcript.matches(shown, actual):
                problems.append(self.transcript_differs(document, block, shown, actual))
        if session:
            session.close()
        return problems

    def transcript_differs(self, document, block, shown, actual):
        right = transcript.merged(shown, actual)
        problem = self.differs(document, block, (right or actual).splitlines(),
                               "something else came of this transcript")
        if right is None:
            del self.bodies[document.path][block.line]
            problem.by_hand = True
            problem.repair = "mend the commands, or the lines around …"
        return problem

    # ---- writing

    def write(self, documents):
        for document in documents:
            if self.bodies.get(document.path) and not document.faults:
                document.replace(self.bodies[document.path])
                print(f"wrote {document.path.relative_to(self.root)}")
        for path, text in self.pictures.items():
            path.write_text(text)
            print(f"wrote {path.relative_to(self.root)}")


def read_options(arguments, root):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("command", choices=["check", "write"])
    parser.add_argument("--no-run", action="store_true", help="not the transcripts")
    parser.add_argument("--kind", choices=TIMEOUTS, help="these transcripts only")
    parser.add_argument(
        "--build", type=Path, default=root / "build",
        help="where the steps are built (default: build)")
    parser.add_argument("file", nargs="*", type=Path,
                        help="these only (default: *.md, docs/**/*.md)")
    options = parser.parse_intermixed_args(arguments)
    options.build = options.build.resolve()
    return options


def main(arguments, root):
    options = read_options(arguments, root)
    everything = [Document(path) for path in sorted([
        *root.glob("*.md"), *root.glob("docs/**/*.md")])
        if "node_modules" not in path.parts]
    named = [path.resolve() for path in options.file]
    documents = [document for document in everything
                 if not named or document.path in named]
    sync = Sync(root, options)
    problems = [*sync.find_problems(documents, Prose(root, everything))]
    if options.command == "write":
        sync.write(documents)
        problems = [problem for problem in problems if problem.by_hand]
    for problem in problems:
        print(f"{problem.path.relative_to(root)}:{problem.line}: {problem.what}")
        for line in problem.details:
            print(f"    {line}")
        print(f"  repair: {problem.repair}")
    if problems:
        return 1
    if sync.not_run:
        return missing.skip(sync.not_run)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], Path(__file__).resolve().parents[2]))
