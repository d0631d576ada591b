"""What a process keeps of the last look at all needs is, to the byte, what reading everything would give."""

import os
import random
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.utils import timezone

from mutualaid.catalog.models import Category, Locality
from mutualaid.encryption.fingerprints import veil, veil_account
from mutualaid.matching.actions import ANSWER_REFUSED
from mutualaid.matching.backlog import problem as problems
from mutualaid.matching.backlog.arrays import NeedArrays, OfferArrays
from mutualaid.matching.backlog.kept import changes
from mutualaid.matching.backlog.kept import keeper as keepers
from mutualaid.matching.backlog.kept import pairs as kept_pairs
from mutualaid.matching.backlog.kept.keeper import Keeper
from mutualaid.matching.backlog.load import read_needs, read_offers
from mutualaid.matching.backlog.problem import Problem
from mutualaid.matching.backlog.solve import build
from mutualaid.matching.models import BacklogChange, Match, ScoringWeights
from mutualaid.matching.search import triggers
from mutualaid.people.models import AccountContactPoint, Introduction
from mutualaid.policy.current import current_policy
from offers_app.actions import pause_offer, resume_offer
from offers_app.models import Offer
from requests_app.actions import withdraw_need
from requests_app.models import AccessLogEntry, Ask, AskContact, AskContactPoint, Exclusion, Need
from tests.support import factories
from tests.support.backlog_world import a_world, answer

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


Change = Callable[[random.Random], object]


def some(rows: Any, dice: random.Random) -> Any:
    return dice.choice(list(rows))


def new_need(dice: random.Random) -> None:
    factories.need(
        category=some(Category.objects.all(), dice),
        locality=some(Locality.objects.all(), dice),
        week_parts=dice.choice([63, dice.randint(1, 63)]),
        helpers_wanted=dice.choice([1, 1, 3]),
        needed_by=dice.choice([None, timezone.localdate() + timedelta(days=dice.randint(0, 9))]),
    )


def withdraw(dice: random.Random) -> None:
    if needs := list(Need.objects.open()):
        withdraw_need(dice.choice(needs))


def change_need(dice: random.Random) -> None:
    change: dict[str, Any] = dice.choice(
        [
            {"category": some(Category.objects.all(), dice)},
            {"locality": some(Locality.objects.all(), dice)},
            {"week_parts": dice.randint(1, 63)},
            {"urgency": dice.randint(1, 4)},
            {"helpers_wanted": dice.randint(1, 4)},
            {"created_at": timezone.now() - timedelta(days=dice.randint(0, 30))},
        ]
    )
    Need.objects.filter(pk=some(Need.objects.all(), dice).pk).update(**change)


def new_offer(dice: random.Random) -> None:
    factories.offer(
        categories=[some(Category.objects.all(), dice)],
        localities=[some(Locality.objects.all(), dice)],
        reach_km=dice.randint(0, 8),
    )


def change_offer(dice: random.Random) -> None:
    change: dict[str, Any] = dice.choice(
        [
            {"reach_km": dice.randint(0, 8)},
            {"week_parts": dice.randint(1, 63)},
            {"per_week": dice.randint(1, 3)},
            {"has_vehicle": dice.random() < 0.5},
            {"confirmed_at": timezone.now() - timedelta(days=dice.randint(20, 40))},
        ]
    )
    Offer.objects.filter(pk=some(Offer.objects.all(), dice).pk).update(**change)


def change_links(dice: random.Random) -> None:
    offer = some(Offer.objects.all(), dice)
    if dice.random() < 0.3:
        offer.categories.set([some(Category.objects.all(), dice)])
    elif dice.random() < 0.5:
        offer.localities.add(some(Locality.objects.all(), dice))
    else:
        offer.languages.set([factories.language(dice.choice(["en", "es", "ar"]))])


def pause_or_resume(dice: random.Random) -> None:
    offer = some(Offer.objects.all(), dice)
    if offer.state == "active":
        pause_offer(offer, until=None)
    elif offer.state == "paused":
        resume_offer(offer)


def change_person(dice: random.Random) -> None:
    person = some(Offer.objects.all(), dice).volunteer
    change = dice.choice([{"vetted": dice.random() < 0.5}, {"is_active": dice.random() < 0.8}])
    type(person).objects.filter(pk=person.pk).update(**change)


def say_something(dice: random.Random) -> None:
    needs, offers = list(Need.objects.open()), list(Offer.objects.active())
    if not needs or not offers:
        return
    need, offer = dice.choice(needs), dice.choice(offers)
    if not Match.objects.filter(need=need, offer=offer).exists():
        with suppress(*ANSWER_REFUSED):
            answer(need, offer, dice)


def rule_out(dice: random.Random) -> None:
    offer = some(Offer.objects.all(), dice)
    if offer.refusals.exists():
        offer.refusals.all().delete()
    else:
        what = dice.choice(
            [
                {"category": some(Category.objects.all(), dice)},
                {"locality": some(Locality.objects.all(), dice)},
            ]
        )
        offer.refusals.create(**what)


def keep_apart(dice: random.Random) -> None:
    ask, person = some(Need.objects.all(), dice).ask, some(Offer.objects.all(), dice).volunteer
    if ask.account != person:
        Exclusion.objects.get_or_create(ask=ask, person=person)


def change_languages(dice: random.Random) -> None:
    tongue = factories.language(dice.choice(["en", "es", "ar", "ti"]))
    some(Need.objects.all(), dice).ask.languages.set([tongue])


def erase(dice: random.Random) -> None:
    offer = some(Offer.objects.all(), dice)
    if Offer.objects.count() > 10:
        offer.delete()


def almost(days: int, dice: random.Random) -> datetime:
    """So many days ago, in a few minutes or some hours."""
    return timezone.now() - timedelta(days=days) + timedelta(minutes=dice.randint(-30, 300))


def invite(dice: random.Random) -> None:
    need, offer = some(Need.objects.all(), dice), some(Offer.objects.all(), dice)
    match, _ = Match.objects.get_or_create(need=need, offer=offer, defaults={"score": 1})
    Match.objects.filter(pk=match.pk).update(invited_at=almost(7, dice))


def grow_old(dice: random.Random) -> None:
    offer, need = some(Offer.objects.all(), dice), some(Need.objects.all(), dice)
    Offer.objects.filter(pk=offer.pk).update(confirmed_at=almost(30, dice))
    Need.objects.filter(pk=need.pk).update(created_at=almost(7 * dice.randint(1, 4), dice))


def look_at_contact(dice: random.Random) -> None:
    look = AccessLogEntry.objects.create(
        ask=some(Need.objects.all(), dice).ask,
        by=some(Offer.objects.all(), dice).volunteer,
        by_kind="volunteer",
    )
    days = current_policy().newcomer_contact_days
    AccessLogEntry.objects.filter(pk=look.pk).update(at=almost(days, dice))


def come_to_be_known(dice: random.Random) -> None:
    person = some(Offer.objects.all(), dice).volunteer
    if dice.random() < 0.5:
        Introduction.objects.filter(person=person).delete()
    else:
        Introduction.objects.update_or_create(person=person, defaults={"how": "coordinator"})


def share_a_contact_point(dice: random.Random) -> None:
    ask, person = some(Need.objects.all(), dice).ask, some(Offer.objects.all(), dice).volunteer
    fingerprint = f"{dice.randint(0, 3):032x}"
    if dice.random() < 0.3:
        AccountContactPoint.objects.filter(fingerprint=fingerprint).delete()
    elif dice.random() < 0.5:
        AccountContactPoint.objects.get_or_create(user=person, fingerprint=fingerprint)
    else:
        AskContactPoint.objects.get_or_create(ask=ask, fingerprint=fingerprint)


def veil_an_ask(dice: random.Random) -> None:
    ask, person = some(Need.objects.all(), dice).ask, some(Offer.objects.all(), dice).volunteer
    Ask.objects.filter(pk=ask.pk).update(veiled=True, account=None)
    Exclusion.objects.get_or_create(ask=ask, fingerprint=veil(f"{dice.randint(0, 3):032x}"))
    Exclusion.objects.get_or_create(ask=ask, fingerprint=veil_account(person.pk))


def write_in_another_language(dice: random.Random) -> None:
    ask = some(Need.objects.all(), dice).ask
    AskContact.objects.filter(ask=ask).update(language=dice.choice(["en", "es", ""]))


CHANGES: list[Change] = [
    new_need, new_need, withdraw, change_need, change_need, new_offer, change_offer, change_links,
    pause_or_resume, change_person, say_something, rule_out, keep_apart, change_languages, erase,
    invite, grow_old, look_at_contact, come_to_be_known, share_a_contact_point, veil_an_ask,
    write_in_another_language,
]  # fmt: skip


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
    triggers.remove(connection.alias)
    Offer.objects.update(reach_km=1)
    triggers.install(connection.alias)
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
