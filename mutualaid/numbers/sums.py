"""How sums of money are published: rounded, and only where they are of many (ADR 108)."""

from collections import Counter
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field

from mutualaid.numbers.rounding import FEWER, STEP

LEAST_PEOPLE = 5
SIGNIFICANT_DIGITS = 2
THOUSANDTHS = 1000
"""So fine the smallest coin of any currency is."""


@dataclass
class Moved:
    """What moved in a month, in thousandths of the unit of its currency.

    `left` of it after counter-entries; `shares`, what each person got; `unknown`, what went to whom no one
    can tell apart from the others.
    """

    left: int = 0
    shares: Counter[Hashable] = field(default_factory=Counter)
    unknown: int = 0

    def __add__(self, other: "Moved") -> "Moved":
        return Moved(
            self.left + other.left, self.shares + other.shares, self.unknown + other.unknown
        )

    @property
    def is_nothing(self) -> bool:
        return not (self.left or self.shares or self.unknown)

    @property
    def is_of_many(self) -> bool:
        """Whether at least five people got something, and none of them more than half of what is left.

        What is `unknown` is no one's where people are counted, and theirs who got most where shares are.
        """
        largest = max(self.shares.values(), default=0) + self.unknown
        return len(self.shares) >= LEAST_PEOPLE and 2 * largest <= self.left

    def published(self) -> int | None:
        """The sum rounded; None where it is withheld."""
        return rounded_sum(self.left) if self.is_of_many else None


def rounded_sum(thousandths: int) -> int:
    """The sum in whole units of its currency: to the nearest 5, from 100 on to two digits (1,234 is 1,200).

    `FEWER` for any sum below 5 units.
    """
    units = thousandths // THOUSANDTHS
    if units < STEP:
        return FEWER
    step = max(STEP, int(10 ** (len(str(units)) - SIGNIFICANT_DIGITS))) * THOUSANDTHS
    return (thousandths + step // 2) // step * step // THOUSANDTHS


def published_sums(given: Moved, kinds: Mapping[str, Moved]) -> dict[str, int | None]:
    """What is published of a month: what was given, what was paid out, and of that each kind.

    Of the kinds all are shown, or none: those of which there is anything have to be of many, each of them.
    Whoever takes the ones that are shown from the whole must not be left with one that is not.
    """
    paid_out = sum(kinds.values(), start=Moved())
    are_shown = paid_out.is_of_many and all(
        moved.is_of_many or moved.is_nothing for moved in kinds.values()
    )
    return {
        "given": given.published(),
        "paid_out": paid_out.published(),
        **{kind: rounded_sum(moved.left) if are_shown else None for kind, moved in kinds.items()},
    }
