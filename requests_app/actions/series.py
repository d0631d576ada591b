"""Make several needs out of one: one for each task, or for each day of a series."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import transaction
from django.db.models.functions import Now

from mutualaid import clock
from mutualaid.catalog.models import Category
from mutualaid.transitions import StateChanged
from requests_app.access.veiling import veil_if_sensitive
from requests_app.actions.ending import withdraw_need
from requests_app.actions.sending import NeedDetails, add_needs, add_occurrence
from requests_app.lifecycle.actors import Actor
from requests_app.lifecycle.transitions import lock_ask, lock_need, log_event
from requests_app.models import Erased, Need, NeedNotes, Series
from requests_app.models.series import horizon, weekly
from requests_app.states import ASIDE, WAITING, NeedState


@transaction.atomic
def split_need(need: Need, *, into: Iterable[Category], by: Actor) -> list[Need]:
    """Add a need of the same ask for each of these categories; `need` keeps its own category.

    What is held back is so in all its parts.

    Raises `StateChanged` if it is neither open, in triage nor put aside, and `Erased`.
    """
    categories = list(into)
    veil_if_sensitive(need.ask, categories)
    lock_ask(need.ask)
    lock_need(need)
    if need.state not in (*WAITING, *ASIDE):
        raise StateChanged("split")
    log_event(need, "split", by=by)
    notes = NeedNotes.objects.get(need=need).text
    tasks = [
        NeedDetails(
            category=category,
            locality=need.locality,
            urgency=need.urgency,
            needed_by=need.needed_by,
            week_parts=need.week_parts,
            people_count=need.people_count,
            notes=notes,
        )
        for category in categories
    ]
    return add_needs(need.ask, tasks, by=by, held_back=need.held_back)


@transaction.atomic
def repeat_need(need: Need, *, weekdays: list[str], until: date) -> Series | None:
    """Let a new need repeat on these weekdays ("MO" to "SU") up to the day `until`, included.

    The need becomes the first occurrence, on the first such day from today; see `make_occurrences` for
    the others. Returns None and changes nothing if there is no such day.
    """
    today = clock.today()
    series = Series(rule=weekly(weekdays, until), starts_on=today, made_until=today)
    days = series.days(today, until)
    if not days:
        return None
    series.made_until = days[0]
    series.save()
    need.series, need.recurrence_id = series, days[0]
    need.needed_by, need.open_until = days[0], None
    need.save(update_fields=["series", "recurrence_id", "needed_by", "open_until"])
    make_occurrences(series)
    return series


@transaction.atomic
def make_occurrences(series: Series) -> None:
    """Create missing occurrences from today up to `repeat_ahead_days`. Idempotent; safe to run concurrently.

    Each is a copy of the latest live one, or of the latest if none is live. A series whose last day has
    passed is ended; one whose ask has been erased is left alone. Raises `WrongKey` if no configured key
    decrypts the notes.
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
    # A closed occurrence may have missed a change of the later days.
    live = series.needs.select_related("ask").exclude(state=NeedState.CLOSED)
    like = live.order_by("recurrence_id").last() or latest
    after = max(series.made_until, clock.today() - timedelta(days=1))
    for day in series.days(after + timedelta(days=1), horizon()):
        add_occurrence(like, series, day)
    series.made_until = horizon()
    if series.is_over:
        series.ended_at = clock.now()
    series.save(update_fields=["made_until", "ended_at"])


@transaction.atomic
def stop_repeating(need: Need, *, keep: Need | None = None) -> None:
    """End the series of a need, and withdraw its occurrences that no one has claimed, but for `keep`.

    Raises `StateChanged` if the series has ended already, and `Erased` if the ask has been erased.
    """
    lock_ask(need.ask)
    if Series.objects.filter(needs=need, ended_at=None).update(ended_at=Now()) != 1:
        raise StateChanged("stop")
    withdrawable = (*WAITING, *ASIDE)
    for occurrence in Need.objects.filter(series=need.series_id, state__in=withdrawable):
        lock_need(occurrence)
        is_free = occurrence.state in withdrawable and not occurrence.claims.live().exists()
        if is_free and occurrence != keep:
            withdraw_need(occurrence)
