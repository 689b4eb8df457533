# SPDX-License-Identifier: GPL-2.0
"""Building what the tests need: their programs, the command and the modules."""

import glob
import os
import shutil
import subprocess

from e2e import plan
from e2e.machine import kernel_link
from e2e.tree import BUILD, CUPS, TESTS, TOP, WORK, die, read, say, script

NO_MASK = "PARBITER_CFLAGS=-DCONFIG_PARBITER_TEST_NO_IRQ_MASK=1"


def build_programs(runs):
    """Build the tests, the command and the backend of CUPS, and put all that a guest
    needs together.
    """
    target = os.path.join(WORK, "bin")
    programs = os.path.join(BUILD, "e2e-bin")
    tools = os.path.join(BUILD, "tools")
    c_tests = {run.name: run.kernel for run in runs if run.source.path.endswith(".c")}
    for arch in sorted({plan.arch(kernel) for kernel in c_tests.values()}):
        names = sorted(name for name in c_tests if plan.arch(c_tests[name]) == arch)
        make(TESTS, programs, *[f"{programs}/{name}" for name in names],
             kernel=c_tests[names[0]])
    make(os.path.join(TOP, "tools"), tools, f"{tools}/parbiter", "cups")
    if any(run.source.words["cups"] == "yes" for run in runs):
        unpack_cups()
    for name in c_tests:
        shutil.copy(os.path.join(programs, name), target)
    for run in runs:
        if run.source.path.endswith(".sh"):
            shutil.copy(run.source.path, os.path.join(target, run.name))
            os.chmod(os.path.join(target, run.name), 0o755)
    for path in (glob.glob(f"{TESTS}/lib/*.sh") + glob.glob(f"{TESTS}/lib/*.py")
                 + glob.glob(f"{TOP}/udev/*.rules")
                 + glob.glob(f"{TOP}/Documentation/examples/command/*")
                 + glob.glob(f"{TOP}/Documentation/examples/trace/*")
                 + [f"{tools}/parbiter", f"{tools}/parbiter-backend"]):
        shutil.copy(path, target)


def unpack_cups():
    """Unpack Debian's cupsd; without it, there is no result."""
    if subprocess.run([script("lib/cupsd"), CUPS], stdout=2, check=False).returncode:
        die("cannot unpack cupsd")


def make(directory, out, *targets, kernel="stock"):
    """Run make with the compiler for a kernel; if it fails, there is no result."""
    command = ["make", "-s", "-C", directory, f"-j{os.cpu_count()}", f"O={out}"]
    if plan.arch(kernel) == "arm64":
        found = subprocess.run([script("kernels"), kernel], stdout=subprocess.PIPE,
                               text=True, check=False)
        command = ["bash", "-c", '. "$0"; with_tools "$@"', script("lib/lib.sh"),
                   found.stdout.strip()] + command
    if subprocess.run(command + list(targets), stdout=2, check=False).returncode:
        die(f"cannot build {os.path.relpath(directory, TOP)}")


def build_modules(kernel, runs):
    """Build all modules for a kernel; complain if it cannot be done.

    The tests of a kernel that could not be built have no verdict, and so fail.
    """
    unmasked = any(run.kernel == kernel and run.source.words["unmasked"] == "yes"
                   for run in runs)
    log = os.path.join(WORK, f"build-{kernel}.log")
    with open(log, "wb") as file:
        good = build_each_module(kernel, unmasked, file)
    if not good:
        say("\n".join(read(log).splitlines()[-20:]))
        say(f"cannot build for {kernel}")
        if os.path.lexists(kernel_link(kernel)):
            os.unlink(kernel_link(kernel))


def build_each_module(kernel, unmasked, log):
    """Provide a kernel and build the modules for it; return whether it is done."""
    found = subprocess.run([script("kernels"), kernel], stdout=subprocess.PIPE,
                           stderr=log, text=True, check=False)
    if found.returncode:
        return False
    kernel_dir = found.stdout.strip()
    os.symlink(kernel_dir, kernel_link(kernel))
    target = os.path.join(WORK, "ko", kernel)
    os.makedirs(target)
    out = os.path.join(BUILD, f"modules-{kernel}")
    if not build_module(kernel_dir, out, "PARBITER_TESTS=y", log):
        return False
    shutil.copy(os.path.join(out, "parbiter.ko"), target)
    for path in (glob.glob(f"{out}/tests/**/*.ko", recursive=True)
                 + glob.glob(f"{out}/examples/*/*.ko")):
        shutil.copy(path, target)
    if unmasked:
        out = os.path.join(BUILD, f"unmasked-{kernel}")
        if not build_module(kernel_dir, out, NO_MASK, log):
            return False
        shutil.copy(os.path.join(out, "parbiter.ko"),
                    os.path.join(target, "parbiter_unmasked.ko"))
    return True


def build_module(kernel_dir, out, variable, log):
    """Build in a directory of its own; return whether it went well."""
    command = [script("build-module"), f"{kernel_dir}/build", out, variable]
    return subprocess.run(command, stdout=log, stderr=log, check=False).returncode == 0
