# SPDX-License-Identifier: GPL-2.0
"""Running a job's tests in virtual machines."""

import os
import re
import shutil
import subprocess
import time

from e2e.tree import CUPS, WORK, read, script, write

DIED = 3                # scripts/vm: no verdict
BOOT_LIMIT = 90         # seconds for booting and the search for leaks
BETWEEN_TESTS = 20      # seconds for unloading modules after a test
SILENCE = 15            # seconds without a heartbeat: the processor has stopped

running = set()         # the machines, to be ended with this program


def end_all():
    """End all machines that run."""
    for machine in list(running):
        machine.terminate()


def run_job(job):
    """Run a job's tests; what came out is in the job's directory."""
    if not os.path.exists(kernel_link(job.kernel)):
        return                  # could not be built; the report says so
    prepare(job)
    if job.settings["alone"] == "yes":
        run_alone(job)
    elif job.settings["expect"] != "pass":
        boot(job, 1, job.runs)
    else:
        run_with_restarts(job)


def kernel_link(kernel):
    """Return the path of the link to a kernel's directory."""
    return os.path.join(WORK, f"kernel-{kernel}")


def prepare(job):
    """Put what the guest needs into the directory that it sees as /host."""
    share = os.path.join(job.directory, "share")
    shutil.copytree(os.path.join(WORK, "bin"), os.path.join(share, "e2e"))
    shutil.copytree(os.path.join(WORK, "ko", job.kernel), share, dirs_exist_ok=True)
    for name in ("guest-e2e", "guest-tasks"):
        shutil.copy(script(f"lib/{name}"), share)
    if job.runs[0].source.words["cups"] == "yes":
        shutil.copytree(CUPS, os.path.join(share, "cups"), symlinks=True)
    if job.settings["expect"] == "lockup":
        write(os.path.join(share, "heartbeat"), "")


def run_with_restarts(job):
    """Run all tests, with a new machine whenever one has ended early.

    A machine that dies, or becomes unfit, ends the test that it was running; the
    tests after it get a new machine.
    """
    left, turn = list(job.runs), 0
    while left:
        turn += 1
        before = len(left)
        if boot(job, turn, left) == DIED:
            blame(job, turn)
        left = [run for run in left if not os.path.exists(job.result(run, "status"))]
        if len(left) == before:
            return              # no progress: do not try for ever


def tests_begun(job, turn):
    """Return the names of the tests that a machine has begun, in order."""
    console = read(os.path.join(job.directory, f"vm{turn}/console.log"))
    return re.findall(r"e2e: begin (\S+)", console)


def blame(job, turn):
    """Say of the test that a dead machine was running that it died."""
    begun = tests_begun(job, turn)
    for run in job.runs:
        if begun and run.name == begun[-1]:
            status = job.result(run, "status")
            if not os.path.exists(status):
                write(status, "died\n")


def environment(job):
    """Return the variables that a test finds set, as words."""
    return " ".join([
        f"FULL={job.settings['full']}", f"KERNEL={job.kernel}",
        "PARBITER_KO=/host/parbiter.ko",
        "PARBITER_UNMASKED_KO=/host/parbiter_unmasked.ko",
        "VPORT_KO=/host/parbiter_vport.ko",
        "KCLIENT_KO=/host/parbiter_kclient.ko",
        "WDK_KO=/host/parbiter_wdk.ko"])


def vm_command(job, turn, limit, where, command):
    """Return the command line of scripts/vm. where: options for /host."""
    settings = job.settings
    return [script("vm"), "--quiet", "--kernel", kernel_link(job.kernel),
            "--out", os.path.join(job.directory, f"vm{turn}"), *where,
            "--ports", settings["ports"], "--smp", settings["smp"],
            "--mem", settings["mem"],
            "--cmdline", settings["cmdline"].replace(",", " "),
            "--env", environment(job), "--timeout", str(limit),
            "--", *command]


def boot(job, turn, runs):
    """Run tests in one machine; return the exit status of scripts/vm."""
    share = os.path.join(job.directory, "share")
    write(os.path.join(share, "tests"), "".join(
        " ".join([run.name, str(run.limit), *run.args]) + "\n" for run in runs))
    limit = BOOT_LIMIT + sum(run.limit + BETWEEN_TESTS for run in runs)
    command = vm_command(job, turn, limit, ["--share", share],
                         ["/bin/bash", "/host/guest-e2e"])
    status = start_and_wait(job, turn, command)
    if status == DIED and not tests_begun(job, turn):
        status = boot_again(job, turn, command)
    return status


def boot_again(job, turn, command):
    """Boot a machine once more that died before it began a test.

    No module of parbiter's was loaded yet: the emulator does not always get the
    kernel's changes of its own code right while both processors start. The report
    mentions it.
    """
    for name in (f"vm{turn}", f"vm{turn}.err", f"vm{turn}.status"):
        path = os.path.join(job.directory, name)
        if os.path.exists(path):
            os.rename(path, os.path.join(job.directory, f"unbooted-{name}"))
    return start_and_wait(job, turn, command)


def run_alone(job):
    """Run one test in a machine that sees no file of the host."""
    run = job.runs[0]
    alone = os.path.join(job.directory, "alone")
    os.makedirs(alone)
    shutil.copy(os.path.join(WORK, "bin", run.name), alone)
    shutil.copy(os.path.join(WORK, "ko", job.kernel, "parbiter.ko"), alone)
    command = vm_command(job, 1, run.limit + BOOT_LIMIT, ["--alone", alone],
                         [f"/host/{run.name}", *run.args])
    status = start_and_wait(job, 1, command)
    shutil.copy(os.path.join(job.directory, "vm1/result.log"), job.result(run, "log"))
    write(job.result(run, "status"), "died\n" if status == DIED else f"{status}\n")


def start_and_wait(job, turn, command):
    """Run scripts/vm; return its exit status, which is kept in a file, too."""
    log = os.path.join(job.directory, f"vm{turn}")
    with open(f"{log}.err", "wb") as errors:
        machine = subprocess.Popen(command, stdin=subprocess.DEVNULL,
                                   stdout=errors, stderr=errors)
    running.add(machine)
    if job.settings["expect"] == "lockup":
        end_when_stopped(job, machine)
    status = machine.wait()
    running.discard(machine)
    write(f"{log}.status", f"{status}\n")
    return status


def end_when_stopped(job, machine):
    """End a machine as soon as one of its processors has stopped.

    Each processor of the guest prints a heartbeat once a second.
    """
    console = os.path.join(job.directory, "vm1/console.log")
    beats, since = {}, {}
    while machine.poll() is None:
        time.sleep(1)
        now = {}
        for cpu in re.findall(r"e2e: beat (\d+)", read(console)):
            now[cpu] = now.get(cpu, 0) + 1
        for cpu, count in now.items():
            if beats.get(cpu) != count:
                beats[cpu], since[cpu] = count, time.monotonic()
            elif time.monotonic() - since[cpu] > SILENCE:
                write(os.path.join(job.directory, "stopped"), f"{cpu}\n")
                machine.terminate()
                return
