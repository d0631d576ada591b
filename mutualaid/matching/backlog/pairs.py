"""Which offers fit which needs: a join over (language, category family, locality in reach).

Every row that it makes is a pair that fits but for the times of the week, so its cost follows the
pairs and not needs × offers.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mutualaid.matching.backlog.arrays import NeedArrays, positions
from mutualaid.matching.backlog.category_rules import CategoryRules
from mutualaid.matching.backlog.exclusions import is_allowed
from mutualaid.matching.backlog.geography import ANYWHERE
from mutualaid.matching.backlog.groups import Groups
from mutualaid.matching.backlog.offer_pool import CategoryOffers, OfferPool
from mutualaid.matching.backlog.points import SHARED_TIME, offer_points, pair_score
from mutualaid.matching.backlog.problem import Bools, Floats, Ints, expand_ranges

MOST_PAIRS = 50_000_000
"""Rows of the join in all, eight bytes each. Where there would be more, because very many live
near, each search keeps as many of the nearest as leave room for the others."""

CHUNK_ROWS = 500_000
"""Rows, or blocks looked up, at once."""

STEPS_PER_POINT = 64
"""Points are sorted in steps of 1/64. A pair is worth 0 to 500 of them, so 16 bits hold its steps."""


@dataclass(frozen=True)
class Searches:
    """One for each language of each group of one category; (n_searches,) each, sorted by group."""

    group: Ints
    language: Ints
    """Position among the languages of the pool."""
    own_language: Bools
    locality: Ints
    """Row of `Geography.km`."""
    week_parts: Ints


@dataclass(frozen=True)
class Pairs:
    """Pairs of group g stand from `starts[g]` to `starts[g + 1]`, sorted by offer."""

    starts: Ints
    """(n_groups + 1,)"""
    offer: NDArray[np.int32]
    """(n_pairs,): positions."""
    points: NDArray[np.float32]
    """(n_pairs,)"""
    most_cut: Floats
    """(n_groups,): points that no pair exceeds which was cut off, with those of its offer, see `MOST_PAIRS`.

    -inf for none.
    """
    rows: int
    """How many the join had at most, before it looked at times."""


def all_fit(rows: int) -> bool:
    """Whether none of so many rows of a join has to be cut off."""
    return rows <= MOST_PAIRS


def join(
    groups: Groups, needs: NeedArrays, pool: OfferPool, rules: Mapping[int, CategoryRules]
) -> Pairs:
    """Find all pairs of groups and offers that fit, at most `MOST_PAIRS` rows of them."""
    work = [
        (pool.of_category(category, rules[category]), searches)
        for category, searches in _searches(groups, pool, rules)
    ]
    row_counts = [_count_rows(offers, searches) for offers, searches in work]
    all_counts = np.concatenate([np.zeros(1, dtype=np.int64), *row_counts])
    most = _most_per_search(all_counts)
    offers_of, points_of = [np.zeros(0, dtype=np.int32)], [np.zeros(0, dtype=np.float32)]
    counts = np.zeros(len(groups.representative), dtype=np.int64)
    most_cut = np.full(len(groups.representative), -np.inf)
    for (category_offers, searches), rows in zip(work, row_counts, strict=True):
        for chunk in _chunks(searches, np.minimum(rows, most), len(pool.geography.ids)):
            in_reach = category_offers.counts_in_reach(chunk.language, chunk.locality)
            kept = _nearest(in_reach, pool.geography.km[chunk.locality], most)
            if kept is not in_reach:
                np.maximum.at(most_cut, chunk.group, _most_points(pool, chunk, kept < in_reach))
            group, found, worth = _score_pairs(category_offers, chunk, in_reach, kept)
            allowed = is_allowed(group, found, groups, needs, pool)
            np.add.at(counts, group[allowed], 1)
            offers_of.append(found[allowed].astype(np.int32))
            points_of.append(worth[allowed])
    starts = np.concatenate([[0], np.cumsum(counts)])
    offer, points = np.concatenate(offers_of), np.concatenate(points_of)
    return Pairs(starts, offer, points, most_cut, int(all_counts.sum()))


def _searches(
    groups: Groups, pool: OfferPool, rules: Mapping[int, CategoryRules]
) -> Iterator[tuple[int, Searches]]:
    """The searches of each category, by its id. Languages that no offer speaks are left out."""
    language, is_spoken = positions(groups.languages.target, pool.languages)
    language, own_language = language[is_spoken], groups.own_language[is_spoken]
    group = groups.languages.owner[is_spoken]
    category, locality = groups.category[group], groups.locality[group]
    for pk in np.unique(category).tolist():
        rows = slice(*np.searchsorted(category, [pk, pk + 1]))
        ids = np.full_like(locality[rows], ANYWHERE) if rules[pk].remote_ok else locality[rows]
        yield (
            pk,
            Searches(
                group=group[rows],
                language=language[rows],
                own_language=own_language[rows],
                locality=pool.geography.positions(ids),
                week_parts=groups.week_parts[group[rows]],
            ),
        )


def _count_rows(offers: CategoryOffers, searches: Searches) -> Ints:
    """How many rows each search brings, (n_searches,)."""
    step = max(1, CHUNK_ROWS // max(1, len(offers.pool.geography.ids)))
    counts = [np.zeros(0, dtype=np.int64)]
    for begin in range(0, len(searches.group), step):
        language = searches.language[begin : begin + step]
        locality = searches.locality[begin : begin + step]
        counts.append(offers.counts_in_reach(language, locality).sum(axis=1))
    return np.concatenate(counts)


def _most_per_search(row_counts: Ints) -> int:
    """The most rows that each search may bring so that all bring `MOST_PAIRS` at most."""
    low, high = 1, int(row_counts.max(initial=1))
    while low < high:
        middle = (low + high + 1) // 2
        fits = np.minimum(row_counts, middle).sum() <= MOST_PAIRS
        low, high = (middle, high) if fits else (low, middle - 1)
    return low


def _chunks(searches: Searches, row_counts: Ints, localities: int) -> Iterator[Searches]:
    """Whole groups, about `CHUNK_ROWS` rows each."""
    cost = np.cumsum(row_counts + localities)
    begin = 0
    while begin < len(cost):
        spent = cost[begin - 1] if begin else 0
        end = max(begin + 1, int(np.searchsorted(cost, spent + CHUNK_ROWS)))
        end = int(np.searchsorted(searches.group, searches.group[end - 1], side="right"))
        yield Searches(*(column[begin:end] for column in vars(searches).values()))
        begin = end


def _most_points(pool: OfferPool, searches: Searches, is_cut: Bools) -> Floats:
    """Points that no row exceeds which was cut off (n_searches, n_localities), (n_searches,); -inf for none.

    As if its offer were the best that can be, but for the way.
    """
    km = np.where(is_cut, pool.geography.km[searches.locality], np.inf).min(axis=1, initial=np.inf)
    yes, none, reach = np.ones(1, dtype=bool), np.zeros(1, dtype=np.int64), pool.reaches[-1:]
    points = [
        pair_score(pool.points, km, reach, exact, searches.own_language, np.ones(1))
        for exact in (yes, ~yes)
    ]
    best_offer = offer_points(pool.points, none, yes)
    return np.where(np.isinf(km), -np.inf, np.maximum(*points) + best_offer)


def _score_pairs(
    category_offers: CategoryOffers,
    searches: Searches,
    in_reach: NDArray[np.int32],
    kept: NDArray[np.int32],
) -> tuple[Ints, Ints, NDArray[np.float32]]:
    """Group, offer and points of each pair, (n_pairs,) each; each pair once, with its best points."""
    pool, offers = category_offers.pool, category_offers.pool.offers
    search, locality = np.nonzero(kept)
    counts = kept[search, locality].astype(np.int64)
    blocks = category_offers.blocks(searches.language)
    first = category_offers.starts[blocks[search, locality]]
    # Where not all fit, different searches keep different ones. 7919 is a prime.
    skipped = (search * 7919) % (in_reach[search, locality] - counts + 1)
    row = category_offers.offer[expand_ranges(first + skipped, counts)[0]].astype(np.int64)
    km = np.repeat(pool.geography.km[searches.locality[search], locality], counts)
    shared_time = SHARED_TIME[
        np.repeat(searches.week_parts[search], counts), offers.week_parts[row]
    ]
    score = pair_score(
        pool.points,
        km,
        offers.reach_km[row],
        category_offers.is_exact[row],
        np.repeat(searches.own_language[search], counts),
        shared_time,
    )
    fits = shared_time > 0
    return _best_of_each(np.repeat(searches.group[search], counts)[fits], row[fits], score[fits])


def _nearest(counts: NDArray[np.int32], km: Floats, most: int) -> NDArray[np.int32]:
    """The same counts (n_searches, n_localities), the far ones cut where a search has more than `most`.

    Among localities that are about as near, chance decides, the same in each run.
    """
    over = np.flatnonzero(counts.sum(axis=1) > most)
    if not len(over):
        return counts
    roughly = km[over] + np.random.default_rng(0).random(km[over].shape)
    order = np.argsort(roughly, axis=1)
    by_distance = np.take_along_axis(counts[over], order, axis=1)
    before = np.cumsum(by_distance, axis=1) - by_distance
    kept = np.empty_like(by_distance)
    np.put_along_axis(kept, order, np.clip(most - before, 0, by_distance), axis=1)
    cut = counts.copy()
    cut[over] = kept
    return cut


def _best_of_each(
    group: Ints, offer: Ints, score: Floats
) -> tuple[Ints, Ints, NDArray[np.float32]]:
    """Sort by group and offer; of a pair that was found in several ways, the best stays.

    All three go into one number each, for numbers are sorted much faster than rows.
    """
    if not len(group):
        return group, offer, score.astype(np.float32)
    base, steps = group.min(), np.rint(score * STEPS_PER_POINT).astype(np.int64)
    key = ((group - base) << 42) | (offer << 16) | steps
    key.sort()
    key = key[np.append(key[1:] >> 16 != key[:-1] >> 16, True)]
    points = (key & 0xFFFF) / STEPS_PER_POINT
    return (key >> 42) + base, (key >> 16) & 0x3FFFFFF, points.astype(np.float32)
