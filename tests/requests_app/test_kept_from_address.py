"""A need is kept from whoever has a phone or e-mail, with an account or without one yet."""

from contextlib import suppress
from functools import partial
from io import StringIO

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from mutualaid.encryption.fingerprints import fingerprints
from mutualaid.matching.actions import match_for
from mutualaid.matching.models import Match
from mutualaid.matching.tasks import sweep as match_all
from mutualaid.notify.actions import give_phone
from mutualaid.notify.models import Preferences
from mutualaid.notify.tasks import sweep as deliver_all
from mutualaid.people.models import User
from requests_app import actions
from requests_app.access.exclusions import is_kept_from, pairs_kept_apart
from requests_app.access.links import make_link
from requests_app.actions import ContactDetails
from requests_app.lifecycle.actors import NEIGHBOUR, coordinator
from requests_app.models import Claim, Exclusion, Need
from requests_app.rules import can_see_contact
from tests.support import asking, factories, stored
from tests.support.at_once import at_once
from tests.support.keys import NEW, OLD

pytestmark = pytest.mark.django_db
SAMS = "Sam@People.example "
PHONE = "+44 20 7946 0958"


@pytest.fixture(autouse=True)
def in_britain(settings) -> None:
    settings.PHONE_REGION = "GB"


def kept_from(*addresses: str) -> Need:
    return factories.need(
        contact=ContactDetails(name="Ana", phone="1"), keep_from_contact_points=addresses
    )


def claimed(person, need: Need) -> Claim:
    return actions.claim_need(need, by=person, weekly_limit=2)


def opened(need: Need, carla) -> Need:
    actions.publish_need(need, by=coordinator(carla))
    return need


def hears_of(person, need: Need) -> bool:
    """By any way there is: matched, invited, shown, claimed."""
    match_all()
    deliver_all()
    is_matched = Match.objects.filter(need=need, offer__volunteer=person).exists()
    asked = any(person.email in message.to for message in mail.outbox)
    shown = match_for(person, need) is not None
    try:
        actions.claim_need(need, by=person, weekly_limit=2)
    except actions.NotForYou:
        return is_matched or asked or shown
    return True


def has_confirmed(user: User, phone: str) -> None:
    give_phone(user, phone)
    preferences = Preferences.of(user)
    preferences.phone_confirmed_at = timezone.now()
    preferences.save()


def test_who_has_the_address_is_kept_away_and_others_are_not(sam, vera, carla):
    factories.offer(by=sam)
    factories.offer(by=vera)
    need = opened(kept_from(SAMS), carla)
    assert not hears_of(sam, need)
    assert hears_of(vera, need)


def test_so_is_an_account_that_is_made_later(carla):
    need = opened(kept_from("later@people.example"), carla)
    person = factories.person("Later", email="later@people.example")
    factories.offer(by=person)
    assert not hears_of(person, need)


def test_a_second_address_and_a_phone_count_as_well(sam, vera, carla):
    need = opened(kept_from("second@people.example", "020 7946 0958"), carla)
    EmailAddress.objects.create(user=sam, email="Second@people.example", verified=False)
    has_confirmed(vera, PHONE)
    for person in (sam, vera):
        assert is_kept_from(person, need.ask)
        factories.offer(by=person)
        assert not hears_of(person, need)


def test_a_phone_that_was_there_before_is_found(vera, carla):
    has_confirmed(vera, PHONE)
    need = opened(kept_from("020 7946-0958"), carla)
    assert is_kept_from(vera, need.ask)


def test_the_whole_backlog_keeps_it_too(sam, carla):
    factories.offer(by=sam)
    need = opened(kept_from(SAMS, "nobody@people.example"), carla)
    assert pairs_kept_apart(Need.objects.all()) == {(need.pk, sam.pk)}


def test_it_hangs_on_no_board_and_is_read_first(client):
    need = kept_from("nobody@people.example")
    assert need.state == "triage"
    assert "Nothing is open here" in client.get("/board/").content.decode()


def test_a_claim_is_released_when_its_volunteer_gets_the_address(sam, carla):
    factories.offer(by=sam)
    need = factories.need()
    claim = claimed(sam, need)
    (mark,) = fingerprints("new@people.example")
    need.ask.exclusions.create(fingerprint=mark)
    assert can_see_contact(sam, claim)
    EmailAddress.objects.create(user=sam, email="new@people.example")
    claim = Claim.objects.get(pk=claim.pk)
    assert claim.state == "released"
    assert not can_see_contact(sam, claim)


def test_asked_on_the_last_page_only_a_fingerprint_stays(client, sam):
    asking.words_and_places()
    asking.ask(client, contact={"keep_from_contact_points": f"{SAMS}, {PHONE}"})
    need = Need.objects.get()
    assert need.state == "triage"
    assert [bool(one.person) for one in need.ask.exclusions.all()] == [False, False]
    assert is_kept_from(sam, need.ask)
    of_the_account = ("people_user ", "account_emailaddress ")
    held = [row for row in stored.every_row().splitlines() if not row.startswith(of_the_account)]
    assert stored.leaks(("sam@", "Sam@", "7946 0958", "79460958"), "\n".join(held)) == []


@pytest.mark.parametrize("typed", ["Bob", "12", "a, b", "x" * 400])
def test_what_is_no_address_is_told_beside_it(client, typed):
    asking.words_and_places()
    asking.answer_all(client)
    page = asking.answer(client, "contact", keep_from_contact_points=typed)
    assert page.status_code == 200
    assert 'id="id_keep_from_contact_points_error"' in page.content.decode()


def test_named_later_on_the_private_page_it_works_and_cannot_be_undone_there(client, sam):
    factories.offer(by=sam)
    need = factories.need()
    claim = claimed(sam, need)
    page = f"/need/{make_link(need.ask)}/change/keep_from_contact_points/"
    assert "Forget what I said" not in client.get(page).content.decode()
    client.post(page, {"keep_from_contact_points": SAMS})
    claim.refresh_from_db()
    assert claim.state == "released"
    for _ in range(2):
        client.post(page, {"keep_from_contact_points": "", "remove": "on"})
    assert is_kept_from(sam, need.ask)
    assert "sam@" not in client.get(page).content.decode().casefold()


def test_every_day_and_task_of_an_ask_is_kept_away(sam):
    need = kept_from(SAMS)
    (other,) = actions.split_need(
        need, into=[factories.category("rides")], by=coordinator(factories.person("C"))
    )
    assert other.ask == need.ask
    assert other.state == "triage"
    assert is_kept_from(sam, other.ask)


def test_after_the_keys_have_changed_and_the_old_one_is_gone_it_still_holds(settings, carla):
    settings.CONTACT_KEYS = [OLD]
    need = opened(kept_from("later@people.example", PHONE), carla)
    settings.CONTACT_KEYS = [NEW, OLD]
    call_command("rotate_keys", stdout=StringIO())
    settings.CONTACT_KEYS = [NEW]
    by_mail = factories.person("Later", email="later@people.example")
    by_phone = factories.person("Phone")
    has_confirmed(by_phone, PHONE)
    for person in (by_mail, by_phone):
        factories.offer(by=person)
        assert not hears_of(person, need)


def test_an_unreadable_phone_of_someone_else_hides_no_one(settings, sam, vera):
    settings.CONTACT_KEYS = [OLD]
    has_confirmed(sam, "+44 20 7946 0000")
    settings.CONTACT_KEYS = [NEW]
    has_confirmed(vera, PHONE)
    assert is_kept_from(vera, kept_from(PHONE).ask)


@pytest.mark.django_db(transaction=True)
def test_who_is_excluded_while_claiming_does_not_keep_the_claim(sam):
    def exclude_them(need: Need) -> None:
        with transaction.atomic():
            actions.exclude(need.ask, contact_points=[SAMS], by=NEIGHBOUR)

    def take_it(need: Need) -> None:
        with suppress(actions.NotForYou, actions.StateChanged):
            actions.claim_need(need, by=sam, weekly_limit=50)

    for _ in range(8):
        need = factories.need()
        one_copy, other_copy = Need.objects.get(pk=need.pk), Need.objects.get(pk=need.pk)
        at_once([partial(exclude_them, one_copy), partial(take_it, other_copy)])
        assert not Claim.objects.live().filter(need=need).exists()
        assert Need.objects.get(pk=need.pk).state == "triage"


def test_it_goes_with_the_need():
    need = kept_from("nobody@people.example")
    actions.erase_ask(need.ask)
    assert not Exclusion.objects.exists()
