"""A neighbour changes an ask with several needs, or several days of what comes back every week."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from mutualaid.matching.models import Match
from mutualaid.matching.tasks import sweep as match_all
from mutualaid.notify.models import Notification
from mutualaid.notify.registry import compose
from requests_app import actions
from requests_app.lifecycle.actors import volunteer
from requests_app.models import Need, Series
from tests.support import asking, factories
from tests.support.change_pages import ChangePages, Several
from tests.support.clock import travel

pytestmark = pytest.mark.django_db


@pytest.fixture
def several(client) -> Several:
    asking.words_and_places()
    return Several(client)


def test_one_change_of_the_ask_reaches_every_need_of_it(several, sam, mallory):
    factories.offer(by=mallory, categories=[several.groceries.category, several.meals.category])
    claim = actions.claim_need(several.meals, by=sam, weekly_limit=2)
    several.change("keep_from_contact_points", keep_from_contact_points=mallory.email)
    several.change("address", address="12 Hideaway")
    match_all()
    assert not Match.objects.filter(offer__volunteer=mallory).exists()
    assert actions.contact_of_claim(claim, by=sam).address == "12 Hideaway"
    for need in (several.groceries, several.meals):
        reasons = [event.reason for event in need.events.filter(action="change")]
        assert reasons == ["keep_from_contact_points", "address"]
        with pytest.raises(actions.NotForYou):
            actions.claim_need(need, by=mallory, weekly_limit=2)
    several.groceries.refresh_from_db()
    assert several.groceries.state == "triage"


def test_whoever_is_kept_away_by_one_of_two_addresses_in_a_box_is_released(several, sam, vera):
    claims = [
        actions.claim_need(need, by=helper, weekly_limit=2)
        for need, helper in ((several.groceries, sam), (several.meals, vera))
    ]
    typed = f"{sam.email}; bo@x.example and {vera.email}"
    several.change("keep_from_contact_points", keep_from_contact_points=typed)
    assert several.ask.exclusions.count() == 3
    for claim in claims:
        claim.refresh_from_db()
    assert {claim.state for claim in claims} == {"released"}


def test_a_helper_of_two_needs_of_an_ask_hears_of_a_change_once(several, sam):
    for need in (several.groceries, several.meals):
        actions.claim_need(need, by=sam, weekly_limit=2)
    several.change("phone", phone="555 0144")
    assert Notification.objects.filter(kind="need_changed").count() == 1


def test_with_several_needs_the_summary_leads_to_each_of_them(several):
    shown = several.client.get(f"{several.link}change/").content.decode()
    for need in (several.groceries, several.meals):
        path = f"{several.link}{need.public_id}/change/"
        assert f'href="{path}"' in shown
        own = several.client.get(path).content.decode()
        assert need.category.label in own
        assert f"{path}notes/" in own
        assert "change/phone/" not in own


def test_a_need_of_another_ask_is_not_here(several):
    other = factories.need()
    for path in ("change/", "change/when/", "withdraw/sure/"):
        assert several.client.get(f"{several.link}{other.public_id}/{path}").status_code == 404


@pytest.fixture
def weekly(client) -> ChangePages:
    """Something that comes back on every day of the week; the need of the page is its first day."""
    asking.words_and_places()
    page = ChangePages(client, category=factories.category("groceries"))
    days = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
    actions.repeat_need(page.need, weekdays=days, until=timezone.localdate() + timedelta(days=60))
    return page


def later_days(page: ChangePages) -> list[Need]:
    first = page.need.recurrence_id
    return list(Need.objects.filter(recurrence_id__gt=first).order_by("recurrence_id"))


@pytest.mark.parametrize(("typed", "many"), [({"later_days": "on"}, True), ({}, False)])
def test_a_change_of_one_day_may_reach_the_later_days_of_its_series(weekly, typed, many):
    factories.locality("hill")
    weekly.change("where", locality="hill", **typed)
    assert weekly.need.locality.slug == "hill"
    later = later_days(weekly)
    assert len(later) > 10
    assert {need.locality.slug for need in later} == {"hill" if many else "riverside"}


def test_days_that_are_made_afterwards_are_as_the_changed_ones(weekly):
    later = later_days(weekly)
    actions.withdraw_need(later[-1])
    weekly.change("notes", notes="Oat milk", later_days="on")
    Series.objects.update(made_until=later[-1].recurrence_id)
    with travel(timezone.now() + timedelta(days=3)):
        actions.make_occurrences(Series.objects.get())
    newest = later_days(weekly)[-1]
    assert newest.recurrence_id > later[-1].recurrence_id
    assert newest.notes.text == "Oat milk"


def test_the_day_itself_is_changed_for_this_day_alone(weekly):
    day = timezone.localdate() + timedelta(days=3)
    before = [(need.needed_by, need.events.count()) for need in later_days(weekly)]
    weekly.change("when", urgency="2", needed_by=day.isoformat(), week_parts=[], later_days="on")
    assert weekly.need.needed_by == day
    assert [(need.needed_by, need.events.count()) for need in later_days(weekly)] == before


def test_later_days_are_offered_for_all_but_the_day_itself(weekly):
    box = re.compile(r'<input type="checkbox" name="later_days"[^>]*>')
    checked = {thing: "checked" in box.findall(weekly.get(thing))[0] for thing in ("notes", "when")}
    assert checked == {"notes": True, "when": False}
    last = later_days(weekly)[-1]
    weekly.need = last
    assert not box.search(weekly.get("notes"))


def test_a_day_whose_helper_said_yes_to_this_kind_keeps_it(weekly, sam):
    factories.category("bread", parent=factories.category("food"))
    taken = later_days(weekly)[0]
    actions.claim_need(taken, by=sam, weekly_limit=2)
    weekly.change("kind", category="bread", later_days="on")
    kinds = {need.pk: need.category.slug for need in later_days(weekly)}
    assert kinds.pop(taken.pk) == "groceries"
    assert set(kinds.values()) == {"bread"}


def test_a_helper_of_several_days_hears_of_one_change_once_about_the_nearest_day(weekly, sam, vera):
    _first, second, third, fourth, *_ = later_days(weekly)
    claims = {
        need: actions.claim_need(need, by=helper, weekly_limit=9)
        for need, helper in ((fourth, sam), (second, sam), (third, vera), (weekly.need, vera))
    }
    weekly.change("notes", notes="Oat milk", later_days="on")
    notices = Notification.objects.filter(kind="need_changed").order_by("pk")
    assert set(notices.values_list("recipient", "about_id")) == {
        (vera.pk, claims[weekly.need].pk),
        (sam.pk, claims[second].pk),
    }
    assert notices.count() == 2


def test_who_lets_the_nearest_day_go_meanwhile_hears_of_the_change_about_the_next(weekly, sam):
    nearest, next_one = (
        actions.claim_need(need, by=sam, weekly_limit=9) for need in later_days(weekly)[:2]
    )
    weekly.change("notes", notes="Oat milk", later_days="on")
    notice = Notification.objects.get(kind="need_changed")
    nearest.refresh_from_db()
    actions.release_claim(nearest, by=volunteer(sam))
    message = compose("need_changed", notice.about_id)
    assert message
    assert message.context["claim"] == next_one


def test_who_lets_a_changed_day_go_hears_nothing_about_a_day_that_is_unchanged(weekly, sam):
    changed, _unchanged = (
        actions.claim_need(need, by=sam, weekly_limit=9)
        for need in (weekly.need, later_days(weekly)[0])
    )
    weekly.change("notes", notes="Oat milk")
    notice = Notification.objects.get(kind="need_changed")
    changed.refresh_from_db()
    actions.release_claim(changed, by=volunteer(sam))
    assert compose("need_changed", notice.about_id) is None


def test_a_helper_of_a_later_day_hears_nothing_of_a_change_of_this_day_alone(weekly, sam):
    actions.claim_need(later_days(weekly)[0], by=sam, weekly_limit=2)
    weekly.change("notes", notes="Oat milk")
    assert not Notification.objects.filter(kind="need_changed").exists()
