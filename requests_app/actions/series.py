"""Several needs of one ask: one for each task, or for each day, kept together."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from mutualaid.catalog.models import Category
from requests_app.actions.ending import withdraw_need
from requests_app.actions.posting import Details, post_need
from requests_app.lifecycle.actors import NEIGHBOUR, SITE, Actor
from requests_app.lifecycle.transitions import StateChanged, hold, record
from requests_app.models import Need, NeedContact, Series
from requests_app.models.series import horizon, weekly
from requests_app.states import ASIDE, WAITING


@transaction.atomic
def post_several(*, categories: Sequence[Category], **ask: Any) -> Need:
    """Write down one need for each category, kept together, as `post_need` does; returns the first."""
    first = post_need(category=categories[0], **ask)
    for category in categories[1:]:
        _another(first, by=ask.get("by", NEIGHBOUR), category=category)
    return first


@transaction.atomic
def split_need(need: Need, *, into: Iterable[Category], by: Actor) -> list[Need]:
    """Make a further need for each of these categories; `need` keeps its own.

    Raises `StateChanged` once it is closed or kept together with another.
    """
    hold(need)
    if need.state not in (*WAITING, *ASIDE):
        raise StateChanged("split")
    record(need, "split", by=by)
    return [_another(need, by=by, category=category) for category in into]


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
    need.series, need.occurs_on, need.needed_by = series, days[0], days[0]
    need.bundle = need.bundle or uuid.uuid4()
    need.save(update_fields=["series", "occurs_on", "needed_by", "bundle"])
    make_occurrences(series)
    return series


@transaction.atomic
def make_occurrences(series: Series) -> None:
    """Make what is due up to the horizon. Twice, late or at once: each day once."""
    series.refresh_from_db(from_queryset=Series.objects.select_for_update())
    latest = series.needs.order_by("occurs_on").last()
    if series.ended_at or latest is None or series.made_until >= horizon():
        return
    after = max(series.made_until, timezone.localdate() - timedelta(days=1))
    for day in series.days(after + timedelta(days=1), horizon()):
        _another(latest, by=SITE, series=series, occurs_on=day, needed_by=day)
    series.made_until = horizon()
    series.save(update_fields=["made_until"])


@transaction.atomic
def stop_repeating(need: Need) -> None:
    """No more of these; what nobody has taken on is taken back. Raises `StateChanged`."""
    going_on = Series.objects.filter(needs=need, ended_at=None)
    if going_on.update(ended_at=Now()) != 1:
        raise StateChanged("stop")
    for one in Need.objects.filter(series=need.series_id, state__in=(*WAITING, *ASIDE)):
        hold(one)
        if one.state in (*WAITING, *ASIDE) and not one.claims.live().exists():
            withdraw_need(one)


def _another(need: Need, *, by: Actor, **different: Any) -> Need:
    """A need like `need` but for what is named: of the same neighbour, kept together, without receipt."""
    if need.bundle is None:
        need.bundle = uuid.uuid4()
        need.save(update_fields=["bundle"])
    same = (
        "category", "locality", "urgency", "needed_by", "week_parts", "people_count",
        "helpers_wanted", "asked_by", "bundle",
    )  # fmt: skip
    contact = NeedContact.objects.get(need=need)
    new = post_need(
        **{name: getattr(need, name) for name in same} | different,
        languages=need.languages.all(),
        details=Details(**{name: getattr(contact, name) for name in Details().to_keep()}),
        language=contact.language,
        by=by,
        receipt=False,
    )
    for kept_away in need.exclusions.all():
        new.exclusions.create(person=kept_away.person, mark=kept_away.mark)
    return new
