"""Several at once with a need of another group: one answer, one ask, one erasing."""

from functools import partial

import pytest
from django.db import transaction

from mutualaid.partners.actions.answering import say_no, say_yes
from mutualaid.partners.actions.reporting import tell_how_it_stands
from mutualaid.partners.actions.taking_up import take_up
from mutualaid.partners.messages import ReferralErase
from mutualaid.partners.models import IncomingReferral, OutgoingMessage, Partner
from mutualaid.partners.states import DeclineReason, IncomingState
from mutualaid.people.models import Role
from mutualaid.transitions import StateChanged
from requests_app.actions import withdraw_need
from requests_app.actions.erasing import erase_ask
from requests_app.models import Ask, AskContact, Need
from tests.support import factories, referrals
from tests.support.at_once import at_once
from tests.support.referrals import anew

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
ROUNDS = 3


@pytest.fixture
def crown() -> Partner:
    return referrals.partner()


def waits(crown: Partner) -> IncomingReferral:
    """Contact came, and no ask is made of it yet."""
    referral = referrals.accepted(crown, by=factories.person(""))
    referrals.comes(crown, referrals.contact_of(referral.public_id))
    return anew(referral)


def test_of_a_yes_and_a_no_at_once_one_is_told(crown):
    carla, dora = factories.person("Carla", Role.COORDINATOR), factories.person("Dora")
    for _ in range(ROUNDS):
        referral = referrals.asked(crown)

        def tried(answer):
            try:
                answer()
            except StateChanged:
                return False
            return True

        yes = partial(tried, partial(say_yes, referral, by=carla))
        other_yes = partial(tried, partial(say_yes, referral, by=dora))
        assert sorted(at_once([yes, other_yes])) == [False, True]
        sent = OutgoingMessage.objects.filter(referral_id=referral.public_id)
        assert sent.count() == 1
        refused = referrals.asked(crown)
        no = partial(tried, partial(say_no, refused, DeclineReason.OTHER, by=dora))
        assert sorted(at_once([no, no])) == [False, True]


def test_eight_workers_make_one_ask(crown):
    for number in range(1, ROUNDS + 1):
        referral = waits(crown)
        at_once([partial(take_up, referral.pk)] * 8)
        assert Ask.objects.count() == number
        assert anew(referral).ask is not None


def test_made_and_erased_at_once_no_one_stays(crown):
    for number in range(1, ROUNDS + 1):
        referral = waits(crown)
        erase = partial(referrals.comes, crown, ReferralErase(referral.public_id))
        at_once([partial(take_up, referral.pk), erase, partial(take_up, referral.pk)])
        take_up(referral.pk)
        after = anew(referral)
        assert (after.contact, after.ask) == ("", None)
        assert after.erased_at is not None
        assert {contact.name for contact in AskContact.objects.all()} <= {""}
        assert OutgoingMessage.objects.filter(kind="referral.erased").count() == number


def test_erased_here_and_there_at_once_is_told_once(crown):
    for number in range(1, ROUNDS + 1):
        referral = waits(crown)
        take_up(referral.pk)
        referrals.comes(crown, ReferralErase(referral.public_id))
        ask = Ask.objects.latest("pk")
        at_once([partial(take_up, referral.pk), partial(erase_ask, ask)])
        assert anew(referral).erased_at is not None
        assert OutgoingMessage.objects.filter(kind="referral.erased").count() == number


def test_one_change_is_told_once_by_four(crown):
    for _ in range(ROUNDS):
        referral = waits(crown)
        take_up(referral.pk)
        with transaction.atomic():
            withdraw_need(Need.objects.latest("pk"))
        at_once([partial(tell_how_it_stands, referral.pk)] * 4)
        sent = OutgoingMessage.objects.filter(
            referral_id=referral.public_id, kind="referral.status"
        )
        assert sent.count() == 2
        assert anew(referral).state == IncomingState.NOT_NEEDED
