"""The needs of a simulation: made up, or a group's own past."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from mutualaid.catalog.models import Category, Language, Locality
from mutualaid.simulation.assumptions import City
from mutualaid.simulation.settings import START, CitySettings
from requests_app.models import Ask, Need


@dataclass(frozen=True)
class Arrival:
    at: datetime
    category: Category
    locality: Locality
    languages: Sequence[Language]
    urgency: int


def make_up(
    settings: CitySettings,
    categories: Sequence[Category],
    areas: Sequence[Locality],
    languages: Sequence[Language],
) -> list[Arrival]:
    """Draw needs that come by day, unevenly over categories and areas (Zipf), one in twelve for today.

    How unevenly is assumed, not measured.
    """
    random = Random(f"{settings.seed} needs")  # noqa: S311  a simulation, no secret
    shuffled = list(areas)
    random.shuffle(shuffled)
    return [
        Arrival(
            at=_by_day(random, settings.weeks),
            category=random.choices(categories, _zipf(len(categories)))[0],
            locality=random.choices(shuffled, _zipf(len(shuffled)))[0],
            languages=random.choices(languages, _zipf(len(languages))),
            urgency=random.choices([1, 2, 3, 4], [20, 50, 22, 8])[0],
        )
        for _ in range(settings.weeks * settings.needs_a_week)
    ]


def take_past_needs() -> list[Arrival]:
    """Turn the needs in the database into arrivals from `START` on, and delete them with their asks."""
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


def write(arrivals: Sequence[Arrival], file: Path) -> None:
    """Write them by the ids of their rows, for a copy of the database."""
    rows = [
        {
            "at": arrival.at.isoformat(),
            "category": arrival.category.pk,
            "locality": arrival.locality.pk,
            "languages": [language.pk for language in arrival.languages],
            "urgency": arrival.urgency,
        }
        for arrival in arrivals
    ]
    file.write_text(json.dumps(rows), encoding="utf-8")


def read(file: Path) -> list[Arrival]:
    """Read what `write` wrote."""
    categories, localities = Category.objects.in_bulk(), Locality.objects.in_bulk()
    languages = Language.objects.in_bulk()
    return [
        Arrival(
            at=datetime.fromisoformat(row["at"]),
            category=categories[row["category"]],
            locality=localities[row["locality"]],
            languages=[languages[pk] for pk in row["languages"]],
            urgency=row["urgency"],
        )
        for row in json.loads(file.read_text(encoding="utf-8"))
    ]


def _by_day(random: Random, weeks: int) -> datetime:
    day = timedelta(days=random.randrange(7 * weeks))
    return START + day + timedelta(hours=random.triangular(1, 15, 5))


def _zipf(count: int) -> list[float]:
    return [1 / (1 + rank) ** City.ZIPF for rank in range(count)]
