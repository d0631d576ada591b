"""In a bad hour two coordinators set a light rule for two weeks; it goes back by itself."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db.models.functions import Now

from mutualaid.decisions.actions import rule_of_two
from mutualaid.decisions.actions.rule_of_two import RULE_DAYS, NotAllowed, SetAlready, TooSoon
from mutualaid.decisions.effects import UnknownKind, Values, kind_named, register
from mutualaid.decisions.kinds.points import PointsForm
from mutualaid.decisions.models import Outcome, RuleOfTwo, Subject
from mutualaid.decisions.notifications import BY_TWO
from mutualaid.decisions.pages.forms import PolicyValuesForm
from mutualaid.local_time import format_day
from mutualaid.matching.models import current_points
from mutualaid.notify.tasks import sweep as deliver_all
from mutualaid.people.models import Membership, Role, User
from mutualaid.policy.actions import change_policy
from mutualaid.policy.current import read_policy
from mutualaid.transitions import StateChanged
from tests.support import factories, voting
from tests.support.at_once import at_once
from tests.support.voting import FOR, OTHER_WAVE, closed, member, proposed, say, sweep

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _together(db: None) -> None:
    voting.together()


@pytest.fixture
def ada(db: None) -> User:
    return member("Ada", Role.COORDINATOR)


@pytest.fixture
def ben(db: None) -> User:
    return member("Ben", Role.COORDINATOR)


def set_by(ada: User, ben: User, kind: str = "policy", **values: Any) -> RuleOfTwo:
    rule = rule_of_two.propose(kind, values or OTHER_WAVE, by=ada)
    rule_of_two.agree(rule, by=ben)
    rule.refresh_from_db()
    return rule


def its_days_are_over(rule: RuleOfTwo) -> None:
    voting.sweeps_come_regularly()
    rows = RuleOfTwo.objects.filter(pk=rule.pk)
    rows.update(agreed_at=Now() - timedelta(days=RULE_DAYS), ends_at=Now() - timedelta(seconds=1))
    sweep()
    rule.refresh_from_db()


def wave() -> int:
    return read_policy().wave_minutes_normal


def test_once_two_agree_it_is_in_force_and_after_two_weeks_it_is_as_before(ada, ben):
    before = wave()
    rule = rule_of_two.propose("policy", OTHER_WAVE, by=ada)
    assert wave() == before
    rule_of_two.agree(rule, by=ben)
    rule.refresh_from_db()
    assert wave() == 33
    assert rule.ends_at - rule.agreed_at == pytest.approx(
        timedelta(days=RULE_DAYS), abs=timedelta(seconds=5)
    )
    sweep()
    assert wave() == 33
    its_days_are_over(rule)
    assert wave() == before
    assert rule.ended_at
    assert not Subject.objects.exists()


def test_points_too(ada, ben):
    factories.set_points(near=2.0)
    rule = set_by(ada, ben, "points", near=9.0)
    assert current_points().near == 9.0
    its_days_are_over(rule)
    assert current_points().near == 2.0


def test_no_one_is_both_and_it_takes_coordinators(ada, ben, sam):
    with pytest.raises(NotAllowed):
        rule_of_two.propose("policy", OTHER_WAVE, by=sam)
    rule = rule_of_two.propose("policy", OTHER_WAVE, by=ada)
    for by in (ada, sam):
        with pytest.raises(NotAllowed):
            rule_of_two.agree(rule, by=by)
    Membership.objects.filter(user=ada).delete()
    with pytest.raises(NotAllowed):
        rule_of_two.agree(rule, by=ben)
    assert wave() != 33


@pytest.mark.parametrize(
    ("kind", "values", "refused"),
    [
        ("policy_heavy", {"erase_days": 60}, UnknownKind),
        ("policy_heavy", {"has_decisions": False}, UnknownKind),
        ("agreement", {"words": "x"}, UnknownKind),
        ("policy", {"erase_days": 60}, ValidationError),
        ("policy", {"has_decisions": False}, ValidationError),
        ("policy", {"invitations_per_week": 0}, ValidationError),
    ],
)
def test_only_light_rules_are_set_so(ada, kind, values, refused):
    with pytest.raises(refused):
        rule_of_two.propose(kind, values, by=ada)
    assert not RuleOfTwo.objects.exists()


def test_a_proposal_that_no_second_person_agreed_to_in_a_day_is_over(ada, ben):
    rule = rule_of_two.propose("policy", OTHER_WAVE, by=ada)
    RuleOfTwo.objects.update(expires_at=Now())
    with pytest.raises(StateChanged):
        rule_of_two.agree(rule, by=ben)


def test_what_was_set_anew_meanwhile_does_not_go_back(ada, ben):
    before = read_policy().wave_minutes_high
    rule = set_by(ada, ben, wave_minutes_normal=33, wave_minutes_high=11)
    change_policy(by=None, changes={"wave_minutes_normal": 44})
    its_days_are_over(rule)
    assert (wave(), read_policy().wave_minutes_high) == (44, before)


def test_a_decision_ends_it_and_what_was_decided_stays(ada, ben):
    rule = set_by(ada, ben)
    decision = proposed(ada, {"wave_minutes_normal": 55})
    say(decision, FOR, ada, ben)
    assert closed(decision).outcome == Outcome.PASSED
    assert wave() == 55
    rule.refresh_from_db()
    assert rule.ended_at
    its_days_are_over(rule)
    assert wave() == 55


def test_two_coordinators_can_not_stop_a_decision_by_setting_its_rule(ada, ben):
    decision = proposed(ada, {"wave_minutes_normal": 55})
    say(decision, FOR, ada, ben)
    set_by(ada, ben)
    assert closed(decision).outcome == Outcome.PASSED
    assert wave() == 55


def test_what_members_decide_as_two_had_set_it_stays_so(ada, ben):
    decision = proposed(ada)
    rule = set_by(ada, ben)
    say(decision, FOR, ada, ben)
    assert closed(decision).outcome == Outcome.PASSED
    its_days_are_over(rule)
    assert wave() == 33


@pytest.mark.parametrize(("kind", "value"), [("policy", "wave_minutes_normal"), ("points", "near")])
def test_members_may_keep_for_good_what_two_have_set(ada, ben, kind, value):
    factories.set_points(near=2.0)
    rule = set_by(ada, ben, kind, **{value: 33})
    decision = proposed(ada, {value: 33}, kind=kind)
    say(decision, FOR, ada, ben)
    assert closed(decision).outcome == Outcome.PASSED
    its_days_are_over(rule)
    assert {"policy": wave(), "points": current_points().near}[kind] == 33


def test_two_who_agree_while_it_closes_do_not_undo_what_was_decided(ada, ben):
    decision = proposed(ada)
    say(decision, FOR, ada, ben)
    waiting = rule_of_two.propose("policy", OTHER_WAVE, by=ada)
    usual = kind_named("policy")

    def base_once_they_agreed(values: Values) -> str:
        rule_of_two.agree(waiting, by=ben)
        return usual.base(values)

    register(replace(usual, base=base_once_they_agreed))
    try:
        assert closed(decision).outcome == Outcome.PASSED
    finally:
        register(usual)
    waiting.refresh_from_db()
    its_days_are_over(waiting)
    assert wave() == 33


def test_the_pages_let_members_keep_for_good_what_two_have_set(ada, ben):
    factories.set_points(near=2.0)
    set_by(ada, ben)
    set_by(ada, ben, "points", near=9.0)
    kept = PolicyValuesForm(
        {"wave_minutes_normal": "33"}, kind=kind_named("policy"), names=["wave_minutes_normal"]
    )
    assert kept.is_valid(), kept.errors
    assert kept.stored() == OTHER_WAVE
    (change,) = kind_named("policy").describe(kept.stored())
    assert change.was != change.now
    shown = {name: PointsForm()[name].value() for name in PointsForm().fields}
    assert shown["near"] == 2.0
    points = PointsForm(shown | {"near": "9"})
    assert points.is_valid(), points.errors
    assert points.stored() == {"near": 9.0}


def test_a_decision_about_one_of_two_values_lets_the_other_go_back(ada, ben):
    before = read_policy().wave_minutes_high
    rule = set_by(ada, ben, wave_minutes_normal=33, wave_minutes_high=11)
    decision = proposed(ada, {"wave_minutes_normal": 55})
    say(decision, FOR, ada, ben)
    closed(decision)
    rule.refresh_from_db()
    assert rule.ended_at is None
    its_days_are_over(rule)
    assert (wave(), read_policy().wave_minutes_high) == (55, before)


def test_what_members_decided_rests_also_while_the_rest_of_a_rule_is_in_force(ada, ben):
    set_by(ada, ben, wave_minutes_normal=33, wave_minutes_high=11)
    decision = proposed(ada, {"wave_minutes_normal": 55})
    say(decision, FOR, ada, ben)
    closed(decision)
    with pytest.raises(TooSoon):
        rule_of_two.propose("policy", OTHER_WAVE, by=ada)
    rule_of_two.propose("policy", {"wave_minutes_low": 99}, by=ada)


def test_a_value_has_one_such_rule_and_then_rests_for_members_to_decide(ada, ben):
    waiting = rule_of_two.propose("policy", {"wave_minutes_normal": 44}, by=ben)
    rule = set_by(ada, ben)
    with pytest.raises(SetAlready):
        rule_of_two.agree(waiting, by=ada)
    its_days_are_over(rule)
    with pytest.raises(TooSoon):
        rule_of_two.agree(waiting, by=ada)
    with pytest.raises(TooSoon):
        rule_of_two.propose("policy", OTHER_WAVE, by=ada)
    rule_of_two.propose("policy", {"wave_minutes_high": 11}, by=ada)
    RuleOfTwo.objects.filter(pk=rule.pk).update(ended_at=Now() - timedelta(days=15))
    rule_of_two.propose("policy", OTHER_WAVE, by=ada)


def test_one_coordinator_is_enough_to_let_it_go_back_at_once(ada, ben, sam):
    before = wave()
    rule = set_by(ada, ben)
    with pytest.raises(NotAllowed):
        rule_of_two.end(rule, by=sam)
    rule_of_two.end(rule, by=ada)
    assert wave() == before
    with pytest.raises(StateChanged):
        rule_of_two.end(rule, by=ada)


def test_members_are_told_and_once_each(ada, ben, sam):
    vera = member("Vera")
    set_by(ada, ben)
    sweep()
    sweep()
    everyone = sorted(("rule_by_two", one.pk) for one in (ada, ben, vera))
    assert voting.told("rule_by_two") == everyone


def days_are_left(rule: RuleOfTwo, days: int) -> None:
    """So many, and a sweep in which all is told."""
    RuleOfTwo.objects.filter(pk=rule.pk).update(ends_at=Now() + timedelta(days=days))
    sweep()


def test_two_days_before_its_end_and_when_it_is_over_each_is_told_once(ada, ben, sam):
    vera, new = member("Vera"), factories.person("Nia", Role.COORDINATOR)
    rule = set_by(ada, ben)
    everyone = [one.pk for one in (ada, ben, vera, new)]
    sweep()
    days_are_left(rule, 3)
    assert voting.told("rule_by_two_ends") == []
    days_are_left(rule, 2)
    days_are_left(rule, 1)
    assert sorted(voting.told("rule_by_two_ends")) == sorted(
        ("rule_by_two_ends", pk) for pk in everyone
    )
    assert voting.told("rule_by_two_over") == []
    its_days_are_over(rule)
    sweep()
    assert sorted(voting.told("rule_by_two_over")) == sorted(
        ("rule_by_two_over", pk) for pk in everyone
    )
    assert len(voting.told("rule_by_two")) == len(everyone)


def test_what_they_are_told_says_until_when_and_leads_to_where_it_is_proposed(ada, ben):
    rule = set_by(ada, ben)
    days_are_left(rule, 1)
    rule.refresh_from_db()
    mail.outbox.clear()
    deliver_all()
    assert rule.ends_at
    ends = [letter for letter in mail.outbox if letter.subject == "A rule ends soon"]
    assert len(ends) == 2
    for words in (format_day(rule.ends_at), "Propose it", "/decisions/"):
        assert words in str(ends[0].body)
    its_days_are_over(rule)
    mail.outbox.clear()
    deliver_all()
    assert {letter.subject for letter in mail.outbox} == {"A rule is over"}
    assert "what was before counts again." in str(mail.outbox[0].body)


def test_that_it_ends_soon_is_not_told_to_whoever_reads_it_once_it_is_over(ada, ben):
    rule = set_by(ada, ben)
    days_are_left(rule, 1)
    rule_of_two.end(rule, by=ada)
    mail.outbox.clear()
    deliver_all()
    assert "A rule ends soon" not in {letter.subject for letter in mail.outbox}


def test_where_a_decision_ends_it_all_hear_what_was_decided_and_not_that_it_is_over(ada, ben):
    set_by(ada, ben)
    decision = proposed(ada, {"wave_minutes_normal": 55})
    say(decision, FOR, ada, ben)
    closed(decision)
    sweep()
    assert len(voting.told("proposal_closed")) == 2
    assert voting.told("rule_by_two_over") == []


def test_no_one_is_told_that_what_was_only_proposed_is_over(ada, ben):
    waiting = rule_of_two.propose("policy", OTHER_WAVE, by=ada)
    rule_of_two.end(waiting, by=ben)
    sweep()
    assert voting.told(*BY_TWO.values()) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_of_six_who_agree_at_once_one_does_and_of_six_sweeps_one_lets_it_go_back():
    voting.together()
    people = [member(f"Kim {at}", Role.COORDINATOR) for at in range(7)]
    before, version = wave(), read_policy().version
    rule = rule_of_two.propose("policy", OTHER_WAVE, by=people[0])

    def agreed(by: User) -> bool:
        try:
            rule_of_two.agree(rule, by=by)
        except StateChanged:
            return False
        return True

    assert sum(at_once([partial(agreed, one) for one in people[1:]])) == 1
    assert (wave(), read_policy().version) == (33, version + 1)
    at_once([sweep] * 2)
    rows = RuleOfTwo.objects.filter(pk=rule.pk)
    rows.update(ends_at=Now() + timedelta(days=2))
    at_once([sweep] * 6)
    rows.update(agreed_at=Now() - timedelta(days=14), ends_at=Now())
    voting.sweeps_come_regularly()
    at_once([sweep] * 6)
    sweep()
    assert (wave(), read_policy().version) == (before, version + 2)
    for kind in ("rule_by_two", "rule_by_two_ends", "rule_by_two_over"):
        assert voting.told(kind) == [(kind, one.pk) for one in people]
