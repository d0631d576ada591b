"""How many have to be heard, and what passes. Pure: numbers in, an outcome out."""

import math
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import NamedTuple

from mutualaid.decisions.models import Outcome, Weight


@dataclass(frozen=True)
class Threshold:
    """What a proposal of one weight takes.

    `days`: how long it can be answered. At least `least` people or `share` of those who have a say are heard,
    whichever is more, and never more than there are.
    """

    days: int
    least: int
    share: Fraction

    @property
    def lasts(self) -> timedelta:
        return timedelta(days=self.days)

    def needed(self, list_size: int) -> int:
        """How many of `list_size` people have to be heard."""
        return min(list_size, max(self.least, math.ceil(self.share * list_size)))


THRESHOLDS = {
    Weight.LIGHT: Threshold(days=5, least=3, share=Fraction(1, 10)),
    Weight.HEAVY: Threshold(days=10, least=5, share=Fraction(1, 4)),
}
"""From the design of shared decisions (ADR 107). Assumed, not measured."""
MOST_CONCERNS = Fraction(1, 4)
"""Of those heard: with so many serious concerns or more a light proposal does not pass."""
LEAST_IN_FAVOUR = Fraction(2, 3)
"""Of those heard: so many have to be for a heavy one."""
WORDS_DAYS = 90
"""So long the words and reasons of what is not in force stay. Assumed, not measured."""
LEAST_TOLD = 5
"""Fewer answers are not told as counts, nor their reasons: in so small a round they say who said what."""


class Tally(NamedTuple):
    """How many gave each of the three answers."""

    in_favour: int = 0
    can_live: int = 0
    concerns: int = 0

    @property
    def heard(self) -> int:
        return sum(self)

    @property
    def is_told(self) -> bool:
        """Whether they are enough to be told as counts."""
        return self.heard >= LEAST_TOLD


def outcome_of(tally: Tally, *, weight: str, needed: int) -> Outcome:
    """Return PASSED, NOT_PASSED or TOO_FEW.

    Light: someone is for it, and serious concerns are under a quarter of those heard. Heavy: two thirds of
    those heard are for it.
    """
    if tally.heard < needed:
        return Outcome.TOO_FEW
    if weight == Weight.LIGHT:
        passes = tally.in_favour > 0 and tally.concerns < MOST_CONCERNS * tally.heard
    else:
        passes = tally.in_favour >= LEAST_IN_FAVOUR * tally.heard
    return Outcome.PASSED if passes else Outcome.NOT_PASSED
