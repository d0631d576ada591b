"""Where a group decides together, its members decide about its end, and no two people alone."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.utils import timezone

from mutualaid.decisions.effects import UnknownKind, described, possible_kinds
from mutualaid.decisions.models import Decision, Outcome
from mutualaid.ending import actions
from mutualaid.ending.models import WindingDown
from mutualaid.group.current import read_group
from mutualaid.people.models import Role, User
from mutualaid.policy.current import read_policy
from mutualaid.retention.erasing import erase
from mutualaid.retention.terms import ACCOUNT
from tests.support import factories, voting, winding
from tests.support.voting import CONCERN, FOR, closed, long_here, members, say

pytestmark = pytest.mark.django_db


def days(closes_in: int = 30, erases_in: int = 60) -> dict[str, str]:
    today = timezone.localdate()
    in_days = {"closes_on": closes_in, "erases_on": erases_in}
    return {name: (today + timedelta(days=n)).isoformat() for name, n in in_days.items()}


def proposed(by: User, **in_days: int) -> Decision:
    return voting.proposed(by, days(**in_days), kind="winding_down")


def test_what_members_decide_begins_as_if_two_had_agreed_and_one_can_call_it_off(carla):
    voting.together()
    people = members(3)
    long_here(carla)
    decision = proposed(people[0])
    say(decision, FOR, *people)
    say(decision, CONCERN, carla)
    assert [change.now for change in described(decision)]
    assert closed(decision).outcome == Outcome.PASSED
    begun = WindingDown.objects.agreed().get()
    assert read_group().ends_on == begun.erases_on
    assert read_policy().is_asking_paused
    assert winding.told("coordinator_end_agreed") == [("coordinator_end_agreed", carla.pk)]
    with pytest.raises(UnknownKind):
        proposed(people[0])
    actions.call_off(begun, by=carla)
    assert not read_policy().is_asking_paused


def test_no_two_people_end_it_alone(carla):
    dora = factories.person("Dora", Role.COORDINATOR)
    waiting = winding.proposed(carla)
    voting.together()
    voting.member()
    with pytest.raises(actions.DecidedByMembers):
        actions.agree(waiting, by=dora)
    actions.call_off(waiting, by=carla)
    with pytest.raises(actions.DecidedByMembers):
        winding.proposed(carla)
    assert not read_group().is_winding_down


def test_in_the_first_weeks_in_which_no_one_has_a_say_two_people_still_can(carla):
    dora = factories.person("Dora", Role.COORDINATOR)
    voting.together()
    assert winding.agreed(carla, dora).agreed_at


def test_nor_does_who_keeps_the_server(carla):
    winding.proposed(carla)
    voting.together()
    voting.member()
    with pytest.raises(CommandError, match="Members of the group decide"):
        call_command("wind_down", "agree")


def test_the_page_says_where_it_is_decided(carla, signed_in):
    factories.person("Dora", Role.COORDINATOR)
    here = signed_in(carla)
    assert "members decide about this" not in here.get("/admin/winding-down/").content.decode()
    voting.together()
    voting.member()
    page = here.get("/admin/winding-down/").content.decode()
    assert "members decide about this" in page
    assert "See what would happen" not in page
    propose = "/admin/winding-down/propose/"
    said = here.post(propose, days() | {"confirmed": "1"}, follow=True)
    assert "members decide about this" in said.content.decode()
    assert not WindingDown.objects.exists()


def test_a_proposal_that_waited_for_a_second_person_ends_with_the_decision(carla):
    waiting = winding.proposed(carla)
    voting.together()
    people = members(2)
    decision = proposed(people[0])
    say(decision, FOR, *people)
    assert closed(decision).outcome == Outcome.PASSED
    waiting.refresh_from_db()
    assert waiting.called_off_at
    assert WindingDown.objects.agreed().count() == 1


@pytest.mark.parametrize(
    ("closes_in", "erases_in"), [(10, 60), (17, 60), (30, 31), (30, 181), (-3, 60)]
)
def test_the_days_leave_time_to_answer_and_then_a_week(closes_in, erases_in):
    voting.together()
    (ada,) = members(1)
    with pytest.raises(ValidationError):
        proposed(ada, closes_in=closes_in, erases_in=erases_in)
    for nonsense in ({}, {"closes_on": "soon", "erases_on": None}):
        with pytest.raises(ValidationError):
            voting.proposed(ada, nonsense, kind="winding_down")


def test_where_too_few_days_are_left_by_then_nothing_begins_and_it_says_so():
    voting.together()
    people = members(2)
    decision = proposed(people[0], closes_in=18, erases_in=60)
    say(decision, FOR, *people)
    Decision.objects.update(values=days(closes_in=3))
    assert closed(decision).outcome == Outcome.IMPOSSIBLE
    assert not WindingDown.objects.exists()


def test_it_begins_though_whoever_proposed_it_has_left():
    voting.together()
    people = members(8)
    decision = proposed(people[0])
    say(decision, FOR, *people)
    erase(ACCOUNT, [people[0].pk])
    assert closed(decision).outcome == Outcome.PASSED
    assert WindingDown.objects.agreed().get().proposed_by is None


def test_in_the_demo_no_one_proposes_it(settings):
    names = {kind.name for kind in possible_kinds()}
    assert "winding_down" in names
    settings.DEMO = True
    assert "winding_down" not in {kind.name for kind in possible_kinds()}
