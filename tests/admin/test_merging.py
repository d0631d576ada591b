"""Two asks that look alike: of one household, or of different people. And one need that came twice."""

from typing import Any

import pytest
from django.test import Client

from mutualaid.notify.models import Notification
from requests_app.access.links import ask_by_token, make_link
from requests_app.actions import ContactDetails
from requests_app.models import Ask, Need
from tests.support import factories, stored

pytestmark = pytest.mark.django_db
PHONE = "+1 212 555 0143"
ANA = ContactDetails(name="Ana", phone=PHONE, address="7 Hill Road", email="ana@people.example")
BEN = ContactDetails(name="Benjamin", phone=PHONE, address="8 Hill Road")
SECRETS = ("Benjamin", "555 0143", "5550143", "Hill Road", "ana@people")
HINT = "Possibly the same person has asked before"


@pytest.fixture
def two() -> tuple[Ask, Ask]:
    """Ana and Ben have one phone."""
    meals = factories.details(category=factories.category("meals"))
    return factories.ask(contact=ANA), factories.ask(meals, contact=BEN)


def page(admin: Client, ask: Ask, step: str = "change", other: Ask | None = None) -> str:
    asked = {"other": other.code} if other else {}
    return text(admin.get(f"/admin/requests_app/ask/{ask.pk}/{step}/", asked))


def send(admin: Client, ask: Ask, step: str, other: Ask | None = None, **typed: str) -> str:
    path = f"/admin/requests_app/ask/{ask.pk}/{step}/"
    return text(admin.post(path, typed | ({"other": other.code} if other else {}), follow=True))


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_the_page_of_an_ask_hints_at_the_other_and_leads_to_both_questions(admin, two):
    ana, ben = two
    shown = page(admin, ana)
    assert HINT in shown
    for step in ("same-household", "different-people"):
        assert f"/admin/requests_app/ask/{ana.pk}/{step}/?other={ben.code}" in shown
    assert HINT in text(admin.get(f"/admin/requests_app/need/{ana.needs.get().pk}/change/"))
    assert HINT not in page(
        admin, factories.ask(contact=ContactDetails(name="C", phone="555 0177"))
    )


@pytest.mark.parametrize("step", ["same-household", "different-people"])
def test_both_sides_stand_beside_each_other_and_no_secret_of_either(admin, two, step):
    shown = page(admin, *[two[0], step, two[1]])
    for seen in (
        "Groceries · Riverside",
        "Meals · Riverside",
        "phone: the same",
        "name: not the same",
    ):
        assert seen in shown
    assert "e-mail: only here" in shown
    assert stored.leaks(SECRETS, shown) == []
    assert not Ask.objects.first().access_log.exists()


def test_details_are_compared_as_people_mean_them(admin):
    contact = ContactDetails("Ana Belle", PHONE, "ana@people.example", "7 Hill Road")
    spelled = ContactDetails(
        "BELLE, Ána", "(212) 555-0143", "Ana+aid@people.example", "7, hill road"
    )
    shown = page(
        admin, factories.ask(contact=contact), "same-household", factories.ask(contact=spelled)
    )
    for detail in ("name", "phone", "e-mail", "address"):
        assert f"{detail}: the same" in shown


def test_what_no_rule_reads_is_the_same_only_letter_by_letter(admin):
    asks = [factories.ask(contact=ContactDetails("A", phone)) for phone in ("ask Bo", "ask Kim")]
    assert "phone: not the same" in page(admin, asks[0], "same-household", asks[1])


@pytest.mark.parametrize("keep", ["this", "other"])
def test_of_one_household_the_needs_stand_with_the_contact_that_is_kept(admin, two, keep):
    ana, ben = two
    old = [make_link(ask) for ask in two]
    assert "They are put together." in send(admin, ana, "same-household", ben, keep=keep)
    stays, goes = (ana, ben) if keep == "this" else (ben, ana)
    assert stays.needs.count() == 2
    assert not goes.needs.exists()
    goes.refresh_from_db()
    assert goes.merged_into == stays
    assert [ask_by_token(token) for token in old] == [None, None]
    if keep == "this":
        assert Notification.objects.filter(kind="ask_link", about_id=ana.pk).exists()
    else:
        stays.refresh_from_db()
        assert stays.call_back_at, "there is no e-mail: a coordinator rings"
    events = {need.events.last().action for need in Need.objects.filter(came_with=goes)}
    assert events == {"merge"}
    assert HINT not in page(admin, stays)


def test_that_is_undone_from_either_page(admin, two):
    ana, ben = two
    send(admin, ana, "same-household", ben, keep="this")
    undo = f"/admin/requests_app/ask/{ben.pk}/not-one-household/"
    assert undo in page(admin, ana)
    assert undo in page(admin, ben)
    shown = page(admin, ben, "not-one-household")
    assert "Meals · Riverside" in shown
    assert stored.leaks(SECRETS, shown) == []
    assert "They stand by themselves again." in send(admin, ben, "not-one-household")
    assert [ask.needs.count() for ask in two] == [1, 1]
    assert "This ask stands by itself." in send(admin, ben, "not-one-household")


def test_what_cannot_be_put_together_is_said_kindly(admin, two):
    ana, ben = two
    assert "This is the code of this ask itself." in page(admin, ana, "same-household", ana)
    assert "This is the code of this ask itself." in send(admin, ana, "same-household", ana)
    assert "Choose whose contact details stay." in send(admin, ana, "same-household", ben)
    send(admin, ana, "same-household", ben, keep="this")
    again = send(admin, ana, "same-household", ben, keep="this")
    assert "This has changed in the meantime." in again


def test_different_people_stay_apart_and_the_hint_goes_away(admin, two):
    ana, ben = two
    assert "They stay apart." in send(admin, ana, "different-people", ben)
    assert [ask.needs.count() for ask in two] == [1, 1]
    for ask in two:
        assert HINT not in page(admin, ask)
        assert ask.needs.get().events.last().reason == "alike"
    undo = f"/admin/requests_app/ask/{ben.pk}/not-different/?other={ana.code}"
    assert undo in page(admin, ben)
    send(admin, ben, "not-different", ana)
    assert HINT in page(admin, ana)


@pytest.fixture
def twice() -> tuple[Need, Need]:
    """The same need came twice in one ask."""
    first = factories.need(urgency=1, notes="One bag", contact=ANA)
    return first, factories.need(of=first.ask, urgency=4, notes="By the door")


def same(admin: Client, need: Need, into: Need | None) -> str:
    path = f"/admin/requests_app/need/{need.pk}/same-need/"
    return text(admin.post(path, {"into": into.pk} if into else {}, follow=True))


def test_the_same_need_twice_shares_one_fate_and_nothing_of_either_is_lost(admin, twice):
    first, again = twice
    shown = text(admin.get(f"/admin/requests_app/need/{again.pk}/same-need/"))
    assert again.code in shown
    assert first.code in shown
    assert "By the door" not in shown
    assert "Both are kept together now." in same(admin, again, first)
    first.refresh_from_db()
    again.refresh_from_db()
    assert (again.state, again.merged_into, first.urgency) == ("merged", first, 4)
    assert first.notes.text == "One bag\n\nBy the door"
    path = f"/admin/requests_app/need/{again.pk}/change/"
    assert 'value="unmerge"' in text(admin.get(path))
    admin.post(f"/admin/requests_app/need/{again.pk}/step/", {"do": "unmerge"})
    first.refresh_from_db()
    again.refresh_from_db()
    assert (again.state, first.urgency) == ("open", 1)


def test_only_another_open_need_of_the_ask_can_be_chosen(admin, twice):
    _first, again = twice
    for wrong in (None, again, factories.need()):
        assert "errorlist" in same(admin, again, wrong)
    alone = factories.need()
    shown = text(admin.get(f"/admin/requests_app/need/{alone.pk}/same-need/"))
    assert "put the asks together first" in shown
    assert not Need.objects.filter(state="merged").exists()


def test_while_someone_is_on_their_way_it_is_refused_kindly(admin, twice, sam):
    from requests_app.actions import claim_need

    first, again = twice
    claim_need(again, by=sam, weekly_limit=2)
    assert "This has changed in the meantime." in same(admin, again, first)
    again.refresh_from_db()
    assert again.state == "claimed"
