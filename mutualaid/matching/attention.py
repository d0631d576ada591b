"""What is still unmet: the needs a coordinator should look at first, and why."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mutualaid.encryption.rotation import without_key
from mutualaid.matching.models import Match
from mutualaid.retention.sweep import due
from requests_app.lifecycle.claim_deadlines import silent
from requests_app.models import Claim, Need, NeedContact
from requests_app.states import ASIDE, WAITING, ClaimState, NeedState, Urgency

LONG_DAYS = 3
"""A need that is open for longer than this is old."""


class Worry(NamedTuple):
    label: str | Promise
    among: Callable[["QuerySet[Need]"], "QuerySet[Need]"]


def _nobody_fits(needs: "QuerySet[Need]") -> "QuerySet[Need]":
    matches = Match.objects.filter(need=OuterRef("pk")).exclude(state=Match.State.DECLINED)
    return needs.filter(~Exists(matches), state=NeedState.OPEN)


def _nobody_left(needs: "QuerySet[Need]") -> "QuerySet[Need]":
    handed_over = needs.filter(state=NeedState.OPEN, search__handed_over_at__isnull=False)
    return handed_over.filter(Exists(Match.objects.filter(need=OuterRef("pk"))))


def _long_open(needs: "QuerySet[Need]") -> "QuerySet[Need]":
    old = timezone.now() - timedelta(days=LONG_DAYS)
    return needs.filter(state=NeedState.OPEN, created_at__lt=old)


def _has_claim(**which: Any) -> Exists:
    return Exists(Claim.objects.filter(need=OuterRef("pk"), **which))


def _silent(needs: "QuerySet[Need]") -> "QuerySet[Need]":
    return needs.filter(_has_claim(state=ClaimState.CLAIMED, nudged_at__isnull=False))


def _did_not_arrive(needs: "QuerySet[Need]") -> "QuerySet[Need]":
    """A volunteer said that it is done, and the neighbour said no."""
    denied = _has_claim(state=ClaimState.RELEASED, delivered_at__isnull=False)
    return needs.filter(denied, state=NeedState.OPEN)


def _came_back(needs: "QuerySet[Need]") -> "QuerySet[Need]":
    left = (ClaimState.RELEASED, ClaimState.LAPSED, ClaimState.NO_SHOW)
    return needs.filter(_has_claim(state__in=left), state=NeedState.OPEN)


def _aside_is_over(needs: "QuerySet[Need]") -> "QuerySet[Need]":
    return needs.filter(state__in=ASIDE, aside_until__lte=timezone.localdate())


def _not_heard_of(needs: "QuerySet[Need]") -> "QuerySet[Need]":
    """The volunteer was asked how it went and did not say: ring her, or the neighbour."""
    return needs.filter(Exists(silent().filter(need=OuterRef("pk"))))


def _unreadable(needs: "QuerySet[Need]") -> "QuerySet[Need]":
    """A key is missing: until it is back, nobody can be reached about these."""
    return needs.filter(closed_at=None, pk__in=without_key(NeedContact).values("pk"))


def _ends_soon(needs: "QuerySet[Need]") -> "QuerySet[Need]":
    """The neighbour was asked whether she still needs it: it is a good day to ring her."""
    return needs.filter(state__in=WAITING, warned_at__isnull=False)


WORRIES = {
    "read": Worry(_("to be read by a coordinator"), lambda n: n.filter(state=NeedState.TRIAGE)),
    "today": Worry(
        _("for today, and nobody comes yet"),
        lambda n: n.filter(state=NeedState.OPEN, urgency=Urgency.CRITICAL),
    ),
    "denied": Worry(_("the neighbour said that it did not arrive"), _did_not_arrive),
    "back": Worry(_("open again, for somebody could not come"), _came_back),
    "silent": Worry(_("somebody said yes and was not in touch"), _silent),
    "nobody": Worry(_("open, and nobody fits"), _nobody_fits),
    "asked": Worry(_("open, and nobody is left to ask"), _nobody_left),
    "long": Worry(_("open for more than three days"), _long_open),
    "again": Worry(_("put aside until today: ring, or ask how it went"), _aside_is_over),
    "ending": Worry(_("ends soon, and nobody was found"), _ends_soon),
    "unheard": Worry(_("somebody was to come, and we do not hear how it went"), _not_heard_of),
    "unreadable": Worry(
        _("whose contact details no key of this site opens: tell who runs it"), _unreadable
    ),
    "ring": Worry(_("to be rung"), lambda n: n.filter(call_back_at__isnull=False)),
    "unconfirmed": Worry(
        _("done, not yet confirmed"), lambda n: n.filter(state=NeedState.DELIVERED)
    ),
    "erase": Worry(
        _("whose personal details are erased soon"),
        lambda n: n.filter(due(days_ahead=settings.ERASE_PREVIEW_DAYS)),
    ),
}
"""By the word that stands in the address of the list."""


def counts() -> list[tuple[str, str, int]]:
    """Each worry with the number of its needs: (word in the address, label, how many)."""
    needs = Need.objects.all()
    return [(word, str(w.label), w.among(needs).count()) for word, w in WORRIES.items()]


class WorryFilter(admin.SimpleListFilter):
    title = _("what to look at first")
    parameter_name = "look"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(word, str(worry.label)) for word, worry in WORRIES.items()]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Need]") -> "QuerySet[Need]":
        worry = WORRIES.get(self.value() or "")
        return worry.among(queryset) if worry else queryset
