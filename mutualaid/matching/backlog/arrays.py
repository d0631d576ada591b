"""Open needs and free offers as columns: what `load` reads and all others look at."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mutualaid.matching.backlog.problem import Floats, Ints


@dataclass(frozen=True)
class Links:
    """Rows of a many-to-many table: the position of its owner, sorted, and the id it points to."""

    owner: Ints
    target: Ints


@dataclass(frozen=True)
class NeedRows:
    """One position for each need. `expected` ones happened before and only set prices."""

    pk: Ints
    category: Ints
    locality: Ints
    urgency: Ints
    waited_hours: Floats
    expected: NDArray[np.bool_]
    helpers: Ints
    """How many are still to be found for it, at least one."""
    week_parts: Ints
    """Those of the named ones that count."""
    languages: Links
    at_home: NDArray[np.bool_]
    """For each row of `languages`: whether it is one they are at home in."""
    never: Links
    """Positions of needs, and volunteers who must not be proposed for them: those from whom the ask
    is kept, those who had it before, who said no, and whom a coordinator left out."""

    @property
    def seats(self) -> Ints:
        """The position of the need once for each helper who is still to be found."""
        return np.repeat(np.arange(len(self.pk)), self.helpers)


@dataclass(frozen=True)
class Refusals:
    """Offers, by position, whose volunteers ruled out a category or a locality; 0 stands for any."""

    offer: Ints
    category: Ints
    locality: Ints


@dataclass(frozen=True)
class OfferRows:
    """One position for each active offer with a place left this week."""

    pk: Ints
    volunteer: Ints
    reach_km: Ints
    week_parts: Ints
    places: Ints
    """Places left this week."""
    taken: Ints
    """Places filled this week."""
    has_vehicle: NDArray[np.bool_]
    vetted: NDArray[np.bool_]
    recent_invitations: Ints
    """How often asked in seven days."""
    categories: Links
    localities: Links
    languages: Links
    refusals: Refusals


def positions(wanted: Ints, among: Ints) -> tuple[Ints, NDArray[np.bool_]]:
    """Where each of `wanted` stands in the sorted `among`, and whether it is there at all."""
    place = np.searchsorted(among, wanted)
    place[place == len(among)] = 0
    known = among[place] == wanted if len(among) else np.zeros(len(wanted), dtype=bool)
    return place, known
