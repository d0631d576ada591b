from django.contrib import admin

from offers_app.models import Offer


@admin.register(Offer)
class OfferAdmin(admin.ModelAdmin[Offer]):
    """Who can give what. Changing one here does not ask anybody; the next sweep does."""

    list_display = ("volunteer", "state", "paused_until", "reach_km", "per_week", "has_vehicle")
    list_filter = ("state", "has_vehicle", "categories__parent", "localities")
    list_select_related = ("volunteer",)
    search_fields = ("volunteer__name",)
    autocomplete_fields = ("categories", "localities", "languages")
    readonly_fields = ("volunteer", "state", "paused_until", "created_at")
    exclude = ("match_due_at",)

    def has_add_permission(self, request: object) -> bool:
        return False
