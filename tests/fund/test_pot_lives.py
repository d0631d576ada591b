"""A pot lives at random, and is killed between any two statements: the books always say what it holds.

`LIVES` and `STEPS_EACH` of `make lives` say how many lives, and how long.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from mutualaid.fund import actions
from mutualaid.fund.errors import NotEnough, NotForYou, SeenBefore, StillWaiting, WrongAmount
from mutualaid.fund.models import Entry, Expense, Pot
from mutualaid.fund.states import EXPENSE_TRANSITIONS, ExpenseKind, ExpenseState
from mutualaid.people.models import User
from mutualaid.record.models import RecordEntry
from tests.support import factories, money
from tests.support.lives import live_at_random

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

REFUSED = (actions.StateChanged, NotEnough, NotForYou, SeenBefore, StillWaiting, WrongAmount)
PEOPLE = 5
"""The first three of them are approvers at first, and all of them ask."""
who = st.integers(0, PEOPLE - 1)
which = st.integers(0, 7)
amount = st.integers(1, 60)


class Killed(Exception):
    """The process ends here."""


class PotLife(RuleBasedStateMachine):
    """Each action may be killed before any of its statements: then nothing of it is there."""

    @initialize()
    def begin(self) -> None:
        self.undo = transaction.atomic()
        self.undo.__enter__()
        factories.set_policy(has_record=True)
        self.people = [factories.person() for _ in range(PEOPLE)]
        self.neighbour = factories.ask()
        self.pot = money.pot(holds=0, two_from=30)
        for person in self.people[:3]:
            money.approver(user=person)

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    @rule(by=who, amount=amount, dies=st.integers(0, 30))
    def give(self, by: int, amount: int, dies: int) -> None:
        day = timezone.localdate()
        self.take(dies, actions.write_gift, self.pot, amount=amount, on_day=day, by=self.person(by))

    @rule(
        by=who, payee=who, amount=amount, kind=st.sampled_from(ExpenseKind), dies=st.integers(0, 40)
    )
    def ask(self, by: int, payee: int, amount: int, kind: ExpenseKind, dies: int) -> None:
        values: Any = {"kind": kind, "purpose": "x", "payee": self.person(payee)}
        self.take(
            dies, actions.ask_for_money, self.pot, amount=amount, by=self.person(by), **values
        )

    @rule(n=which, by=who, stale=st.booleans(), dies=st.integers(0, 50))
    def approve(self, n: int, by: int, stale: bool, dies: int) -> None:
        if expense := self.expense(n):
            saw = expense.version - stale
            self.take(dies, actions.approve_expense, expense, saw=saw, by=self.person(by))

    @rule(n=which, by=who, dies=st.integers(0, 50))
    def pay(self, n: int, by: int, dies: int) -> None:
        if expense := self.expense(n):
            day, saw = timezone.localdate(), expense.version
            self.take(dies, actions.pay_expense, expense, saw=saw, on_day=day, by=self.person(by))

    @rule(n=which, by=who, amount=amount, dies=st.integers(0, 50))
    def change(self, n: int, by: int, amount: int, dies: int) -> None:
        if expense := self.expense(n):
            values: Any = {"amount": amount}
            self.take(
                dies,
                actions.change_expense,
                expense,
                values,
                saw=expense.version,
                by=self.person(by),
            )

    @rule(n=which, by=who, dies=st.integers(0, 50))
    def decline(self, n: int, by: int, dies: int) -> None:
        if expense := self.expense(n):
            saw = expense.version
            self.take(dies, actions.decline_expense, expense, saw=saw, words="", by=self.person(by))

    @rule(
        n=which,
        by=who,
        dies=st.integers(0, 50),
        action=st.sampled_from(
            [
                actions.withdraw_expense,
                actions.paper_changed,
                actions.say_reached,
                actions.say_not_reached,
            ]
        ),
    )
    def go_on(self, n: int, by: int, dies: int, action: Callable[..., Any]) -> None:
        if expense := self.expense(n):
            self.take(dies, action, expense, by=self.person(by))

    @rule(n=which, by=who, dies=st.integers(0, 50))
    def take_back(self, n: int, by: int, dies: int) -> None:
        if expense := self.expense(n):
            by_whom, saw = self.person(by), expense.version
            self.take(dies, actions.take_back_payment, expense, saw=saw, by=by_whom)

    @rule(n=which, by=who, spent=amount, dies=st.integers(0, 50))
    def spend(self, n: int, by: int, spent: int, dies: int) -> None:
        if expense := self.expense(n):
            self.take(dies, actions.say_spent, expense, spent=spent, by=self.person(by))

    @rule(n=which, by=who, dies=st.integers(0, 50))
    def settle(self, n: int, by: int, dies: int) -> None:
        if expense := self.expense(n):
            day, saw = timezone.localdate(), expense.spending_version
            self.take(
                dies, actions.settle_expense, expense, saw=saw, on_day=day, by=self.person(by)
            )

    @rule(n=which, by=who, back=st.integers(0, 60), stale=st.booleans(), dies=st.integers(0, 50))
    def start_write_off(self, n: int, by: int, back: int, stale: bool, dies: int) -> None:
        if expense := self.expense(n):
            values = {"saw": expense.spending_version - stale, "came_back": back}
            self.take(dies, actions.start_write_off, expense, **values, by=self.person(by))

    @rule(n=which, by=who, stale=st.booleans(), dies=st.integers(0, 50))
    def write_off(self, n: int, by: int, stale: bool, dies: int) -> None:
        if expense := self.expense(n):
            values = {"saw": expense.spending_version - stale, "on_day": timezone.localdate()}
            self.take(dies, actions.write_off, expense, **values, by=self.person(by))

    @rule(n=which, by=who, stale=st.booleans(), dies=st.integers(0, 50))
    def reopen(self, n: int, by: int, stale: bool, dies: int) -> None:
        if expense := self.expense(n):
            saw = expense.spending_version - stale
            self.take(dies, actions.reopen_expense, expense, saw=saw, by=self.person(by))

    @rule(amount=amount, dies=st.integers(0, 40))
    def ask_by_link(self, amount: int, dies: int) -> None:
        values: Any = {"purpose": "x", "payee_words": "", "key": uuid4()}
        self.take(dies, actions.ask_by_link, self.pot, ask=self.neighbour, amount=amount, **values)

    @rule(
        n=which,
        dies=st.integers(0, 40),
        action=st.sampled_from(
            [actions.say_reached, actions.say_not_reached, actions.withdraw_expense]
        ),
    )
    def answer_by_link(self, n: int, dies: int, action: Callable[..., Any]) -> None:
        if expense := self.expense(n):
            self.take(dies, action, expense, by=self.neighbour)

    @rule(n=which, by=who, right=st.none() | amount, dies=st.integers(0, 50))
    def set_right(self, n: int, by: int, right: int | None, dies: int) -> None:
        entries = list(Entry.objects.filter(pot=self.pot).order_by("pk"))
        if entries:
            entry, day = entries[n % len(entries)], timezone.localdate() - timedelta(days=1)
            self.take(dies, actions.set_right, entry, amount=right, on_day=day, by=self.person(by))

    @rule(by=who, dies=st.integers(0, 60))
    def begin_or_end(self, by: int, dies: int) -> None:
        from mutualaid.fund.rules import is_approver

        ids = [self.person(by).pk]
        ends = is_approver(self.person(by))
        change = {"begin": [] if ends else ids, "end": ids if ends else []}
        self.take(dies, actions.change_approvers, **change, decision=money.passed_decision())

    @invariant()
    def the_books_and_the_record_say_what_the_pot_holds(self) -> None:
        if not hasattr(self, "pot"):
            return
        pot = Pot.objects.get(pk=self.pot.pk)
        entries = {one.pk: one.amount for one in Entry.objects.filter(pot=pot)}
        recorded = {
            facts["entry"]: facts["amount"]
            for facts in RecordEntry.objects.filter(kind="fund.entry").values_list(
                "facts", flat=True
            )
        }
        assert pot.balance == sum(entries.values()) == sum(recorded.values())
        assert entries == recorded

    @invariant()
    def promised_is_what_is_agreed_and_not_paid(self) -> None:
        if not hasattr(self, "pot"):
            return
        pot = Pot.objects.get(pk=self.pot.pk)
        agreed = Expense.objects.without_words().filter(state=ExpenseState.APPROVED)
        assert pot.promised == sum(expense.amount for expense in agreed) <= pot.balance

    @invariant()
    def what_came_back_is_in_the_books(self) -> None:
        if not hasattr(self, "pot"):
            return
        ended = Expense.objects.without_words().filter(state__in=["settled", "written_off"])
        for expense in ended.select_related("rest"):
            back = expense.rest.amount if expense.rest else 0
            said = expense.write_off_back
            assert back == (expense.amount - expense.spent if said is None else said)
        counted = Entry.objects.filter(kind="returned", set_right_by=None)
        assert counted.count() == ended.exclude(rest=None).count()

    @invariant()
    def the_record_tells_the_life_of_each_expense(self) -> None:
        if not hasattr(self, "pot"):
            return
        lives: dict[int, str] = {}
        for facts in (
            RecordEntry.objects.filter(kind="fund.expense")
            .order_by("pk")
            .values_list("facts", flat=True)
        ):
            before, step = lives.get(facts["expense"]), facts["step"]
            if step == "ask":
                assert before is None
                lives[facts["expense"]] = ExpenseState.ASKED
                continue
            assert before in EXPENSE_TRANSITIONS[step].sources
            lives[facts["expense"]] = EXPENSE_TRANSITIONS[step].target
        now = dict(Expense.objects.values_list("pk", "state"))
        assert lives == now

    def take(self, dies: int, action: Callable[..., Any], *args: Any, **values: Any) -> None:
        """Call the action, killed before the statement with this number; 0 lets it live, as do large ones."""
        with suppress(Killed, *REFUSED), killed_before(dies):
            action(*args, **values)

    def person(self, n: int) -> User:
        return User.objects.get(pk=self.people[n].pk)

    def expense(self, n: int) -> Expense | None:
        expenses = list(Expense.objects.without_words().order_by("pk"))
        return expenses[n % len(expenses)] if expenses else None


@contextmanager
def killed_before(statement: int) -> Iterator[None]:
    """Raise `Killed` before the statement with this number within the block, from 1 on."""
    count = 0

    def run(execute: Callable[..., Any], *args: Any) -> Any:
        nonlocal count
        if args[0].startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            return execute(*args)
        count += 1
        if count == statement:
            raise Killed
        return execute(*args)

    with connection.execute_wrapper(run):
        yield


def test_a_pot_holds_what_its_books_say_whatever_happens():
    live_at_random(PotLife)
