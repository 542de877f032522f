"""Whether a series grows: Theil and Sen's slope, and an interval for it that knows of neighbours.

The slope is the median of those of all pairs of points, so that a few moments at which the machine did
something else move it little (Sen, "Estimates of the regression coefficient based on Kendall's tau", JASA 63,
1968). Its interval is Sen's, from the variance of Kendall's S with ties, widened where neighbours are alike
(Hamed and Rao, "A modified Mann-Kendall trend test for autocorrelated data", Journal of Hydrology 204, 1998).
"""

import bisect
import math
import statistics
from typing import NamedTuple

# Below so many points the normal approximation of S is none.
FEWEST_POINTS = 8


class Growth(NamedTuple):
    """What a figure grew by over the whole series: the estimate, and the ends of its interval."""

    estimate: float
    low: float
    high: float


class Rule(NamedTuple):
    """How much a figure may grow over the whole series."""

    allowed: float

    def verdict(self, growth):
        """`flat`, `grows` or `undecided`; None, for too few points, is undecided."""
        if growth is None:
            return "undecided"
        if growth.high < self.allowed:
            return "flat"
        if growth.low > 0 and growth.estimate >= self.allowed:
            return "grows"
        return "undecided"


def confidence(tests):
    """Of each of so many intervals, so that all of them hold with 95 % (Bonferroni)."""
    return 1 - 0.05 / tests


def growth(xs, ys, level):
    """The growth of `ys` along `xs`, both series of numbers; None where there are too few points."""
    span = xs[-1] - xs[0] if xs else 0
    if len(xs) < FEWEST_POINTS or span <= 0:
        return None
    slopes = sorted((ys[j] - ys[i]) / (xs[j] - xs[i])
                    for i in range(len(xs)) for j in range(i + 1, len(xs)) if xs[j] > xs[i])
    slope = statistics.median(slopes)
    deviation = math.sqrt(variance_of_s(ys) * inflation([y - slope * x for x, y in zip(xs, ys)]))
    reach = statistics.NormalDist().inv_cdf((1 + level) / 2) * deviation
    low = max(0, math.floor((len(slopes) - reach) / 2) - 1)
    high = min(len(slopes) - 1, math.ceil((len(slopes) + reach) / 2))
    return Growth(slope * span, slopes[low] * span, slopes[high] * span)


def variance_of_s(ys):
    """Of Kendall's S where nothing grows (Kendall, "Rank Correlation Methods")."""
    def term(count):
        return count * (count - 1) * (2 * count + 5)

    ties = {y: ys.count(y) for y in set(ys)}
    return (term(len(ys)) - sum(term(count) for count in ties.values())) / 18


def inflation(rest):
    """How much wider the variance is, since neighbours are alike: never less than 1.

    Of the ranks of what the trend leaves, the autocorrelations that differ from 0 (5 %) and come in a row from
    the first: those of a far lag are chance.
    """
    count = len(rest)
    ranked = ranks(rest)
    mean = statistics.fmean(ranked)
    centred = [rank - mean for rank in ranked]
    total = sum(value * value for value in centred)
    if total == 0:
        return 1
    added = 0
    for lag in range(1, count // 3 + 1):
        correlation = sum(a * b for a, b in zip(centred, centred[lag:])) / total
        if correlation <= 1.96 / math.sqrt(count):
            break
        added += (count - lag) * (count - lag - 1) * (count - lag - 2) * correlation
    return 1 + 2 * added / (count * (count - 1) * (count - 2))


def ranks(values):
    """From 1; equal values share the mean of theirs."""
    ordered = sorted(values)
    return [(bisect.bisect_left(ordered, value) + bisect.bisect_right(ordered, value) + 1) / 2
            for value in values]
