"""Areas as soft shapes: each keeps to its own side, wherever on earth they are."""

from itertools import combinations
from math import isfinite

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from requests_app.pages.voronoi import REACH, WIDTH, Point, draw

CENTRES = st.lists(st.tuples(st.floats(-90, 90), st.floats(-180, 180)), min_size=1, max_size=12)


def overlap(corners: list[Point], others: list[Point]) -> bool:
    """Whether two convex shapes share more than an edge: no side of either tells them apart."""
    for shape in (corners, others):
        for (x, y), (to_x, to_y) in zip(shape, [*shape[1:], shape[0]], strict=True):
            across = (y - to_y, to_x - x)
            first, second = (
                [p[0] * across[0] + p[1] * across[1] for p in points]
                for points in (corners, others)
            )
            slack = 0.05 * (abs(across[0]) + abs(across[1]))
            if min(first) >= max(second) - slack or min(second) >= max(first) - slack:
                return False
    return True


@given(CENTRES)
@example([(90.0, 0.0), (90.0, 1.0)])
def test_every_corner_is_in_the_picture_and_areas_apart_do_not_overlap(centres):
    drawn, height = draw(centres)
    assert len(drawn) == len(centres)
    for cell in drawn:
        for corner in cell.corners:
            assert all(isfinite(part) for part in corner)
            assert -1 <= corner[0] <= WIDTH + 1
            assert -1 <= corner[1] <= height + 1
    for one, other in combinations(drawn, 2):
        assert one == other or not overlap(one.corners, other.corners)


def test_north_is_up_and_east_is_right():
    (north_west, south_east), _height = draw([(10.0, 20.0), (9.0, 21.0)])
    assert north_west.middle[0] < south_east.middle[0]
    assert north_west.middle[1] < south_east.middle[1]


def test_two_islands_at_the_date_line_stay_neighbours():
    (west, east), height = draw([(0.0, 179.99), (0.0, -179.99)])
    assert west.middle[0] < east.middle[0]
    assert height == pytest.approx(WIDTH * 2 * REACH / (1 + 2 * REACH))


def test_areas_with_one_and_the_same_centre_lie_on_each_other():
    (one, other), _height = draw([(1.0, 1.0), (1.0, 1.0)])
    assert one == other


def test_where_there_is_nothing_there_is_nothing_to_draw():
    assert draw([]) == ([], 0.0)
