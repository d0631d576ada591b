"""Two people decide to wind down, one is enough to call it off, and the days leave time to everyone."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from mutualaid.admin.staff_log import LogFilter, staff_log
from mutualaid.ending import actions
from mutualaid.ending.actions import NotAllowed, ProposedAlready, WrongDays
from mutualaid.ending.models import Stage, WindingDown
from mutualaid.group.actions import change_group
from mutualaid.group.current import read_group
from mutualaid.group.models import GroupProfile
from mutualaid.people import decisions
from mutualaid.people.models import Membership, Role, User
from mutualaid.policy.actions import change_policy
from mutualaid.policy.current import read_policy
from mutualaid.transitions import StateChanged
from tests.support import factories, winding
from tests.support.at_once import at_once

pytestmark = pytest.mark.django_db


def test_once_two_people_agreed_asking_is_paused_and_every_page_can_say_until_when(carla, dora):
    proposal = winding.proposed(carla)
    assert not read_group().is_winding_down
    assert not read_policy().is_asking_paused
    actions.agree(proposal, by=dora)
    group = read_group()
    assert group.is_winding_down
    assert (group.ends_on, group.ended_on) == (proposal.erases_on, None)
    assert group.began_on == timezone.localdate(carla.created_at)
    assert read_policy().is_asking_paused
    assert proposal.stage == Stage.TELLING


def test_neither_who_proposed_it_nor_a_volunteer_is_the_second_person(carla, dora, sam):
    with pytest.raises(NotAllowed):
        winding.proposed(sam)
    proposal = winding.proposed(carla)
    for by in (carla, sam, factories.person("Ines", Role.INTAKE)):
        with pytest.raises(NotAllowed):
            actions.agree(proposal, by=by)
        assert not actions.may_agree(proposal, by)
    assert actions.may_agree(proposal, dora)
    with pytest.raises(NotAllowed):
        actions.call_off(proposal, by=sam)
    assert not read_group().is_winding_down


def test_who_proposed_it_and_decides_no_more_can_not_be_agreed_with(carla, dora):
    proposal = winding.proposed(carla)
    Membership.objects.filter(user=carla).delete()
    with pytest.raises(NotAllowed):
        actions.agree(proposal, by=dora)


def test_who_keeps_the_server_is_the_second_person_only_where_no_one_else_can_be(carla):
    proposal = winding.proposed(carla)
    dora = factories.person("Dora", Role.SITE_KEEPER)
    with pytest.raises(NotAllowed):
        actions.agree(proposal, by=None)
    User.objects.filter(pk=dora.pk).update(is_active=False)
    actions.agree(proposal, by=None)
    assert read_group().is_winding_down


def test_no_one_agrees_twice(carla, dora):
    proposal = winding.agreed(carla, dora)
    with pytest.raises(StateChanged):
        actions.agree(proposal, by=dora)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_agree_at_once_one_does(carla, dora):
    kim = factories.person("Kim", Role.SITE_KEEPER)
    proposal = winding.proposed(carla)

    def agree(by: User) -> bool:
        try:
            actions.agree(WindingDown.objects.get(pk=proposal.pk), by=by)
        except StateChanged:
            return False
        return True

    assert sorted(at_once([lambda: agree(dora), lambda: agree(kim)])) == [False, True]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_propose_at_once_one_does(carla, dora):
    def propose(by: User) -> bool:
        try:
            winding.proposed(by)
        except ProposedAlready:
            return False
        return True

    assert sorted(at_once([lambda: propose(carla), lambda: propose(dora)])) == [False, True]


@pytest.mark.django_db(transaction=True)
def test_of_an_agreement_and_a_calling_off_at_once_all_or_nothing_counts(carla, dora):
    proposal = winding.proposed(carla)

    def agree() -> None:
        actions.agree(WindingDown.objects.get(pk=proposal.pk), by=dora)

    def call_off() -> None:
        actions.call_off(WindingDown.objects.get(pk=proposal.pk), by=carla)

    def tried(job: Callable[[], None]) -> bool:
        try:
            job()
        except StateChanged:
            return False
        return True

    at_once([lambda: tried(agree), lambda: tried(call_off)])
    assert not read_group().is_winding_down
    assert not read_policy().is_asking_paused
    assert WindingDown.objects.get().stage == Stage.CALLED_OFF


@pytest.mark.parametrize(
    ("closes_in", "erases_in", "field"),
    [
        (-1, 30, "closes_on"),
        (6, 30, "closes_on"),
        (1000, 1007, "closes_on"),
        (10, 10, "erases_on"),
        (10, 16, "erases_on"),
        (10, 9, "erases_on"),
        (10, -1, "erases_on"),
        (10, 1000, "erases_on"),
    ],
)
def test_days_that_leave_no_time_or_are_far_off_are_named_with_what_is_possible(
    carla, closes_in, erases_in, field
):
    with pytest.raises(WrongDays) as wrong:
        winding.proposed(carla, closes_in=closes_in, erases_in=erases_in)
    assert wrong.value.field == field
    assert wrong.value.earliest <= wrong.value.latest
    assert not WindingDown.objects.exists()


def test_the_earliest_and_the_latest_days_are_possible(carla):
    closes_on, latest_closing = actions.bounds_of_days()["closes_on"]
    for day in (closes_on, latest_closing):
        for erases_on in actions.bounds_of_days(day)["erases_on"]:
            proposal = actions.propose(by=carla, closes_on=day, erases_on=erases_on)
            actions.call_off(proposal, by=carla)


def test_a_proposal_no_one_agrees_to_runs_out_and_makes_room_for_the_next(carla, dora):
    proposal = winding.proposed(carla, closes_in=20)
    waits = proposal.expires_at - proposal.proposed_at
    assert round(waits / timedelta(days=1), 3) == decisions.DAYS
    with pytest.raises(ProposedAlready):
        winding.proposed(dora)
    WindingDown.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    proposal.refresh_from_db()
    assert proposal.stage == Stage.CALLED_OFF
    for action in (actions.agree, actions.call_off):
        with pytest.raises(StateChanged):
            action(proposal, by=dora)
    assert winding.proposed(dora).stage == Stage.PROPOSED


def test_it_can_not_be_agreed_to_so_late_that_no_one_has_a_week_to_know_of_it(carla):
    proposal = winding.proposed(carla, closes_in=actions.NOTICE_DAYS)
    last_day = timezone.localdate(proposal.expires_at - timedelta(seconds=1))
    assert proposal.closes_on - last_day == timedelta(days=actions.NOTICE_DAYS)


@pytest.mark.parametrize(
    "before",
    [
        {},
        {
            "asking_paused": True,
            "asking_paused_words": "Until the flood is over",
            "asking_paused_until": date(2030, 1, 1),
        },
    ],
)
def test_called_off_asking_is_as_it_was_before(carla, dora, before):
    change_policy(by=carla, changes=before)
    was = {name: getattr(read_policy(), name) for name in actions.PAUSE}
    proposal = winding.agreed(carla, dora)
    assert read_policy().is_asking_paused
    actions.call_off(proposal, by=carla)
    assert {name: getattr(read_policy(), name) for name in actions.PAUSE} == was
    assert not read_group().is_winding_down


def test_a_pause_that_someone_changed_meanwhile_stays_as_they_left_it(carla, dora):
    proposal = winding.agreed(carla, dora)
    change_policy(by=dora, changes={"asking_paused_words": "Call us"})
    actions.call_off(proposal, by=carla)
    assert read_policy().asking_paused_words == "Call us"
    assert read_policy().is_asking_paused


def test_it_can_be_called_off_until_erasing_begins_and_once(carla, dora):
    proposal = winding.agreed(carla, dora)
    winding.sweep()
    winding.the_day_comes(proposal, closes=True)
    winding.sweep()
    actions.call_off(proposal, by=dora)
    with pytest.raises(StateChanged):
        actions.call_off(proposal, by=carla)
    again = winding.agreed(carla, dora)
    now = timezone.now()
    WindingDown.objects.filter(pk=again.pk).update(told_at=now, closed_at=now, erasing_at=now)
    with pytest.raises(StateChanged):
        actions.call_off(again, by=dora)


def test_who_did_what_stands_in_the_log_of_the_team(carla, dora):
    proposal = winding.agreed(carla, dora)
    actions.call_off(proposal, by=carla)
    entries = staff_log.entries(staff_log.rows(LogFilter()))
    of_it = [(entry.by, entry.line.what) for entry in entries if "winding" in entry.line.what]
    assert sorted(of_it) == sorted(
        [
            (carla.pk, "winding down: proposed"),
            (dora.pk, "winding down: agreed"),
            (carla.pk, "winding down: called off"),
        ]
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"agreed_by": "carla"},
        {"agreed_at": None},
        {"told_at": None, "closed_at": "now"},
        {"told_at": "now", "closed_at": None, "erasing_at": "now"},
        {"erases_on": "closes_on"},
        {"told_at": "now", "closed_at": "now", "erasing_at": "now", "called_off_at": "now"},
        {"called_off_by": "carla"},
        {"goes_on_told_at": "now"},
    ],
)
def test_the_database_takes_no_state_that_can_not_be(carla, dora, wrong):
    proposal = winding.agreed(carla, dora)
    meant = {"carla": carla, "now": timezone.now(), "closes_on": proposal.closes_on}
    values = {name: meant.get(value, value) for name, value in wrong.items()}
    with pytest.raises(IntegrityError), transaction.atomic():
        WindingDown.objects.filter(pk=proposal.pk).update(**values)


def test_the_database_takes_one_that_is_live(carla, dora):
    winding.agreed(carla, dora)
    day = timezone.localdate()
    with pytest.raises(IntegrityError), transaction.atomic():
        WindingDown.objects.create(
            proposed_by=dora,
            expires_at=timezone.now(),
            closes_on=day,
            erases_on=day + timedelta(days=1),
        )


@pytest.mark.parametrize(
    "wrong",
    [
        {"ended_on": date(2026, 1, 2)},
        {
            "began_on": date(2026, 1, 3),
            "ends_on": date(2026, 1, 2),
            "ended_on": date(2026, 1, 2),
        },
    ],
)
def test_the_database_takes_no_group_that_ends_before_it_begins(wrong):
    change_group(by=None, changes={"name": "Harbour"})
    with pytest.raises(IntegrityError), transaction.atomic():
        GroupProfile.objects.update(**wrong)
