"""Why somebody is not among the candidates: each hard rule in a sentence, the same rules as the search."""

import random
from datetime import timedelta

import pytest
from django.utils import timezone

from mutualaid.local_time import this_week
from mutualaid.matching.models import Refusal
from mutualaid.matching.search.hard_rules import Rule
from mutualaid.matching.search.ranking import best_offers
from mutualaid.matching.search.why_not import why_not
from mutualaid.people.models import User
from offers_app.actions import pause_offer
from offers_app.models import Offer
from requests_app.access.exclusions import exclude_people
from requests_app.actions import claim_need, release_claim
from requests_app.lifecycle.actors import volunteer
from requests_app.models import Need
from tests.support import factories

pytestmark = pytest.mark.django_db
KM = 0.009  # of latitude, about one kilometre


def left_out_by(need: Need, person: User) -> list[Rule]:
    return why_not(need, [person])[person.pk]


def fits(need: Need, person: User) -> bool:
    return bool(best_offers(need, 1, only=person).offers)


def test_a_candidate_is_left_out_by_nothing(sam):
    factories.offer(by=sam)
    need = factories.need()
    assert left_out_by(need, sam) == []
    assert fits(need, sam)


def test_who_offers_nothing_paused_or_was_switched_off_is_told_apart(sam, vera, rosa):
    need = factories.need()
    assert left_out_by(need, sam) == [Rule.NO_OFFER]
    pause_offer(factories.offer(by=vera), until=None)
    assert left_out_by(need, vera) == [Rule.PAUSED]
    factories.offer(by=rosa)
    rosa.is_active = False
    rosa.save()
    assert left_out_by(need, rosa) == [Rule.SWITCHED_OFF]


@pytest.mark.parametrize(
    ("rule", "offered", "asked"),
    [
        (Rule.KIND, {"kind": "bread"}, {}),
        (Rule.DISTANCE, {"lat": 9 * KM}, {}),
        (Rule.TIME, {"week_parts": 1}, {"week_parts": 4}),
        (Rule.LANGUAGE, {"speaks": "es"}, {}),
        (Rule.VEHICLE, {"kind": "ride"}, {"kind": "ride"}),
        (Rule.VETTED, {"kind": "child-care"}, {"kind": "child-care"}),
    ],
)
def test_what_does_not_fit_is_named_and_nothing_else(sam, rule, offered, asked):
    factories.category("ride", needs_vehicle=True)
    factories.category("child-care", vetted_only=True)
    factories.offer(
        by=sam,
        categories=[factories.category(offered.pop("kind", "groceries"))],
        localities=[factories.locality("home", lat=offered.pop("lat", 0.0))],
        languages=[factories.language(offered.pop("speaks", "en"))],
        **offered,
    )
    need = factories.need(category=factories.category(asked.pop("kind", "groceries")), **asked)
    assert left_out_by(need, sam) == [rule]


def test_several_reasons_are_all_named(sam):
    factories.offer(
        by=sam,
        categories=[factories.category("bread")],
        localities=[factories.locality("far", lat=9 * KM)],
        week_parts=1,
    )
    need = factories.need(week_parts=4)
    assert left_out_by(need, sam) == [Rule.KIND, Rule.DISTANCE, Rule.TIME]


def test_a_full_week_and_a_yes_of_before_are_named(sam):
    factories.offer(by=sam, per_week=1)
    need = factories.need()
    claim = claim_need(factories.need(), by=sam, weekly_limit=1)
    assert left_out_by(need, sam) == [Rule.WEEK_FULL]
    release_claim(claim, by=volunteer(sam))
    assert left_out_by(claim.need, sam) == [Rule.HAD_IT]


def test_as_many_as_one_may_hold_at_once_is_named(sam):
    factories.set_policy(live_claims_per_person=1)
    factories.offer(by=sam, per_week=5)
    claim_need(factories.need(), by=sam, weekly_limit=5)
    assert left_out_by(factories.need(), sam) == [Rule.NO_ROOM]


def test_a_break_and_what_they_ruled_out_are_named(sam, vera):
    pause_offer(factories.offer(by=sam), until=timezone.localdate() + timedelta(days=3))
    need = factories.need()
    assert left_out_by(need, sam) == [Rule.PAUSED]
    Refusal.objects.create(offer=factories.offer(by=vera), category=need.category)
    assert left_out_by(need, vera) == [Rule.RULED_OUT]


def test_an_ask_of_their_own_and_one_kept_from_them_read_the_same(sam, rosa):
    """So the sentence does not tell which of the two it is."""
    factories.offer(by=sam)
    factories.offer(by=rosa)
    need = factories.need(account=rosa)
    exclude_people(need.ask, [sam])
    assert left_out_by(need, sam) == left_out_by(need, rosa) == [Rule.KEPT_FROM]
    assert str(Rule.KEPT_FROM.label) == "This ask isn't shown to them."


def test_where_the_group_meets_people_first_that_is_the_reason():
    factories.set_policy(joining="meet_first")
    new = factories.person("Noor", known=False)
    factories.offer(by=new)
    assert left_out_by(factories.need(), new) == [Rule.MEET_FIRST]


def test_an_offer_that_was_just_changed_is_not_explained_by_what_it_was(sam):
    offer = factories.offer(by=sam)
    Offer.objects.filter(pk=offer.pk).update(reach_km=4)
    need = factories.need()
    assert left_out_by(need, sam) == [Rule.NOT_INDEXED]
    assert not fits(need, sam)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_nothing_is_named_of_exactly_those_whom_the_search_finds(seed):
    """Worlds at random: somebody is a candidate if and only if no rule leaves them out."""
    dice = random.Random(seed)
    factories.set_policy(live_claims_per_person=2)
    kinds = [
        factories.category(f"kind-{n}", remote_ok=n == 1, needs_vehicle=n == 2, vetted_only=n == 3)
        for n in range(4)
    ]
    places = [factories.locality(f"place-{n}", lat=dice.random() / 20) for n in range(4)]
    tongues = [factories.language(code) for code in ("en", "es")]
    people = [factories.person(vetted=dice.random() < 0.5) for _ in range(14)]
    offers = [
        factories.offer(
            by=person,
            categories=dice.sample(kinds, 3),
            localities=dice.sample(places, 2),
            languages=dice.sample(tongues, dice.randint(1, 2)),
            reach_km=dice.randint(0, 6),
            week_parts=dice.choice([63, 63, dice.randint(1, 63)]),
            per_week=dice.randint(1, 3),
            has_vehicle=dice.random() < 0.5,
        )
        for person in people[1:]
    ]
    for offer in dice.sample(offers, 2):
        Refusal.objects.create(offer=offer, category=dice.choice(kinds))
    next_week = this_week() + timedelta(days=7)
    for offer in dice.sample(offers, 2):
        Refusal.objects.create(offer=offer, since=next_week, until=next_week + timedelta(days=6))
    for offer in dice.sample(offers, 2):
        pause_offer(offer, until=timezone.localdate() + timedelta(days=1))
    needs = [
        factories.need(
            category=dice.choice(kinds),
            locality=dice.choice(places),
            languages=dice.sample(tongues, 1),
            week_parts=dice.choice([63, dice.randint(1, 63)]),
            account=dice.choice(people),
            needed_by=dice.choice([None, next_week + timedelta(days=2)]),
        )
        for _ in range(6)
    ]
    busy = dice.choice(people)
    for need in needs[:2]:
        if not need.category.vetted_only and need.ask.account != busy:
            claim_need(need, by=busy, weekly_limit=9)
    exclude_people(needs[-1].ask, dice.sample(people, 2))
    seen = set[bool]()
    for need in needs:
        need = Need.objects.select_related("category", "locality", "ask").get(pk=need.pk)
        by_person = why_not(need, people)
        for person in people:
            named = by_person[person.pk]
            assert bool(named) is not fits(need, person), (need, person, named)
            seen.add(bool(named))
    assert seen == {True, False}


def test_many_cost_as_many_queries_as_one(django_assert_num_queries):
    need = factories.need()
    people = [factories.person() for _ in range(12)]
    for person in people:
        factories.offer(by=person)
    why_not(need, people)  # the first look at the policy makes it
    for few in (people[:1], people):
        with django_assert_num_queries(18):
            why_not(need, few)
