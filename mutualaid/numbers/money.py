"""Add up the money of a month that is over, and write down what is published of it (ADR 108)."""

from collections import defaultdict
from collections.abc import Hashable
from datetime import date

from django.db.models import QuerySet
from django.utils import timezone

from mutualaid.fund.models import Entry, Pot
from mutualaid.fund.models.expense import WORDS
from mutualaid.fund.rules import has_pot
from mutualaid.fund.states import OUT_KINDS, EntryKind
from mutualaid.numbers.models import PAID_KINDS, Month, MonthMoney
from mutualaid.numbers.months import following, midnight
from mutualaid.numbers.sums import THOUSANDTHS, Moved, published_sums

Kinds = defaultdict[str, Moved]


def write_money(month: Month) -> None:
    """Write down the money of a month that was just counted, where the group keeps pots.

    Each currency of a pot gets its row, moved or not: that there is one says nothing.
    """
    if not has_pot():
        return
    moved = _add_up(month.first_day)
    pots = Pot.objects.filter(created_at__lt=midnight(following(month.first_day)))
    for currency in sorted(set(pots.values_list("currency", flat=True))):
        by_kind = moved[currency]
        kinds = {kind: by_kind[kind] for kind in PAID_KINDS}
        sums = published_sums(by_kind[EntryKind.GIFT], kinds)
        MonthMoney.objects.create(month=month, currency=currency, **sums)


def _add_up(month: date) -> defaultdict[str, Kinds]:
    """Add up what was given, and what was paid by kind, for each currency.

    The pots of one currency are one: whoever got money from two of them is one person. What was there in the
    beginning is no gift.
    """
    moved = defaultdict[str, Kinds](lambda: defaultdict(Moved))
    for entry in _entries(month):
        kind = entry.sets_right.kind if entry.sets_right else entry.kind
        amount = entry.amount * THOUSANDTHS // 10**entry.pot.decimals
        kinds = moved[entry.pot.currency]
        if kind == EntryKind.RETURNED:
            kinds[EntryKind.MONEY_AHEAD].left -= amount
        elif kind == EntryKind.GIFT:
            _add(kinds[kind], entry, amount, ("gift", entry.pk))
        elif kind in OUT_KINDS:
            _add(kinds[kind], entry, -amount, _payee(entry))
    return moved


def _entries(month: date) -> "QuerySet[Entry]":
    """Those of a month, in one query so that they fit together, without what was undone within it."""
    days = month, following(month)
    of_month = Entry.objects.filter(on_day__gte=days[0], on_day__lt=days[1])
    return (
        of_month.exclude(set_right_by__in=of_month)
        .exclude(sets_right__in=of_month)
        .select_related("pot", "sets_right", "paid_expense__ask")
        .defer(*(f"paid_expense__{words}" for words in WORDS))
    )


def _add(moved: Moved, entry: Entry, amount: int, person: Hashable) -> None:
    """Add what an entry moved. What sets an earlier month right is no one's share."""
    moved.left += amount
    if entry.sets_right:
        return
    if person is None:
        moved.unknown += amount
    else:
        moved.shares[person] += amount


def _payee(entry: Entry) -> Hashable:
    """Return who got a payment: an account, or a household that asked for the task without one.

    None where no one can tell them from the others: a neighbour who has neither, a sensitive ask, a payment
    that was taken back since, and every one once it is no longer known who it was.
    """
    expense = getattr(entry, "paid_expense", None)
    if expense is None or not expense.payee_known_until:
        return None
    if expense.payee_known_until <= timezone.now():
        return None
    if expense.payee_id:
        return "account", expense.payee_id
    ask = expense.ask
    if ask is None or ask.veiled:
        return None
    return ("account", ask.account_id) if ask.account_id else ("ask", ask.pk)
