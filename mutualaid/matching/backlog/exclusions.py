"""Pairs that would fit, were it not for what these two people have to do with each other."""

import numpy as np
from numpy.typing import NDArray

from mutualaid.matching.backlog.arrays import NeedRows
from mutualaid.matching.backlog.groups import Groups
from mutualaid.matching.backlog.offer_pool import OfferPool
from mutualaid.matching.backlog.problem import Ints


def not_ruled_out(
    group: Ints, offer: Ints, groups: Groups, needs: NeedRows, ground: OfferPool
) -> NDArray[np.bool_]:
    """Nobody from whom it is kept, who had it before or said no, or who ruled out its area."""
    locality = groups.locality[group]
    return _not_for_this_need(group, offer, groups, needs, ground) & _not_here(
        locality, offer, ground
    )


def _not_for_this_need(
    group: Ints, offer: Ints, groups: Groups, needs: NeedRows, ground: OfferPool
) -> NDArray[np.bool_]:
    """Needs that somebody is ruled out for are groups of their own."""
    allowed = np.ones(len(group), dtype=bool)
    ruled = np.isin(groups.one, needs.never.owner)
    check = np.flatnonzero(ruled[group])
    if len(check):
        who = ground.offers.volunteer
        pair = groups.one[group[check]] * (who.max() + 1) + who[offer[check]]
        known = needs.never.target <= who.max()
        never = needs.never.owner[known] * (who.max() + 1) + needs.never.target[known]
        allowed[check] = ~np.isin(pair, never)
    return allowed


def _not_here(locality: Ints, offer: Ints, ground: OfferPool) -> NDArray[np.bool_]:
    no = ground.offers.refusals
    somewhere = no.locality > 0
    if not somewhere.any():
        return np.ones(len(offer), dtype=bool)
    most = max(int(no.locality.max()), int(ground.geography.ids.max(initial=0))) + 2
    refused = no.offer[somewhere] * most + no.locality[somewhere]
    allowed: NDArray[np.bool_] = ~np.isin(offer * most + locality, refused)
    return allowed
