"""What went into a pot and out of it by month and kind, and how long it carries. No one is named here."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from django.db.models import Min, QuerySet, Sum
from django.utils import timezone

from mutualaid import clock
from mutualaid.fund.models import Entry, Expense, Pledge, Pot
from mutualaid.fund.models.expense import WORDS
from mutualaid.fund.states import OUT_KINDS, EntryKind

MONTHS_LOOKED_BACK = 3
LEAST_PLEDGES = 5
"""From so many people on the sum of what they mean to give is shown; below, one could work out another's."""


class Flow(NamedTuple):
    """Money of one kind in one month, in minor units: what is left of it after counter-entries.

    `kind` is an `EntryKind` other than a correction, or "" for all that was paid. Of what was paid, `payees`
    is to how many different people or households, and `largest_share` which part went to the one who got
    most; None where that is not known any more, and for what came in.
    """

    month: date
    kind: str
    amount: int
    payees: int | None = None
    largest_share: Fraction | None = None


def flows_by_month(pot: Pot, first: date, last: date) -> list[Flow]:
    """Return what moved from the month of `first` to that of `last`, in order; months without are left out.

    A counter-entry counts in the month it was written in. To whom was paid is known until the month after
    has ended (`Expense.payee_known_until`): count a month then.
    """
    days = _month(first), _month_after(last)
    sums = _sums(_between(pot, *days))
    paid = _paid(pot, *days)
    flows = []
    for month, kind in sorted(sums):
        amount = sums[month, kind]
        if kind not in OUT_KINDS:
            flows.append(Flow(month, kind, amount))
            continue
        flows.append(Flow(month, kind, -amount, *_spread(paid[month, kind])))
    for month in sorted({month for month, kind in sums if kind in OUT_KINDS}):
        amount = -sum(sums[month, kind] for kind in OUT_KINDS)
        everyone = [share for kind in OUT_KINDS for share in paid[month, kind]]
        flows.append(Flow(month, "", amount, *_spread(everyone)))
    return sorted(flows, key=lambda flow: (flow.month, flow.kind))


def months_carried(free: int, spent: Sequence[int]) -> Fraction | None:
    """How many months `free` carries at the mean of what was `spent` in each; None where nothing was."""
    total = sum(spent)
    return Fraction(free * len(spent), total) if total > 0 else None


def carries(pot: Pot) -> Fraction | None:
    """How many months the pot carries at the rate of the last three full ones.

    A younger pot is measured by the full months that it has. None where it has none, or nothing was spent.
    """
    this_month = _month(clock.today())
    began = Entry.objects.filter(pot=pot).aggregate(first=Min("on_day"))["first"]
    if began is None:
        return None
    months = [_back(this_month, n) for n in range(1, MONTHS_LOOKED_BACK + 1)]
    months = [month for month in months if month >= _month(began)]
    if not months:
        return None
    sums = _sums(_between(pot, months[-1], this_month))
    spent = [
        -sum(sums[month, kind] for kind in (*OUT_KINDS, EntryKind.RETURNED)) for month in months
    ]
    return months_carried(pot.free, spent)


def pledged(pot: Pot) -> int | None:
    """The sum that people mean to give each month; None below `LEAST_PLEDGES` of them."""
    amounts = Pledge.objects.filter(pot=pot).values_list("monthly", flat=True)
    return sum(amounts) if len(amounts) >= LEAST_PLEDGES else None


def household_of(expense: Expense) -> tuple[str, int]:
    """Who gets the money, as far as the row tells: an account, whoever asked for the task, or no one known.

    `claim__need` is to be loaded with it.
    """
    if expense.payee_id:
        return "account", expense.payee_id
    if expense.claim:
        return "ask", expense.claim.need.ask_id
    return "expense", expense.pk


def _between(pot: Pot, start: date, end: date) -> "QuerySet[Entry]":
    return Entry.objects.filter(pot=pot, on_day__gte=start, on_day__lt=end)


def _sums(entries: "QuerySet[Entry]") -> Counter[tuple[date, str]]:
    """Add up entries by month and kind; a counter-entry takes off from the kind that it sets right."""
    sums = Counter[tuple[date, str]]()
    rows = entries.values_list("on_day", "kind", "sets_right__kind").annotate(sum=Sum("amount"))
    for day, kind, right_kind, amount in rows.order_by():
        sums[_month(day), right_kind or kind] += amount
    return sums


Share = tuple[tuple[str, int] | None, int]
"""Who got how much; None where who it was is not known any more."""


def _paid(pot: Pot, start: date, end: date) -> dict[tuple[date, str], list[Share]]:
    """Return what was paid by month and kind. What was taken back has no payment any more."""
    paid = defaultdict[tuple[date, str], list[Share]](list)
    now = timezone.now()
    payments = _between(pot, start, end).filter(paid_expense__isnull=False)
    words = (f"paid_expense__{name}" for name in WORDS)
    for payment in payments.select_related("paid_expense__claim__need").defer(*words):
        expense = payment.paid_expense
        is_known = expense.payee_known_until is not None and now < expense.payee_known_until
        share = (household_of(expense) if is_known else None, expense.amount)
        paid[_month(payment.on_day), expense.kind].append(share)
    return paid


def _spread(shares: list[Share]) -> tuple[int | None, Fraction | None]:
    """Return how many got something, and which part the one who got most."""
    by_payee = Counter[tuple[str, int]]()
    for payee, amount in shares:
        if payee is None:
            return None, None
        by_payee[payee] += amount
    if not by_payee:
        return 0, None
    return len(by_payee), Fraction(max(by_payee.values()), by_payee.total())


def _month(day: date) -> date:
    return day.replace(day=1)


def _month_after(day: date) -> date:
    return _back(day, -1)


def _back(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, 1)
