"""Approvers and caps come from a decision, and from nowhere else."""

import pytest
from django.core.exceptions import ValidationError

from mutualaid.decisions.effects import kind_named, possible_kinds, values_of
from mutualaid.decisions.models import Weight
from mutualaid.fund import actions, rules
from mutualaid.fund.effects import APPROVERS, CAPS
from mutualaid.fund.models import Approver
from mutualaid.transitions import StateChanged
from tests.support import factories, money
from tests.support.money import approve, approver, money_back, passed_decision

pytestmark = pytest.mark.django_db


@pytest.fixture
def member():
    """Returns a function that makes a member who is ready to look after the pot."""

    def ready(name: str):
        person = factories.person(name)
        long_ago = person.created_at.replace(year=2025)
        type(person).objects.filter(pk=person.pk).update(
            created_at=long_ago, last_login=person.created_at
        )
        actions.say_ready(ready=True, by=person)
        return person

    return ready


def names(kinds) -> set[str]:
    return {kind.name for kind in kinds} & {APPROVERS, CAPS}


def test_nothing_of_it_can_be_proposed_while_there_is_no_pot():
    assert names(possible_kinds()) == set()
    factories.set_policy(has_pot=True)
    assert names(possible_kinds()) == {APPROVERS}
    money.pot()
    assert names(possible_kinds()) == {APPROVERS, CAPS}
    assert {kind_named(name).weight for name in (APPROVERS, CAPS)} == {Weight.HEAVY}


def test_members_who_are_ready_become_approvers_by_a_decision(member):
    money.pot()
    dana, eli = member("Dana"), member("Eli")
    kind = kind_named(APPROVERS)
    form = kind.form({"begin": [str(dana.pk), str(eli.pk)]})
    values = values_of(form) if form.is_valid() else {}
    assert values == {"begin": sorted([dana.pk, eli.pk]), "end": []}
    kind.check(values)
    assert [(row.label, row.now) for row in kind.describe(values)] == [
        ("Dana", "yes"),
        ("Eli", "yes"),
    ]
    decision = passed_decision()
    kind.carry_out(values, decision=decision)
    assert rules.is_approver(dana)
    assert Approver.objects.get(pk=dana.pk).decision == decision


def test_who_is_not_ready_or_no_member_is_not_on_the_list(member, sam, carla):
    newcomer = factories.person("New")
    actions.say_ready(ready=True, by=newcomer)
    for person in (sam, carla, newcomer):
        form = kind_named(APPROVERS).form({"begin": [str(person.pk)]})
        assert not form.is_valid()
    assert not kind_named(APPROVERS).form({}).is_valid()


def test_who_is_no_longer_ready_at_the_end_does_not_begin(member):
    dana = member("Dana")
    kind, values = kind_named(APPROVERS), {"begin": [dana.pk], "end": []}
    kind.check(values)
    actions.say_ready(ready=False, by=dana)
    with pytest.raises(ValidationError):
        kind.check(values)
    with pytest.raises(StateChanged):
        kind.carry_out(values, decision=passed_decision())
    assert not rules.is_approver(dana)


def test_a_decision_ends_an_approver_and_their_open_yes(sam):
    pot, ann = money.pot(), approver("Ann")
    expense = money_back(pot, sam)
    approve(expense, ann)
    kind, values = kind_named(APPROVERS), {"begin": [], "end": [ann.pk]}
    assert [(row.was, row.now) for row in kind.describe(values)] == [("yes", "no")]
    before = kind.base(values)
    kind.carry_out(values, decision=passed_decision())
    expense.refresh_from_db()
    assert (expense.state, rules.is_approver(ann)) == ("asked", False)
    assert kind.base(values) != before


def test_amounts_are_typed_as_everywhere_and_set_by_the_decision(sam):
    pot = money.pot("Kitchen")
    kind = kind_named(CAPS)
    form = kind.form({"pot": pot.pk, "two_approvers_from": "50", "month_in_all": "1.000,50"})
    assert form.is_valid(), form.errors
    values = values_of(form)
    assert values == {
        "pot": pot.pk,
        "two_approvers_from": 50_00,
        "month_per_household": None,
        "month_in_all": 1000_50,
    }
    before = kind.base(values)
    shown = [(row.label, row.now) for row in kind.describe(values, before)]
    assert shown == [
        ("Kitchen: two people say yes from this amount on", "€50.00"),
        ("Kitchen: most in a month", "€1,000.50"),
    ]
    small = money_back(pot, sam, 49_99)
    kind.carry_out(values, decision=passed_decision())
    assert money_back(pot, sam, 50_00).needs_two
    assert not small.needs_two
    assert kind.base(values) != before
    with pytest.raises(ValidationError):
        kind.check(values)


@pytest.mark.parametrize("typed", ["", "-5", "1e9", "12,345"])
def test_what_is_no_amount_is_said_beside_its_field(typed):
    form = kind_named(CAPS).form({"pot": money.pot().pk, "two_approvers_from": typed})
    assert list(form.errors) == ["two_approvers_from"]


def test_a_pot_that_is_gone_has_no_caps(carla):
    pot = money.pot(holds=0)
    kind, values = (
        kind_named(CAPS),
        {"pot": pot.pk, "two_approvers_from": 1, "month_per_household": None, "month_in_all": None},
    )
    actions.remove_pot(pot, by=carla)
    assert kind.base(values) == ""
    with pytest.raises(StateChanged):
        kind.carry_out(values, decision=passed_decision())
