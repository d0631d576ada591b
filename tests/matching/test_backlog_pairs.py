"""The join of the whole backlog: the pairs and points that the rules and the score say, one by one."""

import tracemalloc
from collections.abc import Callable
from datetime import timedelta

import numpy as np
import pytest
from django.utils import timezone

from mutualaid.catalog.models import Category, Locality
from mutualaid.matching.backlog import pairs, points
from mutualaid.matching.backlog.arrays import Links, NeedArrays, OfferArrays
from mutualaid.matching.backlog.load import coverage_by_locality, read_needs, read_offers
from mutualaid.matching.backlog.problem import Problem
from mutualaid.matching.backlog.solve import build
from mutualaid.matching.models import Match, Refusal
from mutualaid.matching.scoring import STARTING, Facts, Points, score
from offers_app.models import Offer
from requests_app.actions import claim_need
from requests_app.models import Claim, Need
from requests_app.states import Urgency
from tests.support import factories
from tests.support.backlog_world import a_world
from tests.support.ways import Way, ways

A_STEP = 1 / 64
"""Pairs are sorted in steps of so many points."""
LISTS = ("categories", "localities", "languages")
"""What an offer names, read once and not for each pair."""


def built() -> tuple[Problem, list[int], list[int]]:
    now = timezone.now()
    needs = read_needs(now)
    offers = read_offers(now, needs.week)
    return build(needs, offers, {}, {}), needs.pk.tolist(), offers.pk.tolist()


def joined_pairs() -> dict[tuple[int, int], float]:
    """Points of each pair, by the ids of its need and its offer."""
    problem, needs, offers = built()
    return {
        (needs[n], offers[offer]): float(problem.points[pair] + problem.offer_points[offer])
        for n, group in enumerate(problem.group)
        for pair in range(problem.starts[group], problem.starts[group + 1])
        for offer in [problem.offer[pair]]
    }


def facts(need: Need, offer: Offer, way: Callable[[Locality, Locality], Way]) -> Facts | None:
    """The rules in the plainest words; None where this offer does not fit."""
    category, home, areas = need.category, need.locality, list(offer.localities.all())
    kinds = {category.pk, category.parent_id, *(c.pk for c in category.children.all())}
    offered = {c.pk for c in offer.categories.all()}
    listed = list(need.ask.languages.all())
    own = [row for row in listed if row.code == need.ask.contact.language] or listed
    shared = [row for row in offer.languages.all() if row in listed]
    found = [way(home, area) for area in areas]
    inside = any(area.pk in home.with_ancestors() for area in areas)
    wanted = times_that_count(need)
    week_ago = timezone.now() - timedelta(days=7)
    fits = (
        need.ask.account != offer.volunteer
        and (offer.volunteer.vetted or not category.vetted_only)
        and (offer.has_vehicle or not category.needs_vehicle)
        and (category.remote_ok or min(one.gap for one in found) <= offer.reach_km)
        and bool(kinds & offered)
        and bool(shared)
        and bool(wanted & offer.week_parts)
    )
    if not fits or is_ruled_out(need, offer):
        return None
    return Facts(
        km=None if category.remote_ok else min(one.km for one in found),
        reach_km=offer.reach_km,
        same_locality=inside,
        same_category=category.pk in offered,
        languages=[row.name for row in shared],
        own_language=any(row in own for row in shared),
        invitations_in_seven_days=offer.matches.filter(invited_at__gte=week_ago).count(),
        wanted_parts=wanted,
        free_parts=offer.week_parts,
        is_confirmed=offer.confirmed_at > timezone.now() - timedelta(days=30),
    )


def is_ruled_out(need: Need, offer: Offer) -> bool:
    """They have or had this need, said no to it or to what it asks for, or have a full week."""
    refused = any(
        (refusal.category_id is None and refusal.locality_id is None)
        or refusal.category_id == need.category_id
        or refusal.locality_id == need.locality_id
        for refusal in offer.refusals.all()
        if holds(refusal, need)
    )
    claims = Claim.objects.filter(volunteer=offer.volunteer)
    out = ("declined", "cancelled")
    return (
        refused
        or claims.filter(need=need).exists()
        or claims.filling_week(need.week).exists()
        or Match.objects.filter(need=need, offer=offer, state__in=out).exists()
    )


def holds(refusal: Refusal, need: Need) -> bool:
    """On some day that is left of the week of the need."""
    days = [need.week + timedelta(days=number) for number in range(7)]
    return any(
        day >= timezone.localdate()
        and (refusal.since is None or refusal.since <= day)
        and (refusal.until is None or day <= refusal.until)
        for day in days
    )


def times_that_count(need: Need) -> int:
    """Weekdays are the first three bits, weekends the others."""
    today = timezone.localdate()
    last = today if need.urgency == 4 else need.needed_by or today + timedelta(days=7)
    days = {(today + timedelta(days=n)).isoweekday() for n in range(7) if n <= (last - today).days}
    coming = 7 * bool(days - {6, 7}) + 56 * bool(days & {6, 7})
    return need.week_parts & coming or need.week_parts


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(6))
def test_it_finds_the_pairs_and_points_that_the_plain_rules_and_the_score_find(seed):
    a_world(seed)
    needs = Need.objects.open().select_related("category", "locality", "ask__contact")
    offers = list(Offer.objects.select_related("volunteer").prefetch_related(*LISTS))
    way = ways()
    expected = {
        (need.pk, offer.pk): sum(line["points"] for line in score(fact))
        for need in needs.prefetch_related("ask__languages", "category__children")
        for offer in offers
        if (fact := facts(need, offer, way))
    }
    assert len(expected) > 30
    assert joined_pairs() == pytest.approx(expected, abs=A_STEP)


@pytest.mark.parametrize("km", [None, 0.0, 0.4, 2.0, 3.0])
@pytest.mark.parametrize("inside", [True, False])
@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize("own", [True, False])
@pytest.mark.parametrize("fresh", [True, False])
@pytest.mark.parametrize(("asks", "time"), [(0, 3), (1, 6), (5, 63)])
@pytest.mark.parametrize("weights", [STARTING, Points(1, 2, 3, 4, 5, 6, 7, 8)])
def test_the_points_of_many_at_once_are_the_points_of_the_score(
    km, inside, exact, own, fresh, asks, time, weights
):
    parts = {"wanted_parts": 3, "free_parts": time}
    one = Facts(km, 3, inside, exact, ["en"], own, asks, is_confirmed=fresh, **parts)
    column = np.array([km or 0.0])
    flags = (np.array([exact]), np.array([own]))
    shared = points.SHARED_TIME[[3], [time]]
    many = points.pair_score(weights, column, np.array([3]), *flags, shared)
    many += points.offer_points(weights, np.array([asks]), np.array([fresh]))
    assert many[0] == pytest.approx(sum(line["points"] for line in score(one, weights)))


def test_a_reach_of_nothing_is_no_division_by_nothing():
    none, no = np.array([0]), np.array([False])
    facts = (np.array([0.0]), none, no, no, none)
    assert np.isfinite(points.pair_score(STARTING, *facts)).all()


def test_priority_is_as_the_design_says_and_only_critical_ones_grow():
    urgency = np.array([1, 2, 3, 4, 4, 4, 1])
    waited = np.array([0, 0, 0, 0, 36, 720, 720.0])
    expected = [100, 200, 400, 1000, 1500, 2000, 100]
    assert points.priority(urgency, waited).tolist() == expected
    assert set(points.PRIORITY) == set(Urgency.values)


@pytest.mark.django_db
def test_a_locality_where_few_were_helped_comes_first_within_bounds(sam):
    rich, poor, new = (factories.locality(name) for name in ("rich", "poor", "new"))
    claim_need(factories.need(locality=rich), by=sam, weekly_limit=5)
    factories.need(locality=poor)
    coverage = coverage_by_locality(timezone.now())
    assert coverage == {rich.pk: 1.0, poor.pk: 0.0}
    places = np.array([rich.pk, poor.pk, new.pk])
    assert points.equity(places, coverage).tolist() == [0, 200, 0]
    assert points.equity(places, {rich.pk: 1.0, poor.pk: 0.0, new.pk: 1.0}).max() < 300
    assert points.equity(places, {}).tolist() == [0, 0, 0]


@pytest.mark.django_db
def test_needs_that_are_alike_are_joined_once():
    for _ in range(3):
        factories.offer()
    for _ in range(20):
        factories.need()
    problem, needs, _offers = built()
    assert (len(problem.offer), problem.pairs) == (3, 3 * len(needs))


@pytest.mark.django_db
def test_where_very_many_live_near_each_search_keeps_some_and_the_memory_is_bounded(monkeypatch):
    far = factories.locality("far", lat=0.02)
    near = [factories.offer(reach_km=9).pk for _ in range(3)]
    for _ in range(30):
        factories.offer(localities=[far], reach_km=9)
    for language in ("en", "es", "ar"):
        tongue = factories.language(language)
        factories.need(languages=[tongue, factories.language("en")])
    everything = len(joined_pairs())
    monkeypatch.setattr(pairs, "MOST_PAIRS", 20)
    kept = joined_pairs()
    assert everything == 3 * 33
    assert 3 <= len(kept) <= 20
    assert {offer for _, offer in kept} & set(near)
    cut = built()[0].most_cut
    monkeypatch.setattr(pairs, "MOST_PAIRS", 10_000)
    best = joined_pairs()
    assert max(points for pair, points in best.items() if pair not in kept) <= cut.max()
    assert np.isinf(built()[0].most_cut).all()


@pytest.mark.slow
@pytest.mark.django_db
def test_a_million_offers_in_one_area_are_joined_within_bounds(monkeypatch):
    """Each need stands alone here, as if someone had said no to it: the worst that can be."""
    many, alone = 1_000_000, 200
    offer, need = factories.offer(), factories.need()
    now = timezone.now()
    one, wanting = read_offers(now), read_needs(now)

    def links(target: int, owners: int = many) -> Links:
        return Links(np.arange(owners), np.full(owners, target))

    offers = OfferArrays(
        **{name: np.repeat(column, many) for name, column in list(vars(one).items())[:12]}
        | {"volunteer": np.arange(many) + 1},
        categories=links(need.category_id),
        localities=links(offer.localities.get().pk),
        languages=links(factories.language().pk),
        refusals=one.refusals,
    )
    columns = {name: np.repeat(column, alone) for name, column in list(vars(wanting).items())[:9]}
    needs = NeedArrays(
        **columns,
        languages=links(factories.language().pk, alone),
        own_language=np.ones(alone, dtype=bool),
        excluded=Links(np.arange(alone), np.arange(alone) + 1),
    )
    monkeypatch.setattr(pairs, "MOST_PAIRS", 1_000_000)
    tracemalloc.start()
    problem = build(needs, offers, {}, {})
    peak = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    assert len(problem.offer) <= 1_000_000
    assert np.diff(problem.starts).min() > 4_000
    assert peak < 500, "MB"


@pytest.mark.django_db
def test_a_kind_that_no_one_knows_and_a_need_without_languages_have_no_pairs():
    factories.offer()
    factories.need(category=factories.category("new-kind"))
    factories.need().ask.languages.clear()
    assert joined_pairs() == {}
    assert Category.objects.count() == 2
