"""Plants what a soak is to find, and noise that it is to leave alone: `scripts/soak --self-test`."""

import random

from .figures import Sample, judge

CYCLES = 120
CONNECTIONS = 850  # of a cycle: some 100,000 in all
REPETITIONS = 40
QUIET = 0.02
BACKENDS = 11


def series(seed, descriptors=0.0, connection_bytes=0.0, cost=0.0):
    """An hour of a server: so many descriptors for 1000 connections, bytes for each, and a share of cost.

    Memory goes up and down with what was freed last, and keeps its level for a while. Cost per message beside a
    fresh server's is off by 2 %, as on a machine that does nothing else, with outliers.
    """
    noise = random.Random(seed)
    samples = []
    level = 0.0
    for cycle in range(CYCLES):
        connections = CYCLES * 100 + cycle * CONNECTIONS
        level = 0.8 * level + noise.gauss(0, 60_000)
        off = noise.gauss(0, QUIET) + (noise.choice((-0.5, 0.8)) if noise.random() < 0.03 else 0)
        samples.append(Sample(
            hours=cycle / CYCLES, connections=connections,
            descriptors=12 + int(descriptors * cycle * CONNECTIONS / 1000),
            threads=4 + noise.choice((0, 0, 0, 1)),
            memory_bytes=int(9e6 + level + connection_bytes * cycle * CONNECTIONS),
            cost_ratio=(1 + cost * cycle / CYCLES) * 2.718 ** off))
    return samples


def shares(**planted):
    """How often each figure of such a server has each verdict."""
    judged = [judge(series(seed, **planted), BACKENDS) for seed in range(REPETITIONS)]

    def share(figure, verdict):
        return sum(each[figure].verdict == verdict for each in judged) / REPETITIONS

    return share


def run():
    """Prints what was planted and found. Returns whether all is as it is to be."""
    sound = shares()
    checks = [
        ("1 descriptor for 1000 connections is found", shares(descriptors=1)("descriptors", "grows"), 1.0),
        ("1 descriptor for 10,000 connections is found",
         shares(descriptors=0.1)("descriptors", "grows"), 1.0),
        ("100 bytes for each connection are found",
         shares(connection_bytes=100)("memory", "grows"), 1.0),
        ("messages that are 5 % dearer are found", shares(cost=0.05)("cost", "grows"), 0.6),
        ("messages that are 10 % dearer are found", shares(cost=0.10)("cost", "grows"), 1.0),
    ] + [
        (f"{figure} of a server that does not age: it never grows", 1 - sound(figure, "grows"), 1.0)
        for figure in ("descriptors", "threads", "memory", "cost")
    ] + [
        (f"{figure} of a server that does not age: it is flat", sound(figure, "flat"), least)
        for figure, least in (("descriptors", 1.0), ("threads", 0.95), ("memory", 0.95), ("cost", 0.5))
    ]
    good = True
    for what, share, least in checks:
        good &= share >= least
        print(f"{'ok' if share >= least else 'FAILED'}: {what}: {share:.0%} of {REPETITIONS},"
              f" {least:.0%} at least")
    return good
