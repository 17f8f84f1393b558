# SPDX-License-Identifier: MIT
"""Draws the pictures of docs/diagrams: NAME.svg from NAME.txt, a line a shape.

    size 720 300                       in pixels, x and y from the top left
    title "What it shows"              for people who cannot see it
    use OTHER.txt                      starts from all that is in another picture
    panel X Y WIDTH HEIGHT TONE "Label"    a region, its label at the top
    box NAME X Y WIDTH HEIGHT TONE "Line"...   the first line in bold; a second
                                       box of this name replaces the first
    arrow FROM TO ["label"]            between two boxes
    link FROM TO ["label"]             the same, dashed, without a head
    leak FROM TO ["label"]             an arrow that should not be there
    note X Y "Text"                    text centred at X

TONE is host, container, leak or plain. At most 720 pixels wide, a picture is shown
in full size, with text of 15 pixels. It follows the reader's light or dark mode.
"""

import shlex
from html import escape

LIGHT = {"card": "#ffffff", "text": "#1f2937", "line": "#64748b", "danger": "#dc2626",
         "host": "#dbeafe", "container": "#fde9c8", "leak": "#fee2e2",
         "plain": "#ffffff"}
DARK = {"card": "#0d1117", "text": "#e6edf3", "line": "#8b949e", "danger": "#f87171",
        "host": "#14365c", "container": "#533a10", "leak": "#5c1d1d",
        "plain": "#161b22"}
SIZE, LINE_HEIGHT, LETTER = 15, 19, 9.1  # of a letter, the width
FONT = (f"text{{font:{SIZE}px ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans "
        "Mono',monospace;text-anchor:middle}.label,.note{font-family:system-ui,'DejaVu "
        "Sans',sans-serif}.label{text-anchor:start}.label,.name{font-weight:700}")


def colours(of):
    fills = "".join(f".{name}{{fill:{of[name]}}}" for name in of if name != "text")
    return (f"{fills}text{{fill:{of['text']}}}rect{{stroke:{of['line']}}}"
            f".arrow,.link{{stroke:{of['line']}}}.danger{{stroke:{of['danger']}}}")


def draw(path):
    """Raises ValueError where a line is no shape, or text does not fit."""
    shapes = read(path)
    width, height = shapes["size"]
    panels = sorted(shapes["panels"], key=lambda shape: -shape[2] * shape[3])
    heads = "".join(
        f'<marker id="{name}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" '
        f'markerHeight="8" orient="auto"><path d="M0,0L10,5L0,10z" class="{tone}"/>'
        "</marker>" for name, tone in (("arrow", "line"), ("leak", "danger")))
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" '
        f'height="{height}" viewBox="0 0 {width} {height}" role="img">',
        f"<title>{escape(shapes['title'])}</title>",
        f"<style>{FONT}{colours(LIGHT)}@media (prefers-color-scheme:dark)"
        f"{{{colours(DARK)}}}</style><defs>{heads}</defs>",
        rectangle(0.5, 0.5, width - 1, height - 1, "card", 10),
        *(panel(*shape) for shape in panels),
        *(box(*shape) for shape in shapes["boxes"].values()),
        *(line_between(kind, *(shapes["boxes"][end] for end in ends), *label)
          for kind, ends, label in shapes["lines"]),
        *(text(*note, "note") for note in shapes["notes"]),
        "</svg>", ""])


def read(path):
    shapes = {"panels": [], "boxes": {}, "lines": [], "notes": []}
    for line in path.read_text().splitlines():
        kind, *rest = shlex.split(line, comments=True) or [None]
        if kind == "use":
            shapes = read(path.parent / rest[0])
        elif kind == "size":
            shapes["size"] = numbers(rest)
        elif kind == "title":
            shapes["title"] = rest[0]
        elif kind == "panel":
            shapes["panels"].append((*numbers(rest[:4]), *rest[4:]))
        elif kind == "box":
            shapes["boxes"][rest[0]] = (*numbers(rest[1:5]), *rest[5:])
        elif kind in ("arrow", "link", "leak"):
            shapes["lines"].append((kind, rest[:2], rest[2:]))
        elif kind == "note":
            shapes["notes"].append((*numbers(rest[:2]), rest[2]))
        elif kind:
            raise ValueError(f"unknown shape: {line}")
    return shapes


def numbers(words):
    return [int(word) for word in words]


def rectangle(x, y, width, height, tone, radius, more=""):
    return (f'<rect x="{x}" y="{y}" width="{width}" height="{height}" '
            f'rx="{radius}" class="{tone}"{more}/>')


def text(x, y, words, style, more=""):
    return f'<text x="{x}" y="{y}" class="{style}"{more}>{escape(words)}</text>'


def panel(x, y, width, height, tone, label):
    faint = ' fill-opacity="0.35"'
    return (rectangle(x, y, width, height, tone, 8, faint)
            + text(x + 12, y + 24, label, "label"))


def box(x, y, width, height, tone, *lines):
    if height < len(lines) * LINE_HEIGHT or any(
            len(line) * LETTER > width for line in lines):
        raise ValueError(f"text does not fit into its box: {', '.join(lines)}")
    first = y + height / 2 - (len(lines) - 1) * LINE_HEIGHT / 2 + 5
    return rectangle(x, y, width, height, tone, 5) + "".join(
        text(x + width / 2, first + number * LINE_HEIGHT, line,
             "more" if number else "name")
        for number, line in enumerate(lines))


def line_between(kind, start, end, label=""):
    """From the side of one box to the side of the other that faces it."""
    (ax, ay, aw, ah), (bx, by, bw, bh) = start[:4], end[:4]
    if by >= ay + ah or ay >= by + bh:
        # Upright where one is above the other.
        left, right = max(ax, bx), min(ax + aw, bx + bw)
        shared = (left + right) / 2 if left < right else None
        x1, x2 = shared or ax + aw / 2, shared or bx + bw / 2
        y1, y2 = (ay + ah, by) if by >= ay + ah else (ay, by + bh)
    else:
        x1, x2 = (ax + aw, bx) if bx >= ax + aw else (ax, bx + bw)
        y1, y2 = ay + ah / 2, by + bh / 2
    look = ('stroke-dasharray="5 4"' if kind == "link"
            else f'marker-end="url(#{kind})"')
    tone = "danger" if kind == "leak" else kind
    drawn = (f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" class="{tone}" '
             f'stroke-width="1.5" {look}/>')
    if not label:
        return drawn
    x, y = (x1 + x2) / 2, (y1 + y2) / 2
    if abs(x2 - x1) > abs(y2 - y1):  # above it, else beside it
        return drawn + text(x, y - 8, label, "note")
    return drawn + text(x + 9, y + 5, label, "note", ' style="text-anchor:start"')
