"""The program, its servers, and what is seen of their processes."""

import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 20  # seconds beyond what a process was asked to take


class Skipped(Exception):
    """This cannot be done here; the text says why."""


class Unavailable(Exception):
    """Nothing can be done without this."""


class Failed(Exception):
    """Something did not hold; the text says what."""


class Hung(Failed):
    """Something did not come back."""


class Program:
    """The builds that there are, and which has which backend."""

    def __init__(self, paths):
        paths = paths or [ROOT / ".build/release/echobench", ROOT / ".build/debug/echobench"]
        self.paths = [path for path in paths if os.access(path, os.X_OK)]
        if not self.paths:
            raise Unavailable(f"{paths[0]} is missing: scripts/build")
        self.path = self.paths[0]
        self.backends = {}
        for path in self.paths:
            listed = subprocess.run([path, "backends", "--format", "json"], capture_output=True,
                                    text=True, check=True, timeout=PATIENCE).stdout
            for each in json.loads(listed)["backends"]:
                if each["unavailability"] is None:
                    self.backends.setdefault(each["name"], path)


def stacks(pid):
    """Where each thread of a process is: by the kernel, and by gdb where that is installed."""
    lines = []
    for task in sorted(Path(f"/proc/{pid}/task").glob("*")):
        values = []
        for name in ("comm", "wchan", "syscall", "stack"):
            try:
                values.append(" ".join((task / name).read_text().split()))
            except OSError as reason:
                values.append(f"({name}: {reason.strerror})")
        lines.append(f"  {task.name} {values[0]}: waits in {values[1]}; syscall {values[2]}\n    {values[3]}")
    if shutil.which("gdb"):
        try:
            done = subprocess.run(["gdb", "-p", str(pid), "-batch", "-ex", "thread apply all bt 12"],
                                  capture_output=True, text=True, timeout=60)
            kept = [line for line in done.stdout.splitlines() if re.match(r"#|Thread", line)]
            lines += ["  " + line[:200] for line in kept]
        except subprocess.TimeoutExpired:
            lines.append("  gdb did not end")
    return "\n".join(lines)


def finish(process, seconds, what, others=(), input=None):
    """The output of a process, which has so long to end.
    Raises Hung with the stacks of it and others."""
    try:
        return process.communicate(input, timeout=seconds)
    except subprocess.TimeoutExpired:
        seen = "\n".join(f"{name}:\n{stacks(pid)}" for name, pid in [(what, process.pid), *others])
        process.kill()
        try:
            process.communicate(timeout=2)
        except subprocess.TimeoutExpired:
            seen += "\nkilled, it has left somebody who holds its output"
        raise Hung(f"{what} did not end within {seconds:g} s\n{seen}") from None


class Server:
    """A server of ours, for as long as the block lasts."""

    def __init__(self, program, backend, arguments=(), faults=None, address="127.0.0.1:0", prefix=()):
        command = [*prefix, program.backends[backend], "server", "--backend", backend, "--address", address,
                   "--format", "json", *arguments]
        self.backend = backend
        self.ends_with_input = "--until-eof" in arguments
        environment = {**os.environ, **(faults.environment if faults else {})}
        if program.backends[backend] != program.path:
            environment.pop("FAULTS_FUNCTIONS", None)  # of another build
        self.errors = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            [str(word) for word in command], stdout=subprocess.PIPE, stderr=self.errors, text=True, env=environment,
            stdin=subprocess.PIPE if self.ends_with_input else subprocess.DEVNULL)
        timer = threading.Timer(PATIENCE, self._give_up)
        self.hung = None
        timer.start()
        line = self.process.stdout.readline()
        timer.cancel()
        if self.hung:
            raise Hung(f"{backend} was not ready within {PATIENCE} s\n{self.hung}")
        if not line:
            finish(self.process, PATIENCE, f"the server ({backend}), which has closed its output,")
            raise NotReady(self.process.returncode, self.complaints())
        self.address = json.loads(line)["address"]

    def _give_up(self):
        self.hung = stacks(self.process.pid)
        self.process.kill()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    @property
    def pid(self):
        return self.process.pid

    def complaints(self):
        self.errors.seek(0)
        return self.errors.read()

    def holdings(self):
        """Its sockets, all of its descriptors, and its threads."""
        links = []
        for entry in Path(f"/proc/{self.pid}/fd").iterdir():
            try:
                links.append(os.readlink(entry))
            except OSError:
                pass
        threads = len(list(Path(f"/proc/{self.pid}/task").iterdir()))
        return sum(link.startswith("socket:") for link in links), len(links), threads

    def memory_bytes(self):
        """What it has written to, and has for itself alone (smaps_rollup, proc(5)). Pages of the program that nobody
        has written to are everybody's who runs it, or its own, as others come and go."""
        text = Path(f"/proc/{self.pid}/smaps_rollup").read_text()
        fields = dict(line.split(":", 1) for line in text.splitlines()[1:])
        return 1024 * int(fields["Private_Dirty"].split()[0])

    def check_alive(self):
        if self.process.poll() is not None:
            raise Failed(f"the server ended with {describe(self.process.returncode)}: {self.complaints()[-1500:]}")

    def stop(self, patience=PATIENCE):
        """Ends it by SIGTERM, or with its input, and gives its counters."""
        self.check_alive()
        if not self.ends_with_input:
            self.process.send_signal(signal.SIGTERM)
        output, _ = finish(self.process, patience, f"the server ({self.backend}), which was to stop,")
        if self.process.returncode != 0:
            raise Failed(f"the server stopped with {describe(self.process.returncode)}:"
                         f" {self.complaints()[-1500:]}")
        return json.loads(output.splitlines()[-1])["counters"]


class NotReady(Failed):
    """A server that ended before it was ready."""

    def __init__(self, status, complaints):
        super().__init__(f"the server ended with {describe(status)} before it was ready: {complaints[-1500:]}")
        self.status = status
        self.complaints = complaints


def describe(status):
    return f"status {status}" if status >= 0 else signal.Signals(-status).name


def settled(read, wanted, seconds=10):
    """What is read, once it is as wanted, or when that has not come in time."""
    deadline = time.monotonic() + seconds
    while True:
        value = read()
        if wanted(value) or time.monotonic() > deadline:
            return value
        time.sleep(0.01)
