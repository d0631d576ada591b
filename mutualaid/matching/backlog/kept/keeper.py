"""The one thing that a process keeps: the rows of the last look, and the pairs joined from them."""

import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from uuid import uuid4

import numpy as np
from django.utils import timezone

from mutualaid.matching.backlog.arrays import NeedArrays, OfferArrays
from mutualaid.matching.backlog.kept.changes import (
    Changes,
    counts,
    offers_by_time,
    take_in_changes,
)
from mutualaid.matching.backlog.kept.pairs import KeptPairs
from mutualaid.matching.backlog.kept.rows import needs_with, offers_with
from mutualaid.matching.backlog.load import read_needs, read_offers
from mutualaid.matching.backlog.problem import Ints
from mutualaid.policy.current import current_policy


@dataclass(frozen=True)
class Rows:
    """What was read, and what has to be the same for it to be worth anything."""

    needs: NeedArrays
    offers: OfferArrays
    read_at: datetime
    day: date
    policy: tuple[object, ...]
    counts: tuple[int, int]


class Keeper:
    def __init__(self) -> None:
        self.pairs = KeptPairs()
        self._rows: Rows | None = None
        self._name = uuid4().hex
        self._in_use = threading.Lock()

    @contextmanager
    def alone(self) -> Iterator["Keeper"]:
        """Be the only thread that uses it; one that comes meanwhile, for it lost its lease, keeps nothing."""
        is_mine = self._in_use.acquire(blocking=False)
        try:
            yield self if is_mine else Keeper()
        finally:
            if is_mine:
                self._in_use.release()

    def forget(self) -> None:
        """Let the next reading, and the next join, be of everything."""
        self._rows = None
        self.pairs.forget()

    def read(self, now: datetime) -> tuple[NeedArrays, OfferArrays]:
        """Return open needs and free offers as of `now`, as `load` reads them."""
        rows, self._rows = self._rows, None  # nothing is left where something goes wrong
        changes = take_in_changes(self._name)
        changed = _changed(rows, changes, now) if rows and changes else None
        self._rows = changed or _everything(now)
        return self._rows.needs, self._rows.offers


def _everything(now: datetime) -> Rows:
    day, policy, rows = timezone.localdate(now), _policy(), counts()
    needs = read_needs(now)
    return Rows(needs, read_offers(now, _weeks(needs)), now, day, policy, rows)


def _changed(before: Rows, changes: Changes, now: datetime) -> Rows | None:
    """The rows of before with what has changed; None where something says that it may be more."""
    is_same = (before.day, before.policy) == (timezone.localdate(now), _policy())
    if not is_same or now < before.read_at:
        return None
    offer_ids = changes.offers | offers_by_time(before.read_at, now)
    counted = counts()
    if _were_off(before.counts, counted, (changes.needs, offer_ids)):
        return None
    needs = needs_with(before.needs, read_needs(now, changes.needs), changes.needs, now)
    weeks = _weeks(needs)
    if not np.array_equal(weeks, _weeks(before.needs)):
        return None
    offers = offers_with(before.offers, read_offers(now, weeks, offer_ids), offer_ids)
    return Rows(needs, offers, now, before.day, before.policy, counted)


def _were_off(
    before: tuple[int, int], now: tuple[int, int], told: tuple[Collection[int], Collection[int]]
) -> bool:
    """Whether more came or went than triggers told of."""
    return any(
        abs(count - then) > len(ids) for then, count, ids in zip(before, now, told, strict=True)
    )


def _weeks(needs: NeedArrays) -> Ints:
    """The weeks for which places of offers are read: those of needs, and this one."""
    return np.unique(np.append(needs.week, 0))


def _policy() -> tuple[object, ...]:
    policy = current_policy()
    return policy.joining, policy.live_claims_per_person, policy.newcomer_contact_days
