"""What there was in a whole run: a rule that is dead, or a library that is not there, is told of here."""

import platform
import re

import searches
import starts
from combinations import CERTAIN, HARD, HARMLESS
from readers import OF_READERS
from suites import WAYS


def pairs(table):
    """Calls and kinds, of a table of calls by kind."""
    return {(call, kind) for kind, calls in table.items() for call in calls.split()}


def named():
    """The calls that rules name, and the kinds: of a long run, which has each of them at its first call."""
    rules = [HARMLESS, *HARD.values(), *starts.RULES, *searches.RULES, *OF_READERS,
             *(way[0] for ways in WAYS.values() for way in ways)]
    found = (re.fullmatch(r"(\w+)@(\w+)(.*)", rule) for rule in " ".join(rules).split())
    return {(match[2], match[1]) for match in found if match and match[3] != "=0"}


def wanted(program, seconds):
    """What a whole run has to have had, as far as this machine can have it; and why it is not all."""
    every = pairs(CERTAIN) | (named() if seconds > 2 else set())
    kept, reasons = every, []
    if "io_uring" not in program.backends:
        kept = {pair for pair in kept if not pair[0].startswith("ring_")}
        reasons.append("io_uring, which cannot run here")
    if platform.machine() != "x86_64":
        kept = {pair for pair in kept if pair[0] != "malloc"}
        reasons.append("malloc, of which only x86-64 says who calls it (memory.c)")
    return kept, reasons


def never(tally, wanted):
    """Those of the pairs of call and kind that there were none of, in words."""
    return [f"{kind} of {call}" for call, kind in sorted(wanted) if not tally[call, kind]]


def tell(setup):
    """How often each call was made, and had a fault."""
    print("calls that were made while faults were on, and those that had one:")
    for call, count in sorted(setup.made.items()):
        had = [f"{number:,} {kind}" for (name, kind), number in sorted(setup.tally.items()) if name == call]
        print(f"  {call:<14} {count:>13,}  {', '.join(had) or 'none'}")


def check(program, setup, seconds):
    """Failures of a whole run in which something never happened."""
    expected, reasons = wanted(program, seconds)
    for reason in reasons:
        print(f"not demanded: faults of {reason}")
    if not setup.functions.stat().st_size:
        print("nobody's memory fails: Swift's own allocator is not in the program, as where it was not built by scripts/build")
    return [f"never happened: {pair}: its rule is dead, or nobody makes that call any more"
            for pair in never(setup.tally, expected)]
