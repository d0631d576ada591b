"""How a need stands, in a sentence to the neighbour who asked, and what comes next."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from mutualaid.local_time import format_day, format_time
from mutualaid.people.models import display_name
from requests_app.models import Claim, Need, NeedEvent
from requests_app.models.claim import day_in_words, weekday_in_words
from requests_app.pages.timeline import sentence_of
from requests_app.states import ON_THE_WAY, ClaimState, CloseReason, NeedAction, NeedState

SENTENCES: Mapping[NeedState, StrOrPromise] = {
    NeedState.TRIAGE: _("We have it. A coordinator reads it first. Then we'll look for someone."),
    NeedState.NO_ANSWER: _("We tried to reach you and couldn't. We'll try again."),
    NeedState.ON_HOLD: _("We'll wait with it until the day that was agreed."),
    NeedState.REFERRED: _(
        "We passed it on to others who may be able to help. We'll ask them how it went."
    ),
    NeedState.MERGED: _("We look after it together with another ask for the same."),
    NeedState.OPEN: _("We're looking for someone near you. No one has said yes yet."),
    NeedState.CLAIMED: _("Someone is coming."),
    NeedState.DELIVERED: _("Your helper says it's done."),
}

CLOSED_SENTENCES: Mapping[CloseReason, StrOrPromise] = {
    CloseReason.FULFILLED: _("The help arrived."),
    CloseReason.PARTLY: _("Part of it arrived."),
    CloseReason.UNABLE: _("We couldn't find anyone who could do it. We're sorry."),
    CloseReason.WITHDRAWN: _("It was taken back."),
    CloseReason.OTHER_HELP: _("Help came from somewhere else."),
    CloseReason.REFERRED: _("We passed it on to others who can help."),
    CloseReason.DUPLICATE: _("You asked for the same twice. We look after it once."),
    CloseReason.UNSAFE: _("We closed it, because it wasn't safe."),
    CloseReason.UNREACHABLE: _("We couldn't reach you, so we closed it. You can ask again."),
    CloseReason.EXPIRED: _("We found no one in time. We're sorry. You can ask again."),
    CloseReason.UNCONFIRMED: _("Your helper said it was done. You didn't say if it arrived."),
}

HELD_BACK = _(
    "We have it. Very many people are asking just now, so a person reads yours first. Then we'll look"
    " for someone and write to you. Nothing is lost. Please keep the link to this page."
)

LOOKING_AGAIN = {
    NeedAction.NEED_MORE,
    NeedAction.NOT_ARRIVED,
    NeedAction.NO_SHOW,
    NeedAction.RELEASE,
    NeedAction.LAPSE,
    NeedAction.CANCEL_HELPER,
}
"""Why we look once more for someone: the latest of these says how an open need stands."""

COMING = (
    (_("{name} is coming today."), _("{name} is coming today at {time}.")),
    (_("{name} is coming tomorrow."), _("{name} is coming tomorrow at {time}.")),
)
COMING_LATER = (_("{name} is coming on {day}."), _("{name} is coming on {day} at {time}."))
WAS_TO_COME = (_("{name} was to come on {day}."), _("{name} was to come on {day} at {time}."))
WEEK = timedelta(days=7)


class Standing(NamedTuple):
    """How a need stands, and what comes next, "" where nothing is to be said of it."""

    sentence: StrOrPromise
    next_step: StrOrPromise = ""


def standing_of(need: Need, claims: Sequence[Claim]) -> Standing:
    """Say how a need with these claims stands, by its state, its claims and the last that happened."""
    coming = [claim for claim in claims if claim.state in ON_THE_WAY]
    if not need.is_live:
        return Standing(_own_withdrawal(need) or how_it_ended(need))
    if coming:
        return _with_helpers(need, coming)
    if need.state == NeedState.OPEN:
        return Standing(
            _looking(need),
            _("When someone says yes, you'll see it here, and they'll get in touch."),
        )
    if need.state == NeedState.ON_HOLD and need.aside_until:
        day = format_day(need.aside_until)
        return Standing(
            gettext("We'll wait with it until %(day)s. Then we'll look for someone.") % {"day": day}
        )
    if need.state == NeedState.TRIAGE and need.held_back not in ("", Need.HeldBack.TRAP):
        return Standing(HELD_BACK)
    return Standing(SENTENCES[NeedState(need.state)])


def how_it_ended(need: Need) -> StrOrPromise:
    """Say how a closed need ended, to whoever asked; without a look into its history."""
    return CLOSED_SENTENCES[CloseReason(need.close_reason)]


def coming(claim: Claim) -> StrOrPromise:
    """Say of one who is on the way how far they are: they said yes, got in touch, or come on a day."""
    name = format_html("<bdi>{}</bdi>", display_name(claim.volunteer))
    if claim.state == ClaimState.CLAIMED:
        return format_html(gettext("{name} said yes and will get in touch."), name=name)
    if claim.state == ClaimState.CONTACTED or claim.scheduled_for is None:
        return format_html(gettext("{name} has been in touch."), name=name)
    day, at = claim.scheduled_for, claim.scheduled_time
    without_time, with_time = _pattern(day)
    return format_html(
        str(with_time if at else without_time),
        name=name,
        day=_day_in_words(day),
        time=format_time(at) if at else "",
    )


def _with_helpers(need: Need, on_the_way: Sequence[Claim]) -> Standing:
    more = _("We're looking for more helpers.") if need.state == NeedState.OPEN else ""
    if len(on_the_way) > 1:
        sentence = ngettext("%(n)d person said yes.", "%(n)d people said yes.", len(on_the_way))
        return Standing(sentence % {"n": len(on_the_way)}, more)
    is_in_touch = on_the_way[0].state == ClaimState.CONTACTED
    agree = _("Agree with them on a day and a time that are good for you.")
    return Standing(coming(on_the_way[0]), more or (agree if is_in_touch else ""))


def _own_withdrawal(need: Need) -> str:
    """That they took it back themselves; "" where it ended otherwise."""
    own = [event for event in need.events.all() if event.actor_kind == NeedEvent.Kind.NEIGHBOUR]
    is_own = bool(own) and own[-1].action == NeedAction.WITHDRAW
    return sentence_of(own[-1]) if is_own and need.close_reason == CloseReason.WITHDRAWN else ""


def _looking(need: Need) -> StrOrPromise:
    why = [event for event in need.events.all() if event.action in LOOKING_AGAIN]
    return sentence_of(why[-1]) if why else SENTENCES[NeedState.OPEN]


def _pattern(day: date) -> tuple[StrOrPromise, StrOrPromise]:
    """The sentence for an agreed day without and with its time."""
    days = (day - timezone.localdate()).days
    if days < 0:
        return WAS_TO_COME
    return COMING[days] if days < len(COMING) else COMING_LATER


def _day_in_words(day: date) -> str:
    """The weekday for one of the next seven days, else the weekday with its date, as after "coming on"."""
    is_near = timezone.localdate() < day < timezone.localdate() + WEEK
    in_words = weekday_in_words if is_near else day_in_words
    return in_words(day, after_on=True)
