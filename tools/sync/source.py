# SPDX-License-Identifier: MIT
"""What documents show, taken from where it is: definitions, diffs, tables."""

import os
import posixpath
import re
import subprocess
import tempfile
from pathlib import Path

import cpp
import records


class NoSource(Exception):
    """There is nothing of that name."""


def make(root, document, block):
    """The lines that a block of `document` is to have."""
    words = block.info.split()
    if len(words) == 2 and words[0] != "sync:":
        return [line.rstrip() for line in read(root, words[1])]
    if words[0] != "sync:":
        return {"cpp": cut, "diff": diff}[words[0]](root, *words[1:])
    kind, *rest = words[1:]
    directory = posixpath.dirname(rest[0]) if rest else "."
    if kind == "steps":
        rows = steps_table(root)
    elif kind == "matrix" and len(rest) > 1:
        rows = matrix_rows(root, *rest)
    elif kind == "table" and rest:
        rows = named_rows(root, *rest)
    elif kind == "text" and rest:
        rows = read(root, rest[0])
    else:
        raise NoSource(f"unknown block: {block.info}")
    target = os.path.relpath(document.path.parent, root)
    return [relocated(row, directory, target) for row in rows]


def read(root, path):
    if not (root / path).is_file():
        raise NoSource(f"there is no {path}")
    return (root / path).read_text().splitlines()


def cut(root, path, name):
    """A definition with the comment above it; of NAME:FIRST-LAST these lines."""
    lines = read(root, path)
    if name == "#include":
        return [line for line in lines if line.startswith(name)]
    name, first, last = re.fullmatch(r"(.*?)(?::(\d+)-(\d+))?", name).groups()
    found = [each for each in cpp.definitions(lines) if each.name == name]
    if len(found) != 1:
        raise NoSource(f"{path} has {len(found) or 'no'} definition"
                       f"{'s' if len(found) > 1 else ''} of {name}")
    lines = lines[found[0].top:found[0].end + 1]
    if first and not 0 < int(first) <= int(last) <= len(lines):
        raise NoSource(f"{name} in {path} has {len(lines)} lines")
    return lines[int(first) - 1:int(last)] if first else lines


def diff(root, old, new, *names):
    """LC_ALL=C diff -pU1 of two steps, or of some definitions in them."""
    paths = [f"steps/{step}/main.cpp" for step in (old, new)]
    with tempfile.TemporaryDirectory() as scratch:
        files = [Path(scratch) / "old", Path(scratch) / "new"]
        for path, file in zip(paths, files):
            parts = [cut(root, path, name) for name in names] or [read(root, path)]
            file.write_text("\n".join(
                "".join(line + "\n" for line in lines) for lines in parts))
        shown = subprocess.run(
            # Labels, as the names of files come with dates.
            ["diff", "-pU1", "-L", paths[0], "-L", paths[1], *files],
            env={**os.environ, "LC_ALL": "C"},
            capture_output=True, text=True, check=False)
    if shown.returncode != 1:
        raise NoSource(f"{' '.join(names) or 'all'} is the same in {old} and {new}")
    # Of an empty line that is the same in both, diff shows a space.
    return [line.rstrip() for line in shown.stdout.splitlines()]


def title(root, step):
    line = read(root, f"steps/{step}/main.cpp")[1]
    return re.match(r"// Step \d+: (.*)", line).group(1)


def steps_table(root):
    rows = ["| Step | | Code | Chapter |", "|---|---|---|---|"]
    for step in [*records.read(root), *records.engines(root)]:
        path = f"steps/{step}/main.cpp"
        rows.append(f"| {step[:2]} | {title(root, step)} | [{step}]({path}) "
                    f"| [read](docs/{step}.md) |")
    return rows


def table_of(root, path, heading=""):
    """The first table of a file, or the first below a heading."""
    text = "\n".join(read(root, path)) + "\n"
    below = re.search(rf"(?m)^#+ {re.escape(heading)}\n", text) if heading else None
    if heading and not below:
        raise NoSource(f"{path} has no heading {heading}")
    table = re.match(r"(?:(?![#|]).*\n)*((?:\|.*\n)+)", text[below.end():] if (
        heading) else text[text.find("\n|") + 1:])
    if not table:
        raise NoSource(f"{path} has no table below {heading or 'its top'}")
    return table[1].splitlines()


def named_rows(root, path, *words):
    """The table below the heading that the words before | are; of its rows those
    that the words after it name, or all."""
    heading, _, rows = " ".join(words).partition(" | ")
    table = table_of(root, path, heading)
    return table[:2] + rows_of(table, path, rows.split()) if rows else table


def rows_of(table, path, names):
    found = {row.strip("|").split("|")[0].strip(" `"): row for row in table[2:]}
    missing = [name for name in names if name not in found]
    if missing:
        raise NoSource(f"{path} has no row {missing[0]}")
    return [found[name] for name in names]


def matrix_rows(root, step, *attacks):
    """Of the matrix these attacks, and what came of them at the step before and
    at this one."""
    path = "docs/matrix.md"
    table = table_of(root, path, "The matrix" if step <= "04-cgroups" else "Part Two")
    rows = [[cell.strip() for cell in row.strip("|").split("|")]
            for row in (table[0], *rows_of(table, path, attacks))]
    if step not in rows[0]:
        raise NoSource(f"{path} has no column {step}")
    last = rows[0].index(step)
    rows.insert(1, ["---"] * len(rows[0]))
    return ["| " + " | ".join(row[at] for at in (1, *range(max(last - 1, 2), last + 1)))
            + " |" for row in rows]


def relocated(row, source, target):
    """Its links, which are right in directory `source`, made so in `target`."""
    def link(found):
        return posixpath.relpath(posixpath.join(source, found.group()), target)
    return re.sub(r"(?<=\]\()(?!#|\w+:)[^)#]+", link, row)
