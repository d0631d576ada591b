"""A site that was seeded with stiff names gets the plain ones; what a group named stays."""

from importlib import import_module

import pytest
from django.apps import apps

from mutualaid.catalog.models import Category
from mutualaid.catalog.seed_data import CATEGORIES

migration = import_module("mutualaid.catalog.migrations.0002_plain_names")


@pytest.mark.django_db
def test_names_that_no_one_changed_become_plain_and_back():
    Category.objects.all().delete()
    kept = Category.objects.create(slug="grief", name="Grief circle")
    old = [Category.objects.create(slug=f"old-{n}", name=n) for n in migration.BETTER]
    migration.forwards(apps, None)
    assert set(Category.objects.exclude(pk=kept.pk).values_list("name", flat=True)) == set(
        migration.BETTER.values()
    )
    kept.refresh_from_db()
    assert kept.name == "Grief circle"
    migration.backwards(apps, None)
    assert [Category.objects.get(pk=row.pk).name for row in old] == list(migration.BETTER)


def test_each_new_name_is_one_that_sites_start_with():
    assert set(migration.BETTER.values()) <= {row.name for row in CATEGORIES}
