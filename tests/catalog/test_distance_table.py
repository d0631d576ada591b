"""Which areas lie near which is known in a table, whatever way areas are written."""

import random
from collections.abc import Iterable
from math import ceil

import pytest
from django.db import IntegrityError, connection, transaction

from mutualaid.catalog import models
from mutualaid.catalog.geo import FARTHEST_KM
from mutualaid.catalog.models import Locality, LocalityDistance, LocalityReach, measure_areas
from mutualaid.matching import tasks
from tests.support import factories
from tests.support.ways import areas_at_random, ways

pytestmark = pytest.mark.django_db
PLACES = [
    (0, 0), (0.02, 0.01), (1, 1), (10, 10),
    (89.99, 10), (90, -170), (-90, 0),  # the poles
    (0.5, 179.9), (0.5, -179.9),  # both sides of the date line
]  # fmt: skip
Row = tuple[float, int, bool]
METRE = 0.0011


def table() -> dict[tuple[str, str], Row]:
    columns = ("locality__slug", "other__slug", "km", "whole_km", "inside")
    rows = LocalityDistance.objects.values_list(*columns)
    return {(here, there): (km, whole, inside) for here, there, km, whole, inside in rows}


def by_hand() -> dict[tuple[str, str], Row]:
    """All pairs within reach, by plain loops."""
    areas = list(Locality.objects.all())
    reach = dict(LocalityReach.objects.values_list("locality", "reach_km"))
    expected, way = {}, ways()
    for here in areas:
        for there in areas:
            gap, km = way(here, there)
            if gap <= reach[there.pk]:
                inside = there.pk in here.with_ancestors()
                expected[here.slug, there.slug] = (km, ceil(gap), inside)
    return expected


def is_right() -> bool:
    """Distances to the metre, for a ball and a plane differ by less within a town."""
    found, expected = table(), by_hand()
    assert found.keys() == expected.keys()
    for pair, (km, *rest) in found.items():
        assert km == pytest.approx(expected[pair][0], abs=METRE, rel=1e-4), pair
        assert rest == list(expected[pair][1:]), pair
    return True


def many() -> list[Locality]:
    return [
        Locality(slug=f"p{n}", name=f"P{n}", lat=lat, lng=lng)
        for n, (lat, lng) in enumerate(PLACES)
    ]


def reach(km: int, slugs: Iterable[str] | None = None) -> None:
    """Offers reach so far from these areas."""
    areas = Locality.objects.filter(slug__in=slugs) if slugs else Locality.objects.all()
    measure_areas(dict.fromkeys(areas.values_list("pk", flat=True), km))


@pytest.fixture
def written(monkeypatch) -> list[int]:
    """How many rows are written, each time."""
    counts: list[int] = []
    create = LocalityDistance.objects.bulk_create

    def count(rows, **options):
        rows = list(rows)
        counts.append(len(rows))
        return create(rows, **options)

    monkeypatch.setattr(models.LocalityDistance.objects, "bulk_create", count)
    return counts


def test_one_by_one_or_all_at_once_it_is_the_same():
    for area in many():
        area.save()
    reach(FARTHEST_KM)
    one_by_one = table()
    assert is_right()
    Locality.objects.all().delete()
    assert table() == {}
    Locality.objects.bulk_create(many())
    reach(FARTHEST_KM)
    assert table() == one_by_one


def test_over_the_pole_and_over_the_date_line_is_near():
    Locality.objects.bulk_create(many())
    reach(FARTHEST_KM)
    assert table()["p4", "p5"][0] < 2
    assert table()["p7", "p8"][0] < 25
    assert ("p5", "p6") not in table()


def test_no_more_is_kept_than_offers_reach():
    Locality.objects.bulk_create(many())
    assert table() == {(area.slug, area.slug): (0, 0, True) for area in many()}
    reach(3, ["p0"])
    assert table().keys() - {(area.slug, area.slug) for area in many()} == {("p1", "p0")}
    reach(200, ["p0"])
    assert ("p2", "p0") in table()
    assert ("p0", "p2") not in table()
    assert is_right()


def by_a_statement(area: Locality, parent: Locality) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE catalog_locality SET parent_id = %s, lat = 0.4 WHERE id = %s",
            [parent.pk, area.pk],
        )
    tasks.sweep()


@pytest.mark.parametrize("how", ["save", "update", "bulk_update", "statement"])
def test_an_area_that_moves_is_measured_anew_whatever_way_it_is_written(how):
    Locality.objects.bulk_create(many())
    city, old = factories.locality("city", lat=5), factories.locality("old", lat=2)
    factories.locality("stays", lat=2.1, parent=old)
    inner = Locality.objects.get(slug="p0")
    Locality.objects.filter(pk=inner.pk).update(parent=old)
    reach(FARTHEST_KM)
    inner.parent, inner.lat = city, 0.4
    match how:
        case "save":
            inner.save()
        case "update":
            Locality.objects.filter(pk=inner.pk).update(parent=city, lat=0.4)
        case "bulk_update":
            Locality.objects.bulk_update([inner], ["parent", "lat"])
        case _:
            by_a_statement(inner, city)
    assert is_right()
    assert table()["p0", "city"] == (0, 0, True)


def test_two_that_move_at_once_are_measured_by_where_both_are():
    Locality.objects.bulk_create(many())
    reach(FARTHEST_KM)
    one, other = Locality.objects.filter(slug__in=["p2", "p3"])
    one.lat, other.lat, other.parent = 20, 20.5, one
    Locality.objects.bulk_update([one, other], ["lat", "parent"])
    assert is_right()


def test_what_lies_in_an_area_follows_it_into_a_wider_one():
    street = factories.locality("street", parent=factories.locality("quarter", lat=1))
    city = factories.locality("city", lat=3)
    quarter = street.parent
    quarter.parent = city
    quarter.save()
    assert is_right()
    assert table()["street", "city"] == (0, 0, True)


@pytest.mark.parametrize("how", ["row", "rows"])
def test_one_that_goes_leaves_the_wider_one_where_the_others_are(how):
    city = factories.locality("city")
    factories.locality("mill", lat=0.1, parent=city)
    quay = factories.locality("quay", lat=0.9, parent=city)
    factories.locality("far", lat=1)
    reach(20)
    assert ("far", "city") in table()
    quay.delete() if how == "row" else Locality.objects.filter(pk=quay.pk).delete()
    assert ("far", "city") not in table()
    assert is_right()


def test_measuring_again_writes_nothing(written):
    Locality.objects.bulk_create(many())
    before = table()
    LocalityReach.objects.update(is_measured=False)
    written.clear()
    measure_areas()
    Locality.objects.update(name="Elsewhere")
    for area in Locality.objects.all():
        area.save()
    assert not LocalityReach.objects.filter(is_measured=False).exists()
    assert sum(written) == 0
    assert table() == before


@pytest.mark.parametrize("lat", [None, float("nan"), float("inf")])
def test_there_is_no_area_without_a_position(lat):
    with pytest.raises((IntegrityError, ValueError)), transaction.atomic():
        Locality.objects.create(slug="nowhere", name="Nowhere", lat=lat, lng=0)
    assert table() == {}


@pytest.mark.parametrize("seed", range(4))
def test_trees_at_random_are_measured_as_by_hand(seed):
    dice = random.Random(seed)
    areas = areas_at_random(dice)
    for area in dice.sample(areas, 9):
        reach(dice.choice([0, 1, 4, 30]), [area.slug])
    for area in dice.sample(areas, 3):
        area.lat = dice.random() / 5
        area.save()
    assert is_right()


def test_of_ten_thousand_areas_one_that_moves_writes_its_own_rows(written):
    """With a distance for each two of them there would be a hundred million."""
    side = 100
    Locality.objects.bulk_create(
        Locality(slug=f"a{n}", name="Area", lat=n // side * 0.0089, lng=n % side * 0.0089)
        for n in range(side * side)
    )
    assert LocalityDistance.objects.count() == side * side
    area = Locality.objects.get(slug="a5050")
    reach(3, ["a5050"])
    around = 29  # at most three kilometres away, where each is just below one from the next
    assert sum(written) == side * side + around - 1
    written.clear()
    Locality.objects.filter(pk=area.pk).update(lat=area.lat + 0.0001)
    assert sum(written) < 2 * around
