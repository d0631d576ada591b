"""A proposal from its opening to its outcome: who is on the list, who may answer, what it changes."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from mutualaid.decisions import actions
from mutualaid.decisions.closing import close
from mutualaid.decisions.effects import UnknownKind, described
from mutualaid.decisions.members import open_to, say_of, waiting_for
from mutualaid.decisions.models import Admission, Decision, Outcome, Say
from mutualaid.people.models import User
from mutualaid.policy.actions import change_policy
from mutualaid.policy.current import read_policy
from mutualaid.policy.models import PolicyChange
from mutualaid.retention.erasing import erase
from mutualaid.retention.terms import ACCOUNT
from mutualaid.transitions import StateChanged
from tests.support import factories, voting
from tests.support.clock import wrong_by
from tests.support.voting import (
    CAN_LIVE,
    CONCERN,
    FOR,
    HEAVY,
    closed,
    last_moment_comes,
    long_here,
    member,
    members,
    proposed,
    say,
    sweep,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _together(db: None) -> None:
    voting.together()


def test_what_passes_is_in_force_at_once_as_a_new_version():
    ada, ben, kim = members(3)
    decision = proposed(ada)
    before = read_policy()
    say(decision, FOR, ada)
    say(decision, CAN_LIVE, ben, kim)
    assert read_policy().wave_minutes_normal == before.wave_minutes_normal
    assert closed(decision).outcome == Outcome.PASSED
    assert read_policy().wave_minutes_normal == 33
    assert read_policy().version == before.version + 1
    assert PolicyChange.objects.first().changes == {
        "wave_minutes_normal": [before.wave_minutes_normal, 33]
    }
    (changed,) = described(decision)
    assert (changed.was, changed.now) == (str(before.wave_minutes_normal), "33")


def test_a_serious_concern_of_one_in_four_stops_a_light_one():
    ada, ben, kim, lou, ola = members(5)
    decision = proposed(ada)
    say(decision, FOR, ada, ben, kim)
    say(decision, CONCERN, lou, ola, reason="Who works nights is never asked")
    assert closed(decision).outcome == Outcome.NOT_PASSED
    assert read_policy().wave_minutes_normal != 33
    assert decision.reasons == ["Who works nights is never asked"] * 2


def test_too_few_answers_are_an_outcome_too():
    ada, ben, _kim = members(3)
    decision = proposed(ada)
    say(decision, FOR, ada, ben)
    assert closed(decision).outcome == Outcome.TOO_FEW
    assert (decision.heard, decision.needed, decision.list_size) == (2, 3, 3)


def test_in_a_group_of_two_both_are_heard():
    ada, ben = members(2)
    first = proposed(ada)
    say(first, FOR, ada)
    assert closed(first).outcome == Outcome.TOO_FEW
    second = proposed(ada)
    say(second, FOR, ada, ben)
    assert closed(second).outcome == Outcome.PASSED


def test_a_heavy_one_stays_open_for_ten_days_and_takes_two_thirds():
    people = members(6)
    decision = proposed(people[0], HEAVY, kind="policy_heavy")
    assert decision.ends_at - decision.opened_at == timedelta(days=10)
    say(decision, FOR, *people[:3])
    say(decision, CAN_LIVE, *people[3:])
    assert closed(decision).outcome == Outcome.NOT_PASSED
    again = proposed(people[0], HEAVY, kind="policy_heavy")
    say(again, FOR, *people[:4])
    say(again, CAN_LIVE, *people[4:])
    assert closed(again).outcome == Outcome.PASSED
    assert read_policy().erase_days == 60


def test_who_has_a_say_is_written_down_when_it_opens():
    ada, ben = members(2)
    late = factories.person("Late")
    decision = proposed(ada)
    long_here(late)
    assert late in {one for one in User.objects.all() if actions.may_open(one)}
    with pytest.raises(actions.NoSay):
        say(decision, FOR, late)
    assert (decision.list_size, decision.admitted) == (2, 0)
    assert {line.user for line in decision.says.all()} == {ada, ben}
    assert list(waiting_for(ben)) == [decision]
    assert not open_to(late).exists()


def test_whoever_is_no_member_opens_nothing():
    members(2)
    new = factories.person("New")
    with pytest.raises(actions.NotAMember):
        proposed(new)
    assert not Decision.objects.exists()


def test_nothing_is_proposed_where_the_group_does_not_decide_together():
    ada = member()
    factories.set_policy(has_decisions=False)
    with pytest.raises(UnknownKind):
        proposed(ada)
    assert not actions.may_open(ada)


def test_an_answer_is_changed_or_taken_back_until_the_end_and_the_latest_counts():
    ada, ben, kim = members(3)
    decision = proposed(ada)
    say(decision, CONCERN, ada, ben, kim)
    say(decision, FOR, ada, ben)
    say(decision, "", kim)
    assert list(waiting_for(kim)) == [decision]
    say(decision, CAN_LIVE, kim)
    assert not waiting_for(kim).exists()
    assert list(open_to(kim)) == [decision]
    assert say_of(decision, kim).answer == CAN_LIVE
    closed(decision)
    assert (decision.in_favour, decision.can_live, decision.concerns) == (2, 1, 0)
    assert decision.reasons == []


def test_a_concern_needs_a_reason():
    ada = member()
    decision = proposed(ada)
    for reason in ("", "  \n"):
        with pytest.raises(actions.NoReason):
            actions.speak(decision, by=ada, answer=CONCERN, reason=reason)


def test_after_the_last_moment_no_answer_counts_however_late_the_sweep_is():
    ada, ben = members(2)
    decision = proposed(ada)
    say(decision, FOR, ada)
    last_moment_comes(decision)
    with pytest.raises(StateChanged):
        say(decision, FOR, ben)
    with pytest.raises(StateChanged):
        say(decision, CAN_LIVE, ada)
    sweep()
    decision.refresh_from_db()
    assert (decision.heard, decision.in_favour) == (1, 1)
    with pytest.raises(StateChanged):
        say(decision, FOR, ben)


def test_the_last_moment_is_judged_by_the_write_itself_however_long_it_waited(monkeypatch):
    """As for whoever came in time, and then waited for another's answer until it was over."""
    ada = member()
    decision = proposed(ada)
    last_moment_comes(decision)
    monkeypatch.setattr("mutualaid.decisions.actions.deciding._lock_open", lambda decision: None)
    with pytest.raises(StateChanged):
        say(decision, FOR, ada)
    assert not Say.objects.exclude(answer="").exists()


@pytest.mark.parametrize("minutes", [-10, 10])
def test_a_machine_whose_clock_is_wrong_neither_closes_early_nor_refuses(minutes):
    ada = member()
    decision = proposed(ada)
    Decision.objects.update(ends_at=timezone.now() + timedelta(minutes=5))
    with wrong_by(timedelta(minutes=minutes)):
        say(decision, FOR, ada)
        assert close(decision.pk) is None
    last_moment_comes(decision)
    with wrong_by(timedelta(minutes=minutes)):
        with pytest.raises(StateChanged):
            say(decision, CAN_LIVE, ada)
        assert close(decision.pk) is Outcome.PASSED


def test_an_answer_of_someone_who_is_switched_off_counts_and_stays_as_it_is():
    """Else whoever may switch people off could take their answers away."""
    ada, ben, kim = members(3)
    decision = proposed(ada)
    say(decision, CONCERN, ben)
    User.objects.filter(pk=ben.pk).update(is_active=False)
    with pytest.raises(actions.NoSay):
        say(decision, FOR, ben)
    say(decision, FOR, ada, kim)
    assert closed(decision).outcome == Outcome.NOT_PASSED
    assert decision.concerns == 1


def test_with_an_erased_account_its_answer_goes_and_the_list_stays_as_long_as_it_was():
    ada, ben, *others = members(6)
    decision = proposed(ada)
    say(decision, CONCERN, ben, reason="Ben's own words")
    say(decision, FOR, ada, *others)
    erase(ACCOUNT, [ben.pk])
    closed(decision)
    assert (decision.list_size, decision.heard, decision.reasons) == (6, 5, [])


def test_when_everyone_leaves_it_still_has_an_outcome():
    people = members(3)
    decision = proposed(people[0])
    say(decision, FOR, *people)
    erase(ACCOUNT, [one.pk for one in people])
    assert closed(decision).outcome == Outcome.TOO_FEW
    assert decision.opened_by is None
    assert decision.heard == 0


def test_where_the_rule_was_changed_meanwhile_nothing_happens_and_it_says_so():
    ada, ben, kim = members(3)
    decision = proposed(ada)
    say(decision, FOR, ada, ben, kim)
    change_policy(by=None, changes={"wave_minutes_normal": 44})
    assert closed(decision).outcome == Outcome.CHANGED
    assert read_policy().wave_minutes_normal == 44


def test_another_rule_that_was_changed_meanwhile_is_no_reason():
    ada, ben, kim = members(3)
    decision = proposed(ada)
    say(decision, FOR, ada, ben, kim)
    change_policy(by=None, changes={"wave_minutes_high": 44})
    assert closed(decision).outcome == Outcome.PASSED


def test_where_others_were_changed_so_that_it_no_longer_fits_nothing_happens():
    ada, ben, kim = members(3)
    decision = proposed(ada, {"invitations_per_week": 9, "invitations_per_week_urgent": 9})
    lower = proposed(ben, {"lapse_hours": 30})
    say(decision, FOR, ada, ben, kim)
    say(lower, FOR, ada, ben, kim)
    factories.set_policy(contact_hours=40, lapse_hours=48)
    assert closed(lower).outcome == Outcome.CHANGED
    assert closed(decision).outcome == Outcome.PASSED
    assert read_policy().lapse_hours == 48


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("values", '{"wave_minutes_normal": 1}'),
        ("values", '{"invitations_per_day": 9}'),
        ("kind", "policy_heavy"),
        ("base", "{}"),
        ("needed", 1),
        ("list_size", 30),
    ],
)
def test_what_was_edited_by_hand_has_no_effect_and_it_says_so(column, value):
    people = members(4)
    decision = proposed(people[0])
    say(decision, FOR, *people)
    last_moment_comes(decision)
    table, name = Decision._meta.db_table, connection.ops.quote_name(column)
    before = read_policy().values()
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {name} = %s WHERE id = %s", [value, decision.pk])
    sweep()
    decision.refresh_from_db()
    assert decision.outcome == Outcome.EDITED
    assert read_policy().values() == before


def test_who_has_no_account_answers_by_a_code(carla):
    ada, ben = members(2)
    early, _code = actions.admit(by=carla)
    Admission.objects.update(given_at=timezone.now() - timedelta(days=20))
    late, _code = actions.admit(by=carla)
    decision = proposed(ada)
    assert (decision.list_size, decision.admitted) == (3, 1)
    actions.speak_by_admission(decision, by=early, answer=FOR)
    with pytest.raises(actions.NoSay):
        actions.speak_by_admission(decision, by=late, answer=FOR)
    say(decision, FOR, ada, ben)
    actions.take_back_admission(early, by=carla)
    with pytest.raises(actions.NoSay):
        actions.speak_by_admission(decision, by=early, answer=CONCERN, reason="No")
    assert closed(decision).in_favour == 3


def test_once_counted_no_row_tells_who_answered_what():
    people = members(5)
    decision = proposed(people[0])
    say(decision, CONCERN, *people, reason="Too fast")
    closed(decision)
    lines = Say.objects.filter(decision=decision)
    assert {(one.answer, one.reason, one.answered_at) for one in lines} == {("", "", None)}
    assert sorted(decision.reasons) == ["Too fast"] * 5


def test_of_fewer_than_five_no_reason_is_kept():
    people, asked = members(4), factories.ask()
    decision = proposed(people[0])
    say(decision, CONCERN, *people, reason="Too fast")
    actions.speak_as_neighbour(decision, by=asked, answer=CONCERN, reason="We sleep then")
    closed(decision)
    assert (decision.reasons, decision.neighbour_reasons) == ([], [])


def test_it_can_be_closed_once_only():
    ada = member()
    decision = proposed(ada)
    last_moment_comes(decision)
    assert close(decision.pk) is Outcome.TOO_FEW
    assert close(decision.pk) is None
