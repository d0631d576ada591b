"""The pairs of the last run: only what has changed since is joined anew.

Whatever concerns more than some needs and offers (the rules, the areas, the points, a new week) or does not
add up is reason enough to join everything: then nothing of before is used.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mutualaid.catalog.distances import Area
from mutualaid.matching.backlog.arrays import (
    WEEKS_AHEAD,
    Links,
    NeedArrays,
    OfferArrays,
    positions,
)
from mutualaid.matching.backlog.category_rules import CategoryRules
from mutualaid.matching.backlog.geography import geography_of
from mutualaid.matching.backlog.groups import Groups, group_alike
from mutualaid.matching.backlog.offer_pool import OfferPool
from mutualaid.matching.backlog.pairs import Pairs, all_fit, join
from mutualaid.matching.backlog.problem import (
    UNASSIGNED,
    Bools,
    Ints,
    chunks,
    expand_ranges,
    search_ranges,
)
from mutualaid.matching.scoring import Points

MOST_CHANGED, A_FEW = 0.1, 100
"""Where more than this share of all needs or offers has changed, and more than a few, all are joined anew."""


@dataclass(frozen=True)
class Ground:
    """What all pairs stand on."""

    rules: Mapping[int, CategoryRules]
    areas: list[Area]
    points: Points


@dataclass(frozen=True)
class Joined:
    """Pairs, and what they were joined from."""

    ground: Ground
    needs: NeedArrays
    groups: Groups
    offers: OfferArrays
    pairs: Pairs
    pool: OfferPool
    """Of the offers as they were when all were joined."""
    offer_now: Ints
    """(n offers of the pool,): the position of each in `offers`, or UNASSIGNED once it has changed."""


@dataclass(frozen=True)
class _Found:
    """Pairs of any order, (n,) each, and the rows that it took to find them."""

    group: Ints
    offer: Ints
    points: NDArray[np.float32]
    rows: int


class KeptPairs:
    def __init__(self) -> None:
        self._last: Joined | None = None

    def forget(self) -> None:
        """Let the next call join everything."""
        self._last = None

    def join(self, needs: NeedArrays, offers: OfferArrays, ground: Ground) -> tuple[Groups, Pairs]:
        """Return what `pairs.join` returns for all of these, and keep it."""
        remote = np.array([pk for pk, rule in ground.rules.items() if rule.remote_ok], dtype=int)
        groups = group_alike(needs, remote, offers.refusals.locality)
        last, self._last = self._last, None  # nothing is left where something goes wrong
        changed = (
            _join_changes(last, needs, groups, offers) if last and last.ground == ground else None
        )
        self._last = changed or _join_all(needs, groups, offers, ground)
        return groups, self._last.pairs


def _join_all(needs: NeedArrays, groups: Groups, offers: OfferArrays, ground: Ground) -> Joined:
    areas = np.union1d(needs.locality, offers.localities.target)
    pool = OfferPool.of(offers, geography_of(ground.areas, areas), ground.points)
    pairs = join(groups, needs, pool, ground.rules)
    return Joined(ground, needs, groups, offers, pairs, pool, np.arange(len(offers.pk)))


def _join_changes(
    last: Joined, needs: NeedArrays, groups: Groups, offers: OfferArrays
) -> Joined | None:
    """None where everything has to be joined anew."""
    geography = last.pool.geography
    areas = np.union1d(needs.locality, offers.localities.target)
    has_before = len(last.needs.pk) and len(last.offers.pk) and len(offers.pk)
    if not (has_before and geography.covers(areas)):
        return None
    before = _groups_before(last, needs, groups)
    if before is None:
        return None
    offer_now = _offers_now(last.offers, offers)
    pool_now = np.where(last.offer_now == UNASSIGNED, UNASSIGNED, offer_now[last.offer_now])
    not_in_pool = _others(pool_now, len(offers.pk))
    if _too_many(len(not_in_pool), len(offers.pk)):
        return None

    def joined(groups_at: Ints, pool: OfferPool, offers_at: Ints) -> _Found:
        """Pairs of some groups with a pool, whose offers have these positions now."""
        some = join(groups.only(groups_at), needs, pool, last.ground.rules)
        group, offer = np.repeat(groups_at, np.diff(some.starts)), offers_at[some.offer]
        stays = offer != UNASSIGNED
        return _Found(group[stays], offer[stays], some.points[stays], some.rows)

    def pool_of(offers_at: Ints) -> OfferPool:
        return OfferPool.of(offers.only(offers_at), geography, last.ground.points)

    stays, is_new = np.flatnonzero(before != UNASSIGNED), np.flatnonzero(before == UNASSIGNED)
    changed = _others(offer_now, len(offers.pk))
    found = [
        joined(stays, pool_of(changed), changed),
        joined(is_new, last.pool, pool_now),
        joined(is_new, pool_of(not_in_pool), not_in_pool),
    ]
    rows = last.pairs.rows + sum(part.rows for part in found)
    if not all_fit(rows):
        return None
    pairs = _merge(last.pairs, before, offer_now, found, rows)
    return Joined(last.ground, needs, groups, offers, pairs, last.pool, pool_now)


def _groups_before(last: Joined, needs: NeedArrays, groups: Groups) -> Ints | None:
    """Which group of the last run had the pairs of each, or UNASSIGNED, (n_groups,).

    None where too many needs have changed, or groups were split, merged or put into another order.
    """
    position, stays = positions(needs.pk, last.needs.pk)
    then = last.needs
    for name in ("category", "locality", "week_parts"):
        stays[stays] = (getattr(needs, name) == getattr(then, name)[position])[stays]
    now_at = np.flatnonzero(stays)
    then_at = position[now_at]
    same = _same_targets(needs.spoken, now_at, then.spoken, then_at)
    same &= _same_targets(needs.excluded, now_at, then.excluded, then_at)
    now_at, then_at = now_at[same], then_at[same]
    before = np.full(len(groups.representative), UNASSIGNED)
    before[groups.of_need[now_at]] = last.groups.of_need[then_at]
    is_one = (before[groups.of_need[now_at]] == last.groups.of_need[then_at]).all()
    in_order = (np.diff(before[before != UNASSIGNED]) > 0).all()
    if not (is_one and in_order) or _too_many(len(needs.pk) - len(now_at), len(needs.pk)):
        return None
    return before


def _offers_now(then: OfferArrays, now: OfferArrays) -> Ints:
    """Where each offer of before stands now, or UNASSIGNED where its pairs may be others, (n before,)."""
    position, stays = positions(then.pk * WEEKS_AHEAD + then.week, now.pk * WEEKS_AHEAD + now.week)
    for name in ("volunteer", "reach_km", "week_parts", "has_vehicle", "vetted"):
        stays[stays] = (getattr(then, name) == getattr(now, name)[position])[stays]
    then_at = np.flatnonzero(stays)
    now_at = position[then_at]
    same = np.ones(len(then_at), dtype=bool)
    for links_then, links_now in (
        (then.categories, now.categories),
        (then.localities, now.localities),
        (then.languages, now.languages),
        (then.refusals.links, now.refusals.links),
    ):
        same &= _same_targets(links_then, then_at, links_now, now_at)
    where = np.full(len(then.pk), UNASSIGNED)
    where[then_at[same]] = now_at[same]
    return where


def _same_targets(a: Links, owners_a: Ints, b: Links, owners_b: Ints) -> Bools:
    """Whether owners_a[i] and owners_b[i] have the same targets; all are (n,)."""
    (first_a, counts), (first_b, counts_b) = a.ranges(owners_a), b.ranges(owners_b)
    same: Bools = counts == counts_b
    at = np.flatnonzero(same)
    target_a = a.target[expand_ranges(first_a[at], counts[at])[0]]
    target_b = b.target[expand_ranges(first_b[at], counts[at])[0]]
    same[np.repeat(at, counts[at])[target_a != target_b]] = False
    return same


def _merge(last: Pairs, before: Ints, offer_now: Ints, found: list[_Found], rows: int) -> Pairs:
    """Those of before whose group and offer are as they were, with the positions of now, and those found.

    Piece by piece, for copies of all pairs are most of the memory that a run takes.
    """
    new = _sorted(found)
    new_starts = np.searchsorted(new.group, np.arange(len(before) + 1))
    offer = np.empty(len(last.offer) + len(new.offer), dtype=np.int32)
    points = np.empty(len(offer), dtype=np.float32)
    counts = np.empty(len(before), dtype=np.int64)
    offer_at, last_before = offer_now.astype(np.int32), np.maximum.accumulate(before)
    begin = filled = 0
    for groups_before in chunks(last.starts):
        end = int(np.searchsorted(last_before, groups_before[1]))
        some_new = slice(new_starts[begin], new_starts[end])
        part = _with_new(
            _kept(last, groups_before, before[begin:end], offer_at),
            _Found(new.group[some_new] - begin, new.offer[some_new], new.points[some_new], 0),
        )
        counts[begin:end] = np.diff(part.starts)
        to = slice(filled, filled + len(part.offer))
        offer[to], points[to] = part.offer, part.points
        begin, filled = end, to.stop
    starts = np.concatenate([[0], np.cumsum(counts)])
    most_cut = np.full(len(before), -np.inf)
    return Pairs(starts, offer[:filled], points[:filled], most_cut, rows)


def _sorted(found: list[_Found]) -> _Found:
    group = np.concatenate([part.group for part in found])
    offer = np.concatenate([part.offer for part in found])
    points = np.concatenate([part.points for part in found])
    order = np.lexsort((offer, group))
    return _Found(group[order], offer[order], points[order], sum(part.rows for part in found))


def _kept(
    last: Pairs, groups_before: tuple[int, int], before: Ints, offer_at: NDArray[np.int32]
) -> Pairs:
    """Of the pairs of a range of groups those that stay; `before` are groups of it or UNASSIGNED."""
    first, end = groups_before
    starts = last.starts[first : end + 1] - last.starts[first]
    some = slice(last.starts[first], last.starts[end])
    offer = offer_at[last.offer[some]]
    group_stays = np.zeros(end - first, dtype=bool)
    position = np.where(before == UNASSIGNED, UNASSIGNED, before - first)
    group_stays[position[position != UNASSIGNED]] = True
    stays = np.repeat(group_stays, np.diff(starts)) & (offer != UNASSIGNED)
    # Few go: counting those takes a tenth of the time and memory of counting those that stay.
    gone_from = np.searchsorted(starts, np.flatnonzero(~stays), side="right") - 1
    left = np.diff(starts) - np.bincount(gone_from, minlength=len(group_stays))
    counts = np.where(position == UNASSIGNED, 0, left[position])
    starts = np.concatenate([[0], np.cumsum(counts)])
    return Pairs(starts, offer[stays], last.points[some][stays], last.most_cut, last.rows)


def _with_new(kept: Pairs, new: _Found) -> Pairs:
    begin, end = kept.starts[new.group], kept.starts[new.group + 1]
    at = search_ranges(kept.offer, begin, end, new.offer)
    more = np.cumsum(np.bincount(new.group, minlength=len(kept.starts) - 1))
    return Pairs(
        starts=kept.starts + np.concatenate([[0], more]),
        offer=np.insert(kept.offer, at, new.offer.astype(np.int32)),
        points=np.insert(kept.points, at, new.points),
        most_cut=kept.most_cut,
        rows=kept.rows,
    )


def _others(positions_now: Ints, count: int) -> Ints:
    """Those of `count` positions that are not among these, ascending."""
    is_other = np.ones(count, dtype=bool)
    is_other[positions_now[positions_now != UNASSIGNED]] = False
    return np.flatnonzero(is_other)


def _too_many(changed: int, of: int) -> bool:
    return changed > A_FEW + MOST_CHANGED * of
