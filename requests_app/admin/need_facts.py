"""What the page of a need says first: where, when, who comes, what is next; and its history in words."""

from datetime import datetime, time
from typing import NamedTuple

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from mutualaid.local_time import format_day
from requests_app.models import Claim, Need, NeedEvent
from requests_app.states import LIVE_CLAIM, CloseReason, NeedAction, NeedState

NAMES_OF_REASONS = {
    "kind": "category",
    "where": "locality",
    "when": "urgency",
    "people": "people_count",
}
"""What events call a field of the need that the neighbour changed."""


class Facts(NamedTuple):
    """`coming` are the live claims, `past` those that ended, the newest first; `others` are of one ask."""

    need: Need
    next: str
    coming: list[Claim]
    past: list[Claim]
    others: list[Need]


class HistoryLine(NamedTuple):
    """`who` did it: a name, or what they are. `why` is "" where nothing more is known."""

    at: datetime
    what: str
    why: str
    who: str


def facts_of(need: Need) -> Facts:
    claims = list(need.claims.select_related("volunteer").order_by("-claimed_at", "-pk"))
    coming = [claim for claim in claims if claim.state in LIVE_CLAIM]
    past = [claim for claim in claims if claim.state not in LIVE_CLAIM]
    others = need.ask.needs.exclude(pk=need.pk).select_related("category", "locality")
    return Facts(need, what_is_next(need, coming), coming, past, list(others.order_by("pk")))


def what_is_next(need: Need, coming: list[Claim]) -> str:
    """Return in a sentence what has to happen now, and who does it."""
    match need.state:
        case NeedState.TRIAGE:
            return _("Read it, then publish it or close it. No one hears of it before.")
        case NeedState.OPEN:
            return _("We look for someone until %s.") % _day(need.ends_at)
        case NeedState.NO_ANSWER:
            return _("Try to reach them again on %s.") % _day(need.aside_until)
        case NeedState.ON_HOLD:
            return _("It waits until %s. Then open it again.") % _day(need.aside_until)
        case NeedState.REFERRED:
            return _("Ask on %s whether it worked.") % _day(need.aside_until)
        case NeedState.MERGED:
            return _("It is looked after together with another need of this ask.")
        case NeedState.CLAIMED:
            return _next_of_claims(coming)
        case NeedState.DELIVERED:
            return _("The neighbour is asked whether it arrived.")
        case _closed:
            return _end_of(need)


def history_of(need: Need) -> list[HistoryLine]:
    """Return what happened to a need, the newest first."""
    events = need.events.select_related("actor").order_by("-at", "-pk")
    return [HistoryLine(event.at, _what(event), _why(event), _who(event)) for event in events]


def _next_of_claims(coming: list[Claim]) -> str:
    if agreed := [claim for claim in coming if claim.agreed]:
        first = min(
            agreed, key=lambda claim: (claim.scheduled_for, claim.scheduled_time or time.max)
        )
        return _("The day is agreed: %s.") % first.agreed
    return _("They talk with each other and agree on a day.")


def _end_of(need: Need) -> str:
    end = _("Closed on %(day)s: %(why)s.") % {
        "day": _day(need.closed_at),
        "why": need.get_close_reason_display(),
    }
    if need.erased_at:
        return f"{end} " + _("Its notes and claims are erased.")
    kept = _("Its notes and claims are kept until %s.") % _day(need.erased_on)
    return f"{end} {kept}"


def _day(day: object) -> str:
    return format_day(day)  # type: ignore[arg-type]


def _what(event: NeedEvent) -> str:
    """The label of the action; of a change it says "by the neighbour", which is not always so."""
    if event.action == NeedAction.CHANGE and event.actor_kind != NeedEvent.Kind.NEIGHBOUR:
        return _("Changed")
    return str(capfirst(event.get_action_display()))


def _why(event: NeedEvent) -> str:
    """The reason in words: why it was closed, or which fields were changed; "" for a code without words."""
    if event.reason in CloseReason.values:
        return str(CloseReason(event.reason).label)
    labels = {field.name: str(field.verbose_name) for field in Need._meta.fields}
    names = (NAMES_OF_REASONS.get(name, name) for name in event.reason.split(","))
    return _(", ").join(labels[name] for name in names if name in labels)


def _who(event: NeedEvent) -> str:
    """A name of whoever helps or coordinates; never that of a neighbour."""
    if event.actor and event.actor_kind != NeedEvent.Kind.NEIGHBOUR:
        return str(event.actor)
    return str(event.get_actor_kind_display())
