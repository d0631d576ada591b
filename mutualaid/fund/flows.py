"""What went in and out of a pot, by month and kind, and how long it carries. Nothing here names anyone."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from mutualaid.fund.models import Pot

MONTHS_LOOKED_BACK = 3
LEAST_PLEDGES = 5
"""From so many people on the sum of what they mean to give is shown; below, one could work out another's."""


class Flow(NamedTuple):
    """Money of one kind in one month, in minor units, counter-entries taken off.

    `kind` is an `EntryKind` other than a correction. Of what was paid, `payees` is to how many different
    people or households and `largest_share` which part of it went to the one who got most; None, as for what
    came in, where that is not known any more.
    """

    month: date
    kind: str
    amount: int
    payees: int | None = None
    largest_share: Fraction | None = None


def flows_by_month(pot: Pot, first: date, last: date) -> list[Flow]:
    """Return what moved from the month of `first` to that of `last`, in order; months without are left out.

    Who was paid is known until the month after has ended (`Expense.payee_known_until`): count a month then.
    """
    raise NotImplementedError


def months_carried(free: int, spent: Sequence[int]) -> Fraction | None:
    """How many months `free` carries at the mean of what was `spent` in each; None where nothing was."""
    total = sum(spent)
    return Fraction(free * len(spent), total) if total > 0 else None


def carries(pot: Pot) -> Fraction | None:
    """How many months the pot carries at the rate of the last three full ones; None where nothing was spent."""
    raise NotImplementedError


def pledged(pot: Pot) -> int | None:
    """The sum that people mean to give each month; None below `LEAST_PLEDGES` of them."""
    raise NotImplementedError
