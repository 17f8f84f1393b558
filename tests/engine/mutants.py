#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Each line that keeps something from the container is taken away, and a test must
see that.

    mutants.py rows     whether each line is there, once
    mutants.py THROWAWAY_HOST ROOTFS BUILD COMPILER"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
STEP = HERE.parents[1] / "steps/16-engine"

# The file, what is in it, what it becomes, and the test that fails then.
MUTANTS = [
    # Not by an absolute path: that would be one of the host.
    ("mounts.cpp", "syscall(SYS_openat2, root, path.c_str(), &how, sizeof how)",
     "(how.resolve = 0, syscall(SYS_openat2, root, (\".\" + path).c_str(), &how, "
     "sizeof how))",
     "bundle Attacks.test_a_link_in_the_image_does_not_lead_a_mount_to_the_host"),
    ("mounts.cpp", "O_PATH | O_DIRECTORY,\n RESOLVE_NO_SYMLINKS", "O_PATH | O_DIRECTORY, 0",
     "bundle Attacks.test_a_proc_that_is_a_link_is_refused"),
    ("mounts.cpp", "(is_device && found.st_rdev != device.number)", "false",
     "bundle Attacks.test_a_device_of_the_image_with_another_number"),
    ("mounts.cpp", "  leave_host();", "",
     "bundle Isolation.test_the_host_is_not_in_its_mounts"),
    ("process.cpp", "if (!path || *path != '/')", "if (false)",
     "engine Exec.test_a_cwd_in_a_directory_that_the_engine_hands_over"),
    ("mounts.cpp", "RESOLVE_NO_MAGICLINKS", "0",
     "bundle Attacks.test_a_cwd_that_is_a_descriptor_is_refused"),
    ("container.cpp", "  cgroup.check_is_free();", "",
     "bundle Refused.test_a_cgroup_with_processes"),
    ("container.cpp", "  check_streams();\n  const Options", "  const Options",
     "bundle Refused.test_a_directory_as_stdin"),
    ("process.cpp", "S_ISCHR(file.st_mode) && file.st_rdev == makedev(1, 3)", "false",
     "bundle Attacks.test_the_null_device_of_the_host_is_not_its_stream"),
    ("main.cpp", "protect_program(argv);", "(void)argv;",
     "bundle Attacks.test_the_runtime_cannot_be_written_to"),
    ("rights.cpp", "check(prctl(PR_CAPBSET_DROP, each), \"prctl\", "
     "\"PR_CAPBSET_DROP\");", "", "bundle Isolation.test_capabilities_are_those_asked_for"),
    ("rights.cpp", "    forbid_new_rights();", "",
     "bundle Isolation.test_no_new_privileges_only_if_asked_for"),
    ("rights.cpp", "SCMP_FLTATR_CTL_NNP, 0", "SCMP_FLTATR_CTL_NNP, 1",
     "bundle Isolation.test_seccomp_leaves_no_new_privileges_alone"),
    ("exec.cpp", "check(setns(init.get(), rest), \"setns\");", "(void)rest;",
     "engine Exec.test_it_is_in_the_container"),
    ("main.cpp", "  cgroup.kill_all();\n  cgroup.remove();", "  cgroup.remove();",
     "engine Words.test_kill_all_and_delete_without_a_pid_namespace"),
    ("cgroups.cpp", "rules.push_back({true, 'c', -1, -1, \"m\"});",
     "rules.push_back({true, 'c', -1, -1, \"rwm\"});",
     "bundle Isolation.test_a_device_that_no_rule_allows_cannot_be_opened"),
    ("cgroups.cpp", "  options.device_rules.clear();", "", "engine Words.test_update"),
    ("mounts.cpp", "  set_attributes(copy.get(), 0, 0, propagation, true, "
     "mount.destination);", "  (void)propagation;",
     "bundle Isolation."
     "test_a_mount_of_the_container_comes_to_the_host_only_if_it_is_shared"),
    ("container.cpp", "options.changes(each.flag) &&", "false &&",
     "bundle Refused.test_what_would_change_the_host"),
    ("container.cpp", "  if (setup.mounts.get() != -1) take_mounts_to(setup.mounts);", "",
     "bundle Isolation.test_without_a_mount_namespace_it_is_the_hosts"),
    ("hooks.cpp", "      common::report(error);", "      throw;",
     "engine Hooks.test_one_that_fails_too_late_is_a_warning"),
    ("exec.cpp", "        check(chroot(\".\"), \"chroot\", root);", "",
     "engine Exec.test_without_a_namespace_of_its_own"),
    ("console.cpp", "if (system.f_type != DEVPTS_SUPER_MAGIC)", "if (false)",
     "engine Terminals.test_a_ptmx_of_the_image_is_not_taken"),
]


def build(top, source, objects, common, compiler):
    binary = top / "16-engine"
    made = top / "mutant.o"
    for command in (
            [*compiler, "-std=c++20", "-I", STEP.parents[1], "-I", STEP, "-c", source,
             "-o", made],
            [*compiler, "-static", "-o", binary, made, *objects, common, "-lseccomp"]):
        subprocess.run(command, check=True)
    return binary


def mutate(name, old, new):
    """The whole file, and how often it had that."""
    pattern = re.sub(r"(\\ |\\\n|\n)+", r"\\s+", re.escape(old))
    return re.subn(pattern, lambda _: new, (STEP / name).read_text())


def rows():
    lost = [f"{name} has {count} of: {old}" for name, old, new, _ in MUTANTS
            if (count := mutate(name, old, new)[1]) != 1]
    print("\n".join(lost))
    return 1 if lost else 0


def main():
    if sys.argv[1:] == ["rows"]:
        return rows()
    host, rootfs, root, *compiler = sys.argv[1:]
    root = pathlib.Path(root).resolve()  # not in /tmp, which each test covers
    alive = []
    print(f"1..{len(MUTANTS)}")
    for number, (name, old, new, test) in enumerate(MUTANTS, 1):
        mutated, count = mutate(name, old, new)
        with tempfile.TemporaryDirectory(dir=root) as top:
            source = pathlib.Path(top) / name
            source.write_text(mutated)
            objects = [each for each in (root / "steps/16-engine.p").glob("*.o")
                       if each.name != f"16-engine_{name}.o"]
            program, test = test.split()
            if count != 1:
                alive.append(f"{name} has {count} of: {old}")
                print(f"not ok {number} - {test}")
                continue
            binary = build(pathlib.Path(top), source, objects,
                           root / "common/libcommon.a", compiler)
            done = subprocess.run(
                [HERE / f"{program}_test.py", host, binary, rootfs, test],
                env=os.environ | {"BOXSTEP_MUST_RUN": "1"}, check=False,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        red = re.search(r"^AssertionError: (.*)", done.stdout, re.M)
        if done.returncode == 0 or not red:
            alive.append(f"{test} does not see: {old}")
        print(f"{'' if red else 'not '}ok {number} - {test}: "
              f"{red and red[0][:150]}".replace("#", ""), flush=True)
    for line in alive:
        print("#", line)
    return 1 if alive else 0


if __name__ == "__main__":
    sys.exit(main())
