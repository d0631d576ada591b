"""Two at once: a photo that comes while someone says yes, two photos, and what is sent twice."""

from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from mutualaid.fund.actions import approve_expense, open_pot, write_gift
from mutualaid.fund.actions.receipts import add_receipt, ask_with_receipt, read_receipt
from mutualaid.fund.errors import SeenBefore
from mutualaid.fund.models import Entry, Expense, Pot, Receipt
from mutualaid.fund.states import ExpenseKind, ExpenseState
from mutualaid.people.models import Role, User
from mutualaid.transitions import StateChanged
from tests.support import factories, money
from tests.support.at_once import at_once
from tests.support.photos import receipt_photo

pytestmark = pytest.mark.django_db(transaction=True)
PHOTOS = [money.prepared(receipt_photo(width, 400)) for width in (300, 310, 320)]
ROUNDS = 4


def refusal_of(action: Any) -> str:
    """The name of what refused it; "" where it was done."""
    try:
        action()
    except (SeenBefore, StateChanged) as refusal:
        return type(refusal).__name__
    return ""


def fresh(expense: Expense) -> Expense:
    return Expense.objects.get(pk=expense.pk)


def test_no_yes_is_left_to_a_photo_that_was_not_seen():
    sam, alma, pot = factories.person("Sam"), money.approver("Alma"), money.our_pot()
    for _round in range(ROUNDS):
        expense = money.expense(pot, by=sam)
        add = partial(add_receipt, fresh(expense), PHOTOS[1], by=sam)
        approve = partial(approve_expense, fresh(expense), saw=1, by=alma)
        added, approved = at_once([partial(refusal_of, add), partial(refusal_of, approve)])
        expense.refresh_from_db()
        assert added == ""
        assert approved in ("", "SeenBefore")
        assert (expense.state, expense.version) == (ExpenseState.ASKED, 2)
        pot.refresh_from_db()
        assert pot.promised == 0


def test_of_two_photos_one_is_kept():
    sam, pot = factories.person("Sam"), money.our_pot()
    expense = money.expense(pot, by=sam)
    adds = [partial(add_receipt, fresh(expense), photo, by=sam) for photo in PHOTOS[1:]]
    assert at_once([partial(refusal_of, add) for add in adds]) == ["", ""]
    assert read_receipt(expense, by=sam) in PHOTOS[1:]
    assert fresh(expense).version == 3


def test_what_is_sent_twice_in_one_moment_is_asked_once():
    sam: User = factories.person("Sam")
    pot, key = money.our_pot(), uuid4()
    ask: Any = {"pot": pot, "kind": ExpenseKind.MONEY_BACK, "amount": 1250, "purpose": "Milk",
                "payee": sam, "payee_words": "", "claim": None}  # fmt: skip
    send = partial(refusal_of, partial(ask_with_receipt, ask, PHOTOS[0], key=key, by=sam))
    assert set(at_once([send] * 4)) <= {"", "StateChanged"}
    assert (Expense.objects.count(), Receipt.objects.count()) == (1, 1)


def test_what_came_in_and_is_sent_twice_in_one_moment_is_written_once():
    alma, bela, pot = money.approver("Alma"), money.approver("Bela"), money.our_pot(holds=0)
    for n in range(1, ROUNDS + 1):
        key, today = uuid4(), timezone.localdate()
        by_each = [
            partial(refusal_of, partial(write_gift, pot, amount=500, on_day=today, by=by, key=key))
            for by in (alma, bela, alma, bela)
        ]
        assert set(at_once(by_each)) <= {"", "StateChanged"}
        assert (Entry.objects.count(), money.stands(pot)) == (n, (n * 500, 0))


def test_of_two_pots_of_one_name_opened_at_once_one_is_there():
    factories.set_policy(has_pot=True)
    carla = factories.person("Carla", Role.COORDINATOR)

    def opening() -> str:
        try:
            open_pot(name="Winter", currency="EUR", by=carla)
        except ValidationError as refusal:
            return str(list(refusal.message_dict))
        return "opened"

    assert sorted(at_once([opening] * 4))[-1] == "opened"
    assert Pot.objects.count() == 1
