"""How the help goes on in the group that said yes, until it is done, fails, or is forgotten there."""

from datetime import timedelta

import pytest
from django.utils import timezone

from mutualaid.partners.actions import referring
from mutualaid.partners.models import OutgoingMessage, OutgoingReferral
from mutualaid.partners.protocol.messages import (
    ReferralAnswer,
    ReferralErased,
    ReferralStatus,
)
from mutualaid.partners.registry import NotBetweenUs, NotPossible
from mutualaid.partners.states import MessageState, OutgoingState, TakenBack
from mutualaid.partners.sweep import sweep
from requests_app.models import Need
from requests_app.states import CloseReason, NeedState
from tests.support import handing_on
from tests.support.claims import sent
from tests.support.handing_on import anew, answer, says_to_neighbour, state

pytestmark = pytest.mark.django_db
O = OutgoingState  # noqa: E741


def test_a_no_after_contact_went_there_ends_it_and_is_erased(need, crown):
    referral = handing_on.taken(need, crown)
    answer(referral, yes=False, reason="other")
    assert state(referral) == O.UNMET
    assert handing_on.told(crown)[-1] == "erase"
    sweep()
    assert anew(need).state == NeedState.OPEN


@pytest.mark.parametrize("how", [MessageState.REFUSED, MessageState.GIVEN_UP])
def test_contact_details_that_are_not_taken_bring_the_need_back(need, crown, how):
    referral = handing_on.accepted(need, crown)
    handing_on.deliver(crown)
    referring.consent(referral)
    handing_on.deliver(crown, how)
    assert state(referral) == O.UNMET
    assert handing_on.told(crown)[-1] == "erase"
    sweep()
    assert anew(need).state == NeedState.OPEN
    assert says_to_neighbour("partner_could_not", need) == "Crown Heights"


def test_the_states_there_are_followed_and_the_need_rests_meanwhile(need, crown):
    referral = handing_on.agreed(need, crown)
    for version, (told, becomes) in enumerate(
        [("looking", O.AGREED), ("taken", O.TAKEN), ("looking", O.AGREED), ("taken", O.TAKEN),
         ("done", O.DONE)], 1
    ):  # fmt: skip
        Need.objects.update(aside_until=timezone.localdate())
        handing_on.stands(referral, told, version)
        assert state(referral) == becomes
        assert anew(need).state == NeedState.REFERRED
        assert anew(need).aside_until > timezone.localdate() + timedelta(days=5)
    handing_on.time_is_over(referral)
    sweep()
    assert state(referral) == O.DONE


def test_an_older_state_changes_nothing(need, crown):
    referral = handing_on.agreed(need, crown)
    handing_on.stands(referral, "done", 3)
    for version in (1, 2, 3):
        handing_on.stands(referral, "looking", version)
    assert (state(referral), anew(referral).their_version) == (O.DONE, 3)


def test_confirmed_help_closes_the_need_once_and_the_neighbour_is_thanked(need, crown):
    referral = handing_on.taken(need, crown)
    handing_on.stands(referral, "confirmed", 2)
    handing_on.stands(referral, "confirmed", 3)
    assert anew(need).state == NeedState.REFERRED
    sweep()
    sweep()
    closed = anew(need)
    assert (closed.state, closed.close_reason) == (NeedState.CLOSED, CloseReason.OTHER_HELP)
    assert state(referral) == O.CONFIRMED
    assert says_to_neighbour("partner_helped", need) == "Crown Heights"
    assert sent("need_closed") == 0


def test_help_that_failed_opens_the_need_again_and_is_erased_there(need, crown, flatbush):
    referral = handing_on.taken(need, crown)
    handing_on.stands(referral, "unmet", 2)
    assert state(referral) == O.UNMET
    assert handing_on.told(crown)[-1] == "erase"
    assert anew(referral).erase_asked_at is not None
    sweep()
    assert anew(need).state == NeedState.OPEN
    assert says_to_neighbour("partner_could_not", need) == "Crown Heights"
    assert referring.live_referral(need) is None


def test_what_the_neighbour_took_back_there_is_over_here(need, crown):
    referral = handing_on.taken(need, crown)
    handing_on.stands(referral, "not_needed", 2)
    sweep()
    assert (anew(need).state, anew(need).close_reason) == ("closed", CloseReason.WITHDRAWN)
    assert state(referral) == O.NOT_NEEDED


def test_what_is_erased_there_unasked_brings_the_need_back(need, crown):
    referral = handing_on.taken(need, crown)
    handing_on.erased(referral)
    assert state(referral) == O.UNMET
    assert anew(referral).erased_there_at is not None
    sweep()
    assert anew(need).state == NeedState.OPEN


@pytest.mark.parametrize(
    "message",
    [
        lambda about: ReferralAnswer(about, accepted=True),
        lambda about: ReferralStatus(about, state="taken", version=1),
        lambda about: ReferralErased(about, at=timezone.now()),
    ],
)
def test_a_group_says_nothing_of_what_another_was_asked(need, crown, flatbush, message):
    referral = handing_on.taken(need, crown)
    before = anew(referral)
    with pytest.raises(NotBetweenUs):
        handing_on.says(flatbush, message(referral.public_id))
    assert vars(anew(referral)).items() - {"_state"} >= {
        (name, value) for name, value in vars(before).items() if name != "_state"
    }


def test_a_no_without_a_reason_is_refused(need, crown):
    referral = handing_on.taken(need, crown)
    with pytest.raises(NotPossible):
        handing_on.says(crown, ReferralAnswer(referral.public_id, accepted=False))
    assert state(referral) == O.TAKEN


def test_a_group_that_lost_the_contact_details_gets_them_again(need, crown):
    """It said yes anew, as after a backup from before its first yes; or it says nothing at all."""
    referral = handing_on.agreed(need, crown)
    answer(referral, yes=True)
    assert handing_on.told(crown) == ["ask", "contact", "contact"]
    handing_on.deliver(crown)
    sweep()
    assert handing_on.told(crown).count("contact") == 2
    two_days_ago = timezone.now() - timedelta(days=2)
    OutgoingMessage.objects.update(settled_at=two_days_ago)
    OutgoingReferral.objects.update(contact_sent_at=two_days_ago)
    sweep()
    sweep()
    assert handing_on.told(crown).count("contact") == 3


def test_a_group_that_knows_more_than_we_remember_is_asked_to_erase_it(need, crown):
    """A backup of ours from before the neighbour's yes was restored: no consent is here any more."""
    referral = handing_on.accepted(need, crown)
    handing_on.deliver(crown)
    handing_on.stands(referral, "taken", 7)
    assert (state(referral), anew(referral).reason) == (O.WITHDRAWN, TakenBack.RULES)
    assert handing_on.told(crown) == ["ask", "withdraw", "erase"]
    sweep()
    assert anew(need).state == NeedState.OPEN
