"""The city of a simulation: areas 1.5 km apart, and volunteers who live and help there.

How many of what there is, is assumed (`assumptions.City`).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from random import Random

from django.db import transaction

from mutualaid.catalog.geo import km_between
from mutualaid.catalog.models import Category, Language, Locality
from mutualaid.people.models import Introduction, User
from mutualaid.simulation.assumptions import City
from mutualaid.simulation.behaviour import Pair
from mutualaid.simulation.needs import Arrival
from mutualaid.simulation.settings import CitySettings
from offers_app.actions import save_offer
from offers_app.models import Offer

SIDE = 5
"""Areas along one side of the square."""
APART_DEGREES = 0.0135
CATEGORIES = 20
"""How many are asked for."""
LANGUAGES = ("en", "es", "ar", "zh")


def languages_of(arrivals: Sequence[Arrival] = ()) -> list[Language]:
    """Return the languages of the arrivals, the most used first; of none, those of `LANGUAGES`."""
    uses = Counter(language for arrival in arrivals for language in arrival.languages)
    if uses:
        return [language for language, _ in uses.most_common()]
    rows = {row.code: row for row in Language.objects.filter(code__in=LANGUAGES)}
    return [rows[code] for code in LANGUAGES]


def sample_categories(settings: CitySettings) -> list[Category]:
    """Draw the categories that are asked for in this city."""
    rows = list(Category.objects.exclude(parent=None).filter(sensitive=False).order_by("pk"))
    random = Random(f"{settings.seed} kinds")  # noqa: S311  a simulation, no secret
    return random.sample(rows, CATEGORIES)


def make_areas() -> list[Locality]:
    """Make `SIDE` × `SIDE` areas, unless there are any; return all that no other is part of."""
    if not Locality.objects.exists():
        whole = Locality.objects.create(slug="city", name="City", lat=0, lng=0)
        for number in range(SIDE * SIDE):
            row, column = divmod(number, SIDE)
            lat, lng = row * APART_DEGREES, column * APART_DEGREES
            name = f"Area {number + 1}"
            Locality.objects.create(
                slug=f"area-{number + 1}", name=name, parent=whole, lat=lat, lng=lng
            )
    return list(Locality.objects.filter(children=None).order_by("pk"))


@transaction.atomic
def make_volunteers(
    settings: CitySettings,
    categories: list[Category],
    areas: list[Locality],
    languages: list[Language],
) -> None:
    """Make volunteers whom the group knows, each with three to eight of these categories in one area."""
    random = Random(f"{settings.seed} volunteers")  # noqa: S311  a simulation, no secret
    for number in range(settings.volunteers):
        vetted = random.random() < City.VETTED
        person = User.objects.create_user(f"v{number}@people.example", vetted=vetted)
        Introduction.objects.create(person=person, how=Introduction.How.COORDINATOR)
        spoken = {languages[0]} if random.random() < City.SPEAKS_MAIN_LANGUAGE else set()
        save_offer(
            by=person,
            categories=random.sample(categories, min(len(categories), random.randint(3, 8))),
            localities=[random.choice(areas)],
            languages=spoken | {random.choice(languages)},
            reach_km=min(
                25, max(1, round(random.lognormvariate(log(City.REACH_KM), City.REACH_SPREAD)))
            ),
            per_week=random.choice([1, 1, 2, 2, 3, 5]),
            has_vehicle=random.random() < City.HAS_VEHICLE,
        )


@dataclass(frozen=True)
class Volunteer:
    number: int
    """Their place in the city, from 0."""
    user: User
    offer: Offer
    localities: tuple[Locality, ...]
    categories: frozenset[int]

    def pair_with(self, need: int, category: Category, locality: Locality, urgency: int) -> Pair:
        """Return them beside the need that has this number."""
        ways = [
            km_between(area.lat, area.lng, locality.lat, locality.lng) for area in self.localities
        ]
        return Pair(
            person=self.number,
            need=need,
            km=0.0 if category.remote_ok else min(ways, default=0.0),
            is_exact=category.pk in self.categories,
            urgency=urgency,
        )


def volunteers_by_offer() -> dict[int, Volunteer]:
    """Return who offers something, by the id of the offer, numbered in the order in which they came."""
    offers = Offer.objects.order_by("pk").select_related("volunteer")
    rows = offers.prefetch_related("localities", "categories")
    return {
        offer.pk: Volunteer(
            number,
            offer.volunteer,
            offer,
            tuple(offer.localities.all()),
            frozenset(category.pk for category in offer.categories.all()),
        )
        for number, offer in enumerate(rows)
    }
