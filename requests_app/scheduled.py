"""What the clock does: remind, let lapse, ask again, expire. Each job runs once, however late."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from mutualaid import clock
from mutualaid.clock import today_in_query
from mutualaid.policy.current import current_policy
from mutualaid.transitions import StateChanged
from requests_app.access.veiling import asks_to_veil, veil_all
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


class Job(NamedTuple):
    """What to do with each of the rows, claims or needs, that are due."""

    due_rows: Callable[[], "QuerySet[Any]"]
    action: Callable[[Any], None]


def needs_to_warn_about() -> QuerySet[Need]:
    """Needs that end within `expiry_notice_hours` and were looked after for `min_search_hours` at least."""
    end_of_notice = clock.now() + timedelta(hours=current_policy().expiry_notice_hours)
    latest_start = Now() - timedelta(hours=current_policy().min_search_hours)
    ending = _waiting().ends_before(end_of_notice)
    return ending.filter(created_at__lt=latest_start, warned_at=None)


def needs_to_expire() -> QuerySet[Need]:
    """Needs whose day is over, or whose time is and who were warned `expiry_notice_hours` before."""
    latest_warning = Now() - timedelta(hours=current_policy().expiry_notice_hours)
    day_is_over = Q(needed_by__lt=today_in_query())
    return _waiting().filter(day_is_over | Q(open_until__lt=Now(), warned_at__lt=latest_warning))


def needs_to_resume() -> QuerySet[Need]:
    """Needs on hold whose day has come."""
    on_hold_until_now = Need.objects.filter(
        state=NeedState.ON_HOLD, aside_until__lte=today_in_query()
    )
    return on_hold_until_now.select_related("category")


JOBS = (
    Job(claims_to_remind, lambda claim: progress.remind(claim, due=claims_to_remind())),
    Job(claims_to_lapse, lambda claim: progress.lapse_claim(claim, due=claims_to_lapse())),
    Job(claims_to_ask_about_again, progress.ask_again),
    Job(claims_to_close_unconfirmed, progress.close_unconfirmed),
    Job(needs_to_warn_about, lambda need: progress.warn(need, due=needs_to_warn_about())),
    Job(needs_to_expire, lambda need: progress.expire_need(need, due=needs_to_expire())),
    Job(needs_to_resume, on_hold.resume_need),
)


def due_jobs() -> Iterator[Callable[[], None]]:
    """Everything that is due now, each as a call that does nothing if it is not due any more."""
    if asks_to_veil().exists():
        yield veil_all
    for series in Series.objects.due():
        yield partial(make_occurrences, series)
    for job in JOBS:
        for pk in list(job.due_rows().values_list("pk", flat=True)):
            yield partial(_run_if_still_due, job, pk)


def _run_if_still_due(job: Job, pk: int) -> None:
    """Run the job for a row, and re-check under the lock: a person may have acted since the query."""
    with transaction.atomic():
        unlocked = job.due_rows().filter(pk=pk).first()
        if unlocked is None:
            return
        lock_need(unlocked.need if isinstance(unlocked, Claim) else unlocked)
        row = job.due_rows().filter(pk=pk).first()
        if row is None:
            return
        try:
            with transaction.atomic():
                job.action(row)
        except StateChanged:
            return


def _waiting() -> NeedQuerySet:
    """Open needs and those in triage that have no live claim."""
    live_claims = Claim.objects.live().filter(need=OuterRef("pk"))
    waiting: NeedQuerySet = Need.objects.filter(~Exists(live_claims), state__in=WAITING)
    return waiting.select_related("category")
