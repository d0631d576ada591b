"""The photo of a receipt: adding it, taking it away, and reading it."""

from base64 import b64decode, b64encode
from datetime import timedelta
from hashlib import sha256

from django.db import transaction
from django.utils import timezone

from mutualaid.fund import rules
from mutualaid.fund.actions.expenses import paper_changed
from mutualaid.fund.errors import NotForYou
from mutualaid.fund.models import Expense, ExpenseLook, Receipt
from mutualaid.people.models import User

LOOK_LASTS = timedelta(minutes=15)
"""So long after a look that was logged the receipt can be loaded: it is part of what was opened."""


@transaction.atomic
def add_receipt(expense: Expense, photo: bytes, *, by: User, is_new: bool = False) -> None:
    """Keep a JPEG (`receipt_photo.prepare_receipt`) in the place of the one before.

    Any yes that was given is void (`paper_changed`), unless it is the same photo, or the expense `is_new`:
    asked for in this transaction. Raises `NotForYou` and `StateChanged` as `paper_changed` does.
    """
    digest = sha256(photo).hexdigest()
    if Receipt.objects.filter(expense=expense, digest=digest).exists():
        return
    if not is_new:
        paper_changed(expense, by=by)
    Receipt.objects.filter(expense=expense).delete()
    Receipt.objects.create(
        expense=expense, content=b64encode(photo).decode(), digest=digest
    )


@transaction.atomic
def remove_receipt(expense: Expense, *, by: User) -> None:
    """Delete the photo. Any yes that was given is void.

    Raises `NotForYou` and `StateChanged` as `paper_changed` does.
    """
    if Receipt.objects.filter(expense=expense).exists():
        paper_changed(expense, by=by)
        Receipt.objects.filter(expense=expense).delete()


def read_receipt(expense: Expense, *, by: User) -> bytes:
    """Return the photo, as a JPEG, to its own people, and to an approver for `LOOK_LASTS` after a look at it.

    Raises `NotForYou` for anyone else, `Receipt.DoesNotExist`, and `WrongKey` if no configured key decrypts it.
    """
    if not rules.can_see_words(by, expense):
        raise NotForYou
    receipt = Receipt.objects.get(expense=expense)
    if not (rules.is_own(by, expense) or _was_opened(receipt, by)):
        raise NotForYou
    return b64decode(receipt.content)


def _was_opened(receipt: Receipt, user: User) -> bool:
    """Whether a look of theirs at this photo was logged a short while ago."""
    since = max(receipt.added_at, timezone.now() - LOOK_LASTS)
    return ExpenseLook.objects.filter(expense=receipt.expense_id, by=user, at__gte=since).exists()
