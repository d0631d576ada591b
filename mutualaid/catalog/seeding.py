"""The categories and languages of a new site. A row that exists is the group's own and is left alone."""

from django.db import transaction

from mutualaid.catalog.models import Category, Language
from mutualaid.catalog.seed_data import CATEGORIES, LANGUAGES


@transaction.atomic
def seed_categories() -> int:
    """Add the categories that are missing, groups first; return how many were added."""
    added = 0
    for position, row in enumerate(CATEGORIES):
        parent = Category.objects.get(slug=row.parent) if row.parent else None
        fields = {
            "name": row.name,
            "parent": parent,
            "icon": row.icon,
            "position": position,
            "remote_ok": row.remote_ok,
            "sensitive": row.sensitive,
            "vetted_only": row.vetted_only,
            "needs_vehicle": row.needs_vehicle,
            "asks_quantity": row.asks_quantity,
            "asks_helpers": row.asks_helpers,
            "may_repeat": row.may_repeat,
            "offered_only": row.offered_only,
            "days_to_live": row.days_to_live,
        }
        added += Category.objects.get_or_create(slug=row.slug, defaults=fields)[1]
    return added


@transaction.atomic
def seed_languages() -> int:
    """Add the languages that are missing; return how many were added."""
    return sum(
        Language.objects.get_or_create(code=code, defaults={"name": name})[1]
        for code, name in LANGUAGES
    )
