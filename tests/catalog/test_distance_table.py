"""Which areas lie near which is known in a table, whatever way areas are written."""

import pytest

from mutualaid.catalog.distances import FARTHEST_KM
from mutualaid.catalog.geo import km_between
from mutualaid.catalog.models import Locality, LocalityDistance, rebuild_distances
from tests.support import factories

pytestmark = pytest.mark.django_db
PLACES = [
    (0, 0), (0.02, 0.01), (1, 1), (10, 10),
    (89.99, 10), (90, -170), (-90, 0),  # the poles
    (0.5, 179.9), (0.5, -179.9),  # both sides of the date line
]  # fmt: skip


def table() -> dict[tuple[str, str], tuple[float, bool]]:
    rows = LocalityDistance.objects.values_list("locality__slug", "other__slug", "km", "inside")
    return {(area, other): (round(km, 6), inside) for area, other, km, inside in rows}


def by_hand() -> dict[tuple[str, str], tuple[float, bool]]:
    expected = {}
    for area in Locality.objects.all():
        for other in Locality.objects.all():
            inside = other.pk in area.with_ancestors()
            km = 0.0 if inside else km_between(area.lat, area.lng, other.lat, other.lng)
            if km <= FARTHEST_KM:
                expected[area.slug, other.slug] = (round(km, 6), inside)
    return expected


def many() -> list[Locality]:
    return [
        Locality(slug=f"p{n}", name=f"P{n}", lat=lat, lng=lng)
        for n, (lat, lng) in enumerate(PLACES)
    ]


def test_one_by_one_or_all_at_once_it_is_the_same():
    for area in many():
        area.save()
    one_by_one = table()
    assert one_by_one == by_hand()
    Locality.objects.all().delete()
    assert table() == {}
    Locality.objects.bulk_create(many())
    assert table() == one_by_one


def test_over_the_pole_and_over_the_date_line_is_near():
    Locality.objects.bulk_create(many())
    assert table()["p4", "p5"][0] < 2
    assert table()["p7", "p8"][0] < 25
    assert ("p5", "p6") not in table()


@pytest.mark.parametrize("way", ["save", "update", "bulk_update"])
def test_an_area_that_moves_is_measured_anew_whatever_way_it_is_written(way):
    Locality.objects.bulk_create(many())
    city = factories.locality("city", lat=5)
    inner = Locality.objects.get(slug="p0")
    inner.parent, inner.lat = city, 0.4
    if way == "save":
        inner.save()
    elif way == "update":
        Locality.objects.filter(pk=inner.pk).update(parent=city, lat=0.4)
    else:
        Locality.objects.bulk_update([inner], ["parent", "lat"])
    assert table() == by_hand()
    assert table()["p0", "city"] == (0, True)


def test_what_lies_in_an_area_follows_it_into_a_wider_one():
    street = factories.locality("street", parent=factories.locality("quarter", lat=1))
    city = factories.locality("city", lat=3)
    quarter = street.parent
    quarter.parent = city
    quarter.save()
    assert table() == by_hand()
    assert table()["street", "city"] == (0, True)


def test_measuring_again_changes_nothing():
    Locality.objects.bulk_create(many())
    before = table()
    rebuild_distances()
    rebuild_distances([])
    assert table() == before
