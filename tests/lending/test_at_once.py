"""Many at once: the last is had by one, nothing is promised twice, no two wait for each other."""

from collections import Counter
from functools import partial

import pytest
from django.db import transaction

from mutualaid.lending import actions
from mutualaid.lending.models import MOST_THINGS, Loan, Thing, ThingRequest
from mutualaid.lending.refusals import REFUSALS
from mutualaid.people.models import User
from requests_app.models import Ask, Claim
from tests.support import factories, lending
from tests.support.at_once import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def answered(request: ThingRequest, by: User, action: str = "say_yes") -> str:
    related = ThingRequest.objects.select_related("thing__owner", "need__ask", "need__category")
    try:
        getattr(actions, action)(related.get(pk=request.pk), by=by)
    except tuple(REFUSALS) as refused:
        return type(refused).__name__
    return action


def generous() -> User:
    lending.on(live_claims_per_person=20)
    return factories.person("Sam")


def test_two_want_the_last_and_one_gets_it_and_the_other_is_told():
    sam = generous()
    for _ in range(3):
        thing = lending.thing(sam)
        wishes = [lending.wish(thing) for _ in range(2)]
        results = Counter(at_once([partial(answered, one, sam) for one in wishes]))
        assert results["say_yes"] == 1
        states = ThingRequest.objects.filter(thing=thing).values_list("state", flat=True)
        assert sorted(states) == ["granted", "run_out"]
        thing.refresh_from_db()
        assert (thing.left, thing.state) == (0, "gone")


def test_of_eight_for_five_nothing_is_promised_twice():
    sam = generous()
    thing = lending.thing(sam, mode="give", total=5)
    wishes = [lending.wish(thing) for _ in range(8)]
    at_once([partial(answered, one, sam) for one in wishes])
    granted = ThingRequest.objects.filter(state="granted").count()
    thing.refresh_from_db()
    assert (granted, thing.left, Claim.objects.count()) == (5, 0, 5)


def test_of_yes_and_no_at_once_one_holds():
    sam = generous()
    for _ in range(4):
        request = lending.wish(lending.thing(sam))
        jobs = [partial(answered, request, sam, one) for one in ("say_yes", "say_no")]
        results = at_once(jobs)
        request.refresh_from_db()
        held = {"granted": "say_yes", "declined": "say_no"}[request.state]
        assert [one for one in results if one.startswith("say")] == [held]
        assert Claim.objects.filter(need=request.need).count() == (held == "say_yes")


def ended(loan: Loan, outcome: str, by: User | Ask) -> str:
    try:
        actions.end_loan(Loan.objects.get(pk=loan.pk), outcome, by=by)
    except tuple(REFUSALS) as refused:
        return type(refused).__name__
    return outcome


def test_both_say_at_once_what_became_of_it_and_one_answer_stands():
    sam = generous()
    loan = lending.lent(sam)
    jobs = [partial(ended, loan, "back", sam), partial(ended, loan, "lost", loan.request.need.ask)]
    results = at_once(jobs)
    loan.refresh_from_db()
    assert [one for one in results if one != "StateChanged"] == [loan.state]


def listed(owner: User) -> bool:
    try:
        lending.thing(owner)
    except actions.TooManyThings:
        return False
    return True


def test_however_often_one_person_tries_they_list_fifty_things():
    sam = generous()
    with transaction.atomic():
        first = lending.thing(sam)
        rows = [
            Thing(
                owner=sam, number=number, title="Cup", category=first.category, mode="give",
                locality=first.locality,
            )
            for number in range(2, MOST_THINGS - 1)
        ]  # fmt: skip
        Thing.objects.bulk_create(rows)
    results = at_once([partial(listed, sam)] * 6)
    assert sum(results) == 2
    assert not any(listed(sam) for _ in range(100))
    assert Thing.objects.of(sam).count() == MOST_THINGS


def test_the_sweep_in_many_places_at_once_tells_each_once():
    sam = generous()
    request = lending.wish(lending.thing(sam))
    loan = lending.due_in(lending.lent(sam, title="Tent"), 1)
    lending.hours_go_by(request)
    changed = at_once([lending.sweep] * 6)
    assert sum(changed) == 2
    loan.refresh_from_db()
    assert loan.reminded_at
