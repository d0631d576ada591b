"""Who is wanted elsewhere is not spent on what ten others could do, and it is said why."""

from datetime import timedelta

import pytest
from django.utils import timezone

from mutualaid.local_time import this_week
from mutualaid.matching import tasks
from mutualaid.matching.models import NeedSearch, OfferPrice
from mutualaid.matching.outreach import match_need
from mutualaid.matching.scoring import Price
from mutualaid.matching.search.candidates import HIGHEST
from mutualaid.matching.search.ranking import best_offers
from mutualaid.matching.search.reasons import in_words, with_points
from offers_app.models import Offer
from requests_app.models import Need
from tests.support import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def driver() -> Offer:
    """The only one with a car: two rides have no one else. Eight others bring groceries too."""
    factories.set_policy(wave_chances=[0.0] * 4)
    ride = factories.category("ride", needs_vehicle=True)
    kinds = [ride, factories.category("groceries")]
    driver = factories.offer(categories=kinds, has_vehicle=True, per_week=2)
    for _ in range(8):
        factories.offer()
    for _ in range(2):
        factories.need(category=ride)
    tasks.sweep()
    return driver


def price_of(offer: Offer, need: Need, free: int = 2) -> Price:
    Offer.objects.filter(pk=offer.pk).update(per_week=free)
    ranked = {one.offer_id: one for one in best_offers(need, 20).offers}
    return ranked[offer.pk].facts.price


def test_without_a_look_at_all_needs_scarcity_makes_the_price(driver):
    need = factories.need()
    assert price_of(driver, need) == Price(40, scarce=2)
    assert price_of(driver, need, free=4) == Price(20, scarce=2)
    assert price_of(driver, need, free=1) == Price(HIGHEST, scarce=2)


def test_a_need_does_not_raise_the_price_for_itself(driver):
    ride = Need.objects.filter(category__slug="ride")[0]
    assert price_of(driver, ride) == Price(20, scarce=1)


def test_the_driver_comes_last_for_what_others_can_do_and_coordinators_read_why(driver):
    need = factories.need()
    match_need.match_need(need.pk)
    last = need.matches.order_by("-score").last()
    assert (last.offer, last.score, last.price) == (driver, 60, 40)
    assert not any("few people" in reason for reason in in_words(last.lines))
    assert "2 other needs have few people to ask: -40" in with_points(last.lines)
    assert need.search.candidates == 9


def test_they_are_invited_last_too(driver):
    factories.set_policy(wave_chances=[0.75] * 4)
    need = factories.need()
    match_need.match_need(need.pk)
    assert need.matches.filter(state="notified").count() == 8
    assert need.matches.get(state="suggested").offer == driver


def test_a_fresh_price_of_the_look_at_all_needs_takes_its_place(driver):
    price = OfferPrice.objects.create(offer=driver, points=7.9, solved_at=timezone.now())
    need = factories.need()
    assert price_of(driver, need) == Price(7)
    price.solved_at = timezone.now() - timedelta(hours=25)
    price.save()
    assert price_of(driver, need) == Price(40, scarce=2)


def test_what_is_no_longer_open_presses_no_one(driver):
    Need.objects.filter(category__slug="ride").update(state="claimed")
    assert price_of(driver, factories.need()) == Price()


def test_where_very_many_fit_no_one_is_dearer_for_it(driver):
    NeedSearch.objects.update(candidates=5_000)
    assert price_of(driver, factories.need()) == Price()


def test_what_is_needed_in_another_week_takes_other_places(driver):
    next_monday = this_week() + timedelta(weeks=1)
    assert price_of(driver, factories.need(needed_by=next_monday)) == Price()
    Need.objects.filter(category__slug="ride").update(needed_by=next_monday, open_until=None)
    assert price_of(driver, factories.need(needed_by=next_monday)) == Price(40, scarce=2)
    assert price_of(driver, factories.need()) == Price()
