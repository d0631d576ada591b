"""What waits for a coordinator: the needs to look at first, and why."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

from django.contrib import admin
from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mutualaid.encryption.rotation import without_key
from mutualaid.matching.models import Match
from mutualaid.people.models import User
from mutualaid.policy.current import current_policy
from mutualaid.retention.sweep import needs_due
from requests_app.lifecycle.claim_deadlines import silent
from requests_app.models import (
    AccessLogEntry,
    Ask,
    AskContact,
    Claim,
    Need,
    NeedEvent,
    NeedNotes,
)
from requests_app.states import ASIDE, WAITING, ClaimState, NeedState, Urgency

LONG_DAYS = 3
"""Days after which an open need is long open. Assumed, not measured."""


class AttentionItem(NamedTuple):
    """One reason for a need to wait for a coordinator; `among` narrows needs to those that do."""

    label: str | Promise
    among: Callable[["QuerySet[Need]"], "QuerySet[Need]"]


def _no_one_fits(needs: "QuerySet[Need]") -> "QuerySet[Need]":
    """Without any match but those that were declined."""
    matches = Match.objects.filter(need=OuterRef("pk")).exclude(state=Match.State.DECLINED)
    return needs.filter(~Exists(matches), state=NeedState.OPEN)


def _no_one_left_to_invite(needs: "QuerySet[Need]") -> "QuerySet[Need]":
    """Someone fits, but all of them were invited, or may not be invited now."""
    handed_over = needs.filter(state=NeedState.OPEN, search__handed_over_at__isnull=False)
    return handed_over.filter(Exists(Match.objects.filter(need=OuterRef("pk"))))


def _long_open(needs: "QuerySet[Need]") -> "QuerySet[Need]":
    old = timezone.now() - timedelta(days=LONG_DAYS)
    return needs.filter(state=NeedState.OPEN, created_at__lt=old)


def _has_claim(condition: Q) -> Exists:
    return Exists(Claim.objects.filter(condition, need=OuterRef("pk")))


def _reminded(needs: "QuerySet[Need]") -> "QuerySet[Need]":
    return needs.filter(_has_claim(Q(state=ClaimState.CLAIMED, reminded_at__isnull=False)))


def _did_not_arrive(needs: "QuerySet[Need]") -> "QuerySet[Need]":
    """A volunteer said that it is done, and the neighbour said no."""
    denied = _has_claim(Q(state=ClaimState.RELEASED, delivered_at__isnull=False))
    return needs.filter(denied, state=NeedState.OPEN)


def _came_back(needs: "QuerySet[Need]") -> "QuerySet[Need]":
    """Open again, for a volunteer did not come after all."""
    ended = (ClaimState.RELEASED, ClaimState.LAPSED, ClaimState.NO_SHOW)
    return needs.filter(_has_claim(Q(state__in=ended)), state=NeedState.OPEN)


def _aside_is_over(needs: "QuerySet[Need]") -> "QuerySet[Need]":
    return needs.filter(state__in=ASIDE, aside_until__lte=timezone.localdate())


def _not_heard_of(needs: "QuerySet[Need]") -> "QuerySet[Need]":
    """The volunteer was asked how it went and did not answer: ring them, or the neighbour."""
    return needs.filter(Exists(silent().filter(need=OuterRef("pk"))))


def _unreadable(needs: "QuerySet[Need]") -> "QuerySet[Need]":
    """A key is missing: until it is back, no one can be reached about these."""
    contact = Q(ask__in=without_key(AskContact).values("pk"))
    notes = Q(pk__in=without_key(NeedNotes).values("pk"))
    return needs.filter(contact | notes, closed_at=None)


def _to_call_back(needs: "QuerySet[Need]") -> "QuerySet[Need]":
    """One need for each ask, the newest: it is one call, however much was asked for."""
    to_ring = Ask.objects.exclude(call_back_at=None)
    return needs.filter(pk__in=to_ring.annotate(newest=Max("needs")).values("newest"))


def _ends_soon(needs: "QuerySet[Need]") -> "QuerySet[Need]":
    """The neighbour was asked whether they still need it: it is a good day to ring them."""
    return needs.filter(state__in=WAITING, warned_at__isnull=False)


ATTENTION_ITEMS = {
    "read": AttentionItem(
        _("to be read by a coordinator"), lambda n: n.filter(state=NeedState.TRIAGE)
    ),
    "surge": AttentionItem(
        _("held back, for very many came at once"),
        lambda n: n.filter(state=NeedState.TRIAGE).exclude(held_back=""),
    ),
    "today": AttentionItem(
        _("for today, and nobody comes yet"),
        lambda n: n.filter(state=NeedState.OPEN, urgency=Urgency.CRITICAL),
    ),
    "denied": AttentionItem(_("the neighbour said that it did not arrive"), _did_not_arrive),
    "back": AttentionItem(_("open again, for somebody could not come"), _came_back),
    "silent": AttentionItem(_("somebody said yes and was not in touch"), _reminded),
    "nobody": AttentionItem(_("open, and nobody fits"), _no_one_fits),
    "asked": AttentionItem(_("open, and nobody is left to ask"), _no_one_left_to_invite),
    "long": AttentionItem(_("open for more than three days"), _long_open),
    "again": AttentionItem(_("put aside until today: ring, or ask how it went"), _aside_is_over),
    "ending": AttentionItem(_("ends soon, and nobody was found"), _ends_soon),
    "unheard": AttentionItem(
        _("somebody was to come, and we do not hear how it went"), _not_heard_of
    ),
    "unreadable": AttentionItem(
        _("whose contact details no key of this site opens: tell who runs it"), _unreadable
    ),
    "ring": AttentionItem(_("to be rung"), _to_call_back),
    "unconfirmed": AttentionItem(
        _("done, not yet confirmed"), lambda n: n.filter(state=NeedState.DELIVERED)
    ),
    "erase": AttentionItem(
        _("whose personal details are erased soon"),
        lambda n: n.filter(needs_due(days_ahead=current_policy().erase_preview_days)),
    ),
}
"""By the value of `?look=` in the address of the list of needs."""


LETS_GO_DAYS = 28
"""How far back it is looked who said yes and let go. Assumed, not measured."""
LETS_GO_OFTEN = 3
"""Tasks let go in these days, after a look at the contact details. Assumed, not measured."""


def let_go_lately() -> QuerySet[Claim]:
    """Claims whose volunteer opened the contact details and then let go, or was not heard of any more."""
    since = timezone.now() - timedelta(days=LETS_GO_DAYS)
    looked = AccessLogEntry.objects.filter(
        by=OuterRef("volunteer"), by_kind=NeedEvent.Kind.VOLUNTEER, ask=OuterRef("need__ask")
    )
    ended = Claim.objects.filter(
        state__in=(ClaimState.RELEASED, ClaimState.LAPSED), ended_at__gt=since, delivered_at=None
    )
    return ended.filter(Exists(looked)).order_by("-ended_at")


def people_who_often_let_go() -> QuerySet[User]:
    """Who says yes and lets go often: someone to talk with. By name, and no one is ranked."""
    mine = let_go_lately().order_by().filter(volunteer=OuterRef("pk")).values("volunteer")
    often = mine.annotate(n=Count("pk")).filter(n__gte=LETS_GO_OFTEN)
    return User.objects.filter(Exists(often), is_active=True).order_by("name", "pk")


def counts(needs: "QuerySet[Need] | None" = None) -> list[tuple[str, str, int]]:
    """(key of the item, its label, how many of `needs`, by default of all) for each item."""
    needs = Need.objects.all() if needs is None else needs
    return [
        (key, str(item.label), item.among(needs).count()) for key, item in ATTENTION_ITEMS.items()
    ]


class AttentionFilter(admin.SimpleListFilter):
    """The list of needs, narrowed to one attention item."""

    title = _("what to look at first")
    parameter_name = "look"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(key, str(item.label)) for key, item in ATTENTION_ITEMS.items()]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Need]") -> "QuerySet[Need]":
        item = ATTENTION_ITEMS.get(self.value() or "")
        return item.among(queryset) if item else queryset
