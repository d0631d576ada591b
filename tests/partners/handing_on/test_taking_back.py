"""Whatever changes here, a group hears that a need is not asked any more, and erases who it is about."""

from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from mutualaid.notify.registry import compose
from mutualaid.partners.actions import referring
from mutualaid.partners.models import OutgoingMessage, OutgoingReferral, Partner
from mutualaid.partners.protocol.messages import ReferralAnswer, ReferralContact
from mutualaid.partners.signals import partner_ended
from mutualaid.partners.states import OutgoingState, PartnerState, TakenBack
from mutualaid.partners.sweep import sweep
from mutualaid.transitions import StateChanged
from requests_app import actions
from requests_app.actions.erasing import erase_ask, erase_need
from requests_app.actions.merging import merge_asks, merge_need
from requests_app.lifecycle.actors import coordinator
from requests_app.models import Ask
from requests_app.states import CloseReason, NeedState
from tests.support import factories, handing_on
from tests.support.claims import sent
from tests.support.handing_on import anew

pytestmark = pytest.mark.django_db
O = OutgoingState  # noqa: E741
EARLY, LATE = ["ask", "withdraw", "erase"], ["ask", "contact", "withdraw", "erase"]
BEFORE_CONTACT = [handing_on.asked, handing_on.accepted]
WITH_CONTACT = [handing_on.agreed, handing_on.taken]


def hears(referral: OutgoingReferral) -> list[str]:
    """What the group was told, without what it was not to hear any more."""
    assert anew(referral).state == O.WITHDRAWN
    return handing_on.told(referral.partner)


@pytest.mark.parametrize("how", BEFORE_CONTACT)
def test_taken_back_before_contact_the_need_opens_again_here(need, crown, how):
    referral = how(need, crown)
    handing_on.deliver(crown)
    referring.take_back(referral)
    assert hears(referral) == EARLY
    assert anew(referral).erase_asked_at is None
    sweep()
    assert anew(need).state == NeedState.OPEN


@pytest.mark.parametrize("how", WITH_CONTACT)
def test_taken_back_after_contact_it_is_asked_to_erase_too(need, crown, how):
    referral = how(need, crown)
    referring.take_back(referral)
    assert hears(referral) == LATE
    assert anew(referral).erase_asked_at is not None
    sweep()
    assert anew(need).state == NeedState.OPEN


def test_taken_back_twice_it_is_told_once(need, crown):
    referral = handing_on.agreed(need, crown)
    referring.take_back(referral)
    with pytest.raises(StateChanged):
        referring.take_back(referral)
    assert handing_on.told(crown) == LATE


def test_who_took_it_back_decides_whether_that_group_is_asked_for_them_again(crown, carla):
    ask = handing_on.ask(*[factories.details() for _ in range(3)])
    first, second, third = ask.needs.order_by("pk")
    referring.take_back(handing_on.asked(first, crown), by=coordinator(carla))
    referring.take_back(handing_on.asked(second, crown))
    with pytest.raises(StateChanged):
        handing_on.asked(third, crown)


def test_contact_details_that_wait_are_cancelled_and_never_were_there(need, crown):
    referral = handing_on.accepted(need, crown)
    referring.consent(referral)
    referring.take_back(referral)
    assert hears(referral) == EARLY
    taken_back = anew(referral)
    assert (taken_back.contact_sent_at, taken_back.erase_asked_at) == (None, None)
    assert OutgoingMessage.objects.get(kind=ReferralContact.kind).body == ""


@pytest.mark.parametrize(
    "word",
    [
        lambda one: handing_on.stands(one, "unmet", 1),
        lambda one: handing_on.stands(one, "not_needed", 1),
        lambda one: handing_on.stands(one, "confirmed", 1),
        lambda one: handing_on.says(
            one.partner, ReferralAnswer(one.public_id, accepted=False, reason="other")
        ),
        handing_on.erased,
    ],
)
def test_contact_details_that_wait_do_not_go_to_a_group_that_ended_it(need, crown, word):
    """As one that takes nothing for a while, and then all that waits for it."""
    referral = handing_on.accepted(need, crown)
    referring.consent(referral)
    word(anew(referral))
    assert anew(referral).ended_at is not None
    assert "contact" not in handing_on.told(crown)


def test_contact_details_that_were_tried_may_be_there_and_are_erased_in_order(need, crown):
    referral = handing_on.accepted(need, crown)
    referring.consent(referral)
    message = OutgoingMessage.objects.get(kind=ReferralContact.kind)
    assert OutgoingMessage.objects.take(message.pk, tries=0)  # a worker has it just now
    referring.take_back(referral)
    assert hears(referral) == LATE
    assert anew(referral).erase_asked_at is not None


def test_contact_details_of_which_one_copy_was_tried_may_be_there(need, crown):
    referral = handing_on.agreed(need, crown)
    actions.change_ask(need.ask, {"address": "9 Hill Road"})
    referring.take_back(referral)
    assert hears(referral) == LATE
    assert anew(referral).erase_asked_at is not None


WAYS: dict[str, Any] = {
    "the neighbour takes the need back": lambda need, me: actions.withdraw_need(need),
    "a coordinator resumes it": lambda need, me: actions.resume_need(need, by=me),
    "a coordinator closes it": lambda need, me: actions.close_need(
        need, by=me, reason=CloseReason.OTHER_HELP
    ),
    "coordinators resume several": lambda need, me: actions.resume_needs([need], by=me),
    "coordinators close several": lambda need, me: actions.close_needs(
        [need], by=me, reason=CloseReason.UNABLE
    ),
    "the neighbour erases all": lambda need, me: erase_ask(need.ask),
    "it is erased after a restored backup": lambda need, me: erase_need(need),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("how", [handing_on.accepted, handing_on.taken])
def test_at_once(need, crown, carla, how, way):
    referral = how(need, crown)
    WAYS[way](anew(need), coordinator(carla))
    assert hears(referral) == (EARLY if how == handing_on.accepted else LATE)
    assert not anew(referral).next_due
    before = anew(need).state
    sweep()
    assert anew(need).state == before
    assert handing_on.told(crown) == hears(referral)


def test_a_need_resumed_here_can_be_assigned_and_the_group_was_told_before(need, crown, carla, sam):
    referral = handing_on.accepted(need, crown)
    actions.resume_need(anew(need), by=coordinator(carla))
    actions.assign_need(anew(need), to=sam, by=coordinator(carla))
    with pytest.raises(StateChanged):
        referring.consent(referral)
    assert hears(referral) == EARLY


def test_merged_with_another_need_of_the_ask_it_goes_on_with_that_one(crown, carla):
    ask = handing_on.ask(factories.details(), factories.details())
    first, second = ask.needs.order_by("pk")
    referral = handing_on.agreed(first, crown)
    merge_need(anew(first), into=second, by=coordinator(carla))
    assert hears(referral) == LATE


def test_a_need_resumed_by_undoing_is_asked_of_no_one(need, crown, carla):
    """A step with several needs that is undone puts it aside again; the group was told, and stays so."""
    factories.set_policy(change_notice_minutes=10)
    referral = handing_on.accepted(need, crown)
    closed = actions.close_needs([anew(need)], by=coordinator(carla), reason=CloseReason.UNABLE)
    actions.undo_step(closed.code, by=coordinator(carla))
    sweep()
    assert anew(need).state == NeedState.REFERRED
    assert hears(referral) == EARLY


BARS: dict[str, Any] = {
    "someone must not find out": lambda ask, me, who: actions.exclude(ask, by=me, people=[who]),
    "a phone must not find out": lambda ask, me, who: actions.exclude(
        ask, by=me, contact_points=["608 555 0177"]
    ),
    "words say who must not find out": lambda ask, me, who: actions.change_ask(
        ask, {"keep_from": "my brother"}
    ),
    "put together with an ask without the tick": lambda ask, me, who: merge_asks(
        handing_on.ask(ticked=False), into=ask, by=me
    ),
    "put together with a sensitive ask": lambda ask, me, who: merge_asks(
        handing_on.ask(factories.details(category=factories.category("shelter", sensitive=True))),
        into=ask,
        by=me,
    ),
}


@pytest.mark.parametrize("bar", BARS)
@pytest.mark.parametrize("how", [handing_on.asked, handing_on.taken])
def test_what_may_not_be_asked_any_more_is_taken_back_at_once(
    need, crown, carla, mallory, how, bar
):
    referral = how(need, crown)
    handing_on.deliver(crown)
    BARS[bar](need.ask, coordinator(carla), mallory)
    assert hears(referral) == (EARLY if how == handing_on.asked else LATE)
    assert anew(referral).reason == TakenBack.RULES
    sweep()
    assert anew(need).state in (NeedState.OPEN, NeedState.TRIAGE)
    assert referring.live_referral(need) is None


def test_what_must_be_read_since_then_is_read_before_anyone_hears_of_it(need, crown, carla):
    handing_on.asked(need, crown)
    actions.exclude(need.ask, by=coordinator(carla), contact_points=["608 555 0177"])
    sweep()
    assert anew(need).state == NeedState.TRIAGE


def test_the_tick_taken_back_without_a_word_is_found_by_the_clock(need, crown):
    referral = handing_on.taken(need, crown)
    Ask.objects.update(may_ask_partners=False)
    sweep()
    assert hears(referral) == LATE
    assert anew(need).state == NeedState.OPEN


def test_a_kind_of_help_that_becomes_sensitive_is_found_by_the_clock(need, crown):
    referral = handing_on.taken(need, crown)
    need.category.sensitive = True
    need.category.save()
    sweep()
    assert hears(referral) == LATE


def test_changed_contact_details_go_to_the_group_that_helps(need, crown):
    handing_on.taken(need, crown)
    actions.change_ask(need.ask, {"address": "9 Hill Road"})
    assert handing_on.waiting_contact(crown)["address"] == "9 Hill Road"
    actions.change_ask(need.ask, {"phone": "608 555 0111"})
    assert handing_on.waiting_contact(crown)["phone"] == "608 555 0111"
    assert handing_on.told(crown) == ["ask", "contact", "contact"]


def test_before_the_neighbours_yes_no_change_goes_anywhere(need, crown):
    handing_on.accepted(need, crown)
    actions.change_ask(need.ask, {"address": "9 Hill Road"})
    assert handing_on.told(crown) == ["ask"]


def test_what_is_none_of_its_business_is_not_sent_again(need, crown):
    handing_on.taken(need, crown)
    actions.change_ask(need.ask, {"languages": [factories.language("es")]})
    assert handing_on.told(crown) == ["ask", "contact"]


@pytest.mark.parametrize("how", [handing_on.asked, handing_on.taken])
def test_with_the_group_all_ends_that_it_was_asked(need, crown, how):
    referral = how(need, crown)
    handing_on.deliver(crown)
    end(crown)
    assert hears(referral) == (EARLY if how == handing_on.asked else LATE)
    assert anew(referral).reason == TakenBack.PARTNER
    sweep()
    assert anew(need).state == NeedState.OPEN
    assert sent("partner_could_not") == (how == handing_on.taken)


def test_ended_while_contact_details_are_on_their_way_there_is_none_there(need, crown):
    referral = handing_on.accepted(need, crown)
    referring.consent(referral)
    end(crown)
    assert hears(referral) == EARLY
    assert anew(referral).contact_sent_at is None


def test_a_group_that_ended_without_a_word_is_found_by_the_clock(need, crown):
    referral = handing_on.taken(need, crown)
    Partner.objects.update(state=PartnerState.ENDED, ended_at=timezone.now())
    sweep()
    assert hears(referral) == LATE


def end(partner: Partner) -> None:
    with transaction.atomic():
        Partner.objects.filter(pk=partner.pk).update(
            state=PartnerState.ENDED, ended_at=timezone.now()
        )
        partner_ended.send(Partner, partner=anew(partner))


def test_with_neighbouring_groups_switched_off_erasing_still_goes_there(need, crown):
    handing_on.taken(need, crown)
    factories.set_policy(has_partners=False)
    erase_ask(need.ask)
    assert handing_on.told(crown) == LATE


@pytest.mark.parametrize("bar", [one for one in BARS if "put together" not in one])
def test_switched_off_what_may_not_be_asked_any_more_is_taken_back_too(
    need, crown, carla, mallory, bar
):
    """No query finds words on who must not find out, so no sweep would once it is switched on again."""
    referral = handing_on.agreed(need, crown)
    factories.set_policy(has_partners=False)
    BARS[bar](need.ask, coordinator(carla), mallory)
    assert anew(referral).state == O.WITHDRAWN
    assert handing_on.told(crown)[-2:] == ["withdraw", "erase"]


def test_switched_off_what_no_one_answers_comes_back(need, crown):
    referral = handing_on.asked(need, crown)
    factories.set_policy(has_partners=False)
    handing_on.time_is_over(referral)
    sweep()
    assert anew(need).state == NeedState.OPEN


def test_messages_are_not_sent_once_they_are_not_true_any_more(need, crown):
    referral = handing_on.accepted(need, crown)
    assert compose("partner_said_yes", need.pk)
    referring.consent(referral)
    assert compose("partner_said_yes", need.pk) is None
    handing_on.deliver(crown)
    handing_on.stands(referral, "unmet", 1)
    assert compose("partner_could_not", need.pk)
    actions.withdraw_need(anew(need))
    assert compose("partner_could_not", need.pk) is None
    assert compose("partner_unanswered", need.pk) is None
    assert compose("partner_helped", need.pk) is None
