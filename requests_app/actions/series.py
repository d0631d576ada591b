"""Several needs of one ask: one for each task, or for each day of a series."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from mutualaid.catalog.models import Category
from mutualaid.transitions import StateChanged
from requests_app.actions.ending import withdraw_need
from requests_app.actions.sending import NeedDetails, add_needs, add_occurrence
from requests_app.lifecycle.actors import Actor
from requests_app.lifecycle.transitions import lock_ask, lock_need, log_event
from requests_app.models import Erased, Need, NeedNotes, Series
from requests_app.models.series import horizon, weekly
from requests_app.states import ASIDE, WAITING, NeedState


@transaction.atomic
def split_need(need: Need, *, into: Iterable[Category], by: Actor) -> list[Need]:
    """Make a further need of the same ask for each of these categories; `need` keeps its own.

    Raises `StateChanged` once it is closed or kept together with another.
    """
    lock_ask(need.ask)
    lock_need(need)
    if need.state not in (*WAITING, *ASIDE):
        raise StateChanged("split")
    log_event(need, "split", by=by)
    notes = NeedNotes.objects.get(need=need).text
    same: dict[str, Any] = {
        name: getattr(need, name)
        for name in ("locality", "urgency", "needed_by", "week_parts", "people_count")
    }
    tasks = [NeedDetails(category=category, **same, notes=notes) for category in into]
    return add_needs(need.ask, tasks, by=by)


@transaction.atomic
def repeat_need(need: Need, *, weekdays: list[str], until: date) -> Series | None:
    """Let a new need come back on these weekdays ("MO" to "SU") to the day `until`, included.

    It becomes the first occurrence itself; the others are made ahead of time. None, and nothing
    changes, where there is no such day.
    """
    today = timezone.localdate()
    series = Series(rule=weekly(weekdays, until), starts_on=today, made_until=today)
    days = series.days(today, until)
    if not days:
        return None
    series.made_until = days[0]
    series.save()
    need.series, need.recurrence_id, need.needed_by, need.open_until = (
        series,
        days[0],
        days[0],
        None,
    )
    need.save(update_fields=["series", "recurrence_id", "needed_by", "open_until"])
    make_occurrences(series)
    return series


@transaction.atomic
def make_occurrences(series: Series) -> None:
    """Create missing occurrences up to REPEAT_AHEAD from today. Idempotent; safe to run concurrently.

    Once its last day is over the series is ended, and its latest occurrence may be erased.
    """
    latest = series.needs.select_related("ask").order_by("recurrence_id").last()
    if latest is None:
        return
    try:
        lock_ask(latest.ask)
    except Erased:
        return
    series.refresh_from_db(from_queryset=Series.objects.select_for_update())
    if series.ended_at or series.made_until >= horizon():
        return
    # A day that is over may have missed a change of the later days.
    going_on = series.needs.select_related("ask").exclude(state=NeedState.CLOSED)
    like = going_on.order_by("recurrence_id").last() or latest
    after = max(series.made_until, timezone.localdate() - timedelta(days=1))
    for day in series.days(after + timedelta(days=1), horizon()):
        add_occurrence(like, series, day)
    series.made_until = horizon()
    if series.is_over:
        series.ended_at = timezone.now()
    series.save(update_fields=["made_until", "ended_at"])


@transaction.atomic
def stop_repeating(need: Need, *, keep: Need | None = None) -> None:
    """No more of these; what nobody has taken on is taken back, but for the day `keep`.

    Raises `StateChanged` where it has been stopped already.
    """
    lock_ask(need.ask)
    going_on = Series.objects.filter(needs=need, ended_at=None)
    if going_on.update(ended_at=Now()) != 1:
        raise StateChanged("stop")
    for one in Need.objects.filter(series=need.series_id, state__in=(*WAITING, *ASIDE)):
        lock_need(one)
        if one == keep or one.claims.live().exists() or one.state not in (*WAITING, *ASIDE):
            continue
        withdraw_need(one)
