"""Whether the record leaves something out: each row that rooms name, and that came while it was kept."""

from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Model, Q

from mutualaid import clock
from mutualaid.record.entries import Fact
from mutualaid.record.kinds import BEGAN, ENDED, as_fact
from mutualaid.record.models import RecordEntry

MARGIN = timedelta(hours=1)
"""What was written so shortly after a switch, before one or before now is not asked for: a page may have been
under way, and a clock wrong."""
CHUNK = 2_000


@dataclass(frozen=True)
class Rows:
    """Rows that an entry is written with, in the same transaction, while a record is kept.

    `facts` is {fact: column}: an entry of one of `kinds` with these values, and with those of `constant`,
    tells of the row. `at` is the column with the moment at which it was written. `which` has to leave out
    what is from before the release that began to write such entries.
    """

    model: type[Model]
    at: str
    facts: Mapping[str, str]
    kinds: tuple[str, ...]
    constant: Mapping[str, Fact] = field(default_factory=dict)
    which: Q = field(default_factory=Q)


class Missing(NamedTuple):
    """The first row of which nothing tells, and the last number that was written before it; 0 for none."""

    at: datetime
    kind: str
    facts: Mapping[str, Fact]
    number: int


_rows: list[Rows] = []


def register_rows(rows: Rows) -> None:
    """Let `first_missing` ask for the entries of these rows."""
    _rows.append(rows)


def first_missing() -> Missing | None:
    """Return the first row of which no entry tells; None where the record leaves nothing out."""
    periods = list(_periods())
    found = [missing for rows in _rows if (missing := _missing(rows, periods))]
    return min(found, default=None, key=lambda one: one.at)


def _periods() -> Iterator[tuple[datetime, datetime]]:
    """Yield from when to when one was kept, without the margins. It began with the first entry."""
    entries = RecordEntry.objects.order_by("pk")
    began = entries.values_list("at", flat=True).first()
    switches = entries.filter(kind__in=(BEGAN.name, ENDED.name)).values_list("kind", "at")
    for kind, at in switches:
        if kind == BEGAN.name:
            began = began or at
        elif began:
            yield began + MARGIN, at - MARGIN
            began = None
    if began:
        yield began + MARGIN, clock.now() - MARGIN


def _missing(rows: Rows, periods: Iterable[tuple[datetime, datetime]]) -> Missing | None:
    told = _told(rows)
    for period in periods:
        # Closed at once, for a cursor that is left open locks tables of SQLite.
        with closing(_written(rows, period)) as written:
            for at, facts in written:
                if tuple(facts.values()) not in told:
                    return Missing(at, rows.kinds[0], facts, _last_number(at))
    return None


def _written(
    rows: Rows, period: tuple[datetime, datetime]
) -> Generator[tuple[datetime, Mapping[str, Fact]]]:
    in_period = Q(**{f"{rows.at}__range": period})
    found = rows.model._default_manager.filter(rows.which, in_period).order_by(rows.at, "pk")
    for at, *values in found.values_list(rows.at, *rows.facts.values()).iterator(CHUNK):
        yield at, dict(zip(rows.facts, map(as_fact, values), strict=True)) | dict(rows.constant)


def _told(rows: Rows) -> set[tuple[Fact, ...]]:
    names = (*rows.facts, *rows.constant)
    entries = RecordEntry.objects.filter(kind__in=rows.kinds).values_list("facts", flat=True)
    return {tuple(map(facts.get, names)) for facts in entries.iterator(CHUNK)}


def _last_number(at: datetime) -> int:
    before = RecordEntry.objects.filter(number__isnull=False, at__lte=at).order_by("-number")
    return before.values_list("number", flat=True).first() or 0
