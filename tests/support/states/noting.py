"""Hours that people note, in each state, for whoever looks at their own."""

from typing import Any

from django.test import Client
from django.utils.timezone import localdate

from mutualaid.hours import actions
from mutualaid.notify.links.one_tap import one_tap_url
from mutualaid.people.introductions import code_of
from mutualaid.people.models import User
from tests.support import factories, hours
from tests.support.hours import agreed, help_of, proposed
from tests.support.rare_pages import shows
from tests.support.scene import Scene
from tests.support.signing_in import sign_in


def _typed(other: User, **fields: str) -> dict[str, str]:
    day = localdate().isoformat()
    return {"code": code_of(other), "way": "gave", "minutes": "1:30", "day": day} | fields


def _sams(here: Scene, browser: Client) -> Client:
    hours.on()
    return sign_in(browser, here.people["sam"])


@shows("hours/hours.html")
def no_hours_yet(here: Scene, browser: Client) -> Any:
    return _sams(here, browser).get("/hours/")


@shows("hours/hours.html")
def hours_that_wait_and_hours_that_were_noted(here: Scene, browser: Client) -> Any:
    sams, sam, rosa = _sams(here, browser), here.people["sam"], here.people["rosa"]
    vera = factories.person("Vera")
    help_of(sam)
    agreed(sam, rosa, 90)
    factories.set_policy(hours_limit=1)
    agreed(vera, rosa, 45)
    actions.decline(proposed(vera, sam), by=sam)
    actions.agree(proposed(rosa, sam, 300), by=sam)
    proposed(sam, rosa, 30)
    proposed(vera, sam, 75)
    return sams.get("/hours/")


@shows("hours/hours.html")
def hours_for_the_commons_wait_for_a_coordinator(here: Scene, browser: Client) -> Any:
    hours.on()
    actions.propose_for_help(help_of(here.people["sam"]), minutes=60, by=here.people["sam"])
    return sign_in(browser, here.people["carla"]).get("/hours/")


@shows("hours/hours.html")
def hours_of_someone_new(here: Scene, browser: Client) -> Any:
    hours.on()
    return sign_in(browser, factories.person("Nia", known=False)).get("/hours/")


@shows("hours/note.html")
def hours_with_whom(here: Scene, browser: Client) -> Any:
    return _sams(here, browser).get("/hours/note/")


@shows("hours/note.html")
def hours_that_cannot_be(here: Scene, browser: Client) -> Any:
    form = _typed(here.people["rosa"], minutes="99", day="")
    return _sams(here, browser).post("/hours/note/", form)


@shows("hours/note.html")
def given_hours_to_check(here: Scene, browser: Client) -> Any:
    return _sams(here, browser).post("/hours/note/", _typed(here.people["rosa"]))


@shows("hours/note.html")
def received_hours_to_check(here: Scene, browser: Client) -> Any:
    form = _typed(here.people["rosa"], way="received")
    return _sams(here, browser).post("/hours/note/", form)


@shows("hours/help.html")
def how_long_a_help_took_that_i_gave(here: Scene, browser: Client) -> Any:
    claim = help_of(here.people["sam"])
    return _sams(here, browser).get(f"/hours/help/{claim.public_id}/")


@shows("hours/help.html")
def how_long_a_help_took_that_i_received(here: Scene, browser: Client) -> Any:
    hours.on()
    claim = help_of(here.people["sam"], here.people["rosa"])
    browser = sign_in(browser, here.people["rosa"])
    return browser.post(f"/hours/help/{claim.public_id}/", {"minutes": "0"})


@shows("me/me.html")
def my_page_where_hours_are_noted(here: Scene, browser: Client) -> Any:
    return _sams(here, browser).get("/me/")


@shows("notify/preferences.html")
def messages_about_hours(here: Scene, browser: Client) -> Any:
    return _sams(here, browser).get("/messages/")


@shows("notify/one_tap.html")
def are_these_hours_right(here: Scene, browser: Client) -> Any:
    hours.on()
    note = proposed(here.people["rosa"], here.people["sam"])
    return browser.get(one_tap_url("hours_yes", note.pk, here.people["sam"]))
