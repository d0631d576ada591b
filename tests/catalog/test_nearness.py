"""What lies near an area, told from the leaves of both."""

import random

import pytest

from mutualaid.catalog.nearness import areas_within
from tests.support import factories
from tests.support.ways import areas_at_random, ways

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("seed", range(4))
def test_near_is_every_area_with_a_leaf_so_near_to_one_of_theirs(seed):
    dice = random.Random(seed)
    areas = areas_at_random(dice)
    way = ways()
    for km in (0, 2, 5, 30):
        asked = dice.sample(areas, 2)
        near = {area.pk for area in areas for one in asked if way(one, area).gap <= km}
        assert areas_within(km, asked) == near


def test_nothing_is_near_no_area():
    factories.locality("a", 0, 0)
    assert areas_within(30, []) == set()
