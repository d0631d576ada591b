"""What the clock erases, and what coordinators can see of it a week ahead."""

from collections.abc import Iterator
from datetime import timedelta

from django.apps import apps
from django.conf import settings
from django.core.cache import caches
from django.db import connection, transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from mutualaid.retention.erasing import erase, erase_by_their_clocks
from mutualaid.retention.terms import NEED

BATCH = 200


def due(*, days_ahead: int = 0) -> Q:
    """The needs whose personal details are to be erased within so many days from now."""
    closed_before = Now() - timedelta(days=settings.ERASE_DAYS - days_ahead)
    return Q(erased_at=None, closed_at__lt=closed_before)


def erase_what_is_due() -> Iterator[int]:
    """Erase batch after batch, each in a transaction of its own; yields how many needs each held."""
    erase_by_their_clocks()
    _clear_cache()
    while many := _erase_batch():
        yield many


@transaction.atomic
def _erase_batch() -> int:
    """Two sweeps at once share the work: each takes rows that the other does not hold."""
    needs = apps.get_model(NEED)._base_manager.filter(due()).order_by("closed_at")
    held = needs.select_for_update(skip_locked=True).values_list("pk", flat=True)
    pks = list(held[:BATCH])
    if pks:
        erase(NEED, pks)
    return len(pks)


def _clear_cache() -> None:
    """Counted tries stand in the cache with the address they came from; Django culls it only when full."""
    table = connection.ops.quote_name(caches["default"]._table)  # type: ignore[attr-defined]
    now = connection.ops.adapt_datetimefield_value(timezone.now().replace(microsecond=0))
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE expires < %s", [now])  # noqa: S608  our own name
