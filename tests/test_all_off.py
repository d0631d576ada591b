"""A site that switched on nothing of what a group does in common is one without it."""

import re

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from mutualaid.data_rights.export import data_of
from mutualaid.matching.actions import accept
from mutualaid.policy.actions import change_policy, make_policy
from mutualaid.policy.models import Policy
from mutualaid.policy.models.in_common import InCommonValues
from requests_app.actions import confirm_arrival, deliver_claim
from requests_app.lifecycle.actors import volunteer
from tests.support import factories, scene
from tests.support.signing_in import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
ROOMS = (
    "decisions", "fund", "hours", "fair_work", "principles", "record", "partners", "lending",
)  # fmt: skip
ADDRESSES = re.compile(
    r'href="[^"]*/(decisions?|pot|money|hours|record|principles|groups|calls|things)/'
)
PAGES = (
    "/",
    "/about/",
    "/board/",
    "/numbers/",
    "/near/",
    "/me/",
    "/messages/",
    "/account/data/",
    "/admin/",
    "/offer/",
)


@pytest.fixture
def here() -> scene.Scene:
    built = scene.build()
    make_policy()
    return built


def rows_of_rooms() -> dict[str, int]:
    models = [model for room in ROOMS for model in apps.get_app_config(room).get_models()]
    return {model._meta.label: model._default_manager.count() for model in models}


def test_every_switch_is_off_at_first():
    switches = [field for field in InCommonValues._meta.fields if field.name != "hours_limit"]
    assert switches
    assert not [field.name for field in switches if field.default]


@pytest.mark.parametrize("name", ["rosa", "sam", "carla"])
def test_no_page_leads_to_what_is_off(here, name):
    browser = sign_in(Client(), here.people[name])
    for path in PAGES:
        assert not ADDRESSES.findall(browser.get(path).content.decode()), path


def test_neither_does_the_page_of_a_task_nor_that_of_an_ask(here):
    for page in (
        sign_in(Client(), here.people["sam"]).get(f"/claims/{here.claim.public_id}/"),
        Client().get(reverse("ask_private", args=[here.token])),
    ):
        assert page.status_code == 200
        assert not ADDRESSES.findall(page.content.decode())


def test_the_same_search_finds_what_is_on(here):
    factories.set_policy(
        has_decisions=True,
        has_record=True,
        has_principles=True,
        counts_hours=True,
        has_lending=True,
    )
    page = sign_in(Client(), here.people["sam"]).get("/me/").content.decode()
    assert set(ADDRESSES.findall(page)) == {"decisions", "record", "principles", "hours", "things"}


def test_a_need_from_the_yes_to_its_end_and_a_change_of_rules_write_no_row_of_theirs(here):
    before = rows_of_rooms()
    claim = accept(here.match)
    deliver_claim(claim, by=volunteer(here.people["sam"]))
    claim.refresh_from_db()
    confirm_arrival(claim.need)
    change_policy(by=here.people["carla"], changes={"live_claims_per_person": 4})
    assert Policy.objects.get().live_claims_per_person == 4
    assert rows_of_rooms() == before


def test_a_download_of_what_is_mine_says_nothing_of_it(here):
    for person in here.people.values():
        assert data_of(person).keys() == {
            "you", "what_you_offered", "what_you_asked_for", "what_you_took_on", "what_we_asked_you",
            "messages_to_you", "when_our_team_looked_at_your_email", "when_our_team_called_you",
            "what_was_decided_about_your_role",
        }  # fmt: skip
