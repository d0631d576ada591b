"""When nobody can be looked for just now: put aside until a day."""

from datetime import date

from django.db import transaction

from mutualaid.transitions import StateChanged
from requests_app.actions.sending import announce, open_until
from requests_app.lifecycle.actors import SITE, Actor
from requests_app.lifecycle.transitions import apply_need_transition, lock_need
from requests_app.models import Need


@transaction.atomic
def mark_unreachable(need: Need, *, until: date, by: Actor) -> None:
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
    until = None if need.needed_by else open_until(need.category)
    apply_need_transition(need, "resume", by=by, open_until=until, warned_at=None)
    announce(need)


def _put_aside(need: Need, action: str, until: date, by: Actor) -> None:
    lock_need(need)
    if need.claims.live().exists():
        raise StateChanged(action)
    apply_need_transition(need, action, by=by, aside_until=until)
