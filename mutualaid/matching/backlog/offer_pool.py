"""The offers that may do one category, in blocks of one language and one locality."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mutualaid.matching.backlog.arrays import Links, OfferRows, positions
from mutualaid.matching.backlog.category_rules import CategoryRules
from mutualaid.matching.backlog.geography import Geography
from mutualaid.matching.backlog.problem import Ints, spread
from mutualaid.matching.scoring import Points


@dataclass(frozen=True)
class OfferPool:
    """What all categories share: `column[here, there]` tells how far an offer there must reach.

    Reaches are few different whole numbers: column 0 is beyond all of them, the last within each.
    """

    offers: OfferRows
    geography: Geography
    languages: Ints
    reaches: Ints
    column: NDArray[np.int16]
    points: Points

    @classmethod
    def of(cls, offers: OfferRows, geography: Geography, points: Points) -> "OfferPool":
        reaches = np.unique(offers.reach_km)
        column = len(reaches) - np.searchsorted(reaches, geography.km)
        languages = np.unique(offers.languages.target)
        return cls(offers, geography, languages, reaches, column.astype(np.int16), points)


class CategoryOffers:
    """Blocks follow each other in `offer`; within one, the farthest-reaching come first."""

    def __init__(self, ground: OfferPool, category: int, kind: CategoryRules) -> None:
        offers = ground.offers
        can = offers.categories
        fits = _allowed(offers, kind, category)[can.owner] & np.isin(can.target, kind.family)
        self.exact = np.zeros(len(offers.pk), dtype=bool)
        self.exact[can.owner[fits & (can.target == category)]] = True
        row, there, language = _rows(ground, np.unique(can.owner[fits]))
        localities, reaches = len(ground.geography.ids), len(ground.reaches)
        block = np.searchsorted(ground.languages, language) * localities + there
        reach = np.searchsorted(ground.reaches, offers.reach_km[row])
        key = block * reaches + (reaches - 1 - reach)
        self.offer = row[np.argsort(key, kind="stable")].astype(np.int32)
        blocks = len(ground.languages) * localities
        counts = np.bincount(key, minlength=blocks * reaches).reshape(blocks, reaches)
        self.reaching = np.zeros((blocks, reaches + 1), dtype=np.int32)
        np.cumsum(counts, axis=1, out=self.reaching[:, 1:])
        self.first = np.concatenate([[0], np.cumsum(self.reaching[:, -1], dtype=np.int64)])
        self.ground = ground

    def blocks(self, language: Ints) -> Ints:
        """The blocks of each language, a column for each locality."""
        localities = np.arange(len(self.ground.geography.ids))
        return language[:, None] * len(localities) + localities

    def counts(self, language: Ints, here: Ints) -> NDArray[np.int32]:
        """How many of each block reach somebody who is `here`; positions of languages and localities."""
        return self.reaching[self.blocks(language), self.ground.column[here]]


def _allowed(offers: OfferRows, kind: CategoryRules, category: int) -> NDArray[np.bool_]:
    allowed = np.ones(len(offers.pk), dtype=bool)
    no = offers.refusals
    allowed[no.offer[np.isin(no.category, (0, category)) & (no.locality == 0)]] = False
    if kind.vetted_only:
        allowed &= offers.vetted
    if kind.needs_vehicle:
        allowed &= offers.has_vehicle
    return allowed


def _rows(ground: OfferPool, who: Ints) -> tuple[Ints, Ints, Ints]:
    """One row for each of these offers, each of its localities and each of its languages."""
    places, tongues = ground.offers.localities, ground.offers.languages
    first_place, many_places = _runs(places, who)
    first_tongue, many_tongues = _runs(tongues, who)
    many = many_places * many_tongues
    within = spread(np.zeros(len(who), dtype=np.int64), many)[0]
    per_place = np.repeat(many_tongues, many)
    place = np.repeat(first_place, many) + within // np.maximum(per_place, 1)
    tongue = np.repeat(first_tongue, many) + within % np.maximum(per_place, 1)
    there = positions(places.target, ground.geography.ids)[0]
    return np.repeat(who, many), there[place], tongues.target[tongue]


def _runs(links: Links, owners: Ints) -> tuple[Ints, Ints]:
    first = np.searchsorted(links.owner, owners)
    return first, np.searchsorted(links.owner, owners, side="right") - first
