# SPDX-License-Identifier: GPL-2.0
"""Where things are in this tree, and what the shell scripts know."""

import functools
import os
import subprocess
import sys

TOP = os.path.realpath(os.path.join(os.path.dirname(__file__), "../../.."))
BUILD = os.environ.get("PARBITER_BUILD") or os.path.join(TOP, "build")
TESTS = os.path.join(TOP, "tests/e2e")
WORK = os.path.join(BUILD, "e2e")
CUPS = os.path.join(WORK, "cups")       # Debian's cupsd, for the tests that need it


def say(text):
    """Print a message for the person who runs scripts/e2e."""
    print(f"e2e: {text}", file=sys.stderr, flush=True)


def die(text):
    """End with the exit status that means: there is no result."""
    say(text)
    sys.exit(3)


def script(name):
    """Return the path of a file below scripts/."""
    return os.path.join(TOP, "scripts", name)


@functools.lru_cache(maxsize=None)
def shell(function, *arguments):
    """Return the words that a function of scripts/lib/lib.sh prints."""
    code = '. "$0"; "$@"'
    done = subprocess.run(
        ["bash", "-c", code, script("lib/lib.sh"), function, *arguments],
        stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        sys.exit(3)
    return done.stdout.split()


def read(path):
    """Return the text of a file, without carriage returns; "" if there is none."""
    try:
        with open(path, encoding="utf-8", errors="replace", newline="") as file:
            return file.read().replace("\r", "")
    except FileNotFoundError:
        return ""


def write(path, text):
    """Write a file."""
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
