# SPDX-License-Identifier: MIT
"""Reads a document: its blocks, which come from elsewhere, and its prose."""

import re
from dataclasses import dataclass

FENCE = re.compile(r"^( *)(`{3,}|~{3,})(.*)$")
COMMENT = re.compile(r"^<!-- (sync: .*?) -->$")
COMMENT_END = "<!-- end -->"
# What a person meant as one of these.
NEARLY_COMMENT = re.compile(r"<!-*\s*(?:sync\b|end\s*-*>)", re.I)

# The headings of a chapter about a step, in this order.
CHAPTER = [
    "Goal", "What you need", "The problem, shown", "Predict", "The change",
    "See it work", "Test it", "Break it", "Still shared with the host",
    "How real runtimes do it", "Questions", "Exercises", "Further reading"]
# What is seen below them.
SHOWN = {"The problem, shown": "console", "See it work": "console", "Test it": "sh",
         "Break it": "console"}


@dataclass
class Block:
    line: int  # of its fence or comment, from 1
    info: str  # what the fence or the comment says
    body: list
    indent: str = ""

    @property
    def kind(self):
        """What is to be done with it; None if there is nothing to compare."""
        words = self.info.split()
        if words == ["mermaid"]:
            return "picture"
        if words in (["sh", "sketch"], ["text", "sketch"]) or "not-run:" in words:
            return None
        if words[:1] == ["console"] and {*words} <= {"console", "slow", "guest", "fails"}:
            return next((kind for kind in ("slow", "guest") if kind in words), "console")
        language, *rest = words or [""]
        made = (language == "sync:" or language == "diff" and len(rest) >= 2
                or len(rest) == 1 and "/" in rest[0]
                or (language, len(rest)) == ("cpp", 2))
        return "made" if made else "tag"


class Document:
    def __init__(self, path):
        self.path = path
        self.lines = path.read_text().splitlines()
        self.blocks = []
        self.faults = []  # (line, what is wrong): it must not be written
        # Its lines as they are numbered, empty where there is code.
        self.prose = [""] * len(self.lines)
        number = 0
        while number < len(self.lines):
            number = self._read_block(number) or self._read_prose(number)

    def _read_prose(self, number):
        line = self.lines[number]
        if re.search(NEARLY_COMMENT, re.sub(r"`[^`]*`", "", line)):
            self.faults.append((number + 1, f"starts or ends no block: {line}"))
        self.prose[number] = line
        return number + 1

    def _read_block(self, start):
        """Returns the number of the line after it."""
        fence = FENCE.match(self.lines[start])
        comment = COMMENT.match(self.lines[start])
        if fence:
            indent, end_mark, info = fence.groups()
        elif comment:
            indent, end_mark, info = "", COMMENT_END, comment.group(1)
        else:
            return None
        end = start + 1
        while end < len(self.lines) and self.lines[end].strip() != end_mark:
            other = (COMMENT if comment else FENCE).match(self.lines[end])
            if other and (comment or other.group(2) == end_mark):
                break
            end += 1
        if end == len(self.lines) or self.lines[end].strip() != end_mark:
            self.faults.append((start + 1, f"no {end_mark} ends this block"))
            return end
        if comment or info == "mermaid":  # whose words are for readers, too
            self.prose[start + 1:end] = self.lines[start + 1:end]
        body = [line.removeprefix(indent) for line in self.lines[start + 1:end]]
        self.blocks.append(Block(start + 1, info.strip(), body, indent))
        return end + 1

    @property
    def text(self):
        return "\n".join(self.prose)

    def replace(self, bodies):
        """Writes the document with these bodies, each by the line of a block."""
        for block in reversed(self.blocks):
            if block.line in bodies:
                self.lines[block.line:block.line + len(block.body)] = [
                    (block.indent + line).rstrip()
                    for line in bodies[block.line]]
        self.path.write_text("\n".join(self.lines) + "\n")

    def headings(self, marks="#{1,6}"):
        for line in self.prose:
            found = re.match(rf"^{marks} +(.*?)(?: +#+)?$", line)
            if found:
                yield found.group(1)

    def section(self, title):
        """The numbers of the lines between this heading and the next like it."""
        starts = [number for number, line in enumerate(self.prose, 1)
                  if line.startswith("## ")] + [len(self.lines) + 1]
        return next((range(start, end) for start, end in zip(starts, starts[1:])
                     if self.prose[start - 1] == f"## {title}"), range(0))

    def anchors(self):
        names = [anchor(heading) for heading in self.headings()]
        return {
            name if name not in names[:at] else f"{name}-{names[:at].count(name)}"
            for at, name in enumerate(names)}

    def paragraph_after(self, block):
        """The text below a block, up to an empty line, as one line."""
        text = "\n".join(self.lines[block.line + len(block.body) + 1:])
        return " ".join(text.lstrip("\n").partition("\n\n")[0].split())


def anchor(heading):
    """What GitHub calls it in a link."""
    text = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading)
    return re.sub(r"[^\w\- ]", "", text.strip().lower()).replace(" ", "-")
