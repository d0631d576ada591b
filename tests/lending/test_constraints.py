"""What must never be, whoever writes: each constraint of the tables, and a row by raw SQL that breaks it."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from mutualaid.lending.models import MOST_THINGS, Loan, Thing, ThingRequest
from tests.support import factories, lending

pytestmark = pytest.mark.django_db
NOW = "2026-11-27 10:00:00+00:00"


@pytest.fixture(autouse=True)
def _on() -> None:
    lending.on()


def write(table: str, row: dict[str, Any]) -> None:
    row = {"public_id": uuid4() if connection.vendor == "postgresql" else uuid4().hex, **row}
    columns, marks = ", ".join(row), ", ".join(["%s"] * len(row))
    with transaction.atomic(), connection.cursor() as cursor:
        sql = f"INSERT INTO {table} ({columns}) VALUES ({marks})"
        cursor.execute(sql, list(row.values()))


def thing(owner: int | None, **fields: Any) -> None:
    row = {
        "owner_id": owner, "number": 1, "title": "Ladder", "category_id": factories.category().pk,
        "locality_id": factories.locality().pk, "mode": "lend", "total": 1, "left": 1, "until": None,
        "lend_days": 7, "state": "offered", "withdrawn_because": "", "shown_from": NOW,
        "created_at": NOW, "ended_at": None,
    } | fields  # fmt: skip
    row['"left"'] = row.pop("left")
    write("lending_thing", row)


THINGS: list[tuple[str, dict[str, Any]]] = [
    ("thing_number_check", {"number": 0}),
    ("thing_number_check", {"number": MOST_THINGS + 1}),
    ("thing_total_left_check", {"total": 100}),
    ("thing_total_left_check", {"total": 0, "left": 0, "state": "gone", "ended_at": NOW}),
    ("thing_total_left_check", {"left": 2}),
    ("thing_state_left_check", {"left": 0}),
    ("thing_state_left_check", {"left": 0, "state": "paused"}),
    ("thing_state_ended_at_check", {"state": "sold"}),
    ("thing_state_ended_at_check", {"ended_at": NOW}),
    ("thing_state_ended_at_check", {"state": "gone"}),
    ("thing_state_ended_at_check", {"title": ""}),
    ("thing_state_ended_at_check", {"owner_id": None}),
    ("thing_mode_check", {"mode": "sell"}),
    ("thing_mode_check", {"lend_days": 0}),
    ("thing_mode_check", {"lend_days": 29}),
    ("thing_mode_check", {"mode": "give"}),
    ("thing_mode_check", {"mode": "surplus", "lend_days": None}),
    ("thing_withdrawn_because_check", {"withdrawn_because": "unsafe"}),
    (
        "thing_withdrawn_because_check",
        {"state": "withdrawn", "ended_at": NOW, "withdrawn_because": "ugly"},
    ),
]


@pytest.mark.parametrize(("name", "fields"), THINGS)
def test_a_thing_that_must_not_be_is_refused_by_this_constraint(sam, name, fields):
    with pytest.raises(IntegrityError, match=name):
        thing(sam.pk, **fields)


def test_two_things_on_the_list_take_two_places(sam, vera):
    thing(sam.pk)
    thing(vera.pk)
    thing(sam.pk, state="gone", ended_at=NOW, left=0)
    with pytest.raises(IntegrityError, match=r"thing_owner_number_uniq|lending_thing\.owner_id"):
        thing(sam.pk, state="paused")


def request(sam: Any, **fields: Any) -> None:
    row = {
        "thing_id": lending.thing(sam).pk, "need_id": factories.need().pk, "many": 1,
        "state": "waiting", "claim_id": None, "asked_at": NOW, "answer_by": None,
        "owner_told_at": None, "answered_at": None, "moved_on_at": None,
    } | fields  # fmt: skip
    write("lending_thingrequest", row)


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("thingrequest_state_check", {"state": "lost", "answered_at": NOW}),
        ("thingrequest_state_answered_at_check", {"answered_at": NOW}),
        ("thingrequest_state_answered_at_check", {"state": "declined"}),
        ("thingrequest_many_check", {"many": 0}),
        ("thingrequest_many_check", {"many": 100}),
        ("thingrequest_moved_on_at_check", {"moved_on_at": NOW}),
        (
            "thingrequest_moved_on_at_check",
            {"moved_on_at": NOW, "state": "granted", "answered_at": NOW},
        ),
    ],
)
def test_a_wish_that_must_not_be_is_refused_by_this_constraint(sam, name, fields):
    with pytest.raises(IntegrityError, match=name):
        request(sam, **fields)


def test_a_need_waits_for_one_thing(sam):
    waits = lending.wish(lending.thing(sam))
    with pytest.raises(IntegrityError, match="need_id"):
        request(sam, need_id=waits.need_id)


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("loan_state_ended_at_check", {"state": "sold", "ended_at": NOW}),
        ("loan_state_ended_at_check", {"state": "back"}),
        ("loan_state_ended_at_check", {"ended_at": NOW}),
        ("loan_listed_again_at_check", {"listed_again_at": NOW}),
    ],
)
def test_a_loan_that_must_not_be_is_refused_by_this_constraint(sam, name, fields):
    row = {
        "request_id": lending.wish(lending.thing(sam)).pk, "back_by": "2026-12-01", "state": "out",
        "reminded_at": None, "overdue_at": None, "help_asked_at": None, "ended_at": None,
        "listed_again_at": None,
    } | fields  # fmt: skip
    with pytest.raises(IntegrityError, match=name):
        write("lending_loan", row)


def test_every_constraint_of_the_tables_has_a_row_here():
    checks = {name for name, _ in THINGS}
    assert {one.name for one in Thing._meta.constraints} == checks | {"thing_owner_number_uniq"}
    assert len(ThingRequest._meta.constraints) == 4
    assert len(Loan._meta.constraints) == 2


def test_no_accessor_leads_from_a_person_a_need_or_a_claim_to_things(sam):
    loan = lending.lent(sam)
    for row in (sam, loan.request.need, loan.request.claim):
        related = {
            one.related_model for one in row._meta.related_objects if one.get_accessor_name()
        }
        assert not related & {Thing, ThingRequest, Loan}
