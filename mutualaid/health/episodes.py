"""Episodes in which something stands still: of all who notice it, one tells the group, and not twice.

An episode is told once it has lasted for `PATIENCE`, for a site that starts has no heartbeats yet; once
more after `REMIND_AFTER`; and when it is over. Whoever tells has `LEASE` for it: then another one may.
"""

from collections.abc import Callable
from datetime import timedelta
from enum import Enum

from django.db.models import F
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
    elif live.exists():
        live.exclude(checks=" ".join(broken)).update(checks=" ".join(broken))
    else:
        alarm = Alarm(checks=" ".join(broken), next_at=Now() + PATIENCE)
        Alarm.objects.bulk_create([alarm], ignore_conflicts=True)
    for alarm in Alarm.objects.filter(next_at__lte=Now()):
        _tell(alarm, tell)


def word_of(alarm: Alarm) -> Word:
    if not alarm.is_open:
        return Word.WORKS_AGAIN
    return Word.STILL if alarm.told else Word.STANDS_STILL


def _tell(alarm: Alarm, tell: Tell) -> None:
    this = Alarm.objects.filter(pk=alarm.pk)
    is_ours = this.filter(next_at__lte=Now()).update(next_at=Now() + LEASE)
    if not is_ours or not tell(word_of(alarm), alarm):
        return  # after the lease it is due again
    told = {"told": F("told") + 1}
    if not alarm.is_open:
        this.update(next_at=None, **told)
    elif alarm.told:
        this.filter(is_open=True).update(next_at=None, **told)
    elif not this.filter(is_open=True).update(next_at=Now() + REMIND_AFTER, **told):
        this.update(next_at=Now(), **told)  # it ended while it was told: that is to be told too
