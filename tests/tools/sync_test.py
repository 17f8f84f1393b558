#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Tests of tools/sync, on a copy of this repository. Each of them breaks one thing:
sync.py has to say so, with the line, and to write what it can."""

import contextlib
import io
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path
from unittest import mock

sys.dont_write_bytecode = True
import trial  # noqa: E402
import prose  # noqa: E402
import sync  # noqa: E402
from document import Document  # noqa: E402

CHAPTER, README = "docs/02-chroot.md", "README.md"
STEP = "steps/02-chroot/main.cpp"

# What stands in a chapter, and what is said of it.
SAID_OF = {
    # Blocks.
    "```cpp steps/01-uts/main.cpp nope\n```": "main.cpp has no definition of nope",
    "```cpp steps/01-uts/main.cpp child:2-2\n```": "its source has something else",
    "```cpp steps/01-uts/main.cpp child:2-99\n```": "child in steps/01-uts/main.cpp has",
    "```diff 00-process 01-uts Options main\n```": "its source has something else",
    "```sh\n```": "a block without a source",
    "```mermaid\nx\n```": "a picture without accTitle",
    "```console not-run: far\n$ ls\n```\n\nIt works.": "is not told that this is not run",
    "<!-- sync: table docs/matrix.md Nope -->\n<!-- end -->": "no heading Nope",
    # Names, numbers, quotations.
    "`hallo()`": "unknown name: hallo()",
    "`Uts.SaysHallo`": "unknown name: Uts.SaysHallo",
    "`steps/01-uts/mein.cpp`": "there is no steps/01-uts/mein.cpp",
    'As in "nobody says\nthis at all".': 'nothing says: "nobody says this at all"',
    "There are seventeen steps.": "nobody counts this: 17 steps",
    # Commands.
    "```sh sketch\n./boxstep rum 2\n```": "has no command rum",
    "`./boxstep run 99`": "run knows no 99",
    "`./boxstep run --fasst`": "unknown name: --fasst",
    "<!--\nType ./boxstep begin 01, in a terminal.\n-->": "has no command begin",
    "`meson test --suite 1-one`": "unknown name: 1-one",
    "`build/steps/01-uts run --rootfs x -- ls`": "01-uts has no option --rootfs",
    # Links and manual pages.
    "[a\nlink](nowhere.md)": "dead link: nowhere.md",
    "[a](01-uts.md#gaol)": "dead anchor: 01-uts.md#gaol",
    "![](diagrams/cgroups.svg)": "a picture without alt text",
    "[two][2]": "a link that is not checked",
    "[step 01](03-pid-mount.md)": "step 01 leads to 03-pid-mount.md",
    "https://example.com/here": "unknown address",
    "cloen(2)": "unknown man page: cloen(2)",
}
# What is changed elsewhere: in which file, what, by what; and what is said then.
CHANGED = [
    (STEP, r"chdir\(", "chdyr(", r"02-chroot.md:\d+: its source(.*\n)+.*\+.*chdyr"),
    (STEP, r"^// Step 02: ", "// Step 02: Not ", r"README.md:\d+: (.*\n)+.*02-chroot.md:1: "
     "the title of step 02 is: Not"),
    ("docs/matrix.md", r"^(\| `.*)OPEN", r"\1SHUT", "its source has something else"),
    ("docs/exercises/01-ipc/task.md", r"\.$", "!", r"exercises.md:\d+: its source"),
    ("docs/exercises/01-ipc/hints.md", r"\Z", "    ./boxstep hint ipx\n", "knows no ipx"),
    ("docs/diagrams/cgroups.txt", 'title "', 'title "x ', "svg is not what it describes"),
    ("docs/diagrams/cgroups.txt", r"^(box (?:\S+ ){3})\d+", r"\1 9", "does not fit into"),
    (CHAPTER, r"^## Predict\n", "", "the headings of a chapter are"),
    (CHAPTER, r"^```diff 01-uts 02-chroot$", "```diff 01-uts 02-chroot child",
     "nothing shows the whole diff 01-uts 02-chroot"),
    (CHAPTER, r"(?s)(## Test it.*?```)sh", r"\1text", "no sh block below Test it"),
]
# Of what has no end, nothing is written: the rest of the document would be lost.
UNCLOSED = {
    "<!-- sync: steps -->": "no <!-- end --> ends this block",
    "```cpp steps/01-uts/main.cpp main": "no ``` ends this block",
    "<!-- end -->": "starts or ends no block",
}


class Checkout(trial.Trial):
    def setUp(self):
        super().setUp()
        left_out = shutil.ignore_patterns("node_modules", "kernel", "__pycache__")
        for path in [*trial.ROOT.glob("*.md"), *map(
                trial.ROOT.joinpath, ["LICENSE", *prose.CODE])]:
            if path.is_dir():
                shutil.copytree(path, self.top / path.name, ignore=left_out)
            else:
                shutil.copy(path, self.top)

    def sync(self, *arguments):
        """Returns the status and what was printed."""
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            status = sync.main([*arguments, *self.kinds], self.top)
        return status, printed.getvalue()

    def change(self, path, pattern, new):
        old = (self.top / path).read_text()
        text, times = re.subn(pattern, new, old, count=1, flags=re.M)
        self.assertEqual(times, 1, (path, pattern))
        (self.top / path).write_text(text)
        return old


class Documents(Checkout):
    kinds = ["--no-run"]

    def test_what_is_shown_is_written_again(self):
        pictures = [path.with_suffix(".svg") for path in self.top.glob(
            "docs/diagrams/*.txt")]
        whole = {path: path.read_text() for path in [*self.top.rglob("*.md"), *pictures]}
        for path in whole:
            if path in pictures:
                path.write_text("")
                continue
            document = Document(path)
            document.replace({block.line: [] for block in document.blocks
                              if block.kind == "made"})
        self.assertNotEqual({path: path.read_text() for path in whole}, whole)
        status, printed = self.sync("write")
        self.assertEqual(status, 0, printed)
        self.assertEqual({path: path.read_text() for path in whole}, whole)
        self.assertEqual(self.sync("check"), (0, ""))

    def test_what_is_wrong_in_a_document_is_said(self):
        checks = prose.Prose(self.top, [])
        options = sync.read_options(["check", "--no-run", CHAPTER], self.top)
        for text, said in SAID_OF.items():
            with self.subTest(text):
                whole = self.change(CHAPTER, r"^## Goal\n", rf"## Goal\n\n{text}\n")
                document = Document(self.top / CHAPTER)
                (self.top / CHAPTER).write_text(whole)
                line = document.lines.index("## Goal") + 3
                found = [problem for problem in sync.Sync(self.top, options).find_problems(
                    [document], checks) if line <= problem.line <= line + text.count("\n")]
                self.assertIn(said, "\n".join(problem.what for problem in found))

    def test_what_differs_from_the_code_is_found(self):
        for path, pattern, new, said in CHANGED:
            with self.subTest(f"{path}: {pattern}"):
                whole = self.change(path, pattern, new)
                status, printed = self.sync("check")
                (self.top / path).write_text(whole)
                self.assertEqual(status, 1)
                self.assertRegex(printed, said)

    def test_what_has_no_end_is_not_written(self):
        self.change(STEP, r"chdir\(", "chdyr(")
        for text, said in UNCLOSED.items():
            with self.subTest(text):
                whole = self.change(CHAPTER, r"^## Goal\n", rf"## Goal\n\n{text}\n")
                broken = (self.top / CHAPTER).read_text()
                status, printed = self.sync("write", f"{self.top}/{CHAPTER}")
                self.assertEqual(status, 1)
                self.assertIn(said, printed)
                self.assertEqual((self.top / CHAPTER).read_text(), broken)
                (self.top / CHAPTER).write_text(whole)

    def test_manual_pages_are_looked_up_where_they_are_installed(self):
        self.write("man/man2/mount.2", ".B Creating a\nbind\n\\fImount\\fP")
        with mock.patch.object(prose, "INSTALLED_PAGES", self.top / "man"):
            found = [what for _, what, _ in prose.Prose(self.top, []).known_list()]
        self.assertEqual(found.count("mount(2) does not say that"), 1)  # of two
        self.assertIn("no such man page: clone(2)", found)


TRANSCRIPTS = """\
```console
$ echo one
one
$ seq 3
1
…
3
$ echo $$ $$
4001 4001
$ echo 100.64.1.2 4.512 s
100.70.1.20 9.000 s
$ sh -c 'exit 3'
$ echo $?
3
$ sudo sh -c 'id -u; hostname'; id -u
0
host
1000
$ sh -c 'echo "hint: …"; exit 2'
hint: …
$ echo "container: pid 1 a"; echo "host: pid 2000 b"
host: pid 2000 b
container: pid 1 a
$ sudo bash
root@host:/home/you/boxstep# grep nothing /dev/null
root@host:/home/you/boxstep# true
root@host:/home/you/boxstep# exit
exit
$ echo "container: pid 1 a"; (sleep 0.1; echo "host: pid 2000 b") &
host: pid 2000 b
container: pid 1 a
[1] 3000
```

```console fails
$ ls nowhere
…
```
"""
# As above, in TRANSCRIPTS. Numbers of four digits may differ, if the same ones do.
BROKEN_TRANSCRIPTS = [
    ("one\n$ seq", "two\n$ seq", "README.md:1: ", "-two", "+one",
     "repair: sudo tools/sync/sync.py write --kind console README.md"),
    ("4001 4001", "4001 5001", "-4001 5001"),
    ("100.70.1.20 9", "192.0.2.1 9", "+100.64.1.2 4.512 s"),
    ("9.000 s", "9 s", "+100.64.1.2 4.512 s"),
    ("container: pid 1 a\n$ sudo", "container: pid 2 a\n$ sudo", "+container: pid 1 a"),
    ("…\n3", "…\n4", "repair: mend the commands, or the lines around …"),
    ("$ echo one\none", "$ date +%N | cut -c 1-3\none", "come out the same each time"),
    # What fails is seen.
    ("$ seq 3\n1\n…\n3", "$ true\n…", "`true` has printed nothing that … could"),
    ("$ echo $?\n3\n", "", "`sh -c 'exit 3'` has ended with status 3, unseen"),
    ("```console fails", "```console", "`ls nowhere` has ended with status 2, unseen"),
]


@trial.needs_root
class Transcripts(Checkout):
    def setUp(self):
        super().setUp()
        self.kinds = ["--kind", "console", str(self.top / README)]
        self.write(README, TRANSCRIPTS)
        self.program("rootfs-scripts/from-host", "mkdir -p $1/root")
        self.write("build/steps/keep", "")
        (self.top / "build/tests").mkdir()
        (self.top / "build/tests/throwaway-host").symlink_to(THROWAWAY_HOST)

    def test_whatever_is_broken_is_found(self):
        self.assertEqual(self.sync("check"), (0, ""))
        for old, new, *said in BROKEN_TRANSCRIPTS:
            with self.subTest(new):
                self.assertIn(old, TRANSCRIPTS)
                self.write(README, TRANSCRIPTS.replace(old, new, 1))
                status, printed = self.sync("check")
                self.assertEqual(status, 1, printed)
                for part in said:
                    self.assertIn(part, printed)

    def test_writing(self):
        self.write(README, TRANSCRIPTS.replace("$ echo one\none", "$ echo one\ntwo").replace(
            "$ ls nowhere\n…", "$ date +%N | cut -c 1-3\n123"))
        self.assertEqual(self.sync("write")[0], 1)
        text = (self.top / README).read_text()
        for part in ("echo one\none\n", "3\n1\n…\n3\n", "1-3\n123\n"):
            self.assertIn(part, text)

    def test_nothing_is_left(self):
        self.write(README, TRANSCRIPTS.replace(
            "$ ls nowhere\n…", "$ sleep 4711 &\n[2] 5000\n"
            "$ touch docs/litter\n$ sudo mount -t proc proc docs"))
        before = Path("/proc/self/mountinfo").read_text()
        self.assertEqual(self.sync("check"), (0, ""))
        self.assertFalse((self.top / "docs/litter").exists())
        self.assertEqual(Path("/proc/self/mountinfo").read_text(), before)
        self.assertEqual(trial.run("pgrep", "-fx", "sleep 4711"), (1, ""))
        self.assertEqual([*Path(tempfile.gettempdir()).glob(
            f"boxstep-docs-{os.getpid()}-*")], [])


if __name__ == "__main__":
    THROWAWAY_HOST = Path(sys.argv.pop(1)).resolve()
    trial.main(sys.argv[1:])
