from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from offers_app.actions import announce
from offers_app.models import Offer
from offers_app.states import COUNTS


@admin.register(Offer)
class OfferAdmin(admin.ModelAdmin[Offer]):
    """Who can give what."""

    list_display = ("volunteer", "state", "paused_until", "reach_km", "per_week", "has_vehicle")
    list_filter = ("state", "has_vehicle", "categories__parent", "localities")
    list_select_related = ("volunteer",)
    search_fields = ("volunteer__name",)
    autocomplete_fields = ("categories", "localities", "languages")
    readonly_fields = ("volunteer", "state", "paused_until", "confirmed_at", "created_at")
    exclude = ("match_due_at", "asked_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if form.instance.state in COUNTS:
            announce(form.instance)
