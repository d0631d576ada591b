"""From the morning of the first of the two days on: end what repeats, and close what no one has taken on."""

from collections.abc import Iterator

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from mutualaid.ending.models import WindingDown
from mutualaid.ending.steps.days import due_to_close
from requests_app.actions.ending import close_each
from requests_app.lifecycle.actors import SITE
from requests_app.lifecycle.transitions import lock_needs
from requests_app.models import Need, Series, live_needs
from requests_app.states import CloseReason

BATCH = 50
"""Needs in one transaction: while it writes, no one else writes on SQLite."""


def open_needs() -> QuerySet[Need]:
    """Needs that are open, wait to be read or are put aside, and that no one is on the way to."""
    return live_needs(with_help=False)


def needs_with_help() -> QuerySet[Need]:
    """Needs with someone on the way, or of whom the neighbour has not said yet whether they came."""
    return live_needs(with_help=True)


def series_that_go_on() -> QuerySet[Series]:
    return Series.objects.filter(ended_at=None)


def close_what_is_open(winding: WindingDown) -> Iterator[int]:
    """Close it batch after batch, each need with a message; yields how many each batch had.

    What someone is on the way to goes on, and is closed by a later sweep if they let it go. Ends early where
    it is called off meanwhile, and does nothing before it is due (`days`).
    """
    _end_series(winding)
    while (count := _close_batch(winding)) is not None:
        if count == 0:
            _due(winding).filter(closed_at=None).update(closed_at=Now())
            return
        yield count


@transaction.atomic
def _end_series(winding: WindingDown) -> None:
    """In a transaction of its own: whoever changes a series has locked its needs before."""
    if _due(winding).select_for_update().first():
        series_that_go_on().update(ended_at=Now())


@transaction.atomic
def _close_batch(winding: WindingDown) -> int | None:
    """None where it is not to be closed, or not any more.

    Which needs are open is read again under their locks: someone may have said yes meanwhile.
    """
    if _due(winding).select_for_update().first() is None:
        return None
    needs = list(open_needs().select_related("ask").order_by("pk")[:BATCH])
    lock_needs(needs)
    still = set(
        open_needs().filter(pk__in=[need.pk for need in needs]).values_list("pk", flat=True)
    )
    close_each([need for need in needs if need.pk in still], by=SITE, reason=CloseReason.UNABLE)
    return len(needs)


def _due(winding: WindingDown) -> QuerySet[WindingDown]:
    return WindingDown.objects.agreed().filter(due_to_close(), pk=winding.pk, erasing_at=None)
