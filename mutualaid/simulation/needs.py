"""The needs of a game: made up, or a group's own past."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from mutualaid.catalog.models import Category, Language, Locality
from mutualaid.simulation.settings import START, SimulationSettings
from requests_app.models import Ask, Need


@dataclass(frozen=True)
class Arrival:
    at: datetime
    category: Category
    locality: Locality
    languages: Sequence[Language]
    urgency: int


def made_up(
    game: SimulationSettings,
    kinds: Sequence[Category],
    places: Sequence[Locality],
    tongues: Sequence[Language],
) -> list[Arrival]:
    """Needs by day, unevenly over kinds and areas (Zipf), one in twelve for today."""
    chance = Random(f"{game.seed} needs")  # noqa: S311  a game, no secret
    where = list(places)
    chance.shuffle(where)
    return [
        Arrival(
            at=_by_day(chance, game.weeks),
            category=chance.choices(kinds, _zipf(len(kinds)))[0],
            locality=chance.choices(where, _zipf(len(where)))[0],
            languages=chance.choices(tongues, _zipf(len(tongues))),
            urgency=chance.choices([1, 2, 3, 4], [20, 50, 22, 8])[0],
        )
        for _ in range(game.weeks * game.needs_a_week)
    ]


def of_the_past() -> list[Arrival]:
    """The needs that were read from a sheet, from the day of the first on; they are taken out again."""
    rows = Need.objects.order_by("created_at").select_related("category", "locality", "ask")
    needs = list(rows.prefetch_related("ask__languages"))
    if not needs:
        return []
    first = needs[0].created_at.replace(hour=0, minute=0)
    arrivals = [
        Arrival(
            at=START + (need.created_at - first),
            category=need.category,
            locality=need.locality,
            languages=list(need.ask.languages.all()),
            urgency=need.urgency,
        )
        for need in needs
    ]
    Need.objects.all().delete()
    Ask.objects.all().delete()
    return arrivals


def _by_day(chance: Random, weeks: int) -> datetime:
    day = timedelta(days=chance.randrange(7 * weeks))
    return START + day + timedelta(hours=chance.triangular(1, 15, 5))


def _zipf(many: int) -> list[float]:
    return [1 / (1 + place) ** 0.8 for place in range(many)]
