"""On which channels one message goes: those its owner called safe, and a phone call where none is left."""

import pytest
from django.core import mail
from django.db import transaction

from mutualaid.encryption.fingerprints import fingerprints
from mutualaid.matching import tasks as matching
from mutualaid.notify.models import Notification, Suppression
from mutualaid.notify.outbox import enqueue
from mutualaid.notify.recipient import address_fingerprint
from mutualaid.notify.tasks import sweep, tidy_calls
from requests_app import actions
from requests_app.actions import ContactDetails
from requests_app.lifecycle.actors import coordinator, volunteer
from requests_app.notifications.mentions import NUMBERS
from requests_app.states import CloseReason
from tests.support import factories
from tests.support.people import (
    E164,
    MAIL,
    PHONE,
    PHONE_ONLY,
    TEXTS,
    ask_by,
    has_phone,
    rows,
    spoken_with,
    wishes,
)
from tests.support.subjects import unmarked

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture(autouse=True)
def texts(settings, tmp_path):
    """A gateway that keeps what it is given."""
    settings.SMS_URL, settings.MAIL_DIR = "sink://", tmp_path
    return tmp_path / "texts.log"


def lapse(need, sam):
    """Someone wanted to come, and cannot: the neighbour must hear of it."""
    claim = actions.claim_need(need, by=sam, weekly_limit=2)
    actions.release_claim(claim, by=volunteer(sam))


@pytest.mark.parametrize(
    ("details", "expected"),
    [
        (MAIL, {"email": "waiting"}),
        (PHONE_ONLY, {"call": "waiting"}),
        (TEXTS, {"sms": "waiting"}),
        (ContactDetails(name="Ana", email="ana@people.example", phone=PHONE), {"email": "waiting"}),
        (
            ContactDetails(
                name="Ana", email="ana@people.example", phone=PHONE, channels="email,sms,call"
            ),
            {"email": "waiting"},
        ),
        (ContactDetails(name="Ana", phone="555 0100", channels="sms,call"), {"call": "waiting"}),
        (ContactDetails(name="Ana", address="7 Hill Road"), {}),
    ],
)
def test_a_neighbour_hears_of_it_where_they_said_it_is_safe(sam, details, expected):
    lapse(ask_by(details), sam)
    assert rows("need_reopened") == expected


def test_a_group_without_a_gateway_rings_instead_of_texting(sam, settings):
    settings.SMS_URL = ""
    lapse(ask_by(TEXTS), sam)
    assert rows("need_reopened") == {"call": "waiting"}


def test_what_a_volunteer_tells_herself_needs_no_second_call(sam):
    actions.claim_need(ask_by(PHONE_ONLY), by=sam, weekly_limit=2)
    assert rows("need_claimed") == {}


def test_one_event_is_one_message_however_often_it_is_reported(sam):
    has_phone(sam, tasks=["email", "sms"])
    claim = actions.claim_need(factories.need(), by=sam, weekly_limit=2)
    with transaction.atomic():
        for _ in range(3):
            enqueue("claim_ended", about_id=claim.pk, to=sam)
    assert Notification.objects.filter(kind="claim_ended").count() == 1


def test_a_text_message_says_nothing_that_others_may_not_read(sam, texts):
    need = spoken_with(ask_by(TEXTS))
    actions.claim_need(need, by=sam, weekly_limit=2)
    sweep()
    said = texts.read_text()
    assert E164 in said
    assert f"Someone is coming ({need.ask.code} #{need.pk % NUMBERS}) http" in said
    for kept in ("Ana", "Sam", "Groceries", "Riverside", "help you"):
        assert kept not in said


def test_consent_that_was_taken_back_before_sending_counts(sam, texts):
    need = ask_by(TEXTS)
    lapse(need, sam)
    factories.set_contact(need.ask, channels="call")
    sweep()
    assert not texts.exists()
    assert rows("need_reopened") == {"call": "to_call"}


def test_two_ways_that_both_closed_are_one_call(sam):
    need = ask_by(
        ContactDetails(
            name="Ana", email="ana@people.example", phone=PHONE, channels="email,sms,call"
        )
    )
    lapse(need, sam)
    factories.set_contact(need.ask, channels="call", email="")
    sweep()
    sweep()
    assert rows("need_reopened") == {"call": "to_call"}
    assert Notification.objects.filter(kind="need_reopened").count() == 1


def test_who_said_stop_is_rung_about_what_matters_and_texted_nothing(sam, texts):
    Suppression.add("sms", address_fingerprint(E164), "stop")
    lapse(ask_by(TEXTS), sam)
    sweep()
    assert not texts.exists()
    assert rows("need_reopened") == {"call": "to_call"}
    assert rows("need_received") == {}


def test_an_address_that_was_erased_before_sending_is_written_to_no_more(sam):
    need = ask_by(MAIL)
    factories.set_contact(need.ask, email="")
    sweep()
    assert mail.outbox == []
    assert rows("need_received") == {"": "cancelled"}


def test_who_was_shut_out_gets_nothing_more(sam):
    actions.claim_need(factories.need(), by=sam, weekly_limit=2)
    sam.is_active = False
    sam.save()
    sweep()
    assert rows("claim_made") == {"": "cancelled"}


def test_who_wants_no_invitations_gets_none_and_is_still_told_what_they_took_on(sam):
    wishes(sam, ways={"invitations": [], "urgent": [], "tasks": ["email"]})
    factories.offer(by=sam)
    need = factories.need()
    matching.sweep()
    assert rows("need_fits") == {}
    actions.claim_need(need, by=sam, weekly_limit=2)
    assert rows("claim_made") == {"email": "waiting"}


def test_a_phone_counts_only_once_its_owner_has_confirmed_it(sam):
    has_phone(sam, tasks=["sms"])
    wishes(sam, phone_confirmed_at=None)
    actions.claim_need(factories.need(), by=sam, weekly_limit=2)
    assert rows("claim_made") == {}


def test_an_urgent_invitation_may_use_a_channel_that_others_may_not(sam):
    has_phone(sam, invitations=["email"], urgent=["sms"])
    factories.offer(by=sam, per_week=9)
    factories.need(urgency=2)
    matching.sweep()
    assert rows("need_fits") == {"email": "waiting"}
    factories.need(urgency=4)
    matching.sweep()
    assert rows("need_fits") == {"email": "waiting", "sms": "waiting"}


def test_a_call_that_is_past_leaves_the_list(sam):
    need = ask_by(PHONE_ONLY)
    lapse(need, sam)
    sweep()
    tidy_calls()
    assert rows("need_reopened") == {"call": "to_call"}
    actions.withdraw_need(need)
    tidy_calls()
    assert rows("need_reopened") == {"call": "cancelled"}


def test_who_was_told_by_a_coordinator_why_it_is_closed_gets_a_letter_too(carla):
    need = ask_by(MAIL)
    actions.close_need(need, by=coordinator(carla), reason=CloseReason.OTHER_HELP)
    sweep()
    said = {unmarked(letter.subject): letter.body for letter in mail.outbox}
    assert "help came from elsewhere" in said["What you asked for is closed"]


@pytest.mark.parametrize("address", [E164, "608-555-0142", "Ana.Example+aid@gmail.com"])
def test_a_contact_point_is_suppressed_by_the_fingerprint_by_which_it_is_known_everywhere(address):
    assert {address_fingerprint(address)} == fingerprints(address)
