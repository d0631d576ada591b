"""Put needs aside until a day, when no one can be looked for just now, and take them up again."""

from collections.abc import Collection, Iterable
from datetime import date

from django.db import transaction
from django.db.models import Case, F, Value, When

from mutualaid.catalog.models import Category
from mutualaid.notify.outbox import HeldBatch
from mutualaid.transitions import StateChanged
from requests_app.actions.sending import announce_all, open_until
from requests_app.lifecycle.actors import SITE, Actor
from requests_app.lifecycle.transitions import (
    apply_need_transition_to_all,
    lock_needs,
    needs_in_parts,
)
from requests_app.models import Claim, Need
from requests_app.states import NeedState


def mark_unreachable(need: Need, *, until: date, by: Actor) -> None:
    """Put a need aside because the neighbour could not be reached; on that day a coordinator tries again.

    Raises `StateChanged` if someone has claimed it, or if it does not wait for a helper any more.
    """
    _put_aside_one(need, "no_answer", until, by)


def hold_need(need: Need, *, until: date, by: Actor) -> None:
    """Put a need aside until a day on which it opens again by itself.

    Raises `StateChanged` as `mark_unreachable` does.
    """
    _put_aside_one(need, "hold", until, by)


def refer_need(need: Need, *, until: date, by: Actor) -> None:
    """Put a need aside because it was passed on to others; on that day a coordinator asks how it went.

    Raises `StateChanged` as `mark_unreachable` does.
    """
    _put_aside_one(need, "refer", until, by)


def wait_longer(need: Need, *, until: date) -> None:
    """Move the day on which a coordinator asks how it went with a need that was passed on.

    Does nothing if it is not passed on any more.
    """
    Need.objects.filter(pk=need.pk, state=NeedState.REFERRED).update(aside_until=until)


def put_aside(needs: Iterable[Need], action: str, *, until: date, by: Actor) -> list[Need]:
    """Put aside those of several needs that may be, in a few queries for many; returns them.

    `action` is "no_answer", "hold" or "refer", as `mark_unreachable`, `hold_need` and `refer_need` do it.
    """
    return [need for part in needs_in_parts(needs) for need in _put_aside(part, action, until, by)]


def resume_need(need: Need, *, by: Actor = SITE) -> None:
    """Open a need that was put aside, for as long as a new one.

    Raises `StateChanged` if it is not put aside any more.
    """
    if not _resume([need], by):
        raise StateChanged("resume")


def resume_needs(needs: Iterable[Need], *, by: Actor, batch: HeldBatch | None = None) -> list[Need]:
    """Do what `resume_need` does for those of several needs that are put aside; returns them.

    In a `batch` no one hears of them yet, and it can be undone: see `undo_step`.
    """
    return [need for part in needs_in_parts(needs) for need in _resume(part, by, batch)]


def _put_aside_one(need: Need, action: str, until: date, by: Actor) -> None:
    if not _put_aside([need], action, until, by):
        raise StateChanged(action)


@transaction.atomic
def _put_aside(needs: Collection[Need], action: str, until: date, by: Actor) -> list[Need]:
    lock_needs(needs)
    claimed = set(Claim.objects.live().filter(need__in=needs).values_list("need", flat=True))
    free = [need for need in needs if need.pk not in claimed]
    return apply_need_transition_to_all(free, action, by=by, aside_until=until)


@transaction.atomic
def _resume(needs: Collection[Need], by: Actor, batch: HeldBatch | None = None) -> list[Need]:
    resumed = apply_need_transition_to_all(needs, "resume", by=by, batch=batch, warned_at=None)
    categories = Category.objects.in_bulk({need.category_id for need in resumed})
    as_new = [When(category=pk, then=Value(open_until(one))) for pk, one in categories.items()]
    without_day = Need.objects.filter(pk__in=[need.pk for need in resumed], needed_by=None)
    without_day.update(open_until=Case(*as_new, default=F("open_until")))
    announce_all(resumed, batch)
    return resumed
