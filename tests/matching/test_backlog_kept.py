"""What a process keeps of the last look at all needs is, to the byte, what reading everything would give."""

import os
import random
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.utils import timezone

from mutualaid.catalog.models import Category, Locality
from mutualaid.matching.backlog import problem as problems
from mutualaid.matching.backlog.arrays import NeedArrays, OfferArrays
from mutualaid.matching.backlog.kept import changes
from mutualaid.matching.backlog.kept import keeper as keepers
from mutualaid.matching.backlog.kept import pairs as kept_pairs
from mutualaid.matching.backlog.kept.keeper import Keeper
from mutualaid.matching.backlog.load import read_needs, read_offers
from mutualaid.matching.backlog.problem import Problem
from mutualaid.matching.backlog.solve import build
from mutualaid.matching.models import BacklogChange, ScoringWeights
from mutualaid.matching.search.triggers import TRIGGERS
from mutualaid.statements.triggers import lifted
from offers_app.models import Offer
from requests_app.models import Need
from tests.support import factories
from tests.support.backlog_changes import CHANGES
from tests.support.backlog_world import a_world

pytestmark = pytest.mark.django_db
ROUNDS = int(os.environ.get("ROUNDS", "40"))
"""Of one to eight changes each: a thousand are `ROUNDS=225 make t T=tests/matching/test_backlog_kept.py`."""


def fresh_rows(now: datetime) -> tuple[NeedArrays, OfferArrays]:
    needs = read_needs(now)
    return needs, read_offers(now, np.append(needs.week, 0))


def problem(now: datetime) -> Problem:
    return build(*fresh_rows(now), {}, {})


def kept_problem(now: datetime, keeper: Keeper) -> Problem:
    return build(*keeper.read(now), {}, {}, keeper.pairs)


def arrays(whole: object, path: str = "") -> Iterator[tuple[str, Any, bytes]]:
    """All arrays in a dataclass and those in it: where each stands, its type and its bytes."""
    for field in fields(whole):  # type: ignore[arg-type]
        value = getattr(whole, field.name)
        if is_dataclass(value):
            yield from arrays(value, f"{path}{field.name}.")
        elif isinstance(value, np.ndarray):
            yield path + field.name, value.dtype, value.tobytes()


def assert_same(kept: Iterable[object], fresh: Iterable[object]) -> None:
    for ours, theirs in zip(kept, fresh, strict=True):
        for our_array, their_array in zip(arrays(ours), arrays(theirs), strict=True):
            assert our_array == their_array


def assert_is_fresh(keeper: Keeper) -> None:
    now = timezone.now()
    assert_same([kept_problem(now, keeper)], [problem(now)])


@contextmanager
def counted(owner: object, name: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """The calls of a function within the block, which is called all the same."""
    function, calls = getattr(owner, name), list[Any]()

    def count_and_call(*args, **kwargs):
        calls.append(args)
        return function(*args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(owner, name, count_and_call)
        yield calls


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_after_many_changes_what_is_kept_is_to_the_byte_what_reading_and_joining_all_gives(
    seed, monkeypatch
):
    a_world(seed)
    monkeypatch.setattr(problems, "CHUNK_PAIRS", 20)  # several pieces, as with millions of pairs
    dice, keeper, now = random.Random(seed), Keeper(), timezone.now()
    kept_problem(now, keeper)
    rounds = ROUNDS
    with (
        counted(keepers, "_everything", monkeypatch) as read_anew,
        counted(kept_pairs, "_join_all", monkeypatch) as joined_anew,
    ):
        for _ in range(rounds):
            for _ in range(dice.randint(1, 8)):
                dice.choice(CHANGES)(dice)
            now += timedelta(minutes=dice.randint(0, 10))
            assert_same(keeper.read(now), fresh_rows(now))
            assert_same([kept_problem(now, keeper)], [problem(now)])
    assert len(read_anew) < rounds / 2
    assert len(joined_anew) < rounds + rounds / 2, "one for each fresh one"


def kept_of(seed: int) -> Keeper:
    a_world(seed)
    keeper = Keeper()
    assert_is_fresh(keeper)
    return keeper


def test_a_change_is_read_alone_and_once(monkeypatch):
    keeper = kept_of(1)
    need, offer = Need.objects.open()[0], Offer.objects.active()[0]
    Need.objects.filter(pk=need.pk).update(urgency=1)
    Offer.objects.filter(pk=offer.pk).update(reach_km=8)
    for ids in ({need.pk}, {offer.pk}), (set(), set()):
        with (
            counted(keepers, "read_needs", monkeypatch) as needs,
            counted(keepers, "read_offers", monkeypatch) as offers,
        ):
            keeper.read(timezone.now())
        assert ([call[-1] for call in needs], [call[-1] for call in offers]) == ([ids[0]], [ids[1]])
    assert not BacklogChange.objects.exists()


def test_of_two_processes_each_reads_everything_that_the_other_took_in():
    one = kept_of(2)
    two = Keeper()
    for keeper in (two, one, two, two, one):
        Need.objects.open().first().delete()
        assert_is_fresh(keeper)


def test_a_process_killed_while_it_reads_leaves_no_one_with_less(monkeypatch):
    keeper, other = kept_of(3), Keeper()
    for who in (keeper, other, keeper):
        Need.objects.open().first().delete()
        with monkeypatch.context() as patch:
            patch.setattr(keepers, "_changed", lambda *_: 1 / 0)
            patch.setattr(keepers, "_everything", lambda *_: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                who.read(timezone.now())
        assert_is_fresh(keeper)


def test_what_was_written_while_triggers_were_off_is_found():
    keeper = kept_of(1)
    with lifted(connection.alias, TRIGGERS):
        Offer.objects.update(reach_km=1)
    assert_is_fresh(keeper)
    factories.need()
    BacklogChange.objects.all().delete()  # as if no trigger had told
    assert_is_fresh(keeper)


def test_a_bulk_load_without_triggers_is_found_also_beside_a_change_that_was_told():
    keeper = kept_of(1)
    told = Offer.objects.active()[0].pk
    for _ in range(3):
        factories.offer()
    factories.need()
    BacklogChange.objects.all().delete()
    Offer.objects.filter(pk=told).update(reach_km=1)
    Need.objects.filter(pk=Need.objects.open()[0].pk).update(urgency=2)
    assert_is_fresh(keeper)


@pytest.mark.parametrize(
    "policy",
    [{"live_claims_per_person": 1}, {"joining": "meet_first"}, {"newcomer_contact_days": 1}],
)
def test_another_policy_is_taken_up_at_once(policy):
    keeper = kept_of(1)
    factories.set_policy(**policy)
    assert_is_fresh(keeper)


def test_a_new_day_a_new_week_and_a_clock_that_goes_back_are_reasons_to_read_everything(
    monkeypatch,
):
    keeper, now = kept_of(1), timezone.now()
    for days, is_anew in ((0, False), (1, True), (7, True), (7, False), (0, True)):
        with monkeypatch.context() as patch:
            patch.setattr(timezone, "now", lambda days=days: now + timedelta(days=days, minutes=1))
            with counted(keepers, "_everything", monkeypatch) as read_anew:
                assert_is_fresh(keeper)
        assert bool(read_anew) == is_anew


def test_more_than_a_statement_takes_is_read_with_everything(monkeypatch):
    keeper = kept_of(1)
    monkeypatch.setattr(changes, "MOST_IDS", 3)
    Need.objects.update(urgency=2)
    with counted(keepers, "_everything", monkeypatch) as read_anew:
        assert_is_fresh(keeper)
    assert read_anew


def test_other_rules_areas_or_points_are_taken_up_at_once():
    a_world(1)
    keeper = Keeper()
    assert_is_fresh(keeper)
    for change in (
        lambda: Category.objects.filter(parent=None).update(remote_ok=True),
        lambda: Locality.objects.filter(slug="east").update(lat=0.3),
        lambda: ScoringWeights.objects.update_or_create(pk=1, defaults={"near": 7.0}),
        lambda: Offer.objects.all().delete(),
        lambda: factories.offer(),
        lambda: Need.objects.all().delete(),
        lambda: factories.need(),
    ):
        change()
        assert_is_fresh(keeper)
