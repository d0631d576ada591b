"""The catalogue as choices of a form: its rows, their labels, and fields that clean to rows."""

from collections.abc import Callable, Collection, Iterable
from functools import cached_property
from itertools import groupby
from typing import Any

from django import forms
from django.conf import settings
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mutualaid.catalog.language_names import spoken_in
from mutualaid.catalog.models import Category, Language, Locality
from mutualaid.forms.name_search import plain
from mutualaid.templatetags.ui import icon

MOST_NEEDED = 5
"""So many kinds of help are shown as needed most."""
NOT_A_CHOICE = {
    "invalid_choice": gettext_lazy("Choose one of these."),
    "invalid_pk_value": gettext_lazy("Choose one of these."),
}
"""Errors where several can be chosen and something else was sent."""

Choices = list[tuple[str, str]]
Grouped = list[tuple[str, Choices]]
"""Label of a group, and the choices in it."""
Row = Category | Language | Locality


class Catalogue:
    """The rows to choose from. Each table is read once, when a form first needs it.

    With `to_ask` it is without the kinds that are only ever offered.
    """

    def __init__(self, *, to_ask: bool = False) -> None:
        self.to_ask = to_ask

    @cached_property
    def categories(self) -> list[Category]:
        """Those in use, each with its group loaded."""
        in_use = Category.objects.filter(is_active=True)
        rows = list(in_use.exclude(offered_only=True) if self.to_ask else in_use)
        by_pk = {row.pk: row for row in rows}
        for row in rows:
            if row.parent_id in by_pk:
                row.parent = by_pk[row.parent_id]
        return rows

    @property
    def groups(self) -> list[Category]:
        return [row for row in self.categories if row.parent_id is None]

    def kinds_of(self, group: Category) -> list[Category]:
        """The categories in a group, and last the group itself, for what is none of these."""
        return [*(row for row in self.categories if row.parent_id == group.pk), group]

    @property
    def to_give(self) -> list[Category]:
        """Those that can be offered: each group in use, and what is in use in it."""
        return [kind for group in self.groups for kind in self.kinds_of(group)]

    @cached_property
    def localities(self) -> list[Locality]:
        """Those of one wider area together, by their names in the reader's language."""
        rows = Locality.objects.select_related("parent").defer("outline", "parent__outline")
        return sorted(rows, key=lambda row: (_place_in_list(row.parent), _place_in_list(row)))

    @cached_property
    def languages(self) -> list[Language]:
        return list(Language.objects.all())


def _place_in_list(area: Locality | None) -> tuple[str, int]:
    return (plain(area.label), area.pk) if area else ("", 0)


def group_choices(catalogue: Catalogue | None = None) -> Choices:
    """Return the groups of categories in use: (slug, label)."""
    return [(group.slug, group.label) for group in (catalogue or Catalogue()).groups]


def group_choices_with_icons(catalogue: Catalogue) -> Choices:
    """Return the groups with their icon before the label."""
    return [
        (group.slug, format_html("{} {}", icon(group.icon), group.label))
        for group in catalogue.groups
    ]


def kind_choices(kinds: Iterable[Category]) -> Choices:
    """Return (slug, label) of the categories of one group; the group itself is "something else"."""
    return [(row.slug, row.label if row.parent_id else _("Something else")) for row in kinds]


def grouped_kind_choices(catalogue: Catalogue) -> Grouped:
    """Return every category in use under its group: (group, [(slug, label)])."""
    return [(group.label, kind_choices(catalogue.kinds_of(group))) for group in catalogue.groups]


def category_choices() -> list[tuple[str, list[tuple[int, str]]]]:
    """Return all categories in use under their groups: (group, [(id, label)]); first the whole group."""
    catalogue = Catalogue()
    return [
        (group.label, [(group.pk, _("Anything of this")), *((c.pk, c.label) for c in kinds)])
        for group in catalogue.groups
        for kinds in [catalogue.kinds_of(group)[:-1]]
    ]


class OpenGroup(str):
    """The label of a group of choices that stands unfolded."""

    is_open = True


def choices_to_give(
    catalogue: Catalogue, most_needed: Collection[int], title: str | Promise
) -> list[tuple[str, Any]]:
    """Return what can be offered: what is needed most, under `title`, then the rest, each under its group.

    `most_needed` are ids, of which the first `MOST_NEEDED` that fit are shown; each category stands there
    once. A group without any other stands by itself.
    """
    by_pk = {row.pk: row for row in catalogue.to_give}
    needed = [
        by_pk[pk] for pk in most_needed if pk in by_pk and _is_one_thing(catalogue, by_pk[pk])
    ][:MOST_NEEDED]
    first: list[tuple[str, Any]] = [(OpenGroup(title), [(c.slug, c.label) for c in needed])]
    rest: list[tuple[str, Any]] = []
    for group in catalogue.groups:
        *kinds, whole = catalogue.kinds_of(group)
        labelled = [(kind.slug, kind.label) for kind in kinds if kind not in needed]
        if labelled:
            rest.append((group.label, [(whole.slug, _("Anything of this")), *labelled]))
        elif whole not in needed:
            rest.append(
                (
                    whole.slug,
                    _("Something else: you can ask me") if whole.is_anything else group.label,
                )
            )
    return [*first, *rest] if needed else rest


def _is_one_thing(catalogue: Catalogue, category: Category) -> bool:
    """Whether its name says what to do: it is no group with others in it."""
    is_alone = category.parent_id is not None or len(catalogue.kinds_of(category)) == 1
    return is_alone and not category.is_anything


def locality_choices(catalogue: Catalogue | None = None) -> Grouped:
    """Return all areas under what they are part of: (wider area, [(slug, label)])."""
    rows = (catalogue or Catalogue()).localities
    grouped = groupby(rows, key=lambda row: row.parent)
    return [
        (parent.label if parent else "", [(row.slug, row.label) for row in inside])
        for parent, inside in grouped
    ]


def language_choices(catalogue: Catalogue | None = None) -> Grouped:
    """Return languages by their own names: the site's first, all others under "More languages"."""
    of_the_site = {spoken_in(code) for code, _name in settings.LANGUAGES}
    rows = (catalogue or Catalogue()).languages
    first = [(row.code, row.name) for row in rows if row.code in of_the_site]
    more = [(row.code, row.name) for row in rows if row.code not in of_the_site]
    return [("", first), (_("More languages"), more)]


class _ChoiceOfRows(forms.ChoiceField):
    """A choice of `rows`, by their codes. Labels are only made for a page that is rendered."""

    coerce: Callable[[str], Row]

    def offer(self, rows: Iterable[Row], make_choices: Callable[[], Choices | Grouped]) -> None:
        """Let these rows be chosen; `make_choices` returns the choices, each with a row's code."""
        self.choices = make_choices
        self.rows = {code_of(row): row for row in rows}
        self.coerce = self.rows.__getitem__

    def valid_value(self, value: Any) -> bool:
        return str(value) in self.rows


class RowField(_ChoiceOfRows, forms.TypedChoiceField):
    """One row of the catalogue, chosen by its code."""

    def prepare_value(self, value: Any) -> Any:
        return code_of(value)


class RowsField(_ChoiceOfRows, forms.TypedMultipleChoiceField):
    """Rows of the catalogue, each chosen by its code, in the order in which they were sent."""

    widget = forms.CheckboxSelectMultiple

    def prepare_value(self, value: Any) -> Any:
        return [code_of(row) for row in value] if isinstance(value, (list, tuple)) else value

    def clean(self, value: Any) -> list[Any]:
        return list(dict.fromkeys(super().clean(value)))


def code_of(value: Any) -> Any:
    """Return the code by which a form knows a row; anything else as it is."""
    return value.code if isinstance(value, Language) else getattr(value, "slug", value)
