"""A month in the record: a hash of its published numbers, so that they cannot be changed unnoticed."""

from collections.abc import Collection, Mapping
from datetime import date

from django.utils.translation import gettext_lazy as _

from mutualaid.local_time import format_day
from mutualaid.numbers.models import MEASURES, SUMS, Month, MonthMoney, MonthPart
from mutualaid.record.entries import EntryKind, Facts, append, register_kind
from mutualaid.record.seals import hashed

FIGURES = (*MEASURES, "days")


def note_month(month: Month) -> None:
    """Write the hash of a month that was just written down."""
    facts = {"month": month.first_day.isoformat(), "digest": _digest(month)}
    append(MONTH.name, facts)


def _digest(month: Month) -> str:
    """Of the figures in the order of areas and kinds, which each database sorts in its own way."""
    parts = MonthPart.objects.filter(month=month).values_list("area", "kind", *FIGURES)
    in_order = sorted(parts, key=lambda part: (part[0] or 0, part[1] or 0))
    totals = [getattr(month, name) for name in FIGURES]
    money = MonthMoney.objects.filter(month=month).order_by("currency")
    published = {"month": month.first_day.isoformat(), "totals": totals, "parts": in_order}
    if sums := list(money.values_list("currency", *SUMS)):
        published["money"] = sums
    return hashed(published)


def _changed(entries: Mapping[int, Facts]) -> Collection[int]:
    """Months of which the numbers are others than were written down, or gone."""
    days = {date.fromisoformat(str(facts["month"])) for facts in entries.values()}
    digests = {
        month.first_day.isoformat(): _digest(month)
        for month in Month.objects.filter(first_day__in=days)
    }
    return [
        number
        for number, facts in entries.items()
        if digests.get(str(facts["month"])) != facts["digest"]
    ]


def _in_words(facts: Facts) -> Mapping[str, object]:
    day = date.fromisoformat(str(facts["month"]))
    return {"month": format_day(day, "YEAR_MONTH_FORMAT"), "digest": facts["digest"]}


MONTH = register_kind(
    EntryKind(
        "numbers.month",
        _("The numbers of {month} were written down. They never change. Their hash: {digest}"),
        facts=("month", "digest"),
        displayed=_in_words,
        disagreeing=_changed,
    )
)
