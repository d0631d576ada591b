"""In the admin: who fits a need and why, who was asked, and a coordinator's word about it."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from mutualaid.matching.models import Match, NeedSearch
from mutualaid.matching.outreach import manual
from mutualaid.matching.search.reasons import with_points
from requests_app.models import Need
from requests_app.states import NeedState

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Need]
else:
    Base = object

WITH_MATCH: dict[str, Callable[[Match], object]] = {
    "ask": manual.ask_one,
    "pin": manual.pin,
    "unpin": lambda match: manual.pin(match, pinned=False),
    "leave_out": manual.leave_out,
}
WITH_NEED: dict[str, Callable[[Need], object]] = {"stop": manual.stop, "go_on": manual.go_on}


class DeskAsks(Base):
    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.asks)
        own = path("<int:pk>/asks/", view, name="requests_app_need_asks")
        return [own, *super().get_urls()]

    def asks(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Everybody who fits, with the points; a POST names what to `do`, and with which `match`."""
        need = get_object_or_404(Need.objects.select_related("category", "locality"), pk=pk)
        if not self.has_change_permission(request, need):
            raise PermissionDenied
        if request.method == "POST":
            if _do(request, need):
                self.log_change(request, need, [{"changed": {"fields": [str(_("asks"))]}}])
            return redirect("admin:requests_app_need_asks", pk)
        matches = need.matches.select_related("offer__volunteer").order_by(
            "-pinned", "-score", "pk"
        )
        context = {
            **self.admin_site.each_context(request),
            "title": _("Who fits, and who was asked"),
            "opts": self.opts,
            "original": need,
            "search": NeedSearch.objects.filter(need=need).first(),
            "rows": [(match, with_points(match.lines)) for match in matches],
            "is_open": need.state == NeedState.OPEN,
            "by_hand_only": need.category.sensitive,
        }
        return TemplateResponse(request, "admin/need_asks.html", context)


def _do(request: HttpRequest, need: Need) -> bool:
    """Do what was chosen, if it is one of the things to do; says so."""
    what, number = request.POST.get("do", ""), request.POST.get("match", "")
    if what in WITH_NEED:
        WITH_NEED[what](need)
    elif what in WITH_MATCH and number.isdecimal():
        match = need.matches.filter(pk=number).select_related("need__category", "offer__volunteer")
        if not match or WITH_MATCH[what](match[0]) is False:
            messages.warning(request, _("This has changed in the meantime. Nothing was done."))
            return False
    else:
        messages.warning(request, _("Choose what to do."))
        return False
    messages.success(request, _("Done."))
    return True
