"""CPU per message, ours and the reference's in turn: paired ratios over short rounds."""

import time
from typing import List, NamedTuple, Optional

from .machine import Reading, bytes_read
from .programs import (
    PATIENCE, POLL, Programs, Process, Starved, Unavailable, free_port, start_server)
from .rows import Row
from .statistics import Interval, median, order_statistic_interval

WARMUP = 0.15
# The clients are ended after the window; should this script not get the CPU, they end by
# themselves this many seconds later. Busy pairs of processes can starve everybody else.
LINGER = 5.0
# A disturbed round is made again as often as this; then the least disturbed attempt counts.
ATTEMPTS = 4
# What disturbs is often over soon: seconds to leave it alone before trying again.
PAUSE = 0.5


class Pair(NamedTuple):
    """One round."""

    ours: Reading
    reference: Reading

    @property
    def ratio(self):
        return self.ours.cpu_per_message / self.reference.cpu_per_message

    @property
    def disturbance(self):
        return self.ours.disturbance + self.reference.disturbance


class Outcome(NamedTuple):
    """A row at one message size."""

    row: Row
    size: int
    ours_us: float
    reference_us: float
    ratio: float
    interval: Optional[Interval]
    rounds: int
    repeated: int
    disturbed: int

    @property
    def verdict(self):
        if self.row.target is None:
            return "stated"
        if self.interval is None:
            return "too few rounds"
        if self.ratio <= self.row.target:
            return "within"
        return "within (interval)" if self.interval.low <= self.row.target else "OVER"


def measure(programs: Programs, row: Row, size: int, rounds: int, window: float,
            most_attempts: int = ATTEMPTS) -> Outcome:
    """All rounds of a row. The order within a round alternates."""
    pairs: List[Pair] = []
    repeated = 0
    for index in range(rounds):
        attempts = _attempts(programs, row, size, window, index % 2 == 0, most_attempts)
        repeated += len(attempts) - 1
        pairs.append(min(attempts, key=lambda pair: pair.disturbance))
    ratios = [pair.ratio for pair in pairs]
    return Outcome(
        row, size,
        ours_us=median(pair.ours.cpu_per_message for pair in pairs) * 1e6,
        reference_us=median(pair.reference.cpu_per_message for pair in pairs) * 1e6,
        ratio=median(ratios), interval=order_statistic_interval(ratios), rounds=rounds,
        repeated=repeated, disturbed=sum(pair.disturbance > 0 for pair in pairs))


def _attempts(programs, row, size, window, ours_first, most_attempts) -> List[Pair]:
    """Attempts at one round, until one is undisturbed or there have been enough of them."""
    pairs: List[Pair] = []
    starved = None
    for attempt in range(most_attempts):
        if attempt > 0:
            time.sleep(PAUSE)
        try:
            pairs.append(_pair(programs, row, size, window, ours_first))
        except Starved as reason:
            starved = reason
            continue
        if pairs[-1].disturbance == 0:
            break
    if not pairs:
        raise starved
    return pairs


def _pair(programs, row, size, window, ours_first):
    order = (row.ours, row.reference) if ours_first else (row.reference, row.ours)
    first, second = (_window(programs, row, words, size, window) for words in order)
    return Pair(first, second) if ours_first else Pair(second, first)


def _window(programs, row, words, size, window):
    """One window of one program under test, both processes fresh.

    Both sides are read from outside with the same instruments at the same moment: nothing is
    taken from the programs' own reports, and the start of either is over by then.
    """
    port = free_port()
    server_words = words if row.role == "server" else row.counterpart
    client_words = words if row.role == "client" else row.counterpart
    longest = window + LINGER
    with start_server(programs.server(server_words, port), port) as server, \
            Process(programs.client(client_words, port, size, longest)) as client:
        measured, counting = (
            (server, client) if row.role == "server" else (client, server))
        _wait_for_messages(client, counting, size)
        time.sleep(WARMUP)
        start = Reading.take(measured.pid, counting.pid, size)
        time.sleep(window)
        end = Reading.take(measured.pid, counting.pid, size)
        server.require_running()
        if client.popen.poll() is not None:
            raise Starved(f"{row.name}: the client was done before its window was read")
    reading = end.since(start)
    if reading.messages < 1:
        raise Unavailable(f"{row.name}: no message came back within a window")
    return reading


def _wait_for_messages(client, counting, size):
    """Until more has been read than a program reads to start."""
    deadline = time.monotonic() + PATIENCE
    while bytes_read(counting.pid) < 200_000 + 10 * size:
        client.require_running()
        if time.monotonic() > deadline:
            raise Starved(f"'{' '.join(client.command)}' does not get its messages back")
        time.sleep(POLL)
