"""What begins to fit as time passes, or by the policy, is found by the next sweep, by the group's clock."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from mutualaid.matching import tasks
from mutualaid.matching.models import CalendarMark, Recheck, Refusal
from mutualaid.matching.search import calendar
from mutualaid.people.models import Introduction
from mutualaid.policy.actions import make_policy
from mutualaid.policy.models import Policy
from offers_app.models import Offer
from requests_app.actions import claim_need, release_claim
from requests_app.lifecycle.actors import volunteer
from requests_app.models import AccessLogEntry, Need
from tests.support import factories
from tests.support.clock import travel
from tests.support.people import wishes

pytestmark = pytest.mark.django_db
TODAY = datetime.now(UTC).date()
NEXT_MONDAY = TODAY + timedelta(days=7 - TODAY.weekday())
"""What is stored as due then is not due yet by the clock of the database."""


def midnight(day: date, zone: str = "UTC") -> datetime:
    """As this day begins there."""
    return datetime.combine(day, time.min, ZoneInfo(zone)).astimezone(UTC)


def after_a_change_of_the_clock(zone: str, *, hours: int) -> date:
    """The next Monday after the clocks there went on or back by so many `hours`."""
    for days in count(1):
        day = TODAY + timedelta(days=days)
        spent = midnight(day + timedelta(days=1), zone) - midnight(day, zone)
        if spent == timedelta(hours=24 - hours):
            return day + timedelta(days=7 - day.weekday())
    raise AssertionError


@pytest.fixture
def offer(sam) -> Offer:
    return factories.offer(by=sam, per_week=1)


def was_found(need: Need, offer: Offer) -> bool:
    return need.matches.filter(offer=offer).exists()


def a_full_week(offer: Offer) -> Need:
    claim_need(factories.need(), by=offer.volunteer, weekly_limit=1)
    return factories.need()


def a_no_until_sunday(offer: Offer) -> Need:
    Refusal.objects.create(offer=offer, until=timezone.localdate())
    return factories.need()


def other_hours(offer: Offer) -> Need:
    """For today, and on each day open; the volunteer is free on weekdays."""
    Offer.objects.update(week_parts=0b000111)
    return factories.need(urgency=4)


def found_from(begins: datetime, hinder: Callable[[Offer], Need], offer: Offer) -> None:
    """Half a minute before this moment the offer is hindered and not found, a quarter after it is."""
    with travel(begins - timedelta(seconds=30)) as clock:
        tasks.sweep()
        need = hinder(offer)
        tasks.sweep()
        assert not was_found(need, offer)
        clock.shift(15)
        tasks.sweep()
        assert not was_found(need, offer)
        clock.shift(30)
        tasks.sweep()
        assert was_found(need, offer)


HINDRANCES = [a_full_week, a_no_until_sunday, other_hours]


@pytest.mark.parametrize("hinder", HINDRANCES)
def test_what_ends_with_the_week_is_found_as_monday_begins(hinder, offer):
    found_from(midnight(NEXT_MONDAY), hinder, offer)


@pytest.mark.parametrize("hinder", HINDRANCES)
@pytest.mark.parametrize("hours", [1, -1])
@pytest.mark.parametrize("zone", ["America/New_York", "Australia/Sydney"])
def test_monday_begins_by_the_groups_clock_also_when_it_was_changed(zone, hours, hinder, offer):
    with timezone.override(ZoneInfo(zone)):
        monday = after_a_change_of_the_clock(zone, hours=hours)
        found_from(midnight(monday, zone), hinder, offer)


@pytest.mark.parametrize("zone", ["America/New_York", "Pacific/Kiritimati"])
def test_monday_in_utc_is_no_monday_elsewhere(zone, offer):
    with timezone.override(ZoneInfo(zone)), travel(midnight(NEXT_MONDAY)) as clock:
        clock.shift(-30)
        tasks.sweep()
        need = a_full_week(offer)
        clock.shift(60)
        tasks.sweep()
        assert not was_found(need, offer)


def test_a_newcomer_may_have_the_next_contact_when_the_days_have_passed(offer):
    Introduction.objects.all().delete()
    opened = timezone.now() - timedelta(days=7)
    look = {"ask": factories.ask(), "by": offer.volunteer, "by_kind": "volunteer"}
    AccessLogEntry.objects.create(**look, at=opened + timedelta(minutes=1))
    need = factories.need()
    tasks.sweep()
    assert not was_found(need, offer)
    AccessLogEntry.objects.update(at=opened - timedelta(seconds=1))
    CalendarMark.objects.update(looked_at=timezone.now() - timedelta(minutes=1))
    tasks.sweep()
    assert was_found(need, offer)


def test_what_a_sweep_could_not_finish_the_next_one_does(offer, monkeypatch):
    tasks.sweep()
    claim = claim_need(factories.need(), by=offer.volunteer, weekly_limit=1)
    need = factories.need()
    tasks.sweep()
    release_claim(claim, by=volunteer(offer.volunteer))
    with monkeypatch.context() as broken:
        broken.setattr(Recheck.objects, "filter", lambda **_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            calendar.make_due()
    assert Recheck.objects.exists()
    tasks.sweep()
    assert was_found(need, offer)
    assert not Recheck.objects.exists()


TO_MORE = {
    "joining": "meet_first",
    "live_claims_per_person": 6,
    "newcomer_contact_days": 6,
    "shortlist_size": 21,
    "invitations_per_week": 6,
    "invitations_per_day": 3,
    "invitations_per_week_urgent": 9,
}
"""Values of the policy by which more people fit, are kept in line or may be invited."""
TO_FEWER = {
    "live_claims_per_person": 4,
    "newcomer_contact_days": 8,
    "shortlist_size": 19,
    "invitations_per_week": 4,
    "invitations_per_day": 1,
    "invitations_per_week_urgent": 7,
}


def a_need_that_waits() -> Need:
    """It was looked for, and will be again tomorrow."""
    need = factories.need()
    tasks.sweep()
    calendar.make_due()
    assert not Need.objects.due_for_matching().exists()
    return need


@pytest.mark.parametrize("name", TO_MORE)
def test_a_policy_for_more_people_makes_all_open_needs_due(name):
    a_need_that_waits()
    factories.set_policy(**{name: TO_MORE[name]})
    calendar.make_due()
    assert Need.objects.due_for_matching().exists()


def test_nothing_else_in_the_policy_does():
    make_policy()
    a_need_that_waits()
    others = {
        name: value for name, value in Policy.objects.values()[0].items() if name not in TO_MORE
    }
    for name, value in others.items():
        if type(value) is int and name not in ("id", "version"):
            with suppress(IntegrityError), transaction.atomic():
                Policy.objects.update(**{name: value + 1})
            with suppress(IntegrityError), transaction.atomic():
                Policy.objects.update(**{name: value})
    for name, value in TO_FEWER.items():
        factories.set_policy(**{name: value})
    factories.set_policy(wave_chances=[1.0] * 4, wave_minutes=[1] * 4, asking_paused=True)
    calendar.make_due()
    assert not Need.objects.due_for_matching().exists()


def test_who_wants_invitations_again_is_invited_by_the_next_sweep(offer, sam):
    mine = wishes(sam, max_invitations_per_week=0)
    need = factories.need()
    tasks.sweep()
    assert need.matches.get().state == "suggested"
    type(mine).objects.update(max_invitations_per_week=None)
    tasks.sweep()
    assert need.matches.get().state == "notified"
