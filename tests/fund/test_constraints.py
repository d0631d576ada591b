"""What the database refuses, whoever writes: each constraint of the pot broken once by plain SQL."""

from collections.abc import Callable
from datetime import date

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from mutualaid.fund import actions
from mutualaid.fund.models import Entry, Expense, ExpenseLook, Pledge, Pot
from mutualaid.fund.states import ExpenseKind
from tests.support import factories, money
from tests.support.money import approve, approver, money_back, pay

pytestmark = pytest.mark.django_db

ASKED, ONE_YES, AGREED, AGREED_BY_ONE, PAID, AHEAD, SPENT, SETTLED, DIRECT = range(9)
CLOSING, WRITTEN_OFF = 9, 10
ENDINGS = (CLOSING, WRITTEN_OFF)


def broken(table: str, change: str, **where: int) -> None:
    """Write this by plain SQL."""
    column, pk = next(iter(where.items()))
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {change} WHERE {column} = %s", [pk])


@pytest.fixture
def make(sam, vera) -> Callable[[int], Expense]:
    ann, ben = approver("Ann"), approver("Ben")

    def made(state: int) -> Expense:
        pot = money.pot(two_from=10**9 if state == AGREED_BY_ONE else 0)
        kind = ExpenseKind.MONEY_BACK
        if state >= AHEAD:
            kind = ExpenseKind.DIRECT_HELP if state == DIRECT else ExpenseKind.MONEY_AHEAD
        expense = money_back(pot, sam, kind=kind, payee=vera)
        if state in (ONE_YES, AGREED_BY_ONE):
            approve(expense, ann)
        elif state not in (ASKED, DIRECT):
            approve(expense, ann, ben)
        if state in (PAID, AHEAD, SPENT, SETTLED, *ENDINGS):
            pay(expense, ann)
        if state in (SPENT, SETTLED):
            actions.say_spent(expense, spent=10_00, by=vera)
        if state == SETTLED:
            actions.settle_expense(expense, saw=1, on_day=timezone.localdate(), by=ben)
        if state in ENDINGS:
            actions.start_write_off(expense, saw=0, came_back=1_00, by=ann)
        if state == WRITTEN_OFF:
            actions.write_off(expense, saw=1, on_day=timezone.localdate(), by=ben)
        return expense

    return made


EXPENSE: list[tuple[str, int, str]] = [
    ("expense_kind_state_check", ASKED, "kind = 'loan'"),
    ("expense_kind_state_check", ASKED, "state = 'lost'"),
    ("expense_amount_version_check", ASKED, "amount = 0"),
    ("expense_amount_version_check", ASKED, "amount = -5"),
    ("expense_amount_version_check", ASKED, "amount = 1000000001"),
    ("expense_amount_version_check", ASKED, "version = 0"),
    ("expense_state_asked_by_payee_check", ASKED, "asked_by_id = NULL"),
    ("expense_state_asked_by_payee_check", ASKED, "payee_id = NULL"),
    ("expense_payee_claim_check", DIRECT, "claim_id = 1"),
    ("expense_first_saw_version_check", ONE_YES, "version = version + 1"),
    ("expense_first_saw_version_check", ONE_YES, "first_saw = NULL"),
    ("expense_first_saw_version_check", ONE_YES, "first_approver_id = NULL"),
    ("expense_first_saw_version_check", ASKED, "first_saw = version"),
    ("expense_second_saw_version_check", AGREED, "second_saw = 7"),
    ("expense_second_saw_version_check", ASKED, "second_saw = 1, second_approver_id = {cleo}"),
    ("expense_second_saw_version_check", AGREED, "second_saw = NULL"),
    ("expense_first_approver_second_approver_check", AGREED, "second_approver_id = {ann}"),
    ("expense_approvers_payee_asked_by_check", ONE_YES, "payee_id = {ann}"),
    ("expense_approvers_payee_asked_by_check", ONE_YES, "asked_by_id = {ann}"),
    ("expense_approvers_payee_asked_by_check", AGREED, "payee_id = {ben}"),
    ("expense_approvers_payee_asked_by_check", AGREED, "asked_by_id = {ben}"),
    ("expense_payer_payee_asked_by_check", PAID, "payer_id = {cleo}, payee_id = {cleo}"),
    ("expense_payer_payee_asked_by_check", PAID, "payer_id = {cleo}, asked_by_id = {cleo}"),
    (
        "expense_payer_first_approver_check",
        PAID,
        "needs_two = {no}, second_approver_id = NULL, second_saw = NULL",
    ),
    ("expense_state_approvers_check", ASKED, "state = 'approved'"),
    ("expense_state_approvers_check", ONE_YES, "state = 'approved'"),
    ("expense_state_approvers_check", AGREED, "state = 'asked'"),
    ("expense_state_approvers_check", AGREED_BY_ONE, "state = 'asked'"),
    ("expense_state_approvers_check", AGREED_BY_ONE, "needs_two = {yes}"),
    ("expense_state_payment_check", AGREED, "state = 'paid'"),
    ("expense_state_payment_check", PAID, "payment_id = NULL"),
    ("expense_state_payment_check", PAID, "payer_id = NULL"),
    ("expense_state_payment_check", PAID, "state = 'approved'"),
    ("expense_state_spent_check", PAID, "state = 'spent', spent = 1"),
    ("expense_state_spent_check", AHEAD, "spent = 1"),
    ("expense_state_spent_check", AHEAD, "state = 'spent'"),
    ("expense_state_spent_check", SPENT, "spent = amount + 1"),
    ("expense_state_spent_check", SPENT, "spent = -1"),
    ("expense_state_rest_check", SPENT, "state = 'settled', ended_at = paid_at"),
    ("expense_state_rest_check", SETTLED, "rest_id = NULL"),
    ("expense_state_rest_check", SETTLED, "spent = amount"),
    ("expense_state_rest_check", SETTLED, "ended_at = NULL"),
    ("expense_state_rest_check", SETTLED, "checked_by_id = NULL"),
    (
        "expense_checked_by_payee_asked_by_check",
        SETTLED,
        "checked_by_id = {cleo}, payee_id = {cleo}",
    ),
    (
        "expense_checked_by_payee_asked_by_check",
        SETTLED,
        "checked_by_id = {cleo}, asked_by_id = {cleo}",
    ),
    ("expense_ask_kind_payee_check", ASKED, "ask_id = {ask}"),
    ("expense_ask_kind_payee_check", DIRECT, "ask_id = {ask}"),
    ("expense_state_spent_check", CLOSING, "spent = amount + 1"),
    ("expense_state_rest_check", WRITTEN_OFF, "rest_id = NULL"),
    ("expense_state_rest_check", WRITTEN_OFF, "write_off_back = 0"),
    ("expense_state_rest_check", WRITTEN_OFF, "ended_at = NULL"),
    ("expense_state_rest_check", WRITTEN_OFF, "checked_by_id = NULL"),
    ("expense_state_rest_check", CLOSING, "state = 'written_off', ended_at = paid_at"),
    ("expense_state_rest_check", CLOSING, "checked_by_id = {ben}"),
    ("expense_state_write_off_check", AHEAD, "state = 'closing'"),
    ("expense_state_write_off_check", AHEAD, "write_off_approver_id = {ann}"),
    ("expense_state_write_off_check", AHEAD, "write_off_back = 0"),
    ("expense_state_write_off_check", AHEAD, "write_off_saw = 0"),
    ("expense_state_write_off_check", CLOSING, "write_off_approver_id = NULL"),
    ("expense_state_write_off_check", CLOSING, "write_off_saw = NULL"),
    ("expense_state_write_off_check", CLOSING, "write_off_back = NULL"),
    ("expense_state_write_off_check", CLOSING, "write_off_back = -1"),
    ("expense_state_write_off_check", CLOSING, "write_off_back = amount + 1"),
    ("expense_state_write_off_check", CLOSING, "spending_version = spending_version + 1"),
    ("expense_state_write_off_check", CLOSING, "state = 'paid'"),
    (
        "expense_write_off_approver_check",
        CLOSING,
        "write_off_approver_id = {cleo}, payee_id = {cleo}",
    ),
    (
        "expense_write_off_approver_check",
        CLOSING,
        "write_off_approver_id = {cleo}, asked_by_id = {cleo}",
    ),
    ("expense_write_off_approver_check", WRITTEN_OFF, "checked_by_id = write_off_approver_id"),
    ("expense_state_ended_at_check", ASKED, "state = 'withdrawn'"),
    ("expense_state_ended_at_check", ASKED, "state = 'declined'"),
]


@pytest.mark.parametrize(("constraint", "state", "change"), EXPENSE)
def test_an_expense_stays_true_whatever_is_written(make, constraint, state, change):
    expense = make(state)
    names = {
        "ann": expense.first_approver_id,
        "ben": expense.second_approver_id,
        "cleo": approver("Cleo").pk,
        "ask": factories.ask().pk,
        "no": "FALSE",
        "yes": "TRUE",
    }
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        broken("fund_expense", change.format(**names), id=expense.pk)


POT: list[tuple[str, str]] = [
    ("pot_name_check", "name = ''"),
    ("pot_currency_decimals_check", "currency = 'EU'"),
    ("pot_currency_decimals_check", "decimals = 4"),
    ("pot_balance_check", "balance = -1, promised = 0"),
    ("pot_balance_check", "balance = 1000000000001"),
    ("pot_promised_check", "promised = balance + 1"),
    ("pot_promised_check", "promised = -1"),
    ("pot_two_approvers_from_check", "two_approvers_from = -1"),
    ("pot_month_per_household_month_in_all_check", "month_per_household = 0"),
    ("pot_month_per_household_month_in_all_check", "month_in_all = -5"),
]


@pytest.mark.parametrize(("constraint", "change"), POT)
def test_a_pot_stays_true_whatever_is_written(constraint, change):
    pot = money.pot()
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        broken("fund_pot", change, id=pot.pk)
    assert constraint in str(refused.value) or "decimals" in change


ENTRIES: list[tuple[str, dict[str, object]]] = [
    ("entry_kind_amount_sets_right_check", {"kind": "gift", "amount": 0}),
    ("entry_kind_amount_sets_right_check", {"kind": "gift", "amount": -1}),
    ("entry_kind_amount_sets_right_check", {"kind": "direct_help", "amount": 1}),
    ("entry_kind_amount_sets_right_check", {"kind": "loan", "amount": 1}),
    ("entry_kind_amount_sets_right_check", {"kind": "correction", "amount": 1}),
    ("entry_amount_check", {"kind": "gift", "amount": 1_000_000_001}),
]


@pytest.mark.parametrize(("constraint", "values"), ENTRIES)
def test_no_entry_is_written_that_makes_no_sense(constraint, values):
    pot = money.pot()
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Entry.objects.create(pot=pot, on_day=timezone.localdate(), **values)


@pytest.mark.parametrize(
    "change",
    ["amount = amount + 1", "kind = 'opening'", "on_day = '2020-01-01'", "pot_id = {pot}"],
)
def test_no_entry_is_changed(sam, change):
    pot, other = money.pot(holds=0), money.pot(holds=0)
    entry = actions.write_gift(pot, amount=5, on_day=timezone.localdate(), by=approver("Ann"))
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        broken("fund_entry", change.format(pot=other.pk), id=entry.pk)
    Entry.objects.filter(pk=entry.pk).update(written_by=None)


def test_no_entry_goes_by_plain_sql(make):
    pot = make(PAID).pot
    for which in ("", " WHERE kind = 'opening'"):  # the other one is held by its expense too
        with (
            pytest.raises(IntegrityError, match="never changes"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"DELETE FROM fund_entry{which}")
    assert pot.entries.count() == 2


@pytest.mark.parametrize(
    "wrong", [{"amount": -4}, {"pot": "other"}, {"sets_right": "correction"}, {"amount": -6}]
)
def test_a_counter_entry_undoes_all_of_one_entry_of_its_pot(wrong):
    pot, other = money.pot(holds=0), money.pot(holds=0)
    ann, today = approver("Ann"), timezone.localdate()
    entry = actions.write_gift(pot, amount=5, on_day=today, by=ann)
    values = {"pot": pot, "kind": "correction", "amount": -5, "sets_right": entry} | wrong
    if wrong.get("pot"):
        values["pot"] = other
    if wrong.get("sets_right"):
        values |= {
            "sets_right": Entry.objects.create(on_day=today, **values | {"sets_right": entry})
        }
        values["amount"] = 5
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        Entry.objects.create(on_day=today, **values)


def test_an_entry_is_set_right_once():
    pot, ann, today = money.pot(holds=0), approver("Ann"), timezone.localdate()
    entry = actions.write_gift(pot, amount=5, on_day=today, by=ann)
    actions.set_right(entry, amount=None, on_day=today, by=ann)
    values = {"pot": pot, "kind": "correction", "amount": -5, "sets_right": entry}
    with pytest.raises(IntegrityError), transaction.atomic():
        Entry.objects.create(on_day=today, **values)


def test_nothing_that_the_books_rest_on_is_deleted(make):
    expense = make(PAID)
    for row in (expense.pot, expense.payment, expense.first_approver, expense.payee):
        with pytest.raises(IntegrityError), transaction.atomic():
            row.delete()


def test_one_entry_pays_one_expense(make):
    expense, other = make(PAID), make(PAID)
    with pytest.raises(IntegrityError), transaction.atomic():
        broken("fund_expense", f"payment_id = {expense.payment_id}", id=other.pk)


def test_a_pledge_is_one_for_each_pot_and_above_nothing(sam):
    pot = money.pot()
    actions.pledge(pot, monthly=5_00, by=sam)
    with pytest.raises(IntegrityError), transaction.atomic():
        Pledge.objects.create(pot=pot, user=sam, monthly=1)
    with pytest.raises(IntegrityError, match="pledge_monthly_check"), transaction.atomic():
        broken("fund_pledge", "monthly = 0", user_id=sam.pk)


def test_two_pots_have_two_names():
    money.pot("Kitchen")
    with pytest.raises(IntegrityError), transaction.atomic():
        Pot.objects.create(name="KITCHEN", currency="EUR", decimals=2)


def test_two_looks_take_two_places(make, carla):
    expense = make(ASKED)
    look = {"expense": expense, "by": carla, "window": "2026-11-27T10", "slot": 1}
    ExpenseLook.objects.create(**look)
    with pytest.raises(IntegrityError), transaction.atomic():
        ExpenseLook.objects.create(**look)


def test_an_approver_has_a_decision(sam):
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO fund_approver (user_id, since) VALUES (%s, %s)", [sam.pk, date.today()]
        )


def test_each_check_of_the_pot_is_broken_here():
    checks = {
        constraint.name
        for model in apps.get_app_config("fund").get_models()
        for constraint in model._meta.constraints
        if constraint.name.endswith("_check")
    }
    tried = {name for name, *_ in (*EXPENSE, *POT, *ENTRIES)} | {"pledge_monthly_check"}
    assert tried == checks
