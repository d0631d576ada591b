"""Neighbouring groups as a neighbour sees them: when they ask, on their page, and asked for a yes."""

from typing import Any

from django.test import Client

from mutualaid.partners.states import OutgoingState
from requests_app.access.links import make_link
from requests_app.models import Need
from tests.support import asking, groups
from tests.support.rare_pages import kinds_and_places, shows
from tests.support.scene import Scene


def link(need: Need) -> str:
    return f"/need/{make_link(need.ask)}/"


@shows("needs/ask_step.html")
def whether_neighbouring_groups_may_be_asked_too(_here: Scene, browser: Client) -> Any:
    groups.live_group()
    kinds_and_places()
    asking.answer_all(browser)
    return browser.get("/ask/contact/")


@shows("needs/ask_check.html")
def neighbouring_groups_may_be_asked_too(_here: Scene, browser: Client) -> Any:
    groups.live_group()
    kinds_and_places()
    asking.answer_all(browser, contact={"may_ask_partners": "on"})
    return browser.get("/ask/check/")


@shows("needs/private.html")
def one_group_said_no_and_one_is_coming(_here: Scene, browser: Client) -> Any:
    need = groups.askable_need()
    groups.asked(need, groups.live_group("Hilltop"), OutgoingState.DECLINED)
    groups.asked(need, groups.live_group(), OutgoingState.TAKEN)
    return browser.get(link(need))


@shows("needs/private.html")
def a_group_without_a_phone_has_a_question(_here: Scene, browser: Client) -> Any:
    crown, need = groups.live_group(phone=""), groups.askable_need()
    groups.asked(need, crown, OutgoingState.ACCEPTED)
    groups.asked(groups.askable_need(of=need.ask), crown, OutgoingState.DONE)
    return browser.get(link(need))


@shows("partners/consent.html")
def a_group_may_know_who_it_is(_here: Scene, browser: Client) -> Any:
    need = groups.askable_need(notes="Ring twice")
    question = groups.asked(need, groups.live_group(), OutgoingState.ACCEPTED)
    return browser.get(f"{link(need)}groups/{question.public_id}/")


@shows("partners/consent.html")
def what_would_go_to_a_group_that_says_little(_here: Scene, browser: Client) -> Any:
    need = groups.askable_need()
    crown = groups.live_group(phone="")
    question = groups.asked(need, crown, OutgoingState.ACCEPTED)
    return browser.post(f"{link(need)}groups/{question.public_id}/", {"show": "1"})


@shows("data.html")
def what_is_left_where_groups_help_each_other(_here: Scene, browser: Client) -> Any:
    groups.live_group()
    return browser.get("/data/")


@shows("needs/data.html")
def erasing_where_groups_help_each_other(_here: Scene, browser: Client) -> Any:
    groups.live_group()
    return browser.get(f"{link(groups.askable_need())}data/")
