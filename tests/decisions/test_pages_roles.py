"""Every address of decisions × everybody × every method, while the group decides together and while not."""

from typing import Any

import pytest
from django.test import Client

from mutualaid.decisions import actions
from mutualaid.decisions.models import Decision
from mutualaid.people.models import User
from requests_app.access.links import make_link
from tests.support import factories, scene, voting, walking
from tests.support.walking import EVERYBODY

pytestmark = pytest.mark.django_db
# Sam, Carla and Mallory have a say; Rosa is signed in and new here.
PAGES = """
    ROUTE                                          GET           POST
    /decisions/                                    signed_in:200 signed_in:405
    /decisions/agreed/                             signed_in:200 signed_in:405
    /decisions/code/                               everybody:200 everybody:200
    /decisions/code/open/                          everybody:302 everybody:405
    /decisions/code/<uuid:public_id>/              everybody:302 everybody:302
    /decisions/vouch/                              voters:200    voters:200
    /decisions/propose/forget/                     signed_in:302 signed_in:302
    /decisions/propose/keep/<int:pk>/              signed_in:302 signed_in:302
    /decisions/propose/<slug:name>/                voters:200    voters:200
    /decisions/<uuid:public_id>/                   signed_in:200 voters:200
    /need/<str:token>/decisions/                   outsiders:200 everybody:405
    /need/<str:token>/decisions/<uuid:public_id>/  outsiders:200 outsiders:200
"""
ROWS = {line.split()[0]: line.split()[1:] for line in PAGES.strip().splitlines()[1:]}
WHO = {
    "everybody": EVERYBODY,
    "signed_in": ("rosa", "sam", "carla", "mallory"),
    "voters": ("sam", "carla", "mallory"),
    "outsiders": ("nobody", "rosa", "sam", "mallory"),
}
REST = {"outsiders": 403}
"""All others are led elsewhere: to the sign-in, or to the page that says why they can't."""


@pytest.fixture
def decision(here: scene.Scene) -> Decision:
    voting.together()
    voting.long_here(*(here.people[who] for who in WHO["voters"]))
    User.objects.filter(name="Rosa").update(last_login=None)
    return voting.proposed(here.people["carla"])


def path_of(route: str, decision: Decision, token: str) -> str:
    values = {"<uuid:public_id>": str(decision.public_id), "<str:token>": token}
    for pattern, value in (values | {"<slug:name>": "what", "<int:pk>": "1"}).items():
        route = route.replace(pattern, value)
    return route


@pytest.fixture
def token(here: scene.Scene) -> str:
    """The private link of an ask without an account that was there before."""
    return make_link(here.open_need.ask)


def expected(route: str, which: int, who: str) -> int:
    meant_for, status = ROWS[route][which].split(":")
    return int(status) if who in WHO[meant_for] else REST.get(meant_for, 302)


def test_every_address_has_a_row():
    ours = {route for route in walking.routes() if "decisions/" in route}
    assert {route for route in ours if not route.startswith("/admin/")} == set(ROWS)


@pytest.mark.parametrize("route", ROWS)
def test_everybody_gets_what_is_meant_for_them(route, here, token, decision):
    """Looking changes nothing, and no other method is a way around."""
    path = path_of(route, decision, token)
    browsers = walking.clients(here)
    before = scene.record()
    for who, browser in browsers.items():
        with walking.rolled_back():
            statuses = walking.look(browser, path)
        assert statuses["GET"] == statuses["HEAD"] == expected(route, 0, who), who
    assert scene.record() == before
    for who, browser in browsers.items():
        answered = walking.try_out(browser, "POST", path)
        assert answered.status_code == expected(route, 1, who), who


@pytest.mark.parametrize("route", ROWS)
def test_nothing_is_written_for_a_form_of_another_site(route, here, token, decision):
    browsers = walking.clients(here, enforce_csrf_checks=True)
    before = scene.record()
    for who, browser in browsers.items():
        typed = {"answer": "for", "take_back": "1", "code": "2222-2222-2222"}
        answered = browser.post(path_of(route, decision, token), typed)
        assert answered.status_code == 403, who
    assert scene.record() == before


@pytest.mark.parametrize("route", ROWS)
def test_without_the_switch_there_is_no_such_page(route, here, token, decision):
    factories.set_policy(has_decisions=False)
    path = path_of(route, decision, token)
    for who, browser in walking.clients(here).items():
        for method in (browser.get, browser.post):
            assert method(path).status_code == 404, who


def test_without_the_switch_no_page_leads_there(here, token, decision):
    factories.set_policy(has_decisions=False)
    browsers = walking.clients(here)
    for who, browser in browsers.items():
        for path in ("/", "/about/", "/me/", "/need/find/", f"/need/{token}/"):
            answered = browser.get(path)
            assert b"/decisions/" not in answered.content, (who, path)


def test_proposals_that_are_none_are_not_found(here, token, decision):
    other = "00000000-0000-4000-8000-000000000000"
    browser = walking.client(here, "sam")
    for path in (
        f"/decisions/{other}/",
        f"/need/{token}/decisions/{other}/",
        "/decisions/propose/x/",
    ):
        assert browser.get(path).status_code == 404
        assert browser.post(path, {"answer": "for"}).status_code == 404


def test_a_code_opens_only_what_it_has_a_say_in(here, token, decision):
    """Others' proposals are not found, whoever asks."""
    _admission, code = actions.admit(by=here.people["carla"])
    browser: Any = Client()
    browser.post("/decisions/code/", {"code": code})
    assert browser.get(f"/decisions/code/{decision.public_id}/").status_code == 404
    assert browser.get(f"/decisions/{decision.public_id}/").status_code == 302
