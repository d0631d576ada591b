"""The plainest way to do the same, to measure against. Import it after Django's setup."""

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
"""Enough to know the speed."""


def seconds(function: Callable[[], object]) -> float:
    began = perf_counter()
    function()
    return perf_counter() - began


def needs_written_per_second(sheet: Path) -> float:
    """Measure one `send_ask` after the other, each in its own transaction; the rows are deleted again."""
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
    """Measure a loop over all offers for each need: nothing is scored, stored or sent."""

    def check_all_offers() -> None:
        for need in Need.objects.select_related("category", "locality", "ask").order_by("pk")[
            :count
        ]:
            categories, languages = set(need.category.family), set(need.ask.languages.all())
            offers = Offer.objects.active().prefetch_related(
                "categories", "localities", "languages"
            )
            for offer in offers:
                _fits(offer, need, categories, languages)

    return count / seconds(check_all_offers)


def _fits(offer: Offer, need: Need, categories: set[int], languages: set[Language]) -> bool:
    locality = need.locality
    return (
        any(category.pk in categories for category in offer.categories.all())
        and any(language in languages for language in offer.languages.all())
        and any(
            km_between(locality.lat, locality.lng, area.lat, area.lng) <= offer.reach_km
            for area in offer.localities.all()
        )
        and bool(need.week_parts & offer.week_parts)
    )
