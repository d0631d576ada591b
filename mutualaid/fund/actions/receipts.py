"""The photo of a receipt: adding it, taking it away, and reading it."""

from base64 import b64decode, b64encode
from datetime import timedelta
from hashlib import sha256
from typing import NotRequired, TypedDict
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from mutualaid.fund import rules
from mutualaid.fund.actions.expenses import ask_for_money, paper_changed
from mutualaid.fund.errors import NotForYou
from mutualaid.fund.models import Expense, ExpenseLook, Pot, Receipt
from mutualaid.fund.states import ExpenseKind
from mutualaid.people.models import User
from mutualaid.transitions import StateChanged
from requests_app.models import Ask, Claim

LOOK_LASTS = timedelta(minutes=15)
"""So long after a look that was logged the receipt can be loaded: it is part of what was opened."""


class MoneyAsk(TypedDict):
    """What `ask_for_money` is told, beside who asks."""

    pot: Pot
    kind: ExpenseKind
    amount: int
    purpose: str
    payee: User | None
    payee_words: str
    claim: Claim | None
    ask: NotRequired[Ask | None]


@transaction.atomic
def ask_with_receipt(ask: MoneyAsk, photo: bytes | None, *, key: UUID, by: User) -> Expense:
    """Ask for money as `ask_for_money` does, with a JPEG of `receipt_photo.prepare_receipt` or none.

    Sent again, with whatever photo, the first stands. Raises what `ask_for_money` does, and `StateChanged`
    where the same is being sent in this moment, or someone else has sent it.
    """
    is_sent_again = Expense.objects.filter(public_id=key).exists()
    try:
        with transaction.atomic():
            expense = ask_for_money(**ask, key=key, by=by)
    except IntegrityError as error:
        raise StateChanged("ask") from error
    if photo and not is_sent_again:
        _keep(expense, photo)
    return expense


@transaction.atomic
def add_receipt(expense: Expense, photo: bytes, *, by: User) -> None:
    """Keep a JPEG in the place of the one before. Unless it is the same, any yes that was given is void.

    Raises `NotForYou` and `StateChanged` as `paper_changed` does.
    """
    if Receipt.objects.filter(expense=expense, digest=_digest(photo)).exists():
        return
    paper_changed(expense, by=by)
    _keep(expense, photo)


@transaction.atomic
def remove_receipt(expense: Expense, *, by: User) -> None:
    """Delete the photo. Any yes that was given is void.

    Raises `NotForYou` and `StateChanged` as `paper_changed` does.
    """
    if Receipt.objects.filter(expense=expense).exists():
        paper_changed(expense, by=by)
        Receipt.objects.filter(expense=expense).delete()


def read_receipt(expense: Expense, *, by: User) -> bytes:
    """Return the photo as a JPEG: to its own people, and to an approver for `LOOK_LASTS` after a look.

    Raises `NotForYou` for anyone else, `Receipt.DoesNotExist`, and `WrongKey` if no key decrypts it.
    """
    if not rules.can_see_words(by, expense):
        raise NotForYou
    receipt = Receipt.objects.get(expense=expense)
    if not (rules.is_own(by, expense) or _was_opened(receipt, by)):
        raise NotForYou
    return b64decode(receipt.content)


def _keep(expense: Expense, photo: bytes) -> None:
    Receipt.objects.filter(expense=expense).delete()
    content = b64encode(photo).decode()
    Receipt.objects.create(expense=expense, content=content, digest=_digest(photo))


def _digest(photo: bytes) -> str:
    return sha256(photo).hexdigest()


def _was_opened(receipt: Receipt, user: User) -> bool:
    """Whether a look of theirs at this photo was logged a short while ago."""
    since = max(receipt.added_at, timezone.now() - LOOK_LASTS)
    return ExpenseLook.objects.filter(expense=receipt.expense_id, by=user, at__gte=since).exists()
