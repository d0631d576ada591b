"""The city of a game: areas 1.5 km apart, and volunteers who live and help there."""

from collections import Counter
from collections.abc import Sequence
from random import Random

from django.db import transaction

from mutualaid.catalog.models import Category, Language, Locality
from mutualaid.people.models import User
from mutualaid.simulation.needs import Arrival
from mutualaid.simulation.settings import SimulationSettings
from offers_app.actions import save_offer

SIDE = 5
"""Areas along one side of the square."""
APART_DEGREES = 0.0135
KINDS = 20
TONGUES = ("en", "es", "ar", "zh")


def tongues(arrivals: Sequence[Arrival] = ()) -> list[Language]:
    """The languages that are spoken here: those of the needs, the most used first, if there are any."""
    used = Counter(tongue for arrival in arrivals for tongue in arrival.languages)
    if used:
        return [tongue for tongue, _ in used.most_common()]
    rows = {row.code: row for row in Language.objects.filter(code__in=TONGUES)}
    return [rows[code] for code in TONGUES]


def kinds(game: SimulationSettings) -> list[Category]:
    """The kinds of help that are asked for in this city."""
    rows = list(Category.objects.exclude(parent=None).filter(sensitive=False).order_by("pk"))
    return Random(f"{game.seed} kinds").sample(rows, KINDS)  # noqa: S311  a game, no secret


def areas() -> list[Locality]:
    """Make the areas, where there are none."""
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
def settle(
    game: SimulationSettings,
    kinds: list[Category],
    places: list[Locality],
    languages: list[Language],
) -> None:
    """Volunteers with an offer of three to eight of these kinds each, in one area."""
    chance = Random(f"{game.seed} volunteers")  # noqa: S311  a game, no secret
    for number in range(game.volunteers):
        vetted = chance.random() < 0.4
        person = User.objects.create_user(f"v{number}@people.example", vetted=vetted)
        spoken = {languages[0]} if chance.random() < 0.8 else set()
        save_offer(
            by=person,
            categories=chance.sample(kinds, min(len(kinds), chance.randint(3, 8))),
            localities=[chance.choice(places)],
            languages=spoken | {chance.choice(languages)},
            reach_km=min(25, max(1, round(chance.lognormvariate(1.386, 0.6)))),
            per_week=chance.choice([1, 1, 2, 2, 3, 5]),
            has_vehicle=chance.random() < 0.4,
        )
