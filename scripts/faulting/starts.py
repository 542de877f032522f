"""The start of each backend, and of a client, of which one call fails: it goes on, or says why it cannot."""

import os
import random
import signal
from concurrent.futures import ThreadPoolExecutor

from combinations import AT_ONCE, AXES, LIBRARIES, Combination, derived
from loads import of_server
from processes import Failed, NotReady, Server

WORDS = {"files": "Too many open files", "memory": "Cannot allocate memory",
         "processes": "Resource temporarily unavailable", "buffers": "No buffer space available",
         "refused": "Operation not permitted"}
TRAPS = (-signal.SIGABRT, -signal.SIGILL, -signal.SIGTRAP)
RULES = ("files", "memory", "memory@malloc", "processes", "buffers", "refused")
# The last call that a short run draws: a start asks for more options than it makes descriptors.
LAST = {"refused": 30}
# What asks for options, on both sides.
OPTIONS = ["--send-buffer", "64k", "--cpus", ",".join(map(str, sorted(os.sched_getaffinity(0))))]


def run(program, setup, seed, seconds, wanted):
    """Each way to fail at the first of its calls and at two others that there are; or, of a long run, at each."""
    def one(words):
        what, rule = words
        attempt = start_client if what in AXES["engine"] else start
        draw = random.Random(derived(seed, "start", *words))
        failures, injected = [], []

        def fails_at(number):
            try:
                injected.append(attempt(program, setup, seed, what, rule, number))
            except Failed as reason:
                failures.append(f"start {what} {rule}#{number}: {reason}")
                injected.append(1)
            return injected[-1]

        if not fails_at(1):
            if asks_for(program, setup, what, rule):
                failures.append(f"start {what} {rule}: there was no such call, and so no fault")
        elif seconds <= 2:
            most = LAST.get(rule, 12)
            for _ in range(2):
                # Beyond the last call there is none to fail.
                while most > 1 and not fails_at(number := draw.randint(2, most)):
                    most = number - 1
        else:
            for number in range(2, 60):
                # At a unix socket there are fewer.
                if not fails_at(number) and not is_unix(number):
                    break
        return sum(map(bool, injected)), [
            f"{failure}\nreproduce: scripts/faults --seconds {seconds:g} --seed {seed} --only start" for failure in failures]

    with ThreadPoolExecutor(AT_ONCE) as pool:
        whats = [*wanted["backend"], *wanted["engine"]]
        results = list(pool.map(one, [(what, rule) for what in whats for rule in RULES]))
    failures = [failure for _, found in results for failure in found]
    print(f"start: {sum(count for count, _ in results)} starts of which a call failed, {len(failures)} of them not as it"
          " should be", flush=True)
    return failures


def asks_for(program, setup, what, rule):
    """Whether a start makes the call for certain."""
    if rule != "memory@malloc":
        return True
    # A client of few connections may need little memory, and buffers of SwiftNIO's are its own; and of another build
    # nobody knows who asks for memory.
    return (what in program.backends and not what.startswith("nio")
            and program.backends[what] == program.path and setup.functions.stat().st_size > 0)


def is_unix(number):
    return number % 4 == 0


def address_of(setup, *words):
    return f"unix:{setup.folder}/start-{'-'.join(map(str, words))}" if is_unix(words[-1]) else "127.0.0.1:0"


def start(program, setup, seed, backend, rule, number):
    """Returns how many faults there were."""
    faults = setup.faults({"one": f"{LIBRARIES.get(backend, '')}{rule}#{number}"}, seed, "server")
    faults.switch("one")
    address = address_of(setup, backend, rule, number)
    options = [*OPTIONS, *of_server(derived(seed, "limits", backend, rule), address)]
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
        if not is_library and (reason.status != 1 or WORDS[rule.split("@")[0]] not in reason.complaints):
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


def start_client(program, setup, seed, engine, rule, number):
    """The same of a client with this engine: of a run of a tenth of a second."""
    kind = rule.split("@")[0]
    faults = setup.faults({kind: f"{rule}#{number}"}, seed, "client")
    address = address_of(setup, engine, rule, number)
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
