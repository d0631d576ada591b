"""How far areas are from each other. Pure: `models.measure_areas` keeps the table (ADR 85).

An area lies where its *leaves* lie: the areas in it that have no parts, each at its centre. Two areas are as
near as their nearest leaves, which decides who reaches whom. How far people have to go, on the whole, is the
root mean square of the ways between all their leaves.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import starmap
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mutualaid.catalog.geo import EARTH_DIAMETER_KM

CHUNK = 4_000_000
"""Pairs of leaves looked at in one piece."""

TINY = 1e-9
"""More than what is lost by rounding on the unit sphere."""

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


class Area(NamedTuple):
    """Degrees; `parent` is the id of what the area is part of."""

    pk: int
    parent: int | None
    lat: float
    lng: float


class Distance(NamedTuple):
    """From where a need is to where an offer is, by ids: the columns of `models.LocalityDistance`."""

    locality_id: int
    other_id: int
    km: float
    whole_km: int
    inside: bool


class Distances:
    """All areas, (n_areas,), ascending by id; distances are km in whole metres."""

    def __init__(self, areas: Iterable[Area]) -> None:
        rows = sorted(areas)
        self.ids: Ints = np.array([area.pk for area in rows], dtype=np.int64)
        self._parent, self._subtree, self._ranges, leaves = _walk(rows)
        self._area_of_leaf: Ints = np.array(leaves, dtype=np.int64)
        lat, lng = np.radians([rows[leaf][2:] for leaf in leaves]).reshape(-1, 2).T
        self._leaves: Floats = np.stack(
            [np.cos(lat) * np.cos(lng), np.cos(lat) * np.sin(lng), np.sin(lat)], axis=1
        )
        """(n_leaves, 3), on the unit sphere; those of an area follow one another, see `_ranges`."""
        self._southmost_first: Ints = np.argsort(self._leaves[:, 2])
        counts = np.diff(self._ranges, axis=1)
        self._middle: Floats = _of_each(np.add, self._leaves, self._ranges) / counts
        spread = np.clip(1 - (self._middle**2).sum(axis=1), 0, None)
        self._spread: Floats = np.where(counts[:, 0] == 1, 0.0, spread)
        """The mean square of the chords from the middle of an area to its leaves."""

    def km(self, area: int) -> Floats:
        """How far people go from the area at this position to each, on the whole, (n_areas,)."""
        everywhere = np.arange(len(self.ids))
        return self._km(np.full_like(everywhere, area), everywhere)

    def gap_km(self, area: int) -> Floats:
        """How far the nearest leaves of the area at this position and of each are apart, (n_areas,)."""
        return _km(self._gaps(area))

    def inside(self, area: int) -> Bools:
        """Which areas are the one at this position or hold it, (n_areas,)."""
        begin, end = self._subtree.T
        holds: Bools = (begin <= begin[area]) & (begin[area] < end)
        return holds

    def with_relatives(self, areas: Ints) -> Ints:
        """The positions of these areas, of all that is part of them, and of all that they are part of."""
        begin, end = self._subtree.T
        found = np.zeros(len(self.ids), dtype=bool)
        for area in areas.tolist():
            found |= self.inside(area) | ((begin >= begin[area]) & (begin < end[area]))
        return np.flatnonzero(found)

    def rows(self, areas: Ints, reach_km: Ints) -> Iterator[Distance]:
        """Yield all distances from and to the areas at these positions, as far as offers reach.

        `reach_km` (n_areas,) is how far they reach at most from each area.
        """
        is_asked = np.zeros(len(self.ids), dtype=bool)
        is_asked[areas] = True
        reach = _squares_of_chords(reach_km)
        most = np.maximum(reach, reach[~is_asked].max(initial=0.0))
        is_leaf = np.diff(self._subtree, axis=1)[areas, 0] == 1
        for here, there, gaps in (
            *self._pairs_of_leaves(areas[is_leaf], most),
            *(self._pairs_of(area, most[area]) for area in areas[~is_leaf]),
        ):
            kept = gaps <= reach[here]
            yield from self._rows(there[kept], here[kept], gaps[kept])
            kept = (gaps <= reach[there]) & ~is_asked[there]
            yield from self._rows(here[kept], there[kept], gaps[kept])

    def _rows(self, here: Ints, there: Ints, gaps: Floats) -> Iterator[Distance]:
        begin, end = self._subtree[there].T
        inside = (begin <= self._subtree[here, 0]) & (self._subtree[here, 0] < end)
        whole_km = np.ceil(_km(gaps)).astype(np.int64)
        columns = (self.ids[here], self.ids[there], self._km(here, there), whole_km, inside)
        return starmap(Distance, zip(*(column.tolist() for column in columns), strict=True))

    def _km(self, here: Ints, there: Ints) -> Floats:
        apart = ((self._middle[here] - self._middle[there]) ** 2).sum(axis=1)
        return _km(apart + self._spread[here] + self._spread[there])

    def _pairs_of(self, area: int, most: float) -> tuple[Ints, Ints, Floats]:
        """This position, those of the areas at most so far away, and the squares of the gaps; (n,) each."""
        gaps = self._gaps(area)
        there = np.flatnonzero(gaps <= most)
        return np.full(len(there), area), there, gaps[there]

    def _pairs_of_leaves(self, areas: Ints, most: Floats) -> Iterator[tuple[Ints, Ints, Floats]]:
        """The same for many areas without parts, with `most` (n_areas,): only those about as far north."""
        own = self._ranges[areas, 0]
        span = np.sqrt(most[areas]) + TINY
        north = self._leaves[self._southmost_first, 2]
        begin = np.searchsorted(north, self._leaves[own, 2] - span)
        counts = np.searchsorted(north, self._leaves[own, 2] + span, side="right") - begin
        cuts = np.searchsorted(np.cumsum(counts), np.arange(CHUNK, counts.sum(), CHUNK))
        for part in np.split(np.arange(len(areas)), cuts):
            row = np.repeat(part, counts[part])
            first = np.cumsum(counts[part]) - counts[part]
            number = np.arange(len(row)) + np.repeat(begin[part] - first, counts[part])
            leaf = self._southmost_first[number]
            squares = ((self._leaves[leaf] - self._leaves[own[row]]) ** 2).sum(axis=1)
            near = squares <= most[areas[row]]
            yield self._lifted(areas[row[near]], self._area_of_leaf[leaf[near]], squares[near])

    def _lifted(self, here: Ints, there: Ints, squares: Floats) -> tuple[Ints, Ints, Floats]:
        """Of pairs of leaves: the second also for all that holds it, the nearest of each; (n,) each."""
        found = [(here, there, squares)]
        while len(there):
            there = self._parent[there]
            has_parent = there >= 0
            here, there, squares = here[has_parent], there[has_parent], squares[has_parent]
            found.append((here, there, squares))
        here = np.concatenate([part[0] for part in found])
        there = np.concatenate([part[1] for part in found])
        squares = np.concatenate([part[2] for part in found])
        key = here * len(self.ids) + there
        order = np.lexsort((squares, key))
        order = order[np.diff(key[order], prepend=-1) > 0]
        return here[order], there[order], squares[order]

    def _gaps(self, area: int) -> Floats:
        """The squares of the shortest chords between leaves, (n_areas,)."""
        first, last = self._ranges[area].tolist()
        product = np.ones(len(self._leaves))
        for part in (slice(0, first), slice(last, None)):
            product[part] = _largest_products(self._leaves[part], self._leaves[first:last])
        return _of_each(np.minimum, np.clip(2 - 2 * product, 0, None), self._ranges)


def _largest_products(leaves: Floats, own: Floats) -> Floats:
    """For each of `leaves` (n, 3) the largest product with one of `own` (m, 3), (n,)."""
    step = max(1, CHUNK // len(own))
    parts = [
        (leaves[begin : begin + step] @ own.T).max(axis=1) for begin in range(0, len(leaves), step)
    ]
    return np.concatenate([np.zeros(0), *parts])


def _of_each(function: np.ufunc, values: Floats, ranges: Ints) -> Floats:
    """`function` over the range of each area, from its first to before its last: (n_areas, …)."""
    if not len(ranges):
        return np.zeros((0, *values.shape[1:]))
    padded = np.concatenate([values, np.zeros((1, *values.shape[1:]))])
    reduced: Floats = function.reduceat(padded, ranges.reshape(-1), axis=0)[::2]
    return reduced


def _km(squares: Floats) -> Floats:
    """From the squares of chords of the unit sphere to km along the ground, in whole metres."""
    chords = np.sqrt(np.clip(squares, 0, 4))
    km: Floats = np.round(EARTH_DIAMETER_KM * np.arcsin(chords / 2), 3)
    return km


def _squares_of_chords(km: Ints) -> Floats:
    """The squares of chords of half a metre more than so many km."""
    squares: Floats = (2 * np.sin((km + 0.0005) / EARTH_DIAMETER_KM)) ** 2
    return squares


def _walk(areas: Sequence[Area]) -> tuple[Ints, Ints, Ints, list[int]]:
    """Walk the tree, parents first.

    Returns by position the parent, or -1, (n_areas,); where the subtree begins and ends in the order of the
    walk, (n_areas, 2); where the leaves begin and end in it, (n_areas, 2); and the leaves in this order.
    """
    position = {area.pk: number for number, area in enumerate(areas)}
    parts: dict[int, list[int]] = defaultdict(list)
    for number, area in enumerate(areas):
        parts[position.get(area.parent or 0, -1)].append(number)
    parent = [-1] * len(areas)
    subtree = [[-1, -1] for _ in areas]
    ranges = [[0, 0] for _ in areas]
    leaves: list[int] = []
    seen = 0
    # Those of a ring hang on nothing: the first of them stands for its root.
    for root in [*parts[-1], *range(len(areas))]:
        path = [root] if subtree[root][0] < 0 else []
        while path:
            area = path[-1]
            if subtree[area][0] < 0:
                subtree[area][0], ranges[area][0] = seen, len(leaves)
                seen += 1
                inner = [part for part in parts[area] if subtree[part][0] < 0]
                for part in inner:
                    parent[part] = area
                if not inner:
                    leaves.append(area)
                path += inner
            else:
                subtree[area][1], ranges[area][1] = seen, len(leaves)
                path.pop()
    shape = (len(areas), 2)
    return (
        np.array(parent, dtype=np.int64),
        np.array(subtree, dtype=np.int64).reshape(shape),
        np.array(ranges, dtype=np.int64).reshape(shape),
        leaves,
    )
