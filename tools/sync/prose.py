# SPDX-License-Identifier: MIT
"""What the documents say between their blocks: links lead somewhere, commands can
be typed, and what has a name is there under that name.

A name, a quotation or a large number is known if the code has it, a transcript
shows it, or tools/sync/known.txt lists it.
"""

import gzip
import re
from pathlib import Path

import records
import source
from document import CHAPTER, TRANSCRIPTS, Document

KNOWN = "tools/sync/known.txt"
INSTALLED_PAGES = Path("/usr/share/man")
# Where names come from. What is about documents would know every mistake.
CODE = ["steps", "common", "tests", "tools", "rootfs-scripts", "docs", ".ci",
        ".devcontainer", ".github", "boxstep", "meson.build", "meson_options.txt"]
NO_CODE = re.compile(
    r"\.(md|svg|pyc)$|package-lock|node_modules|docs/diagrams|tools/vm/kernel/"
    r"|tests/tools/.*\.py$|tools/sync/[^/]*\.py$")
GENERATED = re.compile(r"<!-- `.*` (prints|makes) this page\b")

CODE_SPAN = re.compile(r"`([^`]+)`")
NAME = re.compile(r"\w+(?:(?:::|\.|->)~?\w+)*\(?")
# Of words that are not marked as code, those that can only be names.
CLEARLY_A_NAME = re.compile(
    r"\w+::~?[\w:~]+\(?|\b[A-Za-z]\w*_\w+\(?|\b\w+\((?=\))"
    r"|\b[A-Z][a-z0-9]+[A-Z]\w*(?:\.\w+)*|\b[A-Z][A-Z0-9]{2,}\b"
    r"|(?<![\w.])\d{3,}(?![\w.]\d)|\b\d+(?:\.\d+)+\b")
PATH = re.compile(
    r"(?<![\w/.~-])(?:\./)?((?:steps|common|tests|tools|rootfs-scripts|docs|my|build"
    r"|\.ci|\.devcontainer|\.github)/[\w./*-]*)")
PLACEHOLDER = re.compile(r"NN-[a-z]+|[A-Z]{2,}")
MAN_PAGE = re.compile(r"\b([A-Za-z_][\w.-]*)\(([1-8])\)")
QUOTATION = re.compile(r'"([^"\n]+(?:\n(?!\n)[^"\n]+)?)"')

NUMBERS = {word: number for number, word in enumerate(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen "
    "fourteen fifteen sixteen seventeen eighteen nineteen".split())}
NUMBERS |= {word: 20 + 10 * tens for tens, word in enumerate(
    "twenty thirty forty fifty sixty seventy eighty ninety hundred".split())}
COUNT = re.compile(
    rf"\b({'|'.join(NUMBERS)}|\d+)[ \n](?:\w+[ \n])?(system calls|programs|functions"
    r"|lines|options|flags|files|tests|suites|attacks|exercises|steps|chapters"
    r"|processes|tasks|hunks)\b", re.I)
GLANCE = 4  # so many a reader counts at one


class Prose:
    """What is known, and the checks of a document against it. Each yields a line,
    what is wrong there, and what to do."""

    def __init__(self, root, documents):
        self.root, self.steps = root, [*records.read(root)]
        paths = [path for top in CODE for path in (root / top, *(root / top).rglob("*"))
                 if path.is_file() and not NO_CODE.search(str(path))]
        self.code = {str(path.relative_to(root)): path.read_text(errors="replace")
                     for path in paths}
        self.exercises = [re.sub(r"^\d\d-", "", path.name)
                          for path in root.glob("docs/exercises/*")]
        transcripts = ["\n".join(block.body) for document in documents
                       for block in document.blocks if block.kind in ("console", "slow")]
        text = "\n".join([*self.code, *self.code.values(), *transcripts, *(
            line for document in documents for line in [
                str(document.path.relative_to(root)), *document.headings()])])
        text += re.sub(r"TEST_?[FP]?\((\w+), (\w+)\)", r"\1.\2", text)
        for picture in root.glob("docs/diagrams/*.txt"):
            text += " ".join(re.findall(r"\b\d+\b", picture.read_text()))
        self.text = " ".join(text.split())
        self.names = set()
        for name in NAME.findall(text):
            parts = re.split(r"(::|\.|->)", name)
            ends = [*range(1, len(parts) + 1, 2)]
            self.names |= {"".join(parts[start:end]).rstrip(mark) for mark in ("", "(")
                           for end in ends for start in range(0, end, 2)}

    # ---- names

    def name(self, document):
        if GENERATED.match(document.lines[0]):  # which has a test of its own
            return
        text = "\n".join(document.prose)
        text = re.sub(r"\]\([^)]*\)|https?://[^\s>)]*|w:\d+", blank, text)
        bare = CODE_SPAN.sub(blank, text)
        found = [(line, name) for line, code in self.typed(document)
                 for name in NAME.findall(re.sub(r"\S*(?:NN-|NAME)\S*", "", code))
                 if re.match(r"[A-Za-z_]\w|\d{3,}$", name)]
        found += [(line_of(bare, name), name.group())
                  for name in CLEARLY_A_NAME.finditer(bare)]
        for line, name in found:
            if name not in self.names:
                yield (line, f"unknown name: {name.replace('(', '()')}", "spell it right;"
                       f" what is not in this repository is listed in {KNOWN}")
        paths = [(line_of(text, path), path[1]) for path in PATH.finditer(bare)]
        paths += [(line, path) for line, code in self.typed(document)
                  for path in PATH.findall(code)]
        for line, path in paths:
            if not self.exists(path.rstrip(".")):
                yield line, f"there is no {path}", "name what is there"
        for quoted in QUOTATION.finditer(bare if document.path.suffix == ".md" else ""):
            words = " ".join(quoted.group(1).split()).strip("….,")
            if words.count(" ") > 1 and words not in self.text:
                yield (line_of(text, quoted), f'nothing says: "{words}"',
                       f"quote the code or a transcript; others are listed in {KNOWN}")
        for count in COUNT.finditer(re.sub(r"(?m)^\|.*", "", bare)):
            problem = self.miscounted(*count.groups())
            if problem:
                yield (line_of(bare, count), problem, "say it without a number, or say"
                       f" in {KNOWN} where it is counted")

    def exists(self, path):
        top, _, rest = path.partition("/")
        first, _, more = rest.partition("/")
        if top == "my":
            return not rest or self.is_step(first) or first in self.exercises
        if top == "build":
            return first != "steps" or not more or self.is_step(more)
        return any(True for _ in self.root.glob(PLACEHOLDER.sub("*", path.rstrip("/"))))

    def is_step(self, word):
        return bool(PLACEHOLDER.fullmatch(word)) or any(
            word in (step, step[:2], str(int(step[:2]))) for step in self.steps)

    def miscounted(self, number, things):
        """Two kinds of lines in known.txt: NUMBER THINGS, of others; and of ours
        NUMBER THINGS = FILE REGULAR-EXPRESSION, with a group for the number, or
        matching each of the things."""
        number = NUMBERS.get(number.lower()) or int(number)
        claim = f"{number} {things.lower()}"
        entry = re.search(rf"^{claim}(?: = (\S+) (.*))?$", self.code[KNOWN], re.M)
        if number <= GLANCE or entry and not entry.group(1):
            return None
        if not entry:
            return f"nobody counts this: {claim}"
        path, pattern = entry.groups()
        found = re.findall(pattern, (self.root / path).read_text(), re.M)
        value = int(found[0]) if found and found[0].isdigit() else len(found)
        return None if value == number else f"{claim}: {path} has {value}"

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
        if "hints" in str(document.path):  # which are for a terminal
            return
        for number, line in enumerate(document.prose[1:], 2):
            if re.match(r" {4}\S", line) and not document.lines[number - 2]:
                yield number, "code by indentation names no source", "put it in a fence"

    def chapter(self, document):
        for line, heading in enumerate(document.prose, 1):
            found = re.fullmatch(r"#+ Step (\d\d): (.*)", heading)
            step = found and next(
                (step for step in self.steps if step.startswith(found[1])), None)
            title = step and source.title(self.root, step)
            if found and title != found[2]:
                yield line, f"the title of step {found[1]} is: {title}", "take that"
        step = document.path.stem
        if document.path.parent != self.root / "docs" or not re.match(r"\d\d-", step):
            return
        if not re.match(f"# Step {step[:2]}: ", document.lines[0]):
            yield 1, "a chapter starts with `# Step NN: ` and its title", "add it"
        if [*document.headings("##")] != CHAPTER:
            yield (1, "the headings of a chapter are: " + ", ".join(CHAPTER),
                   "give it these, in this order")
        before = self.steps[:self.steps.index(step)] if step in self.steps else []
        if before and not any(block.info == f"diff {before[-1]} {step}"
                              for block in document.blocks):
            yield 1, f"nothing shows the whole diff {before[-1]} {step}", "add a fence"
        for section in TRANSCRIPTS:
            lines = document.section(section)
            if not any(block.line in lines and block.info.startswith("console")
                       for block in document.blocks):
                yield 1, f"no transcript below {section}", "show it"

    # ---- commands

    @staticmethod
    def typed(document):
        """What no transcript runs, and is marked as code: (line, code)."""
        for block in document.blocks:
            if block.kind is None and "text" not in block.info.split():
                for number, line in enumerate(block.body, block.line + 1):
                    yield number, re.sub(r"(?:^| )# .*", "", line)
        text = "\n".join(document.prose)
        for code in CODE_SPAN.finditer(text):
            yield line_of(text, code), " ".join(code.group(1).split())

    def command(self, document):
        text = "\n".join(document.lines)
        found = [*self.typed(document)]
        found += [(line_of(text, command), command.group())
                  for command in re.finditer(
                      r"\./boxstep \w+(?: +\d[\w-]*| +[\w-]+$)?", text, re.M)]
        for line, typed in found:
            for command in re.split(r"&&|[;|<>]", typed):
                problem = self.command_problem(command.split())
                if problem:
                    yield line, f"{problem}: {command.strip()}", "type what works"

    def command_problem(self, words):
        for at, word in enumerate(words):
            rest, name = words[at + 1:], word.rpartition("/")[2]
            if word == "./boxstep":
                return self.boxstep_problem(rest)
            if name in self.steps and re.fullmatch("[a-z]+", "".join(rest[:1])):
                return self.step_problem(name, rest)
            if word == "meson":
                return self.meson_problem(rest)
            if not at and PATH.fullmatch(word) and not word.startswith("build/"):
                return unknown_option(rest, "".join(
                    text for path, text in self.code.items()
                    if path.startswith(word.rpartition("/")[0] + "/")))
        return None

    def boxstep_problem(self, words):
        usage = self.code["boxstep"].partition("\nEND\n")[0]
        words = words[:words.index("--")] if "--" in words else words
        command, *named = [word for word in words if word[0] not in "-["] or [""]
        if not re.search(rf"^  {command}\b", usage, re.M):
            return f"./boxstep has no command {command}"
        if command in ("run", "diff", "doctor", "vm", "test"):
            wrong = [word for word in named if not self.is_step(word) and (
                command != "test" or not re.search(rf"\b{word}\b", usage))]
        elif command in ("start", "check", "hint"):
            wrong = [word for word in named[:1]
                     if not self.is_step(word) and word not in self.exercises]
        elif command == "attack":
            matrix = (self.root / "docs/matrix.md").read_text()
            wrong = [word for word in named
                     if not self.is_step(word) and f"| `{word}` |" not in matrix]
        else:
            wrong = []
        return f"{command} knows no {wrong[0]}" if wrong else unknown_option(
            words, usage + self.code.get("tools/learn.py", ""))

    def step_problem(self, step, words):
        main = self.code[f"steps/{step}/main.cpp"]
        if words[0] != "run":
            return f"{step} has no command {words[0]}"
        options = words[1:]
        while options and re.match("--.", options[0]):
            option, has_value, _ = options.pop(0).partition("=")
            if f'"{option}"' not in main:
                return f"{step} has no option {option}"
            options = options[f'"{option}", ""' not in main and not has_value:]
        return None

    def meson_problem(self, words):
        built = "".join(text for path, text in self.code.items()
                        if path.endswith("meson.build"))
        named = [word for at, word in enumerate(words) if words[at - 1] == "--suite"
                 or "compile" in words and re.match(r"\d", word)]
        wrong = [word for word in named
                 if f"'{word}'" not in built and not PLACEHOLDER.fullmatch(word)]
        return f"Meson knows no {wrong[0]}" if wrong else None

    # ---- manual pages and links

    def known_list(self):
        """What known.txt says of manual pages, if this machine has pages of the kind:
        those of sections that one project writes and ships together."""
        if not [*INSTALLED_PAGES.glob("man2/*")]:
            return
        for number, line in enumerate(self.code[KNOWN].splitlines(), 1):
            for name, section in MAN_PAGE.findall(line):
                page = [*INSTALLED_PAGES.glob(f"man{section}/{name}.{section}*")]
                if section in "23457" and not page:
                    yield number, f"no such man page: {name}({section})", "remove it"
                elif " says: " in line and (
                        line.partition(" says: ")[2] not in words(page[0])):
                    yield number, f"{name}({section}) does not say that", "quote it right"

    def man(self, document):
        known = self.code[KNOWN].split()
        for number, line in enumerate(document.prose, 1):
            for page in MAN_PAGE.finditer(line):
                if page.group() not in known:
                    yield (number, f"unknown man page: {page.group()}",
                           f"spell it right, or add it to {KNOWN}")

    def link(self, document):
        # All lines at once, as a link may go on on the next.
        text = CODE_SPAN.sub(blank, "\n".join(document.prose))
        defined = dict(re.findall(r"^ {0,3}\[([^]]+)\]: *<?([^\s>]+)", text, re.M))
        found = [(link, bool(link[1]), link[2], link[3]) for link in re.finditer(
            r"(!?)\[([^]]*)\]\(([^)\s]*)[^)]*\)", text)]
        found += [(link, False, link[1], defined.get(link[2] or link[1], link[0]))
                  for link in re.finditer(r"\[([^]]+)\]\[([^]]*)\]", text)]
        found += [(link, False, "", link[1])
                  for link in re.finditer(r"^ {0,3}\[[^]]+\]: *<?([^\s>]+)", text, re.M)]
        for link in re.finditer(r"<(a|img)\b[^>]*>", text):
            said = dict(re.findall(r'(\w+)="([^"]*)"', link[0]))
            if "id" not in said and "name" not in said:
                found.append((link, link[1] == "img", said.get("alt", ""),
                              said.get("href") or said.get("src") or link[0]))
        for link in re.finditer(r"https?://[^\s>)\"\]]*[\w/]", text):
            if link[0] not in self.code[KNOWN].split():
                yield (line_of(text, link), f"unknown address: {link[0]}",
                       f"spell it right, or add it to {KNOWN}")
        for link, picture, words, target in found:
            problem = self.link_problem(document, words, target)
            if picture and not words:
                problem = f"a picture without alt text: {target}"
            if problem:
                yield (text.count("\n", 0, link.end()) + 1, problem,
                       "mend the link, or what it leads to")

    def link_problem(self, document, words, target):
        if re.match(r"https?://", target):
            return None
        path, _, anchor = target.partition("#")
        file = document.path.parent / path if path else document.path
        if not target or not file.exists():
            return f"dead link: {target}"
        if anchor and anchor not in Document(file).anchors():
            return f"dead anchor: {target}"
        names = [path.name for path in sorted(file.parent.glob("[0-9]*.md"))]
        said = re.fullmatch(r"(?:(?:step|chapter)\s)?(\d\d)", words, re.I)
        if file.name in names and said and not file.name.startswith(said[1]):
            return f"{words} leads to {path}"
        if words.lower() == "next chapter" and document.path.name in names and (
                [document.path.name, file.name] not in map(list, zip(names, names[1:]))):
            return f"the next chapter is not {path}"
        return None


def blank(found):
    return re.sub(r"[^\n]", " ", found.group())


def words(page):
    data = page.read_bytes()
    text = (gzip.decompress(data) if page.suffix == ".gz" else data).decode()
    return " ".join(re.sub(r"\\f.|\\|^\.\w+ ?", "", text, flags=re.M).split())


def line_of(text, found):
    return text.count("\n", 0, found.start()) + 1


def unknown_option(words, told):
    for option in re.findall(r"(?:^| )(--?[a-z][\w-]*)", " ".join(words)):
        if not re.search(rf"(?<![\w-]){option}(?![\w-])", told):
            return f"nothing knows {option}"
    return None
