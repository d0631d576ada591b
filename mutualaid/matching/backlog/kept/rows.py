"""Put what was read again among what was read before: the arrays are those of reading everything."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from mutualaid.matching.backlog.arrays import (
    WEEKS_AHEAD,
    Links,
    NeedArrays,
    OfferArrays,
    Refusals,
    repeat_owners,
)
from mutualaid.matching.backlog.load import waited_hours
from mutualaid.matching.backlog.problem import Ints

Scalar = TypeVar("Scalar", bound=np.generic)


class _Mixed:
    """The rows of before without those of some ids, and new ones, in ascending order of their keys."""

    def __init__(self, stays: Ints, key: Ints, new_key: Ints) -> None:
        self._stays = stays
        self._order = np.argsort(np.concatenate([key[stays], new_key]))
        self._place = np.argsort(self._order)

    def column(self, before: NDArray[Scalar], new: NDArray[Scalar]) -> NDArray[Scalar]:
        mixed: NDArray[Scalar] = np.concatenate([before[self._stays], new])[self._order]
        return mixed

    def links(self, before: Links, new: Links) -> Links:
        kept = repeat_owners(before, self._stays)
        owner = self._place[np.concatenate([kept.owner, new.owner + len(self._stays)])]
        order = np.argsort(owner, kind="stable")
        return Links(owner[order], np.concatenate([kept.target, new.target])[order])


def needs_with(
    before: NeedArrays, new: NeedArrays, ids: Collection[int], now: datetime
) -> NeedArrays:
    """Return `before` with what was read again of the needs with these ids, as of `now`."""
    mixed = _Mixed(_others(before.pk, ids), before.pk, new.pk)
    spoken = mixed.links(before.spoken, new.spoken)
    columns = (
        "pk", "category", "locality", "urgency", "created_at", "helpers", "week_parts", "week",
    )  # fmt: skip
    merged = replace(
        before,
        **{name: mixed.column(getattr(before, name), getattr(new, name)) for name in columns},
        languages=Links(spoken.owner, spoken.target >> 1),
        own_language=(spoken.target & 1).astype(bool),
        excluded=mixed.links(before.excluded, new.excluded),
    )
    return replace(merged, waited_hours=waited_hours(now, merged.created_at))


def offers_with(before: OfferArrays, new: OfferArrays, ids: Collection[int]) -> OfferArrays:
    """Return `before` with what was read again of the offers with these ids."""
    key, new_key = (rows.pk * WEEKS_AHEAD + rows.week for rows in (before, new))
    mixed = _Mixed(_others(before.pk, ids), key, new_key)
    refusals = mixed.links(before.refusals.links, new.refusals.links)
    columns = (
        "pk", "week", "volunteer", "reach_km", "week_parts", "places", "taken", "at_once",
        "has_vehicle", "vetted", "recent_invitations", "confirmed",
    )  # fmt: skip
    links = ("categories", "localities", "languages")
    merged: dict[str, Any] = {
        **{name: mixed.column(getattr(before, name), getattr(new, name)) for name in columns},
        **{name: mixed.links(getattr(before, name), getattr(new, name)) for name in links},
    }
    return OfferArrays(**merged, refusals=Refusals.of(refusals))


def _others(pk: Ints, ids: Collection[int]) -> Ints:
    return np.flatnonzero(~np.isin(pk, np.fromiter(ids, dtype=np.int64)))
