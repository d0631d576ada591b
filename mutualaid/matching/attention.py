"""What waits for a coordinator: the needs to look at first, and why."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

from django.contrib import admin
from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, TextChoices
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mutualaid.encryption.rotation import without_key
from mutualaid.matching.outlook import Outlook, count_outlooks, has_outlook, is_open
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


class Band(TextChoices):
    """When someone should look at it."""

    NOW = "now", _("Now")
    TODAY = "today", _("Today")
    WEEK = "week", _("This week")


class AttentionItem(NamedTuple):
    """One reason for a need to wait for a coordinator: the needs that meet its condition do."""

    band: Band
    label: str | Promise
    condition: Callable[[], Q]

    def among(self, needs: "QuerySet[Need]") -> "QuerySet[Need]":
        return needs.filter(self.condition())


def _for_today() -> Q:
    """Needed today, or that day when it was asked, and a place is still free."""
    return is_open() & (Q(urgency=Urgency.CRITICAL) | Q(needed_by=timezone.localdate()))


def _has_claim(condition: Q) -> Q:
    return Q(Exists(Claim.objects.filter(condition, need=OuterRef("pk"))))


def _did_not_arrive() -> Q:
    """A volunteer said that it is done, and the neighbour said no."""
    denied = Q(state=ClaimState.RELEASED, delivered_at__isnull=False)
    return Q(state=NeedState.OPEN) & _has_claim(denied)


def _not_heard_of() -> Q:
    """The volunteer was asked how it went and did not answer: ring them, or the neighbour."""
    return Q(Exists(silent().filter(need=OuterRef("pk"))))


def _unreadable() -> Q:
    """A key is missing: until it is back, no one can be reached about these."""
    contact = Q(ask__in=without_key(AskContact).values("pk"))
    notes = Q(pk__in=without_key(NeedNotes).values("pk"))
    return Q(contact | notes, closed_at=None)


def _came_back() -> Q:
    """Open again, for a volunteer did not come after all."""
    ended = (ClaimState.RELEASED, ClaimState.LAPSED, ClaimState.NO_SHOW)
    return Q(state=NeedState.OPEN) & _has_claim(Q(state__in=ended))


def _to_call_back() -> Q:
    """One need for each ask, the newest: it is one call, however much was asked for."""
    to_ring = Ask.objects.exclude(call_back_at=None)
    return Q(pk__in=to_ring.annotate(newest=Max("needs")).values("newest"))


def _long_open() -> Q:
    old = timezone.now() - timedelta(days=LONG_DAYS)
    return Q(state=NeedState.OPEN, created_at__lt=old)


def _by_outlook(outlook: Outlook) -> AttentionItem:
    return AttentionItem(Band.TODAY, outlook.label, lambda: has_outlook(outlook))


ATTENTION_ITEMS = {
    "today": AttentionItem(
        Band.NOW, _("for today or earlier, and no one is coming yet"), _for_today
    ),
    "denied": AttentionItem(
        Band.NOW, _("the neighbour said that it did not arrive"), _did_not_arrive
    ),
    "silent": AttentionItem(
        Band.NOW,
        _("someone said yes and was not in touch"),
        lambda: _has_claim(Q(state=ClaimState.CLAIMED, reminded_at__isnull=False)),
    ),
    "unheard": AttentionItem(
        Band.NOW, _("someone was to come, and we do not hear how it went"), _not_heard_of
    ),
    "unreadable": AttentionItem(
        Band.NOW,
        _("whose contact details no key of this site opens: tell who runs it"),
        _unreadable,
    ),
    "read": AttentionItem(
        Band.TODAY,
        _("to be read by a coordinator"),
        lambda: Q(state=NeedState.TRIAGE, held_back=""),
    ),
    "surge": AttentionItem(
        Band.TODAY,
        _("held back, for very many came at once"),
        lambda: Q(state=NeedState.TRIAGE) & ~Q(held_back=""),
    ),
    "ring": AttentionItem(Band.TODAY, _("to be rung"), _to_call_back),
    # The neighbour was asked whether they still need it: it is a good day to ring them.
    "ending": AttentionItem(
        Band.TODAY,
        _("ends soon, and no one was found"),
        lambda: Q(state__in=WAITING, warned_at__isnull=False),
    ),
    "again": AttentionItem(
        Band.TODAY,
        _("put aside until today: ring, or ask how it went"),
        lambda: Q(state__in=ASIDE, aside_until__lte=timezone.localdate()),
    ),
    "back": AttentionItem(Band.TODAY, _("open again, for someone could not come"), _came_back),
    Outlook.NO_ONE_LEFT.value: _by_outlook(Outlook.NO_ONE_LEFT),
    Outlook.NO_ONE_FITS.value: _by_outlook(Outlook.NO_ONE_FITS),
    Outlook.BY_HAND.value: _by_outlook(Outlook.BY_HAND),
    Outlook.LATER.value: _by_outlook(Outlook.LATER),
    Outlook.NOT_LOOKED_AT.value: _by_outlook(Outlook.NOT_LOOKED_AT),
    "long": AttentionItem(Band.WEEK, _("open for more than three days"), _long_open),
    "unconfirmed": AttentionItem(
        Band.WEEK, _("done, not yet confirmed"), lambda: Q(state=NeedState.DELIVERED)
    ),
    "erase": AttentionItem(
        Band.WEEK,
        _("whose personal details are erased soon"),
        lambda: needs_due(days_ahead=current_policy().erase_preview_days),
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


def counts(needs: "QuerySet[Need] | None" = None) -> dict[str, int]:
    """How many of `needs`, by default of all, wait for what, by the key of the item. Two queries."""
    needs = Need.objects.all() if needs is None else needs
    others = {
        key: Count("pk", filter=item.condition())
        for key, item in ATTENTION_ITEMS.items()
        if key not in Outlook.values
    }
    # What is erased waits for no one.
    counted: dict[str, int] = needs.filter(erased_at=None).aggregate(**others)
    counted |= count_outlooks(needs)
    return {key: counted[key] for key in ATTENTION_ITEMS}


class AttentionFilter(admin.SimpleListFilter):
    """The list of needs, narrowed to one attention item."""

    title = _("what to look at first")
    parameter_name = "look"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(key, str(item.label)) for key, item in ATTENTION_ITEMS.items()]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Need]") -> "QuerySet[Need]":
        item = ATTENTION_ITEMS.get(self.value() or "")
        return item.among(queryset) if item else queryset
