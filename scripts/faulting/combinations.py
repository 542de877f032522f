"""Each backend, engine, depth and side, with faults that do no harm and with each of those that do."""

import hashlib
import json
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from itertools import product

from loads import Load, of_server
from processes import PATIENCE, Failed, Server, describe, finish, settled

AT_ONCE = 2
# What there is of each backend.
AXES = {"engine": ("blocking", "event"), "depth": ("1", "16"), "side": ("server", "client")}
HARMLESS = "short=25 eintr=6 again=6 delay=0.3 jump=20"
# In percent of the calls that may have it; what happens rarely, such as accepting, is hit more often.
HARD = {
    "reset": "reset=0.02 reset@accept=10 reset@so_error=2 reset@shutdown=5 short=5",
    "files": "files=15",
    "memory": "memory=0.01 memory@malloc=5 memory@epoll_ctl=5 memory@accept=20 memory@ring_accept=20"
              " memory@socket=2 memory@pipe=20",
    "buffers": "buffers=0.02 buffers@accept=20 buffers@ring_accept=20 buffers@ring_receive=1",
    "processes": "processes=20",
    "refused": "refused=1",
}
WORDS = {
    "reset": ("Connection reset by peer", "Broken pipe", "Software caused connection abort"),
    "files": ("Too many open files",),
    "memory": ("Cannot allocate memory",),
    "buffers": ("No buffer space available",),
    "processes": ("Resource temporarily unavailable",),
    "refused": ("Operation not permitted",),
}
# What has to have happened somewhere in a whole run, however short, of the backends that a build has by default, with
# a kernel that has io_uring: calls, by the kind of fault. Each was there some fifty times at least in
# short runs, or is what the first try of each start comes to; sockets are what a client begins with. What else there
# is depends on luck.
CERTAIN = {
    "short": "read write recv send splice ring_receive ring_send",
    "eintr": "read write recv send splice accept epoll_wait poll ring_wait semaphore",
    "again": "read write recv send splice accept ring_send",
    "delay": "read write send epoll_wait poll ring_wait",
    "jump": "clock",
    "reset": "accept",
    "files": "accept open socket",
    "memory": "accept open malloc",
    "buffers": "accept",
    "processes": "pthread_create",
    "refused": "getsockopt",
}
# What a client says of a connection that is open, and on which nothing moves.
SILENCE = ("did not answer", "stopped reading")
# What a library does not survive is its own affair: where it cannot watch a descriptor, libuv ends the
# process (uv__io_poll), and libdispatch never tells of it (_dispatch_unote_register), nor of one that it cannot
# ask of what kind it is (fstat(2) of _dispatch_muxnote_create). SwiftNIO asserts in a debug build that there is
# something to read where epoll said so (BaseSocketChannel.readable0).
ALWAYS_READABLE = "again@read=0 again@recv=0 again@recvmsg=0 again@accept=0 "
LIBRARIES = {"libuv": "memory@epoll_ctl=0 ", "dispatch": "memory@epoll_ctl=0 memory@stat=0 refused@stat=0 ",
             "nio": ALWAYS_READABLE, "nio-async": ALWAYS_READABLE}
# Of what it keeps for its next connections, by design: pipes of splice.
SPARES = {"splice": 18}
# What a server's memory may grow by, in bytes, once it has had the first of the faults that do harm, until it has had
# the last. In combinations of 20 s it grew by half a MiB at most, of all backends, and had 150 to 400 faults meanwhile:
# in 60 s there are 750, and a buffer of 16 KiB that each of them lost would be 12 MiB. What is shorter is too short for the first
# buffers to have all been in use: those of io_uring are up to 18 MiB.
MOST_GROWTH = 4 << 20
# So long a combination has to be for that, in seconds.
LONG = 20


def axes(program):
    return {"backend": tuple(program.backends), **AXES, "fault": ("harmless", *HARD)}


def derived(seed, *words):
    """A seed of its own for whatever the words say."""
    return int.from_bytes(hashlib.sha256(" ".join([str(seed), *map(str, words)]).encode()).digest()[:6], "big")


def run(program, setup, seed, seconds, wanted):
    combinations = list(product(*(wanted[axis] for axis in ("backend", *AXES))))
    if seconds <= 2 and wanted["side"] == AXES["side"]:
        # One side of each: that of a failure is named by its line.
        combinations = [each for each in combinations if each[-1] == side_of(seed, *each[:-1])]

    def one(words):
        try:
            told = Combination(program, setup, seed, seconds, *words).run(wanted["fault"])
            print(f"{' '.join(words)}: {told}", flush=True)
        except Failed as reason:
            print(f"{' '.join(words)}: FAILED", flush=True)
            return (f"{' '.join(words)}: {reason}\nreproduce: scripts/faults --seconds {seconds:g}"
                    f" --seed {seed} --only {','.join(words)}")

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return [failure for failure in pool.map(one, combinations) if failure]


def side_of(seed, backend, engine, depth):
    """Of the two depths each side has one, which is drawn: so each backend serves each engine with faults."""
    return AXES["side"][(derived(seed, "side", backend, engine) + (depth == "1")) % 2]


class Combination:
    # Where the processes of each side run.
    PREFIXES = {"server": [], "client": []}
    # Far more than what a server waits for by itself, such as for the next descriptor.
    TIMEOUT = "10s"
    # Of messages, by depth.
    SIZES = {"1": 20000, "16": 3000}

    def __init__(self, program, setup, seed, seconds, backend, engine, depth, side):
        self.program, self.setup, self.seconds = program, setup, seconds
        self.backend, self.engine, self.depth, self.side = backend, engine, depth, side
        self.seed = derived(seed, backend, engine, depth, side)
        self.runs = self.valid = self.short = 0
        # A unix socket for some: other calls fail there.
        self.address = f"unix:{setup.folder}/{self.seed}" if self.seed % 4 == 0 else "127.0.0.1:0"
        self.load = Load(derived(self.seed, "load"), engine, depth, self.SIZES[depth])
        self.watches_memory = seconds >= LONG

    def run(self, kinds):
        spared = LIBRARIES.get(self.backend, "") if self.side == "server" else ""
        rules = {kind: spared + text for kind, text in {"harmless": HARMLESS, **HARD}.items()}
        faults = self.setup.faults(rules, self.seed, self.side)
        if self.engine == "event":
            faults.environment["FAULTS_ONCE"] = "yes"
        try:
            return self._run(kinds, faults)
        except Failed as reason:
            latest = faults.latest()
            raise Failed(f"{reason}\n{latest and 'the last faults:' + chr(10) + latest}") from None
        finally:
            faults.close()

    def _run(self, kinds, faults):
        faulty = faults if self.side == "server" else None
        faults.switch("harmless" if "harmless" in kinds else None)
        threads = ["--threads", "8" if self.backend == "threads" else str(1 + self.seed // 4 % 2)]
        options = of_server(derived(self.seed, "server"), self.address)
        with Server(self.program, self.backend, ["--buffer-size", "16k", *threads, *options], faulty,
                    self.address, self.PREFIXES["server"]) as server:
            faults.switch(None)
            self.drive(server, faults)
            before = settled(server.holdings, lambda now: now[0] <= self._idle_sockets)
            hard = [kind for kind in kinds if kind in HARD]
            if "harmless" in kinds:
                self.drive(server, faults, "harmless", self.seconds * (0.4 if hard else 1))
            memory = None
            for kind in hard:
                self._drive_again(server, faults, kind, hard)
                memory = memory or self._memory(server, faults, before)
            growth = memory and self._growth(server, faults, before, memory)
            self.drive(server, faults)
            self._check_leaks(server, before)
            counters = server.stop()
        if counters["bytes_out"] > counters["bytes_in"]:
            raise Failed(f"the server counted more bytes out than in: {counters}")
        if 0 < self.short == len(hard) * self._times(hard):
            raise Failed("no run with faults that do harm was long enough for a message")
        short = f", {self.short} too short for a message" if self.short else ""
        return (f"{self.valid} of {self.runs} runs valid{short}, {faults.count} faults{growth or ''}"
                f" ({' '.join([self.load.text(), *options])})")

    @property
    def _idle_sockets(self):
        """With nobody connected a server has its listener, and a backend may have a copy of it."""
        return 2 if self.backend.startswith("nio") else 1

    def _each(self, hard):
        """How long it has each kind of faults that do harm, in seconds."""
        return self.seconds * 0.6 / len(hard)

    def _times(self, hard):
        """In how many runs: a fault ends one."""
        return max(1, round(self._each(hard) / 0.25)) if hard else 0

    def _drive_again(self, server, faults, kind, hard):
        """Runs of a quarter of a second each, or of less."""
        for _ in range(self._times(hard)):
            self.drive(server, faults, kind, min(0.25, self._each(hard)))

    def _load(self, seconds, kind):
        workers, connections = ("3", "3") if self.engine == "blocking" else ("2", "6")
        return [*self.load.options, "--workers", workers, "--connections", connections, "--warmup", "0",
                "--seed", str(self.seed),
                *(["--duration", f"{seconds * 1000:.0f}ms", *self.load.rate] if kind else ["--messages", "100"]),
                *(self.load.renewal if kind in HARD or self.load.renews else [])]

    def drive(self, server, faults, kind=None, seconds=0.1):
        """One run of the client, and the verdict: so long, or, without faults, of a few messages."""
        command = [*self.PREFIXES["client"], self.program.path, "client", "--address", server.address,
                   "--timeout", self.TIMEOUT, "--format", "json", *self._load(seconds, kind)]
        environment = {**os.environ, **(faults.environment if self.side == "client" else {}),
                       # Each run has faults of its own.
                       "FAULTS_SEED": str(self.seed + self.runs)}
        before = faults.count
        faults.switch(kind)
        client = subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
        output, errors = finish(client, seconds + PATIENCE, "the client",
                                [(f"the server ({self.backend})", server.pid)])
        faults.switch(None)
        server.check_alive()
        self.runs += 1
        self.judge(kind, client.returncode, output, errors, faults.count - before)

    def judge(self, kind, status, output, errors, injected):
        what = f"{kind or 'no'} faults of the {self.side}: the client ended with {describe(status)}"
        told = f"{errors[-600:]}\n{output[:1500]}"
        try:
            report = json.loads(output) if output else None
        except json.JSONDecodeError:
            raise Failed(f"{what}, and its report is no JSON: {told}") from None
        if status == 0:
            if report is None or not report["valid"] or any(report["counts"]["errors"].values()):
                raise Failed(f"{what}, and says: {told}")
            if kind == "harmless" and injected == 0:
                raise Failed(f"{what}, and there was no fault at all")
            self.valid += 1
            return
        words = (report or {}).get("invalid_reasons") or []
        if kind in HARD and words == ["no message came back within the window"]:
            self.short += 1
            return  # it was that short
        if kind not in HARD or injected == 0 or status not in (1, 3):
            raise Failed(f"{what}, with {injected} faults: {told}")
        if report is not None:
            errors_of = report["counts"]["errors"] if report.get("counts") else {}
            if errors_of.get("mismatch") or errors_of.get("surplus"):
                raise Failed(f"{what}, with other bytes than were sent: {told}")
        words = " ".join([*words, (report or {}).get("error") or "", errors])
        if not words.strip() or self.side == "client" and not any(each in words for each in WORDS[kind]):
            raise Failed(f"{what}, and does not name the fault: {told}")
        if self.side == "server" and any(each in words for each in SILENCE):
            raise Failed(f"{what}: the server has forgotten a connection: {told}")

    def _is_as_before(self, before):
        """Whether there is no more of sockets, descriptors and threads, by design aside."""
        spare = SPARES.get(self.backend, 0)
        return lambda now: now[0] <= before[0] and now[1] <= before[1] + spare and now[2] <= before[2]

    def _check_leaks(self, server, before):
        is_as_before = self._is_as_before(before)
        after = settled(server.holdings, is_as_before)
        if not is_as_before(after):
            raise Failed("the server has more than before, with nobody connected (sockets, descriptors,"
                         f" threads): {after} where it was {before}")

    def _memory(self, server, faults, before):
        """The server's memory, and how many faults there were by then, with nobody connected."""
        settled(server.holdings, self._is_as_before(before))
        return server.memory_bytes(), faults.count

    def _growth(self, server, faults, before, first):
        """By how much the server's memory has grown, in words."""
        bytes, count = first
        settled(server.holdings, self._is_as_before(before))
        # Threads may be about to end.
        growth = settled(server.memory_bytes, lambda now: now - bytes <= MOST_GROWTH, 3) - bytes
        told = f"{growth / 1024:+.0f} KiB of the server by {faults.count - count} of them"
        if self.watches_memory and growth > MOST_GROWTH:
            raise Failed(f"the server's memory grows, with nobody connected: {told}")
        return f", {told}"
