"""Entries of what came in, and counter-entries."""

from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction

from mutualaid.fund.lifecycle import check_amount, counter, enter, lock_approver
from mutualaid.fund.models import Entry, Pot
from mutualaid.fund.states import EntryKind
from mutualaid.people.models import User
from mutualaid.transitions import StateChanged

INCOME = (EntryKind.GIFT, EntryKind.OPENING)
"""What an approver writes by hand; the rest comes from expenses."""


@transaction.atomic
def write_gift(
    pot: Pot,
    *,
    amount: int,
    on_day: date,
    by: User,
    kind: EntryKind = EntryKind.GIFT,
    key: UUID | None = None,
) -> Entry:
    """Write down what came in on a day, or with `EntryKind.OPENING` what was there before.

    Of the same `key`, which the page makes, there is one entry: sent again, the first stands. Raises
    `NotForYou` for whoever is no approver, `WrongAmount`, `WrongDay`, `NotEnough` where the pot would
    hold more than it can count, `StateChanged` where someone else has sent this key, and `ValueError` for a
    kind that expenses write.
    """
    lock_approver(by)
    check_amount(pot, amount)
    if kind not in INCOME:
        raise ValueError(kind)
    if written := key and Entry.objects.filter(public_id=key, written_by=by, kind=kind).first():
        return written
    try:
        with transaction.atomic():
            return enter(pot.pk, kind, amount, on_day=on_day, by=by, key=key)
    except IntegrityError as error:
        raise StateChanged("gift") from error


@transaction.atomic
def set_right(entry: Entry, *, amount: int | None, on_day: date, by: User) -> Entry | None:
    """Undo an entry by a counter-entry of today, and write the right one, or none where `amount` is None.

    `on_day` is the day of the right one, which it returns. A payment is set right by `take_back_payment`,
    for its expense has to know. Raises `StateChanged` where the entry has a counter-entry, is one, or
    belongs to an expense; `NotForYou`, `WrongAmount` and `WrongDay` as `write_gift` does; `NotEnough` where
    the pot would hold less than it has promised.
    """
    lock_approver(by)
    locked = Entry.objects.select_for_update(of=("self",)).select_related("pot").get(pk=entry.pk)
    if locked.kind not in INCOME or Entry.objects.filter(sets_right=locked).exists():
        raise StateChanged("set_right")
    right = None
    if amount is not None:
        # The right one first: what the pot has promised may rest on it.
        check_amount(locked.pot, amount)
        right = enter(locked.pot_id, EntryKind(locked.kind), amount, on_day=on_day, by=by)
    counter(locked, by=by)
    return right
