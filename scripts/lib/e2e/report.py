# SPDX-License-Identifier: GPL-2.0
"""What came out of a job, as KTAP."""

import functools
import glob
import os
import re
import subprocess

from e2e.tree import read, script

SKIPPED = "4"           # exit status of a test
# What is in the reports of KCSAN and KMSAN, and of DEBUG_ATOMIC_SLEEP
DETECTORS = "SAN: ", "sleeping function called"
CORE = "the core, not parbiter: "       # as scripts/lib/core-races marks it
MOST_COMPLAINTS = 20    # lines
MOST_LEAKS = 60         # lines


def report_job(job, number):
    """Return a job's results, numbered from number on, as lines of KTAP."""
    lines = []
    for run in job.runs:
        lines += report_run(job, run, number)
        number += 1
    return lines + report_machine(job, number)


def report_run(job, run, number):
    """Return the result of one test: what it printed, what is wrong, verdict."""
    name = f"{number} - {run.kernel} {run.name}"
    if job.settings["expect"] == "lockup":
        if locked_up(job, run):
            return [f"ok {name} (lock-up shown)"]
        return ["# the guest did not lock up as it should",
                f"not ok {name} (lock-up shown)"]
    status = read(job.result(run, "status")).strip()
    wrong = problems(job, run, status)
    lines = ["    " + line for line in read(job.result(run, "log")).splitlines()]
    lines += ["# " + line for line in core_races(job, run.name)]
    lines += ["# " + line for line in wrong]
    if wrong:
        return lines + [f"not ok {name}"]
    return lines + [f"ok {name}" + (" # SKIP" if status == SKIPPED else "")]


def problems(job, run, status):
    """Return what is wrong with a test, in lines; none if it passed."""
    wrong = []
    if status == "":
        wrong.append("did not run: no verdict")
    elif status == "died":
        wrong += machine_errors(job) or ["the machine died"]
    elif status not in ("0", SKIPPED):
        wrong.append(f"exit status {status}")
    wrong += read(job.result(run, "problems")).splitlines()
    found = complaints(job, run.name)
    if job.settings["expect"] == "report":
        others = [line for line in found if not any(word in line for word in DETECTORS)]
        if others == found:
            wrong.append("the kernel did not report what the test did")
        found = others
    wrong += ["kernel: " + line for line in found[:MOST_COMPLAINTS]]
    if status == "0" and not wrong and not passes(job.result(run, "log")):
        wrong.append("not a passing KTAP report, though the status is 0")
    return wrong


def passes(log):
    """Return whether a log is a KTAP report in which nothing failed."""
    with open(log, "rb") as file:
        return subprocess.run([script("lib/ktap")], stdin=file, check=False,
                              stdout=subprocess.DEVNULL).returncode == 0


def complaints(job, name):
    """Return the kernel's complaints during a test; name "": outside of all."""
    words = read(script("lib/complaints")).split("\n")
    return lines_with(job, name, "|".join(re.escape(word) for word in words if word))


def core_races(job, name):
    """Return which of the known data races of the parport core a test has met."""
    return sorted({line[line.index(CORE):] for line in lines_with(job, name, CORE)})


@functools.lru_cache(maxsize=None)
def kernel_log(path):
    """Return the lines of a kernel's log, with the core's data races marked."""
    done = subprocess.run([script("lib/core-races"), path], check=True,
                          stdout=subprocess.PIPE, text=True, errors="replace")
    return done.stdout.split("\n")


def lines_with(job, name, pattern):
    """Return the lines of the kernel's log during a test that match a pattern."""
    found = []
    for path in job.consoles():
        now = ""
        for line in kernel_log(path):
            begin = re.search(r"e2e: begin (\S+)", line)
            if begin:
                now = begin[1]
                continue
            if now == name and re.search(pattern, line):
                found.append(line)
            if "e2e: end " in line:
                now = ""
    return found


def locked_up(job, run):
    """Return whether a processor stopped after the test said that it would."""
    if "EXPECT LOCKUP NOW" not in read(job.result(run, "log")):
        return False
    if os.path.exists(job.result(run, "status")):
        return False
    return (os.path.exists(os.path.join(job.directory, "stopped"))
            or any(re.search("soft lockup|hard LOCKUP|detected stalls", read(path))
                   for path in job.consoles()))


def report_machine(job, number):
    """Return the result of a job's machines as a whole."""
    expect = job.settings["expect"]
    name = f"{number} - machine {job.name}: no complaint, "
    name += "the planted leak" if expect == "leak" else "no leak"
    wrong = machine_problems(job) if expect != "lockup" else []
    lines = ["# " + line for line in wrong]
    if glob.glob(os.path.join(job.directory, "unbooted-vm*.err")):
        lines.append("# a machine died before the first test, and was booted again")
    return lines + [f"not ok {name}" if wrong else f"ok {name}"]


def machine_problems(job):
    """Return what is wrong with a job's machines, in lines."""
    wrong = []
    if not job.consoles():
        wrong.append("no machine ran")
    found = complaints(job, "")
    wrong += ["kernel: " + line for line in found[:MOST_COMPLAINTS]]
    found = leaks(job)
    if job.settings["expect"] != "leak":
        wrong += found[:MOST_LEAKS]
    elif not any('comm "leak"' in line for line in found):
        wrong.append("the planted leak was not found")
    statuses = glob.glob(os.path.join(job.directory, "vm*.status"))
    if any(read(path).strip() == "3" for path in statuses):
        wrong += machine_errors(job) or ["a machine died"]
    return wrong


def leaks(job):
    """Return what the search for leaks said at the end of each machine."""
    found = []
    for path in job.consoles():
        result = read(os.path.join(os.path.dirname(path), "result.log"))
        at = re.search("^kmemleak: ", result, re.MULTILINE)
        if at:
            found += result[at.start():].splitlines()
    return found


def machine_errors(job):
    """Return what scripts/vm said of the machines."""
    paths = sorted(glob.glob(os.path.join(job.directory, "vm*.err")))
    return [line for path in paths for line in read(path).splitlines()]
