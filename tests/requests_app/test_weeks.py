"""A claim counts for the week of the help, whenever the yes is said (ADR 84). Weeks begin on Mondays."""

from datetime import UTC, date, datetime, timedelta
from functools import partial
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from mutualaid.local_time import this_week
from mutualaid.notify.registry import compose
from requests_app import actions
from requests_app.lifecycle.actors import volunteer
from requests_app.models import Claim, Need
from tests.support import factories
from tests.support.at_once import at_once

NEXT_WEEK = timedelta(weeks=1)


def next_monday() -> date:
    return this_week() + NEXT_WEEK


def take(need, by, weekly_limit=1):
    return actions.claim_need(Need.objects.get(pk=need.pk), by=by, weekly_limit=weekly_limit)


def test_a_yes_for_next_week_leaves_this_week_free(sam):
    assert take(factories.need(needed_by=next_monday()), sam).week == next_monday()
    assert take(factories.need(), sam).week == this_week()


def test_a_full_week_is_full_for_its_own_needs_only(sam):
    take(factories.need(), sam)
    with pytest.raises(actions.WeekIsFull):
        take(factories.need(), sam)
    take(factories.need(needed_by=next_monday()), sam)
    with pytest.raises(actions.WeekIsFull):
        take(factories.need(needed_by=next_monday() + timedelta(days=6)), sam)
    take(factories.need(needed_by=next_monday() + NEXT_WEEK), sam)


@pytest.mark.parametrize(
    ("zone", "moment", "monday"),
    [
        ("America/New_York", datetime(2026, 11, 30, 4, 59, 59, tzinfo=UTC), date(2026, 11, 23)),
        ("America/New_York", datetime(2026, 11, 30, 5, 0, tzinfo=UTC), date(2026, 11, 30)),
        ("Asia/Tokyo", datetime(2026, 11, 29, 15, 0, tzinfo=UTC), date(2026, 11, 30)),
        # The clock is put back on this Sunday, which has 25 hours, and forward on the other, which has 23.
        ("America/New_York", datetime(2026, 11, 2, 4, 59, 59, tzinfo=UTC), date(2026, 10, 26)),
        ("America/New_York", datetime(2026, 11, 2, 5, 0, tzinfo=UTC), date(2026, 11, 2)),
        ("America/New_York", datetime(2026, 3, 9, 3, 59, 59, tzinfo=UTC), date(2026, 3, 2)),
        ("America/New_York", datetime(2026, 3, 9, 4, 0, tzinfo=UTC), date(2026, 3, 9)),
        # Here the clock goes forward at midnight: the Sunday begins at one o'clock.
        ("America/Havana", datetime(2026, 3, 9, 4, 0, tzinfo=UTC), date(2026, 3, 9)),
    ],
)
def test_a_need_without_a_day_counts_for_the_week_of_the_yes_by_the_clock_of_the_group(
    monkeypatch, settings, sam, zone, moment, monday
):
    settings.TIME_ZONE = zone
    need = factories.need()
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment)
    assert take(need, sam).week == monday


def test_a_day_that_is_moved_takes_its_claim_with_it(sam):
    claim = take(factories.need(), sam)
    actions.change_need(claim.need, {"needed_by": next_monday()})
    claim.refresh_from_db()
    assert (claim.week, claim.week_slot) == (next_monday(), 1)
    take(factories.need(), sam)
    actions.change_need(claim.need, {"needed_by": None})
    claim.refresh_from_db()
    assert claim.week == next_monday()  # without a day nothing says that it is this week


def test_a_day_that_is_moved_into_a_full_week_makes_it_fuller_and_its_volunteer_reads_so(sam):
    take(factories.need(needed_by=next_monday()), sam)
    moved = take(factories.need(), sam)
    actions.change_need(moved.need, {"needed_by": next_monday()}, reason="needed_by")
    moved.refresh_from_db()
    assert (moved.week, moved.week_slot) == (next_monday(), 2)
    with pytest.raises(actions.WeekIsFull):
        take(factories.need(needed_by=next_monday()), sam)
    assert compose("need_changed", moved.pk).context["tasks"] == 2


def test_a_change_that_moves_no_day_counts_no_tasks(sam):
    first, _ = (take(factories.need(), sam, weekly_limit=2) for _ in range(2))
    actions.change_need(first.need, {"people_count": 3}, reason="people_count")
    assert compose("need_changed", first.pk).context["tasks"] == 0


def test_what_is_agreed_counts_for_the_week_of_the_agreed_day(sam):
    claim = take(factories.need(), sam)
    actions.agree_on_day(claim, day=next_monday(), by=volunteer(sam))
    assert Claim.objects.get().week == next_monday()
    take(factories.need(), sam)


@pytest.mark.django_db(transaction=True)
def test_days_that_are_moved_at_once_get_a_place_each(sam):
    claims = [take(factories.need(), sam, weekly_limit=4) for _ in range(4)]
    actions_at_once = [
        partial(
            actions.change_need, Need.objects.get(pk=claim.need_id), {"needed_by": next_monday()}
        )
        for claim in claims
    ]
    at_once(actions_at_once)
    places = Claim.objects.filter(week=next_monday()).values_list("week_slot", flat=True)
    assert sorted(places) == [1, 2, 3, 4]


def test_an_upgrade_moves_what_is_still_to_come(sam):
    past = take(factories.need(), sam, weekly_limit=9)
    others = [factories.need(needed_by=next_monday()) for _ in range(2)]
    before = [take(need, sam, weekly_limit=9) for need in others]
    for slot, claim in enumerate(before, 2):
        Claim.objects.filter(pk=claim.pk).update(week=this_week(), week_slot=slot)
    migration = import_module("requests_app.migrations.0015_week_of_the_help")
    migration.count_for_the_week_of_the_help(apps, connection.schema_editor())
    rows = Claim.objects.order_by("pk").values_list("pk", "week", "week_slot")
    assert list(rows) == [
        (past.pk, this_week(), 1),
        (before[0].pk, next_monday(), 1),
        (before[1].pk, next_monday(), 2),
    ]
