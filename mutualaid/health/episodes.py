"""Episodes in which something stands still: of all who notice it, one tells the group, and not twice.

An episode is told once it has lasted for `PATIENCE`, for a site that starts has no heartbeats yet; once
more after `REMIND_AFTER`, or before when something else breaks too; and when it is over. What comes and goes
is told once in an episode. Whoever tells has `LEASE` for it: then another one may.
"""

from collections.abc import Callable
from datetime import timedelta
from enum import Enum

from django.db.models import Case, F, Q, When
from django.db.models.functions import Now

from mutualaid.health.models import Alarm

PATIENCE = timedelta(minutes=2)
REMIND_AFTER = timedelta(hours=6)
LEASE = timedelta(minutes=5)


class Word(Enum):
    """What an episode has to say just now."""

    STANDS_STILL = "stands still"
    STILL = "still"
    WORKS_AGAIN = "works again"


Tell = Callable[[Word, Alarm], bool]
"""Tells the group; returns whether anyone took it."""


def note(broken: list[str], tell: Tell) -> None:
    """Write down which checks are broken now, and tell what is due. Safe to be called by many at once."""
    live = Alarm.objects.filter(is_open=True)
    if not broken:
        over = {"is_open": False, "ended_at": Now()}
        live.filter(told=0).update(**over, next_at=None)
        live.update(**over, next_at=Now())
    elif alarm := live.first():
        _add(alarm, broken)
    else:
        alarm = Alarm(checks=" ".join(broken), next_at=Now() + PATIENCE)
        Alarm.objects.bulk_create([alarm], ignore_conflicts=True)
    for alarm in Alarm.objects.filter(next_at__lte=Now()):
        _tell(alarm, tell)


def _add(alarm: Alarm, broken: list[str]) -> None:
    """Let what has not been broken yet in this episode be told as well."""
    held = alarm.checks.split()
    more = [name for name in broken if name not in held]
    soon = Now() + PATIENCE
    is_later = Q(next_at=None) | Q(next_at__gt=soon)
    if more:
        Alarm.objects.filter(pk=alarm.pk, is_open=True, checks=alarm.checks).update(
            checks=" ".join([*held, *more]),
            next_at=Case(When(is_later, then=soon), default=F("next_at")),
        )


def word_of(alarm: Alarm) -> Word:
    if not alarm.is_open:
        return Word.WORKS_AGAIN
    return Word.STILL if alarm.told else Word.STANDS_STILL


def _tell(alarm: Alarm, tell: Tell) -> None:
    this = Alarm.objects.filter(pk=alarm.pk)
    is_ours = this.filter(next_at__lte=Now()).update(next_at=Now() + LEASE)
    if not is_ours or not tell(word_of(alarm), alarm):
        return  # after the lease it is due again
    is_last = alarm.told or not alarm.is_open
    told = {"told": F("told") + 1}
    as_told = this.filter(is_open=alarm.is_open, checks=alarm.checks)
    if not as_told.update(next_at=None if is_last else Now() + REMIND_AFTER, **told):
        this.update(
            next_at=Now(), **told
        )  # meanwhile it ended, or more broke: that is to be told too
