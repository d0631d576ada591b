"""The offers that may do one category, in blocks of one language and one locality."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mutualaid.matching.backlog.arrays import OfferArrays, positions
from mutualaid.matching.backlog.category_rules import CategoryRules
from mutualaid.matching.backlog.geography import Geography
from mutualaid.matching.backlog.problem import Bools, Ints, expand_ranges
from mutualaid.matching.scoring import Points


@dataclass(frozen=True)
class OfferPool:
    """What the offers of all categories share."""

    offers: OfferArrays
    geography: Geography
    languages: Ints
    """(n_languages,): ids of the languages that are spoken, ascending."""
    reaches: Ints
    """(n_reaches,): the reaches that occur, in km, ascending. They are few different whole numbers."""
    reach_column: NDArray[np.int16]
    """As `geography.gap_km`: how many of `reaches` cover that distance. 0 is beyond all of them."""
    points: Points
    _of_category: dict[int, "CategoryOffers"] = field(default_factory=dict)

    @classmethod
    def of(cls, offers: OfferArrays, geography: Geography, points: Points) -> "OfferPool":
        reaches = np.unique(offers.reach_km)
        column = len(reaches) - np.searchsorted(reaches, geography.gap_km)
        languages = np.unique(offers.languages.target)
        return cls(offers, geography, languages, reaches, column.astype(np.int16), points)

    def of_category(self, category: int, rules: CategoryRules) -> "CategoryOffers":
        """Those that may do this category; put together once."""
        if category not in self._of_category:
            self._of_category[category] = CategoryOffers(self, category, rules)
        return self._of_category[category]


class CategoryOffers:
    """Blocks follow one another in `offer`; within one, the farthest-reaching come first."""

    def __init__(self, pool: OfferPool, category: int, rules: CategoryRules) -> None:
        offers, links = pool.offers, pool.offers.categories
        fits = _may_serve(offers, rules, category)[links.owner] & np.isin(
            links.target, rules.family
        )
        self.pool = pool
        self.is_exact = np.zeros(len(offers.pk), dtype=bool)
        """(n_offers,): whether the offer names the category itself."""
        self.is_exact[links.owner[fits & (links.target == category)]] = True
        row, locality, language = _one_row_each(pool, np.unique(links.owner[fits]))
        localities, reaches = len(pool.geography.ids), len(pool.reaches)
        block = np.searchsorted(pool.languages, language) * localities + locality
        reach = np.searchsorted(pool.reaches, offers.reach_km[row])
        key = block * reaches + (reaches - 1 - reach)
        self.offer = row[np.argsort(key, kind="stable")].astype(np.int32)
        """(n_rows,): positions of offers, once for each of their languages and localities."""
        blocks = len(pool.languages) * localities
        counts = np.bincount(key, minlength=blocks * reaches).reshape(blocks, reaches)
        self.in_reach = np.zeros((blocks, reaches + 1), dtype=np.int32)
        """(n_blocks, n_reaches + 1): how many of a block reach as far as a `reach_column` says."""
        np.cumsum(counts, axis=1, out=self.in_reach[:, 1:])
        self.starts = np.concatenate([[0], np.cumsum(self.in_reach[:, -1], dtype=np.int64)])
        """(n_blocks + 1,): where each block starts in `offer`."""

    def blocks(self, language: Ints) -> Ints:
        """Return the blocks of each language position, (n, n_localities)."""
        localities = np.arange(len(self.pool.geography.ids))
        return language[:, None] * len(localities) + localities

    def counts_in_reach(self, language: Ints, locality: Ints) -> NDArray[np.int32]:
        """Return how many offers of each block reach needs, (n, n_localities).

        `language` (n,) are positions in the pool's languages, `locality` (n,) rows of
        `geography.km`.
        """
        return self.in_reach[self.blocks(language), self.pool.reach_column[locality]]


def _may_serve(offers: OfferArrays, rules: CategoryRules, category: int) -> Bools:
    allowed = np.ones(len(offers.pk), dtype=bool)
    refusals = offers.refusals
    is_refused = np.isin(refusals.category, (0, category)) & (refusals.locality == 0)
    allowed[refusals.offer[is_refused]] = False
    if rules.vetted_only:
        allowed &= offers.vetted
    if rules.needs_vehicle:
        allowed &= offers.has_vehicle
    return allowed


def _one_row_each(pool: OfferPool, offers: Ints) -> tuple[Ints, Ints, Ints]:
    """One row for each of `offers` (positions), each of its localities and each of its languages.

    Returns the offer's position, its locality's position and its language's id; each (n_rows,).
    """
    localities, languages = pool.offers.localities, pool.offers.languages
    first_locality, locality_counts = localities.ranges(offers)
    first_language, language_counts = languages.ranges(offers)
    counts = locality_counts * language_counts
    number = expand_ranges(np.zeros(len(offers), dtype=np.int64), counts)[0]
    per_locality = np.maximum(np.repeat(language_counts, counts), 1)
    locality = np.repeat(first_locality, counts) + number // per_locality
    language = np.repeat(first_language, counts) + number % per_locality
    position = positions(localities.target, pool.geography.ids)[0]
    return np.repeat(offers, counts), position[locality], languages.target[language]
