"""The words a site starts with, and the trees they stand in."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.utils import translation

from mutualaid.catalog.models import Category, Language, Locality
from mutualaid.catalog.seed_data import CATEGORIES
from tests.support import factories

pytestmark = pytest.mark.django_db


def test_seeding_twice_changes_nothing_and_leaves_what_the_group_wrote():
    call_command("seed", verbosity=0)
    Category.objects.filter(slug="food").update(name="Feeding each other", is_active=False)
    before = list(Category.objects.values()), list(Language.objects.values())
    call_command("seed", verbosity=0)
    assert (list(Category.objects.values()), list(Language.objects.values())) == before


def test_every_seeded_kind_stands_in_a_group_has_a_sign_and_is_translated():
    call_command("seed", verbosity=0)
    signs = set(Category.objects.values_list("icon", flat=True))
    sprite = Path(settings.BASE_DIR, "mutualaid/static/icons.svg").read_text()
    assert {sign for sign in signs if f'id="icon-{sign}"' not in sprite} == set()
    with translation.override("ar"):
        assert all(category.label != category.name for category in Category.objects.all())
    assert len(CATEGORIES) == Category.objects.count()


def test_what_can_endanger_someone_is_sensitive_and_what_works_from_afar_is_so():
    call_command("seed", verbosity=0)
    assert Category.objects.filter(sensitive=True).exists()
    assert Category.objects.filter(remote_ok=True).exists()
    assert Category.objects.filter(vetted_only=True).exists()


def test_a_kind_fits_itself_its_group_and_what_is_in_it():
    food = factories.category("food")
    bread, milk = (factories.category(s, parent=food) for s in ("bread", "milk"))
    assert set(bread.family) == {bread.pk, food.pk}
    assert set(food.family) == {food.pk, bread.pk, milk.pk}


def test_there_are_two_levels_only():
    food = factories.category("food")
    bread = factories.category("bread", parent=food)
    with pytest.raises(ValidationError):
        Category(slug="rye", name="Rye", parent=bread).clean()
    food.parent = factories.category("all")
    with pytest.raises(ValidationError):
        food.clean()


def test_an_area_knows_what_it_is_part_of_and_what_is_in_it():
    city = factories.locality("city")
    north = factories.locality("north", parent=city)
    mill = factories.locality("mill", parent=north)
    assert mill.with_ancestors() == [mill.pk, north.pk, city.pk]
    assert set(city.with_descendants()) == {city.pk, north.pk, mill.pk}


def test_an_area_cannot_be_part_of_itself_even_in_a_ring():
    city = factories.locality("city")
    north = factories.locality("north", parent=city)
    city.parent = north
    with pytest.raises(ValidationError):
        city.clean()
    Locality.objects.filter(pk=city.pk).update(parent=north)
    ring = Locality.objects.get(pk=north.pk)
    assert set(ring.with_ancestors()) == set(ring.with_descendants()) == {city.pk, north.pk}
