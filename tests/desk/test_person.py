"""The page of a person tells what they do here, how they stand, what the team did, and no detail."""

import pytest
from django.test import Client

from mutualaid.people import access
from mutualaid.people.actions import change_person
from mutualaid.people.models import BlockedContactPoint, Role, User
from requests_app import actions
from requests_app.actions import ContactDetails
from requests_app.lifecycle.actors import volunteer
from requests_app.models import Claim
from tests.support import factories, stored

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
ANA = ContactDetails(name="Anabelle", phone="608-555-0142", address="98 Canary Terrace")


def page(browser: Client, person: User) -> str:
    answer = browser.get(f"/admin/people/user/{person.pk}/change/")
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def part(shown: str, heading: str) -> str:
    """Return a part of the page by its heading; "" where it is not there."""
    if f">{heading}<" not in shown:
        return ""
    return shown.split(f">{heading}<")[1].split("</section>")[0]


def claim(need, person: User) -> Claim:
    return actions.claim_need(need, by=person, weekly_limit=9)


def test_live_claims_stand_before_all_else_and_past_ones_with_how_they_ended(admin, sam):
    past = claim(factories.need(category=factories.category("meals")), sam)
    actions.release_claim(past, by=volunteer(sam))
    live = claim(factories.need(), sam)
    shown = page(admin, sam)
    assert f"need/{live.need_id}/change/" in part(shown, "What they said yes to")
    assert "said yes" in part(shown, "What they said yes to")
    assert "let go" in part(shown, "What they did before")
    assert f"need/{past.need_id}/change/" in part(shown, "What they did before")
    assert shown.index("What they said yes to") < shown.index("What they did before")
    assert shown.index("What they did before") < shown.index('name="name"')


def test_what_they_asked_for_stands_there_also_where_it_is_veiled(admin, rosa):
    plain = factories.ask(contact=ANA, account=rosa)
    secret = factories.category("papers", sensitive=True)
    veiled = factories.ask(factories.details(category=secret), contact=ANA, account=rosa)
    factories.ask(contact=ANA)
    asks = part(page(admin, rosa), "What they asked for")
    assert asks.index(veiled.code) < asks.index(plain.code)
    assert asks.count("/requests_app/ask/") == 2
    assert "Groceries · Riverside" in asks


def test_what_they_offer_is_summed_up_with_a_link_to_it(admin, sam):
    offer = factories.offer(by=sam)
    shown = page(admin, sam)
    offered = part(shown, "What they offer")
    for word in ("active", "Groceries", "Riverside"):
        assert word in offered
    assert f'href="/admin/offers_app/offer/{offer.pk}/change/">What they offer' in shown


def test_no_contact_detail_stands_there_but_the_way_to_one(admin, sam):
    factories.ask(contact=ANA, account=sam)
    shown = page(admin, sam)
    ways = part(shown, "Ways to reach them")
    assert f'href="/admin/people/user/{sam.pk}/email/">An e-mail address' in ways
    assert stored.leaks((sam.email, "Anabelle", "555-0142", "Canary"), shown) == []
    assert not sam.access_log.exists(), "it is no look"


def test_how_they_stand_is_said_in_true_sentences(admin, carla):
    new = factories.person("Noor", known=False)
    assert "New here" in part(page(admin, new), "How they stand")
    known = factories.person("Kim")
    standing = part(page(admin, known), "How they stand")
    assert "How we know them" in standing
    assert "New here" not in standing
    change_person(known, {"vetted": True}, by=carla)
    User.objects.filter(pk=known.pk).update(is_active=False)
    (mark,) = known.contact_points.values_list("fingerprint", flat=True) or ["x" * 32]
    known.contact_points.get_or_create(fingerprint=mark)
    BlockedContactPoint.objects.create(fingerprint=mark, reason="threats")
    standing = part(page(admin, known), "How they stand")
    for sentence in ("Vetted", "Switched off", "Their phone or e-mail is blocked."):
        assert sentence in standing


def test_help_that_neighbours_confirmed_is_counted(admin, sam):
    for _ in range(2):
        done = claim(factories.need(), sam)
        actions.deliver_claim(done, by=volunteer(sam))
        actions.confirm_arrival(done.need)
    assert "Helped 2 times" in part(page(admin, sam), "How they stand")


def test_what_others_of_the_team_did_about_them_stands_there_newest_first(admin, carla, sam):
    change_person(sam, {"name": "Samuel"}, by=carla)
    access.email_of(sam, by=carla)
    log = part(page(admin, sam), "What the team did about them")
    assert log.count("Carla") == 2
    assert log.index("looked at how to reach an account: e-mail") < log.index("Changed")


def test_what_someone_of_the_team_does_themself_is_not_about_them(admin, carla):
    admin.post("/admin/find/", {"q": "Anabelle"})
    assert part(page(admin, carla), "What the team did about them") == ""


def test_nothing_empty_stands_there(admin, rosa):
    shown = page(admin, rosa)
    for heading in (
        "What they said yes to", "What they asked for", "What they offer", "What they did before",
        "What the team did about them",
    ):  # fmt: skip
        assert part(shown, heading) == "", heading
    assert "let go lately, after a look" not in shown


def test_a_site_keeper_sees_nothing_of_neighbours_there(signed_in, sam, carla):
    claim(factories.need(), sam)
    factories.ask(contact=ANA, account=sam)
    factories.offer(by=sam)
    change_person(sam, {"name": "Samuel"}, by=carla)
    shown = page(signed_in(factories.person("Noor", Role.SITE_KEEPER)), sam)
    for heading in ("What they said yes to", "What they asked for", "What they offer"):
        assert part(shown, heading) == "", heading
    assert "/email/" not in shown
    assert "Groceries" not in shown
    assert "Carla" in part(shown, "What the team did about them")


@pytest.mark.parametrize("count", [1, 3, pytest.param(50, marks=pytest.mark.slow)])
def test_the_page_costs_the_same_for_one_claim_and_ask_and_for_many(
    admin, sam, count, django_assert_num_queries
):
    page(admin, sam)
    for _ in range(count):
        released = claim(factories.need(contact=ANA, account=sam), factories.person())
        Claim.objects.filter(pk=released.pk).update(volunteer=sam, state="released", week_slot=1)
    with django_assert_num_queries(28):
        page(admin, sam)
