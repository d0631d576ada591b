"""What went into a pot and out of it by month, and how long it carries. No one is named here."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from django.db.models import Min, QuerySet, Sum

from mutualaid.fund.models import Entry, Pledge, Pot
from mutualaid.fund.states import IN_KINDS, OUT_KINDS, EntryKind

MONTHS_LOOKED_BACK = 3
LEAST_PLEDGES = 5
"""From so many people on the sum of what they mean to give is shown; below, one could work out another's."""


class MonthMoved(NamedTuple):
    """What came into a pot and went out of it in a month, in minor units, after counter-entries.

    A counter-entry counts in the month in which it was written. Of `went_out`, `came_back` is what was left
    over of money ahead; it is a part of `came_in`.
    """

    month: date
    came_in: int
    went_out: int
    came_back: int

    @property
    def spent(self) -> int:
        return self.went_out - self.came_back


def last_months(pot: Pot, today: date) -> list[MonthMoved]:
    """Return what moved in the month of `today` and in those looked back to, the newest first."""
    this_month = today.replace(day=1)
    months = [_back(this_month, n) for n in range(MONTHS_LOOKED_BACK + 1)]
    sums = _sums(
        Entry.objects.filter(pot=pot, on_day__gte=months[-1], on_day__lt=_back(this_month, -1))
    )
    return [
        MonthMoved(
            month,
            sum(sums[month, kind] for kind in IN_KINDS),
            -sum(sums[month, kind] for kind in OUT_KINDS),
            sums[month, EntryKind.RETURNED],
        )
        for month in months
    ]


def months_carried(free: int, spent: Sequence[int]) -> Fraction | None:
    """How many months `free` carries at the mean of what was `spent` in each; None where nothing was."""
    total = sum(spent)
    return Fraction(free * len(spent), total) if total > 0 else None


def carries(pot: Pot, months: Sequence[MonthMoved]) -> Fraction | None:
    """How many months the pot carries at the rate of the full ones of its `last_months`.

    A younger pot is measured by the full months that it has. None where it has none, or nothing was spent.
    """
    began = Entry.objects.filter(pot=pot).aggregate(first=Min("on_day"))["first"]
    full = [one for one in months[1:] if began and one.month >= began.replace(day=1)]
    return months_carried(pot.free, [one.spent for one in full])


def pledged(pot: Pot) -> int | None:
    """The sum that people mean to give each month; None below `LEAST_PLEDGES` of them."""
    amounts = Pledge.objects.filter(pot=pot).values_list("monthly", flat=True)
    return sum(amounts) if len(amounts) >= LEAST_PLEDGES else None


def _sums(entries: "QuerySet[Entry]") -> Counter[tuple[date, str]]:
    """Add up entries by month and kind; a counter-entry takes off from the kind that it sets right."""
    sums = Counter[tuple[date, str]]()
    rows = entries.values_list("on_day", "kind", "sets_right__kind").annotate(sum=Sum("amount"))
    for day, kind, right_kind, amount in rows.order_by():
        sums[day.replace(day=1), right_kind or kind] += amount
    return sums


def _back(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, 1)
