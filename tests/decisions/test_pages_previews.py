"""Whom a proposal would invite next, as counts; and what it does in a made-up city."""

import re
from dataclasses import fields
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy

from mutualaid.catalog.models import Category
from mutualaid.decisions.models import Decision
from mutualaid.decisions.pages import who_is_next
from mutualaid.decisions.pages.previews import is_about_inviting, previews_of, try_in_the_city
from mutualaid.matching.models import Match
from mutualaid.simulation.metrics import Metrics
from mutualaid.trials.models import Trial
from offers_app.models import Offer
from requests_app.actions import withdraw_need
from tests.support import factories, voting
from tests.support.signing_in import sign_in
from tests.support.voting import member, proposed
from tests.test_no_distance import DISTANCE

pytestmark = pytest.mark.django_db
NEAR_ALONE = {"near": 100.0, "exact_category": 0.0}


@pytest.fixture(autouse=True)
def _together(db: None) -> None:
    cache.clear()
    voting.together()
    factories.set_points()


def page_of(decision: Decision) -> str:
    answered: Any = sign_in(Client(), member()).get(f"/decisions/{decision.public_id}/")
    return " ".join(answered.content.decode().split())


def neighbourhood(needs: int = 6, helpers: int = 8) -> None:
    """Half of the helpers live where help is needed and offer something close; the others do it exactly."""
    food = factories.category("food")
    groceries = factories.category("groceries", parent=food)
    meals = factories.category("meals", parent=food)
    hill = factories.locality("hill", lat=0.018)
    for number in range(helpers):
        near = number % 2 == 0
        factories.offer(
            by=factories.person(f"Helper{number}"),
            categories=[food if near else groceries, meals],
            localities=[factories.locality() if near else hill],
        )
    for _ in range(needs):
        factories.need(category=groceries)


def test_points_that_put_others_first_are_told_as_counts_without_names():
    neighbourhood()
    decision = proposed(member("Mina"), NEAR_ALONE, "points")
    found = previews_of(decision)
    assert found is not None
    assert found.next is not None
    assert (found.next.needs, found.next.places) == (6, 30)
    page = page_of(decision)
    assert "For the 6 newest open needs we'd invite 30 times." in page.replace("&#x27;", "'")
    assert "are in the area where help is needed" in page
    assert "Helper" not in page
    assert DISTANCE.findall(re.sub(r"<time.*?</time>", "", page)) == []


def test_points_that_change_the_order_change_who_is_counted():
    neighbourhood(helpers=14)
    found = previews_of(proposed(member("Mina"), {"near": 0.0}, "points")).next
    assert (found.needs, found.places, found.someone_else) == (6, 30, 30)
    rows = {label: (now, then) for label, now, then in found.traits}
    assert rows["are in the area where help is needed"] == (30, 0)
    assert rows["offer just what is asked for"] == (0, 30)


def test_a_cap_leaves_out_whoever_had_as_many_invitations():
    neighbourhood(helpers=14)
    earlier = factories.need(category=Category.objects.get(slug="groceries"))
    for offer in Offer.objects.filter(volunteer__name__in=[f"Helper{n}" for n in (0, 2, 4, 6)]):
        Match.objects.create(need=earlier, offer=offer, score=1, invited_at=timezone.now())
    withdraw_need(earlier)
    found = previews_of(proposed(member("Mina"), {"invitations_per_day": 1})).next
    assert (found.needs, found.places, found.someone_else) == (6, 30, 12)
    rows = {label: (now, then) for label, now, then in found.traits}
    assert rows["had no invitation for seven days"] == (18, 30)


@pytest.mark.parametrize(("needs", "helpers"), [(4, 8), (8, 4), (0, 0)])
def test_with_too_few_nothing_is_told_of_anyone(needs, helpers):
    neighbourhood(needs, helpers)
    decision = proposed(member("Mina"), NEAR_ALONE, "points")
    found = previews_of(decision)
    assert found is not None
    assert found.next is None
    assert "There are too few open needs, or too few helpers" in page_of(decision)


def test_what_coordinators_alone_give_out_is_not_looked_at():
    neighbourhood()
    Category.objects.filter(slug="groceries").update(sensitive=True)
    found = previews_of(proposed(member("Mina"), NEAR_ALONE, "points"))
    assert found is not None
    assert found.next is None


def test_the_page_looks_once_an_hour_whoever_opens_it(django_assert_max_num_queries):
    neighbourhood()
    decision = proposed(member("Mina"), NEAR_ALONE, "points")
    browser = sign_in(Client(), member())
    browser.get(f"/decisions/{decision.public_id}/")
    with django_assert_max_num_queries(20):
        browser.get(f"/decisions/{decision.public_id}/")


def test_each_reads_it_in_their_own_language_whoever_came_first(monkeypatch):
    (_label, has), *others = who_is_next.TRAITS
    monkeypatch.setattr(who_is_next, "TRAITS", ((gettext_lazy("Saturday"), has), *others))
    neighbourhood()
    decision = proposed(member("Mina"), NEAR_ALONE, "points")
    with translation.override("es"):
        assert str(previews_of(decision).next.traits[0][0]) == "sábado"
    assert str(previews_of(decision).next.traits[0][0]) == "Saturday"


def test_a_wave_shows_how_many_would_be_invited_first():
    decision = proposed(member("Mina"), {"wave_chance_normal": 0.99})
    page = page_of(decision)
    assert "The first wave of invitations" in page
    assert "Who would be invited next" not in page


def test_what_is_not_about_inviting_has_no_preview():
    decision = proposed(member("Mina"), {"reconfirm_days": 50})
    assert not is_about_inviting(decision)
    assert "What it would do" not in page_of(decision)


def test_the_made_up_city_is_shown_once_it_was_played_and_without_distances():
    decision = proposed(member("Mina"), {"near": 50.0}, "points")
    assert "made-up city" not in page_of(decision)
    try_in_the_city(decision)
    assert "It is still being played." in page_of(decision)
    now, then = (_metrics(claimed=claimed) for claimed in (0.5, 0.75))
    Trial.objects.update(now=now, then=then, ended_at=decision.opened_at)
    page = page_of(decision)
    assert "Needs that someone said yes to" in page
    assert "50.0%" in page
    assert "75.0%" in page
    assert "ilometres" not in page
    Trial.objects.update(now=now, then=now)
    assert "With these values nothing changed in this city." in page_of(decision)
    Trial.objects.update(now=None, then=None)
    assert "This could not be played." in page_of(decision)


def _metrics(**values: Any) -> dict[str, Any]:
    return {one.name: 100 for one in fields(Metrics)} | values
