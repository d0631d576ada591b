"""Join needs that are alike once: same category, locality, times and languages, and no exclusions.

Where distance does not matter, the locality does not either.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from mutualaid.matching.backlog.arrays import Links, NeedArrays
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
    keys = np.stack(
        [needs.category, locality, needs.week_parts, _language_sets(needs), alone], axis=1
    )
    _, representative, of_need = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    languages, own_language = _languages_of(needs, representative)
    return Groups(
        of_need=of_need.reshape(-1),
        representative=representative,
        category=needs.category[representative],
        locality=locality[representative],
        week_parts=needs.week_parts[representative],
        languages=languages,
        own_language=own_language,
    )


def _languages_of(needs: NeedArrays, representative: Ints) -> tuple[Links, Bools]:
    begin = np.searchsorted(needs.languages.owner, representative)
    counts = np.searchsorted(needs.languages.owner, representative, side="right") - begin
    row = expand_ranges(begin, counts)[0]
    owner = np.repeat(np.arange(len(representative)), counts)
    return Links(owner, needs.languages.target[row]), needs.own_language[row]


def _language_sets(needs: NeedArrays) -> Ints:
    """A number for the languages of each need, (n_needs,): the same ones, own or not, the same number."""
    codes = 2 * needs.languages.target + needs.own_language
    order = np.lexsort((codes, needs.languages.owner))
    owner, codes = needs.languages.owner[order], codes[order]
    begins = np.searchsorted(owner, np.arange(len(needs.pk) + 1))
    numbers: dict[bytes, int] = {}
    sets = [codes[begin:end].tobytes() for begin, end in pairwise(begins)]
    return np.array([numbers.setdefault(key, len(numbers)) for key in sets], dtype=np.int64)
