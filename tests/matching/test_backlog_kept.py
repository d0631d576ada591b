"""What a process keeps of the last look at all needs is, to the byte, what reading everything would give."""

import random
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest
from django.utils import timezone

from mutualaid.catalog.models import Category, Locality
from mutualaid.matching.backlog import kept_pairs
from mutualaid.matching.backlog.kept_pairs import KeptPairs
from mutualaid.matching.backlog.load import read_needs, read_offers
from mutualaid.matching.backlog.problem import Problem
from mutualaid.matching.backlog.solve import build
from mutualaid.matching.models import Match, ScoringWeights
from offers_app.actions import pause_offer, resume_offer
from offers_app.models import Offer
from requests_app.actions import withdraw_need
from requests_app.models import Exclusion, Need
from tests.support import factories
from tests.support.backlog_world import a_world, answer

pytestmark = pytest.mark.django_db


def problem(now: datetime, kept: KeptPairs | None = None) -> Problem:
    needs = read_needs(now)
    return build(needs, read_offers(now, np.append(needs.week, 0)), {}, {}, kept)


def arrays(whole: object, path: str = "") -> Iterator[tuple[str, Any, bytes]]:
    """All arrays in a dataclass and those in it: where each stands, its type and its bytes."""
    for field in fields(whole):  # type: ignore[arg-type]
        value = getattr(whole, field.name)
        if is_dataclass(value):
            yield from arrays(value, f"{path}{field.name}.")
        elif isinstance(value, np.ndarray):
            yield path + field.name, value.dtype, value.tobytes()


def assert_is_fresh(kept: KeptPairs) -> None:
    now = timezone.now()
    for ours, fresh in zip(arrays(problem(now, kept)), arrays(problem(now)), strict=True):
        assert ours == fresh


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


CHANGES: list[Change] = [
    new_need, new_need, withdraw, change_need, change_need, new_offer, change_offer, change_links,
    pause_or_resume, change_person, say_something, rule_out, keep_apart, change_languages, erase,
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_after_many_changes_the_kept_pairs_are_to_the_byte_those_joined_from_nothing(
    seed, monkeypatch
):
    a_world(seed)
    dice, kept = random.Random(seed), KeptPairs()
    joined_anew = []
    join_all = kept_pairs._join_all

    def count_and_join(*args):
        joined_anew.append(args)
        return join_all(*args)

    problem(timezone.now(), kept)
    monkeypatch.setattr(kept_pairs, "_join_all", count_and_join)
    for _ in range(60):
        for _ in range(dice.randint(1, 4)):
            dice.choice(CHANGES)(dice)
        assert_is_fresh(kept)
    assert len(joined_anew) < 60 + 30  # one for each fresh one


def test_other_rules_areas_or_points_are_taken_up_at_once():
    a_world(1)
    kept = KeptPairs()
    problem(timezone.now(), kept)
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
        assert_is_fresh(kept)
