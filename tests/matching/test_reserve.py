"""What a night learns from four full weeks, and what the runs by day open prices with."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from mutualaid.matching.backlog import solve as solving
from mutualaid.matching.backlog.run import run_backlog
from mutualaid.matching.backlog.solve import LastResult, Outcome, solve
from mutualaid.matching.models import OfferPrice
from mutualaid.matching.models.backlog import Proposal
from offers_app.models import Offer
from requests_app.actions import claim_need
from requests_app.models import Need
from requests_app.states import Urgency
from tests.support import factories

pytestmark = pytest.mark.django_db

WEEK = timedelta(weeks=1)


@pytest.fixture
def now(monkeypatch) -> datetime:
    """The time of each run, however long a test takes."""
    moment = timezone.now()
    monkeypatch.setattr("mutualaid.clock.now", lambda: moment)
    return moment


@pytest.fixture
def driver(sam) -> Offer:
    return factories.offer(by=sam, per_week=1)


def asked(at: datetime, state: str = "closed", close_reason: str = "expired", **fields) -> None:
    """A need that was asked then, and is over unless `state` says otherwise."""
    need = factories.need(**fields)
    closed = {"close_reason": close_reason, "closed_at": at} if state == "closed" else {}
    Need.objects.filter(pk=need.pk).update(state=state, created_at=at, **closed)


def a_group_of_many_weeks(now: datetime) -> None:
    asked(now - 9 * WEEK)


def at_night(now: datetime, reserves: Mapping[int, float] | None = None) -> Outcome:
    return solve(now, LastResult({}, {}, reserves or {}), cold=True)


def reserve(now: datetime, offer: Offer) -> float:
    return at_night(now).prices()[offer.pk][1]


def test_what_was_wanted_in_past_weeks_is_what_a_price_opens_with_by_day(now, driver):
    asked(now - WEEK)
    night = run_backlog(cold=True)
    assert (night.outcome, night.needs, night.matches) == ("done", 0, 0)
    price = OfferPrice.objects.get(offer=driver)
    assert price.points == price.reserve > 200
    low, urgent = factories.need(urgency=Urgency.LOW), factories.need(urgency=Urgency.CRITICAL)
    assert run_backlog(cold=False).matches == 1
    assert Proposal.objects.get().need == urgent
    Need.objects.filter(pk=urgent.pk).delete()
    assert run_backlog(cold=False).matches == 0
    assert Need.objects.open().get() == low
    assert OfferPrice.objects.get(offer=driver).reserve == price.reserve


def test_it_is_the_mean_of_four_weeks(now, driver):
    a_group_of_many_weeks(now)
    asked(now - 2 * WEEK)
    one = reserve(now, driver)
    for weeks in (1, 3, 4, 5):
        asked(now - weeks * WEEK)
    assert one == pytest.approx(reserve(now, driver) / 4, abs=0.1)
    assert one > 50


@pytest.mark.parametrize(("first", "full"), [(1.5, 1), (2, 2), (3.9, 3), (4.1, 4), (30, 4)])
def test_of_a_young_group_only_its_full_weeks_count(first, full, now, driver):
    asked(now - WEEK)
    of_one = reserve(now, driver)
    asked(now - first * WEEK, close_reason="withdrawn")
    assert reserve(now, driver) == pytest.approx(of_one / full, abs=0.1)
    assert of_one > 200


def test_in_its_first_week_nothing_is_known(now, driver):
    asked(now - WEEK + timedelta(seconds=1))
    assert reserve(now, driver) == 0


def test_without_any_need_nothing_is_reserved(now, driver):
    assert reserve(now, driver) == 0


@pytest.mark.parametrize("reason", ["withdrawn", "duplicate", "unsafe"])
def test_what_was_taken_back_or_never_looked_through_does_not_count(reason, now, driver):
    a_group_of_many_weeks(now)
    asked(now - WEEK, close_reason=reason)
    asked(now - WEEK, state="triage")
    assert reserve(now, driver) == 0


def test_what_is_still_open_was_wanted_in_its_week_too(now, driver):
    a_group_of_many_weeks(now)
    asked(now - WEEK, state="open")
    assert reserve(now, driver) > 50


def test_what_came_earlier_in_its_week_does_not_come_any_more(now, driver):
    a_group_of_many_weeks(now)
    asked(now - WEEK - timedelta(seconds=1))
    assert reserve(now, driver) == 0


def test_a_task_that_was_taken_on_is_counted_once(now, sam):
    several = factories.offer(by=sam, per_week=2)
    claim_need(factories.need(), by=sam, weekly_limit=2)
    asked(now - WEEK)
    night = at_night(now).prices()[several.pk]
    by_day = solve(now, LastResult({}, {}, {several.pk: night[1]}), cold=False)
    assert by_day.prices()[several.pk] == night == (night[1] + 10, night[1])
    assert night[1] > 200


def test_an_offer_that_is_new_by_day_opens_at_nothing_and_is_learnt_at_night(now, driver, vera):
    for _ in range(3):
        asked(now - WEEK)
    run_backlog(cold=True)
    new = factories.offer(by=vera, per_week=1)
    run_backlog(cold=False)
    assert OfferPrice.objects.get(offer=new).reserve == 0
    assert OfferPrice.objects.get(offer=driver).reserve > 200
    run_backlog(cold=True)
    assert min(OfferPrice.objects.values_list("reserve", flat=True)) > 200


def test_where_no_one_wants_it_any_more_the_next_night_forgets(now, driver):
    night = at_night(now, {driver.pk: 400.0})
    assert night.prices() == {driver.pk: (0.0, 0.0)}


def test_a_reserve_that_is_no_number_counts_as_none(now, driver):
    by_day = solve(now, LastResult({}, {}, {driver.pk: float("nan")}), cold=False)
    assert by_day.prices() == {driver.pk: (0.0, 0.0)}


def test_a_night_without_time_learns_from_fewer_weeks(now, driver, monkeypatch):
    a_group_of_many_weeks(now)
    asked(now - WEEK)
    quarter = reserve(now, driver)
    monkeypatch.setattr(solving, "LEARN_SECONDS", -1.0)
    assert reserve(now, driver) == pytest.approx(4 * quarter, abs=1)


def test_what_is_reserved_counts_as_value_so_that_the_gap_says_what_is_missing_of_all(now):
    for _ in range(20):
        factories.offer(per_week=1)
        asked(now - WEEK)
        factories.need(urgency=Urgency.NORMAL)
    night = at_night(now)
    free = 20 - night.matches()
    assert night.solution.value >= free * 200
    assert night.solution.gap < 0.01
