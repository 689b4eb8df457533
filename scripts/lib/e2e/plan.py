# SPDX-License-Identifier: GPL-2.0
"""Which tests run, on which kernels, and on which machines."""

import glob
import math
import os
import re
from dataclasses import dataclass, field
from typing import Dict, List

from e2e import words
from e2e.tree import TESTS, WORK, die, read, script, shell

# A machine takes some seconds to boot and to be searched for leaks: tests share
# machines, but not so many tests that the other processors have nothing to do.
SHARE_SECONDS = 40
SHARE_TESTS = 12
WORTH_A_BOOT = 10

# The endings of the names of programs for kernels of other architectures
ENDINGS = {"amd64": "", "i386": "-32", "arm64": "-arm64"}


@dataclass
class Source:
    """A test's source: its area is the directory that it is in."""

    path: str
    words: Dict[str, str]

    @property
    def name(self):
        """The test's name: that of its file, without the ending."""
        return os.path.splitext(os.path.basename(self.path))[0]

    @property
    def area(self):
        """The name of the directory."""
        return os.path.basename(os.path.dirname(self.path))


@dataclass
class Run:
    """One test on one kernel. The ending of its name says for which architecture it is
    a program: "-32" for i386, none for that of this machine.
    """

    source: Source
    kernel: str
    name: str
    full: bool
    limit: int
    seconds: int
    args: List[str]


@dataclass
class Job:
    """What one machine has to do. settings is how it is booted."""

    name: str
    settings: Dict[str, str]
    runs: List[Run] = field(default_factory=list)

    @property
    def kernel(self):
        """The kernel's name."""
        return self.settings["kernel"]

    @property
    def seconds(self):
        """How long all of its tests take, roughly."""
        return sum(run.seconds for run in self.runs)

    @property
    def directory(self):
        """Where everything about it is kept: its tests, results and logs."""
        return os.path.join(WORK, "jobs", self.name)

    def result(self, run, kind):
        """The path of a file about a run: its log, status or problems."""
        return os.path.join(self.directory, "share/results", f"{run.name}.{kind}")

    def consoles(self):
        """The paths of the console logs of all machines that it had, in order."""
        found = glob.glob(os.path.join(self.directory, "vm*/console.log"))
        return sorted(found, key=lambda path: int(re.search(r"/vm(\d+)/", path)[1]))


def sources():
    """Return all tests, sorted. No two may have the same name."""
    names = known_kernels()
    paths = glob.glob(f"{TESTS}/*/*.c") + glob.glob(f"{TESTS}/*/*.sh")
    found = [Source(path, words.parse(path, names))
             for path in sorted(paths) if "/lib/" not in path[len(TESTS):]]
    seen = {}
    for source in found:
        other = seen.setdefault(source.name, source)
        if other is not source:
            die(f"two tests have one name: {other.path}, {source.path}")
    return found


def known_kernels():
    """Return the labels of all kernels, those of other Debian releases, too."""
    rows = read(script("lib/kernels.table")).split("\n")
    labels = [row.split()[0] for row in rows if row and row[0] != "#"]
    return [label for label in labels if label != "label"]


def kernels(asked):
    """Return the kernels that K= names; those of a quick run if it names none."""
    if "all" in asked:
        asked = [kernel for kernel in asked if kernel != "all"] + ["full"]
    return shell("kernel_labels", *(asked or ["always"]))


def find_runs(tests, allowed, fulls, only32=()):
    """Return the runs of tests on the allowed kernels.

    fulls says on which kernels they run in full. Of a test in only32, only the 32-bit
    program runs.
    """
    found = []
    for source in tests:
        for word, ending in ("kernels", ""), ("kernels32", "-32"):
            value = source.words[word]
            if not value or (not ending and source in only32):
                continue
            for kernel in of_word(value):
                if kernel in allowed:
                    found.append(make_run(source, kernel, ending or ENDINGS[arch(kernel)],
                                          runs_in_full(fulls, value, kernel)))
    return found


def runs_in_full(fulls, value, kernel):
    """Return whether a test whose word has a value runs in full on a kernel.

    fulls is "none", "named" (the kernels that the value names) or "all".
    """
    named = [label for label in value.split(",") if label != "debian"]
    return fulls == "all" or (fulls == "named" and bool(named)
                              and kernel in of_word(",".join(named)))


def arch(kernel):
    """Return the architecture of a kernel, by Debian's name."""
    return shell("kernel_arch", kernel)[0]


def of_word(value):
    """Return the kernels that are the value of a vm: word, each once.

    Two labels may be one kernel on this Debian release.
    """
    return shell("kernel_labels", *([] if value == "all" else value.split(",")))


def make_run(source, kernel, ending, full):
    """Return the run of a test on a kernel."""
    limit = int(source.words["timeout"])
    limit *= 1 if kernel == "stock" else 3
    limit *= 3 if full else 1
    return Run(source, kernel, source.name + ending, full, limit,
               int(source.words["seconds"]),
               [arg for arg in source.words["args"].split(",") if arg])


def machine_settings(run):
    """Return how the machine for a run is booted."""
    values = run.source.words
    settings = {name: values[name]
                for name in ("ports", "smp", "mem", "cmdline", "expect", "alone")}
    if settings["smp"] == "any":
        settings["smp"] = "2" if run.full else "1"
    settings["full"] = "1" if run.full else ""
    settings["kernel"] = run.kernel
    return settings


def has_own_machine(run):
    """Return whether a run shares its machine with no other."""
    values = run.source.words
    return ("yes" in (values["own"], values["alone"], values["cups"])
            or values["expect"] != "pass")


def make_jobs(runs, parallel):
    """Distribute the runs over machines; return the jobs, the longest first."""
    jobs, groups = [], {}
    for run in runs:
        settings = machine_settings(run)
        if has_own_machine(run):
            jobs.append(Job(f"{run.kernel}-{run.name}", settings, [run]))
        else:
            key = tuple(sorted(settings.items()))
            groups.setdefault(key, []).append(run)
    for key, members in groups.items():
        jobs += share(dict(key), members, len(groups), parallel)
    return sorted(jobs, key=lambda job: (-job.seconds, job.name))


def share(settings, runs, groups, parallel):
    """Distribute runs with the same settings; return the jobs.

    The longest run goes first, each to the machine that has the least to do.
    """
    total = sum(run.seconds for run in runs)
    count = max(math.ceil(total / SHARE_SECONDS),
                math.ceil(len(runs) / SHARE_TESTS),
                min(total // WORTH_A_BOOT, parallel // groups), 1)
    count = min(count, len(runs))
    name = f"{settings['kernel']}-{settings['smp']}cpu-{settings['ports']}"
    for word in "mem", "cmdline":
        default = {w.name: w.default for w in words.WORDS}[word]
        if settings[word] != default:
            name += "-" + re.sub(r"\W+", "_", settings[word])
    if not settings["full"]:
        name += "-quick"
    jobs = [Job(f"{name}-{i + 1}", settings) for i in range(count)]
    for run in sorted(runs, key=lambda run: -run.seconds):
        job = min(jobs, key=lambda job: (job.seconds, len(job.runs)))
        job.runs.append(run)
    return jobs
