"""What must never be of a decision, whoever writes: each constraint, and raw SQL that breaks it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, models, transaction
from django.db.models.functions import Now

from mutualaid.decisions.actions import admit, rule_of_two, speak_as_neighbour
from mutualaid.decisions.models import (
    Admission,
    Decision,
    NeighbourAnswer,
    NeighbourContact,
    RuleOfTwo,
    Say,
    Subject,
    Vouch,
)
from mutualaid.people.models import Role, User
from tests.support import factories, voting
from tests.support.voting import FOR, closed, last_moment_comes, member, proposed, say
from tests.test_constraints import ours

pytestmark = pytest.mark.django_db


def raw(model: type[models.Model], set_to: str, *values: Any) -> int:
    """Run an UPDATE as someone types it into the database's own prompt; how many rows it changed."""
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {model._meta.db_table} SET {set_to}", values)
        return int(cursor.rowcount)


def again(row: models.Model, **others: Any) -> None:
    """Write the same row once more by raw SQL, with other values in these columns."""
    columns = [f for f in row._meta.concrete_fields if not f.primary_key]
    names = [connection.ops.quote_name(str(f.column)) for f in columns]
    selected = [
        "%s" if f.attname in others else name for f, name in zip(columns, names, strict=True)
    ]
    values = [others[f.attname] for f in columns if f.attname in others]
    table = row._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(selected)} FROM {table}"
            " WHERE id = %s",
            [*values, row.pk],
        )


def other_uuid() -> str:
    return (
        "0" * 31 + "1" if connection.vendor == "sqlite" else "00000000-0000-0000-0000-000000000001"
    )


def one_of(model: type[models.Model]) -> Any:
    return model._default_manager.order_by("pk").first()


def closed_now(closed_at: str = "ends_at", **counts: int) -> str:
    """An UPDATE that closes an open proposal, with these counts instead of none."""
    columns = {
        "heard": 0, "in_favour": 0, "can_live": 0, "concerns": 0, "neighbour_in_favour": 0,
        "neighbour_can_live": 0, "neighbour_concerns": 0,
    } | counts  # fmt: skip
    return ", ".join(
        [f"closed_at = {closed_at}", *(f"{name} = {n}" for name, n in columns.items())]
    )


HEAVY, LIGHT = "weight = 'heavy'", "weight = 'light'"
BREAKS: dict[str, list[Callable[[], object]]] = {
    "decision_opened_by_slot_uniq": [
        lambda: again(one_of(Decision), public_id=other_uuid()),
    ],
    "decision_slot_check": [lambda: raw(Decision, "slot = 3"), lambda: raw(Decision, "slot = 0")],
    "decision_weight_check": [lambda: raw(Decision, "weight = 'none'")],
    "decision_list_size_needed_check": [
        lambda: raw(Decision, "needed = 0"),
        lambda: raw(Decision, "needed = list_size + 1"),
        lambda: raw(Decision, "admitted = list_size + 1"),
    ],
    "decision_ends_at_closed_at_check": [
        lambda: raw(Decision, "ends_at = opened_at"),
        lambda: raw(Decision, f"{closed_now('opened_at')}, outcome = 'too_few'"),
    ],
    "decision_outcome_closed_at_heard_check": [
        lambda: raw(Decision, "outcome = 'too_few'"),
        lambda: raw(Decision, closed_now()),
        lambda: raw(Decision, f"{closed_now()}, outcome = 'by lot'"),
        lambda: raw(Decision, f"{closed_now(heard=1)}, outcome = 'too_few'"),
        lambda: raw(Decision, f"{closed_now(heard=9, can_live=9)}, outcome = 'too_few'"),
        lambda: raw(Decision, "in_favour = 1"),
    ],
    "decision_outcome_in_favour_concerns_check": [
        lambda: raw(Decision, f"{closed_now(heard=3, can_live=3)}, outcome = 'passed', {LIGHT}"),
        lambda: raw(
            Decision, f"{closed_now(heard=2, in_favour=2)}, outcome = 'passed', needed = 3, {LIGHT}"
        ),
        lambda: raw(
            Decision,
            f"{closed_now(heard=4, in_favour=3, concerns=1)}, outcome = 'changed', {LIGHT}",
        ),
        lambda: raw(
            Decision, f"{closed_now(heard=3, in_favour=1, can_live=2)}, outcome = 'passed', {HEAVY}"
        ),
    ],
    "say_decision_user_uniq": [lambda: again(one_of(Say), code=other_uuid())],
    "say_decision_admission_uniq": [
        lambda: again(Say.objects.get(user=None), code=other_uuid()),
    ],
    "say_user_admission_check": [
        lambda: raw(Say, "user_id = NULL"),
        lambda: again(Say.objects.get(user=None), code=other_uuid(), user_id=carla().pk),
    ],
    "say_answer_check": [
        lambda: raw(Say, "answer = 'yes', answered_at = CURRENT_TIMESTAMP"),
        lambda: raw(Say, "answer = 'for', answered_at = NULL"),
        lambda: raw(Say, "answer = '', answered_at = CURRENT_TIMESTAMP"),
    ],
    "neighbouranswer_decision_ask_uniq": [
        lambda: again(one_of(NeighbourAnswer), code=other_uuid()),
    ],
    "neighbouranswer_answer_check": [lambda: raw(NeighbourAnswer, "answer = ''")],
    "neighbourcontact_decision_fingerprint_uniq": [lambda: again(one_of(NeighbourContact))],
    "admission_given_at_ends_at_check": [lambda: raw(Admission, "ends_at = given_at")],
    "vouch_person_by_uniq": [lambda: again(one_of(Vouch))],
    "vouch_person_by_check": [lambda: raw(Vouch, "by_id = person_id")],
    "ruleoftwo_proposed_by_agreed_by_check": [
        lambda: raw(RuleOfTwo, "agreed_by_id = proposed_by_id"),
    ],
    "ruleoftwo_agreed_at_ends_at_check": [
        lambda: raw(RuleOfTwo, "agreed_at = NULL"),
        lambda: raw(RuleOfTwo, "ends_at = agreed_at"),
    ],
    "ruleoftwo_telling_ended_at_check": [
        lambda: raw(RuleOfTwo, "telling = 'over'"),
        lambda: raw(RuleOfTwo, "telling = 'none'"),
    ],
    "subject_value_decision_uniq": [lambda: again(Subject.objects.get(rule_of_two=None))],
    "subject_value_rule_of_two_uniq": [lambda: again(Subject.objects.get(decision=None))],
    "subject_decision_rule_of_two_check": [
        lambda: raw(Subject, "decision_id = NULL, rule_of_two_id = NULL"),
    ],
}


def carla() -> User:
    return User.objects.get(name="Carla")


@pytest.fixture
def row_of_each(carla: User) -> None:
    """A proposal with four people on its list, one of them without an account, and a row of all the rest."""
    voting.together()
    ada, ben = member("Ada", Role.COORDINATOR), member("Ben", Role.COORDINATOR)
    kim = member("Kim")
    admit(by=carla)
    Admission.objects.update(given_at=Now() - timedelta(days=20))
    asked = factories.ask()
    decision = proposed(ada)
    say(decision, FOR, ben)
    speak_as_neighbour(decision, by=asked, answer=FOR)
    Vouch.objects.create(person=kim, by=ada)
    rule = rule_of_two.propose("policy", {"wave_minutes_high": 11}, by=ada)
    rule_of_two.agree(rule, by=ben)


def test_every_constraint_has_raw_sql_that_breaks_it():
    assert {constraint.name for _model, constraint in ours("decisions")} == set(BREAKS)


@pytest.mark.usefixtures("row_of_each")
@pytest.mark.parametrize(
    ("name", "breaks"), [(name, one) for name, every in BREAKS.items() for one in every]
)
def test_the_database_refuses(name, breaks):
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        breaks()
    message = str(refused.value)
    assert name in message or "UNIQUE constraint failed" in message


@pytest.mark.usefixtures("row_of_each")
def test_what_sql_may_write_it_writes():
    """So that the refusals above are not of something else."""
    assert raw(Decision, f"{closed_now(heard=3, in_favour=3)}, outcome = 'passed'") == 1
    assert raw(Say, "answer = 'for', answered_at = CURRENT_TIMESTAMP") == 4


def test_an_outcome_that_was_written_holds_for_its_own_counts():
    voting.together()
    people = voting.members(5)
    decision = proposed(people[0])
    say(decision, FOR, *people)
    last_moment_comes(decision)
    assert closed(decision).heard == 5
    with pytest.raises(IntegrityError), transaction.atomic():
        raw(Decision, "in_favour = 0, concerns = 5")
