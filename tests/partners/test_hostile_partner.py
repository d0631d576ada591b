"""A group that we once trusted and that means harm: whatever it signs, it gets no further than a word."""

import csv
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from mutualaid.partners.actions.answering import say_yes
from mutualaid.partners.inbox.receiving import MOST_OPEN
from mutualaid.partners.models import IncomingMessage, IncomingReferral, OutgoingMessage, Partner
from mutualaid.partners.protocol import wire
from mutualaid.partners.protocol.messages import (
    KeyRotate,
    Message,
    Ping,
    ReferralAnswer,
    ReferralContact,
    ReferralErase,
    ReferralErased,
    ReferralStatus,
    ReferralWithdraw,
)
from mutualaid.partners.sweep import sweep
from mutualaid.people.models import User
from requests_app.models import Ask
from tests.partners.two_sites.clock import pass_time
from tests.support import factories, partners
from tests.support.partners import OtherSite, answer_of
from tests.support.stored import every_row

CANARY = "Zsofianary"
NOTED = ("partners_incomingmessage", "partners_partner")
"""Tables that note that a message came, whatever became of it."""


@pytest.fixture
def mallorys(db: None) -> OtherSite:
    """Mallory's group: live, as Crown Heights is."""
    return partners.other_site("Mallory's")


@pytest.fixture
def words(db: None) -> None:
    """What a need can be of: groceries in Saltmarsh, in English."""
    factories.category()
    factories.locality("saltmarsh")
    factories.language()


def contact(referral: Any, **fields: Any) -> ReferralContact:
    return ReferralContact(referral, **{"name": CANARY, "phone": "718 555 0188", **fields})


def asked(crown: OtherSite, client: Client, **fields: Any) -> IncomingReferral:
    ask = partners.an_ask(**fields)
    assert crown.post(client, ask).status_code == 200
    return IncomingReferral.objects.get(public_id=ask.referral)


def received(crown: OtherSite, client: Client, by: User, **fields: Any) -> IncomingReferral:
    """A need of theirs that is an ask here."""
    referral = asked(crown, client)
    say_yes(referral, by=by)
    assert crown.post(client, contact(referral.public_id, **fields)).status_code == 200
    sweep()
    referral.refresh_from_db()
    assert referral.ask
    return referral


def all_but_notes() -> list[str]:
    """Every row of every table, without that a message came."""
    return [row for row in every_row().splitlines() if not row.startswith(NOTED)]


def about(referral: Any) -> list[Message]:
    """One message of each kind about this need."""
    return [
        contact(referral),
        ReferralAnswer(referral, accepted=True),
        ReferralAnswer(referral, accepted=False, reason="too_far"),
        ReferralStatus(referral, state="confirmed", version=7),
        ReferralWithdraw(referral),
        ReferralErased(referral, at=timezone.now()),
    ]


# About what is nothing of theirs.


@pytest.mark.parametrize("number", range(len(about(None))))
def test_a_message_about_a_need_of_another_group_changes_nothing(
    crown, mallorys, words, client, carla, number
):
    referral = received(crown, client, carla)
    before = all_but_notes()
    answer = mallorys.post(client, about(referral.public_id)[number])
    assert (answer.status_code, answer_of(answer)) == (404, "not between us")
    assert all_but_notes() == before


def test_erasing_a_need_of_another_group_erases_nothing(crown, mallorys, words, client, carla):
    referral = received(crown, client, carla)
    before = referral.ask
    assert before
    for referred in (referral.public_id, uuid4()):
        mallorys.post(client, ReferralErase(referred))
    sweep()
    after = Ask.objects.get(pk=before.pk)
    assert (after.erased_at, after.contact.name) == (None, before.contact.name)
    referral.refresh_from_db()
    assert (referral.erase_asked_at, referral.erased_at) == (None, None)
    assert not OutgoingMessage.objects.filter(
        partner=crown.partner, kind="referral.erased"
    ).exists()


def test_the_same_id_at_two_groups_is_two_needs(crown, mallorys, words, client):
    ours = asked(crown, client)
    theirs = replace(partners.an_ask(), referral=ours.public_id)
    assert mallorys.post(client, theirs).status_code == 200
    assert mallorys.post(client, ReferralWithdraw(ours.public_id)).status_code == 200
    ours.refresh_from_db()
    assert ours.state == "asked"


# Contact details that nobody asked for.


@pytest.mark.parametrize("state", ["unknown", "asked", "declined", "silent", "withdrawn", "erased"])
def test_contact_details_that_nobody_asked_for_are_refused_and_not_kept(
    crown, words, client, carla, state
):
    referral = asked(crown, client)
    named = referral.public_id
    if state == "unknown":
        named = uuid4()
    elif state == "withdrawn":
        crown.post(client, ReferralWithdraw(named))
    elif state == "erased":
        crown.post(client, ReferralErase(named))
    elif state != "asked":
        IncomingReferral.objects.update(state=state, ended_at=timezone.now())
    answer = crown.post(client, contact(named, notes=f"notes of {CANARY}", address=CANARY))
    assert answer.status_code == (404 if state == "unknown" else 422)
    assert CANARY not in answer.content.decode()
    sweep()
    assert (Ask.objects.count(), IncomingReferral.objects.get().contact) == (0, "")
    assert CANARY not in every_row()


# Too much.


@pytest.mark.slow
def test_whoever_asks_without_end_fills_its_own_room_and_no_more(crown, words, client):
    """The room first, minute by minute; then a storm of the size that one test can wait for."""
    statuses = []
    for number in range(MOST_OPEN + 20):
        if number % 50 == 49:
            pass_time(minutes=2)
        statuses.append(crown.post(client, partners.an_ask()).status_code)
    assert statuses == [200] * MOST_OPEN + [429] * 20
    rows = IncomingMessage.objects.count(), OutgoingMessage.objects.count()
    storm = {crown.post(client, partners.an_ask()).status_code for _ in range(300)}
    assert storm == {429}
    assert IncomingReferral.objects.count() == MOST_OPEN
    assert (IncomingMessage.objects.count(), OutgoingMessage.objects.count()) == rows


@pytest.mark.slow
def test_a_group_that_asks_without_end_keeps_no_other_from_asking(crown, mallorys, words, client):
    for _ in range(70):
        mallorys.post(client, partners.an_ask())
    assert crown.post(client, partners.an_ask()).status_code == 200


@pytest.mark.parametrize("letters", [400, 60_000, 10_000_000])
def test_an_area_of_any_length_is_no_area(crown, words, client, letters):
    answer = crown.post(client, partners.an_ask(area="x" * letters))
    assert answer.status_code == (422 if letters < 64_000 else 413)
    assert not IncomingReferral.objects.exists()


# States and keys.


@pytest.mark.parametrize("version", [2**31, 2**63, 10**14])
def test_a_state_from_the_far_future_is_no_state(crown, client, version):
    message_id = uuid4()
    body = wire.write(ReferralStatus(uuid4(), "taken", version), message_id=message_id)
    answer = crown.post(client, body=body, message_id=message_id)
    assert answer.status_code == 422
    assert answer_of(answer).startswith("unreadable: ")


def test_a_new_key_that_comes_again_changes_nothing(crown, client):
    second, third = partners.key_pair(), partners.key_pair()
    rotate = KeyRotate(public_key=second.public_key, key_number=2)
    first_id = uuid4()
    assert crown.post(client, rotate, message_id=first_id).status_code == 200
    with_second = replace_key(crown, second)
    assert with_second.post(client, KeyRotate(third.public_key, key_number=3)).status_code == 200
    with_third = replace_key(crown, third)
    old = crown.post(client, rotate, message_id=first_id)
    assert old.status_code in (200, 401)
    again = with_third.post(client, rotate)
    assert again.status_code in (200, 422)
    assert Partner.objects.get(pk=crown.partner.pk).public_key == third.public_key
    assert with_third.post(client, Ping()).status_code == 200
    assert crown.post(client, Ping()).status_code == 401


def test_nobody_takes_the_key_of_another_or_ours(crown, mallorys, client):
    ours = crown.partner.our_key.public_key
    for key in (crown.key.public_key, ours):
        answer = mallorys.post(client, KeyRotate(public_key=key, key_number=9))
        assert answer.status_code == 422
    assert Partner.objects.get(pk=mallorys.partner.pk).public_key == mallorys.key.public_key
    assert Partner.objects.get(pk=crown.partner.pk).public_key == crown.key.public_key


def replace_key(site: OtherSite, key: Any) -> OtherSite:
    other = OtherSite(site=site.site, key=key)
    other.partner = site.partner
    return other


# Words that would do something where they are shown.

SCRIPT = "<script>alert(1)</script>"
FORMULA = '=HYPERLINK("https://mallory.example","Noor")'
TURN = "\u202e"
"""What comes after this mark is drawn from right to left."""
TURNED = f"Noor{TURN}rooN"


def test_no_word_of_an_ask_is_more_than_a_word_on_the_pages_of_the_team(crown, client, carlas):
    asked(
        crown,
        client,
        area=SCRIPT,
        category=SCRIPT,
        category_name=f"{TURNED}{SCRIPT}",
        languages=("<b>",),
    )
    page = carlas.get("/admin/partners/needs/").content.decode()
    assert SCRIPT not in page
    assert "&lt;script&gt;" in page
    assert TURN not in page


def test_no_word_of_a_neighbour_is_more_than_a_word_here(crown, words, client, carla, carlas):
    referral = received(
        crown, client, carla, name=SCRIPT, address=SCRIPT, notes=f"{SCRIPT} {TURNED}", times=FORMULA
    )
    assert referral.ask
    assert referral.need
    for path in (
        f"/admin/requests_app/need/{referral.need.pk}/change/",
        f"/admin/requests_app/ask/{referral.ask.pk}/change/",
        "/admin/partners/needs/",
        "/admin/",
    ):
        answer = carlas.get(path, follow=True)
        assert answer.status_code == 200, path
        page = answer.content.decode()
        assert SCRIPT not in page, path
        assert TURN not in page, path


def test_no_word_of_a_neighbour_is_a_formula_in_a_sheet(crown, words, client, carla, carlas):
    received(crown, client, carla, address=FORMULA, times=FORMULA, notes=FORMULA)
    taken = {"reason": "to phone round before the storm", "how": "csv"}
    sheet = carlas.post("/admin/export/contacts/", taken)
    assert sheet.headers["Content-Type"].startswith("text/csv"), sheet.content.decode()
    cells = [
        cell for row in csv.reader(sheet.content.decode("utf-8-sig").splitlines()) for cell in row
    ]
    assert f"'{FORMULA}" in cells
    assert not [cell for cell in cells if cell.startswith("=")]


@pytest.mark.parametrize("name", ["", SCRIPT, FORMULA, TURNED, "x" * 300])
def test_a_site_says_of_itself_what_it_likes_and_is_shown_as_text(crown, client, carlas, name):
    crown.post(client, Ping(name=name, phone=f"{FORMULA}"[:60]))
    page = carlas.get(f"/admin/partners/partner/{crown.partner.pk}/change/", follow=True)
    assert page.status_code == 200
    text = page.content.decode()
    assert SCRIPT not in text
    assert TURN not in text
