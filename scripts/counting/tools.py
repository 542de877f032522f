"""What counts: system calls under strace, instructions under callgrind."""

import platform
import re
import shutil
import subprocess
from collections import Counter
from copy import copy

INSTRUCTIONS = "instructions"
PATIENCE = 60  # seconds for any process; valgrind takes one to start


class Skipped(Exception):
    """This cannot be measured here; the text says why."""


class Broken(Exception):
    """This could be measured, and went wrong."""


def run(command, check=True, **options):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True,
                          timeout=PATIENCE, **options)
    if check and done.returncode != 0:
        raise Broken(f"{' '.join(map(str, command))}: {done.stderr.strip()[-500:]}")
    return done


def require(program, package):
    if not shutil.which(program):
        raise Skipped(f"{program} is missing: apt-get install {package}")


class Tool:
    def apart(self, name, size):
        """The same tool, which writes into a file of its own."""
        other = copy(self)
        other.file = self.file.with_suffix(f".{name}.{size}")
        return other


class Strace(Tool):
    """System calls by name."""

    amounts = (200, 2200)

    def __init__(self, scratch):
        self.file = scratch / "strace.out"
        probe = run(["strace", "-c", "-o", self.file, "true"], check=False)
        if probe.returncode != 0:
            raise Skipped(f"strace may not trace: {probe.stderr.strip().splitlines()[-1]}")

    def wrap(self, command, _):
        return ["strace", "-f", "-c", "-o", self.file, *command]

    def counts(self):
        rows = re.findall(r"^ *[\d.]+ +[\d.]+ +\d+ +(\d+) (?:.* )?(\w+)$",
                          self.file.read_text(), re.MULTILINE)
        return Counter({name: int(count) for count, name in rows if name != "total"})


class Callgrind(Tool):
    """Instructions in user space."""

    amounts = (1000, 21000)

    def __init__(self, scratch):
        if platform.machine() != "x86_64":
            raise Skipped(f"the thresholds are of x86_64, this is {platform.machine()}")
        self.file = scratch / "callgrind.out"

    def wrap(self, command, loop):
        collect = [f"--toggle-collect={loop}"] if loop else []
        return ["valgrind", "--tool=callgrind", f"--callgrind-out-file={self.file}", *collect,
                *command]

    def counts(self):
        total = re.search(r"^totals: (\d+)", self.file.read_text(), re.MULTILINE)
        if not total or int(total[1]) == 0:
            raise Broken("callgrind counted nothing: does valgrind run the program at all, and"
                              " are the names in LOOPS still those of the loops?")
        return Counter({INSTRUCTIONS: int(total[1])})
