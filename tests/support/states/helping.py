"""What a volunteer sees of their offer, of needs that fit it, and of their tasks."""

from datetime import timedelta
from typing import Any

import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate

from mutualaid.local_time import this_week
from mutualaid.matching.models import Match, Refusal
from mutualaid.people.actions import block_contact_points
from mutualaid.people.introductions import introduce, standing_of, take_back_introduction
from mutualaid.people.models import User
from offers_app import actions as offers
from requests_app import actions
from requests_app.actions import ContactDetails
from requests_app.lifecycle.actors import volunteer
from requests_app.models import Claim, Need
from tests.support import factories, offering
from tests.support.rare_pages import kinds_and_places, shows
from tests.support.scene import Scene, match_of
from tests.support.signing_in import sign_in
from tests.support.states.asking import without_the_key
from tests.support.states.site import with_a_face

ALL_OF_IT = ContactDetails(
    name="Ana",
    phone="+1 608 555 0142",
    email="ana@people.example",
    address="7 Hill Road",
    channels="call,sms,email",
    times="mornings",
    no_voicemail=True,
    asked_by="Bea",
    whom_to_call="asker",
)


def sams(here: Scene, browser: Client) -> Client:
    return sign_in(browser, here.people["sam"])


# A task.


def _task(here: Scene, **fields: Any) -> Claim:
    details = {"contact": ALL_OF_IT, "people_count": 3, "notes": "Milk", "for_whom": "someone_else"}
    need = factories.need(**{**details, **fields})
    return actions.claim_need(need, by=here.people["sam"], weekly_limit=9)


def _page(here: Scene, browser: Client, claim: Claim) -> Any:
    return sams(here, browser).get(reverse("claim", args=[claim.public_id]))


@shows("needs/claim.html")
def said_yes_and_opened_how_to_reach_them(here: Scene, browser: Client) -> Any:
    with_a_face()
    claim = _task(here)
    actions.contact_of_claim(claim, by=here.people["sam"])
    return _page(here, browser, claim)


@shows("needs/claim.html")
def in_touch(here: Scene, browser: Client) -> Any:
    claim = _task(here)
    actions.contact_of_claim(claim, by=here.people["sam"])
    actions.report_in_touch(claim, by=volunteer(here.people["sam"]))
    return _page(here, browser, claim)


def _agreed(here: Scene) -> Claim:
    claim, sam = _task(here), here.people["sam"]
    actions.contact_of_claim(claim, by=sam)
    actions.agree_on_day(claim, day=localdate() + timedelta(days=1), by=volunteer(sam))
    return claim


@shows("needs/claim.html")
def agreed_on_a_day(here: Scene, browser: Client) -> Any:
    return _page(here, browser, _agreed(here))


@shows("needs/claim.html")
def another_day_that_is_over(here: Scene, browser: Client) -> Any:
    claim = _agreed(here)
    path = reverse("claim_day", args=[claim.public_id])
    return sams(here, browser).post(path, {"day": "2020-01-01"})


@shows("needs/claim.html")
def said_to_be_done_by_its_volunteer(here: Scene, browser: Client) -> Any:
    actions.deliver_claim(here.claim, by=volunteer(here.people["sam"]))
    return _page(here, browser, here.claim)


@shows("needs/claim.html")
def a_task_whose_contact_no_key_opens(here: Scene, browser: Client) -> Any:
    path = reverse("claim", args=[here.claim.public_id])
    return without_the_key(sams(here, browser), path)


@shows("needs/claim.html")
def the_day_after_with_all_looks_used_up(here: Scene, browser: Client) -> Any:
    _all_looks_are_used_up(here)
    return _page(here, browser, here.claim)


def _all_looks_are_used_up(here: Scene) -> None:
    """Sam opened the contact details of their task yesterday, and the only ones of today elsewhere."""
    factories.set_policy(contact_views_per_day=1)
    sam = here.people["sam"]
    with time_machine.travel(timezone.now() - timedelta(days=1)):
        actions.contact_of_claim(here.claim, by=sam)
    actions.contact_of_claim(_task(here), by=sam)


@shows("needs/claim.html")
def a_task_for_someone_without_a_name(here: Scene, browser: Client) -> Any:
    return _page(here, browser, _task(here, contact=ContactDetails(phone="+1 608 555 0142")))


# To print, and the calendar.


@shows("me/route.html")
def tasks_to_print_with_how_to_reach_them(here: Scene, browser: Client) -> Any:
    with_a_face()
    _agreed(here)
    return sams(here, browser).post("/me/route/")


@shows("me/route.html")
def tasks_to_print_with_all_looks_used_up(here: Scene, browser: Client) -> Any:
    _all_looks_are_used_up(here)
    return sams(here, browser).post("/me/route/")


@shows("me/route.html")
def no_task_to_print(here: Scene, browser: Client) -> Any:
    return sign_in(browser, here.people["mallory"]).get("/me/route/")


# Needs that fit.


def _match(here: Scene, browser: Client, **fields: Any) -> Any:
    Match.objects.filter(pk=here.match.pk).update(**fields)
    return sams(here, browser).get(reverse("help_match", args=[here.match.public_id]))


@shows("matching/help_match.html")
def invited(here: Scene, browser: Client) -> Any:
    Need.objects.filter(pk=here.open_need.pk).update(people_count=3)
    return _match(here, browser, state="notified", invited_at=here.claim.claimed_at)


@shows("matching/help_match.html")
def thinking_about_it(here: Scene, browser: Client) -> Any:
    return _match(here, browser, state="seen", invited_at=here.claim.claimed_at)


@shows("matching/help_match.html")
def said_not_this_time(here: Scene, browser: Client) -> Any:
    return _match(here, browser, state="declined")


@shows("matching/help_match.html")
def said_yes_to_it_already(here: Scene, browser: Client) -> Any:
    match = Match.objects.get(need=here.claim.need, offer=here.offer)
    return sams(here, browser).get(reverse("help_match", args=[match.public_id]))


@shows("matching/help_match.html")
def someone_else_was_quicker(here: Scene, browser: Client) -> Any:
    actions.claim_need(here.open_need, by=here.people["mallory"], weekly_limit=9)
    return _match(here, browser)


@shows("matching/help_match.html")
def a_week_that_is_full(here: Scene, browser: Client) -> Any:
    offers.change_own_offer(here.offer, {"per_week": 1})
    return _match(here, browser)


@shows("matching/help_match.html")
def what_it_is_stands_only_in_its_words(here: Scene, browser: Client) -> Any:
    anything = factories.category("other")
    offers.change_own_offer(here.offer, {"categories": [anything]})
    match = match_of(here.people["sam"], factories.need(category=anything))
    return sams(here, browser).get(reverse("help_match", args=[match.public_id]))


@shows("matching/help_need.html")
def a_need_of_the_board_that_can_be_done_from_afar(here: Scene, browser: Client) -> Any:
    need = factories.need(category=factories.category("phone", remote_ok=True), helpers_wanted=3)
    return sams(here, browser).get(reverse("help_need", args=[need.public_id]))


@shows("matching/help_list.html")
def a_full_week_with_all_that_was_ruled_out(here: Scene, browser: Client) -> Any:
    until = localdate() + timedelta(days=3)
    Refusal.objects.create(offer=here.offer, locality=factories.locality())
    Refusal.objects.create(offer=here.offer, until=until)
    next_week = this_week() + timedelta(days=7)
    Refusal.objects.create(offer=here.offer, since=next_week, until=next_week + timedelta(days=6))
    offers.change_own_offer(here.offer, {"per_week": 1})
    return sams(here, browser).get("/help/")


@shows("matching/help_list.html")
def still_thinking_about_one(here: Scene, browser: Client) -> Any:
    Match.objects.update(state="seen", invited_at=here.claim.claimed_at)
    return sams(here, browser).get("/help/")


@shows("matching/help_list.html")
def nothing_fits_who_offers_nothing(here: Scene, browser: Client) -> Any:
    return sign_in(browser, here.people["rosa"]).get("/help/")


@shows("matching/help_list.html")
def nothing_fits_who_takes_a_break(here: Scene, browser: Client) -> Any:
    offers.pause_offer(here.offer, until=None)
    Match.objects.all().delete()
    return sams(here, browser).get("/help/")


@shows("matching/help_list.html")
def asked_to_talk_with_us_first(here: Scene, browser: Client) -> Any:
    with_a_face()
    _block(here)
    return sams(here, browser).get("/help/")


def _block(here: Scene) -> None:
    sam = here.people["sam"]
    block_contact_points(str(sam.email), reason="threats", by=here.people["carla"])


# Someone new.


def _newcomer(**policy: Any) -> User:
    nia = factories.person("Nia", known=False)
    factories.offer(by=nia)
    factories.set_policy(**policy)
    return nia


@shows("me/me.html")
def someone_new_waits_to_be_met(_here: Scene, browser: Client) -> Any:
    nia = _newcomer(joining="meet_first", meeting_words="Saturdays at ten, in the library")
    return sign_in(browser, nia).get("/me/")


@shows("me/me.html")
def someone_new_who_must_talk_with_us(here: Scene, browser: Client) -> Any:
    with_a_face()
    nia = _newcomer(joining="begin_small")
    introduce(nia, by=here.people["carla"])
    take_back_introduction(nia, by=here.people["carla"])
    return sign_in(browser, nia).get("/me/")


@shows("matching/help_list.html")
def someone_new_in_touch_with_their_first_neighbour(_here: Scene, browser: Client) -> Any:
    nia = _newcomer(joining="begin_small")
    claim = actions.claim_need(factories.need(), by=nia, weekly_limit=9, invited=True)
    actions.contact_of_claim(claim, by=nia)
    return sign_in(browser, nia).get("/help/")


@shows("me/vouch.html")
def have_you_met_them(here: Scene, browser: Client) -> Any:
    nia = _newcomer(joining="meet_first")
    standing = standing_of(nia)
    assert standing
    return sams(here, browser).post("/me/vouch/", {"code": standing.code})


# My page.


@shows("me/me.html")
def nothing_on_my_page_yet(here: Scene, browser: Client) -> Any:
    return sign_in(browser, factories.person("Nadia")).get("/me/")


@shows("me/me.html")
def two_things_asked_for_together(here: Scene, browser: Client) -> Any:
    rides = factories.details(category=factories.category("rides"))
    factories.ask(factories.details(), rides, account=here.people["rosa"])
    return sign_in(browser, here.people["rosa"]).get("/me/")


@shows("me/me.html")
def invited_and_past_tasks_of_who_may_vouch(here: Scene, browser: Client) -> Any:
    factories.set_policy(joining="meet_first")
    actions.release_claim(here.claim, by=volunteer(here.people["sam"]))
    Match.objects.update(state="notified", invited_at=here.claim.claimed_at)
    return sams(here, browser).get("/me/")


@shows("me/me.html")
def my_page_of_who_should_talk_with_us_first(here: Scene, browser: Client) -> Any:
    _block(here)
    return sams(here, browser).get("/me/")


# An offer.


@shows("offers/step.html")
def the_second_question_after_the_answers_were_lost(_here: Scene, browser: Client) -> Any:
    kinds_and_places()
    return browser.post("/offer/when/", {}, follow=True)


@shows("offers/step.html")
def one_of_several_groups_of_help_chosen(_here: Scene, browser: Client) -> Any:
    for group in ("food", "rides", "company"):
        factories.category(f"{group}-too", parent=factories.category(group))
    offering.answer_all(browser, what={"categories": ["rides-too"]})
    return browser.get("/offer/what/")


@shows("offers/step.html")
def a_later_question_of_an_offer(_here: Scene, browser: Client) -> Any:
    kinds_and_places()
    offering.answer_all(browser)
    return browser.get("/offer/limits/")


@shows("offers/check.html")
def an_offer_in_place_of_the_one_before(here: Scene, browser: Client) -> Any:
    kinds_and_places()
    offering.answer_all(browser)
    return sams(here, browser).get("/offer/check/")


def _offer(here: Scene, browser: Client) -> Any:
    return sams(here, browser).get("/offer/")


@shows("offers/offer.html")
def a_break_until_a_day(here: Scene, browser: Client) -> Any:
    offers.pause_offer(here.offer, until=localdate() + timedelta(days=9))
    return _offer(here, browser)


@shows("offers/offer.html")
def a_break_without_an_end(here: Scene, browser: Client) -> Any:
    offers.pause_offer(here.offer, until=None)
    return _offer(here, browser)


@shows("offers/offer.html")
def a_break_until_a_day_that_is_over(here: Scene, browser: Client) -> Any:
    return sams(here, browser).post("/offer/pause/", {"until": "2020-01-01"})


@shows("offers/offer.html")
def an_offer_that_has_ended(here: Scene, browser: Client) -> Any:
    offers.withdraw_offer(here.offer)
    return _offer(here, browser)


@shows("offers/offer.html")
def asked_whether_an_offer_still_holds(here: Scene, browser: Client) -> Any:
    offers.ask_whether_it_holds(here.offer)
    return _offer(here, browser)


@shows("offers/offer.html")
def an_offer_that_someone_else_wrote_down(here: Scene, browser: Client) -> Any:
    type(here.offer).objects.filter(pk=here.offer.pk).update(state="asked")
    return _offer(here, browser)
