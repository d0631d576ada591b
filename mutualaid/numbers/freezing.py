"""Count a month once it is over, and write down what is published of it."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from statistics import median

from django.db import IntegrityError, transaction
from django.db.models import Min, Q
from django.utils import timezone

from mutualaid import clock
from mutualaid.catalog.models import Category, Locality
from mutualaid.numbers.models import MEASURES, Month, MonthPart
from mutualaid.numbers.money import write_money
from mutualaid.numbers.months import following, midnight
from mutualaid.numbers.record import note_month
from mutualaid.numbers.rounding import FEWER, Counts, rounded, withheld
from requests_app.models import Need
from requests_app.states import CloseReason

DAYS_TO_SETTLE = 3
"""A month is counted so long after its end: what was closed by mistake may be undone meanwhile.

Assumed, not measured.
"""
MET = (CloseReason.FULFILLED, CloseReason.PARTLY)
UNMET = (CloseReason.UNABLE, CloseReason.EXPIRED, CloseReason.UNREACHABLE)
"""It ended without help. What was withdrawn, passed on or done by others is neither met nor unmet."""
NOT_A_NEED = (CloseReason.DUPLICATE, CloseReason.UNSAFE)


@dataclass
class _Measured:
    """The needs of one measure, by area and by kind; ids, and None for what is only in the total."""

    areas: Counter[int | None] = field(default_factory=Counter)
    kinds: Counter[int | None] = field(default_factory=Counter)

    def add(self, area: int | None, kind: int | None) -> None:
        self.areas[area] += 1
        self.kinds[kind] += 1


def months_to_freeze(*, up_to: date | None = None) -> Iterator[date]:
    """The first days of months that are not written down, the oldest first.

    Of those that are over, and settled; with `up_to` of all until the month of that day, itself included.
    """
    first = Need.objects.aggregate(first=Min("created_at"))["first"]
    if first is None:
        return
    settled = following(up_to) if up_to else clock.today() - timedelta(days=DAYS_TO_SETTLE)
    done = set(Month.objects.values_list("first_day", flat=True))
    month = timezone.localdate(first).replace(day=1)
    while (after := following(month)) <= settled:
        if month not in done:
            yield month
        month = after


def freeze(month: date) -> bool:
    """Write down the numbers of the month that begins on this day; False if they are here already.

    Two at once write it once: the first day is unique.
    """
    try:
        with transaction.atomic():
            if Month.objects.filter(first_day=month).exists():
                return False
            _write(month)
    except IntegrityError:
        if Month.objects.filter(first_day=month).exists():
            return False
        raise
    return True


def _write(month: date) -> None:
    kinds = _kinds()
    areas = list(Locality.objects.filter(children=None).values_list("pk", flat=True))
    shown_kinds = sorted({kind for kind in kinds.values() if kind is not None})
    measured, days = _count(month, kinds, set(areas))
    totals: dict[str, int | None] = {}
    parts: dict[tuple[str, int], dict[str, int | None]] = defaultdict(dict)
    for measure in MEASURES:
        counts = Counts(
            {("area", pk): measured[measure].areas[pk] for pk in areas},
            {("kind", pk): measured[measure].kinds[pk] for pk in shown_kinds},
            measured[measure].areas[None],
        )
        hidden = withheld(counts)
        totals[measure] = rounded(counts.total)
        for cell, count in counts.cells.items():
            parts[cell][measure] = None if cell in hidden else rounded(count)
    row = Month.objects.create(
        first_day=month, **totals, days=_days(totals["met"], days["total", 0])
    )
    MonthPart.objects.bulk_create(
        MonthPart(
            month=row,
            **{f"{what}_id": pk},
            **figures,
            days=_days(figures["met"], days[what, pk]),
        )
        for (what, pk), figures in parts.items()
    )
    write_money(row)
    note_month(row)


def _kinds() -> dict[int, int | None]:
    """The group of each category by id; None for what is sensitive."""
    rows = Category.objects.values_list("pk", "parent", "sensitive", "parent__sensitive")
    return {
        pk: None if sensitive or group_sensitive else parent or pk
        for pk, parent, sensitive, group_sensitive in rows
    }


def _count(
    month: date, kinds: dict[int, int | None], areas: set[int]
) -> tuple[dict[str, _Measured], dict[tuple[str, int], list[timedelta]]]:
    start, end = midnight(month), midnight(following(month))
    measured = {measure: _Measured() for measure in MEASURES}
    waits: dict[tuple[str, int], list[timedelta]] = defaultdict(list)
    needs = Need.objects.filter(held_back="", merged_into=None).exclude(close_reason__in=NOT_A_NEED)
    came = Q(created_at__gte=start, created_at__lt=end)
    ended = Q(closed_at__gte=start, closed_at__lt=end)
    rows = needs.filter(came | ended).values_list(
        "locality", "category", "ask__veiled", "created_at", "closed_at", "close_reason"
    )
    for area, category, veiled, created, closed, reason in rows.iterator():
        kind = None if veiled or area not in areas else kinds[category]
        place = area if kind is not None else None
        if start <= created < end:
            measured["asked"].add(place, kind)
        if closed is None or not start <= closed < end:
            continue
        if reason in UNMET:
            measured["unmet"].add(place, kind)
        elif reason in MET:
            measured["met"].add(place, kind)
            waits["total", 0].append(closed - created)
            if place is not None and kind is not None:
                waits["area", place].append(closed - created)
                waits["kind", kind].append(closed - created)
    return measured, waits


def _days(met: int | None, waits: list[timedelta]) -> int | None:
    """The middle of the waits in whole days, at least one; None of fewer than five."""
    if met in (FEWER, None):
        return None
    return max(1, round(median(wait / timedelta(days=1) for wait in waits)))
