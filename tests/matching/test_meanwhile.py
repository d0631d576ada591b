"""A need is ranked outside of any transaction: what happens meanwhile counts, and waits for nothing."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models.functions import Now

from mutualaid.matching import tasks
from mutualaid.matching.models import Match, OfferIndexEntry
from mutualaid.matching.outreach import match_need
from mutualaid.matching.search import offer_index
from mutualaid.matching.search.ranking import Best, best_offers
from mutualaid.notify.models import Notification
from mutualaid.people.models import AccountContactPoint
from offers_app.actions import pause_offer, withdraw_offer
from offers_app.models import Offer
from requests_app.actions import claim_need, withdraw_need
from requests_app.models import AskContactPoint, Need
from tests.support import factories
from tests.support.at_once import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def while_ranking(monkeypatch) -> Callable[[Callable[[], object]], None]:
    """Let something happen once, after a need was ranked and before anything of it is written."""

    def happens(do: Callable[[], object]) -> None:
        rank, todo = best_offers, [do]

        def rank_and_do(*args, **kwargs) -> Best:
            best = rank(*args, **kwargs)
            if todo:
                todo.pop()()
            return best

        monkeypatch.setattr(match_need, "best_offers", rank_and_do)

    return happens


def is_the_neighbour(offer: Offer, need: Need) -> None:
    point = AskContactPoint.objects.filter(ask=need.ask).first()
    AccountContactPoint.objects.create(user=offer.volunteer, fingerprint=point.fingerprint)


CHANGES = {
    "the offer is paused": lambda need, offer: pause_offer(offer, until=None),
    "the offer is taken back": lambda need, offer: withdraw_offer(offer),
    "the week fills up": lambda need, offer: claim_need(
        factories.need(), by=offer.volunteer, weekly_limit=offer.per_week
    ),
    "they turn out to be the neighbour": lambda need, offer: is_the_neighbour(offer, need),
    "the account is switched off": lambda need, offer: (
        type(offer.volunteer).objects.filter(pk=offer.volunteer_id).update(is_active=False)
    ),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_no_one_is_suggested_who_does_not_fit_any_more(change, sam, vera, while_ranking):
    offer, other = factories.offer(by=sam, per_week=1), factories.offer(by=vera)
    need = factories.need()
    while_ranking(lambda: change(need, offer))
    assert match_need.match_need(need.pk) == 0
    assert not need.matches.exists()
    soon = Need.objects.filter(pk=need.pk, match_due_at__lte=Now() + match_need.SOON)
    assert soon.update(match_due_at=Now()) == 1
    tasks.sweep()
    assert [match.offer for match in need.matches.exclude(state=Match.State.CANCELLED)] == [other]
    assert not Notification.objects.filter(kind="need_fits", recipient=sam).exists()


def test_a_need_that_is_changed_is_looked_at_anew(sam, while_ranking):
    factories.offer(by=sam)
    need = factories.need()
    elsewhere = factories.category("rides")

    def change() -> None:
        Need.objects.filter(pk=need.pk).update(category=elsewhere, match_due_at=Now())

    while_ranking(change)
    assert match_need.match_need(need.pk) == 0
    assert not need.matches.exists()
    assert Need.objects.due_for_matching().get() == need


def test_a_need_that_is_withdrawn_invites_no_one(sam, while_ranking):
    factories.offer(by=sam)
    need = factories.need()
    while_ranking(lambda: withdraw_need(Need.objects.get(pk=need.pk)))
    assert match_need.match_need(need.pk) == 0
    assert not Match.objects.exists()
    assert not Notification.objects.filter(kind="need_fits").exists()


@pytest.mark.django_db(transaction=True)
def test_others_write_while_a_need_is_ranked(sam, while_ranking):
    factories.offer(by=sam)
    need = factories.need()
    written: list[object] = []

    def others_write() -> None:
        assert not connection.in_atomic_block
        written.extend(at_once([factories.need]))

    while_ranking(others_write)
    assert match_need.match_need(need.pk) == 1
    assert len(written) == 1


def test_an_offer_that_is_found_while_a_need_is_ranked_is_not_missed(sam, while_ranking):
    need = factories.need()
    offer = factories.offer(by=sam)
    while_ranking(lambda: offer_index.match_offer(offer.pk))
    match_need.match_need(need.pk)
    tasks.sweep()
    assert need.matches.get().offer == offer


def test_needs_that_are_due_already_are_not_written_for_each_offer(sam):
    long_ago = Now() - timedelta(hours=1)
    waiting, matched = factories.need(), factories.need()
    Need.objects.filter(pk=waiting.pk).update(match_due_at=long_ago)
    match_need.match_need(matched.pk)
    before = Need.objects.get(pk=waiting.pk).match_due_at
    offer = factories.offer(by=sam)
    assert set(offer_index.match_offer(offer.pk)) == {waiting, matched}
    assert Need.objects.get(pk=waiting.pk).match_due_at == before
    assert Need.objects.due_for_matching().filter(pk=matched.pk).exists()


def test_an_offer_that_changes_while_it_is_looked_at_is_looked_at_anew(sam, monkeypatch):
    need, offer = factories.need(), factories.offer(by=sam, reach_km=1)
    make_due = offer_index._make_needs_due

    def change_first(pk: int) -> bool:
        Offer.objects.filter(pk=pk).update(reach_km=2)
        return make_due(pk)

    monkeypatch.setattr(offer_index, "_make_needs_due", change_first)
    assert not offer_index.match_offer(offer.pk)
    monkeypatch.undo()
    tasks.sweep()
    assert OfferIndexEntry.objects.get(offer=offer, exact=True).reach_km == 2
    assert need.matches.get().offer == offer


def test_an_offer_whose_worker_dies_half_way_is_due_again_after_a_minute(sam, monkeypatch):
    need, offer = factories.need(), factories.offer(by=sam)
    match_need.match_need(need.pk)
    monkeypatch.setattr(offer_index, "_make_needs_due", lambda pk: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        offer_index.match_offer(offer.pk)
    monkeypatch.undo()
    soon = Offer.objects.filter(pk=offer.pk, match_due_at__lte=Now() + offer_index.LEASE)
    assert soon.update(match_due_at=Now()) == 1
    tasks.sweep()
    assert need.matches.get().offer == offer
