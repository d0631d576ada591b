"""What the look at all needs together proposes counts: in the ranking, and in who is asked first."""

from datetime import datetime, time, timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from mutualaid.local_time import this_week
from mutualaid.matching import actions, tasks
from mutualaid.matching.backlog.run import run_backlog
from mutualaid.matching.models import BacklogRun, Proposal, ScoringWeights
from mutualaid.matching.search.ranking import best_offers
from mutualaid.matching.search.reasons import in_words, with_points
from offers_app.models import Offer
from requests_app.models import Need
from tests.support import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def near(vera) -> Offer:
    return factories.offer(by=vera)


@pytest.fixture
def far(sam) -> Offer:
    """A kilometre away, of ten that they would go: 3.5 points behind `near`."""
    hill = factories.locality("hill", lng=0.009)
    return factories.offer(by=sam, localities=[hill], reach_km=10)


@pytest.fixture
def need(near, far) -> Need:
    """One is invited at a time. Nothing is said yet of all needs together."""
    factories.set_policy(wave_chances=[0.01] * 4)
    return factories.need()


def propose(need: Need, offer: Offer) -> None:
    BacklogRun.objects.create(outcome="done")
    Proposal.objects.update_or_create(need=need, defaults={"offer": offer})


def ranked(need: Need) -> list[int]:
    return [one.offer_id for one in best_offers(need, 2).offers]


def invited(need: Need) -> list[int]:
    return list(need.matches.exclude(invited_at=None).values_list("offer", flat=True))


def test_who_is_proposed_comes_first_though_another_is_nearer(need, near, far):
    assert ranked(need) == [near.pk, far.pk]
    propose(need, far)
    assert ranked(need) == [far.pk, near.pk]
    tasks.sweep()
    assert invited(need) == [far.pk]


def test_volunteer_and_coordinator_read_why(need, far):
    propose(need, far)
    tasks.sweep()
    match = need.matches.get(offer=far)
    assert "kept for you when we looked at all needs together" in in_words(match.lines)
    assert "kept for this when we looked at all needs together: 5" in with_points(match.lines)
    assert match.score == pytest.approx(sum(line["points"] for line in match.lines), abs=0.05)


def test_asked_first_even_where_points_put_another_first(need, near, far):
    Offer.objects.filter(pk=far.pk).update(confirmed_at=timezone.now() - timedelta(days=99))
    propose(need, far)
    tasks.sweep()
    assert ranked(need) == [near.pk, far.pk]
    assert invited(need) == [far.pk]


def test_it_keeps_nobody_from_saying_yes_and_a_yes_ends_it(need, near, far):
    propose(need, far)
    tasks.sweep()
    actions.accept(need.matches.get(offer=near))
    need.refresh_from_db()
    assert need.state == "claimed"
    assert need.matches.get(offer=far).state == "superseded"
    run_backlog(cold=True)
    assert not Proposal.objects.exists()


def test_who_took_something_else_is_proposed_in_vain(need, near, far):
    propose(need, far)
    Offer.objects.filter(pk=far.pk).update(per_week=1)
    other = factories.need()
    tasks.sweep()
    match = actions.match_for(far.volunteer, other)
    assert match
    actions.accept(match)
    assert ranked(need) == [near.pk]


@pytest.mark.parametrize("age", [timedelta(hours=25), timedelta(days=8)])
def test_an_old_one_says_nothing(need, near, far, age):
    propose(need, far)
    BacklogRun.objects.update(began_at=F("began_at") - age)
    assert ranked(need) == [near.pk, far.pk]


def test_of_last_week_it_says_nothing_however_young(need, near, far):
    factories.set_policy(price_hours=7 * 24)
    propose(need, far)
    monday = timezone.make_aware(datetime.combine(this_week(), time.min))
    BacklogRun.objects.update(began_at=monday)
    assert ranked(need) == [far.pk, near.pk]
    BacklogRun.objects.update(began_at=monday - timedelta(seconds=1))
    assert ranked(need) == [near.pk, far.pk]


def test_a_run_that_failed_changes_nothing_about_it(need, near, far):
    propose(need, far)
    BacklogRun.objects.create(outcome="failed")
    BacklogRun.objects.create(outcome="running")
    assert ranked(need) == [far.pk, near.pk]
    BacklogRun.objects.filter(outcome="done").delete()
    assert ranked(need) == [near.pk, far.pk]


def test_where_all_points_are_zero_nobody_is_kept(need, near, far):
    names = [field.name for field in ScoringWeights._meta.fields if field.name != "id"]
    factories.set_points(**dict.fromkeys(names, 0.0))
    propose(need, far)
    tasks.sweep()
    assert set(need.matches.values_list("score", flat=True)) == {0.0}
    assert not any(match.is_kept for match in need.matches.all())
    assert len(invited(need)) == 1


def test_the_auction_does_not_count_it_once_more(need, near, far):
    """It has points of its own for what it proposed itself (KEEP_POINTS): more than 3.5, less than 7."""
    factories.set_points(kept=100)
    propose(need, far)
    run_backlog(cold=True)
    assert Proposal.objects.get().offer == far
    Offer.objects.filter(pk=far.pk).update(reach_km=5)
    run_backlog(cold=True)
    assert Proposal.objects.get().offer == near
