#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Tests of tools/sync: a small checkout with true documents, of which each test breaks
one thing. sync.py has to say so, with the line, and to write what it can."""

import contextlib
import io
import os
import shutil
import sys
import tempfile
from pathlib import Path
from unittest import mock

sys.dont_write_bytecode = True
import trial  # noqa: E402
import prose  # noqa: E402
import sync  # noqa: E402
from document import CHAPTER, SHOWN  # noqa: E402

STEP_01 = """\
// SPDX-License-Identifier: MIT
// Step 01: one
// Chapter: docs/01-one.md

#include <old>

constexpr int kFlags =
    1 |  // the first
    2;  // the last

struct Options {
  int number = 20;
};

void declared(int);

// Says hello.
// Twice.
int hello(const Options& options) {
  return say("hello");
}

int main() { return parse({{"--name", "NAME", ""}, {"--quiet", "", ""}}) + hello({}); }
"""
STEP_02 = STEP_01.replace("Step 01: one", "Step 02: two").replace(
    'return say("hello");', 'return say("hello, you");').replace(
    '{"--quiet"', '{"--loud", "", ""}, {"--quiet"').replace(
    "<old>", "<old>\n#include <new>")
PROCESS = """\
namespace common {
namespace {
int hidden(int value) {
  return value;
}
}  // namespace

Process::Process(int flags) : flags_(flags) {
  start();
}
}  // namespace common
"""


def chapter(title, more=""):
    text = f"# {title}\n"
    for heading in CHAPTER:
        shown = {"console": "\n```console slow\n$ true\n```\n", None: "",
                 "sh": "\n```sh sketch\n./boxstep test\n```\n"}[SHOWN.get(heading)]
        text += f"\n## {heading}\n{shown}{more if heading == 'The change' else ''}"
    return text


FILES = {
    "boxstep": "usage:\n\n  run [STEP]\n  test SUITE  those: mutants\n  start STEP\n"
               "  attack NAME\n  help\nEND\n",
    "meson.build": "test('x', suite: 'quick')\n",
    "steps/meson.build": "records = {\n  '01-one': {},\n  '02-two': {},\n}\n",
    "steps/01-one/main.cpp": STEP_01,
    "steps/02-two/main.cpp": STEP_02,
    "common/process.cpp": PROCESS,
    "tests/hello_test.cpp": "TEST_F(Hello, SaysHello) {}\n",
    "docs/exercises/01-ipc/hints.md": "Call `hello()`.\n---\n    ./boxstep start ipc\n",
    "docs/01-one.md": chapter("Step 01: one"),
    "docs/02-two.md": chapter("Step 02: two", "\n```diff 01-one 02-two\n```\n"),
    "tools/sync/known.txt": "clone(2) ls(1) sudo --suite --what OPEN EPERM\n"
    "https://example.com/there\nclone(2) says: it is like fork\n20 tasks = steps/01-one/main.cpp number = (\\d+)\n50 lines\n",
    "docs/numbers.md": "# Numbers\n\n## Some\n\n| n |\n|---|\n| [1](02-two.md) |\n",
    "docs/matrix.md": "\n".join([
        "# Matrix", "", "## The matrix", "", "| Attack | Tries | 01-one | 02-two |",
        "|---|---|---|---|", "| `a` | to a | **OPEN** | held: EPERM |",
        "| `b` | to b | – | **OPEN** |", ""]),
    "docs/slides.md": "# Slides\n\n<!--\nType ./boxstep start 01, in a terminal.\n-->\n"
    "\n```diff 01-one 02-two #include hello\n```\n",
    "some/change.diff": "-old\n \n+new\n",
    "docs/exercises/01-ipc/task.md": "Do **this**, and read\n[a chapter](../../01-one.md).\n",
    "docs/diagrams/box.txt": 'size 99 99\ntitle "A box"\nbox a 1 1 99 20 host "hello()"\n',
    "rootfs-scripts/from-host": "#!/bin/sh\n# --force\nmkdir -p $1/root\n",
    "build/steps/keep": "",
    # What it shows is written by sync.py before the tests.
    "README.md": """\
# A title

The call clone(2), [a link](docs/01-one.md), [an anchor](docs/01-one.md#goal), [here](#a-title).
![a box](docs/diagrams/box.svg), [step 02](docs/02-two.md), https://example.com/there,
[some](docs/numbers.md#some).

As `hello()` of `Process::Process` says, in `steps/01-one/main.cpp`, "is like
fork". `Hello.SaysHello` has twenty tasks; in 50 lines. Exit with 4711, kFlags.

""" + "\n".join(f"```{block}\n```\n" for block in [
        "cpp steps/01-one/main.cpp hello", "cpp steps/01-one/main.cpp kFlags",
        "cpp steps/01-one/main.cpp Options", "cpp common/process.cpp Process::Process",
        "cpp common/process.cpp hidden",
        "diff 01-one 02-two", "diff 01-one 02-two hello", "diff some/change.diff",
        """sh sketch
./boxstep run 2 && meson test -C build --suite 01-one  # as such
sudo build/steps/02-two run --name x --loud -- ls --what | true
rootfs-scripts/from-host --force""",
        "console slow\n$ echo 4711\n4711", "mermaid\n  accTitle: what a reader hears",
        "console not-run: no network\n$ build/steps/01-one run true"]) + """
*Not run by the tests: no network.*

- In a list:

  ```cpp steps/02-two/main.cpp Options
  ```

""" + "\n".join(f"<!-- sync: {block} -->\n<!-- end -->\n" for block in [
        "text docs/exercises/01-ipc/task.md", "steps", "table docs/numbers.md Some",
        "matrix 02-two b", "table docs/matrix.md The matrix b"])}

README, STEP = "README.md", "steps/01-one/main.cpp"
# What is broken: in which file, what, by what; and what is then said.
BROKEN = [
    # What is made from a source.
    (STEP, '"hello"', '"morning"', "README.md:10: its source", "+  return say(\"morning\")",
     "README.md:64: its", "docs/02-two.md:17: its", "write --no-run README.md"),
    (STEP, "int hello(", "int greet(", "main.cpp has no definition of hello"),
    ("steps/02-two/main.cpp", "Step 02: two", "Step 02: more", "+| 02 | more |",
     "docs/02-two.md:1: the title of step 02 is: more"),
    ("docs/numbers.md", "[1]", "[2]", "+| [2](docs/02-two.md) |", "write --no-run"),
    ("docs/numbers.md", "## Some", "## Others", "has no heading Some", "dead anchor"),
    ("docs/matrix.md", "| – | **OPEN** |", "| – | held: x |", "+| to b | – | held: x |",
     "+| `b` | to b | – | held: x |"),
    (README, "02-two b -->", "02-two b c -->", "docs/matrix.md has no row c"),
    (README, "sync: steps", "sync: stairs", "unknown block: sync: stairs"),
    ("some/change.diff", "+new", "+newer", "+newer", "write --no-run"),
    ("docs/exercises/01-ipc/task.md", "**this**", "**that**", "+Do **that**, and read"),
    ("docs/diagrams/box.txt", '"hello()"', '"b"', "box.txt:1: box.svg is not what"),
    ("docs/diagrams/box.txt", "hello", "hallo", "box.txt:3: unknown name: hallo()"),
    ("docs/diagrams/box.txt", "99 20", "9 20", "box.txt:1: text does not fit into its"),
    # Form.
    (README, "```sh sketch", "```sh", ": a block without a source"),
    (README, "accTitle: what a reader hears", "a", "a picture without accTitle"),
    (README, "The call", "Type:\n\n    rm -rf /\n\nThe", "README.md:5: code by indent"),
    (README, "As `hello()`", "See:\n\nAs `hello()`", "README.md:7: nothing follows this"),
    (README, "*Not run by the tests: no network.*", "It works.", "is not told that this"),
    ("docs/01-one.md", "## Predict\n", "", "docs/01-one.md:1: the headings"),
    ("docs/01-one.md", "# Step 01: one", "# Step 01: uno", "01-one.md:1: the title of"),
    ("docs/01-one.md", "# Step 01: one", "# One", "01-one.md:1: a chapter starts"),
    ("docs/01-one.md", "## See it work\n\n```console slow", "## See it work\n\n```sh sketch",
     "no console block below See it work"),
    ("docs/02-two.md", "```diff 01-one 02-two\n", "```diff 01-one 02-two hello\n",
     "nothing shows the whole diff 01-one 02-two"),
    # Names, numbers, quotations.
    (README, "`hello()`", "`hallo()`", "README.md:7: unknown name: hallo()"),
    (README, "`steps/01-one/main.cpp`", "build/steps/01-uno", "there is no build/steps/01"),
    (README, '"is like', '"is not like', 'README.md:7: nothing says: "is not like fork"'),
    (README, "twenty tasks", "thirty tasks", "README.md:8: nobody counts this: 30 tasks"),
    (STEP, "number = 20", "number = 30", "README.md:8: steps/01-one/main.cpp has 30 tasks"),
    # Commands.
    (README, "./boxstep run 2", "./boxstep rum 2", "has no command rum"),
    (README, "./boxstep run 2", "./boxstep run 9", "run knows no 9: ./boxstep run 9"),
    (README, "./boxstep run 2", "./boxstep run --fast", "unknown name: --fast"),
    (README, "./boxstep run 2", "./boxstep attack c 2", "attack knows no c"),
    (README, "02-two run --name x", "01-one run --name x", "01-one has no option --loud"),
    ("steps/02-two/main.cpp", "<new>", "<newer>", "slides.md:7: its source",
     "++#include <newer>"),
    ("docs/slides.md", "start 01", "begin 01", "slides.md:4: ./boxstep has no command begin"),
    ("docs/exercises/01-ipc/hints.md", "start ipc", "start ipx", ":3: start knows no ipx"),
    # Links and manual pages.
    (README, "(docs/01-one.md)", "(nowhere.md)", "README.md:3: dead link: nowhere.md"),
    (README, "#goal", "#gaol", "README.md:3: dead anchor: docs/01-one.md#gaol"),
    (README, "![a box]", "![]", "README.md:4: a picture without alt text"),
    (README, "[step 02](docs/02-two.md)", "[two][2]", "README.md:4: a link that is not ch"),
    (README, "[step 02]", "[step 01]", "README.md:4: step 01 leads to docs/02-two.md"),
    (README, "example.com/there", "example.com/here", "README.md:4: unknown address"),
    (README, "clone(2)", "cloen(2)", "README.md:3: unknown man page: cloen(2)"),
]
# Of what has no end, nothing is written: the rest of the document would be lost.
UNCLOSED = [
    ("<!-- end -->\n\n<!-- sync: table docs/n", "<!-- sync: table docs/n", "<!-- end -->"),
    ("| b | to b | – | **OPEN** |\n<!-- end -->".replace("| b |", "| `b` |"), "", "ends"),
    ("```\n\n```cpp steps/01-one/main.cpp Options", "```cpp x", "```"),
    ("<!-- sync: steps -->", "<!-- sync steps -->", "starts or ends no block"),
]


class Checkout(trial.Trial):
    def setUp(self):
        super().setUp()
        for path, text in FILES.items():
            self.write(path, text, 0o755 if path == "rootfs-scripts/from-host" else 0o644)
        (self.top / "build/tests").mkdir()
        (self.top / "build/tests/throwaway-host").symlink_to(THROWAWAY_HOST)

    def edit(self, path, old, new):
        text = (self.top / path).read_text()
        self.assertIn(old, text)
        (self.top / path).write_text(text.replace(old, new, 1))

    def sync(self, *arguments):
        """Returns the status and what was printed."""
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            status = sync.main([*arguments, *self.kinds], self.top)
        return status, printed.getvalue()

    def assert_says(self, *parts):
        status, printed = self.sync("check")
        self.assertEqual(status, 1, printed)
        for part in parts:
            self.assertIn(part, printed)


class Documents(Checkout):
    kinds = ["--no-run"]

    def setUp(self):
        super().setUp()
        installed = mock.patch.object(prose, "INSTALLED_PAGES", self.top / "man")
        installed.start()
        self.addCleanup(installed.stop)
        self.sync("write")
        self.assertEqual(self.sync("check"), (0, ""))
        self.readme = (self.top / README).read_text()

    def test_what_it_writes(self):
        for part in (
                "```cpp steps/01-one/main.cpp hello\n// Says hello.\n// Twice.\nint hello(c",
                "constexpr int kFlags =\n    1 |  // the first\n    2;  // the last\n```",
                "struct Options {\n  int number = 20;\n};\n```",
                "Process::Process(int flags) : flags_(flags) {\n  start();\n}\n```",
                "int hidden(int value) {\n",
                "- In a list:\n\n  ```cpp steps/02-two/main.cpp Options\n  struct Options {",
                "| 02 | two | [02-two](steps/02-two/main.cpp)", "| [1](docs/02-two.md) |",
                "| Tries | 01-one | 02-two |\n| --- | --- | --- |\n| to b | – | **OPEN** |",
                "|---|---|---|---|\n| `b` | to b | – | **OPEN** |\n<!-- end -->",
                "```diff some/change.diff\n-old\n\n+new\n```\n",
                "this**, and read\n[a chapter](docs/01-one.md).\n<!--"):
            self.assertIn(part, self.readme)
        # Of the two diffs, one is of a function.
        self.assertEqual(self.readme.count("-// Step 01: one\n"), 1)
        self.assertEqual(self.readme.count('-  return say("hello");\n'), 2)

    def test_whatever_is_broken_is_found_and_written_if_it_can_be(self):
        for path, old, new, *said in BROKEN:
            with self.subTest(f"{path}: {old} -> {new}"):
                whole = {name: (self.top / name).read_text() for name in FILES}
                try:
                    self.edit(path, old, new)
                    self.assert_says(*said)
                    if "write --" in said[-1]:
                        self.assertEqual(self.sync("write")[0], 0)
                finally:
                    for name, text in whole.items():
                        (self.top / name).write_text(text)

    def test_what_has_no_end_is_not_written(self):
        self.edit(STEP, "2;  // the last", "3;  // the last")
        for old, new, said in UNCLOSED:
            with self.subTest(old):
                broken = self.readme.replace(old, new)
                self.assertNotEqual(broken, self.readme)
                (self.top / README).write_text(broken)
                self.assert_says(said)
                self.assertEqual(self.sync("write")[0], 1)
                self.assertEqual((self.top / README).read_text(), broken)

    def test_manual_pages_are_looked_up_where_they_are_installed(self):
        for page, text, said in (
                ("clone", "is like \\fIfork\\fP", "does not say that"),
                ("execve", "", "no such man page: clone(2)"),
                ("clone", ".B it\nis like\n\\fIfork\\fP", None)):
            with self.subTest(text):
                shutil.rmtree(self.top / "man", ignore_errors=True)
                (self.top / "man/man2").mkdir(parents=True)
                (self.top / f"man/man2/{page}.2").write_text(text)
                self.assert_says(said) if said else self.assertEqual(
                    self.sync("check"), (0, ""))



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
    ("echo $$ $$", "echo $$ 5001", "-4001 4001"),
    ("4001 4001", "4001 5001", "-4001 5001"),
    ("container: pid 1 a\n$ sudo", "container: pid 2 a\n$ sudo", "+container: pid 1 a"),
    ("…\n3", "…\n4", "repair: mend the commands, or the lines around …"),
    ("$ echo one\none", "$ date +%N | cut -c 1-3\none", "come out the same each time"),
    ("$ echo one\n", "$ exit\n", "no prompt", "exit"),
    # What fails is seen.
    ("$ seq 3\n1\n…\n3", "$ true\n…", "`true` has printed nothing that … could"),
    ("$ seq 3", "$ seq 3; false", "` has ended with status 1, unseen"),
    ("$ echo $?\n3\n", "", "`sh -c 'exit 3'` has ended with status 3, unseen"),
    ("```console fails", "```console", "`ls nowhere` has ended with status 2, unseen"),
]


@trial.needs_root
class Transcripts(Checkout):
    def setUp(self):
        super().setUp()
        self.kinds = ["--kind", "console", str(self.top / README)]
        (self.top / README).write_text(TRANSCRIPTS)

    def test_what_differs_from_run_to_run_is_as_good_as_another(self):
        self.assertEqual(self.sync("check"), (0, ""))

    def test_whatever_is_broken_is_found(self):
        for old, new, *said in BROKEN_TRANSCRIPTS:
            with self.subTest(new):
                (self.top / README).write_text(TRANSCRIPTS)
                self.edit(README, old, new)
                self.assert_says(*said)

    def test_writing(self):
        self.edit(README, "$ echo one\none", "$ echo one\ntwo")
        self.edit(README, "$ ls nowhere\n…", "$ date +%N | cut -c 1-3\n123")
        self.assertEqual(self.sync("write")[0], 1)
        text = (self.top / README).read_text()
        for part in ("echo one\none\n", "3\n1\n…\n3\n", "1-3\n123\n"):
            self.assertIn(part, text)

    def test_nothing_is_left(self):
        self.edit(README, "$ ls nowhere\n…", "$ sleep 4711 &\n[2] 5000\n"
                  "$ touch docs/litter\n$ sudo mount -t proc proc docs")
        before = Path("/proc/self/mountinfo").read_text()
        self.assertEqual(self.sync("check"), (0, ""))
        self.assertFalse((self.top / "docs/litter").exists())
        self.assertEqual(Path("/proc/self/mountinfo").read_text(), before)
        self.assertEqual(trial.run("pgrep", "-fx", "sleep 4711"), (1, ""))
        self.assertEqual([*Path(tempfile.gettempdir()).glob(
            f"boxstep-docs-{os.getpid()}-*")], [])

    def test_machine_that_cannot_run_them(self):
        shutil.rmtree(self.top / "build")
        for must_run, status in (("0", 77), ("1", 1)):
            with mock.patch.dict(os.environ, BOXSTEP_MUST_RUN=must_run):
                self.assertEqual(self.sync("check")[0], status)


if __name__ == "__main__":
    THROWAWAY_HOST = Path(sys.argv.pop(1)).resolve()
    trial.main(sys.argv[1:])
