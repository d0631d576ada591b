"""Join needs that are alike once: same category, locality, times and languages, and no exclusions.

Where distance does not matter, the locality does not either.
"""

from dataclasses import dataclass

import numpy as np

from mutualaid.matching.backlog.arrays import Links, NeedArrays, repeat_owners
from mutualaid.matching.backlog.geography import ANYWHERE
from mutualaid.matching.backlog.problem import Bools, Ints, expand_ranges


@dataclass(frozen=True)
class Groups:
    """Arrays are (n_groups,) where nothing else is said; groups are sorted by category."""

    of_need: Ints
    """(n_needs,): the group of each need."""
    representative: Ints
    """Position of a need that stands for the group."""
    category: Ints
    locality: Ints
    """Id, or ANYWHERE."""
    week_parts: Ints
    languages: Links
    """Owners are positions of groups, targets ids of languages."""
    own_language: Bools
    """(n_links,), for each row of `languages`."""

    def only(self, groups: Ints) -> "Groups":
        """Those at these positions, ascending, (n,). Of the needs in others `of_need` says nothing."""
        begin, counts = self.languages.ranges(groups)
        return Groups(
            of_need=np.searchsorted(groups, self.of_need),
            representative=self.representative[groups],
            category=self.category[groups],
            locality=self.locality[groups],
            week_parts=self.week_parts[groups],
            languages=repeat_owners(self.languages, groups),
            own_language=self.own_language[expand_ranges(begin, counts)[0]],
        )


def group_alike(needs: NeedArrays, remote_categories: Ints, refused_localities: Ints) -> Groups:
    """Put needs together that fit the same offers at the same points.

    `remote_categories` are the ids of categories where distance does not matter. Their needs are
    told apart only where the locality is one of `refused_localities`.
    """
    anywhere = np.isin(needs.category, remote_categories)
    anywhere &= ~np.isin(needs.locality, refused_localities)
    locality = np.where(anywhere, ANYWHERE, needs.locality)
    alone = np.zeros(len(needs.pk), dtype=np.int64)
    alone[needs.excluded.owner] = needs.excluded.owner + 1
    of_need = _ranks(needs.category, locality, needs.week_parts, *_language_columns(needs), alone)
    representative = np.unique(of_need, return_index=True)[1]
    languages, own_language = _languages_of(needs, representative)
    return Groups(
        of_need=of_need,
        representative=representative,
        category=needs.category[representative],
        locality=locality[representative],
        week_parts=needs.week_parts[representative],
        languages=languages,
        own_language=own_language,
    )


def _languages_of(needs: NeedArrays, representative: Ints) -> tuple[Links, Bools]:
    begin, counts = needs.languages.ranges(representative)
    row = expand_ranges(begin, counts)[0]
    owner = np.repeat(np.arange(len(representative)), counts)
    return Links(owner, needs.languages.target[row]), needs.own_language[row]


def _language_columns(needs: NeedArrays) -> list[Ints]:
    """The languages of each need, own or not, in order, one in each column (n_needs,); 0 for none."""
    owner = needs.languages.owner
    code = 2 * needs.languages.target + needs.own_language + 1
    code = code[np.lexsort((code, owner))]
    number = np.arange(len(owner)) - np.searchsorted(owner, owner)
    columns = np.zeros((number.max(initial=-1) + 1, len(needs.pk)), dtype=np.int64)
    columns[number, owner] = code
    return list(columns)


def _ranks(*columns: Ints) -> Ints:
    """Number the rows of these columns (n,) in the order of their values, those alike the same; (n,)."""
    ranks = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        values, place = np.unique(column, return_inverse=True)
        ranks = np.unique(ranks * len(values) + place, return_inverse=True)[1]
    return ranks
