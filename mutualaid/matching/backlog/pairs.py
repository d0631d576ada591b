"""Which offers fit which needs: a join over (language, category family, locality in reach).

Every row that it makes is a pair that fits but for the times of the week, so its cost follows the
pairs and not needs × offers.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mutualaid.matching.backlog.arrays import NeedRows, positions
from mutualaid.matching.backlog.category_rules import CategoryRules
from mutualaid.matching.backlog.exclusions import not_ruled_out
from mutualaid.matching.backlog.groups import Groups
from mutualaid.matching.backlog.offer_pool import CategoryOffers, OfferPool
from mutualaid.matching.backlog.points import SHARED, pair_score
from mutualaid.matching.backlog.problem import Ints, spread

MOST_PAIRS = 50_000_000
"""Rows of the join in all, eight bytes each. Where there would be more, because very many live
near, each search keeps as many of the nearest as leave room for the others."""

PIECE = 2_000_000
"""Rows, or blocks looked up, at once."""

SHARP = 64
"""Points are sorted in steps of 1/64."""


@dataclass(frozen=True)
class Searches:
    """One for each language of each group of one category, by positions."""

    group: Ints
    language: Ints
    at_home: NDArray[np.bool_]
    here: Ints
    week_parts: Ints


@dataclass(frozen=True)
class Pairs:
    """Pairs of group g: from `starts[g]` to `starts[g + 1]`, sorted by offer."""

    starts: Ints
    offer: NDArray[np.int32]
    points: NDArray[np.float32]


def join(
    groups: Groups, needs: NeedRows, ground: OfferPool, kinds: Mapping[int, CategoryRules]
) -> Pairs:
    work = [
        (CategoryOffers(ground, category, kinds[category]), searches)
        for category, searches in _searches(groups, ground, kinds)
    ]
    found = [_found(stock, searches) for stock, searches in work]
    most = _room_for_each(np.concatenate([np.zeros(1, dtype=np.int64), *found]))
    offers, points, counts = [], [], np.zeros(len(groups.one), dtype=np.int64)
    for (stock, searches), expected in zip(work, found, strict=True):
        for piece in _pieces(searches, np.minimum(expected, most), len(ground.geography.ids)):
            group, offer, worth = _pairs(stock, piece, most)
            allowed = not_ruled_out(group, offer, groups, needs, ground)
            np.add.at(counts, group[allowed], 1)
            offers.append(offer[allowed].astype(np.int32))
            points.append(worth[allowed])
    starts = np.concatenate([[0], np.cumsum(counts)])
    none = np.zeros(0)
    return Pairs(
        starts,
        np.concatenate([none.astype(np.int32), *offers]),
        np.concatenate([none.astype(np.float32), *points]),
    )


def _searches(
    groups: Groups, ground: OfferPool, kinds: Mapping[int, CategoryRules]
) -> Iterator[tuple[int, Searches]]:
    """By category; groups are sorted by it."""
    language, spoken = positions(groups.languages.target, ground.languages)
    owner, language, at_home = (
        groups.languages.owner[spoken],
        language[spoken],
        groups.at_home[spoken],
    )
    category, here = groups.category[owner], ground.geography.positions(groups.locality[owner])
    for one in np.unique(category):
        mine = slice(*np.searchsorted(category, [one, one + 1]))
        place = np.full_like(here[mine], ground.geography.anywhere)
        place = place if kinds[int(one)].remote_ok else here[mine]
        yield (
            int(one),
            Searches(
                owner[mine], language[mine], at_home[mine], place, groups.week_parts[owner[mine]]
            ),
        )


def _found(stock: CategoryOffers, searches: Searches) -> Ints:
    """How many rows each search brings."""
    step = max(1, PIECE // max(1, len(stock.ground.geography.ids)))
    every = range(0, len(searches.group), step)
    parts = [
        stock.counts(searches.language[n : n + step], searches.here[n : n + step]).sum(axis=1)
        for n in every
    ]
    return np.concatenate([np.zeros(0, dtype=np.int64), *parts])


def _room_for_each(found: Ints) -> int:
    """The most that each search may bring so that all together bring `MOST_PAIRS` at most."""
    low, high = 1, int(found.max(initial=1))
    while low < high:
        middle = (low + high + 1) // 2
        fits = np.minimum(found, middle).sum() <= MOST_PAIRS
        low, high = (middle, high) if fits else (low, middle - 1)
    return low


def _pieces(searches: Searches, expected: Ints, localities: int) -> Iterator[Searches]:
    """Whole groups, about `PIECE` rows each."""
    cost = np.cumsum(expected + localities)
    begin = 0
    while begin < len(cost):
        spent = cost[begin - 1] if begin else 0
        end = max(begin + 1, int(np.searchsorted(cost, spent + PIECE)))
        end = int(np.searchsorted(searches.group, searches.group[end - 1], side="right"))
        yield Searches(*(column[begin:end] for column in vars(searches).values()))
        begin = end


def _pairs(
    stock: CategoryOffers, searches: Searches, most: int
) -> tuple[Ints, Ints, NDArray[np.float32]]:
    """Group, offer and points of each pair; each pair once, with the most points it can have."""
    ground = stock.ground
    reaching = stock.counts(searches.language, searches.here)
    taken = _nearest(reaching, ground.geography.km[searches.here], most)
    search, there = np.nonzero(taken)
    many = taken[search, there].astype(np.int64)
    first = stock.first[stock.blocks(searches.language)[search, there]]
    skipped = (search * 7919) % (reaching[search, there] - many + 1)
    row = stock.offer[spread(first + skipped, many)[0]].astype(np.int64)
    km = np.repeat(ground.geography.km[searches.here[search], there], many)
    offers = ground.offers
    time = SHARED[np.repeat(searches.week_parts[search], many), offers.week_parts[row]]
    score = pair_score(
        ground.points,
        km,
        offers.reach_km[row],
        stock.exact[row],
        np.repeat(searches.at_home[search], many),
        time,
        offers.recent_invitations[row],
    )
    fits = time > 0
    return _once(np.repeat(searches.group[search], many)[fits], row[fits], score[fits])


def _nearest(counts: NDArray[np.int32], km: NDArray[np.float64], most: int) -> NDArray[np.int32]:
    """The same counts, the far ones cut where a search would bring more than `most`."""
    over = np.flatnonzero(counts.sum(axis=1) > most)
    if not len(over):
        return counts
    about = km[over] + np.random.default_rng(0).random(km[over].shape)
    order = np.argsort(about, axis=1)
    near = np.take_along_axis(counts[over], order, axis=1)
    before = np.cumsum(near, axis=1) - near
    cut = counts.copy()
    kept = np.empty_like(near)
    np.put_along_axis(kept, order, np.clip(most - before, 0, near), axis=1)
    cut[over] = kept
    return cut


def _once(
    group: Ints, offer: Ints, score: NDArray[np.float64]
) -> tuple[Ints, Ints, NDArray[np.float32]]:
    """Sort by group and offer; of a pair found in several ways, the best stays.

    All three go into one number each, for numbers are sorted much faster than rows.
    """
    if not len(group):
        return group, offer, score.astype(np.float32)
    base, lowest = group.min(), np.floor(score.min())
    key = (
        ((group - base) << 42) | (offer << 16) | np.rint((score - lowest) * SHARP).astype(np.int64)
    )
    key.sort()
    key = key[np.append(key[1:] >> 16 != key[:-1] >> 16, True)]
    points = (key & 0xFFFF) / SHARP + lowest
    return (key >> 42) + base, (key >> 16) & 0x3FFFFFF, points.astype(np.float32)
