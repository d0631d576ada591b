"""Propose to wind down, agree as the second person, call it off: with the sweep, all that writes it."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Min, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mutualaid import clock
from mutualaid.admin.history import write_history
from mutualaid.decisions.members import members_decide
from mutualaid.ending import notices
from mutualaid.ending.models import WindingDown
from mutualaid.group.actions import change_group
from mutualaid.group.current import read_group
from mutualaid.local_time import format_day
from mutualaid.people import decisions
from mutualaid.people.models import User
from mutualaid.people.roles import DECIDE
from mutualaid.policy.actions import change_policy
from mutualaid.policy.current import read_policy
from mutualaid.record.entries import EntryKind, Facts, append, register_kind
from mutualaid.transitions import StateChanged

NOTICE_DAYS = 7
"""So long everyone knows of it before anything is closed: from the agreement. Assumed, not measured."""
COPY_DAYS = 7
"""So long at least lies between closing and erasing, to keep copies. Assumed, not measured."""
MOST_DAYS = 180
"""The latest day to erase, from the proposal on. Assumed, not measured."""
PAUSE = {"asking_paused": True, "asking_paused_words": "", "asking_paused_until": None}
"""Of the policy. Without words of its own the page for asking says that the group winds down."""


class NotAllowed(Exception):
    """Not one of those who decide, or no second person."""


class OnlyADemo(Exception):
    """Whoever tries out the demo would end it for everyone who comes after them."""


class ProposedAlready(Exception):
    """A proposal waits, or the group winds down already."""


class DecidedByMembers(Exception):
    """Where the group decides together its members decide about its end, and no two people alone."""


class WrongDays(Exception):
    """One of the two days is too early or too late; `field` says which: "closes_on" or "erases_on".

    `earliest` and `latest` are the days between which it may be.
    """

    def __init__(self, field: str, earliest: date, latest: date) -> None:
        super().__init__(field)
        self.field, self.earliest, self.latest = field, earliest, latest


def bounds_of_days(
    closes_on: date | None = None, *, decided_in: timedelta = timedelta(0)
) -> dict[str, tuple[date, date]]:
    """Return {field: (earliest, latest)} of both days, those of "erases_on" for this day of closing.

    `decided_in`: so long it takes until it is decided.
    """
    today = clock.today()
    latest = today + timedelta(days=MOST_DAYS)
    gap = timedelta(days=COPY_DAYS)
    earliest = today + decided_in + timedelta(days=NOTICE_DAYS)
    return {
        "closes_on": (earliest, latest - gap),
        "erases_on": (max(closes_on or earliest, earliest) + gap, latest),
    }


@transaction.atomic
def propose(*, by: User, closes_on: date, erases_on: date) -> WindingDown:
    """Propose to wind the group down; it waits for a second person, and all others who decide are told.

    It can be agreed to for `decisions.DAYS`, and not so late that fewer than `NOTICE_DAYS` are left until
    `closes_on`. What the group says of it is its text `winding_down`.

    Raises `OnlyADemo`, `NotAllowed` for whoever does not decide, `DecidedByMembers`, `WrongDays`, and
    `ProposedAlready`.
    """
    _check_decides(by)
    _check_takes_two()
    winding = _create(by, closes_on, erases_on)
    write_history(winding, by=by, words="winding down: proposed")
    _note("ending.proposed", winding, by)
    notices.tell_deciders(notices.PROPOSED, winding, by=by)
    return winding


@transaction.atomic
def agree(winding: WindingDown, *, by: User | None) -> None:
    """Agree as the second person: from now on asking is paused, and the sweep tells everyone.

    All others who decide are told at once.

    `by` is None for who keeps the server, whose agreement counts where no second person decides.

    Raises `NotAllowed` for whoever proposed it or does not decide, where whoever proposed it does not decide
    any more, and without `by` where someone else could agree; `DecidedByMembers`; `StateChanged` where it
    waits no longer. Of two who agree at once the first does it, and the other gets `StateChanged`.
    """
    proposer = winding.proposed_by
    if proposer is None or by == proposer:
        raise NotAllowed
    _check_decides(proposer)
    if by:
        _check_decides(by)
    elif second_people(winding).exists():
        raise NotAllowed
    _check_takes_two()
    _begin(winding, by=by)


@transaction.atomic
def begin_as_decided(*, proposed_by: User | None, closes_on: date, erases_on: date) -> None:
    """Wind the group down as its members have decided: their decision stands for the two people.

    A proposal that waits for a second person ends. All who decide are told at once, and any one of them can
    still call it off. Raises `OnlyADemo`, `WrongDays`, and `ProposedAlready` where the group winds down.
    """
    WindingDown.objects.live().filter(agreed_at=None).update(called_off_at=Now())
    _begin(_create(proposed_by, closes_on, erases_on), by=None)


def _create(by: User | None, closes_on: date, erases_on: date) -> WindingDown:
    """Raises `OnlyADemo`, `WrongDays` and `ProposedAlready`."""
    if settings.DEMO:
        raise OnlyADemo
    days = {"closes_on": closes_on, "erases_on": erases_on}
    for field, (earliest, latest) in bounds_of_days(closes_on).items():
        if not earliest <= days[field] <= latest:
            raise WrongDays(field, earliest, latest)
    _end_what_ran_out()
    try:
        with transaction.atomic():
            winding = WindingDown.objects.create(
                proposed_by=by, expires_at=_expires_at(closes_on), **days
            )
    except IntegrityError as error:
        raise ProposedAlready from error
    winding.refresh_from_db()
    return winding


def _begin(winding: WindingDown, *, by: User | None) -> None:
    """Pause asking, let every page say until when, and tell all who decide. Raises `StateChanged`."""
    policy = read_policy()
    before = {name: getattr(policy, name) for name in PAUSE}
    if until := before["asking_paused_until"]:
        before["asking_paused_until"] = until.isoformat()
    waiting = WindingDown.objects.waiting().filter(pk=winding.pk)
    if waiting.update(agreed_by=by, agreed_at=Now(), asking_before=before) != 1:
        raise StateChanged("agree")
    winding.refresh_from_db()
    change_policy(by=by, changes=PAUSE)
    began_on = read_group().began_on or first_day()
    change_group(by=by, changes={"began_on": began_on, "ends_on": winding.erases_on})
    if by:
        write_history(winding, by=by, words="winding down: agreed")
    _note("ending.agreed", winding, by)
    notices.tell_deciders(notices.AGREED, winding, by=by)


@transaction.atomic
def call_off(winding: WindingDown, *, by: User) -> None:
    """Take a proposal back or say no to it, or let the group go on: one of those who decide is enough.

    Asking is as it was before. All others who decide are told at once, and the sweep tells everyone who was
    told that the group goes on.

    Raises `NotAllowed` for whoever does not decide, and `StateChanged` where it has been called off already,
    has run out, or erasing has begun.
    """
    _check_decides(by)
    still = Q(agreed_at__isnull=False) | Q(expires_at__gt=Now())
    live = WindingDown.objects.live().filter(still, pk=winding.pk, erasing_at=None)
    if live.update(called_off_by=by, called_off_at=Now()) != 1:
        raise StateChanged("call off")
    winding.refresh_from_db()
    if winding.agreed_at:
        change_policy(by=by, changes=_asking_before(winding))
        change_group(by=by, changes={"ends_on": None})
    write_history(winding, by=by, words="winding down: called off")
    _note("ending.called_off", winding, by)
    notices.tell_deciders(notices.CALLED_OFF, winding, by=by)


def second_people(winding: WindingDown) -> QuerySet[User]:
    """Return who could agree to it: those who decide, but for whoever proposed it."""
    return User.objects.deciders().exclude(pk__in=[winding.proposed_by_id])


def decides(user: User) -> bool:
    """Whether they may propose it, agree to what someone else proposed, and call it off."""
    return user.has_perm(DECIDE)


def may_agree(winding: WindingDown, user: User) -> bool:
    """Whether a page shows them the button to agree; `agree` decides."""
    return winding.is_waiting and winding.proposed_by_id not in (None, user.pk) and decides(user)


def first_day() -> date | None:
    """Return the day of the first account, as the day on which the group began; None without any."""
    first = User.objects.aggregate(first=Min("created_at"))["first"]
    return timezone.localdate(first) if first else None


def _note(kind: str, winding: WindingDown, by: User | None) -> None:
    """Write a step into the record."""
    facts = {name: getattr(winding, name).isoformat() for name in ("closes_on", "erases_on")}
    append(kind, facts, people={"by": by.pk} if by else {})


def _check_decides(user: User) -> None:
    """Raises `NotAllowed`. With the roles that they have now."""
    if not decides(User.objects.get(pk=user.pk)):
        raise NotAllowed


def _check_takes_two() -> None:
    """Raises `DecidedByMembers`."""
    if members_decide():
        raise DecidedByMembers


def _end_what_ran_out() -> None:
    live = WindingDown.objects.live().filter(agreed_at=None, expires_at__lte=Now())
    live.update(called_off_at=Now())


def _expires_at(closes_on: date) -> datetime:
    """The end of the last day that leaves `NOTICE_DAYS`, or earlier."""
    too_late = datetime.combine(closes_on - timedelta(days=NOTICE_DAYS - 1), time.min)
    usual = clock.now() + timedelta(days=decisions.DAYS)
    return min(usual, timezone.make_aware(too_late))


def _asking_before(winding: WindingDown) -> dict[str, object]:
    """What comes back: nothing where someone has changed the pause since, for they meant it."""
    policy = read_policy()
    is_ours = all(getattr(policy, name) == value for name, value in PAUSE.items())
    before = dict(winding.asking_before) if is_ours else {}
    if until := before.get("asking_paused_until"):
        before["asking_paused_until"] = date.fromisoformat(until)
    return before


def _days_in_words(facts: Facts) -> Mapping[str, object]:
    return {name: format_day(date.fromisoformat(str(day))) for name, day in facts.items()}


for name, sentence in {
    "ending.proposed": _(
        "It was proposed to wind down. What is open would close on {closes_on}, and everything would be"
        " erased on {erases_on}."
    ),
    "ending.agreed": _(
        "Two people agreed to wind down. What is open closes on {closes_on}, and everything is erased on"
        " {erases_on}."
    ),
    "ending.called_off": _("Winding down was called off. Our group goes on."),
}.items():
    register_kind(
        EntryKind(
            name,
            sentence,
            facts=("closes_on", "erases_on"),
            people=("by",),
            displayed=_days_in_words,
        )
    )
