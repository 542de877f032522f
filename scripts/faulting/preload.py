"""The library that has calls fail, loaded before the program, and the file that it shares with us."""

import mmap
import shutil
import struct
import subprocess
import tempfile
import threading
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

from processes import ROOT, Program, Unavailable


def functions(path):
    """Where the functions of the data plane are, behind Swift's allocator, for the library (memory.c)."""
    allocator, found = b"", []
    listed = subprocess.run(["nm", "--defined-only", "--print-size", path], capture_output=True, text=True)
    for line in listed.stdout.splitlines():
        words = line.split(" ")
        if len(words) != 4:
            continue
        start, size, kind, name = words
        if name == "swift_slowAlloc":
            allocator = struct.pack("<QQ", int(start, 16), int(size, 16))
        elif kind in "tT" and name.startswith("$s6EchoIO"):
            found.append((int(start, 16), int(size, 16)))
    # Where Swift's libraries are not part of the program, nobody can tell whose memory it is.
    return allocator and allocator + b"".join(struct.pack("<QQ", *each) for each in sorted(found))


class Setup:
    """The library, a folder for files, and the faults of all runs."""

    def __init__(self, path, folder, program):
        self.path = path
        self.folder = folder
        self.functions = folder / "functions"
        self.functions.write_bytes(functions(program.path))
        # By the names of call and kind, and by that of the call.
        self.tally, self.made = Counter(), Counter()
        self._lock = threading.Lock()
        self._count = 0

    def faults(self, rules, seed, roles, files=None):
        with self._lock:
            self._count += 1
            file = self.folder / f"control-{self._count}"
        return Faults(self, file, rules, seed, roles, files)

    def add(self, counts, made):
        with self._lock:
            self.tally.update(counts)
            self.made.update(made)


@contextmanager
def library(paths):
    """What has system calls of a program fail, for as long as the block lasts."""
    program = Program(paths)
    compiler = shutil.which("cc")
    if not compiler:
        raise Unavailable("cc is missing: apt-get install gcc")
    with tempfile.TemporaryDirectory(prefix="faults-") as folder:
        path = Path(folder) / "faults.so"
        sources = sorted((ROOT / "Tests/Faults").glob("*.c"))
        done = subprocess.run([compiler, "-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o",
                               path, *sources, "-ldl"], capture_output=True, text=True)
        if done.returncode != 0:
            raise Unavailable(f"the library does not compile:\n{done.stderr}")
        yield program, Setup(path, Path(folder), program)


class Faults:
    """The faults of one process: the file that it shares with us (`struct control` of faults.h)."""

    NAMES, KINDS, MADE, INJECTED, RECENT = 16, 1040, 1552, 2064, 18448
    SIZE = RECENT + 64 * 16

    def __init__(self, setup, file, rules, seed, roles, files):
        file.write_bytes(bytes(self.SIZE))
        with open(file, "r+b") as opened:
            self.memory = mmap.mmap(opened.fileno(), self.SIZE)
        self.sets = list(rules)
        self.setup = setup
        self.environment = {
            # Who traps is to end, and not to explore itself for seconds.
            "SWIFT_BACKTRACE": "enable=no", "LD_PRELOAD": str(setup.path), "FAULTS": ";".join(rules.values()),
            "FAULTS_SEED": str(seed), "FAULTS_CONTROL": str(file), "FAULTS_ROLES": roles,
            "FAULTS_FUNCTIONS": str(setup.functions),
            **({"FAULTS_FILES": files} if files else {})}

    def switch(self, name):
        """Has the set of that name at work; None for no faults."""
        number = self.sets.index(name) + 1 if name else 0
        self.memory[0:4] = struct.pack("<I", number)

    @property
    def count(self):
        return struct.unpack_from("<I", self.memory, 12)[0]

    def _text(self, offset):
        return self.memory[offset:offset + 16].split(b"\0")[0].decode()

    @property
    def _shape(self):
        return struct.unpack_from("<II", self.memory, 4)

    def counts(self):
        """How many there were, by the names of call and kind."""
        calls, kinds = self._shape
        found = Counter()
        for call in range(calls):
            row = struct.unpack_from("<32Q", self.memory, self.INJECTED + call * 256)
            for kind in range(kinds):
                if row[kind]:
                    found[self._text(self.NAMES + 16 * call), self._text(self.KINDS + 16 * kind)] = row[kind]
        return found

    def made(self):
        """How many calls there were while a set was at work, by name."""
        calls, _ = self._shape
        row = struct.unpack_from("<64Q", self.memory, self.MADE)
        return {self._text(self.NAMES + 16 * call): row[call] for call in range(calls)}

    def latest(self):
        """The last of them, in words."""
        rows = []
        for place in range(64):
            number, thread, descriptor, call, kind = struct.unpack_from(
                "<IIiHH", self.memory, self.RECENT + 16 * place)
            if kind:
                rows.append((number, f"thread {thread}: {self._text(self.KINDS + 16 * kind)} of"
                             f" {self._text(self.NAMES + 16 * call)}"
                             + (f", descriptor {descriptor}" if descriptor >= 0 else "")))
        return "\n".join("  " + text for _, text in sorted(rows)[-12:])

    def close(self):
        self.setup.add(self.counts(), self.made())
        self.memory.close()
