"""What the runs are to find is made on purpose, and has to be found."""

import os
import subprocess

from combinations import HARMLESS, Combination
from processes import PATIENCE, ROOT, Failed, Server

SPOILS = {
    # What the server, or the client, does wrong: the rules, and what the failure has to say.
    "alter": ("alter=0.5", ("altered",)),
    "drop": ("drop=0.5", ("mismatch", "missing", "altered", "did not answer", "returned")),
}


class Spoiled(Combination):
    """A run whose faults no kernel has."""

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
            rules, words = SPOILS[kind]
            told = failure(lambda: Spoiled(program, setup, seed, 1, backend, "event", "16", "server").run(rules))
            check(f"{backend} that has one byte in 200 writes {'other' if kind == 'alter' else 'left out'}",
                  any(word in told for word in words))
    check("a client that alters what it sends, which comes back as it was sent",
          "altered" in failure(
              lambda: Spoiled(program, setup, seed, 1, "epoll", "event", "1", "client").run("alter=0.5")))
    check("a server that keeps a descriptor for each connection", "more than before" in failure(
        lambda: leak(Combination(program, setup, seed, 1, "epoll", "event", "1", "server"))))
    told = failure(lambda: hang(program, setup, seed))
    check("a server that hangs, and where", "did not end" in told and "syscall" in told and "pool-" in told)
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


def leak(combination):
    faults = combination.setup.faults({"harmless": "leak@accept=100"}, combination.seed, "server")
    try:
        combination._run(["harmless"], faults)
    finally:
        faults.close()


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
