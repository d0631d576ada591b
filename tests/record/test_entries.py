"""What goes into the record: facts and hashes, in the transaction they report on, and only where it is on."""

import pytest
from django.db import IntegrityError, connection, transaction

from mutualaid.record.entries import (
    EntryKind,
    OutsideTransaction,
    UnknownKind,
    WrongFacts,
    append,
    in_words,
    person_hash,
    register_kind,
)
from mutualaid.record.models import PersonSalt, RecordEntry, Seal
from tests.support import factories, recorded

pytestmark = pytest.mark.django_db


def test_nothing_is_written_where_no_record_is_kept(sam):
    recorded.happen(1, who=sam.pk)
    assert not RecordEntry.objects.exists()
    assert not PersonSalt.objects.exists()
    assert recorded.seal() == []


def test_an_entry_holds_its_facts_and_no_one_in_the_clear(kept, sam):
    recorded.happen(7, who=sam.pk)
    entry = RecordEntry.objects.get()
    assert entry.facts == {"n": 7}
    salt = PersonSalt.objects.get()
    assert (salt.user, salt.role) == (sam, "who")
    assert entry.people == {"who": person_hash(salt.salt, sam.pk)}
    assert in_words(entry) == "Thing 7 happened."


def test_no_one_can_tell_that_two_entries_are_about_the_same_person(kept, sam):
    recorded.happen(1, 2, who=sam.pk, other=sam.pk)
    hashes = [value for entry in RecordEntry.objects.all() for value in entry.people.values()]
    assert len(hashes) == len(set(hashes)) == 4
    assert PersonSalt.objects.filter(user=sam).count() == 4


def test_once_the_account_is_gone_no_one_can_tell_who_it_was(kept, sam, vera):
    from mutualaid.data_rights.actions import erase_account

    recorded.happen(1, who=sam.pk, other=vera.pk)
    erase_account(sam)
    assert [salt.user for salt in PersonSalt.objects.all()] == [vera]
    assert set(RecordEntry.objects.get().people) == {"who", "other"}


def test_what_is_rolled_back_is_not_in_it(kept):
    def fail():
        with transaction.atomic():
            recorded.happen(1)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    recorded.happen(2)
    (seal,) = recorded.seal()
    assert RecordEntry.objects.values_list("number", "facts__n").get() == (1, 2)
    assert seal.last_number == 1


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_it_is_refused():
    factories.set_policy(has_record=False)
    with pytest.raises(OutsideTransaction):
        append("test.thing", {"n": 1})


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"n": 1, "m": 2},
        {"n": "Ana lives here"},
        {"n": "ana@people.example"},
        {"n": "x" * 65},
        {"n": 0.5},
        {"n": 2**53 + 1},
        {"n": ["a"]},
    ],
)
def test_other_facts_than_those_of_its_kind_are_refused(facts):
    with pytest.raises(WrongFacts):
        append("test.thing", facts)


def test_a_role_its_kind_does_not_name_is_refused(sam):
    with pytest.raises(WrongFacts):
        append("test.thing", {"n": 1}, people={"payee": sam.pk})


def test_an_unknown_kind_is_refused():
    with pytest.raises(UnknownKind):
        append("test.nothing", {})


def test_a_name_is_registered_once():
    with pytest.raises(ValueError, match=r"test\.thing"):
        register_kind(EntryKind("test.thing", "Another."))


def test_an_entry_of_a_kind_that_is_gone_is_shown_by_its_name(kept):
    RecordEntry.objects.create(kind="old.kind", facts={"n": 1})
    assert in_words(RecordEntry.objects.get()) == "Something of the kind old.kind"


@pytest.mark.parametrize(
    ("kind", "facts"),
    [
        ("test.thing", {}),
        ("role.given", {"role": "a role of an earlier release"}),
        ("numbers.month", {"month": "soon", "digest": ""}),
        ("rule.points", {"name": "gone", "was": "1.0", "now": "2.0"}),
        ("decision.closed", {"kind": "x", "outcome": "gone"}),
    ],
)
def test_an_entry_for_which_there_are_no_words_any_more_still_has_a_line(kept, kind, facts):
    RecordEntry.objects.create(kind=kind, facts=facts)
    assert in_words(RecordEntry.objects.get()) == f"Something of the kind {kind}"


BROKEN = {
    "a number without a seal": "UPDATE record_recordentry SET number = 9 WHERE number IS NULL",
    "a seal without a number": "UPDATE record_recordentry SET seal_id = 1 WHERE number IS NULL",
    "a leaf without a seal": "UPDATE record_recordentry SET leaf = 'x' WHERE number IS NULL",
    "a number that is taken": (
        "UPDATE record_recordentry SET number = 2, seal_id = 1, leaf = 'x' WHERE number IS NULL"
    ),
    "other facts of what is sealed": "UPDATE record_recordentry SET facts = '{}' WHERE number = 1",
    "other facts of what waits": "UPDATE record_recordentry SET facts = '{}' WHERE number IS NULL",
    "another kind of what waits": "UPDATE record_recordentry SET kind = 'x' WHERE number IS NULL",
    "another time of what waits": (
        "UPDATE record_recordentry SET at = '2020-01-01' WHERE number IS NULL"
    ),
    "another salt of what waits": (
        "UPDATE record_recordentry SET salt = '" + "0" * 64 + "' WHERE number IS NULL"
    ),
    "no salt": (
        "INSERT INTO record_recordentry (kind, facts, people, salt) VALUES ('x', '{}', '{}', '')"
    ),
    "other people of what waits": (
        "UPDATE record_recordentry SET people = '{}' WHERE number IS NULL"
    ),
    "another number of what is sealed": (
        "UPDATE record_recordentry SET number = 30 WHERE number = 1"
    ),
    "no number of what is sealed": (
        "UPDATE record_recordentry SET number = NULL, seal_id = NULL, leaf = '' WHERE number = 1"
    ),
    "what is sealed gone": "DELETE FROM record_recordentry WHERE number = 2",
    "a seal changed": "UPDATE record_seal SET head = 'x' WHERE number = 1",
    "a seal gone": "DELETE FROM record_seal WHERE number = 1",
}


@pytest.mark.parametrize("sql", BROKEN.values(), ids=BROKEN)
def test_the_database_refuses(kept, sql, sam):
    recorded.sealed(2)
    recorded.happen(3, who=sam.pk)
    before = _all_rows()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert _all_rows() == before


NOT_A_SEAL = {
    "a second one with a number": {"number": 1},
    "the number nought": {"number": 0},
    "a second one after the same": {"previous": "0" * 64},
    "a second one with the same first": {"first_number": 1},
    "a second one with the same last": {"last_number": 2},
    "a second one with a head": {"head": None},
    "one that ends before it begins": {"first_number": 4, "last_number": 3},
}


@pytest.mark.parametrize("wrong", NOT_A_SEAL.values(), ids=NOT_A_SEAL)
def test_the_database_refuses_a_seal(kept, wrong):
    (first,) = recorded.sealed(2)
    row = {
        "number": 2, "at": first.at, "first_number": 3, "last_number": 3, "previous": first.head,
        "root": "a" * 64, "head": "b" * 64, "public_key": first.public_key, "signature": "c" * 128,
    }  # fmt: skip
    wrong = {name: first.head if value is None else value for name, value in wrong.items()}
    with pytest.raises(IntegrityError), transaction.atomic():
        Seal.objects.create(**row | wrong)
    Seal.objects.create(**row)


def test_one_person_stands_in_a_role_of_an_entry(kept, sam, vera):
    recorded.happen(1, who=sam.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        PersonSalt.objects.create(
            entry=RecordEntry.objects.get(), role="who", user=vera, salt="0" * 64
        )


def _all_rows():
    return list(RecordEntry.objects.order_by("pk").values()), list(Seal.objects.values())
