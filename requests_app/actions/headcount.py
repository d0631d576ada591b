"""How many helpers a need wants."""

from django.db import transaction

from mutualaid.transitions import StateChanged
from requests_app.actions.sending import announce
from requests_app.lifecycle.actors import Actor
from requests_app.lifecycle.transitions import lock_need, log_event, transition
from requests_app.models import Need
from requests_app.states import ASIDE, WITH_HELPERS, NeedState


class TooFew(Exception):
    """More volunteers have claimed the need already."""


@transaction.atomic
def set_helper_count(need: Need, wanted: int, *, by: Actor) -> None:
    """Change how many helpers a need wants in total, 1 to `MOST_HELPERS`.

    Raises `TooFew` if more have claimed it, and `StateChanged` if it is merged or closed.
    """
    lock_need(need)
    if need.state in (NeedState.TRIAGE, *ASIDE):
        need.helpers_wanted = wanted
        need.save(update_fields=["helpers_wanted"])
        log_event(need, "set_helper_count", by=by)
    elif need.state in WITH_HELPERS:
        with transition(need, "set_helper_count", by=by, helpers_wanted=wanted):
            _renumber_places(need, wanted)
        if need.state == NeedState.OPEN:
            announce(need)
    else:
        raise StateChanged("set_helper_count")


def _renumber_places(need: Need, wanted: int) -> None:
    """Give the claims the first places in their order. Raises `TooFew` if there are more than `wanted`."""
    filling = list(need.claims.filling().order_by("place"))
    if wanted < len(filling):
        raise TooFew
    for place, claim in enumerate(filling, 1):
        need.claims.filter(pk=claim.pk).update(place=place)
