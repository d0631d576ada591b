"""A group with a pot: who says yes to money, what is in it, and what someone asks it for."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from mutualaid.decisions.models import Decision
from mutualaid.fund.actions import approve_expense, pay_expense, write_gift
from mutualaid.fund.actions.receipts import ask_with_receipt
from mutualaid.fund.amounts import decimals_of
from mutualaid.fund.models import Approver, Expense, Pot
from mutualaid.fund.receipt_photo import prepare_receipt
from mutualaid.fund.states import ExpenseKind
from mutualaid.people.models import User
from requests_app.models import Claim
from tests.support import factories
from tests.support.photos import as_upload, receipt_photo

PURPOSE = "Milk and bread for the purple house"
PAYEE_WORDS = "To the account DE02 1203 0000"
"""Words that stand on no page, in no log and in no message but where they may."""


def switch_on() -> None:
    factories.set_policy(has_pot=True)


def approver(name: str, **fields: Any) -> User:
    """Someone whom a decision lets say yes to money."""
    person = factories.person(name, **fields)
    Approver.objects.create(user=person, decision=_decision())
    return person


def _decision() -> Decision:
    now = timezone.now()
    return Decision.objects.create(
        kind="fund.approvers",
        weight="heavy",
        values={},
        seal="",
        opened_at=now - timedelta(days=11),
        ends_at=now - timedelta(days=1),
        list_size=5,
        needed=5,
        review_on=timezone.localdate() + timedelta(days=300),
        outcome="passed",
        closed_at=now,
        heard=5,
        in_favour=5,
        can_live=0,
        concerns=0,
        neighbour_in_favour=0,
        neighbour_can_live=0,
        neighbour_concerns=0,
    )


def pot(
    name: str = "Our pot", *, currency: str = "USD", holds: int = 0, by: User | None = None
) -> Pot:
    """A pot that holds so many minor units, written down by this approver."""
    opened: Pot = Pot.objects.create(
        name=name, currency=currency, decimals=decimals_of(currency), two_approvers_from=5000
    )
    if holds and by:
        write_gift(opened, amount=holds, on_day=timezone.localdate(), by=by)
        opened.refresh_from_db()
    return opened


def expense(of: Pot, *, by: User, amount: int = 1250, **fields: Any) -> Expense:
    """Money back for milk and bread, with a photo of the receipt unless `with_photo` is False."""
    claim: Claim | None = fields.get("claim")
    photo = receipt_photo(300, 400) if fields.get("with_photo", True) else b""
    return ask_with_receipt(
        {
            "pot": of,
            "kind": fields.get("kind", ExpenseKind.MONEY_BACK),
            "amount": amount,
            "purpose": PURPOSE,
            "payee": fields.get("payee", by),
            "payee_words": PAYEE_WORDS,
            "claim": claim,
        },
        prepared(photo) if photo else None,
        key=uuid4(),
        by=by,
    )


def prepared(photo: bytes) -> bytes:
    file = as_upload(photo)
    return prepare_receipt(file, len(photo))  # type: ignore[arg-type]


def agreed(of: Expense, *approvers: User) -> Expense:
    """The expense once as many of these have said yes as it needs."""
    for one in approvers[: of.approvals_needed]:
        of.refresh_from_db()
        approve_expense(of, saw=of.version, by=one)
    of.refresh_from_db()
    return of


def paid(of: Expense, *approvers: User, by: User) -> Expense:
    """The expense once these have said yes and `by` has paid it."""
    agreed(of, *approvers)
    pay_expense(of, saw=of.version, on_day=timezone.localdate(), by=by)
    of.refresh_from_db()
    return of
