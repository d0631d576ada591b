"""A made-up region in the database: as many needs and offers as asked for, dense in different places.

Of the shape of the design's lab: cities of 25,000 offers, ten groups of five kinds that are wanted
unevenly (Zipf), reach log-normal around 4 km, twelve languages, one to five tasks a week; half of all name
times of the week. People live in localities here, 200 to a city. Import it after Django's setup.
"""

from datetime import timedelta
from random import Random
from typing import Any

import numpy as np
from django.db import transaction
from django.utils import timezone

from mutualaid.catalog.models import Category, Language, Locality
from mutualaid.people.models import AccountContactPoint, Introduction, User
from offers_app.models import Offer
from requests_app.models import Ask, AskContactPoint, Need

OFFERS_A_CITY, LOCALITIES_A_CITY = 25_000, 200
GROUPS, KINDS, LANGUAGES = 10, 5, 12
KM = 0.009
"""Degrees of latitude for about a kilometre."""


@transaction.atomic
def build(needs: int, offers: int, *, seed: int, a_week: int = 5) -> None:
    """Write needs and offers of one to `a_week` places; with one place only there is not enough for all.

    Of the asks 2 % were made with the account of a volunteer, and 2 % with their phone alone.
    """
    rng = np.random.default_rng(seed)
    cities = max(1, max(needs, offers) // OFFERS_A_CITY)
    areas, want, give = _areas(rng, cities)
    kinds, popular = _kinds()
    languages = [
        Language.objects.create(code=f"x{n}", name=f"Language {n}") for n in range(LANGUAGES)
    ]
    spoken = _zipf(LANGUAGES, 1.4)
    helpers = _offers(rng, offers, a_week, areas, give, kinds, popular, languages, spoken)
    _needs(rng, needs, areas, want, kinds, popular, languages, spoken, helpers)


@transaction.atomic
def change(share: float, *, seed: int) -> None:
    """Close a `share` of the needs, and add as many new ones."""
    random = Random(seed)
    ids = list(Need.objects.order_by("pk").values_list("pk", flat=True))
    gone = random.sample(ids, int(share * len(ids)))
    for pk in gone:
        Need.objects.filter(pk=pk).update(
            state="closed", close_reason="withdrawn", closed_at=timezone.now()
        )
    kinds = list(Category.objects.exclude(parent=None))
    places, languages = list(Locality.objects.exclude(parent=None)), list(Language.objects.all())
    for _ in gone:
        kind, place = random.choice(kinds), random.choice(places)
        ask = Ask.objects.create()
        ask.languages.add(languages[0])
        until = timezone.now() + timedelta(days=kind.days_to_live)
        ask.needs.create(category=kind, locality=place, state="open", open_until=until)


def _areas(rng: Any, cities: int) -> tuple[list[Locality], Any, Any]:
    rows = []
    for city in range(cities):
        whole = Locality.objects.create(slug=f"city-{city}", name=f"City {city}", lat=city, lng=0)
        for number in range(LOCALITIES_A_CITY):
            lat, lng = rng.normal(0, 6, 2) * KM
            name = f"{city}-{number}"
            rows.append(Locality(slug=name, name=name, parent=whole, lat=city + lat, lng=lng))
    Locality.objects.bulk_create(rows, batch_size=500)
    weight = [rng.pareto(1.5, len(rows)) + 0.2 for _ in range(2)]
    return rows, weight[0] / weight[0].sum(), weight[1] / weight[1].sum()


def _kinds() -> tuple[list[Category], Any]:
    rows = []
    for group in range(GROUPS):
        parent = Category.objects.create(slug=f"group-{group}", name=f"Group {group}")
        for number in range(KINDS):
            name = f"kind-{group}-{number}"
            flags = {
                "remote_ok": group == 6,
                "vetted_only": group == 3 and number == 0,
                "needs_vehicle": group == 4 and number < 2,
            }
            rows.append(Category.objects.create(slug=name, name=name, parent=parent, **flags))
    return rows, _zipf(len(rows), 0.8)


def _offers(
    rng: Any,
    count: int,
    a_week: int,
    areas: list[Locality],
    where: Any,
    kinds: list[Category],
    popular: Any,
    languages: list[Language],
    spoken: Any,
) -> list[User]:
    vetted = rng.random(count) < 0.3
    people = User.objects.bulk_create(
        (User(email=f"v{n}@people.example", password="!", vetted=vetted[n]) for n in range(count)),
        batch_size=500,
    )
    Introduction.objects.bulk_create(
        (Introduction(person=person, how="coordinator") for person in people), batch_size=500
    )
    AccountContactPoint.objects.bulk_create(
        (
            AccountContactPoint(user=person, fingerprint=_fingerprint(n))
            for n, person in enumerate(people)
        ),
        batch_size=500,
    )
    reach = np.clip(rng.lognormal(np.log(4), 0.6, count).round(), 1, 25).astype(int)
    week, drives = rng.integers(1, a_week + 1, count), rng.random(count) < 0.4
    times = _times(rng, count)
    rows = Offer.objects.bulk_create(
        (
            Offer(
                volunteer=p,
                reach_km=reach[n],
                per_week=week[n],
                has_vehicle=drives[n],
                week_parts=times[n],
            )
            for n, p in enumerate(people)
        ),
        batch_size=500,
    )
    home = rng.choice(len(areas), count, p=where)
    second = np.where(rng.random(count) < 0.2, rng.choice(len(areas), count, p=where), home)
    _link(Offer.localities, "offer", "locality", rows, areas, [home, second])
    flat = 0.5 * popular + 0.5 / len(kinds)
    can = [rng.choice(len(kinds), count, p=flat) for _ in range(3)]
    whole_group = rng.random(count) < 0.1
    _link(Offer.categories, "offer", "category", rows, kinds, can)
    groups = list(Category.objects.filter(parent=None).order_by("pk"))
    some = np.flatnonzero(whole_group)
    _link(
        Offer.categories,
        "offer",
        "category",
        [rows[n] for n in some],
        groups,
        [can[0][some] // KINDS],
    )
    speaks = [rng.choice(LANGUAGES, count, p=spoken) for _ in range(2)]
    _link(Offer.languages, "offer", "language", rows, languages, speaks)
    return people


def _needs(
    rng: Any,
    count: int,
    areas: list[Locality],
    where: Any,
    kinds: list[Category],
    popular: Any,
    languages: list[Language],
    spoken: Any,
    people: list[User],
) -> None:
    now = timezone.now()
    kind, area = (
        rng.choice(len(kinds), count, p=popular),
        rng.choice(len(areas), count, p=where),
    )
    urgency = rng.choice([1, 2, 3, 4], count, p=[0.2, 0.5, 0.24, 0.06])
    waited = rng.exponential(30, count)
    times = _times(rng, count)
    some = rng.integers(0, max(1, len(people)), count)
    by_account = (rng.random(count) < 0.02) & bool(people)
    by_phone = (rng.random(count) < 0.02) & bool(people)
    asks = Ask.objects.bulk_create(
        (Ask(account=people[some[n]] if by_account[n] else None) for n in range(count)),
        batch_size=500,
    )
    AskContactPoint.objects.bulk_create(
        (
            AskContactPoint(
                ask=ask, fingerprint=_fingerprint(some[n] if by_phone[n] else 2**40 + n)
            )
            for n, ask in enumerate(asks)
        ),
        batch_size=500,
    )
    first = rng.choice(LANGUAGES, count, p=spoken)
    also = np.where(rng.random(count) < 0.3, rng.choice(LANGUAGES, count, p=spoken), first)
    # Before the needs, as imports do: what an ask says later makes each of its needs due at once.
    _link(Ask.languages, "ask", "language", asks, languages, [first, also])
    Need.objects.bulk_create(
        (
            Need(
                ask=asks[n],
                category=kinds[kind[n]],
                locality=areas[area[n]],
                urgency=urgency[n],
                state="open",
                week_parts=times[n],
                created_at=now - timedelta(hours=float(waited[n])),
                open_until=now + timedelta(days=30),
                match_due_at=now,  # else a trigger writes it, need by need
            )
            for n in range(count)
        ),
        batch_size=500,
    )


def _fingerprint(number: int) -> str:
    """A made-up fingerprint of the contact point with this number."""
    return f"{int(number):032x}"


def _link(
    many_to_many: Any, owner: str, target: str, owners: Any, targets: Any, picks: list[Any]
) -> None:
    """Link each owner with its picks, once each; `picks` are columns of positions of targets."""
    table = many_to_many.through
    pairs = {(n, int(pick)) for column in picks for n, pick in enumerate(column)}
    table.objects.bulk_create(
        (table(**{owner: owners[n], target: targets[pick]}) for n, pick in sorted(pairs)),
        batch_size=500,
    )


def _times(rng: Any, count: int) -> list[int]:
    """Parts of the week as six bits; 63 is any time."""
    named = rng.random(count) < 0.5
    return [int(parts) for parts in np.where(named, rng.integers(1, 64, count), 63)]


def _zipf(count: int, power: float) -> Any:
    weight = 1 / np.arange(1, count + 1) ** power
    return weight / weight.sum()
