"""The catalogue in the admin: categories, areas, languages."""

from typing import Any, ClassVar, TypeVar, cast

from django import forms
from django.contrib import admin
from django.db.models import CharField, Model, SlugField
from django.http import HttpRequest

from mutualaid.admin.action_admin import ActionAdmin
from mutualaid.admin.careful_form import CarefulRowForm
from mutualaid.catalog import actions
from mutualaid.catalog.models import Category, Language, Locality
from mutualaid.forms.typed_text import LineField
from mutualaid.people.models import User

M = TypeVar("M", bound=Model)


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
    list_display = ("name", "parent", "lat", "lng")
    list_select_related = ("parent",)
    search_fields = ("name", "slug")
    prepopulated_fields: ClassVar = {"slug": ("name",)}


@admin.register(Language)
class LanguageAdmin(CatalogueAdmin[Language]):
    list_display = ("name", "code")
    search_fields = ("name", "code")
