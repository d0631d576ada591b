"""Open needs and free offers as arrays: what `load` reads and all other modules work on."""

from dataclasses import dataclass

import numpy as np

from mutualaid.matching.backlog.problem import Bools, Floats, Ints


@dataclass(frozen=True)
class Links:
    """Rows of a many-to-many table, (n_links,) each."""

    owner: Ints
    """Position of the owner, ascending."""
    target: Ints
    """Id of what it points to."""


@dataclass(frozen=True)
class NeedArrays:
    """Arrays are (n_needs,), ascending by `pk`."""

    pk: Ints
    category: Ints
    """Ids, as are the localities."""
    locality: Ints
    urgency: Ints
    waited_hours: Floats
    expected: Bools
    """True: a need of the past that stands for one still to come. It only sets prices (ADR 15)."""
    helpers: Ints
    """How many are still to be found, at least one."""
    week_parts: Ints
    """The time slots that count, as bits of `catalog.time_slots`."""
    languages: Links
    own_language: Bools
    """(n_links,), for each row of `languages`: whether the neighbour is at home in it."""
    excluded: Links
    """Targets are volunteers who must not be proposed: those from whom the ask is kept, who had the
    need before, who said no, and whom a coordinator left out."""

    @property
    def seats(self) -> Ints:
        """The position of each need once for each helper still to be found, (n_seats,)."""
        return np.repeat(np.arange(len(self.pk)), self.helpers)


@dataclass(frozen=True)
class Refusals:
    """What volunteers ruled out, (n_refusals,) each. An id of 0 stands for any."""

    offer: Ints
    """Position of the offer."""
    category: Ints
    locality: Ints


@dataclass(frozen=True)
class OfferArrays:
    """Active offers with a place left this week. Arrays are (n_offers,), ascending by `pk`."""

    pk: Ints
    volunteer: Ints
    reach_km: Ints
    week_parts: Ints
    """Bits of `catalog.time_slots`."""
    places: Ints
    """Left this week, at least one."""
    taken: Ints
    """Places filled this week."""
    has_vehicle: Bools
    vetted: Bools
    recent_invitations: Ints
    """In the last seven days."""
    categories: Links
    localities: Links
    languages: Links
    refusals: Refusals


def positions(ids: Ints, sorted_ids: Ints) -> tuple[Ints, Bools]:
    """Return where each of `ids` (n,) stands in `sorted_ids`, and whether it is there; both (n,).

    The position of an id that is not there means nothing.
    """
    position = np.searchsorted(sorted_ids, ids)
    position[position == len(sorted_ids)] = 0
    exists = sorted_ids[position] == ids if len(sorted_ids) else np.zeros(len(ids), dtype=bool)
    return position, exists
