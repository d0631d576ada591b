"""The plainest way to do the same, to measure against. Models are needed: import it after the setup."""

import csv
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

from mutualaid.catalog.geo import km_between
from mutualaid.catalog.models import Category, Language, Locality
from mutualaid.celery import left_to_sweep
from offers_app.models import Offer
from requests_app.actions import Details, post_need
from requests_app.models import Need

ROWS, NEEDS = 200, 20
"""How many are enough to know the speed."""


def seconds(do: Callable[[], object]) -> float:
    began = perf_counter()
    do()
    return perf_counter() - began


def needs_written_per_second(sheet: Path) -> float:
    """One `post_need` after the other, each its own transaction; taken back afterwards."""
    with sheet.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))[:ROWS]
    food, kreyol = Category.objects.get(slug="food"), Language.objects.get(code="ht")
    places = list(Locality.objects.all())

    def post_each() -> None:
        for number, row in enumerate(rows):
            words = Details(
                address=row["Place"], notes=f"{row['What is needed']}\n{row['Details']}"
            )
            post_need(
                category=food,
                locality=places[number % len(places)],
                languages=[kreyol],
                details=words,
                source="one at a time",
                reference=row["Reference"],
            )

    with left_to_sweep():
        speed = len(rows) / seconds(post_each)
    Need.objects.filter(source="one at a time").delete()
    return speed


def needs_looked_at_per_second(count: int = NEEDS) -> float:
    """For each need a loop over all offers, which only looks: nothing is scored, stored or asked."""

    def look() -> None:
        for need in Need.objects.select_related("category", "locality").order_by("pk")[:count]:
            kinds, tongues = set(need.category.family), set(need.languages.all())
            offers = Offer.objects.active().prefetch_related(
                "categories", "localities", "languages"
            )
            for offer in offers:
                _fits(offer, need, kinds, tongues)

    return count / seconds(look)


def _fits(offer: Offer, need: Need, kinds: set[int], tongues: set[Language]) -> bool:
    here = need.locality
    return (
        any(category.pk in kinds for category in offer.categories.all())
        and any(language in tongues for language in offer.languages.all())
        and any(
            km_between(here.lat, here.lng, area.lat, area.lng) <= offer.reach_km
            for area in offer.localities.all()
        )
        and bool(need.week_parts & offer.week_parts)
    )
