"""Log the calls that the team makes, and put right whose an ask is that came in on the phone."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from mutualaid.admin.history import write_history
from mutualaid.encryption.fingerprints import veil_account
from mutualaid.notify.outcomes import CallOutcome
from mutualaid.people.models import User
from mutualaid.transitions import StateChanged
from requests_app import rules
from requests_app.actions.claiming import NotForYou
from requests_app.actions.newcomers import note_read
from requests_app.lifecycle.actors import coordinator
from requests_app.lifecycle.transitions import lock_ask
from requests_app.models import Ask, ContactLogEntry


@transaction.atomic
def log_call(ask: Ask, *, outcome: CallOutcome, by: User, next_try: datetime | None = None) -> None:
    """Log a call to the neighbour, and decide by what came of it whether they still wait for one.

    Who was reached waits no longer (`call_back_at`). Who is to be called again at `next_try` waits, since
    now if they did not before. With a wrong number it stays as it was. Raises `NotForYou` for whoever may
    not see the ask, and `Erased`.
    """
    if not rules.asks_of_staff(by).filter(pk=ask.pk).exists():
        raise NotForYou
    lock_ask(ask)
    ContactLogEntry.objects.create(ask=ask, outcome=outcome, next_try=next_try, by=by)
    waiting = Ask.objects.filter(pk=ask.pk)
    if outcome == CallOutcome.REACHED:
        waiting.update(call_back_at=None)
        note_read(ask, by=coordinator(by))
    elif next_try:
        waiting.filter(call_back_at=None).update(call_back_at=Now())


def note_call_of_list(
    outcome: CallOutcome,
    *,
    about: Ask | User,
    by: User,
    next_try: datetime | None = None,
) -> None:
    """Log a call of the call list, about an ask or to someone with an account.

    That they are told something does not end their own waiting for a call.
    """
    whom = {"ask": about} if isinstance(about, Ask) else {"person": about}
    ContactLogEntry.objects.create(outcome=outcome, next_try=next_try, by=by, **whom)


@transaction.atomic
def mark_taken_for_someone(ask: Ask, *, by: User) -> None:
    """Say that an ask of the account of `by` is someone else's, for whom they wrote it down.

    It does not stand on their own page any more, and they are who took it in. Raises `StateChanged` where
    it is not of their account, and `Erased`.
    """
    lock_ask(ask)
    theirs = Ask.objects.filter(Q(account=by) | Q(veiled_account=veil_account(by.pk)), pk=ask.pk)
    if theirs.update(account=None, veiled_account="", taken_in_by=by) != 1:
        raise StateChanged("taken for someone else")
    write_history(ask, by=by, words="not theirs: taken for someone else")
