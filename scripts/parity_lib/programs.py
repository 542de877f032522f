"""Starting and stopping the programs: ours and the reference's, each on a port of its own."""

import json
import os
import shutil
import signal
import socket
import subprocess
import time
from contextlib import suppress
from pathlib import Path

from .rows import CONNECTIONS, SERVER_BUFFER

PATIENCE = 20.0  # seconds that a program may take to start, under valgrind too
POLL = 0.005


class Unavailable(Exception):
    """The benchmark cannot run here; the text says what to do."""


class Starved(Unavailable):
    """Something took far longer than it should: on a busy machine worth another try."""


class Process:
    """A child process, ended when its block ends."""

    def __init__(self, command, environment=None):
        self.command = [str(word) for word in command]
        # Not in a session of its own: the kernel may schedule sessions as groups (autogroup,
        # sched(7)), and this script would then wait for the CPU until a busy pair ends.
        self.popen = subprocess.Popen(
            self.command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True,
            env={**os.environ, **(environment or {})})
        self.pid = self.popen.pid

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def require_running(self):
        status = self.popen.poll()
        if status is not None:
            kind = Starved if status == 0 else Unavailable  # 0: its time was over
            raise kind(f"'{' '.join(self.command)}' ended early with status {status}:"
                       f" {self.popen.stdout.read().strip()[:300]}")

    def wait(self):
        """What it printed, once it has ended by itself."""
        try:
            return self.popen.communicate(timeout=120)[0]
        except subprocess.TimeoutExpired as timeout:
            raise Unavailable(f"'{' '.join(self.command)}' does not end") from timeout

    def stop(self):
        """Ends it: politely, and after five seconds not. Returns what it printed."""
        if self.popen.stdout.closed:
            return ""  # it was waited for before
        self._signal(signal.SIGTERM)
        try:
            return self.popen.communicate(timeout=5)[0]
        except subprocess.TimeoutExpired:
            self._signal(signal.SIGKILL)
            return self.popen.communicate()[0]

    def _signal(self, number):
        """Signals the program: when it is traced, the tracer's child, with which it ends."""
        if self.popen.poll() is not None:
            return
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children")
        with suppress(FileNotFoundError, ProcessLookupError):  # it has just ended
            for pid in map(int, children.read_text(encoding="ascii").split() or [self.pid]):
                os.kill(pid, number)


def free_port():
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def is_listening(port):
    """Asks the kernel's table: connecting would already be work for the server."""
    wanted = f"0100007F:{port:04X}"
    with open("/proc/net/tcp", encoding="ascii") as table:
        return any(fields[1] == wanted and fields[3] == "0A"
                   for fields in map(str.split, table))


class Programs:
    """How to run both sides: our binary and the folder with the reference's programs."""

    def __init__(self, binary, reference, scratch):
        self.binary = Path(binary).resolve()
        if not os.access(self.binary, os.X_OK):
            raise Unavailable(f"{binary} is missing: swift build -c release")
        self.reference = _built(Path(reference), Path(scratch))

    def server(self, words, port):
        """The command of a server: ours or the reference's."""
        if words[0] == "server":
            return [self.binary, *words, "--address", f"127.0.0.1:{port}",
                    "--buffer-size", SERVER_BUFFER]
        return [self.reference / words[0], *words[1:], "-p", port, "-b", SERVER_BUFFER]

    def client(self, words, port, size, seconds):
        """The command of a client that drives `CONNECTIONS` connections for so long."""
        if words[0] == "client":
            return [self.binary, *words, "--address", f"127.0.0.1:{port}", "--size", size,
                    "--warmup", "50ms", "--duration", f"{int(seconds * 1000)}ms",
                    "--format", "json"]
        return [self.reference / words[0], *words[1:], "-p", port, "-c", CONNECTIONS,
                "-s", size, "-w", 0.05, "-t", seconds]

    def floor(self, size):
        """Microseconds of CPU for a round trip with no scheduling at all; None without `floor`."""
        if not os.access(self.reference / "floor", os.X_OK):
            return None
        with Process([self.reference / "floor", "tcp", "-s", size, "-t", 0.4]) as floor:
            return _json(floor.wait()).get("cpu_us")


def start_server(command, port, environment=None):
    """Starts a server and waits until it listens."""
    process = Process(command, environment)
    deadline = time.monotonic() + PATIENCE
    while not is_listening(port):
        try:
            process.require_running()
            if time.monotonic() > deadline:
                raise Starved(f"'{' '.join(process.command)}' does not listen")
        except Unavailable:
            process.stop()
            raise
        time.sleep(POLL)
    return process


def _json(text):
    try:
        return json.loads(text)
    except ValueError:
        return {}


def _built(folder, scratch):
    """The folder with `srv` and `cli`; made in a copy when they are not there yet."""
    if all(os.access(folder / name, os.X_OK) for name in ("srv", "cli")):
        return folder.resolve()
    if not (folder / "Makefile").is_file():
        raise Unavailable(f"{folder} has neither srv and cli nor a Makefile: see --help")
    copy = scratch / "reference"
    shutil.copytree(folder, copy)
    made = subprocess.run(["make"], cwd=copy, capture_output=True, text=True)
    if made.returncode != 0:
        raise Unavailable(f"make failed in {folder}: {made.stderr.strip()[-500:]}")
    return copy
