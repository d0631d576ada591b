"""What happened to a need, in the words of the neighbour's page."""

from datetime import datetime
from typing import Literal, NamedTuple

from django.utils.translation import gettext_lazy

from requests_app.models import Need, NeedEvent
from requests_app.states import NeedState

SAID = {
    "post": gettext_lazy("You asked."),
    "publish": gettext_lazy("A coordinator read it. We are looking for somebody."),
    "no_answer": gettext_lazy("We tried to reach you and could not. We try again."),
    "hold": gettext_lazy("We wait with it until the day that was agreed."),
    "refer": gettext_lazy("We passed it on to others who can help, and ask them how it went."),
    "resume": gettext_lazy("We are looking for somebody again."),
    "merge": gettext_lazy("We look after it together with another ask for the same."),
    "unmerge": gettext_lazy("We look after it by itself again."),
    "set_helper_count": gettext_lazy("We look for another number of helpers."),
    "split": gettext_lazy("We made one task of each thing you need."),
    "claim": gettext_lazy("Somebody said yes."),
    "assign": gettext_lazy("A coordinator found somebody."),
    "reassign": gettext_lazy("Somebody else comes instead."),
    "release": gettext_lazy("That person cannot come after all. We are looking for somebody else."),
    "cancel_helper": gettext_lazy("You asked for somebody else. We are looking."),
    "no_show": gettext_lazy("Nobody came. We are sorry, and look for somebody else."),
    "contact": gettext_lazy("That person got in touch with you."),
    "schedule": gettext_lazy("You agreed on a day."),
    "lapse": gettext_lazy(
        "We did not hear from that person in time. We are looking for somebody else."
    ),
    "deliver": gettext_lazy("The person who helps says it is done."),
    "extend": gettext_lazy("You still need it. We keep looking."),
    "expire": gettext_lazy("We found nobody in time."),
    "close_unconfirmed": gettext_lazy("You did not say whether it arrived."),
    "not_arrived": gettext_lazy("You said it did not arrive. We are looking for somebody else."),
    "need_more": gettext_lazy("Part of it arrived. We are looking for more help."),
    "confirm": gettext_lazy("You said it arrived."),
    "change": gettext_lazy("You changed what you told us."),
    "reread": gettext_lazy("A coordinator reads it once more."),
    "withdraw": gettext_lazy("You took it back."),
    "close": gettext_lazy("A coordinator closed it."),
    "reopen": gettext_lazy("It was closed by mistake. It goes on as before."),
}


NOT_BY_THE_NEIGHBOUR = {
    "extend": gettext_lazy("Its day came. We keep looking a little longer, and ask you about it."),
    "change": gettext_lazy("A coordinator changed something in it."),
    "withdraw": gettext_lazy("It was taken back."),
}
"""The same, where the site or a coordinator did it."""


class Line(NamedTuple):
    at: datetime
    words: str


def timeline(need: Need) -> list[Line]:
    """The history of a need, oldest first, without names."""
    return [Line(event.at, _said(event)) for event in need.events.all()]


def _said(event: NeedEvent) -> str:
    is_own = event.actor_kind == NeedEvent.Kind.NEIGHBOUR
    said = SAID if is_own else SAID | NOT_BY_THE_NEIGHBOUR
    return str(said[event.action])


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
