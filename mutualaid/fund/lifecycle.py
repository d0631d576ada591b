"""The steps of an expense, and what they move in its pot.

Actions call these; nothing else writes a state, a balance or an entry.
Everyone locks in one order: approver, expense, pot. So no two wait for each other.
"""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db.models import F
from django.utils import timezone

from mutualaid import clock
from mutualaid.fund.errors import NotEnough, NotForYou, SeenBefore, WrongAmount, WrongDay
from mutualaid.fund.models import Approver, Entry, Expense, Pot
from mutualaid.fund.models.expense import WORDS
from mutualaid.fund.models.pot import MOST_IN_POT
from mutualaid.fund.record import note_entry, note_step
from mutualaid.fund.rules import is_for_own_need, is_own
from mutualaid.fund.states import EXPENSE_TRANSITIONS, WRITE_OFF_STATES, EntryKind, ExpenseState
from mutualaid.people.models import User
from mutualaid.transitions import StateChanged, apply_transition
from requests_app.models import Ask

LOCKED_FIELDS = tuple(
    field.attname for field in Expense._meta.concrete_fields if field.attname not in ("id", *WORDS)
)
NO_WRITE_OFF: dict[str, Any] = dict.fromkeys(
    ("write_off_approver", "write_off_saw", "write_off_back")
)
NO_APPROVALS: dict[str, Any] = {
    f"{nth}_{what}": None for nth in ("first", "second") for what in ("approver", "saw", "at")
}
CLOCKS_DIFFER = timedelta(minutes=10)
"""A day that has begun by a clock that is so much fast is taken."""
FIRST_DAY = date(2000, 1, 1)
"""Earlier ones are slips of the finger."""


def lock_approver(user: User) -> Approver:
    """Lock the row that lets `user` approve and pay. Raises `NotForYou` if there is none in force."""
    row = Approver.objects.active().filter(pk=user.pk).select_for_update(of=("self",), no_key=True)
    approver = row.first() if user.is_active else None
    if approver is None:
        raise NotForYou
    return approver


def lock_expense(expense: Expense, *, saw: int | None = None) -> None:
    """Lock an expense and read all but its words anew. Raises `SeenBefore` if its version is not `saw`."""
    locked = Expense.objects.select_for_update(of=("self",), no_key=True)
    expense.refresh_from_db(fields=LOCKED_FIELDS, from_queryset=locked)
    if saw is not None and expense.version != saw:
        raise SeenBefore


def refuse_late(expense: Expense, name: str, *, saw: int) -> None:
    """Refuse a step that comes too late before anything is locked, so that it holds up no one.

    Under the lock the same is asked again. Raises `SeenBefore`, `StateChanged`, and `NotEnough` where its
    last yes would promise more than the pot holds.
    """
    now = Expense.objects.without_words().select_related("pot").get(pk=expense.pk)
    if now.version != saw:
        raise SeenBefore
    expect(now, name)
    is_last_yes = name == "approve" and now.approvals + 1 == now.approvals_needed
    if is_last_yes and now.pot.free < now.amount:
        raise NotEnough


def expect(expense: Expense, name: str) -> None:
    """Raises `StateChanged` if a locked expense is in none of the states from which it can take this step."""
    if expense.state not in EXPENSE_TRANSITIONS[name].sources:
        raise StateChanged(name)


def refuse_own(expense: Expense, user: User) -> None:
    """Raises `NotForYou` for who asked for the expense or gets it, or asked for the task that it pays for."""
    if is_own(user, expense) or is_for_own_need(user, expense):
        raise NotForYou


def account_of(whose: User | Ask) -> User | None:
    """Whom the record names: no one for who comes by the private link of an ask."""
    return whose if isinstance(whose, User) else None


def step(expense: Expense, name: str, *, by: User | None, **fields: Any) -> None:
    """Make a transition of `EXPENSE_TRANSITIONS` on the version that was read, and record it.

    What the first of two wrote to close it counts for nothing after any other step.
    Raises `StateChanged` if it is not possible from the state that the row is in.
    """
    row = Expense.objects.filter(pk=expense.pk, version=expense.version)
    transition = EXPENSE_TRANSITIONS[name]
    if transition.target not in WRITE_OFF_STATES:
        fields = NO_WRITE_OFF | fields
    if apply_transition(row, transition, **fields) != 1:
        raise StateChanged(name)
    expense.refresh_from_db(fields=LOCKED_FIELDS)
    note_step(expense, name, by=by)


def reserve(expense: Expense) -> None:
    """Promise its amount. Raises `NotEnough` if the pot does not hold so much beside its other promises."""
    amount = expense.amount
    pot = Pot.objects.filter(pk=expense.pot_id, balance__gte=F("promised") + amount)
    if not pot.update(promised=F("promised") + amount):
        raise NotEnough


def release(expense: Expense) -> None:
    """Take back what is promised for it, where it is agreed; before that nothing is."""
    if expense.state == ExpenseState.APPROVED:
        Pot.objects.filter(pk=expense.pot_id).update(promised=F("promised") - expense.amount)


def enter(
    pot_id: int,
    kind: EntryKind,
    amount: int,
    *,
    on_day: date,
    by: User,
    redeems: int = 0,
    sets_right: Entry | None = None,
    key: UUID | None = None,
) -> Entry:
    """Write an entry and move the balance with it; `redeems` is what was promised and now is paid.

    Raises `NotEnough` if the pot would hold less than it has promised, and `WrongDay`.
    """
    check_day(on_day)
    pot = Pot.objects.filter(
        pk=pot_id,
        balance__gte=F("promised") - redeems - amount,
        balance__lte=MOST_IN_POT - amount,
    )
    if not pot.update(balance=F("balance") + amount, promised=F("promised") - redeems):
        raise NotEnough
    entry = Entry.objects.create(
        public_id=key or uuid4(),
        pot_id=pot_id,
        kind=kind,
        amount=amount,
        on_day=on_day,
        sets_right=sets_right,
        written_by=by,
    )
    note_entry(entry, by=by)
    return entry


def counter(entry: Entry, *, by: User) -> Entry:
    """Undo an entry by one of today with the opposite amount. Raises `NotEnough` as `enter` does."""
    today = clock.today()
    kind, amount = EntryKind.CORRECTION, -entry.amount
    return enter(entry.pot_id, kind, amount, on_day=today, by=by, sets_right=entry)


def check_day(day: date) -> None:
    """Raises `WrongDay` for one that is yet to come by the database's clock, or was long ago."""
    if not FIRST_DAY <= day <= timezone.localdate(clock.now() + CLOCKS_DIFFER):
        raise WrongDay


def check_amount(pot: Pot, amount: int) -> None:
    """Raises `WrongAmount` for none, less than none, or more than one moves at once."""
    if not 0 < amount <= pot.most:
        raise WrongAmount
