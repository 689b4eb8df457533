# SPDX-License-Identifier: GPL-2.0
"""The words of a test's "vm:" line, which say how the test is run."""

import os
import re
import textwrap
from typing import NamedTuple, Optional, Tuple

from e2e.tree import TOP, die, read


class Word(NamedTuple):
    """A word: NAME=VALUE. If values is None, any value is good."""

    name: str
    default: str
    values: Optional[Tuple[str, ...]]
    meaning: str


WORDS = (
    Word("ports", "one", ("one", "none", "two"),
         "the parallel ports: one is 0x378 irq 7 (parport0); two are 0x278"
         " irq 5 (parport0) and 0x378 irq 7 (parport1). What their printers"
         " get is in /host/port0.out (0x378) and /host/port1.out (0x278)"),
    Word("kernels", "stock,debug", None,
         "the kernels to run on, of those in scripts/lib/kernels.table; \"all\" means"
         " all of them, \"debian\" all that Debian has compiled. With FULL=1 the test"
         " runs quickly on those that only \"debian\" means. On a kernel of another"
         " architecture, the program is one of that architecture: NAME-32 on 686-pae"),
    Word("kernels32", "", None,
         "the kernels on which the test runs once more, as a 32-bit program;"
         " its result is named NAME-32"),
    Word("smp", "2", ("1", "2", "any"),
         "processors. any: one in a quick run, two in a full run. Two"
         " processors cost the emulator far more than one, even idle ones, so"
         " a test in which nothing races says any"),
    Word("mem", "1024", None, "memory in MiB"),
    Word("cmdline", "", None,
         "words for the kernel's command line, with a comma for each space"),
    Word("args", "", None,
         "arguments for the program, with a comma for each space"),
    Word("timeout", "120", None,
         "limit in seconds for a quick run on stock; other kernels get three"
         " times as much, and a full run three times as much again"),
    Word("seconds", "2", None,
         "how long a quick run on stock takes, roughly: the tests are"
         " distributed over machines by it"),
    Word("quick", "yes", ("yes", "no"),
         "no: the test is left out of quick runs, because it takes long"),
    Word("own", "no", ("no", "yes"),
         "yes: a machine of the test's own. Otherwise tests with the same"
         " settings share machines"),
    Word("alone", "no", ("no", "yes"),
         "yes: a machine of the test's own, which sees no file of the host and"
         " therefore survives being suspended"),
    Word("unmasked", "no", ("no", "yes"),
         "yes: PARBITER_UNMASKED_KO is parbiter built without its masking of"
         " the port's interrupt"),
    Word("cups", "no", ("no", "yes"),
         "yes: a machine of the test's own, where Debian's packages of cupsd are"
         " unpacked in /host/cups"),
    Word("expect", "pass", ("pass", "lockup", "leak", "report"),
         "what must happen. lockup: after the test has printed \"EXPECT LOCKUP"
         " NOW\", the machine must stop responding. leak: the search for leaks"
         " must find the test's. report: the kernel's detector (KCSAN, KMSAN,"
         " DEBUG_ATOMIC_SLEEP) must report what the test does. All have a machine of their own"),
)

FIRST_LINES = 40        # of a source, in which the "vm:" line must be
LINE = re.compile(r"^[# /*]*vm: *(.*)")


def lines(path):
    """Return what stands after "vm:" in a test's source, as words."""
    found = []
    for line in read(path).split("\n")[:FIRST_LINES]:
        match = LINE.match(line)
        if match:
            found += match[1].split()
    return found


def parse(path, kernels):
    """Return a dictionary of all words' values for the test at path.

    kernels lists the names of all kernels. A word that is not in the table, or
    has a value that it cannot have, ends the program.
    """
    shown = os.path.relpath(path, TOP)
    known = {word.name: word for word in WORDS}
    values = {word.name: word.default for word in WORDS}
    for text in lines(path):
        name, equals, value = text.partition("=")
        word = known.get(name)
        if not word or not equals:
            die(f"{shown}: unknown vm: word \"{text}\" (see scripts/e2e --help)")
        if not good_value(word, value, kernels):
            die(f"{shown}: vm: {name} cannot be \"{value}\" (see scripts/e2e --help)")
        values[name] = value
    return values


def good_value(word, value, kernels):
    """Return whether a word can have this value."""
    if word.values:
        return value in word.values
    if word.default.isdigit():
        return value.isdigit()
    if word.name.startswith("kernels"):
        return value == "all" or all(k in kernels + ["debian"] for k in value.split(","))
    return True


def table():
    """Return the words' table as text for --help."""
    rows = []
    for word in WORDS:
        rest = [v for v in word.values or () if v != word.default]
        head = f"  {word.name}={'|'.join([word.default] + rest)}"
        rows.append(head + "\n" + textwrap.fill(
            word.meaning, 78, initial_indent=" " * 8, subsequent_indent=" " * 8))
    return "\n".join(rows)
