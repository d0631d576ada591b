"""The published sums of money in words of the reader's language."""

from collections.abc import Sequence
from typing import NamedTuple

from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from mutualaid.fund.amounts import breakable, format_amount
from mutualaid.fund.states import EntryKind
from mutualaid.numbers.models import PAID_KINDS, Month, MonthMoney
from mutualaid.numbers.rounding import FEWER, STEP


class Sum(NamedTuple):
    label: str
    words: str
    is_number: bool


class MoneyShown(NamedTuple):
    """What is shown of a month's money in one currency; without `kinds` where they are withheld."""

    month: Month
    currency: str
    given: Sum
    paid_out: Sum
    kinds: list[Sum]

    @property
    def sums(self) -> list[Sum]:
        return [self.given, self.paid_out, *self.kinds]


def money_shown(months: Sequence[Month]) -> list[MoneyShown]:
    """Return the money of these months, the newest first."""
    rows = MonthMoney.objects.filter(month__in=months).select_related("month")
    return [_shown(row) for row in rows.order_by("-month__first_day", "currency")]


def _shown(row: MonthMoney) -> MoneyShown:
    kinds = [
        _sum(str(capfirst(EntryKind(kind).label)), getattr(row, kind), row.currency)
        for kind in PAID_KINDS
        if getattr(row, kind) is not None
    ]
    given = _sum(_("Given"), row.given, row.currency)
    paid_out = _sum(_("Paid out"), row.paid_out, row.currency)
    return MoneyShown(row.month, row.currency, given, paid_out, kinds)


def _sum(label: str, units: int | None, currency: str) -> Sum:
    if units is None:
        return Sum(label, _("not shown"), False)
    if units == FEWER:
        return Sum(label, _("less than %(amount)s") % {"amount": _amount(STEP, currency)}, False)
    return Sum(label, _amount(units, currency), True)


def _amount(units: int, currency: str) -> str:
    language = get_language() or "en"
    return breakable(format_amount(units, currency=currency, decimals=0, language=language))
