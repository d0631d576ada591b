"""The twenty best are the twenty best: what the index finds, against scoring everything by hand."""

import random
from collections.abc import Callable
from datetime import timedelta
from math import exp

import pytest
from django.utils import timezone

from mutualaid.catalog.models import Locality
from mutualaid.local_time import this_week
from mutualaid.matching.models import (
    BacklogRun,
    Match,
    NeedSearch,
    OfferPrice,
    Proposal,
    ScoringWeights,
    current_points,
)
from mutualaid.matching.search import ranking
from mutualaid.matching.search.candidates import tie_break_rank
from mutualaid.matching.search.ranking import best_offers
from mutualaid.people.models import User
from offers_app.actions import pause_offer
from offers_app.models import Offer
from requests_app.models import Claim, Need
from tests.support import factories
from tests.support.ways import Way, ways

pytestmark = pytest.mark.django_db
FIVE, TWENTY = 5, 20
A_WEEK = timedelta(days=7)
Measure = Callable[[Locality, Locality], Way]


@pytest.fixture(params=range(3))
def city(request, monkeypatch) -> random.Random:
    """A small city in which very many live near each other, some of them invited, wanted or busy.

    So few are looked at closely at once that the look has to go on and to know where to end.
    """
    monkeypatch.setattr(ranking, "FIRST_BATCH", 8)
    monkeypatch.setattr(ranking, "NEAR_KM", 2)
    dice = random.Random(request.param)
    food = factories.category("food")
    kinds = [food, factories.category("bread", parent=food), factories.category("rides")]
    town = factories.locality("town")
    hill = factories.locality("hill", parent=town)
    places = [
        factories.locality(
            f"p{n}", dice.random() / 25, dice.random() / 25, parent=town if n % 2 else hill
        )
        for n in range(5)
    ]
    tongues = [factories.language(code) for code in ("en", "es")]
    old_need = factories.need(category=factories.category("old"))
    for _ in range(60):
        offer = factories.offer(
            categories=dice.sample(kinds, dice.randint(1, 2)),
            localities=dice.sample([*places, town, hill], dice.randint(1, 2)),
            languages=dice.sample(tongues, dice.randint(1, 2)),
            reach_km=dice.randint(0, 6),
            per_week=dice.randint(1, 3),
            week_parts=dice.choice([63, dice.randint(1, 63), dice.randint(1, 63)]),
        )
        _live_through(offer, old_need, dice)
    for _ in range(15):
        _press(dice)
    return dice


def _live_through(offer: Offer, old_need: Need, dice: random.Random) -> None:
    now = timezone.now()
    Offer.objects.filter(pk=offer.pk).update(
        confirmed_at=now - timedelta(days=dice.choice([0, 29, 31, 200]))
    )
    if dice.random() < 0.5:
        asked = now - timedelta(days=dice.choice([1, 3, 20]))
        Match.objects.create(
            need=old_need, offer=offer, score=1, state="notified", invited_at=asked
        )
    if dice.random() < 0.3:
        OfferPrice.objects.create(offer=offer, points=dice.randint(0, 9), solved_at=now)
    if dice.random() < 0.2:
        need = factories.need(category=factories.category("old"))
        week = this_week() + dice.choice([timedelta(), A_WEEK])
        Claim.objects.create(need=need, volunteer=offer.volunteer, week=week, week_slot=1)


def _press(dice: random.Random) -> None:
    """Another need of this week or the next, for one or several, has some of the offers on its list."""
    need = factories.need(
        category=factories.category("old"),
        needed_by=dice.choice([None, timezone.localdate() + A_WEEK]),
        helpers_wanted=dice.choice([1, 3]),
    )
    NeedSearch.objects.create(need=need, candidates=dice.choice([0, 1, 2, 4, 8]))
    long_ago = timezone.now() - timedelta(days=20)
    for offer in dice.sample(list(Offer.objects.all()), 8):
        state = dice.choice(["suggested", "notified", "seen", "declined", "superseded"])
        invited_at = None if state == "suggested" else long_ago
        Match.objects.create(need=need, offer=offer, score=1, state=state, invited_at=invited_at)
    if dice.random() < 0.2:
        Need.objects.filter(pk=need.pk).update(state="triage", match_due_at=None)


@pytest.mark.slow
def test_recall_is_one(city):
    kinds = [factories.category(slug) for slug in ("food", "bread", "rides")]
    places = [factories.locality(slug) for slug in ("p0", "p1", "p2", "p3", "p4", "hill", "town")]
    for _ in range(6):
        need = factories.need(
            category=city.choice(kinds),
            locality=city.choice(places),
            languages=[factories.language(code) for code in city.sample(["en", "es"], 2)],
            week_parts=city.choice([63, city.randint(1, 63)]),
            needed_by=city.choice([None, timezone.localdate() + A_WEEK]),
        )
        fresh = Need.objects.select_related("category", "locality__parent").get(pk=need.pk)
        found = [one.offer_id for one in best_offers(fresh, TWENTY).offers]
        assert found == by_hand(fresh)[:TWENTY]
        assert len(found) > 5


@pytest.mark.slow
def test_recall_is_one_with_proposals_for_whoever_they_are(city):
    """Of those who fit as the last: their points may lift them over anybody, or not far enough."""
    places = [factories.locality(slug) for slug in ("p0", "p1", "p2", "hill")]
    BacklogRun.objects.create(outcome="done")
    for points, place in zip((5, 40, 100, 40), places, strict=True):
        ScoringWeights.objects.update_or_create(pk=1, defaults={"kept": points})
        need = factories.need(category=factories.category("food"), locality=place)
        fresh = Need.objects.select_related("category", "locality__parent").get(pk=need.pk)
        proposed = city.choice(by_hand(fresh)[FIVE:])
        Proposal.objects.create(need=need, offer_id=proposed)
        found = [one.offer_id for one in best_offers(fresh, FIVE).offers]
        assert found == by_hand(fresh)[:FIVE]
        assert points < 100 or found[0] == proposed


def test_a_proposal_for_who_does_not_fit_changes_nothing(city):
    need = factories.need(category=factories.category("food"), locality=factories.locality("p0"))
    fresh = Need.objects.select_related("category", "locality__parent").get(pk=need.pk)
    before = [one.offer_id for one in best_offers(fresh, FIVE).offers]
    BacklogRun.objects.create(outcome="done")
    others = Offer.objects.exclude(pk__in=by_hand(fresh))
    Proposal.objects.create(need=need, offer=others[0])
    assert [one.offer_id for one in best_offers(fresh, FIVE).offers] == before
    assert best_offers(fresh, 1, only=others[0].volunteer).offers == []


def by_hand(need: Need) -> list[int]:
    """Every offer scored one by one by the rules of the design, in plain words and plain sums."""
    way = ways()
    offers = Offer.objects.all()
    ranks = {offer.pk: rank for offer in offers if (rank := _rank(need, offer, way))}
    return sorted(ranks, key=lambda pk: (-ranks[pk], *tie_break_rank(need.public_id, pk)))


def _rank(need: Need, offer: Offer, way: Measure) -> float | None:
    kinds = {need.category_id, need.category.parent_id}
    kinds |= {child.pk for child in need.category.children.all()}
    offered = {category.pk for category in offer.categories.all()}
    tongues = {t.code for t in need.ask.languages.all()} & {t.code for t in offer.languages.all()}
    areas = offer.localities.all()
    near = max((_near(way(need.locality, area), offer.reach_km) for area in areas), default=-1)
    claims = Claim.objects.filter(volunteer=offer.volunteer, week=need.week).count()
    shared = need.week_parts & offer.week_parts
    if not (kinds & offered and tongues and shared and near >= 0 and claims < offer.per_week):
        return None
    week = timezone.now() - timedelta(days=7)
    asks = Match.objects.filter(offer=offer, invited_at__gt=week).count()
    kind = 20 if need.category_id in offered else 12
    time = 15 * shared.bit_count() / need.week_parts.bit_count() if need.week_parts != 63 else 15
    speech = 10 if "en" in tongues else 4
    fresh = 8 if offer.confirmed_at > timezone.now() - timedelta(days=30) else 0
    worth = near + kind + speech + time + 12 * exp(-asks / 3) + fresh
    kept = current_points().kept if Proposal.objects.filter(need=need, offer=offer) else 0
    return worth + kept - _price(need, offer, places=offer.per_week - claims)


def _price(need: Need, offer: Offer, places: int) -> float:
    """By the last run, for this week; else by who else has them on their list for the same week."""
    solved = OfferPrice.objects.filter(offer=offer).first()
    if solved and need.week == this_week():
        return solved.points
    pressure = sum(
        1 / match.need.search.candidates
        for match in offer.matches.filter(state__in=["suggested", "notified", "seen"])
        if match.need != need
        and match.need.state == "open"
        and match.need.week == need.week
        and hasattr(match.need, "search")
        and match.need.search.candidates
    )
    return int(min(60, 40 * pressure / places))


def _near(way: Way, reach: int) -> float:
    gap, km = way
    if gap > reach:
        return -1
    return 35 * max(0, 1 - km / reach) if km and reach else 35 * (not km)


def test_among_equals_a_lot_decides_that_differs_from_need_to_need():
    offers = [factories.offer().pk for _ in range(12)]
    orders = set()
    for _ in range(6):
        need = factories.need()
        found = [one.offer_id for one in best_offers(need, 12).offers]
        assert found == [one.offer_id for one in best_offers(need, 12).offers]
        assert sorted(found) == sorted(offers)
        orders.add(tuple(found))
    assert len(orders) > 1


NOT_FREE = {
    "full": lambda offer: Claim.objects.create(
        need=factories.need(), volunteer=offer.volunteer, week_slot=1
    ),
    "holds enough": lambda offer: Claim.objects.create(
        need=factories.need(),
        volunteer=offer.volunteer,
        week=timezone.localdate() - timedelta(days=70),
        week_slot=1,
    ),
    "inactive": lambda offer: User.objects.filter(pk=offer.volunteer_id).update(is_active=False),
    "paused": lambda offer: pause_offer(offer, until=None),
    "refused": lambda offer: offer.refusals.create(until=timezone.localdate()),
    "left out": lambda offer: None,
    "many areas": lambda offer: None,
}


@pytest.mark.parametrize("kind", NOT_FREE)
def test_no_limit_is_used_up_by_who_is_not_free(monkeypatch, kind):
    """However many would fit better if they were free: who is free is found behind them."""
    monkeypatch.setattr(ranking, "FIRST_BATCH", 2)
    monkeypatch.setattr(ranking, "MOST_SCORED", 4)
    factories.set_policy(live_claims_per_person=1)
    food = factories.category("food")
    bread = factories.category("bread", parent=food)
    areas = [factories.locality(f"a{n}", lat=n / 1_000) for n in range(9 * (kind == "many areas"))]
    better = [
        factories.offer(categories=[bread], localities=areas or None, per_week=1)
        for _ in range(3 if areas else 12)
    ]
    for offer in better:
        NOT_FREE[kind](offer)
    free = [factories.offer(categories=[food]).pk for _ in range(3)]
    need = factories.need(category=bread, urgency=4)
    without = frozenset(offer.pk for offer in better)
    best = best_offers(need, 20, without=without if kind == "left out" else frozenset())
    assert {one.offer_id for one in best.offers} >= set(free)


def test_a_city_in_one_place_is_looked_at_up_to_a_limit(monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr(ranking, "FIRST_BATCH", 4)
    monkeypatch.setattr(ranking, "MOST_SCORED", 16)
    for _ in range(40):
        offer = factories.offer()
        OfferPrice.objects.create(offer=offer, points=1, solved_at=timezone.now())
    need = factories.need()
    with django_assert_max_num_queries(25):  # outside of a task, which reads the policy once
        found = best_offers(need, 5)
    assert len(found.offers) == 5
    assert found.candidates >= 16
