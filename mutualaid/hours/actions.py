"""What people do with a note of hours. Each is one transaction, with its messages."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from mutualaid import clock
from mutualaid.hours.durations import AN_HOUR, BETWEEN
from mutualaid.hours.models import MOST_MINUTES, HourNote
from mutualaid.hours.notifications import tell_who_answers
from mutualaid.hours.rules import can_answer, can_be_noted_with, day_of, receiver_of
from mutualaid.hours.states import NOTE_TRANSITIONS
from mutualaid.people.models import User
from mutualaid.policy.current import read_policy
from mutualaid.transitions import StateChanged, apply_transition
from requests_app.models import Claim
from requests_app.states import ClaimState

NOTED_DAYS = 60
"""So long after a day its hours can be noted. Assumed, not measured (ADR 112)."""


class HoursOff(Exception):
    """The group does not note hours, or no longer."""


class NotForYou(Exception):
    """They may not note hours with this person, or not answer this note."""


class NotedAlready(Exception):
    """The hours of this help are noted, or a note to this person waits for an answer."""


@transaction.atomic
def propose(*, giver: User, receiver: User, minutes: int, day: date, by: User) -> HourNote:
    """Note that one gave hours to the other; `by`, one of the two, and the other is asked.

    Raises `HoursOff`, `NotForYou` where one of them is new here, blocked or has left, or both are the same,
    `NotedAlready` while such a note waits, and `ValidationError` for minutes or a day that can't be.
    """
    if by not in (giver, receiver) or giver == receiver:
        raise NotForYou
    _check_on()
    _check_day(day)
    _lock(giver.pk, receiver.pk)
    if not (can_be_noted_with(giver) and can_be_noted_with(receiver)):
        raise NotForYou
    return _write(
        HourNote(giver=giver, receiver=receiver, minutes=minutes, day=day, proposed_by=by)
    )


@transaction.atomic
def propose_for_help(claim: Claim, *, minutes: int, by: User) -> HourNote:
    """Note how long a help took that arrived; `by` gave it, or received it with an account.

    The other is asked. For a neighbour without an account, and for something sensitive, the commons receive
    it, and a coordinator is asked who did not give it. Raises `HoursOff`, `NotForYou` where it was no help of
    theirs or did not arrive, `NotedAlready`, and `ValidationError` for minutes that can't be, or where it is
    too long ago.
    """
    _check_on()
    found = Claim.objects.select_related("need__ask", "volunteer")
    claim = found.get(pk=claim.pk)
    receiver_id = receiver_of(claim)
    if claim.state != ClaimState.CONFIRMED or by.pk not in (claim.volunteer_id, receiver_id):
        raise NotForYou
    if claim.need.erased_at or claim.volunteer_id == receiver_id:
        raise NotForYou
    day = day_of(claim)
    _check_day(day)
    _lock(claim.volunteer_id, receiver_id)
    return _write(
        HourNote(
            giver_id=claim.volunteer_id,
            receiver_id=receiver_id,
            minutes=minutes,
            day=day,
            claim=claim,
            proposed_by=by,
        )
    )


@transaction.atomic
def agree(note: HourNote, *, by: User) -> HourNote:
    """Let a note count, or let it be a gift where it would pass the limit of one of the two.

    Both accounts are locked, the one with the lower id first: so balances are read and moved by one after the
    other, and no two wait for each other. Raises `HoursOff`, `NotForYou` where `by` is not the one who is
    asked, and `StateChanged` where it is answered, or waits no longer.
    """
    _check_on()
    _lock(note.giver_id, note.receiver_id)
    if not can_answer(note, by):
        raise NotForYou
    changed = apply_transition(
        HourNote.objects.waiting().filter(
            pk=note.pk, giver=note.giver_id, receiver=note.receiver_id
        ),
        NOTE_TRANSITIONS["agree"],
        agreed_by=by,
        agreed_at=Now(),
        is_gift=_would_pass_limit(note),
    )
    if changed != 1:
        raise StateChanged("agree")
    note.refresh_from_db()
    return note


@transaction.atomic
def decline(note: HourNote, *, by: User) -> None:
    """Say that a note is not right. Nothing moves. Also where hours are switched off by now.

    Raises `NotForYou` where `by` is not the one who is asked, and `StateChanged` where it is answered.
    """
    if not can_answer(note, by):
        raise NotForYou
    _end(note, "decline")


@transaction.atomic
def take_back(note: HourNote, *, by: User) -> None:
    """Take back one's own note. Raises `NotForYou` for one of someone else, and `StateChanged`."""
    if note.proposed_by_id != by.pk:
        raise NotForYou
    _end(note, "take_back")


def lapse(note: HourNote) -> bool:
    """End a note that no one answered in time; whether it was. Idempotent."""
    rows = HourNote.objects.overdue().filter(pk=note.pk)
    return apply_transition(rows, NOTE_TRANSITIONS["lapse"], ended_at=Now()) == 1


def _would_pass_limit(note: HourNote) -> bool:
    """Whether one of the two would be further from zero than the limit now; the commons have none."""
    limit = read_policy().hours_limit * AN_HOUR
    balance_of = HourNote.objects.balance_of
    gave_too_much = note.giver_id and balance_of(note.giver_id) + note.minutes > limit
    got_too_much = note.receiver_id and balance_of(note.receiver_id) - note.minutes < -limit
    return bool(gave_too_much or got_too_much)


def _check_on() -> None:
    if not read_policy().counts_hours:
        raise HoursOff


def _check_day(day: date) -> None:
    today = clock.today()
    if day > today:
        raise ValidationError({"day": _("This day is still to come.")})
    if day < today - timedelta(days=NOTED_DAYS):
        raise ValidationError({"day": _("This is too long ago to note it now.")})


def _lock(*people: int | None) -> None:
    """Lock these accounts in the order of their ids. Raises `NotForYou` where one is off or has left."""
    pks = {pk for pk in people if pk is not None}
    rows = User.objects.active().filter(pk__in=pks, erased_at=None).order_by("pk")
    if len(rows.select_for_update(no_key=True).values_list("pk")) != len(pks):
        raise NotForYou


def _write(note: HourNote) -> HourNote:
    """Store a new note and tell who answers it; of two at once about the same, the first is stored."""
    if not 1 <= note.minutes <= MOST_MINUTES:
        raise ValidationError({"minutes": BETWEEN})
    try:
        with transaction.atomic():
            note.save(force_insert=True)
    except IntegrityError as error:
        raise NotedAlready from error
    tell_who_answers(note)
    return note


def _end(note: HourNote, action: str) -> None:
    rows = HourNote.objects.filter(pk=note.pk)
    if apply_transition(rows, NOTE_TRANSITIONS[action], ended_at=Now()) != 1:
        raise StateChanged(action)
