"""The start of each backend, and of a client, of which one call fails: it goes on, or says why it cannot."""

import os
import random
import signal
from concurrent.futures import ThreadPoolExecutor

from combinations import AT_ONCE, AXES, LIBRARIES, LIMITS, Combination, derived
from processes import Failed, NotReady, Server

WORDS = {"files": "Too many open files", "memory": "Cannot allocate memory",
         "processes": "Resource temporarily unavailable", "buffers": "No buffer space available",
         "refused": "Operation not permitted"}
TRAPS = (-signal.SIGABRT, -signal.SIGILL, -signal.SIGTRAP)
RULES = ("files", "memory", "memory@malloc", "processes", "buffers", "refused")
# Of which a short run draws three: a start asks for more options than it makes descriptors.
FIRST = {"refused": range(1, 31)}
# What asks for options, on both sides.
OPTIONS = ["--send-buffer", "64k", "--cpus", ",".join(map(str, sorted(os.sched_getaffinity(0))))]


def run(program, setup, seed, seconds):
    """Each way to fail at three of its calls; or, of a long run, at each."""
    def one(words):
        what, rule = words
        attempt = start_client if what in AXES["engine"] else start
        failures, tried = [], 0
        kind = rule.split("@")[0]
        few = sorted(random.Random(derived(seed, "start", *words)).sample(FIRST.get(rule, range(1, 13)), 3))
        for number in few if seconds <= 2 else range(1, 60):
            try:
                injected = attempt(program, setup, seed, what, rule, number, kind)
            except Failed as reason:
                failures.append(f"start {what} {rule}#{number}: {reason}\n"
                                f"reproduce: scripts/faults --seconds {seconds:g} --seed {seed} --only start")
                injected = 1
            tried += 1
            if not injected:
                break
        return tried, failures

    with ThreadPoolExecutor(AT_ONCE) as pool:
        whats = [*program.backends, *AXES["engine"]]
        results = list(pool.map(one, [(what, rule) for what in whats for rule in RULES]))
    failures = [failure for _, found in results for failure in found]
    print(f"start: {sum(tried for tried, _ in results)} ways to fail, {len(failures)} of them not as it should be",
          flush=True)
    return failures


def start(program, setup, seed, backend, rule, number, kind):
    """Returns how many faults there were."""
    faults = setup.faults({"one": f"{LIBRARIES.get(backend, '')}{rule}#{number}"}, seed, "server")
    faults.switch("one")
    path = setup.folder / f"start-{backend}-{rule}-{number}"
    address = f"unix:{path}" if number % 4 == 0 else "127.0.0.1:0"
    options = [*OPTIONS, *LIMITS] if number % 2 else []
    try:
        with Server(program, backend, ["--threads", "2", *options], faults, address) as server:
            Combination(program, setup, seed, 1, backend, "event", "1", "server").drive(server, faults)
            server.stop()
    except NotReady as reason:
        # What a library takes is tried before (requireDescriptors); what fails then, inside of it, ends the
        # process, or is waited for in vain: libdispatch says nothing of a timer that it could not make. A trap of
        # ours says where.
        is_library = backend in LIBRARIES and reason.status in TRAPS and "EchoIO/" not in reason.complaints
        is_library |= (backend == "dispatch" and reason.status == 1
                       and "Connection timed out" in reason.complaints)
        if not is_library and (reason.status != 1 or WORDS[kind] not in reason.complaints):
            raise Failed(f"{reason}\n{faults.latest()}") from None
    except Failed as reason:
        raise Failed(f"{reason}\n{faults.latest()}") from None
    finally:
        count = faults.count
        faults.close()
    return count


class Started(Combination):
    """A run of a client that has options."""

    def _load(self, seconds, kind):
        return [*super()._load(seconds, kind), *OPTIONS]


def start_client(program, setup, seed, engine, rule, number, kind):
    """The same of a client with this engine: of a run of a tenth of a second."""
    faults = setup.faults({kind: f"{rule}#{number}"}, seed, "client")
    path = setup.folder / f"start-{engine}-{rule}-{number}"
    address = f"unix:{path}" if number % 4 == 0 else "127.0.0.1:0"
    try:
        with Server(program, "epoll", ["--threads", "2"], None, address) as server:
            Started(program, setup, seed, 1, "epoll", engine, "1", "client").drive(server, faults, kind, 0.1)
            server.stop()
    except Failed as reason:
        raise Failed(f"{reason}\n{faults.latest()}") from None
    finally:
        count = faults.count
        faults.close()
    return count
