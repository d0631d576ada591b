from django.db import transaction

from mutualaid.transitions import StateChanged
from requests_app.actions.sending import announce
from requests_app.lifecycle.actors import Actor
from requests_app.lifecycle.transitions import lock_need, log_event, transition
from requests_app.models import Need
from requests_app.states import ASIDE, WITH_HELPERS, NeedState


class TooFew(Exception):
    """More helpers than that have taken it on already."""


@transaction.atomic
def set_helper_count(need: Need, wanted: int, *, by: Actor) -> None:
    """Change how many helpers a need wants, all in all. Raises `TooFew` or `StateChanged`."""
    lock_need(need)
    if need.state in (NeedState.TRIAGE, *ASIDE):
        _write_down(need, wanted, by)
    elif need.state in WITH_HELPERS:
        with transition(need, "set_helper_count", by=by, helpers_wanted=wanted):
            _close_ranks(need, wanted)
        if need.state == NeedState.OPEN:
            announce(need)
    else:
        raise StateChanged("set_helper_count")


def _write_down(need: Need, wanted: int, by: Actor) -> None:
    need.helpers_wanted = wanted
    need.save(update_fields=["helpers_wanted"])
    log_event(need, "set_helper_count", by=by)


def _close_ranks(need: Need, wanted: int) -> None:
    """Give those who came the first places, so that the last ones can be given up."""
    filling = list(need.claims.filling().order_by("place"))
    if wanted < len(filling):
        raise TooFew
    for place, claim in enumerate(filling, 1):
        need.claims.filter(pk=claim.pk).update(place=place)
