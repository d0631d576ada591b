"""Pots, approvers and expenses for tests, each by the action that makes it."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from mutualaid.decisions.models import Decision, Outcome, Weight
from mutualaid.fund import actions
from mutualaid.fund.actions.receipts import ask_with_receipt
from mutualaid.fund.models import Expense, Pot
from mutualaid.fund.receipt_photo import prepare_receipt
from mutualaid.fund.states import EntryKind, ExpenseKind
from mutualaid.people.models import Role, User
from requests_app.models import Ask
from tests.support import factories
from tests.support.photos import as_upload, receipt_photo

PURPOSE = "Milk and bread for the purple house"
PAYEE_WORDS = "To the account DE02 1203 0000"
"""Words that stand on no page, in no log and in no message but where they may."""


def passed_decision() -> Decision:
    """A heavy decision that five were for."""
    now = timezone.now()
    return Decision.objects.create(
        kind="fund.approvers",
        weight=Weight.HEAVY,
        values={},
        opened_at=now - timedelta(days=11),
        ends_at=now - timedelta(days=1),
        list_size=5,
        needed=5,
        review_on=timezone.localdate() + timedelta(days=300),
        outcome=Outcome.PASSED,
        closed_at=now,
        heard=5,
        in_favour=5,
        can_live=0,
        concerns=0,
        neighbour_in_favour=0,
        neighbour_can_live=0,
        neighbour_concerns=0,
    )


def approver(name: str = "", *, user: User | None = None) -> User:
    """Someone whom a decision made an approver."""
    user = user or factories.person(name)
    actions.change_approvers(begin=[user.pk], end=[], decision=passed_decision())
    return user


def pot(
    name: str = "", *, holds: int = 100_00, currency: str = "EUR", two_from: int = 10**9
) -> Pot:
    """A pot that holds so many minor units, as an approver of its own wrote down.

    `two_from`: from this amount on two people say yes; by default one is enough.
    """
    factories.set_policy(has_pot=True)
    name = name or f"Pot {uuid4().hex[:6]}"
    coordinator = factories.person(f"Opener of {name}", Role.COORDINATOR)
    pot = actions.open_pot(name=name, currency=currency, by=coordinator)
    Pot.objects.filter(pk=pot.pk).update(two_approvers_from=two_from)
    if holds:
        writer = approver(f"Writer of {name}")
        today = timezone.localdate()
        actions.write_gift(pot, amount=holds, on_day=today, by=writer, kind=EntryKind.OPENING)
        actions.change_approvers(begin=[], end=[writer.pk], decision=passed_decision())
    pot.refresh_from_db()
    return pot


def our_pot(name: str = "Our pot", *, currency: str = "USD", holds: int = 100_00) -> Pot:
    """A pot as pages show it: dollars, and from $50 on two people say yes."""
    return pot(name, currency=currency, holds=holds, two_from=50_00)


def money_back(pot: Pot, by: User, amount: int = 12_50, **values: Any) -> Expense:
    """Money back that someone asks for themselves, without a receipt."""
    mine: dict[str, Any] = {"kind": ExpenseKind.MONEY_BACK, "purpose": "Bread", "payee": by}
    values = mine | values
    return actions.ask_for_money(pot, amount=amount, by=by, **values)


def expense(of: Pot, *, by: User, amount: int = 1250, **fields: Any) -> Expense:
    """Money back for milk and bread, with a photo of the receipt unless `with_photo` is False."""
    photo = receipt_photo(300, 400) if fields.get("with_photo", True) else b""
    return ask_with_receipt(
        {
            "pot": of,
            "kind": fields.get("kind", ExpenseKind.MONEY_BACK),
            "amount": amount,
            "purpose": PURPOSE,
            "payee": fields.get("payee", by),
            "payee_words": PAYEE_WORDS,
            "claim": fields.get("claim"),
            "ask": fields.get("ask"),
        },
        prepared(photo) if photo else None,
        key=uuid4(),
        by=by,
    )


def asked_by_link(of: Pot, ask: Ask, amount: int = 2000) -> Expense:
    """Direct help that a neighbour asks for by the private link of their ask."""
    return actions.ask_by_link(
        of, ask=ask, amount=amount, purpose=PURPOSE, payee_words=PAYEE_WORDS, key=uuid4()
    )


def prepared(photo: bytes) -> bytes:
    file = as_upload(photo)
    return prepare_receipt(file, len(photo))  # type: ignore[arg-type]


def approve(expense: Expense, *approvers: User) -> None:
    """Each of them says yes to the version it has now."""
    for one in approvers:
        actions.approve_expense(expense, saw=expense.version, by=one)


def pay(expense: Expense, by: User) -> None:
    actions.pay_expense(expense, saw=expense.version, on_day=timezone.localdate(), by=by)


def agreed(of: Expense, *approvers: User) -> Expense:
    """The expense once as many of these have said yes as it needs."""
    for one in approvers[: of.approvals_needed]:
        of.refresh_from_db()
        approve(of, one)
    of.refresh_from_db()
    return of


def paid(of: Expense, *approvers: User, by: User) -> Expense:
    """The expense once these have said yes and `by` has paid it."""
    agreed(of, *approvers)
    pay(of, by)
    of.refresh_from_db()
    return of


def stands(pot: Pot) -> tuple[int, int]:
    """What the pot holds and what it has promised."""
    pot.refresh_from_db()
    return pot.balance, pot.promised
