"""The coordinators' desk, seen from matching: who fits a need and why, and giving it to somebody."""

from typing import Any, ClassVar, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mutualaid.matching import actions
from mutualaid.matching.admin.forms import AssignForm
from mutualaid.matching.admin.invitations import DeskAsks
from mutualaid.matching.attention import WorryFilter
from mutualaid.matching.models import Match
from mutualaid.matching.search.reasons import with_points
from mutualaid.people.models import User
from requests_app.actions import NotForYou, StateChanged
from requests_app.admin.need import NeedAdmin, ReadOnlyInline
from requests_app.lifecycle.actors import coordinator
from requests_app.models import Need


class MatchInline(ReadOnlyInline):
    model = Match
    fields = ("offer", "state", "decline_reason", "score", "why", "asked_at")
    readonly_fields = fields
    ordering = ("-score", "pk")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("offer__volunteer")

    @admin.display(description=gettext_lazy("why"))
    def why(self, match: Match) -> str:
        return " · ".join(with_points(match.lines))


admin.site.unregister(Need)


@admin.register(Need)
class NeedDeskAdmin(DeskAsks, NeedAdmin):
    inlines: ClassVar = [*NeedAdmin.inlines, MatchInline]
    list_display = (*NeedAdmin.list_display, "asked_of_fitting")
    list_filter: ClassVar[Any] = (WorryFilter, *NeedAdmin.list_filter)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Need]:
        asked = Count("matches", filter=~Q(matches__state=Match.State.SUGGESTED))
        return super().get_queryset(request).annotate(fit=Count("matches"), asked=asked)

    @admin.display(description=gettext_lazy("asked, of those who fit"))
    def asked_of_fitting(self, need: Any) -> str:
        return _("%(asked)d of %(fit)d") % {"asked": need.asked, "fit": need.fit}

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.assign)
        own = path("<int:pk>/assign/", view, name="requests_app_need_assign")
        return [own, *super().get_urls()]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if form.changed_data or any(rows.has_changed() for rows in formsets):
            actions.refit(form.instance)

    def assign(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Give a need to somebody who agreed to it by phone or in person."""
        need = get_object_or_404(Need.objects.select_related("category", "locality"), pk=pk)
        if not self.has_change_permission(request, need):
            raise PermissionDenied
        form = AssignForm(request.POST if request.method == "POST" else None, need=need)
        if request.method == "POST" and form.is_valid():
            _assign(request, need, form)
            return redirect("admin:requests_app_need_change", pk)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Give this need to somebody"),
            "opts": self.opts,
            "original": need,
            "form": form,
            "media": self.media + form.media,
        }
        return TemplateResponse(request, "admin/need_assign.html", context)


def _assign(request: HttpRequest, need: Need, form: AssignForm) -> None:
    volunteer = form.volunteer()
    try:
        actions.assign(need, to=volunteer, by=coordinator(cast(User, request.user)))
    except StateChanged:
        messages.warning(request, _("Somebody else has it already, or it is closed."))
    except NotForYou:
        messages.warning(
            request,
            _(
                "This need is not for this person: nobody gets her own, some kinds are for people"
                " the group knows, and some needs are kept from somebody."
            ),
        )
    else:
        messages.success(request, _("%s has it now and was told.") % volunteer)
