"""Take out pairs that would fit, but that these two people ruled out or must not be."""

import numpy as np

from mutualaid.matching.backlog.arrays import NeedArrays, OfferArrays
from mutualaid.matching.backlog.groups import Groups
from mutualaid.matching.backlog.offer_pool import OfferPool
from mutualaid.matching.backlog.problem import Bools, Ints


def is_allowed(
    group: Ints, offer: Ints, groups: Groups, needs: NeedArrays, pool: OfferPool
) -> Bools:
    """Tell which pairs (group[i], offer[i]) may be proposed; all arrays are (n,).

    Not those whose volunteer is excluded from the need, or ruled out its locality.
    """
    return _volunteer_is_allowed(group, offer, groups, needs, pool.offers) & _locality_is_allowed(
        groups.locality[group], offer, pool
    )


def _volunteer_is_allowed(
    group: Ints, offer: Ints, groups: Groups, needs: NeedArrays, offers: OfferArrays
) -> Bools:
    """A need with exclusions is a group of its own, so its representative stands for the group."""
    allowed = np.ones(len(group), dtype=bool)
    has_exclusions = np.isin(groups.representative, needs.excluded.owner)
    check = np.flatnonzero(has_exclusions[group])
    if len(check):
        volunteer, excluded = offers.volunteer, needs.excluded
        base = volunteer.max() + 1
        pair = groups.representative[group[check]] * base + volunteer[offer[check]]
        has_offer = excluded.target < base
        forbidden = excluded.owner[has_offer] * base + excluded.target[has_offer]
        allowed[check] = ~np.isin(pair, forbidden)
    return allowed


def _locality_is_allowed(locality: Ints, offer: Ints, pool: OfferPool) -> Bools:
    refusals = pool.offers.refusals
    of_a_locality = refusals.locality > 0
    if not of_a_locality.any():
        return np.ones(len(offer), dtype=bool)
    base = max(int(refusals.locality.max()), int(pool.geography.ids.max(initial=0))) + 2
    refused = refusals.offer[of_a_locality] * base + refusals.locality[of_a_locality]
    allowed: Bools = ~np.isin(offer * base + locality, refused)
    return allowed
