"""What the record holds of a pot: all that moved, and no word and no name."""

from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from mutualaid.fund import actions
from mutualaid.fund.models import Entry
from mutualaid.fund.triggers import TRIGGERS
from mutualaid.local_time import format_day
from mutualaid.record.entries import kind_named
from mutualaid.record.models import RecordEntry
from mutualaid.statements.triggers import lifted
from tests.support import factories, money, recorded
from tests.support.money import approve, approver, money_back, pay

pytestmark = pytest.mark.django_db


@pytest.fixture
def kept():
    factories.set_policy(has_record=True, has_pot=True)


def of_kind(kind: str) -> list[dict[str, Any]]:
    return [row.facts for row in RecordEntry.objects.filter(kind=kind).order_by("pk")]


def test_entries_and_steps_are_recorded_without_words_or_names(kept, sam):
    pot, ann = money.pot(), approver("Ann")
    expense = money_back(pot, sam, purpose="Insulin", payee_words="Sam, at the gate")
    approve(expense, ann)
    pay(expense, approver("Ben"))
    actions.take_back_payment(expense, saw=expense.version, by=ann)
    today = timezone.localdate().isoformat()
    assert [(row["kind"], row["amount"], row["on_day"]) for row in of_kind("fund.entry")] == [
        ("opening", 100_00, today),
        ("money_back", -12_50, today),
        ("correction", 12_50, today),
    ]
    assert [(row["step"], row["version"]) for row in of_kind("fund.expense")] == [
        ("ask", 1), ("approve", 1), ("pay", 1), ("unpay", 2),
    ]  # fmt: skip
    assert len(of_kind("fund.pot")) == 1
    assert [row["began"] for row in of_kind("fund.approver")] == [True, False, True, True]
    everything = str(list(RecordEntry.objects.values_list("facts", "people")))
    for word in ("Insulin", "gate", "Sam", "Ann", str(expense.public_id)):
        assert word not in everything


def test_without_a_record_nothing_is_written(sam):
    money_back(money.pot(), sam)
    assert not RecordEntry.objects.exists()


def test_each_sentence_can_be_read(kept, sam):
    pot = money.pot("Kitchen")
    expense = money_back(pot, sam)
    approve(expense, approver("Ann"))
    words = {
        row.kind: kind_named(row.kind).in_words(row.facts)
        for row in RecordEntry.objects.order_by("pk")
    }
    entry = words["fund.entry"]
    assert entry.startswith("Kitchen: €100.00 (there when we began), entry ")
    assert entry.endswith(f" of {format_day(timezone.localdate())}")
    assert words["fund.expense"].startswith("Kitchen: agreed, €12.50 (money back), expense ")
    assert words["fund.pot"] == "Kitchen was opened, in EUR"


def test_a_page_of_entries_takes_few_questions_to_the_database(
    kept, sam, signed_in, django_assert_max_num_queries
):
    pot, ann, today = money.pot(), approver("Ann"), timezone.localdate()
    for n in range(1, 41):
        actions.write_gift(pot, amount=n, on_day=today, by=ann)
    recorded.seal()
    browser = signed_in(sam)
    browser.get("/record/1/")
    with django_assert_max_num_queries(12):
        assert "€0.40" in browser.get("/record/1/").content.decode()


def test_what_someone_changed_or_removed_in_the_books_is_named(kept):
    pot, ann, today = money.pot(holds=0), approver("Ann"), timezone.localdate()
    entries = [actions.write_gift(pot, amount=n, on_day=today, by=ann) for n in (1, 2)]
    sealed = dict(enumerate(of_kind("fund.entry")))
    kind = kind_named("fund.entry")
    assert list(kind.disagreeing(sealed)) == []
    with lifted(connection.alias, TRIGGERS):
        Entry.objects.filter(pk=entries[0].pk).delete()
    assert list(kind.disagreeing(sealed)) == [0]
    assert list(kind.disagreeing({1: sealed[1] | {"amount": 7}})) == [1]
