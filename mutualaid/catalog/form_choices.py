"""The catalogue as choices of a form."""

from itertools import groupby

from django.conf import settings
from django.db.models import Prefetch, Q, QuerySet
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mutualaid.catalog.models import Category, Language, Locality
from mutualaid.templatetags.ui import icon

NOT_A_CHOICE = {
    "invalid_choice": gettext_lazy("Choose one of these."),
    "invalid_pk_value": gettext_lazy("Choose one of these."),
}
"""Said where several can be chosen and something else was sent."""

Choices = list[tuple[str, str]]
Grouped = list[tuple[str, Choices]]


def group_choices() -> Choices:
    """The groups of categories in use: (slug, label)."""
    return [(group.slug, group.label) for group in _groups()]


def group_choices_with_icons() -> Choices:
    """The same, each with its sign before the words."""
    return [(g.slug, format_html("{} {}", icon(g.icon), g.label)) for g in _groups()]


def kind_choices(group: str) -> tuple[Choices, QuerySet[Category]]:
    """What is in a group, and last "something else" for the group itself."""
    here = Category.objects.filter(Q(slug=group) | Q(parent__slug=group), is_active=True)
    kinds = [(c.slug, c.label) for c in here if c.parent_id]
    return [*kinds, *((c.slug, _("Something else")) for c in here if not c.parent_id)], here


def category_choices() -> list[tuple[str, list[tuple[int, str]]]]:
    """All categories in use under their groups: (group, [(id, label)]); first the whole group."""
    inside = Prefetch("children", Category.objects.filter(is_active=True))
    groups = _groups().prefetch_related(inside)
    return [
        (g.label, [(g.pk, _("Anything of this")), *((c.pk, c.label) for c in g.children.all())])
        for g in groups
    ]


def locality_choices() -> Grouped:
    """All areas under what they are part of: (wider area, [(slug, name)])."""
    rows = Locality.objects.select_related("parent").order_by("parent__name", "name")
    grouped = groupby(rows, key=lambda row: row.parent.name if row.parent else "")
    return [(wider, [(row.slug, row.name) for row in inside]) for wider, inside in grouped]


def language_choices() -> Grouped:
    """Languages by their own names: those of the site first, all others behind "More languages"."""
    ours = dict(settings.LANGUAGES)
    rows = list(Language.objects.all())
    first = [(row.code, row.name) for row in rows if row.code in ours]
    more = [(row.code, row.name) for row in rows if row.code not in ours]
    return [("", first), (_("More languages"), more)]


def _groups() -> QuerySet[Category]:
    return Category.objects.filter(parent=None, is_active=True)
