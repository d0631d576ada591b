"""What can wait leaves whom others need more to them for a while, and never what is urgent."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from mutualaid.local_time import this_week
from mutualaid.matching import actions, tasks
from mutualaid.matching.attention import counts
from mutualaid.matching.backlog.run import run_backlog
from mutualaid.matching.models import BacklogRun, NeedSearch, OfferPrice, Proposal
from mutualaid.matching.outlook import Outlook, has_outlook
from mutualaid.matching.outreach import manual
from mutualaid.matching.outreach.hold_ups import HoldUp, hold_ups
from mutualaid.matching.outreach.pacing import hold_ends
from offers_app.models import Offer
from requests_app.models import Need
from tests.support import factories
from tests.support.signing_in import sign_in

pytestmark = pytest.mark.django_db

DEAR = 400
"""More than a need is worth that can wait: 200 for its urgency and 100 for the offer at most."""


@pytest.fixture
def driver(sam) -> Offer:
    """Many need them."""
    offer = factories.offer(by=sam, per_week=1)
    OfferPrice.objects.create(offer=offer, points=DEAR, solved_at=timezone.now())
    return offer


def looked_at(**fields: Any) -> Need:
    need = factories.need(**fields)
    tasks.sweep()
    return Need.objects.get(pk=need.pk)


def look_again(need: Need) -> None:
    Need.objects.filter(pk=need.pk).update(match_due_at=timezone.now())
    tasks.sweep()
    need.refresh_from_db()


def invited(need: Need) -> set[int]:
    return set(need.matches.exclude(invited_at=None).values_list("offer", flat=True))


def is_handed_over(need: Need) -> bool:
    return NeedSearch.objects.filter(need=need, handed_over_at__isnull=False).exists()


@pytest.mark.parametrize(("urgency", "asked"), [(1, False), (2, False), (3, True), (4, True)])
def test_it_never_holds_what_is_needed_today_or_tomorrow(driver, urgency, asked):
    need = looked_at(urgency=urgency)
    assert invited(need) == ({driver.pk} if asked else set())
    assert not is_handed_over(need)


def test_of_two_who_need_the_only_driver_what_is_in_no_hurry_waits_and_the_urgent_gets_them(sam):
    driver = factories.offer(by=sam, per_week=1)
    urgent, idle = factories.need(urgency=3), factories.need(urgency=1)
    run_backlog(cold=True)
    Need.objects.filter(pk=urgent.pk).update(match_due_at=None)
    look_again(idle)
    assert invited(idle) == set()
    look_again(urgent)
    actions.accept(urgent.matches.get(offer=driver))
    urgent.refresh_from_db()
    assert urgent.state == "claimed"


def test_it_ends_after_a_quarter_of_the_time_to_the_day(driver):
    need = looked_at(needed_by=this_week() + timedelta(days=6))
    for share, asked in ((0.2, set()), (0.3, {driver.pk})):
        left = need.ends_at - timezone.now()
        Need.objects.filter(pk=need.pk).update(
            created_at=timezone.now() - left * share / (1 - share)
        )
        look_again(need)
        assert hold_ends(need) == need.created_at + (need.ends_at - need.created_at) / 4
        assert invited(need) == asked


def test_without_a_day_it_is_a_quarter_of_the_time_that_it_is_open(driver):
    need = looked_at()
    assert need.open_until
    assert hold_ends(need) - need.created_at == (need.open_until - need.created_at) / 4


def test_the_next_look_is_when_the_hold_ends_if_that_comes_before_the_next_wave(driver):
    factories.set_policy(wave_minutes=[60] * 4)
    long, short = looked_at(), factories.need()
    minutes = {"created_at": timezone.now(), "open_until": timezone.now() + timedelta(hours=2)}
    Need.objects.filter(pk=short.pk).update(**minutes)
    look_again(short)
    assert abs(long.match_due_at - timezone.now() - timedelta(hours=1)) < timedelta(minutes=5)
    assert short.match_due_at == hold_ends(short)


def test_who_is_free_is_asked_at_once(driver, vera):
    free = factories.offer(by=vera, per_week=1)
    need = looked_at()
    assert invited(need) == {free.pk}
    assert need.match_due_at
    assert need.match_due_at > timezone.now()


def test_whom_a_coordinator_pinned_is_never_held(driver, carla):
    need = looked_at()
    manual.pin(need.matches.get(), by=carla)
    tasks.sweep()
    assert invited(need) == {driver.pk}


def test_who_was_proposed_for_this_very_need_is_asked(driver):
    need = looked_at()
    BacklogRun.objects.create(outcome="done")
    Proposal.objects.create(need=need, offer=driver)
    look_again(need)
    assert invited(need) == {driver.pk}


def test_a_new_proposal_ends_the_wait_without_the_next_wave(sam):
    driver = factories.offer(by=sam, per_week=1)
    price = OfferPrice.objects.create(offer=driver, points=DEAR, solved_at=timezone.now())
    need = looked_at()
    assert invited(need) == set()
    price.delete()
    run_backlog(cold=True)
    assert Proposal.objects.get().need == need
    tasks.sweep()
    assert invited(need) == {driver.pk}


def test_a_neglected_area_need_not_wait_as_the_auction_would_not_let_it(driver):
    """Equity is worth up to 300 points: it is counted where the hold decides, not only in the auction."""
    elsewhere = factories.locality("hill", lat=1)
    done = [factories.need(locality=elsewhere) for _ in range(2)]
    for need in done:
        need.claims.create(volunteer=factories.person(), state="confirmed", week_slot=1)
    ended = {"state": "closed", "close_reason": "fulfilled", "closed_at": timezone.now()}
    Need.objects.filter(locality=elsewhere).update(**ended)
    need = looked_at()
    assert need.matches.get().score < -200
    assert invited(need) == {driver.pk}


def test_nobody_is_called_to_it_and_its_page_says_until_when_it_waits(driver, client, carla):
    need = looked_at()
    assert not is_handed_over(need)
    assert Need.objects.filter(has_outlook(Outlook.HELD), pk=need.pk).exists()
    assert not any(counts().values())
    assert hold_ups(need, need.matches.all()) == {driver.pk: [HoldUp.HELD]}
    sign_in(client, carla)
    page = client.get(f"/admin/requests_app/need/{need.pk}/change/").content.decode()
    assert "This need can wait a little, until" in page
    page = client.get(f"/admin/requests_app/need/{need.pk}/invitations/").content.decode()
    assert "other needs have few people but them" in page


def test_once_it_is_urgent_nothing_is_left_of_it(driver):
    need = looked_at()
    assert NeedSearch.objects.get(need=need).held_until
    Need.objects.filter(pk=need.pk).update(urgency=3)
    look_again(need)
    assert NeedSearch.objects.get(need=need).held_until is None
    assert invited(need) == {driver.pk}


@pytest.mark.parametrize("state", ["failed", "running"])
def test_prices_of_a_run_that_failed_are_those_of_before(driver, state):
    BacklogRun.objects.create(outcome=state)
    assert invited(looked_at()) == set()


def test_without_any_run_nobody_is_held(sam):
    factories.offer(by=sam, per_week=1)
    for _ in range(12):
        factories.need(urgency=1)
    tasks.sweep()
    assert Need.objects.filter(matches__invited_at__isnull=False).exists()
    assert not NeedSearch.objects.exclude(held_until=None).exists()


def test_an_old_price_holds_nobody(driver):
    OfferPrice.objects.update(solved_at=timezone.now() - timedelta(hours=25))
    assert invited(looked_at()) == {driver.pk}
