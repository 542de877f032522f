"""Exact figures: system calls and instructions in user space, per message.

Each program runs twice, for few messages and for many; the difference has neither start nor end
of the process in it. strace and valgrind slow a program down, so the waits of an event loop are
amortised over more messages than in reality: over all connections, at best.
"""

import json
import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path
from typing import Dict, NamedTuple

from .machine import bytes_read
from .programs import Programs, Process, Unavailable, free_port, start_server
from .rows import CONNECTIONS, INSTRUCTION_TARGET, Row

PACKAGES = {"strace": "strace", "valgrind": "valgrind", "objcopy": "binutils"}

# The report that our client ends with is the longer the more its latencies differ, which would
# not cancel between two runs. So of our client only these, and all they call, are counted.
MEASURED_LOOPS = {
    "blocking": "*6EchoIO14BlockingEngineO5drive*",
    "event": "*6EchoIO11EventEngineO5drive*",
}


class Amounts(NamedTuple):
    """How long the two runs are: messages for a server, seconds for a client."""

    messages: tuple
    seconds: tuple


STRACE_AMOUNTS = Amounts(messages=(500, 4500), seconds=(0.2, 1.2))
CALLGRIND_AMOUNTS = Amounts(messages=(2000, 42000), seconds=(0.2, 2.2))
SMOKE_AMOUNTS = Amounts(messages=(100, 600), seconds=(0.05, 0.15))


class Figures(NamedTuple):
    """What one program needs per message."""

    calls: Dict[str, float]
    instructions: float

    @property
    def call_count(self):
        return sum(self.calls.values())


class ExactOutcome(NamedTuple):
    row: Row
    size: int
    ours: Figures
    reference: Figures

    @property
    def ratio(self):
        return self.ours.instructions / self.reference.instructions

    @property
    def verdict(self):
        if self.row.target is None:
            return "stated"
        return "within" if self.ratio <= INSTRUCTION_TARGET else "OVER"


class Strace:
    """System calls by name."""

    amounts = STRACE_AMOUNTS
    environment: Dict[str, str] = {}

    def __init__(self, scratch):
        self.file = scratch / "strace.out"

    def wrap(self, command, _):
        return ["strace", "-f", "-c", "-o", self.file, *command]

    def counts(self):
        rows = re.findall(r"^ *[\d.]+ +[\d.]+ +\d+ +(\d+) (?:.* )?(\w+)$",
                          self.file.read_text(), re.MULTILINE)
        return Counter({name: int(count) for count, name in rows if name != "total"})


class Callgrind:
    """Instructions in user space, the libraries' included."""

    amounts = CALLGRIND_AMOUNTS
    # Hashing seeded at random would make the start of the process differ between runs.
    environment = {"SWIFT_DETERMINISTIC_HASHING": "1"}

    def __init__(self, scratch):
        self.file = scratch / "callgrind.out"

    def wrap(self, command, loop):
        collect = [f"--toggle-collect={loop}"] if loop else []
        return ["valgrind", "--tool=callgrind", f"--callgrind-out-file={self.file}", *collect,
                *command]

    def counts(self):
        total = re.search(r"^totals: (\d+)", self.file.read_text(), re.MULTILINE)
        if not total or int(total[1]) == 0:
            raise Unavailable("callgrind counted nothing: does valgrind run the program at all, and"
                              " are the names in MEASURED_LOOPS still those of the loops?")
        return Counter(instructions=int(total[1]))


class Exact:
    """The exact figures of any row."""

    def __init__(self, programs: Programs, scratch: Path, smoke: bool):
        missing = [name for name in PACKAGES if not shutil.which(name)]
        if missing:
            packages = " ".join(sorted({PACKAGES[name] for name in missing}))
            raise Unavailable(f"{', '.join(missing)} missing: apt-get install {packages}")
        # valgrind 3.19 gives up over the debug information that Swift writes.
        stripped = scratch / "echobench"
        subprocess.run(["objcopy", "--strip-debug", programs.binary, stripped], check=True)
        self.programs = programs
        self.stripped = Programs(stripped, programs.reference, scratch)
        self.strace, self.callgrind = Strace(scratch), Callgrind(scratch)
        self.smoke = smoke

    def measure(self, row: Row, size: int) -> ExactOutcome:
        return ExactOutcome(
            row, size, self._figures(row, row.ours, size), self._figures(row, row.reference, size))

    def _figures(self, row, words, size):
        calls = self._per_message(self.strace, row, words, size)
        instructions = self._per_message(self.callgrind, row, words, size)
        calls = {name: count for name, count in calls.items() if count >= 0.005}
        return Figures(dict(sorted(calls.items(), key=lambda call: -call[1])),
                       instructions["instructions"])

    def _per_message(self, tool, row, words, size):
        """The difference of the two runs, by name."""
        amounts = SMOKE_AMOUNTS if self.smoke else tool.amounts
        if row.role == "server":
            runs = [self._run_server(tool, row, words, size, n) for n in amounts.messages]
        else:
            runs = [self._run_client(tool, row, words, size, s) for s in amounts.seconds]
        (few, few_messages), (many, many_messages) = runs
        return {name: (many[name] - few[name]) / (many_messages - few_messages)
                for name in many}

    def _run_server(self, tool, row, words, size, messages):
        """A server under the tool, driven by our client, which counts and verifies."""
        port = free_port()
        is_blocking = row.counterpart[1] == "thr"
        workers = CONNECTIONS if is_blocking else 1
        command = tool.wrap(self.stripped.server(words, port), None)
        engine = "blocking" if is_blocking else "event"
        driver = [self.programs.binary, "client", "--engine", engine, "--workers", workers,
                  "--connections", CONNECTIONS, "--size", size,
                  "--address", f"127.0.0.1:{port}", "--messages", messages // workers,
                  "--warmup", "0", "--timeout", "20s", "--format", "json"]
        server = start_server(command, port, tool.environment)
        try:
            with Process(driver) as client:
                report = json.loads(client.wait())
        finally:
            server.stop()
        if not report["valid"]:
            raise Unavailable(f"{row.name}: {'; '.join(report['invalid_reasons'])}")
        return tool.counts(), report["lifetime"]["bytes_received"] / size

    def _run_client(self, tool, row, words, size, seconds):
        """A client under the tool; the server it drives has read each message once."""
        port = free_port()
        loop = MEASURED_LOOPS[row.name] if words is row.ours else None
        command = tool.wrap(self.stripped.client(words, port, size, seconds), loop)
        with start_server(self.programs.server(row.counterpart, port), port) as server:
            with Process(command, tool.environment) as client:
                client.wait()
            messages = bytes_read(server.pid) / size
        return tool.counts(), messages
