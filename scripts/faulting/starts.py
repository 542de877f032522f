"""The start of each backend, of which one call fails: the server serves, or says why it cannot."""

import random
import signal
from concurrent.futures import ThreadPoolExecutor

from combinations import AT_ONCE, LIBRARIES, Combination, derived
from processes import Failed, NotReady, Server

WORDS = {"files": "Too many open files", "memory": "Cannot allocate memory",
         "processes": "Resource temporarily unavailable"}
TRAPS = (-signal.SIGABRT, -signal.SIGILL, -signal.SIGTRAP)
RULES = ("files", "memory", "memory@malloc", "processes")


def run(program, setup, seed, seconds):
    """Each way to fail at three of its calls; or, of a long run, at each."""
    def one(words):
        backend, rule = words
        failures, tried = [], 0
        kind = rule.split("@")[0]
        few = sorted(random.Random(derived(seed, "start", *words)).sample(range(1, 13), 3))
        for number in few if seconds <= 2 else range(1, 60):
            try:
                injected = start(program, setup, seed, backend, rule, number, WORDS[kind])
            except Failed as reason:
                failures.append(f"start {backend} {rule}#{number}: {reason}\n"
                                f"reproduce: scripts/faults --seconds {seconds:g} --seed {seed} --only start")
                injected = 1
            tried += 1
            if not injected:
                break
        return tried, failures

    with ThreadPoolExecutor(AT_ONCE) as pool:
        results = list(pool.map(one, [(backend, rule) for backend in program.backends for rule in RULES]))
    failures = [failure for _, found in results for failure in found]
    print(f"start: {sum(tried for tried, _ in results)} ways to fail, {len(failures)} of them not as it should be",
          flush=True)
    return failures


def start(program, setup, seed, backend, rule, number, words):
    """Returns how many faults there were."""
    faults = setup.faults({"one": f"{LIBRARIES.get(backend, '')}{rule}#{number}"}, seed, "server")
    faults.switch("one")
    try:
        with Server(program, backend, ["--threads", "2"], faults) as server:
            Combination(program, setup, seed, 1, backend, "event", "1", "server").drive(server, faults)
            server.stop()
    except NotReady as reason:
        # What a library takes is tried before (requireDescriptors); what fails then, inside of it, ends the
        # process, or is waited for in vain: libdispatch says nothing of a timer that it could not make. A trap of
        # ours says where.
        is_library = backend in LIBRARIES and reason.status in TRAPS and "EchoIO/" not in reason.complaints
        is_library |= (backend == "dispatch" and reason.status == 1
                       and "Connection timed out" in reason.complaints)
        if not is_library and (reason.status != 1 or words not in reason.complaints):
            raise Failed(f"{reason}\n{faults.latest()}") from None
    except Failed as reason:
        raise Failed(f"{reason}\n{faults.latest()}") from None
    finally:
        count = faults.count
        faults.close()
    return count
