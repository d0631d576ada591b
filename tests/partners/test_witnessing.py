"""Heads of records go to and fro, and of two for one seal both groups hear."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from mutualaid.partners.actions import pairing
from mutualaid.partners.actions.witnessing import (
    MOST_A_DAY,
    partners_whose_record_differs,
    send_seals,
    settle_difference,
)
from mutualaid.partners.messages import Seal
from mutualaid.partners.models import OutgoingMessage, Partner, WitnessedSeal
from mutualaid.partners.states import MessageState, PartnerState
from tests.partners.test_our_key import settle
from tests.support import factories, partners, recorded
from tests.support.at_once import at_once

pytestmark = pytest.mark.django_db
HEAD, OTHER = "ab" * 32, "cd" * 32


def told(number: int = 1, head: str = HEAD) -> Seal:
    return Seal(number=number, last_number=10 * number, head=head)


def waiting() -> list[tuple[int, int | None]]:
    rows = OutgoingMessage.objects.filter(kind=Seal.kind, state=MessageState.WAITING)
    return list(rows.order_by("pk").values_list("partner", "number"))


def a_day_passes() -> None:
    Partner.objects.update(seal_sent_at=timezone.now() - timedelta(hours=25))


@pytest.fixture
def kept(crown):
    factories.set_policy(has_record=True)
    recorded.sealed(2, 3)
    return crown.partner


def test_each_live_partner_gets_the_newest_seal_once_a_day(kept):
    other = partners.other_site().partner
    for state in PartnerState.values:
        if state != PartnerState.LIVE:
            partners.other_site(state=state)
    assert {one.pk for one in send_seals()} == {kept.pk, other.pk}
    assert list(send_seals()) == []
    assert waiting() == [(kept.pk, 2), (other.pk, 2)]


def test_a_newer_one_takes_the_place_of_one_that_waits(kept):
    list(send_seals())
    recorded.sealed(1)
    a_day_passes()
    list(send_seals())
    assert waiting() == [(kept.pk, 3)]


def test_what_a_partner_holds_is_not_sent_again(kept):
    list(send_seals())
    settle(OutgoingMessage.objects.get(), MessageState.SENT, 200)
    a_day_passes()
    assert list(send_seals()) == []
    assert Partner.objects.get(pk=kept.pk).seal_number == 2


def test_without_a_record_or_without_partners_nothing_is_sent(kept):
    factories.set_policy(has_record=False)
    assert list(send_seals()) == []
    factories.set_policy(has_record=True, has_partners=False)
    assert list(send_seals()) == []


@pytest.mark.django_db(transaction=True)
def test_of_two_sweeps_at_once_one_sends():
    crown = partners.other_site()
    factories.set_policy(has_record=True)
    recorded.sealed(2)
    at_once([lambda: list(send_seals())] * 2)
    assert waiting() == [(crown.partner.pk, 1)]


def test_who_holds_another_head_of_ours_says_so_and_coordinators_see_it(kept, carla):
    list(send_seals())
    settle(OutgoingMessage.objects.get(), MessageState.REFUSED, 422)
    assert list(partners_whose_record_differs()) == [kept]
    settle_difference(kept, by=carla)
    assert not partners_whose_record_differs().exists()


@pytest.mark.parametrize(
    ("state", "status"), [(MessageState.REFUSED, 404), (MessageState.GIVEN_UP, None)]
)
def test_any_other_refusal_says_nothing_of_our_record(kept, state, status):
    list(send_seals())
    settle(OutgoingMessage.objects.get(), state, status)
    assert not partners_whose_record_differs().exists()


def test_a_seal_of_theirs_is_kept_once(crown):
    for _time in range(2):
        assert crown.post(Client(), told()).status_code == 200
    row = WitnessedSeal.objects.get()
    assert (row.partner, row.number, row.last_number, row.head) == (crown.partner, 1, 10, HEAD)
    assert not partners_whose_record_differs().exists()


def test_another_head_of_the_same_seal_is_kept_beside_it_and_they_hear(crown, carla):
    crown.post(Client(), told())
    answer = crown.post(Client(), told(head=OTHER))
    assert (answer.status_code, partners.answer_of(answer)) == (422, "differs")
    row = WitnessedSeal.objects.get()
    assert (row.head, row.other_head) == (HEAD, OTHER)
    assert list(partners_whose_record_differs()) == [crown.partner]
    settle_difference(crown.partner, by=carla)
    assert not partners_whose_record_differs().exists()
    crown.post(Client(), told(head=OTHER))
    assert not partners_whose_record_differs().exists(), "it is the same one again"
    crown.post(Client(), told(head="ef" * 32))
    assert partners_whose_record_differs().exists()
    assert WitnessedSeal.objects.get().head == HEAD


def test_the_same_number_from_two_partners_is_of_two_records(crown):
    other = partners.other_site()
    assert crown.post(Client(), told()).status_code == 200
    assert other.post(Client(), told(head=OTHER)).status_code == 200
    assert not partners_whose_record_differs().exists()


def test_no_partner_fills_our_disk_with_seals(crown):
    got = [crown.post(Client(), told(number)).status_code for number in range(1, MOST_A_DAY + 3)]
    assert got == [200] * MOST_A_DAY + [422] * 2
    assert WitnessedSeal.objects.count() == MOST_A_DAY


def test_what_we_keep_outlives_the_end_with_a_group(crown, carla):
    crown.post(Client(), told())
    pairing.end(crown.partner, by=carla)
    assert WitnessedSeal.objects.exists()


@pytest.mark.parametrize(
    "values",
    [
        {"other_head": OTHER},
        {"differs_at": timezone.now()},
        {"settled_at": timezone.now()},
        {"other_head": HEAD, "differs_at": timezone.now()},
    ],
)
def test_the_database_holds_what_differs_together(crown, values):
    crown.post(Client(), told())
    with pytest.raises(IntegrityError), transaction.atomic():
        WitnessedSeal.objects.update(**values)


def test_the_database_holds_one_head_of_each_seal(crown):
    crown.post(Client(), told())
    with pytest.raises(IntegrityError), transaction.atomic():
        WitnessedSeal.objects.create(partner=crown.partner, number=1, last_number=1, head=OTHER)
