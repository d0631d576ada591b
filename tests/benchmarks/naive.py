"""The plainest way to do the same, to measure against. Models are needed: import it after the setup."""

import csv
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

from mutualaid.catalog.geo import km_between
from mutualaid.catalog.models import Category, Language, Locality
from mutualaid.celery import without_broker
from offers_app.models import Offer
from requests_app.actions import ContactDetails, NeedDetails, Origin, send_ask
from requests_app.models import Ask, Need

ROWS, NEEDS = 200, 20
"""How many are enough to know the speed."""


def seconds(do: Callable[[], object]) -> float:
    began = perf_counter()
    do()
    return perf_counter() - began


def needs_written_per_second(sheet: Path) -> float:
    """One `send_ask` after the other, each its own transaction; taken back afterwards."""
    with sheet.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))[:ROWS]
    food, kreyol = Category.objects.get(slug="food"), Language.objects.get(code="ht")
    places = list(Locality.objects.all())

    def send_each() -> None:
        for number, row in enumerate(rows):
            need = NeedDetails(
                category=food,
                locality=places[number % len(places)],
                notes=f"{row['What is needed']}\n{row['Details']}",
            )
            send_ask(
                needs=[need],
                contact=ContactDetails(address=row["Place"]),
                languages=[kreyol],
                origin=Origin("one at a time", row["Reference"]),
            )

    with without_broker():
        speed = len(rows) / seconds(send_each)
    Need.objects.filter(ask__source="one at a time").delete()
    Ask.objects.filter(source="one at a time").delete()
    return speed


def needs_looked_at_per_second(count: int = NEEDS) -> float:
    """For each need a loop over all offers, which only looks: nothing is scored, stored or asked."""

    def look() -> None:
        for need in Need.objects.select_related("category", "locality", "ask").order_by("pk")[
            :count
        ]:
            kinds, tongues = set(need.category.family), set(need.ask.languages.all())
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
