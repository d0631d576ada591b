"""What stands beside an ask or a need to be looked at."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from mutualaid.admin.action_admin import LookOnlyInline
from requests_app.models import AccessLogEntry, Claim, Need, NeedEvent


class ClaimInline(LookOnlyInline):
    model = Claim
    fields = ("volunteer", "state", "claimed_at", "scheduled_for", "delivered_at", "ended_at")


class EventInline(LookOnlyInline):
    model = NeedEvent
    fields = ("at", "action", "state", "actor_kind", "actor", "reason")


class NeedInline(LookOnlyInline):
    model = Need
    fk_name = "ask"
    fields = ("which", "state", "urgency", "needed_by", "created_at")
    readonly_fields = fields
    ordering = ("created_at", "pk")
    verbose_name_plural = _("needs of this ask")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Need]:
        return super().get_queryset(request).select_related("category", "locality")

    @admin.display(description=_("need"))
    def which(self, need: Need) -> str:
        page = reverse("admin:requests_app_need_change", args=[need.pk])
        return format_html('<a href="{}">{} · {}</a>', page, need, need.code)


class AccessLogInline(LookOnlyInline):
    model = AccessLogEntry
    fields = ("at", "by", "by_kind")
