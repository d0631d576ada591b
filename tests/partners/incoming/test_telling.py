"""How a need stands here is told to the group that passed it on, each change once."""

import pytest

from mutualaid.partners.actions.reporting import tell_all
from mutualaid.partners.models import IncomingReferral, OutgoingMessage, Partner
from mutualaid.partners.states import IncomingState, PartnerState
from mutualaid.partners.sweep import sweep
from requests_app import actions
from requests_app.lifecycle.actors import coordinator, volunteer
from requests_app.models import Need
from requests_app.states import CloseReason, NeedState
from tests.support import factories, referrals
from tests.support.referrals import anew, claimed, of


def test_each_change_is_told_once_with_a_higher_version(crown, here, sam):
    claim = claimed(here, sam)
    for _ in range(2):
        sweep()
    actions.deliver_claim(claim, by=volunteer(sam))
    for _ in range(2):
        sweep()
    actions.confirm_arrival(of(here))
    for _ in range(2):
        sweep()
    assert referrals.told(crown) == ["looking", "taken", "done", "confirmed"]
    versions = referrals.versions(crown)
    assert versions == sorted(set(versions))
    assert (anew(here).state, anew(here).told_state) == (IncomingState.CONFIRMED, "confirmed")


def test_where_nothing_changed_the_sweep_asks_once_however_many_they_are(
    crown, carla, django_assert_num_queries
):
    for _ in range(3):
        referrals.received(crown, by=carla)
    with django_assert_num_queries(1):
        assert list(tell_all()) == []


def test_kept_together_with_another_need_it_stands_as_that_one(crown, here, sam, carla):
    other = factories.need(of=here.ask)
    actions.merge_need(of(here), into=other, by=coordinator(carla))
    actions.publish_need(other, by=coordinator(carla))
    actions.assign_need(Need.objects.get(pk=other.pk), to=sam, by=coordinator(carla))
    sweep()
    assert referrals.told(crown) == ["looking", "taken"]


@pytest.mark.parametrize(
    ("reason", "status"),
    [
        (CloseReason.FULFILLED, "confirmed"),
        (CloseReason.PARTLY, "confirmed"),
        (CloseReason.UNCONFIRMED, "confirmed"),
        (CloseReason.WITHDRAWN, "not_needed"),
        (CloseReason.OTHER_HELP, "not_needed"),
        (CloseReason.DUPLICATE, "not_needed"),
        (CloseReason.UNABLE, "unmet"),
        (CloseReason.REFERRED, "unmet"),
        (CloseReason.UNSAFE, "unmet"),
        (CloseReason.UNREACHABLE, "unmet"),
        (CloseReason.EXPIRED, "unmet"),
    ],
)
def test_how_it_ended_is_told_in_one_of_three_words(crown, here, carla, reason, status):
    actions.close_need(of(here), by=coordinator(carla), reason=reason)
    sweep()
    assert referrals.told(crown) == ["looking", status]
    assert anew(here).state == status


def test_of_a_need_that_is_opened_again_the_partner_hears(crown, here, carla):
    done = actions.close_needs([of(here)], by=coordinator(carla), reason=CloseReason.UNABLE)
    sweep()
    actions.undo_step(done.code, by=coordinator(carla))
    sweep()
    assert referrals.told(crown) == ["looking", "unmet", "looking"]
    assert (anew(here).state, anew(here).ended_at) == (IncomingState.RECEIVED, None)


def test_from_one_end_to_another_between_two_sweeps_is_one_word(crown, here, carla):
    done = actions.close_needs([of(here)], by=coordinator(carla), reason=CloseReason.UNABLE)
    sweep()
    actions.undo_step(done.code, by=coordinator(carla))
    actions.withdraw_need(of(here))
    sweep()
    assert referrals.told(crown) == ["looking", "unmet", "not_needed"]
    assert anew(here).state == IncomingState.NOT_NEEDED


def test_a_version_is_above_those_of_a_lost_future(crown, here, carla):
    """After a backup was restored the counter is low; the partner has seen higher ones."""
    before = anew(here).version
    IncomingReferral.objects.update(version=1)
    actions.close_need(of(here), by=coordinator(carla), reason=CloseReason.UNABLE)
    sweep()
    assert anew(here).version >= before


def test_while_we_rest_nothing_is_told_and_all_is_afterwards(crown, here, carla):
    Partner.objects.update(state=PartnerState.PAUSED)
    actions.close_need(of(here), by=coordinator(carla), reason=CloseReason.UNABLE)
    sweep()
    assert (referrals.told(crown), anew(here).state) == (["looking"], IncomingState.UNMET)
    Partner.objects.update(state=PartnerState.LIVE)
    sweep()
    assert referrals.told(crown) == ["looking", "unmet"]


def test_where_the_partner_knows_nothing_of_it_any_more_help_goes_on_untold(crown, here, sam):
    from mutualaid.partners.registry import settled

    message = OutgoingMessage.objects.get(kind="referral.status")
    message.status = 404
    settled(message)
    claimed(here, sam)
    sweep()
    assert anew(here).unknown_there_at is not None
    assert of(here).state == NeedState.CLAIMED
    assert referrals.told(crown) == ["looking"]
