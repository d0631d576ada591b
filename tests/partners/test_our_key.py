"""A new key of ours is told by the old one, message by message; that of a partner is pinned the same way."""

from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from mutualaid.partners import keys, outbox
from mutualaid.partners.actions import pairing
from mutualaid.partners.actions.keys import PairingUnderWay, rotate
from mutualaid.partners.messages import KeyRotate, Message, Ping
from mutualaid.partners.models import OutgoingMessage, Partner, SigningKey
from mutualaid.partners.registry import settled
from mutualaid.partners.states import MessageState, PartnerState
from mutualaid.record.models import RecordEntry
from mutualaid.transitions import StateChanged
from tests.support import factories, partners
from tests.support.at_once import at_once

pytestmark = pytest.mark.django_db


def settle(message: OutgoingMessage, state: str, status: int) -> None:
    """What delivery does with an answer."""
    with transaction.atomic():
        message.state, message.status = state, status
        message.body, message.settled_at = "", message.created_at
        message.save()
        settled(message)


def announcements() -> list[OutgoingMessage]:
    return list(OutgoingMessage.objects.filter(kind=KeyRotate.kind).order_by("pk"))


def test_each_partner_is_told_and_knows_the_new_key_once_it_answered(crown, carla):
    old = crown.partner.our_key
    new = rotate(by=carla)
    crown.partner.refresh_from_db()
    assert keys.current_key() == new != old
    assert crown.partner.our_key == old
    (message,) = announcements()
    assert new.public_key in message.body
    settle(message, MessageState.SENT, 200)
    crown.partner.refresh_from_db()
    assert crown.partner.our_key == new


@pytest.mark.parametrize("state", [MessageState.REFUSED, MessageState.GIVEN_UP])
def test_who_did_not_take_it_up_is_written_to_with_the_old_one(crown, carla, state):
    old = crown.partner.our_key
    rotate(by=carla)
    settle(announcements()[0], state, 422)
    crown.partner.refresh_from_db()
    assert crown.partner.our_key == old
    old.refresh_from_db()
    assert old.seed


def test_two_new_keys_in_a_row_are_taken_up_in_order(crown, carla):
    second, third = rotate(by=carla), rotate(by=carla)
    for message, key in zip(announcements(), (second, third), strict=True):
        settle(message, MessageState.SENT, 200)
        crown.partner.refresh_from_db()
        assert crown.partner.our_key == key
        assert crown.partner.our_key.seed, "the next message is signed with it"
    assert [bool(key.seed) for key in SigningKey.objects.order_by("pk")] == [False, False, True]


def test_an_older_answer_that_comes_late_changes_nothing(crown, carla):
    rotate(by=carla)
    third = rotate(by=carla)
    first, second = announcements()
    settle(second, MessageState.SENT, 200)
    settle(first, MessageState.SENT, 200)
    crown.partner.refresh_from_db()
    assert crown.partner.our_key == third


def test_the_secret_half_of_a_key_that_no_one_needs_is_gone(crown, carla):
    old = crown.partner.our_key
    rotate(by=carla)
    old.refresh_from_db()
    assert old.seed, "its announcement is signed with it"
    settle(announcements()[0], MessageState.SENT, 200)
    old.refresh_from_db()
    assert old.seed == ""
    assert keys.current_key().seed


def test_paused_partners_are_told_and_ended_ones_are_not(crown, carla):
    paused = partners.other_site(state=PartnerState.PAUSED).partner
    partners.other_site(state=PartnerState.ENDED)
    rotate(by=carla)
    assert {message.partner_id for message in announcements()} == {crown.partner.pk, paused.pk}


@pytest.mark.parametrize("state", [PartnerState.READ, PartnerState.COMPARED])
def test_while_digits_are_compared_the_key_stays(crown, carla, state):
    waiting = partners.other_site(state=state).partner
    before = keys.current_key()
    with pytest.raises(PairingUnderWay):
        rotate(by=carla)
    assert keys.current_key() == before
    assert not announcements()
    pairing.end(waiting, by=carla)
    rotate(by=carla)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_make_a_new_key_at_once_both_leave_one_in_use(carla):
    keys.current_key()

    def make() -> Any:
        try:
            return rotate(by=carla).pk
        except StateChanged:
            return "someone else did"

    at_once([make] * 4)
    assert SigningKey.objects.filter(retired_at=None).count() == 1


def receive(crown: partners.OtherSite, message: Message) -> int:
    status: int = crown.post(Client(), message).status_code
    return status


def new_key_of(crown: partners.OtherSite, number: int = 2) -> tuple[SigningKey, KeyRotate]:
    key = partners.key_pair()
    return key, KeyRotate(public_key=key.public_key, key_number=number)


def test_a_partner_tells_its_new_key_by_the_one_before(crown):
    old, (new, told) = crown.key, new_key_of(crown)
    assert receive(crown, told) == 200
    row = Partner.objects.get(pk=crown.partner.pk)
    assert (row.public_key, row.previous_key, row.key_number) == (new.public_key, old.public_key, 2)
    assert receive(crown, Ping()) == 401
    crown.key = new
    assert receive(crown, Ping()) == 200


def test_a_number_that_is_not_newer_is_refused_so_that_they_go_on_with_the_key_before(crown):
    new, told = new_key_of(crown, 5)
    assert receive(crown, told) == 200
    crown.key = new
    for number in (4, 5):
        assert receive(crown, new_key_of(crown, number)[1]) == 422
    assert Partner.objects.get(pk=crown.partner.pk).public_key == new.public_key
    assert receive(crown, told) == 200, "it is pinned already"
    assert receive(crown, new_key_of(crown, 9)[1]) == 200


def test_neither_the_key_of_another_nor_ours_is_taken(crown):
    other = partners.other_site(previous_key="ef" * 32)
    for key in (other.key.public_key, "ef" * 32, keys.current_key().public_key):
        assert receive(crown, KeyRotate(public_key=key, key_number=2)) == 422
    row = Partner.objects.get(pk=crown.partner.pk)
    assert (row.public_key, row.key_number, row.previous_key) == (crown.key.public_key, 1, "")


def test_a_new_key_says_so_in_the_record(crown):
    factories.set_policy(has_record=True)
    new, told = new_key_of(crown)
    receive(crown, told)
    entry = RecordEntry.objects.get(kind="partner.key")
    assert entry.facts == {"partner": crown.partner.pk, "key": new.public_key}


def test_what_was_written_before_the_new_key_goes_with_the_old_one(crown, carla):
    with transaction.atomic():
        outbox.send(crown.partner, Ping())
    rotate(by=carla)
    with transaction.atomic():
        outbox.send(crown.partner, Ping())
    kinds = list(OutgoingMessage.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["ping", "key.rotate", "ping"]
    assert Partner.objects.get(pk=crown.partner.pk).our_key != keys.current_key()
