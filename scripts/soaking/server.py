"""A server of a soak: started, looked at from outside, and stopped."""

import json
import os
import signal
import subprocess
import threading
import time
from pathlib import Path

# Far more than anything takes.
PATIENCE = 30


class Failed(Exception):
    """What a server did that no server may do."""


class Server:
    """A process that serves one backend on a port of its own, until it is stopped."""

    def __init__(self, program, backend, environment=None):
        self.backend = backend
        command = [program, "server", "--backend", backend, "--address", "127.0.0.1:0", "--until-eof",
                   "--format", "json"]
        # A connection holds a thread of the pool, and some stay open for the whole soak.
        if backend == "threads":
            command += ["--threads", "64"]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            env={**os.environ, **(environment or {})})
        self.pid = self.process.pid
        late = threading.Timer(PATIENCE, self.process.kill)
        late.start()
        line = self.process.stdout.readline()
        late.cancel()
        if not line:
            self.kill()
            raise Failed(f"{backend} does not serve, and has ended with {self.process.returncode}")
        self.address = json.loads(line)["address"]

    @property
    def endpoint(self):
        host, port = self.address.rsplit(":", 1)
        return host, int(port)

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def threads(self):
        return len(os.listdir(f"/proc/{self.pid}/task"))

    def memory_bytes(self):
        """What this process has for itself alone (smaps_rollup, proc(5))."""
        text = Path(f"/proc/{self.pid}/smaps_rollup").read_text()
        fields = dict(line.split(":", 1) for line in text.splitlines()[1:])
        return 1024 * sum(int(fields[name].split()[0]) for name in ("Private_Clean", "Private_Dirty"))

    def rest(self):
        """Waits until it has closed what its peers have: the fewest descriptors that it comes to, seen
        again three times. It has no time of its own to do that in, so it is asked for what it has left after a while."""
        fewest, seen = self.descriptors(), 0
        end = time.monotonic() + PATIENCE
        while seen < 3 and time.monotonic() < end:
            time.sleep(0.01)
            count = self.descriptors()
            seen = seen + 1 if count == fewest else 0
            fewest = min(fewest, count)
        return fewest

    def check(self):
        if self.process.poll() is not None:
            raise Failed(f"{self.backend} has ended by itself, with {self.process.returncode}")

    def stop(self, by=signal.SIGTERM):
        """Ends it. Returns its counters; what it says and how it ends is held against what it promises."""
        self.check()
        self.process.send_signal(by)
        try:
            said, _ = self.process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.communicate()
            raise Failed(f"{self.backend} does not stop") from None
        if self.process.returncode != 0:
            raise Failed(f"{self.backend} has stopped with {self.process.returncode}")
        counters = json.loads(said.splitlines()[-1])["counters"]
        if counters["bytes_out"] > counters["bytes_in"]:
            raise Failed(f"{self.backend} has sent more than it received: {counters}")
        return counters

    def kill(self):
        """Ends it whatever it does: of a soak that is over before its time."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()
