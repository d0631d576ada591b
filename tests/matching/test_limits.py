"""A limit on a list counts who belongs on it: no one is passed over for many who don't (ADR 84)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from mutualaid.catalog.forms import choices
from mutualaid.dashboard import views as dashboard
from mutualaid.matching import tasks
from mutualaid.matching.demand import most_needed
from mutualaid.matching.models import Match
from offers_app.models import Offer
from requests_app.actions import claim_need, confirm_arrival
from requests_app.admin import person_choice
from requests_app.models import Need
from tests.support import factories
from tests.support.people import wishes

pytestmark = pytest.mark.django_db


def is_unwilling(offer: Offer) -> None:
    wishes(offer.volunteer, max_invitations_per_week=0)


def was_asked_often(offer: Offer) -> None:
    need = factories.need(category=factories.category("old"))
    Match.objects.create(
        need=need, offer=offer, score=1, state="notified", invited_at=timezone.now()
    )


def is_asleep(offer: Offer) -> None:
    now = timezone.now()
    hours = {"quiet_from": now - timedelta(hours=1), "quiet_until": now + timedelta(hours=1)}
    wishes(offer.volunteer, time_zone="UTC", **{name: at.time() for name, at in hours.items()})


@pytest.fixture
def bread():
    return factories.category("bread", parent=factories.category("food"))


@pytest.mark.parametrize("held_up", [is_unwilling, was_asked_often, is_asleep])
@pytest.mark.parametrize("many", [3, 14])
def test_behind_many_who_cannot_be_invited_is_who_can(bread, held_up, many):
    factories.set_policy(
        shortlist_size=3,
        invitations_per_day=1,
        invitations_per_week=1,
        invitations_per_week_urgent=1,
        quiet_from="00:00",
        quiet_until="00:00",
    )
    for _ in range(many):
        held_up(factories.offer(categories=[bread]))
    free = factories.offer(categories=[bread.parent])
    need = factories.need(category=bread, urgency=4)
    tasks.sweep()
    assert need.matches.get(state="notified").offer == free
    assert need.matches.filter(state="suggested").count() == 3
    assert need.search.handed_over_at is None


def test_where_no_one_else_can_be_invited_a_coordinator_has_it(bread):
    factories.set_policy(shortlist_size=3)
    for _ in range(14):
        is_unwilling(factories.offer(categories=[bread]))
    need = factories.need(category=bread)
    tasks.sweep()
    assert need.search.handed_over_at


def test_an_invitation_comes_before_all_that_only_fits(monkeypatch, sam, signed_in):
    monkeypatch.setattr(dashboard, "MOST_FITTING", 1)
    offer = factories.offer(by=sam)
    for urgency, state in ((4, "suggested"), (1, "notified")):
        at = timezone.now() if state == "notified" else None
        need = factories.need(urgency=urgency)
        Match.objects.create(need=need, offer=offer, score=1, state=state, invited_at=at)
    assert signed_in(sam).get("/me/").context["invitations"]


def test_what_someone_does_now_stands_before_all_they_did(monkeypatch, sam, signed_in):
    monkeypatch.setattr(dashboard, "MOST_SHOWN", 1)
    now = claim_need(factories.need(), by=sam, weekly_limit=9)
    for _ in range(2):
        claim_need(need := factories.need(), by=sam, weekly_limit=9)
        confirm_arrival(Need.objects.get(pk=need.pk))
    shown = signed_in(sam).get("/me/").context
    assert [claim for claim, _ in shown["claims"]] == [now]
    assert len(shown["past_claims"]) == 1


def test_what_cannot_be_offered_by_itself_hides_nothing_that_is_needed(monkeypatch, client, bread):
    monkeypatch.setattr(choices, "MOST_NEEDED", 1)
    for category in (bread.parent, bread.parent, bread):
        factories.need(category=category)
    assert most_needed([])[0] == bread.parent.pk
    assert b"Most needed" in client.get("/offer/what/").content


def test_who_has_just_this_name_is_found_among_many_whose_name_has_it_in_it():
    for n in range(person_choice.MOST_FOUND + 1):
        factories.person(f"Adriana {n}")
    ana = factories.person("Ana")
    assert person_choice.people_named("ana")[0] == ana
