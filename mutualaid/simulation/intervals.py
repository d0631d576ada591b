"""The mean of a few numbers, and how far chance may have moved it."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, sqrt
from statistics import fmean, stdev

STUDENT_95 = (
    *(12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228),
    *(2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086),
    *(2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042),
)
"""Two-sided 95 % quantiles of Student's t for 1, 2, … degrees of freedom."""
NORMAL_95 = 1.96


@dataclass(frozen=True)
class Interval:
    """A mean, and half the width of its 95 % interval: infinite for one number, which tells nothing."""

    mean: float
    half: float

    @property
    def sign(self) -> int:
        """1 or -1 where all of it lies above or below zero, else 0."""
        if abs(self.mean) <= self.half:
            return 0
        return 1 if self.mean > 0 else -1


def interval(values: Sequence[float]) -> Interval:
    """Student's interval of the mean. Raises `StatisticsError` for none."""
    freedom = len(values) - 1
    if not freedom:
        return Interval(fmean(values), inf)
    t = STUDENT_95[freedom - 1] if freedom <= len(STUDENT_95) else NORMAL_95
    return Interval(fmean(values), t * stdev(values) / sqrt(len(values)))


def paired(first: Sequence[float], second: Sequence[float]) -> Interval:
    """That of the differences `first` − `second`, each of one seed. Raises `ValueError` for other lengths."""
    return interval([one - other for one, other in zip(first, second, strict=True)])
