"""Two asks are put together, and parted again, while others write about both at the same time."""

import html
from datetime import timedelta

import pytest
from django.utils import timezone

from mutualaid.transitions import StateChanged
from requests_app import actions
from requests_app.access.links import ask_by_token, code_for, make_link, renew_links
from requests_app.actions import ContactDetails
from requests_app.lifecycle.actors import coordinator
from requests_app.models import Ask, AskContact, Claim, Need
from requests_app.states import CloseReason
from tests.support import factories

pytestmark = pytest.mark.django_db
ANA = ContactDetails(name="Ana", phone="608-555-0142", email="ana@people.example")
BEN = ContactDetails(name="Ben", phone="608-555-0142", address="8 Hill Road")


@pytest.fixture
def two() -> tuple[Ask, Ask]:
    meals = factories.details(category=factories.category("meals"))
    return factories.ask(contact=ANA), factories.ask(meals, contact=BEN)


def kinds(ask: Ask) -> list[str]:
    return [need.category.slug for need in ask.needs.order_by("pk")]


def test_an_ask_is_not_put_together_with_itself_nor_told_apart_from_itself(two, carla):
    ana, _ben = two
    for refused in (
        lambda: actions.merge_asks(ana, into=ana, by=coordinator(carla)),
        lambda: actions.mark_alike(ana, other=ana, by=coordinator(carla)),
        lambda: actions.mark_all_alike([ana, ana], by=coordinator(carla)),
    ):
        with pytest.raises(StateChanged):
            refused()
    ana.refresh_from_db()
    assert ana.merged_into is None
    assert not ana.alike.exists()


def test_what_another_coordinator_put_together_first_stays_as_they_did_it(two, carla):
    ana, ben = two
    cara = factories.ask(contact=ContactDetails(name="Cara", phone="608-555-0142"))
    actions.merge_asks(Ask.objects.get(pk=ben.pk), into=ana, by=coordinator(carla))
    for late in (
        lambda: actions.merge_asks(ben, into=cara, by=coordinator(carla)),
        lambda: actions.merge_asks(cara, into=ben, by=coordinator(carla)),
        lambda: actions.merge_asks(ana, into=ben, by=coordinator(carla)),
        lambda: actions.mark_alike(ben, other=ana, by=coordinator(carla)),
        lambda: actions.mark_all_alike([ana, ben, cara], by=coordinator(carla)),
    ):
        with pytest.raises(StateChanged):
            late()
    assert kinds(ana) == ["groceries", "meals"]
    assert not Ask.alike.through.objects.exists()


def test_parted_after_both_changed_each_keeps_what_became_of_it(two, carla, sam):
    ana, ben = two
    groceries, meals = ana.needs.get(), ben.needs.get()
    actions.merge_asks(ben, into=ana, by=coordinator(carla))
    factories.offer(by=sam, categories=[meals.category])
    claim = actions.claim_need(Need.objects.get(pk=meals.pk), by=sam, weekly_limit=9)
    actions.close_need(
        Need.objects.get(pk=groceries.pk), by=coordinator(carla), reason=CloseReason.FULFILLED
    )
    rides = factories.need(of=ana, category=factories.category("rides"))
    factories.set_contact(ana, phone="608-555-0199")
    together = make_link(ana)

    actions.unmerge_asks(Ask.objects.get(pk=ben.pk), by=coordinator(carla))

    assert (kinds(ana), kinds(ben)) == (["groceries", "rides"], ["meals"])
    states = {need.pk: need.state for need in Need.objects.all()}
    assert states == {groceries.pk: "closed", meals.pk: "claimed", rides.pk: "open"}
    assert AskContact.objects.get(ask=ana).phone == "608-555-0199"
    seen = actions.contact_of_claim(Claim.objects.get(pk=claim.pk), by=sam)
    assert seen.phone == BEN.phone
    assert ask_by_token(together) is None, "it led to the needs of both"
    with pytest.raises(StateChanged):
        actions.unmerge_asks(Ask.objects.get(pk=ben.pk), by=coordinator(carla))


def test_parted_after_its_needs_are_over_and_it_was_told_apart_from_others_it_stands_by_itself(
    two, carla
):
    ana, ben = two
    cara = factories.ask(contact=ContactDetails(name="Cara", phone="608-555-0142"))
    actions.mark_alike(cara, other=ben, by=coordinator(carla))
    actions.merge_asks(ben, into=ana, by=coordinator(carla))
    for need in Need.objects.filter(ask=ana):
        actions.withdraw_need(need)
    actions.unmerge_asks(Ask.objects.get(pk=ben.pk), by=coordinator(carla))
    assert list(ben.alike.all()) == [cara]
    assert [need.state for need in ben.needs.all()] == ["closed"]
    actions.unmark_alike(ben, other=cara, by=coordinator(carla))
    assert not cara.alike.exists()


def test_a_link_of_before_says_that_there_is_a_newer_one_and_nothing_else(two, carla, client):
    ana, ben = two
    link = make_link(ben)
    actions.merge_asks(ben, into=ana, by=coordinator(carla))
    answer = client.get(f"/need/{link}/")
    page = answer.content.decode().partition("<main")[2]
    assert answer.status_code == 410
    assert "We put what you asked for together on one page." in page
    assert "no-store" in answer["Cache-Control"]
    for secret in ("Ana", "Ben", "0142", "people.example", "Groceries", "Meals", link):
        assert secret not in page


def test_a_link_that_someone_else_knew_learns_nothing_of_what_was_put_together(two, carla, client):
    ana, ben = two
    known = make_link(ben)
    renew_links(ben)
    ben.links.exclude(revoked_at=None).update(revoked_at=timezone.now() - timedelta(days=1))
    actions.merge_asks(ben, into=ana, by=coordinator(carla))
    answer = client.get(f"/need/{known}/")
    assert (answer.status_code, b"on one page" in answer.content) == (404, False)


@pytest.mark.parametrize("change", [{"veiled": True}, {"erased_at": timezone.now()}])
def test_a_link_of_a_veiled_or_erased_ask_is_like_any_wrong_one(two, carla, client, change):
    ana, ben = two
    link = make_link(ben)
    actions.merge_asks(ben, into=ana, by=coordinator(carla))
    Ask.objects.filter(pk=ben.pk).update(**change)
    assert client.get(f"/need/{link}/").status_code == 404


def test_a_code_of_before_says_the_same_as_its_link_and_nothing_else(two, carla, client):
    ana, ben = two
    code = code_for(make_link(ben))
    actions.merge_asks(ben, into=ana, by=coordinator(carla))
    answer = client.post("/need/find/", {"code": code.lower()})
    page = answer.content.decode().partition("<main")[2]
    assert answer.status_code == 410
    assert "We put what you asked for together on one page." in page
    for secret in ("Ana", "Ben", "0142", "people.example", "Groceries", "Meals", "/need/find/x"):
        assert secret not in page


@pytest.mark.parametrize("change", [{"veiled": True}, {"erased_at": timezone.now()}, "renewed"])
def test_no_other_code_of_an_ask_that_was_put_together_is_told_apart(two, carla, client, change):
    ana, ben = two
    code = code_for(make_link(ben))
    if change == "renewed":
        renew_links(ben)
        ben.links.exclude(revoked_at=None).update(revoked_at=timezone.now() - timedelta(days=1))
    actions.merge_asks(ben, into=ana, by=coordinator(carla))
    if change != "renewed":
        Ask.objects.filter(pk=ben.pk).update(**change)
    answer = client.post("/need/find/", {"code": code})
    assert answer.status_code == 200
    assert "We don't know this code." in html.unescape(answer.content.decode())
