#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Keeps the documents true: what they show is cut from the code or comes from
a run, and is compared with it.

    docs/sync.py check [--kind KIND]... [--build DIR] [FILE...]
    docs/sync.py write [--kind KIND]... [--build DIR] [FILE...]

check says where a document differs, how, and what repairs it: exit status 0 if
it finds nothing, 1 if it does, 77 if this machine cannot run the transcripts
(1 with BOXSTEP_MUST_RUN=1). write puts what is right in place of what differs.

The words after a fence's language, or a comment, say where a block comes from:

    ```cpp steps/01-uts/main.cpp set_hostname   a function, class or constant
    ```diff 01-uts 02-chroot                    the diff of two steps
    ```diff 01-uts 02-chroot child              of one function in it
    ```console                                  run, line by line, in one
                                                session for each document
    ```console slow                             the same, in a run of its own
    ```console not-run: REASON                  not run; the reader is told why
    ```sh sketch                                from nowhere: says so
    <!-- sync: steps --> … <!-- end -->         the table of steps
    <!-- sync: table FILE [HEADING] --> …       the table in FILE, below HEADING
    <!-- sync: svg --> is not needed: docs/diagrams/NAME.svg comes from NAME.txt

A line … in a transcript stands for any lines. Numbers of four digits or more,
times and terminals in it stand for any others: see transcript.py.
"""

import argparse
import difflib
import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import diagram
import transcript

KINDS = ["snippet", "diff", "table", "svg", "link", "man", "tag", "console",
         "slow"]
# A run that takes longer than a person who checks wants to wait.
NOT_BY_DEFAULT = ["slow"]
TIMEOUTS = {"console": 20, "slow": 120}


@dataclass
class Problem:
    path: Path
    line: int
    what: str
    repair: str
    details: list = field(default_factory=list)


@dataclass
class Block:
    """Lines of a document that come from elsewhere."""
    line: int  # of its fence or comment, from 1
    info: str  # what the fence or the comment says
    body: list
    indent: str = ""

    @property
    def kind(self):
        words = self.info.split()
        if self.info.startswith("sync:"):
            return "table"
        if "sketch" in words or "not-run:" in words:
            return None
        if words[:1] == ["console"]:
            return "slow" if "slow" in words else "console"
        if len(words) == 3 and words[0] == "cpp":
            return "snippet"
        if len(words) in (3, 4) and words[0] == "diff":
            return "diff"
        return "tag"


class SyncError(Exception):
    """A block cannot be made: its source is not there."""


# ---- documents ---------------------------------------------------------------

FENCE = re.compile(r"^( *)(`{3,}|~{3,})(.*)$")
COMMENT = re.compile(r"^<!-- (sync: .*?) -->$")


class Document:
    def __init__(self, path):
        self.path = path
        self.lines = path.read_text().splitlines()
        self.blocks = []
        self.prose = []  # (number, line) of what is not code
        self._parse()

    def _parse(self):
        number = 0
        while number < len(self.lines):
            line = self.lines[number]
            fence, comment = FENCE.match(line), COMMENT.match(line)
            if fence:
                indent, mark, info = fence.groups()
                number = self._add(
                    number, info.strip(), indent,
                    lambda text: text.strip() == mark)  # noqa: B023
            elif comment:
                start = number
                number = self._add(
                    number, comment.group(1), "",
                    lambda text: text == "<!-- end -->")
                self.prose += [
                    (n + 1, self.lines[n]) for n in range(start, number)]
            else:
                self.prose.append((number + 1, line))
                number += 1

    def _add(self, start, info, indent, ends):
        end = start + 1
        while end < len(self.lines) and not ends(self.lines[end]):
            end += 1
        body = [line.removeprefix(indent) for line in self.lines[start + 1:end]]
        self.blocks.append(Block(start + 1, info, body, indent))
        return end + 1

    def replace(self, bodies):
        """Writes the document with these bodies of blocks, by block line."""
        for block in reversed(self.blocks):
            if block.line in bodies:
                self.lines[block.line:block.line + len(block.body)] = [
                    (block.indent + line).rstrip()
                    for line in bodies[block.line]]
        self.path.write_text("\n".join(self.lines) + "\n")


def slug(heading):
    """The anchor that GitHub gives to a heading."""
    text = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading)
    text = re.sub(r"[^\w\- ]", "", text.strip().lower())
    return text.replace(" ", "-")


def anchors(document):
    found = []
    for _, line in document.prose:
        heading = re.match(r"^#{1,6} +(.*?)(?: +#+)?$", line)
        if heading:
            name = slug(heading.group(1))
            again = sum(1 for other in found if other[0] == name)
            found.append((name, f"{name}-{again}" if again else name))
    return {anchor for _, anchor in found}


# ---- what blocks are made of -------------------------------------------------

def cut(root, path, name):
    """The lines of a definition, with the comment above it."""
    source = root / path
    if not source.is_file():
        raise SyncError(f"there is no {path}")
    lines = source.read_text().splitlines()
    word = rf"(?<![\w:]){re.escape(name)}"
    # At the start of a line, as the formatter puts them. A name followed by
    # what a call would have, at the end of a line that does not end in ; is not
    # a declaration.
    starts = [
        number for number, line in enumerate(lines)
        if re.match(r"[A-Za-z]", line) and not re.match(r"using|return", line)
        and (re.search(word + r"\(", line) and not line.endswith(";")
             or re.search(word + r"(?:\[\])? =", line)
             or re.match(rf"(?:class|struct) {re.escape(name)} ", line))
    ]
    if len(starts) != 1:
        raise SyncError(f"{path} has {len(starts) or 'no'} definition"
                        f"{'s' if len(starts) > 1 else ''} of {name}")
    start = end = starts[0]
    is_body = not re.search(word + r"(?:\[\])? =", lines[start])
    done = re.compile(r"^\}" if is_body else r".*;(?: *//.*)?$")
    if not (is_body and lines[start].endswith("}")):
        while not done.match(lines[end]):
            end += 1
    while start > 0 and lines[start - 1].startswith("//"):
        start -= 1
    return lines[start:end + 1]


def step_names(root):
    text = (root / "steps/meson.build").read_text()
    listed = re.search(r"^steps = \[(.*?)\]", text, re.M | re.S).group(1)
    return re.findall(r"'([^']+)'", listed)


def diff(root, old, new, name=None):
    """LC_ALL=C diff -u of two steps, without its dates."""
    paths = [f"steps/{step}/main.cpp" for step in (old, new)]
    with tempfile.TemporaryDirectory() as scratch:
        files = []
        for number, path in enumerate(paths):
            if not (root / path).is_file():
                raise SyncError(f"there is no {path}")
            file = Path(scratch) / str(number)
            lines = (cut(root, path, name) if name
                     else (root / path).read_text().splitlines())
            file.write_text("".join(line + "\n" for line in lines))
            files.append(str(file))
        shown = subprocess.run(
            ["diff", "-u", "-L", paths[0], "-L", paths[1], *files],
            env={**os.environ, "LC_ALL": "C"},
            capture_output=True, text=True, check=False)
    if shown.returncode != 1:
        raise SyncError(f"{name or 'all'} is the same in {old} and {new}")
    # Of an empty line that is the same in both, diff shows a space.
    return [line.rstrip() for line in shown.stdout.splitlines()]


def steps_table(root):
    rows = ["| Step | | Code | Chapter |", "|---|---|---|---|"]
    for step in step_names(root):
        lines = (root / f"steps/{step}/main.cpp").read_text().splitlines()
        title = re.match(r"// Step \d+: (.*)", lines[1]).group(1)
        rows.append(f"| {step[:2]} | {title} | [{step}](steps/{step}/main.cpp) "
                    f"| [read](docs/{step}.md) |")
    return rows


def table_of(root, path, heading=""):
    """The first table in a file, or the first below a heading."""
    source = root / path
    if not source.is_file():
        raise SyncError(f"there is no {path}")
    lines = iter(source.read_text().splitlines())
    if heading:
        for line in lines:
            if line.startswith("#") and line.lstrip("# ") == heading:
                break
        else:
            raise SyncError(f"{path} has no heading {heading}")
    rows = []
    for line in lines:
        if line.startswith("|"):
            rows.append(line)
        elif rows or (heading and line.startswith("#")):
            break
    if not rows:
        raise SyncError(f"{path} has no table" + f" below {heading}" * bool(heading))
    return rows


def relocated(rows, root, document):
    """Links in a table are written as in README.md: from the top directory."""
    up = os.path.relpath(root, document.parent)
    if up == ".":
        return rows
    return [re.sub(r"\]\((?!\w+:|#)", f"]({up}/", row) for row in rows]


def wanted(root, document, block):
    words = block.info.split()
    if block.kind == "snippet":
        return cut(root, words[1], words[2])
    if block.kind == "diff":
        return diff(root, *words[1:])
    if words[1:] == ["steps"]:
        return relocated(steps_table(root), root, document.path)
    if words[1:2] == ["table"] and len(words) > 2:
        return table_of(root, words[2], " ".join(words[3:]))
    raise SyncError(f"unknown block: {block.info}")


# ---- checks: each yields problems, and fills `bodies` with what is right ------

class Run:
    def __init__(self, root, options):
        self.root, self.options = root, options
        self.kinds = options.kind
        self.bodies = {}  # of document path: {line: body}
        self.unrun = None  # why the transcripts were not run

    def shown(self, path):
        return path.relative_to(self.root)

    def repair(self, path, kind):
        build = "" if kind not in TIMEOUTS else "sudo "
        return f"{build}docs/sync.py write --kind {kind} {self.shown(path)}"

    def differs(self, document, block, actual, what):
        self.bodies.setdefault(document.path, {})[block.line] = actual
        return Problem(
            document.path, block.line, what,
            self.repair(document.path, block.kind),
            list(difflib.unified_diff(
                block.body, actual, "in the document", "as it is",
                lineterm="")))

    def made_blocks(self, document):
        for block in document.blocks:
            if block.kind not in ("snippet", "diff", "table"):
                continue
            if block.kind not in self.kinds:
                continue
            try:
                actual = wanted(self.root, document, block)
            except SyncError as error:
                yield Problem(document.path, block.line, str(error),
                              "by hand: name what is there")
                continue
            if block.body != actual:
                yield self.differs(
                    document, block, actual,
                    f"this is not what its source has: {block.info}")

    def tags(self, document):
        for block in document.blocks:
            if block.kind == "tag":
                yield Problem(
                    document.path, block.line, "a block without a source",
                    "by hand: name its source after the language, or sketch "
                    "if it has none (head of docs/sync.py)")
            reason = block.info.partition("not-run: ")[2]
            if not reason and "not-run" in block.info:
                yield Problem(document.path, block.line, "not run, and no reason",
                              "by hand: not-run: REASON")
            note = f"*Not run by the tests: {reason}.*"
            end = block.line + len(block.body) + 1
            if reason and note not in self.paragraph(document, end):
                yield Problem(
                    document.path, block.line, "the reader is not told that "
                    "this is not run", f"by hand, below the block: {note}")
        for number, line in document.prose:
            before = document.lines[number - 2] if number > 1 else ""
            if re.match(r" {4}\S", line) and not before.strip():
                yield Problem(
                    document.path, number, "code by indentation has no source",
                    "by hand: put it between fences")

    @staticmethod
    def paragraph(document, start):
        """The text below line `start`, up to an empty line, as one line."""
        text = "\n".join(document.lines[start:]).lstrip("\n")
        return " ".join(text.partition("\n\n")[0].split())

    def links(self, document):
        cache = {document.path: anchors(document)}
        # A link may go on on the next line, so all lines at once.
        lines = [""] * len(document.lines)
        for number, line in document.prose:
            lines[number - 1] = re.sub(r"`[^`]*`", "", line)
        text = "\n".join(lines)
        for link in re.finditer(r"(!?)\[([^]]*)\]\(([^)\s]*)\)", text):
            mark, words, target = link.groups()
            problem = self.link_problem(document, target, cache)
            if mark and not words:
                problem = f"a picture without alt text: {target}"
            if problem:
                yield Problem(
                    document.path, text.count("\n", 0, link.end()) + 1,
                    problem, "by hand: the link, or what it leads to")

    @staticmethod
    def link_problem(document, target, cache):
        if re.match(r"https?://[\w.-]+\.\w+(/|$)", target):
            return None
        path, _, anchor = target.partition("#")
        file = (document.path.parent / path).resolve() if path else document.path
        if not target or not file.exists():
            return f"dead link: {target}"
        if not anchor:
            return None
        if file not in cache:
            cache[file] = anchors(Document(file)) if file.suffix == ".md" else set()
        return None if anchor in cache[file] else f"dead anchor: {target}"

    def man_pages(self, document):
        known = man_page_list(self.root)
        for number, line in document.prose:
            for name, section in MAN_PAGE.findall(line):
                if f"{name}({section})" not in known:
                    yield Problem(
                        document.path, number,
                        f"unknown man page: {name}({section})",
                        f"by hand: its name, or add it to {MAN_PAGES}")

    # ---- transcripts

    def transcripts(self, documents):
        jobs = [
            (document, kind, [b for b in document.blocks if b.kind == kind])
            for kind in TIMEOUTS if kind in self.kinds
            for document in documents]
        jobs = [job for job in jobs if job[2]]
        if not jobs:
            return []
        try:
            machine = transcript.Machine(self.root, self.options.build)
        except transcript.CannotRun as reason:
            self.unrun = str(reason)
            return []
        try:
            with ThreadPoolExecutor(max_workers=3) as pool:
                found = list(pool.map(
                    lambda job: self.play_twice(machine, *job), jobs))
            return [problem for problems in found for problem in problems]
        except transcript.CannotRun as reason:
            self.unrun = str(reason)
            return []
        finally:
            machine.remove()

    def play_twice(self, machine, document, kind, blocks):
        # A second chance, as two processes that speak at once may be torn.
        return (self.play(machine, document, kind, blocks)
                and self.play(machine, document, kind, blocks))

    def play(self, machine, document, kind, blocks):
        problems = []
        session = None
        try:
            for block in blocks:
                shown = "\n".join(block.body) + "\n"
                starts = next(transcript.commands(shown), ("", ""))[0]
                fresh = starts == transcript.HOST_PROMPT
                if not session or (fresh and session.prompt != starts):
                    if session:
                        session.close()
                    session = machine.session(TIMEOUTS[kind])
                try:
                    actual = transcript.play(session, shown)
                except transcript.Stuck as error:
                    problems.append(Problem(
                        document.path, block.line, str(error),
                        "by hand: the commands"))
                    session.close()
                    session = None
                    continue
                if transcript.matches(shown, actual):
                    continue
                right = transcript.merged(shown, actual)
                problem = self.differs(
                    document, block, (right or actual).splitlines(),
                    "the transcript is not what came")
                if right is None:
                    del self.bodies[document.path][block.line]
                    problem.repair = "by hand: the lines around …"
                problems.append(problem)
        finally:
            if session:
                session.close()
        return problems

    # ---- what is not in a document

    def diagrams(self):
        for source in sorted((self.root / "docs/diagrams").glob("*.txt")):
            picture = source.with_suffix(".svg")
            drawn = diagram.draw(source.read_text())
            if picture.exists() and picture.read_text() == drawn:
                continue
            self.bodies[picture] = drawn
            yield Problem(source, 1, f"{picture.name} is not the picture of it",
                          "docs/sync.py write --kind svg")

    def man_page_files(self):
        """Every page of the list exists, if this machine has such pages."""
        have = {}
        for number, line in enumerate(
                (self.root / MAN_PAGES).read_text().splitlines(), 1):
            found = MAN_PAGE.fullmatch(line)
            if not found:
                continue
            name, section = found.groups()
            # The project that writes these sections ships them together.
            if section not in "23457":
                continue
            if section not in have:
                have[section] = {
                    page.name.partition(f".{section}")[0] for page in
                    Path(f"/usr/share/man/man{section}").glob("*")}
            if "2" in have and "clone" in have["2"] and name not in have[section]:
                yield Problem(self.root / MAN_PAGES, number,
                              f"there is no man page {line}", "by hand")


MAN_PAGES = "docs/man-pages.txt"
MAN_PAGE = re.compile(r"\b([A-Za-z_][\w.-]*)\(([1-8])\)")


def man_page_list(root):
    return set((root / MAN_PAGES).read_text().splitlines())


# ---- the command -------------------------------------------------------------

def read_options(arguments, root):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("command", choices=["check", "write"])
    parser.add_argument("--kind", action="append", choices=KINDS,
                        help="only these; slow only if asked for")
    parser.add_argument("--build", type=Path, default=root / "build",
                        help="where the steps are built (default: build)")
    parser.add_argument("file", nargs="*", type=Path,
                        help="(default: *.md, docs/**/*.md)")
    options = parser.parse_intermixed_args(arguments)
    options.build = options.build.resolve()
    if not options.kind:
        options.kind = [k for k in KINDS if k not in NOT_BY_DEFAULT]
    return options


def find_problems(run, documents):
    checks = {"tag": run.tags, "link": run.links, "man": run.man_pages}
    problems = []
    for document in documents:
        problems += run.made_blocks(document)
        for kind, check in checks.items():
            if kind in run.kinds:
                problems += check(document)
    if "svg" in run.kinds and not run.options.file:
        problems += run.diagrams()
    if "man" in run.kinds and not run.options.file:
        problems += run.man_page_files()
    problems += run.transcripts(documents)
    return problems


def write(run, documents):
    for document in documents:
        if document.path in run.bodies:
            document.replace(run.bodies[document.path])
    for path, text in run.bodies.items():
        if isinstance(text, str):
            path.write_text(text)
    for path in run.bodies:
        print(f"wrote {run.shown(path)}")


def main(arguments, root):
    options = read_options(arguments, root)
    paths = [path.resolve() for path in options.file] or sorted(
        [*root.glob("*.md"), *root.glob("docs/**/*.md")])
    documents = [Document(path) for path in paths]
    run = Run(root, options)
    problems = find_problems(run, documents)
    if options.command == "write":
        write(run, documents)
        problems = [p for p in problems if p.repair.startswith("by hand")]
    for problem in problems:
        print(f"{run.shown(problem.path)}:{problem.line}: {problem.what}")
        for line in problem.details:
            print(f"    {line}")
        print(f"  repair: {problem.repair}")
    if problems:
        return 1
    if run.unrun:
        print(f"skipped: {run.unrun}")
        return 1 if os.environ.get("BOXSTEP_MUST_RUN") == "1" else 77
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], Path(__file__).resolve().parent.parent))
