"""What is counted: a backend that serves one connection, or a kind of load of the client that drives one."""

import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from .thresholds import NEGLIGIBLE, SIZES
from .tools import PATIENCE, Broken, Callgrind, Skipped, Strace, require, run

# The measured loop of each engine. Only that, and all it calls, is counted in instructions: the
# report that the client ends with is the longer the more its latencies differ.
LOOPS = {
    "blocking": "*6EchoIO14BlockingEngineO5drive*",
    "event": "*6EchoIO11EventEngineO5drive*",
}
AT_ONCE = 2  # subjects: much of the time a process starts, or waits for the other of its two


class Load(NamedTuple):
    """What the client does: its engine, and what else it is told."""

    engine: str
    options: tuple = ()
    # Of what is due while valgrind takes its time, more is looked at.
    is_timed: bool = False

    @property
    def loop(self):
        return LOOPS[self.engine]


# An open loop that is always behind never sleeps: what it costs beside a closed one is in that.
LOADS = {
    "blocking": Load("blocking"),
    "event": Load("event"),
    "event-block": Load("event", ("--block", 10)),
    "event-open": Load("event", ("--rate", "200k"), is_timed=True),
}


def environment():
    """Hashes that are the same in each run, and the C library's functions of the oldest x86-64:
    which there are else depends on the CPU."""
    return {**os.environ, "SWIFT_DETERMINISTIC_HASHING": "1",
            "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-AVX512F,-BMI2,-ERMS,-FSRM"}


@contextmanager
def server(command):
    """A server, its address, and a function that stops it for its counters."""
    process = subprocess.Popen([str(word) for word in command], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                               env=environment())

    def stop():
        output, _ = process.communicate(timeout=PATIENCE)  # ends its input
        return json.loads(output.splitlines()[-1])["counters"]

    try:
        line = process.stdout.readline()
        if not line:
            raise Broken(f"{' '.join(map(str, command))} does not serve")
        yield json.loads(line)["address"], stop
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()


class Subjects:
    """The backends that the program has, and the loads."""

    def __init__(self, binary, scratch):
        self.binary = binary
        # valgrind 3.19 gives up over the debug information that Swift writes.
        self.stripped = scratch / "echobench"
        run(["objcopy", "--strip-debug", binary, self.stripped])
        listed = json.loads(run([binary, "backends", "--format", "json"]).stdout)["backends"]
        available = [each for each in listed if each["unavailability"] is None]
        self.backends = [each["name"] for each in available]
        self.unavailable = {each["name"]: each["unavailability"] for each in listed
                            if each["unavailability"]}
        self.uncounted = {each["name"]: each["instructions_unavailability"] for each in available
                          if each["instructions_unavailability"]}
        self.names = self.backends + list(LOADS)

    def sizes(self, tool, name):
        """A backend's instructions do not depend on the size: the kernel copies."""
        if isinstance(tool, Callgrind) and name in self.uncounted:
            print(f"skipped: instructions of {name}: {self.uncounted[name]}", file=sys.stderr)
            return ()
        if name in LOADS and LOADS[name].is_timed and isinstance(tool, Callgrind):
            return ()
        if name in LOADS and LOADS[name].options:
            return SIZES[:1]
        return SIZES[:1] if isinstance(tool, Callgrind) and name in self.backends else SIZES

    def per_message(self, tool, name, size):
        """Counts per message: the difference of two runs."""
        (few, fewer), (many, more) = (self._counts(tool, name, size, n) for n in tool.amounts)
        return {each: (many[each] - few[each]) / (more - fewer) for each in many}

    def _counts(self, tool, name, size, messages):
        serves = name in self.backends
        serving = [self.stripped if serves else self.binary, "server", "--backend",
                   name if serves else "threads", "--address", "127.0.0.1:0", "--threads", 1,
                   "--until-eof", "--format", "json"]
        with server(tool.wrap(serving, None) if serves else serving) as (address, stop):
            load = LOADS["blocking" if serves else name]
            driving = [self.binary if serves else self.stripped, "client", "--engine",
                       load.engine, *load.options, "--address", address, "--workers", 1,
                       "--size", size, "--messages", messages, "--warmup", 0, "--timeout", "20s"]
            run(driving if serves else tool.wrap(driving, load.loop), env=environment())
            counters = stop()
        return tool.counts(), counters["bytes_in"] / size


def counted(binary, only):
    """The figures by (subject, size, name); which tools could not be used, and which backends this
    program or machine does not have, each with why, in words."""
    with tempfile.TemporaryDirectory(prefix="exact-counts-") as scratch:
        return measured(binary, only, Path(scratch))


def measured(binary, only, scratch):
    figures, skipped = {}, []
    require("objcopy", "binutils")
    subjects = Subjects(binary, scratch)
    for name in only or []:
        if name not in subjects.names:
            raise Broken(f"{name} is unavailable: {subjects.unavailable[name]}" if name in subjects.unavailable
                         else f"there is no '{name}' here, but {', '.join(subjects.names)}")
    for package, kind in (("strace", Strace), ("valgrind", Callgrind)):
        try:
            require(package, package)
            tool = kind(scratch)
        except Skipped as reason:
            skipped.append((kind, str(reason)))
            continue
        runs = [(name, size) for name in only or subjects.names
                for size in subjects.sizes(tool, name)]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            results = pool.map(lambda run: subjects.per_message(tool.apart(*run), *run), runs)
            for (name, size), result in zip(runs, results):
                for figure, count in result.items():
                    if abs(count) >= NEGLIGIBLE:
                        figures[name, size, figure] = count
    return figures, skipped, subjects.unavailable
