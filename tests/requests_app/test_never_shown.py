"""Who must not find out is read by coordinators alone: whoever holds the link may be just that person."""

from typing import Any

import pytest
from django.test import Client

from mutualaid.people.models import User
from requests_app import actions
from requests_app.access.links import make_link
from requests_app.actions import ContactDetails
from requests_app.lifecycle.actors import coordinator
from requests_app.models import Ask
from requests_app.pages.edit.subjects import AskSubject, NeedSubject
from requests_app.pages.views.need import STEPS
from tests.support import factories, walking

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
WORDS, NAME, PHONE, EMAIL = (
    "my brother Zsoltanary",
    "Zsolt Canary",
    "555 0177",
    "zsolt@canary.example",
)
CANARIES = ("Zsolt", "Canary", "canary", "0177", "5550177")
THINGS = {
    part.name
    for subject in (AskSubject, NeedSubject)
    for _title, section in subject.sections
    for part in section
}


@pytest.fixture
def ask(rosa: User, carla: User) -> Ask:
    """Rosa's, kept from somebody by words, by phone and e-mail, and by an account."""
    contact = ContactDetails(name="Ana", phone="555 0100", address="7 Hill Road", keep_from=WORDS)
    ask = factories.ask(
        factories.details(notes="Third floor"),
        contact=contact,
        account=rosa,
        keep_from_contact_points=[PHONE, EMAIL],
    )
    excluded = factories.person(NAME, email=EMAIL)
    actions.exclude(ask, people=[excluded], by=coordinator(carla))
    return ask


def paths_behind(token: str, ask: Ask) -> list[str]:
    need = str(ask.needs.get().public_id)
    routes = [route for route in walking.routes() if route.startswith("/need/<str:token>/")]
    found = []
    for route in routes:
        path = route.replace("<str:token>", token).replace("<uuid:need>", need)
        path = path.replace("<uuid:claim>", need)
        found += [
            path.replace("<slug:thing>", thing).replace("<need_step:step>", step)
            for thing in (THINGS if "thing" in route else [""])
            for step in (STEPS if "step" in route else [""])
        ]
    # What ends the ask or its link comes last.
    ending = ("erase", "withdraw", "new-link", "stop")
    return sorted(found, key=lambda path: (any(word in path for word in ending), "erase" in path))


def shown(answer: Any) -> list[str]:
    page = answer.content.decode() + str(answer.headers)
    return [canary for canary in CANARIES if canary in page]


@pytest.mark.slow
def test_no_page_behind_the_link_shows_it_and_no_copy_holds_it(ask: Ask, client: Client):
    paths = paths_behind(make_link(ask), ask)
    assert len(paths) > 20
    for path in paths:
        for answer in (client.get(path, follow=True), client.post(path, {}, follow=True)):
            assert shown(answer) == [], path


def test_the_copy_of_the_account_does_not_hold_it_either(ask: Ask, rosa: User, signed_in: Any):
    mine = signed_in(rosa)
    copy = mine.post("/account/data/download/")
    assert "7 Hill Road" in copy.content.decode()
    assert shown(copy) == []
    for path in ("/me/", "/account/data/"):
        assert shown(mine.get(path)) == []
    assert shown(mine.post(f"/me/asks/{ask.public_id}/", follow=True)) == []


def test_nor_does_a_page_with_a_mistake(ask: Ask, client: Client):
    token = make_link(ask)
    wrong = {"keep_from": "x" * 501, "keep_from_contact_points": "neither", "channels": "carrier"}
    for thing in THINGS:
        for base in (f"/need/{token}/", f"/need/{token}/{ask.needs.get().public_id}/"):
            assert shown(client.post(f"{base}change/{thing}/", wrong, follow=True)) == []


def test_nor_the_page_that_tells_of_a_change_by_somebody_else(ask: Ask, client: Client):
    path = f"/need/{make_link(ask)}/change/keep_from/"
    seen = client.get(path).context["form"]["seen"].value()
    actions.change_ask(ask, {"keep_from": f"{WORDS} and others"}, reason="keep_from")
    answer = client.post(path, {"keep_from": "my aunt", "seen": seen})
    assert "something else" in answer.content.decode()
    assert shown(answer) == []


def test_nor_the_page_without_the_key(ask: Ask, client: Client, settings: Any):
    token = make_link(ask)
    settings.CONTACT_KEYS = ["k9:" + "A" * 43 + "="]
    for path in (f"/need/{token}/", f"/need/{token}/change/keep_from/"):
        assert shown(client.get(path, follow=True)) == []
    assert shown(client.post(f"/need/{token}/data/download/")) == []


def test_it_can_be_written_anew_and_taken_back_without_being_shown(ask: Ask, client: Client):
    path = f"/need/{make_link(ask)}/change/keep_from/"
    assert shown(client.post(path, {"keep_from": "my aunt"}, follow=True)) == []
    assert Ask.objects.get().contact.keep_from == "my aunt"
    assert "my aunt" not in client.get(path).content.decode()
    client.post(path, {"keep_from": "", "remove": "on"})
    assert Ask.objects.get().contact.keep_from == ""
    assert ask.exclusions.count() == 3, "whoever else has the link cannot let anyone in"
