"""What another group writes of a need and its neighbour is cleaned, left to a coordinator, or refused."""

from datetime import timedelta

import pytest
from django.utils import timezone

from mutualaid.partners.actions.answering import NotChosen, say_yes
from mutualaid.partners.models import IncomingReferral
from mutualaid.partners.protocol.messages import ReferralWithdraw
from mutualaid.partners.registry import NotBetweenUs, NotPossible
from mutualaid.partners.states import IncomingState
from mutualaid.partners.sweep import sweep
from requests_app.models import AskContact, NeedNotes
from tests.support import factories, referrals
from tests.support.referrals import anew, comes

RLO = "\u202e"


@pytest.mark.parametrize(
    "flags", [{"sensitive": True}, {"offered_only": True}, {"is_active": False}]
)
def test_a_kind_that_is_not_for_others_to_ask_for_is_left_to_a_coordinator(crown, flags):
    factories.category("papers", **flags)
    assert referrals.asked(crown, category="papers").category is None


def test_an_unknown_kind_and_area_are_left_to_a_coordinator(crown, carla):
    referral = referrals.asked(crown, category="dragons", area="Atlantis")
    assert (referral.category, referral.locality) == (None, None)
    with pytest.raises(NotChosen):
        say_yes(referral, by=carla)
    say_yes(
        referral, by=carla, category=factories.category(), locality=factories.locality("saltmarsh")
    )
    assert anew(referral).state == IncomingState.ACCEPTED


@pytest.mark.parametrize("name", ["Marais salé", "MARAIS SALE", " saltmarsh ", f"Salt{RLO}marsh"])
def test_an_area_is_known_by_its_name_in_any_language(crown, name):
    area = factories.locality("saltmarsh")
    area.names = {"fr": "Marais salé"}
    area.save()
    assert referrals.asked(crown, area=name).locality == area


def test_a_name_that_two_areas_have_is_left_to_a_coordinator(crown):
    for slug in ("one", "two"):
        area = factories.locality(slug)
        area.name = "Old Town"
        area.save()
    assert referrals.asked(crown, area="Old Town").locality is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"helpers_wanted": 0},
        {"helpers_wanted": 10**9},
        {"people_count": 0},
        {"people_count": 10**12},
        {"answer_by": timezone.now() - timedelta(seconds=1)},
        {"until": timezone.localdate() - timedelta(days=2)},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_what_no_group_could_answer_is_not_kept(crown, wrong):
    with pytest.raises(NotPossible) as refusal:
        referrals.asked(crown, **wrong)
    assert str(refusal.value) == next(iter(wrong))
    assert not IncomingReferral.objects.exists()


def test_words_are_bounded_and_hold_nothing_that_no_one_sees(crown):
    asked = referrals.asked(
        crown,
        category_name=f"<b>=cmd|{RLO}</b>\x00" + "x" * 5000,
        area="\u200bA\nB",
        languages=("en", "xx\u202e", "en"),
    ).asked
    assert asked["category_name"].startswith("<b>=cmd|</b>x")
    assert len(asked["category_name"]) == 120
    assert asked["area"] == "A B"
    assert asked["languages"] == ["en", "xx"]


def test_contact_that_no_one_asked_for_is_refused_and_not_kept(crown, carla):
    referral = referrals.asked(crown)
    for _ in range(2):
        with pytest.raises(NotPossible):
            comes(crown, referrals.contact_of(referral.public_id))
    referral = anew(referral)
    assert (referral.state, referral.contact, referral.contact_at) == ("asked", "", None)


@pytest.mark.parametrize("what", [referrals.contact_of, ReferralWithdraw])
def test_another_groups_need_is_nothing_between_us_and_stays(crown, carla, what):
    referral = referrals.accepted(crown, by=carla)
    before = IncomingReferral.objects.values().get()
    other = referrals.partner("Elsewhere")
    with pytest.raises(NotBetweenUs):
        comes(other, what(referral.public_id))
    assert IncomingReferral.objects.values().get() == before


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"phone": "none", "channels": "call"}, "phone"),
        ({"email": "not an address"}, "email"),
        ({"phone": "", "email": "", "address": ""}, "unreachable"),
        ({"email": "", "channels": "email"}, "unreachable"),
        ({"address": "x" * 301}, "address"),
        ({"notes": "x" * 2001}, "notes"),
    ],
)
def test_contact_that_leads_to_no_one_is_refused_and_not_kept(crown, carla, wrong, word):
    referral = referrals.accepted(crown, by=carla)
    with pytest.raises(NotPossible, match=word):
        comes(crown, referrals.contact_of(referral.public_id, **wrong))
    assert (anew(referral).state, anew(referral).contact) == (IncomingState.ACCEPTED, "")


def test_what_they_wrote_is_cleaned_as_our_own_forms_do(crown, carla):
    here = referrals.received(
        crown,
        by=carla,
        name=f"No{RLO}or\n<script>",
        notes=f"=cmd|'/c calc'!A0\r\nnext{RLO}\x07",
        channels="email,telepathy,email",
        language="xx",
    )
    contact = AskContact.objects.get(ask=here.ask)
    assert contact.name == "Noor <script>"
    assert contact.channels == "email"
    assert contact.language == "en"
    assert NeedNotes.objects.get(need=here.need).text == "=cmd|'/c calc'!A0\r\nnext"


def test_a_name_that_misleads_is_left_out(crown, carla):
    here = referrals.received(crown, by=carla, name="Coordinator of evil.example")
    assert AskContact.objects.get(ask=here.ask).name == ""


def test_who_asked_for_them_and_is_to_be_called_is_known_here(crown, here, carla):
    assert AskContact.objects.get(ask=here.ask).name_to_call == ""
    comes(crown, referrals.contact_of(here.public_id, asked_by="Bo", whom_to_call="asker"))
    sweep()
    assert AskContact.objects.get(ask=here.ask).name_to_call == "Bo"
    other = referrals.received(crown, by=carla, asked_by=f"B{RLO}o", whom_to_call="asker")
    assert AskContact.objects.get(ask=other.ask).name_to_call == "Bo"
    nobody = referrals.received(crown, by=carla, asked_by="Bo", whom_to_call="")
    assert AskContact.objects.get(ask=nobody.ask).asked_by == ""
