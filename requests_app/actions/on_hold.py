"""When nobody can be looked for just now: put aside until a day, or kept together with its double."""

from datetime import date

from django.db import transaction

from requests_app.actions.posting import announce, open_until
from requests_app.lifecycle.actors import SITE, Actor
from requests_app.lifecycle.transitions import StateChanged, hold, move_need
from requests_app.models import Need


@transaction.atomic
def say_no_answer(need: Need, *, until: date, by: Actor) -> None:
    """The neighbour could not be reached; on that day a coordinator tries again."""
    _put_aside(need, "no_answer", until, by)


@transaction.atomic
def hold_need(need: Need, *, until: date, by: Actor) -> None:
    """Wait with it; on that day it opens again by itself."""
    _put_aside(need, "hold", until, by)


@transaction.atomic
def refer_need(need: Need, *, until: date, by: Actor) -> None:
    """It was passed on to others; on that day a coordinator asks whether it worked."""
    _put_aside(need, "refer", until, by)


@transaction.atomic
def resume_need(need: Need, *, by: Actor = SITE) -> None:
    """Look for somebody again, for as long as for a new need."""
    until = open_until(need.category, need.needed_by)
    move_need(need, "resume", by=by, expires_at=until, warned_at=None)
    announce(need)


@transaction.atomic
def merge_need(need: Need, *, into: Need, by: Actor) -> None:
    """The same was asked twice: from now on both share one fate. Nothing is rejected or lost.

    Links and looks of both go on. Raises `StateChanged` where somebody is at work on `need` already,
    or where `into` is closed or `need` itself.
    """
    into = into.leading
    for one in sorted((need, into), key=lambda row: row.pk):  # so that nobody waits in a ring
        hold(one)
    at_work = need.claims.filling().exists()
    if at_work or into == need or not into.is_live:
        raise StateChanged("merge")
    move_need(need, "merge", by=by, merged_into=into)
    need.merged.update(merged_into=into)


@transaction.atomic
def unmerge_need(need: Need, *, by: Actor) -> None:
    """They were not the same after all: it is open again, by itself."""
    move_need(need, "unmerge", by=by, merged_into=None)
    announce(need)


def _put_aside(need: Need, action: str, until: date, by: Actor) -> None:
    hold(need)
    if need.claims.live().exists():
        raise StateChanged(action)
    move_need(need, action, by=by, aside_until=until)
