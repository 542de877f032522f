"""What /proc says of processes (proc(5))."""

import dataclasses
import os
import pathlib


@dataclasses.dataclass(frozen=True)
class Process:
    """One that has this id, and no other that gets it later."""
    id: int
    # In ticks since the machine's start.
    start: int


@dataclasses.dataclass(frozen=True)
class Stat:
    process: Process
    parent: int
    state: str

    @property
    def is_alive(self) -> bool:
        return self.state not in "ZX"

    @property
    def is_stopped(self) -> bool:
        return self.state in "Tt"


def look_up(identifier: int):
    """None where there is no such process any more."""
    try:
        text = pathlib.Path(f"/proc/{identifier}/stat").read_text(errors="replace")
    except OSError:
        return None
    # What is before the last parenthesis may hold blanks.
    fields = text.rpartition(")")[2].split()
    return Stat(Process(identifier, int(fields[19])), int(fields[1]), fields[0])


def identifiers() -> list:
    return [int(entry) for entry in os.listdir("/proc") if entry.isdigit()]


def table() -> dict:
    """Every process of the machine that has not ended, by its id."""
    found = {identifier: look_up(identifier) for identifier in identifiers()}
    return {identifier: stat for identifier, stat in found.items() if stat and stat.is_alive}


def below(roots: set, processes: dict) -> list:
    """The descendants of some of a table."""
    children: dict = {}
    for stat in processes.values():
        children.setdefault(stat.parent, []).append(stat)
    found: list = []
    left = list(roots)
    while left:
        for stat in children.get(left.pop(), []):
            if stat.process.id not in roots:
                found.append(stat)
                left.append(stat.process.id)
    return found


def is_there(process: Process) -> bool:
    stat = look_up(process.id)
    return bool(stat) and stat.process == process and stat.is_alive


def environment(identifier: int) -> list:
    """NAME=value of each variable; none of a process that has ended."""
    try:
        return pathlib.Path(f"/proc/{identifier}/environ").read_bytes().split(b"\0")
    except OSError:
        return []


def words(identifier: int) -> list:
    """Of its command line; none of a process that has ended."""
    try:
        text = pathlib.Path(f"/proc/{identifier}/cmdline").read_bytes()
    except OSError:
        return []
    return [word.decode(errors="replace") for word in text.split(b"\0")[:-1]]


def command(identifier: int) -> str:
    return f"{identifier} {' '.join(words(identifier))[:200]}"


def runs(identifier: int, program: str) -> bool:
    """Whether a process runs a file, by whatever name it was started."""
    try:
        return os.path.samestat(os.stat(f"/proc/{identifier}/exe"), os.stat(program))
    except OSError:
        return False
