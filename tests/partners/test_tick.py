"""Whether neighbouring groups may be asked too: what the neighbour ticks, and takes back."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from mutualaid.notify.models import Notification
from mutualaid.partners.states import PartnerState
from mutualaid.people.models import Role
from requests_app import actions
from requests_app.access.links import make_link
from requests_app.models import Ask, NeedEvent
from requests_app.signals import partners_refused
from tests.support import asking, calling, factories, groups
from tests.support.signing_in import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
TICK = 'name="may_ask_partners"'
TICKED = {"may_ask_partners": "on"}


@pytest.fixture
def places(db: None) -> None:
    asking.words_and_places()
    factories.category("grief", parent=factories.category("food"), sensitive=True)


def contact_page(client: Client, **steps: dict[str, Any]) -> str:
    for step in list(asking.ANSWERS)[:-1]:
        asking.answer(client, step, **steps.get(step, {}))
    return client.get("/ask/contact/").content.decode()


def change(client: Client, page: str, **typed: Any) -> None:
    sent = client.post(f"{page}partners/", typed)
    assert sent.status_code == 302


def only_ask() -> Ask:
    return Ask.objects.get()


def test_it_is_asked_where_there_is_a_group_and_never_ticked_before(client, places):
    groups.live_group()
    page = contact_page(client)
    assert TICK in page
    assert f"{TICK} checked" not in page
    assert "not who you are" in page
    asking.answer(client, "contact")
    client.post("/ask/check/")
    assert not only_ask().may_ask_partners


@pytest.mark.parametrize("for_whom", ["self", "someone_else"])
def test_ticked_it_is_read_back_and_kept(client, places, for_whom):
    groups.live_group()
    asking.answer(client, "who", for_whom=for_whom)
    if for_whom == "someone_else":
        typed = {"agreed": "on", "name": "Ana", "asked_by": "Bo", "whom_to_call": "them"}
        client.post("/ask/someone-else/", typed)
    for step in list(asking.ANSWERS)[1:]:
        asking.answer(client, step, **(TICKED if step == "contact" else {}))
    assert "Ask neighbouring groups too" in client.get("/ask/check/").content.decode()
    client.post("/ask/check/")
    assert only_ask().may_ask_partners


@pytest.mark.parametrize(
    "state", [PartnerState.PAUSED, PartnerState.ENDED, PartnerState.COMPARED, PartnerState.READ]
)
def test_it_is_not_asked_without_a_group_to_ask(client, places, state):
    partner = groups.live_group()
    later = {"live_at": None} if state in (PartnerState.COMPARED, PartnerState.READ) else {}
    ended = {"ended_at": partner.live_at} if state == PartnerState.ENDED else {}
    type(partner).objects.update(state=state, **later, **ended)
    assert TICK not in contact_page(client)


def test_with_the_switch_off_nothing_asks_and_what_is_sent_all_the_same_is_not_kept(client, places):
    groups.live_group()
    factories.set_policy(has_partners=False)
    assert TICK not in contact_page(client)
    asking.answer(client, "contact", **TICKED)
    client.post("/ask/check/")
    assert not only_ask().may_ask_partners


def test_with_the_switch_on_it_costs_one_query(client, places):
    partner = groups.live_group()
    contact_page(client)
    with CaptureQueriesContext(connection) as asked:
        client.get("/ask/contact/")
    assert len([one for one in asked if partner._meta.db_table in one["sql"]]) == 1


def test_about_something_private_it_is_not_asked_and_not_kept(client, places):
    groups.live_group()
    private = {"category": ["groceries", "grief"]}
    assert TICK not in contact_page(client, kind=private)
    asking.ask(client, kind=private, contact=TICKED)
    assert not only_ask().may_ask_partners


@pytest.mark.parametrize(
    "typed", [{"keep_from": "Boris"}, {"keep_from_contact_points": "608 555 0199"}]
)
def test_where_someone_must_not_find_out_the_tick_has_no_effect(client, places, typed):
    groups.live_group()
    asking.answer_all(client, contact=TICKED | typed)
    assert "Ask neighbouring groups too" not in client.get("/ask/check/").content.decode()
    client.post("/ask/check/")
    assert not only_ask().may_ask_partners


class TestOnThePhone:
    @pytest.fixture
    def carla(self, client: Client, places: None) -> Client:
        return sign_in(client, factories.person("Carla", Role.COORDINATOR))

    def test_it_is_asked_and_kept(self, carla):
        groups.live_group()
        page = carla.get(calling.CALL).content.decode()
        assert TICK in page
        assert "may we ask neighbouring groups too" in page
        assert calling.taken(carla, **TICKED).may_ask_partners

    def test_without_a_group_nothing_is_said_of_it(self, carla):
        page = carla.get(calling.CALL).content.decode()
        assert TICK not in page
        assert "neighbouring groups" not in page

    def test_for_something_private_it_is_not_kept(self, carla):
        groups.live_group()
        private = ["grief", "", "", "", ""]
        assert not calling.taken(carla, category=private, **TICKED).may_ask_partners

    def test_a_coordinator_corrects_it_as_the_neighbour_says(self, carla):
        groups.live_group()
        ask = groups.askable_need().ask
        page = carla.get(f"/admin/requests_app/ask/{ask.pk}/change/").content.decode()
        assert TICK in page
        factories.set_policy(has_partners=False)
        other = factories.ask()
        page = carla.get(f"/admin/requests_app/ask/{other.pk}/change/").content.decode()
        assert TICK not in page


class TestOnThePrivatePage:
    def test_it_is_said_later_and_taken_back_at_any_time(self, client):
        groups.live_group()
        ask = factories.ask()
        page = f"/need/{make_link(ask)}/change/"
        change(client, page, **TICKED)
        ask.refresh_from_db()
        assert ask.may_ask_partners
        change(client, page)
        ask.refresh_from_db()
        assert not ask.may_ask_partners
        assert [event.reason for event in NeedEvent.objects.filter(action="change")] == [
            "partners",
            "partners",
        ]

    def test_taking_it_back_is_announced_and_saying_it_is_not(self, client):
        heard: list[Ask] = []

        def hear(ask: Ask, **_kwargs: Any) -> None:
            heard.append(ask)

        partners_refused.connect(hear)
        groups.live_group()
        ask = factories.ask()
        page = f"/need/{make_link(ask)}/change/"
        change(client, page, **TICKED)
        assert heard == []
        change(client, page)
        assert heard == [ask]

    def test_it_can_be_taken_back_when_the_group_is_gone(self, client):
        partner = groups.live_group()
        ask = groups.askable_need().ask
        type(partner).objects.update(state=PartnerState.PAUSED)
        factories.set_policy(has_partners=False)
        change(client, f"/need/{make_link(ask)}/change/")
        ask.refresh_from_db()
        assert not ask.may_ask_partners

    def test_a_page_opened_before_does_not_undo_what_was_said_since(self, client):
        groups.live_group()
        ask = groups.askable_need().ask
        path = f"/need/{make_link(ask)}/change/partners/"
        old = client.get(path).context["form"]
        actions.change_ask(ask, {"may_ask_partners": False})
        sent = {"seen": old["seen"].value(), **TICKED}
        client.post(path, sent)
        ask.refresh_from_db()
        assert not ask.may_ask_partners

    def test_whoever_holds_the_link_does_not_learn_that_someone_must_not_find_out(self, client):
        groups.live_group()
        kept = factories.ask(contact=actions.ContactDetails(name="Ana", keep_from="Boris"))
        pages = [
            client.get(f"/need/{make_link(ask)}/change/").content.decode()
            for ask in (kept, factories.ask())
        ]
        assert all("change/partners/" in page for page in pages)

    def test_of_something_private_it_is_not_offered(self, client):
        groups.live_group()
        ask = factories.ask(factories.details(category=factories.category("grief", sensitive=True)))
        link = f"/need/{make_link(ask)}/change/"
        assert "change/partners/" not in client.get(link).content.decode()
        assert client.get(f"{link}partners/").status_code == 404

    def test_no_helper_on_the_way_is_told_of_it(self, client):
        groups.live_group()
        need = factories.need()
        actions.claim_need(need, by=factories.person("Sam"), weekly_limit=9)
        change(client, f"/need/{make_link(need.ask)}/change/", **TICKED)
        assert not Notification.objects.filter(kind="need_changed").exists()

    def test_one_more_need_of_the_ask_keeps_it(self):
        groups.live_group()
        need = groups.askable_need()
        more = factories.need(of=need.ask)
        assert more.ask.may_ask_partners

    def test_the_copy_of_their_data_says_so(self, client):
        groups.live_group()
        link = f"/need/{make_link(groups.askable_need().ask)}/"
        assert client.post(f"{link}data/download/").json()["you"][
            "neighbouring_groups_may_be_asked"
        ]
        link = f"/need/{make_link(factories.ask())}/"
        copy = client.post(f"{link}data/download/").json()
        assert "neighbouring_groups_may_be_asked" not in copy["you"]
