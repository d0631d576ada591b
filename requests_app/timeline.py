"""What happened to a need, in the words of the neighbour's page."""

from datetime import datetime
from typing import Literal, NamedTuple

from django.utils.translation import gettext_lazy

from requests_app.models import Claim, Need
from requests_app.states import ON_THE_WAY, NeedState

SAID = {
    "post": gettext_lazy("You asked."),
    "publish": gettext_lazy("A coordinator read it. We are looking for somebody."),
    "claim": gettext_lazy("Somebody said yes."),
    "assign": gettext_lazy("A coordinator found somebody."),
    "release": gettext_lazy("That person cannot come after all. We are looking for somebody else."),
    "contact": gettext_lazy("That person got in touch with you."),
    "schedule": gettext_lazy("You agreed on a day."),
    "lapse": gettext_lazy("That person did not get in touch. We are looking for somebody else."),
    "deliver": gettext_lazy("The person who helps says it is done."),
    "extend": gettext_lazy("You still need it. We keep looking."),
    "expire": gettext_lazy("We found nobody in time."),
    "assume": gettext_lazy("You did not say whether it arrived."),
    "not_arrived": gettext_lazy("You said it did not arrive. We are looking for somebody else."),
    "confirm": gettext_lazy("You said it arrived."),
    "change": gettext_lazy("You changed what you told us."),
    "reread": gettext_lazy("A coordinator reads it once more."),
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


def coming(need: Need) -> Claim | None:
    """The claim of the volunteer who is on her way, if there is one."""
    claims = need.claims.filter(state__in=ON_THE_WAY, need__state=NeedState.CLAIMED)
    return claims.select_related("volunteer").first()
