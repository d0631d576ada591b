"""What the clock does: remind, let lapse, ask again, expire. Each step is taken once, however late."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from mutualaid.policy.current import current_policy
from mutualaid.transitions import StateChanged
from requests_app.actions import on_hold, progress
from requests_app.actions.series import make_occurrences
from requests_app.lifecycle.claim_deadlines import (
    claims_to_ask_about_again,
    claims_to_close_unconfirmed,
    claims_to_lapse,
    claims_to_remind,
)
from requests_app.lifecycle.transitions import lock_need
from requests_app.models import Claim, Need, Series
from requests_app.models.need import NeedQuerySet
from requests_app.states import WAITING, NeedState

Due = tuple[Callable[[], "QuerySet[Any]"], Callable[[Any], None]]


def needs_to_warn_about() -> QuerySet[Need]:
    """Needs that end soon with nobody found; one that never had long is first looked after a while."""
    soon = timezone.now() + timedelta(hours=current_policy().expiry_notice_hours)
    looked_for = Now() - timedelta(hours=current_policy().min_search_hours)
    return _waiting().ends_before(soon).filter(created_at__lt=looked_for, warned_at=None)


def needs_to_expire() -> QuerySet[Need]:
    """Needs whose day is over, or whose time is and whose neighbour had the whole notice to say it is not."""
    noticed = Now() - timedelta(hours=current_policy().expiry_notice_hours)
    day_is_over = Q(needed_by__lt=timezone.localdate())
    return _waiting().filter(day_is_over | Q(open_until__lt=Now(), warned_at__lt=noticed))


def needs_to_resume() -> QuerySet[Need]:
    """Needs that waited for a day, and the day has come."""
    held = Need.objects.filter(state=NeedState.ON_HOLD, aside_until__lte=timezone.localdate())
    return held.select_related("category")


JOBS: tuple[Due, ...] = (
    (claims_to_remind, lambda claim: progress.remind(claim, due=claims_to_remind())),
    (claims_to_lapse, progress.lapse_claim),
    (claims_to_ask_about_again, progress.ask_again),
    (claims_to_close_unconfirmed, progress.close_unconfirmed),
    (needs_to_warn_about, progress.warn),
    (needs_to_expire, progress.expire_need),
    (needs_to_resume, on_hold.resume_need),
)


def due_jobs() -> Iterator[Callable[[], None]]:
    """Everything that is due now, each as a call that takes its step if it is still due."""
    for series in Series.objects.due():
        yield partial(make_occurrences, series)
    for find, step in JOBS:
        for pk in list(find().values_list("pk", flat=True)):
            yield lambda pk=pk, find=find, step=step: _run_if_still_due(find, step, pk)  # type: ignore[misc]


def _run_if_still_due(
    find: Callable[[], QuerySet[Any]], step: Callable[[Any], None], pk: int
) -> None:
    """Look once more with the need held, for people may have acted in the meantime."""
    with transaction.atomic():
        seen = find().filter(pk=pk).first()
        if seen is None:
            return
        lock_need(seen.need if isinstance(seen, Claim) else seen)
        row = find().filter(pk=pk).first()
        if row is None:
            return
        try:
            with transaction.atomic():
                step(row)
        except StateChanged:
            return


def _waiting() -> NeedQuerySet:
    """Needs for which nobody was found, or not enough, while nobody is at work on them."""
    at_work = Claim.objects.live().filter(need=OuterRef("pk"))
    waiting = Need.objects.filter(~Exists(at_work), state__in=WAITING)
    found: NeedQuerySet = waiting.select_related("category")
    return found
