"""What the private page shows of an ask: how each need stands, who is coming, what can be done now."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from mutualaid.local_time import format_day
from mutualaid.people.models import display_name
from mutualaid.resources.near import Near, near
from requests_app import rules
from requests_app.models import AccessLogEntry, Ask, Claim, Need, NeedEvent
from requests_app.notifications.neighbour import asked_whether_to_go_on
from requests_app.pages.standing import Standing, coming, standing_of
from requests_app.pages.timeline import Line, Stop, stops, timeline
from requests_app.pages.wait_chart import WaitChart, wait_chart_of
from requests_app.states import LIVE_CLAIM, ON_THE_WAY, WAITING, ClaimState, CloseReason, NeedState

UNMET = (CloseReason.UNABLE, CloseReason.EXPIRED, CloseReason.REFERRED)
"""Why a need ended without anyone of us."""

LOOK_SENTENCES = {
    AccessLogEntry.Kind.CODE: gettext_lazy("a coordinator made a code, to read out on the phone"),
    AccessLogEntry.Kind.CODE_USED: gettext_lazy("someone opened this page with a code"),
    AccessLogEntry.Kind.EXPORT: gettext_lazy(
        "a coordinator took your contact details along, on a list with others"
    ),
    AccessLogEntry.Kind.WORDS: gettext_lazy("a coordinator read what you wrote"),
    AccessLogEntry.Kind.DOWNLOAD: gettext_lazy(
        "someone with your link read or downloaded your details"
    ),
}


class ExpectedHelper(NamedTuple):
    """Someone who said yes: their claim, the name they go by, and how far they are, in a sentence."""

    claim: UUID
    name: str
    sentence: StrOrPromise


@dataclass(frozen=True)
class NeedOnPage:
    """One need as the page shows it."""

    need: Need
    title: str
    standing: Standing
    helpers: Sequence[ExpectedHelper]
    stops: Sequence[Stop]
    history: Sequence[Line]
    wait_chart: WaitChart | None
    same_asked_at: Sequence[datetime]
    """When the same was asked again, for each need that was merged into this one."""
    is_waiting: bool
    asks_whether_it_arrived: bool
    """Whether it is said to be done, or its agreed day has come."""
    can_say_it_arrived: bool
    can_say_it_did_not: bool
    can_keep_open: bool
    can_change: bool
    can_withdraw: bool
    later_days: Sequence["NeedOnPage"] = ()
    """The live days of its series after this one."""

    @property
    def is_unmet(self) -> bool:
        """Whether no one has said yes so far, or it ended without anyone."""
        is_over = self.need.close_reason in UNMET
        return is_over or (self.is_waiting and not self.helpers)


class Repeating(NamedTuple):
    """A series that goes on, with its next live day, or its last day if none is live."""

    title: str
    need: Need


class Look(NamedTuple):
    at: datetime
    who: str


@dataclass(frozen=True)
class AskOnPage:
    """An ask as the page shows it. Of each series `current` has the next day, which has the later ones."""

    current: Sequence[NeedOnPage]
    closed: Sequence[NeedOnPage]
    repeating: Sequence[Repeating]
    looks: Sequence[Look]
    can_change: bool
    can_add: bool
    near: Near | None
    """What others offer near by for what no one has said yes to."""
    erased_after: date | None
    """The day after which nothing of who asked is left; None while something is live."""

    @property
    def only(self) -> NeedOnPage | None:
        """The need, if there is just one to show."""
        shown = [*self.current, *self.closed]
        return shown[0] if len(shown) == 1 else None

    @property
    def is_waiting(self) -> bool:
        return any(item.is_waiting for item in self.current)

    @property
    def is_read_first(self) -> bool:
        """Whether a coordinator reads all of it before anyone is invited."""
        return all(item.need.state == NeedState.TRIAGE for item in self.current)


def ask_on_page(ask: Ask) -> AskOnPage:
    """Everything about an ask but the contact details.

    In a fixed number of queries, but for the wait: some for each category and area of a waiting need.
    """
    needs = list(needs_of(ask))
    leading_needs = [need for need in needs if need.merged_into_id is None]
    shown = _needs_on_page(leading_needs, needs)
    live = [item for item in shown if item.need.is_live]
    ends = [need.erased_on for need in needs if need.erased_on]
    return AskOnPage(
        current=_with_later_days(live),
        closed=[item for item in shown if not item.need.is_live],
        repeating=_repeating(shown),
        looks=looks_at(ask),
        can_change=rules.can_change_ask(needs),
        can_add=ask.erased_at is None,
        near=_near(shown),
        erased_after=None if live else max(ends, default=None),
    )


def needs_of(ask: Ask) -> QuerySet[Need]:
    """The needs of an ask with all that the page shows, in the order in which they were asked."""
    claims = Claim.objects.select_related("volunteer").order_by("place", "pk")
    related = ask.needs.select_related("category__parent", "locality", "series", "ask")
    return related.prefetch_related(Prefetch("claims", claims), "events").order_by(
        "created_at", "needed_by", "pk"
    )


def title_of(need: Need) -> str:
    """The label of its category, with its day if it is an occurrence of a series."""
    if need.series_id is None or need.needed_by is None:
        return need.category.label
    return _("%(what)s, %(day)s") % {
        "what": need.category.label,
        "day": format_day(need.needed_by),
    }


def _titles(needs: Sequence[Need]) -> dict[Need, str]:
    """A title for each that no other has: with how soon it is needed, and numbered, where need be."""
    by_kind = Counter(title_of(need) for need in needs)
    titles = {
        need: title_of(need) if by_kind[title_of(need)] == 1 else f"{title_of(need)} · {need.when}"
        for need in needs
    }
    alike, so_far = Counter(titles.values()), Counter[str]()
    for need, title in titles.items():
        so_far[title] += 1
        if alike[title] > 1:
            titles[need] = f"{title} · {so_far[title]}"
    return titles


def looks_at(ask: Ask) -> list[Look]:
    """Who opened the contact details or could, oldest first: volunteers by name, coordinators without."""
    return [Look(entry.at, _look_in_words(entry)) for entry in ask.access_log.select_related("by")]


def _look_in_words(entry: AccessLogEntry) -> str:
    if entry.kind != AccessLogEntry.Kind.LOOK:
        return str(LOOK_SENTENCES[AccessLogEntry.Kind(entry.kind)])
    if entry.by is None or entry.by_kind == NeedEvent.Kind.COORDINATOR:
        return _("a coordinator")
    return display_name(entry.by)


def _needs_on_page(leading_needs: Sequence[Need], needs: Sequence[Need]) -> list[NeedOnPage]:
    """`leading_needs`, each with those of `needs` that were merged into it."""
    waiting = [need for need in leading_needs if need.state in WAITING]
    asked_to_go_on = asked_whether_to_go_on(waiting)
    wait_charts = _wait_charts(waiting)
    titles = _titles(leading_needs)
    return [
        _need_on_page(
            need,
            same=[other for other in needs if other.merged_into_id == need.pk],
            is_asked_to_go_on=need in asked_to_go_on,
            wait_chart=wait_charts.get(_wait_key(need)) if need in waiting else None,
            title=titles[need],
        )
        for need in leading_needs
    ]


def _need_on_page(
    need: Need,
    *,
    same: Sequence[Need],
    is_asked_to_go_on: bool,
    wait_chart: WaitChart | None,
    title: str,
) -> NeedOnPage:
    claims = list(need.claims.all())
    has_live_claim = any(claim.state in LIVE_CLAIM for claim in claims)
    helpers = [
        ExpectedHelper(claim.public_id, display_name(claim.volunteer), coming(claim))
        for claim in claims
        if claim.state in ON_THE_WAY
    ]
    return NeedOnPage(
        need=need,
        title=title,
        standing=standing_of(need, claims),
        helpers=helpers,
        stops=stops(need),
        history=timeline(need),
        wait_chart=wait_chart,
        same_asked_at=[other.created_at for other in same],
        is_waiting=need.state in WAITING,
        asks_whether_it_arrived=any(map(_may_have_arrived, claims)),
        can_say_it_arrived=has_live_claim,
        can_say_it_did_not=any(claim.state == ClaimState.DELIVERED for claim in claims),
        can_keep_open=rules.can_keep_open(need) and is_asked_to_go_on and not has_live_claim,
        can_change=rules.can_change(need),
        can_withdraw=rules.can_withdraw(need),
    )


def _may_have_arrived(claim: Claim) -> bool:
    is_its_day = claim.scheduled_for is not None and claim.scheduled_for <= timezone.localdate()
    return claim.state == ClaimState.DELIVERED or (claim.state in ON_THE_WAY and is_its_day)


def _near(shown: Sequence[NeedOnPage]) -> Near | None:
    """What is near for the unmet needs of one area: an ask seldom has a second."""
    unmet = [item.need for item in shown if item.is_unmet]
    if not unmet:
        return None
    locality = unmet[0].locality
    return near([need.category for need in unmet if need.locality == locality], locality)


WaitKey = tuple[int, int, datetime]


def _wait_key(need: Need) -> WaitKey:
    """What the wait of a need depends on: category, area, and since when it waits."""
    return need.category_id, need.locality_id, need.created_at


def _wait_charts(needs: Iterable[Need]) -> dict[WaitKey, WaitChart | None]:
    """One chart for all needs that wait alike, as the first days of a series do."""
    need_by_key = {_wait_key(need): need for need in needs}
    return {key: wait_chart_of(need) for key, need in need_by_key.items()}


def _with_later_days(live: Sequence[NeedOnPage]) -> list[NeedOnPage]:
    """The needs of no series, and the next day of each series with the days after it."""
    days_of_series: dict[int, list[NeedOnPage]] = {}
    for item in sorted(live, key=lambda item: item.need.needed_by or date.max):
        if item.need.series_id:
            days_of_series.setdefault(item.need.series_id, []).append(item)
    shown = []
    for item in live:
        if item.need.series_id is None:
            shown.append(item)
        elif item is days_of_series[item.need.series_id][0]:
            later_days = days_of_series[item.need.series_id][1:]
            shown.append(replace(item, later_days=later_days))
    return shown


def _repeating(shown: Sequence[NeedOnPage]) -> list[Repeating]:
    days = [item.need for item in shown if item.need.series and item.need.series.ended_at is None]
    next_day_of: dict[int, Need] = {}
    for need in sorted(days, key=lambda need: (not need.is_live, need.recurrence_id or date.min)):
        if need.series_id:
            next_day_of.setdefault(need.series_id, need)
    return [Repeating(need.category.label, need) for need in next_day_of.values()]
