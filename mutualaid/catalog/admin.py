"""The catalogue in the admin: categories, areas, languages."""

from typing import Any, ClassVar, TypeVar, cast

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db.models import CharField, Model, SlugField
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from mutualaid.admin.action_admin import ActionAdmin
from mutualaid.admin.careful_form import CarefulRowForm
from mutualaid.catalog import actions
from mutualaid.catalog.area_names import names_to_search
from mutualaid.catalog.forms.area import LocalityForm, name_fields
from mutualaid.catalog.models import Category, Language, Locality
from mutualaid.forms.typed_text import LineField
from mutualaid.people.models import User

M = TypeVar("M", bound=Model)
OTHER_NAMES = _("names in other languages")


class CatalogueAdmin(ActionAdmin[M]):
    form = CarefulRowForm
    formfield_overrides: ClassVar = {
        CharField: {"form_class": LineField},
        SlugField: {"form_class": forms.SlugField},
    }

    def apply_change(self, request: HttpRequest, form: Any) -> None:
        me, row = cast(User, request.user), form.instance
        if row._state.adding:
            actions.add_to_catalogue(row, by=me)
        elif form.to_write:
            actions.change_catalogue(type(row).objects.get(pk=row.pk), form.to_write, by=me)

    def apply_removal(self, request: HttpRequest, row: M) -> None:
        actions.remove_from_catalogue(row, by=cast(User, request.user))


@admin.register(Category)
class CategoryAdmin(CatalogueAdmin[Category]):
    list_display = ("label", "parent", "remote_ok", "sensitive", "vetted_only", "is_active")
    list_filter = ("is_active", "remote_ok", "sensitive", "vetted_only", "needs_vehicle")
    list_select_related = ("parent",)
    search_fields = ("name", "slug")
    prepopulated_fields: ClassVar = {"slug": ("name",)}


@admin.register(Locality)
class LocalityAdmin(CatalogueAdmin[Locality]):
    form = LocalityForm
    list_display = ("label", "parent", "lat", "lng")
    list_select_related = ("parent",)
    search_fields = ("slug", *names_to_search())
    prepopulated_fields: ClassVar = {"slug": ("name",)}
    own_fields = ("slug", "name", "parent", "lat", "lng")

    @admin.display(description=_("name"), ordering="name")
    def label(self, area: Locality) -> str:
        return area.label

    @admin.display(description=OTHER_NAMES)
    def other_names(self, area: Locality) -> str:
        """For whoever may only look."""
        own_names = dict(settings.LANGUAGES)
        lines = ((code, own_names.get(code, code), name) for code, name in area.names.items())
        return format_html_join("", '<p>{1}: <bdi lang="{0}">{2}</bdi></p>', lines) or "–"

    def get_form(
        self, request: HttpRequest, obj: Locality | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Name the columns alone: the form brings its other fields itself."""
        return super().get_form(request, obj, change, **{**kwargs, "fields": self.own_fields})

    def get_readonly_fields(self, request: HttpRequest, obj: Locality | None = None) -> Any:
        return () if self.has_change_permission(request, obj) else ("other_names",)

    def get_fieldsets(self, request: HttpRequest, obj: Locality | None = None) -> Any:
        looks_only = not self.has_change_permission(request, obj)
        about = _(
            "What people call it in the languages of your pages. Left empty, the name above stands."
        )
        names = {"fields": ("other_names",) if looks_only else name_fields(), "description": about}
        return [(None, {"fields": self.own_fields}), (capfirst(OTHER_NAMES), names)]


@admin.register(Language)
class LanguageAdmin(CatalogueAdmin[Language]):
    list_display = ("name", "code")
    search_fields = ("name", "code")
