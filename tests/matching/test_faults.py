"""What goes wrong in a day: nothing is doubled, nothing is lost, and no fault reaches a person."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Any

import pytest
from django.db.models.functions import Now

from mutualaid.matching import actions, tasks
from mutualaid.matching.models import Match, NeedSearch, OfferIndexEntry
from mutualaid.matching.outreach import match_need
from mutualaid.matching.outreach.waves import invite_next
from mutualaid.matching.search import offer_index
from mutualaid.notify.models import Notification
from offers_app.actions import pause_offer
from offers_app.models import Offer
from requests_app.actions import StateChanged, WeekIsFull, claim_need, withdraw_need
from requests_app.models import Claim, Need
from tests.support import factories
from tests.support.at_once import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def all_of(model: type) -> list[object]:
    return list(model._default_manager.order_by("pk").values())  # type: ignore[attr-defined]


@pytest.mark.parametrize("task", [tasks.sweep, tasks.learn])
def test_ten_at_once_and_once_more_is_as_once(task):
    for _ in range(4):
        factories.offer()
    needs = [factories.need() for _ in range(3)]
    at_once([task] * 10)
    tasks.sweep()
    before = all_of(Match), all_of(Notification), all_of(OfferIndexEntry), all_of(NeedSearch)
    task()
    assert (
        all_of(Match),
        all_of(Notification),
        all_of(OfferIndexEntry),
        all_of(NeedSearch),
    ) == before
    assert [need.matches.count() for need in needs] == [4, 4, 4]


def test_an_offer_written_by_ten_at_once_is_indexed_once():
    offer = factories.offer()
    before = OfferIndexEntry.objects.values_list("category", "locality").order_by("pk")
    at_once([partial(offer_index.index_offers, [offer.pk])] * 10)
    assert list(before) == [(factories.category().pk, factories.locality().pk)]
    Offer.objects.update(match_due_at=offer.created_at)
    found = at_once([partial(offer_index.match_offer, offer.pk)] * 10)
    assert not any(map(list, found)), "no need is there"


def test_the_sweep_dies_half_way_and_the_next_one_goes_on(monkeypatch):
    factories.offer()
    needs = [factories.need() for _ in range(3)]
    whole, done = invite_next, []

    def dies_at_the_second(need: Need, now: datetime) -> None:
        whole(need, now)
        done.append(need.pk)
        if len(done) == 2:
            raise SystemExit

    monkeypatch.setattr(match_need, "invite_next", dies_at_the_second)
    with pytest.raises(SystemExit):
        tasks.sweep()
    assert Match.objects.count() == NeedSearch.objects.count() == 1
    Need.objects.filter(search=None).update(match_due_at=Now())  # the lease of the dead is over
    tasks.sweep()
    assert [need.matches.count() for need in needs] == [1, 1, 1]
    assert Notification.objects.filter(kind="need_fits").count() == 2  # no more than two a day


def test_an_offer_dies_half_way_and_stays_due(monkeypatch):
    need = factories.need()
    offer = factories.offer()
    monkeypatch.setattr(offer_index, "index_offers", lambda ids: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        tasks.match_offer(offer.pk)
    monkeypatch.undo()
    tasks.sweep()
    assert need.matches.get().offer == offer


def test_a_need_is_withdrawn_while_it_is_matched():
    for _ in range(3):
        factories.offer()
    need = factories.need()

    def withdraw() -> None:
        withdraw_need(Need.objects.get(pk=need.pk))

    jobs: list[Any] = [partial(match_need.match_need, need.pk), withdraw]
    at_once(jobs)
    need.refresh_from_db()
    assert need.state == "closed"
    tasks.sweep()
    with pytest.raises(StateChanged):
        say_yes_late(need)


def say_yes_late(need: Need) -> None:
    """Someone who was invited in the last moment says yes."""
    match = need.matches.first()
    if match is None:
        raise StateChanged
    actions.accept(match)


def test_an_offers_week_fills_up_while_its_volunteer_is_invited(sam):
    factories.offer(by=sam, per_week=1)
    first, second = factories.need(), factories.need()
    tasks.sweep()
    actions.accept(first.matches.get())
    with pytest.raises(WeekIsFull):
        actions.accept(second.matches.get())
    second.refresh_from_db()
    assert (second.state, second.matches.get().state) == ("open", "notified")


def test_everyone_says_yes_at_once_and_one_has_it():
    for _ in range(5):
        factories.offer()
    need = factories.need(urgency=4)
    tasks.sweep()

    def say_yes(match: Match) -> bool:
        try:
            actions.accept(match)
        except StateChanged:
            return False
        return True

    matches = list(need.matches.select_related("need", "offer__volunteer"))
    said = at_once([partial(say_yes, match) for match in matches])
    assert sorted(said) == [False] * 4 + [True]
    assert Claim.objects.live().count() == 1
    assert sorted(need.matches.values_list("state", flat=True)) == ["accepted"] + ["superseded"] * 4


def test_yes_no_and_the_next_wave_at_once_lock_no_one_out():
    for _ in range(8):
        factories.offer()
    need = factories.need(urgency=4)
    tasks.sweep()
    matches = list(need.matches.select_related("need", "offer__volunteer"))
    Need.objects.filter(pk=need.pk).update(match_due_at=need.created_at)

    def say_no(match: Match) -> None:
        with suppress(StateChanged):  # someone was faster with a yes
            actions.decline(match, "never")

    jobs: list[Any] = [partial(say_no, match) for match in matches[:4]]
    at_once([*jobs, partial(match_need.match_need, need.pk), partial(actions.accept, matches[5])])
    tasks.sweep()
    assert Claim.objects.live().get().volunteer == matches[5].offer.volunteer
    others = need.matches.exclude(offer=matches[5].offer)
    assert set(others.values_list("state", flat=True)) <= {"declined", "superseded"}


def test_an_offer_pauses_while_it_is_matched_and_is_not_written_to(sam):
    offer = factories.offer(by=sam)
    need = factories.need()
    jobs: list[Any] = [
        partial(match_need.match_need, need.pk),
        partial(pause_offer, offer, until=None),
    ]
    at_once(jobs)
    tasks.sweep()
    Need.objects.filter(pk=need.pk).update(match_due_at=need.created_at)
    tasks.sweep()
    assert not need.matches.filter(state="suggested").exists()
    assert not OfferIndexEntry.objects.exists()


def test_an_empty_city_is_no_fault():
    for task in (tasks.sweep, tasks.learn):
        task()
    need = factories.need()
    tasks.sweep()
    assert need.search.candidates == 0
    assert need.search.handed_over_at


def test_at_the_pole_and_at_the_date_line_people_find_each_other():
    spots = [("pole", 89.99, 10, 89.99, -170), ("line", 0, 179.99, 0, -179.99)]
    for name, lat, lng, other_lat, other_lng in spots:
        offer = factories.offer(
            localities=[factories.locality(f"{name}-a", lat=lat, lng=lng)], reach_km=3
        )
        need = factories.need(
            locality=factories.locality(f"{name}-b", lat=other_lat, lng=other_lng)
        )
        tasks.sweep()
        assert need.matches.get().offer == offer


def test_a_match_of_a_person_who_is_gone_is_gone():
    offer = factories.offer()
    need = factories.need()
    tasks.sweep()
    Notification.objects.all().delete()
    offer.delete()
    tasks.sweep()
    assert not need.matches.exists()


def test_a_wave_and_a_yes_to_the_same_need_never_wait_for_each_other():
    """Both lock the need first and accounts after it."""
    factories.set_policy(live_claims_per_person=10)
    sam = factories.person("Sam")
    for by in (sam, factories.person(), factories.person()):
        factories.offer(by=by, per_week=50)
    for _ in range(10):
        need = factories.need(helpers_wanted=3)
        match_need.match_need(need.pk)
        Need.objects.filter(pk=need.pk).update(match_due_at=need.created_at)
        yes = partial(claim_need, Need.objects.get(pk=need.pk), by=sam, weekly_limit=50)
        both: list[Callable[[], object]] = [partial(match_need.match_need, need.pk), yes]
        at_once(both)
        assert Claim.objects.live().filter(need=need).count() == 1
