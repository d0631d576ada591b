"""Asking a pot for money, changing what was asked for, taking it back."""

from typing import Any, TypedDict
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Now

from mutualaid.forms.typed_text import visible
from mutualaid.fund import rules
from mutualaid.fund.actions.closing import reopen
from mutualaid.fund.errors import NotForYou, StillWaiting
from mutualaid.fund.lifecycle import (
    NO_APPROVALS,
    account_of,
    check_amount,
    lock_expense,
    release,
    step,
)
from mutualaid.fund.models import Expense, Pot
from mutualaid.fund.notifications import tell_approvers
from mutualaid.fund.record import note_step
from mutualaid.fund.states import PENDING, TO_SETTLE, ExpenseKind, ExpenseState, ExpenseStep
from mutualaid.people.models import User
from mutualaid.transitions import StateChanged
from requests_app.models import Ask, Claim

MOST_BY_LINK = 3
"""That wait at once for one ask. Assumed, not measured."""


class ExpenseValues(TypedDict, total=False):
    """What can be changed of an expense, by the names of the model's fields."""

    amount: int
    payee: User | None
    payee_words: str
    purpose: str


@transaction.atomic
def ask_for_money(
    pot: Pot,
    *,
    kind: ExpenseKind,
    amount: int,
    purpose: str,
    payee: User | None,
    by: User,
    payee_words: str = "",
    claim: Claim | None = None,
    ask: Ask | None = None,
    key: UUID | None = None,
) -> Expense:
    """Ask a pot for money, for oneself or for someone else; approvers are told.

    `payee` is None for a neighbour without an account only, of whom `payee_words` say who it is and how the
    money gets there. `claim` is the task it is for; it is not kept where direct help goes to an account, so
    that no row tells which account asked for what. `ask` is that of the neighbour without an account,
    who then sees on its private page how it stands; by default it is that of the task. Of the same `key`,
    which the page makes, there is one expense: sent again, the first stands. Nothing is turned away because
    of a cap. Raises `NotForYou` for whoever is not active, names a claim that is not theirs, or names an ask
    and is no coordinator, `WrongAmount`, `StateChanged` for an ask that was erased, and `ValueError` where
    someone without an account is named for anything but direct help.
    """
    may_name = by.is_coordinator or (ask is None and (not claim or claim.volunteer_id == by.pk))
    if not (by.is_active and may_name):
        raise NotForYou
    check_amount(pot, amount)
    if asked := key and Expense.objects.filter(public_id=key, asked_by=by).first():
        return asked
    columns = _payee(kind, payee, claim) | {"kind": kind, "asked_by": by}
    if payee is None:
        columns["ask"] = ask or (claim.need.ask if claim else None)
    if columns.get("ask"):
        _refuse_erased(columns["ask"])
    return _ask(
        pot, amount=amount, purpose=purpose, payee_words=payee_words, key=key, by=by, **columns
    )


@transaction.atomic
def ask_by_link(
    pot: Pot, *, ask: Ask, amount: int, purpose: str, payee_words: str, key: UUID
) -> Expense:
    """Ask for direct help by the private link of an ask, for a neighbour without an account.

    Of the same `key`, which the page makes, there is one expense. Raises `WrongAmount`, `StateChanged` where
    the ask was erased or someone else has sent this key, `StillWaiting` for more than `MOST_BY_LINK` that
    wait at once, since anyone can send an ask, and `NotForYou` for the ask of an account, which asks on its
    own page.
    """
    if ask.owner:
        raise NotForYou
    check_amount(pot, amount)
    _refuse_erased(ask)
    if asked := Expense.objects.filter(public_id=key, ask=ask).first():
        return asked
    if Expense.objects.of(ask).filter(state__in=PENDING, asked_by=None).count() >= MOST_BY_LINK:
        raise StillWaiting
    columns: dict[str, Any] = {"kind": ExpenseKind.DIRECT_HELP, "ask": ask}
    return _ask(
        pot, amount=amount, purpose=purpose, payee_words=payee_words, key=key, by=None, **columns
    )


@transaction.atomic
def change_expense(expense: Expense, changes: ExpenseValues, *, saw: int, by: User) -> None:
    """Write these values and no others, as a new version: every yes that was given is void.

    What was promised for it is free again. `saw` is the version that the page showed. Raises `SeenBefore`
    if it has another now, `NotForYou` for whoever did not ask for it, and `WrongAmount`.
    """
    lock_expense(expense, saw=saw)
    if not by.is_active or by.pk != expense.asked_by_id:
        raise NotForYou
    columns: dict[str, Any] = {}
    if "amount" in changes:
        check_amount(expense.pot, changes["amount"])
        columns["amount"] = changes["amount"]
    if "payee" in changes:
        columns |= _payee(ExpenseKind(expense.kind), changes["payee"], expense.claim)
    _write_words(expense, changes)
    _renew(expense, "change", by=by, **columns)


@transaction.atomic
def paper_changed(expense: Expense, *, by: User) -> None:
    """Note that a paper of an expense came, went or was changed: call it in the transaction that does so.

    Before it is paid that makes a new version, and every yes is void. Money ahead that was paid is then
    settled by what is seen from now on only. Raises `NotForYou` for whoever did not ask for it nor gets it,
    and `StateChanged` where its papers stand.
    """
    lock_expense(expense)
    if not (by.is_active and rules.is_own(by, expense)):
        raise NotForYou
    if expense.state in PENDING:
        _renew(expense, "change", by=by)
        return
    if expense.state == ExpenseState.CLOSING:
        reopen(expense, by=by)
    row = Expense.objects.filter(pk=expense.pk, kind=ExpenseKind.MONEY_AHEAD, state__in=TO_SETTLE)
    if not row.update(spending_version=F("spending_version") + 1):
        raise StateChanged("paper")


@transaction.atomic
def withdraw_expense(expense: Expense, *, by: User | Ask) -> None:
    """Take it back, before it is paid; what was promised is free again.

    `by` is the ask for who comes by its private link. Raises `NotForYou` for whoever did not ask for it nor
    gets it.
    """
    lock_expense(expense)
    if not rules.speaks_for(by, expense):
        raise NotForYou
    withdraw(expense, by=account_of(by))


def withdraw(expense: Expense, *, by: User | None) -> None:
    """End one that is locked and not paid, whoever asks for that; `by` is None for the site itself."""
    release(expense)
    step(expense, "withdraw", by=by, ended_at=Now(), **NO_APPROVALS)


def void_approvals(expense: Expense, *, by: User | None) -> None:
    """Let one that is locked wait for a yes again, in the same version."""
    release(expense)
    step(expense, "void", by=by, **NO_APPROVALS)
    tell_approvers(expense, anew=True)


def _ask(
    pot: Pot,
    *,
    amount: int,
    purpose: str,
    payee_words: str,
    key: UUID | None,
    by: User | None,
    **columns: Any,
) -> Expense:
    """Write what is asked for, record it and tell the approvers."""
    try:
        with transaction.atomic():
            expense = Expense.objects.create(
                public_id=key or uuid4(),
                pot=pot,
                amount=amount,
                payee_words=_clean(payee_words),
                purpose=_clean(purpose),
                # Who sent an ask without an account may be one of those who say yes.
                needs_two=by is None or _needs_two(pot.pk, amount),
                **columns,
            )
    except IntegrityError as error:
        raise StateChanged("ask") from error
    note_step(expense, ExpenseStep.ASK, by=by)
    tell_approvers(expense)
    return expense


def _refuse_erased(ask: Ask) -> None:
    """Lock an ask, so that it isn't erased meanwhile. Raises `StateChanged` where it has been."""
    if Ask.objects.select_for_update(no_key=True).get(pk=ask.pk).erased_at:
        raise StateChanged("ask")


def _renew(expense: Expense, name: str, *, by: User, **columns: Any) -> None:
    """Make a new version. The promise of the old one is released with the amount that it had."""
    release(expense)
    amount = columns.get("amount", expense.amount)
    columns |= {"version": F("version") + 1, "needs_two": _needs_two(expense.pot_id, amount)}
    step(expense, name, by=by, **columns, **NO_APPROVALS)
    tell_approvers(expense)


def _payee(kind: ExpenseKind, payee: User | None, claim: Claim | None) -> dict[str, Any]:
    """Return the columns that say who gets it. Raises `ValueError` where it has to be an account."""
    if kind != ExpenseKind.DIRECT_HELP:
        if payee is None:
            raise ValueError("payee")
        return {"payee": payee, "claim": claim}
    return {"payee": payee, "claim": claim if payee is None else None}


def _write_words(expense: Expense, changes: ExpenseValues) -> None:
    written = [name for name in ("purpose", "payee_words") if name in changes]
    for name in written:
        setattr(expense, name, _clean(changes[name]))
    if written:
        expense.save(update_fields=written)


def _clean(words: str) -> str:
    return visible(words).strip()


def _needs_two(pot_id: int, amount: int) -> bool:
    """Whether an amount takes two approvers, as the group decided last."""
    return Pot.objects.filter(pk=pot_id, two_approvers_from__lte=amount).exists()
