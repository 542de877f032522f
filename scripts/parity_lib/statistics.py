"""Medians and their intervals."""

from math import comb
from statistics import median
from typing import NamedTuple, Optional


class Interval(NamedTuple):
    low: float
    high: float
    confidence: float


def order_statistic_interval(values, confidence=0.95) -> Optional[Interval]:
    """The narrowest pair of values, as far from either end, that holds the true median with at
    least this confidence, whatever the distribution; None when there are too few values (Hoefler
    and Belli, SC'15, rule 5 and section 3.1.3).

    >>> order_statistic_interval(range(1, 16))[:2]
    (4, 12)
    >>> round(order_statistic_interval(range(1, 16)).confidence, 3)
    0.965
    >>> order_statistic_interval([1, 2])
    """
    ordered = sorted(values)
    count = len(ordered)
    found, below = None, 0.0
    for rank in range(1, count // 2 + 1):
        below += comb(count, rank - 1) / 2**count
        reached = 1 - 2 * below
        if reached < confidence:
            break
        found = Interval(ordered[rank - 1], ordered[count - rank], reached)
    return found


__all__ = ["Interval", "median", "order_statistic_interval"]
