# SPDX-License-Identifier: MIT
"""Draws the pictures of docs/diagrams: NAME.svg from NAME.txt, a line a shape.

    size 640 300                                 in pixels, x and y from the top left
    title "What it shows"                        for who cannot see it
    panel X Y WIDTH HEIGHT TONE "Label"          a region, its label at the top
    box NAME X Y WIDTH HEIGHT TONE "Line"...     the first line in bold
    arrow FROM TO ["label"]                      between two boxes
    link FROM TO ["label"]                       the same, dashed, without a head
    note X Y "Text"                              text centred at X

TONE is host, container or plain. Everything stands on a light card of its own,
so that a picture can be read on a page of any colour.
"""

import shlex
from html import escape

FILLS = {"host": "#dbeafe", "container": "#fde9c8", "plain": "#ffffff"}
PANELS = {"host": "#eef5ff", "container": "#fff8ea", "plain": "#f6f8fa"}
CARD, INK, LINE = "#ffffff", "#1f2937", "#64748b"
STYLE = (
    "text{font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,"
    f"'DejaVu Sans Mono',monospace;fill:{INK};text-anchor:middle}}"
    ".label{font-family:system-ui,'DejaVu Sans',sans-serif;text-anchor:start;"
    "font-weight:600}.note{font-family:system-ui,'DejaVu Sans',sans-serif}"
    ".name{font-weight:700}")
LINE_HEIGHT = 18


def draw(source):
    size, title, shapes, boxes = (0, 0), "", [], {}
    for line in source.splitlines():
        words = shlex.split(line, comments=True)
        if not words:
            continue
        kind, rest = words[0], words[1:]
        if kind == "size":
            size = numbers(rest)
        elif kind == "title":
            title = rest[0]
        elif kind == "panel":
            shapes.append(panel(*numbers(rest[:4]), *rest[4:]))
        elif kind == "box":
            boxes[rest[0]] = place = numbers(rest[1:5])
            shapes.append(box(*place, rest[5], rest[6:]))
        elif kind in ("arrow", "link"):
            shapes.append(
                line_between(kind, boxes[rest[0]], boxes[rest[1]], *rest[2:]))
        elif kind == "note":
            shapes.append(text(*numbers(rest[:2]), rest[2], "note"))
        else:
            raise ValueError(f"unknown shape: {kind}")
    width, height = size
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" '
        f'height="{height}" viewBox="0 0 {width} {height}" role="img">',
        f"<title>{escape(title)}</title>",
        f"<style>{STYLE}</style>",
        '<defs><marker id="head" viewBox="0 0 10 10" refX="9" refY="5" '
        'markerWidth="8" markerHeight="8" orient="auto">'
        f'<path d="M0,0L10,5L0,10z" fill="{LINE}"/></marker></defs>',
        rectangle(0.5, 0.5, width - 1, height - 1, CARD, 10),
        *shapes,
        "</svg>", ""])


def numbers(words):
    return [int(word) for word in words]


def rectangle(x, y, width, height, fill, radius):
    return (f'<rect x="{x}" y="{y}" width="{width}" height="{height}" '
            f'rx="{radius}" fill="{fill}" stroke="{LINE}"/>')


def text(x, y, words, style):
    return f'<text x="{x}" y="{y}" class="{style}">{escape(words)}</text>'


def panel(x, y, width, height, tone, label):
    return (rectangle(x, y, width, height, PANELS[tone], 8)
            + text(x + 12, y + 22, label, "label"))


def box(x, y, width, height, tone, lines):
    first = y + height / 2 - (len(lines) - 1) * LINE_HEIGHT / 2 + 4.5
    return rectangle(x, y, width, height, FILLS[tone], 5) + "".join(
        text(x + width / 2, first + number * LINE_HEIGHT, line,
             "more" if number else "name")
        for number, line in enumerate(lines))


def line_between(kind, start, end, label=""):
    """From the side of one box to the side of the other that faces it."""
    (ax, ay, aw, ah), (bx, by, bw, bh) = start, end
    if by >= ay + ah or ay >= by + bh:
        down = by >= ay + ah
        # Upright where one is above the other.
        left, right = max(ax, bx), min(ax + aw, bx + bw)
        shared = (left + right) / 2 if left < right else None
        x1, x2 = shared or ax + aw / 2, shared or bx + bw / 2
        y1, y2 = (ay + ah, by) if down else (ay, by + bh)
        place = (max(x1, x2) + 8, (y1 + y2) / 2 + 4.5, "start")
    else:
        ahead = bx >= ax + aw
        x1, x2 = (ax + aw, bx) if ahead else (ax, bx + bw)
        y1, y2 = ay + ah / 2, by + bh / 2
        place = ((x1 + x2) / 2, (y1 + y2) / 2 - 7, "middle")
    look = ('marker-end="url(#head)"' if kind == "arrow"
            else 'stroke-dasharray="5 4"')
    drawn = (f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" '
             f'stroke="{LINE}" stroke-width="1.5" {look}/>')
    if label:
        x, y, anchor = place
        drawn += (f'<text x="{x}" y="{y}" class="note" '
                  f'style="text-anchor:{anchor}">{escape(label)}</text>')
    return drawn
