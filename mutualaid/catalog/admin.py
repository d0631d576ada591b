from typing import ClassVar

from django.contrib import admin

from mutualaid.catalog.models import Category, Language, Locality


@admin.register(Category)
class CategoryAdmin(admin.ModelAdmin[Category]):
    list_display = ("label", "parent", "remote_ok", "sensitive", "vetted_only", "is_active")
    list_filter = ("is_active", "remote_ok", "sensitive", "vetted_only", "needs_vehicle")
    list_select_related = ("parent",)
    search_fields = ("name", "slug")
    prepopulated_fields: ClassVar = {"slug": ("name",)}


@admin.register(Locality)
class LocalityAdmin(admin.ModelAdmin[Locality]):
    list_display = ("name", "parent", "lat", "lng")
    list_select_related = ("parent",)
    search_fields = ("name", "slug")
    autocomplete_fields = ("parent",)
    prepopulated_fields: ClassVar = {"slug": ("name",)}


@admin.register(Language)
class LanguageAdmin(admin.ModelAdmin[Language]):
    list_display = ("name", "code")
    search_fields = ("name", "code")
