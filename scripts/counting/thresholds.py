"""What a message may cost: the figures of exact-counts.tsv, and where measured ones differ."""

from pathlib import Path
from typing import NamedTuple

from .tools import INSTRUCTIONS, Callgrind

THRESHOLDS = Path(__file__).resolve().parent.parent / "exact-counts.tsv"
SIZES = (1000, 65536)
# Calls that strace or the scheduler add now and then, among the thousands that are counted.
NEGLIGIBLE = 0.005


class Threshold(NamedTuple):
    value: float
    tolerance: str  # calls such as `0` or `0.5`, or percent such as `2%`

    @property
    def allowed(self):
        if self.tolerance.endswith("%"):
            return self.value * float(self.tolerance[:-1]) / 100
        return float(self.tolerance) + NEGLIGIBLE


def read_thresholds():
    thresholds = {}
    for line in THRESHOLDS.read_text().splitlines() if THRESHOLDS.exists() else []:
        if line and not line.startswith("#"):
            subject, size, figure, value, tolerance = line.split("\t")
            thresholds[subject, int(size), figure] = Threshold(float(value), tolerance)
    return thresholds


def write_thresholds(figures, thresholds):
    """What was not measured this time stays."""
    for key, count in figures.items():
        tolerance = thresholds[key].tolerance if key in thresholds else default_tolerance(key)
        thresholds[key] = Threshold(count, tolerance)
    measured_rows = {(key[0], key[1], key[2] == INSTRUCTIONS) for key in figures}
    rows = [f"{subject}\t{size}\t{figure}\t{each.value:.2f}\t{each.tolerance}"
            for (subject, size, figure), each in sorted(thresholds.items())
            if (subject, size, figure) in figures
            or (subject, size, figure == INSTRUCTIONS) not in measured_rows]
    THRESHOLDS.write_text("\n".join(["# subject\tbytes\tfigure\tper message\tmay be off by", *rows])
                          + "\n")


def complaints(figures, thresholds, skipped, unavailable, only):
    """Where figures and thresholds differ: each with what is to be said of it."""
    without = {INSTRUCTIONS if kind is Callgrind else "calls" for kind, _ in skipped}
    for key in sorted(figures.keys() | thresholds.keys()):
        subject, size, figure = key
        if (INSTRUCTIONS if figure == INSTRUCTIONS else "calls") in without:
            continue
        if subject in unavailable or (only and subject not in only):
            continue
        what = f"{subject}, {size} bytes: {figure}"
        if key not in thresholds:
            yield key, f"{what} {figures[key]:.2f} per message, where none is allowed for"
            continue
        threshold, count = thresholds[key], figures.get(key, 0)
        if abs(count - threshold.value) > threshold.allowed:
            yield key, (f"{what} {count:.2f} per message, not {threshold.value:.2f}"
                        f" (may be off by {threshold.tolerance})")


def as_thresholds(figures, known):
    """What another build costs, as that which this one may cost: as far off as is usual."""
    return {key: Threshold(count, known[key].tolerance if key in known else default_tolerance(key))
            for key, count in figures.items()}


def default_tolerance(key):
    return "2%" if key[2] == INSTRUCTIONS else "0" if key[1] == SIZES[0] else "0.1"
