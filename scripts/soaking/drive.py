"""The soak itself: servers of all backends side by side, each driven in turn, and looked at at the end of it."""

import random
import sys
import time
from itertools import zip_longest

from . import loads, peers
from .figures import Sample
from .server import Failed, Server

# Of a turn, in seconds, at most; and so many cycles at least, which a short soak has by shorter turns.
LONGEST_TURN = 2.5
FEWEST_CYCLES = 20
# Connections of one message in a second of a turn, of which an hour of all backends has 100,000 for each.
CHURN = 400


class Soaked:
    """A server that lives through the whole soak, and what was seen of it."""

    def __init__(self, program, backend, environment=None):
        self.backend = backend
        self.server = Server(program, backend, environment)
        self.trickle = peers.Trickle(self.server)
        self.connections = len(self.trickle.connections)
        self.messages = 0
        self.samples = []
        self.costs_ns = []
        self.failure = None
        self.counters = None


def soak(program, backends, minutes, seed, environments=(), cycles=0):
    """Returns what was seen, a `Soaked` for each backend. `environments` are for each what its server has beside
    ours; so many `cycles` there are in any case."""
    draw = random.Random(seed)
    begin = time.monotonic()
    end = begin + 60 * minutes
    turn = min(LONGEST_TURN, 60 * minutes / (FEWEST_CYCLES * len(backends)))
    soaked = []
    try:
        for backend, environment in zip_longest(backends, environments):
            soaked.append(Soaked(program, backend, environment))
        cycle = 0
        while time.monotonic() < end or cycle < cycles:
            for each in draw.sample(soaked, len(soaked)):
                if each.failure is None:
                    attempt(each, lambda: one_turn(program, each, cycle, turn, begin))
            cycle += 1
            say(f"{(time.monotonic() - begin) / 60:.1f} of {minutes:g} minutes, {cycle} cycles, "
                f"{sum(each.connections for each in soaked)} connections")
        for each in soaked:
            if each.failure is None:
                attempt(each, lambda: finish(each))
    finally:
        for each in soaked:
            each.trickle.close()
            each.server.kill()
    return soaked


def attempt(soaked, step):
    """A server that fails is out, and the others go on."""
    try:
        step()
    except (Failed, OSError, ValueError) as reason:
        soaked.failure = str(reason) if isinstance(reason, Failed) else f"{soaked.backend}: {reason}"
        say(soaked.failure)


def one_turn(program, soaked, cycle, turn, begin):
    server = soaked.server
    server.check()
    soaked.trickle.say(cycle)
    fresh = Server(program, soaked.backend)
    try:
        cost, *counts = loads.compared_cost(program, server, fresh, 0.3 * turn)
        # Stopped in the middle of everything, as somebody's server is.
        soaked.connections += troublesome(server)
        troublesome(fresh)
        count(soaked, counts)
        count(soaked, loads.mixed(program, server, cycle, turn))
        count(soaked, loads.churn(program, server, int(CHURN * turn)))
        soaked.connections += loads.killed(program, server, 0.05 + 0.02 * turn)
        stop_busy(program, fresh)
    finally:
        fresh.kill()
    descriptors = server.rest()
    server.check()
    soaked.costs_ns.append(cost.ns)
    soaked.samples.append(Sample(
        hours=(time.monotonic() - begin) / 3600, connections=soaked.connections, descriptors=descriptors,
        threads=server.threads(), memory_bytes=server.memory_bytes(), cost_ratio=cost.ratio))


def count(soaked, counts):
    messages, connections = counts
    soaked.messages += messages
    soaked.connections += connections


def troublesome(server):
    return (peers.half_open(server, 8) + peers.vanishing(server, 9) + peers.never_reading(server, 3)
            + peers.crowd(server, 50) + peers.urgent(server, 2))


def stop_busy(program, fresh):
    """Stops a server under load, beside peers that never read and such that have ended half."""
    stuck = [peers.connected(fresh) for _ in range(4)]
    for peer in stuck:
        peer.sendall(peers.PIECE)
    client = loads.start(program, fresh, ["--workers", "1", "--connections", "8", "--duration", "60s"])
    try:
        time.sleep(0.05)
        fresh.stop()
    finally:
        client.kill()
        client.communicate()
        for peer in stuck:
            peer.close()


def finish(soaked):
    soaked.counters = soaked.server.stop()
    # Those of clients that were killed are not all known: some were killed before they had connected.
    if soaked.counters["connections"] < 0.5 * soaked.connections:
        raise Failed(f"{soaked.backend} has counted {soaked.counters['connections']} connections"
                     f" of {soaked.connections}")


def say(text):
    print(f"soak: {text}", file=sys.stderr, flush=True)
