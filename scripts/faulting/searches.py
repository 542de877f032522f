"""What goes on until it knows enough: suites of adaptive rounds, duets, and clients that look for a rate; of which one
call fails, or many harmlessly."""

import json
import random
from concurrent.futures import ThreadPoolExecutor

from combinations import AT_ONCE, derived
from processes import Failed, Server, describe
from readers import WORDS
from suites import BUSY, FIRST, HARMLESS, WAYS, Work

# How a process of each can fail: of a duet itself, and of the client that searches, which has its load in it.
OF_DUET = ("processes@spawn", "memory@spawn", "files@pipe", "files@socket", "files@pidfd_open", "files@eventfd",
           "files@open", "files@opendir")
OF_RATE = ("files@socket", "files@epoll_create", "files@eventfd", "files@open", "memory@malloc", "memory@epoll_ctl",
           "processes@pthread_create")
RULES = (*OF_DUET, *OF_RATE)
# Numbers of the call, in a long run.
NUMBERS = range(1, 7)
# A duet has dozens of windows, and two servers and two clients in each: what there is of it by then is told.
INTERRUPTED = ("timeout", "--foreground", "--preserve-status", "--signal", "INT", "4")


def run(program, setup, seed, seconds, _):
    """All of it harmlessly; and one way to fail of each, drawn, or in a long run every one."""
    work = Searches(program, setup, seed)
    draw = random.Random(derived(seed, "search"))
    jobs = [("harmless faults of adaptive rounds", work.harmless_rounds),
            ("harmless faults of a duet", work.harmless_duet),
            ("harmless faults of a search for a rate", work.harmless_rate)]
    adaptive = [("suite", *way) for way in WAYS["suite"]]
    ways = [(work.failing_rounds, adaptive), (work.failing_duet, [(rule,) for rule in OF_DUET]),
            (work.failing_rate, [(rule,) for rule in OF_RATE])]
    for fails, some in ways:
        chosen = [(draw.choice(some), draw.choice(FIRST))] if seconds <= 2 else [
            (way, number) for way in some for number in NUMBERS]
        jobs += [(f"{fails.__name__.replace('failing_', '')} {way} {number}",
                  lambda fails=fails, way=way, number=number: fails(*way, number)) for way, number in chosen]

    def one(job):
        what, body = job
        for left in (2, 1, 0):
            try:
                return body()
            except Failed as reason:
                if left == 0 or not any(words in str(reason) for words in BUSY):
                    return (f"search: {what}: {reason}\nreproduce: scripts/faults --seconds {seconds:g} --seed {seed}"
                            " --only search")

    with ThreadPoolExecutor(AT_ONCE) as pool:
        failures = [failure for failure in pool.map(one, jobs) if failure]
    print(f"search: {len(jobs)} ways, {len(failures)} of them not as it should be", flush=True)
    return failures


class Searches(Work):
    NAME = "searches"

    # MARK: - Adaptive rounds, with an open loop

    def harmless_rounds(self):
        self._harmless("adaptive", HARMLESS, "suite,supervise")

    def failing_rounds(self, *way):
        self.failing_suite(*way, suite="adaptive")

    # MARK: - Duets

    def _duet(self, rules):
        faults = self.setup.faults({"one": rules}, self.seed, "duet,supervise")
        faults.switch("one")
        server = f"{self.program.path} server --backend epoll --address {{address}}"
        try:
            status, output, errors = self.run(
                ["duet", f"one={server}", f"other={server}", "--engine", "event", "--workers", 2, "--connections", 2,
                 "--duration", "40ms", "--warmup", "10ms", "--budget", "1s", "--precision", "50%", "--seed", 1], faults,
                INTERRUPTED)
            return status, output, errors, faults.latest()
        finally:
            faults.close()

    def harmless_duet(self):
        status, output, errors, latest = self._duet(HARMLESS)
        if not has_ratio(status, output):
            raise Failed(f"it ended with {describe(status)}: {errors[-1500:]}{output}\n{latest}")

    def failing_duet(self, rule, number):
        status, output, errors, latest = self._duet(f"{rule}#{number}")
        is_named = status in (1, 3) and WORDS[rule.split("@")[0]] in output + errors
        if not has_ratio(status, output) and not is_named:
            raise Failed(f"it ended with {describe(status)}, without a ratio, and does not name the fault:"
                         f" {errors[-1500:]}{output}\n{latest}")

    # MARK: - The rate that holds

    def _rate(self, rules):
        faults = self.setup.faults({"one": rules}, self.seed, "client")
        faults.switch("one")
        try:
            with Server(self.program, "epoll") as server:
                status, output, errors = self.run(
                    ["client", "--address", server.address, "--find-rate", "p50<20ms", "--duration", "50ms", "--warmup",
                     "10ms", "--workers", 2, "--connections", 4, "--seed", 1, "--format", "json"], faults)
                server.stop()
        finally:
            latest = faults.latest()
            faults.close()
        told = f"it ended with {describe(status)}: {errors[-1500:]}{output[:1500]}\n{latest}"
        # There is none where it cannot even be told to stop.
        report = json.loads(output) if output else {"valid": False, "invalid_reasons": [], "error": None}
        if (status == 0) != report["valid"]:
            raise Failed(told)
        return status, " ".join([*report["invalid_reasons"], report["error"] or "", errors]), told

    def harmless_rate(self):
        status, _, told = self._rate(HARMLESS)
        if status != 0:
            raise Failed(told)

    def failing_rate(self, rule, number):
        status, words, told = self._rate(f"{rule}#{number}")
        if status != 0 and (status not in (1, 3) or WORDS[rule.split("@")[0]] not in words):
            raise Failed(f"{told}, which does not name the fault")


def has_ratio(status, output):
    """Whether a duet says what it has measured; in windows this short its verdict may be any."""
    return status in (0, 1, 2, 130) and "| " in output
