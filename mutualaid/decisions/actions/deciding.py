"""What people do about a proposal: open it, and say what they think until its last moment."""

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from mutualaid import clock
from mutualaid.celery import enqueue_on_commit
from mutualaid.decisions.effects import UnknownKind, Values, as_json, kind_named, seal_of
from mutualaid.decisions.members import admissions, has_a_say, members
from mutualaid.decisions.models import (
    Admission,
    Answer,
    Decision,
    NeighbourAnswer,
    NeighbourContact,
    Say,
    Subject,
)
from mutualaid.decisions.models.decision import MOST_OPEN_EACH
from mutualaid.decisions.outcomes import THRESHOLDS
from mutualaid.decisions.record import OPENED
from mutualaid.encryption.fields import Sealed
from mutualaid.encryption.fingerprints import veil
from mutualaid.local_time import format_day
from mutualaid.people.models import User
from mutualaid.policy.current import current_policy
from mutualaid.record.entries import append
from mutualaid.transitions import StateChanged
from requests_app.models import Ask, AskContactPoint

MOST_REVIEW_DAYS = 365
"""So long at most after its last moment the group looks at it again."""
SWEEP = "mutualaid.decisions.tasks.sweep"
AT_ONCE = 500
"""Rows of the list in one INSERT."""


class NotAMember(Exception):
    """They have no say: they are not known to the group, or not here long enough, or not active."""


class TooManyOpen(Exception):
    """They have as many open proposals as one person can have."""


class ProposedAlready(Exception):
    """An open proposal is about one of these values; `decision` is that one, where it is still open."""

    def __init__(self, decision: Decision | None) -> None:
        super().__init__()
        self.decision = decision


class NoSay(Exception):
    """They are not on the list that was made when the proposal was opened."""


class NoReason(Exception):
    """A serious concern needs a reason, for the others to understand it."""


def latest_review(kind: str) -> date:
    """Return the last day on which the group may look again at a proposal of this kind that is opened now.

    Raises `UnknownKind`.
    """
    ends = clock.now() + THRESHOLDS[kind_named(kind).weight].lasts
    return timezone.localdate(ends) + timedelta(days=MOST_REVIEW_DAYS)


def check_review(kind: str, day: date) -> None:
    """Raises `ValidationError` for a day on which it is not decided yet, or more than a year after that.

    Raises `UnknownKind`.
    """
    last = latest_review(kind)
    first = last - timedelta(days=MOST_REVIEW_DAYS - 1)
    if not first <= day <= last:
        days = {"first": format_day(first), "last": format_day(last)}
        raise ValidationError(_("Choose a day from %(first)s to %(last)s."), params=days)


@transaction.atomic
def open_decision(
    kind: str, values: Values, *, by: User, why: str = "", review_on: date | None = None
) -> Decision:
    """Open a proposal. Who has a say in it is written down now, and never changes.

    `values` are as `effects.values_of` gives them, `why` is free text. `review_on` is the day on which the
    group looks at it again, by default the latest one.

    Raises `UnknownKind` where it can't be proposed, `NotAMember`, `TooManyOpen`, `ProposedAlready`, and
    `ValidationError` where the values or the day are not allowed; then nothing is written.
    """
    effect = kind_named(kind)
    if not (current_policy().has_decisions and effect.is_possible()):
        raise UnknownKind(kind)
    values = as_json(values)
    voters = list(members().order_by("pk").values_list("pk", flat=True))
    if by.pk not in voters:
        raise NotAMember
    effect.check(values)
    admitted = list(admissions().order_by("pk").values_list("pk", flat=True))
    threshold = THRESHOLDS[effect.weight]
    now = clock.now()
    decision = Decision(
        kind=kind,
        weight=effect.weight,
        values=values,
        base=effect.base(values),
        why=why,
        opened_by=by,
        slot=_free_slot(by),
        opened_at=now,
        ends_at=now + threshold.lasts,
        list_size=len(voters) + len(admitted),
        admitted=len(admitted),
        needed=threshold.needed(len(voters) + len(admitted)),
        review_on=review_on or latest_review(kind),
    )
    check_review(kind, decision.review_on)
    decision.seal = seal_of(decision)
    _write(decision, effect.subjects_of(values))
    _write_list(decision, voters, admitted)
    append(
        OPENED,
        {
            "decision": decision.pk,
            "kind": kind,
            "weight": decision.weight,
            "list_size": decision.list_size,
            "admitted": decision.admitted,
            "ends": decision.ends_at.date().isoformat(),
            "seal": decision.seal,
        },
        people={"proposer": by.pk},
    )
    enqueue_on_commit(SWEEP)
    return decision


@transaction.atomic
def speak(decision: Decision, *, by: User, answer: str, reason: str = "") -> None:
    """Say what one thinks, or say it anew: the latest counts.

    `answer` is an `Answer`, or "" to take it back. Raises `NoSay` for whoever is not on the list or has no
    account any more, `NoReason` for a concern without one, and `StateChanged` once the last moment is over.
    """
    may_sign_in = User.objects.active().filter(pk=by.pk, erased_at=None)
    if not may_sign_in.exists():
        raise NoSay
    _speak(decision, Q(user=by.pk), answer, reason)


@transaction.atomic
def speak_by_admission(decision: Decision, *, by: Admission, answer: str, reason: str = "") -> None:
    """Do what `speak` does for someone who was admitted by a code.

    Raises what `speak` raises; `NoSay` also where the admission is over or was taken back.
    """
    if not Admission.objects.valid().filter(pk=by.pk).exists():
        raise NoSay
    _speak(decision, Q(admission=by.pk), answer, reason)


@transaction.atomic
def speak_as_neighbour(decision: Decision, *, by: Ask, answer: str, reason: str = "") -> None:
    """Note what a neighbour without an account thinks, who came by the private link of their ask.

    It stands beside and is not counted. Said anew the latest stands, also by another ask with the same phone
    or e-mail; "" takes one's own back. Raises `NoSay` for an ask of an account, one that is erased, or one
    that came after the proposal, `NoReason`, and `StateChanged` once the last moment is over.
    """
    _check_reason(answer, reason)
    _lock_open(decision)
    asks = Ask.objects.filter(account=None, veiled_account="", created_at__lte=decision.opened_at)
    ask = asks.filter(pk=by.pk, erased_at=None).select_for_update().first()
    if ask is None:
        raise NoSay
    NeighbourAnswer.objects.filter(decision=decision, ask=ask).delete()
    if answer:
        _write_beside(decision, ask, answer, reason)


def _write_beside(decision: Decision, ask: Ask, answer: str, reason: str) -> None:
    """Take the place of what was answered with one of these phones and e-mails, by whichever ask.

    Under the lock of this one, so that it is neither veiled nor erased meanwhile.
    """
    stored = AskContactPoint.objects.filter(ask=ask).values_list("fingerprint", flat=True)
    contacts = sorted(stored if ask.veiled else map(veil, stored))
    said_before = NeighbourAnswer.objects.filter(
        decision=decision, contacts__fingerprint__in=contacts
    )
    NeighbourAnswer.objects.filter(pk__in=list(said_before.values_list("pk", flat=True))).delete()
    given = NeighbourAnswer.objects.create(decision=decision, ask=ask, answer=answer, reason=reason)
    NeighbourContact.objects.bulk_create(
        NeighbourContact(neighbour=given, decision=decision, fingerprint=one) for one in contacts
    )


def may_speak_as_neighbour(decision: Decision, ask: Ask) -> bool:
    """Whether a page shows the question to whoever came by the private link of this ask."""
    return (
        decision.is_open
        and ask.account_id is None
        and not ask.veiled_account
        and ask.erased_at is None
        and ask.created_at <= decision.opened_at
    )


def may_open(user: User) -> bool:
    """Whether a page offers them to propose something; `open_decision` decides."""
    return current_policy().has_decisions and has_a_say(user)


def _speak(decision: Decision, whose: Q, answer: str, reason: str) -> None:
    """The last moment is judged in the UPDATE, by the database's clock, however late the sweep is."""
    _check_reason(answer, reason)
    _lock_open(decision)
    say = Say.objects.filter(whose, decision=decision).first()
    if say is None:
        raise NoSay
    column: Any = Say._meta.get_field("reason")
    sealed: Sealed = column.sealed(reason if answer else "", say)
    rows = Say.objects.filter(pk=say.pk, decision__outcome="", decision__ends_at__gt=Now())
    if rows.update(answer=answer, reason=sealed, answered_at=Now() if answer else None) != 1:
        raise StateChanged("speak")


def _lock_open(decision: Decision) -> None:
    """Lock a proposal, so that no answer comes while answers are counted. Raises `StateChanged`."""
    if Decision.objects.open().filter(pk=decision.pk).select_for_update().first() is None:
        raise StateChanged("speak")


def _check_reason(answer: str, reason: str) -> None:
    if answer == Answer.CONCERN and not reason.strip():
        raise NoReason


def _free_slot(user: User) -> int:
    taken = Decision.objects.undecided().filter(opened_by=user).values_list("slot", flat=True)
    free = set(range(1, MOST_OPEN_EACH + 1)) - set(taken)
    if not free:
        raise TooManyOpen
    return min(free)


def _write(decision: Decision, subjects: list[str]) -> None:
    """Store a proposal with what it is about; of two at once about the same the first is stored."""
    try:
        with transaction.atomic():
            decision.save(force_insert=True)
    except IntegrityError as error:
        raise TooManyOpen from error
    try:
        with transaction.atomic():
            Subject.objects.bulk_create(
                Subject(value=value, decision=decision) for value in subjects
            )
    except IntegrityError as error:
        other = Subject.objects.filter(value__in=subjects, decision__isnull=False)
        found = other.select_related("decision").first()
        raise ProposedAlready(found.decision if found else None) from error


def _write_list(decision: Decision, voters: list[int], admitted: list[int]) -> None:
    lines = [Say(decision=decision, user_id=pk) for pk in voters]
    lines += [Say(decision=decision, admission_id=pk) for pk in admitted]
    Say.objects.bulk_create(lines, batch_size=AT_ONCE)
