"""Filters of the lists of needs and asks that need words of their own."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from requests_app.models import live_needs


class SourceFilter(admin.AllValuesFieldListFilter):
    """Where an ask came from: the empty text stands for the pages of this site."""

    def choices(self, changelist: Any) -> Iterator[Any]:
        for choice in super().choices(changelist):
            yield {**choice, "display": choice["display"] or _("this site")}


class HeldBackFilter(admin.EmptyFieldListFilter):
    """Whether a need is held back."""

    def choices(self, changelist: Any) -> Iterator[Any]:
        words = {"1": _("no"), "0": _("yes")}
        for choice, value in zip(super().choices(changelist), (None, *words), strict=True):
            yield {**choice, "display": words[value] if value else choice["display"]}


class HelpFilter(admin.SimpleListFilter):
    """Needs that have not ended, by whether someone has said yes."""

    title = _("help")
    parameter_name = "help"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("none", _("no one yet")), ("coming", _("someone is coming"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        with_help = {"none": False, "coming": True}.get(self.value() or "")
        if with_help is None:
            return queryset
        return queryset.filter(pk__in=live_needs(with_help=with_help))


class SaidHowSoonFilter(admin.ChoicesFieldListFilter):
    """How soon, as the neighbour said it, however long ago."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = _("how soon, as they said")
