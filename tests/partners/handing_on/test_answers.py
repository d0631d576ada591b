"""A need that a group was asked about: its answer, the neighbour's, and whom the site asks next."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from mutualaid.notify.models import CallTask
from mutualaid.notify.registry import compose
from mutualaid.notify.tasks import sweep as send_messages
from mutualaid.partners.actions import referring
from mutualaid.partners.models import OutgoingMessage, Partner
from mutualaid.partners.protocol.messages import (
    ReferralAsk,
    ReferralContact,
)
from mutualaid.partners.states import MessageState, OutgoingState, PartnerState
from mutualaid.partners.sweep import sweep
from mutualaid.transitions import StateChanged
from requests_app.actions import ContactDetails
from requests_app.states import NeedState, Urgency
from tests.support import factories, handing_on
from tests.support.claims import sent
from tests.support.handing_on import anew, answer, says_to_neighbour, state

pytestmark = pytest.mark.django_db
O = OutgoingState  # noqa: E741


def test_on_a_yes_the_neighbour_is_asked_and_has_their_own_time(need, crown):
    referral = handing_on.asked(need, crown)
    handing_on.time_is_over(referral)
    answer(referral, yes=True)
    accepted = anew(referral)
    assert accepted.state == O.ACCEPTED
    assert accepted.answer_by > timezone.now() + timedelta(hours=23)
    assert says_to_neighbour("partner_said_yes", need) == "Crown Heights"
    assert handing_on.told(crown) == ["ask"]


def test_the_link_of_that_message_leads_to_the_question(need, crown, client):
    handing_on.accepted(need, crown)
    link = compose("partner_said_yes", need.pk).urls["page"]()
    page = client.get(link.removeprefix(settings.SITE_URL), follow=True)
    assert page.status_code == 200
    assert "partners/consent.html" in [template.name for template in page.templates]


def test_a_neighbour_who_cannot_be_written_to_is_rung(crown):
    need = handing_on.need(
        contact=ContactDetails(name="Ana", phone="608 555 0100", channels="call")
    )
    handing_on.accepted(need, crown)
    send_messages()
    assert CallTask.calls.to_make().get().kind == "partner_said_yes"


def test_at_night_the_neighbour_has_time_from_the_morning_on(crown, monkeypatch):
    morning = timezone.now() + timedelta(hours=9)
    quiet = "mutualaid.partners.actions.answers.group_is_quiet_until"
    monkeypatch.setattr(quiet, lambda now: morning)
    referral = handing_on.accepted(handing_on.need(urgency=Urgency.HIGH), crown)
    assert referral.answer_by == morning + timedelta(hours=8)
    urgent = handing_on.accepted(handing_on.need(urgency=Urgency.CRITICAL), crown)
    assert urgent.answer_by < timezone.now() + timedelta(hours=3)


def test_a_yes_that_comes_twice_asks_the_neighbour_once(need, crown):
    referral = handing_on.accepted(need, crown)
    answer(referral, yes=True)
    assert anew(referral).answer_by == referral.answer_by
    assert sent("partner_said_yes") == 1


def test_only_after_the_neighbours_yes_the_contact_details_go(need, crown):
    referral = handing_on.accepted(need, crown)
    assert not OutgoingMessage.objects.filter(kind=ReferralContact.kind).exists()
    referring.consent(referral)
    agreed = anew(referral)
    assert agreed.state == O.AGREED
    assert agreed.consented_at == agreed.contact_sent_at is not None
    assert handing_on.waiting_contact(crown) == {
        "referral": referral.public_id,
        "name": "Ana",
        "phone": "608 555 0100",
        "email": "ana@people.example",
        "address": "7 Hill Road",
        "channels": "email,call",
        "times": "mornings",
        "no_voicemail": False,
        "language": need.ask.contact.language,
        "asked_by": "",
        "whom_to_call": "",
        "notes": "Ring twice",
    }


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"whom_to_call": "asker", "phone": "608 555 0100"}, ("Bo", "asker")),
        ({"whom_to_call": "asker", "address": "7 Hill Road", "channels": "door"}, ("", "")),
        ({"whom_to_call": "them", "phone": "608 555 0100"}, ("", "")),
    ],
)
def test_who_asked_for_them_is_named_only_if_it_is_they_who_are_to_be_called(crown, values, named):
    contact = ContactDetails(name="Ana", asked_by="Bo", **{"channels": "call"} | values)
    need = handing_on.need(contact=contact, for_whom="someone_else")
    referring.consent(handing_on.accepted(need, crown))
    sent = handing_on.waiting_contact(crown)
    assert (sent["asked_by"], sent["whom_to_call"]) == named
    assert sent["phone"] == values.get("phone", "")


def test_consent_twice_sends_it_once(need, crown):
    referral = handing_on.accepted(need, crown)
    referring.consent(referral)
    with pytest.raises(StateChanged):
        referring.consent(referral)
    assert handing_on.told(crown) == ["ask", "contact"]


def test_a_group_that_was_paused_since_its_yes_learns_nothing(need, crown):
    referral = handing_on.accepted(need, crown)
    Partner.objects.update(state=PartnerState.PAUSED)
    with pytest.raises(StateChanged):
        referring.consent(referral)
    assert handing_on.told(crown) == ["ask"]


def test_if_the_neighbour_does_not_want_it_the_group_hears_so_and_the_next_is_asked(
    need, crown, flatbush
):
    referral = handing_on.accepted(need, crown)
    referring.do_not_want(referral)
    assert state(referral) == O.NOT_WANTED
    assert handing_on.told(crown)[1] == "withdraw"
    assert "contact" not in handing_on.told(crown)
    sweep()
    assert referring.live_referral(need).partner == flatbush


def test_a_group_the_neighbour_did_not_want_is_not_asked_about_their_second_need(crown, flatbush):
    ask = handing_on.ask(factories.details(), factories.details())
    first, second = ask.needs.order_by("pk")
    referring.do_not_want(handing_on.accepted(first, crown))
    with pytest.raises(StateChanged):
        handing_on.asked(second, crown)
    assert handing_on.asked(second, flatbush).state == O.ASKED


def test_consent_for_one_need_says_nothing_of_the_second(crown):
    ask = handing_on.ask(factories.details(), factories.details())
    first, second = ask.needs.order_by("pk")
    handing_on.agreed(first, crown)
    assert handing_on.accepted(second, crown).consented_at is None
    assert handing_on.told(crown).count("contact") == 1


def test_on_a_no_the_next_group_is_asked_and_the_need_rests_on(need, crown, flatbush):
    referral = handing_on.asked(need, crown)
    answer(referral, yes=False, reason="too_far")
    assert (state(referral), anew(referral).reason) == (O.DECLINED, "too_far")
    sweep()
    assert referring.live_referral(need).partner == flatbush
    assert anew(need).state == NeedState.REFERRED
    assert need.events.filter(action="refer").count() == 2


def test_after_the_last_no_the_need_opens_again_and_is_matched(need, crown):
    answer(handing_on.asked(need, crown), yes=False, reason="no_one_free")
    sweep()
    opened = anew(need)
    assert opened.state == NeedState.OPEN
    assert opened.match_due_at <= timezone.now()
    sweep()
    assert handing_on.told(crown) == ["ask"]


def test_a_group_may_change_its_yes_into_a_no_before_it_knows_anyone(need, crown):
    referral = handing_on.accepted(need, crown)
    answer(referral, yes=False, reason="no_one_free")
    assert state(referral) == O.DECLINED
    assert says_to_neighbour("partner_could_not", need) == "Crown Heights"
    with pytest.raises(StateChanged):
        referring.consent(referral)


def test_without_an_answer_in_time_the_group_hears_so_and_the_next_is_asked(need, crown, flatbush):
    referral = handing_on.asked(need, crown)
    sweep()
    assert state(referral) == O.ASKED
    handing_on.deliver(crown)
    handing_on.time_is_over(referral)
    sweep()
    assert state(referral) == O.SILENT
    assert handing_on.told(crown) == ["ask", "withdraw", "erase"]
    assert referring.live_referral(need).partner == flatbush


def test_a_yes_after_that_changes_nothing_here_and_the_group_is_told(need, crown):
    referral = handing_on.asked(need, crown)
    handing_on.deliver(crown)
    handing_on.time_is_over(referral)
    sweep()
    answer(referral, yes=True)
    assert state(referral) == O.SILENT
    assert handing_on.told(crown) == ["ask", "withdraw", "erase", "withdraw"]
    assert sent("partner_said_yes") == 0
    assert anew(need).state == NeedState.OPEN


def test_a_question_that_never_left_is_cancelled_and_the_group_hears_nothing(need, crown):
    referral = handing_on.asked(need, crown)
    handing_on.time_is_over(referral)
    sweep()
    assert handing_on.told(crown) == []


def test_a_neighbour_who_does_not_answer_is_told_kindly_and_nothing_went_there(need, crown):
    referral = handing_on.accepted(need, crown)
    handing_on.time_is_over(referral)
    sweep()
    assert state(referral) == O.SILENT
    assert says_to_neighbour("partner_unanswered", need) == "Crown Heights"
    assert "contact" not in handing_on.told(crown)
    assert anew(need).state == NeedState.OPEN


@pytest.mark.parametrize("how", [MessageState.REFUSED, MessageState.GIVEN_UP])
def test_a_question_that_is_not_taken_is_over_at_once(need, crown, flatbush, how):
    referral = handing_on.asked(need, crown)
    handing_on.deliver(crown, how)
    assert state(referral) == O.SILENT
    sweep()
    assert referring.live_referral(need).partner == flatbush


def test_after_a_restored_backup_the_same_question_goes_under_the_same_id(need, crown):
    referral = handing_on.asked(need, crown)
    body = OutgoingMessage.objects.get(kind=ReferralAsk.kind).body
    assert str(referral.public_id) in body
