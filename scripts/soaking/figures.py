"""What is sampled of a server, and what is said of it at the end."""

from typing import NamedTuple

from . import trend

# What happens once belongs to the start: a library's tables, the first of each load, a pool of threads.
WARM_UP = 0.2

KIB, MIB = 1 << 10, 1 << 20


class Sample(NamedTuple):
    """A server at rest, at the end of one of its turns."""

    hours: float  # since the start of the soak
    connections: int  # that it has had by then
    descriptors: int
    threads: int
    memory_bytes: int  # that the process has for itself alone
    cost_ratio: float  # CPU time per message ÷ that of a fresh server at the same moment; nan unknown


class Figure(NamedTuple):
    key: str
    title: str
    unit: str
    along: str  # what it grows with: a member of Sample
    value: object
    allowed: object  # over the whole soak, given connections and hours
    reason: str


FIGURES = [
    Figure("descriptors", "descriptors", "", "connections", lambda s: s.descriptors,
           lambda connections, hours: 1, "less than one"),
    Figure("threads", "threads", "", "connections", lambda s: s.threads,
           lambda connections, hours: 1, "less than one"),
    Figure("memory", "memory", "KiB", "connections", lambda s: s.memory_bytes / KIB,
           lambda connections, hours: (32 * connections + 2 * MIB) / KIB,
           "32 bytes for each connection, and 2 MiB for what the allocator keeps"),
    Figure("cost", "CPU per message", "%", "hours", lambda s: 100 * (s.cost_ratio - 1),
           lambda connections, hours: 3, "3 % beside a fresh server's at the same moment"),
]


class Judgement(NamedTuple):
    verdict: str
    first: float
    last: float
    growth: object  # trend.Growth or None
    allowed: float
    points: int


def judge(samples, backends):
    """A judgement of each figure, by its key. All intervals of all backends hold together with 95 %."""
    level = trend.confidence(backends * len(FIGURES))
    judged = samples[int(len(samples) * WARM_UP):]
    return {figure.key: of(figure, judged, level) for figure in FIGURES}


def of(figure, samples, level):
    points = [(getattr(sample, figure.along), figure.value(sample)) for sample in samples]
    points = [(x, y) for x, y in points if y == y]  # without what is unknown
    if not points:
        return Judgement("undecided", 0, 0, None, 0, 0)
    xs, ys = [list(each) for each in zip(*points)]
    connections = samples[-1].connections - samples[0].connections
    allowed = figure.allowed(connections, samples[-1].hours - samples[0].hours)
    growth = trend.growth(xs, ys, level)
    few = max(1, len(ys) // 10)
    return Judgement(trend.Rule(allowed).verdict(growth), middle(ys[:few]), middle(ys[-few:]),
                     growth, allowed, len(ys))


def middle(values):
    ordered = sorted(values)
    return (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2
