"""What must never be, whoever writes: each constraint of the table, and a row by raw SQL that breaks it."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from mutualaid.hours.models import HourNote
from mutualaid.people.models import User
from tests.support import factories, hours

pytestmark = pytest.mark.django_db
NOW = "2026-11-27 10:00:00+00:00"


@pytest.fixture(autouse=True)
def _people(sam, vera, carla, mallory) -> None:
    hours.on()


def write(**fields: Any) -> None:
    """Insert a note by SQL: Sam noted that they gave Vera an hour, unless named otherwise."""
    row = {
        "public_id": uuid4() if connection.vendor == "postgresql" else uuid4().hex,
        "giver_id": "Sam", "receiver_id": "Vera", "minutes": 60, "day": "2026-11-20", "claim_id": None,
        "proposed_by_id": "Sam", "proposed_at": NOW, "state": "proposed", "agreed_by_id": None,
        "agreed_at": None, "is_gift": False, "ended_at": None,
    } | fields  # fmt: skip
    people = dict(User.objects.values_list("name", "pk"))
    row = {name: people.get(value, value) for name, value in row.items()}
    columns, marks = ", ".join(row), ", ".join(["%s"] * len(row))
    with transaction.atomic(), connection.cursor() as cursor:
        sql = f"INSERT INTO hours_hournote ({columns}) VALUES ({marks})"
        cursor.execute(sql, list(row.values()))


AGREED = {"state": "agreed", "agreed_at": NOW, "agreed_by_id": "Vera"}
BREAKS: dict[str, list[dict[str, Any]]] = {
    "hournote_giver_or_receiver_check": [{"giver_id": None, "receiver_id": None}],
    "hournote_giver_receiver_check": [{"receiver_id": "Sam"}],
    "hournote_minutes_check": [{"minutes": 0}, {"minutes": 1441}, {"minutes": 32767}],
    "hournote_proposed_by_check": [{"proposed_by_id": "Mallory"}],
    "hournote_agreed_by_proposed_by_check": [
        AGREED | {"agreed_by_id": "Sam"},
        AGREED | {"agreed_by_id": "Sam", "receiver_id": None, "proposed_by_id": None},
    ],
    "hournote_agreed_by_check": [AGREED | {"agreed_by_id": "Mallory"}],
    "hournote_state_agreed_by_check": [AGREED | {"agreed_by_id": None}],
    "hournote_state_check": [
        {"state": "lost"},
        {"state": "agreed", "agreed_by_id": "Vera"},
        {"agreed_at": NOW},
        {"ended_at": NOW},
        {"state": "declined"},
        AGREED | {"ended_at": NOW},
        {"state": "lapsed", "ended_at": NOW, "agreed_by_id": "Vera"},
    ],
    "hournote_is_gift_state_check": [{"is_gift": True}],
}
ROWS = [(name, fields) for name, rows in BREAKS.items() for fields in rows]


@pytest.mark.parametrize(("name", "fields"), ROWS)
def test_a_row_that_must_not_be_is_refused_by_this_constraint(name, fields):
    with pytest.raises(IntegrityError, match=name):
        write(**fields)


def test_rows_that_may_be_are_taken():
    write()
    write(**AGREED)
    write(**AGREED, is_gift=True)
    write(**AGREED | {"receiver_id": None, "agreed_by_id": "Carla"})
    write(state="declined", ended_at=NOW)
    assert HourNote.objects.count() == 5


def test_one_help_is_noted_once_and_one_note_to_a_person_waits(sam):
    claim = hours.help_of(sam).pk
    write(claim_id=claim)
    write(claim_id=claim, state="declined", ended_at=NOW)
    for again in ({"claim_id": claim}, {"claim_id": claim, **AGREED}):
        with pytest.raises(IntegrityError, match=r"hournote_claim_uniq|hours_hournote\.claim_id"):
            write(**again)
    write()
    pattern = r"hournote_proposed_by_giver_receiver_uniq|hours_hournote\.proposed_by_id"
    with pytest.raises(IntegrityError, match=pattern):
        write(minutes=30)


def test_every_constraint_of_the_table_has_a_row_here():
    unique = {"hournote_claim_uniq", "hournote_proposed_by_giver_receiver_uniq"}
    assert {one.name for one in HourNote._meta.constraints} == BREAKS.keys() | unique


def test_hours_only_where_members_decide_together():
    with pytest.raises(IntegrityError, match="policy_counts_hours_has_decisions_check"):
        factories.set_policy(has_decisions=False, counts_hours=True)


@pytest.mark.parametrize("limit", [0, 201])
def test_the_limit_has_bounds(limit):
    with pytest.raises(IntegrityError, match="policy_hours_limits_check"):
        factories.set_policy(hours_limit=limit)


def test_no_accessor_leads_from_a_person_or_a_help_to_hours(sam):
    claim = hours.help_of(sam)
    for row in (sam, claim, claim.need):
        related = {
            one.related_model for one in row._meta.related_objects if one.get_accessor_name()
        }
        assert HourNote not in related
