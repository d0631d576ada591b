"""What the private page shows of an ask: each need in words, who is coming, and what can be done now."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mutualaid.people.models import display_name
from requests_app import rules
from requests_app.models import Ask, Claim, Need
from requests_app.models.event import NeedEvent
from requests_app.notifications.neighbour import asked_whether_to_go_on
from requests_app.pages.timeline import Line, Stop, timeline, way
from requests_app.pages.wait_chart import Drawn, wait_chart_of
from requests_app.states import LIVE_CLAIM, ON_THE_WAY, WAITING, ClaimState, CloseReason, NeedState

STANDING = {
    NeedState.TRIAGE: gettext_lazy(
        "We have it. A coordinator reads it first, then we look for somebody."
    ),
    NeedState.NO_ANSWER: gettext_lazy("We tried to reach you and could not. We try again."),
    NeedState.ON_HOLD: gettext_lazy("We wait with it until the day that was agreed."),
    NeedState.REFERRED: gettext_lazy(
        "We passed it on to others who can help. We ask them how it went."
    ),
    NeedState.MERGED: gettext_lazy("We look after it together with another ask for the same."),
    NeedState.OPEN: gettext_lazy(
        "We have it and are looking for somebody near you. We have not found anybody yet."
    ),
    NeedState.CLAIMED: gettext_lazy("Somebody will help you."),
    NeedState.DELIVERED: gettext_lazy("The person who helps says it is done. Did it arrive?"),
}


class Coming(NamedTuple):
    """Somebody who said yes: by which claim, the name they go by, and the day that was agreed."""

    claim: UUID
    name: str
    day: date | None


@dataclass(frozen=True)
class NeedOnPage:
    """One need in words, with the needs that are kept together with it."""

    need: Need
    title: str
    standing: str
    """How it stands, in a sentence."""
    coming: Sequence[Coming]
    way: Sequence[Stop]
    history: Sequence[Line]
    wait: Drawn | None
    same_asked_at: Sequence[datetime]
    """When the same was asked again, for each need that was put together with it."""
    is_waiting: bool
    can_say_it_arrived: bool
    can_say_it_did_not: bool
    can_keep_open: bool
    can_change: bool
    can_withdraw: bool
    later_days: Sequence["NeedOnPage"] = ()
    """Of a series: the days after this one."""


class Repeating(NamedTuple):
    """A series that goes on, and its next day, or the last one where no day is live."""

    title: str
    need: Need


class Look(NamedTuple):
    at: datetime
    who: str


@dataclass(frozen=True)
class AskOnPage:
    """`current` are the live needs, the next day of each series first; `over` are the closed ones."""

    current: Sequence[NeedOnPage]
    over: Sequence[NeedOnPage]
    repeating: Sequence[Repeating]
    looks: Sequence[Look]
    can_change: bool
    can_add: bool
    erased_after: date | None
    """The day after which nothing of who asked is left; None while something is live."""

    @property
    def only(self) -> NeedOnPage | None:
        """The need, where there is but one to show."""
        shown = [*self.current, *self.over]
        return shown[0] if len(shown) == 1 else None

    @property
    def is_waiting(self) -> bool:
        return any(one.is_waiting for one in self.current)


def ask_on_page(ask: Ask) -> AskOnPage:
    """Everything about an ask but the contact details, in a fixed number of questions to the database.

    How long it may take is asked once more for each kind and area.
    """
    needs = list(needs_of(ask))
    leading = [need for need in needs if need.merged_into_id is None]
    shown = _needs_on_page(leading, needs)
    live = [one for one in shown if one.need.is_live]
    return AskOnPage(
        current=_with_later_days(live),
        over=[one for one in shown if not one.need.is_live],
        repeating=_repeating(shown),
        looks=looks_at(ask),
        can_change=rules.can_change_ask(needs),
        can_add=ask.erased_at is None,
        erased_after=None
        if live
        else max(filter(None, (n.erased_on for n in needs)), default=None),
    )


def needs_of(ask: Ask) -> QuerySet[Need]:
    """Its needs with all that the page shows, in the order in which they were asked."""
    claims = Claim.objects.select_related("volunteer").order_by("place", "pk")
    related = ask.needs.select_related("category__parent", "locality", "series", "ask")
    return related.prefetch_related(Prefetch("claims", claims), "events").order_by(
        "created_at", "needed_by", "pk"
    )


def title_of(need: Need) -> str:
    """What it is; with its day where there are several."""
    if need.series_id is None or need.needed_by is None:
        return need.category.label
    return _("%(what)s, %(day)s") % {
        "what": need.category.label,
        "day": date_format(need.needed_by, "DATE_FORMAT"),
    }


def looks_at(ask: Ask) -> list[Look]:
    """Who looked at the contact details: a volunteer by their name, of coordinators that it was one."""
    return [
        Look(
            entry.at,
            _("a coordinator")
            if entry.by_kind == NeedEvent.Kind.COORDINATOR
            else display_name(entry.by),
        )
        for entry in ask.access_log.select_related("by")
    ]


def _needs_on_page(leading: Sequence[Need], needs: Sequence[Need]) -> list[NeedOnPage]:
    waiting = [need for need in leading if need.state in WAITING]
    asked = asked_whether_to_go_on(waiting)
    waits = _waits(waiting)
    titles = Counter(title_of(need) for need in leading)
    return [
        _on_page(
            need,
            same=[one for one in needs if one.merged_into_id == need.pk],
            is_asked=need in asked,
            wait=waits.get(_place(need)) if need in waiting else None,
            is_alone=titles[title_of(need)] == 1,
        )
        for need in leading
    ]


def _on_page(
    need: Need, *, same: Sequence[Need], is_asked: bool, wait: Drawn | None, is_alone: bool
) -> NeedOnPage:
    claims = list(need.claims.all())
    is_taken = any(claim.state in LIVE_CLAIM for claim in claims)
    coming = [
        Coming(claim.public_id, display_name(claim.volunteer), claim.scheduled_for)
        for claim in claims
        if claim.state in ON_THE_WAY
    ]
    return NeedOnPage(
        need=need,
        title=title_of(need) if is_alone else f"{title_of(need)} · {need.when}",
        standing=_standing(need, is_coming=bool(coming)),
        coming=coming,
        way=way(need),
        history=timeline(need),
        wait=wait,
        same_asked_at=[one.created_at for one in same],
        is_waiting=need.state in WAITING,
        can_say_it_arrived=is_taken,
        can_say_it_did_not=any(claim.state == ClaimState.DELIVERED for claim in claims),
        can_keep_open=rules.can_keep_open(need) and is_asked and not is_taken,
        can_change=rules.can_change(need),
        can_withdraw=rules.can_withdraw(need),
    )


def _standing(need: Need, *, is_coming: bool) -> str:
    if need.state == NeedState.OPEN and is_coming:
        return _("Somebody will help you, and we are looking for more helpers.")
    if need.state == NeedState.ON_HOLD and need.aside_until:
        day = date_format(need.aside_until, "DATE_FORMAT")
        return _("We wait with it until %(day)s. Then we look for somebody.") % {"day": day}
    if need.close_reason == CloseReason.WITHDRAWN:
        return _("You took it back.")
    if need.close_reason:
        return capfirst(str(need.get_close_reason_display())) + "."
    return str(STANDING[NeedState(need.state)])


def _place(need: Need) -> tuple[int, int, datetime]:
    """What the wait of a need depends on."""
    return need.category_id, need.locality_id, need.created_at


def _waits(needs: Iterable[Need]) -> dict[tuple[int, int, datetime], Drawn | None]:
    """The days of a series were asked at once and wait alike."""
    alike = {_place(need): need for need in needs}
    return {place: wait_chart_of(need) for place, need in alike.items()}


def _with_later_days(live: Sequence[NeedOnPage]) -> list[NeedOnPage]:
    """Those of no series, and the next day of each series with the days after it."""
    of_series: dict[int, list[NeedOnPage]] = {}
    for one in sorted(live, key=lambda one: one.need.needed_by or date.max):
        if one.need.series_id:
            of_series.setdefault(one.need.series_id, []).append(one)
    return [
        replace(one, later_days=of_series[one.need.series_id][1:]) if one.need.series_id else one
        for one in live
        if one.need.series_id is None or one is of_series[one.need.series_id][0]
    ]


def _repeating(shown: Sequence[NeedOnPage]) -> list[Repeating]:
    found: dict[int, Need] = {}
    days = [one.need for one in shown if one.need.series and one.need.series.ended_at is None]
    for need in sorted(days, key=lambda need: (not need.is_live, need.recurrence_id or date.min)):
        if need.series_id:
            found.setdefault(need.series_id, need)
    return [Repeating(need.category.label, need) for need in found.values()]
