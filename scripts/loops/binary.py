"""The functions of a binary, and whom each calls."""

import math
import platform
import re
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

INDIRECT = "(indirect)"

HEADER = re.compile(r"^([0-9a-f]+) <(.+)>:$")
FUNCTION_SYMBOL = re.compile(r"^([0-9a-f]+) .{7}\s*\S+\t([0-9a-f]+)\s")
BRANCH = re.compile(r"^(?:bnd |notrack )*(call|jmp|j[a-z]+|loop\w*)[ql]?\s+(.*)$")
DIRECT = re.compile(r"^[0-9a-f]+ <([^>+]+)(?:\+0x[0-9a-f]+)?>$")
THROUGH_GOT = re.compile(r"^\*.*\(%rip\)\s*# ([0-9a-f]+)(?: <([^>+]+)>)?")


class Unavailable(Exception):
    """The check cannot run here; the text says what to do."""


class Call(NamedTuple):
    address: str
    callee: str  # a readable name, or INDIRECT
    text: str


def output_of(*command, text=None):
    """Standard output of a command that has to succeed."""
    done = subprocess.run(command, input=text, capture_output=True, text=True)
    if done.returncode != 0:
        raise Unavailable(f"{' '.join(map(str, command[:3]))} failed: {done.stderr.strip()}")
    return done.stdout


def require_tools(binary):
    if platform.machine() not in ("x86_64", "AMD64"):
        raise Unavailable(f"only x86-64 code can be read, this is {platform.machine()}")
    if not shutil.which("objdump"):
        raise Unavailable("objdump is missing: install binutils (apt-get install binutils)")
    if not shutil.which("swift"):
        raise Unavailable("swift is missing: put the toolchain that built the binary on the PATH")
    if not Path(binary).is_file():
        raise Unavailable(f"{binary} is missing: scripts/build")


def symbol_of(name):
    """A symbol without `@plt` or `@GLIBC_2.2.5`."""
    return name.split("@")[0]


def got_symbols(binary):
    """The symbol that each slot of the global offset table is filled with, by address."""
    slots = {}
    for line in output_of("objdump", "-R", binary).splitlines():
        fields = line.split()
        if len(fields) == 3 and fields[1].startswith("R_"):
            slots[fields[0].lstrip("0")] = symbol_of(fields[2])
    return slots


def ends_of_functions(binary):
    """Where each function ends, by where it begins: code without a symbol may follow."""
    ends = {}
    for line in output_of("objdump", "-t", binary).splitlines():
        symbol = FUNCTION_SYMBOL.match(line)
        if symbol and int(symbol[2], 16) > 0:
            start, size = int(symbol[1], 16), int(symbol[2], 16)
            ends[start] = max(ends.get(start, 0), start + size)
    return ends


def callee_of(mnemonic, operand, own_name, slots):
    """Whom an instruction calls or jumps to; None when it stays inside the function."""
    direct = DIRECT.match(operand)
    if direct:
        if direct[1] == own_name and mnemonic != "call":
            return None
        return symbol_of(direct[1])
    through_got = THROUGH_GOT.match(operand)
    if through_got:
        named = symbol_of(through_got[2]) if through_got[2] else ""
        return slots.get(through_got[1].lstrip("0")) or named or INDIRECT
    return INDIRECT


def readable(demangled):
    """`BlockingEngine.drive`, of all that the demangler says about it."""
    name = re.sub(r"^(function signature|generic) specialization <.*> of ", "", demangled)
    name = re.sub(r"^static ", "", name)
    name = re.sub(r"\((\w+) in _[0-9A-F]+\)", r"\1", name)
    name = re.split(r"\(| : |<", name, maxsplit=1)[0]
    return re.sub(r"^EchoIO\.", "", name)


def readable_names(symbols):
    """A readable name for each symbol."""
    symbols = sorted(symbols)
    lines = output_of("swift", "demangle", "--compact", text="\n".join(symbols)).splitlines()
    if len(lines) != len(symbols):
        raise Unavailable("'swift demangle' did not answer line by line")
    return {**dict(zip(symbols, map(readable, lines))), INDIRECT: INDIRECT}


def functions_of(binary):
    """The functions of the data plane: for each readable name its versions, each a list of calls
    in order."""
    slots, ends = got_symbols(binary), ends_of_functions(binary)
    found, calls, own_name, end = {}, None, "", 0
    for line in output_of("objdump", "-d", "--no-show-raw-insn", binary).splitlines():
        header = HEADER.match(line)
        if header:
            own_name = header[2]
            end = ends.get(int(header[1], 16), math.inf)
            is_ours = "6EchoIO" in own_name or own_name.startswith("echobench_")
            calls = found.setdefault(own_name, []) if is_ours else None
        elif calls is not None and "\t" in line:
            address, text = line.split("\t", 1)
            branch = BRANCH.match(text)
            if branch and int(address.strip(" :"), 16) < end:
                callee = callee_of(branch[1], branch[2], own_name, slots)
                if callee:
                    calls.append(Call(address.strip(" :"), callee, text))
    names = readable_names(set(found) | {call.callee for calls in found.values() for call in calls})
    functions = {}
    for symbol, calls in found.items():
        readable_calls = [call._replace(callee=names[call.callee]) for call in calls]
        functions.setdefault(names[symbol], []).append(readable_calls)
    return functions
