"""A group takes a need back that it passed on, or has it erased here; or the neighbour erases it."""

from uuid import uuid4

import pytest
from django.utils import timezone

from mutualaid.partners import rules
from mutualaid.partners.actions.answering import say_yes
from mutualaid.partners.models import IncomingReferral, OutgoingMessage, Partner
from mutualaid.partners.protocol.messages import ReferralErase, ReferralWithdraw
from mutualaid.partners.registry import NotPossible
from mutualaid.partners.states import IncomingState, PartnerState
from mutualaid.partners.sweep import sweep
from requests_app import actions
from requests_app.actions.erasing import erase_ask
from requests_app.lifecycle.actors import coordinator, volunteer
from requests_app.models import Ask, AskContact, Need, NeedNotes
from requests_app.states import ClaimState, CloseReason, NeedState
from tests.support import factories, referrals
from tests.support.claims import sent as messages_sent
from tests.support.referrals import anew, claimed, comes, names, of


def test_another_group_erases_nothing_of_ours(crown, here):
    other = referrals.partner("Elsewhere")
    comes(other, ReferralErase(here.public_id))
    sweep()
    assert AskContact.objects.get(ask=here.ask).name == "Noor"
    assert anew(here).erased_at is None


def test_a_withdrawal_takes_the_need_back_and_tells_who_was_coming(crown, here, sam):
    claim = claimed(here, sam)
    comes(crown, ReferralWithdraw(here.public_id))
    comes(crown, ReferralWithdraw(here.public_id))
    sweep()
    sweep()
    assert anew(here).state == IncomingState.WITHDRAWN
    claim.refresh_from_db()
    assert claim.state == ClaimState.CANCELLED
    assert (of(here).state, of(here).close_reason) == ("closed", CloseReason.WITHDRAWN)
    assert messages_sent("claim_ended") == 1
    assert referrals.told(crown) == ["looking"]


def test_withdrawn_before_the_ask_is_made_no_contact_stays(crown, carla):
    referral = referrals.accepted(crown, by=carla)
    comes(crown, referrals.contact_of(referral.public_id))
    comes(crown, ReferralWithdraw(referral.public_id))
    sweep()
    assert (anew(referral).state, anew(referral).contact) == (IncomingState.WITHDRAWN, "")
    assert not Ask.objects.exists()


def test_what_is_said_to_be_done_is_not_taken_back(crown, here, sam):
    actions.deliver_claim(claimed(here, sam), by=volunteer(sam))
    comes(crown, ReferralWithdraw(here.public_id))
    sweep()
    assert of(here).state == NeedState.DELIVERED
    assert anew(here).withdraw_due is False


@pytest.mark.parametrize("when", ["asked", "accepted", "waits", "received", "withdrawn"])
def test_erased_whenever_it_is_asked_and_said_each_time(crown, carla, when):
    referral = referrals.asked(crown)
    if when != "asked":
        say_yes(referral, by=carla)
    if when in ("waits", "received", "withdrawn"):
        comes(crown, referrals.contact_of(referral.public_id))
    if when in ("received", "withdrawn"):
        sweep()
    if when == "withdrawn":
        comes(crown, ReferralWithdraw(referral.public_id))
    comes(crown, ReferralErase(referral.public_id))
    sweep()
    after = anew(referral)
    assert (after.contact, after.contact_at, after.ask, after.need) == ("", None, None, None)
    assert after.erased_at is not None
    assert after.state == IncomingState.WITHDRAWN or when == "received"
    assert names() <= {""}
    assert {notes.text for notes in NeedNotes.objects.all()} <= {""}
    assert OutgoingMessage.objects.filter(kind="referral.erased").count() == 1
    comes(crown, ReferralErase(referral.public_id))
    assert OutgoingMessage.objects.filter(kind="referral.erased").count() == 2


def test_erasing_ends_who_was_coming_and_tells_them(crown, here, sam):
    claim = claimed(here, sam)
    comes(crown, ReferralErase(here.public_id))
    sweep()
    claim.refresh_from_db()
    assert claim.state == ClaimState.CANCELLED
    assert messages_sent("claim_ended") == 1
    assert Need.objects.get(pk=here.need_id).state == NeedState.CLOSED


def test_contact_while_it_is_being_erased_is_refused(crown, here):
    comes(crown, ReferralErase(here.public_id))
    with pytest.raises(NotPossible):
        comes(crown, referrals.contact_of(here.public_id))


def test_contact_after_it_was_erased_is_refused(crown, here):
    comes(crown, ReferralErase(here.public_id))
    sweep()
    with pytest.raises(NotPossible):
        comes(crown, referrals.contact_of(here.public_id))


def test_to_erase_what_we_never_saw_is_done_already(crown):
    comes(crown, ReferralErase(uuid4()))
    assert OutgoingMessage.objects.filter(kind="referral.erased").count() == 1
    assert not IncomingReferral.objects.exists()


def test_put_together_with_another_ask_only_what_they_passed_on_is_erased(crown, here, carla):
    own = factories.ask(contact=actions.ContactDetails(name="Noor at home", phone="+16085550142"))
    actions.merge_asks(here.ask, into=own, by=coordinator(carla))
    comes(crown, ReferralErase(here.public_id))
    sweep()
    assert AskContact.objects.get(ask=own).name == "Noor at home"
    assert names() == {"", "Noor at home"}
    assert NeedNotes.objects.get(need=here.need).text == ""
    assert anew(here).erased_at is not None


def test_a_neighbour_who_erases_it_here_is_forgotten_and_the_partner_told(crown, here):
    erase_ask(here.ask)
    after = anew(here)
    assert (after.state, after.ask, after.need) == (IncomingState.NOT_NEEDED, None, None)
    assert referrals.told(crown) == ["looking", "not_needed"]
    assert OutgoingMessage.objects.filter(kind="referral.erased").count() == 1
    assert Ask.objects.get(pk=here.ask_id).source == rules.source_of(crown)


def test_erased_after_the_partnership_ended_the_partner_still_hears(crown, here):
    Partner.objects.update(state=PartnerState.ENDED, ended_at=timezone.now())
    erase_ask(here.ask)
    assert anew(here).erased_at is not None
    assert len(referrals.sent(crown, "referral.erased")) == 1
