"""Find and erase what is due. Coordinators see some of it a week ahead."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import chain

from django.apps import apps
from django.core.cache import caches
from django.db import connection, transaction
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from mutualaid import clock
from mutualaid.policy.current import current_policy
from mutualaid.retention.erasing import erase, erase_expired
from mutualaid.retention.table import TABLE
from mutualaid.retention.terms import ASK, NEED, Whole

BATCH = 50
"""Rows in one transaction: while it writes, nobody else writes on SQLite (`make bench-surge`)."""


def needs_due(*, days_ahead: int = 0) -> Q:
    """Match needs whose notes, history and claims are to be erased within so many days from now."""
    return closed_longer_than(current_policy().erase_days - days_ahead)


def closed_longer_than(days: int) -> Q:
    """Match needs that were closed more than `days` ago and are not erased.

    Not the latest occurrence of a series that goes on, for the next one is made from it.
    """
    later = rows_of(NEED).filter(
        series=OuterRef("series"), recurrence_id__gt=OuterRef("recurrence_id")
    )
    is_latest = Q(~Exists(later), series__isnull=False, series__ended_at=None)
    return Q(erased_at=None, closed_at__lt=Now() - timedelta(days=days)) & ~is_latest


def asks_due() -> Q:
    """Match asks whose contact details are to be erased now, for the last of their needs is erased.

    One that was merged into another has no needs of its own: it is erased right after that one.
    """
    kept = rows_of(NEED).filter(ask=OuterRef("pk"), erased_at=None)
    is_over = Q(merged_into=None) | Q(merged_into__erased_at__isnull=False)
    return Q(is_over, ~Exists(kept), erased_at=None)


def erase_what_is_due() -> Iterator[int]:
    """Erase batch after batch, each in a transaction of its own; yields how many rows each had.

    Needs go before their asks, and asks before those that were merged into them.
    """
    erase_expired()
    _clear_cache()
    for owner, condition in (*_whole_rows_due(), (NEED, needs_due()), (ASK, asks_due())):
        while count := erase_batch(owner, condition):
            yield count


def _whole_rows_due() -> Iterator[tuple[str, Q]]:
    """The owners whose rows have a clock in the table, and which of them are due."""
    for part in chain.from_iterable(TABLE.values()):
        if isinstance(part, Whole):
            is_due = Q(**{f"{part.end.moment}__lt": Now() - timedelta(days=part.end.days)})
            # A subquery each: joined with `only`, both would mean the same related row.
            for path, value in part.unless.items():
                is_due &= ~Q(pk__in=rows_of(part.owner).filter(**{path: value}).values("pk"))
            yield part.owner, is_due & Q(erased_at=None, **part.end.only)


@transaction.atomic
def erase_batch(owner: str, condition: Q) -> int:
    """Erase `BATCH` rows of `owner` at most that match, in a transaction of its own; returns how many.

    Two sweeps at once share the work: each takes rows that the other has not locked.

    The condition is checked again under the lock: an ask may have got another need since the query.
    """
    rows = rows_of(owner).filter(condition).order_by("pk")
    locked = list(
        rows.select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True)[:BATCH]
    )
    if locked:
        erase(owner, list(rows.filter(pk__in=locked).values_list("pk", flat=True)))
    return len(locked)


def rows_of(owner: str) -> QuerySet[Model]:
    """Return every row of `owner`, erased ones as well."""
    rows: QuerySet[Model] = apps.get_model(owner)._base_manager.all()
    return rows


def _clear_cache() -> None:
    """Delete expired rows: they hold the addresses that tries came from, and Django culls only when full."""
    table = connection.ops.quote_name(caches["default"]._table)  # type: ignore[attr-defined]
    now = connection.ops.adapt_datetimefield_value(clock.now().replace(microsecond=0))
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE expires < %s", [now])  # noqa: S608  our own name
