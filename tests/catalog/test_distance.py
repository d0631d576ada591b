"""Distances between centres."""

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from mutualaid.catalog.geo import km_between
from mutualaid.catalog.models import Locality

LAT = st.floats(-90, 90)
LNG = st.floats(-180, 180)
KNOWN = [
    ((0, 0), (0, 1), 111.195),
    ((52.5200, 13.4050), (48.8566, 2.3522), 877.5),  # Berlin, Paris
    ((90, 0), (-90, 0), 20015.1),  # pole to pole
    ((0, 179.5), (0, -179.5), 111.195),  # over the date line
    ((90, 10), (90, -170), 0.0),  # one pole, whatever the longitude
    ((12.5, 41.9), (12.5, 41.9), 0.0),
]


@pytest.mark.parametrize(("first", "second", "km"), KNOWN)
def test_known_distances(first, second, km):
    assert km_between(*first, *second) == pytest.approx(km, abs=0.6)


@given(LAT, LNG, LAT, LNG)
def test_a_distance_is_the_same_both_ways_and_never_more_than_half_the_earth(a, b, c, d):
    there, back = km_between(a, b, c, d), km_between(c, d, a, b)
    assert there == pytest.approx(back, abs=1e-6)
    assert 0 <= there <= 20_016


@pytest.mark.django_db
@pytest.mark.parametrize("lat", [float("nan"), float("inf"), 90.5, -91])
def test_what_is_not_on_earth_is_refused(lat):
    with pytest.raises(IntegrityError), transaction.atomic():
        Locality.objects.create(slug="nowhere", name="Nowhere", lat=lat, lng=0)
