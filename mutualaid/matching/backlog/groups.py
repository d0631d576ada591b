"""Needs that are alike are joined once: same category, locality, times and languages, and nobody ruled out.

Where distance does not matter, the locality does not either.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from mutualaid.matching.backlog.arrays import Links, NeedRows
from mutualaid.matching.backlog.problem import Ints, spread

ANYWHERE = -1


@dataclass(frozen=True)
class Groups:
    """`of_need` is the group of each need, `one` a need that stands for each group."""

    of_need: Ints
    one: Ints
    category: Ints
    locality: Ints
    """Id of the locality, or ANYWHERE."""
    week_parts: Ints
    languages: Links
    """Positions of groups, sorted, and their languages."""
    at_home: NDArray[np.bool_]
    """For each row of `languages`."""


def group_alike(needs: NeedRows, remote: Ints, ruled_out: Ints) -> Groups:
    """`remote` are the ids of categories where distance does not matter; localities that somebody
    ruled out matter even there.
    """
    anywhere = np.isin(needs.category, remote) & ~np.isin(needs.locality, ruled_out)
    locality = np.where(anywhere, ANYWHERE, needs.locality)
    alone = np.zeros(len(needs.pk), dtype=np.int64)
    alone[needs.never.owner] = needs.never.owner + 1
    keys = np.stack([needs.category, locality, needs.week_parts, _tongues(needs), alone], axis=1)
    _, one, of_need = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    begin = np.searchsorted(needs.languages.owner, one)
    many = np.searchsorted(needs.languages.owner, one, side="right") - begin
    row = spread(begin, many)[0]
    owner = np.repeat(np.arange(len(one)), many)
    languages = Links(owner, needs.languages.target[row])
    at_home = needs.at_home[row]
    return Groups(
        of_need=of_need.reshape(-1),
        one=one,
        category=needs.category[one],
        locality=locality[one],
        week_parts=needs.week_parts[one],
        languages=languages,
        at_home=at_home,
    )


def _tongues(needs: NeedRows) -> Ints:
    """A number for each set of languages, those at home in told apart: the same set, the same number."""
    spoken = 2 * needs.languages.target + needs.at_home
    order = np.lexsort((spoken, needs.languages.owner))
    owner, target = needs.languages.owner[order], spoken[order]
    begins = np.searchsorted(owner, np.arange(len(needs.pk) + 1))
    numbers: dict[bytes, int] = {}
    sets = [target[begin:end].tobytes() for begin, end in pairwise(begins)]
    return np.array([numbers.setdefault(one, len(numbers)) for one in sets], dtype=np.int64)
