#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A config as other runtimes write it runs. Only its limits are left out: a host of
tests may not be allowed to raise them.

    spec_test.py THROWAWAY_HOST BINARY ROOTFS [TEST...]"""

import json
import os
import shutil
import sys

sys.path.append(os.path.dirname(os.path.abspath(__file__)))
import engine_test  # noqa: E402
import oci  # noqa: E402
import trial  # noqa: E402


class Spec(engine_test.Console):
    def runs_spec_of(self, runtime):
        bundle = self.bundle()
        config = bundle.path / "config.json"
        config.unlink()
        status, said = trial.run(runtime, "spec", cwd=bundle.path)
        self.assertEqual(status, 0, said)
        # It names no cgroup: the runtime takes the ID.
        asked = json.loads(config.read_text())
        asked["process"].pop("rlimits", None)
        config.write_text(json.dumps(asked))
        server, path = self.listen()
        name = oci.mark() + "spec"
        self.ok("create", "--bundle", bundle.path, "--console-socket", path, name)
        master = self.receive(server)
        self.ok("start", name)
        os.write(master, b"hostname; grep Cap /proc/self/status; tty; touch /x; exit 7\n")
        said = self.read_until(master, "Read-only")
        self.assertIn(asked["hostname"], said)
        self.assertIn("/dev/pts/0", said)
        self.assertRegex(said, "CapEff:\\s*00000000200004")  # kill, bind, audit
        self.assertRegex(said, "Read-only")
        self.becomes(name, "stopped")
        self.delete(name)

    def test_runc(self):
        self.runs_spec_of("runc")

    def test_crun(self):
        self.runs_spec_of("crun")


if __name__ == "__main__":
    lacks = [name for name in ("runc", "crun") if not shutil.which(name)]
    if lacks:
        trial.main((), ", ".join(lacks))
    oci.main([Spec])
