#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Tests of tools/sync/sync.py: a small checkout with a true document, which is then
made false in each way that there is; sync.py has to say so, and mend it."""

import contextlib
import importlib.util
import io
import os
import shutil
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

SYNC = Path(__file__).resolve().parents[2] / "tools/sync"


def load_sync():
    sys.dont_write_bytecode = True
    spec = importlib.util.spec_from_file_location("sync", SYNC / "sync.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


sync = load_sync()

STEP_01 = """\
// SPDX-License-Identifier: MIT
// Step 01: one
// Chapter: docs/01-one.md

constexpr int kFlags =
    1 |  // the first
    2;  // the last

struct Options {
  int number = 1;
};

void declared(int);

// Says hello.
// Twice.
int hello(const Options& options) {
  return say("hello");
}

int calls_it() { return hello({}); }
"""
STEP_02 = STEP_01.replace("Step 01: one", "Step 02: two").replace(
    'return say("hello");', 'return say("hello, you");')

FILES = {
    "steps/meson.build": "records = {\n  '01-one': {},\n  '02-two': {},\n}\n",
    "steps/01-one/main.cpp": STEP_01,
    "steps/02-two/main.cpp": STEP_02,
    "docs/01-one.md": "\n".join(
        ["# One", *(f"## {heading}" for heading in sync.CHAPTER), ""]),
    "docs/02-two.md": "\n".join(
        ["# Two", *(f"## {heading}" for heading in sync.CHAPTER), ""]),
    "tools/sync/known.txt": "clone(2)\nls(1)\n",
    "docs/numbers.md": "# Numbers\n\n## Some\n\n| n |\n|---|\n| [1](02-two.md) |\n",
    "docs/matrix.md": "\n".join([
        "# Matrix", "", "## The matrix", "", "| Attack | Tries | 01-one | 02-two |",
        "|---|---|---|---|", "| `a` | to a | **OPEN** | held: EPERM |",
        "| `b` | to b | – | **OPEN** |", ""]),
    "docs/workshop/slides/slides.md": "# Slides\n\n```cpp steps/01-one/main.cpp kFlags\n```\n",
    "some/change.diff": "-old\n \n+new\n",
    "some/task.md": "Do **this**, and read\n[a chapter](../docs/01-one.md).\n",
    "docs/diagrams/box.txt": 'size 9 9\ntitle "A box"\nbox a 1 1 5 5 host "a"\n',
    "rootfs-scripts/from-host": "#!/bin/sh\nmkdir $1\n",
    "build/steps/keep": "",
}

# What the document below shows is written by sync.py: each test starts with a
# document that it has mended.
DOCUMENT = """\
# A title

The call clone(2), [a link](docs/01-one.md), [an anchor](docs/01-one.md#goal), [here](#a-title).
![a box](docs/diagrams/box.svg)

```cpp steps/01-one/main.cpp hello
```

```cpp steps/01-one/main.cpp kFlags
```

```cpp steps/01-one/main.cpp Options
```

```diff 01-one 02-two
```

```diff 01-one 02-two hello
```

- In a list:

  ```cpp steps/02-two/main.cpp Options
  ```

<!-- sync: steps -->
<!-- end -->

<!-- sync: table docs/numbers.md Some -->
<!-- end -->

<!-- sync: matrix 02-two b -->
<!-- end -->

<!-- sync: table docs/matrix.md The matrix b -->
<!-- end -->

```diff some/change.diff
```

<!-- sync: text some/task.md -->
<!-- end -->

```text sketch
from nowhere
```

```console not-run: no network
$ curl example.com
```

*Not run by the tests: no network.*
"""

TRANSCRIPTS = """\
# Transcripts

```console
$ echo one
one
$ printf 'first\\nsecond\\nthird\\n'
first
…
third
$ echo $$ $$
4001 4001
$ sh -c 'exit 3'
$ echo $?
3
$ sudo sh -c 'id -u; hostname'
0
host
$ id -u
1000
```

```console
$ echo "host: pid 2000 b"; echo "container: pid 1 a"
host: pid 2000 b
container: pid 1 a
$ echo "container: pid 1 a"; echo "host: pid 2000 b"
host: pid 2000 b
container: pid 1 a
```
"""


class Checkout(unittest.TestCase):
    document = DOCUMENT

    def setUp(self):
        self.root = Path(tempfile.mkdtemp(prefix="boxstep-sync-"))
        self.addCleanup(shutil.rmtree, self.root)
        for path, text in FILES.items():
            self.write(path, text)
        (self.root / "rootfs-scripts/from-host").chmod(0o755)
        self.write("README.md", self.document)

    def write(self, path, text):
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text)

    def edit(self, path, old, new):
        text = (self.root / path).read_text()
        self.assertIn(old, text)
        self.write(path, text.replace(old, new, 1))

    def sync(self, *arguments):
        """Returns the status and what was printed."""
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            status = sync.main(list(arguments), self.root)
        return status, printed.getvalue()

    def assert_true(self):
        status, printed = self.sync("check", *self.kinds)
        self.assertEqual(status, 0, printed)

    def assert_says(self, *parts):
        status, printed = self.sync("check", *self.kinds)
        self.assertEqual(status, 1, printed)
        for part in parts:
            self.assertIn(part, printed)

    def line_of(self, text, path="README.md"):
        lines = (self.root / path).read_text().splitlines()
        return f"{path}:{lines.index(text) + 1}:"


class Documents(Checkout):
    kinds = ["--no-run"]

    def setUp(self):
        super().setUp()
        self.sync("write", *self.kinds)
        self.assert_true()

    def mended(self):
        self.sync("write", *self.kinds)
        self.assert_true()
        return (self.root / "README.md").read_text()

    def test_what_it_has_written_is_true(self):
        self.assert_true()
        text = (self.root / "README.md").read_text()
        self.assertIn('// Says hello.\n// Twice.\nint hello(const Options&', text)
        self.assertIn("constexpr int kFlags =\n    1 |  // the first\n    2;", text)
        self.assertIn("struct Options {\n  int number = 1;\n};\n```", text)
        self.assertIn('-  return say("hello");\n+  return say("hello, you");', text)
        # Of the two diffs, one is of a function.
        self.assertEqual(text.count("-// Step 01: one\n"), 1)
        self.assertEqual(text.count('-  return say("hello");\n'), 2)
        self.assertIn("- In a list:\n\n  ```cpp steps/02-two/main.cpp Options\n"
                      "  struct Options {\n    int number = 1;\n  };\n", text)
        self.assertIn("| 02 | two | [02-two](steps/02-two/main.cpp)", text)
        self.assertIn("| [1](docs/02-two.md) |", text)
        self.assertIn("| `b` | to b | – | **OPEN** |\n<!-- end -->", text)
        self.assertIn("| Tries | 01-one | 02-two |\n| --- | --- | --- |\n"
                      "| to b | – | **OPEN** |\n<!-- end -->", text)
        self.assertIn("```diff some/change.diff\n-old\n\n+new\n```\n", text)
        self.assertIn("this**, and read\n[a chapter](docs/01-one.md).\n<!--", text)

    def test_changed_line_in_a_step(self):
        self.edit("steps/01-one/main.cpp", '"hello"', '"good morning"')
        self.assert_says(
            self.line_of("```cpp steps/01-one/main.cpp hello"),
            self.line_of("```diff 01-one 02-two"),
            self.line_of("```diff 01-one 02-two hello"),
            '-  return say("hello");', '+  return say("good morning");',
            "repair: tools/sync/sync.py write --kind snippet README.md")
        self.assertIn('say("good morning")', self.mended())

    def test_changed_line_in_a_document(self):
        self.edit("README.md", "2;  // the last", "3;  // the last")
        self.assert_says(self.line_of("```cpp steps/01-one/main.cpp kFlags"))
        self.assertIn("2;  // the last", self.mended())

    def test_renamed_function(self):
        self.edit("steps/01-one/main.cpp", "int hello(", "int greet(")
        self.assert_says("steps/01-one/main.cpp has no definition of hello")

    def test_function_with_two_definitions(self):
        self.edit("steps/01-one/main.cpp", "// Says", "int hello() {}\n// Says")
        self.assert_says("has 2 definitions of hello")

    def test_step_that_is_gone(self):
        shutil.rmtree(self.root / "steps/02-two")
        self.edit("steps/meson.build", "  '02-two': {},\n", "")
        self.assert_says("there is no steps/02-two/main.cpp",
                         self.line_of("<!-- sync: steps -->"))

    def test_changed_title_of_a_step(self):
        self.edit("steps/02-two/main.cpp", "Step 02: two", "Step 02: more")
        self.assert_says(self.line_of("<!-- sync: steps -->"), "+| 02 | more |")

    def test_changed_table(self):
        self.edit("docs/numbers.md", "[1]", "[2]")
        self.assert_says(
            self.line_of("<!-- sync: table docs/numbers.md Some -->"),
            "repair: tools/sync/sync.py write --kind table README.md")
        self.assertIn("| [2](docs/02-two.md) |", self.mended())

    def test_changed_cell_of_the_matrix(self):
        self.edit("docs/matrix.md", "| – | **OPEN** |", "| – | held: own |")
        self.assert_says(self.line_of("<!-- sync: matrix 02-two b -->"),
                         "+| to b | – | held: own |")

    def test_cell_of_the_matrix_that_is_not_shown(self):
        self.edit("docs/matrix.md", "held: EPERM", "**OPEN**")
        self.assert_true()

    def test_row_of_the_matrix_that_is_gone(self):
        self.edit("README.md", "02-two b -->", "02-two b c -->")
        self.assert_says("docs/matrix.md has no row c")

    def test_column_of_the_matrix_that_is_gone(self):
        self.edit("README.md", "matrix 02-two b", "matrix 03-three b")
        self.assert_says("docs/matrix.md has no column 03-three")

    def test_the_first_step_has_none_before_it(self):
        self.edit("README.md", "matrix 02-two b", "matrix 01-one a")
        self.assertIn("| Tries | 01-one |\n| --- | --- |\n| to a | **OPEN** |\n",
                      self.mended())

    def test_slides(self):
        self.edit("steps/01-one/main.cpp", "2;  // the last", "3;  // the last")
        self.assert_says(
            "docs/workshop/slides/slides.md:3:",
            "repair: tools/sync/sync.py write --kind snippet docs/workshop/slides/slides.md")

    def test_table_that_is_gone(self):
        self.edit("docs/numbers.md", "## Some", "## Others")
        self.assert_says("docs/numbers.md has no heading Some")

    def test_changed_file(self):
        self.edit("some/change.diff", "+new", "+newer")
        self.assert_says(self.line_of("```diff some/change.diff"),
                         "repair: tools/sync/sync.py write --kind file README.md")
        self.assertIn("\n+newer\n", self.mended())

    def test_changed_text(self):
        self.edit("some/task.md", "**this**", "**that**")
        self.assert_says(self.line_of("<!-- sync: text some/task.md -->"),
                         "repair: tools/sync/sync.py write --kind table README.md")
        self.assertIn("Do **that**, and", self.mended())

    def test_file_that_is_gone(self):
        (self.root / "some/change.diff").unlink()
        (self.root / "some/task.md").unlink()
        self.assert_says("there is no some/change.diff", "there is no some/task.md")

    def test_dead_link_in_a_text(self):
        self.edit("some/task.md", "01-one", "01-uno")
        self.sync("write", *self.kinds)
        self.assert_says("dead link: docs/01-uno.md")

    def test_block_without_an_end_is_not_written(self):
        for old in ("<!-- end -->\n\n<!-- sync: table", "```\n\n```cpp steps/01-one/main.cpp Options",
                    "<!-- end -->\n\n```text sketch"):
            with self.subTest(old):
                whole = (self.root / "README.md").read_text()
                self.edit("README.md", old, old.partition("\n")[2])
                self.edit("steps/01-one/main.cpp", "2;  // the last", "3;  // the last")
                before = (self.root / "README.md").read_text()
                self.assert_says("ends this block")
                self.assertEqual(self.sync("write", *self.kinds)[0], 1)
                self.assertEqual((self.root / "README.md").read_text(), before)
                self.write("README.md", whole)
                self.edit("steps/01-one/main.cpp", "3;  // the last", "2;  // the last")

    def test_unknown_table(self):
        self.edit("README.md", "sync: steps", "sync: stairs")
        self.assert_says("unknown block: sync: stairs")

    def test_block_without_a_source(self):
        self.edit("README.md", "```text sketch", "```text")
        self.assert_says(self.line_of("```text"), "a block without a source")

    def test_indented_code(self):
        self.edit("README.md", "The call", "Type:\n\n    rm -rf /\n\nThe call")
        self.assert_says(self.line_of("    rm -rf /"), "code by indentation")

    def test_reader_is_not_told_that_something_is_not_run(self):
        self.edit("README.md", "*Not run by the tests: no network.*", "It works.")
        self.assert_says(self.line_of("```console not-run: no network"),
                         "*Not run by the tests: no network.*")

    def test_dead_link(self):
        (self.root / "docs/01-one.md").rename(self.root / "docs/01-uno.md")
        self.assert_says("README.md:3: dead link: docs/01-one.md")

    def test_dead_link_that_goes_on_on_the_next_line(self):
        self.edit("README.md", "[a link](docs/01-one.md)", "[a\nlink](nowhere.md)")
        self.assert_says("README.md:4: dead link: nowhere.md")

    def test_dead_link_in_a_table_that_is_made(self):
        (self.root / "docs/02-two.md").rename(self.root / "docs/02-dos.md")
        self.assert_says("dead link: docs/02-two.md")

    def test_dead_anchor(self):
        self.edit("docs/01-one.md", "## Goal", "## Aim")
        self.assert_says("README.md:3: dead anchor: docs/01-one.md#goal")

    def test_dead_anchor_in_the_same_document(self):
        self.edit("README.md", "# A title", "# Another title")
        self.assert_says("README.md:3: dead anchor: #a-title")

    def test_picture_without_alt_text(self):
        self.edit("README.md", "![a box]", "![]")
        self.assert_says("README.md:4: a picture without alt text")

    def test_changed_diagram(self):
        self.edit("docs/diagrams/box.txt", '"a"', '"b"')
        self.assert_says("docs/diagrams/box.txt:1: box.svg is not what")
        self.mended()

    def test_unknown_man_page(self):
        self.edit("README.md", "clone(2)", "cloen(2)")
        self.assert_says("README.md:3: unknown man page: cloen(2)")

    def test_listed_man_page_that_does_not_exist(self):
        self.edit("tools/sync/known.txt", "clone(2)", "clone(2)\ncloen(2)")
        self.write("man/man2/clone.2.gz", "")
        with mock.patch.object(sync, "INSTALLED_PAGES", self.root / "man"):
            self.assert_says("tools/sync/known.txt:2: no such man page: cloen(2)")

    def test_chapter_with_other_headings(self):
        self.edit("docs/01-one.md", "## Predict\n", "")
        self.assert_says("docs/01-one.md:1: the headings", "+Predict")

    def test_only_the_files_that_are_named(self):
        self.edit("README.md", "clone(2)", "cloen(2)")
        other = str(self.root / "docs/01-one.md")
        self.assertEqual(self.sync("check", *self.kinds, other), (0, ""))


@unittest.skipUnless(os.geteuid() == 0 or os.environ.get("BOXSTEP_MUST_RUN") == "1",
                     "transcripts are run as root only")
class Transcripts(Checkout):
    document = TRANSCRIPTS
    kinds = ["--kind", "console"]

    def test_what_differs_from_run_to_run_is_as_good_as_another(self):
        self.assert_true()

    def test_host_that_speaks_after_the_prompt(self):
        self.write("README.md", """\
```console
$ echo "container: pid 1 a"; (sleep 0.1; echo "host: pid 2000 b") &
host: pid 2000 b
container: pid 1 a
[1] 3000
```
""")
        self.assert_true()

    def test_wrong_output(self):
        self.edit("README.md", "one\n$ printf", "two\n$ printf")
        self.assert_says("README.md:3: ", "-two", "+one",
                         "repair: sudo tools/sync/sync.py write --kind console README.md")
        self.assertEqual(self.sync("write", *self.kinds)[0], 0)
        self.assert_true()
        # What is left out stays so.
        self.assertIn("first\n…\nthird\n", (self.root / "README.md").read_text())

    def test_missing_output(self):
        self.edit("README.md", "host\n$ id", "$ id")
        self.assert_says("README.md:3: ", "+host")

    def test_wrong_exit_status(self):
        self.edit("README.md", "exit 3", "exit 4")
        self.assert_says("-3", "+4")

    def test_numbers_that_are_to_be_the_same(self):
        self.edit("README.md", "echo $$ $$", "echo $$ 5001")
        self.assert_says("-4001 4001")

    def test_numbers_that_are_to_differ(self):
        self.edit("README.md", "4001 4001", "4001 5001")
        self.assert_says("-4001 5001")

    def test_small_number(self):
        self.edit("README.md", "container: pid 1 a\n```", "container: pid 2 a\n```")
        self.assert_says("+container: pid 1 a")

    def test_lines_around_what_is_left_out(self):
        self.edit("README.md", "…\nthird", "…\nfourth")
        self.assert_says("repair: mend the commands, or the lines around …")

    def test_output_that_is_never_the_same_is_not_written(self):
        self.edit("README.md", "$ echo one\none", "$ date +%N | cut -c 1-3\none")
        status, printed = self.sync("write", *self.kinds)
        self.assertEqual(status, 1)
        self.assertIn("make it come out the same each time", printed)
        self.assertIn("cut -c 1-3\none\n", (self.root / "README.md").read_text())

    def test_shell_that_is_gone(self):
        self.edit("README.md", "$ echo one\n", "$ exit\n")
        self.assert_says("no prompt", "exit")

    def test_nothing_is_left(self):
        self.edit("README.md", "$ echo one\none", "$ sleep 4711 &\n[1] 5000\n"
                  "$ touch docs/litter\n$ sudo mount -t proc proc docs")
        before = Path("/proc/self/mountinfo").read_text()
        self.assert_true()
        self.assertFalse((self.root / "docs/litter").exists())
        self.assertEqual(Path("/proc/self/mountinfo").read_text(), before)
        self.assertEqual(
            [path for path in Path("/proc").glob("[0-9]*/cmdline")
             if b"sleep\x004711" in read_bytes(path)], [])
        self.assertEqual(list(Path(tempfile.gettempdir()).glob(
            f"boxstep-docs-{os.getpid()}-*")), [])

    def test_machine_that_cannot_run_them(self):
        shutil.rmtree(self.root / "build")
        for must_run, status in (("0", 77), ("1", 1)):
            with mock.patch.dict(os.environ, BOXSTEP_MUST_RUN=must_run):
                self.assertEqual(self.sync("check", *self.kinds)[0], status)


def read_bytes(path):
    try:
        return path.read_bytes()
    except OSError:  # it has ended
        return b""


if __name__ == "__main__":
    unittest.main()
