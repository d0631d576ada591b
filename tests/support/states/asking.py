"""An ask while it is written, and its private page, whatever has become of its needs."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mutualaid.notify.models import Attempt, Notification
from mutualaid.notify.recipient import reached_fingerprint
from requests_app import actions, tasks
from requests_app.access.links import make_link
from requests_app.actions import ContactDetails
from requests_app.lifecycle.actors import coordinator, volunteer
from requests_app.models import Ask, Claim, Need
from tests.support import asking, factories
from tests.support.clock import later
from tests.support.people import MAIL
from tests.support.rare_pages import kinds_and_places, shows
from tests.support.scene import Scene
from tests.support.signing_in import sign_in
from tests.support.states.site import with_a_face


def private(browser: Client, of: Ask | Need) -> Any:
    ask = of.ask if isinstance(of, Need) else of
    return browser.get(reverse("ask_private", args=[make_link(ask)]))


# While it is written.


@shows("needs/ask_step.html")
def a_question_left_open(_here: Scene, browser: Client) -> Any:
    kinds_and_places()
    asking.answer(browser, "who")
    return browser.post("/ask/what/", {})


@shows("needs/ask_step.html")
def a_note_for_the_helper_by_who_takes_calls(here: Scene, browser: Client) -> Any:
    kinds_and_places()
    sign_in(browser, here.people["carla"])
    asking.answer_all(browser)
    return browser.get("/ask/details/")


@shows("needs/ask_step.html")
def how_to_reach_someone_with_a_mistake_in_a_fold(_here: Scene, browser: Client) -> Any:
    kinds_and_places()
    asking.answer_all(browser)
    return asking.answer(browser, "contact", phone="12", email="nonsense", name="")


@shows("needs/ask_step.html")
def a_page_whose_answers_before_are_gone(_here: Scene, browser: Client) -> Any:
    kinds_and_places()
    return browser.post("/ask/when/", asking.ANSWERS["when"], follow=True)


@shows("needs/ask_step.html")
def another_thing_that_can_be_left_out(_here: Scene, browser: Client) -> Any:
    _two_things(browser)
    return browser.get("/ask/when-2/")


def _two_things(browser: Client) -> None:
    kinds_and_places()
    keep = {"channels": ["call"], "times": "mornings", "no_voicemail": "on"}
    asking.answer_all(browser, contact=keep)
    for step in ("what", "kind", "when", "details"):
        browser.post(f"/ask/{step}-2/", asking.ANSWERS[step] | {"notes": ""})


@shows("needs/ask_check.html")
def two_things_and_what_keeps_one_safe(_here: Scene, browser: Client) -> Any:
    _two_things(browser)
    return browser.get("/ask/check/")


@shows("needs/ask_check.html")
def no_note_yet_before_it_is_sent_by_who_takes_calls(here: Scene, browser: Client) -> Any:
    kinds_and_places()
    sign_in(browser, here.people["carla"])
    asking.answer_all(browser, details={"notes": ""})
    return browser.get("/ask/check/")


@shows("needs/ask_paused.html")
def asking_is_paused_until_a_day(_here: Scene, browser: Client) -> Any:
    with_a_face()
    factories.resource("Friday table", hours="Fridays 9 to 12")
    until = timezone.localdate() + timedelta(days=3)
    factories.set_policy(asking_paused=True, asking_paused_until=until)
    return browser.get("/ask/who/")


# Right after.


@shows("needs/private.html")
def just_sent_with_an_e_mail_and_read_first(_here: Scene, browser: Client) -> Any:
    kinds_and_places()
    factories.category("grief", parent=factories.category("food"), sensitive=True)
    grief = {"category": ["grief"]}
    return browser.get(asking.ask(browser, kind=grief, contact={"email": "ana@people.example"}))


@shows("needs/private.html")
def two_things_just_sent(_here: Scene, browser: Client) -> Any:
    _two_things(browser)
    return browser.post("/ask/check/", follow=True)


# Later.


@shows("needs/private.html")
def someone_is_coming_by_safe_ways(here: Scene, browser: Client) -> Any:
    safe = ContactDetails(name="Ana", phone="555 0100", channels="call,sms")
    need = factories.need(contact=safe, helpers_wanted=3)
    for name in ("sam", "mallory"):
        actions.claim_need(need, by=here.people[name], weekly_limit=9)
    return private(browser, need)


@shows("needs/private.html")
def said_to_be_done(here: Scene, browser: Client) -> Any:
    actions.deliver_claim(here.claim, by=volunteer(here.people["sam"]))
    actions.contact_for_coordinator(here.claim.need.ask, by=here.people["carla"])
    return private(browser, here.claim.need)


@shows("needs/private.html")
def asked_whether_it_is_still_needed(_here: Scene, browser: Client) -> Any:
    need = factories.need(contact=MAIL)
    later(days=20)
    tasks.sweep()
    return private(browser, need)


@shows("needs/private.html")
def one_was_taken_back_and_one_is_open(_here: Scene, browser: Client) -> Any:
    rides = factories.details(category=factories.category("rides"))
    ask = factories.ask(factories.details(), rides, factories.details(urgency=4))
    actions.withdraw_need(ask.needs.get(category=rides.category))
    return private(browser, ask)


@shows("needs/private.html")
def all_of_it_was_taken_back(here: Scene, browser: Client) -> Any:
    actions.withdraw_need(here.open_need)
    return private(browser, here.open_need)


@shows("needs/private.html")
def comes_back_every_week(_here: Scene, browser: Client) -> Any:
    need = factories.need()
    until = timezone.localdate() + timedelta(days=60)
    actions.repeat_need(need, weekdays=["MO", "TH"], until=until)
    return private(browser, need)


@shows("needs/private.html")
def asked_for_twice(here: Scene, browser: Client) -> Any:
    carla, kept = coordinator(here.people["carla"]), factories.need()
    same = factories.need(of=kept.ask)
    actions.merge_need(same, into=kept, by=carla)
    return private(browser, kept)


@shows("needs/private.html")
def messages_that_did_not_arrive(_here: Scene, browser: Client) -> Any:
    need = factories.need(contact=MAIL)
    row = Notification.objects.get(kind="need_received", about_id=need.pk)
    not_arrived(row, "ana@people.example", has_account=False)
    return private(browser, need)


def not_arrived(row: Notification, address: str, *, has_account: bool) -> None:
    """Let this message have come back from an e-mail, and be on its way by text."""
    Attempt.objects.create(
        notification=row,
        channel="email",
        reached=reached_fingerprint(address, has_account=has_account),
        tries=1,
        state=Attempt.State.FAILED,
        failed_at=timezone.now(),
    )
    Attempt.objects.create(notification=row, channel="sms", reached="", tries=1)


def _found_someone(hours: float, area: str) -> None:
    asked_at = timezone.now() - timedelta(days=3)
    need = factories.need(created_at=asked_at, locality=factories.locality(area))
    actions.claim_need(need, by=factories.person(), weekly_limit=1)
    Claim.objects.filter(need=need).update(claimed_at=asked_at + timedelta(hours=hours))


@shows("needs/private.html")
def waiting_longer_than_others_did(_here: Scene, browser: Client) -> Any:
    factories.resource(hours="Fridays 9 to 12")
    for hours in range(1, 7):
        _found_someone(hours, "riverside")
    return private(browser, factories.need(created_at=timezone.now() - timedelta(days=2)))


@shows("needs/private.html")
def waiting_where_little_is_known(_here: Scene, browser: Client) -> Any:
    for hours in range(1, 7):
        _found_someone(hours, f"area-{hours}")
    return private(browser, factories.need(locality=factories.locality("hilltop")))


@shows("needs/private.html")
def what_no_key_opens(here: Scene, browser: Client) -> Any:
    return without_the_key(browser, reverse("ask_private", args=[here.token]))


def without_the_key(browser: Client, path: str) -> Any:
    """Open a page for which the keys at hand open no contact details."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Ask, "readable_contact", None)
        return browser.get(path)


@shows("needs/stop.html")
def a_series_whose_next_day_someone_comes_to(here: Scene, browser: Client) -> Any:
    need = factories.need()
    until = timezone.localdate() + timedelta(days=60)
    actions.repeat_need(need, weekdays=["MO", "TH"], until=until)
    need.refresh_from_db()
    actions.claim_need(need, by=here.people["sam"], weekly_limit=9)
    token = make_link(need.ask)
    return browser.get(reverse("need_stop_ask", args=[token, need.public_id]))


@shows("needs/change.html")
def several_things_to_change(_here: Scene, browser: Client) -> Any:
    ask = factories.ask(factories.details(), factories.details(urgency=4))
    return browser.get(reverse("ask_change", args=[make_link(ask)]))


@shows("needs/add.html")
def one_more_thing_of_a_kind(here: Scene, browser: Client) -> Any:
    kinds_and_places()
    return browser.post(
        reverse("ask_add", args=[here.token]), {"category": "groceries"}, follow=True
    )
