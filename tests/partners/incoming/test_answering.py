"""A need that Crown Heights asks us about waits for a coordinator, who says yes or no in time."""

from datetime import timedelta

import pytest
from django.utils import timezone

from mutualaid.partners.actions.answering import CONTACT_WITHIN, say_no, say_yes
from mutualaid.partners.models import IncomingReferral, OutgoingMessage, Partner
from mutualaid.partners.registry import NotPossible
from mutualaid.partners.states import DeclineReason, IncomingState, PartnerState
from mutualaid.partners.sweep import sweep
from mutualaid.transitions import StateChanged
from tests.support import factories, partners, referrals
from tests.support.claims import sent as messages_sent
from tests.support.referrals import anew, comes


def test_a_need_that_is_asked_waits_for_a_coordinator_and_the_team_is_told(crown):
    referral = referrals.asked(crown)
    assert referral.state == IncomingState.ASKED
    assert (referral.category.slug, referral.locality.slug) == ("groceries", "saltmarsh")
    assert referral.asked == {
        "category": "groceries",
        "category_name": "Groceries",
        "area": "Saltmarsh",
        "urgency": 2,
        "until": (timezone.localdate() + timedelta(days=7)).isoformat(),
        "week_parts": 63,
        "languages": ["en", "es"],
        "people_count": 2,
        "helpers_wanted": 1,
    }
    assert messages_sent("team_chat_partner_asks") == 1
    assert list(IncomingReferral.objects.to_answer()) == [referral]


def test_the_same_need_again_changes_nothing(crown):
    referral = referrals.asked(crown)
    comes(crown, partners.an_ask(referral=referral.public_id, urgency=4, area="Elsewhere"))
    assert anew(referral).asked == referral.asked
    assert messages_sent("team_chat_partner_asks") == 1


def test_ten_needs_in_an_hour_are_one_word_to_the_team(crown):
    for _ in range(10):
        referrals.asked(crown)
    assert IncomingReferral.objects.to_answer().count() == 10
    assert messages_sent("team_chat_partner_asks") == 1


def test_a_yes_is_told_and_holds_no_one(crown, carla):
    referral = referrals.accepted(crown, by=carla)
    assert (referral.state, referral.answered_by) == (IncomingState.ACCEPTED, carla)
    (message,) = OutgoingMessage.objects.filter(kind="referral.answer")
    assert message.referral_id == referral.public_id


def test_a_no_is_told_with_its_reason(crown, carla):
    referral = referrals.asked(crown)
    say_no(referral, DeclineReason.TOO_FAR, by=carla)
    referral = anew(referral)
    assert (referral.state, referral.reason) == (IncomingState.DECLINED, "too_far")
    (message,) = OutgoingMessage.objects.filter(kind="referral.answer")
    assert "too_far" in message.body


def test_of_two_coordinators_the_first_answers(crown, carla):
    referral = referrals.asked(crown)
    say_yes(referral, by=carla)
    with pytest.raises(StateChanged):
        say_yes(referral, by=factories.person("Dora"))
    assert OutgoingMessage.objects.filter(kind="referral.answer").count() == 1
    assert anew(referral).answered_by == carla


def test_a_yes_can_be_taken_back_until_contact_comes(crown, carla):
    referral = referrals.accepted(crown, by=carla)
    say_no(referral, DeclineReason.NO_ONE_FREE, by=carla)
    assert anew(referral).state == IncomingState.DECLINED
    with pytest.raises(NotPossible):
        comes(crown, referrals.contact_of(referral.public_id))


def test_no_one_says_no_once_contact_is_here(here, carla):
    with pytest.raises(StateChanged):
        say_no(here, DeclineReason.OTHER, by=carla)


def test_after_its_time_no_answer_goes_and_it_falls_silent(crown, carla):
    referral = referrals.asked(crown)
    IncomingReferral.objects.update(answer_by=timezone.now() - timedelta(minutes=1))
    with pytest.raises(StateChanged):
        say_yes(referral, by=carla)
    assert not IncomingReferral.objects.to_answer().exists()
    sweep()
    assert anew(referral).state == IncomingState.SILENT
    assert not OutgoingMessage.objects.exists()


def test_a_yes_for_which_no_contact_comes_ends_by_itself(crown, carla):
    referral = referrals.accepted(crown, by=carla)
    sweep()
    assert anew(referral).state == IncomingState.ACCEPTED
    long_ago = timezone.now() - CONTACT_WITHIN - timedelta(minutes=1)
    IncomingReferral.objects.update(answered_at=long_ago)
    sweep()
    assert anew(referral).state == IncomingState.WITHDRAWN


@pytest.mark.parametrize("state", [PartnerState.PAUSED, PartnerState.ENDED])
def test_no_one_answers_a_group_with_which_we_do_not_work_now(crown, carla, state):
    referral = referrals.asked(crown)
    ended = timezone.now() if state == PartnerState.ENDED else None
    Partner.objects.update(state=state, ended_at=ended)
    assert not IncomingReferral.objects.to_answer().exists()
    with pytest.raises(StateChanged):
        say_yes(referral, by=carla)
    with pytest.raises(StateChanged):
        say_no(referral, DeclineReason.OTHER, by=carla)
    assert not OutgoingMessage.objects.exists()


def test_an_answer_that_is_not_known_there_ends_it(crown, carla):
    from mutualaid.partners.registry import settled

    referral = referrals.accepted(crown, by=carla)
    message = OutgoingMessage.objects.get(kind="referral.answer")
    message.status = 404
    settled(message)
    assert anew(referral).state == IncomingState.WITHDRAWN


def test_an_answer_that_arrived_changes_nothing(crown, carla):
    from mutualaid.partners.registry import settled

    referral = referrals.accepted(crown, by=carla)
    message = OutgoingMessage.objects.get(kind="referral.answer")
    message.status = 200
    settled(message)
    assert (anew(referral).state, anew(referral).unknown_there_at) == ("accepted", None)
