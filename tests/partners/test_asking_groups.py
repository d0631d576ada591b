"""Which needs neighbouring groups are asked about, by whom, in which order, and what they learn then."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from mutualaid.encryption.fingerprints import fingerprints
from mutualaid.matching.models import NeedSearch
from mutualaid.partners import rules
from mutualaid.partners.actions import referring
from mutualaid.partners.models import IncomingReferral, OutgoingMessage, OutgoingReferral, Partner
from mutualaid.partners.states import OutgoingState, PartnerState
from mutualaid.partners.sweep import sweep
from mutualaid.people.models import BlockedContactPoint
from mutualaid.transitions import StateChanged
from requests_app import actions
from requests_app.actions import ContactDetails
from requests_app.actions.merging import merge_asks
from requests_app.lifecycle.actors import SITE, coordinator
from requests_app.models import Ask, Erased, Need
from requests_app.states import NeedState, Urgency
from tests.support import factories, handing_on
from tests.support.handing_on import anew

pytestmark = pytest.mark.django_db


@pytest.fixture
def crown(db: None) -> Partner:
    return handing_on.group()


@pytest.fixture
def need(crown: Partner) -> Need:
    return handing_on.need()


def refused(need: Need, partner: Partner) -> bool:
    """Whether it is not asked, by hand or by the clock, and nothing went out."""
    handing_on.all_invited(need)
    sweep()
    with pytest.raises((StateChanged, Erased)):
        referring.ask_partner(anew(need), partner, by=SITE)
    return not OutgoingReferral.objects.exists() and not OutgoingMessage.objects.exists()


def test_after_the_last_wave_a_group_is_asked_and_the_need_rests(need, crown):
    handing_on.all_invited(need)
    sweep()
    referral = OutgoingReferral.objects.get()
    assert (referral.need, referral.partner, referral.state) == (need, crown, "asked")
    assert referral.asked_by is None
    assert handing_on.told(crown) == ["ask"]
    rests = anew(need)
    assert rests.state == NeedState.REFERRED
    assert rests.aside_until > timezone.localdate(referral.answer_by)


def test_the_clock_again_asks_no_one_again(need, crown):
    handing_on.all_invited(need)
    sweep()
    sweep()
    assert handing_on.told(crown) == ["ask"]


def test_while_someone_may_still_be_invited_the_clock_asks_no_group(need, crown):
    sweep()
    NeedSearch.objects.create(need=need, handed_over_at=None)
    sweep()
    assert anew(need).state == NeedState.OPEN


def test_what_is_to_be_matched_anew_waits_for_that(need, crown):
    handing_on.all_invited(need)
    Need.objects.filter(pk=need.pk).update(match_due_at=timezone.now())
    sweep()
    assert anew(need).state == NeedState.OPEN


def test_where_a_coordinator_stopped_invitations_the_clock_asks_no_group(need, crown):
    handing_on.all_invited(need)
    NeedSearch.objects.update(stopped=True)
    sweep()
    assert anew(need).state == NeedState.OPEN


def test_a_coordinator_asks_a_group_before_anyone_was_invited(need, crown, carla):
    referral = referring.ask_partner(need, crown, by=coordinator(carla))
    assert referral.asked_by == carla
    assert anew(need).state == NeedState.REFERRED


def test_what_goes_out_names_no_one_and_holds_no_word_of_the_neighbour(crown):
    day = timezone.localdate() + timedelta(days=5)
    need = handing_on.need(needed_by=day, urgency=Urgency.NORMAL)
    referral = handing_on.asked(need, crown)
    body = json.loads(OutgoingMessage.objects.get().body)
    del body["id"]
    assert body == {
        "kind": "referral.ask",
        "referral": str(referral.public_id),
        "category": "groceries",
        "category_name": "Groceries",
        "area": "Riverside",
        "urgency": 2,
        "until": str(day),
        "week_parts": need.week_parts,
        "languages": ["en"],
        "people_count": 3,
        "helpers_wanted": 1,
        "answer_by": str(referral.answer_by),
    }


@pytest.mark.parametrize(
    ("urgency", "hours"),
    [(Urgency.CRITICAL, 2), (Urgency.HIGH, 8), (Urgency.NORMAL, 24), (Urgency.LOW, 72)],
)
def test_the_sooner_it_is_needed_the_sooner_an_answer_is(crown, urgency, hours):
    referral = handing_on.asked(handing_on.need(urgency=urgency), crown)
    wait = referral.answer_by - anew(referral).asked_at
    assert abs(wait - timedelta(hours=hours)) < timedelta(minutes=1)


def test_no_answer_is_waited_for_beyond_the_end_of_the_need(crown):
    need = handing_on.need(urgency=Urgency.LOW)
    end = timezone.now() + timedelta(hours=3)
    Need.objects.filter(pk=need.pk).update(open_until=end)
    assert handing_on.asked(anew(need), crown).answer_by == end


def test_a_need_that_is_nearly_over_is_asked_of_no_one(need, crown):
    Need.objects.filter(pk=need.pk).update(open_until=timezone.now() + timedelta(minutes=20))
    assert refused(need, crown)


def test_without_the_tick_no_group_is_asked(crown):
    assert refused(handing_on.need(ticked=False), crown)


def test_something_sensitive_is_asked_of_no_group(crown, carla):
    need = handing_on.need(category=factories.category("shelter", sensitive=True))
    actions.publish_need(need, by=coordinator(carla))
    assert refused(need, crown)


def test_with_something_sensitive_in_the_same_ask_no_group_is_asked(crown, carla):
    shelter = factories.category("shelter", sensitive=True)
    ask = handing_on.ask(factories.details(), factories.details(category=shelter))
    harmless = ask.needs.get(category__slug="groceries")
    actions.publish_need(harmless, by=coordinator(carla))
    assert refused(harmless, crown)


@pytest.mark.parametrize(
    "kept",
    [
        {"keep_from_contact_points": ["608 555 0177"]},
        {"contact": ContactDetails(name="Ana", phone="608 555 0100", keep_from="my brother")},
    ],
)
def test_what_is_kept_from_anyone_is_asked_of_no_group(crown, carla, kept):
    need = handing_on.need(**kept)
    actions.publish_need(need, by=coordinator(carla))
    assert refused(need, crown)


def test_what_is_kept_from_an_account_is_asked_of_no_group(need, crown, carla, mallory):
    actions.exclude(need.ask, by=coordinator(carla), people=[mallory])
    actions.publish_need(anew(need), by=coordinator(carla))
    assert refused(need, crown)


def test_what_comes_from_a_blocked_phone_is_asked_of_no_group(crown, carla):
    BlockedContactPoint.objects.create(
        fingerprint=min(fingerprints("608 555 0100")), reason="threats"
    )
    need = handing_on.need()
    actions.publish_need(need, by=coordinator(carla))
    assert refused(need, crown)


def test_where_every_ask_is_read_first_a_group_can_be_asked_once_it_was_read(crown, carla):
    factories.set_policy(needs_open_at_once=False)
    need = handing_on.need()
    assert refused(need, crown)
    actions.publish_need(anew(need), by=coordinator(carla))
    handing_on.all_invited(need)
    sweep()
    assert handing_on.told(crown) == ["ask"]


def test_a_need_that_waits_to_be_read_is_asked_of_no_group(crown):
    assert refused(handing_on.need(held_back=Need.HeldBack.SITE), crown)


def test_to_what_someone_said_yes_no_group_is_asked(need, crown, sam):
    actions.claim_need(need, by=sam, weekly_limit=5)
    assert refused(need, crown)


def test_for_a_second_helper_no_group_is_asked_while_the_first_is_coming(crown, sam):
    need = handing_on.need(helpers_wanted=2)
    actions.claim_need(need, by=sam, weekly_limit=5)
    assert anew(need).state == NeedState.OPEN
    assert refused(need, crown)


def test_a_need_that_came_from_a_group_is_never_handed_on(crown):
    """Or three groups would hand it round for ever."""
    flatbush = handing_on.group("Flatbush")
    need = handing_on.need()
    IncomingReferral.objects.create(
        public_id="6ba7b810-9dad-11d1-80b4-00c04fd430c8",
        partner=flatbush,
        ask=need.ask,
        state="received",
        answer_by=timezone.now(),
    )
    assert refused(need, crown)


def test_a_need_that_came_from_a_group_stays_so_once_nothing_else_tells_it(crown):
    assert refused(handing_on.need(source="partner:ab12", reference="x"), crown)


def test_what_is_put_together_with_an_ask_is_bound_by_its_promise(need, crown, carla):
    """The other one of the household did not tick it, is kept from someone, or came from a group."""
    for fields in ({"ticked": False}, {"source": "partner:ab12", "reference": "x"}):
        other = handing_on.ask(**fields)
        merge_asks(other, into=need.ask, by=coordinator(carla))
        assert refused(anew(need), crown)
        actions.unmerge_asks(anew(other), by=coordinator(carla))
        Ask.objects.filter(pk=need.ask_id).update(may_ask_partners=True)
    assert rules.may_be_asked(anew(need))


def test_an_erased_ask_is_asked_for_of_no_group(need, crown):
    actions.erase_ask(need.ask)
    assert refused(need, crown)


@pytest.mark.parametrize("state", [PartnerState.PAUSED, PartnerState.ENDED])
def test_a_group_that_is_not_with_us_is_not_asked(need, crown, state):
    ended_at = timezone.now() if state == PartnerState.ENDED else None
    Partner.objects.update(state=state, ended_at=ended_at)
    assert refused(need, anew(crown))


def test_with_neighbouring_groups_switched_off_none_is_asked(need, crown):
    factories.set_policy(has_partners=False)
    assert refused(need, crown)


def test_a_group_whose_site_is_away_is_asked_by_hand_alone(need, crown):
    Partner.objects.update(away_since=timezone.now())
    handing_on.all_invited(need)
    sweep()
    assert not OutgoingReferral.objects.exists()
    assert handing_on.asked(anew(need), crown).state == OutgoingState.ASKED


def test_an_occurrence_of_what_comes_back_every_week_is_asked_for_like_any_other(crown):
    day = timezone.localdate() + timedelta(days=3)
    need = handing_on.need(needed_by=day)
    handing_on.all_invited(need)
    sweep()
    assert handing_on.told(crown) == ["ask"]


def test_each_need_has_an_order_of_its_own_and_keeps_it(crown):
    groups = [crown, *(handing_on.group(f"Group {n}") for n in range(3))]
    needs = [handing_on.need() for _ in range(24)]
    orders = [[one.pk for one in rules.partners_to_ask(need)] for need in needs]
    assert orders == [[one.pk for one in rules.partners_to_ask(need)] for need in needs]
    assert {order[0] for order in orders} == {group.pk for group in groups}


def test_a_group_is_asked_about_a_need_once_ever(need, crown, carla):
    referral = handing_on.asked(need, crown)
    referring.take_back(referral, by=coordinator(carla))
    sweep()
    assert anew(need).state == NeedState.OPEN
    with pytest.raises(StateChanged):
        handing_on.asked(anew(need), crown)


def test_the_same_need_has_the_same_id_at_a_group_after_a_restored_backup(need, crown):
    """So that a group that knows it already is not asked about two needs."""
    first = handing_on.asked(need, crown).public_id
    OutgoingReferral.objects.all().delete()
    Need.objects.filter(pk=need.pk).update(state=NeedState.OPEN, aside_until=None)
    assert handing_on.asked(anew(need), crown).public_id == first
    assert handing_on.asked(handing_on.need(), crown).public_id != first


def test_while_a_group_is_asked_no_one_here_can_say_yes(need, crown, sam, carla):
    handing_on.asked(need, crown)
    with pytest.raises(StateChanged):
        actions.claim_need(anew(need), by=sam, weekly_limit=5)
    with pytest.raises(StateChanged):
        actions.assign_need(anew(need), to=sam, by=coordinator(carla))
