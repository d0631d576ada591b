"""The hard rules: who fits a need at all. One rule a test, and all of them against a plain loop."""

import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from mutualaid.catalog.models import Locality
from mutualaid.local_time import this_week
from mutualaid.matching.search.ranking import Ranked, best_offers
from mutualaid.people.models import Role
from mutualaid.singleton.reading import read_once
from offers_app.actions import pause_offer
from offers_app.models import Offer
from requests_app.actions import claim_need, release_claim
from requests_app.lifecycle.actors import volunteer
from requests_app.models import Need
from tests.support import factories
from tests.support.ways import Way, ways

pytestmark = pytest.mark.django_db
KM = 0.009  # of latitude, about one kilometre


def ranked(need: Need) -> list[Ranked]:
    fresh = Need.objects.select_related("category", "locality", "ask").get(pk=need.pk)
    return best_offers(fresh, 1_000).offers


def fitting(need: Need) -> set[Offer]:
    return set(Offer.objects.filter(pk__in=[one.offer_id for one in ranked(need)]))


def test_the_same_kind_its_group_and_what_is_in_it_fit_and_nothing_else():
    food = factories.category("food")
    bread, milk = (factories.category(s, parent=food) for s in ("bread", "milk"))
    offers = {c.slug: factories.offer(categories=[c]) for c in (food, bread, milk)}
    assert fitting(factories.need(category=bread)) == {offers["bread"], offers["food"]}
    assert fitting(factories.need(category=food)) == set(offers.values())


@pytest.mark.parametrize(("km", "reach", "fits"), [(2, 3, True), (4, 3, False), (2, 0, False)])
def test_near_enough_is_what_they_said(km, reach, fits):
    offer = factories.offer(localities=[factories.locality("far", lat=km * KM)], reach_km=reach)
    assert (offer in fitting(factories.need())) is fits


def test_a_wide_area_is_where_any_part_of_it_is_and_not_where_its_centre_is():
    city = factories.locality("city", lat=5)
    east = factories.locality("east", lat=5, parent=city)
    mill, quay = (
        factories.locality(name, lat=km * KM, parent=east)
        for name, km in (("mill", 0), ("quay", 9))
    )
    centre = factories.locality("centre", lat=5)
    beside = factories.locality("beside", lat=11 * KM)
    places = {place: factories.offer(localities=[place], reach_km=3)
              for place in (city, east, mill, quay, centre, beside)}  # fmt: skip

    def found(area: Locality) -> set[str]:
        offers = fitting(factories.need(locality=area))
        return {place.slug for place, offer in places.items() if offer in offers}

    assert found(city) == found(east) == {"city", "east", "mill", "quay", "beside"}
    assert found(mill) == {"city", "east", "mill"}
    assert found(quay) == {"city", "east", "quay", "beside"}
    assert found(beside) == {"city", "east", "quay", "beside"}
    assert found(centre) == {"centre"}


@pytest.mark.parametrize("reach", [0, 3])
def test_who_names_the_whole_city_fits_everywhere_and_stands_behind_whoever_lives_near(reach):
    city = factories.locality("city")
    north, middle, south = (
        factories.locality(name, lat=km * KM, parent=city)
        for name, km in (("north", 8), ("middle", 0), ("south", -8))
    )
    neighbour = factories.offer(
        localities=[factories.locality("next", lat=2 * KM, parent=city)], reach_km=3
    )
    everywhere = factories.offer(localities=[city], reach_km=reach)
    for area in (north, south):
        assert fitting(factories.need(locality=area)) == {everywhere}
    first, second = ranked(factories.need(locality=middle))
    assert (first.offer_id, second.offer_id) == (neighbour.pk, everywhere.pk)
    assert second.facts.km == pytest.approx(5.75, abs=0.01)  # √((8² + 0² + 8² + 2²) / 4)
    assert second.lines[0]["code"] == "wide_area"


def test_a_wide_area_that_is_small_is_nearly_as_good_as_home():
    block = factories.locality("block")
    street, _ = (
        factories.locality(name, lat=km * KM, parent=block)
        for name, km in (("street", 0), ("square", 0.3))
    )
    factories.offer(localities=[block], reach_km=3)
    (found,) = ranked(factories.need(locality=street))
    assert found.lines[0]["points"] > 32


def test_what_works_from_afar_knows_no_distance():
    far = factories.offer(
        categories=[factories.category("translate", remote_ok=True)],
        localities=[factories.locality("other-end", lat=60)],
        reach_km=0,
    )
    assert fitting(factories.need(category=factories.category("translate"))) == {far}


def test_they_must_share_a_language():
    english, spanish = factories.language("en"), factories.language("es")
    offer = factories.offer(languages=[english])
    assert fitting(factories.need(languages=[english, spanish])) == {offer}
    assert fitting(factories.need(languages=[spanish])) == set()


def test_they_must_be_free_at_the_same_time_of_the_week():
    mornings, evenings, whenever = (factories.offer(week_parts=parts) for parts in (1 | 8, 4, 63))
    assert fitting(factories.need(week_parts=1 | 2)) == {mornings, whenever}
    assert fitting(factories.need(week_parts=32)) == {whenever}
    assert fitting(factories.need()) == {mornings, evenings, whenever}


def test_help_from_afar_needs_the_time_too():
    phone = factories.category("phone", remote_ok=True)
    factories.offer(categories=[phone], week_parts=1)
    assert fitting(factories.need(category=phone, week_parts=4)) == set()


@pytest.mark.parametrize(
    ("today", "asked", "who"),
    [
        ("2026-11-23", {"urgency": 4}, {"weekdays"}),
        ("2026-11-28", {"urgency": 4}, {"weekends"}),
        ("2026-11-23", {"needed_by": date(2026, 11, 27)}, {"weekdays"}),
        ("2026-11-23", {"needed_by": date(2026, 11, 28)}, {"weekdays", "weekends"}),
        ("2026-11-23", {"urgency": 4, "week_parts": 56}, {"weekends"}),
        ("2026-11-23", {"urgency": 4, "needed_by": date(2026, 11, 29)}, {"weekdays"}),
        ("2026-11-23", {}, {"weekdays", "weekends"}),
    ],
)
def test_only_the_days_that_are_left_count(monkeypatch, today, asked, who):
    offers = {
        factories.offer(week_parts=7): "weekdays",
        factories.offer(week_parts=56): "weekends",
    }
    need = factories.need(**asked)
    monkeypatch.setattr(
        "requests_app.models.need.timezone.localdate", lambda: date.fromisoformat(today)
    )
    assert {offers[offer] for offer in fitting(need)} == who


def test_a_full_week_is_full_and_what_was_let_go_makes_room(sam):
    offer = factories.offer(by=sam, per_week=1)
    claim = claim_need(factories.need(), by=sam, weekly_limit=1)
    need = factories.need()
    assert fitting(need) == set()
    release_claim(claim, by=volunteer(sam))
    assert fitting(need) == {offer}


def test_only_the_week_of_the_need_has_to_have_room(sam):
    offer = factories.offer(by=sam, per_week=1)
    next_monday = this_week() + timedelta(weeks=1)
    claim_need(factories.need(), by=sam, weekly_limit=1)
    assert fitting(factories.need()) == set()
    assert fitting(factories.need(needed_by=next_monday)) == {offer}
    claim_need(factories.need(needed_by=next_monday), by=sam, weekly_limit=1)
    assert fitting(factories.need(needed_by=next_monday)) == set()


def test_who_takes_a_break_or_has_left_is_not_found(sam, vera):
    pause_offer(factories.offer(by=sam), until=None)
    factories.offer(by=vera)
    vera.is_active = False
    vera.save()
    assert fitting(factories.need()) == set()


def test_no_one_is_invited_to_their_own_need_nor_again_to_one_they_let_go(rosa, sam):
    factories.offer(by=rosa)
    factories.offer(by=sam)
    need = factories.need(account=rosa)
    release_claim(claim_need(need, by=sam, weekly_limit=2), by=volunteer(sam))
    assert fitting(need) == set()


def test_some_kinds_need_someone_the_group_knows_or_a_vehicle(sam, vera):
    care = factories.category("child-care", vetted_only=True)
    ride = factories.category("ride", needs_vehicle=True)
    known = factories.person("Known", Role.VOLUNTEER, vetted=True)
    offers = [
        factories.offer(by=sam, categories=[care, ride], has_vehicle=True),
        factories.offer(by=known, categories=[care, ride]),
    ]
    assert fitting(factories.need(category=care)) == {offers[1]}
    assert fitting(factories.need(category=ride)) == {offers[0]}


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_the_database_finds_what_a_plain_loop_over_everything_finds(seed):
    dice = random.Random(seed)
    groups = [factories.category(f"group-{n}") for n in range(2)]
    kinds = groups + [
        factories.category(f"kind-{n}", parent=dice.choice(groups), remote_ok=n == 3)
        for n in range(6)
    ]
    places = a_tree(dice, 8)
    tongues = [factories.language(code) for code in ("en", "es", "ar")]
    for _ in range(25):
        factories.offer(
            categories=dice.sample(kinds, 2),
            localities=dice.sample(places, 1),
            languages=dice.sample(tongues, 1),
            reach_km=dice.randint(0, 5),
            week_parts=dice.randint(1, 63),
        )
    way = ways()
    for _ in range(10):
        need = factories.need(
            category=dice.choice(kinds),
            locality=dice.choice(places),
            languages=dice.sample(tongues, 2),
            week_parts=dice.randint(1, 63),
        )
        fits = {offer for offer in Offer.objects.all() if plainly(need, offer, way)}
        assert fitting(need) == fits


def a_tree(dice: random.Random, size: int) -> list[Locality]:
    """Areas of a few kilometres, at several levels."""
    areas: list[Locality] = []
    for n in range(size):
        lat, lng = dice.random() / 20, dice.random() / 20
        parent = dice.choice([None, *areas])
        areas.append(factories.locality(f"place-{n}", lat, lng, parent=parent))
    return areas


def plainly(need: Need, offer: Offer, way: Callable[[Locality, Locality], Way]) -> bool:
    """The same rules, said as plainly as they can be."""
    category, here = need.category, need.locality
    kinds = {category.pk, category.parent_id, *(c.pk for c in category.children.all())}
    tongues = {row.pk for row in need.ask.languages.all()}
    near = any(way(here, area).gap <= offer.reach_km for area in offer.localities.all())
    return (
        bool(kinds & {c.pk for c in offer.categories.all()})
        and bool(tongues & {row.pk for row in offer.languages.all()})
        and (near or category.remote_ok)
        and any(need.week_parts & offer.week_parts & 2**bit for bit in range(6))
    )


def test_the_nearest_come_first_and_no_row_costs_a_query(django_assert_num_queries: Any):
    for km in (3, 1, 2):
        factories.offer(localities=[factories.locality(f"at-{km}", lat=km * KM)], reach_km=5)
    need = factories.need()
    with read_once(), django_assert_num_queries(7):
        found = ranked(need)
    assert [round(one.facts.km or 0) for one in found] == [1, 2, 3]


def test_who_was_invited_lately_is_known_and_what_is_older_does_not_count():
    offer = factories.offer()
    for days in (1, 6, 8):
        match = factories.need().matches.create(offer=offer, score=1)
        match.state, match.invited_at = "notified", timezone.now() - timedelta(days=days)
        match.save()
    (found,) = ranked(factories.need())
    assert (found.facts.invitations_in_seven_days, found.facts.days_since_invited) == (2, 1)
