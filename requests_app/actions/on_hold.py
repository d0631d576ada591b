"""Put a need aside until a day, when no one can be looked for just now, and take it up again."""

from datetime import date

from django.db import transaction

from mutualaid.transitions import StateChanged
from requests_app.actions.sending import announce, open_until
from requests_app.lifecycle.actors import SITE, Actor
from requests_app.lifecycle.transitions import apply_need_transition, lock_need
from requests_app.models import Need


@transaction.atomic
def mark_unreachable(need: Need, *, until: date, by: Actor) -> None:
    """Put a need aside because the neighbour could not be reached; on that day a coordinator tries again.

    Raises `StateChanged` if someone has claimed it, or if it does not wait for a helper any more.
    """
    _put_aside(need, "no_answer", until, by)


@transaction.atomic
def hold_need(need: Need, *, until: date, by: Actor) -> None:
    """Put a need aside until a day on which it opens again by itself.

    Raises `StateChanged` as `mark_unreachable` does.
    """
    _put_aside(need, "hold", until, by)


@transaction.atomic
def refer_need(need: Need, *, until: date, by: Actor) -> None:
    """Put a need aside because it was passed on to others; on that day a coordinator asks how it went.

    Raises `StateChanged` as `mark_unreachable` does.
    """
    _put_aside(need, "refer", until, by)


@transaction.atomic
def resume_need(need: Need, *, by: Actor = SITE) -> None:
    """Open a need that was put aside, for as long as a new one.

    Raises `StateChanged` if it is not put aside any more.
    """
    until = None if need.needed_by else open_until(need.category)
    apply_need_transition(need, "resume", by=by, open_until=until, warned_at=None)
    announce(need)


def _put_aside(need: Need, action: str, until: date, by: Actor) -> None:
    lock_need(need)
    if need.claims.live().exists():
        raise StateChanged(action)
    apply_need_transition(need, action, by=by, aside_until=until)
