"""The history of a need as its neighbour reads it, and the stops on its way."""

from datetime import datetime
from typing import Literal, NamedTuple

from django.utils.translation import gettext_lazy

from requests_app.models import Need, NeedEvent
from requests_app.states import NeedState

SENTENCES = {
    "post": gettext_lazy("You asked."),
    "publish": gettext_lazy("A coordinator read it. We're looking for someone."),
    "no_answer": gettext_lazy("We tried to reach you and couldn't. We'll try again."),
    "hold": gettext_lazy("We'll wait with it until the day that was agreed."),
    "refer": gettext_lazy(
        "We passed it on to others who may be able to help. We'll ask them how it went."
    ),
    "resume": gettext_lazy("We're looking for someone again."),
    "merge": gettext_lazy("We look after it together with another ask for the same."),
    "unmerge": gettext_lazy("We're looking after it by itself again."),
    "set_helper_count": gettext_lazy("The number of helpers changed."),
    "split": gettext_lazy("We made one task of each thing you need."),
    "claim": gettext_lazy("Someone said yes."),
    "assign": gettext_lazy("A coordinator found someone."),
    "reassign": gettext_lazy("Someone else is coming instead."),
    "release": gettext_lazy("That person can't come after all. We're looking for someone else."),
    "cancel_helper": gettext_lazy("You asked for someone else. We're looking."),
    "no_show": gettext_lazy("No one came. We're sorry. We're looking for someone else."),
    "contact": gettext_lazy("That person got in touch."),
    "schedule": gettext_lazy("You agreed on a day."),
    "lapse": gettext_lazy(
        "We didn't hear from that person in time. We're looking for someone else."
    ),
    "deliver": gettext_lazy("Your helper says it's done."),
    "extend": gettext_lazy("You still need it. We'll keep looking."),
    "expire": gettext_lazy("We found no one in time."),
    "close_unconfirmed": gettext_lazy("You didn't say if it arrived."),
    "not_arrived": gettext_lazy("You said it didn't arrive. We're looking for someone else."),
    "need_more": gettext_lazy("Part of it arrived. We're looking for someone for the rest."),
    "confirm": gettext_lazy("You said it arrived."),
    "change": gettext_lazy("You changed what you told us."),
    "ask_back": gettext_lazy("We asked you about a detail."),
    "reread": gettext_lazy("A coordinator will read it again."),
    "code": gettext_lazy("A coordinator made a code for you, to read out over the phone."),
    "withdraw": gettext_lazy("You took it back."),
    "close": gettext_lazy("A coordinator closed it."),
    "reopen": gettext_lazy("It was closed by mistake. It's open again."),
    "for_newcomers": gettext_lazy("Someone new to our group may help with it too."),
    "not_for_newcomers": gettext_lazy("Someone new helps with it only if we ask them."),
}
"""What happened, by the action of the event."""

SENTENCES_ABOUT_OTHERS = {
    "extend": gettext_lazy(
        "Its day came. We'll keep looking a little longer, and ask you about it."
    ),
    "change": gettext_lazy("A coordinator changed something."),
    "withdraw": gettext_lazy("It was taken back."),
}
"""The same for what the site, a volunteer or a coordinator did, where it differs."""

STOPS = (
    (NeedState.TRIAGE, gettext_lazy("You asked")),
    (NeedState.OPEN, gettext_lazy("We're looking")),
    (NeedState.CLAIMED, gettext_lazy("Someone is coming")),
    (NeedState.DELIVERED, gettext_lazy("The help arrives")),
)


class Line(NamedTuple):
    at: datetime
    sentence: str


class Stop(NamedTuple):
    label: str
    place: Literal["behind", "here", "ahead"]


def timeline(need: Need) -> list[Line]:
    """The history of a need, oldest first, without names."""
    return [Line(event.at, sentence_of(event)) for event in need.events.all()]


def sentence_of(event: NeedEvent) -> str:
    """What happened, in a sentence to the neighbour."""
    is_own = event.actor_kind == NeedEvent.Kind.NEIGHBOUR
    sentences = SENTENCES if is_own else SENTENCES | SENTENCES_ABOUT_OTHERS
    return str(sentences[event.action])


def stops(need: Need) -> list[Stop]:
    """The four stops of a need with the one where it is; none where it is put aside, merged or closed."""
    states = [state for state, _label in STOPS]
    if need.state not in states:
        return []
    current = states.index(NeedState(need.state))
    return [
        Stop(
            str(label),
            "behind" if place < current else "here" if place == current else "ahead",
        )
        for place, (_state, label) in enumerate(STOPS)
    ]
