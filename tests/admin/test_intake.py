"""Whoever takes calls looks after the asks they took in, and finds nothing of any other."""

import re
from typing import Any

import pytest
from django.db import transaction

from mutualaid.people.models import Role, User
from requests_app import actions
from requests_app.actions import ContactDetails
from requests_app.lifecycle.actors import coordinator
from requests_app.models import AccessLogEntry, Exclusion, Need
from requests_app.states import CloseReason
from tests.support import factories, scene
from tests.support.admin_form import as_it_stands

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
KEPT = ContactDetails(name="Zsófi", phone="555 987 6543", address="9 Canary Road")
SECRETS = ("Zsófi", "555 987 6543", "9 Canary Road")


@pytest.fixture
def intake(db: None) -> User:
    return factories.person("Mei", Role.INTAKE)


@pytest.fixture
def own(intake: User) -> Need:
    ask = factories.ask(by=coordinator(intake), taken_in_by=intake)
    return ask.needs.get()


@pytest.fixture
def foreign(carla: User, sam: User) -> Need:
    """An ask that someone else took in, with a claim, a person who must not know, and a closed need."""
    factories.set_policy(needs_open_at_once=True)
    ask = factories.ask(contact=KEPT, taken_in_by=carla, by=coordinator(carla))
    Exclusion.objects.create(ask=ask, person=factories.person("Elif"))
    return ask.needs.get()


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


NEED_PAGES = (
    "change", "delete", "history", "helpers", "split", "same-need", "assign", "invitations", ""
)  # fmt: skip
ASK_PAGES = (
    "change", "delete", "history", "contact", "code", "call", "same-household",
    "not-one-household", "different-people", "not-different", "",
)  # fmt: skip


def test_they_see_and_change_what_they_took_in(intake, own, signed_in):
    browser = signed_in(intake)
    assert own.code in text(browser.get("/admin/requests_app/need/"))
    path = f"/admin/requests_app/need/{own.pk}/change/"
    assert browser.post(path, as_it_stands(browser, path) | {"urgency": 3}).status_code == 302
    own.refresh_from_db()
    assert own.urgency == 3
    contact = browser.post(f"/admin/requests_app/ask/{own.ask_id}/contact/")
    assert "7 Hill Road" in contact.content.decode()
    assert AccessLogEntry.objects.get().by == intake
    assert browser.post(f"/admin/requests_app/ask/{own.ask_id}/code/").status_code == 200


def test_the_address_of_another_ask_or_need_leads_nowhere(intake, own, foreign, signed_in):
    browser = signed_in(intake)
    addresses = [
        *(f"/admin/requests_app/need/{foreign.pk}/{name}/" for name in NEED_PAGES if name),
        *(f"/admin/requests_app/ask/{foreign.ask_id}/{name}/" for name in ASK_PAGES if name),
    ]
    before = scene.record()
    for address in addresses:
        for method in ("get", "post"):
            answer = getattr(browser, method)(address, {"keep": "1", "wanted": "2", "post": "yes"})
            assert answer.status_code in (403, 404), (method, address)
            for kept in (*SECRETS, foreign.code, foreign.ask.code, "Elif"):
                assert kept not in text(answer), (method, address, kept)
    assert scene.record() == before


@pytest.mark.parametrize("page", ["need", "ask"])
def test_no_list_search_date_or_filter_shows_another_ask(intake, own, foreign, signed_in, page):
    browser = signed_in(intake)
    for query in (
        "", "?q=groceries", "?areas=all", "?state__exact=open", "?all=1", "?look=read", "?o=1",
        f"?created_at__year={foreign.created_at.year}",
        f"?locality__id__exact={foreign.locality_id}",
    ):  # fmt: skip
        answer = browser.get(f"/admin/requests_app/{page}/{query}")
        shown = text(answer)
        assert foreign.code not in shown, query
        assert foreign.ask.code not in shown, query


def test_no_list_action_reaches_another_need(intake, own, foreign, signed_in):
    browser = signed_in(intake)
    for action in (
        "close",
        "no_answer",
        "hold",
        "publish",
        "release",
        "refer",
        "resume",
    ):
        typed = {"action": action, "_selected_action": foreign.pk, "select_across": "1"}
        typed |= {"close_reason": "other_help", "until": "2099-01-01", "confirmed": foreign.pk}
        with transaction.atomic():
            browser.post("/admin/requests_app/need/", typed)
            foreign.refresh_from_db()
            assert foreign.state == "open", action
            transaction.set_rollback(True)


@pytest.mark.parametrize("action", ["publish", "release", "refer", "resume"])
def test_what_only_a_coordinator_decides_they_are_not_offered(intake, own, signed_in, action):
    factories.set_policy(needs_open_at_once=False)
    need = factories.ask(by=coordinator(intake), taken_in_by=intake).needs.get()
    browser = signed_in(intake)
    page = text(browser.get(f"/admin/requests_app/need/{need.pk}/change/"))
    assert f'value="{action}"' not in page
    typed = {"action": action, "_selected_action": need.pk, "until": "2099-01-01"}
    browser.post("/admin/requests_app/need/", typed)
    need.refresh_from_db()
    assert need.state == "triage"


def test_a_closing_of_other_needs_is_not_theirs_to_see_or_undo(intake, foreign, carla, signed_in):
    closed = actions.close_needs([foreign], by=coordinator(carla), reason=CloseReason.UNABLE)
    browser = signed_in(intake)
    for method in ("get", "post"):
        answer = getattr(browser, method)(f"/admin/requests_app/need/undo/{closed.code}/")
        assert answer.status_code == 404
    foreign.refresh_from_db()
    assert foreign.state == "closed"


def test_nothing_on_their_own_ask_hints_at_another(intake, signed_in, carla):
    """The same neighbour has asked before: a coordinator is told so, they are not."""
    before = factories.ask(contact=KEPT)
    own = factories.ask(contact=KEPT, by=coordinator(intake), taken_in_by=intake)
    for address in (
        f"/admin/requests_app/ask/{own.pk}/change/",
        f"/admin/requests_app/need/{own.needs.get().pk}/change/",
    ):
        assert before.code in text(signed_in(carla).get(address))
        assert before.code not in text(signed_in(intake).get(address))


def test_no_account_is_named_to_them_by_its_number(intake, own, sam, signed_in):
    """Whoever could exclude account 7 would be told its name."""
    Exclusion.objects.create(ask=own.ask, person=sam)
    browser = signed_in(intake)
    path = f"/admin/requests_app/ask/{own.ask_id}/change/"
    assert "Sam" not in text(browser.get(path))
    typed = as_it_stands(browser, path)
    vera = factories.person("Vera")
    typed |= {"exclusions-TOTAL_FORMS": 1, "exclusions-0-person": vera.pk}
    assert "Vera" not in text(browser.post(path, typed, follow=True))
    assert set(Exclusion.objects.values_list("person", flat=True)) == {sam.pk}
    for model, field in (("claim", "volunteer"), ("exclusion", "person")):
        choose = {"app_label": "requests_app", "model_name": model, "field_name": field}
        assert browser.get("/admin/autocomplete/", choose | {"term": "V"}).status_code == 403


def test_the_board_counts_only_their_own(intake, own, foreign, signed_in):
    Need.objects.filter(pk=foreign.pk).update(urgency=4)
    browser = signed_in(intake)
    page = text(browser.get("/admin/"))
    assert dict(re.findall(r'look=(\w+)"><strong>(\d+)</strong>', page)) == {"unlooked": "1"}
    Need.objects.filter(pk=own.pk).update(urgency=4)
    assert 'look=today"><strong>1</strong>' in text(browser.get("/admin/"))


@pytest.mark.parametrize("role", [Role.INTAKE, Role.AUDITOR, Role.SITE_KEEPER])
def test_no_contact_details_by_any_other_role_than_coordinator(foreign, role):
    with pytest.raises(actions.NotForYou):
        actions.contact_for_coordinator(foreign.ask, by=factories.person("Noor", role))
    with pytest.raises(actions.NotForYou):
        actions.make_code(foreign.ask, by=factories.person("Nils", role))


def test_an_ask_that_goes_to_another_household_goes_from_them_too(intake, own, carla, signed_in):
    other = factories.ask(contact=KEPT)
    actions.merge_asks(own.ask, into=other, by=coordinator(carla))
    assert signed_in(intake).get(f"/admin/requests_app/need/{own.pk}/change/").status_code == 404
