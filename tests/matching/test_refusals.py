"""A no may say why. What it rules out is not matched, and they can take it back."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from mutualaid.matching import actions, tasks
from mutualaid.matching.models import Refusal
from offers_app.models import Offer
from requests_app.models import Need
from tests.support import factories
from tests.support.clock import travel

pytestmark = pytest.mark.django_db
MONDAY = "2026-03-02 12:00:00+00:00"
NEXT_WEEK = [date(2026, 3, 9) + timedelta(days=number) for number in range(7)]


@pytest.fixture
def offer(sam) -> Offer:
    places = [factories.locality("riverside"), factories.locality("hill", lat=0.009)]
    kinds = [factories.category("groceries"), factories.category("laundry")]
    return factories.offer(by=sam, categories=kinds, localities=places)


def say_no(need: Need, offer: Offer, reason: str) -> None:
    actions.decline(need.matches.get(offer=offer), reason)


def fits(offer: Offer, **need: Any) -> bool:
    made = factories.need(**need)
    tasks.sweep()
    return made.matches.filter(offer=offer, state__in=["suggested", "notified"]).exists()


@pytest.fixture
def need(offer) -> Need:
    need = factories.need()
    tasks.sweep()
    return need


@pytest.mark.parametrize("reason", ["", "cannot"])
def test_a_no_to_one_need_is_about_that_need_alone(need, offer, reason):
    say_no(need, offer, reason)
    assert fits(offer)
    assert need.matches.get().decline_reason == reason


def test_never_this_kind_means_never_this_kind(need, offer):
    say_no(need, offer, "never")
    assert not fits(offer)
    assert fits(offer, category=factories.category("laundry"))


def test_too_far_means_that_area(need, offer):
    say_no(need, offer, "too_far")
    assert not fits(offer)
    assert fits(offer, locality=factories.locality("hill"))


def test_not_this_week_means_until_sunday(offer):
    with travel(MONDAY) as clock:
        need = factories.need()
        tasks.sweep()
        say_no(need, offer, "not_this_week")
        assert not fits(offer, category=factories.category("laundry"))
        assert str(Refusal.objects.get().until) == "2026-03-08"
        clock.shift(6 * 86_400)
        assert not fits(offer)
        clock.shift(86_400)
        assert fits(offer)


def test_said_to_a_need_of_another_week_it_means_that_week(offer, sam, signed_in):
    with travel(MONDAY) as clock:
        need = factories.need(needed_by=NEXT_WEEK[0])
        tasks.sweep()
        browser = signed_in(sam)
        page = f"/help/{need.matches.get().public_id}/"
        assert "Not that week" in browser.get(page).content.decode()
        browser.post(page + "no/", {"reason": "not_this_week"})
        assert "Anything, in the week from" in browser.get("/help/").content.decode()
        assert fits(offer)
        assert fits(offer, needed_by=date(2026, 3, 8))
        assert not fits(offer, needed_by=NEXT_WEEK[0])
        assert not fits(offer, needed_by=NEXT_WEEK[6])
        assert fits(offer, needed_by=NEXT_WEEK[6] + timedelta(days=1))
        clock.shift(7 * 86_400)
        assert not fits(offer)
        assert "Anything, until" in signed_in(sam).get("/help/").content.decode()
        clock.shift(7 * 86_400)
        assert fits(offer)


def test_a_no_for_this_week_in_the_words_of_the_page(need, sam, signed_in):
    page = signed_in(sam).get(f"/help/{need.matches.get().public_id}/").content.decode()
    assert "Not this week" in page
    assert "Not that week" not in page


def test_what_was_suggested_for_another_week_stays(offer):
    with travel(MONDAY):
        need = factories.need(needed_by=NEXT_WEEK[0])
        tasks.sweep()
        factories.set_policy(wave_chances=[0.0] * 4)
        same = factories.need(needed_by=NEXT_WEEK[6])
        other = factories.need()
        tasks.sweep()
        say_no(need, offer, "not_this_week")
        assert not same.matches.exists()
        assert other.matches.exists()


def test_what_they_were_not_invited_to_yet_is_gone_with_it(need, offer):
    factories.set_policy(wave_chances=[0.0] * 4)
    other = factories.need()
    tasks.sweep()
    assert other.matches.get().state == "suggested"
    say_no(need, offer, "never")
    assert not other.matches.exists()


def test_they_see_what_they_ruled_out_and_take_it_back(need, offer, sam, vera, signed_in):
    browser = signed_in(sam)
    where = f"/help/{need.matches.get().public_id}/"
    assert "Never this kind of help" in browser.get(where).content.decode()
    browser.post(where + "no/", {"reason": "never"})
    assert "What we don't ask you for" in browser.get("/help/").content.decode()
    mine = Refusal.objects.get()
    assert signed_in(vera).post(f"/help/again/{mine.pk}/").status_code == 404
    browser.post(f"/help/again/{mine.pk}/")
    assert "What we don't ask you for" not in browser.get("/help/").content.decode()
    assert fits(offer)


@pytest.mark.parametrize("reason", ["nonsense", "\0", "x" * 5000])
def test_nonsense_is_a_no_without_a_reason(need, sam, signed_in, reason):
    signed_in(sam).post(f"/help/{need.matches.get().public_id}/no/", {"reason": reason})
    match = need.matches.get()
    assert (match.state, match.decline_reason) == ("declined", "")


def test_a_no_said_twice_is_one(need, offer):
    for _ in range(2):
        say_no(need, offer, "never")
    assert Refusal.objects.count() == 1
    assert need.matches.get().invited_at < timezone.now()
