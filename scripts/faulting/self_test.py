"""What the runs are to find is made on purpose, and has to be found."""

import os
import re
import subprocess
from collections import Counter

from combinations import HARD, HARMLESS, Combination
from happened import never
from processes import PATIENCE, ROOT, Failed, Server, finish

# What the server, or the client, does wrong, and what the client's report, which the failure quotes, has counted.
SPOILS = {"alter": ("mismatch",), "drop": ("mismatch", "missing", "timeout")}


class Spoiled(Combination):
    """A run whose faults no kernel has, of as many messages as there can be."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.load.rate = []

    def run(self, rules):
        faults = self.setup.faults({"harmless": rules}, self.seed, self.side)
        try:
            with Server(self.program, self.backend, ["--threads", "3"],
                        faults if self.side == "server" else None) as server:
                self.drive(server, faults, "harmless", 0.5)
        finally:
            faults.close()


def run(program, setup, seed):
    missed = 0

    def check(what, found):
        nonlocal missed
        missed += not found
        print(f"{what}: {'found' if found else 'NOT FOUND'}", flush=True)

    for backend in ("threads", "epoll", "io_uring"):
        if backend not in program.backends:
            continue
        kinds = ["alter"] if backend == "io_uring" else list(SPOILS)
        for kind in kinds:
            told = failure(
                lambda: Spoiled(program, setup, seed, 1, backend, "event", "16", "server").run(f"{kind}=0.5"))
            check(f"{backend} that has one byte in 200 writes {'other' if kind == 'alter' else 'left out'}",
                  has_counted(told, SPOILS[kind]))
    check("a client that alters what it sends, which comes back as it was sent", has_counted(
        failure(lambda: Spoiled(program, setup, seed, 1, "epoll", "event", "1", "client").run("alter=0.5")),
        SPOILS["alter"]))
    check("but no byte that is wrong, where a connection is lost", not has_counted(
        failure(lambda: Spoiled(program, setup, seed, 1, "epoll", "event", "16", "server").run("reset=1")),
        SPOILS["alter"]))
    check("a server that keeps a descriptor for each connection", "more than before" in failure(
        lambda: leak(Combination(program, setup, seed, 1, "epoll", "event", "1", "server"))))
    told = failure(lambda: keep(Keeping(program, setup, seed, 6, "epoll", "event", "1", "server")))
    check("a server that keeps 4 KiB for each connection", "memory grows" in told)
    check("a rule that cannot happen, where others do", never_happened(program, setup, seed) == ["short of splice"])
    told = failure(lambda: hang(program, setup, seed))
    check("a server that hangs, and where", "did not end" in told and "syscall" in told and "pool-" in told)
    check("what hangs beside somebody who holds its output", "holds its output" in failure(hang_together))
    check("nothing, where nothing is wrong", failure(
        lambda: Spoiled(program, setup, seed, 1, "epoll", "event", "16", "server").run("short=10")) == "")
    once = faults_of_a_report(program, setup, seed)
    check(f"the same {once.total()} faults by the same seed", once == faults_of_a_report(program, setup, seed))
    check("others by another", once != faults_of_a_report(program, setup, seed + 1))
    return 1 if missed else 0


def failure(body):
    """What a run that has to fail says."""
    try:
        body()
    except Failed as reason:
        return str(reason)
    return ""


def has_counted(told, errors):
    """Whether a failure quotes a report that has counted one of these errors, or several."""
    return bool(re.search(rf'"({"|".join(errors)})":[1-9]', told))


def leak(combination):
    faults = combination.setup.faults({"harmless": "leak@accept=100"}, combination.seed, "server")
    try:
        combination._run(["harmless"], faults)
    finally:
        faults.close()


class Keeping(Spoiled):
    """Many small messages, and so many connections."""

    SIZES = {"1": 100, "16": 100}


def keep(combination):
    """Each combination of a short run is a part of a second of each kind: of this one some."""
    combination.watches_memory = True
    faults = combination.setup.faults({kind: "keep@accept=100" for kind in HARD}, combination.seed, "server")
    try:
        combination._run(list(HARD), faults)
    finally:
        faults.close()


def never_happened(program, setup, seed):
    """What there was none of in a run of `epoll`, which reads and does not splice."""
    before = Counter(setup.tally)
    Spoiled(program, setup, seed, 1, "epoll", "event", "16", "server").run("short=10 short@splice=100")
    return never(setup.tally - before, {("read", "short"), ("splice", "short")})


def faults_of_a_report(program, setup, seed):
    """Those of a process with one thread, which always makes the same calls: by the names of call and kind."""
    faults = setup.faults({"harmless": HARMLESS}, seed, "report")
    faults.switch("harmless")
    try:
        results = sorted((ROOT / "results").iterdir())[0]
        subprocess.run([program.path, "report", results, "--format", "csv"], check=True, timeout=PATIENCE,
                       stdout=subprocess.DEVNULL, env={**os.environ, **faults.environment})
        return faults.counts()
    finally:
        faults.close()


def hang(program, setup, seed):
    """A server of which every read hangs does not stop when it is told to."""
    faults = setup.faults({"hang": "hang@read#1"}, seed, "server")
    try:
        with Server(program, "threads", ["--threads", "3"], faults) as server:
            faults.switch("hang")
            failure(lambda: Spoiled(program, setup, seed, 1, "threads", "blocking", "1", "server")
                    .drive(server, faults, "hang", 0.1))
            server.stop(patience=2)
    finally:
        faults.close()


def hang_together():
    """Two processes that do not end, of which the one that is waited for has started the other."""
    finish(subprocess.Popen(["sh", "-c", "sleep 10 & exec sleep 10"], stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True), 0.5, "a process")
