"""Open needs and free offers as arrays: what `load` reads and all other modules work on."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from mutualaid.matching.backlog.problem import Bools, Floats, Ints, expand_ranges


@dataclass(frozen=True)
class Links:
    """Rows of a many-to-many table, (n_links,) each."""

    owner: Ints
    """Position of the owner, ascending."""
    target: Ints
    """Id of what it points to, ascending for each owner."""

    def ranges(self, owners: Ints) -> tuple[Ints, Ints]:
        """Return where the rows of each of `owners` (n,) start, and how many they are; both (n,)."""
        first = np.searchsorted(self.owner, owners)
        return first, np.searchsorted(self.owner, owners, side="right") - first


WEEKS_AHEAD = 4
"""The weeks whose needs are looked at together: this one is week 0. Later ones wait until they are near."""


@dataclass(frozen=True)
class NeedArrays:
    """Arrays are (n_needs,), ascending by `pk`."""

    pk: Ints
    category: Ints
    """Ids, as are the localities."""
    locality: Ints
    urgency: Ints
    created_at: Ints
    """Microseconds since 1970, UTC."""
    waited_hours: Floats
    helpers: Ints
    """How many are still to be found, at least one."""
    week_parts: Ints
    """The time slots that count, as bits of `catalog.time_slots`."""
    week: Ints
    """In which of the `WEEKS_AHEAD` help takes a place."""
    languages: Links
    own_language: Bools
    """(n_links,), for each row of `languages`: whether the neighbour is at home in it."""
    excluded: Links
    """Targets are volunteers who must not be proposed: those from whom the ask is kept, who had the
    need before, who said no, and whom a coordinator left out."""

    @property
    def spoken(self) -> Links:
        """`languages` and `own_language` with one number for both."""
        return Links(self.languages.owner, 2 * self.languages.target + self.own_language)

    @property
    def seats(self) -> Ints:
        """The position of each need once for each helper still to be found, (n_seats,)."""
        return np.repeat(np.arange(len(self.pk)), self.helpers)


@dataclass(frozen=True)
class Refusals:
    """What volunteers ruled out, (n_refusals,) each. An id of 0 stands for any."""

    offer: Ints
    """Position of the offer, ascending."""
    category: Ints
    locality: Ints

    @property
    def links(self) -> Links:
        """The same with one number for what is ruled out."""
        return Links(self.offer, (self.category << 32) + self.locality)

    @classmethod
    def of(cls, links: Links) -> "Refusals":
        """The refusals that have these `links`."""
        return cls(links.owner, links.target >> 32, links.target & 0xFFFFFFFF)


@dataclass(frozen=True)
class OfferArrays:
    """Active offers, once for each week in which they have a place left: what they do in one week takes
    no place of another. Arrays are (n_offers,), ascending by `pk` and `week`."""

    pk: Ints
    week: Ints
    """Which of the `WEEKS_AHEAD`."""
    volunteer: Ints
    reach_km: Ints
    week_parts: Ints
    """Bits of `catalog.time_slots`."""
    places: Ints
    """Left in the week, at least one, and no more than `at_once`."""
    taken: Ints
    """Places filled in the week."""
    at_once: Ints
    """How many more claims the volunteer may hold, in all weeks together."""
    has_vehicle: Bools
    vetted: Bools
    recent_invitations: Ints
    """In the last seven days."""
    confirmed: Bools
    """Whether the volunteer said lately that the offer holds."""
    categories: Links
    localities: Links
    languages: Links
    refusals: Refusals

    def only(self, rows: Ints) -> "OfferArrays":
        """Those at these positions, ascending, (n,)."""
        columns = {name: column for name, column in vars(self).items() if name != "refusals"}
        chosen: dict[str, Any] = {
            name: repeat_owners(column, rows) if isinstance(column, Links) else column[rows]
            for name, column in columns.items()
        }
        return OfferArrays(**chosen, refusals=Refusals.of(repeat_owners(self.refusals.links, rows)))


def in_weeks(languages: Links, week: Ints) -> Links:
    """Give each language of an owner another number for each week: need and offer must share both.

    `week` is (n_owners,).
    """
    return Links(languages.owner, languages.target * WEEKS_AHEAD + week[languages.owner])


def repeat_owners(links: Links, owner: Ints) -> Links:
    """The links of owners that stand in several rows: `owner` (n_rows,) is the position of each row's."""
    first, counts = links.ranges(owner)
    return Links(
        np.repeat(np.arange(len(owner)), counts), links.target[expand_ranges(first, counts)[0]]
    )


def positions(ids: Ints, sorted_ids: Ints) -> tuple[Ints, Bools]:
    """Return where each of `ids` (n,) stands in `sorted_ids`, and whether it is there; both (n,).

    The position of an id that is not there means nothing.
    """
    position = np.searchsorted(sorted_ids, ids)
    position[position == len(sorted_ids)] = 0
    exists = sorted_ids[position] == ids if len(sorted_ids) else np.zeros(len(ids), dtype=bool)
    return position, exists
