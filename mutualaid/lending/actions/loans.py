"""What becomes of a thing that was lent. Every answer is a fine one, and either of the two may give it."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from mutualaid import clock
from mutualaid.admin.history import write_history
from mutualaid.lending.actions.things import put_back
from mutualaid.lending.models import MOST_LOAN_DAYS, Loan, Thing
from mutualaid.lending.notifications import tell_asker
from mutualaid.lending.rules import NotYours, check_on, is_borrower, is_owner
from mutualaid.lending.states import LOAN_TRANSITIONS, SAID_OF_A_LOAN, LoanState
from mutualaid.notify.outbox import enqueue
from mutualaid.people.models import User
from mutualaid.transitions import StateChanged, apply_transition
from requests_app.models import Ask


@transaction.atomic
def end_loan(loan: Loan, outcome: str, *, by: "User | Ask | None") -> None:
    """Say that it is back, kept, broken or lost: its owner may, and who borrowed it. The other is told.

    Raises `NotYours` for anyone else, `StateChanged` where one of them has said so already, and `KeyError`
    for what can't be said of a loan.
    """
    if outcome not in SAID_OF_A_LOAN:
        raise KeyError(outcome)
    by_owner = is_owner(loan, by)
    if not by_owner and not is_borrower(loan, by):
        raise NotYours
    rows = Loan.objects.filter(pk=loan.pk)
    if apply_transition(rows, LOAN_TRANSITIONS[outcome], ended_at=Now()) != 1:
        raise StateChanged(outcome)
    loan.refresh_from_db()
    if by_owner:
        tell_asker("loan_ended_borrower", loan.request, about_id=loan.pk)
    elif loan.thing.owner:
        enqueue("loan_ended_owner", about_id=loan.pk, to=loan.thing.owner)


@transaction.atomic
def change_day(loan: Loan, day: date, *, by: User) -> None:
    """Its owner lends it until another day; both are reminded before that.

    Raises `NotYours`, `StateChanged` where it isn't lent any more, and `ValidationError` for a day that
    is over or more than `MOST_LOAN_DAYS` away.
    """
    if not is_owner(loan, by):
        raise NotYours
    today = clock.today()
    if not today <= day <= today + timedelta(days=MOST_LOAN_DAYS):
        raise ValidationError(_("Choose a day from today on, at most four weeks away."))
    rows = Loan.objects.out().filter(pk=loan.pk)
    if not rows.update(back_by=day, reminded_at=None, overdue_at=None, help_asked_at=None):
        raise StateChanged("change")


@transaction.atomic
def list_again(loan: Loan, *, by: User) -> None:
    """Let others have what is back. Said twice, it counts once.

    Raises `LendingOff`, `NotYours`, `StateChanged` where it isn't back, and `TooManyThings`.
    """
    check_on()
    if not is_owner(loan, by):
        raise NotYours
    thing = Thing.objects.select_for_update(no_key=True).get(pk=loan.thing.pk)
    rows = Loan.objects.filter(pk=loan.pk, state=LoanState.BACK)
    if rows.filter(listed_again_at=None).update(listed_again_at=Now()):
        put_back(thing, loan.request.many)
    elif not rows.exists():
        raise StateChanged("list_again")


@transaction.atomic
def ask_for_help(loan: Loan, *, by: User) -> None:
    """Its owner wants a coordinator to help, once its day is over. Raises `NotYours`, and `StateChanged`."""
    if not is_owner(loan, by):
        raise NotYours
    late = Loan.objects.out().filter(pk=loan.pk, back_by__lt=clock.today_in_query())
    if not late.update(help_asked_at=Now()):
        raise StateChanged("ask_for_help")


@transaction.atomic
def settle_help(thing: Thing, *, by: User) -> int:
    """A coordinator has helped with what is lent of this thing; return with how many loans."""
    settled = Loan.objects.help_asked().filter(request__thing=thing).update(help_asked_at=None)
    write_history(thing, by=by, changed=["help"])
    return settled


@transaction.atomic
def remind(loan: Loan) -> bool:
    """Remind both, the day before; whether that was still to be done. Idempotent."""
    tomorrow = clock.today() + timedelta(days=1)
    due = Loan.objects.out().filter(pk=loan.pk, back_by__lte=tomorrow, reminded_at=None)
    if not due.update(reminded_at=Now()):
        return False
    _tell_both("loan_due", loan)
    return True


@transaction.atomic
def remind_again(loan: Loan) -> bool:
    """Remind both once more, the day after; whether that was still to be done. Idempotent."""
    late = Loan.objects.out().filter(
        pk=loan.pk, back_by__lt=clock.today_in_query(), overdue_at=None
    )
    if not late.update(overdue_at=Now(), reminded_at=Now()):
        return False
    _tell_both("loan_late", loan)
    return True


def leave_loans_of(user: User) -> int:
    """The owner leaves: who borrowed something reads that they may keep it; return how many loans end."""
    loans = Loan.objects.out().filter(request__thing__owner=user)
    ended = 0
    for loan in loans.select_related("request__need__ask").order_by("pk"):
        rows = Loan.objects.filter(pk=loan.pk)
        if apply_transition(rows, LOAN_TRANSITIONS["leave"], ended_at=Now()):
            tell_asker("loan_owner_left", loan.request, about_id=loan.pk)
            ended += 1
    return ended


def _tell_both(kind: str, loan: Loan) -> None:
    day = f"{loan.back_by:%Y%m%d}"
    if loan.thing.owner:
        key = f"{kind}_owner:{loan.pk}:{day}"
        enqueue(f"{kind}_owner", about_id=loan.pk, to=loan.thing.owner, key=key)
    key = f"{kind}_borrower:{loan.pk}:{day}"
    tell_asker(f"{kind}_borrower", loan.request, about_id=loan.pk, key=key)
