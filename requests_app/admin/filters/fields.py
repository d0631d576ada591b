"""Filters of the lists of needs and asks that need words of their own."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _


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


class SaidHowSoonFilter(admin.ChoicesFieldListFilter):
    """How soon, as the neighbour said it, however long ago."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = _("how soon, as they said")
