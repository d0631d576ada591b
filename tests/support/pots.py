"""What someone asks a pot for, with a receipt, and how far it has come. Beside `money`."""

from typing import Any
from uuid import uuid4

from mutualaid.fund import actions
from mutualaid.fund.actions.receipts import ask_with_receipt
from mutualaid.fund.models import Expense, Pot
from mutualaid.fund.receipt_photo import prepare_receipt
from mutualaid.fund.states import ExpenseKind
from mutualaid.people.models import User
from requests_app.models import Ask, Claim
from tests.support import money
from tests.support.photos import as_upload, receipt_photo

PURPOSE = "Milk and bread for the purple house"
PAYEE_WORDS = "To the account DE02 1203 0000"
"""Words that stand on no page, in no log and in no message but where they may."""


def pot(name: str = "Our pot", *, currency: str = "USD", holds: int = 100_00) -> Pot:
    """A pot with dollars in it, of which from $50 on two people say yes."""
    return money.pot(name, currency=currency, holds=holds, two_from=50_00)


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
            "ask": fields.get("ask"),
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
        money.approve(of, one)
    of.refresh_from_db()
    return of


def paid(of: Expense, *approvers: User, by: User) -> Expense:
    """The expense once these have said yes and `by` has paid it."""
    agreed(of, *approvers)
    money.pay(of, by)
    of.refresh_from_db()
    return of


def asked_by_link(of: Pot, ask: Ask, amount: int = 2000) -> Expense:
    """Direct help that a neighbour asks for by the private link of their ask."""
    return actions.ask_by_link(
        of, ask=ask, amount=amount, purpose=PURPOSE, payee_words=PAYEE_WORDS, key=uuid4()
    )
