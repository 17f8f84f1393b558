# SPDX-License-Identifier: MIT
"""What the documents say between their blocks: links lead somewhere, commands can
be typed, and what has a name is there under that name.

A name, a quotation or a large number is known if the code has it, a transcript
shows it, or tools/sync/known.txt lists it. Each check of a document yields a line,
what is wrong there, and what to do.
"""

import gzip
import re
from pathlib import Path

import records
import source
from document import CHAPTER, SHOWN, Document

KNOWN = "tools/sync/known.txt"
INSTALLED_PAGES = Path("/usr/share/man")
# Where names come from. What is about documents would know every mistake.
CODE = ["steps", "common", "tests", "tools", "rootfs-scripts", "docs", ".ci",
        ".devcontainer", ".github", "boxstep", "meson.build", "meson_options.txt"]
NO_CODE = re.compile(
    r"\.(md|svg|pyc)$|package-lock|node_modules|docs/diagrams|tools/vm/kernel/"
    r"|docs/\.vitepress/|tests/tools/.*\.py$|tools/sync/[^/]*\.py$")
GENERATED = re.compile(r"<!-- `.*` makes this page\b")

CODE_SPAN = re.compile(r"`([^`]+)`")
NAME = re.compile(r"--?\w[\w-]+|\w+(?:(?:::|\.|->|-)~?\w+)*\(?")
# Of words that are not marked as code, those that can only be names.
CLEARLY_A_NAME = re.compile(
    r"\w+::~?[\w:~]+\(?|\b[A-Za-z]\w*_\w+\(?|\b\w+\((?=\))"
    r"|\b[A-Z][a-z0-9]+[A-Z]\w*(?:\.\w+)*|\b[A-Z][A-Z0-9]{2,}\b"
    r"|(?<![\w.])\d{3,}(?![\w.]\d)|\b\d+(?:\.\d+)+\b")
PATH = re.compile(
    r"(?<![\w/.~-])(?:\./)?((?:steps|common|tests|tools|rootfs-scripts|docs|my|build"
    r"|\.ci|\.devcontainer|\.github)/[\w./*-]*)")
PLACEHOLDER = re.compile(r"\bNN-\w+|\bNAME|\b[A-Z]{2,}\b")
MAN_PAGE = re.compile(r"\b([A-Za-z_][\w.-]*)\(([1-8])\)")
QUOTATION = re.compile(r'"([^"\n]+(?:\n(?!\n)[^"\n]+)?)"')
LINK = re.compile(r"(!?)\[([^]]*)\]\(([^)\s]*)[^)]*\)")

NUMBERS = dict(zip(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen "
    "fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty "
    "sixty seventy eighty ninety hundred".split(), [*range(20), *range(20, 101, 10)]))
COUNT = re.compile(
    rf"\b({'|'.join(NUMBERS)}|\d+)[ \n](?:\w+[ \n])?(system calls|programs|functions"
    r"|lines|options|flags|files|tests|suites|attacks|exercises|steps|chapters"
    r"|processes|tasks|hunks)\b", re.I)
GLANCE = 4  # so many a reader counts at one; but of these every number is right:
ALWAYS_COUNTED = ["steps", "system calls"]


class Prose:
    """What is known, and the checks."""

    def __init__(self, root, documents):
        self.root, self.steps = root, [*records.read(root)]
        self.engines = records.engines(root)
        paths = [path for top in CODE for path in (root / top, *(root / top).rglob("*"))
                 if path.is_file() and not NO_CODE.search(str(path))]
        code = {str(path.relative_to(root)): path.read_text(errors="replace")
                for path in paths}
        self.known, self.usage = code[KNOWN], code["boxstep"].partition("\nEND\n")[0]
        shown = [line for document in documents for block in document.blocks
                 if block.kind in ("console", "slow", "guest") for line in block.body]
        shown += [line for document in documents for line in document.headings()]
        pictures = [number for picture in root.glob("docs/diagrams/*.txt")
                    for number in re.findall(r"\b\d+\b", picture.read_text())]
        text = "\n".join([*code, *code.values(), *shown, *pictures, *(
            str(document.path.relative_to(root)) for document in documents)])
        text += re.sub(r"TEST_?[FP]?\((\w+), (\w+)\)", r"\1.\2", text)
        self.text = " ".join(text.split())
        self.names = {*self.steps}
        for name in NAME.findall(text):
            parts = re.split(r"(::|\.|->|(?<=\w)-)", name)
            self.names |= {"".join(parts[start:end]).rstrip(mark) for mark in ("", "(")
                           for end in range(1, len(parts) + 1, 2)
                           for start in range(0, end, 2)}
        # What ./boxstep takes, beside a step.
        suites = (root / "tests/engine/meson.build").read_text()
        self.arguments = {
            *re.findall(r"'suite': '([\w-]+)'", suites),
            *re.findall(r"[\w-]+", self.usage),
            *re.findall(r"(?m)^\| `(.*?)`", (root / "docs/matrix.md").read_text()),
            *(re.sub(r"^\d\d-", "", path.name)
              for path in root.glob("docs/exercises/*"))}

    def check(self, document):
        for kind in (self.tag, self.chapter, self.name, self.command, self.man, self.link):
            yield from kind(document)

    # ---- names

    def name(self, document):
        if GENERATED.match(document.lines[0]):  # which has a test of its own
            return
        text = re.sub(r"\]\([^)]*\)|https?://[^\s>)]*|w:\d+", blank, document.text)
        bare = CODE_SPAN.sub(blank, text)
        names = [(line, name) for line, code in self.typed(document)
                 for name in NAME.findall(re.sub(r"\bNN-\w+|\bNAME", "", code))
                 if re.match(r"-*[A-Za-z_]\w|\d{3,}$|\d\d?-", name)]
        names += [*matches(CLEARLY_A_NAME, bare)]
        for line, name in names:
            if name not in self.names:
                yield (line, f"unknown name: {name.replace('(', '()')}", "spell it right;"
                       f" what is not in this repository is listed in {KNOWN}")
        paths = [*matches(PATH, bare)] + [
            (line, path[0]) for line, code in self.typed(document)
            for path in PATH.finditer(code)]
        for line, path in paths:
            if not self.exists(PATH.match(path)[1].rstrip(".")):
                yield line, f"there is no {path}", "name what is there"
        if document.path.suffix == ".md":  # not the text of a picture
            for line, quoted in matches(QUOTATION, bare):
                words = " ".join(quoted.split()).strip('"….,')
                if words.count(" ") > 1 and words not in self.text:
                    yield (line, f'nothing says: "{words}"', "quote the code or a "
                           f"transcript; what others say is listed in {KNOWN}")
        for line, count in matches(COUNT, re.sub(r"(?m)^\|.*", "", bare)):
            problem = self.miscounted(*COUNT.match(count).groups())
            if problem:
                yield (line, problem, "say it without a number, or say in "
                       f"{KNOWN} where it is counted")

    def exists(self, path):
        top, _, rest = path.rstrip("/").partition("/")
        first, _, more = rest.partition("/")
        if top == "my":
            return not rest or self.is_step(first) or first in self.arguments
        if top == "build":
            return first != "steps" or not more or self.is_step(more)
        return any(True for _ in self.root.glob(PLACEHOLDER.sub("*", path)))

    def is_step(self, word):
        return bool(PLACEHOLDER.fullmatch(word)) or any(
            word in (step, step[:2], str(int(step[:2]))) for step in self.steps)

    def miscounted(self, number, things):
        """Two kinds of lines in known.txt: NUMBER THINGS, of others; and of ours
        NUMBER THINGS = FILE REGULAR-EXPRESSION, with a group for the number, or
        matching each of the things."""
        number, things = NUMBERS.get(number.lower()) or int(number), things.lower()
        entry = re.search(rf"(?m)^{number} {things}(?: = (\S+) (.*))?$", self.known)
        if number <= GLANCE and things not in ALWAYS_COUNTED or entry and not entry[1]:
            return None
        if not entry:
            return f"nobody counts this: {number} {things}"
        found = re.findall(f"(?m){entry[2]}", (self.root / entry[1]).read_text())
        value = int(found[0]) if found and found[0].isdigit() else len(found)
        return None if value == number else f"{entry[1]} has {value} {things}"

    # ---- form

    @staticmethod
    def tag(document):
        for block in document.blocks:
            if block.kind == "tag":
                yield (block.line, "a block without a source", "say after its language "
                       "where it comes from, or `sketch` if from nowhere: --help")
            if block.kind == "picture" and not any(
                    re.match(r" *accTitle: ?\S", line) for line in block.body):
                yield block.line, "a picture without accTitle", "say what it shows"
            note = f"*Not run by the tests: {block.info.partition('not-run: ')[2]}.*"
            if "not-run: " in block.info and note not in document.paragraph_after(block):
                yield (block.line, "the reader is not told that this is not run",
                       f"below the block: {note}")

    def chapter(self, document):
        for line, heading in enumerate(document.prose, 1):
            found = re.fullmatch(r"#+ Step (\d\d): (.*)", heading)
            title = found and "".join(source.title(self.root, step)
                                      for step in self.steps + self.engines
                                      if step[:2] == found[1])
            if found and title != found[2]:
                yield line, f"the title of step {found[1]} is: {title}", "take that"
        step = document.path.stem
        if document.path.parent != self.root / "docs" or not re.match(
                r"\d\d-|reveal$", step):
            return
        if [*document.headings("##")] != CHAPTER:
            yield (1, "the headings of a chapter are: " + ", ".join(CHAPTER),
                   "give it these, in this order")
        pairs = [f"diff {old} {new}" for old, new in zip(self.steps, self.steps[1:])
                 if new == step]
        infos = {block.line: block.info for block in document.blocks}
        for pair in {*pairs} - {*infos.values()}:
            yield 1, f"nothing shows the whole {pair}", "add a fence"
        for section, kind in SHOWN.items():
            if not any(infos.get(line, "").startswith(kind)
                       for line in document.section(section)):
                yield 1, f"no {kind} block below {section}", "show it"

    # ---- commands

    @staticmethod
    def typed(document):
        """What no transcript runs, and is marked as code: (line, code)."""
        for block in document.blocks:
            if block.kind is None and "text" not in block.info.split():
                for number, line in enumerate(block.body, block.line + 1):
                    yield number, re.sub(r"(?:^| )# .*", "", line)
        for line, code in matches(CODE_SPAN, document.text):
            yield line, " ".join(code.strip("`").split())

    def command(self, document):
        found = [*self.typed(document)]
        found += matches(r"(?m)\./boxstep \w+(?: +\d[\w-]*| +[\w-]+$)?",
                         "\n".join(document.lines))
        for line, typed in found:
            for command in re.split(r"&&|[;|<>]", typed):
                problem = self.command_problem(command.split())
                if problem:
                    yield line, f"{problem}: {command.strip()}", "type what works"

    def command_problem(self, words):
        for at, word in enumerate(words):
            name = word.rpartition("/")[2]
            if word == "./boxstep":
                return self.boxstep_problem(words[at + 1:])
            if name in self.steps and words[at + 1:at + 2] == ["run"]:
                return self.step_problem(name, words[at + 2:])
        return None

    def boxstep_problem(self, words):
        words = words[:words.index("--")] if "--" in words else words
        command, *named = [word for word in words if word[0] not in "-["] or [""]
        if not re.search(rf"(?m)^  {command}\b", self.usage):
            return f"./boxstep has no command {command}"
        wrong = [word for at, word in enumerate(named) if at == 0 or word[0].isdigit()
                 if not self.is_step(word) and word not in self.arguments]
        return f"{command} knows no {wrong[0]}" if wrong else None

    def step_problem(self, step, words):
        main = (self.root / f"steps/{step}/main.cpp").read_text()
        while words and re.match("--.", words[0]):
            option, has_value, _ = words[0].partition("=")
            if f'"{option}"' not in main:
                return f"{step} has no option {option}"
            words = words[1 if has_value or f'"{option}", ""' in main else 2:]
        return None

    # ---- manual pages and links

    def known_list(self):
        """What known.txt says of manual pages, if this machine has pages of the kind:
        those of sections that one project writes and ships together."""
        if not [*INSTALLED_PAGES.glob("man2/*")]:
            return
        for number, line in enumerate(self.known.splitlines(), 1):
            for name, section in MAN_PAGE.findall(line):
                page = [*INSTALLED_PAGES.glob(f"man{section}/{name}.{section}*")]
                said = line.partition(" says: ")[2]
                if section in "23457" and not page:
                    yield number, f"no such man page: {name}({section})", "remove it"
                elif said and said not in words_of(page[0]):
                    yield number, f"{name}({section}) does not say that", "quote it right"

    def man(self, document):
        for line, page in matches(MAN_PAGE, document.text):
            if page not in self.known.split():
                yield (line, f"unknown man page: {page}",
                       f"spell it right, or add it to {KNOWN}")

    def link(self, document):
        text = CODE_SPAN.sub(blank, document.text)
        for line, address in matches(r"https?://[^\s>)\"\]]*[\w/]", text):
            if address not in self.known.split():
                yield (line, f"unknown address: {address}",
                       f"spell it right, or add it to {KNOWN}")
        for line, other in matches(r"(?m)<(?:a|img)\b|\]\[|^ {0,3}\[[^]]+\]:", text):
            yield (line, f"a link that is not checked: {other}",
                   "write it as [words](where), and a picture as ![words](where)")
        for found in LINK.finditer(text):
            picture, words, target = found.groups()
            problem = self.link_problem(document, words, target)
            if picture and not words:
                problem = f"a picture without alt text: {target}"
            if problem:
                yield (text.count("\n", 0, found.end()) + 1, problem,
                       "mend the link, or what it leads to")

    def link_problem(self, document, words, target):
        path, _, anchor = target.partition("#")
        file = document.path.parent / path if path else document.path
        if re.match(r"https?://", target):
            return None
        if not target or not file.exists():
            return f"dead link: {target}"
        if anchor and anchor not in Document(file).anchors():
            return f"dead anchor: {target}"
        said = re.fullmatch(r"(?:step|chapter)?\s?(\d\d)", words, re.I)
        if said and file.stem in self.steps and not file.name.startswith(said[1]):
            return f"{words} leads to {path}"
        return None


def blank(found):
    return re.sub(r"[^\n]", " ", found.group())


def matches(pattern, text):
    for found in re.finditer(pattern, text):
        yield text.count("\n", 0, found.start()) + 1, found.group()


def words_of(page):
    data = page.read_bytes()
    text = (gzip.decompress(data) if page.suffix == ".gz" else data).decode()
    return " ".join(re.sub(r"(?m)\\f.|\\|^\.\w+ ?", "", text).split())
