"""What the clock erases, and what coordinators can see of it a week ahead."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import chain

from django.apps import apps
from django.conf import settings
from django.core.cache import caches
from django.db import connection, transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from mutualaid.retention.erasing import erase, erase_by_their_clocks
from mutualaid.retention.table import TABLE
from mutualaid.retention.terms import NEED, Whole

BATCH = 200


def due(*, days_ahead: int = 0) -> Q:
    """The needs whose personal details are to be erased within so many days from now."""
    closed_before = Now() - timedelta(days=settings.ERASE_DAYS - days_ahead)
    return Q(erased_at=None, closed_at__lt=closed_before)


def erase_what_is_due() -> Iterator[int]:
    """Erase batch after batch, each in a transaction of its own; yields how many rows each held."""
    erase_by_their_clocks()
    _clear_cache()
    for owner, which in (*_whole_rows(), (NEED, due())):
        while many := _erase_batch(owner, which):
            yield many


def _whole_rows() -> Iterator[tuple[str, Q]]:
    """Whose rows end by a clock in the table, and which of them have to now."""
    for part in chain.from_iterable(TABLE.values()):
        if isinstance(part, Whole):
            over = Q(**{f"{part.end.moment}__lt": Now() - timedelta(days=part.end.days)})
            rows = apps.get_model(part.owner)._base_manager
            # Each by itself: in one query with `only` it would speak of the same row beside.
            for path, value in part.unless.items():
                over &= ~Q(pk__in=rows.filter(**{path: value}).values("pk"))
            yield part.owner, over & Q(erased_at=None, **part.end.only)


@transaction.atomic
def _erase_batch(owner: str, which: Q) -> int:
    """Two sweeps at once share the work: each takes rows that the other does not hold."""
    rows = apps.get_model(owner)._base_manager.filter(which).order_by("pk")
    held = rows.select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True)
    pks = list(held[:BATCH])
    if pks:
        erase(owner, pks)
    return len(pks)


def _clear_cache() -> None:
    """Counted tries stand in the cache with the address they came from; Django culls it only when full."""
    table = connection.ops.quote_name(caches["default"]._table)  # type: ignore[attr-defined]
    now = connection.ops.adapt_datetimefield_value(timezone.now().replace(microsecond=0))
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE expires < %s", [now])  # noqa: S608  our own name
