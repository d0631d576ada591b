"""What a group was told it erases and says so, or a coordinator rings; the neighbour's copy tells of it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from mutualaid.partners.actions import referring
from mutualaid.partners.attention import erasing_to_ring_about
from mutualaid.partners.models import OutgoingReferral
from mutualaid.partners.protocol.messages import ReferralErased
from mutualaid.partners.states import MessageState, OutgoingState
from mutualaid.partners.sweep import sweep
from mutualaid.retention.tasks import sweep as retention_sweep
from requests_app.actions.erasing import erase_ask
from requests_app.models import Need
from requests_app.pages.data_export import data_of
from tests.support import handing_on
from tests.support.handing_on import anew

pytestmark = pytest.mark.django_db
O = OutgoingState  # noqa: E741


def test_once_erased_there_it_says_since_when(need, crown):
    referral = handing_on.taken(need, crown)
    referring.take_back(referral)
    handing_on.erased(referral)
    first = anew(referral).erased_there_at
    assert first is not None
    handing_on.erased(referral)
    assert anew(referral).erased_there_at == first


def test_a_group_whose_clock_is_ahead_erased_it_now_at_the_latest(need, crown):
    referral = handing_on.taken(need, crown)
    referring.take_back(referral)
    tomorrow = timezone.now() + timedelta(days=1)
    handing_on.says(crown, ReferralErased(referral.public_id, at=tomorrow))
    assert anew(referral).erased_there_at < tomorrow - timedelta(hours=23)


def test_what_was_never_there_was_not_erased_there(need, crown):
    referral = handing_on.accepted(need, crown)
    referring.take_back(referral)
    handing_on.erased(referral)
    assert anew(referral).erased_there_at is None


def test_a_week_without_a_receipt_a_coordinator_rings(need, crown, carla, signed_in):
    referral = handing_on.taken(need, crown)
    referring.take_back(referral)
    handing_on.deliver(crown)
    assert not erasing_to_ring_about().exists()
    long_ago = timezone.now() - timedelta(days=8)
    OutgoingReferral.objects.update(erase_asked_at=long_ago)
    assert list(erasing_to_ring_about()) == [referral]
    board = signed_in(carla).get("/admin/").content.decode()
    assert "Crown Heights has not said that it erased what it knows. Ring them: 555 0199" in board
    handing_on.erased(referral)
    assert not erasing_to_ring_about().exists()


@pytest.mark.parametrize("how", [MessageState.REFUSED, MessageState.GIVEN_UP])
def test_if_the_wish_to_erase_does_not_get_there_a_coordinator_rings_at_once(need, crown, how):
    referral = handing_on.taken(need, crown)
    referring.take_back(referral)
    handing_on.deliver(crown, how)
    assert list(erasing_to_ring_about()) == [referral]


def test_when_the_time_of_a_need_is_over_here_it_is_erased_there(need, crown):
    referral = handing_on.taken(need, crown)
    handing_on.stands(referral, "confirmed", 2)
    sweep()
    assert "erase" not in handing_on.told(crown)
    long_ago = timezone.now() - timedelta(days=400)
    Need.objects.update(closed_at=long_ago)
    retention_sweep()
    assert handing_on.told(crown)[-1] == "erase"
    erased = anew(referral)
    assert (erased.need_id, erased.state) == (None, O.CONFIRMED)
    retention_sweep()
    assert handing_on.told(crown).count("erase") == 1
    handing_on.erased(referral)
    assert anew(referral).erased_there_at is not None


def test_an_erased_need_leaves_a_row_that_names_no_one_and_still_takes_the_receipt(need, crown):
    referral = handing_on.taken(need, crown)
    erase_ask(need.ask)
    assert anew(referral).need_id is None
    handing_on.erased(referral)
    handing_on.stands(referral, "taken", 9)
    assert anew(referral).state == O.WITHDRAWN
    assert anew(referral).erased_there_at is not None
    sweep()


def test_the_copy_of_an_ask_says_what_went_to_whom_and_when(need, crown):
    referral = handing_on.taken(need, crown)
    referring.take_back(referral)
    handing_on.erased(referral)
    (copy,) = data_of(need.ask)["neighbouring_groups_we_asked"]
    row = anew(referral)
    assert copy == {
        "group": "Crown Heights",
        "its_phone": "555 0199",
        "its_site": crown.site,
        "asked_at": row.asked_at,
        "it_learned_then": "what kind of help, in which area and by when, and not who you are",
        "state": "taken back",
        "you_agreed_at": row.consented_at,
        "you_answered_on_the_phone": False,
        "your_contact_details_went_there_at": row.contact_sent_at,
        "we_asked_it_to_erase_them_at": row.erase_asked_at,
        "it_erased_them_at": row.erased_there_at,
    }


def test_the_copy_of_an_ask_of_which_no_group_knows_says_nothing_of_groups(need):
    assert "neighbouring_groups_we_asked" not in data_of(need.ask)
