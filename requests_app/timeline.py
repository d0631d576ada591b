"""What happened to a need, in the words of the neighbour's page."""

from datetime import datetime
from typing import Literal, NamedTuple

from django.utils.translation import gettext_lazy

from mutualaid.people.models import display_name
from requests_app.models import Need
from requests_app.states import ClaimState, NeedState

SAID = {
    "post": gettext_lazy("You asked."),
    "publish": gettext_lazy("A coordinator read it. We are looking for somebody."),
    "claim": gettext_lazy("Somebody said yes."),
    "assign": gettext_lazy("A coordinator found somebody."),
    "release": gettext_lazy("That person cannot come after all. We are looking for somebody else."),
    "deliver": gettext_lazy("The person who helps says it is done."),
    "not_arrived": gettext_lazy("You said it did not arrive. We are looking for somebody else."),
    "confirm": gettext_lazy("You said it arrived."),
    "withdraw": gettext_lazy("You took it back."),
    "close": gettext_lazy("A coordinator closed it."),
}


class Line(NamedTuple):
    at: datetime
    words: str


def timeline(need: Need) -> list[Line]:
    """The history of a need, oldest first, without names."""
    return [Line(event.at, str(SAID[event.action])) for event in need.events.all()]


WAY = (
    (NeedState.TRIAGE, gettext_lazy("You asked")),
    (NeedState.OPEN, gettext_lazy("We look for somebody")),
    (NeedState.CLAIMED, gettext_lazy("Somebody comes")),
    (NeedState.DELIVERED, gettext_lazy("The help arrives")),
)


class Stop(NamedTuple):
    words: str
    place: Literal["behind", "here", "ahead"]


def way(need: Need) -> list[Stop]:
    """The stops of a live need, for the drawing on its page; none once it is closed."""
    states = [state for state, _words in WAY]
    if need.state not in states:
        return []
    here = states.index(NeedState(need.state))
    places = ["behind"] * here + ["here"] + ["ahead"] * (len(WAY) - here - 1)
    return [Stop(str(words), place) for (_state, words), place in zip(WAY, places, strict=True)]  # type: ignore[arg-type]


def coming(need: Need) -> str:
    """The name of the volunteer who is on her way, or nothing."""
    if need.state != NeedState.CLAIMED:
        return ""
    claim = need.claims.filter(state=ClaimState.CLAIMED).select_related("volunteer").first()
    return display_name(claim.volunteer) if claim else ""
