"""What is still unmet: the needs a coordinator should look at first, and why."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mutualaid.matching.models import Match
from requests_app.models import Need
from requests_app.states import NeedState, Urgency

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


WORRIES = {
    "read": Worry(_("to be read by a coordinator"), lambda n: n.filter(state=NeedState.TRIAGE)),
    "today": Worry(
        _("for today, and nobody comes yet"),
        lambda n: n.filter(state=NeedState.OPEN, urgency=Urgency.CRITICAL),
    ),
    "nobody": Worry(_("open, and nobody fits"), _nobody_fits),
    "asked": Worry(_("open, and nobody is left to ask"), _nobody_left),
    "long": Worry(_("open for more than three days"), _long_open),
    "unconfirmed": Worry(
        _("done, not yet confirmed"), lambda n: n.filter(state=NeedState.DELIVERED)
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
