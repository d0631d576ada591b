"""What a site gets that was seeded before: only rows that its group left as they were are changed."""

from importlib import import_module

import pytest
from django.apps import apps

from mutualaid.catalog.models import Category
from mutualaid.catalog.seed_data import CATEGORIES
from mutualaid.catalog.seeding import seed_categories

pytestmark = pytest.mark.django_db
migration = import_module("mutualaid.catalog.migrations.0003_asked_or_offered")
CHANGED = {"name": "Our groceries", "days_to_live": 2, "sensitive": True, "is_active": False}


@pytest.fixture(autouse=True)
def _seeded_before():
    seed_categories()
    slugs = [*migration.AS_SEEDED]
    Category.objects.filter(slug__in=slugs).update(may_repeat=False, offered_only=False)


def test_what_was_left_as_it_was_becomes_what_a_new_site_is_seeded_with():
    migration.mark_untouched(apps, None)
    for row in CATEGORIES:
        stored = Category.objects.get(slug=row.slug)
        expected = (row.may_repeat, row.offered_only)
        assert (stored.may_repeat, stored.offered_only) == expected, row.slug


@pytest.mark.parametrize("name", CHANGED)
@pytest.mark.parametrize("slug", ["groceries", "surplus"])
def test_what_the_group_changed_in_any_way_is_its_own(slug, name):
    Category.objects.filter(slug=slug).update(**{name: CHANGED[name]})
    migration.mark_untouched(apps, None)
    row = Category.objects.get(slug=slug)
    assert (row.may_repeat, row.offered_only) == (False, False)
