"""Needs in the admin, seen from matching: who fits and why, and giving it to someone."""

from datetime import datetime
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mutualaid.admin.action_admin import StepPages
from mutualaid.matching.admin.assign import AssignPage
from mutualaid.matching.admin.invitations import InvitationsPage, VolunteerPage
from mutualaid.matching.attention import AttentionFilter
from mutualaid.matching.models import Match
from mutualaid.matching.outlook import Outlook, has_outlook
from mutualaid.matching.search.reasons import with_points
from requests_app.admin.need import NeedAdmin
from requests_app.admin.steps import can_take
from requests_app.models import Need
from requests_app.states import NeedState

BEST_SHOWN = 3


def _count(rows: "QuerySet[Match]") -> Coalesce:
    """How many matches of a need there are, without a join that multiplies its other rows."""
    return Coalesce(Subquery(rows.values("need").annotate(n=Count("pk")).values("n")), 0)


def _held_until(need: Need) -> datetime | None:
    """Until when nobody is invited, for other needs have few but the people who fit; else None."""
    held = Need.objects.filter(has_outlook(Outlook.HELD), pk=need.pk)
    return held.values_list("search__held_until", flat=True).first()


admin.site.unregister(Need)


@admin.register(Need)
class MatchedNeedAdmin(NeedAdmin):
    """`NeedAdmin` with what only matching knows: who fits, and who was invited."""

    step_pages: ClassVar[StepPages] = (
        *NeedAdmin.step_pages, AssignPage, InvitationsPage, VolunteerPage,
    )  # fmt: skip
    list_display = (
        "__str__", "state", "how_soon", "age", "helper", "invited_of_fitting", "code", "for_newcomers",
    )  # fmt: skip
    list_filter: ClassVar[Any] = (AttentionFilter, *NeedAdmin.list_filter)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Need]:
        matches = Match.objects.filter(need=OuterRef("pk")).order_by()
        invited = matches.exclude(state=Match.State.SUGGESTED)
        return super().get_queryset(request).annotate(fit=_count(matches), invited=_count(invited))

    def page_context(self, request: HttpRequest, row: Need) -> dict[str, Any]:
        best = row.matches.select_related("offer__volunteer").order_by("-pinned", "-score", "pk")
        return super().page_context(request, row) | {
            "can_assign": can_take(row, "assign"),
            "can_look_for_someone": row.state == NeedState.OPEN
            and self.has_coordinate_permission(request),
            "held_until": _held_until(row),
            "best": [(match, with_points(match.lines)) for match in best[:BEST_SHOWN]],
        }

    @admin.display(description=gettext_lazy("invited, of those who fit"))
    def invited_of_fitting(self, need: Any) -> str:
        return _("%(invited)d of %(fit)d") % {"invited": need.invited, "fit": need.fit}
